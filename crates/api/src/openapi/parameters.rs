//! What values the parameters of paths and queries take. A name means the same in every operation, so its
//! schema is found by the name; a name that stands nowhere here is any text.

use perpetua_domain::country::Country;
use utoipa::openapi::schema::SchemaFormat;
use utoipa::openapi::{ObjectBuilder, Type};

/// The schema of a part of a path.
pub fn of_path(name: &str) -> ObjectBuilder {
    match name {
        "c" | "customer" => text().format(Some(SchemaFormat::Custom("uuid".to_owned()))),
        "n" => whole().minimum(Some(0)),
        _ => text().min_length(Some(1)),
    }
}

/// The schema of a parameter of the query; one that must be there is not empty.
pub fn of_query(name: &str, is_required: bool) -> ObjectBuilder {
    match name {
        "type" => words(&["account"]),
        "size" | "offset" | "mpn_id" => whole(),
        "include_price" | "showExpiry" | "includeCancelled" => ObjectBuilder::new().schema_type(Type::Boolean),
        "country" => text().enum_values(Some(countries())),
        "segment" | "targetSegment" => words(&["commercial", "education", "government", "nonprofit"]),
        "seekOperation" => words(&["First", "Next"]),
        "sortDirection" => words(&["Ascending", "Descending"]),
        "architecture" => words(&["x64", "x86", "arm64"]),
        "provider" => words(&["onetime", "marketplace", "all", "office", "azure"]),
        "invoicelineitemtype" => words(&["billinglineitems", "usagelineitems"]),
        "status" => words(&["open", "closed", "attention_needed"]),
        "period" => words(&["current", "previous"]),
        "vettingVersion" => words(&["Current", "LastFinalized"]),
        "timeline" => words(&["current", "future", "history"]),
        "billingType" => words(&["unknown", "monthly", "annual", "none", "one_time"]),
        "relationship_type" => words(&["IsIndirectCloudSolutionProviderOf", "IsIndirectResellerOf"]),
        _ if is_required => text().min_length(Some(1)),
        _ => text(),
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn whole() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer)
}

fn words(words: &[&'static str]) -> ObjectBuilder {
    text().enum_values(Some(words.iter().copied().map(str::to_owned)))
}

fn countries() -> Vec<String> {
    Country::all().map(|country| country.code().to_owned()).collect()
}
