//! What the publisher decides per product: freshness, grace, returns, top-ups, typed codes.

use perpetua_domain::access::Permission;
use perpetua_domain::catalog::ProductId;
use perpetua_license::exchange::typed::TYPED_DAYS_MAX;
use perpetua_license::policy::Rules;
use perpetua_store::activations::{self as rows, RuleRow};
use perpetua_store::{Conn, media};
use serde_json::json;

use super::facts;
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::problem::Problem;

/// Most days of any period.
const DAYS_MAX: u16 = 3_650;
/// Most extra activations of a period: as many as one decision counts.
const TOP_UP_MAX: u32 = 1_000;

/// The rules of a product as they are, defaults included.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator.
pub async fn of_product(app: &App, caller: &Caller, product: ProductId) -> Result<Rules, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PolicyView, Owner::Own)?;
            Ok(facts::rules(rows::rule(conn, &product.to_string())?.as_ref()))
        })
        .await
}

/// Sets the rules of a product. They hold for certificates from now on.
///
/// # Errors
///
/// `missing_role`; `unknown_product`; `invalid_input` with each number out of range.
pub async fn set(app: &App, caller: &Caller, product: ProductId, rules: Rules) -> Result<(), Problem> {
    validate(&rules)?;
    let input = (app.stamp(caller), product, rules);
    app.store.write(input, |conn, (stamp, product, rules)| store(conn, stamp, *product, rules)).await
}

fn validate(rules: &Rules) -> Result<(), Problem> {
    let mut problem = Problem::invalid("invalid_input");
    let days = |days: u16, least: u16, most: u16| (least..=most).contains(&days);
    let checks = [
        ("drift_period_days", days(rules.drift_period_days, 1, DAYS_MAX)),
        ("refresh_days", days(rules.refresh_days, 1, DAYS_MAX)),
        ("grace_days", days(rules.grace_days, 0, DAYS_MAX)),
        ("list_max_days", days(rules.list_max_days, 0, DAYS_MAX)),
        ("top_up_extra", rules.top_up.is_none_or(|rule| (1..=TOP_UP_MAX).contains(&rule.extra))),
        ("top_up_days", rules.top_up.is_none_or(|rule| days(rule.period_days, 1, DAYS_MAX))),
        ("typed_days", rules.typed_days.is_none_or(|typed| days(typed, 1, TYPED_DAYS_MAX))),
    ];
    for (field, _) in checks.iter().filter(|(_, is_valid)| !is_valid) {
        problem = problem.with_field(*field, "out_of_range");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

fn store(conn: &mut Conn, stamp: &Stamp, product: ProductId, rules: &Rules) -> Result<(), Problem> {
    authorize::require(conn, &stamp.caller, Permission::PolicyEdit, Owner::Own)?;
    if !media::is_product_known(conn, product)? {
        return Err(Problem::field("product", "unknown_product"));
    }
    let known = rows::rule(conn, &product.to_string())?;
    let row = RuleRow {
        product_id: product.to_string(),
        drift_period_days: rules.drift_period_days.into(),
        refresh_days: rules.refresh_days.into(),
        grace_days: rules.grace_days.into(),
        after_grace: rules.after_grace.code().to_owned(),
        list_max_days: rules.list_max_days.into(),
        returns_per_month: rules.returns_per_month.into(),
        top_up_extra: rules.top_up.map_or(0, |rule| rule.extra.into()),
        top_up_days: rules.top_up.map_or(0, |rule| rule.period_days.into()),
        typed_days: rules.typed_days.map_or(0, i64::from),
        version: known.map_or(1, |row| row.version + 1),
    };
    rows::set_rule(conn, &row)?;
    let entry = Entry::new("activation_rules.set", "product", product).detail(json!({
        "refreshDays": row.refresh_days,
        "graceDays": row.grace_days,
        "afterGrace": row.after_grace,
        "listMaxDays": row.list_max_days,
        "returnsPerMonth": row.returns_per_month,
        "topUpExtra": row.top_up_extra,
        "topUpDays": row.top_up_days,
        "typedDays": row.typed_days,
    }));
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}
