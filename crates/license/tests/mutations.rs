//! Altered keys, certificates, lists, chains, requests, responses, files and codes: nothing panics, nothing that was
//! altered is believed, and what is read is written back as it was.
//!
//! Runs for `PERPETUA_FUZZ_SECONDS` per target (1 by default), from `PERPETUA_FUZZ_SEED`. A failure names its round;
//! the same seed comes to it again.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]
#![expect(clippy::disallowed_methods, reason = "how long and from which seed is told by the environment")]
#![expect(clippy::print_stdout, reason = "the rounds are the figure that a longer run is for")]

#[expect(dead_code, reason = "the test of vectors needs more of it")]
mod making;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use making::{request, trust, unhex};
use perpetua_license::certificate::SignedCertificate;
use perpetua_license::chain::Trust;
use perpetua_license::exchange::request::SignedRequest;
use perpetua_license::exchange::response::SignedResponse;
use perpetua_license::exchange::typed::TypedRequest;
use perpetua_license::exchange::{digits, file, long_code};
use perpetua_license::key::{CheckSecrets, FormatVersion, ProductKey, is_kms_client_key, parse};
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::{List, delta};
use serde_json::Value;

/// Fewest rounds of a target, however slow the machine is.
const ROUNDS_MIN: u64 = 200;
/// The longest altered input.
const BYTES_MAX: usize = 4_096;

/// Randomness that a seed repeats.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// The input after one to four changes.
    fn alter(&mut self, from: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = from.to_vec();
        for _ in 0..=self.below(4) {
            let (at, to) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
            match self.below(8) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap(),
                2 => bytes.truncate(at),
                3 => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
                4 if at < to => drop(bytes.drain(at..to)),
                5 if at < to => {
                    let copy = bytes[at..to].to_vec();
                    drop(bytes.splice(at..at, copy));
                }
                6 if at < bytes.len() && to < bytes.len() => bytes.swap(at, to),
                _ => {
                    let cut = self.below(other.len() + 1);
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[cut..]);
                }
            }
            bytes.truncate(BYTES_MAX);
        }
        bytes
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Gives altered inputs to a target for its time; `Err` says what is wrong.
fn hammer(name: &str, corpus: &[Vec<u8>], target: impl Fn(&[u8]) -> Result<(), &'static str>) {
    let seed = number("PERPETUA_FUZZ_SEED", 20_261_123);
    let time = Duration::from_secs(number("PERPETUA_FUZZ_SECONDS", 1));
    let mut dice = Dice(seed ^ u64::from(name.bytes().map(u32::from).sum::<u32>()));
    let (begun, mut rounds) = (Instant::now(), 0_u64);
    while rounds < ROUNDS_MIN || begun.elapsed() < time {
        let (from, other) = (dice.below(corpus.len()), dice.below(corpus.len()));
        let altered = dice.alter(&corpus[from], &corpus[other]);
        rounds += 1;
        // What was changed back by chance is not altered.
        if corpus.contains(&altered) {
            continue;
        }
        let done = catch_unwind(AssertUnwindSafe(|| target(&altered)));
        let wrong = done.unwrap_or(Err("it panicked"));
        assert!(wrong.is_ok(), "{name}, seed {seed}, round {rounds}: {wrong:?} for {altered:02x?}");
    }
    println!("{name}: {rounds} altered inputs");
}

fn published(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name).with_extension("json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    unhex(value.as_str().unwrap())
}

fn text(value: &Value) -> Vec<u8> {
    value.as_str().unwrap().as_bytes().to_vec()
}

