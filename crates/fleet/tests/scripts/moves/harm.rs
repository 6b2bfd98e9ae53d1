//! What may stand in the way: a language with its own signs, files that cannot be read.

use super::*;

pub fn cases() -> Vec<Case> {
    vec![
        case("the report has the same time in every language").with(|machine| machine.time_separator = ".").leaves(
            |machine| {
                let time = report(machine, "time");
                assert_eq!((time.len(), &time[13..14]), (20, ":"), "{time}");
            },
        ),
        case("a key file that is not there is no key")
            .with(|machine| assert!(machine.remove(KEY_FILE)))
            .ends(16)
            .leaves(|machine| assert_eq!(report(machine, "exit_code"), "16")),
        case("paths count from where PowerShell stands, not from where its process does")
            .with(|machine| {
                machine.write("C:\\Work\\keys.txt", &format!("MAK A={KEY}\r\n"));
                machine.write("C:\\Work\\to.txt", "https://fleet.example/\r\ntoken-1\r\n");
                let list = machine.read("C:\\Pack\\machines.csv").unwrap();
                machine.write("C:\\Work\\list.csv", &list);
            })
            .called(&[
                "-KeyFile",
                ".\\keys.txt",
                "-ReportFile",
                "to.txt",
                "-PlanFile",
                "list.csv",
                "-StateFolder",
                "state",
            ])
            .leaves(|machine| {
                assert_eq!((status(machine, "MMMMM"), machine.posts.len()), (Some(1), 1));
                assert!(!machine.exists("C:\\Work\\keys.txt") && machine.exists("C:\\Work\\state\\report.csv"));
                assert_eq!(machine.programs[0][1], "C:\\Work\\state");
            }),
    ]
}
