//! What the service answers, by CIM and by WMI, becomes the exit code of the table and stands in the report.

use perpetua_fleet::error_code::{Meaning, codes, exit_code};

use super::*;

pub fn cases() -> Vec<Case> {
    let known = Meaning::ALL.iter().filter(|meaning| **meaning != Meaning::Information);
    let known = known.flat_map(|meaning| codes(*meaning));
    let mut cases: Vec<Case> = known.flat_map(|code| [(code, true), (code, false)]).map(answered).collect();
    cases.push(
        case("a key that the service refuses")
            .with(|machine| machine.keys[0].1 = Install::Fails(0xC004_E016))
            .ends(12)
            .leaves(|machine| {
                assert_eq!((report(machine, "result"), status(machine, "GGGGG")), ("0xC004E016".into(), Some(1)));
                assert!(machine.exists(KEY_FILE));
            }),
    );
    let unreachable = [true, false].map(|has_cim| {
        case("a service that cannot be reached")
            .with(move |machine| (machine.has_cim, machine.broken) = (has_cim, Some(0x8007_06BA)))
            .ends(13)
            .leaves(|machine| {
                assert_eq!(report(machine, "result"), "0x800706BA");
                assert!(machine.uncaught.is_empty(), "{:?}", machine.uncaught);
            })
    });
    cases.extend(unreachable);
    cases.push(case("an error without a code").with(|machine| machine.broken = Some(0)).ends(1).leaves(|machine| {
        assert_eq!(report(machine, "result"), "0x80004005");
    }));
    cases.push(
        case("a restart comes before a success, and a failure before a restart")
            .with(|machine| {
                let license = License { activation: Activation::Fails(0xC004_D302), ..mak() };
                machine.keys[0].1 = Install::Puts { license, replaces: Some("GGGGG") };
                let rows = [("ws-1", WINDOWS, "GGGGG", "MAK A", "MMMMM"), ("ws-1", OFFICE, "OFF01", "MAK O", "NNNNN")];
                plan(machine, &rows);
            })
            .ends(15),
    );
    cases
}

fn answered((code, has_cim): (u32, bool)) -> Case {
    let number = i32::try_from(exit_code(code).number()).unwrap();
    case("an activation that is refused")
        .with(move |machine| {
            machine.has_cim = has_cim;
            let license = License { activation: Activation::Fails(code), ..mak() };
            machine.keys[0].1 = Install::Puts { license, replaces: Some("GGGGG") };
        })
        .ends(number)
        .leaves(move |machine| {
            assert_eq!(report(machine, "result"), format!("0x{code:08X}"), "CIM: {has_cim}");
            assert_eq!((report(machine, "new_partial_key"), activations(machine)), ("MMMMM".to_owned(), 1));
        })
}
