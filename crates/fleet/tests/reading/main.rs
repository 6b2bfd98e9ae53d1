//! Reading samples of every format; what came out is written on one line each, for tables.

mod formats;
mod properties;
mod slmgr;

use std::fmt::Write as _;

use jiff::Timestamp;
use perpetua_fleet::read::{Input, Options, Reading, read};
use perpetua_fleet::record::Record;

/// When every sample reached us.
pub fn received_at() -> Timestamp {
    "2026-03-15T08:00:00Z".parse().expect("an instant")
}

/// Reads one file.
pub fn read_file(name: &str, bytes: &[u8]) -> Reading {
    read(&[Input { name, bytes, received_at: received_at() }], &Options::default())
}

/// Reads one text.
pub fn read_text(name: &str, text: &str) -> Reading {
    read_file(name, text.as_bytes())
}

/// `host format | application channel key state minutes | … ? doubts`
pub fn line(record: &Record) -> String {
    let dash = || "-".to_owned();
    let host = record.host.fqdn.clone().or(record.host.name.clone()).or(record.host.pseudonym.clone());
    let mut text = format!("{} {}", host.unwrap_or_else(dash), record.format);
    for product in &record.products {
        let key = product.partial_key.clone().unwrap_or_else(dash);
        let state = product.state.map_or_else(dash, |state| state.to_string());
        let minutes = product.remaining_min.map_or_else(dash, |minutes| minutes.to_string());
        let addon = if product.is_addon { " addon" } else { "" };
        let serves = if product.is_kms_host { " serves" } else { "" };
        write!(text, " | {} {} {key} {state} {minutes}{addon}{serves}", product.application, product.channel)
            .expect("text");
    }
    if !record.doubts.is_empty() {
        let doubts: Vec<&str> = record.doubts.iter().map(|doubt| doubt.as_text()).collect();
        write!(text, " ? {}", doubts.join(" ")).expect("text");
    }
    text
}

/// Everything that came out: records, then failures as `! code line detail`.
pub fn lines(reading: &Reading) -> Vec<String> {
    let unread = reading
        .unread
        .iter()
        .map(|unread| format!("! {} {} {}", unread.failure, unread.place.line, unread.detail).trim_end().to_owned());
    reading.records.iter().map(line).chain(unread).collect()
}

/// Checks one text.
pub fn check(name: &str, text: &str, expected: &[&str]) {
    assert_eq!(lines(&read_text(name, text)), expected, "{name}\n{text}");
}
