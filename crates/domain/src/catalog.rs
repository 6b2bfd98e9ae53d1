//! Identifiers and words of the catalog, as price sheets and the Partner Center API write them.
//!
//! An availability has no id in a price sheet, so it gets one that follows from what it is: the same
//! row of the next sheet has the same id, and saved carts and catalog item ids stay good.

use std::fmt;

use crate::country::Country;
use crate::term::Term;

macro_rules! catalog_id {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// Reads exactly the stored form; `None` for any other text.
            pub fn parse(text: &str) -> Option<Self> {
                let bytes: [u8; $length] = text.as_bytes().try_into().ok()?;
                let known = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
                bytes.iter().all(known).then_some(Self(bytes))
            }

            /// The text for storage and wire.
            pub fn as_str(&self) -> &str {
                // Only ASCII gets in, so this never falls back.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

catalog_id! {
    /// A product: 12 upper-case letters and digits.
    ProductId, 12
}
catalog_id! {
    /// A SKU within its product: 4 upper-case letters and digits.
    SkuId, 4
}
catalog_id! {
    /// An availability within its SKU: 12 upper-case letters and digits.
    AvailabilityId, 12
}

impl SkuId {
    /// Reads a SKU of an imported sheet, where a spreadsheet may have stripped leading zeros.
    pub fn from_sheet(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        Self::parse(&format!("{:0>4}", text.to_ascii_uppercase()))
    }
}

crate::text_enum! {
    /// For whom a price is meant; the word of the API.
    pub enum Segment {
        /// Businesses.
        Commercial = "commercial",
        /// Schools and universities.
        Education = "education",
        /// Public bodies.
        Government = "government",
        /// Charities.
        Nonprofit = "nonprofit",
    }
}

impl Segment {
    /// The word of a price sheet, which calls nonprofit "Charity".
    pub const fn sheet_word(self) -> &'static str {
        match self {
            Self::Commercial => "Commercial",
            Self::Education => "Education",
            Self::Government => "Government",
            Self::Nonprofit => "Charity",
        }
    }

    /// Reads the word of a price sheet in any case, and the API's word for nonprofit.
    pub fn from_sheet(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.iter().copied().find(|segment| {
            segment.sheet_word().eq_ignore_ascii_case(text) || segment.as_text().eq_ignore_ascii_case(text)
        })
    }
}

crate::text_enum! {
    /// What is bought.
    pub enum OfferKind {
        /// Once, for ever.
        Perpetual = "perpetual",
        /// For a term.
        Subscription = "subscription",
    }
}

impl OfferKind {
    /// The kind that follows from the term.
    pub const fn of(term: Term) -> Self {
        match term {
            Term::Perpetual => Self::Perpetual,
            _ => Self::Subscription,
        }
    }
}

/// What makes two rows of price sheets the same availability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvailabilityFacts<'a> {
    /// The product.
    pub product: ProductId,
    /// The SKU.
    pub sku: SkuId,
    /// Where it is sold.
    pub market: Country,
    /// To whom it is sold.
    pub segment: Segment,
    /// For how long.
    pub term: Term,
    /// How it is billed: the word of the price sheet, such as `OneTime` or `Annual`; its case does not count.
    pub billing_plan: &'a str,
}

/// Digits of an availability id: those of a product key, without I, L, O and U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl AvailabilityId {
    /// The id that follows from the facts. It is stored and sent, so the algorithm never changes:
    ///
    /// 1. Text `product|SKU|market|segment|term|billing plan` with the stored words, the plan in lower case.
    /// 2. FNV-1a, 64 bits, over its UTF-8 bytes.
    /// 3. Mixed by the finalizer of `MurmurHash3` (`fmix64`), because FNV's upper bits vary little in short texts.
    /// 4. The upper 60 bits as 12 digits of 5 bits, the most significant first.
    ///
    /// An id is unique only together with product and SKU; of n availabilities of one SKU, two share an
    /// id with probability n²⁄2⁶¹.
    pub fn derive(facts: &AvailabilityFacts<'_>) -> Self {
        let text = format!(
            "{}|{}|{}|{}|{}|{}",
            facts.product,
            facts.sku,
            facts.market,
            facts.segment.as_text(),
            facts.term.as_text(),
            facts.billing_plan.trim().to_ascii_lowercase()
        );
        let hash = mix(fnv1a(text.as_bytes()));
        let mut digits = [0; 12];
        for (index, digit) in (0_u32..).zip(digits.iter_mut()) {
            let shift = 64 - 5 * (index + 1);
            *digit = DIGITS[usize::try_from((hash >> shift) & 31).unwrap_or_default()];
        }
        Self(digits)
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// The purchase key `product:sku:availability`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogItemId {
    /// The product.
    pub product: ProductId,
    /// The SKU.
    pub sku: SkuId,
    /// The availability.
    pub availability: AvailabilityId,
}

impl CatalogItemId {
    /// Reads `product:sku:availability`; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let product = ProductId::parse(parts.next()?)?;
        let sku = SkuId::parse(parts.next()?)?;
        let availability = AvailabilityId::parse(parts.next()?)?;
        parts.next().is_none().then_some(Self { product, sku, availability })
    }
}

impl fmt::Display for CatalogItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.product, self.sku, self.availability)
    }
}

#[cfg(test)]
mod tests;
