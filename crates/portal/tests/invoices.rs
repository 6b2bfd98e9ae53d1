//! Invoices and credit notes over HTTP: the account, the list, one invoice, the files, and who may not.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "other tests fill forms with it too")]
mod browser;

use axum::http::StatusCode;
use browser::Browser;
use jiff::SignedDuration;
use perpetua_app::cancellation;
use perpetua_app::{billing, entropy::EntropyExt as _};
use perpetua_domain::access::Role;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::id::{CreditNoteId, TenantId};
use perpetua_domain::money::Amount;
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_test_support::{Goods, TestApp};

/// A partner with a closed month: ten units of 100 euro with 19 % tax, of which four were cancelled.
struct Billed {
    partner: TenantId,
    customer: TenantId,
    order: String,
    note: CreditNoteId,
}

async fn billed(test: &TestApp) -> Billed {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    test.agree(partner, customer).await;
    let item = test.sell(Goods::default()).await;
    let order = test.order(&agent, customer, &[(item, 10)]).await;
    test.clock.advance(SignedDuration::from_mins(1));
    let lines = vec![Pick { line: 0, quantity: 4 }];
    let form = cancellation::RequestForm {
        problem_type: Some(ProblemType::Refund),
        impact: Some(Impact::Moderate),
        title: "Cancel".to_owned(),
        customer: customer.to_string(),
        order: order.number.clone(),
        reason: Some(ReasonChoice::Mistake),
        amount: Amount::from_minor(47_600),
        contact_name: "Jana".to_owned(),
        contact_email: "jana@alfa.example".to_owned(),
        contact_phone: "+420777123456".to_owned(),
        ..cancellation::RequestForm::default()
    };
    let command = cancellation::Cancel {
        request_key: test.app.entropy.bytes(),
        order: order.id,
        lines,
        form,
        release: Vec::new(),
    };
    let done = cancellation::cancel(&test.app, &agent, command).await.unwrap();
    test.clock.advance(SignedDuration::from_hours(24 * 31));
    assert_eq!(billing::close_months(&test.app).await.unwrap(), 1);
    Billed { partner, customer, order: order.number, note: done.credit_note }
}

#[test]
fn a_partner_reads_its_account_and_an_invoice_and_keeps_both_documents() {
    TestApp::each(|test| async move {
        let billed = billed(&test).await;
        let clerk = test.caller(billed.partner, &[Role::BillingAdmin]).await;
        let browser = Browser::of(&test, &clerk, "en").await;
        let list = browser.get("/partner/invoices").await;
        assert_eq!(list.status, StatusCode::OK, "{}", list.html);
        for shown in ["G000000001", "€714.00", "1 Mar 2026 to 31 Mar 2026", "aria-current=\"page\""] {
            assert!(list.html.contains(shown), "{shown}: {}", list.html);
        }
        let invoice = browser.get("/partner/invoices/G000000001").await;
        let note = format!("/partner/credit-notes/{}", billed.note);
        for shown in ["Invoice G000000001", &billed.order, "credit note CN-000001", "\u{2212}€400.00", "€714.00", &note]
        {
            assert!(invoice.html.contains(shown), "{shown}: {}", invoice.html);
        }
        let page = browser.get(&note).await;
        assert!(page.html.contains(&format!("{note}/pdf")), "{}", page.html);
        let czech = Browser::of(&test, &clerk, "cs").await;
        for (path, words) in [
            ("/partner/invoices/G000000001/pdf".to_owned(), ["Faktura G000000001", "dobropis CN-000001", "714,00 €"]),
            (format!("{note}/pdf"), ["Dobropis CN-000001", "Software pro: Northlake", "476,00 €"]),
        ] {
            let file = czech.get(&path).await;
            assert_eq!(file.status, StatusCode::OK);
            let text = file.html.replace('\u{a0}', " ");
            for expected in words {
                assert!(text.contains(expected), "{expected}: {text}");
            }
        }
        assert_eq!(browser.get("/partner/invoices/G000000009").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/partner/invoices?offset=nonsense").await.status, StatusCode::OK);
    });
}

#[test]
fn the_operator_reads_a_partners_invoices_from_the_partners_page() {
    TestApp::each(|test| async move {
        let billed = billed(&test).await;
        let staff = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let browser = Browser::of(&test, &staff, "en").await;
        let list = format!("/operator/partners/{}/invoices", billed.partner);
        let partner = browser.get(&format!("/operator/partners/{}", billed.partner)).await;
        assert!(partner.html.contains(&list), "{}", partner.html);
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let support = Browser::of(&test, &support, "en").await;
        let seen = support.get(&format!("/operator/partners/{}", billed.partner)).await;
        assert!(seen.status == StatusCode::OK && !seen.html.contains(&list), "{}", seen.html);
        assert!(!seen.html.contains("/operator/invoices"), "{}", seen.html);
        let all = browser.get("/operator/invoices").await;
        assert!(all.html.contains(&list) && all.html.contains("G000000001"), "{}", all.html);
        assert_eq!(support.get("/operator/invoices").await.status, StatusCode::FORBIDDEN);
        let listed = browser.get(&list).await;
        assert!(listed.html.contains("/operator/invoices/G000000001"), "{}", listed.html);
        let invoice = browser.get("/operator/invoices/G000000001").await;
        let note = format!("/operator/credit-notes/{}", billed.note);
        assert!(invoice.html.contains(&note), "{}", invoice.html);
        for path in ["/operator/invoices/G000000001/pdf".to_owned(), format!("{note}/pdf"), note] {
            assert_eq!(browser.get(&path).await.status, StatusCode::OK, "{path}");
        }
    });
}

#[test]
fn who_may_not_see_the_account_has_no_link_and_no_document() {
    TestApp::each(|test| async move {
        let billed = billed(&test).await;
        let paths = [
            "/partner/invoices".to_owned(),
            "/partner/invoices/G000000001".to_owned(),
            "/partner/invoices/G000000001/pdf".to_owned(),
            format!("/partner/credit-notes/{}/pdf", billed.note),
        ];
        let seller = test.caller(billed.partner, &[Role::SalesAgent]).await;
        let seller = Browser::of(&test, &seller, "en").await;
        assert!(!seller.get("/partner").await.html.contains("/partner/invoices"));
        for path in &paths {
            assert_eq!(seller.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let rival = test.partner("Beta").await;
        let rival = test.caller(rival, &[Role::AdminAgent]).await;
        let rival = Browser::of(&test, &rival, "en").await;
        let buyer = test.caller(billed.customer, &[Role::GlobalAdmin]).await;
        let buyer = Browser::of(&test, &buyer, "en").await;
        for path in &paths[1..] {
            assert_eq!(rival.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(buyer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(rival.get("/partner/invoices").await.html.contains("No invoices yet"));
        assert_eq!(Browser::of_nobody(&test).get(&paths[2]).await.status, StatusCode::SEE_OTHER);
    });
}
