//! One price of a sheet: the columns of the price list, checked and typed (contract P-16).

use jiff::Timestamp;
use perpetua_domain::catalog::{AvailabilityFacts, AvailabilityId, CatalogItemId, ProductId, Segment, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::money::{Currency, UnitPrice, UnitPriceError};
use perpetua_domain::term::Term;
use perpetua_domain::text_enum;

use crate::date;
use crate::error::{RowError, RowReason};
use crate::fields::Fields;

/// Longest product or SKU title, in characters.
pub const TITLE_CHARS_MAX: usize = 256;
/// Longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 4_000;
/// Longest publisher name, unit of measure and tag list, in characters.
pub const NAME_CHARS_MAX: usize = 256;
/// The largest quantity of a tier.
pub const QUANTITY_MAX: u32 = 999_999_999;

/// Ids, words, numbers and dates are short; anything longer is nonsense, but of a readable kind.
const WORD_CHARS_MAX: usize = 64;
const TAGS_MAX: usize = 16;

text_enum! {
    /// A column, in the order in which sheets are written.
    pub(crate) enum Column {
        /// What changed since the last list; optional.
        ChangeIndicator = "ChangeIndicator",
        /// Name of the product.
        ProductTitle = "ProductTitle",
        /// Id of the product.
        ProductId = "ProductId",
        /// Id of the SKU.
        SkuId = "SkuId",
        /// Name of the SKU.
        SkuTitle = "SkuTitle",
        /// Who made it.
        Publisher = "Publisher",
        /// What the SKU is.
        SkuDescription = "SkuDescription",
        /// What is counted.
        UnitOfMeasure = "UnitOfMeasure",
        /// How long it may be used.
        TermDuration = "TermDuration",
        /// When it is paid.
        BillingPlan = "BillingPlan",
        /// The country it is sold in.
        Market = "Market",
        /// The currency of both prices.
        Currency = "Currency",
        /// What the partner pays per unit.
        UnitPrice = "UnitPrice",
        /// The first quantity of the tier.
        TierMin = "PricingTierRangeMin",
        /// The last quantity of the tier.
        TierMax = "PricingTierRangeMax",
        /// Start of validity.
        StartDate = "EffectiveStartDate",
        /// End of validity.
        EndDate = "EffectiveEndDate",
        /// Words separated by semicolons.
        Tags = "Tags",
        /// The estimated retail price per unit.
        ErpPrice = "ERP Price",
        /// Who may buy it.
        Segment = "Segment",
        /// Values before the change; optional.
        PreviousValues = "PreviousValues",
    }
}

/// The columns as the layout spells them, in the order in which sheets are written.
pub const COLUMNS: [&str; 21] = {
    let mut names = [""; 21];
    let mut index = 0;
    while index < names.len() {
        names[index] = Column::ALL[index].as_text();
        index += 1;
    }
    names
};

/// Columns that lists before 2026 do not have.
pub(crate) const OPTIONAL_COLUMNS: [&str; 2] = [Column::ChangeIndicator.as_text(), Column::PreviousValues.as_text()];

text_enum! {
    /// What a list says about a row compared with the list before.
    pub enum ChangeIndicator {
        /// New.
        Add = "Add",
        /// Something differs.
        Change = "Change",
        /// As before.
        Unchanged = "Unchanged",
    }
}

text_enum! {
    /// When a purchase is paid, in the words of price sheets.
    pub enum BillingPlan {
        /// Once, at purchase; the only plan of perpetual software.
        OneTime = "OneTime",
        /// Every month.
        Monthly = "Monthly",
        /// Every year.
        Annual = "Annual",
        /// Every three years.
        Triennial = "Triennial",
    }
}

/// The quantities for which a price holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tier {
    /// The first quantity, 1 to [`QUANTITY_MAX`].
    pub min: u32,
    /// The last quantity, `min` to [`QUANTITY_MAX`]; `None` without end.
    pub max: Option<u32>,
}

