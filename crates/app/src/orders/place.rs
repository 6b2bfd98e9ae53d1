//! **Placing an order** (M8, M9, I1, I2, I8).
//!
//! Everything random is made before the transaction: ids, keys, ciphertexts. Inside it, in this order:
//! may the caller do it; was this very request answered before (then that order is the answer); what
//! stands in the cart, and is it what the person reviewed; what does the rule say; and then the
//! order, its lines, their keys, the receivable, the cart's end, the audit record and the event.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{CartId, OrderId, OrderLineId, PersonId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::order::{CreditLine, LINES_MAX, OrderDraft, OrderState, decide_order};
use perpetua_store::accounts::{self, LedgerRow};
use perpetua_store::carts::{self, CartRow};
use perpetua_store::orders::{OrderLineRow, OrderRow};
use perpetua_store::{Conn, Id, OperationError as _, StoreError, keys, orders, subscriptions};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::mint::{SealedKey, mint};
use super::rows;
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Guest, Ids, Stamp};
use crate::carts::Reviewed;
use crate::context::App;
use crate::order_problem::of_refusal;
use crate::order_request::{Situation, WantedLine, credit_line, unlimited};
use crate::problem::Problem;
use crate::{carts as cart_use, event, people, refusal};

/// Attempts until an order has a number that no other order has.
const NUMBER_ATTEMPTS: usize = 3;

/// Where the lines come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceSource {
    /// A saved cart, which becomes the order.
    Cart {
        /// The cart.
        cart: CartId,
        /// What the person saw on the review page; `None` where nobody reviewed.
        reviewed: Option<Reviewed>,
    },
    /// The lines themselves.
    Lines(Vec<WantedLine>),
}

/// An order that somebody wants to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// Names the request for ever, see [`request_key`].
    pub request_key: [u8; 32],
    /// For whom.
    pub customer: TenantId,
    /// What.
    pub source: PlaceSource,
    /// The customer's purchase-order number, at most 64 characters; `None` for the cart's.
    pub po_number: Option<String>,
}

/// A command with everything random that its transaction needs. Made by [`prepare`].
#[derive(Debug, Clone)]
pub struct PlaceInput {
    command: PlaceOrder,
    keys: Vec<SealedKey>,
}

/// The answer: the order that exists now, made by this request or by an earlier copy of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedOrder {
    /// Its id.
    pub id: OrderId,
    /// What people call it.
    pub number: String,
    /// For whom.
    pub customer: TenantId,
    /// Where it stands.
    pub state: OrderState,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// With tax.
    pub total: Amount,
    /// The currency of the total.
    pub currency: Currency,
    /// Whether an earlier copy of the request made it.
    pub replayed: bool,
}

