//! Structured logs on standard error, so that standard output stays for what a command prints.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts logging. `format` is `text` or `json`; a filter that cannot be read means `info`.
pub fn start(format: &str, filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let builder = builder.with_ansi(std::io::stderr().is_terminal());
    // Starting twice, as tests do, keeps the first.
    let _ = if format == "json" { builder.json().try_init() } else { builder.try_init() };
}
