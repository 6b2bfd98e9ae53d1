//! Invoices, their lines and summaries (I-01 to I-10), in the spellings of the SDKs.

use jiff::SignedDuration;
use perpetua_app::billing;
use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Goods, TestApp};
use serde_json::{Value, json};

use crate::client::Client;

/// A partner with two closed months: three units of which one was cancelled, then two; and one unit that is not
/// billed yet.
async fn billed(test: &TestApp) -> (TenantId, TenantId) {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    test.agree(partner, customer).await;
    let item = test.sell(Goods::default()).await;
    for (units, cancelled) in [(3, true), (2, false), (1, false)] {
        let client = Client::of(test, partner).await;
        let at = |rest: &str| format!("/v1/customers/{customer}/{rest}");
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": units }] });
        let order = client.post(&at("orders"), &body).await.json();
        if cancelled {
            test.clock.advance(SignedDuration::from_mins(1));
            let body = json!({ "lineItems": [{ "lineItemNumber": 0, "quantity": 1 }] });
            let path = format!("/ext/v1/customers/{customer}/orders/{}/cancellations", order["id"].as_str().unwrap());
            let reply = client.post(&path, &body).await;
            assert!(reply.status.is_success(), "{reply:?}");
        }
        if units > 1 {
            for clock in [&test.clock, &test.real_clock] {
                clock.advance(SignedDuration::from_hours(24 * 31));
            }
            billing::close_months(&test.app).await.unwrap();
        }
    }
    (partner, customer)
}

