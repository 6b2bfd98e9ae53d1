//! Signing in, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use perpetua_app::caller::IdSeed;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::identity::{self, NewPerson, insert_person};
use perpetua_app::{Origin, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_domain::names::EmailAddress;
use perpetua_i18n::Lang;
use perpetua_store::people::GrantRow;
use perpetua_store::{Id, Word, people};
use perpetua_test_support::TestApp;

const PASSWORD: &str = "correct horse battery staple";

fn origin() -> Origin {
    Origin { request_id: "r1".into(), network: "192.0.2.7".into(), agent: "test".into(), lang: Lang::En, wire: None }
}

async fn given_person(test: &TestApp, tenant: TenantId, email: &str) {
    let app = &test.app;
    let password_hash = app.passwords.hash(&*app.entropy, PASSWORD).await.unwrap();
    let new = NewPerson {
        name: "Ada Agent".into(),
        email: EmailAddress::parse(email).unwrap(),
        language: "en".into(),
        password_hash,
    };
    let now = app.clock.now();
    let seed = IdSeed::new(now, app.entropy.bytes());
    app.store
        .write((seed, new), move |conn, (seed, new)| {
            let mut ids = seed.ids();
            let person = insert_person(conn, &mut ids, now, new)?;
            let grant = GrantRow {
                id: Id(ids.next()),
                person_id: Id(person),
                tenant_id: Id(tenant),
                role: Word(Role::AdminAgent),
                granted_by: None,
                granted_at: now.into(),
                expires_at: None,
                removed_at: None,
                removed_by: None,
            };
            people::insert_grant(conn, &grant)?;
            Ok::<(), Problem>(())
        })
        .await
        .unwrap();
}

#[test]
fn a_person_signs_in_acts_for_their_tenant_and_signs_out() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        given_person(&test, partner, "Ada@alfa.example").await;
        let signed_in = identity::sign_in(&test.app, &origin(), "ada@ALFA.example", PASSWORD).await.unwrap();
        let session = identity::resume(&test.app, &signed_in.token).await.unwrap().unwrap();
        let caller = session.caller(&origin()).unwrap();
        assert_eq!(caller.tenant, partner);
        assert_eq!(caller.roles, [Role::AdminAgent]);
        identity::sign_out(&test.app, &session).await.unwrap();
        assert!(identity::resume(&test.app, &signed_in.token).await.unwrap().is_none());
    });
}

#[test]
fn unknown_people_and_wrong_passwords_get_the_same_answer_and_guessing_locks() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        given_person(&test, partner, "ada@alfa.example").await;
        let code = async |email: &str, password: &str| {
            identity::sign_in(&test.app, &origin(), email, password).await.err().map(|problem| problem.code)
        };
        assert_eq!(code("nobody@alfa.example", PASSWORD).await, Some("sign_in_failed"));
        assert_eq!(code("not an address", PASSWORD).await, Some("sign_in_failed"));
        for _ in 0..5 {
            assert_eq!(code("ada@alfa.example", "wrong").await, Some("sign_in_failed"));
        }
        assert_eq!(code("ada@alfa.example", PASSWORD).await, Some("sign_in_failed"), "locked, without saying so");
        test.real_clock.advance(jiff::SignedDuration::from_mins(61));
        assert_eq!(code("ada@alfa.example", PASSWORD).await, None);
    });
}

#[test]
fn a_session_ends_after_eight_idle_hours() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        given_person(&test, partner, "ada@alfa.example").await;
        let signed_in = identity::sign_in(&test.app, &origin(), "ada@alfa.example", PASSWORD).await.unwrap();
        test.real_clock.advance(jiff::SignedDuration::from_hours(7));
        let session = identity::resume(&test.app, &signed_in.token).await.unwrap().unwrap();
        identity::touch(&test.app, &session).await.unwrap();
        test.real_clock.advance(jiff::SignedDuration::from_hours(7));
        assert!(identity::resume(&test.app, &signed_in.token).await.unwrap().is_some());
        test.real_clock.advance(jiff::SignedDuration::from_hours(9));
        assert!(identity::resume(&test.app, &signed_in.token).await.unwrap().is_none());
    });
}

#[test]
fn guesses_at_the_same_time_do_not_outrun_the_lock() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        given_person(&test, partner, "ada@alfa.example").await;
        let guesses = (0..20).map(|_| {
            let app = test.app.clone();
            tokio::spawn(async move { identity::sign_in(&app, &origin(), "ada@alfa.example", "wrong").await.is_ok() })
        });
        for guess in guesses.collect::<Vec<_>>() {
            assert!(!guess.await.unwrap());
        }
        assert!(identity::sign_in(&test.app, &origin(), "ada@alfa.example", PASSWORD).await.is_err());
        assert_eq!(test.number("SELECT failed_count AS number FROM credential").await, 5, "no more were looked at");
    });
}
