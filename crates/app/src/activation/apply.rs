//! One transaction per request: take the key, sweep, decide, write the machine, audit and event (I3, I5).
//!
//! Refusals store nothing. A request that was granted is remembered by its nonce, so that the same one again gets
//! the same answer, and another one with its nonce is refused.

use jiff::Timestamp;
use perpetua_domain::id::{MachineId, ProductKeyId, RowId};
use perpetua_license::certificate::{ActivationId, Certificate, KeyId};
use perpetua_license::exchange::request::{Request, RequestKind};
use perpetua_license::machine::decision::Asking;
use perpetua_license::moment::Moment;
use perpetua_license::policy::activation::{self as policy, Grant};
use perpetua_license::policy::answer::Answer;
use perpetua_license::policy::returns::{self, Proof};
use perpetua_license::policy::{Issue, KeyFacts, KeyState, Rules, Slot, SlotState};
use perpetua_license::revocation::{Reason, Tag};
use perpetua_license::signing::PublicKey;
use perpetua_store::activations::{self as rows, ActivationKeyRow, GrantedRow, KeyCounts, LicensedLineRow};
use perpetua_store::machines::{self, MachineRow};
use perpetua_store::revocations::{self, RevocationRow};
use perpetua_store::{Conn, Id, StoreError, replaced_keys, subscriptions};
use serde_json::json;

use super::facts::{self, moment_of, utc};
use super::{Asked, Stop, Via, moment, watch};
use crate::audit::{self, Entry};
use crate::caller::{Guest, Ids, Origin};
use crate::context::App;
use crate::event;

/// What was committed, or read, for a good answer.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    pub(super) answer: Answer,
    pub(super) certificate: Option<Certificate>,
}

/// A request with everything that its transaction needs.
struct Input {
    guest: Guest,
    asked: Asked,
    key: ProductKeyId,
    via: Via,
}

/// Finds the key of an opened request, the present one of a purchase or one that was replaced, and decides.
pub(super) async fn decide(app: &App, origin: &Origin, via: Via, asked: Asked) -> Result<Granted, Stop> {
    let hashes = asked.hashes.clone();
    // Without a lock: which row it is does not change, and an unknown key takes no writer.
    let found: Option<Id<ProductKeyId>> = app.store.read(move |conn| rows::find_by_hash(conn, &hashes)).await?;
    let key = found.ok_or(Answer::KeyUnknown)?.0;
    let input = Input { guest: app.guest(origin), asked, key, via };
    match input.asked.request.kind {
        RequestKind::Activate => {
            let decided = app.store.write(input, activate).await;
            let answer = match &decided {
                Ok(granted) => Some(granted.answer),
                Err(Stop::Refused(refusal)) => Some(refusal.answer),
                Err(Stop::Store(_)) => None,
            };
            if let Some(answer) = answer {
                watch::note(app, origin, key, answer);
            }
            decided
        }
        RequestKind::Refresh => app.store.write(input, refresh).await,
        RequestKind::Return => app.store.write(input, give_back).await,
        RequestKind::Status => app.store.read(move |conn| status(conn, &input)).await,
    }
}

/// A key that this transaction holds, with what decisions need.
pub(super) struct Held {
    pub(super) key: ActivationKeyRow,
    pub(super) line: LicensedLineRow,
    pub(super) facts: KeyFacts,
    pub(super) rules: Rules,
    pub(super) counts: KeyCounts,
    /// The generation of the key that the request names; the newest one where nobody asks.
    pub(super) generation: i64,
}

impl Held {
    /// Takes the key, and ends what has left by now. Whoever asks for the same key next waits.
    pub(super) fn take(conn: &mut Conn, key: ProductKeyId, now: Timestamp) -> Result<Self, StoreError> {
        let row = rows::take(conn, key)?.ok_or(StoreError::Conflict { table: "product_key" })?;
        let mut counts = row.counts();
        if counts.next_free_at.is_some_and(|at| at.timestamp() <= now) {
            let (left, next) = machines::sweep(conn, key, now.into())?;
            counts.activation_used -= i64::try_from(left).unwrap_or(0);
            counts.next_free_at = next;
            rows::set_counts(conn, key, counts)?;
        }
        Self::load(conn, row, counts, now)
    }

