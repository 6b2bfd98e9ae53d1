//! Recording what a known caller was refused (I5). The refused write was rolled back, so this is a
//! write of its own.

use perpetua_store::StoreError;

use crate::audit::{self, Entry};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::{Kind, Problem};

/// Records the attempt when the problem is a refusal; other problems are no attempt at anything.
/// A failure to record is logged, as the caller's answer is the refusal either way.
pub async fn note(app: &App, caller: &Caller, mut entry: Entry, problem: &Problem) {
    if !matches!(problem.kind, Kind::Forbidden | Kind::NotFound | Kind::Conflict | Kind::Invalid) {
        return;
    }
    if let Some(facts) = entry.detail.as_object_mut() {
        facts.insert("refused".to_owned(), problem.code.into());
    }
    let stamp = app.stamp(caller);
    let recorded: Result<(), StoreError> = app
        .store
        .write((stamp, entry), |conn, (stamp, entry)| audit::record_refusal(conn, &mut stamp.seed.ids(), stamp, entry))
        .await;
    if let Err(error) = recorded {
        tracing::error!(%error, request_id = caller.origin.request_id, "a refusal was not recorded");
    }
}
