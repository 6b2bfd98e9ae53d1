//! The sites: on which days each may be worked on, and what moves before what.

use perpetua_app::fleet::{self, SiteView, SiteWindow};
use perpetua_app::{Kind, Problem};
use perpetua_http::{FormData, PostForm, status_of};
use perpetua_i18n::{Lang, format, text};

use super::At;
use crate::shell::{self, Answer, fail_form, go, page_with};
use crate::views::form::Form;
use crate::views::frame::{Frame, Link};
use crate::views::migration::forms::{self, WEEKDAYS};
use crate::views::migration::{OrderRow, Site, SiteRow, Sites};
use crate::views::parts::{Button, Look};

pub async fn page(at: At) -> Answer {
    shell::page(&view(&at, None).await?)
}

async fn view(at: &At, add: Option<Form>) -> Result<Sites, Problem> {
    let found = fleet::sites(&at.visitor.site.app, &at.caller, at.customer).await?;
    let rows = found.sites.iter().enumerate();
    let orders = found.orders.iter().enumerate();
    Ok(Sites {
        t: frame(at, None).await?,
        head: at.head("migration-waves"),
        rows: rows.map(|(number, site)| site_row(at, number, site, (found.weekdays, found.may_edit))).collect(),
        orders: orders.map(|(number, order)| order_row(at, number, order, found.may_edit)).collect(),
        add: found.may_edit.then(|| add.unwrap_or_else(|| forms::order(&at.path("/sites/orders")))),
    })
}

/// The frame of the list, or of one site below it.
async fn frame(at: &At, site: Option<&str>) -> Result<Frame, Problem> {
    let heading = text(at.lang(), "migration-sites");
    let mut t = at.frame(Some(site.map_or_else(|| heading.to_string(), str::to_owned))).await?;
    t.crumbs.push(Link::new(at.path("/waves"), text(at.lang(), "migration-waves")));
    if site.is_some() {
        t.crumbs.push(Link::new(at.path("/sites"), heading));
    }
    Ok(t)
}

fn site_row(at: &At, number: usize, site: &SiteView, (usual, may_edit): ([bool; 7], bool)) -> SiteRow {
    let lang = at.lang();
    let escaped = percent_encoding::utf8_percent_encode(&site.site, percent_encoding::NON_ALPHANUMERIC);
    let id = number.to_string();
    let is_named = !site.site.is_empty();
    let days = match &site.window {
        Some(own) => days(lang, own.weekdays),
        None => format!("{} ({})", text(lang, "migration-site-usual"), days(lang, usual)),
    };
    let capacity = site.window.as_ref().and_then(|own| own.capacity_per_day);
    let reset = Button::post("migration-site-reset", at.path("/sites/reset")).look(Look::Small);
    SiteRow {
        site: if is_named {
            Link::new(at.path(&format!("/machines?site={escaped}")), site.site.clone())
        } else {
            Link::new("", text(lang, "migration-site-none"))
        },
        machines: format::number(lang, site.machines),
        days,
        capacity: capacity.map_or_else(|| "–".to_owned(), |count| format::number(lang, i64::from(count))),
        edit: (may_edit && is_named)
            .then(|| Link::new(at.path(&format!("/sites/window?site={escaped}")), text(lang, "action-change"))),
        reset: (may_edit && site.window.is_some())
            .then(|| reset.field("site", site.site.clone()).about(format!("s-{id}"))),
        id,
    }
}

/// "Monday, Tuesday", or that there is none.
fn days(lang: Lang, open: [bool; 7]) -> String {
    let names = WEEKDAYS.iter().zip(open).filter(|(_, is_open)| *is_open).map(|(name, _)| text(lang, name));
    let names: Vec<_> = names.collect();
    if names.is_empty() { text(lang, "migration-site-closed").into_owned() } else { names.join(", ") }
}

