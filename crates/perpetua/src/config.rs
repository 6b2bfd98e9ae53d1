//! Settings of an installation: a TOML file, overridden by the environment.
//!
//! `PERPETUA_DATABASE__URL` sets `database.url`: two underscores stand for the dot.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use perpetua_app::retention::Retention;
use perpetua_http::network::Proxies;
use perpetua_http::ops::MetricsFor;
use perpetua_outbound::mail::{Protection, SmtpMailer, SmtpOptions};
use perpetua_outbound::scan::CommandScanner;
use perpetua_outbound::sign::CommandSigner;
use serde::{Deserialize, Serialize};

use crate::edge::tls::Files;
use crate::serve::Access;

/// All settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address under which people reach the installation; https in production.
    pub public_url: String,
    /// The certificate of the listener.
    pub tls: Tls,
    /// The database.
    pub database: Database,
    /// Media storage.
    pub media: Media,
    /// Files at requests.
    pub files: FileRules,
    /// Scripts of migrations.
    pub fleet: FleetRules,
    /// Mail.
    pub mail: Mail,
    /// The master key, which wraps every secret at rest.
    pub master_key: MasterKeyPlace,
    /// Logs.
    pub log: Log,
    /// Limits.
    pub limits: Limits,
    /// How long what is kept for a time only is kept.
    pub retention: Kept,
    /// Figures.
    pub metrics: Metrics,
    /// Proxies in front.
    pub proxy: Proxy,
}

/// `tls.*`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// PEM file with the certificate and those that lead to its root; empty means plain HTTP.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
}

/// `database.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Read connections, 1 to 64.
    pub readers: usize,
    /// Write connections on PostgreSQL, 1 to 64.
    pub writers: usize,
    /// Accept a PostgreSQL server elsewhere without encryption.
    pub allow_unencrypted: bool,
}

/// `media.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// `file:PATH` or `s3://BUCKET`.
    pub url: String,
    /// Address of an S3-compatible service.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    #[serde(skip_serializing)]
    #[serde(default)]
    pub secret_access_key: String,
}

/// `files.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileRules {
    /// The command that scans a file, program first; the file's path is added as its last argument. Empty means that
    /// files are not scanned.
    pub scan_command: Vec<String>,
    /// Seconds that one scan may take, 1 to 3,600.
    pub scan_seconds: u64,
}

impl Default for FileRules {
    fn default() -> Self {
        Self { scan_command: Vec::new(), scan_seconds: 120 }
    }
}

impl FileRules {
    /// The scanner, when there is one.
    pub fn scanner(&self) -> Option<CommandScanner> {
        CommandScanner::new(&self.scan_command, Duration::from_secs(self.scan_seconds))
    }
}

/// `fleet.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FleetRules {
    /// The command that signs a script of a migration in place, program first; the script's path is added as its last
    /// argument. Empty means that scripts are given out unsigned.
    pub sign_command: Vec<String>,
    /// Seconds that one signature may take, 1 to 600.
    pub sign_seconds: u64,
}

impl Default for FleetRules {
    fn default() -> Self {
        Self { sign_command: Vec::new(), sign_seconds: 60 }
    }
}

impl FleetRules {
    /// The signer, when there is one.
    pub fn signer(&self) -> Option<CommandSigner> {
        CommandSigner::new(&self.sign_command, Duration::from_secs(self.sign_seconds))
    }
}

/// `mail.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Name or address of the mail server; empty means that no mail is sent.
    pub host: String,
    /// Its port; 0 stands for the usual one: 465 for `tls`, 587 for `starttls`, 25 for `plain`.
    pub port: u16,
    /// `tls`, `starttls`, or `plain` for a server on this machine.
    pub protection: String,
    /// User name; empty for a server that asks for none.
    pub user: String,
    /// Its password.
    #[serde(skip_serializing)]
    pub password: String,
    /// Who writes: `Acme Systems <desk@acme.example>`.
    pub from: String,
    /// PEM file with the certificate authority of an own server; empty for those that the machine trusts.
    pub authority: PathBuf,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 0,
            protection: "starttls".to_owned(),
            user: String::new(),
            password: String::new(),
            from: String::new(),
            authority: PathBuf::new(),
        }
    }
}

/// `master_key.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MasterKeyPlace {
    /// The file that holds it; made at the first start, readable by its owner only.
    pub file: PathBuf,
    /// Instead of a file, 64 hexadecimal digits, from the environment.
    #[serde(skip_serializing)]
    #[serde(default)]
    pub hex: String,
}

/// `log.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: String,
    /// Such as `info` or `perpetua_store=debug,info`.
    pub filter: String,
}

