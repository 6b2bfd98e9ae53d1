//! The machines of a purchase, as its partner and its customer see them, and giving one back by hand.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{MachineId, OrderLineId, ProductKeyId};
use perpetua_i18n::text;
use perpetua_license::moment::Moment;
use perpetua_license::policy::activation::Refusal;
use perpetua_license::policy::answer::Answer;
use perpetua_license::policy::{SlotState, returns};
use perpetua_store::machines::{self as rows, MachineRow};
use perpetua_store::{Conn, Page, Utc, activations, keys};

use super::apply::{Held, count_return, end_machine};
use super::{Asked, facts, moment};
use crate::audit;
use crate::authorize;
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::{Param, Problem};
use crate::software;

/// Machines on one page of the list.
pub const PAGE: i64 = 50;
/// Machines that an export holds.
pub const EXPORT_MAX: i64 = 20_000;

/// One machine of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its activation.
    pub id: MachineId,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// How it stands.
    pub state: MachineState,
    /// How it asked last: `network`, `file` or `typed`.
    pub via: String,
    /// The software's version, such as `2026.1`; a dash where it is not known.
    pub version: String,
    /// When it was first activated.
    pub first_seen: Timestamp,
    /// When it asked last.
    pub last_seen: Timestamp,
    /// By when it must ask again to go on.
    pub certificate_ends_at: Timestamp,
}

/// How a machine stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineState {
    /// It counts.
    Active,
    /// It counts until this instant.
    Leaving(Timestamp),
    /// It was given back.
    Returned,
    /// It was released by a cancellation.
    Released,
    /// Its key was revoked or its certificate ran out without a new one: it counts, and it has stopped or will.
    Silent,
}

impl MachineState {
    /// The word in exports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Leaving(_) => "leaving",
            Self::Returned => "returned",
            Self::Released => "released",
            Self::Silent => "silent",
        }
    }
}

/// Used and left activations of a purchase, and a page of its machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machines {
    /// Machines that count.
    pub used: i64,
    /// Machines that may.
    pub limit: i64,
    /// Whether the key activates machines at all.
    pub is_active: bool,
    /// The machines, the one seen last first.
    pub machines: Vec<Machine>,
    /// Where the next page begins, if there is one.
    pub next: Option<(Timestamp, MachineId)>,
    /// Whether this caller may give machines back.
    pub may_return: bool,
    /// Whether the operator allows typed codes for the product.
    pub allows_typed: bool,
}

/// The machines of a purchase, `limit` at most, after the last one of the page before.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn list(
    app: &App,
    caller: &Caller,
    line: OrderLineId,
    after: Option<(Timestamp, MachineId)>,
    limit: i64,
) -> Result<Machines, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            let purchase = software::find(conn, &caller, line, Permission::SoftwareView)?;
            let owner = software::owner(&purchase);
            let may_return = authorize::allows(conn, &caller, Permission::KeyReveal, owner)?;
            let page = Page { after: after.map(|(at, id)| (Utc::from(at), id)), limit: limit + 1 };
            let mut found = rows::of_line(conn, line, &page)?;
            let has_more = found.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if has_more {
                found.pop();
            }
            let next = found.last().filter(|_| has_more).map(|row| (row.last_seen.timestamp(), row.id.0));
            let key = keys::find_by_line(conn, line)?;
            let rules = facts::rules(activations::rule(conn, &purchase.0.product_id)?.as_ref());
            Ok(Machines {
                allows_typed: rules.typed_days.is_some(),
                used: key.as_ref().map_or(0, |key| key.activation_used),
                limit: key.as_ref().map_or(0, |key| key.activation_limit),
                is_active: key.is_some_and(|key| key.state == "active"),
                machines: found.iter().map(|row| machine(row, now)).collect(),
                next,
                may_return,
            })
        })
        .await
}

/// One machine of a purchase.
///
/// # Errors
///
/// `not_found` outside the caller's scope or of another purchase, `missing_role`.
pub async fn get(app: &App, caller: &Caller, line: OrderLineId, machine: MachineId) -> Result<Machine, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            software::find(conn, &caller, line, Permission::SoftwareView)?;
            let row = rows::by_id(conn, machine)?.filter(|row| row.line_id.0 == line);
            Ok(self::machine(&row.ok_or_else(Problem::not_found)?, now))
        })
        .await
}

fn machine(row: &MachineRow, now: Timestamp) -> Machine {
    let state = match (row.state.as_str(), row.free_at) {
        ("leaving", Some(free_at)) if free_at.timestamp() > now => MachineState::Leaving(free_at.timestamp()),
        ("active", _) if row.certificate_ends_at.timestamp() <= now => MachineState::Silent,
        ("active", _) => MachineState::Active,
        ("released", _) => MachineState::Released,
        _ => MachineState::Returned,
    };
    Machine {
        id: row.id.0,
        name: row.name.clone(),
        state,
        via: row.via.clone(),
        // A typed request names no version.
        version: if row.machine_key.is_empty() {
            "–".to_owned()
        } else {
            format!("{}.{}", row.software_major, row.software_minor)
        },
        first_seen: row.first_seen.timestamp(),
        last_seen: row.last_seen.timestamp(),
        certificate_ends_at: row.certificate_ends_at.timestamp(),
    }
}

