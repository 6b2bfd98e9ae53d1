//! Whether a session may serve bytes at this moment: asked when it is opened and again while it runs (I4).

use jiff::Timestamp;
use perpetua_domain::access::{Decision, Permission, Relation, TenantKind, decide};
use perpetua_domain::link::{DownloadFacts, DownloadRefusal, decide_download_session};
use perpetua_domain::order::LineState;
use perpetua_store::downloads::SessionRow;
use perpetua_store::media::{self, MediaRow};
use perpetua_store::{Conn, StoreError, downloads, people, relationships, subscriptions, tenants};

use crate::problem::{Kind, Param, Problem};

/// A session that may serve.
pub(super) struct Live {
    pub(super) row: SessionRow,
    pub(super) medium: MediaRow,
    /// Bytes that it may still be granted.
    pub(super) bytes_left: u64,
}

/// The session with this token.
///
/// # Errors
///
/// `not_found` for a token that was never given out; `download_expired`, `download_revoked`,
/// `purchase_cancelled`, `subscription_suspended`, `relationship_ended`, `serving_suspended`,
/// `download_used_up`.
pub(super) fn live(conn: &mut Conn, token_hash: &[u8], real_now: Timestamp) -> Result<Live, Problem> {
    let row = downloads::session(conn, token_hash)?.ok_or_else(Problem::not_found)?;
    let medium = media::find(conn, row.download.media_id.0)?.ok_or_else(Problem::not_found)?;
    let standing = standing(conn, &row, real_now)?;
    let facts = DownloadFacts {
        opened_at: row.download.created_at.timestamp(),
        size_bytes: u64::try_from(medium.size).map_err(Problem::internal)?,
        served_bytes: u64::try_from(row.download.bytes_served).map_err(Problem::internal)?,
        is_revoked: standing == Standing::Withdrawn,
        is_purchase_cancelled: row.line_state.0 == LineState::Cancelled,
        is_suspended: standing == Standing::Suspended,
        is_subscription_suspended: subscriptions::is_suspended(conn, row.download.line_id.0)?,
        is_relationship_ended: standing == Standing::RelationshipEnded,
    };
    let bytes_left = decide_download_session(&facts, real_now).map_err(refused)?;
    Ok(Live { row, medium, bytes_left })
}

#[derive(PartialEq, Eq)]
enum Standing {
    Good,
    Withdrawn,
    RelationshipEnded,
    Suspended,
}

/// What has become of the link or person that opened the session.
fn standing(conn: &mut Conn, row: &SessionRow, real_now: Timestamp) -> Result<Standing, StoreError> {
    match (&row.link_state, row.maker_tenant_id, row.download.person_id, row.download.tenant_id) {
        (Some(state), Some(maker), ..) => {
            if state == "revoked" {
                return Ok(Standing::Withdrawn);
            }
            if tenants::any_suspended(conn, &[maker, row.customer_id])? {
                return Ok(Standing::Suspended);
            }
            // A link of the customer itself does not hang on any partner.
            if maker == row.partner_id { related(conn, row) } else { Ok(Standing::Good) }
        }
        (_, _, Some(person), Some(tenant)) => {
            if tenants::any_suspended(conn, &[tenant, row.customer_id])? {
                return Ok(Standing::Suspended);
            }
            let is_active = people::find(conn, person.0)?.is_some_and(|person| person.state == "active");
            let memberships = people::memberships(conn, person.0, real_now.into())?;
            let membership = memberships.into_iter().find(|membership| membership.tenant == tenant.0);
            let Some(membership) = membership.filter(|_| is_active) else { return Ok(Standing::Withdrawn) };
            let relation = match membership.kind {
                TenantKind::Partner if related(conn, row)? != Standing::Good => {
                    return Ok(Standing::RelationshipEnded);
                }
                TenantKind::Partner => Relation::ActivePartnerOf,
                TenantKind::Customer => Relation::Own,
                TenantKind::Operator => Relation::OperatorOver,
            };
            let decision = decide(&membership.roles, membership.kind, relation, Permission::MediaDownload);
            Ok(if decision == Decision::Allowed { Standing::Good } else { Standing::Withdrawn })
        }
        _ => Ok(Standing::Withdrawn),
    }
}

fn related(conn: &mut Conn, row: &SessionRow) -> Result<Standing, StoreError> {
    let related = relationships::find(conn, row.partner_id.0, row.customer_id.0)?;
    Ok(if related.is_some_and(|related| related.active) { Standing::Good } else { Standing::RelationshipEnded })
}

pub(super) fn refused(refusal: DownloadRefusal) -> Problem {
    match refusal {
        DownloadRefusal::Expired { at } => Problem::conflict("download_expired").with("at", Param::Instant(at)),
        DownloadRefusal::Revoked => Problem::conflict("download_revoked"),
        DownloadRefusal::PurchaseCancelled => Problem::conflict("purchase_cancelled"),
        DownloadRefusal::SubscriptionSuspended => Problem::conflict("subscription_suspended"),
        DownloadRefusal::RelationshipEnded => Problem::new(Kind::Forbidden, "relationship_ended"),
        DownloadRefusal::Suspended => Problem::new(Kind::Forbidden, "serving_suspended"),
        DownloadRefusal::BytesUsedUp => Problem::conflict("download_used_up"),
    }
}
