//! Purchases to cancel, written as rows, and what became of them.

use std::sync::Arc;

use diesel::prelude::*;
use jiff::tz::TimeZone;
use perpetua_app::cancellation::{self, Cancel, Cancelled, RequestForm, Selection};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::catalog::{OfferKind, Segment};
use perpetua_domain::id::{LinkId, MediaId, OrderId, OrderLineId, TenantId};
use perpetua_domain::money::Amount;
use perpetua_domain::order::{LineState, OrderState};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_domain::tax::{TaxCategory, TaxReason};
use perpetua_domain::term::Term;
use perpetua_domain::window::cancellation_deadline;
use perpetua_store::accounts::{self, LedgerRow};
use perpetua_store::keys::{self, ProductKeyRow};
use perpetua_store::orders::{self, OrderLineRow, OrderRow};
use perpetua_store::requests::ListedRequest;
use perpetua_store::schema::{audit_record, download_link, media};
use perpetua_store::{Conn, Id, Utc, Word, cancellations, tenants};
use perpetua_test_support::TestApp;

/// Machines per unit in these tests.
pub const PER_UNIT: i64 = 2;

/// A line to buy: units, net and tax in cents.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub quantity: i64,
    pub net: i64,
    pub tax: i64,
}

pub const fn line(quantity: i64, net: i64, tax: i64) -> Line {
    Line { quantity, net, tax }
}

pub const fn pick(line: u32, quantity: u32) -> Pick {
    Pick { line, quantity }
}

/// A partner with a customer and an admin agent.
pub struct Shop {
    pub app: Arc<App>,
    pub test: Arc<TestApp>,
    pub partner: TenantId,
    pub customer: TenantId,
    pub agent: Caller,
}

pub struct Bought {
    pub order: OrderId,
    pub number: String,
    pub lines: Vec<OrderLineId>,
    pub customer: TenantId,
}

pub struct State {
    pub order: OrderRow,
    pub lines: Vec<OrderLineRow>,
    pub keys: Vec<ProductKeyRow>,
    pub living_links: i64,
    pub balance: i64,
    pub ledger: Vec<LedgerRow>,
}

pub fn key_of(state: &State, line: usize) -> &ProductKeyRow {
    let id = state.lines[line].id;
    state.keys.iter().find(|key| key.line_id == id).unwrap()
}

/// A form as the page fills it in, with a reason.
pub fn form(bought: &Bought, amount: Amount) -> RequestForm {
    RequestForm {
        problem_type: Some(ProblemType::Refund),
        impact: Some(Impact::Moderate),
        title: format!("Cancel Harbor Server, order {}", bought.number),
        customer: bought.customer.to_string(),
        order: bought.number.clone(),
        reason: Some(ReasonChoice::Mistake),
        reason_text: String::new(),
        amount: Some(amount),
        text: String::new(),
        contact_name: "Jana Nováková".to_owned(),
        contact_email: "jana@alfa.example".to_owned(),
        contact_phone: "+420 777 123 456".to_owned(),
    }
}

impl Shop {
    pub async fn open(test: &Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        Self { app: test.app.clone(), test: test.clone(), partner, customer, agent }
    }

    pub async fn customer_admin(&self) -> Caller {
        self.test.caller(self.customer, &[Role::GlobalAdmin]).await
    }

    /// Writes an order of the partner for the customer, with its keys and its charge.
    pub async fn buy(&self, lines: &[Line]) -> Bought {
        let rows = Rows::new(self, lines);
        let bought = Bought {
            order: rows.order.id.0,
            number: rows.order.number.clone(),
            lines: rows.lines.iter().map(|line| line.id.0).collect(),
            customer: self.customer,
        };
        let insert = |conn: &mut Conn, rows: &Rows| {
            orders::insert(conn, &rows.order, &rows.lines)?;
            keys::insert(conn, &rows.keys)?;
            accounts::post(conn, &rows.ledger)?;
            Ok::<(), Problem>(())
        };
        self.app.store.write(rows, insert).await.unwrap();
        bought
    }

