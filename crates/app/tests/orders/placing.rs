//! Orders that succeed: whole, once, and with books that agree.

use std::sync::Arc;

use perpetua_app::carts::{self, ChangeCart};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::orders;
use perpetua_app::vault::{Purpose, Sealed, row_aad};
use perpetua_domain::order::OrderState;
use perpetua_store::keys;
use perpetua_test_support::{Goods, TestApp};

use crate::shared::Shop;

#[test]
fn an_order_from_a_reviewed_cart_is_whole() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let cart = shop.cart(3).await;
        let command = ChangeCart {
            cart,
            version: 1,
            name: Some("Spring".to_owned()),
            po_number: Some("PO-7".to_owned()),
            lines: vec![],
        };
        carts::change(shop.app(), &shop.agent, command).await.unwrap();
        let view = shop.review(cart).await;
        assert!(view.problems.is_empty(), "{:?}", view.problems);
        assert_eq!(view.totals.unwrap().total.minor(), 35_700);

        let placed = shop.place(shop.form(&view)).await.unwrap();

        assert_eq!((placed.state, placed.total.minor(), placed.replayed), (OrderState::Completed, 35_700, false));
        assert_eq!(placed.number.len(), 12);
        let order = orders::load(shop.app(), &shop.agent, placed.id).await.unwrap();
        assert_eq!((order.order.po_number.as_str(), order.lines.len()), ("PO-7", 1));
        let charged = order.lines[0].charged.unwrap();
        assert_eq!((charged.net.minor(), charged.tax.minor()), (30_000, 5_700));
        assert_eq!(order.lines[0].window_closes_at.to_string(), "2026-05-01T22:00:00Z");
        for (what, sql) in [
            ("a key with its limit", "SELECT activation_limit AS number FROM product_key"),
            ("the cart's end", "SELECT CAST(COUNT(*) AS BIGINT) * 6 AS number FROM cart WHERE state = 'ordered'"),
        ] {
            assert_eq!(shop.test.number(sql).await, 6, "{what}");
        }
        assert_eq!(shop.test.number("SELECT amount AS number FROM ledger_entry").await, 35_700);
        assert_eq!(shop.test.number("SELECT balance AS number FROM partner_account").await, 35_700);
        let kinds = shop.test.lines("SELECT kind AS line FROM audit_record WHERE kind LIKE 'order.%'").await;
        assert_eq!(kinds, ["order.placed"]);
        assert_eq!(shop.test.lines("SELECT kind AS line FROM outbox").await, ["order.placed"]);
    });
}

#[test]
fn each_line_has_a_key_of_its_own_that_only_the_vault_can_read() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let other = shop.test.sell(Goods { product: "HARBORCLIENT", ..Goods::default() }).await;
        let placed = shop.test.order(&shop.agent, shop.customer, &[(shop.item, 1), (other, 2)]).await;
        let order = orders::load(shop.app(), &shop.agent, placed.id).await.unwrap();
        let mut texts = Vec::new();
        for line in &order.lines {
            let id = line.id;
            let row = shop.app().store.read(move |conn| keys::find_by_line(conn, id)).await.unwrap().unwrap();
            let aad = row_aad("product_key", "sealed", row.id.0.uuid());
            let sealed = Sealed { data_key: row.data_key_id.0, bytes: row.sealed };
            let text = shop.app().vault.open_sealed(Purpose::ProductKey, &aad, &sealed).unwrap();
            let hash = shop.app().vault.lookup_hash(row.lookup_key_id.0, &text).unwrap();
            assert_eq!(row.lookup_hash, hash);
            texts.push(text);
        }
        assert_eq!((texts.len(), texts[0].len()), (2, 32));
        assert_ne!(texts[0], texts[1]);
    });
}

#[test]
fn a_hundred_copies_of_one_form_make_one_order() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test).await);
        let cart = shop.cart(1).await;
        let form = shop.form(&shop.review(cart).await);
        let copies: Vec<_> = (0..100)
            .map(|_| {
                let (shop, form) = (shop.clone(), form.clone());
                tokio::spawn(async move { shop.place(form).await.unwrap() })
            })
            .collect();
        let mut placed = Vec::new();
        for copy in copies {
            placed.push(copy.await.unwrap());
        }
        assert!(placed.iter().all(|order| order.id == placed[0].id));
        assert_eq!(placed.iter().filter(|order| !order.replayed).count(), 1);
        assert_eq!(shop.test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM orders").await, 1);
        assert_eq!(shop.test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM product_key").await, 1);
        assert_eq!(shop.test.number("SELECT balance AS number FROM partner_account").await, 11_900);
    });
}

#[test]
fn one_form_that_comes_back_much_later_gets_the_same_answer() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let form = shop.form(&shop.review(shop.cart(1).await).await);
        let first = shop.place(form.clone()).await.unwrap();
        shop.test.set_price(shop.item, "999").await;
        let again = shop.place(form).await.unwrap();
        assert!(again.replayed);
        assert_eq!((again.id, again.total), (first.id, first.total));
    });
}

#[test]
fn parallel_orders_never_overdraw_the_credit_line() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test).await);
        shop.test.set_credit_limit(shop.partner, 5 * 11_900).await;
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let shop = shop.clone();
                tokio::spawn(async move {
                    let line = orders::WantedLine { item: shop.item, quantity: 1, own_price: None, reviewed: None };
                    let command = orders::PlaceOrder {
                        request_key: shop.app().entropy.bytes(),
                        customer: shop.customer,
                        source: orders::PlaceSource::Lines(vec![line]),
                        po_number: None,
                    };
                    shop.place(command).await.map_err(|problem| problem.code)
                })
            })
            .collect();
        let mut codes = Vec::new();
        for one in tries {
            codes.extend(one.await.unwrap().err());
        }
        assert_eq!(codes, ["credit_exceeded"; 15]);
        assert_eq!(shop.test.number("SELECT balance AS number FROM partner_account").await, 5 * 11_900);
    });
}

#[test]
fn balance_ledger_orders_and_lines_agree_whatever_is_bought() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let goods = |product, price| Goods { product, price, ..Goods::default() };
        let items = [
            shop.item,
            shop.test.sell(goods("HARBORCLIENT", "0.333333")).await,
            shop.test.sell(goods("HARBORMOBILE", "19.995")).await,
        ];
        let mut seed = 1_u64;
        for _ in 0..25 {
            let mut lines = Vec::new();
            for item in items {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let quantity = i64::try_from(seed >> 33).unwrap() % 7;
                if quantity > 0 {
                    lines.push((item, quantity));
                }
            }
            if !lines.is_empty() {
                shop.test.order(&shop.agent, shop.customer, &lines).await;
            }
        }
        let sum = async |expression: &str, table: &str| {
            shop.test.number(&format!("SELECT CAST(SUM({expression}) AS BIGINT) AS number FROM {table}")).await
        };
        let balance = sum("balance", "partner_account").await;
        assert!(balance > 0);
        assert_eq!(sum("amount", "ledger_entry").await, balance);
        assert_eq!(sum("total", "orders").await, balance);
        assert_eq!(sum("net + tax", "orders").await, balance);
        assert_eq!(sum("net + tax", "order_line").await, balance);
    });
}
