//! The log of calls (M-01, M-02): written apart from the calls, bounded in age, and each partner's own.

use jiff::SignedDuration;
use perpetua_app::{request_log, retention};
use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use serde_json::json;

use crate::client::Client;

#[test]
fn calls_are_told_to_their_partner_page_by_page_and_forgotten_after_thirty_days() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let id = "0b1c0000-0000-4000-8000-00000000000d";
        client.saying("MS-CorrelationId", id).get("/v1/customers?filter=secret").await;
        test.real_clock.advance(SignedDuration::from_secs(1));
        client.get("/v1/profiles/organization").await;
        client.get("/v1/nowhere").await;
        assert_eq!(request_log::flush(&test.app).await.unwrap(), 2, "what does not exist is not kept");
        let first = client.get("/v1/PartnerRequests?size=1").await.json();
        assert_eq!(first["items"][0]["operationName"], "Get /v{version}/profiles/organization");
        assert_eq!((&first["items"][0]["mfaCompliant"], &first["items"][0]["status"]), (&json!(false), &json!(200)));
        let token = first["continuationToken"].as_str().unwrap();
        let next = first["links"]["next"]["uri"].as_str().unwrap();
        let second = client.saying("MS-ContinuationToken", token).get(&format!("/v1{next}")).await.json();
        assert_eq!((&second["items"][0]["correlationId"], &second["items"][0]["status"]), (&json!(id), &json!(400)));
        assert!(second["links"]["next"].is_null() && !second.to_string().contains("secret"));
        let stranger = Client::of(&test, test.partner("Hansa").await).await;
        assert_eq!(stranger.get("/v1/partnerRequests").await.json()["totalCount"], 0);
        let sales = Client::with(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.get("/v1/partnerRequests").await.fault(), (403, 900_150));
        let adoption = client.get("/v1/applicationmfaadoptionstatus").await.json();
        assert_eq!(
            (
                &adoption[0]["totalRequestCount"],
                &adoption[0]["mfaCompliantRequestCount"],
                &adoption[0]["applicationName"]
            ),
            (&json!(2), &json!(0), &json!("Test"))
        );
        let kept = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM api_request";
        retention::sweep(&test.app).await.unwrap();
        assert_eq!(test.number(kept).await, 2);
        test.real_clock.advance(SignedDuration::from_hours(24 * 30 + 1));
        retention::sweep(&test.app).await.unwrap();
        assert_eq!(test.number(kept).await, 0);
    });
}

#[test]
fn more_calls_than_can_wait_are_let_go_without_harm() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let caller = test.caller(partner, &[Role::AdminAgent]).await;
        for number in 0..request_log::WAITING_MAX + 5 {
            let id = number.to_string();
            request_log::note(&test.app, &caller, "GET /v1/customers".to_owned(), id, String::new(), 200);
        }
        assert_eq!(request_log::flush(&test.app).await.unwrap(), request_log::WAITING_MAX);
        assert_eq!(request_log::flush(&test.app).await.unwrap(), 0);
    });
}
