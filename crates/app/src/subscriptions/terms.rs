//! The end of terms: a job renews what renews itself and writes down that the rest has expired.
//!
//! A renewal is an ordinary order of one line, on the same account and by the same rule, in one transaction with
//! the subscription's next term; its window opens anew (design §8). Where the rule refuses it, the subscription
//! expires and the record says why. What fails for another reason is told in the log, keeps nobody else waiting, and
//! is tried again in the next round. Each step takes a few; a second node that takes the same ones runs again and
//! finds them done.

use std::time::Duration;

use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::SubscriptionId;
use perpetua_domain::money::UnitPrice;
use perpetua_domain::subscription::{EndOfTerm, SubscriptionState, at_end_of_term};
use perpetua_store::orders::OrderLineRow;
use perpetua_store::subscriptions::{self as rows, RenewalRow, Subscribed, SubscriptionRow};
use perpetua_store::{Conn, Id, OperationError as _, Page, Utc, Word, orders};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{entry, facts, payload};
use crate::audit::Entry;
use crate::caller::{Guest, Origin};
use crate::context::App;
use crate::order_request::WantedLine;
use crate::orders::{PlaceInput, PlaceOrder, PlaceSource, place_unasked, prepare_unasked};
use crate::problem::{Kind, Problem};
use crate::{audit, event};

/// How often the job looks.
pub const EVERY: Duration = Duration::from_secs(5);

/// Subscriptions that one round ends or renews.
pub const BATCH: usize = 50;

/// The end of a term by which a round goes on: when, and of which subscription.
pub type Place = (Utc, Id<SubscriptionId>);

/// What one step of a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    /// Subscriptions that were renewed or ended.
    pub done: usize,
    /// Subscriptions that wait for the next round because something failed; the log says what.
    pub failed: usize,
    /// Behind which the round goes on; `None` at its end.
    pub next: Option<Place>,
}

/// Renews or ends subscriptions whose term is over, at most [`BATCH`] of those behind `after`. One that fails is
/// logged and counted and does not stop the others.
///
/// # Errors
///
/// Only the store's, when nothing can be read.
pub async fn end_terms(app: &App, after: Option<Place>) -> Result<Step, Problem> {
    // Nearly every round finds nothing, and then writes nothing.
    let now = app.clock.now();
    let page = Page { after, limit: i64::try_from(BATCH).map_err(Problem::internal)? };
    let over = app.store.read(move |conn| rows::ended(conn, now.into(), &page)).await?;
    let next = over.get(BATCH - 1).map(|row| (row.term_ends_at, row.id));
    let (renewing, expiring): (Vec<_>, Vec<_>) =
        over.into_iter().partition(|row| at_end_of_term(row.state.0, row.auto_renew) == EndOfTerm::Renew);
    let mut step = Step { next, ..Step::default() };
    for (row, outcome) in expire_all(app, expiring).await {
        step.count(row, outcome);
    }
    for row in renewing {
        let id = row.id;
        step.count(id, renew(app, row).await);
    }
    Ok(step)
}

impl Step {
    fn count(&mut self, id: Id<SubscriptionId>, outcome: Result<(), Problem>) {
        let Err(problem) = outcome else {
            self.done += 1;
            return;
        };
        self.failed += 1;
        let (subscription, source) = (id.0.to_string(), problem.private_source());
        tracing::error!(subscription, code = problem.code, source, "a term did not end; it is tried again");
    }
}

fn guest(app: &App) -> Guest {
    app.guest(&Origin::program("terms"))
}

/// Ends them in one transaction, or each in its own when that fails.
async fn expire_all(app: &App, over: Vec<SubscriptionRow>) -> Vec<(Id<SubscriptionId>, Result<(), Problem>)> {
    let ids: Vec<_> = over.iter().map(|row| row.id).collect();
    if ids.is_empty() || app.store.write((guest(app), over.clone()), expire_in).await.is_ok() {
        return ids.into_iter().map(|id| (id, Ok(()))).collect();
    }
    let mut outcomes = Vec::with_capacity(ids.len());
    for row in over {
        outcomes.push((row.id, app.store.write((guest(app), vec![row]), expire_in).await));
    }
    outcomes
}

fn expire_in(conn: &mut Conn, (guest, over): &(Guest, Vec<SubscriptionRow>)) -> Result<(), Problem> {
    let mut ids = guest.seed.ids();
    for seen in over {
        let Some((row, line, ..)) = due(conn, guest, seen, EndOfTerm::Expire)? else { continue };
        let over = expired(conn, guest, &row)?;
        audit::record_guest(conn, &mut ids, guest, &entry(&over, facts(&over, &line, &["state"])))?;
        event::push_guest(conn, &mut ids, guest, "subscription.updated", &payload(&over))?;
    }
    Ok(())
}

fn expired(conn: &mut Conn, guest: &Guest, row: &SubscriptionRow) -> Result<SubscriptionRow, Problem> {
    let over = SubscriptionRow {
        state: Word(SubscriptionState::Expired),
        suspension: None,
        auto_renew: false,
        changed_at: guest.now.into(),
        ..row.clone()
    };
    rows::update(conn, &over)?;
    Ok(over)
}

