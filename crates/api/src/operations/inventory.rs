//! Inventory and promotions (contract 20, P-13 to P-15). There are no promotions, and keys never run out.

use perpetua_app::shelf::{self, Restriction, Stock, StockOf, WANTED_MAX};
use perpetua_domain::access::Permission as P;
use perpetua_domain::catalog::{CatalogItemId, ProductId, SkuId};
use perpetua_domain::id::TenantId;
use perpetua_i18n::{Lang, text};
use serde::Serialize;
use utoipa::ToSchema;

use super::catalog::{country, segment};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;
use crate::wire::page::Collection;

const CHECK: &str = r#"{"targetItems":[{"productId":"OPS000000001","skuId":"0001"}],
"inventoryContext":{"customerId":"0b1c0000-0000-4000-8000-00000000000a"}}"#;
const ELIGIBILITY: &str = r#"{"items":[{"id":0,"catalogItemId":"OPS000000001:0001:OPSAVL000001","quantity":5,
"billingCycle":"annual","termDuration":"P1Y","promotionId":"39NFJQT1X3P3"}]}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::post("P-13", "/v1/extensions/product/checkinventory", handler!(check), CHECK)
            .says("Whether products can be sold in a country, and to a customer when one is named")
            .own(P::CatalogView)
            .demands("country", "Two letters; the country in which it is sold")
            .unclaimed()
            .answers::<Vec<InventoryItem>>(200),
        Operation::get("P-14", "/v1/productpromotions", handler!(promotions))
            .says("Promotions of a country; there are none")
            .own(P::CatalogView)
            .demands("country", "Two letters")
            .asks("segment", "commercial, education, government or nonprofit")
            .answers::<Collection<Promotion>>(200),
        Operation::get("P-14-one", "/v1/productpromotions/{promotion}", handler!(promotion))
            .says("One promotion; there are none, so it is never found")
            .own(P::CatalogView)
            .demands("country", "Two letters")
            .answers::<Promotion>(200),
        Operation::post("P-15", "/v1/customers/{c}/promotionEligibilities", handler!(eligibilities), ELIGIBILITY)
            .says("Which promotions would hold for items; none does, and each answer says why")
            .over_customer(P::CatalogView)
            .unclaimed()
            .answers::<Collection<EligibilityItem>>(200),
    ]
}

/// Whether a SKU can be sold.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InventoryItem {
    product_id: String,
    sku_id: String,
    is_restricted: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    restrictions: Vec<InventoryRestriction>,
}

/// Why a SKU cannot be sold.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InventoryRestriction {
    /// `NotAvailableForCustomer` or `OutOfInventory`.
    reason_code: &'static str,
    description: String,
    properties: RestrictionProperties,
}

/// What the restriction concerns.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestrictionProperties {
    /// `Country` or `Sku`.
    #[serde(rename = "type")]
    kind: &'static str,
    values: String,
}

async fn check(call: Call) -> Result<Answer, Fault> {
    let country = country(&call)?;
    let body = call.json()?;
    let body = body.fields()?;
    let items = body.array("targetItems", WANTED_MAX)?.unwrap_or_default();
    if items.is_empty() {
        return Err(Fault::of(codes::INVALID_CATALOG_INPUT).with_field("targetItems", Reason::Missing));
    }
    let mut wanted = Vec::with_capacity(items.len());
    for item in &items {
        wanted.extend(wanted_item(item)?);
    }
    let context = body.object("inventoryContext")?;
    let customer = context.map(|context| context.text("customerId")).transpose()?.flatten();
    let customer = customer.filter(|id| !id.is_empty()).map(str::parse::<TenantId>).transpose();
    let customer = customer.map_err(|_| Fault::of(codes::CUSTOMER_ID_INVALID))?;
    let stock = shelf::stock(call.app(), &call.caller, country, customer, wanted).await.about(Family::Customer)?;
    let lang = call.lang();
    Answer::ok(stock.into_iter().map(|one| inventory_item(one, country.code(), lang)).collect::<Vec<_>>())
}

