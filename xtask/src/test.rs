//! `cargo xtask test`: every stage that CI runs, in order, each with a time budget for two cores.
//!
//! A failed stage does not hide the others: the run goes on, but without a build nothing that needs one is tried.
//! Budgets are printed, never enforced; a slow machine is no defect.

use crate::postgres::Server;
use crate::{Outcome, python, s3, tidy, tools};
use std::process::Command;
use std::time::{Duration, Instant};

/// One part of the run.
struct Stage {
    name: &'static str,
    budget_minutes: u64,
    needs_build: bool,
    run: fn(&mut Session) -> Outcome<Done>,
}

/// How a stage that did not fail ended.
enum Done {
    Passed,
    /// Nothing was checked, and why.
    Skipped(String),
}

/// What stages share: the database server, started by the first stage that wants it.
#[derive(Default)]
struct Session {
    server: Option<Server>,
}

const STAGES: &[Stage] = &[
    Stage { name: "fmt", budget_minutes: 1, needs_build: false, run: fmt },
    Stage { name: "clippy", budget_minutes: 7, needs_build: false, run: clippy },
    Stage { name: "tidy", budget_minutes: 1, needs_build: false, run: |_| tidy::run().map(passed) },
    Stage { name: "build", budget_minutes: 9, needs_build: false, run: build },
    Stage { name: "test", budget_minutes: 8, needs_build: true, run: test },
    Stage { name: "doctest", budget_minutes: 2, needs_build: true, run: doctest },
    Stage { name: "vectors", budget_minutes: 1, needs_build: false, run: vectors },
    Stage { name: "doc", budget_minutes: 2, needs_build: false, run: doc },
    Stage { name: "deny", budget_minutes: 1, needs_build: false, run: deny },
    Stage { name: "commands", budget_minutes: 1, needs_build: true, run: commands },
    Stage { name: "browser", budget_minutes: 5, needs_build: true, run: browser },
    Stage { name: "client", budget_minutes: 2, needs_build: true, run: client },
    Stage { name: "storage", budget_minutes: 2, needs_build: true, run: storage },
    Stage { name: "schema", budget_minutes: 4, needs_build: true, run: schema },
    Stage { name: "crash", budget_minutes: 3, needs_build: true, run: crash },
];

/// The crash test: an integration test of the binary that kills it many times.
const CRASH_TEST: &str = "crates/perpetua/tests/crash.rs";

/// The made-up requests: they take minutes, so they are a stage of their own.
const SCHEMA_TEST: &str = "tests/client/schema";

/// Runs the chosen stages and prints the summary; fails when one of them failed.
pub fn run(arguments: &[String]) -> Outcome {
    let chosen = choose(arguments)?;
    let mut session = Session::default();
    let mut results: Vec<(&Stage, Duration, Outcome<Done>)> = Vec::new();
    let mut is_built = true;
    for stage in chosen {
        println!("\n=== {} (budget {} min)", stage.name, stage.budget_minutes);
        let started = Instant::now();
        let outcome = if stage.needs_build && !is_built {
            Err("not tried, because the build failed".to_owned())
        } else {
            (stage.run)(&mut session)
        };
        is_built &= stage.name != "build" || outcome.is_ok();
        match &outcome {
            Err(reason) => eprintln!("{} failed: {reason}", stage.name),
            Ok(Done::Skipped(reason)) => println!("{} SKIPPED: {reason}", stage.name),
            Ok(Done::Passed) => {}
        }
        results.push((stage, started.elapsed(), outcome));
    }
    drop(session);
    summarize(&results)
}

fn choose(arguments: &[String]) -> Outcome<Vec<&'static Stage>> {
    let names = || STAGES.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ");
    let (mut only, mut skip) = (Vec::new(), Vec::new());
    for pair in arguments.chunks(2) {
        let [flag, name] = pair else { return Err(format!("{} wants a stage: {}", pair[0], names())) };
        if !STAGES.iter().any(|stage| stage.name == name) {
            return Err(format!("no stage {name}; there are: {}", names()));
        }
        match flag.as_str() {
            "--only" => only.push(name.as_str()),
            "--skip" => skip.push(name.as_str()),
            _ => return Err(format!("unknown option {flag}; known: --only STAGE, --skip STAGE")),
        }
    }
    let wanted = |name: &str| (only.is_empty() || only.contains(&name)) && !skip.contains(&name);
    Ok(STAGES.iter().filter(|stage| wanted(stage.name)).collect())
}

