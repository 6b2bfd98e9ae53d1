//! Carts as programs of the REST interface keep them (contract 30): all lines at once, and lines that
//! cannot be ordered stay in the cart with the reason, instead of failing the call.
//!
//! The lines that can be ordered are the cart's own, so that a person can go on with the cart in the portal
//! and the order is placed from it as from any other.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::{CatalogItemId, Segment};
use perpetua_domain::id::{CartId, PersonId, TenantId};
use perpetua_domain::order::LINES_MAX;
use perpetua_store::Conn;
use perpetua_store::carts::{self as rows, CartLineRow, CartRow};
use perpetua_store::catalog::{OfferWithPrices, QUANTITY_MAX};
use serde::{Deserialize, Serialize};

use super::{new_cart, renew, require_edit};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::claim;
use crate::context::App;
use crate::order_request::Situation;
use crate::problem::{Kind, Problem};

perpetua_domain::text_enum! {
    /// Why a line cannot be ordered.
    pub enum LineFault {
        /// Its currency is not that of the other lines.
        Currency = "currency",
        /// No such item is sold in the customer's market.
        Item = "item",
        /// Fewer or more units than are sold.
        Quantity = "quantity",
        /// The item has no such term.
        Term = "term",
        /// Not for the customer's segment.
        Segment = "segment",
        /// Participants are for indirect resellers.
        Participants = "participants",
    }
}

/// A line as a program writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireLine {
    /// Its number in the cart.
    pub id: i64,
    /// The catalog item, as it came.
    pub item: String,
    /// Units, as they came.
    pub quantity: i64,
    /// What the program calls it.
    pub friendly_name: String,
    /// The term, as it came; empty for none.
    pub term: String,
    /// Whether participants came along.
    pub has_participants: bool,
    /// The currency of the item; empty when it is not sold.
    #[serde(default)]
    pub currency: String,
    /// How it is billed, in words of the price sheet; empty when it is not sold.
    #[serde(default)]
    pub plan: String,
    /// Why it cannot be ordered, as the word of a [`LineFault`].
    #[serde(default)]
    pub fault: Option<String>,
}

/// A cart as a program sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireCart {
    /// Its id.
    pub id: CartId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
    /// Who began it.
    pub created_by: PersonId,
    /// Whether it became an order.
    pub is_ordered: bool,
    /// Its lines.
    pub lines: Vec<WireLine>,
}

/// Begins a cart, or replaces the lines of one.
///
/// # Errors
///
/// `missing_role`, `not_found`, `relationship_ended`, `cart_expired`, `cart_ordered`, `order_too_long`.
pub async fn put(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    cart: Option<CartId>,
    lines: Vec<WireLine>,
) -> Result<WireCart, Problem> {
    if lines.len() > LINES_MAX {
        return Err(Problem::invalid("order_too_long").with_number("max", LINES_MAX));
    }
    app.store
        .write((app.stamp(caller), lines), move |conn, (stamp, lines)| put_in(conn, stamp, customer, cart, lines))
        .await
}

fn put_in(
    conn: &mut Conn,
    stamp: &Stamp,
    customer: TenantId,
    cart: Option<CartId>,
    lines: &[WireLine],
) -> Result<WireCart, Problem> {
    require_edit(conn, &stamp.caller, customer)?;
    claim::take(conn, stamp)?;
    let checked = check(conn, &stamp.caller, customer, lines)?;
    let kept: Vec<(CatalogItemId, &WireLine)> = checked
        .iter()
        .filter(|line| line.fault.is_none())
        .filter_map(|line| Some((CatalogItemId::parse(&line.item)?, line)))
        .collect();
    let row = match cart {
        None => {
            let row = new_cart(stamp, customer, "");
            rows::insert(conn, &row)?;
            row
        }
        Some(id) => {
            let mut row = own(conn, &stamp.caller, customer, id)?;
            require_open(&row, stamp.now)?;
            renew(&mut row, stamp.now);
            rows::update(conn, &row)?;
            row.version += 1;
            row
        }
    };
    rows::replace_lines(
        conn,
        row.id.0,
        &kept.iter().map(|(item, line)| line_row(&row, item, line)).collect::<Vec<_>>(),
    )?;
    let text = serde_json::to_string(&checked).map_err(Problem::internal)?;
    rows::keep_wire_lines(conn, row.id.0, row.version, &text)?;
    Ok(view(&row, checked))
}

