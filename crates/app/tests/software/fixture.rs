//! A partner with one customer, purchases written straight into the tables, and media with real bytes.

use std::sync::Arc;

use bytes::Bytes;
use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::vault::{Purpose, row_aad};
use perpetua_app::{Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::id::{MediaId, OrderId, OrderLineId, ProductKeyId, TenantId};
use perpetua_license::key::ProductKey;
use perpetua_store::schema::{audit_record, media, order_line, orders, product_key, relationship, subscription};
use perpetua_store::{Conn, Id, StoreError};
use perpetua_test_support::TestApp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A partner, its admin agent, a customer and its global administrator.
pub struct Shop {
    pub test: Arc<TestApp>,
    pub partner: TenantId,
    pub customer: TenantId,
    pub agent: Caller,
    pub admin: Caller,
}

/// What is bought.
#[derive(Clone)]
pub struct Bought {
    pub title: &'static str,
    pub kind: &'static str,
    pub quantity: i64,
    pub version_rank: i64,
    pub downgrade_rights: bool,
    pub term_ends_at: Option<Timestamp>,
}

impl Default for Bought {
    fn default() -> Self {
        Self {
            title: "Harbor Server",
            kind: "perpetual",
            quantity: 3,
            version_rank: 24,
            downgrade_rights: true,
            term_ends_at: None,
        }
    }
}

struct Rows {
    order: OrderId,
    line: OrderLineId,
    key: ProductKeyId,
    partner: TenantId,
    customer: TenantId,
    now: Timestamp,
    bought: Bought,
    data_key: Uuid,
    sealed: Vec<u8>,
    hash: Vec<u8>,
}

impl Shop {
    pub async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let admin = test.caller(customer, &[Role::GlobalAdmin]).await;
        Self { test, partner, customer, agent, admin }
    }

    fn id(&self) -> Uuid {
        self.test.app.entropy.uuid(self.test.app.clock.now())
    }

    pub async fn buy(&self, bought: Bought) -> OrderLineId {
        self.buy_with_key(bought).await.0
    }

    /// A purchase, and its key as the customer should read it.
    pub async fn buy_with_key(&self, bought: Bought) -> (OrderLineId, String) {
        let app = &self.test.app;
        let secrets = app.vault.check_secrets();
        let (version, secret) = secrets.newest().unwrap();
        let key = ProductKey::mint(app.entropy.bytes(), version, secret);
        let id = ProductKeyId::new(self.id());
        let aad = row_aad("product_key", "sealed", id.uuid());
        let sealed = app.vault.seal(Purpose::ProductKey, &aad, key.expose().as_bytes(), &*app.entropy).unwrap();
        let rows = Rows {
            order: OrderId::new(self.id()),
            line: OrderLineId::new(self.id()),
            key: id,
            partner: self.partner,
            customer: self.customer,
            now: app.clock.now(),
            bought,
            data_key: sealed.data_key.uuid(),
            sealed: sealed.bytes,
            hash: app.entropy.bytes::<32>().to_vec(),
        };
        let line = rows.line;
        app.store.write(rows, insert).await.unwrap();
        (line, key.expose_grouped().to_string())
    }

    /// A medium of the product with these bytes.
    pub async fn medium(&self, (version, rank): (&str, i64), language: &str, bit: &str, bytes: Vec<u8>) -> MediaId {
        let app = &self.test.app;
        let id = MediaId::new(self.id());
        let storage_key = format!("media/{id}");
        let digest = Sha256::digest(&bytes).to_vec();
        let size = i64::try_from(bytes.len()).unwrap();
        app.media.put(&Path::from(storage_key.as_str()), Bytes::from(bytes).into()).await.unwrap();
        let input = (id, version.to_owned(), rank, language.to_owned(), bit.to_owned(), storage_key, digest, size);
        app.store
            .write(input, |conn, (id, version, rank, language, bit, storage_key, digest, size)| {
                let row = (
                    media::id.eq(Id(*id)),
                    media::product_id.eq("DZH318Z0BQ3Q"),
                    media::version_label.eq(version),
                    media::version_rank.eq(rank),
                    media::language.eq(language),
                    media::bit.eq(bit),
                    media::file_type.eq("iso"),
                    media::file_name.eq(format!("harbor-{version}-{language}-{bit}.iso")),
                    media::size.eq(size),
                    media::sha256.eq(digest),
                    media::signature.eq(vec![7_u8; 64]),
                    media::signing_key.eq("0011223344556677"),
                    media::storage_key.eq(storage_key),
                    media::state.eq("available"),
                    media::imported_at.eq(0_i64),
                    media::version.eq(1_i64),
                );
                diesel::insert_into(media::table).values(row).execute(conn)?;
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        id
    }

    /// Cancels a purchase as the cancellation does.
    pub async fn cancel(&self, line: OrderLineId) {
        self.write(move |conn| {
            let row = order_line::table.filter(order_line::id.eq(Id(line)));
            let cancelled =
                (order_line::cancelled_quantity.eq(order_line::quantity), order_line::state.eq("cancelled"));
            diesel::update(row).set(cancelled).execute(conn)?;
            let key = product_key::table.filter(product_key::line_id.eq(Id(line)));
            diesel::update(key).set(product_key::state.eq("revoked")).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Gives the purchase a subscription in this state, as an order and a suspension leave it.
    pub async fn subscription(&self, line: OrderLineId, state: &'static str) {
        self.write(move |conn| {
            diesel::delete(subscription::table.filter(subscription::line_id.eq(Id(line)))).execute(conn)?;
            let sql = format!(
                "INSERT INTO subscription SELECT id, id, order_id, partner_id, customer_id, title, '{state}', NULL, \
                 FALSE, 'P1Y', placed_at, placed_at, partner_id, placed_at, placed_at, 1 FROM order_line"
            );
            diesel::sql_query(sql).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Ends the relationship of partner and customer.
    pub async fn part(&self) {
        let (partner, customer) = (self.partner, self.customer);
        self.write(move |conn| {
            let row = relationship::table
                .filter(relationship::partner_id.eq(Id(partner)))
                .filter(relationship::customer_id.eq(Id(customer)));
            diesel::update(row).set(relationship::state.eq("ended")).execute(conn)?;
            Ok(())
        })
        .await;
    }

    pub async fn write(&self, change: impl Fn(&mut Conn) -> Result<(), StoreError> + Send + 'static) {
        self.test.app.store.write((), move |conn, ()| change(conn)).await.unwrap();
    }

    /// Kind and outcome of the audit records about the customer, oldest first.
    pub async fn audit(&self) -> Vec<(String, String)> {
        let customer = self.customer;
        let read = self.test.app.store.read(move |conn| {
            let rows = audit_record::table
                .filter(audit_record::customer_id.eq(Id(customer)))
                .order((audit_record::at, audit_record::id))
                .select((audit_record::kind, audit_record::outcome))
                .load(conn)?;
            Ok::<_, StoreError>(rows)
        });
        read.await.unwrap()
    }

    /// Kinds of the audit records about the customer with this outcome.
    pub async fn audited(&self, outcome: &str) -> Vec<String> {
        self.audit().await.into_iter().filter(|(_, found)| found == outcome).map(|(kind, _)| kind).collect()
    }

    /// Moves both clocks.
    pub fn pass(&self, hours: i64) {
        self.test.clock.advance(SignedDuration::from_hours(hours));
        self.test.real_clock.advance(SignedDuration::from_hours(hours));
    }
}

fn insert(conn: &mut Conn, rows: &Rows) -> Result<(), StoreError> {
    let (now, zone) = (rows.now.as_microsecond(), "Europe/Berlin");
    let window = "2026-05-01T22:00:00Z".parse::<Timestamp>().unwrap().as_microsecond();
    let number = format!("O-{}", &rows.order.to_string()[28..]);
    let order = (
        orders::id.eq(Id(rows.order)),
        orders::number.eq(&number),
        orders::request_key.eq(&rows.hash),
        orders::partner_id.eq(Id(rows.partner)),
        orders::customer_id.eq(Id(rows.customer)),
        orders::relationship_id.eq(Id(rows.order.uuid())),
        orders::agreement_id.eq(Id(rows.order.uuid())),
        orders::placed_by.eq(Id(rows.order.uuid())),
        orders::placed_at.eq(now),
        orders::state.eq("completed"),
        orders::market.eq("DE"),
        orders::currency.eq("EUR"),
        orders::zone.eq(zone),
        orders::po_number.eq(""),
        orders::net.eq(0_i64),
        orders::tax.eq(0_i64),
        orders::total.eq(0_i64),
        orders::version.eq(1_i64),
    );
    diesel::insert_into(orders::table).values(order).execute(conn)?;
    insert_line(conn, rows, &number, now, window)?;
    let key = (
        product_key::id.eq(Id(rows.key)),
        product_key::line_id.eq(Id(rows.line)),
        product_key::lookup_hash.eq(&rows.hash),
        product_key::lookup_key_id.eq(Id(rows.data_key)),
        product_key::data_key_id.eq(Id(rows.data_key)),
        product_key::sealed.eq(&rows.sealed),
        product_key::state.eq("active"),
        product_key::activation_limit.eq(rows.bought.quantity * 2),
        product_key::activation_used.eq(1_i64),
        product_key::created_at.eq(now),
        product_key::revoke_reason.eq(""),
        product_key::version.eq(1_i64),
    );
    diesel::insert_into(product_key::table).values(key).execute(conn)?;
    Ok(())
}

fn insert_line(conn: &mut Conn, rows: &Rows, number: &str, now: i64, window: i64) -> Result<(), StoreError> {
    let bought = &rows.bought;
    let parties = (
        order_line::id.eq(Id(rows.line)),
        order_line::order_id.eq(Id(rows.order)),
        order_line::line_no.eq(1_i64),
        order_line::order_number.eq(number.to_owned()),
        order_line::partner_id.eq(Id(rows.partner)),
        order_line::customer_id.eq(Id(rows.customer)),
        order_line::placed_at.eq(now),
    );
    let offer = (
        order_line::product_id.eq("DZH318Z0BQ3Q"),
        order_line::sku_id.eq("0001"),
        order_line::availability_id.eq("DZH318Z0BQ4B"),
        order_line::segment.eq("commercial"),
        order_line::title.eq(bought.title),
        order_line::sku_title.eq("Standard"),
        order_line::kind.eq(bought.kind),
        order_line::term.eq(if bought.kind == "perpetual" { "OneTime" } else { "P1Y" }),
        order_line::term_ends_at.eq(bought.term_ends_at.map(Timestamp::as_microsecond)),
        order_line::currency.eq("EUR"),
        order_line::quantity.eq(bought.quantity),
        order_line::cancelled_quantity.eq(0_i64),
    );
    let money = (
        order_line::unit_price.eq(0_i64),
        order_line::suggested_price.eq(0_i64),
        order_line::own_price.eq(0_i64),
        order_line::net.eq(0_i64),
        order_line::tax.eq(0_i64),
        order_line::credited_net.eq(0_i64),
        order_line::credited_tax.eq(0_i64),
        order_line::tax_rate_basis_points.eq(0_i64),
        order_line::tax_category.eq("standard"),
        order_line::tax_reason.eq("domestic"),
    );
    let policy = (
        order_line::policy_id.eq(Id(rows.order.uuid())),
        order_line::window_closes_at.eq(window),
        order_line::refund_rule.eq("full"),
        order_line::activations_per_unit.eq(2_i64),
        order_line::downgrade_rights.eq(bought.downgrade_rights),
        order_line::version_rank.eq(bought.version_rank),
        order_line::link_lifetime_days.eq(14_i64),
        order_line::link_uses_max.eq(50_i64),
        order_line::state.eq("active"),
        order_line::version.eq(1_i64),
    );
    diesel::insert_into(order_line::table).values((parties, offer, money, policy)).execute(conn)?;
    Ok(())
}

/// The code of a refusal.
pub fn code<T>(outcome: Result<T, Problem>) -> &'static str {
    outcome.err().map_or("allowed", |problem| problem.code)
}

/// Bytes that differ from place to place.
pub fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect()
}
