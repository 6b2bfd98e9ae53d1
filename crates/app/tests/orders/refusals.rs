//! Every bad order: refused with its code, and nothing changed.

use perpetua_app::carts::{self, ChangeCart, LineChange};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::orders::{PlaceOrder, PlaceSource, WantedLine};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::{CatalogItemId, Segment};
use perpetua_test_support::{Goods, TestApp};

use crate::shared::Shop;

fn direct(shop: &Shop, item: CatalogItemId, quantity: i64) -> PlaceOrder {
    let line = WantedLine { item, quantity, own_price: None, reviewed: None };
    PlaceOrder {
        request_key: shop.app().entropy.bytes(),
        customer: shop.customer,
        source: PlaceSource::Lines(vec![line]),
        po_number: None,
    }
}

#[test]
fn quantities_that_cannot_be_sold_are_refused() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        for quantity in [0, -1, i64::MIN, i64::MAX, 1_000_000_000, 999_999_999 * 3] {
            shop.refuses(direct(&shop, shop.item, quantity), "quantity_out_of_range").await;
        }
        let dear = shop.test.sell(Goods { product: "HARBORVAULT1", price: "1000000000", ..Goods::default() }).await;
        shop.refuses(direct(&shop, dear, 900_000_000), "amount_too_large").await;
    });
}

#[test]
fn what_is_not_on_sale_is_refused() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let yesterday = "2026-03-01T00:00:00Z".parse().unwrap();
        let tomorrow = "2026-03-03T00:00:00Z".parse().unwrap();
        let goods = |product| Goods { product, ..Goods::default() };
        let ended = shop.test.sell(Goods { valid_to: Some(yesterday), ..goods("HARBORENDED0") }).await;
        shop.refuses(direct(&shop, ended, 1), "price_ended").await;
        let early = shop.test.sell(Goods { valid_from: tomorrow, ..goods("HARBOREARLY0") }).await;
        shop.refuses(direct(&shop, early, 1), "price_not_yet").await;
        let elsewhere = shop.test.sell(Goods { market: "CZ", currency: "CZK", ..goods("HARBORCZECH0") }).await;
        shop.refuses(direct(&shop, elsewhere, 1), "not_sold_here").await;
        let school = shop.test.sell(Goods { segment: Segment::Education, ..goods("HARBORSCHOOL") }).await;
        shop.refuses(direct(&shop, school, 1), "segment_not_allowed").await;
        let dollars = shop.test.sell(Goods { currency: "USD", ..goods("HARBORDOLLAR") }).await;
        shop.refuses(direct(&shop, dollars, 1), "currency_mixed").await;
        let unknown = CatalogItemId::parse("AAAAAAAAAAAA:0001:AAAAAAAAAAAA").unwrap();
        shop.refuses(direct(&shop, unknown, 1), "not_sold_here").await;
    });
}

#[test]
fn orders_without_lines_or_with_too_many_are_refused() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let line = WantedLine { item: shop.item, quantity: 1, own_price: None, reviewed: None };
        let of = |lines| PlaceOrder { source: PlaceSource::Lines(lines), ..direct(&shop, shop.item, 1) };
        shop.refuses(of(vec![]), "order_empty").await;
        shop.refuses(of(vec![line; 201]), "order_too_long").await;
        let long = PlaceOrder { po_number: Some("x".repeat(65)), ..direct(&shop, shop.item, 1) };
        shop.refuses(long, "invalid_input").await;
    });
}

#[test]
fn a_customer_of_another_partner_does_not_exist() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let other = shop.test.partner("Beta").await;
        let stranger = shop.test.customer(other, "Southport").await;
        shop.test.agree(other, stranger).await;
        let command = PlaceOrder { customer: stranger, ..direct(&shop, shop.item, 1) };
        shop.refuses(command, "not_found").await;
        let cart = shop.cart(1).await;
        let form = shop.form(&shop.review(cart).await);
        let thief = shop.test.caller(other, &[Role::AdminAgent]).await;
        shop.refuses_for(&thief, form.clone(), "not_found").await;
        shop.refuses_for(&thief, PlaceOrder { customer: stranger, ..form }, "not_found").await;
    });
}

#[test]
fn without_role_or_agreement_nothing_is_ordered() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let helper = shop.test.caller(shop.partner, &[Role::HelpdeskAgent, Role::BillingAdmin]).await;
        shop.refuses_for(&helper, direct(&shop, shop.item, 1), "missing_role").await;
        let customer = shop.test.caller(shop.customer, &[Role::GlobalAdmin]).await;
        shop.refuses_for(&customer, direct(&shop, shop.item, 1), "missing_role").await;
        let unsigned = shop.test.customer(shop.partner, "Westfield").await;
        let command = PlaceOrder { customer: unsigned, ..direct(&shop, shop.item, 1) };
        shop.refuses(command, "agreement_missing").await;
    });
}

#[test]
fn an_order_beyond_the_credit_line_is_refused() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        shop.test.set_credit_limit(shop.partner, 11_899).await;
        shop.refuses(direct(&shop, shop.item, 1), "credit_exceeded").await;
        let view = shop.review(shop.cart(1).await).await;
        assert_eq!(view.problems[0].code, "credit_exceeded");
        shop.test.set_credit_limit(shop.partner, 11_900).await;
        shop.place(direct(&shop, shop.item, 1)).await.unwrap();
    });
}

#[test]
fn a_cart_that_was_changed_in_another_window_is_not_ordered() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let cart = shop.cart(1).await;
        let view = shop.review(cart).await;
        let line = LineChange { line: view.lines[0].line, quantity: Some(2), own_price: None, remove: false };
        let change = ChangeCart { cart, version: view.version, name: None, po_number: None, lines: vec![line] };
        carts::change(shop.app(), &shop.agent, change.clone()).await.unwrap();
        shop.refuses(shop.form(&view), "cart_changed").await;
        let before = shop.test.counts().await;
        let problem = carts::change(shop.app(), &shop.agent, change).await.unwrap_err();
        assert_eq!((problem.code, shop.test.counts().await), ("cart_changed", before));
    });
}

#[test]
fn a_price_that_changed_since_the_review_asks_again() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let cart = shop.cart(1).await;
        let view = shop.review(cart).await;
        shop.test.set_price(shop.item, "90").await;
        shop.refuses(shop.form(&view), "price_changed").await;
        let placed = shop.place(shop.form(&shop.review(cart).await)).await.unwrap();
        assert_eq!(placed.total.minor(), 10_710);
    });
}

#[test]
fn a_cart_is_ordered_once() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let view = shop.review(shop.cart(1).await).await;
        shop.place(shop.form(&view)).await.unwrap();
        shop.refuses(shop.form(&view), "cart_ordered").await;
    });
}

#[test]
fn a_cart_that_is_no_longer_kept_is_gone() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let view = shop.review(shop.cart(1).await).await;
        shop.test.clock.advance(jiff::SignedDuration::from_hours(7 * 24));
        shop.refuses(shop.form(&view), "cart_expired").await;
    });
}

#[test]
fn a_request_key_of_another_order_is_refused() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let second = shop.test.customer(shop.partner, "Westfield").await;
        shop.test.agree(shop.partner, second).await;
        let first = direct(&shop, shop.item, 1);
        shop.place(first.clone()).await.unwrap();
        shop.refuses(PlaceOrder { customer: second, ..first }, "request_reused").await;
    });
}
