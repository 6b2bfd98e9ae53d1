//! Service requests on both engines: opened once, talked about, closed, opened again.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::sync::Arc;

use jiff::SignedDuration;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::support::{self, ChangeRequest, ListRequests, OpenRequest, RequestView};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_domain::request::{Impact, ProblemType, RequestOutcome, RequestState};
use perpetua_license::key::ProductKey;
use perpetua_test_support::TestApp;

struct Desk {
    test: Arc<TestApp>,
    partner: TenantId,
    customer: TenantId,
    agent: Caller,
    operator: Caller,
}

impl Desk {
    async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let operator = test.caller(test.operator, &[Role::OperatorSupport]).await;
        Self { test, partner, customer, agent, operator }
    }

    fn app(&self) -> &App {
        &self.test.app
    }

    fn command(&self) -> OpenRequest {
        OpenRequest {
            request_key: self.app().entropy.bytes(),
            customer: Some(self.customer),
            kind: ProblemType::KeyNotWorking,
            impact: Impact::Moderate,
            title: "Key rejected".to_owned(),
            description: "It says no.".to_owned(),
            order: None,
            product_id: "HARBORSERVER".to_owned(),
            country: "DE".to_owned(),
            contact_name: String::new(),
            contact_email: String::new(),
            contact_phone: String::new(),
        }
    }

    async fn ask(&self) -> RequestView {
        support::open(self.app(), &self.agent, self.command()).await.unwrap()
    }

    async fn change(&self, caller: &Caller, change: ChangeRequest) -> Result<RequestView, Problem> {
        support::change(self.app(), caller, change).await
    }
}

fn of(request: &RequestView) -> ChangeRequest {
    ChangeRequest { number: request.number.clone(), ..ChangeRequest::default() }
}

fn to(request: &RequestView, state: RequestState) -> ChangeRequest {
    ChangeRequest { state: Some(state), ..of(request) }
}

fn all(customer: Option<TenantId>) -> ListRequests {
    ListRequests { customer, state: None, offset: 0, limit: 100 }
}

#[test]
fn a_request_is_opened_once_and_found_again() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let command = desk.command();
        let first = support::open(desk.app(), &desk.agent, command.clone()).await.unwrap();
        assert_eq!(support::open(desk.app(), &desk.agent, command).await.unwrap(), first);
        assert_eq!((first.number.as_str(), first.wire_number.as_str()), ("R-000001", "600000000000001"));
        assert_eq!(
            (first.state, first.kind, first.organisation),
            (RequestState::Open, ProblemType::KeyNotWorking, desk.customer)
        );
        assert_eq!((first.contact_email.clone(), first.country.as_str()), (desk.agent.email.clone(), "DE"));
        let own = OpenRequest { customer: None, ..desk.command() };
        let own = support::open(desk.app(), &desk.agent, own).await.unwrap();
        assert_eq!(own.organisation, desk.partner);
        let listed = support::list(desk.app(), &desk.agent, all(None)).await.unwrap();
        assert_eq!(listed.total, 2);
        let listed = support::list(desk.app(), &desk.agent, all(Some(desk.customer))).await.unwrap();
        assert_eq!((listed.rows, listed.total), (vec![first.clone()], 1));
        let found = support::get(desk.app(), &desk.agent, Some(desk.customer), &first.number).await.unwrap();
        assert_eq!(found, first);
        assert_eq!(desk.test.events("request.opened").await.len(), 2);
    });
}

