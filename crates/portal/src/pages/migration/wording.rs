//! Words, colours and days of a migration.

use jiff::Timestamp;
use jiff::civil::Date;
use perpetua_app::fleet::{ExitCode, MachineState, Meaning, Risk, WaveState};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use crate::views::frame::Tone;
use crate::views::parts::Badge;

/// The word for a code of a family of codes, such as `doubt` and `host_unknown`.
pub fn coded(lang: Lang, family: &str, code: &str) -> String {
    text(lang, &format!("fleet-{family}-{}", code.replace('_', "-"))).into_owned()
}

/// The words for several codes in one line.
pub fn listed<T: AsRef<str>>(lang: Lang, family: &str, codes: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = codes.into_iter().map(|code| coded(lang, family, code.as_ref())).collect();
    words.join("; ")
}

/// A message with a count.
pub fn counted(lang: Lang, id: &str, count: i64) -> String {
    text_with(lang, id, &Args::new().num("count", count))
}

/// A day, or a dash.
pub fn day(lang: Lang, day: Option<Date>) -> String {
    day.map_or_else(|| "–".to_owned(), |day| format::date(lang, day))
}

/// An instant in the reader's zone.
pub fn at(lang: Lang, at: Timestamp) -> String {
    format::date_time(lang, at, &crate::zone::of_reader())
}

/// "and 12 more", or nothing.
pub fn more(lang: Lang, all: i64, shown: usize) -> String {
    let left = all - i64::try_from(shown).unwrap_or(i64::MAX);
    if left > 0 { counted(lang, "fleet-more", left) } else { String::new() }
}

/// How pressing a machine is.
pub fn risk(lang: Lang, risk: Risk) -> Badge {
    let tone = match risk {
        Risk::Overdue => Tone::Bad,
        Risk::Urgent | Risk::Unclear => Tone::Warn,
        Risk::InTime => Tone::Accent,
        Risk::None => Tone::Plain,
    };
    Badge::new(tone, coded(lang, "risk", risk.as_text()))
}

/// How far a machine is.
pub fn state(lang: Lang, state: MachineState) -> Badge {
    let tone = match state {
        MachineState::Moved => Tone::Good,
        MachineState::Failed => Tone::Bad,
        MachineState::Open => Tone::Warn,
        MachineState::Planned => Tone::Accent,
        MachineState::LeftOut | MachineState::Unaffected => Tone::Plain,
    };
    Badge::new(tone, coded(lang, "state", state.as_text()))
}

/// How far a wave is.
pub fn wave(lang: Lang, state: WaveState) -> Badge {
    let tone = match state {
        WaveState::Planned => Tone::Plain,
        WaveState::Running => Tone::Accent,
        WaveState::Held => Tone::Bad,
        WaveState::Done => Tone::Good,
    };
    Badge::new(tone, coded(lang, "wave-state", state.as_text()))
}

/// What a script ended with, as people look it up: what the activation answered, or else the script's own number.
pub fn code(exit: ExitCode, result: Option<u32>) -> String {
    result.map_or_else(|| exit.number().to_string(), |result| format!("0x{result:08X}"))
}

/// What that means.
pub fn meaning(lang: Lang, exit: ExitCode, known: Option<Meaning>) -> String {
    let exit = coded(lang, "exit", exit.as_text());
    known.map_or(exit.clone(), |known| format!("{exit} {}", coded(lang, "result", known.as_text())))
}

/// The count of a sort, 0 when it does not occur.
pub fn count_of<K: PartialEq>(counts: &[(K, i64)], wanted: &K) -> i64 {
    counts.iter().find(|(found, _)| found == wanted).map_or(0, |(_, count)| *count)
}
