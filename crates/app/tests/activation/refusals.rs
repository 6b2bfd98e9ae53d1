//! Bad input: each kind its own code, and nothing is counted.

use diesel::prelude::*;
use jiff::SignedDuration;
use perpetua_app::activation::{Answered, Unbounded, Via, ask, files, rules};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::ProductId;
use perpetua_license::certificate::Version;
use perpetua_license::exchange::file::{read_responses, write_requests};
use perpetua_license::exchange::request::RequestKind::{Activate, Refresh};
use perpetua_license::exchange::request::SignedRequest;
use perpetua_license::exchange::seal::InstallationSecret;
use perpetua_license::key::{FormatVersion, ProductKey};
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_license::policy::{Rules, TopUp};
use perpetua_store::schema::{order_line, product_key};
use perpetua_store::{Id, StoreError};
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed, origin};

use super::{activate, refresh, used};

async fn send(test: &TestApp, document: &[u8]) -> Answered {
    ask(&test.app, &origin(), Via::Network, Some(Activate), document).await
}

/// Changes the purchase as nothing but time and other sales would.
async fn change(test: &TestApp, licensed: &Licensed, rank: i64, ends: Option<jiff::Timestamp>) {
    let line = licensed.line;
    let changed = test.app.store.write((), move |conn, ()| {
        let row = order_line::table.filter(order_line::id.eq(Id(line)));
        let ends = ends.map(perpetua_store::Utc::from);
        diesel::update(row)
            .set((order_line::version_rank.eq(rank), order_line::term_ends_at.eq(ends)))
            .execute(conn)?;
        Ok::<_, StoreError>(())
    });
    changed.await.unwrap();
}

async fn request(test: &TestApp, licensed: &Licensed, device: &Device, days: i64) -> SignedRequest {
    let keys = test.app.activation.keys.get(&test.app).await.unwrap();
    let at = test.app.clock.now() + SignedDuration::from_hours(24 * days);
    device.request(Activate, &licensed.key, &keys.installation(), Moment::from_unix(at.as_second()))
}

#[test]
fn documents_that_are_no_sound_request_have_their_own_codes_and_count_nothing() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let device = Device::new(1);
        let sound = request(&test, &licensed, &device, 0).await.as_bytes().to_vec();
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = sound.clone();
            change(&mut bytes);
            bytes
        };
        let other = InstallationSecret::from_seed([9; 32]).public();
        let now = Moment::from_unix(test.app.clock.now().as_second());
        let invented = ProductKey::mint([7; 16], FormatVersion::V1, b"not the secret of this installation").as_typed();
        let keys = test.app.activation.keys.get(&test.app).await.unwrap();
        let cases: Vec<(Vec<u8>, Answer, bool)> = vec![
            (Vec::new(), Answer::RequestMalformed, false),
            (b"hello".to_vec(), Answer::RequestMalformed, false),
            (with(&|bytes| bytes[3] = 2), Answer::ProtocolUnsupported, false),
            (with(&|bytes| bytes.truncate(200)), Answer::RequestTruncated, false),
            (with(&|bytes| bytes.push(0)), Answer::RequestMalformed, false),
            (with(&|bytes| bytes.resize(700, 0)), Answer::RequestTooLarge, false),
            (with(&|bytes| bytes[8] ^= 1), Answer::RequestAltered, false),
            (request(&test, &licensed, &device, 2).await.as_bytes().to_vec(), Answer::RequestFromFuture, true),
            (request(&test, &licensed, &device, -31).await.as_bytes().to_vec(), Answer::RequestTooOld, true),
            (
                device.request(Activate, &licensed.key, &other, now).as_bytes().to_vec(),
                Answer::RequestOtherInstallation,
                true,
            ),
            (
                device.request(Activate, &invented, &keys.installation(), now).as_bytes().to_vec(),
                Answer::KeyUnknown,
                true,
            ),
        ];
        for (document, answer, is_signed) in cases {
            let answered = send(&test, &document).await;
            assert_eq!((answered.answer, answered.response.is_some()), (answer, is_signed));
            assert!(answered.response.is_none_or(|response| response.as_bytes().len() < 640));
        }
        assert_eq!(used(&test, &licensed).await, (0, 2));
        assert_eq!(test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM machine").await, 0);
        assert_eq!(send(&test, &sound).await.answer, Answer::Activated, "the sound one was not used up");
    });
}

#[test]
fn sound_requests_that_may_not_go_on_have_their_own_codes_and_count_nothing() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut device = Device::new(1);
        device.product = "OTHERPRODUCT".to_owned();
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::OtherProduct);
        device.product = "HARBORSERVER".to_owned();
        change(&test, &licensed, 2025, None).await;
        device.version = Version { major: 2026, minor: 0 };
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::VersionNotCovered);
        device.version = Version { major: 2025, minor: 7 };
        assert_eq!(refresh(&test, &mut device, &licensed).await, Answer::MachineUnknown);
        let key = licensed.key_id;
        let closed = test.app.store.write((), move |conn, ()| {
            let row = product_key::table.filter(product_key::id.eq(Id(key)));
            diesel::update(row).set(product_key::gate.eq("paused")).execute(conn).map_err(StoreError::from)
        });
        closed.await.unwrap();
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::KeyPaused);
        assert_eq!(used(&test, &licensed).await, (0, 2));
    });
}

