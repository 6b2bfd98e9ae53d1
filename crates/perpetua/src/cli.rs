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
    /// Move a fleet from a key host to multiple activation keys; works without any installation.
    #[command(subcommand)]
    Fleet(FleetCommand),
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
    /// Change the key that signs certificates and lists for machines.
    RotateSigner(ReplaceOptions),
    /// Change the keys that sign access tokens and webhook deliveries.
    RotateTokens(ReplaceOptions),
}

/// Options of `rotate-signer` and `rotate-tokens`.
#[derive(Debug, Args)]
pub struct ReplaceOptions {
    /// The installation.
    #[command(flatten)]
    pub config: ConfigOptions,
    /// Others may know the present key: what it signed is no longer believed. Machines refresh, programs ask for a
    /// new token.
    #[arg(long)]
    pub compromised: bool,
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
    /// PEM file with a certificate, to speak TLS as some clients insist.
    #[arg(long, requires = "key")]
    pub certificate: Option<PathBuf>,
    /// PEM file with the certificate's private key.
    #[arg(long, requires = "certificate")]
    pub key: Option<PathBuf>,
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
    #[arg(long = "organization", alias = "organisation")]
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

/// What can be done about a fleet.
#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    /// Read inventories, forecast when leases end, plan waves, and write scripts.
    Plan(FleetPlanOptions),
}

/// Options of `fleet plan`.
#[derive(Debug, Args)]
pub struct FleetPlanOptions {
    /// Inventories of any known kind, folders of them, archives, or - for standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Keys to move to: CSV or JSON with label, product, remaining activations. No full keys.
    #[arg(long)]
    pub keys: Option<PathBuf>,
    /// Day on which the key host is switched off; without it now.
    #[arg(long)]
    pub until: Option<jiff::civil::Date>,
    /// The present, RFC 3339; without it the clock's.
    #[arg(long)]
    pub now: Option<jiff::Timestamp>,
    /// Form of the report.
    #[arg(long, value_enum, default_value_t = FleetFormat::Text)]
    pub format: FleetFormat,
    /// Write script packs into this new or empty folder.
    #[arg(long)]
    pub scripts: Option<PathBuf>,
    /// Language of the report: en or cs.
    #[arg(long, env = "LANG")]
    pub lang: Option<String>,
    /// First day of the plan; without it the day after the present.
    #[arg(long)]
    pub start: Option<jiff::civil::Date>,
    /// Machines per day.
    #[arg(long, default_value_t = 50)]
    pub capacity: u32,
    /// Pilots of each product and site, which go ahead of the others.
    #[arg(long, default_value_t = 1)]
    pub pilots: u32,
    /// Days between the pilots and the others.
    #[arg(long, default_value_t = 1)]
    pub pilot_pause: u32,
    /// Days kept between the last safe day and the end of a lease.
    #[arg(long, default_value_t = perpetua_fleet::forecast::RESERVE_DAYS)]
    pub reserve: u32,
    /// Monday to Friday only.
    #[arg(long)]
    pub workdays: bool,
    /// A day on which nothing is moved; may be given several times.
    #[arg(long)]
    pub closed: Vec<jiff::civil::Date>,
    /// Machine or site that moves before another: FIRST:THEN; may be given several times.
    #[arg(long)]
    pub order: Vec<String>,
    /// What a column that is not known means: HEADER=FIELD; may be given several times.
    #[arg(long)]
    pub column: Vec<String>,
    /// Encoding of files without a mark that are not UTF-8, such as cp852 or windows1250.
    #[arg(long)]
    pub encoding: Option<String>,
}

/// Form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FleetFormat {
    /// For the terminal.
    Text,
    /// For other programs.
    Json,
    /// One page for a browser or printer.
    Html,
}
