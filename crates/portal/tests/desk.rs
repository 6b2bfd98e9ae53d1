//! The desk over HTTP: the form from *Cancel* after the window, what was typed survives everything, and the operator
//! credits in part.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod browser;

use axum::http::StatusCode;
use browser::{Browser, Page, fill, value};
use jiff::SignedDuration;
use perpetua_app::Caller;
use perpetua_app::cancellation::{self, Selection};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Goods, TestApp};

const NEW: &str = "/partner/requests/new";

/// Ten units of 100 euro with 19 % tax, whose window is over.
struct Bought {
    customer: TenantId,
    agent: Caller,
    purchase: String,
    number: String,
}

async fn bought(test: &TestApp) -> Bought {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    test.agree(partner, customer).await;
    let item = test.sell(Goods::default()).await;
    let order = test.order(&agent, customer, &[(item, 10)]).await;
    let preview = cancellation::preview(&test.app, &agent, order.id, Selection::AllLeft).await.unwrap();
    test.clock.advance(SignedDuration::from_hours(61 * 24));
    Bought { customer, agent, purchase: preview.lines[0].id.to_string(), number: order.number }
}

impl Bought {
    fn cancel(&self) -> String {
        format!("/partner/customers/{}/software/{}/cancel", self.customer, self.purchase)
    }
}

fn filled(page: &Page) -> Vec<(String, String)> {
    let mut fields = page.form(NEW);
    fill(&mut fields, "reason", "Project stopped");
    fill(&mut fields, "contact_phone", "+420 777 123 456");
    fields
}

#[test]
fn cancel_after_the_window_opens_the_filled_in_form_and_the_operator_credits_in_part() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let page = browser.get(&bought.cancel()).await;
        assert!(page.html.contains("Report a problem") && page.html.contains("1 May 2026"), "{}", page.html);
        let mut fields = filled(&page);
        for (name, expected) in [
            ("problem_type", "refund"),
            ("impact", "moderate"),
            ("order", bought.number.as_str()),
            ("amount", "1190.00"),
        ] {
            assert_eq!(value(&fields, name), expected, "{name}");
        }
        assert!(page.html.contains("within 8 working hours"), "{}", page.html);
        fill(&mut fields, "amount", "500");
        let sent = browser.post(NEW, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
        assert_eq!(browser.post(NEW, &fields).await.location, sent.location, "sent twice is one request");
        let page = browser.get(&sent.location).await;
        for shown in ["Request R-000001", "Project stopped", "500.00", "Withdraw", "Your request was sent."] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }

        let desk = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let operator = Browser::of(&test, &desk, "en").await;
        let path = sent.location.split('?').next().unwrap().replace("/partner/", "/operator/");
        assert!(operator.get("/operator/requests").await.html.contains("R-000001"));
        let page = operator.get(&path).await;
        let credit = format!("{path}/credit");
        let mut decision = page.form(&credit);
        decision.retain(|(name, _)| name != "recalculate");
        assert_eq!(value(&decision, "amount-0"), "500.00");
        fill(&mut decision, "amount-0", "2000");
        let refused = operator.post(&credit, &decision).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.html.contains("At most €1,190.00") || refused.html.contains("1,190.00"), "{}", refused.html);
        fill(&mut decision, "amount-0", "238");
        fill(&mut decision, "quantity-0", "2");
        let mut pressed = decision.clone();
        pressed.push(("recalculate".to_owned(), "1".to_owned()));
        let preview = operator.post(&credit, &pressed).await;
        assert!(preview.html.contains("allows 16 activations instead of 20"), "{}", preview.html);
        let done = operator.post(&credit, &decision).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
        let again = operator.post(&credit, &decision).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let page = browser.get(&sent.location).await;
        for shown in ["Credited", "CN-000001", "238.00", "2 units of Harbor Server are cancelled"] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
    });
}

#[test]
fn nothing_typed_is_lost_to_a_mistake_or_to_a_session_that_ended() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let mut fields = filled(&browser.get(NEW).await);
        fill(&mut fields, "text", "typed with <care>");
        fill(&mut fields, "problem_type", "refund");
        fill(&mut fields, "order", "nonsense");
        let kept = |page: &Page| {
            assert!(page.html.contains("typed with &#60;care&#62;"), "{}", page.html);
            assert_eq!(value(&page.form(NEW), "order"), "nonsense");
        };
        let wrong = browser.post(NEW, &fields).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.html.contains("You have no order"), "{}", wrong.html);
        kept(&wrong);
        let nobody = Browser::of_nobody(&test).post(NEW, &fields).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        assert!(nobody.html.contains("Your session has ended") && nobody.html.contains("_blank"), "{}", nobody.html);
        kept(&nobody);
        // Signed in again, the form's token is another one: shown once more, and nothing was stored.
        let anew = Browser::of(&test, &bought.agent, "en").await;
        let again = anew.post(NEW, &fields).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);
        kept(&again);
        assert!(anew.get("/partner/requests").await.html.contains("No requests yet"));
        let mut fields = again.form(NEW);
        fill(&mut fields, "order", &bought.number);
        fill(&mut fields, "customer", &bought.customer.to_string());
        fill(&mut fields, "amount", "1190");
        fill(&mut fields, "title", "Give it back");
        let sent = anew.post(NEW, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    });
}

