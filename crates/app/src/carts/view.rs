//! What a cart shows: live prices, tax and total, credit left, and everything that stands in the way
//! of the order. The review page shows the same view, and its [`Reviewed`] goes into the form.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::{CartId, PersonId, TenantId};
use perpetua_domain::money::{Amount, Currency, UnitPrice};
use perpetua_domain::order::{OrderDraft, OrderRefusal, QuotedLine, decide_order, quote, quote_line};
use perpetua_domain::pricing::{self, Margin};
use perpetua_domain::term::Term;
use perpetua_store::carts::{self, CartLineRow, CartRow};
use perpetua_store::{Conn, StoreError, orders, tenants};

use super::{Reviewed, find_own, wanted};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::order_problem::of_refusal;
use crate::order_request::{Situation, WantedLine, credit_line};
use crate::problem::Problem;

/// The most carts of a list.
const LISTED_MAX: i64 = 100;

/// A cart of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartSummary {
    /// Its id.
    pub id: CartId,
    /// The version to name with a change.
    pub version: i64,
    /// For whom.
    pub customer: TenantId,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's IANA time zone, in which its days are shown.
    pub zone: String,
    /// What people call it; may be empty.
    pub name: String,
    /// Its number of lines.
    pub lines: i64,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it is no longer kept.
    pub expires_at: Timestamp,
    /// Who began it.
    pub created_by: PersonId,
}

/// One line with its price now.
#[derive(Debug)]
pub struct CartLineView {
    /// Its number in the cart.
    pub line: i64,
    /// The catalog item.
    pub item: CatalogItemId,
    /// What it is called; the item's id when it is not sold any more.
    pub title: String,
    /// What its edition is called.
    pub sku_title: String,
    /// The term; `None` when it is not sold any more.
    pub term: Option<Term>,
    /// Units.
    pub quantity: i64,
    /// The currency of the line's prices; another one than the account's where the line cannot be ordered.
    pub currency: Currency,
    /// What the partner pays per unit.
    pub unit_price: Option<UnitPrice>,
    /// The suggested price to the customer.
    pub suggested: Option<UnitPrice>,
    /// The partner's price to the customer: its own, or the suggested one.
    pub own_price: Option<UnitPrice>,
    /// Whether the own price was set by the partner.
    pub own_price_set: bool,
    /// What the partner earns per unit at that price.
    pub margin: Option<Margin>,
    /// Without tax.
    pub net: Option<Amount>,
    /// The line's share of the tax; `None` while any line has a problem.
    pub tax: Option<Amount>,
    /// Hundredths of a percent.
    pub tax_rate_basis_points: Option<u16>,
    /// When the price ends; `None` for no end.
    pub price_valid_to: Option<Timestamp>,
    /// When the cancellation window of a purchase made now would close.
    pub window_closes_at: Option<Timestamp>,
    /// What is wrong with this line.
    pub problem: Option<Problem>,
}

/// What the order would cost now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Without tax.
    pub net: Amount,
    /// The tax.
    pub tax: Amount,
    /// With tax.
    pub total: Amount,
}

/// The partner's credit line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// How much may be owed.
    pub limit: Amount,
    /// How much is owed.
    pub balance: Amount,
    /// How much may still be ordered; negative above the limit.
    pub left: Amount,
}

/// A cart with live prices.
#[derive(Debug)]
pub struct CartView {
    /// Its id.
    pub id: CartId,
    /// The version to name with a change.
    pub version: i64,
    /// For whom.
    pub customer: TenantId,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's IANA time zone, in which its days are shown.
    pub zone: String,
    /// What people call it.
    pub name: String,
    /// The customer's purchase-order number.
    pub po_number: String,
    /// When it is no longer kept.
    pub expires_at: Timestamp,
    /// The currency of the account and of the totals.
    pub currency: Currency,
    /// The lines in their order.
    pub lines: Vec<CartLineView>,
    /// What the order would cost; `None` while a line has a problem.
    pub totals: Option<Totals>,
    /// Until when all these prices hold; `None` for no end.
    pub prices_valid_to: Option<Timestamp>,
    /// The partner's credit line.
    pub credit: Credit,
    /// What stands in the way of the order, the lines' own problems included.
    pub problems: Vec<Problem>,
    /// What the form of the review page carries back; `None` while there is no total.
    pub reviewed: Option<Reviewed>,
}

/// A cart of the caller's tenant with live prices, for its page and for the review.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `cart_ordered`, `cart_expired`.
pub async fn load(app: &App, caller: &Caller, cart: CartId) -> Result<CartView, Problem> {
    let (now, caller) = (app.clock.now(), caller.clone());
    app.store.read(move |conn| load_in(conn, &caller, cart, now)).await
}

/// The carts that can still be ordered, last changed first, of one customer or of all.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn list(app: &App, caller: &Caller, customer: Option<TenantId>) -> Result<Vec<CartSummary>, Problem> {
    let (now, caller) = (app.clock.now(), caller.clone());
    app.store
        .read(move |conn| {
            let (permission, owner) = match customer {
                Some(customer) => (Permission::CartEdit, Owner::Purchase { partner: caller.tenant, customer }),
                None => (Permission::PricesOwnEdit, Owner::Own),
            };
            authorize::require(conn, &caller, permission, owner)?;
            Ok(summaries(conn, caller.tenant, customer, now)?)
        })
        .await
}

