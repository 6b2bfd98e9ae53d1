//! Each answer, as a table.

use super::activation::{Grant, Refusal, TypedCode, activate, refresh, status, typed_code};
use super::answer::Answer;
use super::returns::{Proof, Return, give_back};
use super::*;
use crate::certificate::Version;
use crate::key::KeyError;
use crate::machine::decision::Asking;
use crate::machine::{Fingerprint, PART_HASH_BYTES, PartHash, PartKind};

const NOW: Moment = Moment::from_seconds(1_795_363_200);
const SOFTWARE: (&str, Version) = ("perpetua-device", Version { major: 2022, minor: 0 });

fn rules() -> Rules {
    Rules::default()
}

fn facts() -> KeyFacts {
    KeyFacts {
        state: KeyState::Active,
        product: SOFTWARE.0.into(),
        edition: String::new(),
        versions: VersionRange {
            lowest: Version { major: 2019, minor: 0 },
            highest: Version { major: 2022, minor: 9 },
        },
        limit: 3,
        used: 1,
        term_ends_at: Moment::ZERO,
        returned_this_month: 0,
        topped_up_at: Vec::new(),
    }
}

fn fingerprint(number: u8) -> Fingerprint {
    Fingerprint::from_hashes(PartKind::ALL.map(|kind| (kind, PartHash::from_bytes([number; PART_HASH_BYTES]))))
}

fn asking(number: u8) -> Asking {
    Asking { machine_key: PublicKey::from_bytes([number; 32]), fingerprint: fingerprint(number), at: NOW }
}

fn slot(number: u8) -> Slot {
    Slot {
        machine: KnownMachine {
            activation: ActivationId([number; 16]),
            machine_key: PublicKey::from_bytes([number; 32]),
            fingerprint: fingerprint(number),
            first_seen: NOW,
            drifted_at: None,
            former: None,
        },
        state: SlotState::Active,
        certified_at: NOW,
        certificate_ends_at: NOW.plus_days(44),
    }
}

fn leaving(number: u8) -> Slot {
    Slot { state: SlotState::Leaving { free_at: NOW.plus_days(44) }, ..slot(number) }
}

fn answer_of(result: Result<Grant, Refusal>) -> Answer {
    match result {
        Ok(Grant::Take { answer, .. } | Grant::Keep { answer, .. }) => answer,
        Err(refusal) => refusal.answer,
    }
}

#[track_caller]
fn check(facts: &KeyFacts, slots: &[Slot], number: u8, expected: Answer) {
    assert_eq!(answer_of(activate(facts, &rules(), slots, &asking(number), SOFTWARE)), expected);
}

#[test]
fn a_new_machine_takes_an_activation_and_a_known_one_keeps_its_own() {
    check(&facts(), &[slot(1)], 2, Answer::Activated);
    check(&facts(), &[slot(1)], 1, Answer::ActivatedAgain);
    let full = KeyFacts { used: 3, ..facts() };
    check(&full, &[slot(1)], 1, Answer::ActivatedAgain);
    check(&full, &[slot(1)], 2, Answer::KeyExhausted);
    let reimaged = Asking { machine_key: PublicKey::from_bytes([9; 32]), ..asking(1) };
    let result = activate(&full, &rules(), &[slot(1)], &reimaged, SOFTWARE);
    assert_eq!(answer_of(result.clone()), Answer::ActivatedReimaged);
    let Ok(Grant::Keep { machine, .. }) = result else { panic!("not kept") };
    assert_eq!((machine.activation, machine.machine_key), (ActivationId([1; 16]), reimaged.machine_key));
}

#[test]
fn a_revoked_key_refuses_known_and_new_machines_with_its_reason() {
    for (reason, expected) in [
        (Reason::Cancelled, Answer::KeyCancelled),
        (Reason::Leaked, Answer::KeyLeaked),
        (Reason::Operator, Answer::KeyRevoked),
        (Reason::Other, Answer::KeyRevoked),
    ] {
        let facts = KeyFacts { state: KeyState::Revoked(reason), ..facts() };
        check(&facts, &[slot(1)], 1, expected);
        check(&facts, &[slot(1)], 2, expected);
        let refreshed = refresh(&facts, &rules(), Some(&slot(1)), &asking(1), SOFTWARE);
        assert_eq!(answer_of(refreshed), expected);
        assert_eq!(status(&facts, Some(&slot(1)), &asking(1)).unwrap_err().answer, expected);
    }
}

