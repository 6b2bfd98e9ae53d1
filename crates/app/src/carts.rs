//! Carts: saved, resumable, several per customer, ordered once (M8).
//!
//! A cart belongs to a partner and a customer; whoever of the partner may buy may go on with it. Each
//! change names the version that the person saw, so that a cart which was changed in another window
//! is never overwritten. A cart is kept for seven days after its last change.

mod reviewed;
mod view;
pub mod wire;

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::{AvailabilityId, CatalogItemId, ProductId, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::id::{CartId, TenantId};
use perpetua_domain::money::UnitPrice;
use perpetua_domain::order::LINES_MAX;
use perpetua_store::carts::{self, CartLineRow, CartRow};
use perpetua_store::catalog::{self, QUANTITY_MAX};
use perpetua_store::{Conn, Id, StoreError, tenants};

use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::form_use::{FormKey, Once, earlier_id, once};
use crate::order_request::WantedLine;
use crate::problem::{Kind, Param, Problem};

pub use reviewed::Reviewed;
pub(crate) use view::summaries;
pub use view::{CartLineView, CartSummary, CartView, Credit, Totals, list, load};

/// How long a cart is kept after its last change.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The longest name or purchase-order number, in characters.
const TEXT_MAX: usize = 64;

/// Something put into a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddItem {
    /// For whom.
    pub customer: TenantId,
    /// The cart; `None` for the one that this person changed last, or a new one.
    pub cart: Option<CartId>,
    /// The catalog item as `product:sku:availability`.
    pub item: String,
    /// Units; added to those that are there already.
    pub quantity: i64,
}

/// A cart as it is after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedCart {
    /// Its id.
    pub id: CartId,
    /// The version to name with the next change.
    pub version: i64,
}

/// New values of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    /// The line's number in the cart.
    pub line: i64,
    /// Units; `None` leaves them.
    pub quantity: Option<i64>,
    /// The partner's price to the customer; the inner `None` goes back to the suggested price, the
    /// outer leaves it.
    pub own_price: Option<Option<UnitPrice>>,
    /// Takes the line out.
    pub remove: bool,
}

/// Changes to one cart, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeCart {
    /// The cart.
    pub cart: CartId,
    /// The version that the person saw.
    pub version: i64,
    /// Its new name; `None` leaves it.
    pub name: Option<String>,
    /// Its new purchase-order number; `None` leaves it.
    pub po_number: Option<String>,
    /// Lines to change.
    pub lines: Vec<LineChange>,
}

/// Begins an empty cart.
///
/// # Errors
///
/// `missing_role`, `not_found`, `relationship_ended`, `invalid_input` with `too_long`.
pub async fn create(app: &App, caller: &Caller, customer: TenantId, name: String) -> Result<ChangedCart, Problem> {
    require_short("name", &name)?;
    app.store
        .write((app.stamp(caller), name), move |conn, (stamp, name)| {
            require_edit(conn, &stamp.caller, customer)?;
            let row = new_cart(stamp, customer, name);
            carts::insert(conn, &row)?;
            Ok(ChangedCart { id: row.id.0, version: row.version })
        })
        .await
}

/// Puts an item into a cart; units of an item that is there already are added to its line.
///
/// # Errors
///
/// As [`create`], `not_sold_here` for an item that the customer's market does not sell,
/// `quantity_out_of_range`, `order_too_long`, `cart_expired`, `cart_ordered`.
pub async fn add(app: &App, caller: &Caller, command: AddItem) -> Result<ChangedCart, Problem> {
    add_once(app, caller, None, command).await
}

/// Puts an item into a cart once for one form; a copy of the form gives the cart as it is.
///
/// # Errors
///
/// As [`add`].
pub async fn add_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: AddItem,
) -> Result<ChangedCart, Problem> {
    add_to(app, caller, form, command, false).await
}

/// Begins another cart with an item once for one form, also where the person has a cart already.
///
/// # Errors
///
/// As [`add`].
pub async fn begin_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: AddItem,
) -> Result<ChangedCart, Problem> {
    add_to(app, caller, form, command, true).await
}

async fn add_to(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: AddItem,
    begins: bool,
) -> Result<ChangedCart, Problem> {
    app.store
        .write((app.stamp(caller), command), move |conn, (stamp, command)| {
            require_edit(conn, &stamp.caller, command.customer)?;
            let added = once(conn, stamp, (form, "add-to-cart"), |conn| {
                let changed = add_in(conn, stamp, command, begins)?;
                Ok((changed.id.to_string(), changed))
            })?;
            match added {
                Once::First(changed) => Ok(changed),
                Once::Earlier(cart) => {
                    let id = earlier_id(&cart)?;
                    // Thrown away since, perhaps; the form is carried out all the same.
                    let version = carts::find(conn, id)?.map_or(0, |cart| cart.version);
                    Ok(ChangedCart { id, version })
                }
            }
        })
        .await
}

