//! The desk's mails: to whoever asked and whom they named, in the language of the answer, and to those who answer.

use jiff::SignedDuration;
use perpetua_app::Caller;
use perpetua_app::desk::{self, Answer, Ask, Report};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::support::{self, ChangeRequest};
use perpetua_domain::access::Role;
use perpetua_domain::id::RequestId;
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice, RequestState};
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

use crate::post::{Post, Read};

const CONTACT: &str = "ada@people.example";
const INFORMED: &str = "boss@people.example";

struct Desk {
    post: Post,
    support: Caller,
    order: String,
    customer: String,
}

impl Desk {
    async fn open(test: std::sync::Arc<TestApp>) -> Self {
        let post = Post::open(test).await;
        let support = post.test.caller(post.test.operator, &[Role::OperatorSupport]).await;
        let order = post.order(10).await.number;
        post.test.clock.advance(SignedDuration::from_hours(61 * 24));
        post.deliver().await;
        let customer = post.customer.to_string();
        Self { post, support, order, customer }
    }

    async fn report(&self) -> RequestId {
        let form = Report {
            request_key: self.post.app().entropy.bytes(),
            kind: Some(ProblemType::Refund),
            impact: Some(Impact::Moderate),
            title: "Zrušit Harbor Server".to_owned(),
            customer: self.customer.clone(),
            order: self.order.clone(),
            line: None,
            reason: Some(ReasonChoice::Mistake),
            reason_text: "Objednáno dvakrát".to_owned(),
            amount: "500".to_owned(),
            text: String::new(),
            contact_name: "Ada".to_owned(),
            contact_email: CONTACT.to_owned(),
            contact_phone: "+420 777 123 456".to_owned(),
            language: Lang::Cs,
            inform: INFORMED.to_owned(),
            files: None,
        };
        desk::report(self.post.app(), &self.post.agent, form).await.unwrap().id
    }

    /// What came since `before` mails.
    async fn since(&self, before: usize) -> Vec<Read> {
        self.post.deliver().await;
        self.post.mails().split_off(before)
    }

    async fn number(&self, request: RequestId) -> (String, i64) {
        let row = desk::show(self.post.app(), &self.support, request).await.unwrap().request;
        (row.number, row.version)
    }

    async fn change(&self, caller: &Caller, request: RequestId, note: Option<&str>, state: Option<RequestState>) {
        let number = self.number(request).await.0;
        let change = ChangeRequest { number, note: note.map(str::to_owned), state, ..ChangeRequest::default() };
        support::change(self.post.app(), caller, change).await.unwrap();
    }
}

fn to(mails: &[Read]) -> Vec<String> {
    let mut all: Vec<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    all.sort_unstable();
    all
}

#[test]
fn every_step_of_a_request_is_told_to_who_asked_and_the_decision_with_its_reason() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let start = desk.post.mails().len();
        let request = desk.report().await;
        let mails = desk.since(start).await;
        assert_eq!(to(&mails), [CONTACT, INFORMED, desk.support.email.as_str()]);
        let receipt = mails.iter().find(|mail| mail.to == [CONTACT]).unwrap();
        assert_eq!(receipt.subject, "Žádost R-000001 jsme přijali");
        assert!(receipt.text.contains("Dobrý den, Ada,") && receipt.text.contains("První odpověď do"));
        let stored = desk.post.test.lines("SELECT payload AS line FROM outbox").await.join("\n");
        assert!(!stored.contains('@'), "the outbox holds no address: {stored}");

        let before = desk.post.mails().len();
        desk::assign(desk.post.app(), &desk.support, request, true).await.unwrap();
        desk.change(&desk.support, request, Some("Which machines?"), Some(RequestState::AttentionNeeded)).await;
        let mails = desk.since(before).await;
        assert_eq!(to(&mails), [CONTACT, INFORMED], "who wrote it is not told");
        assert_eq!(mails[0].subject, "Žádost R-000001 čeká na vaši odpověď");
        assert!(mails[0].text.contains("Which machines?"), "{}", mails[0].text);

        let before = desk.post.mails().len();
        desk.change(&desk.post.agent, request, Some("All of them."), None).await;
        let mails = desk.since(before).await;
        assert_eq!(to(&mails), [CONTACT, INFORMED, desk.support.email.as_str()], "and who works on it");

        let before = desk.post.mails().len();
        let version = desk.number(request).await.1;
        let answer = Answer { request, version, reply: "The window closed in May.".to_owned() };
        desk::refuse(desk.post.app(), &desk.support, answer).await.unwrap();
        let mails = desk.since(before).await;
        assert_eq!(to(&mails), [CONTACT, INFORMED]);
        assert_eq!(mails[0].subject, "Žádost R-000001 byla zamítnuta");
        assert!(mails[0].html.contains("The window closed in May."), "{}", mails[0].html);
    });
}

