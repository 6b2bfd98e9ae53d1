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
    /// Verify the activity record and the consistency of the database.
    Doctor(DoctorOptions),
    /// Write the database into one file, also while it is served from PostgreSQL.
    Backup(BackupOptions),
    /// Read a backup into an empty database of either engine.
    Restore(RestoreOptions),
    /// Change the master key in its file; nothing else may run meanwhile.
    RotateMaster(ConfigOptions),
    /// Seal product keys under new data keys.
    RotateKeys(ConfigOptions),
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

/// Options of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// A head of the record that was printed earlier and kept elsewhere, HEIGHT:HASH.
    #[arg(long = "head")]
    pub heads: Vec<String>,
}

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct BackupOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// The new file.
    pub file: PathBuf,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// The backup.
    #[arg(required_unless_present = "confirm")]
    pub file: Option<PathBuf>,
    /// Show keys again: everything that was revoked after the backup is revoked again.
    #[arg(long, conflicts_with = "file")]
    pub confirm: bool,
}
