//! The sentences of `slmgr.vbs /xpr`: when the present state ends, as a date in the user's regional form.

use super::bag::Bag;
use super::field::Field;

/// Beginnings of the English sentences, with the state and what else they say.
const SENTENCES: &[(&str, &str, &str)] = &[
    ("unlicensed", "0", ""),
    ("volume activation will expire", "1", "Volume:GVLK"),
    ("timebased activation will expire", "1", "Retail:TB"),
    ("automatic vm activation will expire", "1", ""),
    ("the machine is permanently activated", "1", ""),
    ("initial grace period ends", "2", ""),
    ("additional grace period ends", "3", ""),
    ("non-genuine grace period ends", "4", ""),
    ("windows is in notification mode", "5", ""),
    ("extended grace period ends", "6", ""),
];

/// Takes a sentence into `bag`; `false` when it is none of them.
pub fn take(bag: &mut Bag, sentence: &str, chars_max: usize) -> bool {
    let lower = sentence.trim().to_lowercase();
    let Some((start, state, channel)) = SENTENCES.iter().find(|(start, _, _)| lower.starts_with(start)) else {
        return false;
    };
    bag.put(Field::State, state, chars_max);
    bag.put(Field::Channel, channel, chars_max);
    if start.contains("permanently") {
        bag.put(Field::RemainingMinutes, "0", chars_max);
    } else if start.starts_with("automatic") {
        bag.put(Field::Description, "VIRTUAL_MACHINE_ACTIVATION", chars_max);
    }
    let date = sentence.trim().get(start.len()..).unwrap_or_default().trim();
    bag.put(Field::ExpiresAt, date, chars_max);
    true
}
