//! The operator's queue and its work apart from money: who takes a request, a higher activation limit, and above
//! which amount a second person agrees.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{ProductKeyId, RequestId};
use perpetua_domain::request::RequestState;
use perpetua_i18n::collation;
use perpetua_store::desk::{self as rows, CaseRow, QueueFilter, Queued, Sought};
use perpetua_store::requests::{RequestKey, RequestRow};
use perpetua_store::support::{self as notes, NoteRow};
use perpetua_store::{Conn, Id, Page, StoreError, Utc, activations, keys, settings};
use serde_json::json;

use super::already;
use super::decide::find;
use super::record::{note, noted, noted_as, save};
use crate::activation::replace::{self, Known, Why};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::cancellation::{Purchase, RequestCursor};
use crate::context::App;
use crate::event;
use crate::orders::mint::SealedKey;
use crate::problem::{Param, Problem};

/// The name of the setting.
const ABOVE: &str = "desk-second-person-above";
/// The highest activation limit that a person gives.
const LIMIT_MAX: i64 = 1_000_000;
/// The longest text that the queue looks for, in characters.
const QUERY_CHARS_MAX: usize = 200;

/// The operator's queue, oldest first, at most `limit` (1 to 200), and where the next page begins.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn queue(
    app: &App,
    caller: &Caller,
    filter: QueueFilter,
    after: Option<RequestCursor>,
    limit: i64,
) -> Result<(Vec<Queued>, Option<RequestCursor>), Problem> {
    let caller = caller.clone();
    let after = after.map(|last| RequestKey { created_at: Utc::from_micros(last.created_at_micros), id: last.id });
    let page = Page { after, limit: limit.clamp(1, 200) };
    let sought = sought(&filter.words);
    app.store
        .read(move |conn| {
            require_desk(conn, &caller)?;
            let found = rows::queue(conn, &filter, (caller.tenant, &sought), &page)?;
            let is_full = i64::try_from(found.len()).is_ok_and(|found| found >= page.limit);
            let last = found
                .last()
                .filter(|_| is_full)
                .map(|(row, ..)| RequestCursor { created_at_micros: row.created_at.micros(), id: row.id.0 });
            Ok((found, last))
        })
        .await
}

/// A text that begins as numbers of requests do is one; any other is words.
fn sought(text: &str) -> Sought {
    let text: String = text.trim().chars().take(QUERY_CHARS_MAX).collect();
    let number = text.to_ascii_uppercase();
    let is_number = number.strip_prefix("R-").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if is_number { Sought::Number(number) } else { Sought::Words(collation::tokens(&text)) }
}

/// Other kinds of tenants have requests of their own, and no queue.
pub(crate) fn require_desk(conn: &mut Conn, caller: &Caller) -> Result<(), Problem> {
    if caller.kind != TenantKind::Operator {
        return Err(Problem::not_found());
    }
    authorize::require(conn, caller, Permission::RequestView, Owner::Own)
}

/// Takes a request for oneself, or lays it back for everybody.
///
/// # Errors
///
/// `not_found`, `missing_role`; `request_closed` and its like.
pub async fn assign(app: &App, caller: &Caller, request: RequestId, to_me: bool) -> Result<(), Problem> {
    let input = (app.stamp(caller), request, to_me);
    let result = app
        .store
        .write(input, |conn, (stamp, request, to_me)| {
            let (row, case) = find(conn, &stamp.caller, *request)?;
            if row.state.0 == RequestState::Closed {
                return Err(already(row.outcome.map(|outcome| outcome.0)));
            }
            let assignee_name = if *to_me { stamp.caller.name.clone() } else { String::new() };
            let assignee_id = to_me.then_some(Id(stamp.caller.person));
            save(conn, stamp, &row, &CaseRow { assignee_id, assignee_name, ..case })?;
            note(conn, &mut stamp.seed.ids(), stamp, &row, "request.assigned", json!({ "taken": to_me }))
        })
        .await;
    noted(app, caller, request, result).await
}