#[test]
fn a_nonce_with_other_content_is_a_replay() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        // Two devices with one seed use the same nonces; the name makes the second request another one.
        let first = Device::new(1);
        let mut second = Device::new(1);
        second.name = "PC-other".to_owned();
        let one = request(&test, &licensed, &first, 0).await;
        let other = request(&test, &licensed, &second, 0).await;
        assert_eq!(send(&test, one.as_bytes()).await.answer, Answer::Activated);
        assert_eq!(send(&test, other.as_bytes()).await.answer, Answer::RequestReplayed);
        assert_eq!(used(&test, &licensed).await, (1, 2));
    });
}

#[test]
fn machines_of_two_keys_may_have_the_same_nonce() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let other = test.license_more(&licensed, 1).await;
        // Two devices with one seed use the same nonces.
        assert_eq!(activate(&test, &mut Device::new(1), &licensed).await, Answer::Activated);
        assert_eq!(activate(&test, &mut Device::new(1), &other).await, Answer::Activated);
        assert_eq!(used(&test, &licensed).await, (1, 2));
        assert_eq!(used(&test, &other).await, (1, 2));
    });
}

#[test]
fn rules_out_of_range_are_refused_with_their_field() {
    TestApp::each(|test| async move {
        test.licensed(1).await;
        let operator = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let product = ProductId::parse("HARBORSERVER").unwrap();
        for (extra, is_accepted) in [(0, false), (1, true), (1_000, true), (1_001, false), (u32::MAX, false)] {
            let rules = Rules { top_up: Some(TopUp { extra, period_days: 30 }), ..Rules::default() };
            let set = rules::set(&test.app, &operator, product, rules).await;
            let fields = set.map_or_else(|problem| problem.fields, |()| Vec::new());
            let named: Vec<_> = fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
            let expected = if is_accepted { vec![] } else { vec![("top_up_extra", "out_of_range")] };
            assert_eq!(named, expected, "{extra}");
        }
    });
}

#[test]
fn a_key_whose_term_is_over_activates_and_refreshes_nothing() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut device = Device::new(1);
        activate(&test, &mut device, &licensed).await;
        change(&test, &licensed, 0, Some(test.app.clock.now())).await;
        assert_eq!(refresh(&test, &mut device, &licensed).await, Answer::TermOver);
        assert_eq!(activate(&test, &mut Device::new(2), &licensed).await, Answer::TermOver);
    });
}

#[test]
fn a_file_of_many_machines_is_judged_one_by_one() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut requests = Vec::new();
        for seed in 1..=4 {
            requests.push(request(&test, &licensed, &Device::new(seed), 0).await);
        }
        let file = write_requests(&requests).unwrap();
        let done = files::exchange(&test.app, &origin(), &file, &Unbounded).await.unwrap();
        let count = |wanted| done.answers.iter().filter(|answered| answered.answer == wanted).count();
        assert_eq!((count(Answer::Activated), count(Answer::KeyExhausted)), (2, 2));
        let responses = read_responses(&done.file.unwrap()).unwrap();
        let nonces: Vec<_> = responses.into_iter().map(|response| response.unwrap().nonce()).collect();
        assert_eq!(nonces, requests.iter().map(|request| request.request().nonce).collect::<Vec<_>>());
        let other = test.license_more(&licensed, 1).await;
        let done = files::exchange_for(&test.app, &other.agent, other.line, &file).await.unwrap().unwrap();
        assert!(done.answers.iter().all(|answered| answered.answer == Answer::KeyUnknown), "of another purchase");
        for (text, answer) in [
            ("", Answer::RequestMalformed),
            (&file[..300], Answer::RequestTruncated),
            (&file.replace("REQUEST", "RESPONSE"), Answer::RequestMalformed),
        ] {
            assert_eq!(files::exchange(&test.app, &origin(), text, &Unbounded).await.unwrap_err(), answer);
        }
        let refresh = Device::new(9);
        let keys = test.app.activation.keys.get(&test.app).await.unwrap();
        let now = Moment::from_unix(test.app.clock.now().as_second());
        let foreign = refresh.request(Refresh, &licensed.key, &keys.installation(), now);
        let done =
            files::exchange(&test.app, &origin(), &write_requests(&[foreign]).unwrap(), &Unbounded).await.unwrap();
        assert_eq!(done.answers[0].answer, Answer::MachineUnknown);
    });
}