/// The key of one request of one caller: hash of tenant, person, purpose and the form's token or the
/// API's request id, so that nobody meets the requests of others.
pub fn request_key(caller: &Caller, purpose: &str, token: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [caller.tenant.as_ref(), caller.person.as_ref(), purpose.as_bytes(), token.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Places an order, or answers with the one that the same request made before.
///
/// # Errors
///
/// `missing_role`, `not_found` (also for another partner's customer or cart), `cart_changed`,
/// `cart_ordered`, `cart_expired`, `request_reused`, and one code for each refusal of the rule.
pub async fn place(app: &App, caller: &Caller, command: PlaceOrder) -> Result<PlacedOrder, Problem> {
    let customer = command.customer;
    let placed = try_place(app, caller, command).await;
    if let Err(problem) = &placed {
        // Shown to the caller's own tenant only: why a partner cannot buy is not its customer's affair (I6).
        let entry = Entry::new("order.place_refused", "customer", customer);
        refusal::note(app, caller, people::visible_to(entry, caller.kind, caller.tenant), problem).await;
    }
    placed
}

async fn try_place(app: &App, caller: &Caller, command: PlaceOrder) -> Result<PlacedOrder, Problem> {
    let input = prepare(app, caller, command).await?;
    let mut answer = write(app, caller, input.clone()).await;
    for _ in 1..NUMBER_ATTEMPTS {
        match &answer {
            Err(problem) if is_number_taken(problem) => answer = write(app, caller, input.clone()).await,
            _ => break,
        }
    }
    answer
}

async fn write(app: &App, caller: &Caller, input: PlaceInput) -> Result<PlacedOrder, Problem> {
    let input = (app.stamp(caller), input);
    app.store.write(input, |conn, (stamp, input)| place_in(conn, stamp, input)).await
}

fn is_number_taken(problem: &Problem) -> bool {
    matches!(problem.store_error(), Some(StoreError::Duplicate { constraint }) if constraint.contains("number"))
}

/// Makes the keys for an order, one per line.
///
/// # Errors
///
/// Wrong input, or a vault without keys.
pub async fn prepare(app: &App, caller: &Caller, command: PlaceOrder) -> Result<PlaceInput, Problem> {
    if let Some(po_number) = &command.po_number {
        cart_use::require_short("po_number", po_number)?;
    }
    let lines = match &command.source {
        PlaceSource::Lines(lines) => lines.len(),
        PlaceSource::Cart { reviewed: Some(reviewed), .. } => reviewed.prices.len(),
        PlaceSource::Cart { cart, reviewed: None } => {
            let (cart, caller) = (*cart, caller.clone());
            app.store.read(move |conn| cart_use::line_count(conn, &caller, cart)).await?
        }
    };
    let keys = mint(app, lines.min(LINES_MAX))?;
    Ok(PlaceInput { command, keys })
}

/// Makes the keys for an order that nobody asks for at this moment, whose lines are found in its transaction.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn prepare_unasked(app: &App, command: PlaceOrder, lines: usize) -> Result<PlaceInput, Problem> {
    Ok(PlaceInput { command, keys: mint(app, lines)? })
}

impl PlaceInput {
    /// The same with these lines and this purchase-order number.
    pub(crate) fn with_lines(mut self, lines: Vec<WantedLine>, po_number: &str) -> Self {
        self.command.source = PlaceSource::Lines(lines);
        self.command.po_number = Some(po_number.to_owned());
        self
    }
}

/// Places an order inside a transaction that is already open. The caller runs it again when it
/// answers with a conflict, as [`perpetua_store::Store::write`] does.
///
/// # Errors
///
/// As [`place`]; nothing may be kept then.
pub fn place_in(conn: &mut Conn, stamp: &Stamp, input: &PlaceInput) -> Result<PlacedOrder, Problem> {
    let (caller, command) = (&stamp.caller, &input.command);
    let owner = Owner::Purchase { partner: caller.tenant, customer: command.customer };
    authorize::require(conn, caller, Permission::OrderPlace, owner)?;
    if let Some(earlier) = orders::find_by_request(conn, &command.request_key)? {
        return replay(&earlier, caller, command);
    }
    let mut ids = stamp.seed.ids();
    let basket = basket(conn, stamp, command)?;
    if basket.lines.len() > input.keys.len() && basket.cart.is_some() && input.keys.len() < LINES_MAX {
        return Err(Problem::conflict("cart_changed"));
    }
    let buyer = Buyer { partner: caller.tenant, person: caller.person, now: stamp.now };
    let bought = buy(conn, &mut ids, buyer, input, &basket)?;
    let (order, lines) = (&bought.order, &bought.lines);
    subscriptions::insert(conn, &rows::subscriptions(lines, &basket.names))?;
    if let Some(cart) = &basket.cart {
        carts::mark_ordered(conn, cart, order.id.0, order.placed_at)?;
    }
    let (entry, payload) = told(order, lines);
    audit::record(conn, &mut ids, stamp, &entry)?;
    event::push(conn, &mut ids, stamp, "order.placed", &payload)?;
    bought.charge(conn, &mut ids, buyer, &basket)?;
    placed(order, false)
}

/// Places an order that nobody asks for at this moment, such as the next term of a subscription, inside a
/// transaction that is already open. The rule is that of every order; who may ask is not asked again.
///
/// # Errors
///
/// `not_found`, and one code for each refusal of the rule; nothing may be kept then.
pub(crate) fn place_unasked(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    guest: &Guest,
    (partner, person): (TenantId, PersonId),
    input: &PlaceInput,
) -> Result<(OrderRow, Vec<OrderLineRow>), Problem> {
    let basket = match &input.command.source {
        PlaceSource::Lines(lines) => Basket::of(lines.clone()),
        PlaceSource::Cart { .. } => return Err(Problem::internal("a cart needs a person")),
    };
    let buyer = Buyer { partner, person, now: guest.now };
    let bought = buy(conn, ids, buyer, input, &basket)?;
    let (entry, payload) = told(&bought.order, &bought.lines);
    audit::record_guest(conn, ids, guest, &entry)?;
    event::push_guest(conn, ids, guest, "order.placed", &payload)?;
    bought.charge(conn, ids, buyer, &basket)?;
    Ok((bought.order, bought.lines))
}

/// On whose account, in whose name, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buyer {
    pub(super) partner: TenantId,
    pub(super) person: PersonId,
    pub(super) now: Timestamp,
}

