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
    ]
}
