//! The exit codes of the scripts, for the sentences that explain them.

use crate::coded_enum;

coded_enum! {
    /// How a run on one machine ended.
    pub enum ExitCode {
        /// 0: done, or already done before.
        Done = "done",
        /// 3010: done; a restart is advised.
        RestartAdvised = "restart_advised",
        /// 10: the activations of the key are used up; the wave stops.
        UsedUp = "used_up",
        /// 11: the key is blocked; the wave stops.
        Blocked = "blocked",
        /// 12: the key is not for this edition or version.
        WrongEdition = "wrong_edition",
        /// 13: the activation service could not be reached.
        NoNetwork = "no_network",
        /// 14: not run with administrative rights.
        NotElevated = "not_elevated",
        /// 15: several licenses could be meant; nothing was changed.
        Ambiguous = "ambiguous",
        /// 16: no key, or no well-formed one, was given.
        NoKey = "no_key",
        /// 20: verification failed; a key of a wrong channel was taken back.
        NotVerified = "not_verified",
        /// 1: anything else; the report has the result code.
        Other = "other",
    }
}

impl ExitCode {
    /// The number that a process ends with.
    pub const fn number(self) -> u32 {
        match self {
            Self::Done => 0,
            Self::RestartAdvised => 3010,
            Self::UsedUp => 10,
            Self::Blocked => 11,
            Self::WrongEdition => 12,
            Self::NoNetwork => 13,
            Self::NotElevated => 14,
            Self::Ambiguous => 15,
            Self::NoKey => 16,
            Self::NotVerified => 20,
            Self::Other => 1,
        }
    }

    /// The code of a number; every number that is not known means [`ExitCode::Other`].
    pub fn from_number(number: u32) -> Self {
        Self::ALL.iter().copied().find(|code| code.number() == number).unwrap_or(Self::Other)
    }

    /// Whether a wave stops at once.
    pub const fn stops_wave(self) -> bool {
        matches!(self, Self::UsedUp | Self::Blocked)
    }
}
