//! Where somebody is named in what others wrote: titles, reasons, descriptions, notes, decisions, people to inform,
//! and for whom links and keys were meant.
//!
//! A name may stand anywhere in a text, so texts are read one after the other, newest first, and at most [`LOOKED_MAX`]
//! rows of them. What is found is a list of places for a person to look at, not the texts: they may be about others.

use std::sync::Arc;

use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{RequestId, RowId, TenantId};
use perpetua_i18n::collation;
use perpetua_store::desk::CaseRow;
use perpetua_store::personal_data::mentions::{self as rows, REQUESTS, ROWS, Wrote};
use perpetua_store::requests::{RequestKey, RequestRow};
use perpetua_store::{Conn, Id, Page, StoreError, Utc};
use serde_json::{Value, json};

use crate::context::App;
use crate::problem::Problem;

/// Rows that one export looks at; it says when there are more.
pub const LOOKED_MAX: usize = 200_000;

/// By what somebody is recognised in a text, without regard to case and diacritics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sought {
    address: String,
    /// The words of their name.
    name: Vec<String>,
}

impl Sought {
    /// An address, and a name, which may be empty.
    pub(super) fn new(address: &str, name: &str) -> Self {
        let folded = collation::fold(name);
        Self { address: collation::fold(address), name: words(&folded).map(str::to_owned).collect() }
    }

    /// As what a text names them: `address`, or `name` for the words of the name beside each other, forwards or
    /// backwards (`Berg, Ada`).
    fn named_in(&self, text: &str) -> Option<&'static str> {
        let text = collation::fold(text);
        let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
        let is_address = |(at, found): (usize, &str)| {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            // A full stop ends a sentence; one with more behind it goes on with a longer address.
            let mut next = after.chars();
            let goes_on = match next.next() {
                Some('.') => next.next().is_some_and(char::is_alphanumeric),
                next => next.is_some_and(part),
            };
            !before.ends_with(part) && !goes_on
        };
        if !self.address.is_empty() && text.match_indices(&self.address).any(is_address) {
            return Some("address");
        }
        let count = self.name.len();
        if count == 0 {
            return None;
        }
        let words: Vec<&str> = words(&text).collect();
        let is_name = |some: &[&str]| some.iter().eq(&self.name) || some.iter().rev().eq(&self.name);
        words.windows(count).any(is_name).then_some("name")
    }
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The places that were found.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    pub(super) places: Vec<Value>,
    /// Whether there are more, or more would have had to be looked at.
    pub(super) is_cut: bool,
}

/// Looks through everything, or through what a tenant of this kind wrote.
pub(super) async fn find(
    app: &App,
    sought: Sought,
    tenant: Option<(TenantKind, TenantId)>,
    limit: i64,
) -> Result<Mentions, Problem> {
    let places = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut walk = Walk { sought: Arc::new(sought), found: Mentions::default(), places, left: LOOKED_MAX };
    let wrote = match tenant {
        Some((TenantKind::Partner, tenant)) => Wrote::Partner(tenant),
        Some((TenantKind::Customer, tenant)) => Wrote::Customer(tenant),
        Some((TenantKind::Operator, _)) | None => Wrote::All,
    };
    walk.through(app, move |conn, after, sought| requests(conn, wrote, after, sought)).await?;
    let of = tenant.map(|(_, tenant)| tenant);
    walk.through(app, move |conn, after, sought| links(conn, of, after, sought)).await?;
    walk.through(app, move |conn, after, sought| hand_overs(conn, of, after, sought)).await?;
    Ok(walk.found)
}

/// What one step saw: the places, how many rows it looked at, and where the next one begins.
type Seen<K> = (Vec<Value>, usize, Option<K>);

/// A walk through texts, with what is left of its bounds.
struct Walk {
    sought: Arc<Sought>,
    found: Mentions,
    places: usize,
    left: usize,
}

impl Walk {
    async fn through<K, F>(&mut self, app: &App, step: F) -> Result<(), Problem>
    where
        K: Clone + Send + Sync + 'static,
        F: Fn(&mut Conn, Option<K>, &Sought) -> Result<Seen<K>, StoreError> + Clone + Send + Sync + 'static,
    {
        let mut after = None;
        loop {
            if self.left == 0 || self.found.places.len() > self.places {
                self.found.places.truncate(self.places);
                self.found.is_cut = true;
                return Ok(());
            }
            let (sought, step) = (Arc::clone(&self.sought), step.clone());
            let (places, looked, next) = app.store.read(move |conn| step(conn, after, &sought)).await?;
            self.left = self.left.saturating_sub(looked);
            self.found.places.extend(places);
            let Some(next) = next else { break };
            after = Some(next);
        }
        if self.found.places.len() > self.places {
            self.found.places.truncate(self.places);
            self.found.is_cut = true;
        }
        Ok(())
    }
}

fn place(found: (&str, &str), field: &str, named: &str, at: Utc) -> Value {
    let (kind, number) = found;
    json!({ "in": kind, "number": number, "field": field, "named": named, "at": at.timestamp().to_string() })
}

