//! From a plan with its proof over script packs and reports to evidence; warnings; stopping a wave.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use jiff::civil::date;
use perpetua_app::fleet::{
    self, Evidence, MachineState, RemedyView, Reported, ScriptPack, WaveState, alarms, script_pack,
};
use perpetua_domain::access::Role;
use perpetua_fleet::error_code::Meaning;
use perpetua_fleet::exit_code::ExitCode;
use perpetua_test_support::TestApp;

use super::*;

pub fn files(pack: &ScriptPack) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(pack.bytes.to_vec())).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().to_string(), text);
    }
    files
}

/// A line as `Move-License.ps1` writes it.
pub fn line(machine: &str, result: &str, exit: u32) -> String {
    let (channel, status) = if exit == 0 { ("mak", "1") } else { ("other", "1") };
    format!(
        "\"{machine}\",\"2026-03-03T08:00:00Z\",\"55c92734-d682-4d71-983e-d6ec3f16059f\",\"FKE01\",\"FKE09\",\"{channel}\",\"1\",\"{status}\",\"{result}\",\"{exit}\",\"7\",\"All\",\"False\"\r\n"
    )
}

pub fn token(pack: &ScriptPack) -> String {
    files(pack)["report-to.txt"].lines().nth(1).unwrap().to_owned()
}

/// Twelve machines with a year's worth of activations.
pub async fn planned(test: &TestApp, world: &World, capacity: u32) {
    let all: Vec<String> = (1..=12).map(|at| format!("WS-{at:02}")).collect();
    let rows: Vec<(&str, u32)> = all.iter().map(|name| (name.as_str(), 200_000)).collect();
    fleet::upload(&test.app, &world.owner, world.customer, leases(&rows)).await.unwrap();
    fleet::add_key(&test.app, &world.owner, world.customer, mak("MAK A", 50), None).await.unwrap();
    fleet::make_plan(&test.app, &world.owner, world.customer, settings(capacity), None).await.unwrap();
}

#[test]
fn a_plan_is_proved_or_says_whom_it_cannot_save_and_what_would() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        let make = |settings| fleet::make_plan(app, &world.agent, customer, settings, None);
        assert_eq!(code(make(settings(5)).await), "fleet_empty");
        assert_eq!(field(make(settings(0)).await), ("capacity_per_day".to_owned(), "out_of_range"));
        assert!(fleet::plan(app, &world.owner, customer).await.unwrap().is_none());
        planned(&test, &world, 5).await;
        let plan = fleet::plan(app, &world.agent, customer).await.unwrap().unwrap();
        assert!(plan.is_proved && plan.unsaved.is_empty());
        let days: Vec<_> = plan.waves.iter().map(|wave| (wave.day, wave.machines)).collect();
        assert_eq!(days, [(date(2026, 3, 3), 5), (date(2026, 3, 4), 5), (date(2026, 3, 5), 2)]);
        assert_eq!(plan.keys, [("MAK A".to_owned(), 12, 50)]);
        assert!(plan.waves.iter().all(|wave| wave.first_safe_day.unwrap() >= wave.day));
        assert!(machines(&test, &world).await.iter().all(|row| row.state == MachineState::Planned));

        let key = fleet::keys(app, &world.owner, customer).await.unwrap().remove(0);
        let fleet::KeyRef::Entered(key) = key.id else { panic!("an entered key") };
        fleet::set_remaining(app, &world.owner, customer, key, 10, 1).await.unwrap();
        let plan = make(PlanSettings { switch_off: Some(date(2026, 6, 1)), ..settings(5) }).await.unwrap();
        assert_eq!(plan.waves.iter().map(|wave| wave.machines).sum::<i64>(), 9, "never beyond what the key has left");
        assert_eq!((plan.unsaved_count, plan.unsaved.len()), (3, 3));
        assert!(matches!(&plan.remedies[0], RemedyView::MoreActivations { count: 3, .. }), "{:?}", plan.remedies);
        let listed = machines(&test, &world).await;
        assert_eq!(listed.iter().filter(|row| row.state == MachineState::Open).count(), 3);
        let again = fleet::settings(app, &world.owner, customer).await.unwrap();
        assert_eq!(again, plan.settings);
    });
}