/// The columns of the export, by the message of their heading.
const COLUMNS: [&str; 8] = [
    "export-machine",
    "export-machine-id",
    "export-state",
    "export-version",
    "export-via",
    "export-first-seen",
    "export-last-seen",
    "export-certificate-ends",
];

/// Every machine of a purchase as CSV for spreadsheets, at most [`EXPORT_MAX`].
///
/// # Errors
///
/// As [`list`].
pub async fn export(app: &App, caller: &Caller, line: OrderLineId) -> Result<String, Problem> {
    let found = list(app, caller, line, None, EXPORT_MAX).await?;
    let lang = caller.origin.lang;
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(COLUMNS.map(|id| text(lang, id).into_owned())).map_err(Problem::internal)?;
    for machine in found.machines {
        let cells = [
            machine.name.clone(),
            machine.id.to_string(),
            machine.state.word().to_owned(),
            machine.version,
            machine.via,
            machine.first_seen.to_string(),
            machine.last_seen.to_string(),
            machine.certificate_ends_at.to_string(),
        ];
        csv.write_record(cells.map(|cell| software::harmless(&cell))).map_err(Problem::internal)?;
    }
    let bytes = csv.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

/// Gives a machine back without its proof: it counts until its newest certificate proves nothing any more.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`, `return_limit_reached` with the
/// instant from which one is possible again.
pub async fn give_back(
    app: &App,
    caller: &Caller,
    line: OrderLineId,
    machine: MachineId,
) -> Result<MachineState, Problem> {
    let input = (app.stamp(caller), line, machine);
    let done = app.store.write(input, |conn, (stamp, line, machine)| give_back_in(conn, stamp, *line, *machine)).await;
    if let Err(problem) = &done {
        let entry = crate::keys::refused_entry(app, caller, line, "machine.return_refused").await;
        crate::refusal::note(app, caller, entry, problem).await;
    }
    done
}

fn give_back_in(
    conn: &mut Conn,
    stamp: &Stamp,
    line: OrderLineId,
    machine: MachineId,
) -> Result<MachineState, Problem> {
    software::find(conn, &stamp.caller, line, Permission::KeyReveal)?;
    let row = rows::by_id(conn, machine)?.filter(|row| row.line_id.0 == line).ok_or_else(Problem::not_found)?;
    let mut held = Held::take(conn, row.key_id.0, stamp.now)?;
    // Taking the key may have swept it.
    let mut row = rows::by_id(conn, machine)?.ok_or_else(Problem::not_found)?;
    let now = moment(stamp.now);
    let decided = returns::give_back(&held.facts, &held.rules, Some(&facts::slot(&row)?), None, now);
    let decided = decided.map_err(problem_of)?;
    match decided.state {
        SlotState::Leaving { free_at } if decided.counts => {
            row.state = "leaving".to_owned();
            row.free_at = Some(facts::utc(free_at));
            row.ended_at = Some(stamp.now.into());
            rows::update(conn, &row, None)?;
            let next = held.counts.next_free_at.map_or(facts::utc(free_at), |next| next.min(facts::utc(free_at)));
            held.counts.next_free_at = Some(next);
        }
        SlotState::Returned if decided.counts => {
            let reason = perpetua_license::revocation::Reason::Released;
            end_machine(conn, &mut held, &mut row, ("returned", reason), stamp.now)?;
        }
        _ => return Ok(self::machine(&row, stamp.now).state),
    }
    count_return(&mut held, now);
    activations::set_counts(conn, row.key_id.0, held.counts)?;
    let mut ids = stamp.seed.ids();
    audit::record(conn, &mut ids, stamp, &held.entry("machine.returned", &row, decided.answer.code()))?;
    event::push(conn, &mut ids, stamp, "machine.returned", &held.payload(row.id.0, decided.answer.code()))?;
    Ok(self::machine(&row, stamp.now).state)
}

fn problem_of(refusal: Refusal) -> Problem {
    let problem = match refusal.answer {
        Answer::ReturnLimitReached => Problem::conflict("return_limit_reached"),
        Answer::MachineUnknown => Problem::not_found(),
        other => Problem::conflict(other.code()),
    };
    match refusal.retry_at {
        Some(at) => problem.with("at", Param::Instant(facts::timestamp(at))),
        None => problem,
    }
}

impl Asked {
    /// Whether the key in this request is that of a purchase.
    pub(super) async fn is_of_line(&self, app: &App, line: OrderLineId) -> bool {
        let hashes = self.hashes.clone();
        let found = app.store.read(move |conn| {
            let found = activations::find_by_hash(conn, &hashes)?;
            let key = keys::find_by_line(conn, line)?;
            Ok::<_, Problem>(key.is_some_and(|key| found == Some(key.id)))
        });
        found.await.unwrap_or(false)
    }
}

/// How many machines of a key count now, counted anew; for examinations.
///
/// # Errors
///
/// The store's.
pub async fn counted(app: &App, key: ProductKeyId) -> Result<usize, Problem> {
    let now: Moment = moment(app.clock.now());
    app.store
        .read(move |conn| {
            let all = rows::longest_unseen(conn, key, EXPORT_MAX)?;
            let slots = all.iter().map(facts::slot).collect::<Result<Vec<_>, _>>()?;
            Ok(slots.iter().filter(|slot| slot.counts(now)).count())
        })
        .await
}
