//! Result codes of the platform's licensing that a migration meets, grouped by what helps against them.

use crate::coded_enum;
use crate::exit_code::ExitCode;

coded_enum! {
    /// What a result code means, one word per remedy.
    pub enum Meaning {
        /// The key is not accepted: a typing error or a wrong key.
        KeyNotAccepted = "key_not_accepted",
        /// The key is blocked: revoked or leaked.
        KeyBlocked = "key_blocked",
        /// The activations are used up.
        UsedUp = "used_up",
        /// The key is not for this place.
        WrongRegion = "wrong_region",
        /// The key does not fit edition or version.
        WrongEdition = "wrong_edition",
        /// A restart is pending.
        RestartPending = "restart_pending",
        /// No rearm is left; it would not have helped.
        NoRearm = "no_rearm",
        /// The lease or a grace ended.
        TimeRanOut = "time_ran_out",
        /// The hardware changed; activate again.
        HardwareChanged = "hardware_changed",
        /// The store of licenses is damaged.
        StoreDamaged = "store_damaged",
        /// No key is installed.
        NoKey = "no_key",
        /// An offline code has a wrong format.
        OfflineCodeWrong = "offline_code_wrong",
        /// A volume key needs a qualifying system.
        NotQualifying = "not_qualifying",
        /// The key host cannot serve: too few machines, not activated, or the wrong host.
        KeyHostCannot = "key_host_cannot",
        /// No key host could be found or reached.
        NoKeyHost = "no_key_host",
        /// The system is not taken for genuine.
        NotGenuine = "not_genuine",
        /// The clock is wrong.
        ClockWrong = "clock_wrong",
        /// Administrative rights are missing.
        NotElevated = "not_elevated",
        /// The machine cannot be reached for management.
        Unreachable = "unreachable",
        /// The activation service cannot be reached.
        NoNetwork = "no_network",
        /// Nothing is wrong; the code only informs.
        Information = "information",
    }
}

/// Codes with their meanings.
const CODES: &[(u32, Meaning)] = &[
    (0xC004_C001, Meaning::KeyNotAccepted),
    (0xC004_C003, Meaning::KeyBlocked),
    (0xC004_C008, Meaning::UsedUp),
    (0xC004_C017, Meaning::WrongRegion),
    (0xC004_C020, Meaning::UsedUp),
    (0xC004_C021, Meaning::UsedUp),
    (0xC004_B100, Meaning::WrongEdition),
    (0xC004_D302, Meaning::RestartPending),
    (0xC004_D307, Meaning::NoRearm),
    (0xC004_E016, Meaning::WrongEdition),
    (0xC004_F009, Meaning::TimeRanOut),
    (0xC004_F00F, Meaning::HardwareChanged),
    (0xC004_F012, Meaning::StoreDamaged),
    (0xC004_F014, Meaning::NoKey),
    (0xC004_F02C, Meaning::OfflineCodeWrong),
    (0xC004_F034, Meaning::WrongEdition),
    (0xC004_F035, Meaning::NotQualifying),
    (0xC004_F038, Meaning::KeyHostCannot),
    (0xC004_F039, Meaning::KeyHostCannot),
    (0xC004_F041, Meaning::KeyHostCannot),
    (0xC004_F042, Meaning::KeyHostCannot),
    (0xC004_F050, Meaning::KeyNotAccepted),
    (0xC004_F051, Meaning::KeyBlocked),
    (0xC004_F056, Meaning::KeyHostCannot),
    (0xC004_F064, Meaning::NotGenuine),
    (0xC004_F065, Meaning::NotGenuine),
    (0xC004_F069, Meaning::WrongEdition),
    (0xC004_F06C, Meaning::ClockWrong),
    (0xC004_F074, Meaning::NoKeyHost),
    (0xC004_F200, Meaning::NotGenuine),
    (0xC004_F211, Meaning::HardwareChanged),
    (0xC004_F212, Meaning::WrongEdition),
    (0xC004_F213, Meaning::NoKey),
    (0x4004_F00C, Meaning::Information),
    (0x4004_F040, Meaning::Information),
    (0x4004_FC04, Meaning::Information),
    (0x8007_000D, Meaning::StoreDamaged),
    (0x8007_0005, Meaning::NotElevated),
    (0x8007_0490, Meaning::KeyNotAccepted),
    (0x8007_007B, Meaning::NoKeyHost),
    (0x8007_232A, Meaning::NoKeyHost),
    (0x8007_232B, Meaning::NoKeyHost),
    (0x8007_251D, Meaning::NoKeyHost),
    (0x8009_2328, Meaning::NoKeyHost),
    (0x8007_06BA, Meaning::Unreachable),
    (0x8007_2EE2, Meaning::NoNetwork),
    (0x8007_2EE7, Meaning::NoNetwork),
    (0x8007_2EFD, Meaning::NoNetwork),
    (0x8007_2F8F, Meaning::NoNetwork),
    (0x8004_FE21, Meaning::NotGenuine),
];