    /// Adds a working download link to a line.
    pub async fn link(&self, bought: &Bought, line: usize) {
        let now: Utc = self.app.clock.now().into();
        let new = || self.app.entropy.uuid(self.app.clock.now());
        let media_id = MediaId::new(new());
        let link_id = LinkId::new(new());
        let (line, partner, customer) = (bought.lines[line], self.partner, self.customer);
        let person = self.agent.person;
        let token: [u8; 32] = self.app.entropy.bytes();
        let write = move |conn: &mut Conn, (): &()| {
            insert_media(conn, media_id, now)?;
            diesel::insert_into(download_link::table)
                .values((
                    download_link::id.eq(Id(link_id)),
                    download_link::token_hash.eq(&token[..]),
                    download_link::line_id.eq(Id(line)),
                    download_link::media_id.eq(Id(media_id)),
                    download_link::partner_id.eq(Id(partner)),
                    download_link::customer_id.eq(Id(customer)),
                    download_link::maker_tenant_id.eq(Id(partner)),
                    download_link::created_by.eq(Id(person)),
                    download_link::created_at.eq(now),
                    download_link::expires_at.eq(Utc::from_micros(now.micros() + 1_000_000)),
                    download_link::uses_max.eq(50_i64),
                    download_link::uses.eq(0_i64),
                    download_link::wrong_passwords.eq(0_i64),
                    download_link::recipient.eq(""),
                    download_link::state.eq("active"),
                    download_link::version.eq(1_i64),
                ))
                .execute(conn)
                .map_err(perpetua_store::StoreError::from)?;
            Ok::<(), Problem>(())
        };
        self.app.store.write((), write).await.unwrap();
    }

    #[expect(clippy::unused_self, reason = "it reads as what the shop is told")]
    pub fn command(&self, bought: &Bought, key: u32, lines: Vec<Pick>) -> Cancel {
        let mut request_key = [0; 32];
        request_key[..4].copy_from_slice(&key.to_be_bytes());
        Cancel { request_key, order: bought.order, lines, form: form(bought, Amount::ZERO), release: Vec::new() }
    }

    /// Previews and submits, as a person does who asks for exactly what the page says.
    pub async fn cancel(&self, bought: &Bought, key: u32, lines: Vec<Pick>) -> Result<Cancelled, Problem> {
        let selection = Selection::Lines(lines.clone());
        let preview = cancellation::preview(&self.app, &self.agent, bought.order, selection).await.unwrap();
        let command = Cancel { form: form(bought, preview.total), ..self.command(bought, key, lines) };
        cancellation::cancel(&self.app, &self.agent, command).await
    }

    pub async fn state(&self, bought: &Bought) -> State {
        let (order, partner) = (bought.order, self.partner);
        let now = self.app.clock.now().into();
        let read = move |conn: &mut Conn| {
            Ok::<_, Problem>(State {
                order: orders::find(conn, order)?.unwrap(),
                lines: orders::lines(conn, order)?,
                keys: cancellations::keys_of_order(conn, order)?,
                living_links: cancellations::living_links(conn, order, now)?.iter().map(|(_, count)| count).sum(),
                balance: tenants::account(conn, partner)?.unwrap().balance,
                ledger: accounts::entries(conn, partner, 1_000)?,
            })
        };
        self.app.store.read(read).await.unwrap()
    }

    pub async fn requests(&self) -> Vec<ListedRequest> {
        cancellation::requests(&self.app, &self.agent, None, 500).await.unwrap().rows
    }
}

/// The kinds of audit records with this outcome, sorted.
pub async fn audit_kinds(app: &App, outcome: &'static str) -> Vec<String> {
    let read = move |conn: &mut Conn| {
        audit_record::table
            .filter(audit_record::outcome.eq(outcome))
            .order(audit_record::kind)
            .select(audit_record::kind)
            .load(conn)
            .map_err(Problem::internal)
    };
    app.store.read(read).await.unwrap()
}

/// What a customer may read in its log.
pub async fn audit_details_of_customer(app: &App, customer: TenantId) -> Vec<String> {
    let read = move |conn: &mut Conn| {
        audit_record::table
            .filter(audit_record::customer_id.eq(Some(Id(customer))))
            .select(audit_record::detail)
            .load(conn)
            .map_err(Problem::internal)
    };
    app.store.read(read).await.unwrap()
}

struct Rows {
    order: OrderRow,
    lines: Vec<OrderLineRow>,
    keys: Vec<ProductKeyRow>,
    ledger: LedgerRow,
}

