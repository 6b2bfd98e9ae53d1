//! Mail on the wire: a letter as text and HTML in one message, sent by SMTP.
//!
//! Each mail has a connection of its own, encrypted as the settings say, and [`TIMEOUT`] in all. The password of the
//! server and what a mail says stand in no log and in no error.

mod body;
mod delivery;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use lettre::address::AddressError;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use perpetua_app::mail::{Mail, Mailer};

pub use body::{html, text};
pub use delivery::EventDelivery;

/// How long one mail may take from connecting to the server's last word. Thirty-two of them, one after another,
/// stay below the lease of the outbox.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte.
    Tls,
    /// Plain first, then TLS; a server that does not offer it gets no mail.
    StartTls,
    /// Plain: for a server on this machine.
    Plain,
}

/// Where and how mail is handed over.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// User name; empty for a server that asks for none.
    pub user: String,
    /// Its password.
    pub password: String,
    /// Who writes: `Acme Systems <desk@acme.example>`, or an address alone.
    pub from: String,
    /// A PEM file with the certificate authority of an own server; empty for those that the machine trusts.
    pub authority: PathBuf,
}

/// Why mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is no mailbox.
    #[error("mail.from is no address such as `Acme Systems <desk@acme.example>`: {0}")]
    From(#[source] AddressError),
    /// The certificate authority cannot be used.
    #[error("mail.authority: {0}")]
    Authority(String),
    /// TLS cannot be set up.
    #[error("mail: {0}")]
    Tls(String),
}

/// Sends mail by SMTP.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A sender; it connects when there is something to send.
    ///
    /// # Errors
    ///
    /// Settings that cannot be meant.
    pub fn new(options: &SmtpOptions) -> Result<Self, MailError> {
        let from: Mailbox = options.from.parse().map_err(MailError::From)?;
        let protection = match options.protection {
            Protection::Plain => Tls::None,
            Protection::StartTls => Tls::Required(parameters(options)?),
            Protection::Tls => Tls::Wrapper(parameters(options)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(options.host.as_str())
            .port(options.port)
            .tls(protection)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(TIMEOUT));
        if !options.user.is_empty() {
            builder = builder.credentials(Credentials::new(options.user.clone(), options.password.clone()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    async fn send_one(&self, mail: &Mail) -> Result<(), String> {
        let message = message(&self.from, mail)?;
        let sent = tokio::time::timeout(TIMEOUT, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(why(&error)),
            Err(_) => Err("the mail server did not answer in time".to_owned()),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(self.send_one(mail))
    }
}

fn parameters(options: &SmtpOptions) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(options.host.clone());
    if !options.authority.as_os_str().is_empty() {
        let pem = std::fs::read(&options.authority).map_err(|error| MailError::Authority(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| MailError::Authority(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| MailError::Tls(error.to_string()))
}

/// What the operator's list says: the server's code, or what sort of failure it was. The server's own words may
/// repeat the recipient's address, so they stay out.
fn why(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_tls() => "the mail server's certificate or encryption is not accepted".to_owned(),
        None if error.is_client() => "the mail server does not offer what the settings ask for".to_owned(),
        None if error.is_response() => "the mail server's answer is not understood".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    }
}

/// Says that no person wrote this, so that no program answers it (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The message: the same bytes each time the same mail is sent, so that whoever gets it twice can tell.
fn message(from: &Mailbox, mail: &Mail) -> Result<Message, String> {
    let address: Address = mail.to.parse().map_err(|_| "the recipient's address cannot be used".to_owned())?;
    let name = Some(mail.to_name.clone()).filter(|name| !name.is_empty());
    // Letters of other scripts make lines longer than the wire allows; quoted-printable and base64 do not.
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("perpetua-{}", mail.id.simple()))
        .singlepart(SinglePart::plain(text(&mail.letter)))
        .singlepart(SinglePart::html(html(&mail.letter, mail.lang)));
    Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .date(SystemTime::from(mail.at))
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(mail.letter.subject.as_str())
        .header(AutoSubmitted)
        .multipart(parts)
        .map_err(|_| "the mail cannot be put together".to_owned())
}
