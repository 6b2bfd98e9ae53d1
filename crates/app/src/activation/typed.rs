//! Typed codes for machines that nobody can carry a file to: a person reads 54 digits from the machine's screen, types
//! them here, and reads 48 digits back. What such a code does not protect against stands in
//! `docs/license-format.md`; it is off until the operator allows it for a product, lasts at most 90 days, answers one
//! request, and counts like any activation (I3).
//!
//! The product's secret for these codes is made when they are allowed, rests sealed, and is built into the
//! publisher's software; the product key is opened here only to compute with it.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::{OrderLineId, ProductKeyId};
use perpetua_license::exchange::digits::DigitError;
use perpetua_license::exchange::typed::{self, TypedError, TypedRequest, TypedSecret};
use perpetua_license::key::ProductKey;
use perpetua_license::moment::DAY_SECONDS;
use perpetua_license::policy::activation::{self as policy, Refusal, TypedCode};
use perpetua_license::policy::answer::Answer;
use perpetua_store::activations::{self as rows, RuleRow};
use perpetua_store::key_reveals::{self, SealedKeyRow};
use perpetua_store::machines::{self, MachineRow};
use perpetua_store::{Conn, Utc};
use serde_json::json;
use zeroize::Zeroizing;

use super::apply::{Held, count_new};
use super::{facts, moment};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::event;
use crate::problem::{Param, Problem};
use crate::software;
use crate::vault::{Purpose, Sealed};

/// The longest name of a machine, in characters.
const NAME_CHARS_MAX: usize = 64;

/// Somebody asks for a code.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The purchase whose key was typed on the machine.
    pub line: OrderLineId,
    /// The nine groups that the machine shows.
    pub request: String,
    /// What the machine is called; may be empty.
    pub name: String,
}

/// A code for one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Eight groups of six digits, with hyphens between.
    pub code: String,
    /// The first instant at which it is no longer good.
    pub until: Timestamp,
}

/// Answers a typed request.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`; `invalid_input` naming `typed_request`
/// or `name`; within, why there is no code for this key now.
pub async fn issue(app: &App, caller: &Caller, ask: Ask) -> Result<Result<Issued, Refusal>, Problem> {
    let line = ask.line;
    let result = issue_to(app, caller, ask).await;
    let refused = match &result {
        Ok(Ok(_)) => return result,
        Ok(Err(refusal)) => Problem::conflict(refusal.answer.code()),
        Err(problem) => problem.shown(),
    };
    let entry = crate::keys::refused_entry(app, caller, line, "typed_code.refused").await;
    crate::refusal::note(app, caller, entry, &refused).await;
    result
}

async fn issue_to(app: &App, caller: &Caller, ask: Ask) -> Result<Result<Issued, Refusal>, Problem> {
    let (asking, line) = (caller.clone(), ask.line);
    let found = app.store.read(move |conn| {
        let (purchase, ..) = software::find(conn, &asking, line, Permission::KeyReveal)?;
        let key = key_reveals::sealed(conn, line)?.ok_or_else(|| Problem::conflict("payment_awaited"))?;
        Ok::<_, Problem>((key, rows::rule(conn, &purchase.product_id)?))
    });
    let (key, rule) = found.await?;
    let name = ask.name.trim().to_owned();
    if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(Problem::field("name", "name_not_usable"));
    }
    let request = TypedRequest::from_digits(&ask.request).map_err(|error| unreadable(&error))?;
    let Some(secret) = secret(app, rule.as_ref()).await? else {
        return Ok(Err(Answer::TypedCodeNotAllowed.into()));
    };
    let typed_key = open(app, &key).await?.as_typed();
    if request.key_tag != TypedRequest::key_tag_of(&typed_key) {
        return Err(Problem::field("typed_request", "typed_other_key"));
    }
    let input = (app.stamp(caller), line, key.id.0, request, name);
    let decided = app
        .store
        .write(input, |conn, (stamp, line, key, request, name)| decide(conn, stamp, (*line, *key), (request, name)));
    let (product, days, at) = match decided.await? {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let code = typed::answer(&request, &typed_key, &product, &secret, moment(at), days);
    Ok(Ok(Issued { code: code.map_err(Problem::internal)?, until: facts::timestamp(until(at, days)) }))
}

/// The end of the last day of a code.
fn until(at: Timestamp, days: u16) -> perpetua_license::moment::Moment {
    let day = moment(at).seconds() / DAY_SECONDS;
    perpetua_license::moment::Moment::ZERO.plus_days(day + u32::from(days) + 1)
}

fn unreadable(error: &TypedError) -> Problem {
    let code = match error {
        TypedError::Digits(DigitError::Group { index }) => {
            let group = i64::try_from(index + 1).unwrap_or(i64::MAX);
            let at = vec![("group", Param::Number(group))];
            return Problem::invalid("invalid_input").with_field_params("typed_request", "typed_group", at);
        }
        TypedError::Digits(DigitError::Foreign) => "typed_foreign",
        TypedError::Digits(DigitError::Length { .. } | DigitError::Character { .. }) => "typed_length",
        _ => "typed_version",
    };
    Problem::field("typed_request", code)
}

async fn open(app: &App, key: &SealedKeyRow) -> Result<ProductKey, Problem> {
    let sealed = Sealed { data_key: key.data_key_id.0, bytes: key.sealed.clone() };
    let aad = crate::vault::row_aad("product_key", "sealed", key.id.0.uuid());
    let text = app.unseal(Purpose::ProductKey, &aad, &sealed).await.map_err(Problem::internal)?;
    let text = str::from_utf8(&text).map_err(|_| Problem::internal("a sealed key is not text"))?;
    ProductKey::restore(text).map_err(Problem::internal)
}

