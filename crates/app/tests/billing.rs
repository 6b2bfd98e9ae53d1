//! Invoices on both engines: each month once, numbers without gaps, and books that agree (I8).

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use perpetua_app::billing::{self, Invoice, LineKey, ListInvoices, Period};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::orders::PlacedOrder;
use perpetua_app::{App, Caller, cancellation, doctor, documents};
use perpetua_domain::access::Role;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::Currency;
use perpetua_test_support::{Goods, TestApp};

struct Shop {
    test: Arc<TestApp>,
    partner: TenantId,
    customer: TenantId,
    agent: Caller,
    item: CatalogItemId,
}

impl Shop {
    async fn open(test: Arc<TestApp>, name: &str) -> Self {
        let item = test.sell(Goods::default()).await;
        Self::buying(test, name, item).await
    }

    async fn buying(test: Arc<TestApp>, name: &str, item: CatalogItemId) -> Self {
        let partner = test.partner(name).await;
        let customer = test.customer(partner, &format!("{name} customer")).await;
        test.agree(partner, customer).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        Self { test, partner, customer, agent, item }
    }

    fn app(&self) -> &App {
        &self.test.app
    }

    async fn buy(&self, quantity: i64) -> PlacedOrder {
        self.test.order(&self.agent, self.customer, &[(self.item, quantity)]).await
    }

    async fn cancel(&self, order: &PlacedOrder, quantity: u32, credit: i64) {
        let form = cancellation::RequestForm {
            problem_type: Some(perpetua_domain::request::ProblemType::Refund),
            impact: Some(perpetua_domain::request::Impact::Moderate),
            title: "Cancel".to_owned(),
            customer: self.customer.to_string(),
            order: order.number.clone(),
            reason: Some(perpetua_domain::request::ReasonChoice::Mistake),
            amount: perpetua_domain::money::Amount::from_minor(credit),
            contact_name: "Jana".to_owned(),
            contact_email: "jana@alfa.example".to_owned(),
            contact_phone: "+420777123456".to_owned(),
            ..cancellation::RequestForm::default()
        };
        let lines = vec![Pick { line: 0, quantity }];
        let request_key = self.app().entropy.bytes();
        let command = cancellation::Cancel { request_key, order: order.id, lines, form, release: Vec::new() };
        cancellation::cancel(self.app(), &self.agent, command).await.unwrap();
    }

    async fn invoices(&self) -> Vec<Invoice> {
        let wanted = ListInvoices { partner: self.partner, from: None, until: None, offset: 0, limit: 500 };
        billing::list(self.app(), &self.agent, wanted).await.unwrap().rows
    }

    /// Net, tax and quantity of all lines, read two at a time.
    async fn sums(&self, number: &str) -> (i64, i64, i64) {
        let (mut sums, mut after) = ((0, 0, 0), None::<LineKey>);
        loop {
            let page = billing::lines(self.app(), &self.agent, number, after, 2).await.unwrap();
            for line in &page.rows {
                let units = if line.credit_note.is_some() { -line.quantity } else { line.quantity };
                sums = (sums.0 + line.net, sums.1 + line.tax, sums.2 + units);
            }
            after = page.next;
            if after.is_none() {
                return sums;
            }
        }
    }
}

fn euro() -> Currency {
    "EUR".parse().unwrap()
}

fn days(test: &TestApp, days: i64) {
    test.clock.advance(SignedDuration::from_hours(24 * days));
    test.real_clock.advance(SignedDuration::from_hours(24 * days));
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_month_is_closed_once_with_its_charges_and_credits() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        let kept = shop.buy(3).await;
        shop.cancel(&kept, 1, 11_900).await;
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 0, "the month still runs");
        let current = (Period::Current, euro());
        let open = billing::unbilled(shop.app(), &shop.agent, shop.partner, current, None, 100).await.unwrap();
        assert_eq!((open.rows.len(), open.invoice, open.next), (2, None, None));
        days(&test, 30);
        shop.buy(1).await;
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 1);
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 0);
        let invoices = shop.invoices().await;
        assert_eq!(invoices.len(), 1);
        let invoice = &invoices[0];
        assert_eq!((invoice.number.as_str(), invoice.net.minor(), invoice.tax.minor()), ("G000000001", 20_000, 3_800));
        assert_eq!((invoice.total.minor(), invoice.currency), (23_800, euro()));
        assert!(invoice.period_start <= instant("2026-03-02T09:00:00Z") && invoice.period_end > invoice.period_start);
        assert_eq!(shop.sums(&invoice.number).await, (20_000, 3_800, 2));
        assert_eq!(billing::get(shop.app(), &shop.agent, &invoice.number).await.unwrap(), *invoice);
        let open = billing::unbilled(shop.app(), &shop.agent, shop.partner, current, None, 100).await.unwrap();
        assert_eq!(open.rows.len(), 1);
        let events = test.events("invoice.closed").await;
        assert_eq!(events.len(), 1);
        assert!(events[0].contains("G000000001"));
        let summary = billing::summaries(shop.app(), &shop.agent, shop.partner).await.unwrap().remove(0);
        assert_eq!((summary.balance.minor(), summary.latest_invoice_at), (35_700, Some(invoice.closed_at)));
        assert_eq!((summary.first_invoice_at, summary.last_payment), (Some(invoice.closed_at), None));
    });
}

