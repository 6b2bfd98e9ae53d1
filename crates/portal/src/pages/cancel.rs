//! *Cancel* on a purchase: the prefilled request with its preview, and submitting it (M19, M33–M39).

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use perpetua_app::cancellation::{self, Cancel, LinePreview, Preview, RequestForm, Selection};
use perpetua_app::{App, Caller, Kind, Problem, desk, typed_amount};
use perpetua_domain::cancellation::{KeyEffect, Pick};
use perpetua_domain::id::{MachineId, OrderId, OrderLineId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::report;
use crate::shell::{Answer, fail_form, go, page, page_with, titled, worded};
use crate::views::auth::Notice;
use crate::views::cancel::{CancelLine, CancelPage, Machine};
use crate::views::form::{Choice, Field, Form};
use crate::views::forms;
use crate::views::frame::Link;
use crate::views::parts::{Fact, TotalRow, Totals};

/// What the form's key is kept for (I2).
const PURPOSE: &str = "cancel";

/// Cancelling.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/partner/customers/{customer}/software/{line}/cancel", get(open).post(submit))
}

/// The purchase on whose *Cancel* somebody pressed.
struct Place {
    order: OrderId,
    line: u32,
    line_id: OrderLineId,
    path: String,
}

impl Place {
    async fn find(app: &App, caller: &Caller, customer: &str, line: &str) -> Result<Self, Problem> {
        let line: OrderLineId = line.parse().map_err(|_| Problem::not_found())?;
        let customer: TenantId = customer.parse().map_err(|_| Problem::not_found())?;
        let (order, number) = cancellation::order_of_line(app, caller, line).await?;
        Ok(Self { order, line: number, line_id: line, path: format!("/partner/customers/{customer}/software/{line}") })
    }

    /// A path that names another customer than the purchase's is a path to nothing.
    fn check(&self, preview: &Preview) -> Result<(), Problem> {
        let prefix = format!("/partner/customers/{}/", preview.customer);
        if self.path.starts_with(&prefix) { Ok(()) } else { Err(Problem::not_found()) }
    }
}

async fn open(signed_in: SignedIn, Path((customer, line)): Path<(String, String)>) -> Answer {
    let SignedIn { caller, visitor } = signed_in;
    let app = &visitor.site.app;
    let place = Place::find(app, &caller, &customer, &line).await?;
    let preview = cancellation::preview(app, &caller, place.order, Selection::Line(place.line)).await?;
    place.check(&preview)?;
    if !preview.is_open() {
        return closed(&visitor, &caller, &place, &preview, (StatusCode::OK, None)).await;
    }
    let mut form = prefilled(&visitor, &caller, &place, &preview);
    form.fill("contact_phone", &cancellation::last_phone(app, &caller).await?);
    page(&cancel_page(&visitor, &place, &preview, form))
}

async fn submit(
    signed_in: SignedIn,
    Path((customer, line)): Path<(String, String)>,
    PostForm(typed): PostForm,
) -> Answer {
    let SignedIn { caller, visitor } = signed_in;
    let app = &visitor.site.app;
    let place = Place::find(app, &caller, &customer, &line).await?;
    let picked = picks(&typed);
    let lines = picked.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
    let preview = cancellation::preview(app, &caller, place.order, Selection::Lines(lines.clone())).await?;
    place.check(&preview)?;
    let problem = match picked {
        Err(problem) => Some(problem),
        Ok(_) if typed.is_on("recalculate") => None,
        Ok(lines) => {
            let request_key = perpetua_app::orders::request_key(&caller, PURPOSE, typed.get("form_token"));
            let form = request_form(&typed, preview.currency);
            let command = Cancel { request_key, order: place.order, lines, form, release: released(&typed) };
            match cancellation::cancel(app, &caller, command).await {
                Ok(done) => return go(&format!("/partner/requests/{}?done=cancelled", done.request)),
                Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => Some(problem),
                Err(problem) => return Err(problem.into()),
            }
        }
    };
    if !preview.is_open() {
        let status = problem.as_ref().map_or(StatusCode::OK, status_of);
        return closed(&visitor, &caller, &place, &preview, (status, Some(&typed))).await;
    }
    again(&visitor, &caller, &place, &preview, &typed, problem)
}

