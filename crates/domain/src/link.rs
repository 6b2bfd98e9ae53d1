//! Download links and download sessions (M12, M18): their terms, and whether one may be used now.
//!
//! Opening a link's page decides nothing and uses nothing; starting a download asks [`decide_use`] and
//! opens a session, and every answer of bytes asks [`decide_download_session`]. Tokens, password
//! hashes and the counting of uses are not here.

mod range;

use jiff::{SignedDuration, Timestamp};

pub use range::{RangeAnswer, parse_range};

/// Days that a link lives unless chosen otherwise.
pub const LIFETIME_DAYS_DEFAULT: u32 = 14;
/// The longest life that may be chosen, in days.
pub const LIFETIME_DAYS_MAX: u32 = 90;
/// Downloads that a link allows unless chosen otherwise.
pub const USES_DEFAULT: u32 = 50;
/// The most downloads that may be chosen.
pub const USES_MAX: u32 = 1000;
/// The shortest link password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest link password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// The longest recipient, in characters.
pub const RECIPIENT_CHARS_MAX: usize = 200;
/// Wrong passwords that lock a link for good.
pub const WRONG_PASSWORDS_MAX: u32 = 5;
/// How long a download session may be used.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// A session serves at most this many times the medium's size, so that ranges can be repeated.
pub const SESSION_SIZE_FACTOR: u64 = 3;

/// What a person chose for a new link; `None` means the default.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkChoice<'a> {
    /// Days from now.
    pub lifetime_days: Option<u32>,
    /// Downloads.
    pub uses_max: Option<u32>,
    /// The password, in clear; it is only measured here.
    pub password: Option<&'a str>,
    /// For whom the link is meant.
    pub recipient: Option<&'a str>,
}

/// The checked terms of a link. The password is not part of them, only that there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTerms {
    /// Days from creation, 1 to [`LIFETIME_DAYS_MAX`].
    pub lifetime_days: u32,
    /// Downloads, 1 to [`USES_MAX`].
    pub uses_max: u32,
    /// Whether a password is asked for.
    pub is_protected: bool,
    /// For whom the link is meant, trimmed, never empty.
    pub recipient: Option<String>,
}

crate::text_enum! {
    /// Which choice for a link is out of bounds.
    pub enum LinkTermsError {
        /// Not 1 to [`LIFETIME_DAYS_MAX`] days.
        Lifetime = "lifetime",
        /// Not 1 to [`USES_MAX`] downloads.
        Uses = "uses",
        /// Not [`PASSWORD_CHARS_MIN`] to [`PASSWORD_CHARS_MAX`] characters.
        Password = "password",
        /// Longer than [`RECIPIENT_CHARS_MAX`] characters, or with control characters.
        Recipient = "recipient",
    }
}

impl LinkTerms {
    /// Checks a choice.
    ///
    /// # Errors
    ///
    /// Every choice that is out of bounds.
    pub fn new(choice: LinkChoice<'_>) -> Result<Self, Vec<LinkTermsError>> {
        let lifetime_days = choice.lifetime_days.unwrap_or(LIFETIME_DAYS_DEFAULT);
        let uses_max = choice.uses_max.unwrap_or(USES_DEFAULT);
        let recipient = choice.recipient.map(str::trim).filter(|recipient| !recipient.is_empty());
        let checks = [
            ((1..=LIFETIME_DAYS_MAX).contains(&lifetime_days), LinkTermsError::Lifetime),
            ((1..=USES_MAX).contains(&uses_max), LinkTermsError::Uses),
            (choice.password.is_none_or(password_fits), LinkTermsError::Password),
            (recipient.is_none_or(recipient_fits), LinkTermsError::Recipient),
        ];
        let errors: Vec<LinkTermsError> = checks.iter().filter(|(fits, _)| !fits).map(|(_, error)| *error).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            lifetime_days,
            uses_max,
            is_protected: choice.password.is_some(),
            recipient: recipient.map(str::to_owned),
        })
    }

    /// When a link with these terms, created at `created_at`, expires: whole periods of 24 hours later.
    pub fn expires_at(&self, created_at: Timestamp) -> Timestamp {
        later(created_at, SignedDuration::from_hours(24 * i64::from(self.lifetime_days)))
    }
}

fn password_fits(password: &str) -> bool {
    (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&password.chars().count())
}

fn recipient_fits(recipient: &str) -> bool {
    recipient.chars().count() <= RECIPIENT_CHARS_MAX && !recipient.chars().any(char::is_control)
}

/// What the person who uses a link knows of its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordProof {
    /// The link has no password.
    NotAsked,
    /// None was given.
    Missing,
    /// Another one was given. The caller counts it.
    Wrong,
    /// The right one was given.
    Right,
}

