//! Buying for a customer: the cart, its review, and the order (M8).

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::{get, post};
use perpetua_app::carts::{self, AddItem, CartLineView, CartSummary, CartView, ChangeCart, LineChange, Reviewed};
use perpetua_app::orders::{self, PlaceOrder, PlaceSource};
use perpetua_app::{Caller, FormKey, Kind, Problem};
use perpetua_domain::id::{CartId, TenantId};
use perpetua_domain::money::Amount;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, text, text_with};
use serde::Deserialize;

use super::add_products::BEGINS;
use super::money::{self, with};
use crate::shell::{Answer, field_sentence, frame, go, local_path, page, page_with, sentence};
use crate::views::cart as view;
use crate::views::form::Field;
use crate::views::forms;
use crate::views::frame::{Flash, Link, Tone};
use crate::views::home::Line;
use crate::views::parts::{Button, Empty, Fact, Look, Totals};

/// Pages from a filled cart to the order.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/partner/customers/{customer}/cart", get(cart_page).post(add))
        .route("/partner/customers/{customer}/cart/edit", post(edit))
        .route("/partner/customers/{customer}/cart/discard", post(discard))
        .route("/partner/customers/{customer}/review", get(review_page))
        .route("/partner/customers/{customer}/order", post(place))
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    cart: String,
    #[serde(default)]
    to: String,
}

fn customer_of(text: &str) -> Result<TenantId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

fn base(customer: TenantId) -> String {
    format!("/partner/customers/{customer}")
}

/// The cart that the address names, or else the person's own that was changed last.
async fn chosen(
    visitor: &Visitor,
    caller: &Caller,
    customer: TenantId,
    named: &str,
) -> Result<(Option<CartId>, Vec<CartSummary>), Problem> {
    let saved = carts::list(&visitor.site.app, caller, Some(customer)).await?;
    if !named.is_empty() {
        return Ok((Some(named.parse().map_err(|_| Problem::not_found())?), saved));
    }
    let own = saved.iter().find(|cart| cart.created_by == caller.person).map(|cart| cart.id);
    Ok((own, saved))
}

async fn add(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    Query(query): Query<Choice>,
    PostForm(form): PostForm,
) -> Answer {
    let customer = customer_of(&customer)?;
    let command = AddItem {
        customer,
        cart: None,
        item: form.get("catalog_item").to_owned(),
        // What is no number is refused like 0: the field's message names the range.
        quantity: form.get("quantity").parse().unwrap_or(0),
    };
    let key = FormKey::new(&caller, "add-to-cart", form.get("form_token"));
    let app = &visitor.site.app;
    match query.cart.as_str() {
        BEGINS => carts::begin_once(app, &caller, key, command).await?,
        "" => carts::add_once(app, &caller, key, command).await?,
        cart => {
            let cart = Some(cart.parse().map_err(|_| Problem::not_found())?);
            carts::add_once(app, &caller, key, AddItem { cart, ..command }).await?
        }
    };
    let to = match local_path(&query.to) {
        "/" => format!("{}/add", base(customer)),
        to => to.to_owned(),
    };
    let and = if to.contains('?') { '&' } else { '?' };
    go(&format!("{to}{and}done=cart-added"))
}

async fn cart_page(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    Query(query): Query<Choice>,
) -> Answer {
    let customer = customer_of(&customer)?;
    page(&cart_view(&visitor, &caller, customer, &query.cart).await?)
}