#[test]
fn what_comes_after_its_month_was_closed_stands_on_another_invoice() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        shop.buy(1).await;
        let late = shop.buy(2).await;
        days(&test, 40);
        // As if it had been on its way while the month was closed.
        let id = late.id.to_string().replace('-', "");
        let hide = |kind: &str| match shop.app().store.engine() {
            perpetua_test_support::Engine::Sqlite => {
                format!("UPDATE ledger_entry SET kind = '{kind}' WHERE order_id = unhex('{id}')")
            }
            perpetua_test_support::Engine::Postgres => {
                format!("UPDATE ledger_entry SET kind = '{kind}' WHERE order_id = decode('{id}', 'hex')")
            }
        };
        execute(&shop, hide("payment")).await;
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 1);
        execute(&shop, hide("order")).await;
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 1);
        let totals: Vec<i64> = shop.invoices().await.iter().map(|invoice| invoice.total.minor()).collect();
        assert_eq!(totals, [23_800, 11_900]);
    });
}

async fn execute(shop: &Shop, sql: String) {
    assert_eq!(execute_any(shop, sql).await, 1);
}

async fn execute_any(shop: &Shop, sql: String) -> usize {
    use diesel::RunQueryDsl as _;
    let done = shop.app().store.write(sql, |conn, sql| {
        diesel::sql_query(sql.as_str()).execute(conn).map_err(perpetua_store::StoreError::from)
    });
    done.await.unwrap()
}

#[test]
fn invoices_and_what_is_not_billed_equal_orders_less_credits_whatever_happens() {
    TestApp::each(async |test| {
        let alfa = Shop::open(test.clone(), "Alfa").await;
        let beta = Shop::buying(test.clone(), "Beta", alfa.item).await;
        let shops = [alfa, beta];
        let mut seed = 7_u64;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..40 {
            let shop = &shops[usize::try_from(random(2)).unwrap()];
            let order = shop.buy(i64::try_from(random(4)).unwrap() + 1).await;
            if random(3) == 0 {
                shop.cancel(&order, 1, 11_900).await;
            }
            days(&test, i64::try_from(random(9)).unwrap());
            if random(4) == 0 {
                billing::close_months(shop.app()).await.unwrap();
            }
        }
        let mut numbers = BTreeSet::new();
        for shop in &shops {
            let mut total = 0;
            for invoice in shop.invoices().await {
                assert!(invoice.closed_at >= invoice.period_end);
                let (net, tax, _) = shop.sums(&invoice.number).await;
                assert_eq!((net, tax), (invoice.net.minor(), invoice.tax.minor()), "{}", invoice.number);
                assert_eq!(net + tax, invoice.total.minor());
                total += invoice.total.minor();
                numbers.insert(invoice.number);
            }
            for period in [Period::Current, Period::Previous] {
                let open = billing::unbilled(shop.app(), &shop.agent, shop.partner, (period, euro()), None, 1_000);
                total += open.await.unwrap().rows.iter().map(|line| line.net + line.tax).sum::<i64>();
            }
            let summary = billing::summaries(shop.app(), &shop.agent, shop.partner).await.unwrap().remove(0);
            assert_eq!(total, summary.balance.minor());
        }
        assert!(numbers.len() > 3, "{numbers:?}");
        let expected: BTreeSet<String> = (1..=numbers.len()).map(|number| format!("G{number:09}")).collect();
        assert_eq!(numbers, expected, "no gap and no number twice");
        let report = doctor::examine(shops[0].app(), SignedDuration::from_hours(100_000), &[]).await.unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn many_closings_at_once_make_one_invoice_per_account_and_month() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test.clone(), "Alfa").await);
        for _ in 0..3 {
            shop.buy(1).await;
            days(&test, 31);
        }
        let closings: Vec<_> = (0..8)
            .map(|_| {
                let shop = shop.clone();
                tokio::spawn(async move { billing::close_months(shop.app()).await.unwrap() })
            })
            .collect();
        let mut closed = 0;
        for one in closings {
            closed += one.await.unwrap();
        }
        assert_eq!(closed, 3);
        let numbers: Vec<String> = shop.invoices().await.into_iter().map(|invoice| invoice.number).collect();
        assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>().len(), 3);
    });
}

