//! Orders as pages: lists of a partner, of one customer and of the operator, one order with its
//! confirmation, and the partner's home.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use jiff::Timestamp;
use perpetua_app::carts::CartSummary;
use perpetua_app::orders::{self, ClosingPurchase, ListOrders, OrderCredit, OrderLineView, OrderSummary, OrderView};
use perpetua_app::{Caller, Problem};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{OrderId, TenantId};
use perpetua_http::{SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use super::home::role_requests;
use super::money::{self, with};
use crate::shell::{Answer, frame, home as home_of, page, titled};
use crate::views::form::Field;
use crate::views::frame::{Link, Tone};
use crate::views::home::{Document, Home, Line, OrderRow, Orders};
use crate::views::list::List;
use crate::views::partner::customer_tabs;
use crate::views::parts::{Attention, Badge, Empty, Fact, Figure};

/// Rows of one page.
const ROWS: i64 = 50;

/// Pages about orders.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/partner", get(home))
        .route("/partner/orders", get(all))
        .route("/operator/orders", get(all))
        .route("/customer/orders", get(all))
        .route("/partner/orders/{order}", get(one))
        .route("/operator/orders/{order}", get(one))
        .route("/customer/orders/{order}", get(one))
        .route("/partner/customers/{customer}/orders", get(of_customer))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

async fn all(SignedIn { caller, visitor }: SignedIn, Query(wanted): Query<Wanted>) -> Answer {
    let path = format!("{}/orders", home_of(&caller));
    let heading = if caller.kind == TenantKind::Operator { "nav-sales" } else { "nav-orders" };
    list(&visitor, &caller, None, &path, heading, &wanted).await
}

async fn of_customer(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let customer: TenantId = customer.parse().map_err(|_| Problem::not_found())?;
    let path = format!("/partner/customers/{customer}/orders");
    list(&visitor, &caller, Some(customer), &path, "nav-orders", &wanted).await
}

async fn list(
    visitor: &Visitor,
    caller: &Caller,
    customer: Option<TenantId>,
    path: &str,
    heading: &str,
    wanted: &Wanted,
) -> Answer {
    let lang = visitor.origin.lang;
    let command = ListOrders::page(customer, &wanted.q, &wanted.after, ROWS + 1)?;
    let mut found = orders::list(&visitor.site.app, caller, command).await?;
    let rows_max = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let is_more = found.len() > rows_max;
    found.truncate(rows_max);
    let q = percent_encoding::utf8_percent_encode(&wanted.q, percent_encoding::NON_ALPHANUMERIC);
    let query = if wanted.q.is_empty() { String::new() } else { format!("q={q}") };
    let next = found.last().filter(|_| is_more).map(|last| format!("{path}?q={q}&after={}", last.cursor()));
    let search = Field::text("q", "buy-order-search").wide().value(wanted.q.clone());
    let clear = (!wanted.q.is_empty()).then(|| Link::new(path, text(lang, "all")));
    let customers = Link::new("/partner/customers", text(lang, "nav-customers"));
    page(&Orders {
        t: frame(visitor, heading),
        tabs: customer.map_or_else(Vec::new, |id| customer_tabs(&format!("/partner/customers/{id}"), "nav-orders")),
        list: List { query, filters: vec![search], next, clear, ..List::at(path) },
        rows: found.iter().map(|order| row(lang, caller, order)).collect(),
        show_partner: caller.kind != TenantKind::Partner,
        show_customer: caller.kind != TenantKind::Customer,
        show_total: caller.kind != TenantKind::Customer,
        empty: Empty {
            heading: text(lang, if wanted.q.is_empty() { "buy-no-orders" } else { "no-results" }).into_owned(),
            text: text(lang, "buy-no-orders-how").into_owned(),
            action: (caller.kind == TenantKind::Partner).then_some(customers),
        },
    })
}

/// One order in a list.
pub(super) fn row(lang: Lang, caller: &Caller, order: &OrderSummary) -> OrderRow {
    let more = Args::new().set("title", order.title.clone()).num("count", (order.lines - 1).max(0));
    OrderRow {
        number: order.number.clone(),
        href: format!("{}/orders/{}", home_of(caller), order.id),
        date: money::day(lang, order.placed_at, &money::zone(&order.zone)),
        partner: if caller.kind == TenantKind::Partner { String::new() } else { order.partner_name.clone() },
        customer: order.customer_name.clone(),
        summary: text_with(lang, "buy-order-summary", &more),
        total: money::amount(lang, order.charged.map(|charged| charged.total), order.currency),
        state: money::order_state(lang, order.state),
    }
}

async fn one(SignedIn { caller, visitor }: SignedIn, Path(order): Path<String>) -> Answer {
    let order: OrderId = order.parse().map_err(|_| Problem::not_found())?;
    let order = orders::load(&visitor.site.app, &caller, order).await?;
    page(&document(&visitor, &caller, &order))
}

fn document(visitor: &Visitor, caller: &Caller, view: &OrderView) -> Document {
    let lang = visitor.origin.lang;
    let now = visitor.site.app.clock.now();
    let order = &view.order;
    let zone = money::zone(&view.zone);
    let is_partner = caller.kind == TenantKind::Partner;
    let customer = format!("/partner/customers/{}", order.customer);
    let named = |label, name: &str, href: String| {
        if is_partner { Fact::link(label, name, href) } else { Fact::new(label, name) }
    };
    let po_number = if order.po_number.is_empty() { "—" } else { &order.po_number };
    let mut links = vec![Link::new(format!("{}/orders", home_of(caller)), text(lang, "nav-orders"))];
    if is_partner {
        links.insert(0, Link::new(format!("{customer}/software"), text(lang, "nav-software")));
    }
    Document {
        t: titled(visitor, with(lang, "buy-order-title", "number", &order.number)),
        badge: Some(money::order_state(lang, order.state)),
        note: String::new(),
        facts: [
            (caller.kind != TenantKind::Customer).then(|| named("field-customer", &order.customer_name, customer)),
            Some(Fact::new("field-partner", &order.partner_name)),
            Some(Fact::new("field-date", format::date_time(lang, order.placed_at, &zone))),
            Some(Fact::new("buy-placed-by", &view.placed_by)),
            Some(Fact::new("field-purchase-order", po_number)),
        ]
        .into_iter()
        .flatten()
        .chain(view.credit_notes.iter().map(|note| credit_note(lang, caller, order, note)))
        .collect(),
        lines: view.lines.iter().map(|line| line_of(lang, view, line, now)).collect(),
        totals: money::totals(lang, order.charged.map(|sums| (sums.net, sums.tax, sums.total)), order.currency),
        remarks: Vec::new(),
        links,
        actions: Vec::new(),
    }
}

fn credit_note(lang: Lang, caller: &Caller, order: &OrderSummary, note: &OrderCredit) -> Fact {
    let total = money::amount(lang, Some(note.total), order.currency);
    let href = format!("{}/credit-notes/{}", home_of(caller), note.id);
    Fact::link("field-credit-note", format!("{} · {total}", note.number), href)
}

/// How much of a line was cancelled; nothing for nothing.
fn cancelled(lang: Lang, line: &OrderLineView) -> Option<String> {
    let words = Args::new().num("count", line.cancelled).set("bought", format::number(lang, line.quantity));
    (line.cancelled > 0).then(|| text_with(lang, "buy-cancelled-units", &words))
}

fn line_of(lang: Lang, view: &OrderView, line: &OrderLineView, now: Timestamp) -> Line {
    let zone = money::zone(&view.zone);
    let currency = view.order.currency;
    let can_end = line.cancelled < line.quantity && line.window_closes_at > now;
    let cancel =
        can_end.then(|| with(lang, "buy-cancel-until", "day", money::last_day(lang, line.window_closes_at, &zone)));
    let ends = line.term_ends_at.map(|end| with(lang, "buy-term-until", "day", money::last_day(lang, end, &zone)));
    let parts = [Some(money::term(lang, line.term)), ends, cancelled(lang, line), cancel];
    let priced = |text: String| if line.charged.is_some() { text } else { String::new() };
    Line {
        product: money::product_name(&line.title, &line.sku_title),
        detail: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href: String::new(),
        quantity: format::number(lang, line.quantity),
        unit_price: priced(money::price(lang, line.unit_price, currency)),
        tax: priced(money::rate(lang, Some(line.tax_rate_basis_points))),
        amount: priced(money::amount(lang, line.charged.map(|charged| charged.net), currency)),
        state: money::line_state(lang, line.state),
    }
}

async fn home(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let found = orders::home(&visitor.site.app, &caller).await?;
    let figures = found.credit.iter().map(|(credit, currency)| {
        let limit = format::amount(lang, credit.limit.minor(), *currency);
        let left = format::amount(lang, credit.left.minor(), *currency);
        Figure::new("figure-credit-left", left, with(lang, "buy-of-limit", "limit", limit))
    });
    let closing = found.closing.iter().map(|purchase| closing(lang, purchase));
    let carts = found.carts.iter().map(|cart| waiting(lang, cart));
    let requests = role_requests(lang, found.role_requests, "/partner/people").into_iter();
    page(&Home {
        t: frame(&visitor, "nav-home"),
        figures: figures.collect(),
        attention: requests.chain(closing).chain(carts).collect(),
        quiet: text(lang, "home-nothing").into_owned(),
        orders: found.orders.iter().map(|order| row(lang, &caller, order)).collect(),
        shows_orders: true,
        all_orders: Some(Link::new("/partner/orders", text(lang, "nav-orders"))),
        empty: Empty {
            heading: text(lang, "buy-no-orders").into_owned(),
            text: text(lang, "buy-no-orders-how").into_owned(),
            action: Some(Link::new("/partner/customers", text(lang, "nav-customers"))),
        },
    })
}

fn closing(lang: Lang, purchase: &ClosingPurchase) -> Attention {
    let words = Args::new()
        .set("customer", purchase.customer_name.clone())
        .set("title", purchase.title.clone())
        .set("day", money::last_day(lang, purchase.closes_at, &money::zone(&purchase.zone)));
    Attention {
        text: text_with(lang, "buy-window-closes", &words),
        badge: Some(Badge::new(Tone::Warn, text(lang, "buy-window"))),
        link: Link::new(format!("/partner/orders/{}", purchase.order), text(lang, "action-show")),
    }
}

fn waiting(lang: Lang, cart: &CartSummary) -> Attention {
    let words = Args::new()
        .set("customer", cart.customer_name.clone())
        .set("day", money::day(lang, cart.changed_at, &money::zone(&cart.zone)))
        .num("count", cart.lines);
    let waits = text_with(lang, "buy-cart-waits", &words);
    Attention {
        text: if cart.name.is_empty() { waits } else { format!("{}: {waits}", cart.name) },
        badge: None,
        link: Link::new(
            format!("/partner/customers/{}/cart?cart={}", cart.customer, cart.id),
            text(lang, "action-open-cart"),
        ),
    }
}