#[test]
fn a_paused_or_replaced_key_is_closed_for_new_machines_only() {
    let until = Some(NOW.plus_days(2));
    for (state, expected) in
        [(KeyState::Paused { until }, Answer::KeyPaused), (KeyState::Replaced, Answer::KeyReplaced)]
    {
        let facts = KeyFacts { state, ..facts() };
        check(&facts, &[slot(1)], 1, Answer::ActivatedAgain);
        check(&facts, &[slot(1)], 2, expected);
        let refreshed = refresh(&facts, &rules(), Some(&slot(1)), &asking(1), SOFTWARE);
        assert_eq!(answer_of(refreshed), Answer::Refreshed);
    }
    let paused = KeyFacts { state: KeyState::Paused { until }, ..facts() };
    let refusal = activate(&paused, &rules(), &[], &asking(2), SOFTWARE).unwrap_err();
    assert_eq!(refusal.retry_at, until);
}

#[test]
fn term_product_and_version_are_held_against_the_key() {
    let over = KeyFacts { term_ends_at: NOW, ..facts() };
    check(&over, &[slot(1)], 1, Answer::TermOver);
    check(&KeyFacts { term_ends_at: NOW.plus_seconds(1), ..facts() }, &[], 1, Answer::Activated);
    let with = |product, major| {
        let software = (product, Version { major, minor: 0 });
        answer_of(activate(&facts(), &rules(), &[], &asking(1), software))
    };
    assert_eq!(with("other", 2022), Answer::OtherProduct);
    assert_eq!(with(SOFTWARE.0, 2018), Answer::VersionNotCovered);
    assert_eq!(with(SOFTWARE.0, 2023), Answer::VersionNotCovered);
    assert_eq!(with(SOFTWARE.0, 2019), Answer::Activated);
}

#[test]
fn a_machine_that_was_given_up_keeps_its_slot_when_it_comes_back_and_frees_it_otherwise() {
    let full = KeyFacts { used: 3, ..facts() };
    check(&full, &[leaving(1)], 1, Answer::ActivatedAgain);
    let gone = Slot { state: SlotState::Leaving { free_at: NOW }, ..slot(1) };
    assert!(!gone.counts(NOW) && leaving(1).counts(NOW));
    check(&facts(), &[gone], 1, Answer::Activated);
    let refreshed = refresh(&facts(), &rules(), Some(&leaving(1)), &asking(1), SOFTWARE);
    assert_eq!(answer_of(refreshed), Answer::MachineReleased);
    assert_eq!(status(&facts(), Some(&leaving(1)), &asking(1)).unwrap_err().answer, Answer::MachineReleased);
}

#[test]
fn a_refresh_is_for_the_machine_that_holds_the_activation() {
    let answer = |slot: Option<&Slot>, asking| answer_of(refresh(&facts(), &rules(), slot, &asking, SOFTWARE));
    assert_eq!(answer(Some(&slot(1)), asking(1)), Answer::Refreshed);
    assert_eq!(answer(None, asking(1)), Answer::MachineUnknown);
    assert_eq!(answer(Some(&slot(1)), asking(2)), Answer::MachineUnknown);
    let moved = Asking { fingerprint: fingerprint(7), ..asking(1) };
    assert_eq!(answer(Some(&slot(1)), moved.clone()), Answer::Refreshed);
    let mut drifted = slot(1);
    drifted.machine.drifted_at = Some(NOW);
    let refusal = refresh(&facts(), &rules(), Some(&drifted), &moved, SOFTWARE).unwrap_err();
    assert_eq!(refusal, Refusal { answer: Answer::MachineChangedTooOften, retry_at: Some(NOW.plus_days(30)) });
    assert_eq!(status(&facts(), Some(&slot(1)), &asking(1)), Ok(ActivationId([1; 16])));
}

