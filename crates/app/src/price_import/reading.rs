//! Reading a sheet on a thread of its own and cutting its rows into chunks.
//!
//! Each chunk stages fewer than 1,000 database rows (design §5). Memory is bounded by the number of
//! offers and by what the reader itself remembers to find contradictions.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use perpetua_domain::catalog::{AvailabilityId, CatalogItemId, OfferKind};
use perpetua_domain::country::Country;
use perpetua_domain::id::{OfferId, PriceSheetId};
use perpetua_domain::money::Currency;
use perpetua_i18n::{Lang, collation};
use perpetua_pricesheet::{Limits, PriceRow, RowError, RowReason, SheetError, SheetRow};
use perpetua_store::catalog::{OfferPriceRow, OfferRow, SEARCH_KIND};
use perpetua_store::prices::{Batch, Change, ProblemRow};
use perpetua_store::search::TokenRow;
use perpetua_store::{Id, Word};
use serde_json::{Map, json};
use tokio::sync::mpsc::Sender;

use crate::caller::{IdSeed, Ids};

/// A chunk is full at this number of database rows; one more sheet row adds at most 27.
const CHUNK_ROWS: usize = 900;
/// Bad rows that are stored; all are counted.
const PROBLEMS_MAX: u64 = 1_000;

/// A chunk of the sheet.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub rows: Batch,
    /// The availability of each price, in the same order.
    pub availabilities: Vec<AvailabilityId>,
    /// Rows read so far, bad ones included.
    pub rows_read: u64,
    /// Bad rows so far.
    pub rows_bad: u64,
    /// Bytes of the file read so far.
    pub bytes_read: u64,
}

impl Chunk {
    fn len(&self) -> usize {
        let rows = &self.rows;
        rows.offers.len() + rows.prices.len() + rows.tokens.len() + rows.problems.len()
    }
}

/// Why reading ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file cannot be read.
    Refused(SheetError),
    /// Nobody takes the chunks any more.
    Unwanted,
}

impl From<SheetError> for Stop {
    fn from(error: SheetError) -> Self {
        Self::Refused(error)
    }
}

/// Reads the whole sheet and sends its chunks; answers with its markets, separated by commas.
pub(super) fn read_all<R: Read + Seek>(
    sheet: PriceSheetId,
    source: R,
    limits: &Limits,
    seed: &IdSeed,
    chunks: &Sender<Chunk>,
) -> Result<String, Stop> {
    let bytes_read = Arc::new(AtomicU64::new(0));
    let mut file = perpetua_pricesheet::read(Counted { source, bytes_read: bytes_read.clone() }, limits)?;
    // Finding out the kind of file reads some bytes that are read again.
    bytes_read.store(0, Ordering::Relaxed);
    let mut cutter = Cutter::new(sheet, seed);
    for outcome in file.rows()?.consistent() {
        match outcome? {
            Ok(row) => cutter.take(&row),
            Err(error) => cutter.reject(&error),
        }
        if cutter.chunk.len() >= CHUNK_ROWS {
            let chunk = cutter.cut(bytes_read.load(Ordering::Relaxed));
            chunks.blocking_send(chunk).map_err(|_| Stop::Unwanted)?;
        }
    }
    let chunk = cutter.cut(bytes_read.load(Ordering::Relaxed));
    chunks.blocking_send(chunk).map_err(|_| Stop::Unwanted)?;
    Ok(cutter.markets.iter().map(Country::code).collect::<Vec<_>>().join(","))
}

/// An offer that an earlier row brought.
struct Known {
    offer: OfferId,
    item: CatalogItemId,
    currency: Currency,
    line: u64,
}

struct Cutter<'s> {
    sheet: PriceSheetId,
    ids: Ids<'s>,
    chunk: Chunk,
    rows_read: u64,
    rows_bad: u64,
    markets: BTreeSet<Country>,
    offers: HashMap<AvailabilityId, Known>,
    searchable: HashSet<[u8; 16]>,
    /// Sort keys of the title seen last: the rows of one product stand together.
    keys: (String, Vec<u8>, Vec<u8>),
}

impl<'s> Cutter<'s> {
    fn new(sheet: PriceSheetId, seed: &'s IdSeed) -> Self {
        Self {
            sheet,
            ids: seed.ids(),
            chunk: Chunk::default(),
            rows_read: 0,
            rows_bad: 0,
            markets: BTreeSet::new(),
            offers: HashMap::new(),
            searchable: HashSet::new(),
            keys: (String::new(), Vec::new(), Vec::new()),
        }
    }

    fn cut(&mut self, bytes_read: u64) -> Chunk {
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.rows_read = self.rows_read;
        chunk.rows_bad = self.rows_bad;
        chunk.bytes_read = bytes_read;
        chunk
    }