/// The carts of a partner, without asking who may see them.
pub(crate) fn summaries(
    conn: &mut Conn,
    partner: TenantId,
    customer: Option<TenantId>,
    now: Timestamp,
) -> Result<Vec<CartSummary>, StoreError> {
    let found = carts::list(conn, partner, customer, now.into(), LISTED_MAX)?;
    let names = orders::names(conn, found.iter().map(|(cart, _)| cart.customer_id.0).collect())?;
    let name_of = |id| names.iter().find(|(tenant, _)| *tenant == id).map(|(_, name)| name.clone());
    let zones = tenants::zones(conn, found.iter().map(|(cart, _)| cart.customer_id).collect())?;
    let zone_of = |id| zones.iter().find(|(tenant, _)| *tenant == id).map(|(_, zone)| zone.clone());
    let summary = |(cart, lines): (CartRow, i64)| CartSummary {
        id: cart.id.0,
        version: cart.version,
        customer: cart.customer_id.0,
        customer_name: name_of(cart.customer_id.0).unwrap_or_default(),
        zone: zone_of(cart.customer_id).unwrap_or_default(),
        name: cart.name,
        lines,
        changed_at: cart.changed_at.timestamp(),
        expires_at: cart.expires_at.timestamp(),
        created_by: cart.created_by.0,
    };
    Ok(found.into_iter().map(summary).collect())
}

fn load_in(conn: &mut Conn, caller: &Caller, id: CartId, now: Timestamp) -> Result<CartView, Problem> {
    let cart = find_own(conn, caller, id, now)?;
    let rows = carts::lines(conn, id)?;
    let asked = wanted(rows.clone())?;
    let items: Vec<_> = asked.iter().map(|line| line.item).collect();
    let (partner, customer) = (cart.partner_id.0, cart.customer_id.0);
    let situation = Situation::load(conn, partner, customer, &items)?;
    let account = tenants::account(conn, partner)?;
    let account = account.ok_or_else(|| Problem::internal(format!("partner {partner} has no account")))?;
    let credit = credit_line(&account)?;
    let titles: Vec<String> = asked.iter().map(|line| title_of(&situation, &line.item)).collect();
    let (quoted, quotation, decision) = situation.decide(now, &asked, credit, None, |request| {
        let each = request.lines.iter().enumerate().map(|(at, line)| quote_line(request, at, line));
        (each.collect::<Vec<_>>(), quote(request), decide_order(request))
    })?;
    let draft = quotation.ok();
    let mut problems = Vec::new();
    let mut lines = Vec::with_capacity(rows.len());
    for (at, (row, quoted)) in rows.iter().zip(quoted).enumerate() {
        let currency = situation.currency(&asked[at..=at], credit.currency);
        // Such a line has a price, which is shown as what it is, and stands in the way of the order all the same.
        let mixed = (currency != credit.currency).then_some(OrderRefusal::MixedCurrencies { line: at });
        let problem = || quoted.as_ref().err().or(mixed.as_ref()).map(|no| of_refusal(no, credit.currency, &titles));
        problems.extend(problem());
        let view = LineState { at, currency, problem: problem(), quoted: quoted.ok() };
        lines.push(line_view(row, &asked[at], &situation, draft.as_ref(), view));
    }
    if let (true, Err(refusal)) = (problems.is_empty(), &decision) {
        problems.push(of_refusal(refusal, credit.currency, &titles));
    }
    let left = credit.limit.minus(credit.balance).unwrap_or(Amount::ZERO);
    Ok(CartView {
        id,
        version: cart.version,
        customer,
        customer_name: situation.customer.name.clone(),
        zone: situation.customer.zone.clone(),
        name: cart.name,
        po_number: cart.po_number,
        expires_at: cart.expires_at.timestamp(),
        currency: credit.currency,
        totals: draft.as_ref().map(|draft| Totals { net: draft.net, tax: draft.tax, total: draft.total }),
        prices_valid_to: lines.iter().filter_map(|line| line.price_valid_to).min(),
        credit: Credit { limit: credit.limit, balance: credit.balance, left },
        reviewed: draft.as_ref().map(|draft| Reviewed {
            version: cart.version,
            prices: draft.lines.iter().map(|line| line.unit_price).collect(),
            total: draft.total,
        }),
        lines,
        problems,
    })
}

fn title_of(situation: &Situation, item: &CatalogItemId) -> String {
    situation.offer(item).map_or_else(|| item.to_string(), |offer| offer.offer.title.clone())
}

/// What was found out about one line.
struct LineState {
    /// Its place in the cart.
    at: usize,
    currency: Currency,
    quoted: Option<QuotedLine>,
    problem: Option<Problem>,
}

fn line_view(
    row: &CartLineRow,
    asked: &WantedLine,
    situation: &Situation,
    draft: Option<&OrderDraft>,
    state: LineState,
) -> CartLineView {
    let offer = situation.offer(&asked.item);
    let drafted = draft.and_then(|draft| draft.lines.get(state.at));
    let priced = state.quoted.as_ref();
    let unit_price = priced.map(|line| line.unit_price);
    let suggested = priced.and_then(|line| line.erp);
    let own_price = asked.own_price.or(suggested).or(unit_price);
    CartLineView {
        line: row.line_no,
        item: asked.item,
        title: title_of(situation, &asked.item),
        sku_title: offer.map(|offer| offer.offer.sku_title.clone()).unwrap_or_default(),
        term: offer.map(|offer| offer.offer.term.0),
        quantity: row.quantity,
        currency: state.currency,
        unit_price,
        suggested,
        own_price,
        own_price_set: asked.own_price.is_some(),
        margin: unit_price.zip(own_price).map(|(cost, selling)| pricing::margin(cost, selling)),
        net: priced.map(|line| line.net),
        tax: drafted.map(|line| line.tax),
        tax_rate_basis_points: drafted.map(|line| line.tax_decision.rate_basis_points),
        price_valid_to: priced.and_then(|line| line.price_valid_to),
        window_closes_at: drafted.map(|line| line.snapshot.deadline),
        problem: state.problem,
    }
}