fn numbers(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn invoices_are_listed_newest_first_in_pages_and_by_their_date() {
    TestApp::each(|test| async move {
        let (partner, _) = billed(&test).await;
        let client = Client::of(&test, partner).await;
        let all = client.get("/v1/Invoices").await.json();
        assert_eq!(numbers(&all), ["G000000002", "G000000001"]);
        assert_eq!(all["links"].get("next"), None);
        let first = client.get("/v1//invoices?size=1&offset=0").await.json();
        assert_eq!(first["links"]["next"]["uri"], "/invoices?size=1&offset=1");
        let second = client.get("/v1/invoices?size=1&offset=1").await.json();
        assert_eq!((numbers(&second), second["links"].get("next")), (vec!["G000000001"], None));
        let date = all["items"][1]["invoiceDate"].as_str().unwrap();
        let by_date = async |operator: &str| {
            let filter = json!({ "Field": "InvoiceDate", "Value": date, "Operator": operator }).to_string();
            let filter: String = percent_encoded(&filter);
            numbers(&client.get(&format!("/v1/invoices?filter={filter}")).await.json()).join(" ")
        };
        assert_eq!(by_date("greater_than").await, "G000000002");
        assert_eq!(by_date("GreaterThanOrEquals").await, "G000000002 G000000001");
        assert_eq!(by_date("equals").await, "G000000001");
        assert_eq!(by_date("less_than").await, "");
        let wrong = percent_encoded(r#"{"Field":"InvoiceDate","Value":"soon","Operator":"equals"}"#);
        assert_eq!(client.get(&format!("/v1/invoices?filter={wrong}")).await.fault(), (400, 3_000));
        let either = percent_encoded(
            r#"{"LeftFilter":{"Field":"InvoiceDate","Value":"2026-01-01","Operator":"equals"},"RightFilter":{"Field":"InvoiceDate","Value":"2026-01-02","Operator":"equals"},"Operator":"or"}"#,
        );
        assert_eq!(client.get(&format!("/v1/invoices?filter={either}")).await.fault(), (400, 3_000));
    });
}

fn percent_encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[test]
fn an_invoice_has_its_sums_its_lines_and_its_documents_with_or_without_the_type_before_its_number() {
    TestApp::each(|test| async move {
        let (partner, customer) = billed(&test).await;
        let client = Client::of(&test, partner).await;
        let invoice = client.get("/v1/invoices/OneTime-G000000001").await.json();
        assert_eq!(invoice, client.get("/v1/invoices/G000000001").await.json());
        assert_eq!(
            (&invoice["totalCharges"], &invoice["currencyCode"], &invoice["documentType"], &invoice["invoiceType"]),
            (&json!(238), &json!("EUR"), &json!("invoice"), &json!("OneTime"))
        );
        assert_eq!(invoice["pdfDownloadLink"], "/invoices/G000000001/documents/statement");
        assert_eq!(
            invoice["taxReceipts"],
            json!([{ "id": "CN-000001", "taxReceiptPdfDownloadLink": "/invoices/G000000001/receipts/CN-000001/documents/statement" }])
        );
        let lines = invoice["invoiceDetails"][0]["links"]["self"]["uri"].as_str().unwrap();
        let by_link = client.get(&format!("/v1{lines}")).await.json();
        let types: Vec<&Value> = by_link["items"].as_array().unwrap().iter().map(|line| &line["chargeType"]).collect();
        assert_eq!(types, [&json!("New"), &json!("Cancel")]);
        let credit = &by_link["items"][1];
        assert_eq!(
            (&credit["subtotal"], &credit["taxTotal"], &credit["totalForCustomer"], &credit["billableQuantity"]),
            (&json!(-100), &json!(-19), &json!(-119), &json!(-1))
        );
        for line in by_link["items"].as_array().unwrap() {
            assert_eq!(
                (&line["invoiceLineItemType"], &line["billingProvider"], &line["attributes"]["objectType"]),
                (&json!("billing_line_items"), &json!("one_time"), &json!("OneTimeInvoiceLineItem"))
            );
            assert_eq!(
                (&line["customerId"], &line["invoiceNumber"], &line["resellerMpnId"]),
                (&json!(customer.to_string()), &json!("G000000001"), &json!(0))
            );
        }
        for java in ["onetime/BILLINGLINEITEMS", "one_time/billing_line_items", "marketplace/billinglineitems"] {
            let found = client.get(&format!("/v1/invoices/Recurring-G000000001/lineitems/{java}")).await.json();
            assert_eq!(found["totalCount"], 2, "{java}");
        }
        for none in ["office/billinglineitems", "onetime/usagelineitems"] {
            let found = client.get(&format!("/v1/invoices/G000000001/lineitems/{none}")).await.json();
            assert_eq!(found["items"], json!([]), "{none}");
        }
        let odd = client.get("/v1/invoices/G000000001/lineitems/onetime/everything").await;
        assert_eq!(odd.fault(), (400, 900_126));
        for missing in ["G000000009", "nonsense", "unbilled"] {
            assert_eq!(client.get(&format!("/v1/invoices/{missing}")).await.fault(), (404, 1_000), "{missing}");
        }
    });
}

#[test]
fn lines_are_walked_by_their_links_and_passed_over_by_number() {
    TestApp::each(|test| async move {
        let (partner, _) = billed(&test).await;
        let client = Client::of(&test, partner).await;
        let path = "/v1/invoices/G000000001/lineitems?provider=onetime&invoicelineitemtype=billinglineitems&size=1";
        let first = client.get(path).await.json();
        assert_eq!((&first["totalCount"], &first["items"][0]["chargeType"]), (&json!(1), &json!("New")));
        let (next, token) = (first["links"]["next"]["uri"].as_str().unwrap(), first["continuationToken"].as_str());
        let second = client.saying("MS-ContinuationToken", token.unwrap()).get(&format!("/v1/{next}")).await.json();
        assert_eq!((&second["items"][0]["chargeType"], second["links"].get("next")), (&json!("Cancel"), None));
        let passed = client.get("/v1/invoices/G000000001/lineitems/OneTime/BillingLineItems?size=5&offset=1").await;
        assert_eq!(passed.json()["items"], second["items"]);
        let beyond = client.get("/v1/invoices/G000000001/lineitems/OneTime/BillingLineItems?offset=99").await;
        assert_eq!(beyond.json()["items"], json!([]));
        let foreign = client.saying("MS-ContinuationToken", token.unwrap());
        let other = foreign.get("/v1/invoices/G000000002/lineitems?seekOperation=Next").await;
        assert_eq!(other.fault(), (400, 3_000), "the token belongs to another list");
        assert_eq!(client.get(&format!("{path}&seekOperation=Last")).await.fault(), (400, 3_000));
    });
}

#[test]
fn what_is_not_billed_yet_is_found_through_its_links() {
    TestApp::each(|test| async move {
        let (partner, _) = billed(&test).await;
        let client = Client::of(&test, partner).await;
        let links = client.get("/v1/invoices/estimates/links?currencyCode=eur").await.json();
        let counts: Vec<Value> = {
            let mut counts = Vec::new();
            for entry in links["items"].as_array().unwrap() {
                let found = client.get(&format!("/v1{}", entry["link"]["uri"].as_str().unwrap())).await.json();
                counts.push(found["totalCount"].clone());
                for line in found["items"].as_array().unwrap() {
                    assert_eq!((&line["invoiceNumber"], &line["billingProvider"]), (&json!(""), &json!("one_time")));
                }
            }
            counts
        };
        assert_eq!(counts, [json!(1), json!(0)]);
        for path in ["/v1/invoices/unbilled/lineitems", "/v1/invoices/estimates/links"] {
            assert_eq!(client.get(path).await.fault(), (400, 3_000), "{path}");
            assert_eq!(client.get(&format!("{path}?currencycode=euro")).await.fault(), (400, 3_000), "{path}");
        }
    });
}

#[test]
fn the_account_at_a_glance_has_no_missing_dates() {
    TestApp::each(|test| async move {
        let (partner, _) = billed(&test).await;
        let client = Client::of(&test, partner).await;
        let one = client.get("/v1/invoices/summary").await.json();
        assert_eq!(
            (&one["balanceAmount"], &one["currencyCode"], &one["lastPaymentAmount"], &one["lastPaymentDate"]),
            (&json!(595), &json!("EUR"), &json!(0), &json!("0001-01-01T00:00:00"))
        );
        assert!(one["firstInvoiceCreationDate"].as_str() < one["latestInvoiceDate"].as_str());
        assert_eq!(one["details"][0]["summary"]["balanceAmount"], one["balanceAmount"]);
        let all = client.get("/v1/invoices/summaries").await.json();
        assert_eq!((&all["totalCount"], &all["items"][0]["balanceAmount"]), (&json!(1), &json!(595)));
    });
}

#[test]
fn documents_are_files_in_the_language_asked_for_and_errors_are_only_errors() {
    TestApp::each(|test| async move {
        let (partner, _) = billed(&test).await;
        let client = Client::of(&test, partner).await.saying("X-Locale", "cs-CZ");
        let invoice = client.get("/v1/invoices/G000000001").await.json();
        let file = client.get(&format!("/v1{}", invoice["pdfDownloadLink"].as_str().unwrap())).await;
        assert_eq!(file.status.as_u16(), 200);
        assert_eq!(file.headers["content-type"], "application/pdf");
        assert_eq!(file.headers["content-disposition"], "attachment; filename=Invoice_G000000001.pdf");
        let words = String::from_utf8(file.bytes).unwrap().replace('\u{a0}', " ");
        for expected in
            ["Faktura G000000001", "Odběratel: Alfa", "Celkem: 238,00 €", "\u{2212}100,00 €", "19 % | 200,00 €"]
        {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        let receipt = invoice["taxReceipts"][0]["taxReceiptPdfDownloadLink"].as_str().unwrap();
        let note = client.get(&format!("/v1{receipt}")).await;
        let words = String::from_utf8(note.bytes).unwrap().replace('\u{a0}', " ");
        for expected in ["Dobropis CN-000001", "Software pro: Northlake", "119,00 €"] {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        for missing in [
            "G000000009/documents/statement",
            "G000000001/receipts/CN-000009/documents/statement",
            "G000000002/receipts/CN-000001/documents/statement",
        ] {
            let reply = client.get(&format!("/v1/invoices/{missing}")).await;
            assert_eq!(reply.fault(), (404, 1_000), "{missing}");
            assert!(reply.headers["content-type"].to_str().unwrap().starts_with("application/json"));
        }
    });
}

#[test]
fn only_those_who_see_the_account_see_invoices_and_only_their_own() {
    TestApp::each(|test| async move {
        let (partner, _) = billed(&test).await;
        let billing = Client::with(&test, partner, &[Role::BillingAdmin], AppRights::default()).await;
        assert_eq!(billing.get("/v1/invoices/G000000001").await.status.as_u16(), 200);
        let sales = Client::with(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.get("/v1/invoices/G000000001").await.fault(), (403, 900_150));
        let other = test.partner("Beta").await;
        let stranger = Client::of(&test, other).await;
        for path in [
            "",
            "/documents/statement",
            "/receipts/CN-000001/documents/statement",
            "/lineitems",
            "/lineitems/onetime/billinglineitems",
        ] {
            let reply = stranger.get(&format!("/v1/invoices/G000000001{path}")).await;
            assert_eq!(reply.fault(), (404, 1_000), "{path}");
        }
        assert_eq!(stranger.get("/v1/invoices").await.json()["items"], json!([]));
    });
}
