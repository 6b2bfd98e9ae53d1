//! Many who end a request at the same moment, and what programs hear of the end.

use perpetua_app::webhooks::{self, Registration};
use perpetua_store::outbox::OutboxRow;
use serde_json::Value;

use super::*;

/// Ends a request in one of three ways.
async fn end(desk: &Desk, request: RequestId, number: String, turn: usize) -> Result<(), &'static str> {
    let outcome = match turn % 3 {
        0 => desk.credit(&desk.support, request, 100, 0).await.map(drop),
        1 => desk::refuse(desk.app(), &desk.second, desk.answer(request, "Too late").await).await.map(drop),
        _ => {
            let close = ChangeRequest { number, state: Some(RequestState::Closed), ..ChangeRequest::default() };
            support::change(desk.app(), &desk.agent, close).await.map(drop)
        }
    };
    outcome.map_err(|problem| problem.code)
}

#[test]
fn of_credit_refusal_and_withdrawal_at_once_exactly_one_ends_the_request() {
    TestApp::each(async |test| {
        let desk = Arc::new(Desk::open(test).await);
        let mut money = 119_000;
        for round in 0..4 {
            let request = desk.ask().await;
            let number = desk::show(desk.app(), &desk.agent, request).await.unwrap().request.number;
            let tries: Vec<_> = (0..9)
                .map(|turn| {
                    let (desk, number) = (desk.clone(), number.clone());
                    tokio::spawn(async move { end(&desk, request, number, turn + round).await })
                })
                .collect();
            let mut won = Vec::new();
            for (turn, one) in tries.into_iter().enumerate() {
                match one.await.unwrap() {
                    Ok(()) => won.push((turn + round) % 3),
                    Err(code) => assert!(code.ends_with("_already") || code == "changed_elsewhere", "{code}"),
                }
            }
            // Who withdraws what is withdrawn is told that it is: that is no other end.
            won.sort_unstable();
            assert!(matches!(won[..], [0..=2] | [2, 2] | [2, 2, 2]), "round {round}: {won:?}");
            let found = desk::show(desk.app(), &desk.agent, request).await.unwrap();
            let is_credited = found.request.outcome.unwrap().0 == RequestOutcome::Credited;
            assert_eq!(found.credit_note.is_some(), is_credited);
            money -= if is_credited { 100 } else { 0 };
            assert_eq!(desk.money(request).await.0, money, "credited once or not at all");
            let closed = desk.test.events("request.closed").await;
            let of_this = closed.iter().filter(|payload| payload.contains(&format!("\"{number}\""))).count();
            assert_eq!(of_this, 1, "programs hear of one end");
        }
    });
}

impl Desk {
    fn outgoing(&self, payload: String) -> OutboxRow {
        let at = self.app().clock.now().into();
        OutboxRow {
            id: Id(self.app().entropy.uuid(self.app().clock.now()).into()),
            kind: "request.closed".to_owned(),
            payload,
            created_at: at,
            due_at: at,
            attempts: 0,
            lease_by: None,
            lease_until: None,
            done_at: None,
            dead_at: None,
            last_error: String::new(),
        }
    }

    /// The names under which programs hear of every end so far, in their order.
    async fn heard(&self) -> Vec<String> {
        let mut names = Vec::new();
        for payload in self.test.events("request.closed").await {
            let message = webhooks::message(self.app(), &self.outgoing(payload)).await.unwrap().unwrap();
            let body: Value = serde_json::from_str(&message.body).unwrap();
            names.push(body["EventName"].as_str().unwrap().to_owned());
        }
        names.sort();
        names
    }
}

#[test]
fn programs_hear_how_a_refund_ended_by_its_own_name_when_they_asked_for_it() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let item = desk.test.sell(Goods { product: "TIDESERVER01", title: "Tide Server", ..Goods::default() }).await;
        let order = desk.test.order(&desk.agent, desk.customer, &[(item, 1)]).await;
        let key = desk.app().entropy.bytes();
        let pick = perpetua_domain::cancellation::Pick { line: 0, quantity: 1 };
        cancellation::cancel_lines(desk.app(), &desk.agent, key, order.id, vec![pick]).await.unwrap();
        for turn in 0..3 {
            let request = desk.ask().await;
            let number = desk::show(desk.app(), &desk.agent, request).await.unwrap().request.number;
            end(&desk, request, number, turn).await.unwrap();
        }
        let register = async |events: &[&str]| {
            let events = events.iter().map(|name| (*name).to_owned()).collect();
            let url = "https://partner.example/hook".to_owned();
            let registration = Registration { url, events, in_own_header: false };
            webhooks::put(desk.app(), &desk.agent, registration).await.unwrap();
        };
        register(&["service-request-updated"]).await;
        assert_eq!(desk.heard().await, ["service-request-updated"; 4]);
        register(&[
            "service-request-updated",
            "order-cancelled-with-credit",
            "refund-request-credited",
            "refund-request-refused",
            "refund-request-withdrawn",
        ])
        .await;
        let own = [
            "order-cancelled-with-credit",
            "refund-request-credited",
            "refund-request-refused",
            "refund-request-withdrawn",
        ];
        assert_eq!(desk.heard().await, own);
    });
}