#[test]
fn a_pack_needs_the_right_to_keys_and_holds_them_only_for_the_customer_itself() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        planned(&test, &world, 5).await;
        let helper = test.caller(world.partner, &[Role::HelpdeskAgent]).await;
        assert_eq!(code(script_pack(app, &helper, customer, 1).await), "missing_role");
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        assert_eq!(code(script_pack(app, &support, customer, 1).await), "missing_role");
        assert_eq!(code(script_pack(app, &world.owner, customer, 9).await), "fleet_wave_missing");
        let mut stale = world.owner.clone();
        stale.proved_at -= jiff::SignedDuration::from_hours(2);
        assert_eq!(code(script_pack(app, &stale, customer, 1).await), "fresh_sign_in_needed");

        let own = script_pack(app, &world.owner, customer, 1).await.unwrap();
        let own_files = files(&own);
        assert!(own_files["keys.txt"].starts_with("MAK A=ABCDE-FGHJK-"), "the customer's own pack has its key");
        assert_eq!(own_files["machines.csv"].lines().count(), 6);
        let with_key: Vec<_> = own_files.iter().filter(|(_, text)| text.contains("FGHJK")).collect();
        assert_eq!(with_key.len(), 1, "no script and no list holds a key");
        assert!(own_files["report-to.txt"].contains("/fleet/v1/report"));
        assert!(own_files.contains_key("README.cs.txt") && own_files.contains_key("Move-License.ps1"));
        let theirs = script_pack(app, &world.agent, customer, 1).await.unwrap();
        assert!(!files(&theirs).contains_key("keys.txt"));
        let (old, body) = (token(&own), line("WS-01", "0x00000000", 0));
        let late = fleet::report(app, &world.owner.origin, &old, body.as_bytes());
        assert_eq!(code(late.await), "fleet_token_unknown", "a newer pack replaces the token");
    });
}

#[test]
fn reports_prove_moves_count_once_and_say_what_failed() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        planned(&test, &world, 12).await;
        let pack = script_pack(app, &world.owner, customer, 1).await.unwrap();
        let token = token(&pack);
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        let send = |body: String| {
            let (origin, token) = (world.owner.origin.clone(), token.clone());
            async move { fleet::report(app, &origin, &token, body.as_bytes()).await }
        };
        let body = line("WS-01", "0x00000000", 0)
            + &line("ws-02.corp.example", "0xC004F074", 1)
            + &line("OTHER", "0x00000000", 0);
        let done = send(body.clone()).await.unwrap();
        assert_eq!(done, Reported { accepted: 2, known: 0, ignored: 1, is_held: false });
        let again = send(body).await.unwrap();
        assert_eq!((again.accepted, again.known), (0, 2));
        let rows = machines(&test, &world).await;
        assert_eq!((rows[0].state, rows[1].state), (MachineState::Moved, MachineState::Failed));
        let wave = &fleet::waves(app, &world.owner, customer).await.unwrap()[0];
        assert_eq!((wave.state, wave.moved, wave.failed, wave.open), (WaveState::Running, 1, 1, 10));
        let retry = fleet::retries(app, &world.agent, customer).await.unwrap();
        assert_eq!((retry[0].name.as_str(), retry[0].meaning), ("WS-02", Some(Meaning::NoKeyHost)));
        let detail = fleet::machine(app, &world.owner, customer, rows[0].id).await.unwrap();
        assert_eq!(detail.attempts[0].exit, ExitCode::Done);
        assert!(matches!(detail.evidence, Evidence::Script { .. }));

        // A later inventory is the better proof, and one that shows the old key takes the move back.
        let after = "2026-03-05T06:00:00Z";
        let newer = |machines: &[(&str, &str, u32, u32)]| {
            let text = String::from_utf8(inventory(machines)).unwrap();
            upload("after.csv", text.replace("2026-03-02T06:00:00Z", after).into_bytes())
        };
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        let shown = newer(&[("WS-01", "VOLUME_KMSCLIENT", 1, 200_000), ("WS-02", "VOLUME_MAK", 1, 0)]);
        let import = fleet::upload(app, &world.owner, customer, shown).await.unwrap();
        assert_eq!(import.machines_moved, 1);
        let rows = machines(&test, &world).await;
        assert_eq!((rows[0].state, rows[1].state), (MachineState::Planned, MachineState::Moved));
        let report = fleet::final_report(app, &world.owner, customer, None).await.unwrap();
        assert_eq!(report.lines.len(), 12);
        assert!(matches!(&report.lines[1].evidence, Evidence::Inventory { partial_key, .. } if partial_key == "FKE09"));
        assert_eq!(report.lines[0].evidence, Evidence::Missing);
    });
}