fn add_in(conn: &mut Conn, stamp: &Stamp, command: &AddItem, begins: bool) -> Result<ChangedCart, Problem> {
    let item = CatalogItemId::parse(&command.item).ok_or_else(|| Problem::field("item", "not_sold_here"))?;
    require_sold(conn, command.customer, &item)?;
    let (mut cart, is_new) = match command.cart {
        Some(id) => (find_own(conn, &stamp.caller, id, stamp.now)?, false),
        None if begins => (new_cart(stamp, command.customer, ""), true),
        None => current_or_new(conn, stamp, command.customer)?,
    };
    if cart.customer_id.0 != command.customer {
        return Err(Problem::not_found());
    }
    let mut lines = if is_new { Vec::new() } else { carts::lines(conn, cart.id.0)? };
    match lines.iter_mut().find(|line| is_item(line, &item)) {
        Some(line) => line.quantity = line.quantity.saturating_add(command.quantity.max(0)),
        None => lines.push(new_line(&cart, &lines, &item, command.quantity)),
    }
    require_quantity("quantity", command.quantity)?;
    require_lines(&lines)?;
    if is_new {
        carts::insert(conn, &cart)?;
    } else {
        renew(&mut cart, stamp.now);
        carts::update(conn, &cart)?;
    }
    carts::replace_lines(conn, cart.id.0, &lines)?;
    Ok(ChangedCart { id: cart.id.0, version: if is_new { cart.version } else { cart.version + 1 } })
}

/// Changes a cart: quantities, own prices, name, purchase-order number; takes lines out.
///
/// # Errors
///
/// `cart_changed` when it is not at the version that the person saw, `invalid_input` with the fields
/// `lines.N.quantity`, `name` or `po_number`, `not_found`, `missing_role`, `cart_expired`, `cart_ordered`.
pub async fn change(app: &App, caller: &Caller, command: ChangeCart) -> Result<ChangedCart, Problem> {
    app.store
        .write((app.stamp(caller), command), |conn, (stamp, command)| {
            let mut cart = find_own(conn, &stamp.caller, command.cart, stamp.now)?;
            require_version(&cart, command.version)?;
            let mut lines = carts::lines(conn, command.cart)?;
            for change in &command.lines {
                apply(&mut lines, change)?;
            }
            for (field, new, old) in
                [("name", &command.name, &mut cart.name), ("po_number", &command.po_number, &mut cart.po_number)]
            {
                if let Some(new) = new {
                    require_short(field, new)?;
                    new.trim().clone_into(old);
                }
            }
            renew(&mut cart, stamp.now);
            carts::update(conn, &cart)?;
            carts::replace_lines(conn, command.cart, &lines)?;
            Ok(ChangedCart { id: command.cart, version: cart.version + 1 })
        })
        .await
}

/// Throws a cart away.
///
/// # Errors
///
/// As [`change`].
pub async fn discard(app: &App, caller: &Caller, cart: CartId, version: i64) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            let cart = find_own(conn, &stamp.caller, cart, stamp.now)?;
            require_version(&cart, version)?;
            Ok(carts::delete(conn, &cart)?)
        })
        .await
}

fn apply(lines: &mut Vec<CartLineRow>, change: &LineChange) -> Result<(), Problem> {
    let at = lines.iter().position(|line| line.line_no == change.line);
    // The line is gone although the version is the same: somebody made the form up.
    let at = at.ok_or_else(|| Problem::conflict("cart_changed"))?;
    if change.remove {
        lines.remove(at);
        return Ok(());
    }
    if let Some(quantity) = change.quantity {
        require_quantity(&format!("lines.{}.quantity", change.line), quantity)?;
        lines[at].quantity = quantity;
    }
    if let Some(own_price) = change.own_price {
        lines[at].own_price = own_price.map(UnitPrice::micros);
    }
    Ok(())
}

/// A cart of the caller's tenant that can still be ordered, after asking whether the caller may buy.
pub(crate) fn find_own(conn: &mut Conn, caller: &Caller, id: CartId, now: Timestamp) -> Result<CartRow, Problem> {
    let cart = carts::find(conn, id)?.ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: cart.partner_id.0, customer: cart.customer_id.0 };
    authorize::require(conn, caller, Permission::CartEdit, owner)?;
    if cart.state == carts::ORDERED {
        return Err(Problem::conflict("cart_ordered"));
    }
    if cart.expires_at.timestamp() <= now {
        return Err(Problem::new(Kind::NotFound, "cart_expired"));
    }
    Ok(cart)
}

/// Lines of a cart as an order wants them.
pub(crate) fn wanted(rows: Vec<CartLineRow>) -> Result<Vec<WantedLine>, StoreError> {
    rows.iter()
        .map(|row| {
            Ok(WantedLine {
                item: item_of(row)?,
                quantity: row.quantity,
                own_price: row.own_price.and_then(UnitPrice::from_micros),
                reviewed: None,
            })
        })
        .collect()
}

