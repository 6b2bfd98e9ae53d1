//! A partner's pages about its customers: the list, creating, editing, the agreement, and the end.

mod page;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use perpetua_app::customers::{
    self, CreateCustomer, CustomerLine, EditCustomer, ListCustomers, Profile, RecordAgreement, relationships,
};
use perpetua_app::{FormKey, Kind, Problem, home};
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::Segment;
use perpetua_domain::id::TenantId;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Lang, format, text};
use serde::Deserialize;

use self::page::customer_view;
use super::cursor;
use super::partners::countries;
use super::people::{id, one_time};
use super::relations::day;
use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::auth::FormPage;
use crate::views::form::{Choice, Field, Form};
use crate::views::forms;
use crate::views::frame::{Link, Tone};
use crate::views::list::List;
use crate::views::partner::{CustomerRow, Customers};
use crate::views::parts::{Badge, Button, Empty, Look};

/// Lines of a page.
const PAGE: i64 = 50;

const LIST: &str = "/partner/customers";

/// Pages about customers.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(LIST, get(list).post(create))
        .route("/partner/customers/new", get(new))
        .route("/partner/customers/invite", get(invite_page).post(invite))
        .route("/partner/customers/{customer}", get(one))
        .route("/operator/customers/{customer}", get(one))
        .route("/partner/customers/{customer}/edit", get(edit_page).post(edit))
        .route("/partner/customers/{customer}/agreement", post(agreement))
        .route("/partner/customers/{customer}/end", post(end))
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

async fn list(SignedIn { caller, visitor }: SignedIn, Query(query): Query<ListQuery>) -> Answer {
    let lang = visitor.origin.lang;
    let ended = query.state == "ended";
    let wanted = ListCustomers {
        search: query.q.clone(),
        ended,
        after: cursor::read(&query.after),
        after_customer: None,
        backwards: false,
        limit: PAGE,
    };
    let (found, next) = customers::list(&visitor.site.app, &caller, wanted).await?;
    let encoded = percent_encoding::utf8_percent_encode(&query.q, percent_encoding::NON_ALPHANUMERIC);
    let filter = format!("q={encoded}&state={}", if ended { "ended" } else { "" });
    let states = vec![
        Choice::new("", text(lang, "customer-filter-present")),
        Choice::new("ended", text(lang, "customer-filter-former")),
    ];
    let is_filtered = !query.q.is_empty() || ended;
    let list = List {
        sort: "name".to_owned(),
        filters: vec![
            Field::text("q", "action-search").wide().value(query.q),
            Field::select("state", "field-state", states).value(query.state),
        ],
        next: next.map(|next| format!("{LIST}?{filter}&after={}", cursor::write(&next))),
        clear: is_filtered.then(|| Link::new(LIST, text(lang, "action-filter-clear"))),
        query: filter,
        ..List::at(LIST)
    };
    let create = Link::new("/partner/customers/new", text(lang, "action-create-customer"));
    page(&Customers {
        t: frame(&visitor, "nav-customers"),
        invite: Link::new("/partner/customers/invite", text(lang, "customer-invite-title")),
        list,
        rows: found.iter().map(|line| row(lang, line)).collect(),
        empty: empty(lang, is_filtered, &create),
        create,
    })
}

fn empty(lang: Lang, is_filtered: bool, create: &Link) -> Empty {
    let (heading, how) = if is_filtered {
        ("customers-none-found", "customers-none-found-how")
    } else {
        ("customers-empty", "customers-empty-how")
    };
    Empty {
        heading: text(lang, heading).into_owned(),
        text: text(lang, how).into_owned(),
        action: (!is_filtered).then(|| create.clone()),
    }
}

