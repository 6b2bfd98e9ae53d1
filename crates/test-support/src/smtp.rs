//! A mail server for tests: it speaks SMTP on this machine, keeps what it was given, and can be told to fail.
//!
//! It knows what our sender uses: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, RSET, NOOP, QUIT. What is out of order
//! is refused as a real server does.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How connections to the server are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// Never.
    Plain,
    /// After STARTTLS.
    StartTls,
    /// From the first byte.
    Tls,
}

/// What goes wrong with the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The recipient is refused with this code.
    Recipient(u16),
    /// The mail is refused with this code after it was given.
    Data(u16),
    /// The mail is kept, and the connection ends before that is said.
    SilentAfterData,
}

/// A mail as the server got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`.
    pub to: Vec<String>,
    /// The message.
    pub data: Vec<u8>,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// User and password, where they were given.
    pub login: Option<(String, String)>,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    faults: VecDeque<Fault>,
    connections: usize,
}

/// The server, running until it is dropped.
pub struct SmtpReceiver {
    address: SocketAddr,
    authority: String,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

impl Drop for SmtpReceiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl SmtpReceiver {
    /// A server on a free port of this machine. Its certificate is for `localhost`.
    ///
    /// # Panics
    ///
    /// When there is no port or no certificate.
    pub async fn start(speaks: Speaks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("it has an address");
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate can be made");
        let authority = cert.pem();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("certificate and key belong together");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lock(&shared).connections += 1;
                tokio::spawn(serve(stream, speaks, acceptor.clone(), shared.clone()));
            }
        });
        Self { address, authority, state, accepting }
    }

    /// Its port; the host is `localhost`.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its certificate, as PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What it has got so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state).received.clone()
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// Fails with the next mail; each call adds one more.
    pub fn fail_next(&self, fault: Fault) {
        lock(&self.state).faults.push_back(fault);
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(stream: TcpStream, speaks: Speaks, acceptor: TlsAcceptor, state: Arc<Mutex<State>>) {
    // Whoever leaves in the middle has left: there is nobody to tell.
    match speaks {
        Speaks::Plain => drop(Session::new(stream, state, false, false).talk(true).await),
        Speaks::Tls => {
            if let Ok(stream) = acceptor.accept(stream).await {
                drop(Session::new(stream, state, true, false).talk(true).await);
            }
        }
        Speaks::StartTls => {
            let Ok(Some(stream)) = Session::new(stream, state.clone(), false, true).talk(true).await else { return };
            if let Ok(stream) = acceptor.accept(stream).await {
                drop(Session::new(stream, state, true, false).talk(false).await);
            }
        }
    }
}

struct Session<S> {
    stream: BufReader<S>,
    state: Arc<Mutex<State>>,
    encrypted: bool,
    offers_tls: bool,
    login: Option<(String, String)>,
    from: Option<String>,
    to: Vec<String>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(stream: S, state: Arc<Mutex<State>>, encrypted: bool, offers_tls: bool) -> Self {
        let stream = BufReader::new(stream);
        Self { stream, state, encrypted, offers_tls, login: None, from: None, to: Vec::new() }
    }

    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
        self.stream.get_mut().flush().await
    }

    async fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        Ok(Some(line))
    }

    /// Talks until the other side leaves; gives the stream back when TLS is to begin on it.
    async fn talk(mut self, greets: bool) -> std::io::Result<Option<S>> {
        if greets {
            self.say("220 localhost ready").await?;
        }
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let (verb, rest) = line.split_once(' ').unwrap_or((line.as_str(), ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "STARTTLS" if self.offers_tls => {
                    self.say("220 go on").await?;
                    return Ok(Some(self.stream.into_inner()));
                }
                "AUTH" => self.auth(rest).await?,
                "MAIL" => {
                    self.from = address(rest);
                    self.to.clear();
                    self.say(if self.from.is_some() { "250 ok" } else { "501 no address" }).await?;
                }
                "RCPT" => self.recipient(rest).await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(None);
                    }
                }
                "RSET" => {
                    (self.from, self.to) = (None, Vec::new());
                    self.say("250 ok").await?;
                }
                "NOOP" => self.say("250 ok").await?,
                "QUIT" => {
                    self.say("221 bye").await?;
                    return Ok(None);
                }
                _ => self.say("502 not known").await?,
            }
        }
        Ok(None)
    }

    async fn hello(&mut self) -> std::io::Result<()> {
        self.say("250-localhost").await?;
        self.say("250-8BITMIME").await?;
        if self.offers_tls {
            self.say("250-STARTTLS").await?;
        }
        self.say("250 AUTH PLAIN").await
    }

    async fn auth(&mut self, rest: &str) -> std::io::Result<()> {
        let given = rest.strip_prefix("PLAIN ").and_then(|text| data_encoding::BASE64.decode(text.as_bytes()).ok());
        let text = given.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let mut parts = text.split('\0').skip(1).map(str::to_owned);
        self.login = parts.next().zip(parts.next());
        self.say(if self.login.is_some() { "235 welcome" } else { "535 no" }).await
    }

    async fn recipient(&mut self, rest: &str) -> std::io::Result<()> {
        let refused = {
            let mut state = lock(&self.state);
            match state.faults.front() {
                Some(Fault::Recipient(code)) => {
                    let code = *code;
                    state.faults.pop_front();
                    Some(code)
                }
                _ => None,
            }
        };
        match (refused, address(rest)) {
            (Some(code), _) => self.say(&format!("{code} this recipient is refused")).await,
            (None, Some(to)) if self.from.is_some() => {
                self.to.push(to);
                self.say("250 ok").await
            }
            _ => self.say("503 out of order").await,
        }
    }

    /// Takes a message; `false` when the connection is to end now.
    async fn data(&mut self) -> std::io::Result<bool> {
        let Some(from) = self.from.take().filter(|_| !self.to.is_empty()) else {
            self.say("503 out of order").await?;
            return Ok(true);
        };
        self.say("354 go on, end with a dot").await?;
        let mut data = Vec::new();
        loop {
            let Some(line) = self.line().await? else { return Ok(false) };
            if line == b".\r\n" {
                break;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let fault = lock(&self.state).faults.pop_front();
        if let Some(Fault::Data(code)) = fault {
            self.say(&format!("{code} this mail is refused")).await?;
            return Ok(true);
        }
        let to = std::mem::take(&mut self.to);
        let mail = Received { from, to, data, encrypted: self.encrypted, login: self.login.clone() };
        lock(&self.state).received.push(mail);
        if fault == Some(Fault::SilentAfterData) {
            return Ok(false);
        }
        self.say("250 kept").await?;
        Ok(true)
    }
}

/// What stands between the angle brackets.
fn address(text: &str) -> Option<String> {
    Some(text.split_once('<')?.1.split_once('>')?.0.to_owned())
}
