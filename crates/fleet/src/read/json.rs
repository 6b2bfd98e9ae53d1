//! JSON of any of the known shapes: our exchange format, CIM objects one or many, facts of Ansible.
//!
//! Instead of one parser per shape, every object is asked what it knows; what it knows about the
//! machine is handed down to the licenses inside of it.

use serde_json::{Map, Value};

use super::Context;
use super::bag::Bag;
use super::field::{Field, field_of};
use super::group::Groups;
use crate::verdict::{Doubt, add_doubt};

/// Children that describe the same machine as the object around them.
const PARTS: &[&str] =
    &["host", "service", "svc", "computer", "machine", "system", "os", "ansible_date_time", "softwarelicensingservice"];
/// Children that list licenses; an empty one says that none is installed.
const LISTS: &[&str] = &["products", "prod", "licenses", "licences", "softwarelicensingproduct"];
/// Objects inside of objects that are looked into.
const DEPTH_MAX: usize = 64;

/// What was found in one value.
#[derive(Debug, Default)]
pub struct Found {
    /// The machines.
    pub groups: Groups,
    /// Names of properties that nobody knows.
    pub unknown: Vec<String>,
    /// Whether the names are those of Ansible.
    pub is_ansible: bool,
}

/// Reads one value that stood on `line`.
pub fn read(value: &Value, line: u32, cx: &Context<'_>) -> Found {
    let mut found = Found::default();
    walk(value, &Bag::at(line), cx, &mut found, 0);
    found
}

fn walk(value: &Value, around: &Bag, cx: &Context<'_>, found: &mut Found, depth: usize) {
    if depth > DEPTH_MAX || found.groups.len() > cx.limits.records_max {
        return;
    }
    match value {
        Value::Array(values) => {
            let mut around = around.clone();
            // The service object often stands beside the products in one list.
            let mut services = values.iter().filter_map(Value::as_object).filter(|object| is_service(object));
            if let (Some(service), None) = (services.next(), services.next()) {
                around.fill(&machine_of(service, cx));
            }
            for value in values {
                walk(value, &around, cx, found, depth + 1);
            }
        }
        Value::Object(object) => walk_object(object, around, cx, found, depth),
        _ => {}
    }
}

fn walk_object(object: &Map<String, Value>, around: &Bag, cx: &Context<'_>, found: &mut Found, depth: usize) {
    found.is_ansible |= object.keys().any(|key| key.starts_with("ansible_"));
    let mut machine = machine_of(object, cx);
    machine.line = around.line;
    for (key, child) in object {
        if let Some(part) = child.as_object().filter(|_| PARTS.contains(&key.to_lowercase().as_str())) {
            machine.fill(&machine_of(part, cx));
        }
    }
    machine.fill(around);
    let licenses = licenses_of(object, machine.line, cx, &mut found.unknown);
    if !licenses.is_empty() {
        for license in licenses {
            found.groups.add(&machine, Some(license));
        }
        return;
    }
    for (key, child) in object {
        let lower = key.to_lowercase();
        if LISTS.contains(&lower.as_str()) && child.as_array().is_some_and(Vec::is_empty) {
            add_doubt(&mut machine.doubts, Doubt::NothingInstalled);
            found.groups.add(&machine, None);
        } else if child.is_object() || child.is_array() {
            let is_host = child.get("ansible_facts").is_some()
                || child.as_object().is_some_and(|child| child.keys().any(|key| key.starts_with("ansible_")))
                || child.get("products").is_some();
            let mut inner = machine.clone();
            if is_host && field_of(key).is_none() && lower != "ansible_facts" && !inner.has(Field::HostName) {
                inner.put(Field::HostName, key, cx.limits.value_chars_max);
            }
            walk(child, &inner, cx, found, depth + 1);
        }
    }
}

/// Whether the object is the service of a machine and no license.
fn is_service(object: &Map<String, Value>) -> bool {
    object.keys().any(|key| field_of(key) == Some(Field::Cmid))
        && !object.keys().any(|key| field_of(key) == Some(Field::PartialKey))
}

fn machine_of(object: &Map<String, Value>, cx: &Context<'_>) -> Bag {
    let mut bag = Bag::default();
    for (key, value) in object {
        let field = match cx.mapping.field(key).or_else(|| field_of(key)) {
            None if key.eq_ignore_ascii_case("version") && is_service(object) => Some(Field::ServiceVersion),
            field => field,
        };
        if let (Some(field), Some(text)) =
            (field.filter(|field| field.is_of_machine() || *field == Field::KmsFixed), scalar(value))
        {
            bag.put(field, &text, cx.limits.value_chars_max);
        }
    }
    bag
}

/// The licenses that an object is: none, one, or several where its values are lists.
fn licenses_of(object: &Map<String, Value>, line: u32, cx: &Context<'_>, unknown: &mut Vec<String>) -> Vec<Bag> {
    let is_of_license = |field: Field| !field.is_of_machine() || field == Field::TrustedTime;
    let mut known: Vec<(Field, &Value)> = Vec::new();
    let mut others: Vec<&String> = Vec::new();
    for (key, value) in object {
        match cx.mapping.field(key).or_else(|| field_of(key)) {
            Some(field) if is_of_license(field) => known.push((field, value)),
            Some(_) => {}
            None => others.push(key),
        }
    }
    let length = known
        .iter()
        .filter(|(field, _)| field.is_of_license())
        .filter_map(|(_, value)| value.as_array())
        .filter(|values| values.iter().all(|value| scalar(value).is_some()))
        .map(Vec::len)
        .max();
    let bags: Vec<Bag> = (0..length.unwrap_or(1).min(cx.limits.products_max))
        .map(|at| {
            let mut bag = Bag::at(line);
            for (field, value) in &known {
                let value = value.as_array().map_or(Some(*value), |values| values.get(at));
                if let Some(text) = value.and_then(scalar) {
                    bag.put(*field, &text, cx.limits.value_chars_max);
                }
            }
            bag
        })
        .filter(Bag::is_license)
        .collect();
    if !bags.is_empty() {
        unknown.extend(others.into_iter().filter(|key| !key.starts_with("ansible_")).cloned());
    }
    bags
}

/// A value as text; PowerShell wraps dates and enumerations into objects.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(object) => {
            object.get("value").or(object.get("Value")).filter(|inner| !inner.is_object()).and_then(scalar)
        }
        Value::Null | Value::Array(_) => None,
    }
}
