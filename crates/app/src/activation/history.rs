//! Activations over time: the machines of a purchase that counted at the end of each day, and for the operator what was
//! activated per day, product and version. Days are those of UTC.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan as _};
use perpetua_domain::access::Permission;
use perpetua_domain::id::OrderLineId;
use perpetua_store::activation_counts as rows;

use super::rules;
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;
use crate::software;

/// Days that the operator's page looks back.
pub const DAYS: i64 = 90;
/// The most days that the history of a purchase shows.
const PURCHASE_DAYS: usize = 180;

/// How many there were on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The day.
    pub day: Date,
    /// How many.
    pub count: i64,
}

fn day(number: i64) -> Option<Date> {
    date(1970, 1, 1).checked_add(number.days()).ok()
}

fn today(app: &App) -> i64 {
    app.clock.now().as_second().div_euclid(86_400)
}

/// How many machines of a purchase counted at the end of each day, from the first one to today; the newest days.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn of_purchase(app: &App, caller: &Caller, line: OrderLineId) -> Result<Vec<Point>, Problem> {
    let caller = caller.clone();
    let (begun, ended) = app
        .store
        .read(move |conn| {
            software::find(conn, &caller, line, Permission::SoftwareView)?;
            Ok::<_, Problem>((rows::begun(conn, line)?, rows::ended(conn, line)?))
        })
        .await?;
    Ok(courses(&begun, &ended, today(app)))
}

fn courses(begun: &[(i64, i64)], ended: &[(i64, i64)], today: i64) -> Vec<Point> {
    let mut changes: BTreeMap<i64, i64> = BTreeMap::new();
    for (day, count) in begun {
        *changes.entry(*day).or_default() += count;
    }
    for (day, count) in ended {
        *changes.entry(*day).or_default() -= count;
    }
    let Some(first) = changes.keys().next().copied() else { return Vec::new() };
    let from = first.max(today.saturating_sub(i64::try_from(PURCHASE_DAYS).unwrap_or(0)) + 1);
    let mut count: i64 = changes.range(..from).map(|(_, change)| change).sum();
    let mut points = Vec::new();
    for number in from..=today {
        count += changes.get(&number).copied().unwrap_or(0);
        points.extend(day(number).map(|day| Point { day, count }));
    }
    points
}

/// What was activated lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activations {
    /// Per day, oldest first, days without any included.
    pub days: Vec<Point>,
    /// Per product and major version, the most first.
    pub products: Vec<ProductCount>,
}

/// Activations of one product and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductCount {
    /// The product's title.
    pub product: String,
    /// The major version; 0 when machines did not say.
    pub major: i64,
    /// How many.
    pub count: i64,
}

/// What was activated in the last [`DAYS`] days.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn activations(app: &App, caller: &Caller) -> Result<Activations, Problem> {
    let caller = caller.clone();
    let since = app.clock.now().saturating_sub(SignedDuration::from_hours(24 * (DAYS - 1)));
    let since = since.map_err(Problem::internal)?;
    let found = app.store.read(move |conn| {
        rules::require_operator(conn, &caller)?;
        Ok::<_, Problem>(rows::per_day(conn, since.into())?)
    });
    let found = found.await?;
    let (mut per_day, mut per_product) = (BTreeMap::<i64, i64>::new(), BTreeMap::<(String, i64), i64>::new());
    for row in found {
        *per_day.entry(row.day).or_default() += row.count;
        *per_product.entry((row.product, row.major)).or_default() += row.count;
    }
    let today = today(app);
    let point = |number: i64| Some(Point { day: day(number)?, count: per_day.get(&number).copied().unwrap_or(0) });
    let days = (today - DAYS + 1..=today).filter_map(point).collect();
    let mut products: Vec<ProductCount> =
        per_product.into_iter().map(|((product, major), count)| ProductCount { product, major, count }).collect();
    products.sort_by_key(|row| std::cmp::Reverse(row.count));
    Ok(Activations { days, products })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_goes_on_through_days_without_changes_and_shows_the_newest_days() {
        let counts = |points: Vec<Point>| points.into_iter().map(|point| point.count).collect::<Vec<_>>();
        assert_eq!(counts(courses(&[], &[], 100)), Vec::<i64>::new());
        assert_eq!(counts(courses(&[(96, 2), (98, 1)], &[(99, 2)], 100)), [2, 2, 3, 1, 1]);
        let long = courses(&[(10, 5), (1_000, 1)], &[(20, 1)], 1_000);
        assert_eq!((long.len(), long[0].count, long[PURCHASE_DAYS - 1].count), (PURCHASE_DAYS, 4, 5));
        assert_eq!(long[PURCHASE_DAYS - 1].day, date(1972, 9, 27));
    }
}
