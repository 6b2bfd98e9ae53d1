//! Products, SKUs and availabilities, for a country and for a customer (contract 20, P-01 to P-12).

mod asked;
mod dto;

use perpetua_app::shelf::{self, Availability, Shelf, Sku};
use perpetua_domain::access::Permission as P;
use perpetua_domain::catalog::Segment;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault};
use crate::wire::page::Collection;

use asked::{View, place, view};
pub(super) use asked::{country, segment};
use dto::{AvailabilityDto, Paths, ProductDto, SkuDto};

const COUNTRY: &str = "Two letters; the country in which it is sold";
const VIEW: &str = "Software, SoftwarePerpetual, SoftwareSubscriptions or SoftwareSUSELinux; other views are empty";
const SEGMENT: &str = "commercial, education, government or nonprofit; all when it is missing";

/// The operations.
pub fn rows() -> Vec<Operation> {
    let mut rows = of_country();
    rows.extend(of_customer());
    rows
}

fn of_country() -> Vec<Operation> {
    let rows = vec![
        Operation::get("P-01", "/v1/products", handler!(list_products))
            .says("The products that are sold in a country")
            .demands("targetView", VIEW)
            .asks("targetSegment", SEGMENT)
            .answers::<Collection<ProductDto>>(200),
        Operation::get("P-02", "/v1/products/{p}", handler!(get_product))
            .says("One product as it is sold in a country")
            .answers::<ProductDto>(200),
        Operation::get("P-03", "/v1/products/{p}/skus", handler!(list_skus))
            .says("The SKUs of a product; those that can be bought now come first")
            .asks("targetSegment", SEGMENT)
            .answers::<Collection<SkuDto>>(200),
        Operation::get("P-04", "/v1/products/{p}/skus/{s}", handler!(get_sku))
            .says("One SKU of a product")
            .answers::<SkuDto>(200),
        Operation::get("P-05", "/v1/products/{p}/skus/{s}/availabilities", handler!(list_availabilities))
            .says("As what a SKU is sold: one availability per segment and payment")
            .asks("targetSegment", SEGMENT)
            .answers::<Collection<AvailabilityDto>>(200),
        Operation::get("P-06", "/v1/products/{p}/skus/{s}/availabilities/{a}", handler!(get_availability))
            .says("One availability with its purchase key")
            .answers::<AvailabilityDto>(200),
    ];
    rows.into_iter().map(|row| row.own(P::CatalogView).demands("country", COUNTRY)).collect()
}

fn of_customer() -> Vec<Operation> {
    const BASE: &str = "/v1/customers/{c}/products/{p}/skus/{s}/availabilities";
    let rows = vec![
        Operation::get("P-07", "/v1/customers/{c}/products", handler!(list_products))
            .says("The products that are sold to a customer")
            .demands("targetView", VIEW)
            .asks("targetSegment", "Only the customer's own segment is allowed")
            .answers::<Collection<ProductDto>>(200),
        Operation::get("P-08", "/v1/customers/{c}/products/{p}", handler!(get_product))
            .says("One product as it is sold to a customer")
            .answers::<ProductDto>(200),
        Operation::get("P-09", "/v1/customers/{c}/products/{p}/skus", handler!(list_skus))
            .says("The SKUs of a product that are sold to a customer")
            .asks("targetSegment", "Only the customer's own segment is allowed")
            .answers::<Collection<SkuDto>>(200),
        Operation::get("P-10", "/v1/customers/{c}/products/{p}/skus/{s}", handler!(get_sku))
            .says("One SKU as it is sold to a customer")
            .answers::<SkuDto>(200),
        Operation::get("P-11", BASE, handler!(list_availabilities))
            .says("As what a SKU is sold to a customer")
            .asks("targetSegment", "Only the customer's own segment is allowed")
            .answers::<Collection<AvailabilityDto>>(200),
        Operation::get(
            "P-12",
            "/v1/customers/{c}/products/{p}/skus/{s}/availabilities/{a}",
            handler!(get_availability),
        )
        .says("One availability with its purchase key, for a customer")
        .answers::<AvailabilityDto>(200),
    ];
    rows.into_iter().map(|row| row.over_customer(P::CatalogView)).collect()
}

