//! Opening an installation from its settings.

use std::path::PathBuf;
use std::sync::Arc;

use perpetua_app::clock::Clock;
use perpetua_app::entropy::SystemEntropy;
use perpetua_app::fleet::Signing;
use perpetua_app::retention::Retention;
use perpetua_app::startup::Parts;
use perpetua_app::vault::MasterKey;
use perpetua_app::{App, Problem, Settings, rotation};
use perpetua_outbound::documents::PdfTypesetter;
use perpetua_outbound::media::{self, S3Options};
use perpetua_outbound::scan::CommandScanner;
use perpetua_outbound::sign::CommandSigner;
use perpetua_store::{DatabaseUrl, OpenError, Options, Store, StoreError, settings};

use crate::config::Config;

/// The setting that marks the database of a demo.
const DEMO: &str = "demo";

/// Where an installation lies and how it is reached.
#[derive(Debug, Clone)]
pub struct Place {
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Connections.
    pub options: Options,
    /// `file:PATH` or `s3://BUCKET`.
    pub media: String,
    /// Settings of the bucket.
    pub s3: S3Options,
    /// The file of the master key.
    pub master_key: PathBuf,
    /// The master key itself, when it does not come from a file.
    pub master_key_hex: String,
    /// The address under which people reach it.
    pub public_url: String,
    /// Whether business time may be moved.
    pub demo: bool,
    /// Whether mail reaches anybody.
    pub mail: bool,
    /// How long what is kept for a time only is kept.
    pub retention: Retention,
    /// Looks into files of requests, when a command was set up for it.
    pub scanner: Option<CommandScanner>,
    /// Signs scripts of migrations, when a command was set up for it.
    pub script_signer: Option<CommandSigner>,
}

impl Place {
    /// The place that the settings name.
    pub fn of(config: &Config) -> Self {
        Self {
            database: config.database.url.clone(),
            options: Options {
                readers: config.database.readers,
                writers: config.database.writers,
                ..Options::default()
            },
            media: config.media.url.clone(),
            s3: S3Options {
                endpoint: config.media.endpoint.clone(),
                region: config.media.region.clone(),
                access_key_id: config.media.access_key_id.clone(),
                secret_access_key: config.media.secret_access_key.clone(),
            },
            master_key: config.master_key.file.clone(),
            master_key_hex: config.master_key.hex.clone(),
            public_url: config.public_url.clone(),
            demo: false,
            mail: !config.mail.host.is_empty(),
            retention: config.retention.terms(),
            scanner: config.files.scanner(),
            script_signer: config.fleet.signer(),
        }
    }
}

/// Opens the database.
pub fn open_store(place: &Place) -> Result<Store, OpenError> {
    Store::open(&place.database.parse::<DatabaseUrl>()?, place.options)
}

/// Opens the installation; its first start makes the master key and what the database needs.
pub async fn open(
    place: &Place,
    clock: Arc<dyn Clock>,
    real_clock: Arc<dyn Clock>,
) -> Result<App, Box<dyn std::error::Error>> {
    let entropy = Arc::new(SystemEntropy);
    let store = open_store(place)?;
    let master = match place.master_key_hex.as_str() {
        "" => rotation::load_master(&store, &place.master_key, &*entropy).await?,
        hex => MasterKey::from_hex(hex)?,
    };
    let parts = Parts {
        store,
        clock,
        real_clock,
        entropy,
        master,
        media: media::open(&place.media, &place.s3)?,
        documents: Arc::new(PdfTypesetter::new()?),
        settings: Settings {
            public_url: place.public_url.clone(),
            demo: place.demo,
            mail: place.mail,
            retention: place.retention,
        },
    };
    let app = App::open(parts).await?;
    if let Some(scanner) = place.scanner.clone() {
        // Nobody else can have set one: the installation was opened just now.
        let _ = app.scanner.set(Arc::new(scanner));
    }
    if let Some(signer) = place.script_signer.clone() {
        let _ = app.signing.set(Signing::by(signer));
    }
    Ok(app)
}

/// Whether the database was made by a demo.
pub async fn is_demo(app: &App) -> Result<bool, StoreError> {
    app.store.read(|conn| Ok(settings::get(conn, DEMO)?.is_some())).await
}

/// Marks the database as that of a demo.
pub async fn mark_demo(app: &App) -> Result<(), StoreError> {
    app.store.write((), |conn, ()| settings::set(conn, DEMO, "yes")).await
}

/// A problem as the person at the terminal reads it, with its private cause: they run the program.
pub fn said(problem: &Problem) -> String {
    let cause = problem.private_source().unwrap_or_default();
    let fields = problem.fields.iter().map(|field| format!(" {}: {}", field.field, field.code));
    format!("{}{}{}{cause}", problem.code, fields.collect::<String>(), if cause.is_empty() { "" } else { ": " })
}
