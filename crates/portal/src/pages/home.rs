//! The first pages of operator and customer. The partner's stands with its orders.

use axum::Router;
use axum::routing::get;
use perpetua_app::home::{self, CustomerHome, OperatorHome};
use perpetua_app::keys::Look;
use perpetua_app::partners::Partner;
use perpetua_app::software::PurchaseFacts;
use perpetua_http::{SignedIn, SiteState};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::money;
use super::orders::row as order_row;
use super::relations::day;
use super::software::wording;
use crate::shell::{Answer, frame, page};
use crate::views::frame::{Link, Tone};
use crate::views::home::{CustomerHome as CustomerView, Home, HomeLook, HomePartner, HomePurchase};
use crate::views::parts::{Attention, Badge, Empty, Figure};

/// Purchases and looks that a first page shows.
const ROWS: usize = 8;

/// First pages.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/operator", get(operator)).route("/customer", get(customer))
}

async fn operator(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let found = home::operator(&visitor.site.app, &caller).await?;
    let orders = found.orders.as_deref().unwrap_or_default();
    page(&Home {
        t: frame(&visitor, "nav-home"),
        figures: sales(lang, &found),
        attention: waiting(lang, &found),
        quiet: text(lang, "home-nothing").into_owned(),
        orders: orders.iter().map(|order| order_row(lang, &caller, order)).collect(),
        shows_orders: found.orders.is_some(),
        all_orders: Some(Link::new("/operator/orders", text(lang, "nav-sales"))),
        empty: Empty {
            heading: text(lang, "buy-no-orders").into_owned(),
            text: text(lang, "home-no-sales").into_owned(),
            action: Some(Link::new("/operator/partners", text(lang, "nav-partners"))),
        },
    })
}

fn sales(lang: Lang, found: &OperatorHome) -> Vec<Figure> {
    let figure = |sales: &home::Sales| {
        let orders = text_with(lang, "home-sales-orders", &Args::new().num("count", sales.orders));
        Figure::new("figure-sold-30-days", format::amount(lang, sales.net.minor(), sales.currency), orders)
    };
    found.sales.iter().flatten().map(figure).collect()
}

fn waiting(lang: Lang, found: &OperatorHome) -> Vec<Attention> {
    let show = |to: String| Link::new(to, text(lang, "action-show"));
    let counted = |id: &str, count: usize, tone: Option<Tone>, to: &str| {
        let words = Args::new().num("count", i64::try_from(count).unwrap_or(i64::MAX));
        (count > 0).then(|| Attention {
            text: text_with(lang, id, &words),
            badge: tone.map(|tone| Badge::new(tone, text(lang, "home-not-delivered"))),
            link: show(to.to_owned()),
        })
    };
    let sheet = |sheet: &perpetua_app::price_import::Sheet| Attention {
        text: text_with(lang, "home-sheet-waits", &Args::new().set("file", &sheet.file_name)),
        badge: Some(Badge::new(Tone::Accent, text(lang, "home-sheet-preview"))),
        link: show(format!("/operator/prices/{}", sheet.id)),
    };
    let mut waiting: Vec<Attention> = found.sheets.iter().map(sheet).collect();
    waiting.extend(counted("home-dead-letters", found.dead_letters, Some(Tone::Bad), "/operator/outbox"));
    waiting.extend(role_requests(lang, found.role_requests, "/operator/people"));
    waiting.extend(found.near_limit.iter().map(|partner| near_limit(lang, partner)));
    waiting
}

/// Requests for roles that wait for an answer; nothing where there are none.
pub fn role_requests(lang: Lang, count: usize, people: &str) -> Option<Attention> {
    let words = Args::new().num("count", i64::try_from(count).unwrap_or(i64::MAX));
    (count > 0).then(|| Attention {
        text: text_with(lang, "home-role-requests", &words),
        badge: None,
        link: Link::new(people, text(lang, "action-show")),
    })
}

fn near_limit(lang: Lang, partner: &Partner) -> Attention {
    let amount = |minor| format::amount(lang, minor, partner.currency);
    let words = Args::new()
        .set("partner", &partner.name)
        .set("owed", amount(partner.balance))
        .set("limit", amount(partner.credit_limit));
    Attention {
        text: text_with(lang, "home-near-limit", &words),
        badge: Some(Badge::new(Tone::Warn, text(lang, "home-credit-line"))),
        link: Link::new(format!("/operator/partners/{}", partner.id), text(lang, "action-show")),
    }
}

async fn customer(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let found = home::customer(&visitor.site.app, &caller).await?;
    let purchases = found.software.iter().flat_map(|software| &software.purchases).take(ROWS);
    let looks = found.looks.as_ref().map(|looks| looks.iter().take(ROWS).map(|seen| look(lang, seen)).collect());
    let partners = found.partners.as_ref().map(|partners| {
        let standing = partners.partners.iter().filter(|partner| partner.relationship.ended_at.is_none());
        let since = |at| text_with(lang, "home-partner-since", &Args::new().set("date", day(lang, at)));
        let partner = |name: &str, note| HomePartner { name: name.to_owned(), note };
        standing.map(|found| partner(&found.name, since(found.relationship.since))).collect()
    });
    page(&CustomerView {
        t: frame(&visitor, "nav-home"),
        figures: figures(lang, &found),
        invitations: invitations(lang, &found),
        purchases: purchases.map(|facts| purchase(lang, facts)).collect(),
        looks,
        partners,
        empty: Empty {
            heading: text(lang, "software-none").into_owned(),
            text: text(lang, "software-none-yet").into_owned(),
            action: None,
        },
    })
}

fn figures(lang: Lang, found: &CustomerHome) -> Vec<Figure> {
    let units = |software: &perpetua_app::software::Software| {
        let kept: i64 = software.totals.iter().map(|total| total.bought - total.cancelled).sum();
        let units = text_with(lang, "home-units", &Args::new().num("count", kept));
        Figure::new("figure-purchases", format::number(lang, software.purchases_total), units)
    };
    let partners = |partners: &perpetua_app::customers::relationships::Partners| {
        let standing = partners.partners.iter().filter(|partner| partner.relationship.ended_at.is_none()).count();
        Figure::new("figure-partners", format::number(lang, i64::try_from(standing).unwrap_or(i64::MAX)), "")
    };
    found.software.iter().map(units).chain(found.partners.iter().map(partners)).collect()
}

/// Partners that wait for an answer.
fn invitations(lang: Lang, found: &CustomerHome) -> Vec<Attention> {
    let waiting = found.partners.iter().filter(|partners| partners.can_decide);
    let asks = waiting.flat_map(|partners| &partners.invitations).map(|invitation| Attention {
        text: text_with(lang, "home-partner-asks", &Args::new().set("partner", &invitation.name)),
        badge: None,
        link: Link::new("/customer/partners", text(lang, "action-show")),
    });
    asks.collect()
}

fn purchase(lang: Lang, facts: &PurchaseFacts) -> HomePurchase {
    HomePurchase {
        product: money::product_name(&facts.product, &facts.edition),
        href: format!("/customer/software/{}", facts.line),
        quantity: wording::quantity(lang, facts),
        date: money::day(lang, facts.placed_at, &facts.zone),
        state: wording::state(lang, facts.state),
    }
}

fn look(lang: Lang, seen: &Look) -> HomeLook {
    HomeLook {
        who: seen.name.clone(),
        tenant: seen.tenant_name.clone(),
        product: seen.product.clone(),
        href: format!("/customer/software/{}", seen.line),
        when: format::date_time(lang, seen.at, &crate::zone::of_reader()),
        instant: seen.at.to_string(),
    }
}