/// The page once more with what was typed, the present amount, and what must be corrected.
fn again(
    visitor: &Visitor,
    caller: &Caller,
    place: &Place,
    preview: &Preview,
    typed: &FormData,
    problem: Option<Problem>,
) -> Answer {
    let lang = visitor.origin.lang;
    let mut form = prefilled(visitor, caller, place, preview);
    for (name, value) in typed.iter().filter(|(name, _)| *name != "amount") {
        form.fill(name, value);
    }
    // The token stays with the form: going back and sending it again must not count twice.
    form.token = typed.get("form_token").to_owned();
    let mut view = cancel_page(visitor, place, preview, form);
    let chosen = released(typed);
    if !chosen.is_empty() {
        for machine in &mut view.machines {
            machine.release = chosen.iter().any(|id| id.to_string() == machine.id);
        }
    }
    for line in &mut view.lines {
        typed.get(&line.quantity.name).clone_into(&mut line.quantity.value);
    }
    // What the preview refuses, so that *Recalculate* says it as *Submit* would.
    let problem = problem.or_else(|| preview.problem.as_ref().map(Problem::shown));
    let Some(problem) = problem else { return page(&view) };
    fail_form(lang, &mut view.form, &FormData::default(), &problem);
    for field in &problem.fields {
        if let Some(line) = view.lines.iter_mut().find(|line| line.quantity.name == field.field) {
            line.quantity.error = Some(worded(lang, "field-error", field.code, &field.params));
        }
    }
    page_with(status_of(&problem), &view)
}

/// Units per line; lines with nothing chosen are left out.
fn picks(typed: &FormData) -> Result<Vec<Pick>, Problem> {
    let mut picks = Vec::new();
    for (number, value) in typed.with_prefix("quantity-") {
        let field = || format!("quantity-{number}");
        let line: u32 = number.parse().map_err(|_| Problem::not_found())?;
        let value = if value.is_empty() { "0" } else { value };
        let quantity: u32 = value.parse().map_err(|_| Problem::field(field(), "not_a_number"))?;
        if quantity > 0 {
            picks.push(Pick { line, quantity });
        }
    }
    Ok(picks)
}

/// The machines that were chosen to go; the rest goes by longest unseen.
fn released(typed: &FormData) -> Vec<MachineId> {
    typed.iter().filter(|(name, _)| *name == "release").filter_map(|(_, value)| value.parse().ok()).collect()
}

fn request_form(typed: &FormData, currency: Currency) -> RequestForm {
    let reason_text = typed.get("reason").to_owned();
    // A reason in own words needs no choice from the list.
    let in_own_words = || (!reason_text.is_empty()).then_some(ReasonChoice::Other);
    RequestForm {
        problem_type: ProblemType::parse(typed.get("problem_type")),
        impact: Impact::parse(typed.get("impact")),
        title: typed.get("title").to_owned(),
        customer: typed.get("customer").to_owned(),
        order: typed.get("order").to_owned(),
        reason: ReasonChoice::parse(typed.get("reason_kind")).or_else(in_own_words),
        reason_text: reason_text.clone(),
        amount: typed_amount::parse(typed.get("amount"), currency),
        text: typed.get("text").to_owned(),
        contact_name: typed.get("contact_name").to_owned(),
        contact_email: typed.get("contact_email").to_owned(),
        contact_phone: typed.get("contact_phone").to_owned(),
    }
}

