//! The desk on both engines: the form with its four facts, decisions with money and keys, the second person, races, and
//! what a customer asks its partner (M30, M31, M39; I2, I5, I6, I8).

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod asks;
mod bounds;
mod calendar;
mod canned;
mod mentions;
mod personal;
mod races;
mod words;

use std::sync::Arc;

use jiff::SignedDuration;
use perpetua_app::cancellation::{self, Selection};
use perpetua_app::desk::{self, Answer, Ask, Credit, Decided, Limit, QueueFilter, Report};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::support::{self, ChangeRequest};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::desk::Award;
use perpetua_domain::id::{OrderLineId, RequestId, TenantId};
use perpetua_domain::money::Amount;
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice, RequestOutcome, RequestState};
use perpetua_i18n::Lang;
use perpetua_store::Id;
use perpetua_store::support::{NoteRow, insert_note};
use perpetua_test_support::{Goods, TestApp};

/// Ten units of 100 euro with 19 % tax, bought 61 days ago: only a person can give money back.
struct Desk {
    test: Arc<TestApp>,
    partner: TenantId,
    customer: TenantId,
    agent: Caller,
    support: Caller,
    second: Caller,
    line: OrderLineId,
    number: String,
}

impl Desk {
    async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let second = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let order = test.order(&agent, customer, &[(item, 10)]).await;
        let preview = cancellation::preview(&test.app, &agent, order.id, Selection::AllLeft).await.unwrap();
        let (line, number) = (preview.lines[0].id, order.number);
        test.clock.advance(SignedDuration::from_hours(61 * 24));
        Self { test, partner, customer, agent, support, second, line, number }
    }

    fn app(&self) -> &App {
        &self.test.app
    }

    fn form(&self) -> Report {
        Report {
            request_key: self.app().entropy.bytes(),
            kind: Some(ProblemType::Refund),
            impact: Some(Impact::Moderate),
            title: "Cancel Harbor Server".to_owned(),
            customer: self.customer.to_string(),
            order: self.number.clone(),
            line: Some(self.line),
            reason: Some(ReasonChoice::Mistake),
            reason_text: "Ordered twice".to_owned(),
            amount: "500.00".to_owned(),
            text: String::new(),
            contact_name: "Ada".to_owned(),
            contact_email: "ada@people.example".to_owned(),
            contact_phone: "+420 777 123 456".to_owned(),
            language: Lang::En,
            inform: "boss@people.example, team@people.example".to_owned(),
            files: None,
        }
    }

    async fn ask(&self) -> RequestId {
        desk::report(self.app(), &self.agent, self.form()).await.unwrap().id
    }

    async fn wrong(&self, form: Report) -> Vec<(String, &'static str)> {
        let problem = desk::report(self.app(), &self.agent, form).await.unwrap_err();
        assert_eq!(problem.code, "invalid_input");
        problem.fields.into_iter().map(|field| (field.field, field.code)).collect()
    }

    /// Puts so many notes of the partner's into a request, past the rule that bounds them.
    async fn fill(&self, request: RequestId, count: i64) {
        let note = |_| NoteRow {
            id: Id(self.app().entropy.uuid(self.app().clock.now()).into()),
            request_id: Id(request),
            author_id: Id(self.agent.person),
            author_name: "Ada".to_owned(),
            at: self.app().clock.now().into(),
            text: "Any news?".to_owned(),
        };
        let notes: Vec<NoteRow> = (0..count).map(note).collect();
        let stored = self.app().store.write(notes, |conn, notes| {
            notes.iter().try_for_each(|note| insert_note(conn, note)).map_err(Problem::from)
        });
        stored.await.unwrap();
    }

    async fn answer(&self, request: RequestId, reply: &str) -> Answer {
        let version = desk::show(self.app(), &self.support, request).await.unwrap().request.version;
        Answer { request, version, reply: reply.to_owned() }
    }

    async fn credit(&self, caller: &Caller, request: RequestId, minor: i64, units: u32) -> Result<Decided, Problem> {
        let awards = vec![Award { line: 0, amount: Amount::from_minor(minor).unwrap(), units }];
        let answer = self.answer(request, "As agreed").await;
        desk::credit(self.app(), caller, Credit { answer, awards }).await
    }

    /// Paid and not credited, the key's state and limit, and the account's balance.
    async fn money(&self, request: RequestId) -> (i64, Option<String>, i64) {
        let order = desk::show(self.app(), &self.support, request).await.unwrap().order.unwrap();
        (order.lines[0].left.minor(), order.lines[0].key_state.clone(), order.lines[0].limit)
    }
}

