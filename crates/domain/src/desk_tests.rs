//! Tables and properties of the desk's rules.

use proptest::prelude::*;

use super::*;
use crate::cancellation::{self, Pick};
use crate::policy::PolicyTerms;
use crate::request::RefundReason;
use crate::term::Term;
use crate::testing::{instant, minor, policy_id, zone};

const PLACED: &str = "2026-01-15T12:00:00Z";
const INSIDE: &str = "2026-03-16T23:59:59Z";
const CLOSED: &str = "2026-03-17T00:00:00Z";

fn line(number: u32, quantity: u32, net: i64, tax: i64) -> LineFacts {
    let placed_at = instant(PLACED);
    let terms = PolicyTerms { activations_per_unit: 2, ..PolicyTerms::default() };
    LineFacts {
        line: number,
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

fn award(line: u32, amount: i64, units: u32) -> Award {
    Award { line, amount: minor(amount), units }
}

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
fn the_promised_answer_counts_working_hours_of_the_desks_own_days() {
    let check = |at: &str, impact, name: &str, expected: &str| {
        assert_eq!(
            answer_due(instant(at), impact, &zone(name), &BTreeSet::new()),
            instant(expected),
            "{at} {impact} {name}"
        );
    };
    check("2026-03-02T10:00:00Z", Impact::Critical, "UTC", "2026-03-02T14:00:00Z");
    check("2026-03-02T10:00:00Z", Impact::Moderate, "UTC", "2026-03-03T10:00:00Z");
    check("2026-03-02T10:00:00Z", Impact::Minimal, "UTC", "2026-03-05T10:00:00Z");
    check("2026-03-02T09:00:00Z", Impact::Moderate, "UTC", "2026-03-02T17:00:00Z");
    // Before opening, after closing and on a weekend the clock stands still.
    check("2026-03-02T03:00:00Z", Impact::Critical, "UTC", "2026-03-02T13:00:00Z");
    check("2026-03-02T20:00:00Z", Impact::Critical, "UTC", "2026-03-03T13:00:00Z");
    check("2026-03-07T12:00:00Z", Impact::Critical, "UTC", "2026-03-09T13:00:00Z");
    // Prague is an hour ahead, two after the clock went forward on the Sunday between.
    check("2026-03-27T15:00:00Z", Impact::Critical, "Europe/Prague", "2026-03-30T10:00:00Z");
}

#[test]
fn the_clock_of_a_promise_stands_still_on_holidays() {
    let days = |text: &str| text.split(' ').map(|day| day.parse().unwrap()).collect::<BTreeSet<Date>>();
    let check = |at: &str, impact, holidays: &str, expected: &str| {
        let due = answer_due(instant(at), impact, &zone("Europe/Prague"), &days(holidays));
        assert_eq!(due, instant(expected), "{at} {impact} {holidays}");
    };
    // Wednesday at two: three hours are left that day, and the holidays, a weekend and the year's end pass.
    let christmas = "2026-12-24 2026-12-25 2026-12-26 2027-01-01";
    check("2026-12-23T13:00:00Z", Impact::Moderate, christmas, "2026-12-28T13:00:00Z");
    check("2026-12-30T13:00:00Z", Impact::Minimal, christmas, "2027-01-05T13:00:00Z");
    // What comes on a holiday counts from the next working day; one on a Sunday takes nothing more.
    check("2026-12-24T10:00:00Z", Impact::Critical, christmas, "2026-12-28T12:00:00Z");
    check("2026-03-06T15:00:00Z", Impact::Critical, "2026-03-08", "2026-03-09T11:00:00Z");
    // A holiday that is over, and one that is not reached, change nothing.
    check("2026-03-03T09:00:00Z", Impact::Critical, "2026-03-02 2026-03-04", "2026-03-03T13:00:00Z");
    // The first day after the clock went forward.
    check("2026-03-27T15:00:00Z", Impact::Critical, "2026-03-30", "2026-03-31T10:00:00Z");
    // More than a year without work.
    let first = jiff::civil::date(2026, 6, 1);
    let year: Vec<String> = (0..400).map(|day| (first + jiff::Span::new().days(day)).to_string()).collect();
    check("2026-05-29T14:00:00Z", Impact::Critical, &year.join(" "), "2027-07-06T10:00:00Z");
}

#[test]
fn a_credit_takes_its_share_of_the_tax_and_leaves_the_key_unless_units_go() {
    let facts = LineFacts { machines_active: 7, ..line(0, 5, 1_000, 210) };
    let decide = |award| decide_credit(OrderState::Completed, &[facts], &[award], instant(CLOSED));
    let some = decide(award(0, 121, 0)).unwrap();
    assert_eq!((some.credit_net, some.credit_tax, some.credit_total), (minor(100), minor(21), minor(121)));
    assert_eq!((some.lines[0].key, some.lines[0].machines_to_release), (KeyEffect::Keep, 0));
    assert_eq!((some.order_state, some.lines[0].state), (OrderState::Completed, LineState::Active));
    let part = decide(award(0, 121, 2)).unwrap();
    assert_eq!((part.lines[0].key, part.lines[0].machines_to_release), (KeyEffect::LowerLimit { to: 6 }, 1));
    assert_eq!((part.lines[0].state, part.lines[0].links_die), (LineState::PartlyCancelled, false));
    let all = decide(award(0, 1_210, 5)).unwrap();
    assert_eq!(
        (all.lines[0].key, all.lines[0].links_die, all.order_state),
        (KeyEffect::Revoke, true, OrderState::Cancelled)
    );
}

#[test]
fn a_limit_that_was_raised_by_hand_goes_down_by_what_the_lost_units_gave() {
    let raised = LineFacts { limit: 25, machines_active: 24, ..line(0, 5, 1_000, 210) };
    let decided = |units, amount| {
        decide_credit(OrderState::Completed, &[raised], &[award(0, amount, units)], instant(CLOSED)).unwrap().lines[0]
    };
    assert_eq!(decided(2, 484).key, KeyEffect::LowerLimit { to: 21 });
    assert_eq!(decided(2, 484).machines_to_release, 3);
    assert_eq!((decided(5, 1_210).key, decided(5, 1_210).machines_to_release), (KeyEffect::Revoke, 24));
}

#[test]
fn no_units_go_while_one_click_cancels_them_for_their_full_value() {
    let facts = line(0, 5, 1_000, 210);
    let decide = |award, at| decide_credit(OrderState::Completed, &[facts], &[award], instant(at));
    let closes_at = instant(CLOSED);
    assert_eq!(decide(award(0, 100, 1), INSIDE), Err(AwardRefusal::WindowOpen { line: 0, closes_at }));
    assert!(decide(award(0, 100, 0), INSIDE).is_ok(), "money alone is a gift that no cancellation undoes");
    assert!(decide(award(0, 100, 1), CLOSED).is_ok());
}

#[test]
fn a_wrong_award_says_which_line_and_how_much_is_left() {
    let paid = LineFacts { net_credited: minor(900), tax_credited: minor(200), cancelled: 4, ..line(0, 5, 1_000, 210) };
    let lines = [paid, line(1, 1, 100, 0)];
    for (awards, refusal) in [
        (vec![], AwardRefusal::NothingCredited),
        (vec![award(0, 0, 1)], AwardRefusal::NothingCredited),
        (vec![award(0, 111, 0)], AwardRefusal::Amount { line: 0, left: minor(110) }),
        (vec![award(0, -1, 0)], AwardRefusal::Amount { line: 0, left: minor(110) }),
        (vec![award(0, 1, 2)], AwardRefusal::Units { line: 0, left: 1 }),
        (vec![award(2, 1, 0)], AwardRefusal::UnknownLine { line: 2 }),
        (vec![award(1, 1, 0), award(1, 1, 0)], AwardRefusal::LineTwice { line: 1 }),
    ] {
        let decided = decide_credit(OrderState::Completed, &lines, &awards, instant(CLOSED));
        assert_eq!(decided, Err(refusal), "{awards:?}");
    }
    let awards = [award(0, 110, 1), award(1, 0, 0)];
    let both = decide_credit(OrderState::Completed, &lines, &awards, instant(CLOSED)).unwrap();
    assert_eq!((both.lines.len(), both.order_state), (1, OrderState::Completed), "what gets nothing is left out");
}

#[test]
fn a_requested_amount_is_proposed_line_by_line() {
    let lines = [line(0, 1, 100, 19), line(1, 1, 50, 0), line(2, 1, 10, 0)];
    let amounts: Vec<i64> = spread(&lines, minor(130)).unwrap().iter().map(|award| award.amount.minor()).collect();
    assert_eq!(amounts, [119, 11, 0]);
    let all: i64 = spread(&lines, minor(9_999)).unwrap().iter().map(|award| award.amount.minor()).sum();
    assert_eq!(all, 179, "never more than is left");
}

#[test]
fn a_second_person_is_asked_above_the_amount_only() {
    for (total, above, expected) in [
        (100_000, Some(1_000), false),
        (100_001, Some(1_000), true),
        (i64::from(u32::MAX), None, false),
        (1, Some(0), true),
    ] {
        assert_eq!(needs_second_person(minor(total), 100, above), expected, "{total} {above:?}");
    }
}

#[test]
fn a_wish_for_a_kms_key_is_recognised_by_its_word() {
    for (kind, text, expected) in [
        (ProblemType::Other, "Please send a KMS key", true),
        (ProblemType::KeyNotWorking, "our (kms) host", true),
        (ProblemType::Other, "films and films", false),
        (ProblemType::Deployment, "from KMS to MAK", false),
        (ProblemType::Refund, "we need KMS instead", false),
    ] {
        assert_eq!(asks_for_kms(kind, text), expected, "{kind} {text}");
    }
}

/// What somebody does with a line, as fractions of what is left.
#[derive(Debug, Clone, Copy)]
enum Step {
    Cancel { units: u32 },
    Credit { permille: i64, units: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1_u32..4).prop_map(|units| Step::Cancel { units }),
        (0_i64..=1_000, 0_u32..4).prop_map(|(permille, units)| Step::Credit { permille, units }),
    ];
    prop::collection::vec(step, 0..12)
}

proptest! {
    #[test]
    fn credits_never_exceed_what_was_paid_whatever_the_order_of_cancels_and_decisions(
        quantity in 1_u32..12, net in 0_i64..100_000, rate in 0_i64..30, steps in steps(),
    ) {
        let mut facts = line(0, quantity, net, net * rate / 100);
        for step in steps {
            let outcome = match step {
                Step::Cancel { units } => {
                    let pick = Pick { line: 0, quantity: units };
                    let reason = RefundReason::not_given();
                    let now = instant(PLACED);
                    cancellation::decide_order_cancellation(OrderState::Completed, &[facts], &[pick], now, &reason)
                        .ok()
                }
                Step::Credit { permille, units } => {
                    let left = amount_left(&facts).unwrap().minor();
                    let award = award(0, left * permille / 1_000, units.min(facts.left()));
                    decide_credit(OrderState::Completed, &[facts], &[award], instant(CLOSED)).ok()
                }
            };
            let Some(outcome) = outcome.and_then(|decided| decided.lines.first().copied()) else { continue };
            prop_assert!(outcome.credit_net >= Amount::ZERO && outcome.credit_tax >= Amount::ZERO);
            facts = applied(&facts, &outcome);
            prop_assert!(facts.net_credited <= facts.net && facts.tax_credited <= facts.tax, "{facts:?}");
            prop_assert!(facts.cancelled <= facts.quantity);
        }
        // What is left can be credited to the last minor unit.
        let left = amount_left(&facts).unwrap();
        if left > Amount::ZERO {
            let rest = Award { line: 0, amount: left, units: facts.left() };
            let done = decide_credit(OrderState::Completed, &[facts], &[rest], instant(CLOSED)).unwrap();
            let facts = applied(&facts, &done.lines[0]);
            prop_assert_eq!((facts.net_credited, facts.tax_credited), (facts.net, facts.tax));
        }
    }

    #[test]
    fn an_answer_is_promised_after_the_request_and_within_a_week(at in 0_i64..2_000_000_000, impact in 0_usize..3) {
        let (at, impact) = (Timestamp::from_second(at).unwrap(), Impact::ALL[impact]);
        for name in crate::testing::ZONES {
            let due = answer_due(at, impact, &zone(name), &BTreeSet::new());
            prop_assert!(due >= at.saturating_add(SignedDuration::from_hours(impact.answer_hours())).unwrap());
            prop_assert!(due <= at.saturating_add(SignedDuration::from_hours(8 * 24)).unwrap(), "{name} {due}");
        }
    }
}
