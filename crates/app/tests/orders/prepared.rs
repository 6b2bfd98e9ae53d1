//! No statement of an order is prepared each time.

use perpetua_app::orders;
use perpetua_test_support::{TestApp, unprepared};

use crate::shared::Shop;

#[test]
fn every_statement_of_an_order_stays_prepared() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let view = shop.review(shop.cart(3).await).await;
        let input = orders::prepare(shop.app(), &shop.agent, shop.form(&view)).await.unwrap();
        let stamp = shop.app().stamp(&shop.agent);
        let placed = shop.app().store.write((stamp, input), |conn, (stamp, input)| {
            let (placed, unprepared) = unprepared(conn, |conn| orders::place_in(conn, stamp, input));
            placed.map(|placed| (placed, unprepared))
        });
        let (placed, mut unprepared) = placed.await.unwrap();
        assert!(!placed.replayed);
        if shop.test.postgres_url().is_some() {
            // There the text of an insert follows what is empty and how many rows there are.
            unprepared.retain(|statement| !statement.starts_with("INSERT"));
        }
        assert_eq!(unprepared, Vec::<String>::new());
    });
}
