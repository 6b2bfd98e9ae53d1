//! XML of any of the known shapes: `Export-Clixml`, `ConvertTo-Xml`, `wmic`'s raw form, and the volume
//! activation manager's files, whose newer element names are not documented.
//!
//! Elements become objects, by local name and without entities of their own, and are then read as JSON is:
//! a value counts whether it stands in an attribute, in a child, or in a named property.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use crate::limits::Limits;
use crate::secrets::mask_keys;
use crate::verdict::Failure;

/// Roots and elements of the volume activation manager.
const VAMT_WORDS: &[&str] = &["softwarelicensingdata", "vamt", "managedmachine", "computers"];
/// Elements that only group the properties of the object around them.
const WRAPPERS: &[&str] = &["props", "ms", "sku", "productkey", "status", "activation", "confirmation", "key"];
/// Elements whose parts all belong to one license.
const WHOLE: &[&str] = &["product", "obj", "volumelicenseproduct", "activeproduct", "object", "instance"];

/// An XML document as nested objects.
#[derive(Debug)]
pub struct Document {
    /// The root element as an object.
    pub value: Value,
    /// Bytes from the beginning to the end of the root element.
    pub length: usize,
    /// Whether the volume activation manager wrote it.
    pub is_vamt: bool,
    /// Full keys that were masked.
    pub masked: usize,
}

#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Reads the first element of `text` and all that is inside.
///
/// # Errors
///
/// [`Failure::XmlBroken`] with the byte where reading stopped, [`Failure::TooDeep`], [`Failure::TooLarge`].
pub fn read(text: &str, limits: &Limits) -> Result<Document, (usize, Failure)> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let broken = (at, Failure::XmlBroken);
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                count += 1;
                if open.len() >= limits.xml_depth_max {
                    return Err((at, Failure::TooDeep));
                }
                if count > limits.xml_elements_max {
                    return Err((at, Failure::TooLarge));
                }
                open.push(element(&start));
            }
            Ok(Event::End(_)) => {
                let Some(done) = open.pop() else { return Err(broken) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => {
                        return Ok(document(&done, usize::try_from(reader.buffer_position()).unwrap_or(text.len())));
                    }
                }
            }
            Ok(Event::Text(chunk)) => push_text(&mut open, &chunk.xml10_content()),
            Ok(Event::CData(chunk)) => push_text(&mut open, &chunk),
            Ok(Event::GeneralRef(name)) => push_text(&mut open, &reference(&name)),
            Ok(Event::Eof) | Err(_) => return Err(broken),
            Ok(_) => {}
        }
    }
}

/// The character of a predefined or numbered reference; entities that a file defines itself become a blank.
fn reference(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => number.and_then(char::from_u32).unwrap_or(' '),
    };
    character.to_string()
}

fn push_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .flatten()
        .map(|attribute| {
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned);
            (attribute.key.local_name().as_ref().to_owned(), value)
        })
        .collect();
    Element { name: start.local_name().as_ref().to_owned(), attributes, ..Element::default() }
}

fn document(root: &Element, length: usize) -> Document {
    let mut masked = 0;
    let is_vamt = is_vamt(root) || root.children.iter().any(is_vamt);
    Document { value: Value::Object(object(root, &mut masked)), length, is_vamt, masked }
}

fn is_vamt(element: &Element) -> bool {
    let name = element.name.to_lowercase();
    VAMT_WORDS.iter().any(|word| name.contains(word))
}

fn object(element: &Element, masked: &mut usize) -> Map<String, Value> {
    let mut object = Map::new();
    let name = element.name.to_lowercase();
    let is_machine = matches!(name.as_str(), "computer" | "machine" | "managedmachine" | "host");
    for (key, value) in &element.attributes {
        put(&mut object, renamed(key, is_machine), value, masked);
    }
    let is_whole = WHOLE.contains(&name.as_str());
    let mut inner = Vec::new();
    for child in &element.children {
        add_child(&mut object, &mut inner, child, (is_machine, is_whole), masked);
    }
    if is_machine && object.contains_key("HostName") {
        object.remove("Pseudonym");
    }
    if !inner.is_empty() {
        object.insert("children".to_owned(), Value::Array(inner));
    }
    object
}

fn add_child(
    object: &mut Map<String, Value>,
    inner: &mut Vec<Value>,
    child: &Element,
    (is_machine, is_whole): (bool, bool),
    masked: &mut usize,
) {
    let named =
        child.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case("n") || key.eq_ignore_ascii_case("name"));
    let value = match child.children.as_slice() {
        [] => Some(child.text.trim()),
        [value] if value.children.is_empty() && value.name.eq_ignore_ascii_case("value") => Some(value.text.trim()),
        _ => None,
    };
    let is_property = child.attributes.len() <= 3 && !WHOLE.contains(&child.name.to_lowercase().as_str());
    match (named, value) {
        (Some((_, key)), Some(value)) if is_property && !value.is_empty() => {
            put(object, renamed(key, is_machine), value, masked);
        }
        (None, Some(value)) if child.attributes.is_empty() => {
            put(object, renamed(&child.name, is_machine), value, masked);
        }
        _ if is_whole && WRAPPERS.contains(&child.name.to_lowercase().as_str()) => {
            for (key, value) in &child.attributes {
                put(object, key, value, masked);
            }
            for grandchild in &child.children {
                add_child(object, inner, grandchild, (false, true), masked);
            }
        }
        _ => inner.push(Value::Object(self::object(child, masked))),
    }
}

/// What a name means on the element of a machine, where `Name` and `Id` are not those of a license.
fn renamed(key: &str, is_machine: bool) -> &str {
    match key {
        key if is_machine && key.eq_ignore_ascii_case("name") => "HostName",
        key if is_machine && key.eq_ignore_ascii_case("id") => "Pseudonym",
        key if key.eq_ignore_ascii_case("n") || key.eq_ignore_ascii_case("refid") => "resourceid",
        key => key,
    }
}

/// Keeps the first value of a key; whatever looks like a full key is masked.
fn put(object: &mut Map<String, Value>, key: &str, value: &str, masked: &mut usize) {
    if value.is_empty() || object.contains_key(key) {
        return;
    }
    let (value, count) = mask_keys(value.to_owned());
    *masked += count;
    object.insert(key.to_owned(), Value::String(value));
}
