//! The price sheet of one market as a file: what sells now, what will, or what sold in a month.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::{ProductId, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::money::UnitPrice;
use perpetua_pricesheet::{BillingPlan, ChangeIndicator, PriceRow, Tier};
use perpetua_store::catalog::{self, OfferPriceRow, OfferRow, Validity};
use perpetua_store::prices::Change;
use perpetua_store::{StoreError, Utc};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// The file in the archive.
pub const FILE_NAME: &str = "pricesheet.csv";

/// Which prices the sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeline {
    /// Those that hold now.
    Current,
    /// Those that begin later.
    Future,
    /// Those of a month, from the list that held at its end.
    Month {
        /// The year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
}

/// The price sheet of a market as CSV, or as a ZIP archive with it. Without `with_rows` only the line of names.
///
/// # Errors
///
/// `not_found` when nothing is sold in the market, `invalid_input` for a month that is none or has not begun,
/// and those of [`authorize::require`].
pub async fn file(
    app: &App,
    caller: &Caller,
    market: Country,
    timeline: Timeline,
    with_rows: bool,
    zipped: bool,
) -> Result<Vec<u8>, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    let rows = app
        .store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PricesCostView, Owner::Own)?;
            let active = catalog::active_sheet(conn, market)?.ok_or_else(Problem::not_found)?;
            let at = Utc::from(now);
            let (sheet, validity) = match timeline {
                Timeline::Current => (Some(active), Validity::Within(at, Utc::from_micros(at.micros() + 1))),
                Timeline::Future => (Some(active), Validity::After(at)),
                Timeline::Month { year, month } => {
                    let (from, to) = month_of(year, month).ok_or_else(|| Problem::field("month", "out_of_range"))?;
                    if from > now {
                        return Err(Problem::field("month", "in_future"));
                    }
                    (catalog::sheet_before(conn, market, to.into())?, Validity::Within(from.into(), to.into()))
                }
            };
            match sheet {
                Some(sheet) if with_rows => Ok(catalog::price_rows(conn, sheet, market, validity)?),
                _ => Ok(Vec::new()),
            }
        })
        .await?;
    let write = move || -> Result<Vec<u8>, Problem> {
        let rows: Vec<PriceRow> = rows.into_iter().map(price_row).collect::<Result<_, StoreError>>()?;
        let written = if zipped {
            perpetua_pricesheet::write_zip(&rows, FILE_NAME)
        } else {
            let mut csv = Vec::new();
            perpetua_pricesheet::write(&rows, &mut csv).map(|()| csv)
        };
        written.map_err(Problem::internal)
    };
    tokio::task::spawn_blocking(write).await.map_err(Problem::internal)?
}

/// The first instant of a month and of the next one, in UTC.
fn month_of(year: i16, month: i8) -> Option<(Timestamp, Timestamp)> {
    if !(2000..=9998).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let instant = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let first = date(year, month, 1);
    Some((instant(first)?, instant(first.checked_add(1.month()).ok()?)?))
}

fn price_row((offer, price): (OfferRow, OfferPriceRow)) -> Result<PriceRow, StoreError> {
    let broken = || StoreError::Inconsistent { table: "offer", what: format!("offer {:?}", offer.id) };
    let tier = price.tier()?;
    let change = Change::parse(&price.change).map(|change| match change {
        Change::New => ChangeIndicator::Add,
        Change::Changed => ChangeIndicator::Change,
        Change::Unchanged => ChangeIndicator::Unchanged,
    });
    let previous = price.previous_unit_price.and_then(UnitPrice::from_micros);
    Ok(PriceRow {
        change,
        product_id: ProductId::parse(&offer.product_id).ok_or_else(broken)?,
        sku_id: SkuId::parse(&offer.sku_id).ok_or_else(broken)?,
        market: Country::parse(&offer.market).ok_or_else(broken)?,
        currency: offer.currency.parse().map_err(|_| broken())?,
        billing_plan: BillingPlan::parse(&offer.billing_plan).ok_or_else(broken)?,
        product_title: offer.title,
        sku_title: offer.sku_title,
        publisher: offer.publisher,
        sku_description: offer.description,
        unit_of_measure: offer.unit,
        term: offer.term.0,
        unit_price: tier.unit_price,
        tier: Tier { min: tier.min, max: tier.max },
        // The earliest instant that can be written stands for "since ever".
        valid_from: Some(tier.valid_from).filter(|from| *from > Timestamp::MIN),
        valid_until: tier.valid_to,
        tags: offer.tags.split(';').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        erp_price: tier.erp,
        segment: offer.segment.0,
        previous_values: previous.map_or_else(String::new, perpetua_pricesheet::previous_values),
    })
}
