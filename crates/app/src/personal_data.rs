//! Personal data of people who asked, wrote or were named: how long it stays with requests that ended, the job that
//! removes it, and an export of what is stored about one person.
//!
//! What is removed is who asked and what people wrote: contact, texts, notes and files. Numbers, amounts, outcomes,
//! credit notes and the audit trail stay, so books and proofs agree as before (I5, I8).

mod export;
mod mentions;

use jiff::Timestamp;
use object_store::ObjectStoreExt as _;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{RequestFileId, RequestId};
use perpetua_domain::request::RequestState;
use perpetua_domain::support::{PERSONAL_DAYS, personal_data_ends};
use perpetua_store::personal_data::{self as rows, CHUNK};
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::{Conn, Id, StoreError, request_files, settings};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Guest, Origin};
use crate::context::App;
use crate::desk;
use crate::problem::{Param, Problem};

pub use export::{Exported, NAME_CHARS_MAX, ROWS_MAX, Whom, export};
pub use mentions::LOOKED_MAX;

/// The name of the setting.
const DAYS: &str = "desk-personal-data-days";
/// Requests that one round looks at most; what is left waits for the next one.
const AT_ONCE: i64 = 200;

/// For how many days closed requests keep personal data; `None` for ever.
fn kept_days(conn: &mut Conn) -> Result<Option<u16>, StoreError> {
    Ok(settings::get(conn, DAYS)?.and_then(|value| value.parse().ok()))
}

/// For how many days closed requests keep personal data (`None` for ever), and whether the caller may change it.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn retention(app: &App, caller: &Caller) -> Result<(Option<u16>, bool), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            desk::require_desk(conn, &caller)?;
            Ok((kept_days(conn)?, authorize::allows(conn, &caller, Permission::PartnerManage, Owner::Own)?))
        })
        .await
}

/// Sets for how many days closed requests keep personal data; `None` keeps it for ever.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator's administrators; `not_in_range` for the field `days`.
pub async fn set_retention(app: &App, caller: &Caller, days: Option<u16>) -> Result<(), Problem> {
    if days.is_some_and(|days| !PERSONAL_DAYS.contains(&days)) {
        let bound = |days: &u16| Param::Number(i64::from(*days));
        let params = vec![("min", bound(PERSONAL_DAYS.start())), ("max", bound(PERSONAL_DAYS.end()))];
        return Err(Problem::invalid("invalid_input").with_field_params("days", "not_in_range", params));
    }
    let result = app
        .store
        .write((app.stamp(caller), days), |conn, (stamp, days)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
            let before = kept_days(conn)?;
            settings::set(conn, DAYS, &days.map(|days| days.to_string()).unwrap_or_default())?;
            let facts = json!({ "from": before, "to": days });
            let entry = Entry::new("desk.retention_changed", "setting", DAYS).detail(facts);
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await;
    desk::noted_as(app, caller, Entry::new("desk.settings_refused", "setting", DAYS), result).await
}

/// Removes personal data whose time is over; gives how many requests and hand-overs that were.
///
/// # Errors
///
/// The store's; what was removed before stays removed.
pub async fn remove_due(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let due = move |conn: &mut Conn| {
        let Some(days) = kept_days(conn)? else { return Ok::<_, Problem>(None) };
        let before = personal_data_ends(now, days);
        let has_hand_overs = rows::hand_over_is_due(conn, before.into())?;
        Ok(Some((before, rows::due(conn, before.into(), AT_ONCE)?, has_hand_overs)))
    };
    let Some((before, requests, has_hand_overs)) = app.store.read(due).await? else { return Ok(0) };
    let mut removed = 0;
    for row in requests {
        removed += usize::from(remove_of(app, row.id).await?);
    }
    let mut more = has_hand_overs;
    while more {
        let guest = app.guest(&Origin::program("personal-data"));
        let count = app.store.write((guest, before), |conn, (guest, before)| blank(conn, guest, *before)).await?;
        removed += count;
        more = i64::try_from(count).is_ok_and(|count| count >= CHUNK);
    }
    Ok(removed)
}

fn blank(conn: &mut Conn, guest: &Guest, before: Timestamp) -> Result<usize, Problem> {
    let count = rows::blank_hand_overs(conn, before.into())?;
    if count > 0 {
        let entry = Entry::new("hand_over.personal_removed", "hand_over", "").detail(json!({ "count": count }));
        audit::record_guest(conn, &mut guest.seed.ids(), guest, &entry)?;
    }
    Ok(count)
}

/// What one step of removing came to.
enum Step {
    /// There is more of the same request.
    Again,
    /// All of it is removed now.
    Removed,
    /// It changed meanwhile: another round looks again.
    Later,
}

/// Removes the personal data of one request; `false` when another round must do it.
async fn remove_of(app: &App, id: Id<RequestId>) -> Result<bool, Problem> {
    let files = app.store.read(move |conn| Ok::<_, Problem>(request_files::of_request(conn, id.0)?)).await?;
    // The content goes first: a row that is left behind finds it again, content without a row would stay for ever.
    for file in &files {
        match app.media.delete(&crate::request_files::path_of(file.id.0)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => {
                tracing::warn!(%error, file = %file.id.0, "a file could not be removed; it is tried again");
                return Ok(false);
            }
        }
    }
    let files: Vec<Id<RequestFileId>> = files.into_iter().map(|file| file.id).collect();
    loop {
        let input = (app.guest(&Origin::program("personal-data")), id, files.clone());
        match app.store.write(input, |conn, (guest, id, files)| remove_in(conn, guest, *id, files)).await? {
            Step::Again => {}
            Step::Removed => return Ok(true),
            Step::Later => return Ok(false),
        }
    }
}

fn remove_in(conn: &mut Conn, guest: &Guest, id: Id<RequestId>, files: &[Id<RequestFileId>]) -> Result<Step, Problem> {
    let Some(row) = requests::find(conn, id.0)? else { return Ok(Step::Later) };
    if row.state.0 != RequestState::Closed || row.personal_removed_at.is_some() {
        return Ok(Step::Later);
    }
    if i64::try_from(rows::remove_notes(conn, id)?).is_ok_and(|count| count >= CHUNK) {
        return Ok(Step::Again);
    }
    rows::remove_files(conn, id, files.to_vec())?;
    if request_files::count_of_request(conn, id)? > 0 {
        return Ok(Step::Later);
    }
    rows::blank(conn, &row, guest.now.into())?;
    let row = RequestRow { title: String::new(), ..row };
    desk::rewrite_words(conn, &row)?;
    let facts = json!({ "number": row.number, "files": files.len() });
    let entry = Entry::new("request.personal_removed", "request", id.0).partner(row.partner_id.0).detail(facts);
    let entry = if desk::is_ask(conn, &row)? { entry.customer(row.customer_id.0) } else { entry };
    audit::record_guest(conn, &mut guest.seed.ids(), guest, &entry)?;
    Ok(Step::Removed)
}
