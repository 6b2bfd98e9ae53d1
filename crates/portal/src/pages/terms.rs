//! Policies and tax rates, as the operator edits them.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use perpetua_app::policies::{self, Policy, SetPolicy};
use perpetua_app::tax_rates::{self, NewRate};
use perpetua_app::{Caller, Problem, media_import};
use perpetua_domain::catalog::ProductId;
use perpetua_domain::country::Country;
use perpetua_domain::policy::{PolicyTerms, RefundRule};
use perpetua_domain::tax::{TaxClass, TaxRate};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::form::{Choice, Form};
use crate::views::forms;
use crate::views::operator::{Policies, PolicyRow, TaxRates, TaxRow};
use crate::views::parts::{Button, Look};

const POLICIES: &str = "/operator/policies";
const PRODUCT: &str = "/operator/policies/product";
const TAX: &str = "/operator/tax";

/// Pages of policies and tax rates.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(POLICIES, get(policies_page).post(set_default))
        .route(PRODUCT, post(set_product))
        .route("/operator/policies/remove", post(remove))
        .route(TAX, get(tax_page).post(add_rate))
}

async fn policies_page(SignedIn { caller, visitor }: SignedIn) -> Answer {
    page(&policies_view(&visitor, &caller).await?)
}

async fn policies_view(visitor: &Visitor, caller: &Caller) -> Result<Policies, Problem> {
    let lang = visitor.origin.lang;
    let held = policies::list(&visitor.site.app, caller).await?;
    let products = media_import::products(&visitor.site.app, caller).await?;
    let title = |id: &ProductId| {
        let named = products.iter().find(|(known, _)| known == id.as_str());
        named.map_or_else(|| id.to_string(), |(_, title)| title.clone())
    };
    let mut default = forms::policy(POLICIES, None);
    let mut rows = Vec::new();
    for policy in &held {
        match &policy.product {
            None => fill(&mut default, policy),
            Some(product) => rows.push(row(lang, title(product), product, &policy.terms)),
        }
    }
    let choices = products.iter().map(|(id, title)| Choice::new(id, format!("{title} ({id})"))).collect();
    let mut add = forms::policy(PRODUCT, Some(choices));
    fill_terms(&mut add, "product_", &PolicyTerms::default());
    Ok(Policies { t: frame(visitor, "nav-policies"), default, rows, add })
}

fn row(lang: Lang, title: String, product: &ProductId, terms: &PolicyTerms) -> PolicyRow {
    PolicyRow {
        product: title,
        window: terms.window_days.to_string(),
        credit: match terms.refund {
            RefundRule::Full => text(lang, "policy-refund-full").into_owned(),
            RefundRule::FullThenProRata { full_hours, total_days } => {
                text_with(lang, "policy-refund-pro-rata", &Args::new().num("hours", full_hours).num("days", total_days))
            }
        },
        activations: terms.activations_per_unit.to_string(),
        downgrade: text(lang, if terms.downgrade_rights { "yes" } else { "no" }).into_owned(),
        remove: Button::post("action-remove", "/operator/policies/remove")
            .field("product", product.to_string())
            .look(Look::Small),
    }
}

fn fill(form: &mut Form, policy: &Policy) {
    fill_terms(form, "", &policy.terms);
    form.fill("seen", &policy.id.to_string());
}

fn fill_terms(form: &mut Form, prefix: &str, terms: &PolicyTerms) {
    let (hours, days) = match terms.refund {
        RefundRule::Full => (String::new(), String::new()),
        RefundRule::FullThenProRata { full_hours, total_days } => (full_hours.to_string(), total_days.to_string()),
    };
    let values = [
        ("window_days", terms.window_days.to_string()),
        ("refund_full_hours", hours),
        ("refund_total_days", days),
        ("activations_per_unit", terms.activations_per_unit.to_string()),
        ("downgrade", if terms.downgrade_rights { "on".to_owned() } else { String::new() }),
        ("link_lifetime_days", terms.link_lifetime_days.to_string()),
        ("link_uses_max", terms.link_uses_max.to_string()),
    ];
    for (name, value) in values {
        form.fill(&format!("{prefix}{name}"), &value);
    }
}

/// The terms of a form; every field that is no number is named.
fn terms(form: &FormData, prefix: &str) -> Result<PolicyTerms, Problem> {
    let mut wrong = Problem::invalid("invalid_input");
    let mut number = |name: &str, is_required: bool| -> Option<u32> {
        let typed = form.get(&format!("{prefix}{name}"));
        let read = typed.parse().ok();
        if read.is_none() && (is_required || !typed.is_empty()) {
            wrong.fields.push(Problem::field(name, "not_a_count").fields.remove(0));
        }
        read
    };
    // Numbers beyond the narrow types are out of range anyway, so they may clamp.
    let narrow = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    let window_days = narrow(number("window_days", true).unwrap_or(0));
    let full_hours = number("refund_full_hours", false).map(narrow);
    let total_days = number("refund_total_days", false).map(narrow);
    let activations_per_unit = number("activations_per_unit", true).unwrap_or(1);
    let link_lifetime_days = narrow(number("link_lifetime_days", true).unwrap_or(1));
    let link_uses_max = number("link_uses_max", true).unwrap_or(1);
    if full_hours.is_some() != total_days.is_some() {
        let missing = if full_hours.is_some() { "refund_total_days" } else { "refund_full_hours" };
        wrong = wrong.with_field(missing, "missing");
    }
    if !wrong.fields.is_empty() {
        return Err(wrong);
    }
    Ok(PolicyTerms {
        window_days,
        refund: policies::refund_rule(full_hours, total_days),
        activations_per_unit,
        downgrade_rights: form.is_on(&format!("{prefix}downgrade")),
        link_lifetime_days,
        link_uses_max,
    })
}

