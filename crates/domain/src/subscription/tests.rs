//! Tables of the rule for changing a subscription.

use super::SubscriptionRefusal as No;
use super::SubscriptionState::{Active, Deleted, Expired, Suspended};
use super::*;
use crate::testing::instant;

const ENDS: &str = "2027-02-01T00:00:00Z";
const DURING: &str = "2026-06-01T00:00:00Z";

fn facts() -> SubscriptionFacts<'static> {
    SubscriptionFacts {
        state: Active,
        suspension: None,
        friendly_name: "HQ",
        quantity: 5,
        auto_renew: false,
        renewal_term: Term::OneYear,
        term_ends_at: instant(ENDS),
        sold_terms: &[Term::OneYear, Term::ThreeYears],
        quantity_range: (1, 100),
    }
}

fn suspended(by: Suspension) -> SubscriptionFacts<'static> {
    SubscriptionFacts { state: Suspended, suspension: Some(by), ..facts() }
}

fn deleted() -> SubscriptionFacts<'static> {
    SubscriptionFacts { state: Deleted, ..facts() }
}

fn to(state: SubscriptionState) -> Wanted<'static> {
    Wanted { state: Some(state), ..Wanted::default() }
}

fn partner(facts: &SubscriptionFacts<'_>, wanted: Wanted<'_>) -> Result<SubscriptionOutcome, No> {
    decide(facts, &wanted, false, instant(DURING))
}

fn changed(outcome: Result<SubscriptionOutcome, No>) -> Changed {
    match outcome {
        Ok(SubscriptionOutcome::Change(changed)) => changed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_way_from_one_state_to_another_is_allowed_or_has_its_reason() {
    let expired = SubscriptionFacts { term_ends_at: instant("2026-01-01T00:00:00Z"), ..facts() };
    let over = No::Expired { at: expired.term_ends_at };
    let (own, operators) = (suspended(Suspension::Partner), suspended(Suspension::Operator));
    for (from, state, expected) in [
        (&facts(), Active, Ok("unchanged")),
        (&facts(), Suspended, Ok("change")),
        (&facts(), Deleted, Ok("cancel")),
        (&facts(), Expired, Err(No::StateNotAllowed)),
        (&own, Active, Ok("change")),
        (&own, Suspended, Ok("unchanged")),
        (&own, Deleted, Ok("cancel")),
        (&own, Expired, Err(No::StateNotAllowed)),
        (&operators, Active, Err(No::SuspendedByOperator)),
        (&operators, Deleted, Ok("cancel")),
        (&expired, Active, Err(over)),
        (&expired, Suspended, Ok("unchanged")),
        (&expired, Expired, Ok("unchanged")),
        (&expired, Deleted, Ok("cancel")),
        (&deleted(), Active, Err(No::Deleted)),
        (&deleted(), Suspended, Err(No::Deleted)),
        (&deleted(), Deleted, Ok("unchanged")),
    ] {
        let found = partner(from, to(state)).map(|outcome| match outcome {
            SubscriptionOutcome::Unchanged => "unchanged",
            SubscriptionOutcome::Change(_) => "change",
            SubscriptionOutcome::Cancel => "cancel",
        });
        assert_eq!(found, expected, "{:?} → {state}", from.state);
    }
}

#[test]
fn a_suspension_names_who_made_it_and_only_the_operator_lifts_its_own() {
    let by = |facts: &SubscriptionFacts<'_>, operator, state| {
        let changed = changed(decide(facts, &to(state), operator, instant(DURING)));
        (changed.state, changed.suspension)
    };
    assert_eq!(by(&facts(), false, Suspended), (Suspended, Some(Suspension::Partner)));
    assert_eq!(by(&facts(), true, Suspended), (Suspended, Some(Suspension::Operator)));
    assert_eq!(by(&suspended(Suspension::Operator), true, Active), (Active, None));
    assert_eq!(by(&suspended(Suspension::Partner), true, Active), (Active, None));
}

#[test]
fn the_whole_subscription_sent_back_is_no_change() {
    let same = |facts: SubscriptionFacts<'static>| Wanted {
        friendly_name: Some(facts.friendly_name),
        state: Some(facts.state),
        quantity: Some(i64::from(facts.quantity)),
        auto_renew: Some(facts.auto_renew),
        renewal_term: Some(facts.renewal_term),
        ..Wanted::default()
    };
    for facts in [facts(), suspended(Suspension::Operator), deleted()] {
        assert_eq!(partner(&facts, same(facts)), Ok(SubscriptionOutcome::Unchanged), "{:?}", facts.state);
    }
}

#[test]
fn a_name_has_1_to_256_characters_on_one_line_and_is_trimmed() {
    let name = |text: &str| partner(&facts(), Wanted { friendly_name: Some(text), ..Wanted::default() });
    assert_eq!(changed(name(" Plant 2 ")).friendly_name, "Plant 2");
    assert_eq!(changed(name(&"ř".repeat(256))).friendly_name.chars().count(), 256);
    for wrong in ["", "  ", "two\nlines", &"ř".repeat(257)] {
        assert_eq!(name(wrong), Err(No::Name { max: 256 }), "{wrong:?}");
    }
}

