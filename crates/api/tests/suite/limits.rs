//! How often a partner may call: what 429 looks like, and what is counted together.

use perpetua_test_support::TestApp;
use serde_json::json;

use crate::client::{Client, router_limited};

#[test]
fn calls_beyond_the_limit_wait_per_partner_and_family_of_operations() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let (mut client, mut other) =
            (Client::of(&test, partner).await, Client::of(&test, test.partner("Hansa").await).await);
        client.router = router_limited(&test, 2);
        other.router = client.router.clone();
        for path in ["/v1/customers", "/v1//Customers?size=1"] {
            assert_eq!(client.get(path).await.status.as_u16(), 200, "{path}");
        }
        let refused = client.get(&format!("/v1/customers/{customer}")).await;
        assert_eq!(refused.status.as_u16(), 429);
        let wait: u32 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        // With `code` or `description` the .NET SDK would not read the header.
        let message = format!("Rate limit is exceeded. Try again in {wait} seconds.");
        assert_eq!(refused.json(), json!({ "statusCode": 429, "message": message }));
        for path in [format!("/v1/customers/{customer}/orders"), format!("/v1/customers/{customer}/subscriptions")] {
            assert_eq!(client.get(&path).await.status.as_u16(), 200, "{path} is another family");
        }
        assert_eq!(other.get("/v1/customers").await.status.as_u16(), 200, "another partner");
        for clock in [&test.clock, &test.real_clock] {
            clock.advance(jiff::SignedDuration::from_secs(61));
        }
        assert_eq!(client.get("/v1/customers").await.status.as_u16(), 200, "a minute later");
    });
}
