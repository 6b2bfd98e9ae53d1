//! Products, SKUs and availabilities as the wire has them.

use perpetua_app::shelf::{Availability, Place, Product, Shelf, Sku};
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::policy::{PolicyTerms, RefundRule};
use perpetua_domain::term::Term;
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Call;
use crate::wire::link::{Address, Attributes, Link, SelfLinks};

/// Where the links of a catalog lead: into that of a country, or of a customer.
pub struct Paths {
    base: Vec<String>,
    country: Option<String>,
}

impl Paths {
    /// Those for the place that the call is about.
    pub fn of(call: &Call, at: Place) -> Self {
        match at {
            Place::Country(country) => {
                Self { base: vec!["products".to_owned()], country: Some(country.code().to_owned()) }
            }
            Place::Customer(_) => {
                let customer = call.params.get("c").to_ascii_lowercase();
                Self { base: vec!["customers".to_owned(), customer, "products".to_owned()], country: None }
            }
        }
    }

    fn at(&self, rest: &[&str]) -> Address {
        let parts = self.base.iter().map(String::as_str).chain(rest.iter().copied());
        Address::of(parts).and_some("country", self.country.as_deref())
    }

    /// The list of products.
    pub fn list(&self) -> Address {
        self.at(&[])
    }

    /// The list of a product's SKUs.
    pub fn skus(&self, product: &str) -> Address {
        self.at(&[product, "skus"])
    }

    /// The list of a SKU's availabilities.
    pub fn availabilities(&self, product: &str, sku: &str) -> Address {
        self.at(&[product, "skus", sku, "availabilities"])
    }
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Product)]
pub struct ProductDto {
    /// 12 capital letters and digits.
    id: String,
    title: String,
    description: String,
    product_type: ProductType,
    is_microsoft_product: bool,
    publisher_name: String,
    links: ProductLinks,
}

/// What sort of product it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CatalogProductType)]
pub struct ProductType {
    /// `Software`.
    id: &'static str,
    display_name: String,
    sub_type: ProductSubType,
}

/// Perpetual or for a term.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductSubType {
    /// `PerpetualSoftware` or `SoftwareSubscription`.
    id: &'static str,
    display_name: String,
}

/// Links of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductLinks {
    skus: Link,
    #[serde(rename = "self")]
    itself: Link,
}

impl ProductDto {
    /// The product in this language.
    pub fn of(product: &Product, paths: &Paths, lang: Lang) -> Self {
        let id = product.id.to_string();
        let (sub_type, name) = match product.kind {
            OfferKind::Perpetual => ("PerpetualSoftware", "catalog-type-perpetual"),
            OfferKind::Subscription => ("SoftwareSubscription", "catalog-type-subscription"),
        };
        Self {
            title: product.title.clone(),
            description: product.description.clone(),
            product_type: ProductType {
                id: "Software",
                display_name: text(lang, "catalog-type-software").into_owned(),
                sub_type: ProductSubType { id: sub_type, display_name: text(lang, name).into_owned() },
            },
            is_microsoft_product: false,
            publisher_name: product.publisher.clone(),
            links: ProductLinks { skus: Link::get(paths.skus(&id)), itself: Link::get(paths.at(&[&id])) },
            id,
        }
    }
}

/// A SKU.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Sku)]
pub struct SkuDto {
    /// 4 capital letters and digits.
    id: String,
    product_id: String,
    title: String,
    description: String,
    minimum_quantity: u32,
    maximum_quantity: u32,
    is_trial: bool,
    /// `monthly`, `annual`, `none` or `one_time`.
    supported_billing_cycles: Vec<&'static str>,
    /// `MicrosoftCustomerAgreement`.
    purchase_prerequisites: Vec<&'static str>,
    inventory_variables: Vec<&'static str>,
    provisioning_variables: Vec<&'static str>,
    /// `Refund`, `Cancel`, `Edit`.
    actions: Vec<&'static str>,
    dynamic_attributes: SkuDetails,
    links: SkuLinks,
}

/// More about a SKU; no lists or objects, because Java cannot read them here.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SkuDetails {
    is_microsoft_product: bool,
    /// As `1Year`; missing for perpetual software.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    unit_of_measure: String,
}

/// Links of a SKU.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkuLinks {
    availabilities: Link,
    #[serde(rename = "self")]
    itself: Link,
}

impl SkuDto {
    /// The SKU of a shelf.
    pub fn of(shelf: &Shelf, sku: &Sku, paths: &Paths) -> Self {
        let (product, id) = (shelf.product.id.to_string(), sku.id.to_string());
        Self {
            title: sku.title.clone(),
            description: sku.description.clone(),
            minimum_quantity: sku.quantity_min,
            maximum_quantity: sku.quantity_max,
            is_trial: false,
            supported_billing_cycles: billing_cycles(sku),
            purchase_prerequisites: vec!["MicrosoftCustomerAgreement"],
            inventory_variables: Vec::new(),
            provisioning_variables: Vec::new(),
            actions: match sku.kind {
                OfferKind::Perpetual => vec!["Refund", "Cancel"],
                OfferKind::Subscription => vec!["Cancel", "Edit"],
            },
            dynamic_attributes: SkuDetails {
                is_microsoft_product: false,
                duration: duration(sku.term),
                unit_of_measure: sku.unit.clone(),
            },
            links: SkuLinks {
                availabilities: Link::get(paths.availabilities(&product, &id)),
                itself: Link::get(paths.at(&[&product, "skus", &id])),
            },
            product_id: product,
            id,
        }
    }
}

