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

/// The id of the only canned answer that the page lists.
fn answer_of(page: &Page) -> String {
    page.html.split("/operator/requests/answers/").nth(1).unwrap().split(['"', '/']).next().unwrap().to_owned()
}

#[test]
fn a_canned_answer_speaks_the_language_of_the_request_and_else_the_one_that_it_has() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let partner = Browser::of(&test, &bought.agent, "en").await;
        let mut czech = filled(&partner.get(&bought.cancel()).await);
        fill(&mut czech, "answer_language", "cs");
        let czech = partner.post(NEW, &czech).await.location.replace("/partner/", "/operator/");
        let czech = czech.split('?').next().unwrap().to_owned();
        let english = asked(&test, &bought).await;

        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let desk = Browser::of(&test, &admin, "en").await;
        let mut form = desk.get("/operator/requests/answers").await.form("/operator/requests/answers");
        fill(&mut form, "title_en", "Ask for a log");
        fill(&mut form, "title_cs", "Žádost o protokol");
        fill(&mut form, "text_en", "Please add the log.");
        let half = desk.post("/operator/requests/answers", &form).await;
        assert_eq!(half.status, StatusCode::BAD_REQUEST);
        assert!(
            half.html.contains("id=\"f-text_cs-err\"") && half.html.contains("Please add the log."),
            "{}",
            half.html
        );
        fill(&mut form, "text_cs", "Přiložte prosím protokol.");
        assert_eq!(desk.post("/operator/requests/answers", &form).await.status, StatusCode::SEE_OTHER);
        let id = answer_of(&desk.get("/operator/requests/answers").await);
        let inserted = async |browser: &Browser, path: &str, into: &str| {
            let page = browser.get(&format!("{path}?answer={id}&into={into}")).await;
            let (form, field) = if into == "note" { ("write", "note") } else { ("refuse", "refusal") };
            value(&page.form(&format!("{path}/{form}")), field).to_owned()
        };
        // Whoever answers reads Czech or English; the words are those of whoever asked.
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let reading_czech = Browser::of(&test, &support, "cs").await;
        assert!(reading_czech.get(&english).await.html.contains("Žádost o protokol"), "the choice is in theirs");
        assert_eq!(inserted(&reading_czech, &english, "note").await, "Please add the log.");
        assert_eq!(inserted(&desk, &czech, "note").await, "Přiložte prosím protokol.");
        assert_eq!(inserted(&desk, &czech, "refusal").await, "Přiložte prosím protokol.");

        let path = format!("/operator/requests/answers/{id}");
        let mut form = desk.get(&path).await.form(&path);
        fill(&mut form, "title_cs", "");
        fill(&mut form, "text_cs", "");
        let saved = desk.post(&path, &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "one language is enough: {}", saved.html);
        assert_eq!(inserted(&desk, &czech, "note").await, "Please add the log.");
    });
}

