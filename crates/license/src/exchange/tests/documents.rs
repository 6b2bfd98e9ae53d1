//! Requests, responses and their files.

use proptest::prelude::*;

use super::*;
use crate::codec::FormatError;
use crate::exchange::file::{self, FileError};
use crate::exchange::request::{REQUEST_BYTES_MAX, RequestError};
use crate::exchange::response::{RESPONSE_BYTES_MAX, Response, ResponseError, SignedResponse};
use crate::exchange::seal::{InstallationPublic, OpenError};

fn response(certificate: Option<SignedCertificate>) -> Response {
    Response {
        nonce: request().nonce,
        answered_at: NOW,
        code: if certificate.is_some() { "activated" } else { "key_revoked" }.into(),
        retry_at: Moment::ZERO,
        chain_number: 1,
        list_number: 17,
        certificate,
    }
}

#[test]
fn a_request_gives_its_key_to_the_installation_and_to_nobody_else() {
    let signed = SignedRequest::decode(sign(&request()).as_bytes()).unwrap();
    assert_eq!(signed.request(), &request());
    assert_eq!(signed.open_key(&installation()).unwrap().characters(), key(1).characters());
    let other = InstallationSecret::from_seed([21; 32]);
    assert_eq!(signed.open_key(&other).unwrap_err(), OpenError::OtherInstallation);
    let clear = key(1).characters().to_vec();
    assert!(!signed.as_bytes().windows(clear.len()).any(|window| window == clear), "the key stands in clear");
    assert!(signed.as_bytes().len() <= REQUEST_BYTES_MAX);
}

#[test]
fn every_flipped_bit_of_a_request_is_refused() {
    let bytes = sign(&request()).as_bytes().to_vec();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(SignedRequest::decode(&flipped).is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(SignedRequest::decode(&bytes[..length]).is_err());
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(SignedRequest::decode(&longer), Err(RequestError::Format(FormatError::Trailing)));
}

#[test]
fn a_sealed_key_cannot_be_moved_into_another_machines_request() {
    let mine = sign(&request());
    let thief = SecretKey::from_seed(&[4; 32]);
    let theirs = Request { machine_key: thief.public(), ..request() };
    let theirs = theirs.sign(&key(2), &installation().public(), &thief, &[7; 32]).unwrap();
    let mut bytes = theirs.as_bytes().to_vec();
    let sealed = bytes.len() - 64 - 48 - 32..bytes.len() - 64;
    bytes[sealed.clone()].copy_from_slice(&mine.as_bytes()[sealed.clone()]);
    let signature = thief.sign(&bytes[..sealed.end]);
    bytes[sealed.end..].copy_from_slice(&signature);
    let moved = SignedRequest::decode(&bytes).unwrap();
    assert_eq!(moved.open_key(&installation()).unwrap_err(), OpenError::Damaged);
}

#[test]
fn requests_that_cannot_be_meant_are_not_made() {
    let refused = |request: Request, field| {
        let result = request.sign(&key(1), &installation().public(), &machine(), &[6; 32]);
        assert_eq!(result.unwrap_err(), FormatError::Field { field });
    };
    refused(Request { product: String::new(), ..request() }, "product");
    refused(Request { machine_name: "a\nb".into(), ..request() }, "machine_name");
    refused(Request { machine_name: "x".repeat(65), ..request() }, "machine_name");
    refused(Request { activation: ActivationId([1; 16]), ..request() }, "activation");
    refused(Request { kind: RequestKind::Return, ..request() }, "activation");
    refused(Request { machine_key: issuer().public(), ..request() }, "machine_key");
    let unusable = InstallationPublic::from_bytes([0; 32]);
    let result = request().sign(&key(1), &unusable, &machine(), &[6; 32]);
    assert_eq!(result.unwrap_err(), FormatError::Field { field: "installation" });
}

#[test]
fn the_age_of_a_request_is_limited_in_both_directions() {
    let at = |created_at| Request { created_at, ..request() }.check_age(NOW);
    let earlier = |seconds| Moment::from_seconds(NOW.seconds() - seconds);
    assert_eq!(at(NOW.plus_days(1)), Ok(()));
    assert_eq!(at(NOW.plus_seconds(86_401)), Err(RequestError::FromFuture));
    assert_eq!(at(earlier(30 * 86_400)), Ok(()));
    assert_eq!(at(earlier(30 * 86_400 + 1)), Err(RequestError::TooOld));
}

#[test]
fn a_device_accepts_the_answer_to_its_own_request_only() {
    let signed = response(Some(certificate(&request()))).sign(&issuer()).unwrap();
    let read = SignedResponse::decode(signed.as_bytes()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.verify(&trust(), &request()).unwrap(), &response(Some(certificate(&request()))));
    let other_request = Request { nonce: Nonce([6; 16]), ..request() };
    assert_eq!(read.verify(&trust(), &other_request), Err(ResponseError::OtherRequest));
    let other_machine = Request { machine_key: issuer().public(), ..request() };
    assert_eq!(read.verify(&trust(), &other_machine), Err(ResponseError::OtherRequest));
    let with_old_certificate = response(Some(certificate(&other_request))).sign(&issuer()).unwrap();
    assert_eq!(with_old_certificate.verify(&trust(), &request()), Err(ResponseError::OtherRequest));
    let refusal = response(None).sign(&issuer()).unwrap();
    assert!(refusal.verify(&trust(), &request()).is_ok());
    assert_eq!(refusal.verify(&trust(), &other_request), Err(ResponseError::OtherRequest));
    let forged = response(None).sign(&machine()).unwrap();
    assert!(matches!(forged.verify(&trust(), &request()), Err(ResponseError::Trust(_))));
    assert!(signed.as_bytes().len() <= RESPONSE_BYTES_MAX);
}

#[test]
fn every_flipped_bit_of_a_response_is_refused() {
    let trust = trust();
    for response in [response(None), response(Some(certificate(&request())))] {
        let bytes = response.sign(&issuer()).unwrap().as_bytes().to_vec();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = SignedResponse::decode(&flipped);
            assert!(read.map_or(true, |read| read.verify(&trust, &request()).is_err()), "bit {bit}");
        }
    }
}

