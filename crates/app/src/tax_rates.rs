//! Dated tax rates: listed, added one by one, and read from a small CSV file.

use std::io::Read;

use jiff::civil::Date;
use perpetua_domain::access::Permission;
use perpetua_domain::country::Country;
use perpetua_domain::tax::{TaxClass, TaxRate};
use perpetua_store::Conn;
use perpetua_store::tax_rates::{self, TaxRateRow};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids};
use crate::context::App;
use crate::problem::Problem;

/// Hundredths of a percent that are the whole.
const RATE_MAX: u16 = 10_000;

/// A rate from a day on, until a later one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRate {
    /// The country.
    pub country: Country,
    /// What it is for.
    pub class: TaxClass,
    /// Hundredths of a percent, 0 to 10,000.
    pub rate_basis_points: u16,
    /// The first day.
    pub valid_from: Date,
}

/// Every rate, by country, class and first day.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<TaxRate>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PolicyView, Owner::Own)?;
            Ok(tax_rates::all(conn)?)
        })
        .await
}

/// Adds a rate; the one before ends on the day before.
///
/// # Errors
///
/// `invalid_input`: `rate` out of range, or `valid_from` not after the latest rate's first day.
pub async fn add(app: &App, caller: &Caller, rate: NewRate) -> Result<(), Problem> {
    let stamp = app.stamp(caller);
    app.store
        .write((stamp, rate), |conn, (stamp, rate)| {
            authorize::require(conn, &stamp.caller, Permission::TaxRateImport, Owner::Own)?;
            let mut ids = stamp.seed.ids();
            let id = append(conn, &mut ids, rate)?;
            let detail = json!({
                "country": rate.country.code(),
                "class": rate.class.as_text(),
                "rate_basis_points": rate.rate_basis_points,
                "valid_from": rate.valid_from.to_string(),
            });
            let entry = Entry::new("tax_rate.added", "tax_rate", id).detail(detail);
            audit::record(conn, &mut ids, stamp, &entry)?;
            Ok(())
        })
        .await
}

/// Adds a rate after those of its country and class.
pub(crate) fn append(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    new: &NewRate,
) -> Result<perpetua_domain::id::TaxRateId, Problem> {
    if new.rate_basis_points > RATE_MAX {
        return Err(Problem::field("rate", "rate_out_of_range"));
    }
    let id = ids.next();
    if let Some(last) = tax_rates::of_class(conn, new.country, new.class)?.pop() {
        let held = last.rate()?;
        let day_before = new.valid_from.yesterday().ok().filter(|day| *day >= held.valid_from);
        let Some(day_before) = day_before else {
            return Err(Problem::field("valid_from", "not_after_latest"));
        };
        tax_rates::end(conn, last.id.0, &day_before.to_string())?;
    }
    let rate = TaxRate {
        country: new.country,
        class: new.class,
        rate_basis_points: new.rate_basis_points,
        valid_from: new.valid_from,
        valid_to: None,
    };
    tax_rates::insert(conn, &TaxRateRow::new(id, &rate))?;
    Ok(id)
}

/// Reads rates from CSV with the columns `Country,Class,RateBasisPoints,ValidFrom`.
///
/// # Errors
///
/// `tax_rates_unreadable` with the line.
pub fn read_csv(source: impl Read) -> Result<Vec<NewRate>, Problem> {
    let mut reader = csv::Reader::from_reader(source);
    let unreadable = |line: u64| Problem::invalid("tax_rates_unreadable").with_number("line", line);
    let mut rates = Vec::new();
    for (index, record) in (2_u64..).zip(reader.records()) {
        let record = record.map_err(|_| unreadable(index))?;
        let line = record.position().map_or(index, csv::Position::line);
        let rate = || {
            Some(NewRate {
                country: Country::parse(record.get(0)?)?,
                class: TaxClass::parse(record.get(1)?)?,
                rate_basis_points: record.get(2)?.parse().ok().filter(|rate| *rate <= RATE_MAX)?,
                valid_from: record.get(3)?.parse().ok()?,
            })
        };
        rates.push(rate().ok_or_else(|| unreadable(line))?);
    }
    Ok(rates)
}
