//! A record as people read it: its sentence, what it was about, and the values that were set.
//!
//! Records hold facts by name. Those of [`FACTS`] stand in sentences, those of [`VALUES`] follow them with words of
//! their own; a fact that is in neither list, such as an id, is shown nowhere. Names of organizations are looked up
//! when a page is read, and only for those tenants that the record itself names to its reader (I6).

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::Currency;
use perpetua_i18n::{self as messages, Args, Lang, collation, format};
use serde_json::Value;

use super::Activity;

/// Facts that sentences name; every `activity-…` message uses only these.
pub const FACTS: [&str; 6] = ["product", "order", "number", "quantity", "file", "name"];

/// How a fact is written.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// As it stands.
    Plain,
    /// A word of ours; its message begins so.
    Word(&'static str),
    /// Names of changed fields.
    Fields,
    /// A country or several.
    Country,
    /// An instant, in the reader's zone.
    Instant,
    /// A civil day.
    Day,
    /// Minor units of the record's currency.
    Money,
    /// Hundredths of a percent.
    Share,
    /// Something that is either so or not worth a word.
    Flag,
}

/// Facts that follow a sentence, in this order, as `activity_fact-NAME` says.
const VALUES: [(&str, Shape); 39] = [
    ("role", Shape::Word("role")),
    ("roles", Shape::Word("role")),
    ("until", Shape::Instant),
    ("domain", Shape::Plain),
    ("country", Shape::Country),
    ("credit_limit", Shape::Money),
    ("quantity", Shape::Plain),
    ("version", Shape::Plain),
    ("language", Shape::Plain),
    ("bit", Shape::Plain),
    ("limit", Shape::Plain),
    ("days", Shape::Plain),
    ("uses", Shape::Plain),
    ("password", Shape::Flag),
    ("links_revoked", Shape::Plain),
    ("fields", Shape::Fields),
    ("changed", Shape::Fields),
    ("type", Shape::Word("problem-type")),
    ("outcome", Shape::Word("request-outcome")),
    ("request", Shape::Plain),
    ("by", Shape::Plain),
    ("creditNote", Shape::Plain),
    ("total", Shape::Money),
    ("agreed_on", Shape::Day),
    ("class", Shape::Word("tax-class")),
    ("rate_basis_points", Shape::Share),
    ("valid_from", Shape::Day),
    ("markets", Shape::Country),
    ("rows", Shape::Plain),
    ("left_out", Shape::Plain),
    ("events", Shape::Plain),
    ("records", Shape::Plain),
    ("doubtful", Shape::Plain),
    ("unread", Shape::Plain),
    ("machines", Shape::Plain),
    ("wave", Shape::Plain),
    ("unsaved", Shape::Plain),
    ("remaining", Shape::Plain),
    ("reason", Shape::Word("activity_reason")),
];

/// Pairs of a value before and after a change.
const CHANGES: [(&str, &str); 2] = [("from", "to"), ("before", "after")];

/// Kinds that name no tenant, so that only the operator ever sees them.
const OPERATOR_ONLY: [&str; 23] = [
    "activation_rules.set",
    "canned_answer.removed",
    "canned_answer.saved",
    "desk.retention_changed",
    "desk.settings_changed",
    "desk.settings_refused",
    "event.sent_again",
    "hand_over.personal_removed",
    "holiday.added",
    "holiday.changed",
    "holiday.removed",
    "media.imported",
    "media.support_end_set",
    "media.withdrawn",
    "operator.created",
    "policy.changed",
    "policy.removed",
    "price_sheet.discarded",
    "price_sheet.published",
    "price_sheet.uploaded",
    "request.decide_refused",
    "restore.confirmed",
    "tax_rate.added",
];

/// Kinds between operator and partner, and the partner's own, which name no customer.
const NEVER_OF_CUSTOMERS: [&str; 21] = [
    "api.refused",
    "app.changed",
    "app.consented",
    "app.credential_added",
    "app.credential_removed",
    "app.registered",
    "app.removed",
    "credit_limit.changed",
    "invoice.closed",
    "order.place_refused",
    "partner.created",
    "partner.resumed",
    "partner.suspended",
    "partner_profile.changed",
    "request.assigned",
    "request.credited",
    "request.proposal_declined",
    "request.proposed",
    "request.refused",
    "webhook.changed",
    "webhook.removed",
];

/// The facts that follow a sentence.
pub fn values() -> impl Iterator<Item = &'static str> {
    VALUES.into_iter().map(|(name, _)| name)
}

