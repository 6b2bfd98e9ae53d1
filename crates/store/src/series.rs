//! Number series of documents that people count: requests, credit notes and invoices.
//!
//! The series' row is the anchor: whoever takes a number holds the row until the transaction ends, so
//! a number is given once, and a transaction that is rolled back leaves no gap.

use diesel::prelude::*;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::number_series;

/// A series of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Support and refund requests.
    Request,
    /// Credit notes.
    CreditNote,
    /// Invoices.
    Invoice,
}

impl Series {
    /// The name of the series' row.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::CreditNote => "credit_note",
            Self::Invoice => "invoice",
        }
    }

    /// A number of the series as people read it.
    fn written(self, number: i64) -> String {
        match self {
            Self::Request => format!("R-{number:06}"),
            Self::CreditNote => format!("CN-{number:06}"),
            Self::Invoice => format!("G{number:09}"),
        }
    }
}

/// Takes the next number of a series, such as `CN-000045`; the first one is 1. A transaction that
/// takes several takes them in the order in which [`Series`] lists them, so that none waits for
/// another in a circle.
pub fn take(conn: &mut Conn, series: Series) -> Result<String, StoreError> {
    let number = if let Some(number) = advance(conn, series)? {
        number
    } else {
        let first =
            (number_series::name.eq(series.name()), number_series::next.eq(1_i64), number_series::version.eq(1_i64));
        crate::insert_many!(conn, number_series::table, [first], or ignore);
        advance(conn, series)?.ok_or_else(|| StoreError::Inconsistent {
            table: "number_series",
            what: format!("{} was added and is not there", series.name()),
        })?
    };
    Ok(series.written(number))
}

fn advance(conn: &mut Conn, series: Series) -> Result<Option<i64>, StoreError> {
    let next: Option<i64> = diesel::update(number_series::table.filter(number_series::name.eq(series.name())))
        .set((number_series::next.eq(number_series::next + 1), number_series::version.eq(number_series::version + 1)))
        .returning(number_series::next)
        .get_result(conn)
        .optional()?;
    Ok(next.map(|next| next - 1))
}