/// The item, or nothing for an id that no product has.
fn wanted_item(item: &Fields<'_>) -> Result<Option<StockOf>, Fault> {
    let product = item.text("productId")?.unwrap_or_default().to_ascii_uppercase();
    let sku = item.text("skuId")?.filter(|sku| !sku.is_empty());
    let Some(product) = ProductId::parse(&product) else { return Ok(None) };
    Ok(match sku {
        None => Some(StockOf { product, sku: None }),
        Some(sku) => SkuId::parse(&sku.to_ascii_uppercase()).map(|sku| StockOf { product, sku: Some(sku) }),
    })
}

fn inventory_item(stock: Stock, country: &str, lang: Lang) -> InventoryItem {
    let (product_id, sku_id) = (stock.product.to_string(), stock.sku.to_string());
    let restriction = |reason_code, message, kind, values| InventoryRestriction {
        reason_code,
        description: text(lang, message).into_owned(),
        properties: RestrictionProperties { kind, values },
    };
    let restrictions = match stock.restriction {
        None => Vec::new(),
        Some(Restriction::NotForCustomer) => {
            vec![restriction("NotAvailableForCustomer", "catalog-restricted-customer", "Country", country.to_owned())]
        }
        Some(Restriction::NothingLeft) => {
            vec![restriction("OutOfInventory", "catalog-restricted-inventory", "Sku", sku_id.clone())]
        }
    };
    InventoryItem { product_id, sku_id, is_restricted: stock.restriction.is_some(), restrictions }
}

/// A promotion.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Promotion {
    id: String,
    name: String,
    description: String,
    start_date: String,
    end_date: String,
    attributes: Attributes,
}

async fn promotions(call: Call) -> Result<Answer, Fault> {
    country(&call)?;
    segment(&call, "segment")?;
    Answer::ok(Collection::<Promotion>::whole(Vec::new(), &call.address()))
}

async fn promotion(call: Call) -> Result<Answer, Fault> {
    country(&call)?;
    Err(Fault::not_found())
}

/// Which promotions hold for an item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EligibilityItem {
    id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog_item_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_cycle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    term_duration: Option<String>,
    eligibilities: Vec<Eligibility>,
}

/// Whether a promotion holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Eligibility {
    #[serde(skip_serializing_if = "Option::is_none")]
    promotion_id: Option<String>,
    is_eligible: bool,
    errors: Vec<EligibilityError>,
}

/// Why it does not.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityError {
    /// `InvalidCatalogItemId`, `InvalidPromotion` or `NoPromotionsAvailable`.
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
}

async fn eligibilities(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let items = body.fields()?.array("items", WANTED_MAX)?.unwrap_or_default();
    if items.is_empty() {
        return Err(Fault::invalid_property("items", Reason::Missing));
    }
    let items = items.iter().map(|item| eligibility(item, call.lang())).collect::<Result<Vec<_>, _>>()?;
    Answer::ok(Collection::whole(items, &call.address()))
}

fn eligibility(item: &Fields<'_>, lang: Lang) -> Result<EligibilityItem, Fault> {
    let word = |name| item.optional_text(name, 100).map(|text| text.map(str::to_owned));
    let catalog_item_id = word("catalogItemId")?;
    let promotion_id = word("promotionId")?;
    let is_item = catalog_item_id.as_deref().is_some_and(|id| CatalogItemId::parse(id).is_some());
    let (kind, message) = match (is_item, &promotion_id) {
        (false, _) => ("InvalidCatalogItemId", "catalog-item-unknown"),
        (true, Some(_)) => ("InvalidPromotion", "catalog-promotion-unknown"),
        (true, None) => ("NoPromotionsAvailable", "catalog-promotion-none"),
    };
    let error = EligibilityError { kind, description: text(lang, message).into_owned() };
    Ok(EligibilityItem {
        id: item.int("id")?.unwrap_or(0),
        quantity: item.int("quantity")?,
        billing_cycle: word("billingCycle")?,
        term_duration: word("termDuration")?,
        eligibilities: vec![Eligibility { promotion_id, is_eligible: false, errors: vec![error] }],
        catalog_item_id,
    })
}