/// How many lines a cart has, for a caller who may order it.
pub(crate) fn line_count(conn: &mut Conn, caller: &Caller, id: CartId) -> Result<usize, Problem> {
    let cart = carts::find(conn, id)?.ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: cart.partner_id.0, customer: cart.customer_id.0 };
    authorize::require(conn, caller, Permission::OrderPlace, owner)?;
    Ok(carts::lines(conn, id)?.len())
}

/// Refuses a name or number that is too long or holds control characters.
pub(crate) fn require_short(field: &str, text: &str) -> Result<(), Problem> {
    if text.chars().count() > TEXT_MAX {
        let max = vec![("max", Param::Number(64))];
        return Err(Problem::invalid("invalid_input").with_field_params(field, "too_long", max));
    }
    if text.chars().any(char::is_control) { Err(Problem::field(field, "control_characters")) } else { Ok(()) }
}

fn require_edit(conn: &mut Conn, caller: &Caller, customer: TenantId) -> Result<(), Problem> {
    authorize::require(conn, caller, Permission::CartEdit, Owner::Purchase { partner: caller.tenant, customer })
}

fn require_version(cart: &CartRow, seen: i64) -> Result<(), Problem> {
    if cart.version == seen { Ok(()) } else { Err(Problem::conflict("cart_changed")) }
}

fn require_quantity(field: &str, quantity: i64) -> Result<(), Problem> {
    if (1..=i64::from(QUANTITY_MAX)).contains(&quantity) {
        return Ok(());
    }
    let params = vec![("min", Param::Number(1)), ("max", Param::Number(QUANTITY_MAX.into()))];
    Err(Problem::invalid("invalid_input").with_field_params(field, "quantity_out_of_range", params))
}

fn require_lines(lines: &[CartLineRow]) -> Result<(), Problem> {
    if lines.len() > LINES_MAX {
        return Err(Problem::invalid("order_too_long").with_number("max", LINES_MAX));
    }
    lines.iter().try_for_each(|line| require_quantity("quantity", line.quantity))
}

fn require_sold(conn: &mut Conn, customer: TenantId, item: &CatalogItemId) -> Result<(), Problem> {
    let customer = tenants::find(conn, customer)?.ok_or_else(Problem::not_found)?;
    let market = Country::parse(&customer.country)
        .ok_or_else(|| StoreError::Inconsistent { table: "tenant", what: format!("country of {:?}", customer.id) })?;
    match catalog::find_offer(conn, market, item)? {
        Some(_) => Ok(()),
        None => Err(Problem::conflict("not_sold_here").with_text("title", item).with_number("line", 1)),
    }
}

fn current_or_new(conn: &mut Conn, stamp: &Stamp, customer: TenantId) -> Result<(CartRow, bool), Problem> {
    let carts = carts::list(conn, stamp.caller.tenant, Some(customer), stamp.now.into(), 50)?;
    let own = carts.into_iter().map(|(cart, _)| cart).find(|cart| cart.created_by.0 == stamp.caller.person);
    Ok(own.map_or_else(|| (new_cart(stamp, customer, ""), true), |cart| (cart, false)))
}

fn new_cart(stamp: &Stamp, customer: TenantId, name: &str) -> CartRow {
    CartRow {
        id: Id(stamp.seed.ids().next()),
        partner_id: Id(stamp.caller.tenant),
        customer_id: Id(customer),
        created_by: Id(stamp.caller.person),
        state: carts::ACTIVE.to_owned(),
        name: name.trim().to_owned(),
        po_number: String::new(),
        created_at: stamp.now.into(),
        changed_at: stamp.now.into(),
        expires_at: kept_until(stamp.now).into(),
        order_id: None,
        version: 1,
    }
}

fn new_line(cart: &CartRow, lines: &[CartLineRow], item: &CatalogItemId, quantity: i64) -> CartLineRow {
    CartLineRow {
        cart_id: cart.id,
        line_no: lines.iter().map(|line| line.line_no + 1).max().unwrap_or(0),
        product_id: item.product.to_string(),
        sku_id: item.sku.to_string(),
        availability_id: item.availability.to_string(),
        quantity,
        own_price: None,
        friendly_name: String::new(),
    }
}

fn renew(cart: &mut CartRow, now: Timestamp) {
    cart.changed_at = now.into();
    cart.expires_at = kept_until(now).into();
}

fn kept_until(now: Timestamp) -> Timestamp {
    now.checked_add(KEPT).unwrap_or(Timestamp::MAX)
}

fn is_item(line: &CartLineRow, item: &CatalogItemId) -> bool {
    line.product_id == item.product.as_str()
        && line.sku_id == item.sku.as_str()
        && line.availability_id == item.availability.as_str()
}

fn item_of(row: &CartLineRow) -> Result<CatalogItemId, StoreError> {
    let item = || {
        Some(CatalogItemId {
            product: ProductId::parse(&row.product_id)?,
            sku: SkuId::parse(&row.sku_id)?,
            availability: AvailabilityId::parse(&row.availability_id)?,
        })
    };
    item().ok_or_else(|| StoreError::Inconsistent { table: "cart_line", what: format!("{:?}", row.cart_id) })
}
