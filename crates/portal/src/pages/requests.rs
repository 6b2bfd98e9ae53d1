//! Support and refund requests of a partner, read only: the list, and what a request came to.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_app::Problem;
use perpetua_app::cancellation::{self, RequestCursor};
use perpetua_domain::id::RequestId;
use perpetua_domain::money::Amount;
use perpetua_domain::request::RequestOutcome;
use perpetua_http::{SignedIn, SiteState};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use crate::shell::{Answer, frame, page, titled};
use crate::views::cancel::{Cancelled, RequestRow, Requests};
use crate::views::frame::{Flash, Link, Tone};
use crate::views::list::List;
use crate::views::parts::{Badge, Empty, Fact, TotalRow, Totals};

/// Rows of one page.
const ROWS: i64 = 50;

/// Requests.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/partner/requests", get(list)).route("/partner/requests/{request}", get(result))
}

#[derive(Deserialize)]
struct Seek {
    #[serde(default)]
    after: String,
    #[serde(default)]
    done: String,
}

/// `MICROSECONDS_ID`; anything else begins at the first row.
fn cursor(text: &str) -> Option<RequestCursor> {
    let (micros, id) = text.split_once('_')?;
    Some(RequestCursor { created_at_micros: micros.parse().ok()?, id: id.parse().ok()? })
}

fn day(lang: Lang, at: Timestamp) -> String {
    format::date_time(lang, at, &TimeZone::UTC)
}

fn badge(lang: Lang, state: &str, outcome: Option<RequestOutcome>) -> Badge {
    match outcome {
        Some(outcome) => {
            let tone = if outcome == RequestOutcome::Credited { Tone::Good } else { Tone::Plain };
            Badge::new(tone, text(lang, &format!("request-outcome-{outcome}")))
        }
        None => Badge::new(Tone::Warn, text(lang, &format!("request-state-{state}"))),
    }
}

async fn list(signed_in: SignedIn, Query(seek): Query<Seek>) -> Answer {
    let SignedIn { caller, visitor } = signed_in;
    let lang = visitor.origin.lang;
    let found = cancellation::requests(&visitor.site.app, &caller, cursor(&seek.after), ROWS).await?;
    let row = |(request, customer): &(_, String)| {
        let request: &cancellation::Request = request;
        let amount = request.amount.zip(request.currency.parse().ok());
        RequestRow {
            number: request.number.clone(),
            href: format!("/partner/requests/{}", request.id.0),
            date: day(lang, request.created_at.timestamp()),
            title: request.title.clone(),
            customer: customer.clone(),
            amount: amount.map_or_else(String::new, |(minor, currency)| format::amount(lang, minor, currency)),
            state: badge(lang, request.state.0.as_text(), request.outcome.map(|outcome| outcome.0)),
        }
    };
    let mut list = List::at("/partner/requests");
    list.next = found.next.map(|last| format!("/partner/requests?after={}_{}", last.created_at_micros, last.id));
    list.previous = (!seek.after.is_empty()).then(|| "/partner/requests".to_owned());
    let empty = Empty {
        heading: text(lang, "requests-empty").into_owned(),
        text: text(lang, "requests-empty-text").into_owned(),
        action: Some(Link::new("/partner/customers", text(lang, "nav-customers"))),
    };
    let rows = found.rows.iter().map(row).collect();
    page(&Requests { t: frame(&visitor, "nav-requests"), list, rows, amounts: found.shows_amounts, empty })
}

async fn result(signed_in: SignedIn, Path(request): Path<String>, Query(seek): Query<Seek>) -> Answer {
    let SignedIn { caller, visitor } = signed_in;
    let lang = visitor.origin.lang;
    let id: RequestId = request.parse().map_err(|_| Problem::not_found())?;
    let (request, done) = cancellation::cancelled(&visitor.site.app, &caller, id).await?;
    let (shows_amounts, shows_note) = cancellation::amounts_shown(&visitor.site.app, &caller).await?;
    let mut t = titled(&visitor, text_with(lang, "request-title", &Args::new().set("number", &request.number)));
    t.crumbs = vec![Link::new("/partner/requests", text(lang, "nav-requests"))];
    if seek.done == "cancelled" {
        t.flash = Some(Flash { tone: Tone::Good, text: text(lang, "cancelled-flash").into_owned() });
    }
    let money = |amount: Amount| format::amount(lang, amount.minor(), done.currency);
    let word = |prefix: &str, word: &str| text(lang, &format!("{prefix}-{word}")).into_owned();
    let reason = [word("reason", request.reason_kind.0.as_text()), request.reason_text.clone()];
    let reason: Vec<String> = reason.into_iter().filter(|part| !part.is_empty()).collect();
    let contact = [&request.contact_name, &request.contact_email, &request.contact_phone];
    let contact: Vec<&str> = contact.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let note = format!("/partner/credit-notes/{}", done.credit_note);
    let software = format!("/partner/customers/{}/software", request.customer_id.0);
    let mut links = vec![Link::new(software, text(lang, "nav-software"))];
    if shows_note {
        links.push(Link::new(note.clone(), text(lang, "field-credit-note")));
    }
    let view = Cancelled {
        t,
        state: badge(lang, request.state.0.as_text(), request.outcome.map(|outcome| outcome.0)),
        facts: vec![
            Fact::code("cancelled-request", request.number.clone()),
            if shows_note {
                Fact::link("field-credit-note", done.credit_note_number.clone(), note.clone())
            } else {
                Fact::code("field-credit-note", done.credit_note_number.clone())
            },
            Fact::new("field-date", day(lang, request.created_at.timestamp())),
            Fact::new("field-title", request.title.clone()),
            Fact::new("field-problem-type", word("problem-type", request.problem_type.0.as_text())),
            Fact::new("field-impact-short", word("impact", request.impact.0.as_text())),
            Fact::code("field-order", done.order_number.clone()),
            Fact::new("field-refund-reason", reason.join(" – ")),
            Fact::new("field-requested-by", contact.join(", ")),
        ],
        credit: shows_amounts.then(|| Totals {
            rows: vec![
                TotalRow::new(text(lang, "total-net"), money(done.net)),
                TotalRow::new(text(lang, "total-tax"), money(done.tax)),
                TotalRow::sum(text(lang, "total-credit"), money(done.total)),
            ],
        }),
        done: done
            .lines
            .iter()
            .map(|line| {
                let args = Args::new().num("count", line.quantity).set("product", &line.title);
                text_with(lang, "cancelled-line", &args)
            })
            .collect(),
        links,
    };
    page(&view)
}
