//! Price sheets (P-16): addresses, archives, timelines.

use std::io::Read as _;

use perpetua_domain::access::{AppRights, Role};
use perpetua_pricesheet::{Limits, read};
use perpetua_test_support::{Goods, TestApp};

use crate::client::{Client, Reply};

const ADDRESS: &str = "/v1.0/sales/pricesheets(Market='DE',PricesheetView='software')/$value";

/// Titles of a CSV file's rows.
fn titles(bytes: Vec<u8>) -> Vec<String> {
    let mut sheet = read(std::io::Cursor::new(bytes), &Limits::default()).unwrap();
    let rows = sheet.rows().unwrap().consistent();
    rows.map(|row| row.unwrap().unwrap().price.product_title).collect()
}

async fn sell(test: &TestApp) {
    let now = test.app.clock.now();
    let day = jiff::SignedDuration::from_hours(24);
    test.sell(Goods::default()).await;
    test.sell(Goods { product: "ENDEDPRODUCT", title: "Ended", valid_to: Some(now - day), ..Goods::default() }).await;
    test.sell(Goods { product: "FUTUREPRODUC", title: "Later", valid_from: now + day, ..Goods::default() }).await;
}

fn is_csv(reply: &Reply) -> bool {
    reply.bytes.starts_with(b"\"ChangeIndicator\",\"ProductTitle\",")
}

#[test]
fn a_sheet_is_csv_or_an_archive_for_who_can_inflate_and_never_an_encoding() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        sell(&test).await;
        let client = Client::of(&test, partner).await;
        let encoded = "/v1.0//sales/PriceSheets%28Market=%27DE%27,PricesheetView=%27software%27%29/%24value/";
        for address in [ADDRESS, encoded] {
            let reply = client.get(address).await;
            assert_eq!(reply.headers["content-type"], "application/octet-stream");
            assert_eq!(reply.headers["content-disposition"], "attachment; filename=pricesheet");
            assert!(is_csv(&reply), "{reply:?}");
            assert_eq!(titles(reply.bytes), ["Harbor Server"]);
        }
        let zipped = client.saying("Accept-Encoding", "gzip, compress, deflate, br").get(ADDRESS).await;
        assert!(!zipped.headers.contains_key("content-encoding"));
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zipped.bytes)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut csv = Vec::new();
        archive.by_index(0).unwrap().read_to_end(&mut csv).unwrap();
        assert_eq!(titles(csv), ["Harbor Server"]);
    });
}

#[test]
fn a_timeline_shows_what_holds_what_comes_and_what_held_in_a_month() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        sell(&test).await;
        let client = Client::of(&test, partner).await;
        let of = |query: &str| {
            let (client, path) = (client.clone(), format!("{ADDRESS}?{query}"));
            async move { client.get(&path).await }
        };
        assert_eq!(titles(of("timeline=Future").await.bytes), ["Later"]);
        assert_eq!(of("timeline=history").await.fault(), (400, 3000));
        assert_eq!(of("timeline=history&month=2026-01").await.fault(), (400, 3000));
        assert_eq!(of("timeline=history&month=209901").await.fault(), (400, 3000));
        assert_eq!(of("timeline=never").await.fault(), (400, 900_126));
        // The list was published in 1970, and the price that ended since still held in this month.
        let reply = of("timeline=history&month=201001").await;
        assert!(is_csv(&reply));
        assert_eq!(titles(reply.bytes), ["Ended", "Harbor Server"]);
    });
}

#[test]
fn views_of_others_are_a_header_line_and_unknown_names_are_not_found() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        sell(&test).await;
        let client = Client::of(&test, partner).await;
        let of = |market: &str, view: &str| {
            let path = format!("/v1.0/sales/pricesheets(Market='{market}',PricesheetView='{view}')/$value");
            let client = client.clone();
            async move { client.get(&path).await }
        };
        assert_eq!(titles(of("de", "updatedlicensebased").await.bytes), ["Harbor Server"]);
        for view in ["licensebasedeos", "azure_consumption", "marketplace"] {
            let reply = of("DE", view).await;
            assert!(is_csv(&reply), "{view}");
            assert_eq!(reply.bytes.split(|byte| *byte == b'\n').count(), 2, "{view}");
        }
        assert_eq!(of("DE", "furniture").await.fault(), (404, 1000));
        assert_eq!(of("JP", "software").await.fault(), (404, 1000));
        assert_eq!(of("??", "software").await.fault(), (404, 1000));
        let helper = Client::with(&test, partner, &[Role::HelpdeskAgent], AppRights::default()).await;
        assert_eq!(helper.get(ADDRESS).await.fault(), (403, 800_043));
        assert_eq!(Client::of_nobody(&test).get(ADDRESS).await.fault(), (401, 800_001));
    });
}
