//! A customer's move away from volume licensing, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod keys;
mod large;
mod machines;
mod moving;
mod signing;
mod sites;
mod uploads;

use std::fmt::Write as _;

use perpetua_app::fleet::{
    self, MachineFilter, MachineQuestion, MachineSort, MachineView, NewKey, PlanSettings, Upload, UploadedFile,
};
use perpetua_app::{Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::TestApp;
use zeroize::Zeroizing;

/// The code of a refusal.
fn code<T>(result: Result<T, Problem>) -> &'static str {
    result.err().map_or("done", |problem| problem.code)
}

/// The code of the first wrong field.
fn field<T>(result: Result<T, Problem>) -> (String, &'static str) {
    let mut problem = result.err().unwrap();
    let first = problem.fields.remove(0);
    (first.field, first.code)
}

/// A table of machines: name, channel, state and minutes, collected on the second of March.
fn inventory(machines: &[(&str, &str, u32, u32)]) -> Vec<u8> {
    let mut text =
        "PSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey;BuildNumber;Site;CollectedAt\n"
            .to_owned();
    for (name, channel, state, minutes) in machines {
        let tail = if *channel == "VOLUME_MAK" { "FKE09" } else { "FKE01" };
        writeln!(
            text,
            "{name};Windows(R), Enterprise edition;Windows(R) Operating System, {channel} channel;{state};{minutes};{tail};19045;Brno;2026-03-02T06:00:00Z"
        )
        .unwrap();
    }
    text.into_bytes()
}

/// An upload of one file.
fn upload(name: &str, bytes: Vec<u8>) -> Upload {
    Upload { files: vec![UploadedFile { name: name.to_owned(), bytes }], ..Upload::default() }
}

/// Leases of these machines, with minutes.
fn leases(machines: &[(&str, u32)]) -> Upload {
    let rows: Vec<_> = machines.iter().map(|(name, minutes)| (*name, "VOLUME_KMSCLIENT", 1, *minutes)).collect();
    upload("fleet.csv", inventory(&rows))
}

/// A partner, its customer, the customer's administrator and an admin agent of the partner.
struct World {
    partner: TenantId,
    customer: TenantId,
    owner: Caller,
    agent: Caller,
}

impl World {
    async fn of(test: &TestApp) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        Self { partner, customer, owner, agent }
    }
}

/// A multiple activation key that the customer enters; invented.
fn mak(label: &str, remaining: u32) -> NewKey {
    NewKey {
        label: label.to_owned(),
        product: "Windows 10 Enterprise".to_owned(),
        also_versions: String::new(),
        key: Zeroizing::new(["abcde", "FGHJK", "LMNPQ", "RSTUV", "FKE09"].join("-")),
        remaining,
        reserve: 0,
    }
}

/// All machines of a customer by name.
async fn machines(test: &TestApp, world: &World) -> Vec<MachineView> {
    let question = MachineQuestion { sort: MachineSort::Name, limit: 500, ..MachineQuestion::default() };
    fleet::machines(&test.app, &world.owner, world.customer, question).await.unwrap().rows
}

/// Their names.
async fn names(test: &TestApp, world: &World, filter: MachineFilter) -> Vec<String> {
    let question = MachineQuestion { filter, sort: MachineSort::LastSafeDay, after: None, limit: 500 };
    let page = fleet::machines(&test.app, &world.owner, world.customer, question).await.unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

/// A plan of so many machines a day, on all days.
fn settings(capacity_per_day: u32) -> PlanSettings {
    PlanSettings { capacity_per_day, pilots: 0, workdays_only: false, ..PlanSettings::default() }
}