/// A higher activation limit for a purchase of a request.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The request that asks for it.
    pub request: RequestId,
    /// The version that was on the page.
    pub version: i64,
    /// The line's number within the order.
    pub line: u32,
    /// Machines that the key shall allow; above what it allows now.
    pub to: i64,
    /// The sentence for the conversation.
    pub says: String,
}

/// Raises the activation limit of a purchase's key, and says so in the conversation.
///
/// # Errors
///
/// `not_found`, `missing_role`; `changed_elsewhere`, `request_without_order`, `key_not_active`; `invalid_input`
/// naming `limit`.
pub async fn raise_limit(app: &App, caller: &Caller, command: Limit) -> Result<(), Problem> {
    let request = command.request;
    let input = (app.stamp(caller), command);
    let result = app.store.write(input, |conn, (stamp, command)| raise_in(conn, stamp, command)).await;
    noted(app, caller, request, result).await
}

fn raise_in(conn: &mut Conn, stamp: &Stamp, command: &Limit) -> Result<(), Problem> {
    let (row, case, purchase) = open_purchase(conn, stamp, command.request, command.version)?;
    let line = purchase.lines.iter().find(|line| line.line_no == i64::from(command.line));
    let line = line.ok_or_else(Problem::not_found)?;
    let key = purchase.key(line.id.0).filter(|key| key.state == "active");
    let key = key.ok_or_else(|| Problem::conflict("key_not_active"))?;
    if command.to <= key.activation_limit || command.to > LIMIT_MAX {
        let now = vec![("limit", Param::Number(key.activation_limit)), ("max", Param::Number(LIMIT_MAX))];
        return Err(Problem::invalid("invalid_input").with_field_params("limit", "limit_not_higher", now));
    }
    keys::set_limit(conn, key, command.to)?;
    let mut ids = stamp.seed.ids();
    say(conn, &mut ids, stamp, (&row, case), &command.says)?;
    let facts = json!({
        "order": purchase.order.id.0.to_string(),
        "orderNumber": purchase.order.number,
        "line": line.id.0.to_string(),
        "request": row.number,
        "from": key.activation_limit,
        "limit": command.to,
    });
    let entry = Entry::new("key.limit_raised", "product_key", key.id.0)
        .partner(row.partner_id.0)
        .customer(purchase.order.customer_id.0)
        .detail(facts.clone());
    audit::record(conn, &mut ids, stamp, &entry)?;
    let mut payload = facts;
    payload["partner"] = row.partner_id.0.to_string().into();
    payload["customer"] = purchase.order.customer_id.0.to_string().into();
    event::push(conn, &mut ids, stamp, "key.limit_raised", &payload)?;
    Ok(())
}

/// Another key for a purchase of a request.
#[derive(Debug, Clone)]
pub struct ReplaceKey {
    /// The request that asks for it.
    pub request: RequestId,
    /// The version that was on the page.
    pub version: i64,
    /// The line's number within the order.
    pub line: u32,
    /// Why.
    pub why: Why,
    /// The sentence for the conversation.
    pub says: String,
}

/// Replaces the key of a purchase, and says so in the conversation; whoever may see keys finds the new one in the
/// portal.
///
/// # Errors
///
/// `not_found`, `missing_role`; `changed_elsewhere`, `request_without_order`, `key_not_active`, `replaced_too_often`.
pub async fn replace_key(app: &App, caller: &Caller, command: ReplaceKey) -> Result<(), Problem> {
    let request = command.request;
    let result = replace_of_request(app, caller, command).await;
    noted(app, caller, request, result).await
}

async fn replace_of_request(app: &App, caller: &Caller, command: ReplaceKey) -> Result<(), Problem> {
    let (asking, request, number) = (caller.clone(), command.request, command.line);
    let line = app.store.read(move |conn| {
        let (row, _) = find(conn, &asking, request)?;
        let order = row.order_id.ok_or_else(|| Problem::conflict("request_without_order"))?.0;
        let purchase = Purchase::load_for(conn, &asking, order, Permission::RequestDecide)?;
        let line = purchase.lines.iter().find(|line| line.line_no == i64::from(number));
        line.map(|line| line.id.0).ok_or_else(Problem::not_found)
    });
    let new = replace::minted(app, line.await?).await?;
    let input = (app.stamp(caller), command, new);
    app.store.write(input, |conn, (stamp, command, new)| replace_in(conn, stamp, command, new)).await
}

