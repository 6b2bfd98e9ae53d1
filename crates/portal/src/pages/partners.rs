//! The operator's pages about partners.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use perpetua_app::customers::{CustomerLine, ListCustomers};
use perpetua_app::partners::{self, CreatePartner, Partner};
use perpetua_app::{FormKey, Kind, Param, Problem, customers, home, people};
use perpetua_domain::access::{Permission, Relation};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::Currency;
use perpetua_http::{PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Lang, country, format, text};
use serde::Deserialize;

use super::cursor;
use super::people::{id, invite_form, one_time, rows};
use crate::shell::{Answer, fail_form, frame, go, page, page_with, sees_accounts, titled};
use crate::views::auth::FormPage;
use crate::views::form::Choice;
use crate::views::forms;
use crate::views::frame::{Link, Tone};
use crate::views::home::{Hit, Search, SearchGroup};
use crate::views::list::List;
use crate::views::operator::{PartnerPage, PartnerRow, Partners};
use crate::views::parts::{Badge, Empty, Fact};

/// Lines of a page.
const PAGE: i64 = 50;

/// Pages about partners.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/operator/partners", get(list).post(create))
        .route("/operator/partners/new", get(new))
        .route("/operator/partners/{partner}", get(one))
        .route("/operator/partners/{partner}/customers", get(customers_of))
        .route("/operator/partners/{partner}/credit", post(credit))
        .route("/operator/partners/{partner}/suspend", post(suspend))
        .route("/operator/partners/{partner}/resume", post(resume))
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    after: String,
}

fn create_link(lang: Lang) -> Link {
    Link::new("/operator/partners/new", text(lang, "partner-create"))
}

async fn list(SignedIn { caller, visitor }: SignedIn, Query(query): Query<ListQuery>) -> Answer {
    let lang = visitor.origin.lang;
    let (found, next) = partners::list(&visitor.site.app, &caller, cursor::read(&query.after), PAGE).await?;
    let next = next.map(|next| format!("/operator/partners?after={}", cursor::write(&next)));
    let may_create = customers::may(&visitor.site.app, &caller, Permission::PartnerManage).await.is_ok();
    page(&Partners {
        t: frame(&visitor, "nav-partners"),
        create: may_create.then(|| create_link(lang)),
        list: List { sort: "name".to_owned(), next, ..List::at("/operator/partners") },
        rows: found.iter().map(|partner| row(lang, partner)).collect(),
        empty: Empty {
            heading: text(lang, "partners-empty").into_owned(),
            text: text(lang, if may_create { "partners-empty-how" } else { "partners-empty-wait" }).into_owned(),
            action: may_create.then(|| create_link(lang)),
        },
    })
}

fn row(lang: Lang, partner: &Partner) -> PartnerRow {
    PartnerRow {
        name: partner.name.clone(),
        href: format!("/operator/partners/{}", partner.id),
        country: country(lang, &partner.country),
        mpn_id: partner.mpn_id.clone(),
        customers: format::number(lang, partner.customers),
        credit_limit: format::amount(lang, partner.credit_limit, partner.currency),
        credit_left: format::amount(lang, partner.credit_limit - partner.balance, partner.currency),
        state: state(lang, partner),
    }
}

fn state(lang: Lang, partner: &Partner) -> Badge {
    if partner.is_suspended {
        Badge::new(Tone::Bad, text(lang, "partner-state-suspended"))
    } else {
        Badge::new(Tone::Good, text(lang, "partner-state-active"))
    }
}

fn create_view(visitor: &Visitor) -> FormPage {
    let lang = visitor.origin.lang;
    let back = Link::new("/operator/partners", text(lang, "action-back"));
    let mut currencies: Vec<String> =
        Country::all().filter_map(Country::default_currency).map(|currency| currency.to_string()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let currencies = currencies.into_iter().map(|code| Choice::new(code.clone(), code)).collect();
    FormPage {
        t: frame(visitor, "partner-create"),
        intro: String::new(),
        form: forms::create_partner("/operator/partners", &visitor.form_token(), countries(lang), currencies, back),
        after: Vec::new(),
    }
}

/// Every country by its name.
pub fn countries(lang: Lang) -> Vec<Choice> {
    let all: Vec<Country> = Country::all().collect();
    let named = perpetua_i18n::countries(lang, all.iter().map(Country::code));
    named.into_iter().map(|(code, name)| Choice::new(code, name)).collect()
}

async fn new(SignedIn { caller, visitor }: SignedIn) -> Answer {
    customers::may(&visitor.site.app, &caller, Permission::PartnerManage).await?;
    let mut view = create_view(&visitor);
    let (country, currency) = home::own_place(&visitor.site.app, &caller).await?;
    view.form.fill("country", &country);
    view.form.fill("currency", &currency);
    page(&view)
}

/// An amount as people type it, in minor units; spaces group, comma or point separates.
fn minor(typed: &str, currency: Currency) -> Option<i64> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = usize::try_from(currency.exponent()).ok()?;
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > digits || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<digits$}").parse().ok()
}