fn words(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

#[test]
fn altered_product_keys_are_refused_by_the_check_or_were_never_issued() {
    let vectors = published("product_key");
    let issued: Vec<Vec<u8>> = vectors["keys"].as_array().unwrap().iter().map(|key| text(&key["key"])).collect();
    let secrets = CheckSecrets::new().with(FormatVersion::V1, &bytes(&vectors["check_secret"]));
    let known: Vec<String> = issued.iter().filter_map(|key| canonical(&words(key))).collect();
    hammer("product key", &issued, |input| {
        let text = words(input);
        let _ = (is_kms_client_key(&text), ProductKey::restore(&text).is_ok());
        let is_known = || canonical(&text).is_some_and(|key| known.contains(&key));
        match parse(&text).map(|key| key.verify(&secrets).is_ok()) {
            Err(error) if Answer::of_key_text(&text, error).is_good() => Err("a wrong key is good"),
            Ok(true) if !is_known() => Err("a key that was never issued is genuine"),
            _ => Ok(()),
        }
    });
}

/// A key as it is written, whatever it was typed like.
fn canonical(text: &str) -> Option<String> {
    ProductKey::restore(text).ok().map(|key| key.expose_grouped().to_string())
}

#[test]
fn altered_certificates_are_read_as_they_stand_and_never_believed() {
    let vectors = published("certificate");
    let trust = trust();
    let corpus: Vec<_> =
        vectors["certificates"].as_array().unwrap().iter().map(|one| bytes(&one["document"])).collect();
    hammer("certificate", &corpus, |input| match SignedCertificate::decode(input) {
        Ok(read) if read.as_bytes() != input => Err("it reads another document"),
        Ok(read) if read.verify(&trust).is_ok() => Err("it is believed"),
        _ => Ok(()),
    });
}

#[test]
fn altered_lists_and_deltas_are_never_believed() {
    let vectors = published("revocation");
    let trust = trust();
    let (first, second) = (bytes(&vectors["first"]), bytes(&vectors["second"]));
    hammer("revocation list", &[first.clone(), second.clone()], |input| match List::open(input, &trust) {
        Ok(_) => Err("it is believed"),
        Err(_) => Ok(()),
    });
    let base = List::open(&first, &trust).unwrap();
    hammer("delta", &[bytes(&vectors["delta"]), first.clone()], |input| match delta::apply(&base, input, &trust) {
        Ok(list) if list != second => Err("it leads to a list that nobody signed"),
        _ => Ok(()),
    });
}

#[test]
fn altered_chains_never_lead_to_another_root_or_key() {
    let vectors = published("chain");
    let corpus = [bytes(&vectors["file"]), bytes(&vectors["first_link"]), bytes(&vectors["second_link"])];
    let root: [u8; 32] = bytes(&vectors["pinned_root"]).try_into().unwrap();
    let pinned = Trust::in_root(perpetua_license::signing::PublicKey::from_bytes(root));
    let first = pinned.follow(&corpus[1]).unwrap();
    let second = first.follow(&corpus[2]).unwrap();
    hammer("chain", &corpus, |input| {
        let led = [pinned.follow(input), pinned.follow_file(input), first.follow(input)];
        let known = |trust: &Trust| [&pinned, &first, &second].contains(&trust);
        if led.iter().flatten().all(known) { Ok(()) } else { Err("it is followed") }
    });
}

#[test]
fn altered_requests_and_their_files_are_refused() {
    let vectors = published("request");
    let document = bytes(&vectors["document"]);
    hammer("request", std::slice::from_ref(&document), |input| match SignedRequest::decode(input) {
        Ok(_) => Err("its machine's signature holds"),
        Err(_) => Ok(()),
    });
    let files = [text(&vectors["file"]), text(&vectors["file_of_two"]), text(&vectors["qr"])];
    let sound = |document: &[u8]| SignedRequest::decode(document).is_ok();
    let two = file::read_requests(&words(&files[1])).unwrap();
    let known: Vec<Vec<u8>> = two.iter().flatten().map(|one| one.as_bytes().to_vec()).chain([document]).collect();
    hammer("request file", &files, |input| {
        let text = words(input);
        let _ = file::read_request_qr(&text);
        let read = file::read_requests(&text).unwrap_or_default();
        let is_known = |one: &SignedRequest| sound(one.as_bytes()) && known.iter().any(|known| known == one.as_bytes());
        if read.iter().flatten().all(is_known) { Ok(()) } else { Err("a request that nobody made") }
    });
}

#[test]
fn altered_responses_and_their_files_are_never_believed() {
    let vectors = published("response");
    let (trust, pending) = (trust(), request());
    let corpus = [bytes(&vectors["activated"]), bytes(&vectors["refusal"])];
    hammer("response", &corpus, |input| match SignedResponse::decode(input) {
        Ok(read) if read.as_bytes() != input => Err("it reads another document"),
        Ok(read) if read.verify(&trust, &pending).is_ok() => Err("it is believed"),
        _ => Ok(()),
    });
    hammer("response file", &[text(&vectors["file"]), text(&vectors["qr"])], |input| {
        let text = words(input);
        let _ = file::read_response_qr(&text);
        let read = file::read_responses(&text).unwrap_or_default();
        let is_known = |one: &SignedResponse| corpus.iter().any(|known| known == one.as_bytes());
        let believed = read.iter().flatten().filter(|one| one.verify(&trust, &pending).is_ok());
        if believed.into_iter().all(is_known) { Ok(()) } else { Err("a response that nobody signed") }
    });
}

#[test]
fn altered_codes_are_refused_or_mean_the_same() {
    let long = published("long_code");
    let (trust, pending) = (trust(), request());
    let sound = bytes(&long["certificate"]);
    hammer("long code", &[text(&long["code"])], |input| {
        let text = words(input);
        let _ = long_code::group_states(&text);
        match long_code::decode(&text, &pending) {
            Ok(read) if read.as_bytes() != sound && read.verify(&trust).is_ok() => Err("it is believed"),
            _ => Ok(()),
        }
    });
    let typed = published("typed_code");
    let mut corpus: Vec<Vec<u8>> = typed["codes"].as_array().unwrap().iter().map(|code| text(&code["code"])).collect();
    corpus.push(text(&typed["request"]));
    hammer("typed code", &corpus, |input| {
        let text = words(input);
        let _ = digits::group_states(&text);
        let typed: String = text.chars().filter(char::is_ascii_digit).collect();
        // Full-width digits are read too, and are not among those.
        match TypedRequest::from_digits(&text) {
            Ok(read) if text.is_ascii() && read.to_digits().replace('-', "") != typed => {
                Err("it reads another request")
            }
            _ => Ok(()),
        }
    });
}