fn order_row(at: &At, number: usize, (first, then): &(String, String), may_edit: bool) -> OrderRow {
    let id = number.to_string();
    let remove = Button::post("action-remove", at.path("/sites/orders/remove"))
        .look(Look::SmallDanger)
        .field("first", first.clone())
        .field("then", then.clone())
        .about(format!("o-{id}"));
    OrderRow { first: first.clone(), then: then.clone(), remove: may_edit.then_some(remove), id }
}

pub async fn window(at: At) -> Answer {
    let name = at.query().get("site").to_owned();
    shell::page(&window_view(&at, &name, None).await?)
}

/// The days of a site that is known, or of one that has days of its own.
async fn window_view(at: &At, name: &str, form: Option<Form>) -> Result<Site, Problem> {
    let found = fleet::sites(&at.visitor.site.app, &at.caller, at.customer).await?;
    let known = found.sites.iter().find(|site| site.site == name && !name.is_empty()).filter(|_| found.may_edit);
    let known = known.ok_or_else(Problem::not_found)?;
    let form = form.unwrap_or_else(|| {
        let mut form = forms::site(&at.path("/sites/window"), name);
        let open = known.window.as_ref().map_or(found.weekdays, |own| own.weekdays);
        for (number, is_open) in open.into_iter().enumerate() {
            form.fill(&format!("day-{number}"), if is_open { "on" } else { "" });
        }
        if let Some(capacity) = known.window.as_ref().and_then(|own| own.capacity_per_day) {
            form.fill("capacity_per_day", &capacity.to_string());
        }
        form
    });
    Ok(Site { t: frame(at, Some(name)).await?, head: at.head("migration-waves"), form })
}

/// What was typed about a site.
fn typed(form: &FormData) -> Result<SiteWindow, Problem> {
    let capacity_per_day = match form.get("capacity_per_day") {
        "" => None,
        text => Some(text.parse::<u32>().map_err(|_| Problem::field("capacity_per_day", "not_a_count"))?),
    };
    let weekdays = std::array::from_fn(|number| form.is_on(&format!("day-{number}")));
    Ok(SiteWindow { site: form.get("site").to_owned(), weekdays, capacity_per_day })
}

pub async fn save_window(at: At, PostForm(form): PostForm) -> Answer {
    let saved = match typed(&form) {
        Ok(window) => fleet::set_window(&at.visitor.site.app, &at.caller, at.customer, window).await,
        Err(problem) => Err(problem),
    };
    match saved {
        Ok(()) => go(&at.path("/sites?done=fleet-sites-saved")),
        Err(problem) if problem.kind == Kind::Invalid => {
            let name = form.get("site");
            let mut shown = forms::site(&at.path("/sites/window"), name);
            fail_form(at.lang(), &mut shown, &form, &problem);
            page_with(status_of(&problem), &window_view(&at, name, Some(shown)).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

pub async fn reset(at: At, PostForm(form): PostForm) -> Answer {
    fleet::remove_window(&at.visitor.site.app, &at.caller, at.customer, form.get("site").to_owned()).await?;
    go(&at.path("/sites?done=fleet-sites-saved"))
}

fn order(form: &FormData) -> (String, String) {
    (form.get("first").to_owned(), form.get("then").to_owned())
}

pub async fn add_order(at: At, PostForm(form): PostForm) -> Answer {
    match fleet::add_order(&at.visitor.site.app, &at.caller, at.customer, order(&form)).await {
        Ok(()) => go(&at.path("/sites?done=fleet-sites-saved")),
        Err(problem) if problem.kind == Kind::Invalid => {
            let mut shown = forms::order(&at.path("/sites/orders"));
            fail_form(at.lang(), &mut shown, &form, &problem);
            page_with(status_of(&problem), &view(&at, Some(shown)).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

pub async fn remove_order(at: At, PostForm(form): PostForm) -> Answer {
    fleet::remove_order(&at.visitor.site.app, &at.caller, at.customer, order(&form)).await?;
    go(&at.path("/sites?done=fleet-sites-saved"))
}