#[test]
fn extra_activations_are_given_by_rule_and_then_the_operator_is_asked() {
    let rules = Rules { top_up: Some(TopUp { extra: 2, period_days: 10 }), ..rules() };
    let full = |topped_up_at: Vec<Moment>| {
        let facts = KeyFacts { used: 3, topped_up_at, ..facts() };
        activate(&facts, &rules, &[], &asking(9), SOFTWARE)
    };
    let ago = |days: u32| Moment::from_seconds(NOW.seconds() - days * 86_400);
    let topped_up = Ok(Grant::Take { answer: Answer::ActivatedByTopUp, tops_up: true });
    assert_eq!(full(vec![]), topped_up);
    assert_eq!(full(vec![ago(1)]), topped_up);
    assert_eq!(full(vec![ago(1), ago(10)]), topped_up);
    let refusal = full(vec![ago(1), ago(9), ago(20)]).unwrap_err();
    assert_eq!(refusal, Refusal { answer: Answer::KeyExhausted, retry_at: Some(NOW.plus_days(1)) });
    let lowered = KeyFacts { used: 4, ..facts() };
    let refusal = activate(&lowered, &rules, &[], &asking(9), SOFTWARE).unwrap_err();
    assert_eq!(refusal, Answer::KeyExhausted.into());
}

#[test]
fn a_proof_frees_a_slot_at_once_and_a_person_when_the_certificate_has_ended() {
    let proof = Proof { machine_key: PublicKey::from_bytes([1; 32]), created_at: NOW };
    let returned = Return { answer: Answer::Returned, state: SlotState::Returned, counts: true };
    let give = |slot: &Slot, proof: Option<&Proof>| give_back(&facts(), &rules(), Some(slot), proof, NOW);
    assert_eq!(give(&slot(1), Some(&proof)), Ok(returned));
    let free_at = NOW.plus_days(44);
    let state = SlotState::Leaving { free_at };
    assert_eq!(give(&slot(1), None), Ok(Return { answer: Answer::ReturnPending, state, counts: true }));
    let ended = Slot { certificate_ends_at: NOW, ..slot(1) };
    assert_eq!(give(&ended, None), Ok(returned));
    let again = Slot { state: SlotState::Returned, ..slot(1) };
    let nothing = Return { counts: false, ..returned };
    assert_eq!(give(&again, Some(&proof)), Ok(nothing));
    assert_eq!(give(&again, None), Ok(nothing));
    assert_eq!(give(&leaving(1), Some(&proof)), Ok(nothing), "it was counted when it was given up");
    assert_eq!(give(&leaving(1), None), Ok(Return { answer: Answer::ReturnPending, state, counts: false }));
}

#[test]
fn a_proof_that_is_old_or_of_another_machine_frees_nothing() {
    let proof = |number, at| Proof { machine_key: PublicKey::from_bytes([number; 32]), created_at: at };
    let answer =
        |slot: Option<&Slot>, proof: &Proof| give_back(&facts(), &rules(), slot, Some(proof), NOW).unwrap_err().answer;
    let before = Moment::from_seconds(NOW.seconds() - 1);
    assert_eq!(answer(Some(&slot(1)), &proof(1, before)), Answer::ProofOutdated);
    assert_eq!(answer(Some(&slot(1)), &proof(2, NOW)), Answer::MachineUnknown);
    assert_eq!(answer(None, &proof(1, NOW)), Answer::MachineUnknown);
}

#[test]
fn returns_are_limited_per_month() {
    let facts = KeyFacts { returned_this_month: 5, ..facts() };
    let proof = Proof { machine_key: PublicKey::from_bytes([1; 32]), created_at: NOW };
    let refusal = give_back(&facts, &rules(), Some(&slot(1)), Some(&proof), NOW).unwrap_err();
    let first_of_december = Moment::from_seconds(1_796_083_200);
    assert_eq!(refusal, Refusal { answer: Answer::ReturnLimitReached, retry_at: Some(first_of_december) });
    assert!(give_back(&facts, &rules(), Some(&leaving(1)), Some(&proof), NOW).is_ok());
}

