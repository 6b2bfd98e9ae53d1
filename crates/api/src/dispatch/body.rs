//! Reading bodies without letting anybody fill the memory with them.

use std::time::Duration;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::wire::fault::{Fault, Reason};

/// Bodies up to this many bytes are read at once.
const SHORT: usize = 64 * 1024;
/// Longer ones that are read at the same time; the others wait.
const LONG_AT_ONCE: usize = 32;
/// How long a whole body may take, however steadily its bytes trickle in.
const TIME: Duration = Duration::from_secs(30);

/// The room that long bodies share.
pub(super) struct Room(Semaphore);

impl Default for Room {
    fn default() -> Self {
        Self(Semaphore::new(LONG_AT_ONCE))
    }
}

impl Room {
    /// The whole body, of at most `max` bytes.
    ///
    /// # Errors
    ///
    /// 400/3000 about the body when it is longer, breaks off or takes over [`TIME`].
    pub(super) async fn read(&self, headers: &HeaderMap, body: Body, max: usize) -> Result<Bytes, Fault> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let too_long = || Fault::invalid_property("body", Reason::TooLarge);
        let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: usize| length > max) {
            return Err(too_long());
        }
        let whole = async {
            let is_short = announced.is_some_and(|length| length <= SHORT);
            let _place = if is_short { None } else { self.0.acquire().await.ok() };
            to_bytes(body, max).await.ok()
        };
        timeout(TIME, whole).await.ok().flatten().ok_or_else(too_long)
    }
}