#[test]
fn invoices_are_seen_by_the_partners_administrators_and_by_no_one_else() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        let other = Shop::buying(test.clone(), "Beta", shop.item).await;
        shop.buy(1).await;
        days(&test, 31);
        billing::close_months(shop.app()).await.unwrap();
        let wanted = ListInvoices { partner: shop.partner, from: None, until: None, offset: 0, limit: 10 };
        let billing_admin = test.caller(shop.partner, &[Role::BillingAdmin]).await;
        let sales = test.caller(shop.partner, &[Role::SalesAgent]).await;
        let customer = test.caller(shop.customer, &[Role::GlobalAdmin]).await;
        for (caller, expected) in [
            (&shop.agent, "seen"),
            (&billing_admin, "seen"),
            (&sales, "missing_role"),
            (&other.agent, "not_found"),
            (&customer, "not_found"),
        ] {
            let found = billing::list(shop.app(), caller, wanted).await;
            assert_eq!(found.err().map_or("seen", |problem| problem.code), expected, "{}", caller.name);
            let found = billing::lines(shop.app(), caller, "G000000001", None, 10).await;
            assert_eq!(found.err().map_or("seen", |problem| problem.code), expected, "{}", caller.name);
        }
        assert_eq!(billing::get(shop.app(), &shop.agent, "G000000002").await.unwrap_err().code, "not_found");
        let before = ListInvoices { until: Some(instant("2026-03-01T00:00:00Z")), ..wanted };
        assert_eq!(billing::list(shop.app(), &shop.agent, before).await.unwrap().total, 0);
    });
}

#[test]
fn a_document_lists_so_many_lines_and_sums_all_of_them() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        for quantity in 1..=3 {
            shop.buy(quantity).await;
        }
        days(&test, 31);
        billing::close_months(shop.app()).await.unwrap();
        let set = async |lines| {
            let file = documents::statement_within(shop.app(), &shop.agent, "G000000001", lines).await.unwrap();
            String::from_utf8(file.bytes).unwrap().replace('\u{a0}', " ")
        };
        let (whole, cut) = (set(3).await, set(2).await);
        let listed = |text: &str| text.lines().filter(|line| line.contains("Harbor Server")).count();
        assert_eq!((listed(&whole), listed(&cut)), (3, 2), "{cut}");
        let said = "Only the first 2 lines are listed";
        assert!(cut.contains(said) && !whole.contains(said), "{cut}");
        for sum in ["19% | €600.00 | €114.00 | €714.00", "Total: €714.00"] {
            assert!(whole.contains(sum) && cut.contains(sum), "{sum}: {cut}");
        }
    });
}

#[test]
fn a_credit_note_is_dated_where_the_operator_is_and_not_there_for_customers() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        let order = shop.buy(2).await;
        // There it is the day before everywhere else.
        let operator = test.operator.to_string().replace('-', "");
        let operator = match shop.app().store.engine() {
            perpetua_test_support::Engine::Sqlite => format!("unhex('{operator}')"),
            perpetua_test_support::Engine::Postgres => format!("decode('{operator}', 'hex')"),
        };
        execute(&shop, format!("UPDATE tenant SET zone = 'Pacific/Pago_Pago' WHERE id = {operator}")).await;
        shop.cancel(&order, 1, 11_900).await;
        let requests = cancellation::requests(shop.app(), &shop.agent, None, 10).await.unwrap();
        let note = requests.rows[0].0.credit_note_id.unwrap().0;
        let issued = shop.app().clock.now().to_zoned(jiff::tz::TimeZone::get("Pacific/Pago_Pago").unwrap()).date();
        let file = documents::credit_note(shop.app(), &shop.agent, note).await.unwrap();
        let text = String::from_utf8(file.bytes).unwrap();
        let issued = format!("Date of issue: {}", perpetua_i18n::format::date(perpetua_i18n::Lang::En, issued));
        assert!(text.contains(&issued), "{issued}: {text}");
        let customer = test.caller(shop.customer, &[Role::GlobalAdmin]).await;
        let refused = cancellation::credit_note(shop.app(), &customer, note).await.unwrap_err();
        assert_eq!(refused.code, "not_found", "it tells what its partner paid");
    });
}

