//! What a customer holds: entitlements, keys and downloads (contract 40, E-01 to E-03).
//!
//! Keys and downloads are ours alone: the vendor's interface never had them. They obey the rights, audit and
//! policy of the portal, because they are the same use cases.

use perpetua_app::orders::{self, ListOrders, OrderLineView, OrderView};
use perpetua_app::software::{self, MediaPart};
use perpetua_app::{downloads, keys};
use perpetua_domain::access::Permission as P;
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::media::{Bit, MediaLanguage, Selection};
use perpetua_domain::order::{LineState, OrderState};
use serde::Serialize;
use utoipa::ToSchema;

use super::orders::{alternate_id, find, line_of, wire_id};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::{Address, Attributes, Link, SelfLinks};
use crate::wire::page::Collection;

/// Orders that are looked at.
const ORDERS_MAX: i64 = 1_000;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let key = "/v1/customers/{c}/artifacts/softwarekey/orders/{o}/lineitems/{n}";
    let download = "/v1/customers/{c}/artifacts/softwaredownload/orders/{o}/lineitems/{n}";
    vec![
        Operation::get("E-01", "/v1/customers/{c}/entitlements", handler!(list))
            .says("What the customer may use, with where its keys and media are")
            .over_customer(P::SoftwareView)
            .asks("entitlementType", "software, or nothing for all")
            .asks("showExpiry", "true adds when terms end")
            .asks("includeCancelled", "true adds cancelled lines with quantity 0")
            .answers::<Collection<Entitlement>>(200),
        Operation::get("E-02", key, handler!(product_key))
            .says("The product key of a line; each reading is recorded")
            .over_customer(P::KeyReveal)
            .answers::<SoftwareKeyArtifact>(200),
        Operation::get("E-03", download, handler!(media))
            .says("Addresses from which the media of a line are downloaded, for one choice; each is recorded")
            .over_customer(P::MediaDownload)
            .asks("version", "A version's label; the newest unless chosen")
            .asks("language", "A language tag; the caller's unless chosen")
            .asks("architecture", "x64, x86 or arm64; x64 unless chosen")
            .answers::<SoftwareDownloadArtifact>(200),
    ]
}

/// Something that a customer may use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entitlement {
    /// What comes along, such as older versions; the version choice of the line covers them here.
    #[schema(no_recursion)]
    included_entitlements: Vec<Entitlement>,
    reference_order: ReferenceOrder,
    product_id: String,
    sku_id: String,
    quantity: i64,
    quantity_details: Vec<QuantityDetail>,
    entitled_artifacts: Vec<Artifact>,
    entitlement_type: &'static str,
    fulfillment_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_date: Option<String>,
    attributes: Attributes,
}

/// The order line behind it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceOrder {
    id: String,
    line_item_id: String,
    alternate_id: String,
}

/// Units and how far they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuantityDetail {
    quantity: i64,
    status: &'static str,
}

/// Where a key or media are found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    artifact_type: &'static str,
    dynamic_attributes: ArtifactState,
    links: SelfLinks,
    attributes: Attributes,
}

/// Whether it is there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactState {
    state: &'static str,
}

/// E-02.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoftwareKeyArtifact {
    items: Vec<SoftwareKey>,
    reference_order: ReferenceOrder,
    product_id: String,
    sku_id: String,
    attributes: Attributes,
}

/// One key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoftwareKey {
    serial_number: u32,
    product_key: String,
    key_type: &'static str,
    activation_limit: i64,
    activations_used: i64,
    state: &'static str,
}

/// E-03.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoftwareDownloadArtifact {
    items: Vec<SoftwareDownload>,
    reference_order: ReferenceOrder,
    product_id: String,
    sku_id: String,
    attributes: Attributes,
}

/// One file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoftwareDownload {
    file_name: String,
    language: String,
    architecture: &'static str,
    version: String,
    size: u64,
    sha256: String,
    signature: String,
    link: Link,
    expires_at: String,
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let shows_expiry = call.query.bool("showExpiry")?.unwrap_or(false);
    let with_cancelled = call.query.bool("includeCancelled")?.unwrap_or(false);
    let kind = call.query.text("entitlementType")?.unwrap_or("software");
    let wanted = ListOrders::page(Some(call.customer()?), "", "", ORDERS_MAX).about(Family::Order)?;
    let views = orders::list_with_lines(call.app(), &call.caller, wanted).await.about(Family::Order)?;
    let all = views
        .iter()
        .filter(|view| view.order.state != OrderState::Pending)
        .flat_map(|view| view.lines.iter().map(move |line| (view, line)))
        .filter(|(_, line)| with_cancelled || line.state != LineState::Cancelled)
        .filter(|_| kind.eq_ignore_ascii_case("software"))
        .map(|(view, line)| entitlement(view, line, shows_expiry))
        .collect();
    Answer::ok(Collection::<Entitlement>::whole(all, &call.address()))
}

