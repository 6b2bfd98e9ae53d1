//! The answers that the document shows: recorded from calls of the whole table, and held against them again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use perpetua_test_support::TestApp;
use serde_json::Value;

use crate::world::{World, in_order};

/// Where the document's answers stand.
const SHOWN: &str = "src/openapi/answers.json";

/// Letters, digits and signs in a row that only chance writes: keys, tokens, secrets, digests.
const RANDOM: usize = 32;

#[test]
fn the_document_shows_answers_as_they_are() {
    TestApp::each(|test| async move {
        let recorded = record(&World::open(test).await).await;
        let shown = Path::new(env!("CARGO_MANIFEST_DIR")).join(SHOWN);
        let text = std::fs::read_to_string(&shown).unwrap_or_default();
        let known: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        let of = |answers: &BTreeMap<String, Value>| -> BTreeMap<String, BTreeSet<String>> {
            answers.iter().map(|(id, answer)| (id.clone(), shape(answer))).collect()
        };
        if of(&known) != of(&recorded) {
            let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("answers.json");
            std::fs::write(&written, serde_json::to_string_pretty(&recorded).unwrap() + "\n").unwrap();
            panic!("answers changed; compare {} with {}", written.display(), shown.display());
        }
    });
}

/// The answer of each operation that succeeds here with JSON, by its id.
async fn record(world: &World) -> BTreeMap<String, Value> {
    let mut answers = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for operation in in_order() {
        let path = world.path(&operation);
        let reply = world.client.call(operation.method, &path, world.body(&operation).into()).await;
        let body = serde_json::from_slice::<Value>(&reply.bytes);
        if let (true, Ok(mut body)) = (reply.status.as_u16() == operation.status && operation.status < 400, body) {
            settle(&mut body, &mut ids);
            answers.insert(operation.id.to_owned(), body);
        }
    }
    answers
}

/// Leaves the fullest entry of each list, numbers ids in the order in which they come, and takes out what chance wrote.
fn settle(value: &mut Value, ids: &mut BTreeMap<String, usize>) {
    match value {
        Value::Array(entries) => {
            // What came at one moment comes in any order.
            entries.sort_by_cached_key(|entry| {
                let shape = shape(entry);
                (Reverse(shape.len()), shape)
            });
            entries.truncate(1);
            for entry in entries {
                settle(entry, ids);
            }
        }
        Value::Object(fields) => {
            if let Some(password) = fields.get_mut("password") {
                *password = "…".into();
            }
            fields.values_mut().for_each(|field| settle(field, ids));
        }
        Value::String(text) => *text = settled(text, ids),
        _ => {}
    }
}

fn settled(text: &str, ids: &mut BTreeMap<String, usize>) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut settled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        settled.push_str(before);
        if uuid::Uuid::try_parse(word).is_ok() {
            let next = ids.len() + 1;
            let number = ids.entry(word.to_owned()).or_insert(next);
            write!(settled, "00000000-0000-4000-8000-{number:012x}").unwrap();
        } else if word.len() >= RANDOM {
            settled.push('…');
        } else {
            settled.push_str(word);
        }
        rest = after;
    }
    settled + rest
}

/// Every place in an answer with the kind of its value; what is empty here may be filled elsewhere.
fn shape(answer: &Value) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    walk(answer, "", &mut places);
    places
}

fn walk(value: &Value, at: &str, places: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| walk(field, &format!("{at}/{name}"), places)),
        Value::Array(entries) => entries.iter().for_each(|entry| walk(entry, &format!("{at}/0"), places)),
        Value::Null => {}
        Value::Bool(_) => drop(places.insert(format!("{at}: true or false"))),
        Value::Number(_) => drop(places.insert(format!("{at}: number"))),
        Value::String(_) => drop(places.insert(format!("{at}: text"))),
    }
}
