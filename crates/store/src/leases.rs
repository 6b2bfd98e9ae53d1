//! Leases: of all nodes, one at a time holds the right to a piece of background work.
//!
//! A lease is a row that its writers update guarded. It says who should work, so that nodes do not
//! work against each other; what must happen once is guarded where it happens, since a holder may
//! stall past its lease.

use diesel::prelude::*;
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::lease;
use crate::values::{Id, Utc};

/// Takes or keeps the lease for `holder` until `until`. Answers whether `holder` has it now: no,
/// while another one holds it and its time has not run out at `now` (real time).
pub fn take(conn: &mut Conn, name: &str, holder: Uuid, now: Utc, until: Utc) -> Result<bool, StoreError> {
    let free = lease::holder.eq(Id(holder)).or(lease::until.le(now));
    let taken = diesel::update(lease::table.filter(lease::name.eq(name)).filter(free))
        .set((lease::holder.eq(Id(holder)), lease::until.eq(until), lease::version.eq(lease::version + 1)))
        .execute(conn)?;
    if taken == 1 {
        return Ok(true);
    }
    let first = (lease::name.eq(name), lease::holder.eq(Id(holder)), lease::until.eq(until), lease::version.eq(1));
    Ok(crate::insert_many!(conn, lease::table, [first], or ignore) == 1)
}

/// Gives the lease up, so that the next one need not wait for its end.
pub fn release(conn: &mut Conn, name: &str, holder: Uuid) -> Result<(), StoreError> {
    let own = lease::table.filter(lease::name.eq(name)).filter(lease::holder.eq(Id(holder)));
    diesel::delete(own).execute(conn)?;
    Ok(())
}