#[test]
fn the_queue_keeps_holidays_and_how_long_personal_data_stays_and_requests_say_when_it_went() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let path = asked(&test, &bought).await;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let desk = Browser::of(&test, &admin, "en").await;
        let set = "/operator/requests-personal";
        let mut form = desk.get("/operator/requests").await.form(set);
        fill(&mut form, "days", "7");
        let refused = desk.post(set, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.html.contains("id=\"f-days-err\"") && refused.html.contains("3,650"), "{}", refused.html);
        fill(&mut form, "days", "30");
        assert_eq!(desk.post(set, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(value(&desk.get("/operator/requests").await.form(set), "days"), "30");

        let refuse = format!("{path}/refuse");
        let mut refusal = desk.get(&path).await.form(&refuse);
        fill(&mut refusal, "refusal", "Too late, dear Ada");
        assert_eq!(desk.post(&refuse, &refusal).await.status, StatusCode::SEE_OTHER);
        test.clock.advance(SignedDuration::from_hours(31 * 24));
        assert_eq!(perpetua_app::personal_data::remove_due(&test.app).await.unwrap(), 1);
        for lang in ["en", "cs"] {
            let browser = Browser::of(&test, &bought.agent, lang).await;
            let page = browser.get(&path.replace("/operator/", "/partner/")).await;
            let (removed, title) = match lang {
                "en" => ("Personal data removed", "Title removed"),
                _ => ("Osobní údaje odstraněny", "Název odstraněn"),
            };
            assert!(page.html.contains(removed) && page.html.contains(title), "{}", page.html);
            assert!(!page.html.contains("Project stopped") && !page.html.contains("dear Ada"), "{}", page.html);
            assert!(browser.get("/partner/requests").await.html.contains(title));
        }
        assert!(desk.get("/operator/requests?state=closed").await.html.contains("Title removed"));

        let days = "/operator/requests/holidays";
        let mut form = desk.get(days).await.form(days);
        fill(&mut form, "days", "2026-12-24 Christmas Eve\nsoon");
        let refused = desk.post(days, &form).await;
        assert!(refused.html.contains("Line 2 begins with no day") && refused.html.contains("Christmas Eve\nsoon"));
        fill(&mut form, "days", "2026-12-24..2026-12-25 Christmas\n28. 9. 2026 Statehood");
        assert_eq!(desk.post(days, &form).await.status, StatusCode::SEE_OTHER);
        let page = desk.get(days).await;
        for shown in ["28 Sep 2026", "24 Dec 2026", "25 Dec 2026", "Statehood"] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
        let one = format!("{days}/2026-12-25");
        let mut form = desk.get(&one).await.form(&one);
        fill(&mut form, "day", "26. 12. 2026");
        assert_eq!(desk.post(&one, &form).await.status, StatusCode::SEE_OTHER);
        let remove = format!("{days}/remove");
        let mut form = desk.get(days).await.form(&remove);
        form.retain(|(name, _)| name != "day");
        let refused = desk.post(&remove, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(
            refused.html.contains("Tick at least one day") && refused.html.contains("Statehood"),
            "{}",
            refused.html
        );
        form.extend(["2026-09-28", "2026-12-24"].map(|day| ("day".to_owned(), day.to_owned())));
        assert_eq!(desk.post(&remove, &form).await.status, StatusCode::SEE_OTHER);
        let page = desk.get(days).await.html;
        assert!(page.contains("26 Dec 2026") && !page.contains("24 Dec 2026") && !page.contains("Statehood"), "{page}");
        assert_eq!(desk.get(&one).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_export_of_a_persons_data_is_a_file_and_a_wrong_address_stays_in_the_form() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        asked(&test, &bought).await;
        let manager = test.caller(bought.agent.tenant, &[Role::UserAdmin]).await;
        let browser = Browser::of(&test, &manager, "en").await;
        let page = browser.get("/partner/people").await;
        let action = format!("/people/{}/export", bought.agent.tenant);
        assert!(page.html.contains("Export data") && !page.html.contains("Export personal data"), "{}", page.html);
        let mut form = page.form(&action);
        fill(&mut form, "person", &bought.agent.person.to_string());
        let file = browser.post(&action, &form).await;
        assert_eq!(file.status, StatusCode::OK);
        let told: serde_json::Value = serde_json::from_str(&file.html).unwrap();
        assert_eq!(told["requests"][0]["reason"], "Project stopped");

        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let desk = Browser::of(&test, &admin, "en").await;
        let action = format!("/people/{}/export", test.operator);
        let page = desk.get("/operator/people").await;
        assert!(page.html.contains("Export personal data"), "{}", page.html);
        let mut form = page.form(&action);
        form.retain(|(name, _)| name != "person");
        fill(&mut form, "address", "nobody@people.example");
        let refused = desk.post(&action, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        for shown in ["Nothing is stored under this address", "value=\"nobody@people.example\""] {
            assert!(refused.html.contains(shown), "{shown}: {}", refused.html);
        }
        fill(&mut form, "address", &bought.agent.email);
        assert_eq!(desk.post(&action, &form).await.status, StatusCode::OK);
    });
}
