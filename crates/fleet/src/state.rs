//! The license states of a machine and the texts by which tools name them.

use crate::coded_enum;

coded_enum! {
    /// License state, in the order of its numbers.
    pub enum State {
        /// 0: no valid license.
        Unlicensed = "unlicensed",
        /// 1: licensed.
        Licensed = "licensed",
        /// 2: initial grace.
        InitialGrace = "initial_grace",
        /// 3: grace after the lease ended or the hardware changed.
        AdditionalGrace = "additional_grace",
        /// 4: not genuine, grace.
        NonGenuineGrace = "non_genuine_grace",
        /// 5: reminders are shown, some functions are locked.
        Notification = "notification",
        /// 6: extended grace.
        ExtendedGrace = "extended_grace",
    }
}

/// Whole texts that name a state, folded by [`fold`]. "Licensed" is part of "Unlicensed", so only whole
/// texts count. Besides English only what is confirmed is here: German and Spanish "licensed".
const TEXTS: &[(&str, State)] = &[
    ("unlicensed", State::Unlicensed),
    ("licensed", State::Licensed),
    ("lizenziert", State::Licensed),
    ("con licencia", State::Licensed),
    ("oobgrace", State::InitialGrace),
    ("oob grace", State::InitialGrace),
    ("initial grace period", State::InitialGrace),
    ("initial grace", State::InitialGrace),
    ("ootgrace", State::AdditionalGrace),
    ("oot grace", State::AdditionalGrace),
    ("out of tolerance grace", State::AdditionalGrace),
    ("additional grace period", State::AdditionalGrace),
    ("additional grace period (kms license expired or hardware out of tolerance)", State::AdditionalGrace),
    ("nongenuinegrace", State::NonGenuineGrace),
    ("non genuine grace", State::NonGenuineGrace),
    ("non genuine grace period", State::NonGenuineGrace),
    ("notification", State::Notification),
    ("notifications", State::Notification),
    ("extendedgrace", State::ExtendedGrace),
    ("extended grace", State::ExtendedGrace),
    ("extended grace period", State::ExtendedGrace),
];

impl State {
    /// The state of a number; `None` for numbers beyond 6.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// The number of the state.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// The number of the state as text.
    pub fn as_text_number(self) -> &'static str {
        ["0", "1", "2", "3", "4", "5", "6"][self as usize]
    }

    /// The state that a number or a whole text names.
    ///
    /// ```
    /// use perpetua_fleet::state::State;
    /// assert_eq!(State::from_text("---EXTENDED GRACE---"), Some(State::ExtendedGrace));
    /// assert_eq!(State::from_text("5"), Some(State::Notification));
    /// assert_eq!(State::from_text("not Licensed at all"), None);
    /// ```
    pub fn from_text(text: &str) -> Option<Self> {
        let folded = fold(text);
        if let Ok(number) = folded.parse() {
            return Self::from_number(number);
        }
        TEXTS.iter().find(|(known, _)| *known == folded).map(|(_, state)| *state)
    }
}

/// Lower case, without dashes around, without a full stop at the end, underscores and hyphens as blanks.
fn fold(text: &str) -> String {
    let bare = text.trim().trim_matches('-').trim_end_matches('.').trim();
    bare.to_lowercase().replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_documented_number() {
        for (number, state) in (0..7).zip(State::ALL) {
            assert_eq!(State::from_number(number), Some(*state));
            assert_eq!(state.number(), number);
        }
        assert_eq!(State::from_number(7), None);
        assert_eq!(State::from_number(u32::MAX), None);
    }

    #[test]
    fn texts_of_slmgr_ospp_and_the_documentation_name_states() {
        let check = |text: &str, state| assert_eq!(State::from_text(text), state, "{text:?}");
        check("Licensed", Some(State::Licensed));
        check("Unlicensed", Some(State::Unlicensed));
        check("---UNLICENSED---", Some(State::Unlicensed));
        check("---OOB_GRACE---", Some(State::InitialGrace));
        check("---OOT_GRACE---", Some(State::AdditionalGrace));
        check("---NON_GENUINE_GRACE---", Some(State::NonGenuineGrace));
        check("---NOTIFICATIONS---", Some(State::Notification));
        check("Non-genuine grace period.", Some(State::NonGenuineGrace));
        check(
            "Additional grace period (KMS license expired or hardware out of tolerance)",
            Some(State::AdditionalGrace),
        );
        check("Lizenziert", Some(State::Licensed));
        check("Con licencia", Some(State::Licensed));
        check("Unknown", None);
        check("nicht Lizenziert", None);
        check("", None);
    }
}