#[test]
fn a_customer_asks_in_czech_and_the_partner_refuses() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let admin = test.caller(bought.customer, &[Role::GlobalAdmin]).await;
        let customer = Browser::of(&test, &admin, "cs").await;
        let purchase = customer.get(&format!("/customer/software/{}", bought.purchase)).await;
        assert!(purchase.html.contains("Požádat o zrušení"), "{}", purchase.html);
        let path = format!("/customer/software/{}/ask", bought.purchase);
        let mut fields = customer.get(&path).await.form(&path);
        let wrong = customer.post(&path, &fields).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        fill(&mut fields, "reason", "Stěhujeme se");
        let sent = customer.post(&path, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
        let page = customer.get(&sent.location).await;
        assert!(page.html.contains("Žádost R-000001") && page.html.contains("Vzít zpět"), "{}", page.html);
        let partner = Browser::of(&test, &bought.agent, "en").await;
        let at = sent.location.split('?').next().unwrap().replace("/customer/", "/partner/");
        let page = partner.get(&at).await;
        let refuse = format!("{at}/refuse");
        let mut fields = page.form(&refuse);
        fill(&mut fields, "refusal", "The term has begun.");
        assert_eq!(partner.post(&refuse, &fields).await.status, StatusCode::SEE_OTHER);
        let page = customer.get(&sent.location).await;
        assert!(page.html.contains("The term has begun.") && page.html.contains("Zamítnuto"), "{}", page.html);
        let rival = test.partner("Beta").await;
        let rival = test.caller(rival, &[Role::AdminAgent]).await;
        assert_eq!(Browser::of(&test, &rival, "en").await.get(&at).await.status, StatusCode::NOT_FOUND);
    });
}

/// A request for 500 euro, and its page at the operator's.
async fn asked(test: &TestApp, bought: &Bought) -> String {
    let browser = Browser::of(test, &bought.agent, "en").await;
    let mut fields = filled(&browser.get(&bought.cancel()).await);
    fill(&mut fields, "amount", "500");
    let sent = browser.post(NEW, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    sent.location.split('?').next().unwrap().replace("/partner/", "/operator/")
}

#[test]
fn a_second_person_sees_what_each_line_gets_and_why_it_can_no_longer_be_credited() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let path = asked(&test, &bought).await;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        perpetua_app::desk::set_second_person_above(&test.app, &admin, Some(100)).await.unwrap();
        let first = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let first = Browser::of(&test, &first, "en").await;
        let credit = format!("{path}/credit");
        let mut decision = first.get(&path).await.form(&credit);
        decision.retain(|(name, _)| name != "recalculate");
        fill(&mut decision, "amount-0", "1,000");
        fill(&mut decision, "quantity-0", "3");
        assert_eq!(first.post(&credit, &decision).await.status, StatusCode::SEE_OTHER);
        let second = Browser::of(&test, &admin, "en").await;
        let approve = format!("{path}/approve");
        let page = second.get(&path).await;
        for shown in ["<td class=\"num\">€1,000.00</td>", "<td class=\"num\">3</td>"] {
            assert!(page.html.replace('\u{a0}', " ").contains(shown), "{shown}: {}", page.html);
        }
        let agreed = page.form(&approve);
        // Another request takes most of the money meanwhile, so the proposal no longer fits.
        let other = asked(&test, &bought).await;
        let credit = format!("{other}/credit");
        perpetua_app::desk::set_second_person_above(&test.app, &admin, None).await.unwrap();
        let mut decision = first.get(&other).await.form(&credit);
        decision.retain(|(name, _)| name != "recalculate");
        assert_eq!(first.post(&credit, &decision).await.status, StatusCode::SEE_OTHER);
        let refused = second.post(&approve, &agreed).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.html.contains("role=\"alert\"") && refused.html.contains("€690.00"), "{}", refused.html);
    });
}

#[test]
fn what_was_typed_while_somebody_else_decided_is_shown_back() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let path = asked(&test, &bought).await;
        let desk = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let operator = Browser::of(&test, &desk, "en").await;
        let (refuse, credit, write) = (format!("{path}/refuse"), format!("{path}/credit"), format!("{path}/write"));
        let page = operator.get(&path).await;
        let mut refusal = page.form(&refuse);
        let mut decision = page.form(&credit);
        let mut note = page.form(&write);
        decision.retain(|(name, _)| name != "recalculate");
        fill(&mut decision, "credit_reply", "Half of it <as agreed>");
        fill(&mut note, "note", "Please wait a day");
        let mut other = refusal.clone();
        fill(&mut other, "refusal", "Too late");
        assert_eq!(operator.post(&refuse, &other).await.status, StatusCode::SEE_OTHER);
        fill(&mut refusal, "refusal", "Out of time");
        for (action, fields, typed) in [
            (&refuse, &refusal, "<p>Out of time</p>"),
            (&credit, &decision, "<p>Half of it &#60;as agreed&#62;</p>"),
            (&write, &note, "<p>Please wait a day</p>"),
        ] {
            let told = operator.post(action, fields).await;
            assert_eq!(told.status, StatusCode::CONFLICT, "{action}");
            for shown in ["What you wrote is not sent", typed] {
                assert!(told.html.contains(shown), "{shown}: {}", told.html);
            }
        }
    });
}
