//! Carts: saved, resumed, changed under their version, and never seen by strangers.

use perpetua_app::carts::{self, AddItem, ChangeCart, LineChange};
use perpetua_domain::access::Role;
use perpetua_domain::money::UnitPrice;
use perpetua_test_support::{Goods, TestApp};

use crate::shared::Shop;

#[test]
fn adding_goes_on_with_the_cart_that_was_changed_last() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let first = shop.cart(2).await;
        assert_eq!(shop.cart(3).await, first);
        let other = shop.test.sell(Goods { product: "HARBORCLIENT", ..Goods::default() }).await;
        let command = AddItem { customer: shop.customer, cart: Some(first), item: other.to_string(), quantity: 1 };
        carts::add(shop.app(), &shop.agent, command).await.unwrap();
        let view = shop.review(first).await;
        let quantities: Vec<_> = view.lines.iter().map(|line| line.quantity).collect();
        assert_eq!((quantities, view.version), (vec![5, 1], 3));
        let named = carts::create(shop.app(), &shop.agent, shop.customer, "Autumn".to_owned()).await.unwrap();
        let listed = carts::list(shop.app(), &shop.agent, Some(shop.customer)).await.unwrap();
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().any(|cart| cart.id == named.id && cart.name == "Autumn" && cart.lines == 0));
        assert!(listed.iter().any(|cart| cart.id == first && cart.lines == 2 && cart.customer_name == "Northlake"));
    });
}

#[test]
fn a_cart_shows_cost_own_price_margin_and_tax() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let cart = shop.cart(2).await;
        let own_price = Some(Some(UnitPrice::parse("125").unwrap()));
        let line = LineChange { line: 0, quantity: None, own_price, remove: false };
        let change = ChangeCart { cart, version: 1, name: None, po_number: None, lines: vec![line] };
        carts::change(shop.app(), &shop.agent, change).await.unwrap();
        let view = shop.review(cart).await;
        let line = &view.lines[0];
        assert_eq!(line.margin.unwrap().basis_points, Some(2_000));
        assert_eq!((line.net.unwrap().minor(), line.tax.unwrap().minor()), (20_000, 3_800));
        assert_eq!(line.tax_rate_basis_points, Some(1_900));
        assert_eq!(view.credit.left.minor(), 1_000_000_000);
        let listed = carts::list(shop.app(), &shop.agent, None).await.unwrap();
        assert_eq!((view.zone.as_str(), listed[0].zone.as_str()), ("Europe/Berlin", "Europe/Berlin"));
        assert_eq!(view.reviewed.unwrap().to_string(), "2.23800.100000000");
    });
}

#[test]
fn bad_quantities_leave_the_cart_as_it_is() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let cart = shop.cart(1).await;
        let before = shop.test.counts().await;
        for quantity in [0, -5, 1_000_000_000, i64::MAX] {
            let item = shop.item.to_string();
            let command = AddItem { customer: shop.customer, cart: Some(cart), item, quantity };
            let problem = carts::add(shop.app(), &shop.agent, command).await.unwrap_err();
            assert_eq!(problem.fields[0].code, "quantity_out_of_range");
            let line = LineChange { line: 0, quantity: Some(quantity), own_price: None, remove: false };
            let change = ChangeCart { cart, version: 1, name: None, po_number: None, lines: vec![line] };
            let problem = carts::change(shop.app(), &shop.agent, change).await.unwrap_err();
            assert_eq!(problem.fields[0].field, "lines.0.quantity");
        }
        let command = AddItem { customer: shop.customer, cart: None, item: "nonsense".to_owned(), quantity: 1 };
        let problem = carts::add(shop.app(), &shop.agent, command).await.unwrap_err();
        assert_eq!(problem.fields[0].code, "not_sold_here");
        assert_eq!(shop.test.counts().await, before);
    });
}

#[test]
fn carts_of_another_partner_do_not_exist() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let cart = shop.cart(1).await;
        let other = shop.test.partner("Beta").await;
        let stranger = shop.test.caller(other, &[Role::AdminAgent]).await;
        // Also for a second partner of the same customer (M3).
        shop.test.relate(other, shop.customer, "Northlake").await;
        assert_eq!(carts::load(shop.app(), &stranger, cart).await.unwrap_err().code, "not_found");
        assert_eq!(carts::discard(shop.app(), &stranger, cart, 1).await.unwrap_err().code, "not_found");
        assert!(carts::list(shop.app(), &stranger, Some(shop.customer)).await.unwrap().is_empty());
        carts::discard(shop.app(), &shop.agent, cart, 1).await.unwrap();
        assert_eq!(carts::load(shop.app(), &shop.agent, cart).await.unwrap_err().code, "not_found");
    });
}

#[test]
fn a_line_that_is_not_sold_any_more_is_marked_and_can_be_taken_out() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let soon = "2026-03-02T10:00:00Z".parse().unwrap();
        let goods = Goods { product: "HARBORENDED0", valid_to: Some(soon), ..Goods::default() };
        let ending = shop.test.sell(goods).await;
        let cart = shop.cart(1).await;
        let command = AddItem { customer: shop.customer, cart: Some(cart), item: ending.to_string(), quantity: 1 };
        carts::add(shop.app(), &shop.agent, command).await.unwrap();
        assert_eq!(shop.review(cart).await.prices_valid_to, Some(soon));
        shop.test.clock.advance(jiff::SignedDuration::from_hours(1));
        let view = shop.review(cart).await;
        assert!(view.totals.is_none() && view.reviewed.is_none());
        assert_eq!(view.lines[1].problem.as_ref().unwrap().code, "price_ended");
        let line = LineChange { line: view.lines[1].line, quantity: None, own_price: None, remove: true };
        let change = ChangeCart { cart, version: view.version, name: None, po_number: None, lines: vec![line] };
        carts::change(shop.app(), &shop.agent, change).await.unwrap();
        assert!(shop.review(cart).await.problems.is_empty());
    });
}