fn prefilled(visitor: &Visitor, caller: &Caller, place: &Place, preview: &Preview) -> Form {
    let lang = visitor.origin.lang;
    let word = |prefix: &str, word: &str| Choice::new(word, text(lang, &format!("{prefix}-{word}")));
    let types = ProblemType::ALL.iter().map(|kind| word("problem-type", kind.as_text())).collect();
    let impacts = Impact::ALL.iter().map(|impact| word("impact", impact.as_text())).collect();
    let mut form = forms::cancel_request(&format!("{}/cancel", place.path), &visitor.form_token(), types, impacts);
    // Files come with the desk that reads them; until then the page does not pretend to take any.
    form.groups.retain(|group| group.legend != "legend-files");
    let offered = ReasonChoice::ALL.iter().filter(|reason| **reason != ReasonChoice::NotGiven);
    let mut reasons = vec![Choice::new("", text(lang, "reason-choose"))];
    reasons.extend(offered.map(|reason| word("reason", reason.as_text())));
    if let Some(group) = form.groups.iter_mut().find(|group| group.legend == "legend-description") {
        let at = group.fields.iter().position(|field| field.name == "reason").unwrap_or(0);
        group.fields.insert(at, Field::select("reason_kind", "field-refund-reason-kind", reasons).wide());
    }
    let product = preview.lines.iter().find(|line| line.number == place.line).map_or("", |line| line.title.as_str());
    let title = format!(
        "{}, {}",
        text_with(lang, "cancel-title", &Args::new().set("product", product)),
        text_with(lang, "cancel-order-line", &Args::new().set("order", &preview.order_number)),
    );
    let customer = preview.customer_domain.clone().unwrap_or_else(|| preview.customer.to_string());
    for (name, value) in [
        ("problem_type", ProblemType::Refund.as_text()),
        ("impact", Impact::Moderate.as_text()),
        ("title", title.as_str()),
        ("customer", customer.as_str()),
        ("order", preview.order_number.as_str()),
        ("amount", typed_amount::write(lang, preview.total, preview.currency).as_str()),
        ("contact_name", caller.name.as_str()),
        ("contact_email", caller.email.as_str()),
    ] {
        form.fill(name, value);
    }
    form
}

fn cancel_page(visitor: &Visitor, place: &Place, preview: &Preview, form: Form) -> CancelPage {
    let lang = visitor.origin.lang;
    let product = preview.lines.iter().find(|line| line.number == place.line).map_or("", |line| line.title.as_str());
    let mut t = titled(visitor, text_with(lang, "cancel-title", &Args::new().set("product", product)));
    t.crumbs = vec![
        Link::new("/partner/customers", text(lang, "nav-customers")),
        Link::new(format!("/partner/customers/{}/software", preview.customer), preview.customer_name.clone()),
        Link::new(place.path.clone(), product),
    ];
    let money = |amount: Amount| format::amount(lang, amount.minor(), preview.currency);
    let chosen = || preview.lines.iter().filter(|line| line.chosen > 0);
    let deadline = chosen().chain(&preview.lines).map(|line| line.window_closes_at).min().unwrap_or(Timestamp::MAX);
    CancelPage {
        t,
        intro: text(lang, "cancel-intro").into_owned(),
        deadline: Fact::new("cancel-deadline", last_moment(lang, deadline, &preview.zone)),
        lines: preview.lines.iter().filter(|line| line.cancellable).map(|line| line_row(lang, preview, line)).collect(),
        credit: Totals {
            rows: vec![
                TotalRow::new(text(lang, "total-net"), money(preview.net)),
                TotalRow::new(text(lang, "total-tax"), money(preview.tax)),
                TotalRow::sum(text(lang, "total-credit"), money(preview.total)),
            ],
        },
        consequences: consequences(lang, preview),
        machines: machines(lang, preview),
        machines_note: machines_note(lang, preview),
        form,
        keep: Link::new(place.path.clone(), ""),
        report: Link::new(format!("{}?line={}", report::PATH, place.line_id), text(lang, "cancel-report")),
    }
}

/// The machines of the chosen lines, ticked where they go.
fn machines(lang: Lang, preview: &Preview) -> Vec<Machine> {
    let shown = preview.lines.iter().filter(|line| ends_some(line)).flat_map(|line| &line.machines);
    let machine = |machine: &cancellation::MachinePreview| {
        let unnamed = || text(lang, "machine-unnamed").into_owned();
        let seen = format::date_time(lang, machine.last_seen, &crate::zone::of_reader());
        Machine {
            id: machine.id.to_string(),
            name: if machine.name.is_empty() { unnamed() } else { machine.name.clone() },
            seen: text_with(lang, "cancel-machine-seen", &Args::new().set("at", seen)),
            release: machine.goes,
        }
    };
    shown.map(machine).collect()
}

/// Whether a line's machines are affected at all.
fn ends_some(line: &LinePreview) -> bool {
    matches!(&line.outcome, Some(Ok(outcome)) if outcome.machines_to_release > 0)
}