#[test]
fn a_code_is_a_word() {
    for code in ["", "Activated", "a b", "ž", &"a".repeat(41)] {
        let response = Response { code: code.to_owned(), ..response(None) };
        assert_eq!(response.sign(&issuer()).unwrap_err(), FormatError::Field { field: "code" });
    }
}

#[test]
fn files_survive_mail_and_clipboards() {
    let text = file::write_requests(&[sign(&request())]).unwrap();
    assert!(text.lines().all(|line| line.len() <= 64) && text.starts_with("-----BEGIN PERPETUA REQUEST-----\n"));
    for carried in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}\n {text}\n\n"), text.replace('\n', " ")]
    {
        assert_eq!(file::read_requests(&carried).unwrap(), [Ok(sign(&request()))]);
    }
    assert_eq!(file::read_responses(&text), Err(FileError::OtherFile));
    assert_eq!(file::read_requests(&text[..200]), Err(FileError::Truncated));
    assert_eq!(file::read_requests(&text.replace("=\n", "\n")), Err(FileError::Damaged));
    assert_eq!(file::read_requests(&" ".repeat(file::FILE_BYTES_MAX + 1)), Err(FileError::TooLarge));
}

#[test]
fn one_damaged_machine_does_not_hold_up_the_others_of_a_closed_site() {
    let second = Request { nonce: Nonce([9; 16]), ..request() };
    let mut damaged = sign(&request());
    damaged = {
        let mut copy = damaged.as_bytes().to_vec();
        copy[10] ^= 1;
        SignedRequest::altered(damaged, copy)
    };
    let text = file::write_requests(&[damaged, sign(&second)]).unwrap();
    assert_eq!(file::read_requests(&text).unwrap(), [Err(RequestError::Altered), Ok(sign(&second))]);
}

