//! The edge over real sockets: slow and silent clients, a stop in the midst of an answer, and TLS.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tokio::sync::oneshot;

use super::tls::{Files, Look};
use super::*;

/// A served router; its end is asked for when it is dropped.
struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<io::Result<()>>,
}

/// Short enough for a test, long enough for a busy machine to do what is not slow.
fn short() -> Patience {
    let short = Duration::from_millis(300);
    Patience { head: short, body: short, answer: short, stop: Duration::from_secs(20) }
}

async fn run(router: Router, certificate: Option<Certificate>, patience: Patience) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, asked) = oneshot::channel();
    let asked = async move {
        let _ = asked.await;
    };
    let served = tokio::spawn(serve(listener, router, certificate, patience, asked));
    Running { address, stop: Some(stop), served }
}

/// Talks on a blocking socket; answers with all that came until the end.
async fn talk(address: SocketAddr, said: &'static str) -> String {
    let talk = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        let mut heard = String::new();
        match stream.read_to_string(&mut heard) {
            Ok(_) => heard,
            // A connection may also be reset instead of closed.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => heard,
            Err(error) => panic!("after {said:?}: {error}"),
        }
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

fn pages() -> Router {
    Router::new().route("/", get(|| async { "here" })).route("/form", post(|body: String| async move { body }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_silent_or_slow_is_dropped() {
    let running = run(pages(), None, short()).await;
    assert_eq!(talk(running.address, "").await, "", "says nothing");
    assert_eq!(talk(running.address, "GET / HT").await, "", "stops within its head");
    let slow_body = talk(running.address, "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf").await;
    assert!(slow_body.starts_with("HTTP/1.1 400"), "{slow_body}");
    let quick = talk(running.address, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(quick.ends_with("here"), "{quick}");
    let idle = talk(running.address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(idle.ends_with("here"), "a connection that says nothing more is closed too: {idle}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_take_its_answer_is_dropped() {
    let (sender, ended) = oneshot::channel::<()>();
    let endless = Arc::new(Mutex::new(Some(sender)));
    let page = move || {
        let held = endless.lock().unwrap().take();
        let parts = futures::stream::repeat_with(move || {
            let _held = &held;
            Ok::<_, io::Error>(bytes::Bytes::from(vec![0; 65536]))
        });
        async move { axum::body::Body::from_stream(parts) }
    };
    let running = run(Router::new().route("/endless", get(page)), None, short()).await;
    let mut stream = TcpStream::connect(running.address).unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let dropped = tokio::time::timeout(Duration::from_secs(20), ended).await;
    assert!(dropped.expect("the answer ends").is_err(), "it was dropped");
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_begun_is_finished_when_asked_to_stop() {
    let (begun, is_begun) = oneshot::channel();
    let (finish, may_finish) = oneshot::channel::<()>();
    let once = Arc::new(Mutex::new(Some((begun, may_finish))));
    let page = move || {
        let (begun, may_finish) = once.lock().unwrap().take().unwrap();
        async move {
            begun.send(()).unwrap();
            may_finish.await.unwrap();
            "done"
        }
    };
    let mut running = run(Router::new().route("/", get(page)), None, Patience::default()).await;
    let answer = tokio::spawn(talk(running.address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    is_begun.await.unwrap();
    running.stop.take().unwrap().send(()).unwrap();
    finish.send(()).unwrap();
    assert!(answer.await.unwrap().ends_with("done"));
    running.served.await.unwrap().unwrap();
}

/// Writes a new certificate for `localhost`, and answers with it.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

/// What a client hears that trusts this certificate only.
async fn hear(address: SocketAddr, trusted: CertificateDer<'static>) -> io::Result<String> {
    let talk = move || {
        let mut roots = RootCertStore::empty();
        roots.add(trusted).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap());
        let mut stream = StreamOwned::new(client.unwrap(), TcpStream::connect(address)?);
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut heard = String::new();
        stream.read_to_string(&mut heard).map(|_| heard)
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_used_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    let first = renew(folder.path());
    let mut certificate = Certificate::read(files.clone()).unwrap();
    let running = run(pages(), Some(certificate.shared()), Patience::default()).await;
    assert!(hear(running.address, first.clone()).await.unwrap().ends_with("here"));
    assert_eq!(certificate.look(), Look::Unchanged);

    std::fs::write(&files.certificate, "no certificate at all").unwrap();
    assert!(matches!(certificate.look(), Look::Refused(_)));
    assert_eq!(certificate.look(), Look::Unchanged, "one content is refused once");
    assert!(hear(running.address, first.clone()).await.unwrap().ends_with("here"), "the old one stays");

    let second = renew(folder.path());
    assert_eq!(certificate.look(), Look::Renewed);
    assert!(hear(running.address, second).await.unwrap().ends_with("here"));
    assert!(hear(running.address, first).await.is_err(), "the old one is no longer shown");
}

#[test]
fn a_certificate_with_the_key_of_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    assert!(Certificate::read(files.clone()).is_err(), "missing files");
    renew(folder.path());
    let key = std::fs::read(&files.key).unwrap();
    renew(folder.path());
    std::fs::write(&files.key, key).unwrap();
    assert!(Certificate::read(files).is_err());
}