/// A renewal with everything random that its transaction needs.
#[derive(Debug, Clone)]
struct Renewal {
    guest: Guest,
    row: SubscriptionRow,
    input: PlaceInput,
}

/// Renews one subscription, or lets it expire where the rule of orders refuses.
async fn renew(app: &App, row: SubscriptionRow) -> Result<(), Problem> {
    let command = PlaceOrder {
        request_key: request_key(&row),
        customer: row.customer_id.0,
        source: PlaceSource::Lines(Vec::new()),
        po_number: None,
    };
    let renewal = Renewal { guest: guest(app), row, input: prepare_unasked(app, command, 1)? };
    let refused = match app.store.write(renewal.clone(), renew_in).await {
        Ok(()) => return Ok(()),
        // Not the rule but the database said no: the next round tries again.
        Err(problem) if problem.store_error().is_some() || problem.kind == Kind::Internal => return Err(problem),
        Err(problem) => problem.code,
    };
    app.store
        .write((renewal, refused), |conn, (renewal, refused)| {
            let guest = &renewal.guest;
            let Some((row, line, ..)) = due(conn, guest, &renewal.row, EndOfTerm::Renew)? else { return Ok(()) };
            let over = expired(conn, guest, &row)?;
            let mut detail = facts(&over, &line, &["state"]);
            detail["code"] = (*refused).into();
            let mut ids = guest.seed.ids();
            let entry = Entry { kind: "subscription.renewal_refused", ..entry(&over, detail) };
            audit::record_guest(conn, &mut ids, guest, &entry)?;
            event::push_guest(conn, &mut ids, guest, "subscription.updated", &payload(&over))?;
            Ok::<_, Problem>(())
        })
        .await
}

/// The same line never renews twice (I2).
fn request_key(row: &SubscriptionRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"renewal");
    hash.update(row.line_id.0.uuid());
    hash.finalize().into()
}

/// The subscription, if the term that was seen to end is still its present one, ends in this way, and nobody was
/// first.
fn due(conn: &mut Conn, guest: &Guest, seen: &SubscriptionRow, way: EndOfTerm) -> Result<Option<Subscribed>, Problem> {
    let found = rows::find(conn, seen.id.0)?;
    Ok(found.filter(|(row, ..)| {
        row.line_id == seen.line_id
            && row.term_ends_at.timestamp() <= guest.now
            && matches!(row.state.0, SubscriptionState::Active | SubscriptionState::Suspended)
            && at_end_of_term(row.state.0, row.auto_renew) == way
    }))
}

fn renew_in(conn: &mut Conn, renewal: &Renewal) -> Result<(), Problem> {
    let guest = &renewal.guest;
    let Some((row, line, _, market)) = due(conn, guest, &renewal.row, EndOfTerm::Renew)? else { return Ok(()) };
    let mut ids = guest.seed.ids();
    let before = orders::find(conn, row.order_id.0)?.ok_or_else(|| Problem::internal("a line without order"))?;
    let input = renewal.input.clone().with_lines(vec![next_line(conn, &row, &line, &market)?], &before.po_number);
    let buyer = (row.partner_id.0, before.placed_by.0);
    let (order, lines) = place_unasked(conn, &mut ids, guest, buyer, &input)?;
    let next = lines.first().ok_or_else(|| Problem::internal("an order without line"))?;
    let renewed = SubscriptionRow {
        line_id: next.id,
        order_id: order.id,
        starts_at: order.placed_at,
        term_ends_at: next.term_ends_at.ok_or_else(|| Problem::internal("a renewal without term"))?,
        changed_at: order.placed_at,
        ..row.clone()
    };
    let trace =
        RenewalRow { order_id: order.id, subscription_id: row.id, from_line_id: row.line_id, at: order.placed_at };
    rows::renew(conn, &renewed, &trace)?;
    let mut detail = facts(&renewed, next, &["term"]);
    detail["before"] = json!(line.order_number);
    let entry = Entry { kind: "subscription.renewed", ..entry(&renewed, detail) };
    audit::record_guest(conn, &mut ids, guest, &entry)?;
    event::push_guest(conn, &mut ids, guest, "subscription.updated", &payload(&renewed))?;
    Ok(())
}

/// What is bought again: the same edition for the term of the renewal, in the same number of units. The
/// partner's own price stays, where it was not the suggested one.
fn next_line(conn: &mut Conn, row: &SubscriptionRow, line: &OrderLineRow, market: &str) -> Result<WantedLine, Problem> {
    let sold = rows::sold(conn, market, line)?;
    let fits = |availability: &&String| **availability == line.availability_id;
    let of_term: Vec<&String> =
        sold.iter().filter(|(term, _)| *term == row.renewal_term.0).map(|(_, availability)| availability).collect();
    let availability = of_term.iter().copied().find(fits).or_else(|| of_term.first().copied());
    let availability = availability.ok_or_else(|| Problem::conflict("not_renewable"))?;
    let item = CatalogItemId::parse(&format!("{}:{}:{availability}", line.product_id, line.sku_id));
    let own_price = (line.own_price != line.suggested_price).then(|| UnitPrice::from_micros(line.own_price)).flatten();
    Ok(WantedLine {
        item: item.ok_or_else(|| Problem::internal("a line without item"))?,
        quantity: line.quantity - line.cancelled_quantity,
        own_price,
        reviewed: None,
    })
}
