//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The channel desk for on-premises software.
#[derive(Debug, Parser)]
#[command(name = "perpetua", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start at once with a sample operator, partners, customers and catalog.
    Demo(DemoOptions),
    /// Serve an installation.
    Serve(ConfigOptions),
    /// Bring the database of an installation up to date.
    Migrate(ConfigOptions),
}

/// Options of the demo.
#[derive(Debug, Args)]
pub struct DemoOptions {
    /// Address to listen on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Folder that keeps the demo; without it everything goes away at the end.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Business time at the start, RFC 3339; without it the present.
    #[arg(long)]
    pub now: Option<jiff::Timestamp>,
    /// Print one line of JSON when ready, and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Allow an address that others can reach. The demo's passwords are random, but it is a demo.
    #[arg(long)]
    pub expose_demo: bool,
}

/// Where the settings of an installation are.
#[derive(Debug, Args)]
pub struct ConfigOptions {
    /// The settings file; each setting can also be given as PERPETUA_… in the environment.
    #[arg(long, default_value = "perpetua.toml")]
    pub config: PathBuf,
}