    fn load(conn: &mut Conn, row: ActivationKeyRow, counts: KeyCounts, now: Timestamp) -> Result<Self, StoreError> {
        let missing = || StoreError::Inconsistent { table: "product_key", what: "a key without its line".to_owned() };
        let line = rows::line(conn, row.line_id.0)?.ok_or_else(missing)?;
        let rules = facts::rules(rows::rule(conn, &line.product_id)?.as_ref());
        let is_suspended = line.kind == "subscription" && subscriptions::is_suspended(conn, row.line_id.0)?;
        let now = moment(now);
        let topped_up = match rules.top_up {
            Some(rule) if counts.activation_used >= counts.activation_limit => {
                let since = i64::from(rule.period_days) * 86_400;
                rows::top_ups(conn, row.id.0, utc(Moment::from_unix(now.unix() - since)))?
            }
            _ => Vec::new(),
        };
        let key = ActivationKeyRow {
            activation_limit: counts.activation_limit,
            activation_used: counts.activation_used,
            next_free_at: counts.next_free_at,
            ..row
        };
        let facts = facts::key_facts(&key, &line, is_suspended, &topped_up, now);
        let generation = key.generation;
        Ok(Self { key, line, facts, rules, counts, generation })
    }

    /// The same for a request with one of these hashes: it may name a key that was replaced since it was found.
    fn asked_with(self, conn: &mut Conn, hashes: &[[u8; 32]]) -> Result<Self, Stop> {
        if hashes.iter().any(|hash| hash.as_slice() == self.key.lookup_hash) {
            return Ok(self);
        }
        let generation = replaced_keys::generation(conn, self.key.id.0, hashes)?.ok_or(Answer::KeyUnknown)?;
        let newest = facts::generation(self.key.generation);
        let facts = self.facts.asked_with(facts::generation(generation), newest);
        Ok(Self { facts, generation, ..self })
    }

    /// A machine of this key as decisions about this request see it.
    fn slot(&self, row: &MachineRow, asking: &PublicKey) -> Result<Slot, Stop> {
        let (asked, known) = (facts::generation(self.generation), facts::generation(row.generation));
        let mut slot = facts::slot(row)?;
        // Of a machine with a typed code only the hash of its key is known until it asks itself.
        if row.machine_key.is_empty() && row.machine_tag == asking.id().as_bytes() {
            slot.machine.machine_key = *asking;
        }
        Ok(slot.asked_with(asked, known)?)
    }

    /// The key that certificates name: of a replaced one its successor.
    fn certified_key(&self) -> KeyId {
        KeyId(self.key.successor_id.unwrap_or(self.key.id).0.uuid().into_bytes())
    }

    fn certificate(&self, request: &Request, activation: ActivationId, at: Moment) -> Certificate {
        let issue = Issue {
            activation,
            key: self.certified_key(),
            machine_key: request.machine_key,
            request_tag: request.nonce.tag(),
            quantity: 1,
            at,
        };
        issue.certificate(&self.facts, &self.rules)
    }

    /// A machine of this key of which nothing is known yet but the beginning of its key's hash.
    pub(super) fn blank_machine(&self, id: MachineId, tag: &[u8], now: Timestamp) -> MachineRow {
        let now = now.into();
        MachineRow {
            id: Id(id),
            key_id: self.key.id,
            line_id: self.key.line_id,
            machine_key: Vec::new(),
            machine_tag: tag.to_vec(),
            parts: Vec::new(),
            state: String::new(),
            free_at: None,
            name: String::new(),
            via: String::new(),
            software_major: 0,
            software_minor: 0,
            first_seen: now,
            last_seen: now,
            certified_at: now,
            certificate_ends_at: now,
            drifted_at: None,
            former_key: None,
            former_parts: None,
            former_at: None,
            former_was_return: false,
            ended_at: None,
            version: 1,
            generation: self.generation,
        }
    }

