//! What a catalog query asks for: country, view and segment, with the codes that the contract names.

use perpetua_app::shelf::Place;
use perpetua_domain::catalog::{OfferKind, Segment};
use perpetua_domain::country::Country;

use crate::call::Call;
use crate::wire::codes;
use crate::wire::fault::{Fault, Reason};
use crate::wire::word::{Words, folded};

/// Which part of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All software.
    Software,
    /// One kind of it.
    Kind(OfferKind),
    /// A part that is known and of which nothing is sold here.
    Empty,
}

/// Views that this server does not sell from; in them there is nothing, and asking is no error.
const EMPTY_VIEWS: [&str; 9] = [
    "softwaresuselinux",
    "azure",
    "azurereservations",
    "azurereservationsvm",
    "azurereservationssql",
    "azurereservationscosmosdb",
    "microsoftazure",
    "onlineservices",
    "marketplacesaas",
];

const SEGMENTS: Words<Segment> = Words(&[
    ("commercial", Some(Segment::Commercial)),
    ("education", Some(Segment::Education)),
    ("government", Some(Segment::Government)),
    ("nonprofit", Some(Segment::Nonprofit)),
]);

fn invalid(name: &str, reason: Reason) -> Fault {
    Fault::of(codes::INVALID_CATALOG_INPUT).with_field(name, reason)
}

/// The customer of the path, or the country of the query.
pub fn place(call: &Call) -> Result<Place, Fault> {
    match call.customer {
        Some(customer) => Ok(Place::Customer(customer)),
        None => country(call).map(Place::Country),
    }
}

/// The country of the query.
///
/// # Errors
///
/// 400/400056 when it is missing or none.
pub fn country(call: &Call) -> Result<Country, Fault> {
    let text = call.query.text("country")?.ok_or_else(|| invalid("country", Reason::Missing))?;
    Country::parse(&text.trim().to_ascii_uppercase()).ok_or_else(|| invalid("country", Reason::Word))
}

/// The view of the query; older clients call it a collection.
pub fn view(call: &Call) -> Result<View, Fault> {
    let text = match call.query.text("targetView")? {
        Some(text) => text,
        None => call.query.text("collectionId")?.ok_or_else(|| invalid("targetView", Reason::Missing))?,
    };
    match folded(text.trim()).as_str() {
        "software" => Ok(View::Software),
        "softwareperpetual" => Ok(View::Kind(OfferKind::Perpetual)),
        "softwaresubscriptions" => Ok(View::Kind(OfferKind::Subscription)),
        other if EMPTY_VIEWS.contains(&other) => Ok(View::Empty),
        _ => Err(Fault::of(codes::VIEW_NOT_ALLOWED)),
    }
}

/// A segment of the query; all when it is missing.
///
/// # Errors
///
/// 400/400056 when it is none.
pub fn segment(call: &Call, name: &str) -> Result<Option<Segment>, Fault> {
    let Some(text) = call.query.text(name)? else { return Ok(None) };
    match SEGMENTS.read(text.trim()) {
        Some(Some(segment)) => Ok(Some(segment)),
        _ => Err(invalid(name, Reason::Word)),
    }
}
