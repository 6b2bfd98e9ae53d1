//! The desk's working calendar: the days on which its clock of promised answers stands still. A promise that was given
//! stays as it was given; a changed calendar counts for requests from then on.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::Permission;
use perpetua_domain::holidays::{self, DAYS_OF_FORM_MAX, ListRefusal, NAME_CHARS_MAX};
use perpetua_store::holidays::{self as rows, HOLIDAYS_MAX, HolidayRow};
use perpetua_store::{Conn, StoreError};
use serde_json::json;

use super::work::require_desk;
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::problem::{Param, Problem};

/// A day on which the desk does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: Date,
    /// What it is called; may be empty.
    pub name: String,
}

/// The days from that of an instant on, as the rule of promised answers wants them.
pub(super) fn from(conn: &mut Conn, at: Timestamp, zone: &TimeZone) -> Result<BTreeSet<Date>, StoreError> {
    let first = zone.to_datetime(at).date();
    Ok(rows::since(conn, &first.to_string())?.iter().filter_map(|row| row.day.parse().ok()).collect())
}

/// All days, oldest first, and whether the caller may change them.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn calendar(app: &App, caller: &Caller) -> Result<(Vec<Holiday>, bool), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_desk(conn, &caller)?;
            let known = rows::since(conn, "")?.into_iter();
            let days = known.filter_map(|row| Some(Holiday { day: row.day.parse().ok()?, name: row.name }));
            let may_edit = authorize::allows(conn, &caller, Permission::PartnerManage, Owner::Own)?;
            Ok((days.collect(), may_edit))
        })
        .await
}

/// Adds the days of a list, one or a span a line; a day that is there gets the new name. Gives how many there are in
/// the list.
///
/// # Errors
///
/// `missing_role`, `not_found`; for the field `days`: `missing`, `holiday_line`, `holiday_name`, `too_many_days`.
pub async fn add_holidays(app: &App, caller: &Caller, text: &str) -> Result<usize, Problem> {
    authorize::ask_own(app, caller, Permission::PartnerManage).await?;
    let days = holidays::parse(text).map_err(refused)?;
    let days: Vec<HolidayRow> = days.into_iter().map(|(day, name)| HolidayRow { day: day.to_string(), name }).collect();
    let count = days.len();
    app.store.write((app.stamp(caller), days), |conn, (stamp, days)| add(conn, stamp, days)).await?;
    Ok(count)
}

fn refused(refusal: ListRefusal) -> Problem {
    let number = |number: usize| Param::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let problem = Problem::invalid("invalid_input");
    match refusal {
        ListRefusal::Empty => problem.with_field("days", "missing"),
        ListRefusal::Line(line) => problem.with_field_params("days", "holiday_line", vec![("line", number(line))]),
        ListRefusal::Name(line) => {
            let params = vec![("line", number(line)), ("max", number(NAME_CHARS_MAX))];
            problem.with_field_params("days", "holiday_name", params)
        }
        ListRefusal::TooMany => too_many(number(DAYS_OF_FORM_MAX)),
    }
}

fn too_many(max: Param) -> Problem {
    Problem::invalid("invalid_input").with_field_params("days", "too_many_days", vec![("max", max)])
}

fn add(conn: &mut Conn, stamp: &Stamp, days: &[HolidayRow]) -> Result<(), Problem> {
    authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
    rows::put(conn, days)?;
    if rows::count(conn)? > HOLIDAYS_MAX {
        return Err(too_many(Param::Number(HOLIDAYS_MAX)));
    }
    let names: Vec<String> = days.iter().map(|row| row.day.clone()).collect();
    let facts = json!({ "count": days.len(), "name": span(&names) });
    let entry = Entry::new("holiday.added", "holiday", "").detail(facts);
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}

/// Moves or renames a day.
///
/// # Errors
///
/// `missing_role`, `not_found`; for the field `day`: `holiday_day`, `holiday_taken`; `too_long` for `name`.
pub async fn change_holiday(app: &App, caller: &Caller, of: Date, day: &str, name: &str) -> Result<(), Problem> {
    authorize::ask_own(app, caller, Permission::PartnerManage).await?;
    let name = name.trim();
    if !holidays::is_name(name) {
        let max = Param::Number(i64::try_from(NAME_CHARS_MAX).unwrap_or(i64::MAX));
        return Err(Problem::invalid("invalid_input").with_field_params("name", "too_long", vec![("max", max)]));
    }
    let to = holidays::parse_day(day).ok_or_else(|| Problem::field("day", "holiday_day"))?;
    let row = HolidayRow { day: to.to_string(), name: name.to_owned() };
    app.store
        .write((app.stamp(caller), of.to_string(), row), |conn, (stamp, of, row)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
            let known = rows::since(conn, "")?;
            if row.day != *of && known.iter().any(|known| known.day == row.day) {
                return Err(Problem::field("day", "holiday_taken"));
            }
            if rows::remove(conn, vec![of.clone()])? == 0 {
                return Err(Problem::not_found());
            }
            rows::put(conn, std::slice::from_ref(row))?;
            let facts = json!({ "from": of, "to": row.day, "name": row.day });
            let entry = Entry::new("holiday.changed", "holiday", &row.day).detail(facts);
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

/// Removes days; those that are gone stay gone. Gives how many there were.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator's administrators; for the field `days`: `no_day_chosen`,
/// `too_many_days`.
pub async fn remove_holidays(app: &App, caller: &Caller, days: BTreeSet<Date>) -> Result<usize, Problem> {
    authorize::ask_own(app, caller, Permission::PartnerManage).await?;
    if days.is_empty() {
        return Err(Problem::field("days", "no_day_chosen"));
    }
    if i64::try_from(days.len()).is_ok_and(|count| count > HOLIDAYS_MAX) {
        return Err(too_many(Param::Number(HOLIDAYS_MAX)));
    }
    let days: Vec<String> = days.iter().map(Date::to_string).collect();
    app.store
        .write((app.stamp(caller), days), |conn, (stamp, days)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
            let count = rows::remove(conn, days.clone())?;
            if count > 0 {
                let facts = json!({ "count": count, "days": days, "name": span(days) });
                let entry = Entry::new("holiday.removed", "holiday", days.first().cloned().unwrap_or_default());
                audit::record(conn, &mut stamp.seed.ids(), stamp, &entry.detail(facts))?;
            }
            Ok(count)
        })
        .await
}

/// The first and the last of some days in their order.
fn span(days: &[String]) -> String {
    match days {
        [first, .., last] => format!("{first} – {last}"),
        _ => days.concat(),
    }
}
