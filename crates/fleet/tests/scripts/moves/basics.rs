//! The whole way on one machine, keys as people paste them, and the machine's surroundings.

use super::*;
use crate::machine::Web;

pub fn cases() -> Vec<Case> {
    let mut cases = whole();
    cases.extend(keys());
    cases.extend(reports());
    cases
}

fn whole() -> Vec<Case> {
    vec![
        case("a client becomes a machine with its own key").leaves(|machine| {
            assert_eq!(status(machine, "MMMMM"), Some(1));
            assert_eq!((status(machine, "GGGGG"), activations(machine)), (None, 1));
            assert_eq!(machine.installed, [KEY]);
            let line = ["host", "old_partial_key", "new_partial_key", "channel", "status_before", "status_after"];
            let line = line.map(|column| report(machine, column)).join(" ");
            assert_eq!(line, "WS-1 GGGGG MMMMM mak 1 1");
            let end = ["result", "exit_code", "phase", "dry_run"].map(|column| report(machine, column)).join(" ");
            assert_eq!(end, "0x00000000 0 All False");
            let state = machine.read(&format!("{STATE}\\before-{WINDOWS}-GGGGG.xml")).unwrap();
            assert!(state.contains("GGGGG") && state.contains("kms01.corp.example"), "{state}");
            assert!(!machine.exists(KEY_FILE), "the key file is gone after a success");
            assert_eq!(machine.programs[0][..2], ["icacls.exe", STATE]);
            assert_eq!(machine.slept, [599]);
            let kept = machine.read(&format!("{STATE}\\report.csv")).unwrap();
            assert_eq!(
                machine.printed,
                kept.lines().skip(1).collect::<Vec<_>>(),
                "the report is printed as it is kept"
            );
        }),
        case("without rights nothing happens").with(|machine| machine.is_admin = false).ends(14).leaves(untouched),
        case("without a list nothing happens").and(&["-PlanFile", "C:\\Pack\\none.csv"]).ends(1).leaves(untouched),
        case("a machine that is not listed is left alone").with(|machine| machine.name = "WS-2").leaves(untouched),
        case("the list names it without a domain")
            .with(|machine| plan(machine, &[("WS-1", WINDOWS, "GGGGG", "MAK A", "MMMMM")]))
            .leaves(|machine| assert_eq!(status(machine, "MMMMM"), Some(1))),
        case("paths can be given, the delay left out, the key file kept")
            .with(|machine| {
                let list = machine.read("C:\\Pack\\machines.csv").unwrap();
                machine.write("C:\\Other\\list.csv", &list);
                machine.make_folder("C:\\State");
            })
            .and(&["-PlanFile", "C:\\Other\\list.csv", "-StateFolder", "C:\\State", "-KeepKeyFile"])
            .and(&["-ReportFile", "C:\\Other\\to.txt", "-MaxDelayMinutes", "0"])
            .leaves(|machine| {
                assert!(machine.exists("C:\\State\\report.csv") && machine.exists(KEY_FILE));
                assert!(machine.programs.is_empty() && machine.slept.is_empty());
            }),
        case("a phase that does not exist is refused").and(&["-Phase", "Rearm"]).ends(1).leaves(untouched),
        case("a dry run only says what there is").and(&["-DryRun"]).leaves(|machine| {
            assert!(machine.printed[0].contains("\"GGGGG\"") && machine.printed[0].contains("\"True\""));
        }),
        case("PowerShell 2 reaches the service by WMI").with(windows_7).leaves(|machine| {
            assert_eq!(status(machine, "MMMMM"), Some(1));
            assert_eq!(report(machine, "channel"), "mak");
        }),
        case("what the service cannot refresh it shows by itself")
            .with(|machine| machine.refresh = Some(0x8007_000D))
            .leaves(|machine| assert_eq!(status(machine, "MMMMM"), Some(1))),
    ]
}

