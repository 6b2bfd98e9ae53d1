//! A write and its copies: one request id has one effect and one answer (I2, design §7).

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use perpetua_app::caller::Claim;
use perpetua_app::claim::{self, Known};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::{Caller, Problem};
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;
use uuid::Uuid;

use super::{Api, ApiState, Seen};
use crate::call::{About as _, Answer, Call, json_response};
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::route::normalised;

/// How long a copy of a running write waits for its answer.
const COPY_WAIT: Duration = Duration::from_secs(10);
/// How often it looks.
const COPY_LOOK: Duration = Duration::from_millis(25);

/// The answer of the first copy, or that of this one.
pub(super) async fn run(
    api: &ApiState,
    seen: &Arc<Seen>,
    operation: &Arc<Operation>,
    claim: Claim,
    call: Call,
) -> Result<Response, Fault> {
    if let Some(answer) = replay(api, &claim, operation).await? {
        return Ok(answer);
    }
    let (api, seen, operation) = (api.clone(), seen.clone(), operation.clone());
    let effect = async move {
        let outcome = (operation.handler)(call).await;
        settle(&api, &seen, &claim, &operation, outcome).await
    };
    // On its own, because a client that hangs up must not keep the answer to its effect from being remembered.
    tokio::spawn(effect.in_current_span()).await.unwrap_or_else(|_| Err(Fault::unexpected()))
}

/// The key under which a write is remembered: who, what and which request id (design §7).
pub(super) fn claim_of(api: &Api, seen: &Seen, caller: &Caller, body: &[u8]) -> Result<Claim, Fault> {
    let mut hash = Sha256::new();
    let app = caller.app.as_ref().map_or_else(Uuid::nil, |app| app.id.uuid());
    let parts: [&[u8]; 6] = [
        caller.tenant.as_ref(),
        app.as_bytes(),
        caller.person.as_ref(),
        seen.method.as_str().as_bytes(),
        &normalised(&seen.path).to_ascii_lowercase().into_bytes(),
        seen.request_id.as_bytes(),
    ];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let body_hash = claim::body_hash(&api.site.app, body).about(Family::Other)?;
    Ok(Claim { key: hash.finalize().into(), nonce: Uuid::from_bytes(api.site.app.entropy.bytes()), body_hash })
}

/// The answer of an earlier copy; waits for one that still runs.
async fn replay(api: &Api, claim: &Claim, operation: &Operation) -> Result<Option<Response>, Fault> {
    let wait = async {
        loop {
            match claim::look_up(&api.site.app, claim).await.about(Family::Other)? {
                // Whose process died before its answer was remembered is asked again: what exists is found,
                // and what could exist twice meets the claim.
                Known::New | Known::Abandoned => return Ok(None),
                Known::OtherBody => return Err(Fault::invalid_property("MS-RequestId", Reason::Reused)),
                Known::Answered { status, body } => {
                    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                    return Ok(Some(json_response(status, body)));
                }
                Known::Running => tokio::time::sleep(COPY_LOOK).await,
            }
        }
    };
    tokio::time::timeout(COPY_WAIT, wait).await.unwrap_or_else(|_| Err(busy(operation)))
}

/// What a copy of a write is told whose first copy still runs.
fn busy(operation: &Operation) -> Fault {
    let is_cart = operation.path.split('/').any(|part| part == "carts");
    Fault::of(if is_cart { codes::CART_BUSY } else { codes::ORDER_IN_PROGRESS })
}

/// Remembers the outcome of a write, or gives that of the copy that was first.
async fn settle(
    api: &Api,
    seen: &Seen,
    claim: &Claim,
    operation: &Operation,
    outcome: Result<Answer, Fault>,
) -> Result<Response, Fault> {
    let remember = |status: u16, body: String| claim::remember(&api.site.app, claim, status, body);
    match outcome {
        Ok(answer) => {
            if let Some(body) = answer.remembered() {
                log(remember(answer.status().as_u16(), body).await);
            }
            Ok(answer.into_response())
        }
        Err(fault) => {
            if !fault.is_claimed() && matches!(fault.status(), 400 | 403 | 404 | 409) {
                let body = fault.body(seen.lang, &seen.correlation.to_string()).to_string();
                log(remember(fault.status(), body).await);
            }
            // Where a copy was first, this refusal may come of its effect; all copies get the first answer.
            match replay(api, claim, operation).await? {
                Some(answer) => Ok(answer),
                None if fault.is_claimed() => Err(busy(operation)),
                None => Err(fault),
            }
        }
    }
}

fn log(result: Result<(), Problem>) {
    if let Err(problem) = result {
        tracing::error!(code = problem.code, source = problem.private_source(), "an answer was not remembered");
    }
}
