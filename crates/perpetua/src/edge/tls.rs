//! The certificate of the listener, read from files and read again when they change.
//!
//! A renewed certificate needs no restart. A file that cannot be used is refused with a line in the log, and
//! the certificate that was good stays.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Certificate and private key, both as PEM.
#[derive(Debug, Clone)]
pub struct Files {
    /// The certificate, followed by those that lead to a root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What tells one content of the files from another, without reading them.
type Stamp = [(SystemTime, u64); 2];

/// The certificate in use.
pub struct Certificate {
    files: Files,
    config: RustlsConfig,
    seen: Option<Stamp>,
}

/// What a look at the files brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Look {
    /// They are as they were.
    Unchanged,
    /// Connections from now on get the new certificate.
    Renewed,
    /// They changed and cannot be used; the old certificate stays.
    Refused(String),
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// Files that are missing, are not PEM, or do not belong together.
    pub fn read(files: Files) -> io::Result<Self> {
        let seen = files.stamp().ok();
        let config = RustlsConfig::from_config(files.load()?);
        Ok(Self { files, config, seen })
    }

    /// Another watcher of the same files for the same listener.
    #[cfg(test)]
    pub fn shared(&self) -> Self {
        Self { files: self.files.clone(), config: self.config.clone(), seen: self.seen }
    }

    /// What the listener uses; it follows a renewal.
    pub fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Reads the files again when they changed. One content is refused once.
    pub fn look(&mut self) -> Look {
        let stamp = self.files.stamp().ok();
        if stamp == self.seen {
            return Look::Unchanged;
        }
        self.seen = stamp;
        match self.files.load() {
            Ok(config) => {
                self.config.reload_from_config(config);
                Look::Renewed
            }
            Err(error) => Look::Refused(error.to_string()),
        }
    }

    /// Looks again and again, for as long as the listener lives.
    pub async fn watch(mut self) {
        let mut every = tokio::time::interval(LOOK_EVERY);
        loop {
            every.tick().await;
            match self.look() {
                Look::Unchanged => (),
                Look::Renewed => tracing::info!("the certificate was renewed"),
                Look::Refused(error) => {
                    tracing::error!(error, "the new certificate was refused; the old one stays in use");
                }
            }
        }
    }
}

impl Files {
    fn stamp(&self) -> io::Result<Stamp> {
        let of = |path: &PathBuf| {
            let found = std::fs::metadata(path)?;
            Ok::<_, io::Error>((found.modified()?, found.len()))
        };
        Ok([of(&self.certificate)?, of(&self.key)?])
    }

    fn load(&self) -> io::Result<Arc<ServerConfig>> {
        let named = |path: &PathBuf, error: &dyn std::fmt::Display| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
        };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| named(&self.certificate, &error));
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| named(&self.key, &error))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain?, key)
            .map_err(|error| named(&self.certificate, &error))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
