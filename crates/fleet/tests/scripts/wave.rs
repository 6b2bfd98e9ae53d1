//! `Invoke-Wave.ps1` over machines that answer, fail, or are asleep.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::host::{Seen, run};
use crate::machine::{Activation, Install, License, Machine, WINDOWS, Web};
use crate::moves::{self, KEY, assert_no_key, client, mak, status};
use crate::shell::call::{Argument, Given};
use crate::shell::run::{Mark, parse};
use crate::shell::value::{Script, Value};

const SCRIPT: &str = include_str!("../../src/scripts/templates/Invoke-Wave.ps1");

type Shared = Rc<RefCell<Machine>>;

/// A name of the network; a handful is enough for every rule.
fn name(number: usize) -> &'static str {
    ["WS-00", "WS-01", "WS-02", "WS-03", "WS-04", "WS-05", "WS-06", "WS-07", "WS-08", "WS-09", "WS-10", "WS-11"][number]
}

/// A machine in the network, whose activation does what is given.
fn remote(number: usize, activation: Activation) -> Shared {
    let mut machine = Machine::new(name(number));
    machine.licenses.push(client());
    let license = License { activation, ..mak() };
    machine.keys.push((KEY, Install::Puts { license, replaces: Some("GGGGG") }));
    Rc::new(RefCell::new(machine))
}

/// The administrator's machine with the pack and a key file, and a network.
fn desk(network: Vec<(usize, Shared)>, listed: usize) -> Shared {
    let mut desk = Machine::new("DESK");
    for (file, text) in [("Invoke-Wave.ps1", SCRIPT), ("Move-License.ps1", moves::SCRIPT)] {
        desk.write(&format!("C:\\Pack\\{file}"), &format!("\u{feff}{}", text.replace('\n', "\r\n")));
    }
    let rows: Vec<_> = (0..listed).map(|at| (name(at), WINDOWS, "GGGGG", "MAK A", "MMMMM")).collect();
    moves::plan(&mut desk, &rows);
    desk.write("C:\\Keys\\keys.txt", &format!("MAK A={KEY}\r\n"));
    desk.typed.insert("Key for MAK A".to_owned(), KEY.to_owned());
    desk.network = network.into_iter().map(|(number, machine)| (name(number).to_owned(), machine)).collect();
    Rc::new(RefCell::new(desk))
}

fn all(activation: Activation, count: usize) -> Vec<(usize, Shared)> {
    (0..count).map(|number| (number, remote(number, activation))).collect()
}

fn wave(desk: &Shared, more: &[(&str, Option<Value>)], seen: &Seen) -> i32 {
    let mut given: Given = vec![Argument::Parameter("Wave".to_owned()), Argument::Value(Value::Int(1))];
    for (name, value) in more {
        given.push(Argument::Parameter((*name).to_owned()));
        given.extend(value.clone().map(Argument::Value));
    }
    let (_, code) = run(desk, seen, "C:\\Pack\\Invoke-Wave.ps1", given);
    let machine = desk.borrow();
    assert_eq!(machine.uncaught, Vec::<String>::new());
    assert_no_key(&machine);
    for remote in machine.network.values() {
        let remote = remote.borrow();
        assert_no_key(&remote);
        assert!(!remote.exists("C:\\ProgramData\\Perpetua\\Fleet\\keys.txt"), "the key stays nowhere");
    }
    code
}

fn file() -> (&'static str, Option<Value>) {
    ("KeyFile", Some("C:\\Keys\\keys.txt".into()))
}

/// Cells of a table that the wave leaves, without its header and with blanks between.
fn table(desk: &Shared, file: &str, columns: usize) -> Vec<String> {
    let text = desk.borrow().read(&format!("C:\\Pack\\{file}")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().take(columns).collect::<Vec<_>>().join(" ")).collect()
}

fn moved(desk: &Shared) -> usize {
    let desk = desk.borrow();
    desk.network.values().filter(|machine| status(&machine.borrow(), "MMMMM") == Some(1)).count()
}

fn every_machine_moves(seen: &Seen) {
    let desk = desk(all(Activation::Succeeds, 3), 3);
    assert_eq!(wave(&desk, &[file(), ("ThrottleLimit", Some(Value::Int(2)))], seen), 0);
    assert_eq!(moved(&desk), 3);
    assert_eq!(table(&desk, "proof-wave-1.csv", 3), ["WS-00 1 0", "WS-01 1 0", "WS-02 1 0"]);
    assert!(desk.borrow().read("C:\\Pack\\proof-wave-1.csv").unwrap().contains("MMMMM"), "the proof is the report");
    assert!(desk.borrow().read("C:\\Pack\\retry.csv").unwrap().is_empty());
}

fn a_dry_run_moves_nobody_and_asks_for_no_key(seen: &Seen) {
    let desk = desk(all(Activation::Succeeds, 2), 2);
    desk.borrow_mut().typed.clear();
    desk.borrow_mut().write("C:\\Pack\\report-to.txt", "https://fleet.example/\r\ntoken-1\r\n");
    assert_eq!(wave(&desk, &[("DryRun", None)], seen), 0);
    assert_eq!((moved(&desk), desk.borrow().posts.len()), (0, 0));
    assert!(desk.borrow().network.values().all(|machine| machine.borrow().calls.is_empty()));
}

