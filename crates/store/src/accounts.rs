//! A partner's account: one row with limit and balance, and the ledger that explains the balance.
//!
//! Every amount goes through [`charge`] and [`explain`], or [`post`] for both: the entry is added and
//! the balance moved in the same transaction, so that the balance equals the sum of the entries (I8).

use diesel::prelude::*;
use perpetua_domain::id::{CreditNoteId, LedgerEntryId, OrderId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::prepared;
use crate::schema::{ledger_entry, partner_account};
use crate::tenants::PartnerAccountRow;
use crate::values::{Id, Utc};

/// Why the balance moved.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = ledger_entry)]
pub struct LedgerRow {
    /// Its id.
    pub id: Id<LedgerEntryId>,
    /// Whose account.
    pub partner_id: Id<TenantId>,
    /// Business time.
    pub at: Utc,
    /// `order`, `credit` or `payment`.
    pub kind: String,
    /// The order that was charged or credited.
    pub order_id: Option<Id<OrderId>>,
    /// The credit note.
    pub credit_note_id: Option<Id<CreditNoteId>>,
    /// Minor units; positive increases what is owed.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// Moves the balance and answers with the account as it is then. The row stays taken until the end
/// of the transaction, so all writers of one account follow one another and need no second run.
pub fn charge(conn: &mut Conn, partner: TenantId, amount: i64) -> Result<PartnerAccountRow, StoreError> {
    let moved = diesel::update(partner_account::table.filter(partner_account::partner_id.eq(Id(partner))))
        .set((
            partner_account::balance.eq(partner_account::balance + amount),
            partner_account::version.eq(partner_account::version + 1),
        ))
        .returning(partner_account::all_columns);
    let changed: Option<PartnerAccountRow> = prepared(moved).get_result(conn).optional()?;
    changed.ok_or_else(|| StoreError::Inconsistent {
        table: "partner_account",
        what: format!("partner {partner} has no account"),
    })
}

/// Adds the entry that explains an amount which [`charge`] moved in this transaction.
pub fn explain(conn: &mut Conn, row: &LedgerRow) -> Result<(), StoreError> {
    diesel::insert_into(ledger_entry::table).values(row).execute(conn)?;
    Ok(())
}

/// Moves the balance and adds the entry that explains it.
pub fn post(conn: &mut Conn, row: &LedgerRow) -> Result<PartnerAccountRow, StoreError> {
    let account = charge(conn, row.partner_id.0, row.amount)?;
    explain(conn, row)?;
    Ok(account)
}

/// The entries of an account, newest first, at most `limit`.
pub fn entries(conn: &mut Conn, partner: TenantId, limit: i64) -> Result<Vec<LedgerRow>, StoreError> {
    let query = ledger_entry::table
        .filter(ledger_entry::partner_id.eq(Id(partner)))
        .order((ledger_entry::at.desc(), ledger_entry::id.desc()))
        .limit(limit);
    Ok(query.select(LedgerRow::as_select()).load(conn)?)
}
