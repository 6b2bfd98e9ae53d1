//! What a sheet would change, and which of its rows are bad.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::{AvailabilityId, CatalogItemId, ProductId, Segment, SkuId};
use perpetua_domain::id::PriceSheetId;
use perpetua_domain::money::{Currency, UnitPrice};
use perpetua_domain::term::Term;
use perpetua_store::prices::{self, Change, ChangeRow, ProblemRow, SheetState};
use perpetua_store::{Page, StoreError, Utc};
use serde_json::Value;

use super::{Sheet, split_markets};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::{Param, Problem};

/// Rows of each kind of change that are shown.
const CHANGES_SHOWN: i64 = 50;
/// Bad rows on one page.
const PROBLEMS_PER_PAGE: i64 = 50;

/// A sheet with the first of its changes and a page of its bad rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The sheet with its counts.
    pub sheet: Sheet,
    /// The first new prices.
    pub new: Vec<PriceChange>,
    /// The first changed prices.
    pub changed: Vec<PriceChange>,
    /// The first prices that end; only while the sheet waits for a decision.
    pub ended: Vec<PriceChange>,
    /// Bad rows by line.
    pub problems: Vec<SheetProblem>,
    /// Where the next page of bad rows begins; `None` when this is the last.
    pub problems_after: Option<(i64, i64)>,
}

/// One price that the sheet brings, changes or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// Name of the product.
    pub title: String,
    /// Name of the SKU.
    pub sku_title: String,
    /// Its purchase key.
    pub item: CatalogItemId,
    /// Where it is sold.
    pub market: String,
    /// To whom it is sold.
    pub segment: Segment,
    /// For how long.
    pub term: Term,
    /// The currency of both prices.
    pub currency: Currency,
    /// The smallest quantity.
    pub tier_min: i64,
    /// The largest quantity.
    pub tier_max: Option<i64>,
    /// The first instant; `None` since ever.
    pub valid_from: Option<Timestamp>,
    /// The first instant after validity.
    pub valid_to: Option<Timestamp>,
    /// The price before; `None` for a new one.
    pub before: Option<UnitPrice>,
    /// The price from now on; `None` for one that ends.
    pub after: Option<UnitPrice>,
}

/// A row that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetProblem {
    /// Line of the file.
    pub line: i64,
    /// The column; empty when the whole row is concerned.
    pub column: String,
    /// The stable code; its message is `row-error-{code}`.
    pub code: String,
    /// Parameters of the message: `max`, `expected`, `found`, `first_line`.
    pub params: Vec<(&'static str, Param)>,
}

/// Shows what a sheet would change.
pub async fn preview(
    app: &App,
    caller: &Caller,
    sheet: PriceSheetId,
    problems_after: Option<(i64, i64)>,
) -> Result<Preview, Problem> {
    let caller = caller.clone();
    let at = Utc::from(app.clock.now());
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PricesView, Owner::Own)?;
            let row = prices::find(conn, sheet)?.ok_or_else(Problem::not_found)?;
            let new = prices::changes(conn, sheet, Change::New, CHANGES_SHOWN)?;
            let changed = prices::changes(conn, sheet, Change::Changed, CHANGES_SHOWN)?;
            let ended = if row.state.0 == SheetState::Ready {
                prices::ended(conn, sheet, &split_markets(&row.markets), at, CHANGES_SHOWN)?
            } else {
                Vec::new()
            };
            let page = Page { after: problems_after, limit: PROBLEMS_PER_PAGE + 1 };
            let mut problems = prices::problems(conn, sheet, &page)?;
            let more = problems.len() > usize::try_from(PROBLEMS_PER_PAGE).unwrap_or(usize::MAX);
            if more {
                problems.pop();
            }
            Ok(Preview {
                sheet: Sheet::from(row),
                new: new.into_iter().map(|row| change(row, Side::After)).collect::<Result<_, _>>()?,
                changed: changed.into_iter().map(|row| change(row, Side::After)).collect::<Result<_, _>>()?,
                ended: ended.into_iter().map(|row| change(row, Side::Before)).collect::<Result<_, _>>()?,
                problems_after: problems.last().filter(|_| more).map(|last| (last.line, last.seq)),
                problems: problems.into_iter().map(problem).collect(),
            })
        })
        .await
}

/// On which side of the change a row's own price stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

fn change(row: ChangeRow, side: Side) -> Result<PriceChange, StoreError> {
    let ChangeRow { price, offer } = row;
    let broken = || StoreError::Inconsistent { table: "offer", what: format!("offer {:?}", offer.id) };
    let own = Some(UnitPrice::from_micros(price.unit_price).ok_or_else(broken)?);
    let previous = price.previous_unit_price.and_then(UnitPrice::from_micros);
    let (before, after) = if side == Side::Before { (own, None) } else { (previous, own) };
    Ok(PriceChange {
        item: CatalogItemId {
            product: ProductId::parse(&offer.product_id).ok_or_else(broken)?,
            sku: SkuId::parse(&offer.sku_id).ok_or_else(broken)?,
            availability: AvailabilityId::parse(&offer.availability_id).ok_or_else(broken)?,
        },
        currency: offer.currency.parse().map_err(|_| broken())?,
        market: offer.market,
        segment: offer.segment.0,
        term: offer.term.0,
        title: offer.title,
        sku_title: offer.sku_title,
        tier_min: price.tier_min,
        tier_max: price.tier_max,
        valid_from: Some(price.valid_from.timestamp()).filter(|start| *start > Timestamp::MIN),
        valid_to: price.valid_to.map(Utc::timestamp),
        before,
        after,
    })
}

fn problem(row: ProblemRow) -> SheetProblem {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let params = ["max", "expected", "found", "first_line"]
        .into_iter()
        .filter_map(|name| Some((name, Param::Number(detail[name].as_i64()?))))
        .collect();
    SheetProblem { line: row.line, column: row.field, code: row.reason, params }
}
