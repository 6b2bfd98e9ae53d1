//! Every chore of the project: `cargo xtask test | bench | tidy | gen | dev`.
//!
//! Nothing here is part of the product. A chore installs what it needs by the machine's ordinary package clients
//! (`apt-get`, `pip`), so that a fresh machine needs no more than a Rust toolchain, a C compiler and Python.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the person who started it")]

mod bench;
mod generate;
mod postgres;
mod python;
mod s3;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

/// What a chore answers: nothing, or the sentence that explains why it failed.
type Outcome<T = ()> = Result<T, String>;

/// Where `cargo xtask dev` listens.
const DEV_ADDRESS: &str = "127.0.0.1:8080";

/// Every subcommand with its one-line description; documents may name only these.
const COMMANDS: &[(&str, &str)] = &[
    ("test", "install what is missing and run everything that CI runs [--only STAGE]… [--skip STAGE]…"),
    ("tidy", "check the rules that the compiler cannot: crate arrows, texts, documents, dependencies"),
    ("gen", "rewrite the generated files"),
    ("bench", "build optimized and measure on both engines: [http | activate | fleet | figures]"),
    ("dev", "run the demo on 127.0.0.1:8080; further arguments go to it"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let outcome = match command {
        "test" => test::run(rest),
        "tidy" => tidy::run(),
        "gen" => generate::run(),
        "bench" => bench::run(rest),
        "dev" => dev(rest),
        _ => Err(usage()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines: Vec<String> = COMMANDS.iter().map(|(name, what)| format!("  cargo xtask {name:<6} {what}")).collect();
    format!("Usage:\n{}", lines.join("\n"))
}

fn dev(rest: &[String]) -> Outcome {
    let mut demo = tools::cargo();
    demo.args(["run", "--package", "perpetua", "--", "demo", "--listen", DEV_ADDRESS]).args(rest);
    tools::run(&mut demo)
}