#[test]
fn a_refund_request_keeps_its_four_facts_as_data_and_is_stored_once() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let form = desk.form();
        let filed = desk::report(desk.app(), &desk.agent, form.clone()).await.unwrap();
        assert_eq!(filed.number, "R-000001");
        assert_eq!(desk::report(desk.app(), &desk.agent, form).await.unwrap(), filed, "the same form is one request");
        let found = desk::show(desk.app(), &desk.agent, filed.id).await.unwrap();
        let row = &found.request;
        assert_eq!((row.amount, row.currency.as_str(), row.customer_id.0), (Some(50_000), "EUR", desk.customer));
        assert_eq!((row.state.0, row.outcome, row.contact_phone.as_str()), (RequestState::Open, None, "+420777123456"));
        assert_eq!(found.case.inform, "boss@people.example\nteam@people.example");
        assert_eq!(found.case.line_id.map(|line| line.0), Some(desk.line));
        assert_eq!(found.order_number.as_deref(), Some(desk.number.as_str()));
        assert!(found.order.is_none(), "only those who decide see the purchase beside it");
        assert_eq!(desk.test.events("request.opened").await.len(), 1);
    });
}

#[test]
fn every_missing_or_foreign_fact_is_named_at_its_field_and_nothing_is_stored() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let named = |pairs: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
            pairs.iter().map(|(field, code)| ((*field).to_owned(), *code)).collect()
        };
        let (empty, missing) = (String::new(), "request_missing");
        let nothing = Report { customer: empty.clone(), order: empty.clone(), amount: empty.clone(), ..desk.form() };
        assert_eq!(desk.wrong(nothing).await, named(&[("customer", missing), ("order", missing), ("amount", missing)]));
        let rival = desk.test.partner("Beta").await;
        let stranger = desk.test.customer(rival, "Southlake").await;
        let of_stranger = Report { customer: stranger.to_string(), ..desk.form() };
        assert_eq!(desk.wrong(of_stranger).await, named(&[("customer", "unknown_customer")]));
        let order = Report { order: "2026-999999".to_owned(), ..desk.form() };
        assert_eq!(desk.wrong(order).await, named(&[("order", "unknown_order")]));
        let other = desk.test.customer(desk.partner, "Eastlake").await;
        let elsewhere = Report { customer: other.to_string(), ..desk.form() };
        assert_eq!(desk.wrong(elsewhere).await, named(&[("order", "order_of_another")]));
        for (amount, code) in [
            ("0", "not_an_amount"),
            ("-5", "not_an_amount"),
            ("5 USD", "not_an_amount"),
            ("1190.01", "amount_above_left"),
        ] {
            let form = Report { amount: amount.to_owned(), ..desk.form() };
            assert_eq!(desk.wrong(form).await, named(&[("amount", code)]), "{amount}");
        }
        let contact =
            Report { contact_email: "nobody".to_owned(), inform: "a b".to_owned(), kind: None, ..desk.form() };
        let wrong = desk.wrong(contact).await;
        for field in ["problem_type", "inform", "contact_email"] {
            assert!(wrong.iter().any(|(name, _)| name == field), "{field}: {wrong:?}");
        }
        let listed = desk::queue(desk.app(), &desk.support, QueueFilter::default(), None, 50).await.unwrap();
        assert!(listed.0.is_empty());
        let sales = desk.test.caller(desk.partner, &[Role::SalesAgent]).await;
        assert_eq!(desk::report(desk.app(), &sales, desk.form()).await.unwrap_err().code, "missing_role");
    });
}

