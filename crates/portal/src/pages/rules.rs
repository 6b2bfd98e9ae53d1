//! The operator's rules of activation per product, and what was activated lately.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use perpetua_app::activation::rules::{self, AfterGrace, LeakRules, Reaction, Rules, TopUp};
use perpetua_app::activation::{history, typed, watch};
use perpetua_app::{Caller, Problem, media_import};
use perpetua_domain::catalog::ProductId;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::software::suspicion;
use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::apps::Secret;
use crate::views::chart::{Bar, Chart};
use crate::views::form::{Choice, Form};
use crate::views::forms;
use crate::views::frame::Link;
use crate::views::operator::{ActivationRules, Activations, AlarmRow, ProductActivations, RuleRow};
use crate::views::parts::{Button, Look};

const RULES: &str = "/operator/rules";
const SECRET: &str = "/operator/rules/secret";
const ACTIVATIONS: &str = "/operator/activations";

/// Pages of activation for the operator.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(RULES, get(rules_page).post(set))
        .route(SECRET, post(secret))
        .route(ACTIVATIONS, get(activations_page))
}

async fn rules_page(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let query = visitor.here.split_once('?').map_or("", |(_, query)| query);
    let chosen = ProductId::parse(FormData::parse(query).get("product"));
    page(&view(&visitor, &caller, chosen).await?)
}

async fn view(visitor: &Visitor, caller: &Caller, chosen: Option<ProductId>) -> Result<ActivationRules, Problem> {
    let lang = visitor.origin.lang;
    let app = &visitor.site.app;
    let (held, may_edit) = rules::list(app, caller).await?;
    let products = media_import::products(app, caller).await?;
    let title =
        |id: &str| products.iter().find(|(known, _)| known == id).map_or(id, |(_, title)| title.as_str()).to_owned();
    let rows = held.iter().map(|(id, rules)| row(lang, (id, title(id)), rules, may_edit)).collect();
    let edit = may_edit.then(|| {
        let choices = products.iter().map(|(id, title)| Choice::new(id, format!("{title} ({id})"))).collect();
        let mut form = empty_form(lang, choices);
        let known = chosen.and_then(|chosen| held.iter().find(|(id, _)| *id == chosen.to_string()));
        fill(&mut form, known.map_or(&Rules::default(), |(_, rules)| rules));
        if let Some(chosen) = chosen {
            form.fill("product", &chosen.to_string());
        }
        form
    });
    Ok(ActivationRules { t: frame(visitor, "nav-rules"), rows, edit })
}

fn empty_form(lang: Lang, products: Vec<Choice>) -> Form {
    let after = AfterGrace::ALL.into_iter().map(|after| Choice::new(after.code(), after_word(lang, after)));
    let reactions =
        Reaction::ALL.into_iter().map(|reaction| Choice::new(reaction.code(), reaction_word(lang, reaction)));
    forms::activation_rules(RULES, products, after.collect(), reactions.collect())
}

fn after_word(lang: Lang, after: AfterGrace) -> String {
    text(lang, &format!("after-grace-{}", after.code())).into_owned()
}

fn reaction_word(lang: Lang, reaction: Reaction) -> String {
    text(lang, &format!("leak-reaction-{}", reaction.code())).into_owned()
}

fn row(lang: Lang, (id, product): (&str, String), rules: &Rules, may_edit: bool) -> RuleRow {
    let days = |id: &str, days: u16| text_with(lang, id, &Args::new().num("days", days));
    let refresh = Args::new().num("refresh", rules.refresh_days).num("grace", rules.grace_days);
    let about = format!("r-{id}");
    let never = || text(lang, "rules-never").into_owned();
    RuleRow {
        refresh: format!(
            "{} {}",
            text_with(lang, "rules-refresh-after", &refresh),
            after_word(lang, rules.after_grace)
        ),
        returns: format::number(lang, i64::from(rules.returns_per_month)),
        top_up: rules.top_up.map_or_else(never, |rule| {
            let args = Args::new().num("extra", rule.extra).num("days", rule.period_days);
            text_with(lang, "rules-top-up-of", &args)
        }),
        typed: rules.typed_days.map_or_else(never, |typed| days("rules-typed-days", typed)),
        leak: reaction_word(lang, rules.leak.reaction),
        edit: Button::open("action-edit", RULES).field("product", id).look(Look::Small).about(about.clone()),
        secret: (may_edit && rules.typed_days.is_some())
            .then(|| Button::post("action-show-secret", SECRET).field("product", id).look(Look::Small).about(about)),
        id: id.to_owned(),
        product,
    }
}

fn fill(form: &mut Form, rules: &Rules) {
    let optional = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let values = [
        ("refresh_days", rules.refresh_days.to_string()),
        ("grace_days", rules.grace_days.to_string()),
        ("after_grace", rules.after_grace.code().to_owned()),
        ("list_max_days", rules.list_max_days.to_string()),
        ("drift_period_days", rules.drift_period_days.to_string()),
        ("returns_per_month", rules.returns_per_month.to_string()),
        ("top_up_extra", optional(rules.top_up.map(|rule| rule.extra))),
        ("top_up_days", optional(rules.top_up.map(|rule| rule.period_days.into()))),
        ("typed_days", optional(rules.typed_days.map(u32::from))),
        ("leak_reaction", rules.leak.reaction.code().to_owned()),
        ("leak_attempts", rules.leak.attempts.to_string()),
        ("leak_networks", rules.leak.networks.to_string()),
        ("leak_pause_hours", rules.leak.pause_hours.to_string()),
    ];
    for (name, value) in values {
        form.fill(name, &value);
    }
}