#[test]
fn too_many_errors_and_keys_that_are_used_up_stop_a_wave() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        planned(&test, &world, 12).await;
        let pack = script_pack(app, &world.owner, customer, 1).await.unwrap();
        let token = token(&pack);
        let origin = &world.owner.origin;
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        let good: String = (1..=9).map(|at| line(&format!("WS-{at:02}"), "0x00000000", 0)).collect();
        assert!(!fleet::report(app, origin, &token, good.as_bytes()).await.unwrap().is_held);
        let bad = |at: u32| line(&format!("WS-{at}"), "0x80072EE7", 13);
        assert!(
            !fleet::report(app, origin, &token, bad(10).as_bytes()).await.unwrap().is_held,
            "one in ten is allowed"
        );
        assert!(fleet::report(app, origin, &token, bad(11).as_bytes()).await.unwrap().is_held);
        assert_eq!(code(script_pack(app, &world.owner, customer, 1).await), "fleet_wave_held");
        fleet::release_wave(app, &world.agent, customer, 1).await.unwrap();
        script_pack(app, &world.owner, customer, 1).await.unwrap();

        let pack = script_pack(app, &world.owner, customer, 1).await.unwrap();
        let used_up = line("WS-12", "0xC004C008", 10);
        let token = self::token(&pack);
        assert!(fleet::report(app, origin, &token, used_up.as_bytes()).await.unwrap().is_held, "at once");
        fleet::hold_wave(app, &world.agent, customer, 1).await.unwrap();
        for (token, body) in [("", "x"), ("AAAAAAAAAAAAAAAAAAAAAA", "x")] {
            assert_eq!(code(fleet::report(app, origin, token, body.as_bytes()).await), "fleet_token_unknown");
        }
        let huge = vec![b'a'; fleet::REPORT_BYTES_MAX + 1];
        assert_eq!(code(fleet::report(app, origin, &token, &huge).await), "fleet_report_too_large");
        assert_eq!(code(fleet::report(app, origin, &token, b"").await), "fleet_report_malformed");
        test.real_clock.advance(jiff::SignedDuration::from_hours(24 * 15));
        assert_eq!(code(fleet::report(app, origin, &token, used_up.as_bytes()).await), "fleet_token_unknown");
    });
}

#[test]
fn a_new_plan_leaves_what_moved_in_its_wave_and_goes_on_behind() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        planned(&test, &world, 5).await;
        let pack = script_pack(app, &world.owner, customer, 1).await.unwrap();
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        let body = line("WS-01", "0x00000000", 0);
        fleet::report(app, &world.owner.origin, &token(&pack), body.as_bytes()).await.unwrap();
        let plan = fleet::make_plan(app, &world.owner, customer, settings(20), None).await.unwrap();
        let waves: Vec<_> = plan.waves.iter().map(|wave| (wave.number, wave.machines, wave.state)).collect();
        assert_eq!(waves, [(1, 1, WaveState::Done), (2, 11, WaveState::Planned)]);
        assert_eq!(plan.keys, [("MAK A".to_owned(), 11, 49)], "the machine that moved used an activation");
    });
}

#[test]
fn people_are_warned_once_before_the_first_last_safe_day() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        // 100 days, less the day of the end and 14 of reserve: the last safe day is the 26th of May.
        fleet::upload(app, &world.owner, customer, leases(&[("WS-1", 144_000)])).await.unwrap();
        assert_eq!(alarms::warn_due(app).await.unwrap(), 0);
        let mut given = Vec::new();
        for day in 1..=90 {
            test.clock.advance(jiff::SignedDuration::from_hours(24));
            for _ in 0..2 {
                given.extend(std::iter::repeat_n(day, alarms::warn_due(app).await.unwrap()));
            }
        }
        let summary = fleet::summary(app, &world.owner, customer).await.unwrap();
        assert_eq!(summary.safe_until, Some(date(2026, 5, 26)));
        assert_eq!(given, [25, 55, 71, 78, 83]);
        let moved = upload("moved.csv", inventory(&[("WS-1", "VOLUME_MAK", 1, 0)]));
        let text = String::from_utf8(moved.files[0].bytes.clone()).unwrap().replace("2026-03-02", "2026-03-09");
        fleet::upload(app, &world.owner, customer, upload("moved.csv", text.into_bytes())).await.unwrap();
        assert_eq!(fleet::summary(app, &world.owner, customer).await.unwrap().alarm, None);
    });
}
