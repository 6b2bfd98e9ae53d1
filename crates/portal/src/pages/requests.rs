//! Support and refund requests of a partner: the list, with the way to a new one.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use perpetua_app::cancellation::{self, RequestCursor};
use perpetua_app::desk;
use perpetua_http::{SignedIn, SiteState};
use perpetua_i18n::{format, text};
use serde::Deserialize;

use super::desk::{state, title, when};
use crate::shell::{Answer, frame, page};
use crate::views::cancel::{RequestRow, Requests};
use crate::views::frame::Link;
use crate::views::list::List;
use crate::views::parts::Empty;

/// Rows of one page.
const ROWS: i64 = 50;

/// Requests.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/partner/requests", get(list))
}

#[derive(Deserialize)]
struct Seek {
    #[serde(default)]
    after: String,
}

/// `MICROSECONDS_ID`; anything else begins at the first row.
pub fn cursor(text: &str) -> Option<RequestCursor> {
    let (micros, id) = text.split_once('_')?;
    Some(RequestCursor { created_at_micros: micros.parse().ok()?, id: id.parse().ok()? })
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
            date: when(lang, request.created_at.timestamp()),
            title: title(lang, request),
            customer: customer.clone(),
            amount: amount.map_or_else(String::new, |(minor, currency)| format::amount(lang, minor, currency)),
            state: state(lang, request),
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
    let may_report = desk::may_report(&visitor.site.app, &caller).await.is_ok();
    page(&Requests {
        t: frame(&visitor, "nav-requests"),
        report: may_report.then(|| Link::new(super::report::PATH, text(lang, "report-title"))),
        list,
        rows,
        amounts: found.shows_amounts,
        empty,
    })
}