/// The rules of a form; every field that is no number is named.
fn typed_in(form: &FormData) -> Result<Rules, Problem> {
    let mut wrong = Problem::invalid("invalid_input");
    let mut number = |name: &'static str, is_required: bool| -> Option<u32> {
        let typed = form.get(name);
        let read = typed.parse().ok();
        if read.is_none() && (is_required || !typed.is_empty()) {
            wrong.fields.extend(Problem::field(name, "not_a_count").fields);
        }
        read
    };
    // Numbers beyond the narrow types are out of range anyway, so they may clamp.
    let narrow = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    let mut days = |name| narrow(number(name, true).unwrap_or(0));
    let (refresh_days, grace_days) = (days("refresh_days"), days("grace_days"));
    let (list_max_days, drift_period_days) = (days("list_max_days"), days("drift_period_days"));
    let pause_hours = days("leak_pause_hours");
    let returns_per_month = number("returns_per_month", true).unwrap_or(0);
    let (attempts, networks) = (number("leak_attempts", true), number("leak_networks", true));
    let (extra, period) = (number("top_up_extra", false), number("top_up_days", false));
    let typed_days = number("typed_days", false).map(narrow);
    if extra.is_some() != period.is_some() {
        wrong = wrong.with_field(if extra.is_some() { "top_up_days" } else { "top_up_extra" }, "missing");
    }
    let after_grace = AfterGrace::ALL.into_iter().find(|after| after.code() == form.get("after_grace"));
    if after_grace.is_none() {
        wrong = wrong.with_field("after_grace", "missing");
    }
    let reaction = Reaction::from_code(form.get("leak_reaction"));
    if reaction.is_none() {
        wrong = wrong.with_field("leak_reaction", "missing");
    }
    match (after_grace, reaction) {
        (Some(after_grace), Some(reaction)) if wrong.fields.is_empty() => Ok(Rules {
            drift_period_days,
            refresh_days,
            grace_days,
            after_grace,
            list_max_days,
            returns_per_month,
            top_up: extra.zip(period).map(|(extra, days)| TopUp { extra, period_days: narrow(days) }),
            typed_days,
            leak: LeakRules { attempts: attempts.unwrap_or(0), networks: networks.unwrap_or(0), reaction, pause_hours },
        }),
        _ => Err(wrong),
    }
}

async fn set(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let product = ProductId::parse(form.get("product")).ok_or_else(|| Problem::field("product", "missing"));
    let done = match (product, typed_in(&form)) {
        (Ok(product), Ok(rules)) => rules::set(&visitor.site.app, &caller, product, rules).await,
        (Err(problem), Ok(_)) | (_, Err(problem)) => Err(problem),
    };
    match done {
        Ok(()) => go(&format!("{RULES}?done=terms-saved")),
        Err(problem) if !problem.fields.is_empty() => {
            let mut view = view(&visitor, &caller, None).await?;
            match &mut view.edit {
                Some(shown) => fail_form(visitor.origin.lang, shown, &form, &problem),
                None => return Err(Problem::not_found().into()),
            }
            page_with(StatusCode::BAD_REQUEST, &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Shows the secret that the publisher builds into software, this once.
async fn secret(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let product = ProductId::parse(form.get("product")).ok_or_else(Problem::not_found)?;
    let secret = typed::reveal_secret(&visitor.site.app, &caller, product).await?;
    let lang = visitor.origin.lang;
    let mut response = page(&Secret {
        t: frame(&visitor, "typed-secret-title"),
        intro: text(lang, "typed-secret-intro").into_owned(),
        secret: secret.to_string(),
        facts: Vec::new(),
        next: Link::new(RULES, text(lang, "action-back")),
    })?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn activations_page(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let app = &visitor.site.app;
    let found = history::activations(app, &caller).await?;
    let alarms = watch::open(app, &caller).await?.into_iter().map(|alarm| AlarmRow {
        seen: suspicion(lang, &alarm),
        href: format!("/operator/customers/{}/software/{}/machines", alarm.customer, alarm.line),
        product: alarm.product,
        order: alarm.order_number,
    });
    let bar = |point: &history::Point| Bar {
        label: format::date(lang, point.day),
        value: point.count,
        shown: format::number(lang, point.count),
    };
    let products = found.products.into_iter().map(|row| ProductActivations {
        product: row.product,
        version: if row.major == 0 { "–".to_owned() } else { row.major.to_string() },
        count: format::number(lang, row.count),
    });
    page(&Activations {
        t: frame(&visitor, "nav-activations"),
        alarms: alarms.collect(),
        chart: Chart::new("chart-activations", "chart-day", found.days.iter().map(bar).collect()),
        products: products.collect(),
    })
}
