//! Which license is meant where a machine has several, and Office with its own service and script.

use super::*;

pub fn cases() -> Vec<Case> {
    let mut cases = choices();
    cases.extend(wrong_channels());
    cases.extend(offices());
    cases.extend(office_scripts());
    cases
}

/// Another license of Windows on the same machine.
fn second(machine: &mut Machine, tail: &str, status: i32) {
    machine.licenses.push(License { tail: Some(tail.to_owned()), status, ..client() });
}

/// Where the list does not name the old key.
fn unnamed(machine: &mut Machine) {
    plan(machine, &[("ws-1.corp.example", WINDOWS, "", "MAK A", "MMMMM")]);
}

fn took(tail: &'static str) -> impl Fn(&Machine) {
    move |machine| {
        let state = machine.read(&format!("{STATE}\\before-{WINDOWS}-{tail}.xml")).expect("the state of before");
        assert!(state.contains(&format!("PartialProductKey\">{tail}<")), "{state}");
    }
}

fn choices() -> Vec<Case> {
    vec![
        case("of several, the one that the list names")
            .with(|machine| second(machine, "GHGHG", 1))
            .leaves(took("GGGGG")),
        case("of several, the one that is licensed")
            .with(unnamed)
            .with(|machine| second(machine, "GHGHG", 5))
            .leaves(took("GGGGG")),
        case("of several that are not licensed, the one that is not dead")
            .with(unnamed)
            .with(|machine| machine.licenses[0].status = 0)
            .with(|machine| second(machine, "GHGHG", 5))
            .leaves(took("GHGHG")),
        case("the only one, though it is dead")
            .with(unnamed)
            .with(|machine| machine.licenses[0].status = 0)
            .leaves(took("GGGGG")),
        case("a name in the list that fits none is no choice")
            .with(|machine| plan(machine, &[("ws-1", WINDOWS, "GKGKG", "MAK A", "MMMMM")]))
            .leaves(took("GGGGG")),
        case("several that fit are left alone")
            .with(unnamed)
            .with(|machine| second(machine, "GHGHG", 1))
            .ends(15)
            .leaves(|machine| {
                assert!(machine.calls.is_empty());
                assert_eq!(report(machine, "exit_code"), "15");
            }),
        case("several that do not fit are left alone")
            .with(unnamed)
            .with(|machine| machine.licenses[0].status = 2)
            .with(|machine| second(machine, "GHGHG", 5))
            .ends(15),
        case("none is left alone").with(|machine| machine.licenses.clear()).ends(15),
        case("an add-on is never taken for the system").with(unnamed).with(|machine| {
            machine.licenses.insert(0, License { is_addon: true, tail: Some("ESU01".to_owned()), ..client() });
        }),
        case("two licenses of one machine, and the worse end counts")
            .with(|machine| {
                let class = "SoftwareLicensingProduct";
                machine.licenses.push(office(class, "Volume:GVLK", Some("OFF01")));
                let rows = [("ws-1", WINDOWS, "GGGGG", "MAK A", "MMMMM"), ("ws-1", OFFICE, "OFF01", "MAK O", "NNNNN")];
                plan(machine, &rows);
            })
            .ends(16)
            .leaves(|machine| assert!(status(machine, "MMMMM") == Some(1) && machine.exists(KEY_FILE))),
    ]
}

fn wrong_channels() -> Vec<Case> {
    let wrong = |machine: &mut Machine| {
        machine.keys.push((WRONG, Install::Puts { license: retail(), replaces: Some("GGGGG") }));
        machine.keys.push((BACK, Install::Puts { license: License { status: 5, ..client() }, replaces: None }));
        plan(machine, &[("ws-1", WINDOWS, "GGGGG", "MAK A", "")]);
        machine.write(KEY_FILE, &format!("MAK A={WRONG}\r\nBACK-MAK A={BACK}\r\n"));
    };
    vec![
        case("a key of another channel is taken back").with(wrong).ends(20).leaves(|machine| {
            assert_eq!(machine.installed, [WRONG, BACK]);
            assert_eq!((status(machine, "RRRRR"), status(machine, "GGGGG")), (None, Some(1)));
            assert_eq!((report(machine, "channel"), activations(machine)), ("other".to_owned(), 1));
        }),
        case("a key of another channel, told by its description, is taken back")
            .with(wrong)
            .with(super::basics::windows_7)
            .ends(20)
            .leaves(|machine| assert_eq!(status(machine, "GGGGG"), Some(1))),
        case("a key of another channel that cannot be removed")
            .with(wrong)
            .with(|machine| machine.uninstall = Some(0xC004_F014))
            .ends(20)
            .leaves(|machine| assert_eq!(machine.installed, [WRONG, BACK])),
        case("a key back that installs nothing")
            .with(wrong)
            .with(|machine| machine.keys.last_mut().unwrap().1 = Install::Nothing)
            .ends(20),
        case("a key that is accepted and not there")
            .with(|machine| machine.keys[0].1 = Install::Nothing)
            .ends(20)
            .leaves(|machine| assert_eq!(activations(machine), 0)),
        case("an activation that ends without a license")
            .with(|machine| {
                let license = License { activation: Activation::Stays(5), ..mak() };
                machine.keys[0].1 = Install::Puts { license, replaces: Some("GGGGG") };
            })
            .ends(20)
            .leaves(|machine| assert_eq!(report(machine, "status_after"), "5")),
        case("a license that is gone after its activation")
            .with(|machine| {
                let license = License { activation: Activation::Vanishes, ..mak() };
                machine.keys[0].1 = Install::Puts { license, replaces: Some("GGGGG") };
            })
            .ends(20)
            .leaves(|machine| assert_eq!(report(machine, "new_partial_key"), "")),
    ]
}

