//! The published vectors are what this program makes, and what it makes it reads: documents are accepted, every
//! alteration in them is refused. Another implementation passes when it agrees with the same files.

mod making;

use making::{hex, installation, request, secret, trust, unhex};
use perpetua_license::certificate::SignedCertificate;
use perpetua_license::chain::Trust;
use perpetua_license::exchange::request::SignedRequest;
use perpetua_license::exchange::response::SignedResponse;
use perpetua_license::exchange::typed::{self, TypedRequest, TypedSecret};
use perpetua_license::exchange::{file, long_code};
use perpetua_license::key::{CheckSecrets, FormatVersion, parse};
use perpetua_license::revocation::{List, delta};
use serde_json::Value;

/// The committed file of this name.
fn published(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    let text = std::fs::read_to_string(path.with_extension("json")).expect("the file is published");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn bytes(value: &Value) -> Vec<u8> {
    unhex(text(value))
}

/// Every alteration below `refused`, by name.
fn refused(vectors: &Value, is_refused: impl Fn(&str) -> bool) {
    let alterations = vectors["refused"].as_object().expect("alterations by name");
    assert!(alterations.len() >= 2);
    for (name, altered) in alterations {
        assert!(is_refused(text(altered)), "{name} was accepted");
    }
}

#[test]
fn the_published_vectors_are_what_this_program_makes() {
    let all = making::all();
    assert_eq!(all.len(), 10);
    for (name, value) in all {
        assert_eq!(published(name), value, "{name}: see examples/write_vectors.rs");
    }
}

#[test]
fn product_keys_are_read_and_refused_as_published() {
    let vectors = published("product_key");
    let secret = bytes(&vectors["check_secret"]);
    let secrets = CheckSecrets::new().with(FormatVersion::V1, &secret).with(FormatVersion::new(15).unwrap(), &secret);
    let read = |text: &str| parse(text).ok().and_then(|typed| typed.verify(&secrets).ok());
    for vector in vectors["keys"].as_array().unwrap() {
        let key = read(text(&vector["key"])).unwrap();
        assert_eq!(u64::from(key.version().number()), vector["version"].as_u64().unwrap());
    }
    for same in vectors["read_as_the_same"].as_array().unwrap() {
        assert!(read(text(same)).unwrap() == making::key());
    }
    refused(&vectors, |altered| read(altered).is_none());
}

#[test]
fn the_chain_is_followed_as_published() {
    let vectors = published("chain");
    let pinned = Trust::in_root(secret(1).public());
    let first = pinned.follow(&bytes(&vectors["first_link"])).unwrap();
    let trust = pinned.follow_file(&bytes(&vectors["file"])).unwrap();
    assert_eq!(first.follow(&bytes(&vectors["second_link"])).unwrap(), trust);
    assert_eq!(hex(trust.root().as_bytes()), text(&vectors["after_the_file"]["root"]));
    refused(&vectors, |altered| first.follow(&unhex(altered)).is_err());
}

#[test]
fn certificates_are_accepted_and_refused_as_published() {
    let vectors = published("certificate");
    for vector in vectors["certificates"].as_array().unwrap() {
        let signed = SignedCertificate::decode(&bytes(&vector["document"])).unwrap();
        let certificate = signed.verify(&trust()).unwrap();
        assert_eq!(certificate.product, text(&vector["fields"]["product"]));
        assert_eq!(u64::from(certificate.term_ends_at.seconds()), vector["fields"]["term_ends_at"].as_u64().unwrap());
    }
    refused(&vectors, |altered| {
        SignedCertificate::decode(&unhex(altered)).map_or(true, |signed| signed.verify(&trust()).is_err())
    });
}

#[test]
fn revocation_lists_and_their_delta_are_accepted_as_published() {
    let vectors = published("revocation");
    let (first, second) = (bytes(&vectors["first"]), bytes(&vectors["second"]));
    let base = List::open(&first, &trust()).unwrap();
    assert_eq!(delta::apply(&base, &bytes(&vectors["delta"]), &trust()).unwrap(), second);
    refused(&vectors, |altered| List::open(&unhex(altered), &trust()).is_err());
}

#[test]
fn requests_are_accepted_in_every_form_as_published() {
    let vectors = published("request");
    let signed = SignedRequest::decode(&bytes(&vectors["document"])).unwrap();
    assert_eq!(signed.request(), &request());
    let key = signed.open_key(&installation()).unwrap();
    let secrets = CheckSecrets::new().with(FormatVersion::V1, making::CHECK_SECRET);
    assert!(key.verify(&secrets).unwrap() == making::key());
    assert_eq!(file::read_requests(text(&vectors["file"])).unwrap(), [Ok(signed.clone())]);
    assert_eq!(file::read_requests(text(&vectors["file_of_two"])).unwrap(), [Ok(signed.clone()), Ok(signed.clone())]);
    assert_eq!(file::read_request_qr(text(&vectors["qr"])).unwrap(), signed.as_bytes());
    refused(&vectors, |altered| SignedRequest::decode(&unhex(altered)).is_err());
}

#[test]
fn responses_are_accepted_in_every_form_as_published() {
    let vectors = published("response");
    let read = |bytes: &[u8]| {
        let signed = SignedResponse::decode(bytes).ok()?;
        signed.verify(&trust(), &request()).ok().cloned()
    };
    assert_eq!(read(&bytes(&vectors["activated"])).unwrap().code, "activated");
    let refusal = read(&bytes(&vectors["refusal"])).unwrap();
    assert!(refusal.code == "key_exhausted" && refusal.certificate.is_none());
    let from_file = file::read_responses(text(&vectors["file"])).unwrap();
    assert_eq!(from_file[0].as_ref().unwrap().as_bytes(), bytes(&vectors["activated"]));
    assert_eq!(file::read_response_qr(text(&vectors["qr"])).unwrap(), bytes(&vectors["activated"]));
    refused(&vectors, |altered| read(&unhex(altered)).is_none());
}

#[test]
fn long_codes_give_back_their_certificate_as_published() {
    let vectors = published("long_code");
    let read = |code: &str| {
        let signed = long_code::decode(code, &request()).ok()?;
        signed.verify(&trust()).is_ok().then(|| signed.as_bytes().to_vec())
    };
    let certificate = Some(bytes(&vectors["certificate"]));
    assert_eq!(read(text(&vectors["code"])), certificate);
    for same in vectors["read_as_the_same"].as_array().unwrap() {
        assert_eq!(read(text(same)), certificate);
    }
    refused(&vectors, |altered| read(altered).is_none());
}

#[test]
fn typed_codes_are_accepted_as_published() {
    let vectors = published("typed_code");
    let pending = TypedRequest::from_digits(text(&vectors["request"])).unwrap();
    let key = parse(text(&vectors["product_key"])).unwrap();
    let secret = TypedSecret::from_bytes(bytes(&vectors["secret"]).try_into().unwrap());
    let at = making::NOW;
    let accept = |code: &str| typed::accept(code, &pending, &key, text(&vectors["product"]), &secret, at);
    for vector in vectors["codes"].as_array().unwrap() {
        let grant = accept(text(&vector["code"])).unwrap();
        let days = u32::try_from(vector["days"].as_u64().unwrap()).unwrap();
        assert_eq!(grant.until, grant.from.plus_days(days + 1));
    }
    refused(&vectors, |altered| accept(altered).is_err());
}