type Decided = Result<(String, u16, Timestamp), Refusal>;

fn decide(
    conn: &mut Conn,
    stamp: &Stamp,
    (line, key): (OrderLineId, ProductKeyId),
    (request, name): (&TypedRequest, &str),
) -> Result<Decided, Problem> {
    software::find(conn, &stamp.caller, line, Permission::KeyReveal)?;
    if crate::backup::reveals_held(conn)? {
        return Ok(Err(Answer::TryAgainLater.into()));
    }
    let mut held = Held::take(conn, key, stamp.now)?;
    let now = moment(stamp.now);
    let known = machines::by_tag(conn, key, &request.machine)?;
    let slot = known.as_ref().map(facts::slot).transpose()?;
    let is_known = slot.is_some_and(|slot| slot.counts(now));
    let code = match policy::typed_code(&held.facts, &held.rules, is_known, now) {
        Ok(code) => code,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut ids = stamp.seed.ids();
    let row = match known.filter(|_| is_known) {
        Some(row) => MachineRow { name: if name.is_empty() { row.name.clone() } else { name.to_owned() }, ..row },
        // A machine that shows no more than a hash of its key: that, its name and nothing else is known of it.
        None => MachineRow { name: name.to_owned(), ..held.blank_machine(ids.next(), &request.machine, stamp.now) },
    };
    let row = touched(row, stamp.now, facts::utc(until(stamp.now, code.days)));
    if code.takes {
        machines::insert(conn, &row, &[])?;
        count_new(conn, &mut ids, &mut held, code.tops_up, stamp.now)?;
        event::push(conn, &mut ids, stamp, "machine.activated", &held.payload(row.id.0, "typed_code_issued"))?;
    } else {
        machines::update(conn, &row, None)?;
    }
    record(conn, stamp, &mut ids, &held, (&row, code))?;
    Ok(Ok((held.line.product_id, code.days, stamp.now)))
}

fn touched(row: MachineRow, now: Timestamp, until: Utc) -> MachineRow {
    MachineRow {
        state: "active".to_owned(),
        free_at: None,
        ended_at: None,
        via: "typed".to_owned(),
        last_seen: now.into(),
        certified_at: now.into(),
        certificate_ends_at: row.certificate_ends_at.max(until),
        ..row
    }
}

fn record(
    conn: &mut Conn,
    stamp: &Stamp,
    ids: &mut crate::caller::Ids<'_>,
    held: &Held,
    (row, code): (&MachineRow, TypedCode),
) -> Result<(), Problem> {
    let entry = Entry::new("typed_code.issued", "purchase", held.key.line_id.0)
        .partner(held.line.partner_id.0)
        .customer(held.line.customer_id.0)
        .detail(json!({
            "order": held.line.order_number,
            "product": held.line.title,
            "machine": row.id.0.to_string(),
            "days": code.days,
        }))
        .personal("machine", row.name.clone());
    Ok(audit::record(conn, ids, stamp, &entry)?)
}

/// A new secret for a product, sealed, to be stored with its rules.
pub(super) fn sealed_secret(app: &App, product: ProductId) -> Result<Sealed, Problem> {
    let secret = Zeroizing::new(app.entropy.bytes::<32>());
    app.vault.seal(Purpose::SigningKey, &aad(product), &*secret, &*app.entropy).map_err(Problem::internal)
}

fn aad(product: ProductId) -> Vec<u8> {
    format!("activation_rule:typed:{product}").into_bytes()
}

async fn secret_bytes(app: &App, rule: Option<&RuleRow>) -> Result<Option<Zeroizing<[u8; 32]>>, Problem> {
    let Some((rule, data_key, bytes)) = rule
        .filter(|rule| rule.typed_days > 0)
        .and_then(|rule| Some((rule, rule.typed_data_key_id?, rule.typed_sealed.clone()?)))
    else {
        return Ok(None);
    };
    let product = ProductId::parse(&rule.product_id).ok_or_else(|| Problem::internal("a rule without product"))?;
    let sealed = Sealed { data_key: data_key.0, bytes };
    let opened = app.unseal(Purpose::SigningKey, &aad(product), &sealed).await.map_err(Problem::internal)?;
    let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| Problem::internal("a damaged secret"))?;
    Ok(Some(Zeroizing::new(bytes)))
}

async fn secret(app: &App, rule: Option<&RuleRow>) -> Result<Option<TypedSecret>, Problem> {
    Ok(secret_bytes(app, rule).await?.map(|bytes| TypedSecret::from_bytes(*bytes)))
}

/// The secret that the publisher builds into a product's software as `typedSecret`, in base64. Reading it is recorded
/// before it is opened.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator; `typed_codes_off` when the product has none.
pub async fn reveal_secret(app: &App, caller: &Caller, product: ProductId) -> Result<Zeroizing<String>, Problem> {
    let input = (app.stamp(caller), product);
    let rule = app.store.write(input, |conn, (stamp, product)| {
        authorize::require(conn, &stamp.caller, Permission::PolicyEdit, Owner::Own)?;
        let rule = rows::rule(conn, &product.to_string())?.filter(|rule| rule.typed_days > 0);
        let rule = rule.ok_or_else(|| Problem::conflict("typed_codes_off"))?;
        let entry = Entry::new("typed_secret.revealed", "product", *product);
        audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
        Ok::<_, Problem>(rule)
    });
    let bytes = secret_bytes(app, Some(&rule.await?)).await?.ok_or_else(|| Problem::conflict("typed_codes_off"))?;
    Ok(Zeroizing::new(data_encoding::BASE64.encode(&*bytes)))
}