#[test]
fn a_file_holds_a_thousand_machines_and_no_more() {
    let many = vec![sign(&request()); file::DOCUMENTS_MAX];
    let text = file::write_requests(&many).unwrap();
    assert!(text.len() <= file::FILE_BYTES_MAX);
    assert_eq!(file::read_requests(&text).unwrap().len(), file::DOCUMENTS_MAX);
    assert!(file::write_requests(&vec![sign(&request()); file::DOCUMENTS_MAX + 1]).is_err());
    assert!(file::write_requests(&[]).is_err());
    let answers = vec![response(Some(certificate(&request()))).sign(&issuer()).unwrap(); file::DOCUMENTS_MAX];
    let text = file::write_responses(&answers).unwrap();
    assert!(text.len() <= file::FILE_BYTES_MAX);
    assert_eq!(file::read_responses(&text).unwrap()[999], Ok(answers[0].clone()));
}

#[test]
fn a_qr_code_needs_dense_characters_only() {
    let signed = sign(&request());
    let text = file::request_qr(&signed);
    let is_dense = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == ':';
    assert!(text.chars().all(is_dense) && text.len() < 1000, "{}", text.len());
    assert_eq!(file::read_request_qr(&text.to_lowercase()).unwrap(), signed.as_bytes());
    assert_eq!(file::read_response_qr(&text), Err(FileError::OtherFile));
    let answer = response(Some(certificate(&request()))).sign(&issuer()).unwrap();
    assert_eq!(file::read_response_qr(&file::response_qr(&answer)).unwrap(), answer.as_bytes());
    assert!(file::read_request_qr("PQ1:0U").is_err());
    assert!(file::read_request_qr(&format!("PQ1:{}", "0".repeat(5000))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_request_is_read_back(
        kind in 0usize..4, nonce in any::<[u8; 16]>(), created in any::<u32>(), version in any::<(u16, u16)>(),
        product in "[a-z][a-z0-9.-]{0,60}", name in "([a-zá-ž0-9]{1,16})?",
    ) {
        let kind = RequestKind::ALL[kind];
        let activation = ActivationId(if kind == RequestKind::Activate { [0; 16] } else { [8; 16] });
        let request = Request {
            kind,
            nonce: Nonce(nonce),
            created_at: Moment::from_seconds(created),
            activation,
            product,
            version: Version { major: version.0, minor: version.1 },
            machine_name: name,
            ..request()
        };
        let signed = sign(&request);
        let read = SignedRequest::decode(signed.as_bytes()).unwrap();
        prop_assert_eq!(read.request(), &request);
    }

    #[test]
    fn no_bytes_panic(tail in proptest::collection::vec(any::<u8>(), 0..500), kind in 0usize..4) {
        let start: &[u8] = [&b""[..], b"PRQ\x01\x01", b"PRS\x01", b"PBQ\x01\x00"][kind];
        let bytes = [start, &tail].concat();
        prop_assert!(SignedRequest::decode(&bytes).is_err());
        if let Ok(read) = SignedResponse::decode(&bytes) {
            prop_assert!(read.verify(&trust(), &request()).is_err());
        }
        let base64 = data_encoding::BASE64.encode(&bytes);
        let text = format!("-----BEGIN PERPETUA REQUEST-----{base64}-----END PERPETUA REQUEST-----");
        if let Ok(found) = file::read_requests(&text) {
            prop_assert!(found.iter().all(Result::is_err));
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = file::read_requests(&text);
        let _ = file::read_response_qr(&text);
        let wrapped = format!("-----BEGIN PERPETUA RESPONSE-----{text}-----END PERPETUA RESPONSE-----");
        let _ = file::read_responses(&wrapped);
        let _ = file::read_request_qr(&format!("PQ1:{text}"));
    }
}