fn row(lang: Lang, line: &CustomerLine) -> CustomerRow {
    let href = format!("{LIST}/{}", line.id);
    let agreement = if line.has_agreement {
        Badge::new(Tone::Good, text(lang, "customer-agreed"))
    } else {
        Badge::new(Tone::Warn, text(lang, "customer-not-agreed"))
    };
    let add = Button::open("action-add-products", format!("{href}/add"));
    CustomerRow {
        name: line.name.clone(),
        domain: line.domain.clone(),
        country: perpetua_i18n::country(lang, &line.country),
        purchases: format::number(lang, line.orders),
        agreement,
        since: day(lang, line.since),
        state: state(lang, line.is_active),
        add: (line.is_active && line.has_agreement).then(|| add.look(Look::Small).about(format!("c-{}", line.id))),
        id: line.id.to_string(),
        // Of a former customer only what it bought is left to see.
        href: if line.is_active { href } else { format!("{href}/software") },
        is_former: !line.is_active,
    }
}

fn state(lang: Lang, is_active: bool) -> Badge {
    if is_active {
        Badge::new(Tone::Good, text(lang, "customer-state-active"))
    } else {
        Badge::new(Tone::Plain, text(lang, "customer-state-ended"))
    }
}

fn segments(lang: Lang) -> Vec<Choice> {
    Segment::ALL
        .iter()
        .map(|segment| Choice::new(segment.as_text(), text(lang, &format!("segment-{segment}"))))
        .collect()
}

fn form_page(visitor: &Visitor, title: &str, intro: &str, form: Form) -> FormPage {
    let intro = if intro.is_empty() { String::new() } else { text(visitor.origin.lang, intro).into_owned() };
    FormPage { t: frame(visitor, title), intro, form, after: Vec::new() }
}

fn create_view(visitor: &Visitor) -> FormPage {
    let lang = visitor.origin.lang;
    let back = Link::new(LIST, text(lang, "action-back"));
    let form = forms::create_customer(LIST, &visitor.form_token(), countries(lang), segments(lang), back);
    form_page(visitor, "action-create-customer", "", form)
}

async fn new(SignedIn { caller, visitor }: SignedIn) -> Answer {
    customers::may(&visitor.site.app, &caller, Permission::CustomerCreate).await?;
    let mut view = create_view(&visitor);
    let (country, _) = home::own_place(&visitor.site.app, &caller).await?;
    view.form.fill("country", &country);
    page(&view)
}

fn profile(form: &FormData) -> Profile {
    let get = |name: &str| form.get(name).to_owned();
    Profile {
        name: get("name"),
        line1: get("line1"),
        line2: get("line2"),
        city: get("city"),
        state: get("state"),
        postal_code: get("postal_code"),
        phone: get("phone"),
        email: get("email"),
        language: get("language"),
        segment: get("segment"),
        registration_number: get("registration_number"),
        vat_id: get("vat_id"),
        contact: None,
    }
}

async fn create(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let command = CreateCustomer {
        domain: form.get("domain").to_owned(),
        country: form.get("country").to_owned(),
        profile: profile(&form),
        admin_email: form.get("admin_email").to_owned(),
    };
    let key = FormKey::new(&caller, "customer.created", form.get("form_token"));
    match customers::create_once(&visitor.site.app, &caller, key, command).await {
        Ok((customer, Some(link))) => {
            one_time(&visitor, "invitation", form.get("admin_email"), &link, format!("{LIST}/{customer}"))
        }
        Ok((customer, None)) => go(&format!("{LIST}/{customer}?done=created-before")),
        Err(problem) => failed(&visitor, create_view(&visitor), &form, problem),
    }
}

/// The same form again with what is wrong; other problems get their own page.
fn failed(visitor: &Visitor, mut view: FormPage, form: &FormData, problem: Problem) -> Answer {
    if matches!(problem.kind, Kind::Invalid | Kind::Conflict) {
        fail_form(visitor.origin.lang, &mut view.form, form, &problem);
        return page_with(status_of(&problem), &view);
    }
    Err(problem.into())
}

fn invite_view(visitor: &Visitor) -> FormPage {
    let back = Link::new(LIST, text(visitor.origin.lang, "action-back"));
    let form = forms::invite_customer("/partner/customers/invite", back);
    form_page(visitor, "customer-invite-title", "customer-invite-intro", form)
}