/// One price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// What the list says about this row; information only, the import compares for itself.
    pub change: Option<ChangeIndicator>,
    /// Name of the product, 1 to [`TITLE_CHARS_MAX`] characters.
    pub product_title: String,
    /// Id of the product.
    pub product_id: ProductId,
    /// Id of the SKU; shorter text was padded with zeros on the left.
    pub sku_id: SkuId,
    /// Name of the SKU, 1 to [`TITLE_CHARS_MAX`] characters.
    pub sku_title: String,
    /// Who made it; may be empty.
    pub publisher: String,
    /// What the SKU is; may be empty, at most [`DESCRIPTION_CHARS_MAX`] characters.
    pub sku_description: String,
    /// What is counted, such as "1 License"; may be empty.
    pub unit_of_measure: String,
    /// How long the software may be used.
    pub term: Term,
    /// When it is paid.
    pub billing_plan: BillingPlan,
    /// The country it is sold in.
    pub market: Country,
    /// The currency of both prices.
    pub currency: Currency,
    /// What the partner pays per unit.
    pub unit_price: UnitPrice,
    /// The quantities for which this price holds.
    pub tier: Tier,
    /// The first instant of validity; `None` since ever.
    pub valid_from: Option<Timestamp>,
    /// The first instant after validity; `None` without end.
    pub valid_until: Option<Timestamp>,
    /// Words about the product, at most 16.
    pub tags: Vec<String>,
    /// The estimated retail price per unit.
    pub erp_price: Option<UnitPrice>,
    /// Who may buy it.
    pub segment: Segment,
    /// What the list gives as values before the change; may be empty.
    pub previous_values: String,
}

/// A row and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Line of the file where the row begins, from 1.
    pub line: u64,
    /// The row.
    pub price: PriceRow,
}

impl PriceRow {
    /// The purchase key. Its availability follows from product, SKU, market, segment, term and billing
    /// plan, so the next sheet gives the same one; currency, tier and period are no part of it.
    pub fn catalog_item_id(&self) -> CatalogItemId {
        let availability = AvailabilityId::derive(&AvailabilityFacts {
            product: self.product_id,
            sku: self.sku_id,
            market: self.market,
            segment: self.segment,
            term: self.term,
            billing_plan: self.billing_plan.as_text(),
        });
        CatalogItemId { product: self.product_id, sku: self.sku_id, availability }
    }

    /// Reads one row; the first value that is wrong is reported.
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, RowError> {
        let text = |column: Column, max| fields.text(column as usize, max).map(str::to_owned);
        let title = |column: Column| fields.required(column as usize, TITLE_CHARS_MAX).map(str::to_owned);
        let term = read_term(fields)?;
        let (valid_from, valid_until) = read_validity(fields)?;
        Ok(Self {
            change: read_change(fields)?,
            product_title: title(Column::ProductTitle)?,
            product_id: read_product_id(fields)?,
            sku_id: read_sku_id(fields)?,
            sku_title: title(Column::SkuTitle)?,
            publisher: text(Column::Publisher, NAME_CHARS_MAX)?,
            sku_description: text(Column::SkuDescription, DESCRIPTION_CHARS_MAX)?,
            unit_of_measure: text(Column::UnitOfMeasure, NAME_CHARS_MAX)?,
            term,
            billing_plan: read_billing_plan(fields, term)?,
            market: read_market(fields)?,
            currency: read_currency(fields)?,
            unit_price: read_price(fields, Column::UnitPrice)?.ok_or_else(|| missing(fields, Column::UnitPrice))?,
            tier: read_tier(fields)?,
            valid_from,
            valid_until,
            tags: read_tags(fields)?,
            erp_price: read_price(fields, Column::ErpPrice)?,
            segment: read_segment(fields)?,
            previous_values: text(Column::PreviousValues, DESCRIPTION_CHARS_MAX)?,
        })
    }
}

fn error(fields: &Fields<'_>, column: Column, reason: RowReason) -> RowError {
    fields.error(column as usize, reason)
}

fn missing(fields: &Fields<'_>, column: Column) -> RowError {
    error(fields, column, RowReason::MissingValue)
}

fn word<'a>(fields: &Fields<'a>, column: Column) -> Result<&'a str, RowError> {
    fields.text(column as usize, WORD_CHARS_MAX)
}

fn required_word<'a>(fields: &Fields<'a>, column: Column) -> Result<&'a str, RowError> {
    fields.required(column as usize, WORD_CHARS_MAX)
}

fn read_change(fields: &Fields<'_>) -> Result<Option<ChangeIndicator>, RowError> {
    let text = word(fields, Column::ChangeIndicator)?;
    if text.is_empty() {
        return Ok(None);
    }
    let known = ChangeIndicator::ALL.iter().copied().find(|known| known.as_text().eq_ignore_ascii_case(text));
    known.map(Some).ok_or_else(|| error(fields, Column::ChangeIndicator, RowReason::BadChangeIndicator))
}

fn read_product_id(fields: &Fields<'_>) -> Result<ProductId, RowError> {
    let text = required_word(fields, Column::ProductId)?.to_ascii_uppercase();
    ProductId::parse(&text).ok_or_else(|| error(fields, Column::ProductId, RowReason::BadId))
}

