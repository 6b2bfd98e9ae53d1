//! The way to the installation: `POST` of a request, `GET` of chain and list, with limits on time and size.
//!
//! What comes back is believed only by its signatures, so TLS adds privacy, not trust. Redirects are not followed.

use std::fmt::Write as _;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::error::Error;
use crate::software::Software;
use crate::words::Lang;

/// How long one exchange may take.
const EXCHANGE_SECONDS: u64 = 60;
/// How long it may take until a connection stands.
const CONNECT_SECONDS: u64 = 10;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The content.
    pub body: Vec<u8>,
}

/// One exchange with the installation.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Below `/activation/v1`, such as `activate` or `revocations?since=7`.
    pub path: &'a str,
    /// What is posted; without it something is fetched.
    pub body: Option<&'a [u8]>,
    /// Most bytes that are read of the answer.
    pub limit: u64,
}

/// Reaches an installation.
pub trait Network: Send + Sync {
    /// One exchange.
    ///
    /// # Errors
    /// [`Error::Unreachable`], also for an answer that broke off or is too long.
    fn call(&self, call: &Call<'_>) -> Result<Reply, Error>;
}

/// HTTP, through the proxy that the environment names, if it does.
pub struct Web {
    agent: Agent,
    base: String,
    lang: Lang,
}

impl Web {
    /// To the software's installation.
    ///
    /// # Errors
    /// [`Error::Software`] when its certificate file cannot be read.
    pub fn new(software: &Software, lang: Lang) -> Result<Self, Error> {
        let mut tls = TlsConfig::builder().root_certs(RootCerts::WebPki);
        if let Some(path) = &software.tls_roots {
            let unreadable = |why: String| Error::Software(format!("{}: {why}", path.display()));
            let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
            let mut roots = Vec::new();
            for item in parse_pem(&pem) {
                if let PemItem::Certificate(certificate) = item.map_err(|error| unreadable(error.to_string()))? {
                    roots.push(certificate);
                }
            }
            tls = tls.root_certs(RootCerts::from(roots));
        }
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .timeout_global(Some(Duration::from_secs(EXCHANGE_SECONDS)))
            .timeout_connect(Some(Duration::from_secs(CONNECT_SECONDS)))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("perpetua-device/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.new_agent(), base: format!("{}/activation/v1", software.server), lang })
    }
}

impl Network for Web {
    fn call(&self, call: &Call<'_>) -> Result<Reply, Error> {
        let address = format!("{}/{}", self.base, call.path);
        let sent = match call.body {
            Some(body) => {
                let request = self.agent.post(&address).header("Content-Type", "application/octet-stream");
                request.header("Accept-Language", self.lang.code()).send(body)
            }
            None => self.agent.get(&address).header("Accept-Language", self.lang.code()).call(),
        };
        let mut response = sent.map_err(|error| unreachable(&error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(call.limit).read_to_vec();
        Ok(Reply { status, body: body.map_err(|error| unreachable(&error))? })
    }
}

/// The error with its causes, which name what people can look for.
fn unreachable(error: &ureq::Error) -> Error {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    Error::Unreachable(text)
}
