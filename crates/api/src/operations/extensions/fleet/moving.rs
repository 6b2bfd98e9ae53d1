//! While a move is under way: stopping waves and letting them go on, what another day for the key host would mean, and
//! what is missing.

use perpetua_app::fleet::{self, GapRow, SideBySide, WhatIf};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;

use super::{FleetCount, FleetDay, FleetWave, of_day, of_wave};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date::{self, Moment};
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::Attributes;
use crate::wire::page::Collection;

const EXAMPLE: &str = "{}";

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::post("X-73", "/ext/v1/customers/{c}/fleet/waves/{wave}/hold", handler!(hold), EXAMPLE)
            .says("Stop a wave: no script pack of it is given out until it goes on")
            .over_customer(P::FleetEdit)
            .answers::<FleetWave>(200),
        Operation::post("X-74", "/ext/v1/customers/{c}/fleet/waves/{wave}/release", handler!(release), EXAMPLE)
            .says("Let a stopped wave go on")
            .over_customer(P::FleetEdit)
            .answers::<FleetWave>(200),
        Operation::get("X-75", "/ext/v1/customers/{c}/fleet/outlook", handler!(outlook))
            .says("What would follow if the key host were switched off on a day; nothing is stored")
            .over_customer(P::FleetView)
            .asks("switchOff", "The day; without it the host counts as gone since each machine's last report")
            .answers::<FleetOutlook>(200),
        Operation::get("X-76", "/ext/v1/customers/{c}/fleet/gaps", handler!(gaps))
            .says("Had, bought, missing: former licenses beside keys and needs, by product")
            .over_customer(P::FleetView)
            .answers::<Collection<FleetGap>>(200),
    ]
}

/// What would follow.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetOutlook {
    risks: Vec<FleetCount>,
    /// Machines that have to move by the last day before their end.
    ends: Vec<FleetDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safe_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_end: Option<String>,
    attributes: Attributes,
}

/// One product side by side.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetGap {
    product: String,
    product_name: String,
    /// Former licenses.
    had: i64,
    /// Activations that keys at hand have left for it.
    bought: i64,
    /// Licenses that have to move.
    needed: i64,
    /// Those without a key.
    missing: i64,
    /// Why keys at hand do not fit.
    misfits: Vec<FleetMisfit>,
    /// The catalog item that would fill the gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog_item_id: Option<String>,
}

/// A key that does not fit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetMisfit {
    label: String,
    reason: &'static str,
}

async fn hold(call: Call) -> Result<Answer, Fault> {
    let wave = number(&call)?;
    fleet::hold_wave(call.app(), &call.caller, call.customer()?, wave).await.about(Family::Other)?;
    one(&call, wave).await
}

async fn release(call: Call) -> Result<Answer, Fault> {
    let wave = number(&call)?;
    fleet::release_wave(call.app(), &call.caller, call.customer()?, wave).await.about(Family::Other)?;
    one(&call, wave).await
}

/// The number of the wave that the path names.
fn number(call: &Call) -> Result<i64, Fault> {
    call.json()?.fields()?;
    call.params.get("wave").parse().map_err(|_| Fault::of(codes::NOT_FOUND))
}

async fn one(call: &Call, number: i64) -> Result<Answer, Fault> {
    let found = fleet::waves(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let wave = found.into_iter().find(|wave| wave.number == number);
    Answer::ok(of_wave(wave.ok_or_else(|| Fault::of(codes::NOT_FOUND))?))
}

async fn outlook(call: Call) -> Result<Answer, Fault> {
    let wrong = || Fault::invalid_property("switchOff", Reason::Date);
    let day = match call.query.text("switchOff")?.filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match date::parse(text) {
            Some(Moment::Day(day)) => Some(day),
            _ => return Err(wrong()),
        },
    };
    let found = fleet::what_if(call.app(), &call.caller, call.customer()?, day, None).await.about(Family::Customer)?;
    let WhatIf { ends, safe_until, first_end, risks } = found;
    let risk = |(risk, machines): (fleet::Risk, i64)| FleetCount { word: risk.as_text().to_owned(), machines };
    Answer::ok(FleetOutlook {
        risks: risks.into_iter().map(risk).collect(),
        ends: ends.iter().map(of_day).collect(),
        safe_until: safe_until.map(|day| day.to_string()),
        first_end: first_end.map(|day| day.to_string()),
        attributes: Attributes::of("FleetOutlook"),
    })
}

async fn gaps(call: Call) -> Result<Answer, Fault> {
    let found = fleet::side_by_side(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let SideBySide { rows, .. } = found;
    Answer::ok(Collection::<FleetGap>::whole(rows.into_iter().map(of_gap).collect(), &call.address()))
}

fn of_gap(row: GapRow) -> FleetGap {
    let misfit = |(label, why): (String, fleet::Misfit)| FleetMisfit { label, reason: why.as_text() };
    FleetGap {
        product: row.product,
        product_name: row.product_name,
        had: row.had,
        bought: row.bought,
        needed: row.needed,
        missing: row.missing,
        misfits: row.misfits.into_iter().map(misfit).collect(),
        catalog_item_id: row.offer.map(|offer| offer.item.to_string()),
    }
}