async fn set_default(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let seen = form.get("seen").parse().ok();
    let outcome = match terms(&form, "") {
        Ok(terms) => policies::set(&visitor.site.app, &caller, SetPolicy { product: None, terms, seen }).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) => go(&format!("{POLICIES}?done=terms-saved")),
        Err(problem) if !problem.fields.is_empty() => {
            let mut view = policies_view(&visitor, &caller).await?;
            fail_form(visitor.origin.lang, &mut view.default, &form, &problem);
            page_with(StatusCode::BAD_REQUEST, &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn set_product(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    match set_for_product(&visitor, &caller, &form).await {
        Ok(()) => go(&format!("{POLICIES}?done=terms-saved")),
        Err(mut problem) if !problem.fields.is_empty() => {
            for field in &mut problem.fields {
                if field.field != "product" {
                    field.field.insert_str(0, "product_");
                }
            }
            let mut view = policies_view(&visitor, &caller).await?;
            fail_form(visitor.origin.lang, &mut view.add, &form, &problem);
            page_with(StatusCode::BAD_REQUEST, &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The form names a product, so its present version, when there is one, is the one that is replaced.
async fn set_for_product(visitor: &Visitor, caller: &Caller, form: &FormData) -> Result<(), Problem> {
    let product = ProductId::parse(form.get("product")).ok_or_else(|| Problem::field("product", "missing"))?;
    let terms = terms(form, "product_")?;
    let held = policies::list(&visitor.site.app, caller).await?;
    let seen = held.iter().find(|policy| policy.product == Some(product)).map(|policy| policy.id);
    policies::set(&visitor.site.app, caller, SetPolicy { product: Some(product), terms, seen }).await?;
    Ok(())
}

async fn remove(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let product = ProductId::parse(form.get("product")).ok_or_else(Problem::not_found)?;
    policies::remove(&visitor.site.app, &caller, product).await?;
    go(&format!("{POLICIES}?done=terms-saved"))
}

async fn tax_page(SignedIn { caller, visitor }: SignedIn) -> Answer {
    page(&tax_view(&visitor, &caller).await?)
}

async fn tax_view(visitor: &Visitor, caller: &Caller) -> Result<TaxRates, Problem> {
    let lang = visitor.origin.lang;
    let rates = tax_rates::list(&visitor.site.app, caller).await?;
    let class = |class: &TaxClass| text(lang, &format!("tax-class-{class}")).into_owned();
    let countries = super::partners::countries(lang);
    let classes = TaxClass::ALL.iter().map(|kind| Choice::new(kind.as_text(), class(kind))).collect();
    let row = |rate: &TaxRate| TaxRow {
        country: perpetua_i18n::country(lang, rate.country.code()),
        class: class(&rate.class),
        rate: format::percent_basis_points(lang, i64::from(rate.rate_basis_points)),
        from: format::date(lang, rate.valid_from),
        until: rate.valid_to.map_or_else(String::new, |day| format::date(lang, day)),
    };
    Ok(TaxRates {
        t: frame(visitor, "nav-tax"),
        rows: rates.iter().map(row).collect(),
        add: forms::tax_rate(TAX, "", countries, classes),
    })
}

async fn add_rate(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let outcome = match new_rate(&form) {
        Ok(rate) => tax_rates::add(&visitor.site.app, &caller, rate).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => go(&format!("{TAX}?done=terms-saved")),
        Err(mut problem) if !problem.fields.is_empty() => {
            for field in problem.fields.iter_mut().filter(|field| field.field == "valid_from") {
                field.field = "from".to_owned();
            }
            let mut view = tax_view(&visitor, &caller).await?;
            fail_form(visitor.origin.lang, &mut view.add, &form, &problem);
            page_with(StatusCode::BAD_REQUEST, &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

fn new_rate(form: &FormData) -> Result<NewRate, Problem> {
    Ok(NewRate {
        country: Country::parse(form.get("country")).ok_or_else(|| Problem::field("country", "missing"))?,
        class: TaxClass::parse(form.get("class")).ok_or_else(|| Problem::field("class", "missing"))?,
        rate_basis_points: basis_points(form.get("rate")).ok_or_else(|| Problem::field("rate", "not_a_count"))?,
        valid_from: form.get("from").parse().map_err(|_| Problem::field("from", "not_a_date"))?,
    })
}

/// `21`, `5.5` or `5,5` percent in hundredths of a percent.
fn basis_points(typed: &str) -> Option<u16> {
    let typed = typed.trim_end_matches('%').trim_end().replace(',', ".");
    let (whole, fraction) = typed.split_once('.').unwrap_or((&typed, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 2 {
        return None;
    }
    format!("{whole}{fraction:0<2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_are_read_with_point_or_comma_and_two_decimals_at_most() {
        let check = |typed, expected| assert_eq!(basis_points(typed), expected, "{typed}");
        check("21", Some(2_100));
        check("5.5", Some(550));
        check("25,50 %", Some(2_550));
        check("0", Some(0));
        for typed in ["", "-1", "1.234", "x", "1e2", ".5", "99999"] {
            check(typed, None);
        }
    }
}
