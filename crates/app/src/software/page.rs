//! One purchase: its facts, the choice of media, and what this caller may do with it (M15).

use jiff::Timestamp;
use perpetua_domain::access::{Permission, Role};
use perpetua_domain::id::OrderLineId;
use perpetua_domain::media::{Choices, Selection};
use perpetua_store::software::Purchase;
use perpetua_store::{Conn, tenants};

use super::facts::PurchaseFacts;
use super::media::{MediumView, views};
use super::{find, owner};
use crate::authorize;
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// One purchase for one caller.
#[derive(Debug, Clone)]
pub struct PurchasePage {
    /// The purchase.
    pub facts: PurchaseFacts,
    /// The customer's name.
    pub customer_name: String,
    /// The partner's name.
    pub partner_name: String,
    /// Keys and media, or why the caller gets none.
    pub media: MediaPart,
    /// Whether the caller may cancel it, by one click or, after the window, by asking for a refund.
    pub may_cancel: bool,
    /// Whether the caller may ask its partner to cancel it.
    pub may_ask: bool,
    /// Whether the caller may open its order.
    pub may_see_order: bool,
}

/// The part of the page that leads to key and media.
#[derive(Debug, Clone)]
pub enum MediaPart {
    /// Choose and fetch.
    Offered {
        /// The three selects; empty when no media exist.
        choices: Choices,
        /// The files of exactly this choice.
        media: Vec<MediumView>,
        /// Whether the caller may make links.
        may_link: bool,
    },
    /// The purchase is cancelled: no key, no media (I4).
    Cancelled,
    /// A role is missing (M13, M20).
    MissingRole {
        /// The roles of the caller's sort of tenant that would suffice; empty when none does.
        any_of: &'static [Role],
    },
    /// The relationship with the customer has ended.
    RelationshipEnded,
}

/// The page of one purchase.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role` without the right to see software at all.
pub async fn page(
    app: &App,
    caller: &Caller,
    line: OrderLineId,
    selection: Selection,
) -> Result<PurchasePage, Problem> {
    let now = app.clock.now();
    let caller = caller.clone();
    app.store.read(move |conn| load(conn, &caller, line, &selection, now)).await
}

fn load(
    conn: &mut Conn,
    caller: &Caller,
    line: OrderLineId,
    selection: &Selection,
    now: Timestamp,
) -> Result<PurchasePage, Problem> {
    let purchase = find(conn, caller, line, Permission::SoftwareView)?;
    let facts = PurchaseFacts::new(&purchase, now)?;
    let media = media_part(conn, caller, &purchase, &facts, selection, now)?;
    let is_left = !facts.is_cancelled();
    let owner = owner(&purchase);
    Ok(PurchasePage {
        customer_name: name(conn, facts.customer)?,
        partner_name: name(conn, facts.partner)?,
        may_cancel: is_left && authorize::allows(conn, caller, Permission::PurchaseCancel, owner)?,
        may_ask: is_left && authorize::allows(conn, caller, Permission::CancellationAsk, owner)?,
        may_see_order: authorize::allows(conn, caller, Permission::OrderView, owner)?,
        facts,
        media,
    })
}

fn media_part(
    conn: &mut Conn,
    caller: &Caller,
    purchase: &Purchase,
    facts: &PurchaseFacts,
    selection: &Selection,
    now: Timestamp,
) -> Result<MediaPart, Problem> {
    if let Err(problem) = authorize::require(conn, caller, Permission::MediaDownload, owner(purchase)) {
        return match problem.code {
            "missing_role" => Ok(MediaPart::MissingRole { any_of: problem.any_of }),
            "relationship_ended" => Ok(MediaPart::RelationshipEnded),
            _ => Err(problem),
        };
    }
    if facts.is_cancelled() {
        return Ok(MediaPart::Cancelled);
    }
    let (choices, media) = views(conn, purchase, facts, selection, now, caller.origin.lang)?;
    let may_link = authorize::allows(conn, caller, Permission::LinkCreate, owner(purchase))?;
    Ok(MediaPart::Offered { choices, media, may_link })
}

fn name(conn: &mut Conn, tenant: perpetua_domain::id::TenantId) -> Result<String, Problem> {
    Ok(tenants::find(conn, tenant)?.map(|tenant| tenant.name).unwrap_or_default())
}
