//! How many machines were activated, per day: of one purchase, and of every product and version.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use perpetua_domain::id::OrderLineId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{machine, order_line};
use crate::values::{Id, Utc};

/// Rows that one answer holds.
pub const ROWS_MAX: i64 = 5_000;

/// Days since 1970 (UTC) and how many machines of a purchase were first seen then, oldest day first.
pub fn begun(conn: &mut Conn, line: OrderLineId) -> Result<Vec<(i64, i64)>, StoreError> {
    let day = sql::<BigInt>("first_seen / 86400000000");
    let of_line = machine::table.filter(machine::line_id.eq(Id(line)));
    let counted = of_line.group_by(sql::<BigInt>("first_seen / 86400000000")).order(sql::<BigInt>("1"));
    Ok(counted.select((day, sql::<BigInt>("COUNT(*)"))).limit(ROWS_MAX).load(conn)?)
}

/// Days since 1970 (UTC) and how many machines of a purchase stopped counting then, oldest day first.
pub fn ended(conn: &mut Conn, line: OrderLineId) -> Result<Vec<(i64, i64)>, StoreError> {
    let day = sql::<BigInt>("ended_at / 86400000000");
    let of_line = machine::table
        .filter(machine::line_id.eq(Id(line)))
        .filter(machine::state.eq_any(["returned", "released"]))
        .filter(machine::ended_at.is_not_null());
    let counted = of_line.group_by(sql::<BigInt>("ended_at / 86400000000")).order(sql::<BigInt>("1"));
    Ok(counted.select((day, sql::<BigInt>("COUNT(*)"))).limit(ROWS_MAX).load(conn)?)
}

/// Activations of one day, product and major version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct DayCount {
    /// Days since 1970 (UTC).
    pub day: i64,
    /// The product's title at purchase.
    pub product: String,
    /// The software's version, before the dot.
    pub major: i64,
    /// Machines that were first seen then.
    pub count: i64,
}

/// Activations since an instant per day, product and version, newest day first.
pub fn per_day(conn: &mut Conn, since: Utc) -> Result<Vec<DayCount>, StoreError> {
    let columns = (
        sql::<BigInt>("machine.first_seen / 86400000000"),
        sql::<Text>("order_line.title"),
        sql::<BigInt>("machine.software_major"),
        sql::<BigInt>("COUNT(*)"),
    );
    Ok(machine::table
        .inner_join(order_line::table)
        .filter(machine::first_seen.ge(since))
        .group_by(sql::<BigInt>("machine.first_seen / 86400000000, order_line.title, machine.software_major"))
        .order(sql::<BigInt>("1 DESC, 2, 3"))
        .select(columns)
        .limit(ROWS_MAX)
        .load(conn)?)
}