    /// What is shared by everything that is recorded of this key.
    pub(super) fn entry(&self, kind: &'static str, machine: &MachineRow, answer: &str) -> Entry {
        Entry::new(kind, "purchase", self.key.line_id.0)
            .partner(self.line.partner_id.0)
            .customer(self.line.customer_id.0)
            .detail(json!({
                "order": self.line.order_number,
                "product": self.line.title,
                "machine": machine.id.0.to_string(),
                "answer": answer,
            }))
            .personal("machine", machine.name.clone())
    }

    pub(super) fn payload(&self, machine: MachineId, answer: &str) -> serde_json::Value {
        json!({
            "line": self.key.line_id.0.to_string(),
            "orderNumber": self.line.order_number,
            "key": self.key.id.0.to_string(),
            "machine": machine.to_string(),
            "answer": answer,
            "used": self.counts.activation_used,
            "limit": self.counts.activation_limit,
            "partner": self.line.partner_id.0.to_string(),
            "customer": self.line.customer_id.0.to_string(),
        })
    }
}

impl Input {
    fn now(&self) -> Moment {
        moment(self.guest.now)
    }

    fn asking(&self) -> Asking {
        let request = &self.asked.request;
        Asking { machine_key: request.machine_key, fingerprint: request.fingerprint.clone(), at: self.now() }
    }

    /// The activation that the request names.
    fn own(&self, conn: &mut Conn) -> Result<Option<MachineRow>, StoreError> {
        machines::find(conn, self.key, facts::machine_id(self.asked.request.activation))
    }

    /// What was granted to this very request before; its answer is given once more.
    fn replayed(&self, conn: &mut Conn, held: &Held) -> Result<Option<Granted>, Stop> {
        let request = &self.asked.request;
        let Some(known) = rows::granted(conn, self.key, &request.nonce.0)? else { return Ok(None) };
        if known.digest != self.asked.digest {
            return Err(Answer::RequestReplayed.into());
        }
        let answer = Answer::from_code(&known.code).unwrap_or(Answer::TryAgainLater);
        if request.kind == RequestKind::Return {
            return Ok(Some(Granted { answer, certificate: None }));
        }
        if let KeyState::Revoked(reason) = held.facts.state {
            return Err(Answer::from(reason).into());
        }
        let id = known.machine_id.as_slice().try_into().map(uuid::Uuid::from_bytes).unwrap_or_default();
        let machine = machines::by_id(conn, MachineId::new(id))?;
        match machine.filter(|machine| machine.state == "active") {
            None => Err(Answer::MachineReleased.into()),
            Some(machine) => {
                may_certify(conn)?;
                let activation = facts::activation_id(machine.id.0);
                let certificate = held.certificate(request, activation, moment_of(known.at));
                Ok(Some(Granted { answer, certificate: Some(certificate) }))
            }
        }
    }

    fn remember(&self, conn: &mut Conn, machine: Id<MachineId>, answer: Answer) -> Result<(), StoreError> {
        let row = GrantedRow {
            key_id: Id(self.key),
            nonce: self.asked.request.nonce.0.to_vec(),
            digest: self.asked.digest.to_vec(),
            machine_id: facts::bytes_of(machine),
            code: answer.code().to_owned(),
            at: utc(self.now()),
        };
        rows::remember(conn, &row)
    }

    /// What every granted request changes of its machine.
    fn touch(&self, row: &mut MachineRow, held: &Held, certificate: &Certificate) {
        let request = &self.asked.request;
        row.state = "active".to_owned();
        row.free_at = None;
        row.ended_at = None;
        row.name.clone_from(&request.machine_name);
        row.via = self.via.word().to_owned();
        row.generation = held.generation;
        row.software_major = request.version.major.into();
        row.software_minor = request.version.minor.into();
        row.last_seen = self.guest.now.into();
        row.certified_at = utc(certificate.issued_at);
        row.certificate_ends_at = utc(certificate.ends_at());
    }
}