#[test]
fn a_part_is_credited_with_its_tax_and_the_key_stays_until_units_go() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.ask().await;
        let proposal = desk::preview(desk.app(), &desk.support, request, None).await.unwrap();
        assert_eq!((proposal.total.minor(), proposal.tax.minor()), (50_000, 7_983), "what was asked for, with its tax");
        assert!(matches!(desk.credit(&desk.support, request, 23_800, 0).await.unwrap(), Decided::Credited(_)));
        let found = desk::show(desk.app(), &desk.agent, request).await.unwrap();
        let (note, lines) = found.credit_note.unwrap();
        assert_eq!((note.number.as_str(), note.net, note.tax, note.total), ("CN-000001", 20_000, 3_800, 23_800));
        assert_eq!((lines.len(), lines[0].line.quantity), (1, 0));
        assert_eq!(found.request.outcome.map(|outcome| outcome.0), Some(RequestOutcome::Credited));
        assert_eq!(found.case.reply, "As agreed");
        assert_eq!(desk.money(request).await, (95_200, Some("active".to_owned()), 20));
        let rest = desk.ask().await;
        desk.credit(&desk.support, rest, 47_600, 5).await.unwrap();
        assert_eq!(desk.money(rest).await, (47_600, Some("active".to_owned()), 10));
        let form = Report { amount: "476".to_owned(), ..desk.form() };
        let end = desk::report(desk.app(), &desk.agent, form).await.unwrap().id;
        assert_eq!(desk.credit(&desk.support, end, 47_601, 5).await.unwrap_err().fields[0].code, "amount_above_left");
        desk.credit(&desk.support, end, 47_600, 5).await.unwrap();
        assert_eq!(desk.money(end).await, (0, Some("revoked".to_owned()), 10));
        assert_eq!(desk.test.events("request.credited").await.len(), 3);
        assert_eq!(desk.test.events("order.cancelled").await.len(), 2, "only those that took units");
        let late = Report { amount: "1".to_owned(), ..desk.form() };
        assert_eq!(desk.wrong(late).await, [("amount".to_owned(), "nothing_left")]);
    });
}

#[test]
fn a_request_ends_once_and_whoever_comes_second_is_told() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.ask().await;
        let stale = desk.answer(request, "No").await;
        desk::assign(desk.app(), &desk.support, request, true).await.unwrap();
        let refused = desk::refuse(desk.app(), &desk.second, stale).await.unwrap_err();
        assert_eq!(refused.code, "changed_elsewhere");
        let unsaid = desk::refuse(desk.app(), &desk.second, desk.answer(request, " ").await).await.unwrap_err();
        assert_eq!(unsaid.fields[0].code, "reason_missing");
        // Two decide what they both saw: the notes of one exist, the other is told.
        let (first, second) = (desk.answer(request, "Out of time").await, desk.answer(request, "Too late").await);
        let (first, second) = futures::join!(
            desk::refuse(desk.app(), &desk.support, first),
            desk::refuse(desk.app(), &desk.second, second)
        );
        assert_eq!([&first, &second].iter().filter(|result| result.is_ok()).count(), 1);
        let told = first.err().or(second.err()).unwrap();
        assert!(matches!(told.code, "request_refused_already" | "changed_elsewhere"), "{}", told.code);
        let again = desk.credit(&desk.support, request, 1, 0).await.unwrap_err();
        assert_eq!(again.code, "request_refused_already");
        let withdrawn = desk.ask().await;
        let number = desk::show(desk.app(), &desk.agent, withdrawn).await.unwrap().request.number;
        let close = ChangeRequest { number, state: Some(RequestState::Closed), ..ChangeRequest::default() };
        let by_desk = support::change(desk.app(), &desk.support, close.clone()).await.unwrap_err();
        assert_eq!(by_desk.code, "request_needs_decision");
        let done = support::change(desk.app(), &desk.agent, close).await.unwrap();
        assert_eq!(done.outcome, Some(RequestOutcome::Withdrawn));
        assert_eq!(desk.credit(&desk.support, withdrawn, 1, 0).await.unwrap_err().code, "request_withdrawn_already");
        assert_eq!(desk.money(withdrawn).await.0, 119_000, "nothing was credited");
    });
}