/// `limits.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Sign-ins, link openings and the like that one network may try in a minute; 0 lifts the limit.
    pub attempts_per_minute: u32,
    /// Calls of the REST interface that one partner may make in a minute, per family of operations; 0
    /// lifts the limit.
    pub calls_per_minute: u32,
}

/// `retention.*`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "settings say their unit")]
pub struct Kept {
    /// Days for which delivered events are kept, 1 to 3,650.
    pub event_days: u16,
    /// Days for which counts of anonymous attempts are kept, 1 to 3,650.
    pub attempt_days: u16,
    /// Days for which calls of the REST interface are kept, 1 to 3,650.
    pub call_days: u16,
}

impl Kept {
    /// The same for use cases.
    pub const fn terms(&self) -> Retention {
        Retention { event_days: self.event_days, attempt_days: self.attempt_days, call_days: self.call_days }
    }
}

/// `metrics.*`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Answer `/metrics` to everybody and not to callers on this machine only.
    pub public: bool,
}

/// `proxy.*`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// Networks of one's own proxies, such as `10.0.0.0/8`, whose `X-Forwarded-For` is believed.
    pub trusted: Vec<String>,
}

/// The environment's settings. A name that is no setting is refused, as a slip would otherwise pass
/// unnoticed; the password of `user add` and what tests are told are no settings.
fn environment() -> Env {
    Env::prefixed("PERPETUA_").filter(|name| name != "password" && !name.starts_with("test_")).split("__")
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            tls: Tls::default(),
            database: Database {
                url: "sqlite:perpetua.db".to_owned(),
                readers: 4,
                writers: 12,
                allow_unencrypted: false,
            },
            media: Media {
                url: "file:media".to_owned(),
                endpoint: String::new(),
                region: String::new(),
                access_key_id: String::new(),
                secret_access_key: String::new(),
            },
            files: FileRules::default(),
            fleet: FleetRules::default(),
            mail: Mail::default(),
            master_key: MasterKeyPlace { file: PathBuf::from("perpetua.key"), hex: String::new() },
            log: Log { format: "text".to_owned(), filter: "info".to_owned() },
            limits: Limits { attempts_per_minute: 60, calls_per_minute: 6_000 },
            retention: {
                let Retention { event_days, attempt_days, call_days } = Retention::default();
                Kept { event_days, attempt_days, call_days }
            },
            metrics: Metrics::default(),
            proxy: Proxy::default(),
        }
    }
}

impl Config {
    /// Reads the file, when there is one, and the environment.
    pub fn load(path: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(path))
            .merge(environment())
            .extract()
            .map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    /// The files of the certificate, when the listener speaks TLS itself.
    pub fn certificate(&self) -> Option<Files> {
        let Tls { certificate, key } = self.tls.clone();
        (!certificate.as_os_str().is_empty()).then_some(Files { certificate, key })
    }

