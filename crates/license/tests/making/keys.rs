//! Vectors of product keys and fingerprints.

use perpetua_license::key::{FormatVersion, ProductKey};
use perpetua_license::machine::{Fingerprint, FingerprintSalt, PART_HASH_BYTES, PartHash, PartKind};
use serde_json::{Value, json};

use super::{CHECK_SECRET, PARTS, hex, key};

pub fn product_key_of(random: [u8; 16], version: u8) -> String {
    let version = FormatVersion::new(version).expect("below 16");
    ProductKey::mint(random, version, CHECK_SECRET).expose_grouped().to_string()
}

pub fn product_key_vectors() -> Vec<Value> {
    let counting: [u8; 16] = std::array::from_fn(|at| u8::try_from(at).expect("below 16"));
    let cases = [([0; 16], 1), ([255; 16], 1), (counting, 1), ([7; 16], 1), ([90; 16], 15)];
    let vector = |(random, version): ([u8; 16], u8)| json!({ "random": hex(&random), "version": version, "key": product_key_of(random, version) });
    cases.map(vector).to_vec()
}

pub fn product_key() -> Value {
    let text = key().expose_grouped().to_string();
    let exchanged = format!("{}{}{}", &text[1..2], &text[..1], &text[2..]);
    json!({
        "check_secret": hex(CHECK_SECRET),
        "keys": product_key_vectors(),
        "read_as_the_same": [text.to_lowercase(), text.replace('-', " "), text.replace('-', ""), text.replace('0', "o")],
        "refused": {
            "length": &text[..38],
            "character": text.replacen(&text[5..6], "U", 1),
            "mistyped": exchanged,
            "other_secret": ProductKey::mint([7; 16], FormatVersion::V1, b"another").expose_grouped().as_str(),
        },
    })
}

pub fn fingerprint() -> Value {
    let salt = FingerprintSalt::of(&key().as_typed());
    let of = Fingerprint::of_values(&salt, PARTS);
    let values: Vec<Value> = PARTS.map(|(kind, value)| json!({ "kind": kind.number(), "value": value })).to_vec();
    let hashes: Vec<Value> =
        of.parts().iter().map(|(kind, hash)| json!({ "kind": kind.number(), "hash": hex(hash.as_bytes()) })).collect();
    json!({
        "product_key": key().expose_grouped().as_str(),
        "values": values,
        "hashes": hashes,
        "likeness": likeness(),
    })
}

/// Pairs of fingerprints, each as the kinds with a letter for the hash, and whether they are one machine.
fn likeness() -> Vec<Value> {
    let all = "1a 2a 3a 4a 5a 6a";
    let cases = [
        (all, all),
        (all, "1b 2a 3a 4a 5a 6a"),
        (all, "1b 2b 3a 4a 5a 6a"),
        (all, "1a 2a 3a 4b 5b 6a"),
        (all, "1b 2a 3a 4b 5a 6a"),
        (all, "3a 4a 5a 6a"),
        ("1a 4a 5a 6a", "1b 4a 5a 6a"),
        ("1a 2a 3a", "1a 2a 3a"),
        ("1a 2a 3a", "1a 2a 3b"),
        ("1a", "1a"),
        ("", ""),
    ];
    let vector = |(known, asking): (&str, &str)| {
        let found = parse(known).likeness(&parse(asking));
        json!({ "known": known, "asking": asking, "percent": found.percent, "match": found.is_match })
    };
    cases.map(vector).to_vec()
}

pub fn parse(text: &str) -> Fingerprint {
    Fingerprint::from_hashes(text.split_whitespace().map(|part| {
        let bytes = part.as_bytes();
        let kind = PartKind::from_number(bytes[0] - b'0').expect("a kind's number");
        (kind, PartHash::from_bytes([bytes[1]; PART_HASH_BYTES]))
    }))
}
