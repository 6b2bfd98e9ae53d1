//! Vectors of the signed documents.

use perpetua_license::certificate::freshness::{Clock, Freshness};
use perpetua_license::certificate::{ActivationId, AfterGrace, Certificate, KeyId};
use perpetua_license::chain::{KeyStanding, Link, chain_file};
use perpetua_license::exchange::file;
use perpetua_license::exchange::request::SignedRequest;
use perpetua_license::exchange::response::{Response, SignedResponse};
use perpetua_license::machine::Fingerprint;
use perpetua_license::moment::Moment;
use perpetua_license::revocation::{Entry, List, Reason, Tag, delta, sign_list};
use serde_json::{Value, json};

use super::{NOW, altered, entry, first_link, hex, installation, key, secret, trust};

pub fn chain() -> Value {
    let second = Link {
        number: 4,
        issued_at: NOW.plus_days(1),
        root: secret(2).public(),
        previous_root: secret(1).public(),
        keys: vec![entry(10, KeyStanding::Compromised), entry(11, KeyStanding::InForce)],
    };
    let second = second.sign(&secret(2), Some(&secret(1))).expect("the link is valid");
    let file = chain_file(&[first_link(), second.clone()]).expect("two links");
    json!({
        "root_seeds": { "first": hex(&[1; 32]), "second": hex(&[2; 32]) },
        "pinned_root": hex(secret(1).public().as_bytes()),
        "first_link": hex(&first_link()),
        "second_link": hex(&second),
        "file": hex(&file),
        "after_the_file": {
            "number": 4,
            "root": hex(secret(2).public().as_bytes()),
            "in_force": [hex(secret(11).public().id().as_bytes())],
            "compromised": [hex(secret(10).public().id().as_bytes())],
        },
        "refused": altered(&second),
    })
}

fn fields(certificate: &Certificate) -> Value {
    let version = |at: perpetua_license::certificate::Version| json!([at.major, at.minor]);
    json!({
        "activation": hex(&certificate.activation.0),
        "key": hex(&certificate.key.0),
        "machine_key": hex(certificate.machine_key.as_bytes()),
        "request_tag": hex(&certificate.request_tag),
        "product": certificate.product,
        "edition": certificate.edition,
        "versions": [version(certificate.versions.lowest), version(certificate.versions.highest)],
        "quantity": certificate.quantity,
        "issued_at": certificate.issued_at.seconds(),
        "refresh_at": certificate.refresh_at.seconds(),
        "grace_until": certificate.grace_until.seconds(),
        "term_ends_at": certificate.term_ends_at.seconds(),
        "after_grace": certificate.after_grace.code(),
        "list_max_days": certificate.list_max_days,
    })
}

pub fn certificate() -> Value {
    let sample = super::certificate();
    let term = Certificate {
        edition: String::new(),
        term_ends_at: NOW.plus_days(365),
        after_grace: AfterGrace::Stop,
        list_max_days: 0,
        ..sample.clone()
    };
    let vector = |certificate: &Certificate| {
        let signed = certificate.sign(&secret(10)).expect("the certificate is valid");
        json!({ "fields": fields(certificate), "document": hex(signed.as_bytes()) })
    };
    let signed = sample.sign(&secret(10)).expect("the certificate is valid");
    let mut refused = altered(signed.as_bytes());
    let other = sample.sign(&secret(11)).expect("the certificate is valid");
    refused["unknown_signer"] = hex(other.as_bytes()).into();
    json!({
        "issuer_seed": hex(&[10; 32]),
        "signer": hex(secret(10).public().id().as_bytes()),
        "chain": hex(&first_link()),
        "certificates": [vector(&sample), vector(&term)],
        "refused": refused,
    })
}

pub fn freshness() -> Value {
    let certificate = super::certificate();
    // Days after issue: of the clock, of the latest moment seen, of the list.
    let cases = [(0, 0, None), (6, 0, None), (7, 0, None), (21, 0, None), (7, 0, Some(3)), (29, 0, Some(29))];
    let later = [(30, 0, Some(29)), (43, 0, Some(40)), (44, 0, Some(43)), (1, 44, Some(43)), (1, 2, None)];
    let day = |day: u32| NOW.plus_days(day);
    let vector = |(now, seen, list): (u32, u32, Option<u32>)| {
        let clock = Clock { now: day(now), latest_seen: day(seen) };
        let state = certificate.freshness(&clock, list.map(day));
        json!({
            "now": clock.now.seconds(),
            "latest_seen": clock.latest_seen.seconds(),
            "list_issued_at": list.map(|list| day(list).seconds()),
            "state": state.code(),
            "until": until(state),
            "set_back_seconds": clock.set_back_seconds(),
        })
    };
    json!({
        "certificate": fields(&certificate),
        "cases": cases.into_iter().chain(later).map(vector).collect::<Vec<_>>(),
    })
}