fn read_sku_id(fields: &Fields<'_>) -> Result<SkuId, RowError> {
    let text = required_word(fields, Column::SkuId)?;
    SkuId::from_sheet(text).ok_or_else(|| error(fields, Column::SkuId, RowReason::BadId))
}

fn read_term(fields: &Fields<'_>) -> Result<Term, RowError> {
    match word(fields, Column::TermDuration)?.to_ascii_uppercase().as_str() {
        "" | "ONETIME" | "NOTERM" | "NONE" => Ok(Term::Perpetual),
        text => Term::from_iso(text).ok_or_else(|| error(fields, Column::TermDuration, RowReason::BadTerm)),
    }
}

/// Newer lists leave the plan blank where the whole term is paid at purchase.
fn read_billing_plan(fields: &Fields<'_>, term: Term) -> Result<BillingPlan, RowError> {
    let plan = match word(fields, Column::BillingPlan)?.to_ascii_uppercase().as_str() {
        "" | "NONE" | "ONETIME" => Some(BillingPlan::OneTime),
        "MONTHLY" => Some(BillingPlan::Monthly),
        "ANNUAL" => Some(BillingPlan::Annual),
        "TRIENNIAL" => Some(BillingPlan::Triennial),
        _ => None,
    };
    plan.filter(|plan| term != Term::Perpetual || *plan == BillingPlan::OneTime)
        .ok_or_else(|| error(fields, Column::BillingPlan, RowReason::BadBillingPlan))
}

fn read_segment(fields: &Fields<'_>) -> Result<Segment, RowError> {
    let text = required_word(fields, Column::Segment)?;
    Segment::from_sheet(text).ok_or_else(|| error(fields, Column::Segment, RowReason::BadSegment))
}

fn read_market(fields: &Fields<'_>) -> Result<Country, RowError> {
    let text = required_word(fields, Column::Market)?;
    Country::parse(text).ok_or_else(|| error(fields, Column::Market, RowReason::UnknownCountry))
}

fn read_currency(fields: &Fields<'_>) -> Result<Currency, RowError> {
    let text = required_word(fields, Column::Currency)?.to_ascii_uppercase();
    text.parse().map_err(|_| error(fields, Column::Currency, RowReason::UnknownCurrency))
}

fn read_price(fields: &Fields<'_>, column: Column) -> Result<Option<UnitPrice>, RowError> {
    let text = word(fields, column)?;
    if text.is_empty() {
        return Ok(None);
    }
    let reason = |why| match why {
        UnitPriceError::Malformed => RowReason::NotANumber,
        UnitPriceError::Negative => RowReason::Negative,
        UnitPriceError::TooPrecise => RowReason::TooPrecise,
        UnitPriceError::TooLarge => RowReason::TooLarge,
    };
    UnitPrice::parse(text).map(Some).map_err(|why| error(fields, column, reason(why)))
}

fn read_tier(fields: &Fields<'_>) -> Result<Tier, RowError> {
    let min = fields.whole(Column::TierMin as usize, QUANTITY_MAX)?.unwrap_or(1);
    let max = fields.whole(Column::TierMax as usize, QUANTITY_MAX)?;
    if min == 0 {
        return Err(error(fields, Column::TierMin, RowReason::EmptyTier));
    }
    if max.is_some_and(|max| max < min) {
        return Err(error(fields, Column::TierMax, RowReason::EmptyTier));
    }
    Ok(Tier { min, max })
}

fn read_validity(fields: &Fields<'_>) -> Result<(Option<Timestamp>, Option<Timestamp>), RowError> {
    let start = date::parse_start(word(fields, Column::StartDate)?)
        .map_err(|_| error(fields, Column::StartDate, RowReason::BadDate))?;
    let end = date::parse_end(word(fields, Column::EndDate)?)
        .map_err(|_| error(fields, Column::EndDate, RowReason::BadDate))?;
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        return Err(error(fields, Column::EndDate, RowReason::EndsBeforeStart));
    }
    Ok((start, end))
}

fn read_tags(fields: &Fields<'_>) -> Result<Vec<String>, RowError> {
    let words = fields.text(Column::Tags as usize, NAME_CHARS_MAX)?.split(';').map(str::trim);
    let tags: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if tags.len() > TAGS_MAX {
        Err(error(fields, Column::Tags, RowReason::TooLong { max: TAGS_MAX }))
    } else {
        Ok(tags)
    }
}