    fn reject(&mut self, error: &RowError) {
        self.rows_read += 1;
        self.rows_bad += 1;
        if self.rows_bad > PROBLEMS_MAX {
            return;
        }
        let detail: Map<_, _> =
            error.reason.parameters().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        self.chunk.rows.problems.push(ProblemRow {
            sheet_id: Id(self.sheet),
            line: i64::try_from(error.line).unwrap_or(i64::MAX),
            seq: i64::try_from(self.rows_bad).unwrap_or(i64::MAX),
            field: error.column.unwrap_or_default().to_owned(),
            reason: error.reason.code().to_owned(),
            detail: serde_json::Value::Object(detail).to_string(),
        });
    }

    fn take(&mut self, row: &SheetRow) {
        let price = &row.price;
        let item = price.catalog_item_id();
        let offer = match self.offers.get(&item.availability) {
            Some(known) if known.item == item && known.currency == price.currency => known.offer,
            // One item has one currency; the sheet's own keys would take them for two items.
            Some(known) => {
                let reason = RowReason::ContradictsRow { first_line: known.line };
                return self.reject(&RowError { line: row.line, column: Some("Currency"), reason });
            }
            None => self.open(row, item),
        };
        self.rows_read += 1;
        self.chunk.availabilities.push(item.availability);
        self.chunk.rows.prices.push(OfferPriceRow {
            offer_id: Id(offer),
            valid_from: price.valid_from.unwrap_or(Timestamp::MIN).into(),
            tier_min: i64::from(price.tier.min),
            tier_max: price.tier.max.map(i64::from),
            valid_to: price.valid_until.map(Into::into),
            unit_price: price.unit_price.micros(),
            suggested_price: price.erp_price.map(perpetua_domain::money::UnitPrice::micros),
            sheet_id: Id(self.sheet),
            change: Change::New.as_text().to_owned(),
            previous_unit_price: None,
        });
    }

    /// Adds the offer of an item's first row.
    fn open(&mut self, row: &SheetRow, item: CatalogItemId) -> OfferId {
        let price = &row.price;
        let offer: OfferId = self.ids.next();
        self.markets.insert(price.market);
        let known = Known { offer, item, currency: price.currency, line: row.line };
        self.offers.insert(item.availability, known);
        let search_item = search_item(&item);
        self.index(price, search_item);
        let name = format!("{}\n{}", price.product_title, price.sku_title);
        if self.keys.0 != name {
            self.keys = (name, title_key(Lang::En, price), title_key(Lang::Cs, price));
        }
        self.chunk.rows.offers.push(OfferRow {
            id: Id(offer),
            sheet_id: Id(self.sheet),
            market: price.market.code().to_owned(),
            product_id: item.product.to_string(),
            sku_id: item.sku.to_string(),
            availability_id: item.availability.to_string(),
            item: search_item.to_vec(),
            segment: Word(price.segment),
            kind: Word(OfferKind::of(price.term)),
            term: Word(price.term),
            billing_plan: price.billing_plan.as_text().to_owned(),
            currency: price.currency.code().to_owned(),
            title: price.product_title.clone(),
            sku_title: price.sku_title.clone(),
            publisher: price.publisher.clone(),
            description: price.sku_description.clone(),
            unit: price.unit_of_measure.clone(),
            tags: price.tags.join("; "),
            title_key_en: self.keys.1.clone(),
            title_key_cs: self.keys.2.clone(),
        });
        offer
    }

    /// Lets the product and SKU be found by its names and ids, once per sheet.
    fn index(&mut self, price: &PriceRow, item: [u8; 16]) {
        if !self.searchable.insert(item) {
            return;
        }
        let text = format!(
            "{} {} {} {} {}",
            price.product_id, price.sku_id, price.product_title, price.sku_title, price.publisher
        );
        let tokens = collation::tokens(&text).into_iter().map(|token| TokenRow {
            scope: self.sheet.as_ref().to_vec(),
            kind: SEARCH_KIND.to_owned(),
            token,
            target: item.to_vec(),
        });
        self.chunk.rows.tokens.extend(tokens);
    }
}

/// The place of an offer: by product, then by SKU. No sort key holds a zero byte, so that a product
/// stands before another one whose name goes on.
fn title_key(lang: Lang, price: &PriceRow) -> Vec<u8> {
    let mut key = collation::sort_key(lang, &price.product_title);
    key.push(0);
    key.extend(collation::sort_key(lang, &price.sku_title));
    key
}

fn search_item(item: &CatalogItemId) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..12].copy_from_slice(item.product.as_str().as_bytes());
    bytes[12..].copy_from_slice(item.sku.as_str().as_bytes());
    bytes
}

/// Counts the bytes that go through it.
struct Counted<R> {
    source: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes_read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}
