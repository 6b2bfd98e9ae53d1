//! Each phase alone, and what is done is done once.

use super::*;

pub fn cases() -> Vec<Case> {
    let mut cases = changing_nothing();
    cases.extend(changing());
    cases.extend(undoing());
    cases
}

/// A machine on which the move has been done.
fn moved(machine: &mut Machine) {
    machine.licenses = vec![License { tail: Some("MMMMM".to_owned()), status: 1, ..mak() }];
}

/// A machine whose key is installed and not yet activated.
fn installed(machine: &mut Machine) {
    machine.licenses = vec![License { tail: Some("MMMMM".to_owned()), ..mak() }];
}

/// The same list without the last five characters of the new key.
fn without_tail(machine: &mut Machine) {
    plan(machine, &[("ws-1.corp.example", WINDOWS, "GGGGG", "MAK A", "")]);
}

fn nothing_called(machine: &Machine) {
    assert!(machine.calls.is_empty(), "{:?}", machine.calls);
}

fn changing_nothing() -> Vec<Case> {
    let kept = |machine: &Machine| {
        nothing_called(machine);
        assert!(machine.exists(KEY_FILE), "the key is still needed");
    };
    vec![
        case("check sees the old license and changes nothing").and(&["-Phase", "Check"]).leaves(kept).leaves(
            |machine| {
                assert_eq!(
                    (report(machine, "new_partial_key"), report(machine, "phase")),
                    ("GGGGG".into(), "Check".into())
                );
            },
        ),
        case("verify before the move").and(&["-Phase", "Verify"]).ends(20).leaves(kept),
        case("verify after the move").with(moved).called(&["-Phase", "Verify"]).leaves(nothing_called),
        case("verify after the move keeps a key file").with(moved).and(&["-Phase", "Verify"]).leaves(kept),
        case("verify between").with(installed).and(&["-Phase", "Verify"]).ends(20).leaves(kept).leaves(|machine| {
            assert_eq!(report(machine, "new_partial_key"), "MMMMM");
        }),
        case("verify where nobody knows the new key's end, before")
            .with(without_tail)
            .called(&["-Phase", "Verify"])
            .ends(20),
        case("verify where nobody knows the new key's end, after")
            .with(without_tail)
            .with(moved)
            .called(&["-Phase", "Verify"])
            .leaves(|machine| assert_eq!(report(machine, "channel"), "mak")),
        case("report after the move").with(moved).called(&["-Phase", "Report"]).leaves(nothing_called),
        case("report before the move").called(&["-Phase", "Report"]).ends(20).leaves(nothing_called),
        case("a key that was there before is no multiple activation key")
            .with(|machine| machine.licenses[0].tail = Some("MMMMM".to_owned()))
            .ends(20)
            .leaves(nothing_called),
    ]
}

fn changing() -> Vec<Case> {
    vec![
        case("install alone costs no activation").and(&["-Phase", "Install"]).leaves(|machine| {
            assert_eq!((status(machine, "MMMMM"), activations(machine)), (Some(5), 0));
            assert!(!machine.exists(KEY_FILE) && machine.slept.is_empty());
        }),
        case("activate alone").with(installed).called(&["-Phase", "Activate"]).leaves(|machine| {
            assert_eq!((status(machine, "MMMMM"), activations(machine)), (Some(1), 1));
            assert!(machine.installed.is_empty());
        }),
        case("activate alone where nobody knows the new key's end")
            .with(without_tail)
            .with(installed)
            .called(&["-Phase", "Activate"])
            .leaves(|machine| assert_eq!(activations(machine), 1)),
        case("activate alone without the key").called(&["-Phase", "Activate"]).ends(20).leaves(nothing_called),
        case("what was installed before is only activated").with(installed).leaves(|machine| {
            assert_eq!((machine.installed.len(), activations(machine)), (0, 1));
        }),
        case("the state of before is written once")
            .with(|machine| machine.write(&format!("{STATE}\\before-{WINDOWS}-GGGGG.xml"), "first"))
            .leaves(|machine| {
                assert_eq!(machine.read(&format!("{STATE}\\before-{WINDOWS}-GGGGG.xml")).unwrap(), "first");
            }),
        case("what is done is done").with(moved).leaves(nothing_called),
        case("what is done is done where nobody knows the new key's end, and the key file is gone")
            .with(without_tail)
            .with(moved)
            .with(|machine| assert!(machine.remove(KEY_FILE)))
            .leaves(nothing_called),
    ]
}

fn undoing() -> Vec<Case> {
    let back = |machine: &mut Machine| {
        machine.keys.push((BACK, Install::Puts { license: License { status: 5, ..client() }, replaces: None }));
        machine.write(KEY_FILE, &format!("MAK A={KEY}\r\nBACK-MAK A={BACK}\r\n"));
    };
    vec![
        case("undo brings the generic key back and activates it")
            .with(moved)
            .with(back)
            .and(&["-Phase", "Undo"])
            .leaves(|machine| {
                assert_eq!((status(machine, "MMMMM"), status(machine, "GGGGG")), (None, Some(1)));
                assert_eq!(machine.installed, [BACK]);
            }),
        case("undo where nobody knows the new key's end")
            .with(without_tail)
            .with(moved)
            .with(|machine| {
                let client = License { status: 5, ..client() };
                machine.keys.push((BACK, Install::Puts { license: client, replaces: None }));
                machine.write(KEY_FILE, &format!("BACK-MAK A={BACK}\r\n"));
            })
            .and(&["-Phase", "Undo"])
            .leaves(|machine| assert_eq!((status(machine, "MMMMM"), status(machine, "GGGGG")), (None, Some(1)))),
        case("undo of what was not done leaves the license alone").with(back).and(&["-Phase", "Undo"]).leaves(
            |machine| {
                assert_eq!(status(machine, "GGGGG"), Some(1));
                nothing_called(machine);
            },
        ),
        case("undo without the generic key takes the new one away")
            .with(moved)
            .and(&["-Phase", "Undo"])
            .leaves(|machine| assert_eq!((status(machine, "MMMMM"), machine.installed.len()), (None, 0))),
        case("the key that came back may not activate")
            .with(moved)
            .with(|machine| {
                let client = License { activation: Activation::Fails(0xC004_F074), status: 5, ..client() };
                machine.keys.push((BACK, Install::Puts { license: client, replaces: None }));
                machine.write(KEY_FILE, &format!("MAK A={KEY}\r\nBACK-MAK A={BACK}\r\n"));
            })
            .and(&["-Phase", "Undo"])
            .leaves(|machine| assert_eq!(status(machine, "GGGGG"), Some(5))),
    ]
}

#[test]
fn a_second_run_costs_no_second_activation_and_needs_no_key() {
    let case = case("twice");
    let (machine, seen) = (case.machine(), Seen::default());
    for _ in 0..2 {
        assert_eq!(case.run_on(&machine, &seen), 0, "{:?}", machine.borrow().uncaught);
    }
    let machine = machine.borrow();
    assert_eq!((activations(&machine), machine.installed.len()), (1, 1));
    let kept = machine.read(&format!("{STATE}\\report.csv")).unwrap();
    assert_eq!(kept.lines().count(), 3, "{kept}");
    assert!(machine.uncaught.is_empty());
}
