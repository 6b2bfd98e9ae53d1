//! Makes the published test vectors from fixed seeds. Everything is deterministic, so the same program always gives
//! the same files; `cargo run -p perpetua-license --example write_vectors` writes them.

mod codes;
mod documents;
mod keys;

use std::fmt::Write as _;

use perpetua_license::certificate::{ActivationId, AfterGrace, Certificate, KeyId, Version, VersionRange};
use perpetua_license::chain::{KeyStanding, Link, SigningEntry, Trust};
use perpetua_license::exchange::Nonce;
use perpetua_license::exchange::request::{Request, RequestKind};
use perpetua_license::exchange::seal::InstallationSecret;
use perpetua_license::key::{FormatVersion, ProductKey};
use perpetua_license::machine::{Fingerprint, FingerprintSalt, PartKind};
use perpetua_license::moment::Moment;
use perpetua_license::signing::SecretKey;
use serde_json::Value;

/// 15 January 2027, 08:00 UTC.
pub const NOW: Moment = Moment::from_seconds(1_800_000_000);
/// The secret of the check characters.
pub const CHECK_SECRET: &[u8] = b"a check secret for test vectors.";

/// What the parts of the sample machine say of themselves.
pub const PARTS: [(PartKind, &str); 6] = [
    (PartKind::Hardware, "4C4C4544-0042-3510-8052-B4C04F4B3332"),
    (PartKind::Board, " PF-0A3 "),
    (PartKind::Disk, "S5GXNX0T"),
    (PartKind::Network, "02:00:5e:10:00:01"),
    (PartKind::System, "To be filled by O.E.M."),
    (PartKind::Processor, "Model 7, 8 cores"),
];

/// Every file: its name without ending, and its content.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("product_key", keys::product_key()),
        ("fingerprint", keys::fingerprint()),
        ("chain", documents::chain()),
        ("certificate", documents::certificate()),
        ("freshness", documents::freshness()),
        ("revocation", documents::revocation()),
        ("request", documents::request()),
        ("response", documents::response()),
        ("long_code", codes::long_code()),
        ("typed_code", codes::typed_code()),
    ]
}

/// A private signing key from 32 equal bytes: 1 and 2 are roots, 10 and 11 issuers, 3 and 4 machines.
pub fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

/// The installation's key that product keys are sealed to.
pub fn installation() -> InstallationSecret {
    InstallationSecret::from_seed([20; 32])
}

/// The product key of all vectors.
pub fn key() -> ProductKey {
    ProductKey::mint([7; 16], FormatVersion::V1, CHECK_SECRET)
}

/// The link that makes issuer 10 trusted.
pub fn first_link() -> Vec<u8> {
    let root = secret(1).public();
    let keys = vec![entry(10, KeyStanding::InForce)];
    let link = Link { number: 1, issued_at: NOW, root, previous_root: root, keys };
    link.sign(&secret(1), None).expect("the link is valid")
}

/// An entry of a link that is valid from the first of the vectors' moments on.
pub fn entry(seed: u8, standing: KeyStanding) -> SigningEntry {
    SigningEntry { key: secret(seed).public(), not_before: NOW, not_after: Moment::LAST, standing }
}

/// A device that pinned root 1 and knows the first link.
pub fn trust() -> Trust {
    Trust::in_root(secret(1).public()).follow(&first_link()).expect("the link begins at the root")
}

/// The certificate of all vectors.
pub fn certificate() -> Certificate {
    Certificate {
        activation: ActivationId([1; 16]),
        key: KeyId([2; 16]),
        machine_key: secret(3).public(),
        request_tag: [5; 8],
        product: "perpetua-device".to_owned(),
        edition: "standard".to_owned(),
        versions: VersionRange {
            lowest: Version { major: 2019, minor: 0 },
            highest: Version { major: 2025, minor: 9 },
        },
        quantity: 4,
        issued_at: NOW,
        refresh_at: NOW.plus_days(30),
        grace_until: NOW.plus_days(44),
        term_ends_at: Moment::ZERO,
        after_grace: AfterGrace::Reduce,
        list_max_days: 7,
    }
}

/// The request of all vectors.
pub fn request() -> Request {
    let salt = FingerprintSalt::of(&key().as_typed());
    Request {
        kind: RequestKind::Activate,
        nonce: Nonce([5; 16]),
        created_at: NOW,
        machine_key: secret(3).public(),
        activation: ActivationId([0; 16]),
        fingerprint: Fingerprint::of_values(&salt, PARTS),
        product: "perpetua-device".to_owned(),
        version: Version { major: 2022, minor: 1 },
        machine_name: "linka 4, řezačka".to_owned(),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes from hexadecimal.
pub fn unhex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).expect("vectors are lower-case hexadecimal")
}

/// Alterations of a document that every implementation must refuse, by name.
pub fn altered(bytes: &[u8]) -> Value {
    let flipped = |at: usize| {
        let mut copy = bytes.to_vec();
        copy[at] ^= 1;
        hex(&copy)
    };
    serde_json::json!({
        "other_kind": flipped(0),
        "unknown_version": flipped(3),
        "one_bit_in_the_middle": flipped(bytes.len() / 2),
        "one_bit_of_the_signature": flipped(bytes.len() - 1),
        "cut_off": hex(&bytes[..bytes.len() - 1]),
        "one_byte_more": hex(&[bytes, &[0]].concat()),
        "empty": "",
    })
}