async fn list_products(call: Call) -> Result<Answer, Fault> {
    let at = place(&call)?;
    let view = view(&call)?;
    let segment = segment(&call, "targetSegment")?;
    let kind = match view {
        View::Software => None,
        View::Kind(kind) => Some(kind),
        View::Empty => return Answer::ok(Collection::<ProductDto>::whole(Vec::new(), &call.address())),
    };
    let found = shelf::products(call.app(), &call.caller, at, segment, kind).await.about(Family::Product)?;
    let paths = Paths::of(&call, at);
    let items = found.iter().map(|product| ProductDto::of(product, &paths, call.lang())).collect();
    let address = paths.list().and_some("targetView", call.query.text("targetView")?);
    Answer::ok(Collection::whole(items, &address.and_some("targetSegment", call.query.text("targetSegment")?)))
}

/// The product of the path with what is below it, and where links lead.
async fn shelf_of(call: &Call, segment: Option<Segment>) -> Result<(Shelf, Paths), Fault> {
    let at = place(call)?;
    let product = call.params.get("p");
    let shelf = shelf::product(call.app(), &call.caller, at, segment, product).await.about(Family::Product)?;
    Ok((shelf, Paths::of(call, at)))
}

fn sku_of<'s>(call: &Call, shelf: &'s Shelf) -> Result<&'s Sku, Fault> {
    let wanted = call.params.get("s");
    let found = shelf.skus.iter().find(|sku| sku.id.as_str().eq_ignore_ascii_case(wanted));
    found.ok_or_else(|| Fault::of(codes::SKU_NOT_FOUND))
}

async fn get_product(call: Call) -> Result<Answer, Fault> {
    let (shelf, paths) = shelf_of(&call, None).await?;
    Answer::ok(ProductDto::of(&shelf.product, &paths, call.lang()))
}

async fn list_skus(call: Call) -> Result<Answer, Fault> {
    let segment = segment(&call, "targetSegment")?;
    let (shelf, paths) = shelf_of(&call, segment).await?;
    let items = shelf.skus.iter().map(|sku| SkuDto::of(&shelf, sku, &paths)).collect();
    let address = paths.skus(shelf.product.id.as_str());
    Answer::ok(Collection::whole(items, &address.and_some("targetSegment", call.query.text("targetSegment")?)))
}

async fn get_sku(call: Call) -> Result<Answer, Fault> {
    let (shelf, paths) = shelf_of(&call, None).await?;
    Answer::ok(SkuDto::of(&shelf, sku_of(&call, &shelf)?, &paths))
}

async fn list_availabilities(call: Call) -> Result<Answer, Fault> {
    let segment = segment(&call, "targetSegment")?;
    let (shelf, paths) = shelf_of(&call, segment).await?;
    let sku = match sku_of(&call, &shelf) {
        Ok(sku) => sku,
        // A segment that the SKU is not sold to is no reason to call the SKU unknown.
        Err(unknown) => return no_availabilities(call, segment, unknown).await,
    };
    let dto = |one: &Availability| AvailabilityDto::of(&shelf, sku, one, &paths, call.lang());
    let items = sku.availabilities.iter().map(dto).collect();
    let address = paths.availabilities(shelf.product.id.as_str(), sku.id.as_str());
    Answer::ok(Collection::whole(items, &address.and_some("targetSegment", call.query.text("targetSegment")?)))
}

/// The answer where a SKU is not on the shelf of the segment: nothing, unless there is no such SKU at all.
async fn no_availabilities(call: Call, segment: Option<Segment>, unknown: Fault) -> Result<Answer, Fault> {
    if segment.is_none() {
        return Err(unknown);
    }
    let (shelf, _) = shelf_of(&call, None).await?;
    sku_of(&call, &shelf)?;
    Answer::ok(Collection::<AvailabilityDto>::whole(Vec::new(), &call.address()))
}

async fn get_availability(call: Call) -> Result<Answer, Fault> {
    let (shelf, paths) = shelf_of(&call, None).await?;
    let sku = sku_of(&call, &shelf)?;
    let wanted = call.params.get("a");
    let found = sku.availabilities.iter().find(|one| one.item.availability.as_str().eq_ignore_ascii_case(wanted));
    let found = found.ok_or_else(|| Fault::of(codes::AVAILABILITY_NOT_FOUND))?;
    Answer::ok(AvailabilityDto::of(&shelf, sku, found, &paths, call.lang()))
}
