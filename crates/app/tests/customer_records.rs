//! What a customer may read of the record holds no amount (I6): neither what its partner paid, nor what that was
//! credited, nor what the partner could still spend.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use perpetua_app::activity::{self, Filter};
use perpetua_app::cancellation::{self, Cancel, RequestForm, Selection};
use perpetua_app::carts::{self, AddItem, ChangeCart, LineChange};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::orders::{self, PlaceOrder, PlaceSource};
use perpetua_app::{Caller, keys};
use perpetua_domain::access::Role;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::{Amount, UnitPrice};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_i18n::Lang;
use perpetua_test_support::{Goods, TestApp};
use serde_json::Value;

/// Words of facts that name money.
const MONEY: [&str; 12] = [
    "amount",
    "balance",
    "charge",
    "cost",
    "credit_limit",
    "currency",
    "limit_left",
    "margin",
    "net",
    "price",
    "tax",
    "total",
];

/// Digits that stand nowhere but in an amount of this test: 7 × 741.13 = 5,187.91, with 19 % tax 6,173.61.
const AMOUNTS: [&str; 10] =
    ["74113", "741.13", "518791", "5187.91", "98570", "985.7", "617361", "6173.61", "176389", "440972"];

async fn place(
    test: &TestApp,
    agent: &Caller,
    customer: TenantId,
    item: &str,
    quantity: i64,
) -> Option<orders::PlacedOrder> {
    let command = AddItem { customer, cart: None, item: item.to_owned(), quantity };
    let cart = carts::add(&test.app, agent, command).await.unwrap();
    let own_price = Some(UnitPrice::parse("888.88"));
    let line = LineChange { line: 0, quantity: None, own_price: own_price.map(Result::ok), remove: false };
    let change = ChangeCart { cart: cart.id, version: cart.version, name: None, po_number: None, lines: vec![line] };
    carts::change(&test.app, agent, change).await.unwrap();
    let view = carts::load(&test.app, agent, cart.id).await.unwrap();
    let source = PlaceSource::Cart { cart: view.id, reviewed: view.reviewed };
    let command = PlaceOrder { request_key: test.app.entropy.bytes(), customer, source, po_number: None };
    let placed = orders::place(&test.app, agent, command).await.ok();
    if placed.is_none() {
        let cart = carts::load(&test.app, agent, cart.id).await.unwrap();
        carts::discard(&test.app, agent, cart.id, cart.version).await.unwrap();
    }
    placed
}

/// Buys, is refused for want of credit, looks at the key, cancels a part, is refused to cancel too much, cancels all.
async fn trade(test: &TestApp, partner: TenantId, customer: TenantId) {
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    test.agree(partner, customer).await;
    let item = test.sell(Goods { price: "741.13", ..Goods::default() }).await.to_string();
    let order = place(test, &agent, customer, &item, 7).await.unwrap();
    test.set_credit_limit(partner, 617_361 + 1).await;
    assert!(place(test, &agent, customer, &item, 7).await.is_none(), "the credit line refuses it");
    let preview = cancellation::preview(&test.app, &agent, order.id, Selection::AllLeft).await.unwrap();
    keys::reveal(&test.app, &agent, preview.lines[0].id).await.unwrap();
    for (quantity, amount, goes) in [(2, 176_389, true), (9, 176_389, false), (5, 440_972, true)] {
        let form = request(&order.number, customer, Amount::from_minor(amount));
        let lines = vec![Pick { line: 0, quantity }];
        let command =
            Cancel { request_key: test.app.entropy.bytes(), order: order.id, lines, form, release: Vec::new() };
        let cancelled = cancellation::cancel(&test.app, &agent, command).await;
        assert_eq!(cancelled.is_ok(), goes, "{quantity}: {:?}", cancelled.err());
    }
}

fn request(order: &str, customer: TenantId, amount: Option<Amount>) -> RequestForm {
    RequestForm {
        problem_type: Some(ProblemType::Refund),
        impact: Some(Impact::Moderate),
        title: format!("Cancel order {order}"),
        customer: customer.to_string(),
        order: order.to_owned(),
        reason: Some(ReasonChoice::Mistake),
        amount,
        contact_name: "Jana Nováková".to_owned(),
        contact_email: "jana@alfa.example".to_owned(),
        contact_phone: "+420 777 123 456".to_owned(),
        ..RequestForm::default()
    }
}

fn check(path: &str, value: &Value) {
    match value {
        Value::Object(facts) => {
            for (name, value) in facts {
                let word = name.to_lowercase();
                assert!(!MONEY.iter().any(|money| word == *money), "{path} names {name}: {value}");
                check(&format!("{path}.{name}"), value);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| check(path, value)),
        other => check_text(path, &other.to_string()),
    }
}

fn check_text(place: &str, text: &str) {
    for amount in AMOUNTS {
        assert!(!text.contains(amount), "{place} holds {amount}: {text}");
    }
}

/// Aim: nothing that a customer can read of the record tells a cost. Method: a trade whose amounts have digits of
/// their own, and a look at every record that names the customer.
#[test]
fn no_record_that_a_customer_may_read_holds_what_its_partner_pays() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        trade(&test, partner, customer).await;
        let admin = test.caller(customer, &[Role::GlobalAdmin]).await;
        let records = activity::list(&test.app, &admin, &Filter::default(), None, 200).await.unwrap();
        let kinds: Vec<&str> = records.iter().map(|record| record.kind.as_str()).collect();
        for kind in ["order.placed", "order.cancelled", "key.revealed", "key.limit_lowered", "key.revoked"] {
            assert!(kinds.contains(&kind), "{kind} is visible to the customer: {kinds:?}");
        }
        assert!(!kinds.contains(&"order.place_refused"), "what the partner could not buy is its own affair");
        for record in &records {
            check(&record.kind, &record.facts);
            for (field, value) in &record.personal {
                check_text(&format!("{}.{field}", record.kind), value);
            }
            for lang in Lang::ALL {
                check_text(&record.kind, &record.sentence(lang));
                check_text(&record.kind, &record.about().join(", "));
            }
        }
        let csv = activity::export_csv(&test.app, &admin, &Filter::default(), Lang::En).await.unwrap();
        check_text("the export", &csv);
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let of_partner = activity::list(&test.app, &agent, &Filter::default(), None, 200).await.unwrap();
        let refused = of_partner.iter().find(|record| record.kind == "order.place_refused").unwrap();
        assert_eq!((refused.is_refused, &refused.facts["refused"]), (true, &Value::from("credit_exceeded")));
        let number = &of_partner.iter().find(|record| record.kind == "order.placed").unwrap().facts["number"];
        let sentence = of_partner.iter().find(|record| record.kind == "order.placed").unwrap().sentence(Lang::En);
        assert!(sentence.contains(number.as_str().unwrap()), "the sentence names the order: {sentence}");
    });
}
