//! What a cancellation does to machines, in the transaction of the cancellation (I4, M29): a revoked key goes onto
//! the revocation list; a lowered limit releases the machines that are too many.

use jiff::Timestamp;
use perpetua_domain::id::{MachineId, ProductKeyId};
use perpetua_domain::release::choose;
use perpetua_license::certificate::KeyId;
use perpetua_license::revocation::{Reason, Tag};
use perpetua_store::machines::{self, MachineRow};
use perpetua_store::revocations::{self, RevocationRow};
use perpetua_store::{Conn, Id, activations as rows, replaced_keys};

use super::apply::{Held, end_machine};
use crate::audit;
use crate::caller::{Ids, Stamp};
use crate::event;
use crate::problem::Problem;

/// Machines that one cancellation releases at most; more are released by cancelling in parts (design §5).
pub const RELEASED_MAX: i64 = 200;

/// Puts a key onto the revocation list, under every id that certificates ever named: everything that it activated
/// stops by its freshness rule.
pub(crate) fn revoke_key(conn: &mut Conn, key: ProductKeyId, reason: Reason, now: Timestamp) -> Result<(), Problem> {
    let mut named: Vec<ProductKeyId> =
        replaced_keys::of_key(conn, key)?.into_iter().map(|row| row.certified_id.0).collect();
    named.push(rows::find(conn, key)?.and_then(|row| row.successor_id).map_or(key, |id| id.0));
    let row = |named: ProductKeyId| RevocationRow {
        tag: Tag::of_key(KeyId(named.uuid().into_bytes())).as_bytes().to_vec(),
        reason: reason.number().into(),
        key_id: Id(key),
        machine_id: None,
        at: now.into(),
        listed_in: 0,
    };
    let rows: Vec<RevocationRow> = named.into_iter().map(row).collect();
    Ok(revocations::insert(conn, &rows)?)
}

/// Lowers the limit of a key to `to` and releases the machines that are too many: those that were chosen, then the
/// ones not seen for longest. Gives the released ones.
///
/// # Errors
///
/// `too_many_machines` when more than [`RELEASED_MAX`] would have to go at once.
pub(crate) fn lower_limit(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    key: ProductKeyId,
    to: u32,
    chosen: &[MachineId],
) -> Result<Vec<MachineId>, Problem> {
    let mut held = Held::take(conn, key, stamp.now)?;
    let needed = held.counts.activation_used - i64::from(to);
    let mut released = Vec::new();
    if needed > RELEASED_MAX {
        return Err(
            Problem::conflict("too_many_machines").with_number("count", u32::try_from(needed).unwrap_or(u32::MAX))
        );
    }
    if needed > 0 {
        let known = candidates(conn, key, needed, chosen)?;
        let facts: Vec<_> = known.iter().map(|row| (row.id.0, row.last_seen.timestamp())).collect();
        released = choose(&facts, chosen, usize::try_from(needed).unwrap_or(0));
        for mut row in known.into_iter().filter(|row| released.contains(&row.id.0)) {
            end_machine(conn, &mut held, &mut row, ("released", Reason::Released), stamp.now)?;
            let entry = held.entry("machine.released", &row, "cancelled");
            audit::record(conn, ids, stamp, &entry)?;
            event::push(conn, ids, stamp, "machine.released", &held.payload(row.id.0, "cancelled"))?;
        }
    }
    held.counts.activation_limit = to.into();
    // Keys whose machines were counted before there were rows of them keep no count above the limit.
    held.counts.activation_used = held.counts.activation_used.min(to.into());
    rows::set_counts(conn, key, held.counts)?;
    Ok(released)
}

/// The chosen machines, and as many of the longest unseen as are needed.
fn candidates(
    conn: &mut Conn,
    key: ProductKeyId,
    needed: i64,
    chosen: &[MachineId],
) -> Result<Vec<MachineRow>, Problem> {
    let mut known = machines::longest_unseen(conn, key, needed)?;
    for id in chosen.iter().take(usize::try_from(RELEASED_MAX).unwrap_or(0)) {
        if known.iter().all(|row| row.id.0 != *id)
            && let Some(row) = machines::find(conn, key, *id)?
            && matches!(row.state.as_str(), "active" | "leaving")
        {
            known.push(row);
        }
    }
    Ok(known)
}
