//! Days on which the desk does not work. There are few: a list is all of them.

use diesel::prelude::*;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::holiday;

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = holiday)]
pub struct HolidayRow {
    /// A civil date of the desk's own zone, as `2026-12-24`.
    pub day: String,
    /// What it is called; may be empty.
    pub name: String,
}

/// Days that there may be.
pub const HOLIDAYS_MAX: i64 = 2_000;

/// All days, or those from a day on, oldest first.
pub fn since(conn: &mut Conn, day: &str) -> Result<Vec<HolidayRow>, StoreError> {
    Ok(holiday::table
        .filter(holiday::day.ge(day))
        .order(holiday::day)
        .limit(HOLIDAYS_MAX)
        .select(HolidayRow::as_select())
        .load(conn)?)
}

/// How many there are.
pub fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(holiday::table.filter(holiday::day.ge("")).count().get_result(conn)?)
}

/// Stores days, at most 400; those that are there get the new name.
pub fn put(conn: &mut Conn, rows: &[HolidayRow]) -> Result<(), StoreError> {
    remove(conn, rows.iter().map(|row| row.day.clone()).collect())?;
    if !rows.is_empty() {
        crate::insert_many!(conn, holiday::table, rows);
    }
    Ok(())
}

/// Removes days; gives how many there were.
pub fn remove(conn: &mut Conn, days: Vec<String>) -> Result<usize, StoreError> {
    Ok(diesel::delete(holiday::table.filter(holiday::day.eq_any(days))).execute(conn)?)
}