    /// The way to the mail server, when there is one.
    pub fn smtp(&self) -> Result<Option<SmtpOptions>, Box<dyn std::error::Error>> {
        let Mail { host, port, protection, user, password, from, authority } = self.mail.clone();
        if host.is_empty() {
            return Ok(None);
        }
        let (protection, usual) = match protection.as_str() {
            "tls" => (Protection::Tls, 465),
            "starttls" => (Protection::StartTls, 587),
            "plain" => (Protection::Plain, 25),
            other => return Err(format!("mail.protection: `{other}` is none of tls, starttls and plain").into()),
        };
        if protection == Protection::Plain && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1") {
            return Err("mail.protection = \"plain\" is for a server on this machine: mails hold addresses that \
                        give access"
                .into());
        }
        let port = if port == 0 { usual } else { port };
        Ok(Some(SmtpOptions { host, port, protection, user, password, from, authority }))
    }

    /// Who reaches the listener, and by which way; its certificate is read by whoever listens.
    pub fn access(&self) -> Result<Access, Box<dyn std::error::Error>> {
        let proxies = Proxies::parse(&self.proxy.trusted)
            .map_err(|wrong| format!("proxy.trusted: `{wrong}` is no network such as 10.0.0.0/8"))?;
        let metrics = if self.metrics.public { MetricsFor::Everybody } else { MetricsFor::ThisMachine };
        Ok(Access { certificate: None, proxies: Arc::new(proxies), metrics })
    }

    fn check(&self) -> Result<(), Box<dyn std::error::Error>> {
        let is_web = self.public_url.starts_with("https://") || self.public_url.starts_with("http://");
        if !is_web || self.public_url.ends_with('/') {
            return Err("public_url must begin with https:// or http:// and end without a slash".into());
        }
        if self.tls.certificate.as_os_str().is_empty() != self.tls.key.as_os_str().is_empty() {
            return Err("tls.certificate and tls.key are needed together".into());
        }
        self.access()?;
        if let Some(options) = self.smtp()? {
            SmtpMailer::new(&options)?;
        }
        let Kept { event_days, attempt_days, call_days } = self.retention;
        if [event_days, attempt_days, call_days].iter().any(|days| !(1..=3_650).contains(days)) {
            return Err("the days of retention must be between 1 and 3650".into());
        }
        if !(1..=3_600).contains(&self.files.scan_seconds) {
            return Err("files.scan_seconds must be between 1 and 3600".into());
        }
        if !(1..=600).contains(&self.fleet.sign_seconds) {
            return Err("fleet.sign_seconds must be between 1 and 600".into());
        }
        let connections = 1..=64;
        if !connections.contains(&self.database.readers) || !connections.contains(&self.database.writers) {
            return Err("database.readers and database.writers must be between 1 and 64".into());
        }
        if self.reaches_out_unencrypted() && !self.database.allow_unencrypted {
            return Err("database.url names a server elsewhere without sslmode=require or stricter; add it, or set \
                        database.allow_unencrypted = true to accept that passwords and keys' ciphertexts cross the \
                        network in clear"
                .into());
        }
        Ok(())
    }

    fn reaches_out_unencrypted(&self) -> bool {
        let Some((_, rest)) = self.database.url.split_once("://") else { return false };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let is_local = ["localhost", "127.0.0.1", "[::1]", ""]
            .iter()
            .any(|local| host == *local || host.strip_prefix(local).is_some_and(|port| port.starts_with(':')));
        let encrypted = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
        !is_local && !encrypted.iter().any(|mode| self.database.url.contains(mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unencrypted_server_elsewhere_needs_an_explicit_word() {
        let check = |url: &str, accepted: bool| {
            let mut config = Config::default();
            config.database.url = url.to_owned();
            assert_eq!(config.check().is_ok(), accepted, "{url}");
            config.database.allow_unencrypted = true;
            assert!(config.check().is_ok(), "{url}");
        };
        check("sqlite:perpetua.db", true);
        check("postgres://u:p@localhost:5432/db", true);
        check("postgres://u:p@127.0.0.1/db", true);
        check("postgres://u:p@localhost.example.org/db", false);
        check("postgres://u:p@db.example.org/db?sslmode=prefer", false);
        check("postgres://u:p@db.example.org/db?sslmode=verify-full", true);
    }

    #[test]
    fn nothing_is_kept_for_no_time_or_for_ever() {
        let mut config = Config::default();
        for (days, is_accepted) in [(0, false), (1, true), (3_650, true), (3_651, false)] {
            config.retention.call_days = days;
            assert_eq!(config.check().is_ok(), is_accepted, "{days}");
        }
    }

    #[test]
    fn a_trusted_proxy_is_a_network_and_certificate_and_key_go_together() {
        let mut config = Config::default();
        config.proxy.trusted = vec!["10.0.0.0/8".to_owned(), "::1".to_owned()];
        assert!(config.check().is_ok());
        config.proxy.trusted.push("proxy.example.com".to_owned());
        assert!(config.check().unwrap_err().to_string().contains("proxy.example.com"));
        let mut config = Config::default();
        config.tls.certificate = PathBuf::from("cert.pem");
        assert!(config.check().is_err());
        config.tls.key = PathBuf::from("key.pem");
        assert!(config.check().is_ok() && config.certificate().is_some());
    }

    #[test]
    fn mail_needs_a_sender_and_is_plain_on_this_machine_only() {
        let with = |host: &str, protection: &str, from: &str| {
            let mail = Mail {
                host: host.to_owned(),
                protection: protection.to_owned(),
                from: from.to_owned(),
                ..Mail::default()
            };
            Config { mail, ..Config::default() }
        };
        assert!(Config::default().smtp().unwrap().is_none(), "without a host nothing is sent");
        let sender = "Acme Systems <desk@acme.example>";
        assert!(with("mail.acme.example", "tls", sender).check().is_ok());
        assert!(with("localhost", "plain", sender).check().is_ok());
        assert!(with("mail.acme.example", "plain", sender).check().is_err());
        assert!(with("mail.acme.example", "ssl", sender).check().unwrap_err().to_string().contains("ssl"));
        assert!(with("mail.acme.example", "tls", "").check().unwrap_err().to_string().contains("mail.from"));
        let port = |config: Config| config.smtp().unwrap().unwrap().port;
        assert_eq!(port(with("mail.acme.example", "tls", sender)), 465);
        assert_eq!(port(with("mail.acme.example", "starttls", sender)), 587);
    }
}