const fn duration(term: Term) -> Option<&'static str> {
    match term {
        Term::Perpetual => None,
        Term::OneMonth => Some("1Month"),
        Term::OneYear => Some("1Year"),
        Term::ThreeYears => Some("3Years"),
        Term::FiveYears => Some("5Years"),
    }
}

/// Java does not know a cycle of three years, so such a plan has no word of its own.
fn billing_cycles(sku: &Sku) -> Vec<&'static str> {
    let word = |plan: &str| match plan {
        "OneTime" => "one_time",
        "Annual" => "annual",
        "Monthly" => "monthly",
        _ => "none",
    };
    let mut words: Vec<&'static str> = sku.availabilities.iter().map(|one| word(&one.billing_plan)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// An availability: a SKU as it is sold to one segment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Availability)]
pub struct AvailabilityDto {
    /// 12 capital letters and digits.
    id: String,
    product_id: String,
    sku_id: String,
    /// The purchase key `product:sku:availability`.
    catalog_item_id: String,
    default_currency: CurrencyDto,
    /// `commercial`, `education`, `government` or `nonprofit`.
    segment: &'static str,
    country: String,
    is_purchasable: bool,
    is_renewable: bool,
    renewal_instructions: Vec<&'static str>,
    /// Empty for perpetual software.
    terms: Vec<TermDto>,
    product: ProductDto,
    sku: SkuDto,
    links: SelfLinks,
    attributes: Attributes,
}

/// A currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Currency)]
pub struct CurrencyDto {
    /// ISO 4217.
    code: String,
    symbol: String,
}

/// How long a SKU may be used and how it is paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Term)]
pub struct TermDto {
    id: String,
    /// ISO 8601, as `P1Y`.
    duration: &'static str,
    description: String,
    /// `OneTime`, `Annual`, `Monthly` or `None`.
    billing_cycle: String,
    renewal_options: Vec<RenewalOption>,
    cancellation_policies: Vec<CancellationPolicy>,
}

/// For how long it can be renewed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenewalOption {
    term_duration: &'static str,
    description: String,
}

/// What a cancellation gives back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancellationPolicy {
    refund_options: Vec<RefundOption>,
}

/// How much is given back until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CatalogRefundOption)]
pub struct RefundOption {
    sequence_id: u32,
    /// `Full` or `Partial`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// ISO 8601, as `P60D`.
    expires_after: String,
}

impl AvailabilityDto {
    /// The availability of a shelf's SKU, in this language.
    pub fn of(shelf: &Shelf, sku: &Sku, one: &Availability, paths: &Paths, lang: Lang) -> Self {
        let item = one.item;
        let id = item.availability.to_string();
        let is_term = one.term != Term::Perpetual;
        let address = paths.at(&[item.product.as_str(), "skus", item.sku.as_str(), "availabilities", &id]);
        Self {
            product_id: item.product.to_string(),
            sku_id: item.sku.to_string(),
            catalog_item_id: item.to_string(),
            default_currency: CurrencyDto {
                code: one.currency.code().to_owned(),
                symbol: format::currency_symbol(lang, one.currency),
            },
            segment: one.segment.as_text(),
            country: shelf.country.code().to_owned(),
            is_purchasable: one.is_purchasable,
            // What is no longer sold cannot renew itself either.
            is_renewable: is_term && one.is_purchasable,
            renewal_instructions: Vec::new(),
            terms: if is_term { vec![term(one, &shelf.policy, lang)] } else { Vec::new() },
            product: ProductDto::of(&shelf.product, paths, lang),
            sku: SkuDto::of(shelf, sku, paths),
            links: SelfLinks::at(address),
            attributes: Attributes::of("Availability"),
            id,
        }
    }
}

fn term(one: &Availability, policy: &PolicyTerms, lang: Lang) -> TermDto {
    let name = text(lang, term_name(one.term)).into_owned();
    TermDto {
        id: format!("t{}", one.term.as_text().trim_start_matches('P').to_ascii_lowercase()),
        duration: one.term.as_text(),
        renewal_options: vec![RenewalOption {
            term_duration: one.term.as_text(),
            description: text_with(lang, "catalog-renew", &Args::new().set("term", &name)),
        }],
        description: name,
        billing_cycle: one.billing_plan.clone(),
        cancellation_policies: vec![CancellationPolicy { refund_options: refund_options(policy) }],
    }
}

const fn term_name(term: Term) -> &'static str {
    match term {
        Term::Perpetual => "buy-term-perpetual",
        Term::OneMonth => "buy-term-month",
        Term::OneYear => "buy-term-year",
        Term::ThreeYears => "buy-term-3-years",
        Term::FiveYears => "buy-term-5-years",
    }
}

fn refund_options(policy: &PolicyTerms) -> Vec<RefundOption> {
    let option = |sequence_id, kind, expires_after| RefundOption { sequence_id, kind, expires_after };
    match policy.refund {
        RefundRule::Full => vec![option(0, "Full", format!("P{}D", policy.window_days))],
        RefundRule::FullThenProRata { full_hours, total_days } => {
            let full = if full_hours % 24 == 0 { format!("P{}D", full_hours / 24) } else { format!("PT{full_hours}H") };
            vec![option(0, "Full", full), option(1, "Partial", format!("P{total_days}D"))]
        }
    }
}
