//! The command from arguments to report, and that every code has words in both languages.

use clap::Parser as _;
use perpetua_fleet::read::Input;

use super::*;
use crate::cli::{Cli, Command, FleetCommand};

const NOW: &str = "2026-03-15T08:00:00Z";

fn options(arguments: &[&str]) -> FleetPlanOptions {
    let all = ["perpetua", "fleet", "plan", "--now", NOW].iter().chain(arguments);
    match Cli::try_parse_from(all).unwrap().command {
        Command::Fleet(FleetCommand::Plan(options)) => options,
        other => panic!("{other:?}"),
    }
}

/// Four machines: two leases, one overdue, one that has moved.
fn inventory() -> String {
    let row = |name: &str, channel: &str, state: u32, minutes: u32, key: &str| {
        format!(
            "{name};Windows(R), Enterprise edition;Windows(R) Operating System, {channel} channel;{state};{minutes};{key};19045;2026-03-14T09:00:00Z\n"
        )
    };
    [
        "PSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey;BuildNumber;CollectedAt\n".to_owned(),
        row("WS-1", "VOLUME_KMSCLIENT", 1, 250_000, "FKE01"),
        row("WS-2", "VOLUME_KMSCLIENT", 1, 60_000, "FKE01"),
        row("WS-3", "VOLUME_KMSCLIENT", 5, 0, "FKE01"),
        row("WS-4", "VOLUME_MAK", 1, 0, "FKE02"),
        "<script>;Windows(R), Enterprise edition;Windows(R) Operating System, VOLUME_KMSCLIENT channel;1;70000;FKE01;19045;2026-03-14T09:00:00Z\n"
            .to_owned(),
    ]
    .concat()
}

fn sample(arguments: &[&str], keys: Option<&str>, lang: Lang) -> World {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["inventory.csv"]).collect();
    let options = options(&arguments);
    let text = inventory();
    let input = Input { name: "inventory.csv", bytes: text.as_bytes(), received_at: NOW.parse().unwrap() };
    let reading = read(&[input], &reading_options(&options, lang).unwrap());
    let list = keys.map(|keys| read_keys(keys.as_bytes()).unwrap());
    world(&options, lang, NOW.parse().unwrap(), reading, list)
}

#[test]
fn the_report_forecasts_plans_and_proves() {
    let world = sample(&[], None, Lang::En);
    let text = page::text(&report::sections(&world, None));
    for part in [
        "5 machines were recognised.",
        "1 license already runs with a multiple activation key.",
        "Proof: every planned machine moves on or before its last safe day",
        "Windows 10 Enterprise",
        "WS-3",
        "Time has run out; first in line",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(world.breaches.is_empty() && world.plan.unsaved.is_empty());
    assert_eq!(world.plan.planned(), 4);
}

#[test]
fn the_report_speaks_czech() {
    let text = page::text(&report::sections(&sample(&[], None, Lang::Cs), None));
    for part in ["Rozpoznáno 5 zařízení.", "Důkaz:", "Vlny", "Poslední bezpečný den", "Čas vypršel"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains('«'), "{text}");
}

#[test]
fn the_page_shows_names_of_machines_as_text() {
    let html = page::html(Lang::En, &report::sections(&sample(&[], None, Lang::En), None));
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
}

#[test]
fn the_json_has_plan_and_proof() {
    let world = sample(&[], Some("label,product,remaining\nA,Windows 11 Enterprise,2\n"), Lang::En);
    let value: serde_json::Value = serde_json::from_str(&report::json(&world)).unwrap();
    assert_eq!(value["schema"], "fleet-plan/1");
    assert_eq!(value["proof"]["holds"], true);
    assert_eq!(value["machines"].as_array().unwrap().len(), 5);
    assert_eq!((&value["gaps"][0]["needed"], &value["gaps"][0]["missing"]), (&4.into(), &2.into()));
    assert_eq!(value["plan"]["unsaved"].as_array().unwrap().len(), 2);
    assert_eq!(value["plan"]["remedies"][0]["count"], 2);
}

#[test]
fn a_later_switch_off_moves_the_last_safe_day() {
    let last = |until: &str| {
        sample(&["--until", until], None, Lang::En).forecasts.into_iter().map(|forecast| forecast.last_safe_day).max()
    };
    assert!(last("2026-06-01") < last("2026-09-01"));
}

#[test]
fn scripts_are_written_once_with_checksums_and_without_unusable_names() {
    let world = sample(&[], Some("label,product,key,remaining\nA,Windows 11 Enterprise,FKE09,9\n"), Lang::En);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("pack");
    assert_eq!(scripts::write(&world, &target).unwrap(), ["<script>"]);
    let list = std::fs::read_to_string(target.join("machines.csv")).unwrap();
    assert!(list.contains("WS-3,1,2026-03-16,55c92734-d682-4d71-983e-d6ec3f16059f,FKE01,\"A\",FKE09,0"), "{list}");
    assert!(!list.contains("script"));
    let sums = std::fs::read_to_string(target.join("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), 15);
    let readme = std::fs::read_to_string(target.join("README.cs.txt")).unwrap();
    assert!(readme.contains("0xC004C020") && !readme.contains('«'), "{readme}");
    assert!(scripts::write(&world, &target).is_err(), "a folder with something in it stays as it is");
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let options = options(&["x.json"]);
    let input = Input { name: "x.json", bytes: b"{\"a\": ", received_at: NOW.parse().unwrap() };
    let reading = read(&[input], &Options::default());
    let world = world(&options, Lang::En, NOW.parse().unwrap(), reading, None);
    let text = page::text(&report::sections(&world, None));
    assert!(text.contains("x.json, line 1") && text.contains("damaged or cut-off JSON"), "{text}");
}

#[test]
fn every_code_has_words_in_both_languages() {
    fn check<E: Copy>(family: &str, all: &[E], word: impl Fn(E) -> &'static str) {
        for lang in Lang::ALL {
            for code in all {
                let id = format!("fleet-{family}-{}", word(*code).replace('_', "-"));
                assert!(perpetua_i18n::exists(lang, &id), "{lang} {id}");
            }
        }
    }
    use perpetua_fleet::{error_code, exit_code, forecast, matching, plan, product, record, verdict};
    check("doubt", verdict::Doubt::ALL, verdict::Doubt::as_text);
    check("failure", verdict::Failure::ALL, verdict::Failure::as_text);
    check("outlook", forecast::Outlook::ALL, forecast::Outlook::as_text);
    check("misfit", matching::Misfit::ALL, matching::Misfit::as_text);
    check("left-out", matching::LeftOut::ALL, matching::LeftOut::as_text);
    check("lost", plan::Lost::ALL, plan::Lost::as_text);
    check("urgency", plan::Urgency::ALL, plan::Urgency::as_text);
    check("exit", exit_code::ExitCode::ALL, exit_code::ExitCode::as_text);
    check("result", error_code::Meaning::ALL, error_code::Meaning::as_text);
    check("format", record::Format::ALL, record::Format::as_text);
    check("family", product::Family::ALL, product::Family::as_text);
}