fn summarize(results: &[(&Stage, Duration, Outcome<Done>)]) -> Outcome {
    println!("\n=== summary");
    for (stage, took, outcome) in results {
        let (state, reason) = match outcome {
            Ok(Done::Passed) => ("passed", ""),
            Ok(Done::Skipped(reason)) => ("SKIPPED", reason.as_str()),
            Err(reason) => ("FAILED", reason.lines().next().unwrap_or_default()),
        };
        let late = if took.as_secs() > stage.budget_minutes * 60 { "  over budget" } else { "" };
        let (name, seconds, budget) = (stage.name, took.as_secs(), stage.budget_minutes * 60);
        println!("{name:<9} {state:<8} {seconds:>5} s of {budget:>4} s{late}  {reason}");
    }
    let total: Duration = results.iter().map(|(_, took, _)| *took).sum();
    println!("{:<9} {:<8} {:>5} s of 2400 s", "all", "", total.as_secs());
    let failed: Vec<&str> = results.iter().filter(|(.., end)| end.is_err()).map(|(stage, ..)| stage.name).collect();
    let skipped = results.iter().filter(|(.., end)| matches!(end, Ok(Done::Skipped(_)))).count();
    let succeeded = results.len() - failed.len() - skipped;
    println!("stages: {succeeded} passed, {} failed, {skipped} skipped", failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed stages: {}", failed.join(", "))) }
}

fn passed((): ()) -> Done {
    Done::Passed
}

fn fmt(_: &mut Session) -> Outcome<Done> {
    tools::run(tools::cargo().args(["fmt", "--all", "--check"])).map(passed)
}

fn clippy(_: &mut Session) -> Outcome<Done> {
    tools::run(tools::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])).map(passed)
}

/// Builds the test programs, which builds the binary too: its integration tests need it.
fn build(_: &mut Session) -> Outcome<Done> {
    tools::run(tools::cargo().args(["build", "--workspace", "--all-targets"])).map(passed)
}

fn test(session: &mut Session) -> Outcome<Done> {
    // The classic script of a pack runs in Wine's engine. Without it that one test is left out, and says so.
    if tools::find(&["wine"]).is_none()
        && let Err(reason) = tools::apt_install(&["wine", "wine64"])
    {
        println!("{reason}");
    }
    let mut command = tools::cargo();
    if has_nextest() {
        command.args(["nextest", "run", "--workspace"]);
        // The runner refuses a filter that names nothing.
        if has_crash_test() {
            command.args(["-E", "not binary(crash)"]);
        }
    } else {
        command.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
    }
    tools::run(session.with_postgres(&mut command)?).map(passed)
}

/// Examples in documentation; the other runner leaves them out, so they have a stage.
fn doctest(session: &mut Session) -> Outcome<Done> {
    let mut command = tools::cargo();
    command.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    tools::run(session.with_postgres(&mut command)?).map(passed)
}

fn doc(_: &mut Session) -> Outcome<Done> {
    let mut command = tools::cargo();
    // Module docs may name private items: they are read in this repository, where everything is documented.
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private-intra-doc-links");
    tools::run(&mut command).map(passed)
}