async fn invite_page(SignedIn { caller, visitor }: SignedIn) -> Answer {
    customers::may(&visitor.site.app, &caller, Permission::RelationshipInvite).await?;
    page(&invite_view(&visitor))
}

async fn invite(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    match relationships::invite(&visitor.site.app, &caller, form.get("domain")).await {
        Ok(()) => go(&format!("{LIST}?done=relationship-asked")),
        Err(problem) => failed(&visitor, invite_view(&visitor), &form, problem),
    }
}

async fn one(SignedIn { caller, visitor }: SignedIn, Path(customer): Path<String>) -> Answer {
    page(&customer_view(&visitor, &caller, id(&customer)?).await?)
}

fn edit_view(visitor: &Visitor, customer: TenantId) -> FormPage {
    let lang = visitor.origin.lang;
    let back = Link::new(format!("{LIST}/{customer}"), text(lang, "action-back"));
    let form = forms::edit_customer(&format!("{LIST}/{customer}/edit"), segments(lang), back);
    form_page(visitor, "customer-edit", "", form)
}

async fn edit_page(SignedIn { caller, visitor }: SignedIn, Path(customer): Path<String>) -> Answer {
    let customer: TenantId = id(&customer)?;
    let stored = customers::page(&visitor.site.app, &caller, customer).await?.profile;
    let mut view = edit_view(&visitor, customer);
    for (name, value) in [
        ("name", stored.name),
        ("line1", stored.line1),
        ("line2", stored.line2),
        ("city", stored.city),
        ("state", stored.state),
        ("postal_code", stored.postal_code),
        ("phone", stored.phone),
        ("email", stored.email),
        ("segment", stored.segment),
        ("registration_number", stored.registration_number),
        ("vat_id", stored.vat_id),
    ] {
        view.form.fill(name, &value);
    }
    page(&view)
}

async fn edit(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let customer: TenantId = id(&customer)?;
    let app = &visitor.site.app;
    // The form has no field for the language, which therefore stays.
    let language = customers::page(app, &caller, customer).await?.profile.language;
    let command = EditCustomer { customer, profile: Profile { language, ..profile(&form) }, version: None };
    match customers::edit(app, &caller, command).await {
        Ok(()) => go(&format!("{LIST}/{customer}?done=saved")),
        Err(problem) => failed(&visitor, edit_view(&visitor, customer), &form, problem),
    }
}

async fn agreement(
    SignedIn { caller, visitor }: SignedIn,
    Path(customer): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let customer: TenantId = id(&customer)?;
    let name = form.get("agreed_name");
    let (first_name, last_name) = name.rsplit_once(' ').unwrap_or(("", name));
    let command = RecordAgreement {
        customer,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: form.get("agreed_email").to_owned(),
        phone: form.get("agreed_phone").to_owned(),
        agreed_on: form.get("agreed_on").to_owned(),
    };
    match customers::record_agreement(&visitor.site.app, &caller, command).await {
        Ok(_) => go(&format!("{LIST}/{customer}?done=agreement-recorded")),
        Err(problem) if problem.kind == Kind::Invalid => {
            let mut view = customer_view(&visitor, &caller, customer).await?;
            if let Some(shown) = &mut view.agree {
                fail_form(visitor.origin.lang, shown, &form, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn end(SignedIn { caller, visitor }: SignedIn, Path(customer): Path<String>, PostForm(form): PostForm) -> Answer {
    let customer: TenantId = id(&customer)?;
    match relationships::end(&visitor.site.app, &caller, customer, form.get("suspend_reason")).await {
        Ok(()) => go(&format!("{LIST}?state=ended&done=relationship-ended")),
        Err(problem) if problem.kind == Kind::Invalid => {
            let mut view = customer_view(&visitor, &caller, customer).await?;
            if let Some(shown) = &mut view.end {
                fail_form(visitor.origin.lang, shown, &form, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
