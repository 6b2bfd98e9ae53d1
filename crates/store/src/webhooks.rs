//! Where partners want to hear of events, and their tests of that (contract 60).

use diesel::prelude::*;
use perpetua_domain::id::{PersonId, RowId, TenantId};
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{webhook, webhook_test};
use crate::values::{Id, Utc};

/// A partner's registration.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = webhook)]
pub struct WebhookRow {
    /// The partner.
    pub partner_id: Id<TenantId>,
    /// Names the registration on the wire.
    pub subscriber_id: Id<Uuid>,
    /// Where events are posted.
    pub url: String,
    /// Names of events, with blanks between.
    pub events: String,
    /// Whether the signature stands in its own header in place of `Authorization`.
    pub in_own_header: bool,
    /// When it was last changed.
    pub changed_at: Utc,
    /// By whom.
    pub changed_by: Id<PersonId>,
    /// Guards changes.
    pub version: i64,
}

/// A test that a partner asked for.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = webhook_test)]
pub struct WebhookTestRow {
    /// Its id, the correlation id of the answer.
    pub id: Id<RowId>,
    /// The partner.
    pub partner_id: Id<TenantId>,
    /// Where it went.
    pub url: String,
    /// `new`, `inprogress`, `completed` or `failed`.
    pub state: String,
    /// What the receiver answered, such as `200`.
    pub response_code: String,
    /// Why nothing was answered; never a secret.
    pub response_message: String,
    /// Whether we are to blame.
    pub system_error: bool,
    /// When it was asked for.
    pub created_at: Utc,
    /// When it was answered.
    pub answered_at: Option<Utc>,
}

/// A partner's registration.
pub fn find(conn: &mut Conn, partner: TenantId) -> Result<Option<WebhookRow>, StoreError> {
    Ok(webhook::table.find(Id(partner)).select(WebhookRow::as_select()).first(conn).optional()?)
}

/// Replaces a partner's registration.
pub fn replace(conn: &mut Conn, row: &WebhookRow) -> Result<(), StoreError> {
    diesel::delete(webhook::table.find(row.partner_id)).execute(conn)?;
    diesel::insert_into(webhook::table).values(row).execute(conn)?;
    Ok(())
}

/// Removes a partner's registration; `false` when there is none.
pub fn remove(conn: &mut Conn, partner: TenantId) -> Result<bool, StoreError> {
    Ok(diesel::delete(webhook::table.find(Id(partner))).execute(conn)? > 0)
}

/// Adds a test.
pub fn insert_test(conn: &mut Conn, row: &WebhookTestRow) -> Result<(), StoreError> {
    diesel::insert_into(webhook_test::table).values(row).execute(conn)?;
    Ok(())
}

/// A partner's test.
pub fn find_test(conn: &mut Conn, partner: TenantId, id: RowId) -> Result<Option<WebhookTestRow>, StoreError> {
    let found =
        webhook_test::table.filter(webhook_test::id.eq(Id(id))).filter(webhook_test::partner_id.eq(Id(partner)));
    Ok(found.select(WebhookTestRow::as_select()).first(conn).optional()?)
}

/// How many tests a partner asked for since an instant.
pub fn tests_since(conn: &mut Conn, partner: TenantId, since: Utc) -> Result<i64, StoreError> {
    let recent =
        webhook_test::table.filter(webhook_test::partner_id.eq(Id(partner))).filter(webhook_test::created_at.gt(since));
    Ok(recent.count().get_result(conn)?)
}

/// Writes what became of a test.
pub fn settle_test(
    conn: &mut Conn,
    id: RowId,
    state: &str,
    code: &str,
    message: &str,
    at: Utc,
) -> Result<(), StoreError> {
    let changes = (
        webhook_test::state.eq(state),
        webhook_test::response_code.eq(code),
        webhook_test::response_message.eq(message),
        webhook_test::answered_at.eq(Some(at)),
    );
    diesel::update(webhook_test::table.find(Id(id))).set(changes).execute(conn)?;
    Ok(())
}