fn activate(conn: &mut Conn, input: &Input) -> Result<Granted, Stop> {
    let held = Held::take(conn, input.key, input.guest.now)?.asked_with(conn, &input.asked.hashes)?;
    if let Some(granted) = input.replayed(conn, &held)? {
        return Ok(granted);
    }
    let request = &input.asked.request;
    let asking = input.asking();
    let hashes = facts::hashes(&request.fingerprint);
    let wanted = (hashes.as_slice(), facts::equal_min(&hashes));
    let tag = request.machine_key.id();
    let known = machines::candidates(conn, input.key, (request.machine_key.as_bytes(), tag.as_bytes()), wanted)?;
    let slots = known.iter().map(|row| held.slot(row, &request.machine_key)).collect::<Result<Vec<Slot>, _>>()?;
    match policy::activate(&held.facts, &held.rules, &slots, &asking, (&request.product, request.version))? {
        Grant::Take { answer, tops_up } => take(conn, input, held, (answer, tops_up)),
        Grant::Keep { answer, machine } => {
            let row = known.into_iter().find(|row| facts::activation_id(row.id.0) == machine.activation);
            let row = row.ok_or(Answer::MachineUnknown)?;
            keep(conn, input, &held, row, (answer, &machine))
        }
    }
}

/// After a restore nothing is certified until the operator's word: a key that was revoked since the backup would
/// activate and refresh again (design §5).
fn may_certify(conn: &mut Conn) -> Result<(), Stop> {
    if crate::backup::reveals_held(conn)? { Err(Answer::TryAgainLater.into()) } else { Ok(()) }
}

/// A new machine takes an activation.
fn take(conn: &mut Conn, input: &Input, mut held: Held, (answer, tops_up): (Answer, bool)) -> Result<Granted, Stop> {
    may_certify(conn)?;
    let mut ids = input.guest.seed.ids();
    let id: MachineId = ids.next();
    let request = &input.asked.request;
    let certificate = held.certificate(request, facts::activation_id(id), input.now());
    let row = new_machine(input, &held, id, &certificate);
    machines::insert(conn, &row, &facts::hashes(&request.fingerprint))?;
    count_new(conn, &mut ids, &mut held, tops_up, input.guest.now)?;
    input.remember(conn, row.id, answer)?;
    record(conn, &mut ids, input, &held, &row, ("machine.activated", answer))?;
    Ok(Granted { answer, certificate: Some(certificate) })
}

/// Counts a machine that was added; the limit rises by one for it when the rule for extra ones gave it.
pub(super) fn count_new(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    held: &mut Held,
    tops_up: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = held.key.id.0;
    held.counts.activation_used += 1;
    if tops_up {
        held.counts.activation_limit += 1;
        let id: RowId = ids.next();
        rows::insert_top_up(conn, id, key, now.into())?;
    }
    rows::set_counts(conn, key, held.counts)?;
    watch::after_new(conn, &held.key, now)
}

fn new_machine(input: &Input, held: &Held, id: MachineId, certificate: &Certificate) -> MachineRow {
    let request = &input.asked.request;
    let mut row = MachineRow {
        machine_key: request.machine_key.as_bytes().to_vec(),
        parts: facts::parts(&request.fingerprint),
        ..held.blank_machine(id, request.machine_key.id().as_bytes(), input.guest.now)
    };
    input.touch(&mut row, held, certificate);
    row
}

/// A known machine keeps its activation and gets a new certificate.
fn keep(
    conn: &mut Conn,
    input: &Input,
    held: &Held,
    mut row: MachineRow,
    (answer, machine): (Answer, &perpetua_license::machine::decision::KnownMachine),
) -> Result<Granted, Stop> {
    may_certify(conn)?;
    let certificate = held.certificate(&input.asked.request, machine.activation, input.now());
    let had = row.parts.clone();
    facts::store_machine(&mut row, machine);
    input.touch(&mut row, held, &certificate);
    let hashes = facts::hashes(&machine.fingerprint);
    let changed = had != row.parts;
    machines::update(conn, &row, changed.then_some(hashes.as_slice()))?;
    input.remember(conn, row.id, answer)?;
    if matches!(answer, Answer::ActivatedChanged | Answer::ActivatedReimaged) {
        record(conn, &mut input.guest.seed.ids(), input, held, &row, ("machine.changed", answer))?;
    }
    Ok(Granted { answer, certificate: Some(certificate) })
}

