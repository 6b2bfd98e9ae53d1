//! The document and the page about the interface, over HTTP.

use perpetua_test_support::TestApp;

use crate::client::Client;

#[test]
fn everybody_may_read_what_the_interface_is() {
    TestApp::each(|test| async move {
        let nobody = Client::of_nobody(&test);
        let document = nobody.get("/OpenAPI.json").await;
        assert_eq!(document.headers["content-type"], "application/json; charset=utf-8");
        assert!(document.json()["paths"]["/v1/customers/{c}"]["get"].is_object());
        let page = nobody.get("/docs/api").await;
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert!(String::from_utf8(page.bytes).unwrap().contains("/v1/customers/{c}/carts"));
        assert!(nobody.call("HEAD", "/docs/api", "".into()).await.bytes.is_empty());
        assert_eq!(nobody.call("POST", "/docs/api", "{}".into()).await.fault(), (401, 800_001));
        assert_eq!(nobody.get("/docs/other").await.status.as_u16(), 501, "the portal's, not ours");
    });
}
