//! Tables and properties of the rule for cancelling.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::policy::PolicyTerms;
use crate::term::Term;
use crate::testing::{instant, minor, policy_id};

const PLACED: &str = "2026-01-15T12:00:00Z";
const INSIDE: &str = "2026-03-16T23:59:59Z";
const CLOSED: &str = "2026-03-17T00:00:00Z";

fn line(quantity: u32, net: i64, tax: i64) -> LineFacts {
    let placed_at = instant(PLACED);
    let terms = PolicyTerms { activations_per_unit: 2, ..PolicyTerms::default() };
    LineFacts {
        line: 0,
        quantity,
        cancelled: 0,
        net: minor(net),
        tax: minor(tax),
        net_credited: Amount::ZERO,
        tax_credited: Amount::ZERO,
        placed_at,
        term_ends_at: None,
        snapshot: terms.snapshot(policy_id(), Term::Perpetual, placed_at, &TimeZone::UTC).unwrap(),
        machines_active: 0,
        limit: quantity * 2,
    }
}

fn decide_at(line: &LineFacts, quantity: u32, now: &str) -> Result<CancellationOutcome, CancellationRefusal> {
    decide(line, quantity, instant(now), &RefundReason::not_given())
}

/// The facts after an outcome has been stored.
fn applied(line: &LineFacts, outcome: &CancellationOutcome) -> LineFacts {
    let limit = if let KeyEffect::LowerLimit { to } = outcome.key { to } else { line.limit };
    LineFacts {
        limit,
        cancelled: outcome.cancelled,
        net_credited: line.net_credited.plus(outcome.credit_net).unwrap(),
        tax_credited: line.tax_credited.plus(outcome.credit_tax).unwrap(),
        ..*line
    }
}

#[test]
fn cancelling_all_units_credits_all_and_revokes_the_key() {
    let line = LineFacts { machines_active: 3, ..line(5, 1_000, 210) };
    let outcome = decide_at(&line, 5, INSIDE).unwrap();
    assert_eq!((outcome.credit_net, outcome.credit_tax), (minor(1_000), minor(210)));
    assert_eq!((outcome.credit_total, outcome.state), (minor(1_210), LineState::Cancelled));
    assert_eq!((outcome.key, outcome.links_die, outcome.machines_to_release), (KeyEffect::Revoke, true, 3));
}

#[test]
fn cancelling_some_units_lowers_the_limit_and_names_the_machines_above_it() {
    let line = LineFacts { machines_active: 7, ..line(5, 1_000, 210) };
    let outcome = decide_at(&line, 2, INSIDE).unwrap();
    assert_eq!((outcome.credit_net, outcome.credit_tax), (minor(400), minor(84)));
    assert_eq!((outcome.key, outcome.machines_to_release), (KeyEffect::LowerLimit { to: 6 }, 1));
    assert_eq!((outcome.state, outcome.links_die), (LineState::PartlyCancelled, false));
}

#[test]
fn a_raised_limit_stays_raised_and_every_machine_goes_with_the_last_unit() {
    let raised = LineFacts { limit: 25, machines_active: 24, ..line(5, 1_000, 210) };
    let part = decide_at(&raised, 2, INSIDE).unwrap();
    assert_eq!((part.key, part.machines_to_release), (KeyEffect::LowerLimit { to: 21 }, 3));
    let all = decide_at(&raised, 5, INSIDE).unwrap();
    assert_eq!((all.key, all.machines_to_release), (KeyEffect::Revoke, 24));
}

#[test]
fn a_refused_cancellation_says_why() {
    let cancelled = LineFacts { cancelled: 5, ..line(5, 1_000, 210) };
    let check = |line: &LineFacts, quantity, now: &str, refusal| {
        assert_eq!(decide_at(line, quantity, now), Err(refusal), "{quantity} at {now}");
    };
    let closed_at = instant(CLOSED);
    check(&line(5, 1_000, 210), 5, CLOSED, CancellationRefusal::WindowClosed { closed_at });
    check(&line(5, 1_000, 210), 0, CLOSED, CancellationRefusal::WindowClosed { closed_at });
    check(&line(5, 1_000, 210), 0, INSIDE, CancellationRefusal::ZeroQuantity);
    check(&line(5, 1_000, 210), 6, INSIDE, CancellationRefusal::MoreThanLeft { left: 5 });
    check(&LineFacts { cancelled: 2, ..line(5, 1_000, 210) }, 4, INSIDE, CancellationRefusal::MoreThanLeft { left: 3 });
    check(&line(5, 1_000, 210), u32::MAX, INSIDE, CancellationRefusal::MoreThanLeft { left: 5 });
    check(&cancelled, 1, INSIDE, CancellationRefusal::AlreadyCancelled);
    check(&cancelled, 1, CLOSED, CancellationRefusal::AlreadyCancelled);
}

#[test]
fn a_credit_given_by_hand_is_not_given_again() {
    let check = |credited_before, units_now, credit| {
        assert_eq!(credit_for(minor(100), 4, 0, minor(credited_before), units_now), Ok(minor(credit)));
    };
    check(0, 1, 25);
    check(10, 1, 15);
    check(60, 1, 0);
    check(60, 4, 40);
    check(100, 4, 0);
}