/// Says that an amount was not one, where the rule only saw a number that it cannot take.
fn unreadable(typed: Option<i64>, currency: Option<Currency>, mut problem: Problem) -> Problem {
    let Some(currency) = currency.filter(|_| typed.is_none()) else { return problem };
    for field in problem.fields.iter_mut().filter(|field| field.field == "credit_limit") {
        field.code = "not_an_amount";
        field.params = vec![("amount", Param::Amount(1_000_000, currency))];
    }
    problem
}

async fn create(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let currency = form.get("currency").parse().ok();
    let limit = currency.and_then(|currency| minor(form.get("credit_limit"), currency));
    let command = CreatePartner {
        name: form.get("name").to_owned(),
        country: form.get("country").to_owned(),
        currency: form.get("currency").to_owned(),
        mpn_id: form.get("mpn_id").to_owned(),
        // What cannot be read is refused together with the other fields.
        credit_limit: limit.unwrap_or(-1),
        admin_email: form.get("admin_email").to_owned(),
    };
    let key = FormKey::new(&caller, "partner.created", form.get("form_token"));
    match partners::create_once(&visitor.site.app, &caller, key, command).await {
        Ok((partner, Some(link))) => {
            let next = format!("/operator/partners/{partner}");
            one_time(&visitor, "invitation", form.get("admin_email"), &link, next)
        }
        Ok((partner, None)) => go(&format!("/operator/partners/{partner}?done=created-before")),
        Err(problem) if problem.kind == Kind::Invalid => {
            let problem = unreadable(limit, currency, problem);
            let mut view = create_view(&visitor);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn partner_view(visitor: &Visitor, caller: &perpetua_app::Caller, id: TenantId) -> Result<PartnerPage, Problem> {
    let app = &visitor.site.app;
    let lang = visitor.origin.lang;
    let partner = partners::page(app, caller, id).await?;
    let staff = match people::list(app, caller, id).await {
        Ok(staff) => Some(staff),
        Err(problem) if problem.kind == Kind::Forbidden => None,
        Err(problem) => return Err(problem),
    };
    let base = format!("/operator/partners/{id}");
    let mut credit = forms::credit_limit(&format!("{base}/credit"));
    credit.fill("credit_limit", &plain(partner.credit_limit, partner.currency));
    let suspend = if partner.is_suspended {
        forms::suspend(&format!("{base}/resume"), "partner-resume")
    } else {
        forms::suspend(&format!("{base}/suspend"), "partner-suspend")
    };
    let amount = |minor| format::amount(lang, minor, partner.currency);
    let mut facts = vec![
        Fact::new("field-country", country(lang, &partner.country)),
        Fact::code("field-mpn-id", partner.mpn_id.clone()),
        Fact::link("nav-customers", format::number(lang, partner.customers), format!("{base}/customers")),
        Fact::new("field-credit-limit", amount(partner.credit_limit)),
        Fact::new("field-credit-left", amount(partner.credit_limit - partner.balance)),
    ];
    if sees_accounts(caller, Relation::OperatorOver) {
        facts.push(Fact::link("nav-invoices", text(lang, "action-show"), format!("{base}/invoices")));
    }
    let mut t = titled(visitor, partner.name.clone());
    t.crumbs = vec![Link::new("/operator/partners", text(lang, "nav-partners"))];
    Ok(PartnerPage {
        t,
        state: state(lang, &partner),
        facts,
        credit,
        staff: staff.as_ref().map(|staff| rows(lang, staff)).unwrap_or_default(),
        invite: staff.filter(|staff| !staff.grantable.is_empty()).map(|staff| invite_form(visitor, &staff)),
        suspend,
    })
}

/// An amount as a field shows it: digits with a point.
fn plain(minor: i64, currency: Currency) -> String {
    let digits = usize::try_from(currency.exponent()).unwrap_or(0);
    let text = format!("{minor:0>width$}", width = digits + 1);
    if digits == 0 {
        return text;
    }
    let (whole, fraction) = text.split_at(text.len() - digits);
    format!("{whole}.{fraction}")
}

async fn one(SignedIn { caller, visitor }: SignedIn, Path(partner): Path<String>) -> Answer {
    page(&partner_view(&visitor, &caller, id(&partner)?).await?)
}

/// The customers of a partner, with the way to each.
async fn customers_of(
    SignedIn { caller, visitor }: SignedIn,
    Path(partner): Path<String>,
    Query(query): Query<ListQuery>,
) -> Answer {
    let (lang, app) = (visitor.origin.lang, &visitor.site.app);
    let partner: TenantId = id(&partner)?;
    let name = partners::page(app, &caller, partner).await?.name;
    let wanted = ListCustomers {
        search: String::new(),
        ended: false,
        after: cursor::read(&query.after),
        after_customer: None,
        backwards: false,
        limit: PAGE,
    };
    let (found, next) = customers::list_of_partner(app, &caller, partner, wanted).await?;
    let base = format!("/operator/partners/{partner}");
    let mut t = frame(&visitor, "nav-customers");
    t.crumbs = vec![Link::new("/operator/partners", text(lang, "nav-partners")), Link::new(base.clone(), name)];
    let hit = |line: &CustomerLine| Hit {
        href: format!("/operator/customers/{}", line.id),
        title: line.name.clone(),
        note: [line.domain.clone(), country(lang, &line.country)].join(" · "),
    };
    let more = next
        .map(|next| Link::new(format!("{base}/customers?after={}", cursor::write(&next)), text(lang, "action-next")));
    let group = SearchGroup { heading: "nav-customers", hits: found.iter().map(hit).collect(), more };
    page(&Search { t, groups: if found.is_empty() { Vec::new() } else { vec![group] } })
}

async fn credit(
    SignedIn { caller, visitor }: SignedIn,
    Path(partner): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let app = &visitor.site.app;
    let partner: TenantId = id(&partner)?;
    let currency = partners::page(app, &caller, partner).await?.currency;
    let limit = minor(form.get("credit_limit"), currency);
    // What cannot be read is refused together with the reason.
    match partners::set_credit_limit(app, &caller, partner, limit.unwrap_or(-1), form.get("reason")).await {
        Ok(()) => go(&format!("/operator/partners/{partner}?done=saved")),
        Err(problem) if problem.kind == Kind::Invalid => {
            let problem = unreadable(limit, Some(currency), problem);
            let mut view = partner_view(&visitor, &caller, partner).await?;
            fail_form(visitor.origin.lang, &mut view.credit, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn suspend(signed_in: SignedIn, Path(partner): Path<String>, PostForm(form): PostForm) -> Answer {
    set_suspended(signed_in, id(&partner)?, true, &form).await
}

async fn resume(signed_in: SignedIn, Path(partner): Path<String>, PostForm(form): PostForm) -> Answer {
    set_suspended(signed_in, id(&partner)?, false, &form).await
}

async fn set_suspended(
    SignedIn { caller, visitor }: SignedIn,
    partner: TenantId,
    suspended: bool,
    form: &perpetua_http::FormData,
) -> Answer {
    let reason = form.get("suspend_reason");
    match partners::set_suspended(&visitor.site.app, &caller, partner, suspended, reason).await {
        Ok(()) => {
            let done = if suspended { "partner-suspended" } else { "partner-resumed" };
            go(&format!("/operator/partners/{partner}?done={done}"))
        }
        Err(problem) if problem.kind == Kind::Invalid => {
            let mut view = partner_view(&visitor, &caller, partner).await?;
            fail_form(visitor.origin.lang, &mut view.suspend, form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_amount_is_read_in_minor_units_and_written_back() {
        let (koruna, yen) = ("CZK".parse().unwrap(), "JPY".parse().unwrap());
        for (typed, minor_units) in [("10 000,50", Some(1_000_050)), ("7", Some(700)), ("0.5", Some(50))] {
            assert_eq!(minor(typed, koruna), minor_units, "{typed}");
        }
        for typed in ["", "-1", "1.234", "x", ".5", "1,2,3"] {
            assert_eq!(minor(typed, koruna), None, "{typed}");
        }
        assert_eq!((minor("12", yen), minor("1.2", yen)), (Some(12), None));
        assert_eq!(
            (plain(5, koruna), plain(123_456, koruna), plain(12, yen)),
            ("0.05".into(), "1234.56".into(), "12".into())
        );
    }
}