#[test]
fn quantity_billing_and_partner_never_change_in_place() {
    let quantity = |quantity| partner(&facts(), Wanted { quantity: Some(quantity), ..Wanted::default() });
    assert_eq!(quantity(6), Err(No::QuantityUp));
    assert_eq!(quantity(4), Err(No::QuantityDown));
    for wrong in [0, -1, 101, i64::MAX] {
        assert_eq!(quantity(wrong), Err(No::QuantityOutOfRange { min: 1, max: 100 }), "{wrong}");
    }
    let billing = Wanted { other_billing: true, ..Wanted::default() };
    assert_eq!(partner(&facts(), billing), Err(No::Billing));
    assert_eq!(partner(&facts(), Wanted { other_partner: true, ..Wanted::default() }), Err(No::Partner));
}

#[test]
fn while_it_is_suspended_only_name_and_state_change() {
    let facts = suspended(Suspension::Partner);
    let renamed = partner(&facts, Wanted { friendly_name: Some("Plant"), ..to(Suspended) });
    assert_eq!(changed(renamed).friendly_name, "Plant");
    for wanted in [
        Wanted { quantity: Some(6), ..Wanted::default() },
        Wanted { auto_renew: Some(true), ..Wanted::default() },
        Wanted { renewal_term: Some(Term::ThreeYears), ..Wanted::default() },
        Wanted { other_billing: true, ..Wanted::default() },
        Wanted { quantity: Some(6), ..to(Active) },
    ] {
        assert_eq!(partner(&facts, wanted), Err(No::Suspended), "{wanted:?}");
    }
}

#[test]
fn renewal_needs_an_item_that_is_sold_and_a_term_that_exists() {
    let renew = Wanted { auto_renew: Some(true), ..Wanted::default() };
    assert!(changed(partner(&facts(), renew)).auto_renew);
    let unsold = SubscriptionFacts { sold_terms: &[Term::Perpetual], ..facts() };
    assert_eq!(partner(&unsold, renew), Err(No::NotRenewable));
    let term = |term, auto_renew| Wanted { renewal_term: Some(term), auto_renew, ..Wanted::default() };
    assert_eq!(changed(partner(&facts(), term(Term::ThreeYears, Some(true)))).renewal_term, Term::ThreeYears);
    assert_eq!(partner(&facts(), term(Term::ThreeYears, None)), Err(No::RenewalTermWithoutRenewal));
    assert_eq!(partner(&facts(), term(Term::FiveYears, Some(true))), Err(No::RenewalTermNotSold));
    assert_eq!(partner(&facts(), term(Term::Perpetual, Some(true))), Err(No::RenewalTermNotSold));
    let renewing = SubscriptionFacts { auto_renew: true, sold_terms: &[], ..facts() };
    let stop = Wanted { auto_renew: Some(false), ..Wanted::default() };
    assert!(!changed(partner(&renewing, stop)).auto_renew, "renewal can be stopped whatever is sold");
}

#[test]
fn it_has_expired_from_the_very_end_of_its_term() {
    for (stored, now, expected) in [
        (Active, "2027-01-31T23:59:59.999999Z", Active),
        (Active, ENDS, Expired),
        (Suspended, ENDS, Expired),
        (Deleted, ENDS, Deleted),
        (Expired, DURING, Expired),
    ] {
        assert_eq!(state_at(stored, false, instant(ENDS), instant(now)), expected, "{stored} at {now}");
    }
    for (stored, expected) in [(Active, Active), (Suspended, Expired), (Deleted, Deleted)] {
        assert_eq!(state_at(stored, true, instant(ENDS), instant(ENDS)), expected, "{stored}, set to renew");
    }
    let renew = Wanted { auto_renew: Some(true), ..Wanted::default() };
    let over = decide(&facts(), &renew, false, instant(ENDS));
    assert_eq!(over, Err(No::Expired { at: instant(ENDS) }));
    let renamed = decide(&facts(), &Wanted { friendly_name: Some("Old"), ..Wanted::default() }, false, instant(ENDS));
    assert_eq!(changed(renamed).state, Expired);
}

#[test]
fn only_what_is_active_and_was_asked_to_goes_on_at_the_end_of_its_term() {
    for (stored, auto_renew, expected) in [
        (Active, true, EndOfTerm::Renew),
        (Active, false, EndOfTerm::Expire),
        (Suspended, true, EndOfTerm::Expire),
        (Expired, true, EndOfTerm::Expire),
        (Deleted, true, EndOfTerm::Expire),
    ] {
        assert_eq!(at_end_of_term(stored, auto_renew), expected, "{stored}");
    }
}

#[test]
fn only_software_with_a_term_makes_a_subscription() {
    let with_term: Vec<Term> = Term::ALL.iter().copied().filter(|term| is_subscription(*term)).collect();
    assert_eq!(with_term, [Term::OneMonth, Term::OneYear, Term::ThreeYears, Term::FiveYears]);
}