#[test]
fn above_the_amount_another_person_agrees_before_anything_is_credited() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let denied = desk::set_second_person_above(desk.app(), &desk.support, Some(9_999)).await.unwrap_err();
        assert_eq!(denied.code, "missing_role");
        desk::set_second_person_above(desk.app(), &desk.second, Some(100)).await.unwrap();
        let request = desk.ask().await;
        assert_eq!(desk.credit(&desk.support, request, 10_001, 0).await.unwrap(), Decided::Proposed);
        assert_eq!(desk.money(request).await.0, 119_000);
        let alone = desk::approve(desk.app(), &desk.support, desk.answer(request, "").await).await.unwrap_err();
        assert_eq!(alone.code, "second_person_needed");
        let agreed = desk::approve(desk.app(), &desk.second, desk.answer(request, "").await).await.unwrap();
        assert!(matches!(agreed, Decided::Credited(_)));
        assert_eq!(desk.money(request).await.0, 108_999);
        let small = desk.ask().await;
        assert!(matches!(desk.credit(&desk.support, small, 10_000, 0).await.unwrap(), Decided::Credited(_)));
        let taken = desk.ask().await;
        desk.credit(&desk.support, taken, 20_000, 0).await.unwrap();
        desk::decline(desk.app(), &desk.second, desk.answer(taken, "").await).await.unwrap();
        let gone = desk::approve(desk.app(), &desk.second, desk.answer(taken, "").await).await.unwrap_err();
        assert_eq!(gone.code, "nothing_proposed");
    });
}

#[test]
fn the_queue_finds_filters_and_marks_what_is_late() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let refund = desk.ask().await;
        desk.test.clock.advance(SignedDuration::from_secs(1));
        let other = Report { kind: Some(ProblemType::Media), impact: Some(Impact::Critical), ..desk.form() };
        desk::report(desk.app(), &desk.agent, other).await.unwrap();
        desk::assign(desk.app(), &desk.support, refund, true).await.unwrap();
        let numbers = async |filter: QueueFilter| {
            let found = desk::queue(desk.app(), &desk.support, filter, None, 50).await.unwrap().0;
            found.into_iter().map(|(row, ..)| row.number).collect::<Vec<_>>()
        };
        let all = QueueFilter::default;
        assert_eq!(numbers(all()).await, ["R-000001", "R-000002"]);
        assert_eq!(numbers(QueueFilter { kind: Some(ProblemType::Media), ..all() }).await, ["R-000002"]);
        assert_eq!(numbers(QueueFilter { impact: Some(Impact::Moderate), ..all() }).await, ["R-000001"]);
        assert_eq!(numbers(QueueFilter { assignee: Some(desk.support.person), ..all() }).await, ["R-000001"]);
        assert_eq!(numbers(QueueFilter { words: "r-000002".to_owned(), ..all() }).await, ["R-000002"]);
        for words in ["Northlake", "NORTHLAKE", " north  alf", "harbor", "r-0000"] {
            assert_eq!(numbers(QueueFilter { words: words.to_owned(), ..all() }).await.len(), 2, "{words}");
        }
        for words in ["lake", "northlake beta", "r-1", &"north".repeat(10_000)] {
            assert!(numbers(QueueFilter { words: words.to_owned(), ..all() }).await.is_empty(), "{words:.40}");
        }
        desk.test.clock.advance(SignedDuration::from_hours(7 * 24));
        let now = desk.app().clock.now();
        assert_eq!(numbers(QueueFilter { overdue_at: Some(now.into()), ..all() }).await.len(), 2);
        assert!(desk::show(desk.app(), &desk.support, refund).await.unwrap().is_overdue);
        let number = "R-000001".to_owned();
        let note = ChangeRequest { number, note: Some("We look into it.".to_owned()), ..ChangeRequest::default() };
        support::change(desk.app(), &desk.support, note).await.unwrap();
        assert_eq!(numbers(QueueFilter { overdue_at: Some(now.into()), ..all() }).await, ["R-000002"]);
        assert_eq!(desk::queue(desk.app(), &desk.agent, all(), None, 50).await.unwrap_err().code, "not_found");
    });
}

