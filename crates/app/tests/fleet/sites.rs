//! Days of sites, and what moves before what.

use perpetua_app::fleet::{self, SiteWindow};
use perpetua_domain::fleet::MachineState;
use perpetua_test_support::TestApp;

use super::*;

const WEEKEND: [bool; 7] = [false, false, false, false, false, true, true];

/// Two machines in Brno and one in Praha, and activations for all.
async fn two_sites(test: &TestApp, world: &World) {
    let rows = [("WS-1", 200_000), ("WS-2", 200_000), ("WS-3", 200_000)];
    let rows: Vec<_> = rows.iter().map(|(name, minutes)| (*name, "VOLUME_KMSCLIENT", 1, *minutes)).collect();
    let table = String::from_utf8(inventory(&rows)).unwrap();
    let table = table
        .lines()
        .map(|line| if line.starts_with("WS-3") { line.replace(";Brno;", ";Praha;") } else { line.to_owned() });
    let table: Vec<String> = table.collect();
    fleet::upload(&test.app, &world.owner, world.customer, upload("a.csv", table.join("\n").into_bytes()))
        .await
        .unwrap();
    fleet::add_key(&test.app, &world.owner, world.customer, mak("MAK A", 50), None).await.unwrap();
}

fn window(site: &str, weekdays: [bool; 7], capacity_per_day: Option<u32>) -> SiteWindow {
    SiteWindow { site: site.to_owned(), weekdays, capacity_per_day }
}

fn pair(first: &str, then: &str) -> (String, String) {
    (first.to_owned(), then.to_owned())
}

/// The days on which machines move, by their names.
async fn days(test: &TestApp, world: &World) -> Vec<(String, String)> {
    let plan =
        fleet::make_plan(&test.app, &world.agent, world.customer, stored(test, world).await, None).await.unwrap();
    assert!(plan.is_proved && plan.unsaved.is_empty(), "{plan:?}");
    let day = |number: Option<i64>| plan.waves.iter().find(|wave| Some(wave.number) == number).unwrap().day.to_string();
    let listed = machines(test, world).await;
    listed.into_iter().map(|row| (row.name, day(row.wave))).collect()
}

async fn stored(test: &TestApp, world: &World) -> PlanSettings {
    let stored = fleet::settings(&test.app, &world.agent, world.customer).await.unwrap();
    PlanSettings { windows: stored.windows, orders: stored.orders, ..settings(50) }
}

#[test]
fn the_next_plan_keeps_to_the_days_of_sites_and_to_their_order() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        two_sites(&test, &world).await;
        let of = |brno: &str, praha: &str| {
            [("WS-1", brno), ("WS-2", brno), ("WS-3", praha)].map(|(name, day)| pair(name, day)).to_vec()
        };
        assert_eq!(days(&test, &world).await, of("2026-03-03", "2026-03-03"));

        fleet::set_window(app, &world.agent, customer, window("Brno", WEEKEND, None)).await.unwrap();
        fleet::add_order(app, &world.agent, customer, pair("Brno", " Praha ")).await.unwrap();
        fleet::add_order(app, &world.agent, customer, pair("Brno", "Praha")).await.unwrap();
        let found = fleet::sites(app, &world.owner, customer).await.unwrap();
        let seen: Vec<_> = found.sites.iter().map(|site| (site.site.as_str(), site.machines)).collect();
        assert_eq!(seen, [("Brno", 2), ("Praha", 1)]);
        assert_eq!(found.sites[0].window, Some(window("Brno", WEEKEND, None)));
        assert_eq!((found.orders, found.may_edit), (vec![pair("Brno", "Praha")], true));
        assert!(
            machines(&test, &world).await.iter().all(|row| row.state == MachineState::Planned),
            "nothing moved yet"
        );
        assert_eq!(days(&test, &world).await, of("2026-03-07", "2026-03-08"));

        fleet::set_window(app, &world.agent, customer, window("Brno", [true; 7], Some(1))).await.unwrap();
        let one_a_day = days(&test, &world).await;
        assert_eq!(
            one_a_day.iter().map(|(_, day)| day.as_str()).collect::<Vec<_>>(),
            ["2026-03-03", "2026-03-04", "2026-03-05"]
        );

        fleet::remove_window(app, &world.agent, customer, "Brno".to_owned()).await.unwrap();
        fleet::remove_order(app, &world.agent, customer, pair("Brno", "Praha")).await.unwrap();
        assert_eq!(days(&test, &world).await, of("2026-03-03", "2026-03-03"));
    });
}

#[test]
fn what_no_plan_could_keep_to_is_refused_at_its_field_and_changes_nothing() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        two_sites(&test, &world).await;
        let long = "x".repeat(201);
        for (wrong, expected) in [
            (window(" ", WEEKEND, None), ("site", "required")),
            (window(&long, WEEKEND, None), ("site", "too_long")),
            (window("Brno", WEEKEND, Some(0)), ("capacity_per_day", "out_of_range")),
        ] {
            let (at, code) = field(fleet::set_window(app, &world.agent, customer, wrong).await);
            assert_eq!((at.as_str(), code), expected);
        }
        fleet::add_order(app, &world.agent, customer, pair("WS-1", "Praha")).await.unwrap();
        for (wrong, expected) in [
            (pair("", "Brno"), ("first", "required")),
            (pair("Brno", ""), ("then", "required")),
            (pair("Brno", "Brno"), ("then", "fleet_order_circle")),
            (pair("Praha", "WS-1"), ("then", "fleet_order_circle")),
        ] {
            let (at, code) = field(fleet::add_order(app, &world.agent, customer, wrong).await);
            assert_eq!((at.as_str(), code), expected);
        }
        let circle = vec![pair("a", "b"), pair("b", "c"), pair("c", "a")];
        let made = fleet::make_plan(app, &world.agent, customer, PlanSettings { orders: circle, ..settings(5) }, None);
        assert_eq!(field(made.await), ("orders".to_owned(), "fleet_order_circle"));
        let found = fleet::sites(app, &world.owner, customer).await.unwrap();
        assert_eq!(found.orders, [pair("WS-1", "Praha")]);
        assert!(found.sites.iter().all(|site| site.window.is_none()));

        let rival = test.partner("Hansa").await;
        let stranger = test.caller(rival, &[Role::AdminAgent]).await;
        for refused in [
            fleet::set_window(app, &stranger, customer, window("Brno", WEEKEND, None)).await,
            fleet::remove_window(app, &stranger, customer, "Brno".to_owned()).await,
            fleet::add_order(app, &stranger, customer, pair("a", "b")).await,
            fleet::remove_order(app, &stranger, customer, pair("WS-1", "Praha")).await,
            fleet::sites(app, &stranger, customer).await.map(|_| ()),
        ] {
            assert_eq!(code(refused), "not_found");
        }
    });
}