/// A link at the moment of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkFacts {
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// Downloads started so far.
    pub uses: u32,
    /// Downloads allowed.
    pub uses_max: u32,
    /// Revoked by a person.
    pub is_revoked: bool,
    /// Wrong passwords before this attempt.
    pub wrong_passwords: u32,
    /// The purchase is cancelled as a whole (I4).
    pub is_purchase_cancelled: bool,
    /// The subscription is suspended.
    pub is_subscription_suspended: bool,
    /// The operator suspended the customer, or the tenant whose person made the link.
    pub is_suspended: bool,
    /// The partner who made the link no longer serves the customer.
    pub is_relationship_ended: bool,
    /// The password of this attempt.
    pub password: PasswordProof,
}

/// Why a link serves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRefusal {
    /// Its time is over.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// All its downloads were started.
    UsedUp,
    /// A person revoked it.
    Revoked,
    /// Too many wrong passwords, for good.
    Locked,
    /// The purchase was cancelled.
    PurchaseCancelled,
    /// The subscription is suspended.
    SubscriptionSuspended,
    /// The relationship of partner and customer ended.
    RelationshipEnded,
    /// The customer or the maker's tenant is suspended; what is refused now may serve later.
    Suspended,
    /// A password is needed.
    PasswordNeeded,
    /// The password is wrong.
    WrongPassword,
}

/// Decides whether a download may start from a link.
///
/// A locked link never says whether the password was right, and what is final is told before what the
/// person could still mend.
///
/// # Errors
///
/// The first [`LinkRefusal`] that applies.
pub fn decide_use(link: &LinkFacts, now: Timestamp) -> Result<(), LinkRefusal> {
    if link.is_revoked {
        return Err(LinkRefusal::Revoked);
    }
    if link.is_purchase_cancelled {
        return Err(LinkRefusal::PurchaseCancelled);
    }
    if link.is_subscription_suspended {
        return Err(LinkRefusal::SubscriptionSuspended);
    }
    if link.is_relationship_ended {
        return Err(LinkRefusal::RelationshipEnded);
    }
    if link.is_suspended {
        return Err(LinkRefusal::Suspended);
    }
    if now >= link.expires_at {
        return Err(LinkRefusal::Expired { at: link.expires_at });
    }
    if link.uses >= link.uses_max {
        return Err(LinkRefusal::UsedUp);
    }
    if link.wrong_passwords >= WRONG_PASSWORDS_MAX {
        return Err(LinkRefusal::Locked);
    }
    match link.password {
        PasswordProof::NotAsked | PasswordProof::Right => Ok(()),
        PasswordProof::Missing => Err(LinkRefusal::PasswordNeeded),
        PasswordProof::Wrong => Err(LinkRefusal::WrongPassword),
    }
}

/// A download session at the moment of a request for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadFacts {
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The medium's size.
    pub size_bytes: u64,
    /// Bytes served so far in this session.
    pub served_bytes: u64,
    /// Its link, or the right of the person who opened it, was withdrawn.
    pub is_revoked: bool,
    /// The purchase is cancelled as a whole (I4).
    pub is_purchase_cancelled: bool,
    /// The subscription is suspended.
    pub is_subscription_suspended: bool,
    /// The operator suspended the customer, or the tenant that opened it.
    pub is_suspended: bool,
    /// The partner who opened it no longer serves the customer.
    pub is_relationship_ended: bool,
}

/// Why a download session serves no more bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadRefusal {
    /// Older than [`SESSION_LIFETIME`].
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// Withdrawn.
    Revoked,
    /// The purchase was cancelled.
    PurchaseCancelled,
    /// The subscription is suspended.
    SubscriptionSuspended,
    /// The relationship of partner and customer ended.
    RelationshipEnded,
    /// The customer or the maker's tenant is suspended; what is refused now may serve later.
    Suspended,
    /// [`SESSION_SIZE_FACTOR`] times the medium's size was served.
    BytesUsedUp,
}

/// Decides whether a session may serve bytes now, and how many are left. Asked again while a transfer
/// runs, so that a cancellation stops it (I4).
///
/// # Errors
///
/// The first [`DownloadRefusal`] that applies.
pub fn decide_download_session(session: &DownloadFacts, now: Timestamp) -> Result<u64, DownloadRefusal> {
    if session.is_revoked {
        return Err(DownloadRefusal::Revoked);
    }
    if session.is_purchase_cancelled {
        return Err(DownloadRefusal::PurchaseCancelled);
    }
    if session.is_subscription_suspended {
        return Err(DownloadRefusal::SubscriptionSuspended);
    }
    if session.is_relationship_ended {
        return Err(DownloadRefusal::RelationshipEnded);
    }
    if session.is_suspended {
        return Err(DownloadRefusal::Suspended);
    }
    let at = later(session.opened_at, SESSION_LIFETIME);
    if now >= at {
        return Err(DownloadRefusal::Expired { at });
    }
    let allowed = session.size_bytes.saturating_mul(SESSION_SIZE_FACTOR);
    // An empty medium has no bytes to use up.
    if session.size_bytes > 0 && session.served_bytes >= allowed {
        return Err(DownloadRefusal::BytesUsedUp);
    }
    Ok(allowed.saturating_sub(session.served_bytes))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
