//! The program: one binary that serves, shows a demo, imports, backs up and checks.

mod chores;
mod cli;
mod config;
mod demo;
mod edge;
mod fleet;
mod import;
mod install;
mod logging;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, FleetCommand, ImportCommand, UserCommand};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let outcome = runtime.block_on(run(cli));
    match outcome {
        Ok(code) => code,
        Err(error) => fail(&*error),
    }
}

/// What a command answers; its error is one sentence for the person at the terminal.
type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

async fn run(cli: Cli) -> Outcome {
    match cli.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(options) => serve::run(&options).await,
        Command::Migrate(options) => serve::migrate(&options),
        Command::User(UserCommand::Add(options)) => import::add_user(options).await,
        Command::Import(ImportCommand::Prices(options)) => import::prices(options).await,
        Command::Import(ImportCommand::Media(options)) => import::media(&options).await,
        Command::Fleet(FleetCommand::Plan(options)) => fleet::plan(&options),
        Command::Doctor(options) => chores::doctor(&options).await,
        Command::Backup(options) => chores::backup(&options).await,
        Command::Restore(options) => chores::restore(&options).await,
        Command::RotateMaster(options) => chores::rotate_master(&options).await,
        Command::RotateKeys(options) => chores::rotate_keys(&options).await,
        Command::RotateSigner(options) => chores::rotate_signer(&options).await,
        Command::RotateTokens(options) => chores::rotate_tokens(&options).await,
    }
}

#[expect(clippy::print_stderr, reason = "the person at the terminal reads it there")]
fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    eprintln!("perpetua: {error}");
    ExitCode::FAILURE
}