/// Tidy already holds licenses, sources and bans against `deny.toml`; cargo-deny knows more, where it is installed.
fn deny(_: &mut Session) -> Outcome<Done> {
    if !tools::succeeds(tools::cargo().args(["deny", "--version"])) {
        return Ok(Done::Skipped("cargo-deny is not installed; tidy checked licenses and sources".to_owned()));
    }
    tools::run(tools::cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"])).map(passed)
}

/// Commands in fenced blocks of the documents are asked of the binary itself.
fn commands(_: &mut Session) -> Outcome<Done> {
    let binary = tools::target().join("debug/perpetua");
    let named = tidy::documented_subcommands()?;
    if named.is_empty() {
        return Ok(Done::Skipped("the documents name no command of the binary yet".to_owned()));
    }
    let unknown: Vec<String> = named
        .into_iter()
        .filter(|(_, words)| !tools::succeeds(tools::command(&binary).args(words).arg("--help")))
        .map(|(place, words)| format!("{place}: the binary knows no `perpetua {}`", words.join(" ")))
        .collect();
    if unknown.is_empty() { Ok(Done::Passed) } else { Err(unknown.join("\n")) }
}

/// Holds the published vectors of the license format against a reader in another language.
fn vectors(_: &mut Session) -> Outcome<Done> {
    if !tools::succeeds(tools::command("python3").arg("--version")) {
        tools::apt_install(&["python3"])?;
    }
    let mut python = tools::command("python3");
    python.args(["-B", "crates/license/tests/python/check_vectors.py"]);
    tools::run(&mut python).map(passed)
}

fn browser(_: &mut Session) -> Outcome<Done> {
    let binary = tools::target().join("debug/perpetua");
    let help = tools::output(tools::command(&binary).arg("--help")).unwrap_or_default();
    // In CI a demo that does not even explain itself is a failure, which its start below reports.
    if !help.contains("demo") && std::env::var_os("CI").is_none() {
        return Ok(Done::Skipped("the binary has no demo yet".to_owned()));
    }
    let chromium = tools::chromium()?;
    let python = python::environment()?;
    let mut pytest = tools::command(python);
    pytest.args(["-m", "pytest", "tests/browser"]);
    pytest.env("PERPETUA_BINARY", binary).env("PERPETUA_CHROMIUM", chromium);
    tools::run(&mut pytest).map(passed)
}

/// The REST interface through clients that resellers have, against the demo.
fn client(_: &mut Session) -> Outcome<Done> {
    of_client("tests/client", &["--ignore", SCHEMA_TEST])
}

/// What keeps and serves files, on S3-compatible storage; on both engines, as those tests always are.
fn storage(session: &mut Session) -> Outcome<Done> {
    if !has_nextest() {
        return Ok(Done::Skipped("without cargo-nextest tests cannot be chosen by their words".to_owned()));
    }
    let server = s3::Server::start()?;
    let mut tests = tools::cargo();
    // Of the whole workspace, because what one package needs alone would be compiled once more.
    let chosen = "package(perpetua-app) & test(/medi|download|_link_|serves|file/)";
    tests.args(["nextest", "run", "--workspace", "-E", chosen]);
    tests.env("PERPETUA_TEST_S3_URL", server.url());
    tools::run(session.with_postgres(&mut tests)?).map(passed)
}

/// The REST interface by made-up requests for everything that its `OpenAPI` document describes.
fn schema(_: &mut Session) -> Outcome<Done> {
    of_client(SCHEMA_TEST, &["-s"])
}

/// Runs Python tests that speak with the demo as programs do.
fn of_client(tests: &str, options: &[&str]) -> Outcome<Done> {
    let python = python::environment()?;
    let mut pytest = tools::command(python);
    pytest.args(["-m", "pytest", tests, "-c", "tests/browser/pytest.ini", "--rootdir", "tests/client"]).args(options);
    pytest.env("PERPETUA_BINARY", tools::target().join("debug/perpetua"));
    tools::run(&mut pytest).map(passed)
}

fn crash(session: &mut Session) -> Outcome<Done> {
    if !has_crash_test() {
        return Ok(Done::Skipped(format!("there is no {CRASH_TEST} yet")));
    }
    if !has_nextest() {
        return Ok(Done::Skipped("without cargo-nextest it ran with the other tests".to_owned()));
    }
    let mut command = tools::cargo();
    command.args(["nextest", "run", "--package", "perpetua", "--test", "crash"]);
    tools::run(session.with_postgres(&mut command)?).map(passed)
}

fn has_crash_test() -> bool {
    tools::root().join(CRASH_TEST).is_file()
}

fn has_nextest() -> bool {
    tools::succeeds(tools::cargo().args(["nextest", "--version"]))
}

impl Session {
    /// Tells a test run where PostgreSQL is, and that doing without it is a failure.
    fn with_postgres<'a>(&mut self, command: &'a mut Command) -> Outcome<&'a mut Command> {
        const URL: &str = "PERPETUA_TEST_POSTGRES_URL";
        command.env("PERPETUA_TEST_REQUIRE_POSTGRES", "1");
        if std::env::var_os(URL).is_some() {
            return Ok(command);
        }
        let server = match self.server.take() {
            Some(server) => server,
            None => Server::start()?,
        };
        command.env(URL, self.server.insert(server).url());
        Ok(command)
    }
}