#[test]
fn typed_codes_are_off_unless_allowed_and_take_an_activation() {
    let refused = |facts: &KeyFacts, typed_days| {
        typed_code(facts, &Rules { typed_days, ..rules() }, false, NOW).unwrap_err().answer
    };
    for days in [None, Some(0), Some(91)] {
        assert_eq!(refused(&facts(), days), Answer::TypedCodeNotAllowed);
    }
    let rules = Rules { typed_days: Some(90), ..rules() };
    let code = |takes| TypedCode { takes, tops_up: false, days: 90 };
    assert_eq!(typed_code(&facts(), &rules, false, NOW), Ok(code(true)));
    let full = KeyFacts { used: 3, ..facts() };
    assert_eq!(typed_code(&full, &rules, true, NOW), Ok(code(false)));
    assert_eq!(refused(&full, Some(90)), Answer::KeyExhausted);
    let revoked = KeyFacts { state: KeyState::Revoked(Reason::Leaked), ..facts() };
    assert_eq!(refused(&revoked, Some(90)), Answer::KeyLeaked);
    let ends_soon = KeyFacts { term_ends_at: NOW.plus_days(11), ..facts() };
    assert_eq!(typed_code(&ends_soon, &rules, true, NOW).unwrap().days, 10);
    assert_eq!(refused(&KeyFacts { term_ends_at: NOW.plus_days(1), ..facts() }, Some(90)), Answer::TermOver);
}

#[test]
fn the_certificate_bears_the_publishers_rules() {
    let issue = Issue {
        activation: ActivationId([1; 16]),
        key: KeyId([2; 16]),
        machine_key: PublicKey::from_bytes([3; 32]),
        request_tag: [4; 8],
        quantity: 1,
        at: NOW,
    };
    let facts = KeyFacts { term_ends_at: NOW.plus_days(400), ..facts() };
    let certificate = issue.certificate(&facts, &rules());
    assert_eq!((certificate.refresh_at, certificate.grace_until), (NOW.plus_days(30), NOW.plus_days(44)));
    assert_eq!((certificate.term_ends_at, certificate.versions), (facts.term_ends_at, facts.versions));
    assert!(certificate.sign(&crate::signing::SecretKey::from_seed(&[1; 32])).is_ok());
}

#[test]
fn codes_are_words_of_their_own() {
    let mut codes: Vec<&str> = Answer::ALL.iter().map(|answer| answer.code()).collect();
    assert!(codes.iter().all(|code| code.len() <= 40 && code.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')));
    assert!(Answer::ALL.iter().all(|answer| Answer::from_code(answer.code()) == Some(*answer)));
    assert_eq!(Answer::from_code("none_of_them"), None);
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Answer::ALL.len());
}

#[test]
fn every_code_stands_in_the_published_format() {
    let page = include_str!("../../../../docs/license-format.md");
    for answer in Answer::ALL {
        assert!(page.contains(&format!("`{}`", answer.code())), "{}", answer.code());
    }
    for reason in Reason::KNOWN {
        assert!(page.contains(&format!("{} {}", reason.number(), reason.code())), "{reason:?}");
    }
}

#[test]
fn a_key_that_is_pasted_wrongly_gets_its_own_answer() {
    for (text, expected) in [
        ("123", Answer::KeyMalformed),
        ("*", Answer::KeyMalformed),
        ("00000000000000000000000000000001", Answer::KeyMistyped),
        ("FKE01 FKE02 FKE03 FKE04 FKE05", Answer::KeyForeign),
    ] {
        let error = crate::key::parse(text).unwrap_err();
        assert_eq!(Answer::of_key_text(text, error), expected, "{text}");
    }
    assert_eq!(Answer::of_key_text("x", KeyError::WrongCheck), Answer::KeyUnknown);
}
