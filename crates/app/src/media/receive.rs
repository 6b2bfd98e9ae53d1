//! Streaming content into media storage while it is hashed, counted and looked at; never whole in memory.

use std::io;

use bytes::Bytes;
use futures::stream::{Stream, StreamExt as _};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, WriteMultipart};
use sha2::{Digest as _, Sha256};

use super::unavailable;
use crate::context::App;
use crate::problem::Problem;

/// Parts that travel to storage at once.
const PARTS_AT_ONCE: usize = 4;

/// How much is taken, and the codes of refusals for the field `file`.
pub(crate) struct Terms {
    /// Most bytes.
    pub(crate) size_max: u64,
    /// Says that nothing came.
    pub(crate) empty: &'static str,
    /// Says that more came.
    pub(crate) too_large: &'static str,
}

/// What was received.
pub(crate) struct Received {
    /// SHA-256 of the content.
    pub(crate) sha256: [u8; 32],
    /// Bytes, at least one.
    pub(crate) size: u64,
}

/// Streams the content into storage; `look` sees each part and may refuse it. What is refused or breaks off is not
/// kept.
///
/// # Errors
///
/// Those of `terms` and `look`, `upload_broken`, `media_unavailable`.
pub(crate) async fn receive<S>(
    app: &App,
    path: &Path,
    mut content: S,
    terms: &Terms,
    mut look: impl FnMut(&[u8]) -> Result<(), Problem> + Send,
) -> Result<Received, Problem>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    let upload = app.media.put_multipart(path).await.map_err(|error| unavailable(&error))?;
    let mut writer = WriteMultipart::new(upload);
    let mut hash = Sha256::new();
    let mut size = 0_u64;
    let refused = loop {
        let Some(part) = content.next().await else {
            break (size == 0).then(|| Problem::field("file", terms.empty));
        };
        let part = match part {
            Ok(part) => part,
            Err(error) => {
                tracing::info!(%error, "an upload broke off");
                break Some(Problem::invalid("upload_broken"));
            }
        };
        size += part.len() as u64;
        if size > terms.size_max {
            break Some(Problem::field("file", terms.too_large));
        }
        if let Err(problem) = look(&part) {
            break Some(problem);
        }
        hash.update(&part);
        if let Err(error) = writer.wait_for_capacity(PARTS_AT_ONCE).await {
            break Some(unavailable(&error));
        }
        writer.put(part);
    };
    if let Some(problem) = refused {
        if let Err(error) = writer.abort().await {
            tracing::warn!(%error, %path, "a broken upload stays in storage");
        }
        return Err(problem);
    }
    writer.finish().await.map_err(|error| unavailable(&error))?;
    Ok(Received { sha256: hash.finalize().into(), size })
}
