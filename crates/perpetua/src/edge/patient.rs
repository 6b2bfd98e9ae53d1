//! Connections whose silence has an end: before the first byte, and while an answer is not taken.
//!
//! What lies between (heads and bodies of requests) is watched where it is understood, by the HTTP server.

use std::future::{Future as _, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use futures::future::{BoxFuture, FutureExt as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::Patience;

/// Accepts connections, in clear or by TLS, and watches them.
#[derive(Clone)]
pub struct Patient {
    tls: Option<RustlsAcceptor>,
    patience: Patience,
}

impl Patient {
    /// Accepts by TLS when there is a certificate.
    pub fn new(tls: Option<RustlsConfig>, patience: Patience) -> Self {
        let tls = tls.map(|config| RustlsAcceptor::new(config).handshake_timeout(patience.head));
        Self { tls, patience }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Patient {
    type Stream = Watched;
    type Service = S;
    type Future = BoxFuture<'static, io::Result<(Watched, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        // Small answers go out at once; a socket that refuses this is served all the same.
        let _ = stream.set_nodelay(true);
        let patience = self.patience;
        match &self.tls {
            None => ready(Ok((Watched::new(Box::new(stream), patience), service))).boxed(),
            Some(tls) => {
                let shaken = tls.accept(stream, service);
                async move {
                    let (stream, service) = shaken.await?;
                    Ok((Watched::new(Box::new(stream), patience), service))
                }
                .boxed()
            }
        }
    }
}

/// Bytes in both directions.
pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// A connection that fails when it was silent for too long.
pub struct Watched {
    stream: Box<dyn Socket>,
    patience: Patience,
    /// Runs until the first byte has come.
    first: Option<Pin<Box<Sleep>>>,
    /// Runs while bytes wait to be taken.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    fn new(stream: Box<dyn Socket>, patience: Patience) -> Self {
        Self { stream, patience, first: Some(Box::pin(sleep(patience.head))), stalled: None }
    }

    /// Passes on what came of an attempt to write, and fails when nothing was taken for too long.
    fn taken<T>(&mut self, cx: &mut Context<'_>, attempt: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.stalled = None;
            return attempt;
        }
        let limit = self.patience.answer;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        stalled.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_ready() {
            self.first = None;
        }
        match self.first.as_mut().map(|first| first.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            _ => read,
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.taken(cx, attempt)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.taken(cx, attempt)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.stream).poll_flush(cx);
        self.taken(cx, attempt)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.taken(cx, attempt)
    }
}
