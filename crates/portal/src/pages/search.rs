//! What the search box on every page found.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use perpetua_app::search::{self, Found};
use perpetua_domain::access::TenantKind;
use perpetua_http::{SignedIn, SiteState};
use perpetua_i18n::{Lang, format, text};
use serde::Deserialize;

use super::money::product_name;
use crate::shell::{Answer, frame, home, page};
use crate::views::home::{Hit, Search, SearchGroup};

/// The page of results.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/search", get(results))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
}

async fn results(SignedIn { caller, visitor }: SignedIn, Query(wanted): Query<Wanted>) -> Answer {
    let found = search::search(&visitor.site.app, &caller, &wanted.q).await?;
    let mut t = frame(&visitor, "action-search");
    t.query.clone_from(&wanted.q);
    let groups = groups(visitor.origin.lang, caller.kind, home(&caller), found);
    page(&Search { t, groups })
}

fn groups(lang: Lang, kind: TenantKind, area: &str, found: Found) -> Vec<SearchGroup> {
    let mut groups = Vec::new();
    let mut add = |heading, hits: Vec<Hit>| {
        if !hits.is_empty() {
            groups.push(SearchGroup { heading, hits, more: None });
        }
    };
    let partners = found.partners.into_iter().map(|partner| Hit {
        href: format!("{area}/partners/{}", partner.id),
        title: partner.name,
        note: partner.mpn_id,
    });
    add("nav-partners", partners.collect());
    let software = found.software.into_iter().map(|purchase| Hit {
        href: format!("{area}/software/{}", purchase.line),
        title: product_name(&purchase.product, &purchase.edition),
        note: purchase.order_number,
    });
    add("nav-software", software.collect());
    let customers = found.customers.into_iter().map(|customer| Hit {
        href: format!("{area}/customers/{}", customer.id),
        title: customer.name,
        note: customer.domain,
    });
    add("nav-customers", customers.collect());
    let orders = found.orders.into_iter().map(|order| Hit {
        href: format!("{area}/orders/{}", order.id),
        title: order.number,
        note: format!("{} {}", format::date_time(lang, order.placed_at, &crate::zone::of_reader()), order.po_number),
    });
    add("nav-orders", orders.collect());
    // Products are bought for a customer, so a partner starts from its customers, and the hit says so.
    let (shelf, leads_to) = if kind == TenantKind::Operator {
        ("/operator/prices", "search-product-prices")
    } else {
        ("/partner/customers", "search-product-customers")
    };
    let products = found.products.into_iter().map(|product| Hit {
        href: shelf.to_owned(),
        title: product.title,
        note: format!("{} · {}", product.id, text(lang, leads_to)),
    });
    add("nav-catalog", products.collect());
    groups
}