/// All that documents keep of their parties, a line each.
async fn kept(test: &TestApp) -> Vec<String> {
    let sql = "SELECT role || ' ' || name || ', ' || address_line1 || ', ' || city || ' ' || vat_id AS line \
               FROM document_party ORDER BY role, name, document_id";
    test.lines(sql).await
}

#[test]
fn documents_keep_the_names_and_addresses_of_their_day() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        test.run(
            "UPDATE tenant SET address_line1 = 'Old Street 1', city = 'Brno', vat_id = 'CZ1' \
             WHERE kind IN ('operator', 'partner', 'customer')",
        )
        .await;
        let order = shop.buy(3).await;
        shop.cancel(&order, 1, 11_900).await;
        days(&test, 31);
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 1);
        let note = shop.invoices().await[0].credit_notes[0].0;
        let documents = async || {
            let invoice = documents::statement(shop.app(), &shop.agent, "G000000001").await.unwrap().bytes;
            let note = documents::credit_note(shop.app(), &shop.agent, note).await.unwrap().bytes;
            [String::from_utf8(invoice).unwrap(), String::from_utf8(note).unwrap()]
        };
        let before = documents().await;
        assert!(
            before.iter().all(|text| text.contains("Old Street 1") && text.contains("Alfa customer")),
            "{before:?}"
        );
        test.run(
            "UPDATE tenant SET name = 'Renamed ' || name, address_line1 = 'New Street 2', city = 'Praha', \
             vat_id = 'CZ2', zone = 'Pacific/Pago_Pago' WHERE kind IN ('operator', 'partner', 'customer')",
        )
        .await;
        assert_eq!(documents().await, before, "what was issued stays as it was issued");
        let invoice = shop.invoices().await.remove(0);
        let old = format!("{} {}", invoice.issuer.address_line1, invoice.recipient.name);
        assert_eq!(old, "Old Street 1 Alfa");
        let page = billing::lines(shop.app(), &shop.agent, "G000000001", None, 10).await.unwrap();
        let names: BTreeSet<&str> = page.rows.iter().map(|line| line.customer_name.as_str()).collect();
        assert_eq!(names, BTreeSet::from(["Alfa customer"]), "the lines of an invoice are part of it");
        // What is issued from now on, and what is not issued yet, names the parties of now.
        shop.buy(1).await;
        let current = (Period::Current, euro());
        let open = billing::unbilled(shop.app(), &shop.agent, shop.partner, current, None, 10).await.unwrap();
        assert_eq!(open.rows[0].customer_name, "Renamed Alfa customer");
        days(&test, 31);
        assert_eq!(billing::close_months(shop.app()).await.unwrap(), 1);
        let latest = shop.invoices().await.remove(0);
        assert_eq!((latest.recipient.name.as_str(), latest.issuer.city.as_str()), ("Renamed Alfa", "Praha"));
    });
}

#[test]
fn documents_from_before_their_parties_were_kept_get_those_of_the_migrations_day() {
    TestApp::each(async |test| {
        let shop = Shop::open(test.clone(), "Alfa").await;
        let order = shop.buy(3).await;
        shop.cancel(&order, 1, 11_900).await;
        days(&test, 31);
        billing::close_months(shop.app()).await.unwrap();
        let before = kept(&test).await;
        assert_eq!(before.len(), 6, "three of the invoice and three of the credit note: {before:?}");
        let of = ["SELECT id FROM invoice WHERE number >= 'G'", "SELECT id FROM credit_note WHERE number >= 'C'"];
        for documents in of {
            execute_any(&shop, format!("DELETE FROM document_party WHERE document_id IN ({documents})")).await;
        }
        assert!(kept(&test).await.is_empty());
        let invoice = shop.invoices().await.remove(0);
        assert_eq!(invoice.recipient.name, "Alfa", "a program from before may run beside this one");
        documents::credit_note(shop.app(), &shop.agent, invoice.credit_notes[0].0).await.unwrap();
        let migration =
            perpetua_store::MIGRATIONS.iter().find(|migration| migration.name == "document_parties").unwrap();
        for statement in migration.sql().split(';').filter(|statement| statement.contains("INSERT INTO")) {
            let sql: String = statement.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
            execute(&shop, sql).await;
        }
        assert_eq!(kept(&test).await, before);
    });
}