fn a_typed_key_is_wiped(seen: &Seen) {
    let desk = desk(all(Activation::Succeeds, 1), 1);
    assert_eq!(wave(&desk, &[], seen), 0);
    assert_eq!((moved(&desk), desk.borrow().calls.clone()), (1, vec!["ZeroFreeBSTR".to_owned()]));
}

fn who_sleeps_or_fails_is_tried_again(seen: &Seen) {
    let network = vec![(0, remote(0, Activation::Succeeds)), (1, remote(1, Activation::Fails(0x8007_2EE7)))];
    let desk = desk(network, 3);
    assert_eq!(wave(&desk, &[file(), ("PlanFile", Some("C:\\Pack\\machines.csv".into()))], seen), 0);
    assert_eq!(table(&desk, "retry.csv", 3), ["WS-01 1 13", "WS-02 1 unreachable"]);
}

fn a_wave_stops_when_activations_are_used_up(seen: &Seen) {
    for code in [0xC004_C020, 0xC004_C003] {
        let desk = desk(all(Activation::Fails(code), 3), 3);
        assert_eq!(wave(&desk, &[file(), ("ThrottleLimit", Some(Value::Int(1)))], seen), 2);
        let number = if code == 0xC004_C020 { 10 } else { 11 };
        let open = [format!("WS-00 1 {number}"), "WS-01 1 not tried".to_owned(), "WS-02 1 not tried".to_owned()];
        assert_eq!(table(&desk, "retry.csv", 3), open);
    }
}

fn a_wave_stops_when_too_many_fail(seen: &Seen) {
    let mut network = all(Activation::Succeeds, 12);
    for number in [3, 4] {
        network[number].1 = remote(number, Activation::Stays(5));
    }
    let desk = desk(network, 12);
    assert_eq!(wave(&desk, &[file(), ("ThrottleLimit", Some(Value::Int(5)))], seen), 2);
    assert_eq!(moved(&desk), 8, "ten were tried");
}

fn a_wave_stops_when_the_answer_says_so(seen: &Seen) {
    let report = |answer| {
        let desk = desk(all(Activation::Succeeds, 2), 2);
        desk.borrow_mut().write("C:\\Pack\\report-to.txt", "https://fleet.example/r\r\ntoken-1\r\n");
        desk.borrow_mut().web = answer;
        let code = wave(&desk, &[file(), ("ThrottleLimit", Some(Value::Int(1)))], seen);
        (code, desk)
    };
    let (code, desk) = report(Web::Answers("{\"stop\":true}"));
    assert_eq!((code, moved(&desk)), (2, 1));
    assert_eq!(desk.borrow().posts[0].1[0].1, "Bearer token-1");
    assert!(desk.borrow().posts[0].2.starts_with("\"WS-00\""));
    let (code, desk) = report(Web::Answers("{\"stop\":false}"));
    assert_eq!((code, moved(&desk)), (0, 2));
    let (code, desk) = report(Web::Fails);
    assert_eq!((code, moved(&desk)), (0, 2));
}

fn old_systems_send_the_proof_too(seen: &Seen) {
    let desk = desk(all(Activation::Succeeds, 1), 1);
    desk.borrow_mut().knows_tls_1_2 = false;
    desk.borrow_mut().write("C:\\Pack\\report-to.txt", "https://fleet.example/r\r\ntoken-1\r\n");
    assert_eq!(wave(&desk, &[file()], seen), 0);
    assert_eq!(desk.borrow().posts.len(), 1);
}

fn paths_count_from_where_powershell_stands(seen: &Seen) {
    let desk = desk(all(Activation::Succeeds, 1), 1);
    for (from, to) in [("C:\\Pack\\machines.csv", "C:\\Work\\list.csv"), ("C:\\Keys\\keys.txt", "C:\\Work\\keys.txt")] {
        let text = desk.borrow().read(from).unwrap();
        desk.borrow_mut().write(to, &text);
    }
    let files = [("KeyFile", Some("keys.txt".into())), ("PlanFile", Some(".\\list.csv".into()))];
    assert_eq!(wave(&desk, &files, seen), 0);
    assert_eq!(moved(&desk), 1);
}

const TESTS: &[fn(&Seen)] = &[
    every_machine_moves,
    a_dry_run_moves_nobody_and_asks_for_no_key,
    a_typed_key_is_wiped,
    who_sleeps_or_fails_is_tried_again,
    a_wave_stops_when_activations_are_used_up,
    a_wave_stops_when_too_many_fail,
    a_wave_stops_when_the_answer_says_so,
    old_systems_send_the_proof_too,
    paths_count_from_where_powershell_stands,
];

#[test]
fn waves_run_prove_and_stop_and_no_branch_is_left_out() {
    let seen = Seen::default();
    for test in TESTS {
        test(&seen);
    }
    let (text, program) = parse(&SCRIPT.replace('\n', "\r\n"));
    let mut all: BTreeSet<Mark> = BTreeSet::new();
    moves::places(program, Script { name: "Invoke-Wave.ps1", text }, &mut all);
    moves::assert_passed(text, &all, &seen);
}