async fn cart_view(visitor: &Visitor, caller: &Caller, customer: TenantId, named: &str) -> Result<view::Cart, Problem> {
    let lang = visitor.origin.lang;
    let (chosen, saved) = chosen(visitor, caller, customer, named).await?;
    let cart = match chosen {
        Some(id) => Some(carts::load(&visitor.site.app, caller, id).await?),
        None => None,
    };
    let base = base(customer);
    let saved = saved.iter().filter(|cart| Some(cart.id) != chosen);
    let saved = saved.enumerate().map(|(at, cart)| saved_cart(lang, &base, at + 1, cart)).collect();
    let mut t = frame(visitor, "buy-cart");
    let name = cart.as_ref().map_or_else(|| text(lang, "buy-customer").into_owned(), |cart| cart.customer_name.clone());
    t.crumbs = vec![Link::new("/partner/customers", text(lang, "nav-customers")), Link::new(base.clone(), name)];
    Ok(view::Cart {
        t,
        tabs: Vec::new(),
        action: chosen.map_or_else(String::new, |id| format!("{base}/cart/edit?cart={id}")),
        form_token: visitor.form_token(),
        version: cart.as_ref().map_or_else(String::new, |cart| cart.version.to_string()),
        rows: cart.iter().flat_map(|cart| cart.lines.iter().map(|line| cart_row(lang, cart, line))).collect(),
        name: Field::text("cart_name", "field-cart-name")
            .max(64)
            .value(cart.as_ref().map_or("", |cart| cart.name.as_str())),
        purchase_order: Field::text("purchase_order", "field-purchase-order")
            .max(64)
            .value(cart.as_ref().map_or("", |cart| cart.po_number.as_str())),
        totals: cart
            .as_ref()
            .map_or(Totals { rows: Vec::new() }, |cart| money::totals(lang, sums(cart), cart.currency)),
        more: Link::new(add_to(&base, chosen), text(lang, "action-add-products")),
        another: cart
            .as_ref()
            .filter(|cart| !cart.lines.is_empty())
            .map(|_| Link::new(format!("{base}/add?cart={BEGINS}"), text(lang, "buy-new-cart"))),
        saved,
        empty: Empty {
            heading: text(lang, "buy-cart-empty").into_owned(),
            text: text(lang, "buy-cart-empty-how").into_owned(),
            action: Some(Link::new(add_to(&base, chosen), text(lang, "action-add-products"))),
        },
    })
}

/// Where products are added to exactly this cart.
fn add_to(base: &str, cart: Option<CartId>) -> String {
    cart.map_or_else(|| format!("{base}/add"), |cart| format!("{base}/add?cart={cart}"))
}

/// A cart of a list; `number` makes its id on the page.
pub(super) fn saved_cart(lang: Lang, base: &str, number: usize, cart: &CartSummary) -> view::SavedCart {
    let about = format!("s-{number}");
    let day = money::day(lang, cart.changed_at, &money::zone(&cart.zone));
    let name = if cart.name.is_empty() { with(lang, "buy-cart-of", "day", &day) } else { cart.name.clone() };
    view::SavedCart {
        name,
        note: text_with(lang, "buy-cart-note", &Args::new().num("count", cart.lines).set("day", day)),
        resume: Button::open("action-continue", format!("{base}/cart"))
            .field("cart", cart.id.to_string())
            .look(Look::Small)
            .about(about.clone()),
        remove: Button::post("action-remove", format!("{base}/cart/discard"))
            .field("cart", cart.id.to_string())
            .field("cart_version", cart.version.to_string())
            .look(Look::Small)
            .about(about),
    }
}

fn cart_row(lang: Lang, cart: &CartView, line: &CartLineView) -> view::CartRow {
    let term = line.term.map(|term| money::term(lang, term));
    let until = line.price_valid_to.map(|end| with(lang, "buy-price-until", "day", money::price_last_day(lang, end)));
    let product = money::product_name(&line.title, &line.sku_title);
    // Price sheets often end an edition's name in its term.
    let parts = [term.filter(|term| !product.ends_with(term.as_str())), until];
    view::CartRow {
        id: line.line.to_string(),
        product,
        detail: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        quantity: line.quantity.to_string(),
        unit_price: money::price(lang, line.unit_price, line.currency),
        own: line.own_price.map(|price| money::price_input(lang, price)).unwrap_or_default(),
        margin: money::margin(lang, line.margin),
        amount: money::amount(lang, line.net, line.currency),
        error: line.problem.as_ref().map(|problem| sentence(lang, problem)).unwrap_or_default(),
        own_error: String::new(),
    }
}

fn sums(cart: &CartView) -> Option<(Amount, Amount, Amount)> {
    cart.totals.map(|totals| (totals.net, totals.tax, totals.total))
}

