//! The Software page, its export, and the customer's list of who looked at which key.

use perpetua_app::keys::{self, LOOKS_MAX};
use perpetua_app::software::{self, Place, PurchaseFacts, Question, Software, Sort};
use perpetua_domain::catalog::OfferKind;
use perpetua_http::FormData;
use perpetua_i18n::{Lang, format, text};

use super::super::money;
use super::{At, wording};
use crate::shell::{self, Answer, file, titled};
use crate::views::activity::{Activity, ActivityRow};
use crate::views::form::{Choice, Field};
use crate::views::frame::{Link, Tone};
use crate::views::list::List;
use crate::views::parts::{Badge, Button, Empty, Look};
use crate::views::software::{ProductTotal, Software as View, SoftwareRow};

/// The part of an address after `?`.
fn query(here: &str) -> FormData {
    FormData::parse(here.split_once('?').map_or("", |(_, query)| query))
}

fn question(form: &FormData) -> Question {
    Question {
        search: form.get("q").chars().take(200).collect(),
        is_cancelled: match form.get("state") {
            "active" => Some(false),
            "cancelled" => Some(true),
            _ => None,
        },
        kind: OfferKind::parse(form.get("kind")),
        sort: Sort::parse(form.get("sort")).unwrap_or(Sort::Newest),
        place: place(form),
    }
}

/// The page that the address names by a purchase at its edge; anything unreadable is the first page.
fn place(form: &FormData) -> Place {
    let line = |name| form.get(name).parse().ok();
    line("after").map(Place::After).or_else(|| line("before").map(Place::Before)).unwrap_or_default()
}

pub async fn page(at: At) -> Answer {
    let form = query(&at.visitor.here);
    let asked = question(&form);
    let found = software::list(&at.visitor.site.app, &at.caller, at.customer, asked.clone()).await?;
    shell::page(&view(&at, &form, &asked, &found))
}

pub async fn csv(at: At) -> Answer {
    let asked = question(&query(&at.visitor.here));
    let csv = software::export(&at.visitor.site.app, &at.caller, at.customer, asked).await?;
    file("software.csv", "text/csv; charset=utf-8", csv)
}

fn view(at: &At, form: &FormData, asked: &Question, found: &Software) -> View {
    let lang = at.visitor.origin.lang;
    let mut t = titled(&at.visitor, text(lang, "nav-software").into_owned());
    t.crumbs = at.crumbs(&found.customer_name);
    View {
        t,
        tabs: at.tabs("nav-software"),
        list: list(at, form, asked, found),
        rows: found.purchases.iter().map(|facts| row(at, found, facts)).collect(),
        totals: found.totals.iter().map(|total| total_row(lang, total)).collect(),
        add_products: found.may_order.then(|| Button::open("action-add-products", format!("{}/add", at.base))),
        empty: empty(at, found),
    }
}

fn total_row(lang: Lang, total: &software::Total) -> ProductTotal {
    ProductTotal {
        product: total.product.clone(),
        bought: format::number(lang, total.bought),
        cancelled: format::number(lang, total.cancelled),
        active: format::number(lang, total.bought - total.cancelled),
    }
}

fn row(at: &At, found: &Software, facts: &PurchaseFacts) -> SoftwareRow {
    let lang = at.visitor.origin.lang;
    let href = format!("{}/{}", at.list(), facts.line);
    let is_open = matches!(facts.window, software::Window::Open { .. });
    let id = facts.line.to_string();
    let cancel =
        Button::open("action-cancel", format!("{href}/cancel")).look(Look::SmallDanger).about(format!("p-{id}"));
    SoftwareRow {
        id,
        product: money::product_name(&facts.product, &facts.edition),
        href,
        quantity: wording::quantity(lang, facts),
        order: facts.order_number.clone(),
        order_href: if found.may_see_orders { at.order(facts.order) } else { String::new() },
        date: format::date(lang, facts.placed_on),
        state: wording::state(lang, facts.state),
        window: wording::window(lang, facts),
        open: is_open,
        term_end: facts.term_last_day.map_or_else(|| "–".to_owned(), |day| format::date(lang, day)),
        cancelled: facts.is_cancelled(),
        cancel: (is_open && found.may_cancel).then_some(cancel),
    }
}

