//! Cancelling over HTTP: the prefilled page, recalculating without a script, submitting, and who may not.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod browser;

use axum::http::StatusCode;
use browser::{Browser, fill, value};
use jiff::SignedDuration;
use perpetua_app::Caller;
use perpetua_app::cancellation::{self, Selection};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Goods, TestApp};

/// A purchase of ten units of 100 euro each, with 19 % tax, and the page that cancels it.
struct Bought {
    partner: TenantId,
    customer: TenantId,
    agent: Caller,
    number: String,
    path: String,
}

async fn bought(test: &TestApp) -> Bought {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    test.agree(partner, customer).await;
    let item = test.sell(Goods::default()).await;
    let order = test.order(&agent, customer, &[(item, 10)]).await;
    let preview = cancellation::preview(&test.app, &agent, order.id, Selection::AllLeft).await.unwrap();
    let path = format!("/partner/customers/{customer}/software/{}/cancel", preview.lines[0].id);
    Bought { partner, customer, agent, number: order.number, path }
}

/// The page's form with what it asks for: a reason and a telephone number.
fn filled(page: &browser::Page, path: &str) -> Vec<(String, String)> {
    let mut fields = page.form(path);
    fields.retain(|(name, _)| name != "recalculate");
    fill(&mut fields, "reason", "Ordered twice");
    fill(&mut fields, "contact_phone", "+420 777 123 456");
    fields
}

#[test]
fn an_agent_recalculates_submits_and_reads_the_credit_note() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let page = browser.get(&bought.path).await;
        assert_eq!(page.status, StatusCode::OK);
        let mut fields = filled(&page, &bought.path);
        assert_eq!((value(&fields, "amount"), value(&fields, "quantity-0")), ("1190.00", "10"));
        assert_eq!((value(&fields, "problem_type"), value(&fields, "impact")), ("refund", "moderate"));
        assert_eq!(value(&fields, "order"), bought.number);
        assert!(page.html.contains("Keep purchase") && page.html.contains("is revoked"), "{}", page.html);

        fill(&mut fields, "quantity-0", "4");
        let mut pressed = fields.clone();
        pressed.push(("recalculate".to_owned(), "1".to_owned()));
        let page = browser.post(&bought.path, &pressed).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains("allows 12 activations instead of 20"), "{}", page.html);
        let fields = filled(&page, &bought.path);
        assert_eq!((value(&fields, "amount"), value(&fields, "quantity-0")), ("476.00", "4"));

        let answer = browser.post(&bought.path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        let again = browser.post(&bought.path, &fields).await;
        assert_eq!(again.location, answer.location, "the same form twice is one cancellation");
        let result = browser.get(&answer.location).await;
        for shown in ["R-000001", "CN-000001", "476.00", "4 units of Harbor Server are cancelled", "Ordered twice"] {
            assert!(result.html.contains(shown), "{shown}: {}", result.html);
        }
        let list = browser.get("/partner/requests").await;
        assert!(list.html.contains("R-000001") && !list.html.contains("R-000002"), "{}", list.html);

        let note = result.html.split("href=\"").find(|href| href.starts_with("/partner/credit-notes/")).unwrap();
        let note = note.split('"').next().unwrap();
        let document = browser.get(note).await;
        for shown in ["Credit note CN-000001", "400.00", "76.00", "476.00", &bought.number] {
            assert!(document.html.contains(shown), "{shown}: {}", document.html);
        }
        let admin = test.caller(bought.customer, &[Role::GlobalAdmin]).await;
        let customer = Browser::of(&test, &admin, "en").await;
        assert!(customer.get(note).await.status.is_client_error());
    });
}

#[test]
fn what_is_missing_is_said_at_its_field_and_nothing_is_lost() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let page = browser.get(&bought.path).await;
        let mut fields = filled(&page, &bought.path);
        fill(&mut fields, "reason", "");
        fill(&mut fields, "text", "typed with care");
        let page = browser.post(&bought.path, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.html.contains("Say why.") && page.html.contains("typed with care"), "{}", page.html);
        // A quantity changed without pressing Recalculate: the new amount is shown, nothing happens.
        let mut fields = filled(&page, &bought.path);
        fill(&mut fields, "quantity-0", "1");
        let page = browser.post(&bought.path, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert_eq!(value(&page.form(&bought.path), "amount"), "119.00");
        for (quantity, sentence) in
            [("x", "Write a whole number."), ("11", "Only 10 units are left."), ("0", "Choose at least")]
        {
            fill(&mut fields, "quantity-0", quantity);
            let page = browser.post(&bought.path, &fields).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{quantity}");
            assert!(page.html.contains(sentence), "{sentence}: {}", page.html);
        }
        assert!(browser.get("/partner/requests").await.html.contains("No requests yet"));
    });
}

#[test]
fn after_the_window_the_page_names_the_day_and_asks_a_person() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let open = browser.get(&bought.path).await;
        test.clock.advance(SignedDuration::from_hours(61 * 24));
        let page = browser.get(&bought.path).await;
        assert!(page.html.contains("1 May 2026"), "{}", page.html);
        assert!(page.html.contains("action=\"/partner/requests/new\""), "{}", page.html);
        let late = browser.post(&bought.path, &filled(&open, &bought.path)).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "it was not cancelled");
        assert!(late.html.contains("1 May 2026") && late.html.contains("Ordered twice"), "{}", late.html);
    });
}