/// Every kind that people of such a tenant can find in their log.
pub fn kinds_of(reader: TenantKind) -> Vec<String> {
    let is_theirs = |kind: &String| {
        let kind = kind.as_str();
        let of_operator = OPERATOR_ONLY.contains(&kind);
        match reader {
            TenantKind::Operator => true,
            // An invitation of a customer that exists is shown to that customer alone.
            TenantKind::Partner => !of_operator && kind != "relationship.invited",
            TenantKind::Customer => !of_operator && !NEVER_OF_CUSTOMERS.contains(&kind),
        }
    };
    kinds().into_iter().filter(is_theirs).collect()
}

/// Every kind that has a sentence.
pub fn kinds() -> Vec<String> {
    let kind = |id: String| id.strip_prefix("activity-")?.split_once('-').map(|(noun, verb)| format!("{noun}.{verb}"));
    messages::ids(Lang::En).into_iter().filter_map(kind).collect()
}

/// The message of a kind of record.
pub fn message_id(kind: &str) -> String {
    format!("activity-{}", kind.replace('.', "-"))
}

/// What a kind is called in the choice of kinds: words of its own where its sentence needs facts.
pub fn name_of_kind(lang: Lang, kind: &str) -> String {
    let own = format!("activity_kind-{}", kind.replace('.', "-"));
    let id = if messages::exists(lang, &own) { own } else { message_id(kind) };
    messages::text(lang, &id).into_owned()
}

/// The kinds of a choice with their names, sorted as people of the language expect.
pub fn named_kinds(lang: Lang, reader: TenantKind) -> Vec<(String, String)> {
    let mut named: Vec<_> = kinds_of(reader).into_iter().map(|kind| (name_of_kind(lang, &kind), kind)).collect();
    named.sort_by_cached_key(|(name, _)| collation::sort_key(lang, name));
    named.into_iter().map(|(name, kind)| (kind, name)).collect()
}

impl Activity {
    /// What happened, as a sentence in the reader's language.
    pub fn sentence(&self, lang: Lang) -> String {
        let args = FACTS.into_iter().fold(Args::new(), |args, name| args.set(name, self.named(name)));
        let what = messages::text_with(lang, &message_id(&self.kind), &args);
        if self.is_refused {
            return messages::text_with(lang, "activity-refused", &Args::new().set("what", what));
        }
        what
    }

