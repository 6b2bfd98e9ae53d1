//! What the publisher decides per product: freshness, grace, returns, top-ups, typed codes.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::catalog::ProductId;
pub use perpetua_license::certificate::AfterGrace;
use perpetua_license::exchange::typed::TYPED_DAYS_MAX;
pub use perpetua_license::policy::leak::{LeakRules, Reaction};
pub use perpetua_license::policy::{Rules, TopUp};
use perpetua_store::activations::{self as rows, RuleRow};
use perpetua_store::{Conn, Id, media};
use serde_json::json;

use super::{facts, typed};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::problem::Problem;
use crate::vault::Sealed;

/// Most days of any period.
const DAYS_MAX: u16 = 3_650;
/// Most extra activations of a period: as many as one decision counts.
const TOP_UP_MAX: u32 = 1_000;
/// Most attempts or networks of a day that the watch over keys lets pass.
const LEAK_MAX: u32 = 1_000_000;
/// Most hours for which a suspected key is paused.
const PAUSE_HOURS_MAX: u16 = 24 * 90;
/// Products that one list names.
pub const PRODUCTS_MAX: i64 = 1_000;

/// The rules of a product as they are, defaults included.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator.
pub async fn of_product(app: &App, caller: &Caller, product: ProductId) -> Result<Rules, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_operator(conn, &caller)?;
            Ok(facts::rules(rows::rule(conn, &product.to_string())?.as_ref()))
        })
        .await
}

/// The rules of all products that have their own, by product, at most [`PRODUCTS_MAX`], and whether the caller may
/// change them.
///
/// # Errors
///
/// As [`of_product`].
pub async fn list(app: &App, caller: &Caller) -> Result<(Vec<(String, Rules)>, bool), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_operator(conn, &caller)?;
            let may_edit = authorize::allows(conn, &caller, Permission::PolicyEdit, Owner::Own)?;
            let found = rows::rules(conn, PRODUCTS_MAX)?;
            Ok((found.into_iter().map(|row| (row.product_id.clone(), facts::rules(Some(&row)))).collect(), may_edit))
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
    // Made in any case, and kept only by the first rule of a product that allows typed codes.
    let secret = typed::sealed_secret(app, product)?;
    let input = (app.stamp(caller), product, rules, secret);
    app.store.write(input, |conn, (stamp, product, rules, secret)| store(conn, stamp, *product, (rules, secret))).await
}

/// Partners may see policies too, and nothing of what stands here.
pub(super) fn require_operator(conn: &mut Conn, caller: &Caller) -> Result<(), Problem> {
    if caller.kind != TenantKind::Operator {
        return Err(Problem::not_found());
    }
    authorize::require(conn, caller, Permission::PolicyView, Owner::Own)
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
        ("leak_attempts", rules.leak.attempts <= LEAK_MAX),
        ("leak_networks", rules.leak.networks <= LEAK_MAX),
        ("leak_pause_hours", days(rules.leak.pause_hours, 1, PAUSE_HOURS_MAX)),
        ("typed_days", rules.typed_days.is_none_or(|typed| days(typed, 1, TYPED_DAYS_MAX))),
    ];
    for (field, _) in checks.iter().filter(|(_, is_valid)| !is_valid) {
        problem = problem.with_field(*field, "out_of_range");
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

fn store(
    conn: &mut Conn,
    stamp: &Stamp,
    product: ProductId,
    (rules, secret): (&Rules, &Sealed),
) -> Result<(), Problem> {
    authorize::require(conn, &stamp.caller, Permission::PolicyEdit, Owner::Own)?;
    if !media::is_product_known(conn, product)? {
        return Err(Problem::field("product", "unknown_product"));
    }
    let known = rows::rule(conn, &product.to_string())?;
    let has_secret = known.as_ref().is_some_and(|row| row.typed_sealed.is_some());
    let secret = Some(secret).filter(|_| rules.typed_days.is_some() && !has_secret);
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
        typed_data_key_id: secret.map(|secret| Id(secret.data_key)),
        typed_sealed: secret.map(|secret| secret.bytes.clone()),
        leak_attempts: rules.leak.attempts.into(),
        leak_networks: rules.leak.networks.into(),
        leak_reaction: rules.leak.reaction.code().to_owned(),
        leak_pause_hours: rules.leak.pause_hours.into(),
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
        "leakAttempts": row.leak_attempts,
        "leakNetworks": row.leak_networks,
        "leakReaction": row.leak_reaction,
        "leakPauseHours": row.leak_pause_hours,
    }));
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}
