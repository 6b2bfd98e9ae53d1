//! Add products: the catalog as one customer may buy from it (M8).

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use perpetua_app::catalog::{self, CatalogFilter, CatalogRow};
use perpetua_app::media::MediaSummary;
use perpetua_app::{Caller, Problem, carts};
use perpetua_domain::id::{OfferId, TenantId};
use perpetua_domain::media::Bit;
use perpetua_http::{SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, Lang, text, text_with};
use serde::Deserialize;

use super::money::{self, with};
use crate::shell::{Answer, frame, page};
use crate::views::cart as view;
use crate::views::form::Field;
use crate::views::frame::Link;
use crate::views::list::List;
use crate::views::parts::Empty;

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
    let here = format!("{path}?q={q}&after={}", wanted.after);
    let to = percent_encoding::utf8_percent_encode(&here, percent_encoding::NON_ALPHANUMERIC);
    let next = found
        .next
        .as_ref()
        .map(|(name, id)| format!("{path}?q={q}&after={}_{id}", data_encoding::HEXLOWER.encode(name)));
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
            query: if wanted.q.is_empty() { String::new() } else { format!("q={q}") },
            filters: vec![search],
            next,
            clear: (!wanted.q.is_empty()).then(|| Link::new(path.clone(), text(lang, "all"))),
            ..List::at(path.clone())
        },
        add_action: format!("{base}/cart?to={to}"),
        form_token: visitor.form_token(),
        rows: found.rows.iter().enumerate().map(|(at, offer)| row(lang, at + 1, offer)).collect(),
        cart: in_cart(&visitor, &caller, customer, &base).await?,
        empty: Empty {
            heading: text(lang, "no-results").into_owned(),
            text: text(lang, "buy-nothing-sold").into_owned(),
            action: None,
        },
    })
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

fn row(lang: Lang, number: usize, offer: &CatalogRow) -> view::CatalogRow {
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
    }
}

/// The versions, languages and bits that exist, in words; empty where there are no media yet.
fn media(lang: Lang, media: &MediaSummary) -> String {
    if media.versions.is_empty() {
        return text(lang, "buy-no-media").into_owned();
    }
    let list = |words: Vec<String>| words.join(", ");
    let versions = list(media.versions.iter().map(|version| version.label.clone()).collect());
    let languages = list(media.languages.iter().map(ToString::to_string).collect());
    let bits = list(media.bits.iter().map(|bit| bit_name(lang, *bit)).collect());
    format!("{versions} · {languages} · {bits}")
}

fn bit_name(lang: Lang, bit: Bit) -> String {
    match bit {
        Bit::X64 => text(lang, "bit-64").into_owned(),
        Bit::X86 => text(lang, "bit-32").into_owned(),
        Bit::Arm64 => "ARM64".to_owned(),
    }
}

/// The cart that adding goes on with; nothing for those who only look.
async fn in_cart(
    visitor: &Visitor,
    caller: &Caller,
    customer: TenantId,
    base: &str,
) -> Result<view::CartSummary, Problem> {
    let lang = visitor.origin.lang;
    let href = format!("{base}/cart");
    let none = view::CartSummary { items: String::new(), total: String::new(), href: href.clone() };
    let saved = match carts::list(&visitor.site.app, caller, Some(customer)).await {
        Ok(saved) => saved,
        Err(problem) if problem.code == "missing_role" => return Ok(none),
        Err(problem) => return Err(problem),
    };
    let Some(own) = saved.iter().find(|cart| cart.created_by == caller.person && cart.lines > 0) else {
        return Ok(none);
    };
    let cart = carts::load(&visitor.site.app, caller, own.id).await?;
    Ok(view::CartSummary {
        items: text_with(lang, "count-items", &Args::new().num("count", own.lines)),
        total: money::amount(lang, cart.totals.map(|totals| totals.total), cart.currency),
        href,
    })
}