/// The moment that a state names.
fn until(state: Freshness) -> u32 {
    match state {
        Freshness::Fresh { refresh_at: at }
        | Freshness::Grace { until: at, .. }
        | Freshness::Expired { since: at, .. }
        | Freshness::TermOver { since: at }
        | Freshness::NotYetValid { issued_at: at } => at.seconds(),
    }
}

pub fn revocation() -> Value {
    let of_key = |number, reason| Entry { tag: Tag::of_key(KeyId([number; 16])), reason };
    let released = Entry { tag: Tag::of_activation(ActivationId([1; 16])), reason: Reason::Released };
    let sign = |entries, number, at: Moment| {
        sign_list(entries, number, at, at.plus_days(1), &secret(10)).expect("few entries")
    };
    let first = vec![of_key(1, Reason::Cancelled), of_key(2, Reason::Operator), released];
    let second = vec![of_key(1, Reason::Cancelled), of_key(2, Reason::Leaked), of_key(3, Reason::Replaced)];
    let (first, second) = (sign(first, 1_800_000_000, NOW), sign(second, 1_800_086_400, NOW.plus_days(1)));
    let open = |bytes| List::open(bytes, &trust()).expect("the list is valid");
    let delta = delta::between(&open(&first), &open(&second));
    let lookups: Vec<Value> = (1..=4)
        .map(|number| {
            let (key, activation) = (KeyId([number; 16]), ActivationId([number; 16]));
            let reason = |bytes| open(bytes).reason(key, activation).map(Reason::code);
            json!({ "id": hex(&key.0), "first": reason(&first), "second": reason(&second) })
        })
        .collect();
    json!({
        "chain": hex(&first_link()),
        "first": hex(&first),
        "second": hex(&second),
        "delta": hex(&delta),
        "lookups_with_one_id_for_key_and_activation": lookups,
        "refused": altered(&first),
    })
}

fn signed_request() -> SignedRequest {
    let key = key().as_typed();
    let signed = super::request().sign(&key, &installation().public(), &secret(3), &[6; 32]);
    signed.expect("the request is valid")
}

pub fn request() -> Value {
    let (request, signed) = (super::request(), signed_request());
    json!({
        "installation_seed": hex(&[20; 32]),
        "installation_public": hex(installation().public().as_bytes()),
        "installation_id": hex(installation().public().id().as_bytes()),
        "machine_seed": hex(&[3; 32]),
        "ephemeral_seed": hex(&[6; 32]),
        "product_key": key().expose_grouped().as_str(),
        "fields": {
            "kind": request.kind.code(),
            "nonce": hex(&request.nonce.0),
            "created_at": request.created_at.seconds(),
            "machine_key": hex(request.machine_key.as_bytes()),
            "activation": hex(&request.activation.0),
            "fingerprint": parts(&request.fingerprint),
            "product": request.product,
            "version": [request.version.major, request.version.minor],
            "machine_name": request.machine_name,
        },
        "document": hex(signed.as_bytes()),
        "file": file::write_requests(std::slice::from_ref(&signed)).expect("one request"),
        "file_of_two": file::write_requests(&[signed.clone(), signed.clone()]).expect("two requests"),
        "qr": file::request_qr(&signed),
        "refused": altered(signed.as_bytes()),
    })
}

fn parts(fingerprint: &Fingerprint) -> Vec<Value> {
    fingerprint.parts().iter().map(|(kind, hash)| json!([kind.number(), hex(hash.as_bytes())])).collect()
}

pub fn signed_response(is_good: bool) -> SignedResponse {
    let certificate = super::certificate().sign(&secret(10)).expect("the certificate is valid");
    let response = Response {
        nonce: super::request().nonce,
        answered_at: NOW,
        code: if is_good { "activated" } else { "key_exhausted" }.to_owned(),
        retry_at: if is_good { Moment::ZERO } else { NOW.plus_days(3) },
        chain_number: 1,
        list_number: 1_800_000_000,
        certificate: is_good.then_some(certificate),
    };
    response.sign(&secret(10)).expect("the response is valid")
}

pub fn response() -> Value {
    let (good, refusal) = (signed_response(true), signed_response(false));
    json!({
        "issuer_seed": hex(&[10; 32]),
        "chain": hex(&first_link()),
        "nonce": hex(&super::request().nonce.0),
        "activated": hex(good.as_bytes()),
        "refusal": hex(refusal.as_bytes()),
        "file": file::write_responses(std::slice::from_ref(&good)).expect("one response"),
        "qr": file::response_qr(&good),
        "refused": altered(good.as_bytes()),
    })
}
