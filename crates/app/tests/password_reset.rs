//! New passwords without the old one, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use jiff::SignedDuration;
use perpetua_app::people::{self, Accept, Invite};
use perpetua_app::{Caller, Problem, identity};
use perpetua_domain::access::Role::{AdminAgent, OperatorAdmin, SalesAgent, UserAdmin};
use perpetua_domain::id::{PersonId, TenantId};
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

const PASSWORD: &str = "correct horse battery staple";
const NEW_PASSWORD: &str = "another horse battery staple";
const EMAIL: &str = "nora@alfa.example";

fn code<T>(result: Result<T, Problem>) -> &'static str {
    result.err().map_or("done", |problem| problem.code)
}

/// Nora, a sales agent with a password of her own.
async fn given_nora(test: &TestApp, admin: &Caller, tenant: TenantId) -> PersonId {
    let invite = Invite { tenant, email: EMAIL.to_owned(), roles: vec![SalesAgent] };
    let link = people::invite(&test.app, admin, invite).await.unwrap();
    let accept = Accept::New { name: "Nora".to_owned(), password: PASSWORD.to_owned(), lang: Lang::En };
    people::accept_invitation(&test.app, &admin.origin, &link.token, accept).await.unwrap();
    let people = people::list(&test.app, admin, tenant).await.unwrap();
    people.members.iter().find(|member| member.email == EMAIL).unwrap().person
}

/// The ids of the resets that the outbox was told of.
async fn announced(test: &TestApp) -> Vec<String> {
    let payloads = test.events("password.reset_requested").await;
    let id = |payload: &String| {
        let facts: serde_json::Value = serde_json::from_str(payload).unwrap();
        assert_eq!(facts.as_object().unwrap().len(), 1, "an id and no secret: {payload}");
        facts["reset"].as_str().unwrap().to_owned()
    };
    payloads.iter().map(id).collect()
}

#[test]
fn asking_answers_alike_for_everybody_and_tells_the_outbox_only_an_id() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        given_nora(&test, &admin, partner).await;
        for email in ["nobody@alfa.example", "no address", EMAIL, EMAIL, EMAIL, EMAIL] {
            people::request_reset(&test.app, &admin.origin, email).await.unwrap();
        }
        let announced = announced(&test).await;
        assert_eq!(announced.len(), 3, "no more than three in an hour");
        let token = people::arm_reset(&test.app, announced[2].parse().unwrap()).await.unwrap().unwrap();
        people::reset_password(&test.app, &admin.origin, &token, NEW_PASSWORD).await.unwrap();
        assert!(people::arm_reset(&test.app, announced[0].parse().unwrap()).await.unwrap().is_none());
    });
}

#[test]
fn a_new_password_ends_all_sessions_and_the_address_works_once() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let nora = given_nora(&test, &admin, partner).await;
        let session = identity::sign_in(&test.app, &admin.origin, EMAIL, PASSWORD).await.unwrap();
        let link = people::hand_out_reset(&test.app, &admin, partner, nora).await.unwrap();
        let set =
            async |password: &str| code(people::reset_password(&test.app, &admin.origin, &link.token, password).await);
        assert_eq!(set("short").await, "invalid_input");
        assert!(identity::resume(&test.app, &session.token).await.unwrap().is_some());
        assert_eq!(set(NEW_PASSWORD).await, "done");
        assert!(identity::resume(&test.app, &session.token).await.unwrap().is_none());
        assert_eq!(set(PASSWORD).await, "reset_over");
        assert_eq!(code(people::reset_is_open(&test.app, &link.token).await), "reset_over");
        assert_eq!(code(identity::sign_in(&test.app, &admin.origin, EMAIL, PASSWORD).await), "sign_in_failed");
        assert_eq!(code(identity::sign_in(&test.app, &admin.origin, EMAIL, NEW_PASSWORD).await), "done");
    });
}

#[test]
fn an_address_runs_out_after_a_day_and_a_later_one_replaces_it() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let nora = given_nora(&test, &admin, partner).await;
        let first = people::hand_out_reset(&test.app, &admin, partner, nora).await.unwrap();
        let second = people::hand_out_reset(&test.app, &admin, partner, nora).await.unwrap();
        assert_eq!(code(people::reset_is_open(&test.app, &first.token).await), "reset_over");
        assert_eq!(code(people::reset_is_open(&test.app, &second.token).await), "done");
        test.real_clock.advance(SignedDuration::from_hours(24));
        assert_eq!(code(people::reset_is_open(&test.app, &second.token).await), "reset_over");
    });
}

#[test]
fn a_reset_is_no_way_to_roles_that_one_may_not_give() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let other = test.partner("Beta").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let user_admin = test.caller(partner, &[UserAdmin]).await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let operator = test.caller(test.operator, &[OperatorAdmin]).await;
        let nora = given_nora(&test, &admin, partner).await;
        let reset = async |by: &Caller, who| code(people::hand_out_reset(&test.app, by, partner, who).await);
        assert_eq!(reset(&user_admin, admin.person).await, "missing_role");
        assert_eq!(reset(&sales, nora).await, "missing_role");
        assert_eq!(reset(&user_admin, nora).await, "done");
        let beta = test.caller(other, &[AdminAgent]).await;
        let invite = Invite { tenant: other, email: EMAIL.to_owned(), roles: vec![AdminAgent] };
        let link = people::invite(&test.app, &beta, invite).await.unwrap();
        people::accept_invitation(&test.app, &beta.origin, &link.token, Accept::Known(nora)).await.unwrap();
        assert_eq!(reset(&admin, nora).await, "belongs_elsewhere");
        assert_eq!(reset(&operator, nora).await, "tenant_runs_itself", "it would be a way to the tenant's keys");
    });
}