#[test]
fn a_cancelled_order_names_its_credit_note_and_no_day_to_cancel() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let order = test.lines("SELECT number AS line FROM orders").await;
        let orders = browser.get("/partner/orders").await.html;
        let path = orders.split("href=\"").find(|href| href.starts_with("/partner/orders/")).unwrap();
        let path = path.split('"').next().unwrap();
        let open = browser.get(path).await.html;
        assert!(open.contains(&order[0]) && open.contains("can be cancelled until"), "{open}");
        let mut fields = filled(&browser.get(&bought.path).await, &bought.path);
        for (quantity, amount, cancelled) in
            [("4", "476.00", "4 of 10 cancelled"), ("6", "714.00", "10 of 10 cancelled")]
        {
            fill(&mut fields, "quantity-0", quantity);
            fill(&mut fields, "amount", amount);
            let done = browser.post(&bought.path, &fields).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
            let shown = browser.get(path).await.html;
            assert!(shown.contains(cancelled), "{cancelled}: {shown}");
            assert_eq!(shown.contains("can be cancelled until"), quantity == "4", "{shown}");
            assert!(shown.contains("CN-000001 · €476.00</a>"), "{shown}");
            if quantity == "4" {
                let page = browser.get(&bought.path).await;
                fields = filled(&page, &bought.path);
                assert_eq!(value(&page.form(&bought.path), "contact_phone"), "+420777123456", "it is remembered");
            }
        }
        assert!(browser.get(path).await.html.contains("CN-000002 · €714.00</a>"));
        let admin = test.caller(bought.customer, &[Role::GlobalAdmin]).await;
        let shown = Browser::of(&test, &admin, "en").await.get(&path.replace("/partner/", "/customer/")).await.html;
        assert!(shown.contains("10 of 10 cancelled") && !shown.contains("CN-0000"), "{shown}");
    });
}

#[test]
fn after_the_window_a_purchase_offers_a_request_in_place_of_cancelling() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let purchase = bought.path.strip_suffix("/cancel").unwrap();
        let open = browser.get(purchase).await.html;
        assert!(open.contains(">Cancel</button>") && !open.contains("Report a problem"), "{open}");
        test.clock.advance(SignedDuration::from_hours(61 * 24));
        let closed = browser.get(purchase).await.html;
        assert!(closed.contains(">Report a problem</button>") && !closed.contains(">Cancel</button>"), "{closed}");
        let list = browser.get(&format!("/partner/customers/{}/software", bought.customer)).await.html;
        assert!(list.contains("Harbor Server Standard") && !list.contains(">Cancel</button>"), "{list}");
    });
}

#[test]
fn the_page_speaks_czech() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let browser = Browser::of(&test, &bought.agent, "cs").await;
        let page = browser.get(&bought.path).await;
        for shown in ["Zrušit Harbor Server", "Důvod vrácení peněz", "Požadovaná částka", "Odeslat", "1190,00"]
        {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
        let answer = browser.post(&bought.path, &filled(&page, &bought.path)).await;
        let result = browser.get(&answer.location).await;
        assert!(result.html.contains("Zrušeno 10 kusů produktu Harbor Server."), "{}", result.html);
    });
}

#[test]
fn others_do_not_reach_the_page() {
    TestApp::each(|test| async move {
        let bought = bought(&test).await;
        let status = async |caller: &Caller, path: &str| {
            let browser = Browser::of(&test, caller, "en").await;
            browser.get(path).await.status
        };
        let sales = test.caller(bought.partner, &[Role::SalesAgent]).await;
        let refused = Browser::of(&test, &sales, "en").await.get(&bought.path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.html.contains("Admin agent"), "{}", refused.html);
        let stranger = test.partner("Beta").await;
        let beta = test.caller(stranger, &[Role::AdminAgent]).await;
        assert_eq!(status(&beta, &bought.path).await, StatusCode::NOT_FOUND);
        let admin = test.caller(bought.customer, &[Role::GlobalAdmin]).await;
        assert_eq!(
            status(&admin, &bought.path).await,
            StatusCode::NOT_FOUND,
            "the partner's portal is not the customer's"
        );
        let elsewhere = bought.path.replace(&bought.customer.to_string(), &stranger.to_string());
        assert_eq!(status(&bought.agent, &elsewhere).await, StatusCode::NOT_FOUND);
        let nobody = Browser::of_nobody(&test).get(&bought.path).await;
        assert!(nobody.location.starts_with("/sign-in"), "{nobody:?}");
        let browser = Browser::of(&test, &bought.agent, "en").await;
        let mut forged = filled(&browser.get(&bought.path).await, &bought.path);
        fill(&mut forged, "csrf", "forged");
        assert_eq!(browser.post(&bought.path, &forged).await.status, StatusCode::BAD_REQUEST);
    });
}
