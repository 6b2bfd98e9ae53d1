//! Running a script file of the stub machine, as `powershell.exe -File` does.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::machine::Machine;
use crate::shell::call::{Argument, Given};
use crate::shell::run::{Flow, Mark, Shell, parse};
use crate::shell::value::{Object, Script, Value};

pub type Seen = Rc<RefCell<BTreeSet<Mark>>>;

/// `powershell.exe` with its own options before `-File`: the lines that it prints, and its exit code.
pub fn powershell(machine: &Rc<RefCell<Machine>>, seen: &Seen, words: &[String]) -> (Vec<String>, i32) {
    let own = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File"];
    assert_eq!(words[..own.len()], own, "the options of powershell.exe");
    let given = words[own.len() + 1..].iter().map(|word| match word.strip_prefix('-') {
        Some(name) => Argument::Parameter(name.to_owned()),
        None => Argument::Value(word.as_str().into()),
    });
    run(machine, seen, &words[own.len()], given.collect())
}

/// Runs a file. What nobody caught ends it with 1, as it ends the process.
pub fn run(machine: &Rc<RefCell<Machine>>, seen: &Seen, path: &str, given: Given) -> (Vec<String>, i32) {
    let text = machine.borrow().read(path).unwrap_or_else(|| panic!("{path} is not there"));
    let (text, program) = parse(&text);
    let name = Box::leak(path.rsplit('\\').next().unwrap().to_owned().into_boxed_str());
    let mut shell = Shell::new(machine, seen, Script { name, text });
    let before = machine.borrow().host.len();
    let command = Object::value("ScriptInfo", vec![("Path", path.into())]);
    shell.set("MyInvocation", Object::value("InvocationInfo", vec![("MyCommand", command)]));
    let path = Object::value("PathIntrinsics", vec![]);
    let state = Object::value("SessionState", vec![("Path", path)]);
    shell.set("ExecutionContext", Object::value("EngineIntrinsics", vec![("SessionState", state)]));
    let mut out = Vec::new();
    let ended = shell.bind_parameters(program, given).and_then(|parameters| {
        shell.scopes[0].extend(parameters);
        shell.statements(program, &mut out)
    });
    let mut lines = machine.borrow_mut().host.split_off(before);
    lines.extend(out.iter().map(Value::text));
    machine.borrow_mut().printed.extend(lines.iter().cloned());
    let code = match ended {
        Ok(()) | Err(Flow::Return) => 0,
        Err(Flow::Exit(code)) => code,
        Err(Flow::Throw(record)) => {
            let message = match &record {
                Value::Object(record) => shell.member(&record.fields.borrow().get("Exception").unwrap(), "Message"),
                other => panic!("{} was thrown", other.kind()),
            };
            let complaint = format!("line {}: {}", shell.line, message.text());
            machine.borrow_mut().printed.push(complaint.clone());
            machine.borrow_mut().uncaught.push(complaint);
            1
        }
        Err(Flow::Continue) => panic!("continue outside of a loop"),
    };
    (lines, code)
}