#[test]
fn a_credit_is_told_with_its_note_and_a_request_taken_back_as_such() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.report().await;
        desk.post.deliver().await;
        let before = desk.post.mails().len();
        let version = desk.number(request).await.1;
        let answer = Answer { request, version, reply: String::new() };
        let preview = desk::preview(desk.post.app(), &desk.support, request, None).await.unwrap();
        let awards = preview.lines.iter().map(|line| line.award).collect();
        desk::credit(desk.post.app(), &desk.support, desk::Credit { answer, awards }).await.unwrap();
        let mails = desk.since(before).await;
        assert_eq!(to(&mails), [CONTACT, INFORMED], "one mail each: {mails:#?}");
        assert!(mails[0].text.contains("CN-000001") && mails[0].text.contains("500,00"), "{}", mails[0].text);

        let request = desk.report().await;
        desk.post.deliver().await;
        let before = desk.post.mails().len();
        desk.change(&desk.post.agent, request, None, Some(RequestState::Closed)).await;
        let mails = desk.since(before).await;
        assert_eq!(mails[0].subject, "Žádost R-000002 byla vzata zpět");
    });
}

#[test]
fn what_a_customer_asks_reaches_its_partner_and_the_customer_reads_no_amount() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let post = &desk.post;
        let order = post.order(2).await;
        post.deliver().await;
        let selection = perpetua_app::cancellation::Selection::AllLeft;
        let line = perpetua_app::cancellation::preview(post.app(), &post.agent, order.id, selection).await.unwrap();
        let form = Ask {
            request_key: post.app().entropy.bytes(),
            line: line.lines[0].id,
            reason: Some(ReasonChoice::Mistake),
            reason_text: String::new(),
            title: "Cancel".to_owned(),
            language: Lang::En,
        };
        let before = post.mails().len();
        desk::ask(post.app(), &post.owner, form).await.unwrap();
        let mails = desk.since(before).await;
        let mut expected = [post.owner.email.as_str(), post.agent.email.as_str()];
        expected.sort_unstable();
        assert_eq!(to(&mails), expected, "the operator is not asked");
        let filed = mails.iter().find(|mail| mail.to == [post.agent.email.clone()]).unwrap();
        assert_eq!(filed.subject, "New request R-000001 from Northlake");
        assert!(filed.text.contains("/partner/requests/"), "{}", filed.text);
        let receipt = mails.iter().find(|mail| mail.to == [post.owner.email.clone()]).unwrap();
        assert!(receipt.text.contains("/customer/requests/"), "{}", receipt.text);

        let before = post.mails().len();
        let key = post.app().entropy.bytes();
        perpetua_app::cancellation::cancel_order(post.app(), &post.agent, key, order.id).await.unwrap();
        let mails = desk.since(before).await;
        let theirs: Vec<&Read> = mails.iter().filter(|mail| mail.to == [post.owner.email.clone()]).collect();
        assert_eq!(theirs.len(), 2, "the cancellation, and how the request ended: {mails:#?}");
        for mail in theirs {
            assert!(!mail.text.contains('€') && !mail.text.contains("CN-"), "{}", mail.text);
        }
    });
}
