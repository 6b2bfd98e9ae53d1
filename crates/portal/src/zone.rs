//! The one zone in which the pages of a request show times: that of the tenant for which the reader acts.
//!
//! It travels with the request's task, because every page, table cell and error sentence needs it and none decides by
//! it. What concerns one order uses that order's own zone instead: its day, its window, its term. Price lists count
//! days in theirs (`pages::money::price_day`). No other zone exists here; `cargo xtask tidy` looks for some.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use jiff::tz::TimeZone;
use perpetua_http::Visitor;

tokio::task_local! {
    static READER: TimeZone;
}

/// Lets everything below know the reader's zone.
pub async fn layer(request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Visitor>().and_then(|visitor| visitor.session.clone());
    let zone = session.and_then(|session| session.zone()).unwrap_or(TimeZone::UTC);
    READER.scope(zone, next.run(request)).await
}

/// The zone of the reader; UTC for those who have not signed in, and where no request is answered.
pub fn of_reader() -> TimeZone {
    READER.try_with(Clone::clone).unwrap_or(TimeZone::UTC)
}
