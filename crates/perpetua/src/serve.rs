//! Serving an installation until it is told to stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use metrics_exporter_prometheus::PrometheusBuilder;
use perpetua_api::{Api, ApiState};
use perpetua_app::clock::SystemClock;
use perpetua_app::jobs::Jobs;
use perpetua_app::mail::Mailer;
use perpetua_app::{App, defaults, price_import};
use perpetua_http::limits::Limits;
use perpetua_http::network::Proxies;
use perpetua_http::ops::MetricsFor;
use perpetua_http::{Site, SiteState, headers, network, ops};
use perpetua_outbound::mail::{EventDelivery, SmtpMailer};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Outcome;
use crate::cli::ConfigOptions;
use crate::config::Config;
use crate::edge::tls::Certificate;
use crate::edge::{self, Patience};
use crate::install::{self, Place, said};
use crate::logging;

/// How often samples of figures are folded together.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// `perpetua serve`
pub async fn run(options: &ConfigOptions) -> Outcome {
    let config = Config::load(&options.config)?;
    logging::start(&config.log.format, &config.log.filter);
    let place = Place::of(&config);
    let app = install::open(&place, Arc::new(SystemClock), Arc::new(SystemClock)).await?;
    if install::is_demo(&app).await? {
        return Err("this database belongs to a demo; `serve` does not open it".into());
    }
    defaults::install(&app).await.map_err(|problem| said(&problem))?;
    price_import::recover(&app).await.map_err(|problem| said(&problem))?;
    let certificate = config.certificate().map(Certificate::read).transpose()?;
    let mailer = mailer(&config)?;
    let site = site(app, config.limits.attempts_per_minute);
    let listener = TcpListener::bind(config.listen).await?;
    let stop = Stop::listen()?;
    tracing::info!(listen = %listener.local_addr()?, tls = certificate.is_some(), public_url = config.public_url, "serving");
    let api = Api::new(site.clone(), config.limits.calls_per_minute);
    let access = Access { certificate, ..config.access()? };
    listen(listener, &site, Surfaces { api, extra: Router::new() }, mailer, access, stop).await?;
    Ok(ExitCode::SUCCESS)
}

fn mailer(config: &Config) -> Result<Option<Arc<dyn Mailer>>, Box<dyn std::error::Error>> {
    let Some(options) = config.smtp()? else {
        tracing::warn!("no mail server is set up: nobody gets mail");
        return Ok(None);
    };
    Ok(Some(Arc::new(SmtpMailer::new(&options)?)))
}

/// `perpetua migrate`
pub fn migrate(options: &ConfigOptions) -> Outcome {
    let config = Config::load(&options.config)?;
    logging::start(&config.log.format, &config.log.filter);
    drop(install::open_store(&Place::of(&config))?);
    tracing::info!("the database is up to date");
    Ok(ExitCode::SUCCESS)
}

/// The installation as the web sees it.
pub fn site(app: App, attempts_per_minute: u32) -> SiteState {
    // A second recorder in one process, as in tests, leaves /metrics without figures.
    let metrics = PrometheusBuilder::new().install_recorder().ok();
    Arc::new(Site { app: Arc::new(app), limits: Limits::per_minute(attempts_per_minute), metrics })
}

/// The signals that ask the program to stop. Without one of these a signal ends the process at once, so it
/// is made before anybody hears that the program is ready.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens for SIGTERM and SIGINT from now on.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
        tracing::info!("stopping");
    }
}

/// Who reaches the listener, and by which way.
pub struct Access {
    /// The certificate, when the listener speaks TLS itself.
    pub certificate: Option<Certificate>,
    /// Proxies whose word about the caller's address counts.
    pub proxies: Arc<Proxies>,
    /// Who may read figures.
    pub metrics: MetricsFor,
}

impl Access {
    /// Plain HTTP without a proxy, figures for this machine.
    pub fn direct() -> Self {
        Self { certificate: None, proxies: Arc::default(), metrics: MetricsFor::ThisMachine }
    }
}

/// What is served beside the portal.
pub struct Surfaces {
    /// The REST interface.
    pub api: ApiState,
    /// Routes of the demo.
    pub extra: Router<SiteState>,
}

/// Answers requests until it is asked to stop, then finishes what was begun. Without a mailer nobody gets mail.
pub async fn listen(
    listener: TcpListener,
    site: &SiteState,
    Surfaces { api, extra }: Surfaces,
    mailer: Option<Arc<dyn Mailer>>,
    access: Access,
    stop: Stop,
) -> std::io::Result<()> {
    let router = perpetua_portal::router(site)
        .merge(extra)
        .merge(perpetua_api::devices::routes())
        .merge(perpetua_api::fleet_reports::routes())
        .merge(ops::routes(access.metrics))
        .layer(from_fn_with_state(api, perpetua_api::layer))
        .layer(from_fn_with_state(site.clone(), headers::layer))
        .layer(from_fn_with_state(access.proxies, network::layer))
        .with_state(site.clone());
    let delivery = EventDelivery::new(site.app.clone(), mailer).map_err(std::io::Error::other)?;
    let jobs = Jobs::start_with(site.app.clone(), Arc::new(delivery));
    let upkeep = tokio::spawn(upkeep(site.clone()));
    let served = edge::serve(listener, router, access.certificate, Patience::default(), stop.asked()).await;
    upkeep.abort();
    // After the last answer, so that what it recorded is sealed too.
    jobs.stop().await;
    served
}

/// Folds samples together, so that they do not pile up while nobody asks for `/metrics`.
async fn upkeep(site: SiteState) {
    let mut every = tokio::time::interval(UPKEEP_EVERY);
    while let Some(metrics) = &site.metrics {
        every.tick().await;
        metrics.run_upkeep();
    }
}
