//! Vectors of the codes that people type.

use perpetua_license::exchange::digits;
use perpetua_license::exchange::long_code;
use perpetua_license::exchange::typed::{TypedRequest, TypedSecret, answer};
use serde_json::{Value, json};

use super::{NOW, certificate, hex, secret};

pub fn long_code() -> Value {
    let signed = certificate().sign(&secret(10)).expect("the certificate is valid");
    let code = long_code::encode(&signed);
    json!({
        "certificate": hex(signed.as_bytes()),
        "code": code,
        "read_as_the_same": [code.to_lowercase(), code.replace(['-', '\n'], ""), code.replace('0', "O")],
        "refused": { "first_two_exchanged": exchanged(&code), "cut_off": &code[..code.len() - 7] },
    })
}

pub fn typed_request() -> TypedRequest {
    TypedRequest::new(&secret(3).public(), &super::key().as_typed(), 0xfedc_ba98_7654_3210)
}

pub fn typed_secret() -> TypedSecret {
    TypedSecret::from_bytes([30; 32])
}

pub fn typed_code() -> Value {
    let key = super::key().as_typed();
    let request = typed_request();
    let code = |days| {
        let code = answer(&request, &key, "perpetua-device", &typed_secret(), NOW, days).expect("a valid length");
        json!({ "days": days, "code": code })
    };
    let sample = answer(&request, &key, "perpetua-device", &typed_secret(), NOW, 90).expect("a valid length");
    let groups: Vec<Value> = [0u16, 1, 8, 9, 4095, 4096, 65_535]
        .map(|value| {
            let text = digits::encode(&[value; 9]);
            json!({ "value": value, "in_places_1_to_9": text })
        })
        .to_vec();
    json!({
        "product_key": super::key().expose_grouped().as_str(),
        "product": "perpetua-device",
        "secret": hex(&[30; 32]),
        "machine_key": hex(secret(3).public().as_bytes()),
        "random": "fedcba9876543210",
        "request": request.to_digits(),
        "issued_at": NOW.seconds(),
        "codes": [code(1), code(30), code(90)],
        "groups": groups,
        "refused": { "first_two_exchanged": exchanged(&sample), "cut_off": &sample[..sample.len() - 7] },
    })
}

/// The text with the first two neighbours exchanged that differ.
fn exchanged(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = characters.windows(2).position(|pair| pair[0] != pair[1]).expect("codes are not all alike");
    characters.swap(at, at + 1);
    characters.into_iter().collect()
}
