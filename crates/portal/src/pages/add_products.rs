//! Add products: the catalog as one customer may buy from it (M8).

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use perpetua_app::carts::{self, CartSummary};
use perpetua_app::catalog::{self, CatalogFilter, CatalogRow};
use perpetua_app::media::{MediaSummary, VersionMedia};
use perpetua_app::{Caller, Problem};
use perpetua_domain::id::{CartId, OfferId, TenantId};
use perpetua_domain::media::{Bit, FileType, MediaLanguage};
use perpetua_domain::money::Currency;
use perpetua_domain::pricing::PriceTier;
use perpetua_http::{SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use super::money::{self, with};
use super::software::wording;
use crate::shell::{Answer, frame, page};
use crate::views::cart as view;
use crate::views::form::Field;
use crate::views::frame::Link;
use crate::views::list::List;
use crate::views::parts::Empty;

/// In place of a cart's id: another one is begun.
pub const BEGINS: &str = "new";

/// The page.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/partner/customers/{customer}/add", get(show))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    /// The cart to add to, or `new` for another one; empty for the person's own that was changed last.
    #[serde(default)]
    cart: String,
}

async fn show(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let customer: TenantId = customer.parse().map_err(|_| Problem::not_found())?;
    let lang = visitor.origin.lang;
    let filter = CatalogFilter { search: wanted.q.clone(), kind: None };
    let found = catalog::list(&visitor.site.app, &caller, customer, filter, read_cursor(&wanted.after)?).await?;
    let base = format!("/partner/customers/{customer}");
    let path = format!("{base}/add");
    let q = percent_encoding::utf8_percent_encode(&wanted.q, percent_encoding::NON_ALPHANUMERIC);
    let into = into_cart(&wanted.cart)?;
    // After the first item the other cart is the one changed last.
    let stays = if wanted.cart == BEGINS { "" } else { into.as_str() };
    let here = format!("{path}?q={q}&after={}{stays}", wanted.after);
    let to = percent_encoding::utf8_percent_encode(&here, percent_encoding::NON_ALPHANUMERIC);
    let next = found
        .next
        .as_ref()
        .map(|(name, id)| format!("{path}?q={q}&after={}_{id}{into}", data_encoding::HEXLOWER.encode(name)));
    let search = Field::text("q", "action-search").wide().value(wanted.q.clone());
    let mut t = frame(&visitor, "action-add-products");
    t.crumbs = vec![
        Link::new("/partner/customers", text(lang, "nav-customers")),
        Link::new(base.clone(), found.customer_name.clone()),
    ];
    page(&view::Catalog {
        t,
        tabs: Vec::new(),
        list: List {
            filters: filters(search, &wanted.cart),
            next,
            clear: (!wanted.q.is_empty()).then(|| Link::new(format!("{path}?q={into}"), text(lang, "all"))),
            ..List::at(path.clone())
        },
        add_action: format!("{base}/cart?to={to}{into}"),
        form_token: visitor.form_token(),
        rows: found
            .rows
            .iter()
            .enumerate()
            .map(|(at, offer)| row(lang, at + 1, offer, found.account_currency))
            .collect(),
        cart: in_cart(&visitor, &caller, customer, &base, &wanted.cart).await?,
        empty: Empty {
            heading: text(lang, "no-results").into_owned(),
            text: text(lang, "buy-nothing-sold").into_owned(),
            action: None,
        },
    })
}

/// The part of an address that names the cart; empty for the person's own.
fn into_cart(cart: &str) -> Result<String, Problem> {
    if !cart.is_empty() && cart != BEGINS {
        cart.parse::<CartId>().map_err(|_| Problem::not_found())?;
    }
    Ok(if cart.is_empty() { String::new() } else { format!("&cart={cart}") })
}

/// The search, which goes on with the same cart.
fn filters(search: Field, cart: &str) -> Vec<Field> {
    let cart = (!cart.is_empty()).then(|| Field::hidden("cart", cart));
    [search].into_iter().chain(cart).collect()
}

fn read_cursor(text: &str) -> Result<Option<(Vec<u8>, OfferId)>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let key = || {
        let (name, id) = text.split_once('_')?;
        Some((data_encoding::HEXLOWER.decode(name.as_bytes()).ok()?, id.parse().ok()?))
    };
    key().map(Some).ok_or_else(Problem::not_found)
}

fn row(lang: Lang, number: usize, offer: &CatalogRow, account: Option<Currency>) -> view::CatalogRow {
    let until = offer.valid_to.map(|end| money::price_last_day(lang, end));
    view::CatalogRow {
        id: number.to_string(),
        catalog_item: offer.item.to_string(),
        product: offer.title.clone(),
        edition: offer.sku_title.clone(),
        term: money::term(lang, offer.term),
        cost: money::price(lang, Some(offer.cost), offer.currency),
        suggested: money::price(lang, offer.suggested, offer.currency),
        own: money::price(lang, Some(offer.own), offer.currency),
        margin: money::margin(lang, Some(offer.margin)),
        valid: until.map_or_else(|| "—".to_owned(), |day| with(lang, "buy-until", "day", day)),
        media: media(lang, &offer.media),
        combinations: offer.media.combinations.iter().map(|version| combinations(lang, version)).collect(),
        tiers: tiers(lang, offer),
        quantity: offer.quantity_min.to_string(),
        refused: refused(lang, offer.currency, account),
    }
}

