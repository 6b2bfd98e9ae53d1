//! Measures reading, merging, forecasting and planning of 50,000 machines: `cargo run --release -p
//! perpetua-fleet --example speed`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use perpetua_fleet::forecast::{Assumptions, machine as forecast};
use perpetua_fleet::keys::read_keys;
use perpetua_fleet::matching::assign;
use perpetua_fleet::merge::merge;
use perpetua_fleet::plan::{Fleet, Rules, make, verify};
use perpetua_fleet::read::{Input, Options, read};

const MACHINES: u32 = 50_000;

fn main() {
    let mut text = "PSComputerName,Name,Description,LicenseStatus,GracePeriodRemaining,PartialProductKey,BuildNumber,Site,CollectedAt\n".to_owned();
    for at in 0..MACHINES {
        let minutes = 20_000 + at.wrapping_mul(2_654_435_761) % 230_000;
        let site = at % 25;
        writeln!(
            text,
            "WS-{at:05}.corp.example,\"Windows(R), Enterprise edition\",\"Windows(R) Operating System, VOLUME_KMSCLIENT channel\",1,{minutes},FKE01,19045,site-{site},2026-03-14T09:00:00Z"
        )
        .expect("text");
    }
    let now = "2026-03-15T08:00:00Z".parse().expect("an instant");
    let mut out = std::io::stdout().lock();
    let began = Instant::now();
    let mut said = |what: &str, count: usize| {
        writeln!(out, "{what}: {count}, {} ms", began.elapsed().as_millis()).expect("output");
    };
    let reading = read(&[Input { name: "fleet.csv", bytes: text.as_bytes(), received_at: now }], &Options::default());
    said("read", reading.records.len());
    let machines = merge(reading.records);
    said("merged", machines.len());
    let with = Assumptions::at(now);
    let forecasts: Vec<_> = machines.iter().map(|machine| forecast(machine, &with)).collect();
    let keys = read_keys(b"label,product,remaining\nA,Windows 11 Enterprise,50000\n").expect("keys").keys;
    let matching = assign(&machines, &forecasts, &keys);
    said("matched", matching.needs.len());
    let fleet = Fleet { machines: &machines, forecasts: &forecasts, keys: &keys, matching: &matching };
    for capacity_per_day in [2_000, 400] {
        let rules = Rules { capacity_per_day, ..Rules::from_day("2026-03-16".parse().expect("a day")) }.on_workdays();
        let plan = make(&fleet, &rules);
        said("planned", plan.planned());
        said("breaches", verify(&plan, &fleet, &rules).len());
        said("unsaved", plan.unsaved.len());
    }
}