fn untouched(machine: &Machine) {
    assert!(machine.calls.is_empty() && machine.programs.is_empty() && machine.slept.is_empty());
    assert!(machine.exists(KEY_FILE) && !machine.exists(STATE));
    assert_eq!(status(machine, "GGGGG"), Some(1));
}

pub fn windows_7(machine: &mut Machine) {
    machine.has_cim = false;
    machine.has_channel = false;
}

fn keys() -> Vec<Case> {
    let installs = |machine: &Machine| assert_eq!(machine.installed, [KEY]);
    vec![
        case("long dashes, lower case and blanks are cleaned")
            .with(|machine| {
                machine.write(KEY_FILE, " MAK A = aaaaa\u{2013}bbbbb\u{2212}ccccc-ddddd \u{2014} mmmmm\u{a0}\r\n");
            })
            .leaves(installs),
        case("keys come by standard input, with either line end")
            .with(|machine| {
                machine.remove(KEY_FILE);
                machine.stdin = format!("OTHER=x\nMAK A={KEY}\r\n");
            })
            .called(&["-KeyFromInput"])
            .leaves(installs),
        case("lines that are no keys are passed over")
            .with(|machine| machine.write(KEY_FILE, &format!("\r\n=x\r\nMAK A=short\r\nremark\r\nMAK A={KEY}\r\n")))
            .leaves(installs),
        case("without a key nothing is installed").called(&[]).ends(16).leaves(|machine| {
            assert!(machine.installed.is_empty() && activations(machine) == 0);
            assert_eq!(report(machine, "exit_code"), "16");
        }),
        case("a key for another label does not count")
            .with(|machine| machine.write(KEY_FILE, &format!("MAK B={KEY}\r\n")))
            .ends(16)
            .leaves(|machine| assert!(machine.exists(KEY_FILE), "a failure keeps the key file")),
    ]
}

fn reports() -> Vec<Case> {
    let address = |machine: &mut Machine| {
        machine.write("C:\\Pack\\report-to.txt", "https://fleet.example/fleet/v1/report \r\n token-1\r\n");
    };
    vec![
        case("the report goes to the address with its token").with(address).leaves(|machine| {
            let (to, headers, text) = &machine.posts[0];
            assert_eq!(to, "https://fleet.example/fleet/v1/report");
            assert_eq!(headers[0], ("Authorization".to_owned(), "Bearer token-1".to_owned()));
            assert_eq!(headers[1], ("Content-Type".to_owned(), "text/csv; charset=utf-8".to_owned()));
            let kept = machine.read(&format!("{STATE}\\report.csv")).unwrap();
            assert!(text.starts_with("\"WS-1\"") && kept.ends_with(&format!("{text}\r\n")), "{text}");
            assert_eq!(machine.posts.len(), 1);
        }),
        case("a report that does not arrive changes nothing")
            .with(address)
            .with(|machine| machine.web = Web::Fails)
            .leaves(|machine| {
                assert_eq!((machine.posts.len(), status(machine, "MMMMM")), (1, Some(1)));
                assert!(machine.exists(&format!("{STATE}\\report.csv")));
            }),
        case("a look before the move is not reported as its failure")
            .with(address)
            .and(&["-Phase", "Verify"])
            .ends(20)
            .leaves(|machine| assert!(machine.posts.is_empty())),
        case("a failure is reported")
            .with(address)
            .with(|machine| machine.keys[0].1 = Install::Fails(0xC004_F050))
            .ends(12)
            .leaves(|machine| assert!(machine.posts[0].2.contains("0xC004F050"))),
        case("an address without a token is not used")
            .with(|machine| machine.write("C:\\Pack\\report-to.txt", "https://fleet.example/\r\n"))
            .leaves(|machine| assert!(machine.posts.is_empty())),
        case("where .NET knows no newer TLS, the report goes as it can")
            .with(address)
            .with(|machine| machine.knows_tls_1_2 = false)
            .leaves(|machine| assert_eq!(machine.posts.len(), 1)),
        case("a dry run reports to nobody").with(address).and(&["-DryRun"]),
    ]
}
