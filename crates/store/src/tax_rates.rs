//! Dated tax rates as the operator imported them (design §8). None is written in code.

use diesel::prelude::*;
use perpetua_domain::country::Country;
use perpetua_domain::id::TaxRateId;
use perpetua_domain::tax::{TaxClass, TaxRate};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::prepared;
use crate::schema::tax_rate;
use crate::values::{Id, Word};

/// One rate of one country and class. Days are ISO texts, which sort as they follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tax_rate)]
pub struct TaxRateRow {
    /// Its id.
    pub id: Id<TaxRateId>,
    /// ISO 3166-1 code.
    pub country: String,
    /// What the rate is for.
    pub class: Word<TaxClass>,
    /// Hundredths of a percent, 0 to 10,000.
    pub rate_basis_points: i64,
    /// The first day.
    pub valid_from: String,
    /// The last day, included; `None` without end.
    pub valid_to: Option<String>,
}

impl TaxRateRow {
    /// A row of a rate.
    pub fn new(id: TaxRateId, rate: &TaxRate) -> Self {
        Self {
            id: Id(id),
            country: rate.country.to_string(),
            class: Word(rate.class),
            rate_basis_points: i64::from(rate.rate_basis_points),
            valid_from: rate.valid_from.to_string(),
            valid_to: rate.valid_to.map(|last| last.to_string()),
        }
    }

    /// The rate that the row holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when it names no country, day or rate.
    pub fn rate(&self) -> Result<TaxRate, StoreError> {
        let broken = || StoreError::Inconsistent { table: "tax_rate", what: format!("rate {:?}", self.id) };
        let last = self.valid_to.as_ref().map(|last| last.parse()).transpose();
        Ok(TaxRate {
            country: Country::parse(&self.country).ok_or_else(broken)?,
            class: self.class.0,
            rate_basis_points: self.rate_basis_points.try_into().map_err(|_| broken())?,
            valid_from: self.valid_from.parse().map_err(|_| broken())?,
            valid_to: last.map_err(|_| broken())?,
        })
    }
}

/// Every rate, by country, class and first day.
pub fn all(conn: &mut Conn) -> Result<Vec<TaxRate>, StoreError> {
    list(conn)?.iter().map(TaxRateRow::rate).collect()
}

/// Every row, by country, class and first day.
pub fn list(conn: &mut Conn) -> Result<Vec<TaxRateRow>, StoreError> {
    Ok(tax_rate::table
        .order((tax_rate::country, tax_rate::class, tax_rate::valid_from))
        .select(TaxRateRow::as_select())
        .load(conn)?)
}

/// The rates of two countries, which is all that a sale needs.
pub fn of_countries(conn: &mut Conn, seller: Country, buyer: Country) -> Result<Vec<TaxRate>, StoreError> {
    let query = tax_rate::table.filter(tax_rate::country.eq_any([seller.to_string(), buyer.to_string()]));
    let rows: Vec<TaxRateRow> = prepared(query.select(TaxRateRow::as_select())).load(conn)?;
    rows.iter().map(TaxRateRow::rate).collect()
}

/// The rates of one country and class, by first day.
pub fn of_class(conn: &mut Conn, country: Country, class: TaxClass) -> Result<Vec<TaxRateRow>, StoreError> {
    Ok(tax_rate::table
        .filter(tax_rate::country.eq(country.to_string()))
        .filter(tax_rate::class.eq(Word(class)))
        .order(tax_rate::valid_from)
        .select(TaxRateRow::as_select())
        .load(conn)?)
}

/// Adds a rate; `Duplicate` when one of this country and class begins on the same day.
pub fn insert(conn: &mut Conn, row: &TaxRateRow) -> Result<(), StoreError> {
    diesel::insert_into(tax_rate::table).values(row).execute(conn)?;
    Ok(())
}

/// Sets the last day of a rate, because a later one follows.
pub fn end(conn: &mut Conn, id: TaxRateId, last_day: &str) -> Result<(), StoreError> {
    diesel::update(tax_rate::table.filter(tax_rate::id.eq(Id(id))))
        .set(tax_rate::valid_to.eq(Some(last_day)))
        .execute(conn)?;
    Ok(())
}
