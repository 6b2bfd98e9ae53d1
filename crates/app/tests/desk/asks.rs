//! What a customer asks its partner: once, between those two, and with a record that the customer finds.

use perpetua_app::desk::{self, Ask};
use perpetua_app::support::{self, ChangeRequest};
use perpetua_domain::access::Role;
use perpetua_domain::request::{ReasonChoice, RequestState};

use super::*;

impl Desk {
    fn wish(&self) -> Ask {
        Ask {
            request_key: self.app().entropy.bytes(),
            line: self.line,
            reason: Some(ReasonChoice::Technical),
            reason_text: String::new(),
            title: "Cancel Harbor Server".to_owned(),
            language: Lang::En,
        }
    }

    async fn records(&self, condition: &str) -> i64 {
        let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM audit_record WHERE {condition}");
        self.test.number(&sql).await
    }
}

#[test]
fn two_who_ask_at_the_same_moment_make_one_request() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let admin = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let other = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        for _ in 0..4 {
            let asked = futures::join!(
                desk::ask(desk.app(), &admin, desk.wish()),
                desk::ask(desk.app(), &other, desk.wish()),
                desk::ask(desk.app(), &admin, desk.wish()),
                desk::ask(desk.app(), &other, desk.wish()),
            );
            let asked = [asked.0, asked.1, asked.2, asked.3];
            let made: Vec<_> = asked.iter().filter_map(|result| result.as_ref().ok().copied()).collect();
            assert_eq!(made.len(), 1, "{asked:?}");
            for refused in asked.iter().filter_map(|result| result.as_ref().err()) {
                assert_eq!(refused.code, "asked_already");
            }
            let answer = Answer { request: made[0], version: 1, reply: "No".to_owned() };
            desk::refuse_ask(desk.app(), &desk.agent, answer).await.unwrap();
        }
    });
}

#[test]
fn the_operator_reads_what_a_customer_asked_its_partner_and_changes_nothing_of_it() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let admin = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let asked = desk::ask(desk.app(), &admin, desk.wish()).await.unwrap();
        let seen = desk::show(desk.app(), &desk.support, asked).await.unwrap();
        assert!(!seen.may_write && !seen.may_decide && !seen.answers);
        let number = seen.request.number;
        let note = ChangeRequest { note: Some("From the side".to_owned()), ..of(&number) };
        let close = ChangeRequest { state: Some(RequestState::Closed), ..of(&number) };
        for change in [note, close.clone()] {
            let refused = support::change(desk.app(), &desk.support, change).await.unwrap_err();
            assert_eq!(refused.code, "not_found");
        }
        let withdrawn = support::change(desk.app(), &admin, close).await.unwrap();
        assert_eq!(withdrawn.outcome, Some(RequestOutcome::Withdrawn), "by the one who asked");
    });
}

fn of(number: &str) -> ChangeRequest {
    ChangeRequest { number: number.to_owned(), ..ChangeRequest::default() }
}

#[test]
fn the_end_of_what_a_customer_asked_is_recorded_for_it_and_told_to_programs() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let admin = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let asked = desk::ask(desk.app(), &admin, desk.wish()).await.unwrap();
        let filed = desk.ask().await;
        desk.credit(&desk.support, filed, 119_000, 10).await.unwrap();
        let number = desk::show(desk.app(), &admin, asked).await.unwrap().request.number;
        let closed = desk.test.events("request.closed").await;
        assert!(closed.iter().any(|payload| payload.contains(&number)), "{closed:?}");
        assert_eq!(desk.records("kind = 'request.credited' AND customer_id IS NOT NULL").await, 1);
        let other = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        assert_eq!(desk::ask(desk.app(), &other, desk.wish()).await.unwrap_err().code, "already_cancelled");
    });
}

#[test]
fn refused_attempts_at_a_request_are_recorded_for_the_side_that_made_them() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let admin = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let asked = desk::ask(desk.app(), &admin, desk.wish()).await.unwrap();
        let refund = desk.ask().await;
        let answer = |request| Answer { request, version: 1, reply: "No".to_owned() };
        let auditor = desk.test.caller(desk.test.operator, &[Role::OperatorAuditor]).await;
        let helper = desk.test.caller(desk.partner, &[Role::HelpdeskAgent]).await;
        let limit = Limit { request: refund, version: 1, line: 0, to: 100, says: String::new() };
        let refused = [
            desk::decline(desk.app(), &desk.support, answer(refund)).await,
            desk::refuse_ask(desk.app(), &helper, answer(asked)).await,
            desk::assign(desk.app(), &auditor, refund, true).await,
            desk::raise_limit(desk.app(), &auditor, limit).await,
        ];
        let codes = refused.map(|result| result.unwrap_err().code);
        assert_eq!(codes, ["nothing_proposed", "missing_role", "missing_role", "missing_role"]);
        assert_eq!(desk.records("kind = 'request.decide_refused'").await, 4);
        assert_eq!(desk.records("kind = 'request.decide_refused' AND partner_id IS NOT NULL").await, 1);
        let denied = desk::set_second_person_above(desk.app(), &desk.support, None).await.unwrap_err();
        assert_eq!(denied.code, "missing_role");
        assert_eq!(desk.records("kind = 'desk.settings_refused'").await, 1);
    });
}