/// What further tiers cost: what the quantity of the order decides about its price is seen before it (M5).
fn tiers(lang: Lang, offer: &CatalogRow) -> Vec<String> {
    let further = offer.tiers.iter().filter(|tier| tier.min > offer.quantity_min);
    let words = |tier: &PriceTier| {
        let price = money::price(lang, Some(tier.unit_price), offer.currency);
        let from = format::number(lang, i64::from(tier.min));
        text_with(lang, "buy-tier", &Args::new().set("quantity", from).set("price", price))
    };
    further.map(words).collect()
}

/// Nothing is ordered in another currency than the account's, which is said before somebody fills a cart.
fn refused(lang: Lang, offered: Currency, account: Option<Currency>) -> String {
    let Some(account) = account.filter(|account| *account != offered) else { return String::new() };
    text_with(lang, "buy-other-currency", &Args::new().set("currency", offered).set("account", account))
}

/// The versions that exist, in words, or that there are no media yet.
fn media(lang: Lang, media: &MediaSummary) -> String {
    if media.versions.is_empty() {
        return text(lang, "buy-no-media").into_owned();
    }
    let labels: Vec<&str> = media.versions.iter().map(|version| version.label.as_str()).collect();
    let count = i64::try_from(labels.len()).unwrap_or(i64::MAX);
    text_with(lang, "buy-versions", &Args::new().set("versions", labels.join(", ")).num("count", count))
}

/// One version with exactly what exists of it: "2026: English (64-bit ISO); Czech, German (64-bit ISO, 32-bit ISO)".
fn combinations(lang: Lang, version: &VersionMedia) -> String {
    let group = |(languages, files): &(Vec<MediaLanguage>, Vec<(Bit, FileType)>)| {
        let names: Vec<String> = languages.iter().map(|tag| wording::language(lang, tag.as_str())).collect();
        let file = |(bit, kind): &(Bit, FileType)| format!("{} {}", bit.label(), kind.as_text().to_uppercase());
        format!("{} ({})", names.join(", "), files.iter().map(file).collect::<Vec<_>>().join(", "))
    };
    format!("{}: {}", version.version.label, version.files.iter().map(group).collect::<Vec<_>>().join("; "))
}

/// The cart that adding goes on with; nothing for those who only look.
async fn in_cart(
    visitor: &Visitor,
    caller: &Caller,
    customer: TenantId,
    base: &str,
    named: &str,
) -> Result<view::CartSummary, Problem> {
    let lang = visitor.origin.lang;
    let named = Some(named).filter(|named| !named.is_empty());
    let href = named.map_or_else(|| format!("{base}/cart"), |cart| format!("{base}/cart?cart={cart}"));
    let none = view::CartSummary { items: String::new(), total: String::new(), href: href.clone() };
    let saved = match carts::list(&visitor.site.app, caller, Some(customer)).await {
        Ok(saved) => saved,
        Err(problem) if problem.code == "missing_role" => return Ok(none),
        Err(problem) => return Err(problem),
    };
    let is_meant = |cart: &&CartSummary| match named {
        Some(named) => cart.id.to_string() == named,
        None => cart.created_by == caller.person,
    };
    let Some(own) = saved.iter().find(is_meant).filter(|cart| cart.lines > 0) else {
        return Ok(none);
    };
    let cart = carts::load(&visitor.site.app, caller, own.id).await?;
    Ok(view::CartSummary {
        items: text_with(lang, "count-items", &Args::new().num("count", own.lines)),
        total: money::amount(lang, cart.totals.map(|totals| totals.total), cart.currency),
        href,
    })
}

#[cfg(test)]
mod tests {
    use perpetua_domain::catalog::{CatalogItemId, OfferKind};
    use perpetua_domain::money::UnitPrice;
    use perpetua_domain::pricing;
    use perpetua_domain::term::Term;

    use super::*;

    fn offer() -> CatalogRow {
        let price = |text: &str| UnitPrice::parse(text).unwrap();
        let tier = |min, max, unit_price| PriceTier {
            min,
            max,
            unit_price: price(unit_price),
            erp: None,
            valid_from: jiff::Timestamp::UNIX_EPOCH,
            valid_to: None,
        };
        CatalogRow {
            item: CatalogItemId::parse("HARBORSERVER:0001:0123456789AB").unwrap(),
            title: "Harbor Server".to_owned(),
            sku_title: "Standard".to_owned(),
            publisher: String::new(),
            description: String::new(),
            unit: String::new(),
            kind: OfferKind::of(Term::Perpetual),
            term: Term::Perpetual,
            currency: "EUR".parse().unwrap(),
            quantity_min: 5,
            cost: price("180"),
            suggested: None,
            own: price("180"),
            margin: pricing::margin(price("180"), price("180")),
            tiers: vec![tier(5, Some(49), "180"), tier(50, None, "152.35")],
            valid_to: None,
            media: MediaSummary::default(),
        }
    }

    #[test]
    fn the_price_of_a_larger_order_is_seen_before_it() {
        assert_eq!(tiers(Lang::En, &offer()), ["from 50: €152.35"]);
        assert_eq!(tiers(Lang::Cs, &offer()), ["od 50: 152,35\u{a0}€"]);
        assert_eq!(row(Lang::En, 1, &offer(), None).quantity, "5", "fewer are not sold");
    }

    #[test]
    fn only_another_currency_than_the_accounts_stands_in_the_way() {
        let euro = Some("EUR".parse().unwrap());
        assert_eq!(row(Lang::En, 1, &offer(), euro).refused, "");
        assert_eq!(row(Lang::En, 1, &offer(), None).refused, "");
        assert!(row(Lang::Cs, 1, &offer(), Some("CZK".parse().unwrap())).refused.contains("v měně CZK"));
    }
}
