//! Audit records (D-01), with every spelling of dates.

use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use serde_json::json;

use crate::client::Client;

#[test]
fn what_a_program_did_is_found_by_its_correlation_id_and_by_every_spelling_of_dates() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake Tools").await;
        test.agree(partner, customer).await;
        let item = test.sell(perpetua_test_support::Goods::default()).await;
        let id = "0b1c0000-0000-4000-8000-00000000000c";
        let client = Client::of(&test, partner).await.saying("MS-CorrelationId", id);
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": 1 }] });
        let placed = client.post(&format!("/v1/customers/{customer}/orders"), &body).await;
        assert_eq!(placed.status.as_u16(), 201);
        let day = perpetua_app::clock::Clock::now(&*test.clock).to_zoned(jiff::tz::TimeZone::UTC).date();
        let filter =
            "%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22lake%22%2C%22Operator%22%3A%22substring%22%7D";
        for start in [
            day.strftime("%Y-%m-%d").to_string(),
            day.strftime("%m/%d/%Y%%2000:00:00").to_string(),
            day.strftime("%Y-%m-%j").to_string(),
        ] {
            let found = client.get(&format!("/v1/auditrecords?startDate={start}&filter={filter}")).await.json();
            let order =
                found["items"].as_array().unwrap().iter().find(|record| record["operationType"] == "create_order");
            assert_eq!(order.unwrap()["originalCorrelationId"], id, "{start}: {found}");
        }
        let old = client.get("/v1/auditrecords?startDate=2020-01-01").await;
        assert_eq!(old.fault(), (400, 3_000));
        let sales = Client::with(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.get("/v1/auditrecords").await.fault(), (403, 900_150));
    });
}

#[test]
fn pages_follow_each_other_with_the_token_in_header_or_query() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        Client::of(&test, partner).await;
        let client = Client::of(&test, partner).await;
        let first = client.get("/v1/auditrecords?size=1").await.json();
        assert_eq!(first["totalCount"], 1, "{first}");
        let next = first["links"]["next"]["uri"].as_str().unwrap().to_owned();
        let token = first["continuationToken"].as_str().unwrap();
        let by_header = client.saying("MS-ContinuationToken", token).get(&format!("/v1/{next}")).await.json();
        let by_query = client.get(&format!("/v1{next}&MS-ContinuationToken={token}")).await.json();
        assert_eq!(by_header["items"], by_query["items"]);
        assert_ne!(by_header["items"][0]["id"], first["items"][0]["id"]);
        let token = by_header["continuationToken"].as_str().unwrap().to_owned();
        let path = "/v1/auditrecords?size=1&seekOperation=Previous";
        let back = client.saying("MS-ContinuationToken", token).get(path).await.json();
        assert_eq!(back["items"], first["items"]);
    });
}

#[test]
fn one_record_is_read_by_the_id_that_the_list_gave_it_and_only_by_its_own_partner() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let listed = client.get("/v1/auditrecords?size=1").await.json()["items"][0].clone();
        let id = listed["id"].as_str().unwrap();
        for path in [format!("/v1/auditrecords/{id}"), format!("/auditactivity/v1/AuditRecords/{id}")] {
            assert_eq!(client.get(&path).await.json(), listed, "{path}");
        }
        for unknown in ["nonsense".to_owned(), format!("{partner}_{partner}")] {
            assert_eq!(client.get(&format!("/v1/auditrecords/{unknown}")).await.fault(), (404, 1000));
        }
        let stranger = Client::of(&test, test.partner("Hansa").await).await;
        assert_eq!(stranger.get(&format!("/v1/auditrecords/{id}")).await.fault(), (404, 1000));
    });
}