async fn edit(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    Query(query): Query<Choice>,
    PostForm(form): PostForm,
) -> Answer {
    let customer = customer_of(&customer)?;
    let cart: CartId = query.cart.parse().map_err(|_| Problem::not_found())?;
    let changed = match change_of(&visitor, &caller, cart, &form).await {
        Ok(command) => carts::change(&visitor.site.app, &caller, command).await,
        Err(problem) => Err(problem),
    };
    let base = base(customer);
    match changed {
        Ok(_) => match (form.get("remove"), form.get("do")) {
            ("", "review") => go(&format!("{base}/review?cart={cart}")),
            ("", "later") => go(&format!("{base}?done=cart-kept")),
            _ => go(&format!("{base}/cart?cart={cart}&done=cart-changed")),
        },
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            let mut view = cart_view(&visitor, &caller, customer, &query.cart).await?;
            refuse_edit(visitor.origin.lang, &mut view, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Reads the form of the cart. Own prices that stand as they were are left, so that a suggested
/// price stays one that follows the price list.
async fn change_of(visitor: &Visitor, caller: &Caller, cart: CartId, form: &FormData) -> Result<ChangeCart, Problem> {
    let lang = visitor.origin.lang;
    let version = form.get("cart_version").parse().map_err(|_| Problem::conflict("cart_changed"))?;
    let view = carts::load(&visitor.site.app, caller, cart).await?;
    let mut lines = Vec::new();
    for line in &view.lines {
        let id = line.line.to_string();
        let quantity = form.get(&format!("quantity-{id}"));
        let own = form.get(&format!("own-{id}"));
        let as_shown = line.own_price.map(|price| money::price_input(lang, price)).unwrap_or_default();
        let own_price = match own {
            own if own == as_shown => None,
            "" => Some(None),
            own => {
                let wrong = || Problem::field(format!("lines.{id}.own_price"), "price");
                Some(Some(money::read_price(lang, own).ok_or_else(wrong)?))
            }
        };
        let quantity = (!quantity.is_empty()).then(|| quantity.parse().unwrap_or(0));
        let remove = form.get("remove") == id;
        if remove || quantity.is_some() || own_price.is_some() {
            lines.push(LineChange { line: line.line, quantity, own_price, remove });
        }
    }
    let name = form.iter().any(|(field, _)| field == "cart_name").then(|| form.get("cart_name").to_owned());
    Ok(ChangeCart { cart, version, name, po_number: Some(form.get("purchase_order").to_owned()), lines })
}

/// Shows what was typed with what is wrong; a cart changed elsewhere is shown as it is now.
fn refuse_edit(lang: Lang, view: &mut view::Cart, form: &FormData, problem: &Problem) {
    view.t.flash = Some(Flash { tone: Tone::Warn, text: sentence(lang, problem) });
    if problem.kind == Kind::Conflict {
        return;
    }
    for row in &mut view.rows {
        form.get(&format!("quantity-{}", row.id)).clone_into(&mut row.quantity);
        form.get(&format!("own-{}", row.id)).clone_into(&mut row.own);
    }
    form.get("purchase_order").clone_into(&mut view.purchase_order.value);
    form.get("cart_name").clone_into(&mut view.name.value);
    for field in &problem.fields {
        let words = field_sentence(lang, field);
        let row = |id: &str| view.rows.iter().position(|row| row.id == id);
        match field.field.strip_prefix("lines.").and_then(|rest| rest.split_once('.')) {
            Some((id, what)) => {
                if let Some(at) = row(id) {
                    let error =
                        if what == "quantity" { &mut view.rows[at].error } else { &mut view.rows[at].own_error };
                    *error = words;
                }
            }
            None if field.field == "name" => view.name.error = Some(words),
            None => view.purchase_order.error = Some(words),
        }
    }
}

async fn discard(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let customer = customer_of(&customer)?;
    let cart = form.get("cart").parse().map_err(|_| Problem::not_found())?;
    let version = form.get("cart_version").parse().map_err(|_| Problem::conflict("cart_changed"))?;
    carts::discard(&visitor.site.app, &caller, cart, version).await?;
    go(&format!("{}/cart?done=cart-removed", base(customer)))
}

async fn review_page(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    Query(query): Query<Choice>,
) -> Answer {
    let customer = customer_of(&customer)?;
    let (Some(cart), _) = chosen(&visitor, &caller, customer, &query.cart).await? else {
        return go(&format!("{}/cart", base(customer)));
    };
    let cart = carts::load(&visitor.site.app, &caller, cart).await?;
    page(&review_view(&visitor, customer, &cart))
}

fn review_view(visitor: &Visitor, customer: TenantId, cart: &CartView) -> view::Review {
    let lang = visitor.origin.lang;
    let base = base(customer);
    let mut place = forms::place_order(&format!("{base}/order"), &visitor.form_token(), &cart.version.to_string());
    let reviewed = cart.reviewed.as_ref().map(ToString::to_string).unwrap_or_default();
    place = place
        .group("", vec![Field::hidden("cart", cart.id.to_string()), Field::hidden("reviewed", reviewed)])
        .back(Link::new(format!("{base}/cart?cart={}", cart.id), text(lang, "action-back")));
    if !cart.problems.is_empty() {
        let sentences: Vec<_> = cart.problems.iter().map(|problem| sentence(lang, problem)).collect();
        place.error = Some(sentences.join(" "));
    }
    let prices = match cart.prices_valid_to {
        Some(end) => with(lang, "buy-prices-until", "day", money::price_last_day(lang, end)),
        None => text(lang, "buy-prices-stand").into_owned(),
    };
    let mut t = frame(visitor, "action-review");
    t.crumbs = vec![
        Link::new("/partner/customers", text(lang, "nav-customers")),
        Link::new(base.clone(), cart.customer_name.clone()),
        Link::new(format!("{base}/cart?cart={}", cart.id), text(lang, "buy-cart")),
    ];
    view::Review {
        t,
        tabs: Vec::new(),
        facts: vec![
            Fact::link("field-customer", cart.customer_name.clone(), base.clone()),
            Fact::new("field-purchase-order", if cart.po_number.is_empty() { "—" } else { &cart.po_number }),
            Fact::new("figure-credit-left", money::amount(lang, Some(cart.credit.left), cart.currency)),
        ],
        lines: cart.lines.iter().map(|line| review_line(lang, cart, line)).collect(),
        totals: money::totals(lang, sums(cart), cart.currency),
        changed: Vec::new(),
        remarks: vec![prices, text(lang, "buy-on-account").into_owned()],
        place,
    }
}

fn review_line(lang: Lang, cart: &CartView, line: &CartLineView) -> Line {
    let zone = money::zone(&cart.zone);
    let cancel =
        line.window_closes_at.map(|end| with(lang, "buy-cancel-until", "day", money::last_day(lang, end, &zone)));
    let own = line.own_price.map(|price| {
        let margin = money::margin(lang, line.margin);
        let price = money::price(lang, Some(price), line.currency);
        text_with(lang, "buy-own-price", &Args::new().set("price", price).set("margin", margin))
    });
    let parts = [line.term.map(|term| money::term(lang, term)), cancel, own];
    Line {
        product: money::product_name(&line.title, &line.sku_title),
        detail: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href: String::new(),
        quantity: perpetua_i18n::format::number(lang, line.quantity),
        unit_price: money::price(lang, line.unit_price, line.currency),
        tax: money::rate(lang, line.tax_rate_basis_points.map(i64::from)),
        amount: money::amount(lang, line.net, line.currency),
        state: None,
    }
}

async fn place(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let customer = customer_of(&customer)?;
    let cart: CartId = form.get("cart").parse().map_err(|_| Problem::not_found())?;
    let token = form.get("form_token");
    // Without what was reviewed the page had a problem, and shows it again.
    let reviewed: Option<Reviewed> = form.get("reviewed").parse().ok();
    let placed = match (token, reviewed) {
        ("", _) => Err(Problem::invalid("form_expired")),
        (_, None) => Err(Problem::conflict("total_unknown")),
        (token, reviewed) => {
            let request_key = orders::request_key(&caller, "order.place", token);
            let source = PlaceSource::Cart { cart, reviewed };
            orders::place(&visitor.site.app, &caller, PlaceOrder { request_key, customer, source, po_number: None })
                .await
        }
    };
    match placed {
        Ok(order) => go(&format!("/partner/orders/{}?done=order-placed", order.id)),
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            // Also the sentence of a cart that cannot be shown again, such as an ordered one.
            let Ok(cart) = carts::load(&visitor.site.app, &caller, cart).await else { return Err(problem.into()) };
            let mut view = review_view(&visitor, customer, &cart);
            if problem.code != "total_unknown" {
                view.changed = vec![sentence(visitor.origin.lang, &problem)];
            }
            page_with(StatusCode::CONFLICT, &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