/// How many to choose; nothing where every machine goes with its key.
fn machines_note(lang: Lang, preview: &Preview) -> String {
    let chosen = preview.lines.iter().filter_map(|line| match &line.outcome {
        Some(Ok(outcome)) if matches!(outcome.key, KeyEffect::LowerLimit { .. }) => Some(outcome.machines_to_release),
        _ => None,
    });
    match chosen.sum::<u32>() {
        0 => String::new(),
        count => text_with(lang, "cancel-machines-note", &Args::new().num("count", count)),
    }
}

fn line_row(lang: Lang, preview: &Preview, line: &LinePreview) -> CancelLine {
    let credit = match &line.outcome {
        Some(Ok(outcome)) => format::amount(lang, outcome.credit_total.minor(), preview.currency),
        Some(Err(_)) => "–".to_owned(),
        None => text(lang, "cancel-not-chosen").into_owned(),
    };
    CancelLine {
        product: line.title.clone(),
        detail: format!(
            "{} · {}",
            line.sku_title,
            text_with(lang, "cancel-order-line", &Args::new().set("order", &preview.order_number))
        ),
        quantity: Field::text(&format!("quantity-{}", line.number), "field-cancel-quantity")
            .value(line.chosen.to_string()),
        of: text_with(lang, "cancel-of", &Args::new().num("count", line.left)),
        credit,
    }
}

/// What dies and what stays, a sentence each; what activations it counts are those of the key.
fn consequences(lang: Lang, preview: &Preview) -> Vec<String> {
    let mut sentences = Vec::new();
    for line in &preview.lines {
        let (Some(Ok(outcome)), Some(key)) = (&line.outcome, &line.key) else { continue };
        let product = || Args::new().set("product", &line.title);
        match outcome.key {
            // A cancellation takes units, so no key is kept as it is.
            KeyEffect::Keep => {}
            KeyEffect::Revoke => {
                sentences.push(text_with(lang, "cancel-key-dies", &product()));
                if key.used > 0 {
                    sentences.push(text_with(lang, "cancel-key-used", &Args::new().num("count", key.used)));
                }
            }
            KeyEffect::LowerLimit { to } => {
                let args = product().num("to", to).set("from", format::number(lang, i64::from(key.limit)));
                sentences.push(text_with(lang, "cancel-limit", &args));
            }
        }
        if outcome.links_die && line.links > 0 {
            sentences.push(text_with(lang, "cancel-links", &product().num("count", line.links)));
        }
    }
    if sentences.is_empty() {
        sentences.push(text(lang, "cancel-nothing-chosen").into_owned());
    }
    sentences
}

/// Outside of the window a person decides: the page names the day on which it closed (M19) and opens *Report a
/// problem*, filled in (M33). What is cancelled already is only said so.
async fn closed(
    visitor: &Visitor,
    caller: &Caller,
    place: &Place,
    preview: &Preview,
    (status, typed): (StatusCode, Option<&FormData>),
) -> Answer {
    let lang = visitor.origin.lang;
    let line = preview.lines.iter().find(|line| line.number == place.line);
    if let Some(line) = line.filter(|line| line.left > 0) {
        let date = last_day(lang, line.window_closes_at, &preview.zone);
        let intro = text_with(lang, "cancel-closed", &Args::new().set("date", date).set("zone", &preview.zone));
        let facts = desk::facts_of_line(&visitor.site.app, caller, line.id).await?;
        return page_with(status, &report::after_window(visitor, caller, &facts, intro, typed));
    }
    let gone = Notice {
        t: titled(visitor, text(lang, "cancel-closed-title").into_owned()),
        text: text(lang, "cancel-gone").into_owned(),
        next: Some(Link::new(place.path.clone(), text(lang, "action-back"))),
    };
    page_with(status, &gone)
}

/// The window is open while now is before the deadline, so the last moment is a second before it.
fn last_moment(lang: Lang, deadline: Timestamp, zone: &str) -> String {
    let last = deadline.checked_sub(SignedDuration::from_secs(1)).unwrap_or(deadline);
    let at = format::date_time(lang, last, &super::money::zone(zone));
    text_with(lang, "cancel-time", &Args::new().set("at", at).set("zone", zone))
}

fn last_day(lang: Lang, deadline: Timestamp, zone: &str) -> String {
    let last = deadline.checked_sub(SignedDuration::from_secs(1)).unwrap_or(deadline);
    format::date(lang, last.to_zoned(super::money::zone(zone)).date())
}
