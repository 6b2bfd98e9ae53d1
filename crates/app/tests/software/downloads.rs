//! Download sessions: whole and in ranges, counted, and stopped while they run (I4, design §9).

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use perpetua_app::App;
use perpetua_app::downloads::start;
use perpetua_app::downloads::stream::{Body, RECHECK, STEP_BYTES, open};
use perpetua_domain::access::Role;
use perpetua_domain::id::{MediaId, OrderLineId};
use perpetua_domain::link::RangeAnswer;
use perpetua_test_support::TestApp;

use crate::fixture::{Bought, Shop, code, pattern};

async fn shop_with(test: &Arc<TestApp>, bytes: Vec<u8>) -> (Shop, OrderLineId, MediaId) {
    let shop = Shop::open(test.clone()).await;
    let line = shop.buy(Bought::default()).await;
    let medium = shop.medium(("2024", 24), "en-US", "x64", bytes).await;
    (shop, line, medium)
}

async fn token(shop: &Shop, line: OrderLineId, medium: MediaId) -> String {
    let started = start(&shop.test.app, &shop.agent, line, medium).await.unwrap();
    started.token.expose().to_string()
}

async fn read(app: &Arc<App>, token: &str, range: Option<&str>) -> Vec<u8> {
    let transfer = open(app, token, range, true).await.unwrap();
    let chunks: Vec<Bytes> = transfer.body.unwrap().try_collect().await.unwrap();
    chunks.concat()
}

#[test]
fn a_session_serves_whole_files_and_ranges_and_is_recorded_once() {
    TestApp::each(|test| async move {
        let (shop, line, medium) = shop_with(&test, pattern(1_000)).await;
        let started = start(&test.app, &shop.admin, line, medium).await.unwrap();
        let curl = started.curl(&test.app);
        let token = started.token.expose().to_string();
        assert!(curl.contains(&format!("'http://perpetua.test/d/{token}'")), "{curl}");
        assert_eq!(read(&test.app, &token, None).await, pattern(1_000));
        assert_eq!(read(&test.app, &token, Some("bytes=10-19")).await, pattern(1_000)[10..20]);
        assert_eq!(read(&test.app, &token, Some("bytes=-5")).await, pattern(1_000)[995..]);
        let beyond = open(&test.app, &token, Some("bytes=1000-"), true).await.unwrap();
        assert_eq!((beyond.range, beyond.body.is_none()), (RangeAnswer::Unsatisfiable, true));
        let head = open(&test.app, &token, None, false).await.unwrap();
        assert!(head.body.is_none() && head.medium.size == 1_000);
        assert_eq!(shop.audited("done").await, ["media.downloaded"]);
    });
}

#[test]
fn three_times_the_size_and_no_byte_more() {
    TestApp::each(|test| async move {
        let (shop, line, medium) = shop_with(&test, pattern(1_000)).await;
        let token = token(&shop, line, medium).await;
        for _ in 0..3 {
            assert_eq!(open(&test.app, &token, None, false).await.unwrap().medium.size, 1_000, "HEAD counts nothing");
            read(&test.app, &token, None).await;
        }
        assert_eq!(code(open(&test.app, &token, Some("bytes=0-0"), true).await), "download_used_up");
    });
}

#[test]
fn what_is_left_bounds_what_is_announced() {
    TestApp::each(|test| async move {
        let (shop, line, medium) = shop_with(&test, pattern(1_000)).await;
        let token = token(&shop, line, medium).await;
        let answer = async |range| {
            let transfer = open(&test.app, &token, range, true).await?;
            let body = match transfer.body {
                Some(body) => body.try_collect::<Vec<Bytes>>().await.unwrap().concat(),
                None => Vec::new(),
            };
            Ok::<_, perpetua_app::Problem>((transfer.range, body.len()))
        };
        for uses_nothing in ["bytes=5-2", "bytes=1000-", "bytes=-0", "bytes=2000-,3000-"] {
            assert_eq!(answer(Some(uses_nothing)).await.unwrap(), (RangeAnswer::Unsatisfiable, 0), "{uses_nothing}");
        }
        let joined = answer(Some("bytes=100-199,0-99")).await.unwrap();
        assert_eq!(joined, (RangeAnswer::Part { start: 0, end: 199 }, 200));
        assert_eq!(answer(Some("bytes=0-9,500-509")).await.unwrap(), (RangeAnswer::Whole, 1_000), "with a gap: whole");
        assert_eq!(answer(None).await.unwrap(), (RangeAnswer::Whole, 1_000));
        // 800 of 3,000 are left: too few for the whole, and a part is cut to them.
        assert_eq!(code(answer(None).await), "download_used_up");
        assert_eq!(code(open(&test.app, &token, None, false).await), "download_used_up", "HEAD tells the same");
        let cut = answer(Some("bytes=100-")).await.unwrap();
        assert_eq!(cut, (RangeAnswer::Part { start: 100, end: 899 }, 800));
        assert_eq!(code(answer(Some("bytes=0-0")).await), "download_used_up");
    });
}

