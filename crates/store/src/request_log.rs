//! The log of calls of the REST interface (contract 60, M-01 and M-02): who called what, without bodies or queries.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable};
use perpetua_domain::id::{AppId, PersonId, RowId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{api_request, app_registration};
use crate::values::{Id, Page, Utc};

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = api_request)]
pub struct ApiRequestRow {
    /// Its id.
    pub id: Id<RowId>,
    /// Whose program or person called.
    pub partner_id: Id<TenantId>,
    /// The program.
    pub app_id: Option<Id<AppId>>,
    /// The person; `None` for a program alone.
    pub person_id: Option<Id<PersonId>>,
    /// The person's address; empty for a program alone.
    pub person_name: String,
    /// When, in real time.
    pub at: Utc,
    /// Method and pattern of the path, such as `GET /v1/customers/{c}`.
    pub operation: String,
    /// The status of the answer.
    pub status: i64,
    /// The caller's network address.
    pub network: String,
    /// What the caller named the request.
    pub request_id: String,
    /// What joins it with other calls.
    pub correlation_id: String,
    /// Whether the person had proved themselves twice.
    pub is_mfa: bool,
}

/// Calls of one program on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The day, in days since 1970 in UTC.
    pub day: i64,
    /// The program.
    pub app: AppId,
    /// Its name.
    pub name: String,
    /// All calls.
    pub total: i64,
    /// Those of people who had proved themselves twice.
    pub compliant: i64,
}

/// A call's place in the list.
pub type Key = (Utc, Id<RowId>);

/// Adds calls, at most 1,000.
pub fn insert(conn: &mut Conn, rows: &[ApiRequestRow]) -> Result<(), StoreError> {
    if !rows.is_empty() {
        crate::insert_many!(conn, api_request::table, rows);
    }
    Ok(())
}

/// Calls of a partner, newest first.
pub fn list(conn: &mut Conn, partner: TenantId, page: &Page<Key>) -> Result<Vec<ApiRequestRow>, StoreError> {
    let mut query = api_request::table
        .filter(api_request::partner_id.eq(Id(partner)))
        .order((api_request::at.desc(), api_request::id.desc()))
        .limit(page.limit)
        .select(ApiRequestRow::as_select())
        .into_boxed();
    if let Some((at, id)) = page.after {
        let same = api_request::at.eq(at).and(api_request::id.lt(id));
        query = query.filter(api_request::at.lt(at).or(same));
    }
    Ok(query.load(conn)?)
}

/// Calls per program and day, the newest day first. Two queries.
pub fn adoption(conn: &mut Conn, partner: TenantId, since: Utc) -> Result<Vec<Adoption>, StoreError> {
    // Days are no column, so that all of the grouping is written out. Sums of BIGINT are NUMERIC on PostgreSQL,
    // hence the cast.
    let day = sql::<BigInt>("at / 86400000000");
    let app = sql::<Nullable<Binary>>("app_id");
    let compliant = sql::<BigInt>("CAST(SUM(CASE WHEN is_mfa THEN 1 ELSE 0 END) AS BIGINT)");
    let found: Vec<(i64, Option<Id<AppId>>, i64, i64)> = api_request::table
        .filter(api_request::partner_id.eq(Id(partner)))
        .filter(api_request::at.ge(since))
        .filter(api_request::app_id.is_not_null())
        .group_by(sql::<BigInt>("at / 86400000000, app_id"))
        .order(sql::<BigInt>("1 DESC, 2"))
        .select((day, app, count_star(), compliant))
        .load(conn)?;
    let mut ids: Vec<Id<AppId>> = found.iter().filter_map(|(_, app, ..)| *app).collect();
    ids.sort_unstable();
    ids.dedup();
    let names: Vec<(Id<AppId>, String)> = app_registration::table
        .filter(app_registration::id.eq_any(ids))
        .select((app_registration::id, app_registration::name))
        .load(conn)?;
    let name = |app| names.iter().find(|(id, _)| *id == app).map(|(_, name)| name.clone()).unwrap_or_default();
    let adoption = |(day, app, total, compliant): (i64, Option<Id<AppId>>, i64, i64)| {
        app.map(|app| Adoption { day, app: app.0, name: name(app), total, compliant })
    };
    Ok(found.into_iter().filter_map(adoption).collect())
}
