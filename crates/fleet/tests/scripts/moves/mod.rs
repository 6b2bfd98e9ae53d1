//! Every branch of `Move-License.ps1`: what a machine is like, how the script is called, and what it leaves.

mod basics;
mod codes;
mod harm;
mod licenses;
mod phases;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use tree_sitter::Node;

use crate::host::{Seen, powershell};
use crate::machine::{Activation, Install, License, Machine, OFFICE, WINDOWS};
use crate::shell::run::{Mark, children, mark, named, parse};
use crate::shell::value::Script;

pub const SCRIPT: &str = include_str!("../../../src/scripts/templates/Move-License.ps1");

/// The key of the move, one of a wrong channel, and the generic one for the way back: invented, of their shape.
pub const KEY: &str = "AAAAA-BBBBB-CCCCC-DDDDD-MMMMM";
pub const SECOND: &str = "AAAAA-BBBBB-CCCCC-DDDDD-NNNNN";
pub const WRONG: &str = "AAAAA-BBBBB-CCCCC-DDDDD-RRRRR";
pub const BACK: &str = "AAAAA-BBBBB-CCCCC-DDDDD-GGGGG";

pub const KEY_FILE: &str = "C:\\Keys\\keys.txt";
pub const STATE: &str = "C:\\ProgramData\\Perpetua\\Fleet";

type Setting = Box<dyn Fn(&mut Machine)>;
type Check = Box<dyn Fn(&Machine)>;

/// A machine before, a call, and how it ends.
pub struct Case {
    name: &'static str,
    settings: Vec<Setting>,
    arguments: Vec<&'static str>,
    code: i32,
    checks: Vec<Check>,
}

/// A Windows client with its generic key on a machine of the plan, and the key file.
pub fn case(name: &'static str) -> Case {
    let start = |machine: &mut Machine| {
        machine.licenses.push(client());
        machine.keys.push((KEY, Install::Puts { license: mak(), replaces: Some("GGGGG") }));
        plan(machine, &[("ws-1.corp.example", WINDOWS, "GGGGG", "MAK A", "MMMMM")]);
        machine.write(KEY_FILE, &format!("MAK A={KEY}\r\n"));
    };
    let arguments = vec!["-KeyFile", KEY_FILE];
    Case { name, settings: vec![Box::new(start)], arguments, code: 0, checks: Vec::new() }
}

impl Case {
    pub fn with(mut self, setting: impl Fn(&mut Machine) + 'static) -> Self {
        self.settings.push(Box::new(setting));
        self
    }

