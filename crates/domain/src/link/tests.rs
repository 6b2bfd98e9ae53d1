//! Terms at their bounds, each refusal, and that more use never opens what was closed.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn link() -> LinkFacts {
    LinkFacts {
        expires_at: at("2026-03-15T00:00:00Z"),
        uses: 0,
        uses_max: 50,
        is_revoked: false,
        wrong_passwords: 0,
        is_purchase_cancelled: false,
        is_subscription_suspended: false,
        is_suspended: false,
        is_relationship_ended: false,
        password: PasswordProof::NotAsked,
    }
}

fn session() -> DownloadFacts {
    DownloadFacts {
        opened_at: at("2026-03-01T00:00:00Z"),
        size_bytes: 100,
        served_bytes: 0,
        is_revoked: false,
        is_purchase_cancelled: false,
        is_subscription_suspended: false,
        is_suspended: false,
        is_relationship_ended: false,
    }
}

#[test]
fn terms_default_to_fourteen_days_and_fifty_downloads() {
    let terms = LinkTerms::new(LinkChoice { recipient: Some("  "), ..LinkChoice::default() }).unwrap();
    assert_eq!(terms, LinkTerms { lifetime_days: 14, uses_max: 50, is_protected: false, recipient: None });
    assert_eq!(terms.expires_at(at("2026-03-01T00:00:00Z")), at("2026-03-15T00:00:00Z"));
}

#[test]
fn terms_out_of_bounds_are_all_named() {
    let long = "x".repeat(201);
    let errors = |choice| LinkTerms::new(choice).unwrap_err();
    let all =
        LinkChoice { lifetime_days: Some(0), uses_max: Some(1001), password: Some("seven77"), recipient: Some(&long) };
    assert_eq!(errors(all), LinkTermsError::ALL);
    assert_eq!(errors(LinkChoice { lifetime_days: Some(91), ..LinkChoice::default() }), [LinkTermsError::Lifetime]);
    assert_eq!(errors(LinkChoice { uses_max: Some(0), ..LinkChoice::default() }), [LinkTermsError::Uses]);
    assert_eq!(errors(LinkChoice { recipient: Some("a\nb"), ..LinkChoice::default() }), [LinkTermsError::Recipient]);
    let widest = LinkChoice {
        lifetime_days: Some(90),
        uses_max: Some(1000),
        password: Some("příliš12"),
        recipient: Some(&long[1..]),
    };
    assert!(LinkTerms::new(widest).unwrap().is_protected);
}

#[test]
fn each_reason_refuses_a_link() {
    let now = at("2026-03-14T23:59:59Z");
    let check = |link: LinkFacts, expected| assert_eq!(decide_use(&link, now), expected, "{link:?}");
    check(link(), Ok(()));
    check(LinkFacts { expires_at: now, ..link() }, Err(LinkRefusal::Expired { at: now }));
    check(LinkFacts { uses: 49, ..link() }, Ok(()));
    check(LinkFacts { uses: 50, ..link() }, Err(LinkRefusal::UsedUp));
    check(LinkFacts { is_revoked: true, ..link() }, Err(LinkRefusal::Revoked));
    check(LinkFacts { is_purchase_cancelled: true, ..link() }, Err(LinkRefusal::PurchaseCancelled));
    check(LinkFacts { is_subscription_suspended: true, ..link() }, Err(LinkRefusal::SubscriptionSuspended));
    check(LinkFacts { is_relationship_ended: true, ..link() }, Err(LinkRefusal::RelationshipEnded));
    check(LinkFacts { is_suspended: true, ..link() }, Err(LinkRefusal::Suspended));
    check(LinkFacts { password: PasswordProof::Missing, ..link() }, Err(LinkRefusal::PasswordNeeded));
    check(LinkFacts { password: PasswordProof::Wrong, ..link() }, Err(LinkRefusal::WrongPassword));
    check(LinkFacts { password: PasswordProof::Right, wrong_passwords: 4, ..link() }, Ok(()));
}

#[test]
fn five_wrong_passwords_lock_a_link_even_for_the_right_one() {
    let locked = LinkFacts { wrong_passwords: 5, password: PasswordProof::Right, ..link() };
    assert_eq!(decide_use(&locked, at("2026-03-01T00:00:00Z")), Err(LinkRefusal::Locked));
}

#[test]
fn a_session_serves_three_times_the_size_within_a_day() {
    let noon = at("2026-03-01T12:00:00Z");
    let check = |session: DownloadFacts, now, expected| {
        assert_eq!(decide_download_session(&session, now), expected, "{session:?}");
    };
    check(session(), noon, Ok(300));
    check(DownloadFacts { served_bytes: 299, ..session() }, noon, Ok(1));
    check(DownloadFacts { served_bytes: 300, ..session() }, noon, Err(DownloadRefusal::BytesUsedUp));
    let ends = at("2026-03-02T00:00:00Z");
    check(session(), ends, Err(DownloadRefusal::Expired { at: ends }));
    check(DownloadFacts { is_revoked: true, ..session() }, noon, Err(DownloadRefusal::Revoked));
    check(DownloadFacts { is_purchase_cancelled: true, ..session() }, noon, Err(DownloadRefusal::PurchaseCancelled));
    let suspended = DownloadFacts { is_subscription_suspended: true, ..session() };
    check(suspended, noon, Err(DownloadRefusal::SubscriptionSuspended));
    check(DownloadFacts { is_relationship_ended: true, ..session() }, noon, Err(DownloadRefusal::RelationshipEnded));
    check(DownloadFacts { is_suspended: true, ..session() }, noon, Err(DownloadRefusal::Suspended));
}

proptest! {
    #[test]
    fn a_session_never_serves_more_than_three_sizes(size: u64, served: u64) {
        let facts = DownloadFacts { size_bytes: size, served_bytes: served, ..session() };
        if let Ok(left) = decide_download_session(&facts, at("2026-03-01T12:00:00Z")) {
            prop_assert!(u128::from(left) + u128::from(served) <= (u128::from(size) * 3).max(u128::from(served)));
        }
    }

    #[test]
    fn a_dead_purchase_serves_nothing_whatever_else_holds(uses in 0_u32..100, wrong in 0_u32..10, revoked: bool) {
        let facts = LinkFacts { uses, wrong_passwords: wrong, is_revoked: revoked, is_purchase_cancelled: true, ..link() };
        prop_assert!(decide_use(&facts, at("2026-03-01T00:00:00Z")).is_err());
    }
}