/// What a result code means; `None` for codes that are not known here.
pub fn meaning(code: u32) -> Option<Meaning> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

/// The codes of one meaning.
pub fn codes(meaning: Meaning) -> impl Iterator<Item = u32> {
    CODES.iter().filter(move |(_, known)| *known == meaning).map(|(code, _)| *code)
}

/// The signed number that a process ends with for a result code.
pub fn signed(code: u32) -> i32 {
    code.cast_signed()
}

/// How the scripts end when an activation answers with a code.
pub fn exit_code(code: u32) -> ExitCode {
    match meaning(code) {
        Some(Meaning::Information) => ExitCode::Done,
        Some(Meaning::UsedUp) => ExitCode::UsedUp,
        Some(Meaning::KeyBlocked) => ExitCode::Blocked,
        Some(Meaning::WrongEdition) => ExitCode::WrongEdition,
        // A key host that does not answer says nothing about the way to the activation service.
        Some(Meaning::NoKeyHost) if code == 0xC004_F074 => ExitCode::Other,
        Some(Meaning::NoNetwork | Meaning::NoKeyHost | Meaning::Unreachable) => ExitCode::NoNetwork,
        Some(Meaning::NotElevated) => ExitCode::NotElevated,
        Some(Meaning::RestartPending) => ExitCode::RestartAdvised,
        _ if code == 0xC004_F050 => ExitCode::WrongEdition,
        _ => ExitCode::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_numbers_are_those_that_command_lines_see() {
        for (code, number) in [
            (0xC004_C020, -1_073_430_496),
            (0xC004_F074, -1_073_418_124),
            (0x4004_F040, 1_074_065_472),
            (0x8007_0005, -2_147_024_891),
        ] {
            assert_eq!(signed(code), number);
        }
    }

    #[test]
    fn codes_end_scripts_as_the_rules_say() {
        let check = |code, number| assert_eq!(exit_code(code).number(), number, "{code:x}");
        check(0xC004_C008, 10);
        check(0xC004_C020, 10);
        check(0xC004_C021, 10);
        check(0xC004_C003, 11);
        check(0xC004_F051, 11);
        check(0xC004_E016, 12);
        check(0xC004_F069, 12);
        check(0xC004_F050, 12);
        check(0x8007_2EE7, 13);
        check(0x8007_232B, 13);
        check(0xC004_F074, 1);
        check(0x8007_0005, 14);
        check(0x1234_5678, 1);
        for code in ExitCode::ALL {
            assert_eq!(ExitCode::from_number(code.number()), *code);
        }
        assert!(ExitCode::UsedUp.stops_wave() && ExitCode::Blocked.stops_wave() && !ExitCode::NoNetwork.stops_wave());
    }

    #[test]
    fn no_code_stands_twice() {
        let mut codes: Vec<u32> = CODES.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
