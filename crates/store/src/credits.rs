//! Credit notes and their lines. They never change: what was credited stays credited (I4, I8).

use diesel::prelude::*;
use perpetua_domain::id::{CreditNoteId, OrderId, OrderLineId, PersonId, RequestId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{credit_note, credit_note_line, order_line};
use crate::values::{Id, Utc};

/// A credit note; amounts in minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = credit_note)]
pub struct CreditNoteRow {
    /// Its id.
    pub id: Id<CreditNoteId>,
    /// The number that people read, `CN-000045`.
    pub number: String,
    /// The request that it settles.
    pub request_id: Id<RequestId>,
    /// The order whose charge it gives back.
    pub order_id: Id<OrderId>,
    /// Whose account it credits.
    pub partner_id: Id<TenantId>,
    /// For whom the software was bought.
    pub customer_id: Id<TenantId>,
    /// ISO 4217 code.
    pub currency: String,
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
    /// With tax.
    pub total: i64,
    /// The person who cancelled.
    pub created_by: Id<PersonId>,
    /// Business time.
    pub created_at: Utc,
}

/// One line of a credit note.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = credit_note_line)]
pub struct CreditNoteLineRow {
    /// The credit note.
    pub credit_note_id: Id<CreditNoteId>,
    /// The number of the order's line.
    pub line_no: i64,
    /// The order's line.
    pub line_id: Id<OrderLineId>,
    /// Units credited.
    pub quantity: i64,
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
}

/// A line with what the order's line says of the software.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct TitledLine {
    /// The line.
    pub line: CreditNoteLineRow,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// What the partner paid per unit, in 10⁻⁶ currency units.
    pub unit_price: i64,
    /// Hundredths of a percent.
    pub tax_rate_basis_points: i64,
}

/// Adds a credit note with its lines, at most 200.
pub fn insert(conn: &mut Conn, note: &CreditNoteRow, lines: &[CreditNoteLineRow]) -> Result<(), StoreError> {
    diesel::insert_into(credit_note::table).values(note).execute(conn)?;
    crate::insert_many!(conn, credit_note_line::table, lines);
    Ok(())
}

/// A credit note by its id.
pub fn find(conn: &mut Conn, id: CreditNoteId) -> Result<Option<CreditNoteRow>, StoreError> {
    Ok(credit_note::table.find(Id(id)).select(CreditNoteRow::as_select()).first(conn).optional()?)
}

/// The lines of a credit note in the order of the order's lines.
pub fn lines(conn: &mut Conn, note: CreditNoteId) -> Result<Vec<TitledLine>, StoreError> {
    Ok(credit_note_line::table
        .inner_join(order_line::table)
        .filter(credit_note_line::credit_note_id.eq(Id(note)))
        .order(credit_note_line::line_no)
        .select((
            CreditNoteLineRow::as_select(),
            order_line::title,
            order_line::sku_title,
            order_line::unit_price,
            order_line::tax_rate_basis_points,
        ))
        .load(conn)?)
}

/// The credit notes of an order, oldest first.
pub fn of_order(conn: &mut Conn, order: OrderId) -> Result<Vec<CreditNoteRow>, StoreError> {
    let query = credit_note::table
        .filter(credit_note::order_id.eq(Id(order)))
        .order((credit_note::created_at, credit_note::id));
    Ok(query.select(CreditNoteRow::as_select()).load(conn)?)
}
