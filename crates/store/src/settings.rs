//! Named values that the installation keeps about itself, such as its epoch.

use diesel::prelude::*;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::setting;

/// The value of a setting.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>, StoreError> {
    let query = setting::table.filter(setting::name.eq(name)).select(setting::value);
    Ok(query.first(conn).optional()?)
}

/// Sets a value, whether or not there was one.
pub fn set(conn: &mut Conn, name: &str, value: &str) -> Result<(), StoreError> {
    let change = |conn: &mut Conn| {
        diesel::update(setting::table.filter(setting::name.eq(name)))
            .set((setting::value.eq(value), setting::version.eq(setting::version + 1)))
            .execute(conn)
    };
    if change(conn)? == 1 {
        return Ok(());
    }
    let row = (setting::name.eq(name), setting::value.eq(value), setting::version.eq(1));
    if crate::insert_many!(conn, setting::table, [row], or ignore) == 0 {
        change(conn)?;
    }
    Ok(())
}
