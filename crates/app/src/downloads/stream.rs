//! Serving the bytes of a session: streamed from media storage, never whole in memory, granted in steps.
//!
//! Each step of at most [`STEP_BYTES`] is first granted by one guarded write that looks at the purchase, link,
//! person and relationship again; between steps the same is looked at every [`RECHECK`]. So a cancellation ends a
//! running transfer (I4), and copies of one address together never get more than the session allows. Bytes that
//! a broken connection did not take count as granted, at most one step of them.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore as _};
use perpetua_domain::link::{DownloadRefusal, RangeAnswer, parse_range};
use perpetua_store::downloads as rows;

use super::session::{live, refused};
use crate::context::App;
use crate::entropy::Token;
use crate::problem::Problem;
use crate::software::MediumView;

/// Bytes that are granted at once.
pub const STEP_BYTES: u64 = 8 * 1024 * 1024;

/// How long bytes are served without looking again; half of what I4 allows at most.
pub const RECHECK: SignedDuration = SignedDuration::from_millis(2_500);

/// The bytes of an answer.
pub type Body = BoxStream<'static, Result<Bytes, io::Error>>;

/// What a request for bytes gets.
pub struct Transfer {
    /// The file.
    pub medium: MediumView,
    /// Whole, a part, or nothing because the range lies beyond the end.
    pub range: RangeAnswer,
    /// The bytes; `None` for HEAD and for a range beyond the end.
    pub body: Option<Body>,
}

/// Answers a request for a session's file. `range` is the header's text; without `with_body` (HEAD) nothing is
/// granted and nothing counted.
///
/// # Errors
///
/// `not_found` for an unknown or altered token; `download_expired`, `download_revoked`, `download_used_up`,
/// `purchase_cancelled`, `subscription_suspended`, `relationship_ended`.
pub async fn open(app: &Arc<App>, token: &str, range: Option<&str>, with_body: bool) -> Result<Transfer, Problem> {
    let token_hash = Token::parse(token).ok_or_else(Problem::not_found)?.hash();
    let now = app.real_clock.now();
    let session = app.store.read(move |conn| live(conn, &token_hash, now)).await?;
    let medium = MediumView::new(&session.medium)?;
    let asked = range.map_or(RangeAnswer::Whole, |range| parse_range(range, medium.size));
    let range = within_budget(asked, medium.size, session.bytes_left)?;
    let (start, length) = match range {
        RangeAnswer::Whole => (0, medium.size),
        RangeAnswer::Part { start, end } => (start, end - start + 1),
        RangeAnswer::Unsatisfiable => return Ok(Transfer { medium, range, body: None }),
    };
    if !with_body {
        return Ok(Transfer { medium, range, body: None });
    }
    if length == 0 {
        return Ok(Transfer { medium, range, body: Some(futures::stream::empty().boxed()) });
    }
    // The first step is granted before the answer begins, so that a refusal still has its status.
    let granted = grant(app, token_hash, length).await?;
    let options = GetOptions { range: Some(GetRange::Bounded(start..start + length)), ..GetOptions::default() };
    let path = Path::from(session.medium.storage_key.as_str());
    let found = app.media.get_opts(&path, options).await.map_err(Problem::internal)?;
    let source = found.into_stream().map_err(io::Error::other).boxed();
    let serving =
        Serving { app: app.clone(), token_hash, source, pending: Bytes::new(), granted, left: length, checked: now };
    let body = futures::stream::try_unfold(serving, Serving::next).boxed();
    Ok(Transfer { medium, range, body: Some(body) })
}

/// What can be served of an answer with the bytes that are left, so that no length is announced that will not come:
/// a part may be shorter than asked for (RFC 9110, 15.3.7), a whole may not.
fn within_budget(asked: RangeAnswer, size: u64, bytes_left: u64) -> Result<RangeAnswer, Problem> {
    match asked {
        RangeAnswer::Whole if bytes_left < size => Err(refused(DownloadRefusal::BytesUsedUp)),
        RangeAnswer::Part { start, end } if bytes_left <= end - start => match bytes_left {
            0 => Err(refused(DownloadRefusal::BytesUsedUp)),
            left => Ok(RangeAnswer::Part { start, end: start + left - 1 }),
        },
        asked => Ok(asked),
    }
}

struct Serving {
    app: Arc<App>,
    token_hash: [u8; 32],
    source: BoxStream<'static, Result<Bytes, io::Error>>,
    /// Read from storage, not yet granted.
    pending: Bytes,
    /// Granted, not yet served.
    granted: u64,
    /// Of the range, not yet served.
    left: u64,
    checked: Timestamp,
}

impl Serving {
    /// The next bytes; an error aborts the answer, which the client sees as a broken transfer.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, io::Error> {
        if self.left == 0 {
            return Ok(None);
        }
        let now = self.app.real_clock.now();
        if self.granted == 0 {
            self.granted = grant(&self.app, self.token_hash, self.left).await.map_err(stopped)?;
            self.checked = now;
        } else if now.duration_since(self.checked).abs() >= RECHECK {
            let token_hash = self.token_hash;
            self.app.store.read(move |conn| live_or_used_up(conn, &token_hash, now)).await.map_err(stopped)?;
            self.checked = now;
        }
        while self.pending.is_empty() {
            let more = self.source.try_next().await?;
            self.pending = more.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        }
        let most = usize::try_from(self.granted.min(self.left)).unwrap_or(usize::MAX).min(self.pending.len());
        let bytes = self.pending.split_to(most);
        self.granted -= bytes.len() as u64;
        self.left -= bytes.len() as u64;
        Ok(Some((bytes, self)))
    }
}

/// While granted bytes remain, it does not matter that none beyond them are left.
fn live_or_used_up(conn: &mut perpetua_store::Conn, token_hash: &[u8], now: Timestamp) -> Result<(), Problem> {
    match live(conn, token_hash, now) {
        Err(problem) if problem.code == "download_used_up" => Ok(()),
        Err(problem) => Err(problem),
        Ok(_) => Ok(()),
    }
}

/// Grants up to a step of `wanted` bytes, at least one.
async fn grant(app: &App, token_hash: [u8; 32], wanted: u64) -> Result<u64, Problem> {
    let input = (token_hash, app.real_clock.now(), wanted.min(STEP_BYTES));
    app.store
        .write(input, |conn, (token_hash, now, wanted)| {
            let session = live(conn, token_hash, *now)?;
            let granted = session.bytes_left.min(*wanted);
            let bytes = i64::try_from(granted).map_err(Problem::internal)?;
            // Another copy of the same address may have taken the rest meanwhile.
            if granted == 0 || !rows::grant(conn, session.row.download.id.0, bytes)? {
                return Err(refused(DownloadRefusal::BytesUsedUp));
            }
            Ok(granted)
        })
        .await
}

fn stopped(problem: Problem) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, problem.code)
}