/// The order with its lines, keys and receivable.
fn buy(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    buyer: Buyer,
    input: &PlaceInput,
    basket: &Basket,
) -> Result<Bought, Problem> {
    let items: Vec<_> = basket.lines.iter().map(|line| line.item).collect();
    let situation = Situation::load(conn, buyer.partner, input.command.customer, &items)?;
    let euro: Currency = "EUR".parse().map_err(|_| Problem::internal("EUR is a currency"))?;
    let credit = unlimited(situation.currency(&basket.lines, euro));
    let draft = decide(&situation, buyer, basket, credit)?;
    let order = rows::order(ids.next(), buyer, &input.command, &situation, basket, &draft)?;
    let lines = rows::lines(ids, &order, &situation, basket, &draft)?;
    let line_ids: Vec<OrderLineId> = lines.iter().map(|line| line.id.0).collect();
    orders::insert(conn, &order, &lines)?;
    keys::insert(conn, &rows::keys(&line_ids, &draft, &input.keys, buyer.now)?)?;
    Ok(Bought { order, lines, situation, draft })
}

/// An order with everything but its charge.
struct Bought {
    order: OrderRow,
    lines: Vec<OrderLineRow>,
    situation: Situation,
    draft: OrderDraft,
}

impl Bought {
    /// Moves the balance, and decides again with the balance that nobody else can move now: the account's row stays
    /// taken until the commit, so orders of one partner never overdraw it. It is the last step of a transaction,
    /// because every other order of the partner waits for the row meanwhile.
    fn charge(&self, conn: &mut Conn, ids: &mut Ids<'_>, buyer: Buyer, basket: &Basket) -> Result<(), Problem> {
        let account = accounts::charge(conn, buyer.partner, self.draft.total.minor())?;
        let mut credit = credit_line(&account)?;
        credit.balance = credit.balance.minus(self.draft.total).map_err(|_| Problem::invalid("amount_too_large"))?;
        decide(&self.situation, buyer, basket, credit)?;
        accounts::explain(conn, &receivable(ids, &self.order))?;
        Ok(())
    }
}

/// What is to be bought.
pub(super) struct Basket {
    pub(super) cart: Option<CartRow>,
    pub(super) lines: Vec<WantedLine>,
    /// What the cart calls each line; may be empty, or missing where there is no cart.
    pub(super) names: Vec<String>,
    pub(super) reviewed_total: Option<Amount>,
}

impl Basket {
    /// Lines without a cart.
    const fn of(lines: Vec<WantedLine>) -> Self {
        Self { cart: None, lines, names: Vec::new(), reviewed_total: None }
    }
}

