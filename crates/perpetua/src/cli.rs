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
    /// Add people: the operator's first administrator.
    #[command(subcommand)]
    User(UserCommand),
    /// Load price sheets and media.
    #[command(subcommand)]
    Import(ImportCommand),
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

/// What can be done about people from the command line; everything else is done in the portal.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make the operator and its first administrator. The password comes from `PERPETUA_PASSWORD`, or is
    /// made and printed once.
    Add(UserAddOptions),
}

/// Options of `user add`.
#[derive(Debug, Args)]
pub struct UserAddOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// Name of the publisher.
    #[arg(long)]
    pub organisation: String,
    /// Its country, two letters.
    #[arg(long)]
    pub country: String,
    /// Name of the administrator.
    #[arg(long)]
    pub name: String,
    /// Their e-mail address.
    #[arg(long)]
    pub email: String,
    /// Their password.
    #[arg(long, env = "PERPETUA_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Read a price sheet, show what changes, and publish it with --publish.
    Prices(ImportPricesOptions),
    /// Take in media: a folder with a media.csv.
    Media(ImportMediaOptions),
}

/// Options of `import prices`.
#[derive(Debug, Args)]
pub struct ImportPricesOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// The sheet: quoted CSV, or a ZIP archive with one such file.
    pub file: PathBuf,
    /// E-mail address of the operator's person as whom to act.
    #[arg(long = "as")]
    pub acting_as: String,
    /// Publish when it was read without a bad row.
    #[arg(long)]
    pub publish: bool,
    /// Publish although some rows are bad; those are left out.
    #[arg(long, requires = "publish")]
    pub leave_out_bad: bool,
}

/// Options of `import media`.
#[derive(Debug, Args)]
pub struct ImportMediaOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// The folder with media.csv.
    pub folder: PathBuf,
    /// E-mail address of the operator's person as whom to act.
    #[arg(long = "as")]
    pub acting_as: String,
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
