//! The machine's own `slmgr.ini`: it turns the text of `slmgr.vbs` in any language into known labels,
//! without a translation being shipped.
//!
//! Each line is `NAME = "text"`. The names are the script's and say what the text is about; place holders
//! such as `%MINUTE%` stand where values come. The names themselves are only partly documented, so they
//! are recognised by the words in them.

use super::field::Field;
use crate::state::State;

/// Lines of one file that are looked at, and texts that are kept.
const LINES_MAX: usize = 5_000;

/// What a text of the script means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A label; its value follows.
    Label(Field),
    /// The line states this license state.
    State(State),
    /// Minutes and days remain.
    Remaining,
    /// The machine is a key host.
    KmsHost,
}

/// The texts of all resource files of an upload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    texts: Vec<(String, Meaning)>,
}

impl Resources {
    /// Whether a text is a resource file: most of its lines name a message of the script.
    pub fn is_resource(text: &str) -> bool {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with(['[', ';']))
            .take(40)
            .peekable();
        lines.peek().is_some() && lines.all(|line| entry(line).is_some())
    }

    /// Takes in the texts of one file.
    pub fn learn(&mut self, text: &str) {
        for (name, value) in text.lines().take(LINES_MAX).filter_map(entry) {
            let head = value.split('%').next().unwrap_or_default();
            let head = head.trim().trim_end_matches(':').trim().to_lowercase();
            if let Some(meaning) = meaning(name).filter(|_| !head.is_empty()) {
                self.texts.push((head, meaning));
            }
        }
        // The longest text that fits a line is the most specific one.
        self.texts.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.0.cmp(&other.0)));
        self.texts.dedup();
    }

    /// What a line means, and the value that follows its text.
    pub fn meaning<'a>(&self, line: &'a str) -> Option<(Meaning, &'a str)> {
        if self.texts.is_empty() {
            return None;
        }
        let trimmed = line.trim();
        let lower = trimmed.to_lowercase();
        self.texts.iter().find_map(|(text, meaning)| {
            let rest = lower.strip_prefix(text.as_str())?;
            // Lower case may have another length; count what is left from the end.
            let value = trimmed.get(trimmed.len().checked_sub(rest.len())?..)?;
            let is_whole = match meaning {
                Meaning::State(_) | Meaning::KmsHost => rest.trim_end_matches('.').trim().is_empty(),
                Meaning::Label(_) | Meaning::Remaining => {
                    rest.is_empty() || rest.trim_start().starts_with(':') || !rest.starts_with(char::is_alphabetic)
                }
            };
            is_whole.then(|| (*meaning, value.trim_start_matches(':').trim()))
        })
    }
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = name.starts_with("L_") && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| (name, value.trim().trim_matches('"')))
}

/// What a message is about, by the words in its name.
fn meaning(name: &str) -> Option<Meaning> {
    let lower = name.to_lowercase();
    let words = lower.trim_start_matches("l_").trim_start_matches("msg");
    let has = |word: &str| words.contains(word);
    if let Some(state) = words.strip_prefix("licensestatus") {
        return status(state);
    }
    Some(if has("partialpkey") || has("partialproductkey") {
        Meaning::Label(Field::PartialKey)
    } else if has("productname") {
        Meaning::Label(Field::Name)
    } else if has("productdesc") || has("description") {
        Meaning::Label(Field::Description)
    } else if has("actid") || has("activationid") {
        Meaning::Label(Field::ActivationId)
    } else if has("appid") || has("applicationid") {
        Meaning::Label(Field::ApplicationId)
    } else if has("channel") {
        Meaning::Label(Field::Channel)
    } else if has("cmid") {
        Meaning::Label(Field::Cmid)
    } else if has("activationinterval") {
        Meaning::Label(Field::ActivationInterval)
    } else if has("renewalinterval") {
        Meaning::Label(Field::RenewalInterval)
    } else if has("kmsfromdns") && !has("unavailable") {
        Meaning::Label(Field::KmsHost)
    } else if has("registeredkmsname") {
        Meaning::Label(Field::KmsFixed)
    } else if has("serviceversion") {
        Meaning::Label(Field::ServiceVersion)
    } else if has("kmsenabled") {
        Meaning::KmsHost
    } else if has("trustedtime") {
        Meaning::Label(Field::TrustedTime)
    } else {
        return None;
    })
}

/// The messages whose names begin with `L_MsgLicenseStatus`.
fn status(rest: &str) -> Option<Meaning> {
    let is_line = rest.ends_with("_1");
    let word = rest.trim_end_matches("_1");
    let state = match word {
        "unlicensed" => State::Unlicensed,
        "licensed" => State::Licensed,
        "initialgrace" => State::InitialGrace,
        "additionalgrace" => State::AdditionalGrace,
        "nongenuinegrace" => State::NonGenuineGrace,
        "notification" => State::Notification,
        "extendedgrace" => State::ExtendedGrace,
        "vl" | "tbl" | "avma" | "timeremaining" if is_line || word == "timeremaining" => {
            return Some(Meaning::Remaining);
        }
        _ => return None,
    };
    Some(Meaning::State(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INI: &str = "L_MsgLicenseStatusLicensed_1 = \"Stan: Ano\"\nL_MsgLicenseStatusUnlicensed_1 = \"Stan: Ano ne\"\n\
        L_MsgLicenseStatusVL_1 = \"Konec: %MINUTE% min (%DAY% d)\"\nL_MsgPartialPKey = \"Kus: \"\nL_Unused = \"x\"\n";

    #[test]
    fn lines_are_understood_by_the_machines_own_texts() {
        assert!(Resources::is_resource(INI));
        assert!(!Resources::is_resource("Name: x\nL_a = \"b\""));
        let mut resources = Resources::default();
        resources.learn(INI);
        assert_eq!(resources.meaning("Stan: Ano"), Some((Meaning::State(State::Licensed), "")));
        assert_eq!(resources.meaning("Stan: Ano ne"), Some((Meaning::State(State::Unlicensed), "")));
        assert_eq!(resources.meaning("Stan: Anonym"), None);
        assert_eq!(resources.meaning("Kus: FKE01"), Some((Meaning::Label(Field::PartialKey), "FKE01")));
        assert_eq!(resources.meaning("Konec: 98765 min (69 d)"), Some((Meaning::Remaining, "98765 min (69 d)")));
        assert_eq!(resources.meaning("else: 1"), None);
    }
}
