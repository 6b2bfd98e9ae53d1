//! Lists of orders and one order: each tenant its own, cost only for those who may see it.

use perpetua_app::orders::{self, ListOrders};
use perpetua_domain::access::Role;
use perpetua_store::Page;
use perpetua_test_support::TestApp;

use crate::shared::Shop;

fn all(limit: i64) -> ListOrders {
    ListOrders { customer: None, number: String::new(), page: Page { after: None, limit } }
}

#[test]
fn orders_are_listed_newest_first_page_by_page() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let mut placed = Vec::new();
        for round in 0..5 {
            if round == 3 {
                shop.test.clock.advance(jiff::SignedDuration::from_secs(1));
            }
            placed.push(shop.test.order(&shop.agent, shop.customer, &[(shop.item, 1)]).await.id);
        }
        let mut seen = Vec::new();
        let mut command = all(2);
        loop {
            let page = orders::list(shop.app(), &shop.agent, command.clone()).await.unwrap();
            let Some(last) = page.last() else { break };
            command.page.after = Some(last.key());
            seen.extend(page.iter().map(|order| order.id));
        }
        assert_eq!(seen.len(), 5);
        assert!(placed[3..].iter().all(|id| seen[..2].contains(id)));
        placed.sort_unstable();
        seen.sort_unstable();
        assert_eq!(seen, placed);
    });
}

#[test]
fn an_order_is_found_by_its_number_and_by_the_customers_own_number() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        shop.test.order(&shop.agent, shop.customer, &[(shop.item, 1)]).await;
        let view = shop.review(shop.cart(1).await).await;
        let form = orders::PlaceOrder { po_number: Some("PO-77".to_owned()), ..shop.form(&view) };
        let placed = shop.place(form).await.unwrap();
        for number in [placed.number.to_uppercase(), "PO-77".to_owned()] {
            let found = orders::list(shop.app(), &shop.agent, ListOrders { number, ..all(10) }).await.unwrap();
            assert_eq!(found.iter().map(|order| order.id).collect::<Vec<_>>(), [placed.id]);
        }
    });
}

#[test]
fn each_tenant_sees_its_own_orders_and_a_customer_no_cost() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let placed = shop.test.order(&shop.agent, shop.customer, &[(shop.item, 1)]).await;
        let test = &shop.test;
        let customer = test.caller(shop.customer, &[Role::GlobalAdmin]).await;
        let helper = test.caller(shop.partner, &[Role::HelpdeskAgent]).await;
        let operator = test.caller(test.operator, &[Role::OperatorSales]).await;
        for (caller, cost) in [(&shop.agent, true), (&operator, true), (&customer, false), (&helper, false)] {
            let listed = orders::list(shop.app(), caller, all(10)).await.unwrap();
            assert_eq!(listed.len(), 1, "{:?}", caller.kind);
            let order = orders::load(shop.app(), caller, placed.id).await.unwrap();
            assert_eq!((listed[0].charged.is_some(), order.order.charged.is_some()), (cost, cost));
            assert_eq!((order.lines[0].unit_price.is_some(), order.lines[0].charged.is_some()), (cost, cost));
        }
        let other = test.partner("Beta").await;
        test.relate(other, shop.customer, "Northlake").await;
        let stranger = test.caller(other, &[Role::AdminAgent]).await;
        assert!(orders::list(shop.app(), &stranger, all(10)).await.unwrap().is_empty());
        assert_eq!(orders::load(shop.app(), &stranger, placed.id).await.unwrap_err().code, "not_found");
        let user = test.caller(shop.customer, &[Role::CustomerUser]).await;
        assert_eq!(orders::load(shop.app(), &user, placed.id).await.unwrap_err().code, "missing_role");
    });
}

#[test]
fn the_home_page_shows_carts_to_finish_and_windows_that_close() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        shop.test.order(&shop.agent, shop.customer, &[(shop.item, 1)]).await;
        shop.cart(1).await;
        let home = orders::home(shop.app(), &shop.agent).await.unwrap();
        assert_eq!((home.carts.len(), home.closing.len(), home.orders.len()), (1, 0, 1));
        assert!(home.credit.is_none(), "a sales agent does not see the account");
        shop.test.clock.advance(jiff::SignedDuration::from_hours(50 * 24));
        let admin = shop.test.caller(shop.partner, &[Role::AdminAgent]).await;
        let home = orders::home(shop.app(), &admin).await.unwrap();
        assert_eq!((home.carts.len(), home.closing.len()), (0, 1));
        assert_eq!((home.closing[0].customer_name.as_str(), home.closing[0].quantity), ("Northlake", 1));
        assert_eq!(home.credit.unwrap().0.balance.minor(), 11_900);
    });
}
