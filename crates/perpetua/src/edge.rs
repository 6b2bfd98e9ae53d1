//! The outer edge: sockets, TLS, and how long a slow or silent client is waited for (I10).
//!
//! Nobody holds a connection by saying nothing: the first byte, the head of a request, the next part of its
//! body and the reading of an answer all have a limit. A running answer has none as long as it is taken.

mod patient;
pub mod tls;

#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tower_http::timeout::RequestBodyTimeoutLayer;

use patient::Patient;
use tls::Certificate;

/// How long the edge waits for clients, and for the end of what was begun.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the first byte, for the whole head of a request, and between two requests of a connection.
    pub head: Duration,
    /// For the next part of a request's body.
    pub body: Duration,
    /// For a client to take the next bytes of an answer.
    pub answer: Duration,
    /// For running answers, once the program was asked to stop.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            answer: Duration::from_mins(1),
            stop: Duration::from_mins(1),
        }
    }
}

/// Answers on this listener until `stop` comes, then takes no new connection and finishes what was begun.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    certificate: Option<Certificate>,
    patience: Patience,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let acceptor = Patient::new(certificate.as_ref().map(Certificate::config), patience);
    let watching = certificate.map(|certificate| tokio::spawn(certificate.watch()));
    let service =
        router.layer(RequestBodyTimeoutLayer::new(patience.body)).into_make_service_with_connect_info::<SocketAddr>();
    let handle: Handle<SocketAddr> = Handle::new();
    let asked = handle.clone();
    let stopping = tokio::spawn(async move {
        stop.await;
        asked.graceful_shutdown(Some(patience.stop));
    });
    let mut server = Server::from_listener(listener).acceptor(acceptor).handle(handle);
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(patience.head);
    server
        .http_builder()
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience.head)
        .keep_alive_timeout(patience.head);
    let served = server.serve(service).await;
    stopping.abort();
    if let Some(watching) = watching {
        watching.abort();
    }
    served
}