/// The place that the next step goes on from; `None` after the last rows.
fn last<T, K>(rows: &[T], full: i64, key: impl Fn(&T) -> K) -> Option<K> {
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= full);
    rows.last().filter(|_| is_full).map(key)
}

fn requests(
    conn: &mut Conn,
    wrote: Wrote,
    after: Option<RequestKey>,
    sought: &Sought,
) -> Result<Seen<RequestKey>, StoreError> {
    let found = rows::requests(conn, wrote, after)?;
    let mut places: Vec<Value> = found.iter().flat_map(|(row, case)| in_request(row, case.as_ref(), sought)).collect();
    let mut looked = found.len();
    let ids: Vec<Id<RequestId>> = found.iter().map(|(row, _)| row.id).collect();
    let mut page: Page<Id<RowId>> = Page { after: None, limit: ROWS };
    while !ids.is_empty() && looked < LOOKED_MAX {
        let notes = rows::notes(conn, &ids, &page)?;
        looked += notes.len();
        for note in &notes {
            let number = found.iter().find(|(row, _)| row.id == note.request_id).map(|(row, _)| row.number.as_str());
            let named = sought.named_in(&note.text);
            places.extend(named.map(|named| place(("request", number.unwrap_or_default()), "note", named, note.at)));
        }
        page.after = last(&notes, ROWS, |note| note.id);
        if page.after.is_none() {
            break;
        }
    }
    Ok((places, looked, last(&found, REQUESTS, |(row, _)| RequestKey { created_at: row.created_at, id: row.id.0 })))
}

fn in_request(row: &RequestRow, case: Option<&CaseRow>, sought: &Sought) -> Vec<Value> {
    let mut texts = vec![
        ("title", row.title.as_str()),
        ("reason", row.reason_text.as_str()),
        ("text", row.free_text.as_str()),
        ("contact", row.contact_name.as_str()),
    ];
    if let Some(case) = case {
        texts.extend([("informed", case.inform.as_str()), ("decision", case.reply.as_str())]);
    }
    let named = texts.into_iter().filter_map(|(field, text)| Some((field, sought.named_in(text)?)));
    named.map(|(field, named)| place(("request", &row.number), field, named, row.created_at)).collect()
}

fn links(
    conn: &mut Conn,
    maker: Option<TenantId>,
    after: Option<Id<perpetua_domain::id::LinkId>>,
    sought: &Sought,
) -> Result<Seen<Id<perpetua_domain::id::LinkId>>, StoreError> {
    let found = rows::links(conn, maker, after)?;
    let named = found.iter().filter_map(|link| Some((link, sought.named_in(&link.recipient)?)));
    let places = named.map(|(link, named)| place(("link", &link.order), "recipient", named, link.created_at));
    Ok((places.collect(), found.len(), last(&found, ROWS, |link| link.id)))
}

fn hand_overs(
    conn: &mut Conn,
    giver: Option<TenantId>,
    after: Option<Id<perpetua_domain::id::HandOverId>>,
    sought: &Sought,
) -> Result<Seen<Id<perpetua_domain::id::HandOverId>>, StoreError> {
    let found = rows::hand_overs(conn, giver, after)?;
    // Those to their address stand in a section of their own.
    let others = found.iter().filter(|given| collation::fold(&given.address) != sought.address);
    let named = others.filter_map(|given| Some((given, sought.named_in(&given.recipient)?)));
    let places = named.map(|(given, named)| place(("handOver", &given.order), "recipient", named, given.created_at));
    Ok((places.collect(), found.len(), last(&found, ROWS, |given| given.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_recognised_by_address_and_name_and_not_by_a_part_of_another() {
        let ada = Sought::new("ada@people.example", "Ada Bergová");
        for (text, named) in [
            ("Call Ada Bergova at home.", Some("name")),
            ("BERGOVÁ, Ada", Some("name")),
            ("please inform ADA@people.example.", Some("address")),
            ("<ada@people.example>; thanks", Some("address")),
            ("Ada, and Bergová", None),
            ("Ada called", None),
            ("Adam Bergová", None),
            ("nada@people.example", None),
            ("ada@people.example.org", None),
            ("", None),
        ] {
            assert_eq!(ada.named_in(text), named, "{text}");
        }
        let nameless = Sought::new("ada@people.example", " - ");
        assert_eq!((nameless.named_in("Ada"), nameless.named_in("ada@people.example")), (None, Some("address")));
    }

    proptest::proptest! {
        #[test]
        fn a_name_is_found_wherever_it_stands(before in "[ .,a-zA-Zá\\n]{0,30}", after in "[ .,a-zA-Zá\\n]{0,30}") {
            let sought = Sought::new("ada@people.example", "Žofie Nováková");
            for text in [format!("{before} zofie NOVAKOVA {after}"), format!("{before} ada@people.example {after}")] {
                proptest::prop_assert!(sought.named_in(&text).is_some());
            }
        }
    }
}
