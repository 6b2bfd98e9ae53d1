//! What every handler is given.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use perpetua_app::App;

use crate::limits::Limits;

/// The running program with what only the web needs.
pub struct Site {
    /// The installation.
    pub app: Arc<App>,
    /// Attempts per network.
    pub limits: Limits,
    /// Renders `/metrics`.
    pub metrics: Option<PrometheusHandle>,
}

/// The state of all routers.
pub type SiteState = Arc<Site>;

impl Site {
    /// Whether people reach us by https, so that cookies can be bound to it.
    pub fn is_secure(&self) -> bool {
        self.app.settings.public_url.starts_with("https://")
    }
}