fn replace_in(
    conn: &mut Conn,
    stamp: &Stamp,
    command: &ReplaceKey,
    new: &(SealedKey, ProductKeyId),
) -> Result<(), Problem> {
    let (row, case, purchase) = open_purchase(conn, stamp, command.request, command.version)?;
    let owner = Owner::Purchase { partner: row.partner_id.0, customer: purchase.order.customer_id.0 };
    authorize::require(conn, &stamp.caller, Permission::KeyReplace, owner)?;
    let line = purchase.lines.iter().find(|line| line.line_no == i64::from(command.line));
    let line = line.ok_or_else(Problem::not_found)?;
    let key = purchase.key(line.id.0).ok_or_else(|| Problem::conflict("key_not_active"))?;
    let generation = activations::find(conn, key.id.0)?.map_or(0, |key| key.generation);
    let known = Known {
        line: line.id.0,
        order_number: purchase.order.number.clone(),
        product: line.title.clone(),
        partner: row.partner_id.0,
        customer: purchase.order.customer_id.0,
    };
    let mut ids = stamp.seed.ids();
    say(conn, &mut ids, stamp, (&row, case), &command.says)?;
    // The version of the request was compared above, so that one form replaces once.
    replace::replace_in(conn, &mut ids, stamp, &known, (generation, command.why), new)
}

/// The request with its purchase, if it still waits and is as it was seen.
fn open_purchase(
    conn: &mut Conn,
    stamp: &Stamp,
    request: RequestId,
    version: i64,
) -> Result<(RequestRow, CaseRow, Purchase), Problem> {
    let (row, case) = find(conn, &stamp.caller, request)?;
    if row.state.0 == RequestState::Closed {
        return Err(already(row.outcome.map(|outcome| outcome.0)));
    }
    if row.version != version {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    let order = row.order_id.ok_or_else(|| Problem::conflict("request_without_order"))?.0;
    let purchase = Purchase::load_for(conn, &stamp.caller, order, Permission::RequestDecide)?;
    Ok((row, case, purchase))
}

/// Adds a sentence to the conversation, which is an answer.
fn say(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    (row, case): (&RequestRow, CaseRow),
    says: &str,
) -> Result<(), Problem> {
    let said = NoteRow {
        id: Id(ids.next()),
        request_id: row.id,
        author_id: Id(stamp.caller.person),
        author_name: stamp.caller.name.clone(),
        at: stamp.now.into(),
        text: says.to_owned(),
    };
    notes::insert_note(conn, &said)?;
    save(conn, stamp, row, &CaseRow { answered_at: case.answered_at.or(Some(stamp.now.into())), ..case })
}

/// Above how many whole units of a currency a second person agrees to a credit; `None` for never.
pub(super) fn above(conn: &mut Conn) -> Result<Option<u32>, StoreError> {
    Ok(settings::get(conn, ABOVE)?.and_then(|value| value.parse().ok()))
}

/// What [`above`] says, and whether the caller may change it.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn second_person_above(app: &App, caller: &Caller) -> Result<(Option<u32>, bool), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_desk(conn, &caller)?;
            Ok((above(conn)?, authorize::allows(conn, &caller, Permission::PartnerManage, Owner::Own)?))
        })
        .await
}

/// Sets above how many whole units of a currency a second person agrees; `None` asks for nobody.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator's administrators.
pub async fn set_second_person_above(app: &App, caller: &Caller, value: Option<u32>) -> Result<(), Problem> {
    let input = (app.stamp(caller), value);
    let result = app
        .store
        .write(input, |conn, (stamp, value)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
            let before = above(conn)?;
            settings::set(conn, ABOVE, &value.map(|value| value.to_string()).unwrap_or_default())?;
            let facts = json!({ "from": before, "to": value });
            let entry = Entry::new("desk.settings_changed", "setting", ABOVE).detail(facts);
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await;
    noted_as(app, caller, Entry::new("desk.settings_refused", "setting", ABOVE), result).await
}
