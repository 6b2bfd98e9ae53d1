//! Requests, responses, files and codes: they round-trip, and whatever was changed on the way is refused.

mod codes;
mod documents;

use super::Nonce;
use super::request::{Request, RequestKind, SignedRequest};
use super::seal::InstallationSecret;
use crate::certificate::{ActivationId, AfterGrace, Certificate, KeyId, SignedCertificate, Version, VersionRange};
use crate::chain::{KeyStanding, Link, SigningEntry, Trust};
use crate::key::{FormatVersion, ProductKey, TypedKey};
use crate::machine::{Fingerprint, FingerprintSalt, PartKind};
use crate::moment::Moment;
use crate::signing::SecretKey;

const NOW: Moment = Moment::from_seconds(1_800_000_000);

fn key(seed: u8) -> TypedKey {
    ProductKey::mint([seed; 16], FormatVersion::V1, b"a secret for tests only").as_typed()
}

fn machine() -> SecretKey {
    SecretKey::from_seed(&[3; 32])
}

fn issuer() -> SecretKey {
    SecretKey::from_seed(&[10; 32])
}

fn installation() -> InstallationSecret {
    InstallationSecret::from_seed([20; 32])
}

fn trust() -> Trust {
    let root = SecretKey::from_seed(&[1; 32]);
    let entry = SigningEntry {
        key: issuer().public(),
        not_before: Moment::ZERO,
        not_after: Moment::LAST,
        standing: KeyStanding::InForce,
    };
    let link = Link { number: 1, issued_at: NOW, root: root.public(), previous_root: root.public(), keys: vec![entry] };
    Trust::in_root(root.public()).follow(&link.sign(&root, None).unwrap()).unwrap()
}

fn request() -> Request {
    let parts = [(PartKind::Board, "PF-0A3"), (PartKind::Disk, "S5GX"), (PartKind::Processor, "8 x model 7")];
    Request {
        kind: RequestKind::Activate,
        nonce: Nonce([5; 16]),
        created_at: NOW,
        machine_key: machine().public(),
        activation: ActivationId([0; 16]),
        fingerprint: Fingerprint::of_values(&FingerprintSalt::of(&key(1)), parts),
        product: "perpetua-device".into(),
        version: Version { major: 2022, minor: 1 },
        machine_name: "linka 4, řezačka".into(),
    }
}

fn sign(request: &Request) -> SignedRequest {
    request.sign(&key(1), &installation().public(), &machine(), &[6; 32]).unwrap()
}

fn certificate(request: &Request) -> SignedCertificate {
    let certificate = Certificate {
        activation: ActivationId([1; 16]),
        key: KeyId([2; 16]),
        machine_key: request.machine_key,
        request_tag: request.nonce.tag(),
        product: request.product.clone(),
        edition: "standard".into(),
        versions: VersionRange::ALL,
        quantity: 1,
        issued_at: NOW,
        refresh_at: NOW.plus_days(365),
        grace_until: NOW.plus_days(395),
        term_ends_at: Moment::ZERO,
        after_grace: AfterGrace::Reduce,
        list_max_days: 0,
    };
    certificate.sign(&issuer()).unwrap()
}
