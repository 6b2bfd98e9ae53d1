//! Handing a product key over to a named person (M16): for how long, how often a code may be sent and guessed, and
//! what ends it. The key is shown once; after that, and after anything that ends the purchase, nothing is.

use jiff::Timestamp;

crate::text_enum! {
    /// Where a hand-over stands in the database.
    pub enum HandOverState {
        /// The recipient has not seen the key.
        Open = "open",
        /// The key was shown.
        Shown = "shown",
        /// Somebody took it back.
        Revoked = "revoked",
        /// Too many wrong codes.
        Locked = "locked",
    }
}

/// Days that a hand-over works unless chosen otherwise.
pub const DAYS: u32 = 14;
/// The longest life, in days.
pub const DAYS_MAX: u32 = 90;
/// Longest name of a recipient, in characters.
pub const NAME_CHARS_MAX: usize = 120;
/// Codes that are sent for one hand-over.
pub const CODES_MAX: i64 = 5;
/// Wrong codes after which it is locked.
pub const WRONG_CODES_MAX: i64 = 5;
/// Digits of a code.
pub const CODE_DIGITS: usize = 8;
/// Seconds for which a code counts, in real time.
pub const CODE_SECONDS: i64 = 15 * 60;
/// Seconds after which another code may be sent.
pub const CODE_PAUSE_SECONDS: i64 = 60;

/// What is known at the moment of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOverFacts {
    /// Where it stands.
    pub state: HandOverState,
    /// The first instant at which it no longer works, in business time.
    pub expires_at: Timestamp,
    /// Whether everything that was bought was cancelled.
    pub is_cancelled: bool,
    /// Whether the subscription rests.
    pub is_subscription_suspended: bool,
    /// Whether the partner who gave it no longer serves the customer.
    pub is_relationship_ended: bool,
    /// Whether giver or customer are suspended.
    pub is_suspended: bool,
}

/// Why nothing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOverRefusal {
    /// It was shown before.
    Shown,
    /// It was taken back.
    Revoked,
    /// Too many wrong codes.
    Locked,
    /// Its time is over.
    Expired,
    /// The purchase was cancelled.
    Cancelled,
    /// The subscription rests.
    SubscriptionSuspended,
    /// The partner serves the customer no longer.
    RelationshipEnded,
    /// An organization is suspended.
    Suspended,
}

/// Whether the key may be shown at an instant, to whoever proves to be the recipient.
///
/// # Errors
///
/// [`HandOverRefusal`].
pub fn decide(facts: &HandOverFacts, now: Timestamp) -> Result<(), HandOverRefusal> {
    match facts.state {
        HandOverState::Shown => return Err(HandOverRefusal::Shown),
        HandOverState::Revoked => return Err(HandOverRefusal::Revoked),
        HandOverState::Locked => return Err(HandOverRefusal::Locked),
        HandOverState::Open => {}
    }
    let ends = [
        (facts.is_cancelled, HandOverRefusal::Cancelled),
        (facts.expires_at <= now, HandOverRefusal::Expired),
        (facts.is_relationship_ended, HandOverRefusal::RelationshipEnded),
        (facts.is_suspended, HandOverRefusal::Suspended),
        (facts.is_subscription_suspended, HandOverRefusal::SubscriptionSuspended),
    ];
    ends.into_iter().find(|(is_so, _)| *is_so).map_or(Ok(()), |(_, refusal)| Err(refusal))
}

/// The digits of a code that follows from random bytes: uniform but for one part in 10¹¹.
pub fn code_of(bytes: &[u8; 32]) -> String {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    let number = u64::from_be_bytes(first) % 10_u64.pow(u32::try_from(CODE_DIGITS).unwrap_or(8));
    format!("{number:0CODE_DIGITS$}")
}

/// A code as somebody typed it: its digits, whatever stands between them; `None` when it has not that many.
pub fn typed_code(text: &str) -> Option<String> {
    let is_between = |c: char| c.is_whitespace() || c == '-';
    let digits: String = text.chars().filter(|c| !is_between(*c)).collect();
    (digits.len() == CODE_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> HandOverFacts {
        HandOverFacts {
            state: HandOverState::Open,
            expires_at: "2026-03-16T09:00:00Z".parse().unwrap(),
            is_cancelled: false,
            is_subscription_suspended: false,
            is_relationship_ended: false,
            is_suspended: false,
        }
    }

    #[test]
    fn a_key_is_shown_until_the_hand_over_or_the_purchase_ends() {
        let now: Timestamp = "2026-03-16T08:59:59Z".parse().unwrap();
        let late = facts().expires_at;
        assert_eq!(decide(&facts(), now), Ok(()));
        assert_eq!(decide(&facts(), late), Err(HandOverRefusal::Expired));
        for (state, refusal) in [
            (HandOverState::Shown, HandOverRefusal::Shown),
            (HandOverState::Revoked, HandOverRefusal::Revoked),
            (HandOverState::Locked, HandOverRefusal::Locked),
        ] {
            assert_eq!(decide(&HandOverFacts { state, ..facts() }, now), Err(refusal));
        }
        let cancelled = HandOverFacts { is_cancelled: true, ..facts() };
        assert_eq!(decide(&cancelled, late), Err(HandOverRefusal::Cancelled));
        let ended = HandOverFacts { is_relationship_ended: true, ..facts() };
        assert_eq!(decide(&ended, now), Err(HandOverRefusal::RelationshipEnded));
        let suspended = HandOverFacts { is_suspended: true, ..facts() };
        assert_eq!(decide(&suspended, now), Err(HandOverRefusal::Suspended));
        let rests = HandOverFacts { is_subscription_suspended: true, ..facts() };
        assert_eq!(decide(&rests, now), Err(HandOverRefusal::SubscriptionSuspended));
    }

    #[test]
    fn a_code_has_eight_digits_and_is_read_as_people_type_it() {
        assert_eq!(code_of(&[0; 32]), "00000000");
        assert_eq!(code_of(&[255; 32]), "09551615");
        assert_eq!(typed_code(" 1234 5678 ").as_deref(), Some("12345678"));
        assert_eq!(typed_code("1234-5678").as_deref(), Some("12345678"));
        for wrong in ["", "1234567", "123456789", "1234567a", "１２３４５６７８"] {
            assert_eq!(typed_code(wrong), None, "{wrong}");
        }
    }
}