fn basket(conn: &mut Conn, stamp: &Stamp, command: &PlaceOrder) -> Result<Basket, Problem> {
    let (id, reviewed) = match &command.source {
        PlaceSource::Lines(lines) => return Ok(Basket::of(lines.clone())),
        PlaceSource::Cart { cart, reviewed } => (*cart, reviewed),
    };
    let cart = cart_use::find_own(conn, &stamp.caller, id, stamp.now)?;
    if cart.customer_id.0 != command.customer {
        return Err(Problem::not_found());
    }
    let rows = carts::lines(conn, id)?;
    let names = rows.iter().map(|row| row.friendly_name.clone()).collect();
    let mut lines = cart_use::wanted(rows)?;
    if let Some(reviewed) = reviewed {
        if reviewed.version != cart.version || reviewed.prices.len() != lines.len() {
            return Err(Problem::conflict("cart_changed"));
        }
        for (line, price) in lines.iter_mut().zip(&reviewed.prices) {
            line.reviewed = Some(*price);
        }
    }
    Ok(Basket { cart: Some(cart), lines, names, reviewed_total: reviewed.as_ref().map(|reviewed| reviewed.total) })
}

/// What becomes of the basket on this credit line.
fn decide(situation: &Situation, buyer: Buyer, basket: &Basket, credit: CreditLine) -> Result<OrderDraft, Problem> {
    let decided = situation.decide(buyer.now, &basket.lines, credit, basket.reviewed_total, decide_order)?;
    decided.map_err(|refusal| of_refusal(&refusal, credit.currency, &rows::titles(situation, basket)))
}

fn receivable(ids: &mut Ids<'_>, order: &OrderRow) -> LedgerRow {
    LedgerRow {
        id: Id(ids.next()),
        partner_id: order.partner_id,
        at: order.placed_at,
        kind: "order".to_owned(),
        order_id: Some(order.id),
        credit_note_id: None,
        amount: order.total,
        currency: order.currency.clone(),
    }
}

/// What record and event tell. Neither holds an amount: the customer may read the record, and never sees the
/// partner's cost (I6).
fn told(order: &OrderRow, lines: &[OrderLineRow]) -> (Entry, Value) {
    let items: Vec<_> = lines
        .iter()
        .map(|line| {
            let item = format!("{}:{}:{}", line.product_id, line.sku_id, line.availability_id);
            json!({ "item": item, "title": line.title, "quantity": line.quantity })
        })
        .collect();
    let detail = json!({ "order": order.number, "number": order.number, "po_number": order.po_number, "lines": items });
    let entry = Entry::new("order.placed", "order", order.id.0)
        .partner(order.partner_id.0)
        .customer(order.customer_id.0)
        .detail(detail);
    let payload = json!({
        "order": order.id.0.to_string(),
        "number": order.number,
        "partner": order.partner_id.0.to_string(),
        "customer": order.customer_id.0.to_string(),
    });
    (entry, payload)
}

fn replay(earlier: &OrderRow, caller: &Caller, command: &PlaceOrder) -> Result<PlacedOrder, Problem> {
    let same = earlier.partner_id.0 == caller.tenant && earlier.customer_id.0 == command.customer;
    if same { placed(earlier, true) } else { Err(Problem::conflict("request_reused")) }
}

fn placed(order: &OrderRow, replayed: bool) -> Result<PlacedOrder, Problem> {
    let wrong = || StoreError::Inconsistent { table: "orders", what: format!("order {:?}", order.id) };
    Ok(PlacedOrder {
        id: order.id.0,
        number: order.number.clone(),
        customer: order.customer_id.0,
        state: order.state.0,
        placed_at: order.placed_at.timestamp(),
        total: Amount::from_minor(order.total).ok_or_else(wrong)?,
        currency: order.currency.parse().map_err(|_| wrong())?,
        replayed,
    })
}