/// A line for a year from [`PLACED`] under the vendor's rules.
fn vendor_line(quantity: u32, net: i64, tax: i64) -> LineFacts {
    let placed_at = instant(PLACED);
    let snapshot = PolicyTerms::vendor_profile().snapshot(policy_id(), Term::OneYear, placed_at, &TimeZone::UTC);
    let term_ends_at = Some(instant("2027-01-15T12:00:00Z"));
    LineFacts { snapshot: snapshot.unwrap(), term_ends_at, ..line(quantity, net, tax) }
}

#[test]
fn a_term_under_the_vendor_profile_is_credited_by_the_day_after_the_first() {
    let line = vendor_line(1, 36_500, 7_665);
    let check = |now: &str, net, tax| {
        let outcome = decide_at(&line, 1, now).unwrap();
        assert_eq!((outcome.credit_net, outcome.credit_tax), (minor(net), minor(tax)), "{now}");
    };
    check("2026-01-15T12:00:00Z", 36_500, 7_665);
    check("2026-01-16T11:59:59Z", 36_500, 7_665);
    check("2026-01-16T12:00:01Z", 36_300, 7_623);
    check("2026-01-22T11:59:59Z", 35_800, 7_518);
    let closed_at = instant("2026-01-22T12:00:00Z");
    assert_eq!(decide_at(&line, 1, "2026-01-22T12:00:00Z"), Err(CancellationRefusal::WindowClosed { closed_at }));
}

#[test]
fn what_one_unit_used_is_not_credited_with_the_next() {
    let line = vendor_line(2, 73_000, 0);
    let first = decide_at(&line, 1, "2026-01-16T12:00:01Z").unwrap();
    let second = decide_at(&applied(&line, &first), 1, "2026-01-16T12:00:01Z").unwrap();
    assert_eq!((first.credit_net, second.credit_net), (minor(36_300), minor(36_300)));
}

#[test]
fn an_order_is_cancelled_when_no_line_is_left() {
    let lines = [line(2, 200, 42), LineFacts { line: 1, ..line(3, 100, 21) }];
    let cancel = |picks: &[Pick]| {
        let now = instant(INSIDE);
        decide_order_cancellation(OrderState::Completed, &lines, picks, now, &RefundReason::not_given())
    };
    let partly = cancel(&[Pick { line: 1, quantity: 3 }]).unwrap();
    assert_eq!((partly.order_state, partly.credit_total), (OrderState::Completed, minor(121)));
    let whole = cancel(&all_left(&lines)).unwrap();
    assert_eq!((whole.order_state, whole.credit_total), (OrderState::Cancelled, minor(363)));
    assert_eq!((whole.credit_net, whole.credit_tax, whole.lines.len()), (minor(300), minor(63), 2));
}

#[test]
fn one_refused_line_refuses_the_whole_cancellation() {
    let lines = [line(2, 200, 42), LineFacts { line: 1, cancelled: 3, ..line(3, 100, 21) }];
    let check = |lines: &[LineFacts], picks: &[(u32, u32)], refusal| {
        let picks: Vec<Pick> = picks.iter().map(|(line, quantity)| Pick { line: *line, quantity: *quantity }).collect();
        let (now, reason) = (instant(INSIDE), RefundReason::not_given());
        assert_eq!(decide_order_cancellation(OrderState::Completed, lines, &picks, now, &reason), Err(refusal));
    };
    let refused = |line, refusal| OrderCancellationRefusal::Line { line, refusal };
    check(&lines, &[], OrderCancellationRefusal::NothingChosen);
    check(&lines[1..], &[], refused(1, CancellationRefusal::AlreadyCancelled));
    check(&lines, &[(0, 2), (2, 1)], OrderCancellationRefusal::UnknownLine { line: 2 });
    check(&lines, &[(0, 1), (0, 1)], OrderCancellationRefusal::LineTwice { line: 0 });
    check(&lines, &[(0, 2), (1, 1)], refused(1, CancellationRefusal::AlreadyCancelled));
}

proptest! {
    #[test]
    fn no_sequence_of_cancellations_credits_more_than_was_charged_and_all_units_credit_exactly_that(
        quantity in 1_u32..200, net in 0_i64..1_000_000, tax in 0_i64..250_000,
        steps in prop::collection::vec(1_u32..60, 1..40),
    ) {
        let mut facts = line(quantity, net, tax);
        for step in steps {
            match decide_at(&facts, step, INSIDE) {
                Ok(outcome) => {
                    prop_assert!(outcome.credit_net >= Amount::ZERO && outcome.credit_tax >= Amount::ZERO);
                    facts = applied(&facts, &outcome);
                }
                Err(CancellationRefusal::MoreThanLeft { left }) => prop_assert!(left < step),
                Err(refusal) => prop_assert_eq!(refusal, CancellationRefusal::AlreadyCancelled),
            }
            prop_assert!(facts.net_credited <= facts.net && facts.tax_credited <= facts.tax);
        }
        if facts.left() > 0 {
            let outcome = decide_at(&facts, facts.left(), INSIDE).unwrap();
            prop_assert_eq!(outcome.key, KeyEffect::Revoke);
            facts = applied(&facts, &outcome);
        }
        prop_assert_eq!((facts.net_credited, facts.tax_credited), (facts.net, facts.tax));
    }
}
