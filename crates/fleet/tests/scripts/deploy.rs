//! What collects, and the scripts for Intune and Configuration Manager around the one that moves.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use jiff::Timestamp;
use perpetua_fleet::channel::Channel;
use perpetua_fleet::forecast::{Assumptions, machine as forecast};
use perpetua_fleet::keys::read_keys;
use perpetua_fleet::matching::assign;
use perpetua_fleet::merge::merge;
use perpetua_fleet::plan::{Fleet, Rules, make};
use perpetua_fleet::read::{Input, Options, read};
use perpetua_fleet::scripts::{collector, pack};
use perpetua_fleet::state::State;

use crate::host::{Seen, run};
use crate::machine::{Activation, Install, License, Machine, WINDOWS};
use crate::moves::{self, KEY, STATE, assert_no_key, client, mak, office, status};
use crate::shell::run::{Mark, parse};
use crate::shell::value::Script;

const INTUNE_DETECT: &str = include_str!("../../src/scripts/templates/intune/Detect.ps1");
const INTUNE_REMEDIATE: &str = include_str!("../../src/scripts/templates/intune/Remediate.ps1");
const CONFIGMGR_DETECT: &str = include_str!("../../src/scripts/templates/configmgr/Detect.ps1");

type Shared = Rc<RefCell<Machine>>;

/// A machine to which the management has brought script, list and key.
fn delivered(activation: Activation) -> Shared {
    let mut machine = Machine::new("WS-1");
    machine.licenses.push(client());
    let license = License { activation, ..mak() };
    machine.keys.push((KEY, Install::Puts { license, replaces: Some("GGGGG") }));
    moves::plan(&mut machine, &[("ws-1.corp.example", WINDOWS, "GGGGG", "MAK A", "")]);
    let list = machine.read("C:\\Pack\\machines.csv").unwrap();
    machine.write(&format!("{STATE}\\machines.csv"), &list);
    machine.write(&format!("{STATE}\\Move-License.ps1"), moves::SCRIPT);
    machine.write(&format!("{STATE}\\keys.txt"), &format!("MAK A={KEY}\r\n"));
    Rc::new(RefCell::new(machine))
}

/// Runs a script that the management holds; its lines and its code.
fn managed(machine: &Shared, name: &str, text: &str, seen: &Seen) -> (String, i32) {
    let path = format!("C:\\Management\\{name}");
    machine.borrow_mut().write(&path, text);
    let (lines, code) = run(machine, seen, &path, Vec::new());
    assert_no_key(&machine.borrow());
    assert_eq!(machine.borrow().uncaught, Vec::<String>::new());
    (lines.join("|"), code)
}

fn assert_all_passed(name: &'static str, source: &'static str, seen: &Seen) {
    let (text, program) = parse(source);
    let mut all: BTreeSet<Mark> = BTreeSet::new();
    moves::places(program, Script { name, text }, &mut all);
    moves::assert_passed(text, &all, seen);
}

#[test]
fn intune_detects_remediates_and_detects_the_success() {
    let seen = Seen::default();
    let detect = |machine: &Shared| managed(machine, "Detect.ps1", INTUNE_DETECT, &seen);
    let remediate = |machine: &Shared| managed(machine, "Remediate.ps1", INTUNE_REMEDIATE, &seen);
    let machine = delivered(Activation::Succeeds);
    assert_eq!(detect(&machine), ("open, code 20".to_owned(), 1));
    assert_eq!(remediate(&machine), ("code 0".to_owned(), 0));
    assert_eq!(status(&machine.borrow(), "MMMMM"), Some(1));
    assert_eq!(detect(&machine), ("done".to_owned(), 0));
    // Running again does no harm, though the key file is gone.
    assert_eq!(remediate(&machine), ("code 0".to_owned(), 0));
    assert_eq!(moves::activations(&machine.borrow()), 1);

    let used_up = delivered(Activation::Fails(0xC004_C020));
    assert_eq!(remediate(&used_up), ("code 10".to_owned(), 1));
    assert_eq!(remediate(&delivered(Activation::Fails(0xC004_D302))), ("code 3010".to_owned(), 0));
    let bare = Rc::new(RefCell::new(Machine::new("WS-2")));
    assert_eq!(detect(&bare), ("not delivered".to_owned(), 0));
    assert_all_passed("Detect.ps1", INTUNE_DETECT, &seen);
    assert_all_passed("Remediate.ps1", INTUNE_REMEDIATE, &seen);
}

#[test]
fn configuration_manager_detects_by_the_report() {
    let seen = Seen::default();
    let detect = |machine: &Shared| managed(machine, "Detect.ps1", CONFIGMGR_DETECT, &seen).0;
    let move_it = |machine: &Shared| {
        let path = format!("{STATE}\\Move-License.ps1");
        let words = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", &path, "-KeyFile"];
        let keys = format!("{STATE}\\keys.txt");
        let words: Vec<_> = words.into_iter().chain([keys.as_str(), "-KeepKeyFile"]).map(str::to_owned).collect();
        crate::host::powershell(machine, &seen, &words).1
    };
    let machine = delivered(Activation::Succeeds);
    assert_eq!(detect(&machine), "");
    assert_eq!(move_it(&machine), 0);
    assert_eq!(detect(&machine), "done");
    // A second product of the same application that failed is not hidden by the first, nor the other way about.
    let path = format!("{STATE}\\report.csv");
    let kept = machine.borrow().read(&path).unwrap();
    let line = kept.lines().last().unwrap().to_owned();
    let open = line.replace("GGGGG", "GHGHG").replace("\"1\",\"1\"", "\"1\",\"5\"");
    assert_ne!(open, line);
    machine.borrow_mut().write(&path, &format!("{}\r\n{open}\r\n{line}\r\n", kept.lines().next().unwrap()));
    assert_eq!(detect(&machine), "");
    let failed = delivered(Activation::Stays(5));
    assert_eq!((move_it(&failed), detect(&failed)), (20, String::new()));
    assert_all_passed("Detect.ps1", CONFIGMGR_DETECT, &seen);
}