    /// More arguments, after the key file.
    pub fn and(mut self, arguments: &[&'static str]) -> Self {
        self.arguments.extend(arguments);
        self
    }

    /// Other arguments than the key file.
    pub fn called(mut self, arguments: &[&'static str]) -> Self {
        self.arguments = arguments.to_vec();
        self
    }

    pub fn ends(mut self, code: i32) -> Self {
        self.code = code;
        self
    }

    pub fn leaves(mut self, check: impl Fn(&Machine) + 'static) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// The machine as it is before.
    pub fn machine(&self) -> Rc<RefCell<Machine>> {
        let mut machine = Machine::new("WS-1");
        let text = format!("\u{feff}{}", SCRIPT.replace('\n', "\r\n"));
        machine.write("C:\\Pack\\Move-License.ps1", &text);
        for setting in &self.settings {
            setting(&mut machine);
        }
        Rc::new(RefCell::new(machine))
    }

    /// Runs the script once on a machine.
    pub fn run_on(&self, machine: &Rc<RefCell<Machine>>, seen: &Seen) -> i32 {
        let mut words = vec!["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File"];
        words.push("C:\\Pack\\Move-License.ps1");
        words.extend(&self.arguments);
        let words: Vec<_> = words.into_iter().map(str::to_owned).collect();
        powershell(machine, seen, &words).1
    }

    /// Runs it on a fresh machine and checks what is asked of this case and of every one.
    pub fn check(&self, seen: &Seen) {
        let machine = self.machine();
        let before: Vec<_> = machine.borrow().files().cloned().collect();
        let code = self.run_on(&machine, seen);
        let machine = machine.borrow();
        assert_eq!(code, self.code, "{}: {:?} {:?}", self.name, machine.printed, machine.uncaught);
        assert_no_key(&machine);
        if self.arguments.contains(&"-DryRun") {
            assert_eq!(machine.files().cloned().collect::<Vec<_>>(), before, "a dry run writes nothing");
            assert!(machine.calls.is_empty() && machine.posts.is_empty() && machine.programs.is_empty());
        }
        for check in &self.checks {
            check(&machine);
        }
    }
}

/// No key is in anything that the script printed, called, sent or wrote; only a file that had it before may.
pub fn assert_no_key(machine: &Machine) {
    let words = machine.programs.iter().flatten().chain(&machine.printed).chain(&machine.calls);
    let sent = machine
        .posts
        .iter()
        .flat_map(|(address, headers, text)| headers.iter().map(|(_, value)| value).chain([address, text]));
    let written = machine.files().filter(|(path, _)| !path.ends_with("keys.txt")).map(|(_, text)| text);
    for text in words.chain(sent).chain(written) {
        let bare = text.to_uppercase().replace('-', "");
        assert!(!bare.contains("AAAAABBBBB"), "a key stands in {text}");
    }
}

pub fn client() -> License {
    License {
        class: "SoftwareLicensingProduct",
        application: WINDOWS,
        description: "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        channel: "Volume:GVLK",
        tail: Some("GGGGG".to_owned()),
        status: 1,
        is_addon: false,
        activation: Activation::Succeeds,
        activations: 0,
    }
}

/// A multiple activation key as a machine knows it that has just installed it.
pub fn mak() -> License {
    let description = "Windows(R) Operating System, VOLUME_MAK channel";
    License { description, channel: "Volume:MAK", tail: None, status: 5, ..client() }
}

pub fn retail() -> License {
    let description = "Windows(R) Operating System, RETAIL channel";
    License { description, channel: "Retail", tail: None, status: 5, ..client() }
}

pub fn office(class: &'static str, channel: &'static str, tail: Option<&str>) -> License {
    let is_mak = channel == "Volume:MAK";
    let description = if is_mak { "Office 16, RETAIL(MAK) channel" } else { "Office 16, VOLUME_KMSCLIENT channel" };
    let tail = tail.map(str::to_owned);
    License { class, application: OFFICE, description, channel, tail, status: if is_mak { 5 } else { 1 }, ..client() }
}

/// Writes `machines.csv`: machine, application, old tail, label, new tail.
pub fn plan(machine: &mut Machine, rows: &[(&str, &str, &str, &str, &str)]) {
    let header = "machine,wave,day,application,old_partial_key,key_label,key_tail,pilot".to_owned();
    let row = |(name, application, old, label, tail): &(&str, &str, &str, &str, &str)| {
        format!("{name},1,2026-04-01,{application},{old},\"{label}\",{tail},0")
    };
    let lines: Vec<_> = [header].into_iter().chain(rows.iter().map(row)).collect();
    machine.write("C:\\Pack\\machines.csv", &(lines.join("\r\n") + "\r\n"));
}

/// The last line of the report, by column.
pub fn report(machine: &Machine, column: &str) -> String {
    let text = machine.read(&format!("{STATE}\\report.csv")).expect("a report");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == column).expect("the column");
    reader.records().last().expect("a line").unwrap()[at].to_owned()
}

pub fn status(machine: &Machine, tail: &str) -> Option<i32> {
    machine.licenses.iter().find(|license| license.tail.as_deref() == Some(tail)).map(|license| license.status)
}

pub fn activations(machine: &Machine) -> u32 {
    machine.licenses.iter().map(|license| license.activations).sum()
}

fn cases() -> Vec<Case> {
    [basics::cases(), phases::cases(), licenses::cases(), codes::cases(), harm::cases()].into_iter().flatten().collect()
}

#[test]
fn every_case_ends_as_it_says() {
    for case in cases() {
        case.check(&Seen::default());
    }
}
/// Places that a run can pass: statements, both ways out of a condition, cases of a switch, catches.
pub fn places(node: Node<'static>, script: Script, found: &mut BTreeSet<Mark>) {
    match node.kind() {
        "statement_list" => {
            let statements = named(node).into_iter().filter(|statement| statement.kind() != "function_statement");
            found.extend(statements.map(|statement| mark(script, statement, "statement")));
        }
        "switch_clause" => found.extend([mark(script, node, "case")]),
        "catch_clause" => found.extend([mark(script, node, "caught")]),
        "if_statement" | "elseif_clause" => {
            let condition = node.child_by_field_name("condition").unwrap();
            found.extend(["true", "false"].map(|way| mark(script, condition, way)));
        }
        _ => {}
    }
    for child in children(node) {
        places(child, script, found);
    }
}

#[test]
fn no_statement_and_no_branch_is_without_a_case() {
    let seen = Seen::default();
    for case in cases() {
        case.check(&seen);
    }
    let (text, program) = parse(&SCRIPT.replace('\n', "\r\n"));
    let mut all = BTreeSet::new();
    places(program, Script { name: "Move-License.ps1", text }, &mut all);
    assert!(all.len() > 200, "{} places", all.len());
    assert_passed(text, &all, &seen);
}

/// Names every place that nothing passed.
pub fn assert_passed(text: &str, all: &BTreeSet<Mark>, seen: &Seen) {
    let seen = seen.borrow();
    let open = all.difference(&seen).map(|mark| {
        let first = text[mark.start..mark.end].lines().next().unwrap();
        format!("line {} {}: {first}", mark.line, mark.way)
    });
    let open: Vec<_> = open.collect();
    assert!(open.is_empty(), "no case passes\n{}", open.join("\n"));
}
