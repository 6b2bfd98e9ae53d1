//! How a license is activated, told from the key channel or from the token in the description.
//!
//! The token is never localised, so this works for every language.

use crate::coded_enum;

coded_enum! {
    /// How a license is activated.
    pub enum Channel {
        /// By a key host or a directory: a generic client key. The machines to move.
        KmsClient = "kms_client",
        /// Serves keys to others.
        KmsHost = "kms_host",
        /// By a multiple activation key.
        Mak = "mak",
        /// By its virtual machine host.
        Avma = "avma",
        /// An evaluation or a subscription with an end.
        TimeBased = "time_based",
        /// By the machine's maker.
        Oem = "oem",
        /// By a retail key or a subscription.
        Retail = "retail",
        /// Not stated or not known.
        Unknown = "unknown",
    }
}

impl Channel {
    /// The channel that a `ProductKeyChannel` value names, such as `Volume:GVLK`.
    pub fn from_key_channel(text: &str) -> Self {
        let folded = text.trim().to_ascii_uppercase();
        let (head, tail) = folded.split_once([':', '_']).unwrap_or((&folded, ""));
        match (head, tail) {
            // Besides the documented values, short forms that people write into tables.
            ("VOLUME", "GVLK") | ("GVLK" | "KMS", "" | "CLIENT") | ("KMSCLIENT" | "KMS CLIENT", _) => Self::KmsClient,
            ("VOLUME", "MAK") | ("MAK", _) => Self::Mak,
            ("VOLUME", "CSVLK") | ("CSVLK" | "KMS HOST", _) | ("KMS", "HOST") => Self::KmsHost,
            ("RETAIL", tail) if tail.starts_with("TB") => Self::TimeBased,
            ("RETAIL", _) => Self::Retail,
            ("OEM", _) => Self::Oem,
            _ => Self::Unknown,
        }
    }

    /// The channel that a license description names, such as `…, VOLUME_KMSCLIENT channel`.
    pub fn from_description(text: &str) -> Self {
        let upper = text.to_uppercase();
        let has = |token: &str| upper.contains(token);
        if let Some((_, rest)) = upper.split_once("VOLUME_KMS") {
            // A table may have cut the token; what follows tells the client from the host, or nothing does.
            if rest.starts_with('C') {
                Self::KmsClient
            } else if rest.starts_with('.') || rest.starts_with('…') {
                Self::Unknown
            } else {
                Self::KmsHost
            }
        } else if has("TIMEBASED_") {
            Self::TimeBased
        } else if has("VIRTUAL_MACHINE_ACTIVATION") {
            Self::Avma
        } else if has("VOLUME_MAK") || has("(MAK)") || has_word(&upper, "MAK") {
            Self::Mak
        } else if has_word(&upper, "OEM") {
            Self::Oem
        } else if has_word(&upper, "RETAIL") {
            Self::Retail
        } else {
            Self::Unknown
        }
    }

    /// The channel that the name of an Office license carries, such as `…VL_KMS_Client_AE edition`.
    pub fn from_name(text: &str) -> Self {
        let upper = text.to_uppercase();
        if upper.contains("KMS_CLIENT") {
            Self::KmsClient
        } else if upper.contains("_MAK") {
            Self::Mak
        } else {
            Self::Unknown
        }
    }

    /// Whether a text holds a token of a description, in any language around it.
    pub fn is_description(text: &str) -> bool {
        const TOKENS: &[&str] = &["VOLUME_KMS", "VOLUME_MAK", "RETAIL(", "TIMEBASED_", "VIRTUAL_MACHINE_ACTIVATION"];
        TOKENS.iter().any(|token| text.contains(token))
            || text.contains(" RETAIL channel")
            || (text.contains(" OEM_") && text.contains("channel"))
    }
}

/// Whether `word` stands in `text` with no letter before or after it; digits and underscores may follow.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_names_its_channel_by_the_most_specific_token() {
        let check = |text: &str, channel| assert_eq!(Channel::from_description(text), channel, "{text}");
        check("Windows(R) Operating System, VOLUME_KMSCLIENT channel", Channel::KmsClient);
        check("Windows(R) Operating System, VOLUME_KMS_2012-R2_WIN10 channel", Channel::KmsHost);
        check("Windows(R) Operating System, VOLUME_KMS channel", Channel::KmsHost);
        check("Windows(R) Operating System, VOLUME_KMSCLI...", Channel::KmsClient);
        check("Windows(R) Operating System, VOLUME_KMS...", Channel::Unknown);
        check("Windows(R) Operating System, VOLUME_MAK channel", Channel::Mak);
        check("Office 16, RETAIL(MAK) channel", Channel::Mak);
        check("Office 16, RETAIL(Grace) channel", Channel::Retail);
        check("Windows(R) Operating System, OEM_DM channel", Channel::Oem);
        check("Windows(R) Operating System, TIMEBASED_EVAL channel", Channel::TimeBased);
        check("Windows(R) Operating System, VIRTUAL_MACHINE_ACTIVATION channel", Channel::Avma);
        check("something of the MAKER", Channel::Unknown);
        check("", Channel::Unknown);
    }

    #[test]
    fn a_key_channel_names_its_channel() {
        let check = |text: &str, channel| assert_eq!(Channel::from_key_channel(text), channel, "{text}");
        check("Volume:GVLK", Channel::KmsClient);
        check("volume:mak", Channel::Mak);
        check("Volume_MAK", Channel::Mak);
        check("Volume:CSVLK", Channel::KmsHost);
        check("Retail:TB:Eval", Channel::TimeBased);
        check("Retail", Channel::Retail);
        check("OEM:NONSLP", Channel::Oem);
        check("KMS", Channel::KmsClient);
        check("MAK", Channel::Mak);
        check("Volume", Channel::Unknown);
        check("", Channel::Unknown);
    }

    #[test]
    fn the_name_of_an_office_license_tells_client_from_multiple_activation() {
        assert_eq!(Channel::from_name("Office 21, Office21ProPlus2021VL_KMS_Client_AE edition"), Channel::KmsClient);
        assert_eq!(Channel::from_name("Office 21, Office21VisioPro2021VL_MAK_AE edition"), Channel::Mak);
        assert_eq!(Channel::from_name("Windows(R), Enterprise edition"), Channel::Unknown);
    }
}