/// Collects and reads what was collected: host, build, and per license channel, key and state.
fn collected(machine: Machine, seen: &Seen) -> (String, Vec<(Channel, String, State)>) {
    let machine = Rc::new(RefCell::new(machine));
    managed(&machine, "Get-Inventory.ps1", &collector().text, seen);
    let text = machine.borrow().read("C:\\Work\\WS-1.json").expect("a file where PowerShell stands");
    let received_at: Timestamp = "2026-03-15T09:00:00Z".parse().unwrap();
    let input = Input { name: "WS-1.json", bytes: text.as_bytes(), received_at };
    let reading = read(&[input], &Options::default());
    assert_eq!((reading.records.len(), reading.unread.len()), (1, 0), "{text}");
    let record = &reading.records[0];
    assert_eq!(record.host.os_build, Some(19_045));
    assert_eq!(record.host.ui_language.as_deref(), Some("cs-CZ"));
    assert_eq!(record.service.version.as_deref(), Some("10.0.19041.1"));
    assert!(record.collected_at.to_string().contains("2026-03-15T08:00:"), "{text}");
    let products = record.products.iter();
    let products =
        products.map(|one| (one.channel, one.partial_key.clone().unwrap_or_default(), one.state.expect("a state")));
    (record.host.name.clone().unwrap(), products.collect())
}

#[test]
fn what_is_collected_is_read_in_full() {
    let seen = Seen::default();
    let mut modern = Machine::new("WS-1");
    modern.time_separator = ".";
    modern.licenses = vec![client(), License { tail: None, ..mak() }];
    let windows = (Channel::KmsClient, "GGGGG".to_owned(), State::Licensed);
    assert_eq!(collected(modern, &seen), ("WS-1".to_owned(), vec![windows.clone()]));

    let mut old = Machine::new("WS-1");
    (old.has_channel, old.has_office_service) = (false, true);
    old.licenses = vec![client(), office("OfficeSoftwareProtectionProduct", "Volume:GVLK", Some("OFF01"))];
    let office = (Channel::KmsClient, "OFF01".to_owned(), State::Licensed);
    assert_eq!(collected(old, &seen).1, [windows, office]);
    let text = collector().text;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    assert_all_passed("Get-Inventory.ps1", Box::leak(text.into_boxed_str()), &seen);
}

/// The inventory of a machine, as the collector writes it.
fn inventory(machine: &Shared, seen: &Seen) -> String {
    managed(machine, "Get-Inventory.ps1", &collector().text, seen);
    machine.borrow().read("C:\\Work\\WS-1.json").unwrap()
}

#[test]
fn a_machine_is_collected_planned_moved_and_proved() {
    let seen = Seen::default();
    let now: Timestamp = "2026-03-15T09:00:00Z".parse().unwrap();
    let mut machine = Machine::new("WS-1");
    machine.licenses.push(client());
    machine.keys.push((KEY, Install::Puts { license: mak(), replaces: Some("GGGGG") }));
    let machine = Rc::new(RefCell::new(machine));

    // A label that a spreadsheet would act on is the same in the list and in the file of keys.
    let keys = read_keys(b"label,product,remaining\n+MAK=A,Windows 10 Enterprise,5\n").unwrap().keys;
    let machines_of = |text: &str| {
        let input = Input { name: "WS-1.json", bytes: text.as_bytes(), received_at: now };
        merge(read(&[input], &Options::default()).records)
    };
    let plan_of = |machines: &[perpetua_fleet::merge::Machine]| {
        let forecasts: Vec<_> = machines.iter().map(|machine| forecast(machine, &Assumptions::at(now))).collect();
        let matching = assign(machines, &forecasts, &keys);
        let fleet = Fleet { machines, forecasts: &forecasts, keys: &keys, matching: &matching };
        let plan = make(&fleet, &Rules::from_day("2026-03-16".parse().unwrap()));
        (plan.planned(), pack(&fleet, &plan).files)
    };
    let (planned, files) = plan_of(&machines_of(&inventory(&machine, &seen)));
    assert_eq!(planned, 1);
    for file in files {
        machine.borrow_mut().write(&format!("{STATE}\\{}", file.path.replace('/', "\\")), &file.text);
    }
    let template = machine.borrow().read(&format!("{STATE}\\keys-template.txt")).unwrap();
    machine.borrow_mut().write(&format!("{STATE}\\keys.txt"), &template.replace("=\r\n", &format!("={KEY}\r\n")));
    let remediate = machine.borrow().read(&format!("{STATE}\\intune\\Remediate.ps1")).unwrap();
    assert_eq!(managed(&machine, "Remediate.ps1", &remediate, &seen), ("code 0".to_owned(), 0));
    let (planned, _) = plan_of(&machines_of(&inventory(&machine, &seen)));
    assert_eq!((planned, status(&machine.borrow(), "MMMMM")), (0, Some(1)));
}