#[test]
fn a_limit_is_raised_and_a_wish_for_kms_gets_the_standing_answer() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let form = Report { kind: Some(ProblemType::ActivationLimit), amount: String::new(), ..desk.form() };
        let request = desk::report(desk.app(), &desk.agent, form).await.unwrap().id;
        let limit = async |to| {
            let version = desk.answer(request, "").await.version;
            Limit { request, version, line: 0, to, says: "Raised".to_owned() }
        };
        let low = desk::raise_limit(desk.app(), &desk.support, limit(20).await).await.unwrap_err();
        assert_eq!(low.fields[0].code, "limit_not_higher");
        desk::raise_limit(desk.app(), &desk.support, limit(25).await).await.unwrap();
        assert_eq!(desk.money(request).await.2, 25);
        assert_eq!(desk::show(desk.app(), &desk.agent, request).await.unwrap().notes[0].text, "Raised");
        let wish = Report {
            kind: Some(ProblemType::Other),
            text: "We need a KMS key.".to_owned(),
            amount: String::new(),
            language: Lang::Cs,
            ..desk.form()
        };
        let wish = desk::report(desk.app(), &desk.agent, wish).await.unwrap().id;
        let found = desk::show(desk.app(), &desk.agent, wish).await.unwrap();
        assert_eq!(found.request.state.0, RequestState::AttentionNeeded);
        assert!(
            found.notes[0].text.contains("KMS") && found.notes[0].text.contains("neprodávají"),
            "{:?}",
            found.notes
        );
    });
}

#[test]
fn a_customer_asks_its_partner_and_sees_no_money_and_nothing_of_others() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let admin = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let form = || Ask {
            request_key: desk.app().entropy.bytes(),
            line: desk.line,
            reason: None,
            reason_text: "We moved".to_owned(),
            title: "Cancel Harbor Server".to_owned(),
            language: Lang::En,
        };
        let asked = desk::ask(desk.app(), &admin, form()).await.unwrap();
        assert_eq!(desk::ask(desk.app(), &admin, form()).await.unwrap_err().code, "asked_already");
        let filed = desk.ask().await;
        assert_eq!(desk::show(desk.app(), &admin, filed).await.unwrap_err().code, "not_found", "what its partner asks");
        assert_eq!(desk::asked(desk.app(), &admin).await.unwrap().len(), 1);
        let queue = desk::queue(desk.app(), &desk.support, QueueFilter::default(), None, 50).await.unwrap().0;
        assert_eq!(queue.len(), 1, "the partner answers its customer, not the operator");
        let seen = desk::show(desk.app(), &desk.agent, asked).await.unwrap();
        assert!(seen.answers && seen.may_decide && seen.is_ask);
        // A credit for all of the purchase ends what the customer asked.
        desk.credit(&desk.support, filed, 119_000, 10).await.unwrap();
        let ended = desk::show(desk.app(), &admin, asked).await.unwrap();
        assert_eq!(ended.request.outcome.map(|outcome| outcome.0), Some(RequestOutcome::Credited));
        assert!(ended.credit_note.is_none() && ended.request.amount.is_none() && !ended.shows_amounts);
        let reader = desk.test.caller(desk.customer, &[Role::KeyViewer]).await;
        assert_eq!(desk::asked(desk.app(), &reader).await.unwrap_err().code, "missing_role");
        assert_eq!(desk::ask(desk.app(), &admin, form()).await.unwrap_err().code, "already_cancelled");
    });
}

#[test]
fn a_partner_refuses_its_customer_with_a_reason_and_nobody_else_does() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let admin = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let form = Ask {
            request_key: desk.app().entropy.bytes(),
            line: desk.line,
            reason: Some(ReasonChoice::Technical),
            reason_text: String::new(),
            title: "Cancel".to_owned(),
            language: Lang::En,
        };
        let request = desk::ask(desk.app(), &admin, form).await.unwrap();
        let answer = |reply: &str| Answer { request, version: 1, reply: reply.to_owned() };
        let rival = desk.test.partner("Beta").await;
        let rival = desk.test.caller(rival, &[Role::AdminAgent]).await;
        assert_eq!(desk::refuse_ask(desk.app(), &rival, answer("No")).await.unwrap_err().code, "not_found");
        assert_eq!(desk::refuse(desk.app(), &desk.support, answer("No")).await.unwrap_err().code, "not_found");
        desk::refuse_ask(desk.app(), &desk.agent, answer("The term has begun")).await.unwrap();
        let seen = desk::show(desk.app(), &admin, request).await.unwrap();
        assert_eq!(seen.case.reply, "The term has begun");
        assert_eq!(seen.request.outcome.map(|outcome| outcome.0), Some(RequestOutcome::Refused));
    });
}