/// Office with the given class; an old system knows both services.
fn with_office(machine: &mut Machine, class: &'static str) {
    machine.licenses.push(office(class, "Volume:GVLK", Some("OFF01")));
    let license = office(class, "Volume:MAK", None);
    machine.keys[0].1 = Install::Puts { license, replaces: None };
    plan(machine, &[("ws-1", OFFICE, "OFF01", "MAK A", "MMMMM")]);
}

fn own(machine: &mut Machine) {
    machine.has_office_service = true;
    machine.has_channel = false;
    with_office(machine, "OfficeSoftwareProtectionProduct");
}

fn offices() -> Vec<Case> {
    let done = |machine: &Machine| {
        assert_eq!((status(machine, "MMMMM"), status(machine, "GGGGG")), (Some(1), Some(1)));
        assert_eq!(report(machine, "channel"), "mak");
    };
    vec![
        case("Office in the service of the system")
            .with(|machine| with_office(machine, "SoftwareLicensingProduct"))
            .leaves(done)
            .leaves(|machine| assert_eq!(machine.calls[0], "SoftwareLicensingService InstallProductKey")),
        case("Office with its own service")
            .with(own)
            .leaves(done)
            .leaves(|machine| assert_eq!(machine.calls[0], "OfficeSoftwareProtectionService InstallProductKey")),
        case("Office with its own service, by WMI")
            .with(own)
            .with(super::basics::windows_7)
            .leaves(done)
            .leaves(|machine| assert_eq!(machine.calls[0], "OfficeSoftwareProtectionService InstallProductKey")),
        case("two products of one application leave both states")
            .with(|machine| {
                let class = "SoftwareLicensingProduct";
                with_office(machine, class);
                machine.licenses.push(office(class, "Volume:GVLK", Some("VIS01")));
                machine
                    .keys
                    .push((SECOND, Install::Puts { license: office(class, "Volume:MAK", None), replaces: None }));
                machine.write(KEY_FILE, &format!("MAK A={KEY}\r\nMAK V={SECOND}\r\n"));
                let rows = [("ws-1", OFFICE, "OFF01", "MAK A", "MMMMM"), ("ws-1", OFFICE, "VIS01", "MAK V", "NNNNN")];
                plan(machine, &rows);
            })
            .leaves(|machine| {
                assert_eq!((status(machine, "MMMMM"), status(machine, "NNNNN")), (Some(1), Some(1)));
                for tail in ["OFF01", "VIS01"] {
                    assert!(machine.exists(&format!("{STATE}\\before-{OFFICE}-{tail}.xml")), "{tail}");
                }
            }),
        case("Office in the service of the system, by WMI")
            .with(|machine| with_office(machine, "SoftwareLicensingProduct"))
            .with(super::basics::windows_7)
            .leaves(done),
    ]
}

/// Office whose service does not activate, with its script, which answers and may activate.
fn scripted(machine: &mut Machine, text: &'static str, activates: bool) {
    own(machine);
    let mut license = office("OfficeSoftwareProtectionProduct", "Volume:MAK", None);
    license.activation = Activation::Fails(0x8004_1002);
    machine.keys[0].1 = Install::Puts { license, replaces: None };
    machine.write("C:\\Program Files (x86)\\Microsoft Office\\Office14\\OSPP.VBS", "");
    machine.write("C:\\Windows\\System32\\cscript.exe", "");
    machine.office = (text, activates);
}

fn office_scripts() -> Vec<Case> {
    vec![
        case("old Office is activated by its script")
            .with(|machine| scripted(machine, "---Processing---\n<Product activation successful>", true))
            .leaves(|machine| {
                assert_eq!(status(machine, "MMMMM"), Some(1));
                let script = "C:\\Program Files (x86)\\Microsoft Office\\Office14\\OSPP.VBS";
                assert_eq!(machine.programs[1], ["cscript.exe", "//Nologo", script, "/act"]);
            }),
        case("the script of Office answers that the key is used up")
            .with(|machine| scripted(machine, "---Processing---\nERROR CODE: 0xC004C020\nERROR DESCRIPTION: x", false))
            .ends(10)
            .leaves(|machine| assert_eq!(report(machine, "result"), "0xC004C020")),
        case("the script of Office answers that there is no network")
            .with(|machine| scripted(machine, "ERROR CODE: 0x80072EE7", false))
            .ends(13),
        case("the script of Office says yes and does nothing").with(|machine| scripted(machine, "", false)).ends(20),
        case("where Office has no script, the first error counts")
            .with(|machine| scripted(machine, "", true))
            .with(|machine| assert!(machine.remove("C:\\Program Files (x86)\\Microsoft Office\\Office14\\OSPP.VBS")))
            .ends(1),
        case("where no script can run, the first error counts")
            .with(|machine| scripted(machine, "", true))
            .with(|machine| assert!(machine.remove("C:\\Windows\\System32\\cscript.exe")))
            .ends(1),
    ]
}
