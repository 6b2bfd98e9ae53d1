//! The Software page of a customer and the page of one purchase (M14, M15), the same for partner, customer
//! and operator: who may do what on them is asked per purchase, and keys are never part of them.

mod export;
mod facts;
mod list;
mod media;
mod page;
mod verify;

pub use export::export;
pub(crate) use export::harmless;
pub use facts::{PurchaseFacts, PurchaseState, Window};
pub use list::{PAGE_ROWS, Place, Question, Software, Sort, Total, list};
pub use media::MediumView;
pub(crate) use media::entitled;
pub use page::{MediaPart, PurchasePage, page};
pub use verify::public_key;

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{OrderLineId, TenantId};
use perpetua_store::Conn;
use perpetua_store::software::{self, Purchase};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::problem::Problem;

/// The purchase, if the caller may do this with it.
///
/// # Errors
///
/// `not_found` outside the caller's scope (I6), `missing_role`, `relationship_ended`.
pub(crate) fn find(
    conn: &mut Conn,
    caller: &Caller,
    line: OrderLineId,
    permission: Permission,
) -> Result<Purchase, Problem> {
    let purchase = software::find(conn, line)?.ok_or_else(Problem::not_found)?;
    authorize::require(conn, caller, permission, owner(&purchase))?;
    Ok(purchase)
}

/// Whose purchase it is.
pub(crate) const fn owner(purchase: &Purchase) -> Owner {
    Owner::Purchase { partner: purchase.0.partner_id.0, customer: purchase.0.customer_id.0 }
}

/// The tenants that may see a refused attempt on this purchase: those of the purchase when the caller is one
/// of them, otherwise only the operator, so that nobody learns who guessed whose id.
pub(crate) fn parties(conn: &mut Conn, caller: &Caller, line: OrderLineId) -> Option<(TenantId, TenantId)> {
    let (row, ..) = software::find(conn, line).ok()??;
    let (partner, customer) = (row.partner_id.0, row.customer_id.0);
    let is_party = match caller.kind {
        TenantKind::Operator => true,
        TenantKind::Partner => caller.tenant == partner,
        TenantKind::Customer => caller.tenant == customer,
    };
    is_party.then_some((partner, customer))
}
