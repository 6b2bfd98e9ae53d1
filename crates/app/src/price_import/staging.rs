//! Taking chunks from the reading thread, comparing them with what is active, and storing them.

use std::collections::HashMap;
use std::io::{Read, Seek};

use perpetua_domain::id::PriceSheetId;
use perpetua_pricesheet::{Limits, SheetError};
use perpetua_store::StoreError;
use perpetua_store::catalog::OfferPriceRow;
use perpetua_store::prices::{self, ActivePrice, Batch, Change, Progress};

use super::Upload;
use super::reading::{self, Chunk, Stop};
use crate::caller::IdSeed;
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::problem::Problem;

/// Chunks that wait between the reading thread and the database.
const WAITING_CHUNKS: usize = 2;

/// How reading ended.
pub(super) enum Ended {
    /// At its end; the markets, separated by commas.
    Read(String),
    /// The file cannot be read.
    Refused(SheetError),
    /// The sheet was thrown away meanwhile.
    Abandoned,
}

/// Reads the file and stages all its rows.
pub(super) async fn stage_all<R>(
    app: &App,
    sheet: PriceSheetId,
    upload: Upload<R>,
    limits: Limits,
) -> Result<Ended, Problem>
where
    R: Read + Seek + Send + 'static,
{
    let seed = IdSeed::new(app.real_clock.now(), app.entropy.bytes());
    let (sender, mut chunks) = tokio::sync::mpsc::channel(WAITING_CHUNKS);
    let bytes_total = upload.bytes_total;
    let reader = tokio::task::spawn_blocking(move || reading::read_all(sheet, upload.source, &limits, &seed, &sender));
    let mut progress = Progress::default();
    while let Some(chunk) = chunks.recv().await {
        if !stage(app, sheet, chunk, bytes_total, &mut progress).await? {
            return Ok(Ended::Abandoned);
        }
    }
    match reader.await.map_err(Problem::internal)? {
        Ok(markets) => Ok(Ended::Read(markets)),
        Err(Stop::Refused(error)) => Ok(Ended::Refused(error)),
        Err(Stop::Unwanted) => Ok(Ended::Abandoned),
    }
}

/// Stores one chunk; `false` when the sheet is no longer being read.
async fn stage(
    app: &App,
    sheet: PriceSheetId,
    mut chunk: Chunk,
    bytes_total: u64,
    progress: &mut Progress,
) -> Result<bool, Problem> {
    let mut wanted: Vec<String> = chunk.availabilities.iter().map(ToString::to_string).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let active = app.store.read(move |conn| prices::active_prices(conn, &wanted)).await.map_err(Problem::from)?;
    let active = Active::new(active);
    for (price, availability) in chunk.rows.prices.iter_mut().zip(&chunk.availabilities) {
        let (change, previous) = active.compare(availability.as_str(), price);
        change.as_text().clone_into(&mut price.change);
        price.previous_unit_price = previous;
        match change {
            Change::New => progress.rows_new += 1,
            Change::Changed => progress.rows_changed += 1,
            Change::Unchanged => progress.rows_unchanged += 1,
        }
    }
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    progress.bytes_read = count(chunk.bytes_read.min(bytes_total));
    progress.rows_read = count(chunk.rows_read);
    progress.rows_bad = count(chunk.rows_bad);
    let stored: Result<bool, StoreError> = app
        .store
        .write((chunk.rows, *progress), move |conn, (rows, progress): &(Batch, Progress)| {
            let wanted = prices::record_progress(conn, sheet, progress)?;
            if wanted {
                prices::stage(conn, rows)?;
            }
            Ok(wanted)
        })
        .await;
    Ok(stored?)
}

/// Active prices by availability.
struct Active(HashMap<String, Vec<ActivePrice>>);

impl Active {
    fn new(prices: Vec<ActivePrice>) -> Self {
        let mut by_availability: HashMap<String, Vec<ActivePrice>> = HashMap::new();
        for price in prices {
            by_availability.entry(price.availability_id.clone()).or_default().push(price);
        }
        Self(by_availability)
    }

    /// What the price is against the active one of the same item, tier and start; where that start is
    /// new, against the price of the tier that began last before it, or else the first one.
    fn compare(&self, availability: &str, price: &OfferPriceRow) -> (Change, Option<i64>) {
        let of_tier = || {
            let prices = self.0.get(availability).map(Vec::as_slice).unwrap_or_default();
            prices.iter().filter(|active| active.tier_min == price.tier_min)
        };
        let before =
            of_tier().filter(|active| active.valid_from <= price.valid_from).max_by_key(|active| active.valid_from);
        let Some(active) = before.or_else(|| of_tier().min_by_key(|active| active.valid_from)) else {
            return (Change::New, None);
        };
        let same = active.valid_from == price.valid_from
            && active.tier_max == price.tier_max
            && active.valid_to == price.valid_to
            && active.unit_price == price.unit_price
            && active.suggested_price == price.suggested_price;
        if same { (Change::Unchanged, None) } else { (Change::Changed, Some(active.unit_price)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(from: i64, unit_price: i64) -> OfferPriceRow {
        let nil = "00000000-0000-0000-0000-000000000000";
        OfferPriceRow {
            offer_id: perpetua_store::Id(nil.parse().unwrap()),
            valid_from: perpetua_store::Utc::from_micros(from),
            tier_min: 1,
            tier_max: None,
            valid_to: None,
            unit_price,
            suggested_price: None,
            sheet_id: perpetua_store::Id(nil.parse().unwrap()),
            change: String::new(),
            previous_unit_price: None,
        }
    }

    fn active(from: i64, unit_price: i64) -> ActivePrice {
        ActivePrice {
            availability_id: "A".to_owned(),
            currency: "EUR".to_owned(),
            valid_from: perpetua_store::Utc::from_micros(from),
            tier_min: 1,
            tier_max: None,
            valid_to: None,
            unit_price,
            suggested_price: None,
        }
    }

    #[test]
    fn a_price_is_compared_with_the_one_that_holds_at_its_start() {
        let list = Active::new(vec![active(10, 100), active(20, 200)]);
        let check = |from, unit, expected| assert_eq!(list.compare("A", &price(from, unit)), expected, "{from} {unit}");
        check(10, 100, (Change::Unchanged, None));
        check(10, 101, (Change::Changed, Some(100)));
        check(15, 100, (Change::Changed, Some(100)));
        check(25, 300, (Change::Changed, Some(200)));
        check(5, 100, (Change::Changed, Some(100)));
        assert_eq!(list.compare("B", &price(10, 100)), (Change::New, None));
        let other_tier = OfferPriceRow { tier_min: 50, ..price(10, 100) };
        assert_eq!(list.compare("A", &other_tier), (Change::New, None));
    }
}