#[test]
fn unknown_altered_and_old_tokens_serve_nothing() {
    TestApp::each(|test| async move {
        let (shop, line, medium) = shop_with(&test, pattern(10)).await;
        let token = token(&shop, line, medium).await;
        let altered = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
        for wrong in [altered.as_str(), &token[1..], "", "../../etc/passwd"] {
            assert_eq!(code(open(&test.app, wrong, None, true).await), "not_found", "{wrong}");
        }
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        assert!(open(&test.app, &token, None, true).await.is_ok(), "sessions live in real time");
        test.real_clock.advance(jiff::SignedDuration::from_hours(24));
        assert_eq!(code(open(&test.app, &token, None, true).await), "download_expired");
    });
}

#[test]
fn only_entitled_media_of_ones_own_active_purchase_can_be_started() {
    TestApp::each(|test| async move {
        let (shop, line, medium) = shop_with(&test, pattern(10)).await;
        let newer = shop.medium(("2026", 26), "en-US", "x64", pattern(10)).await;
        let try_start = async |caller, medium| code(start(&test.app, caller, line, medium).await);
        assert_eq!(try_start(&shop.agent, newer).await, "medium_not_offered");
        let sales = test.caller(shop.partner, &[Role::SalesAgent]).await;
        assert_eq!(try_start(&sales, medium).await, "missing_role");
        let staff = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        assert_eq!(try_start(&staff, medium).await, "missing_role");
        let other = test.customer(shop.partner, "Southlake").await;
        let other = test.caller(other, &[Role::GlobalAdmin]).await;
        assert_eq!(try_start(&other, medium).await, "not_found");
        shop.cancel(line).await;
        assert_eq!(try_start(&shop.agent, medium).await, "purchase_cancelled");
        assert_eq!(shop.audited("refused").await, ["media.download_refused"; 4]);
    });
}

/// Reads the first bytes of a transfer and answers with the rest of it.
async fn begun(app: &Arc<App>, token: &str) -> Body {
    let mut body = open(app, token, None, true).await.unwrap().body.unwrap();
    assert!(!body.next().await.unwrap().unwrap().is_empty());
    body
}

#[test]
fn a_cancellation_stops_a_running_transfer_at_the_next_step() {
    TestApp::each(|test| async move {
        let size = usize::try_from(STEP_BYTES).unwrap() + 1_000;
        let (shop, line, medium) = shop_with(&test, pattern(size)).await;
        let token = token(&shop, line, medium).await;
        let body = begun(&test.app, &token).await;
        shop.cancel(line).await;
        let rest: Result<Vec<Bytes>, _> = body.try_collect().await;
        assert_eq!(rest.unwrap_err().to_string(), "purchase_cancelled");
        assert_eq!(code(open(&test.app, &token, None, true).await), "purchase_cancelled");
    });
}

#[test]
fn within_a_step_a_transfer_looks_again_after_a_short_time() {
    TestApp::each(|test| async move {
        let (shop, line, medium) = shop_with(&test, pattern(100_000)).await;
        let token = token(&shop, line, medium).await;
        // Storage in memory gives everything at once, so the first chunk is asked for after the change.
        let body = open(&test.app, &token, None, true).await.unwrap().body.unwrap();
        shop.part().await;
        test.real_clock.advance(RECHECK);
        let rest: Result<Vec<Bytes>, _> = body.try_collect().await;
        assert_eq!(rest.unwrap_err().to_string(), "relationship_ended");
        assert!(RECHECK.as_secs() < 5);
    });
}

#[test]
fn a_person_who_loses_the_right_loses_the_session() {
    TestApp::each(|test| async move {
        use diesel::prelude::*;
        use perpetua_store::Id;
        use perpetua_store::schema::role_grant;
        let (shop, line, medium) = shop_with(&test, pattern(10)).await;
        let token = token(&shop, line, medium).await;
        let person = shop.agent.person;
        shop.write(move |conn| {
            let row = role_grant::table.filter(role_grant::person_id.eq(Id(person)));
            diesel::update(row).set(role_grant::removed_at.eq(1_i64)).execute(conn)?;
            Ok(())
        })
        .await;
        assert_eq!(code(open(&test.app, &token, None, true).await), "download_revoked");
    });
}