fn refresh(conn: &mut Conn, input: &Input) -> Result<Granted, Stop> {
    let held = Held::take(conn, input.key, input.guest.now)?.asked_with(conn, &input.asked.hashes)?;
    if let Some(granted) = input.replayed(conn, &held)? {
        return Ok(granted);
    }
    let request = &input.asked.request;
    let row = input.own(conn)?;
    let slot = row.as_ref().map(|row| held.slot(row, &request.machine_key)).transpose()?;
    let software = (request.product.as_str(), request.version);
    let asking = input.asking();
    match (policy::refresh(&held.facts, &held.rules, slot.as_ref(), &asking, software)?, row) {
        (Grant::Keep { answer, machine }, Some(row)) => keep(conn, input, &held, row, (answer, &machine)),
        _ => Err(Answer::MachineUnknown.into()),
    }
}

fn give_back(conn: &mut Conn, input: &Input) -> Result<Granted, Stop> {
    let mut held = Held::take(conn, input.key, input.guest.now)?.asked_with(conn, &input.asked.hashes)?;
    if let Some(granted) = input.replayed(conn, &held)? {
        return Ok(granted);
    }
    let request = &input.asked.request;
    let row = input.own(conn)?;
    let slot = row.as_ref().map(facts::slot).transpose()?;
    let proof = Proof { machine_key: request.machine_key, created_at: request.created_at };
    let returned = returns::give_back(&held.facts, &held.rules, slot.as_ref(), Some(&proof), input.now())?;
    let mut row = row.ok_or(Answer::MachineUnknown)?;
    let counted = matches!(row.state.as_str(), "active" | "leaving");
    if counted && returned.state == SlotState::Returned {
        let mut ids = input.guest.seed.ids();
        row.last_seen = input.guest.now.into();
        end_machine(conn, &mut held, &mut row, ("returned", Reason::Released), input.guest.now)?;
        if returned.counts {
            count_return(&mut held, input.now());
        }
        rows::set_counts(conn, input.key, held.counts)?;
        record(conn, &mut ids, input, &held, &row, ("machine.returned", returned.answer))?;
    }
    input.remember(conn, row.id, returned.answer)?;
    Ok(Granted { answer: returned.answer, certificate: None })
}

/// Ends a machine that counted, for good: out of the count, out of the index, onto the revocation list, since its
/// certificate may be fresh for weeks.
pub(super) fn end_machine(
    conn: &mut Conn,
    held: &mut Held,
    row: &mut MachineRow,
    (state, reason): (&'static str, Reason),
    now: Timestamp,
) -> Result<(), StoreError> {
    row.state = state.to_owned();
    row.free_at = None;
    row.ended_at = Some(now.into());
    machines::update(conn, row, Some(&[]))?;
    held.counts.activation_used -= 1;
    revocations::insert(
        conn,
        &[RevocationRow {
            tag: Tag::of_activation(facts::activation_id(row.id.0)).as_bytes().to_vec(),
            reason: reason.number().into(),
            key_id: row.key_id,
            machine_id: Some(row.id),
            at: now.into(),
            listed_in: 0,
        }],
    )
}

/// Counts a return in its calendar month.
pub(super) fn count_return(held: &mut Held, now: Moment) {
    held.counts.returns_count = i64::from(held.facts.returned_this_month) + 1;
    held.counts.returns_month = utc(now.this_month());
}

fn status(conn: &mut Conn, input: &Input) -> Result<Granted, Stop> {
    let key = rows::find(conn, input.key)?.ok_or(Answer::KeyUnknown)?;
    let counts = key.counts();
    let held = Held::load(conn, key, counts, input.guest.now)?.asked_with(conn, &input.asked.hashes)?;
    let row = input.own(conn)?;
    let slot = row.as_ref().map(|row| held.slot(row, &input.asked.request.machine_key)).transpose()?;
    policy::status(&held.facts, slot.as_ref(), &input.asking())?;
    Ok(Granted { answer: Answer::Active, certificate: None })
}

fn record(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    input: &Input,
    held: &Held,
    row: &MachineRow,
    (kind, answer): (&'static str, Answer),
) -> Result<(), StoreError> {
    audit::record_guest(conn, ids, &input.guest, &held.entry(kind, row, answer.code()))?;
    event::push_guest(conn, ids, &input.guest, kind, &held.payload(row.id.0, answer.code()))
}