#[test]
fn a_conversation_waits_ends_and_goes_on() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let asked = desk.ask().await;
        let question =
            ChangeRequest { note: Some("Which version?".to_owned()), ..to(&asked, RequestState::AttentionNeeded) };
        let waiting = desk.change(&desk.operator, question).await.unwrap();
        assert_eq!((waiting.state, waiting.notes.len(), waiting.version), (RequestState::AttentionNeeded, 1, 2));
        let answer = ChangeRequest { note: Some("2025".to_owned()), ..of(&asked) };
        let open = desk.change(&desk.agent, answer).await.unwrap();
        assert_eq!((open.state, open.notes.len()), (RequestState::Open, 2));
        let closed = desk.change(&desk.agent, to(&asked, RequestState::Closed)).await.unwrap();
        assert_eq!(
            (closed.state, closed.outcome, closed.closed_at),
            (RequestState::Closed, None, Some(desk.app().clock.now()))
        );
        let late = ChangeRequest { note: Some("One more".to_owned()), ..of(&asked) };
        assert_eq!(desk.change(&desk.agent, late).await.unwrap_err().code, "request_closed");
        desk.test.clock.advance(SignedDuration::from_hours(13 * 24));
        assert_eq!(desk.change(&desk.agent, to(&asked, RequestState::Open)).await.unwrap().closed_at, None);
        desk.change(&desk.agent, to(&asked, RequestState::Closed)).await.unwrap();
        desk.test.clock.advance(SignedDuration::from_hours(14 * 24));
        assert_eq!(desk.change(&desk.agent, to(&asked, RequestState::Open)).await.unwrap_err().code, "reopen_too_late");
        let refund = OpenRequest { kind: ProblemType::Refund, ..desk.command() };
        let refund = support::open(desk.app(), &desk.agent, refund).await.unwrap();
        let withdrawn = desk.change(&desk.agent, to(&refund, RequestState::Closed)).await.unwrap();
        assert_eq!(withdrawn.outcome, Some(RequestOutcome::Withdrawn));
        assert_eq!(
            desk.change(&desk.agent, to(&refund, RequestState::Open)).await.unwrap_err().code,
            "request_settled"
        );
    });
}

#[test]
fn a_key_in_a_text_is_never_stored() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let secrets = desk.app().vault.check_secrets();
        let (version, secret) = secrets.newest().unwrap();
        let key = ProductKey::mint([7; 16], version, secret).expose_grouped().to_string();
        let command = OpenRequest { description: format!("{key} is refused"), ..desk.command() };
        let asked = support::open(desk.app(), &desk.agent, command).await.unwrap();
        assert_eq!(asked.description, "•••• is refused");
        let note = ChangeRequest { note: Some(format!("Again: {key}.")), title: Some(key), ..of(&asked) };
        let noted = desk.change(&desk.agent, note).await.unwrap();
        assert_eq!((noted.notes[0].text.as_str(), noted.title.as_str()), ("Again: ••••.", "••••"));
    });
}

#[test]
fn wrong_fields_and_other_peoples_requests_are_refused() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let asked = desk.ask().await;
        let empty = OpenRequest { title: " ".to_owned(), description: String::new(), ..desk.command() };
        let problem = support::open(desk.app(), &desk.agent, empty).await.unwrap_err();
        assert_eq!((problem.code, problem.fields.len()), ("invalid_input", 2));
        let other = desk.test.partner("Beta").await;
        let foreign = desk.test.caller(other, &[Role::AdminAgent]).await;
        let sales = desk.test.caller(desk.partner, &[Role::SalesAgent]).await;
        let helper = desk.test.caller(desk.partner, &[Role::HelpdeskAgent]).await;
        for (caller, expected) in [(&foreign, "not_found"), (&sales, "missing_role"), (&helper, "allowed")] {
            let code = |outcome: Result<RequestView, Problem>| outcome.err().map_or("allowed", |problem| problem.code);
            assert_eq!(code(support::get(desk.app(), caller, None, &asked.number).await), expected);
            let retitle = ChangeRequest { title: Some("Mine".to_owned()), ..of(&asked) };
            assert_eq!(code(desk.change(caller, retitle).await), expected);
            assert_eq!(code(support::open(desk.app(), caller, desk.command()).await), expected);
        }
        let stale = ChangeRequest { expected_version: Some(9), ..to(&asked, RequestState::Closed) };
        assert_eq!(desk.change(&desk.agent, stale).await.unwrap_err().code, "changed_elsewhere");
        let elsewhere = desk.test.customer(desk.partner, "Southlake").await;
        let problem = support::get(desk.app(), &desk.agent, Some(elsewhere), &asked.number).await.unwrap_err();
        assert_eq!(problem.code, "not_found");
    });
}

#[test]
fn of_changes_to_one_version_exactly_one_wins() {
    TestApp::each(async |test| {
        let desk = Arc::new(Desk::open(test).await);
        let asked = desk.ask().await;
        let tries: Vec<_> = (0..12)
            .map(|number| {
                let (desk, asked) = (desk.clone(), asked.clone());
                tokio::spawn(async move {
                    let title = Some(format!("Title {number}"));
                    let change = ChangeRequest { expected_version: Some(1), title, ..of(&asked) };
                    desk.change(&desk.agent, change).await.map_err(|problem| problem.code)
                })
            })
            .collect();
        let mut won = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(_) => won += 1,
                Err(code) => assert_eq!(code, "changed_elsewhere"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(desk.test.events("request.changed").await.len(), 1);
    });
}