async fn product_key(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?;
    require_fulfilled(&view, line)?;
    let key = keys::reveal(call.app(), &call.caller, line.id).await.about(Family::Provisioning)?;
    let (product_id, sku_id) = ids_of(line);
    Answer::ok(SoftwareKeyArtifact {
        items: vec![SoftwareKey {
            serial_number: 1,
            product_key: key.expose_grouped().to_string(),
            key_type: "MAK",
            activation_limit: key.activations_limit,
            activations_used: key.activations_used,
            state: "active",
        }],
        reference_order: reference(&view, line),
        product_id,
        sku_id,
        attributes: Attributes::of("SoftwareKeyArtifact"),
    })
}

async fn media(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?;
    require_fulfilled(&view, line)?;
    let page =
        software::page(call.app(), &call.caller, line.id, selection(&call)?).await.about(Family::Provisioning)?;
    let MediaPart::Offered { media, .. } = page.media else { return Err(Fault::of(codes::ROLE_MISSING)) };
    let mut items = Vec::with_capacity(media.len());
    for medium in media {
        let started =
            downloads::start(call.app(), &call.caller, line.id, medium.id).await.about(Family::Provisioning)?;
        let uri = format!("{}{}", call.app().settings.public_url, started.path());
        items.push(SoftwareDownload {
            file_name: started.medium.file_name,
            language: started.medium.language,
            architecture: started.medium.bit.as_text(),
            version: started.medium.version,
            size: started.medium.size,
            sha256: started.medium.sha256,
            signature: started.medium.signature,
            link: Link::get(uri),
            expires_at: date::write(started.expires_at),
        });
    }
    let (product_id, sku_id) = ids_of(line);
    Answer::ok(SoftwareDownloadArtifact {
        items,
        reference_order: reference(&view, line),
        product_id,
        sku_id,
        attributes: Attributes::of("SoftwareDownloadArtifact"),
    })
}

/// The choice of media that the query names.
pub(super) fn selection(call: &Call) -> Result<Selection, Fault> {
    let wrong = |name: &'static str| move || Fault::invalid_property(name, Reason::Form);
    let language = match call.query.text("language")? {
        Some(tag) => Some(MediaLanguage::parse(tag).ok_or_else(wrong("language"))?),
        None => None,
    };
    let bit = match call.query.text("architecture")? {
        Some(word) => Some(Bit::parse(word).ok_or_else(wrong("architecture"))?),
        None => None,
    };
    Ok(Selection { version: call.query.text("version")?.map(str::to_owned), language, bit })
}

fn require_fulfilled(view: &OrderView, line: &OrderLineView) -> Result<(), Fault> {
    match (view.order.state, line.state) {
        (OrderState::Pending, _) => Err(Fault::of(codes::PROVISIONING_NOT_FOUND)),
        (_, LineState::Cancelled) => Err(Fault::of(codes::ACTION_NOT_SUPPORTED)),
        _ => Ok(()),
    }
}

fn entitlement(view: &OrderView, line: &OrderLineView, shows_expiry: bool) -> Entitlement {
    let left = line.quantity - line.cancelled;
    let status = if line.state == LineState::Cancelled { "Unfulfilled" } else { "Fulfilled" };
    let (product_id, sku_id) = ids_of(line);
    let artifact = |kind: &'static str| {
        let (customer, order, number) =
            (view.order.customer.to_string(), wire_id(view.order.id), line.line.to_string());
        let address = ["customers", &customer, "artifacts", kind, "orders", &order, "lineitems", &number];
        Artifact {
            artifact_type: kind,
            dynamic_attributes: ArtifactState { state: "available" },
            links: SelfLinks::at(Address::of(address)),
            attributes: Attributes::of("Artifact"),
        }
    };
    let is_there = line.state != LineState::Cancelled;
    Entitlement {
        included_entitlements: Vec::new(),
        reference_order: reference(view, line),
        product_id,
        sku_id,
        quantity: left,
        quantity_details: vec![QuantityDetail { quantity: left, status }],
        entitled_artifacts: if is_there {
            vec![artifact("softwarekey"), artifact("softwaredownload")]
        } else {
            Vec::new()
        },
        entitlement_type: "software",
        fulfillment_state: status,
        expiry_date: line
            .term_ends_at
            .filter(|_| shows_expiry && line.kind == OfferKind::Subscription)
            .map(date::write),
        attributes: Attributes::of("Entitlement"),
    }
}

fn reference(view: &OrderView, line: &OrderLineView) -> ReferenceOrder {
    ReferenceOrder {
        id: wire_id(view.order.id),
        line_item_id: line.line.to_string(),
        alternate_id: alternate_id(view.order.id),
    }
}

/// Product and SKU of a line's catalog item.
fn ids_of(line: &OrderLineView) -> (String, String) {
    let mut parts = line.item.split(':').map(str::to_owned);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