impl Rows {
    fn new(shop: &Shop, lines: &[Line]) -> Self {
        let app = &shop.app;
        let now = app.clock.now();
        let new = || app.entropy.uuid(now);
        let net = lines.iter().map(|line| line.net).sum();
        let tax = lines.iter().map(|line| line.tax).sum();
        let order = OrderRow {
            id: Id(OrderId::new(new())),
            number: new().simple().to_string(),
            request_key: app.entropy.bytes::<32>().to_vec(),
            partner_id: Id(shop.partner),
            customer_id: Id(shop.customer),
            relationship_id: Id(new().into()),
            agreement_id: Id(new().into()),
            cart_id: None,
            placed_by: Id(shop.agent.person),
            placed_at: now.into(),
            state: Word(OrderState::Completed),
            market: "DE".to_owned(),
            currency: "EUR".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            po_number: String::new(),
            net,
            tax,
            total: net + tax,
            version: 1,
        };
        let rows: Vec<OrderLineRow> =
            (0..).zip(lines).map(|(number, line)| line_row(app, &order, number, *line)).collect();
        let keys = rows.iter().map(|line| key_row(app, line)).collect();
        let ledger = LedgerRow {
            id: Id(new().into()),
            partner_id: order.partner_id,
            at: now.into(),
            kind: "order".to_owned(),
            order_id: Some(order.id),
            credit_note_id: None,
            amount: order.total,
            currency: order.currency.clone(),
        };
        Self { order, lines: rows, keys, ledger }
    }
}

fn line_row(app: &App, order: &OrderRow, line_no: i64, line: Line) -> OrderLineRow {
    let now = app.clock.now();
    let zone = TimeZone::get(&order.zone).unwrap();
    OrderLineRow {
        id: Id(app.entropy.uuid(now).into()),
        order_id: order.id,
        line_no,
        order_number: order.number.clone(),
        partner_id: order.partner_id,
        customer_id: order.customer_id,
        placed_at: order.placed_at,
        product_id: "DG7GMGF0HARB".to_owned(),
        sku_id: "0001".to_owned(),
        availability_id: "DG7GMGF0AV01".to_owned(),
        segment: Word(Segment::Commercial),
        title: "Harbor Server".to_owned(),
        sku_title: "Standard".to_owned(),
        kind: Word(OfferKind::Perpetual),
        term: Word(Term::Perpetual),
        term_ends_at: None,
        currency: order.currency.clone(),
        quantity: line.quantity,
        cancelled_quantity: 0,
        unit_price: line.net * 10_000 / line.quantity,
        suggested_price: 0,
        own_price: 0,
        net: line.net,
        tax: line.tax,
        credited_net: 0,
        credited_tax: 0,
        tax_rate_basis_points: 1_900,
        tax_category: Word(TaxCategory::ALL[0]),
        tax_reason: Word(TaxReason::ALL[0]),
        policy_id: Id(app.entropy.uuid(now).into()),
        window_closes_at: cancellation_deadline(now, &zone, 60).unwrap().into(),
        refund_rule: "full".to_owned(),
        activations_per_unit: PER_UNIT,
        downgrade_rights: true,
        version_rank: 1,
        link_lifetime_days: 14,
        link_uses_max: 50,
        state: Word(LineState::Active),
        version: 1,
    }
}

fn key_row(app: &App, line: &OrderLineRow) -> ProductKeyRow {
    let now = app.clock.now();
    ProductKeyRow {
        id: Id(app.entropy.uuid(now).into()),
        line_id: line.id,
        lookup_hash: app.entropy.bytes::<32>().to_vec(),
        lookup_key_id: Id(app.entropy.uuid(now).into()),
        data_key_id: Id(app.entropy.uuid(now).into()),
        sealed: app.entropy.bytes::<32>().to_vec(),
        state: "active".to_owned(),
        activation_limit: line.quantity * PER_UNIT,
        activation_used: 0,
        created_at: now.into(),
        revoked_at: None,
        revoke_reason: String::new(),
        version: 1,
    }
}

fn insert_media(conn: &mut Conn, id: MediaId, now: Utc) -> Result<(), perpetua_store::StoreError> {
    let name = id.to_string();
    diesel::insert_into(media::table)
        .values((
            media::id.eq(Id(id)),
            media::product_id.eq(&name),
            media::version_label.eq("2026"),
            media::version_rank.eq(1_i64),
            media::language.eq("en-US"),
            media::bit.eq("64"),
            media::file_type.eq("iso"),
            media::file_name.eq("harbor.iso"),
            media::size.eq(1_i64),
            media::sha256.eq(&[0_u8; 32][..]),
            media::signature.eq(&[0_u8; 64][..]),
            media::signing_key.eq("none"),
            media::storage_key.eq(&name),
            media::state.eq("available"),
            media::imported_at.eq(now),
            media::version.eq(1_i64),
        ))
        .execute(conn)?;
    Ok(())
}
