//! What every step of the desk stores and tells: the request's row with its case, record and event, and the attempts
//! that were refused (I5).

use perpetua_domain::access::TenantKind;
use perpetua_domain::id::RequestId;
use perpetua_domain::request::RequestState;
use perpetua_store::desk::{self as rows, CaseRow};
use perpetua_store::requests::RequestRow;
use perpetua_store::{Conn, Utc, support as services};
use serde_json::Value;

use crate::audit::{self, Entry};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::problem::Problem;
use crate::{event, refusal};

/// Stores request and case; the version in `row` is the one that was decided on.
pub(super) fn save(conn: &mut Conn, stamp: &Stamp, row: &RequestRow, case: &CaseRow) -> Result<(), Problem> {
    services::update(conn, row, &crate::support::side_of(stamp, row.id))?;
    let answered = (row.state.0 == RequestState::Closed).then(|| Utc::from(stamp.now));
    rows::save(conn, &CaseRow { answered_at: case.answered_at.or(answered), ..case.clone() })?;
    Ok(())
}

/// Record and event of something that happened to a request. The customer finds what became of its own one.
pub(super) fn note(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    row: &RequestRow,
    kind: &'static str,
    mut facts: Value,
) -> Result<(), Problem> {
    facts["number"] = row.number.clone().into();
    let entry = Entry::new(kind, "request", row.id.0).partner(row.partner_id.0).detail(facts.clone());
    let entry = if super::is_ask(conn, row)? { entry.customer(row.customer_id.0) } else { entry };
    audit::record(conn, ids, stamp, &entry)?;
    push(conn, ids, stamp, row, kind, facts)
}

/// The event alone.
pub(super) fn push(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    row: &RequestRow,
    kind: &str,
    mut facts: Value,
) -> Result<(), Problem> {
    facts["number"] = row.number.clone().into();
    facts["id"] = row.id.0.to_string().into();
    facts["partner"] = row.partner_id.0.to_string().into();
    facts["customer"] = row.customer_id.0.to_string().into();
    facts["actor"] = stamp.caller.person.to_string().into();
    event::push(conn, ids, stamp, kind, &facts)?;
    Ok(())
}

/// Record and event of the end of a request: what ended it, and that it is closed, which programs hear of.
pub(super) fn note_end(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    row: &RequestRow,
    kind: &'static str,
    facts: Value,
) -> Result<(), Problem> {
    note(conn, ids, stamp, row, kind, facts.clone())?;
    let mut closed = facts;
    // What a customer asked its partner ends with the purchase: nobody decided about it.
    if !super::is_ask(conn, row)? {
        closed["ended"] = kind.into();
    }
    push(conn, ids, stamp, row, "request.closed", closed)
}

/// Records a refused attempt at a request.
pub(super) async fn noted<T>(
    app: &App,
    caller: &Caller,
    id: RequestId,
    result: Result<T, Problem>,
) -> Result<T, Problem> {
    noted_as(app, caller, Entry::new("request.decide_refused", "request", id), result).await
}

/// Records a refused attempt, for the tenant whose person made it.
pub(crate) async fn noted_as<T>(
    app: &App,
    caller: &Caller,
    entry: Entry,
    result: Result<T, Problem>,
) -> Result<T, Problem> {
    if let Err(problem) = &result {
        let entry = match caller.kind {
            TenantKind::Partner => entry.partner(caller.tenant),
            TenantKind::Customer => entry.customer(caller.tenant),
            TenantKind::Operator => entry,
        };
        refusal::note(app, caller, entry, problem).await;
    }
    result
}