/// One cart of a customer; also one that became an order.
///
/// # Errors
///
/// `missing_role`, `not_found`, `cart_expired`.
pub async fn get(app: &App, caller: &Caller, customer: TenantId, cart: CartId) -> Result<WireCart, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            let row = own(conn, &caller, customer, cart)?;
            if row.state != rows::ORDERED && row.expires_at.timestamp() <= now {
                return Err(Problem::new(Kind::NotFound, "cart_expired"));
            }
            let kept = rows::wire_lines(conn, &row)?;
            let lines = if let Some(lines) = kept.and_then(|text| serde_json::from_str(&text).ok()) {
                lines
            } else {
                // Begun or changed in the portal: what stands in the cart can be ordered, or it says why not.
                let lines = rows::lines(conn, cart)?.iter().map(of_row).collect::<Vec<_>>();
                check(conn, &caller, customer, &lines)?
            };
            Ok(view(&row, lines))
        })
        .await
}

fn own(conn: &mut Conn, caller: &Caller, customer: TenantId, id: CartId) -> Result<CartRow, Problem> {
    let row = rows::find(conn, id)?.filter(|row| row.customer_id.0 == customer).ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: row.partner_id.0, customer };
    authorize::require(conn, caller, Permission::CartEdit, owner)?;
    Ok(row)
}

fn require_open(row: &CartRow, now: Timestamp) -> Result<(), Problem> {
    if row.state == rows::ORDERED {
        return Err(Problem::conflict("cart_ordered"));
    }
    if row.expires_at.timestamp() <= now { Err(Problem::new(Kind::NotFound, "cart_expired")) } else { Ok(()) }
}

/// The lines with what is known of their items, and why some cannot be ordered.
fn check(conn: &mut Conn, caller: &Caller, customer: TenantId, lines: &[WireLine]) -> Result<Vec<WireLine>, Problem> {
    let items: Vec<CatalogItemId> = lines.iter().filter_map(|line| CatalogItemId::parse(&line.item)).collect();
    let situation = Situation::load(conn, caller.tenant, customer, &items)?;
    let offer = |line: &WireLine| CatalogItemId::parse(&line.item).and_then(|item| situation.offer(&item));
    let currency = lines.iter().find_map(offer).map(|offer| offer.currency.to_string());
    Ok(lines
        .iter()
        .map(|line| {
            let offer = offer(line);
            let fault = fault_of(line, offer, situation.segment, currency.as_deref());
            WireLine {
                currency: offer.map(|offer| offer.currency.to_string()).unwrap_or_default(),
                plan: offer.map(|offer| offer.offer.billing_plan.clone()).unwrap_or_default(),
                fault: fault.map(|fault| fault.as_text().to_owned()),
                ..line.clone()
            }
        })
        .collect())
}

fn fault_of(
    line: &WireLine,
    offer: Option<&OfferWithPrices>,
    segment: Segment,
    currency: Option<&str>,
) -> Option<LineFault> {
    let Some(offer) = offer else { return Some(LineFault::Item) };
    let minimum = offer.facts(segment).quantity_min;
    let term = offer.offer.term.0.to_string();
    let has_other_term = !line.term.is_empty() && !line.term.eq_ignore_ascii_case(&term);
    if line.has_participants {
        Some(LineFault::Participants)
    } else if offer.offer.segment.0 != segment {
        Some(LineFault::Segment)
    } else if currency.is_some_and(|currency| currency != offer.currency.to_string()) {
        Some(LineFault::Currency)
    } else if !(i64::from(minimum)..=i64::from(QUANTITY_MAX)).contains(&line.quantity) {
        Some(LineFault::Quantity)
    } else if has_other_term {
        Some(LineFault::Term)
    } else {
        None
    }
}

fn line_row(cart: &CartRow, item: &CatalogItemId, line: &WireLine) -> CartLineRow {
    CartLineRow {
        cart_id: cart.id,
        line_no: line.id,
        product_id: item.product.to_string(),
        sku_id: item.sku.to_string(),
        availability_id: item.availability.to_string(),
        quantity: line.quantity,
        own_price: None,
        friendly_name: line.friendly_name.clone(),
    }
}

fn of_row(row: &CartLineRow) -> WireLine {
    WireLine {
        id: row.line_no,
        item: format!("{}:{}:{}", row.product_id, row.sku_id, row.availability_id),
        quantity: row.quantity,
        friendly_name: row.friendly_name.clone(),
        term: String::new(),
        has_participants: false,
        currency: String::new(),
        plan: String::new(),
        fault: None,
    }
}

fn view(row: &CartRow, lines: Vec<WireLine>) -> WireCart {
    WireCart {
        id: row.id.0,
        created_at: row.created_at.timestamp(),
        changed_at: row.changed_at.timestamp(),
        expires_at: row.expires_at.timestamp(),
        created_by: row.created_by.0,
        is_ordered: row.state == rows::ORDERED,
        lines,
    }
}
