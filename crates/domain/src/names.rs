//! Names and addresses of people and organizations as checked values.
//!
//! Checks are syntactic: whether a mailbox, domain or telephone exists is found out elsewhere.

use std::fmt;

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text in its stored form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

crate::text_enum! {
    /// Why a text is no name, address or number.
    pub enum NameError {
        /// Nothing but white space.
        Empty = "empty",
        /// Longer than allowed.
        TooLong = "too_long",
        /// Control characters, or characters that the form does not know.
        Characters = "characters",
        /// Not built as such a text must be.
        Form = "form",
    }
}

checked_text! {
    /// A domain name of at least two labels, lower-case ASCII, at most 253 bytes. Names in other
    /// scripts come as punycode and are kept so.
    DomainName
}

const DOMAIN_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

impl DomainName {
    /// Reads a domain name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > DOMAIN_BYTES_MAX {
            return Err(NameError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.') {
            return Err(NameError::Characters);
        }
        let fits = |label: &str| {
            (1..=LABEL_BYTES_MAX).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
        };
        // A last label of digits would be an IPv4 address.
        let ends_in_letters =
            text.rsplit('.').next().is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()));
        if !text.contains('.') || !text.split('.').all(fits) || !ends_in_letters {
            return Err(NameError::Form);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

checked_text! {
    /// An e-mail address of at most 254 bytes: the local part as written, the domain in lower case.
    EmailAddress
}

const EMAIL_BYTES_MAX: usize = 254;
const LOCAL_PART_BYTES_MAX: usize = 64;

impl EmailAddress {
    /// Reads an address of the usual form `local@domain`; quoted local parts are not accepted.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > EMAIL_BYTES_MAX {
            return Err(NameError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(NameError::Form)?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&byte);
        if !local.bytes().all(known) {
            return Err(NameError::Characters);
        }
        if !(1..=LOCAL_PART_BYTES_MAX).contains(&local.len()) || local.split('.').any(str::is_empty) {
            return Err(NameError::Form);
        }
        let domain = DomainName::parse(domain).map_err(|_| NameError::Form)?;
        if domain.as_str().len() + local.len() + 1 != text.len() {
            return Err(NameError::Form);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The form under which an address is looked up and unique: all in lower case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// The longest name of a company or person, in characters.
pub const NAME_CHARS_MAX: usize = 256;

fn name(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(NameError::TooLong);
    }
    if text.chars().any(is_unprintable) {
        return Err(NameError::Characters);
    }
    Ok(text.to_owned())
}

/// Control characters, and those that reverse or hide text and so let one name pass for another.
pub(crate) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

checked_text! {
    /// The name of an organization, trimmed, 1 to [`NAME_CHARS_MAX`] characters.
    CompanyName
}

impl CompanyName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        name(text).map(Self)
    }
}

checked_text! {
    /// The name of a person, trimmed, 1 to [`NAME_CHARS_MAX`] characters.
    PersonName
}

impl PersonName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        name(text).map(Self)
    }
}

checked_text! {
    /// A telephone number in international form: `+` and 7 to 15 digits (E.164).
    PhoneNumber
}

impl PhoneNumber {
    /// Reads `+420 123 456 789`, `00420123456789` or the like; white space and `-./()` are dropped.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        let international = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).ok_or(NameError::Form)?;
        let is_separator = |character: char| character.is_whitespace() || "-./()".contains(character);
        let digits: String = international.chars().filter(|character| !is_separator(*character)).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NameError::Characters);
        }
        if digits.len() > 15 {
            return Err(NameError::TooLong);
        }
        if digits.len() < 7 || digits.starts_with('0') {
            return Err(NameError::Form);
        }
        Ok(Self(format!("+{digits}")))
    }
}

/// The shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;

crate::text_enum! {
    /// Why a password is not accepted.
    pub enum PasswordRefusal {
        /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
        TooShort = "too_short",
        /// More than [`PASSWORD_CHARS_MAX`] characters.
        TooLong = "too_long",
        /// The person's e-mail address, or its local part repeated.
        LikeEmail = "like_email",
        /// Among the first that a guesser tries.
        TooCommon = "too_common",
    }
}

/// Passwords of at least twelve characters that stand in every guessing list.
const COMMON_PASSWORDS: [&str; 24] = [
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "passw0rd1234",
    "p@ssw0rd1234",
    "p@ssword1234",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwerty123456",
    "qwertyqwerty",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "123456789012",
    "1234567890123",
    "123123123123",
    "abcdefghijkl",
    "abc123456789",
    "administrator",
    "administrator1",
    "changeme1234",
    "changemenow1",
    "letmein12345",
    "welcome12345",
];

/// Decides whether a new password is good enough. Length counts, composition does not.
///
/// # Errors
///
/// The first [`PasswordRefusal`] that applies.
pub fn check_password(password: &str, email: &EmailAddress) -> Result<(), PasswordRefusal> {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    let folded = password.to_lowercase();
    let key = email.key();
    let local = key.split('@').next().unwrap_or_default();
    if folded == key || (!local.is_empty() && folded.replace(local, "").is_empty()) {
        return Err(PasswordRefusal::LikeEmail);
    }
    let mut characters = folded.chars();
    let first = characters.next();
    if COMMON_PASSWORDS.contains(&folded.as_str()) || characters.all(|character| Some(character) == first) {
        return Err(PasswordRefusal::TooCommon);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