fn list(at: &At, form: &FormData, asked: &Question, found: &Software) -> List {
    let lang = at.visitor.origin.lang;
    let all = || Choice::new("", text(lang, "all"));
    let states = vec![
        all(),
        Choice::new("active", text(lang, "filter-not-cancelled")),
        Choice::new("cancelled", text(lang, "purchase-state-cancelled")),
    ];
    let kinds = vec![
        all(),
        Choice::new("perpetual", text(lang, "purchase-kind-perpetual")),
        Choice::new("subscription", text(lang, "purchase-kind-subscription")),
    ];
    let kept = ["q", "state", "kind"].into_iter().filter(|name| !form.get(name).is_empty());
    let kept: Vec<String> = kept.map(|name| format!("{name}={}", escaped(form.get(name)))).collect();
    let query = kept.join("&");
    let sort = asked.sort.as_text();
    let to_page = |side: &str, edge: Option<&PurchaseFacts>| {
        let and = if query.is_empty() { "" } else { "&" };
        edge.map(|edge| format!("{}?{query}{and}sort={sort}&{side}={}", at.list(), edge.line))
    };
    let is_filtered = !query.is_empty();
    List {
        filters: vec![
            Field::text("q", "action-search").wide().value(asked.search.clone()),
            Field::select("state", "field-state", states).value(form.get("state")),
            Field::select("kind", "field-kind", kinds).value(form.get("kind")),
        ],
        query: query.clone(),
        sort: sort.to_owned(),
        previous: to_page("before", found.purchases.first().filter(|_| found.has_previous)),
        next: to_page("after", found.purchases.last().filter(|_| found.has_next)),
        export: (found.purchases_total > 0).then(|| format!("{}.csv?{query}", at.list())),
        clear: is_filtered.then(|| Link::new(at.list(), text(lang, "action-filter-clear"))),
        ..List::at(at.list())
    }
}

fn escaped(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn empty(at: &At, found: &Software) -> Empty {
    let lang = at.visitor.origin.lang;
    if found.purchases_total > 0 {
        let clear = Link::new(at.list(), text(lang, "action-filter-clear"));
        return Empty {
            heading: text(lang, "software-none-found").into_owned(),
            text: text(lang, "software-none-found-how").into_owned(),
            action: Some(clear),
        };
    }
    let add = Link::new(format!("{}/add", at.base), text(lang, "action-add-products"));
    Empty {
        heading: text(lang, "software-none").into_owned(),
        text: text(lang, if found.may_order { "software-none-buy" } else { "software-none-yet" }).into_owned(),
        action: found.may_order.then_some(add),
    }
}

/// Who looked at which key of the customer (M20).
pub async fn key_views(at: At) -> Answer {
    let lang = at.visitor.origin.lang;
    let form = query(&at.visitor.here);
    let before = form
        .get("after")
        .split_once('_')
        .and_then(|(at, id)| Some((jiff::Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?)));
    let looks = keys::looks_of_customer(&at.visitor.site.app, &at.caller, before).await?;
    let is_full = i64::try_from(looks.len()) == Ok(LOOKS_MAX);
    let next = looks
        .last()
        .filter(|_| is_full)
        .map(|look| format!("/customer/key-views?after={}_{}", look.at.as_microsecond(), look.record));
    let rows = looks.into_iter().map(|look| ActivityRow {
        when: format::date_time(lang, look.at, &crate::zone::of_reader()),
        instant: look.at.to_string(),
        who: look.name,
        tenant: look.tenant_name,
        what: text(lang, "key-viewed").into_owned(),
        details: String::new(),
        about: format!("{} · {}", look.product, look.order_number),
        href: format!("/customer/software/{}", look.line),
        from: look.network,
        outcome: Badge::new(Tone::Plain, text(lang, "key-view-shown")),
    });
    shell::page(&Activity {
        t: titled(&at.visitor, text(lang, "nav-key-views").into_owned()),
        tabs: Vec::new(),
        intro: text(lang, "key-views-intro").into_owned(),
        list: List { next, ..List::at("/customer/key-views") },
        rows: rows.collect(),
        proofs: None,
        empty: Empty {
            heading: text(lang, "key-views-none").into_owned(),
            text: text(lang, "key-views-none-how").into_owned(),
            action: None,
        },
    })
}