    /// What it was about, by what people know things by, each once: things, people, organizations.
    pub fn about(&self) -> Vec<String> {
        let things = ["product", "order", "number", "name", "file"].into_iter().map(|name| self.named(name));
        let people = ["person", "recipient", "contact"].into_iter();
        let people = people.map(|field| self.personal.get(field).cloned().unwrap_or_default());
        let others = self.organizations.iter().filter(|name| **name != self.actor.tenant).cloned();
        let mut texts: Vec<String> = Vec::new();
        for text in things.chain(people).chain(others) {
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// The values that were set, each with its word; the reason that somebody gave is among them.
    pub fn details(&self, lang: Lang, zone: &TimeZone) -> Vec<String> {
        let teller = Teller { facts: &self.facts, lang, zone };
        let mut told: Vec<String> =
            CHANGES.into_iter().flat_map(|(before, after)| teller.change(before, after)).collect();
        for (name, shape) in VALUES {
            let stored = match (name, self.personal.get("reason")) {
                ("reason", Some(reason)) => Value::from(reason.as_str()),
                _ => self.facts[name].clone(),
            };
            told.extend(teller.value(shape, &stored).map(|text| teller.labelled(name, &text)));
        }
        told
    }

    /// A fact that people know a thing by. An order is known by its number; a few kinds hold its id beside it.
    fn named(&self, name: &str) -> String {
        let text = match name {
            "order" => first_text(&self.facts, &["orderNumber", "order"]),
            name => plain(&self.facts[name]),
        };
        if text.parse::<uuid::Uuid>().is_ok() { String::new() } else { text }
    }
}

fn first_text(facts: &Value, names: &[&str]) -> String {
    names.iter().map(|name| plain(&facts[*name])).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A text or number as it stands; empty for anything else.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The facts of one record, with the language and zone of whoever reads it.
struct Teller<'a> {
    facts: &'a Value,
    lang: Lang,
    zone: &'a TimeZone,
}

impl Teller<'_> {
    fn labelled(&self, name: &str, text: &str) -> String {
        messages::text_with(self.lang, &format!("activity_fact-{name}"), &Args::new().set("value", text))
    }

    /// What a pair of facts says: one change, or one for each member of two objects that differs.
    fn change(&self, before: &str, after: &str) -> Vec<String> {
        // What has one side only, such as a limit that was raised from a number, is no pair.
        let (Some(old), Some(new)) = (self.facts.get(before), self.facts.get(after)) else { return Vec::new() };
        match (old.as_object(), new.as_object()) {
            (None, None) if old.is_null() && new.is_null() => Vec::new(),
            (None, None) => vec![self.one_to_other(&self.amount_or_text(old), &self.amount_or_text(new))],
            (old, new) => {
                let all: BTreeSet<&String> = old.iter().chain(&new).flat_map(|map| map.keys()).collect();
                let value = |side: Option<&serde_json::Map<String, Value>>, key: &String| {
                    side.and_then(|map| map.get(key)).map(|value| self.term(value)).unwrap_or_default()
                };
                let differs = all.into_iter().filter(|key| value(old, key) != value(new, key));
                let told = differs.map(|key| {
                    let change = self.one_to_other(&value(old, key), &value(new, key));
                    format!("{}: {change}", self.field(key))
                });
                told.collect()
            }
        }
    }

    fn one_to_other(&self, from: &str, to: &str) -> String {
        let shown = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
        messages::text_with(
            self.lang,
            "activity_fact-change",
            &Args::new().set("from", shown(from)).set("to", shown(to)),
        )
    }

    /// Amounts stand beside their currency; other pairs are numbers or days.
    fn amount_or_text(&self, value: &Value) -> String {
        let shape = if self.facts["currency"].is_string() { Shape::Money } else { Shape::Day };
        self.value(shape, value).unwrap_or_default()
    }

    /// One term of a policy.
    fn term(&self, value: &Value) -> String {
        match value {
            Value::Bool(true) => messages::text(self.lang, "activity_fact-yes").into_owned(),
            Value::Bool(false) => messages::text(self.lang, "activity_fact-no").into_owned(),
            value => plain(value),
        }
    }

    /// A value in words; `None` for what says nothing.
    fn value(&self, shape: Shape, value: &Value) -> Option<String> {
        let lang = self.lang;
        let text = plain(value);
        let written = match shape {
            Shape::Plain => match value {
                Value::Number(number) => number.as_i64().map_or(text, |number| format::number(lang, number)),
                _ => text,
            },
            Shape::Word(prefix) => each(value, |word| self.word(prefix, word)),
            Shape::Fields => each(value, |field| self.field(field)),
            Shape::Country => each(value, |code| messages::country(lang, code)),
            Shape::Instant => match text.parse::<Timestamp>() {
                Ok(at) => format::date_time(lang, at, self.zone),
                Err(_) => text,
            },
            Shape::Day => match text.parse::<Date>() {
                Ok(day) => format::date(lang, day),
                Err(_) => value.as_i64().map_or(text, |number| format::number(lang, number)),
            },
            Shape::Money => match (value.as_i64(), plain(&self.facts["currency"]).parse::<Currency>()) {
                (Some(minor), Ok(currency)) => format::amount(lang, minor, currency),
                _ => return None,
            },
            Shape::Share => format::percent_basis_points(lang, value.as_i64()?),
            Shape::Flag => return (value == &Value::Bool(true)).then(String::new),
        };
        (!written.is_empty()).then_some(written)
    }

    /// A word of ours in the reader's language; what somebody typed stays as it is.
    fn word(&self, prefix: &str, word: &str) -> String {
        let id = format!("{prefix}-{word}");
        if messages::exists(self.lang, &id) { messages::text(self.lang, &id).into_owned() } else { word.to_owned() }
    }

    /// What a field is called on its form.
    fn field(&self, name: &str) -> String {
        let ids = [format!("activity_field-{name}"), format!("field-{}", name.replace('_', "-"))];
        let known = ids.iter().find(|id| messages::exists(self.lang, id));
        known.map_or_else(|| name.to_owned(), |id| messages::text(self.lang, id).into_owned())
    }
}

/// One text, or each of an array; a text of ours is one word or several beside each other.
fn each(value: &Value, write: impl Fn(&str) -> String) -> String {
    match value {
        Value::Array(values) => {
            let texts = values.iter().map(plain).filter(|text| !text.is_empty());
            texts.map(|text| write(&text)).collect::<Vec<_>>().join(", ")
        }
        value => {
            let text = plain(value);
            if text.is_empty() { text } else { write(&text) }
        }
    }
}

/// The organizations that a record names to a reader: its partner and its customer, without the reader's own. The
/// operator also reads whose people were changed.
pub(super) fn tenants_of(
    facts: &Value,
    kind: &str,
    (partner, customer): (Option<TenantId>, Option<TenantId>),
    reader: Option<TenantId>,
) -> Vec<TenantId> {
    let id = |name: &str| plain(&facts[name]).parse::<TenantId>().ok();
    let inviting = if kind.starts_with("relationship.") { id("partner") } else { None };
    let acted_on = if reader.is_none() { id("tenant") } else { None };
    let mut found: Vec<TenantId> = Vec::new();
    for tenant in [customer, partner.or(inviting), acted_on].into_iter().flatten() {
        if Some(tenant) != reader && !found.contains(&tenant) {
            found.push(tenant);
        }
    }
    found
}
