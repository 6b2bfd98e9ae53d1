//! What a support or refund request must say (M31, M34–M39): the checked facts of its form.
//!
//! Which customer, order and amount a request names is checked where those are loaded; here stand
//! the words, the lengths and the contact.

use crate::names::EmailAddress;

crate::text_enum! {
    /// What a request is about (M34).
    pub enum ProblemType {
        /// Purchase or refund on behalf of a customer; preselected by *Cancel*.
        Refund = "refund",
        /// A key does not work.
        KeyNotWorking = "key_not_working",
        /// More machines must be activated.
        ActivationLimit = "activation_limit",
        /// A medium is wrong or missing.
        Media = "media",
        /// Technical presales and deployment help (M28).
        Deployment = "deployment",
        /// Anything else.
        Other = "other",
    }
}

crate::text_enum! {
    /// How much a problem hurts (M35); it decides the promised answer time.
    pub enum Impact {
        /// Work stands still.
        Critical = "critical",
        /// Work goes on with effort.
        Moderate = "moderate",
        /// A question.
        Minimal = "minimal",
    }
}

crate::text_enum! {
    /// Where a request stands, with the words of the API.
    pub enum RequestState {
        /// Somebody must answer it.
        Open = "open",
        /// The one who asked must answer.
        AttentionNeeded = "attention_needed",
        /// It has ended.
        Closed = "closed",
    }
}

crate::text_enum! {
    /// The one end of a refund request (M39).
    pub enum RequestOutcome {
        /// A credit note was issued.
        Credited = "credited",
        /// It was refused, with a reason.
        Refused = "refused",
        /// The one who asked took it back.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// Why a purchase is given back.
    pub enum ReasonChoice {
        /// Bought by mistake, or twice.
        Mistake = "mistake",
        /// Another product, version or edition was meant.
        WrongProduct = "wrong_product",
        /// Fewer units are needed.
        WrongQuantity = "wrong_quantity",
        /// The customer changed its mind.
        CustomerWithdrew = "customer_withdrew",
        /// It does not work for the customer.
        Technical = "technical",
        /// Something else; the text says what.
        Other = "other",
        /// The API carries no reason; never offered in a form.
        NotGiven = "not_given",
    }
}

/// The longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 2_000;

/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;

/// A reason that passed its checks: without one nothing is cancelled (M31).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReason {
    choice: ReasonChoice,
    text: String,
}

/// Why a reason does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonError {
    /// Nothing chosen, or *something else* without a text.
    Missing,
    /// The text is longer than [`REASON_CHARS_MAX`] characters.
    TooLong {
        /// The longest text allowed, in characters.
        max: usize,
    },
}

impl RefundReason {
    /// A reason from a form; the text is trimmed.
    pub fn from_form(choice: Option<ReasonChoice>, text: &str) -> Result<Self, ReasonError> {
        let text = text.trim();
        let choice = choice.filter(|choice| *choice != ReasonChoice::NotGiven).ok_or(ReasonError::Missing)?;
        if choice == ReasonChoice::Other && text.is_empty() {
            return Err(ReasonError::Missing);
        }
        if text.chars().count() > REASON_CHARS_MAX {
            return Err(ReasonError::TooLong { max: REASON_CHARS_MAX });
        }
        Ok(Self { choice, text: text.to_owned() })
    }

    /// What the API's cancellation stores, because it carries no reason.
    pub const fn not_given() -> Self {
        Self { choice: ReasonChoice::NotGiven, text: String::new() }
    }

    /// The chosen reason.
    pub const fn choice(&self) -> ReasonChoice {
        self.choice
    }

    /// The free text, possibly empty.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The fields of a refund request as a person filled them in.
#[derive(Debug, Clone, Copy)]
pub struct RefundForm<'a> {
    /// *Title*.
    pub title: &'a str,
    /// *Reason for the refund*, the list.
    pub reason: Option<ReasonChoice>,
    /// *Reason for the refund*, the text.
    pub reason_text: &'a str,
    /// *Name*.
    pub contact_name: &'a str,
    /// *E-mail address*.
    pub contact_email: &'a str,
    /// *Telephone number*.
    pub contact_phone: &'a str,
}

/// A field of [`RefundForm`] and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundFieldError {
    /// Not 1 to [`TITLE_CHARS_MAX`] characters on one line.
    Title,
    /// The reason.
    Reason(ReasonError),
    /// Not 1 to 200 characters.
    ContactName,
    /// Not of the form of an e-mail address.
    ContactEmail,
    /// Not a plus sign and 7 to 15 digits.
    ContactPhone,
}

/// The checked facts of a refund request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// One line, 1 to [`TITLE_CHARS_MAX`] characters.
    pub title: String,
    /// Why.
    pub reason: RefundReason,
    /// Whom to answer.
    pub contact_name: String,
    /// Where to answer.
    pub contact_email: String,
    /// A plus sign and digits.
    pub contact_phone: String,
}

impl RefundForm<'_> {
    /// The facts, or every field that must be corrected.
    pub fn validated(&self) -> Result<RefundFacts, Vec<RefundFieldError>> {
        let title = one_line(self.title);
        let reason = RefundReason::from_form(self.reason, self.reason_text);
        let name = one_line(self.contact_name);
        let email = email(self.contact_email);
        let phone = international_phone(self.contact_phone);
        if let (Some(title), Ok(reason), Some(name), Some(email), Some(phone)) =
            (&title, &reason, &name, &email, &phone)
        {
            return Ok(RefundFacts {
                title: title.clone(),
                reason: reason.clone(),
                contact_name: name.clone(),
                contact_email: email.clone(),
                contact_phone: phone.clone(),
            });
        }
        let errors = [
            title.is_none().then_some(RefundFieldError::Title),
            reason.err().map(RefundFieldError::Reason),
            name.is_none().then_some(RefundFieldError::ContactName),
            email.is_none().then_some(RefundFieldError::ContactEmail),
            phone.is_none().then_some(RefundFieldError::ContactPhone),
        ];
        Err(errors.into_iter().flatten().collect())
    }
}

fn one_line(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=TITLE_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// Only the form is checked; whether mail arrives shows when it is sent.
fn email(text: &str) -> Option<String> {
    EmailAddress::parse(text).ok().map(|address| address.as_str().to_owned())
}

/// Reads `+420 777 123 456`, `00420…`, brackets, dots and hyphens; answers `+420777123456`.
pub fn international_phone(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/')).collect();
    let digits = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00"))?;
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> RefundForm<'static> {
        RefundForm {
            title: "Cancel Harbor Server",
            reason: Some(ReasonChoice::Mistake),
            reason_text: "",
            contact_name: "Jana Nováková",
            contact_email: "jana@example.org",
            contact_phone: "+420 777 123 456",
        }
    }

    #[test]
    fn a_complete_form_becomes_facts() {
        let facts = form().validated().unwrap();
        assert_eq!((facts.title.as_str(), facts.contact_phone.as_str()), ("Cancel Harbor Server", "+420777123456"));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let check = |form: RefundForm<'_>, errors: &[RefundFieldError]| {
            assert_eq!(form.validated().unwrap_err(), errors);
        };
        let long = "ř".repeat(TITLE_CHARS_MAX + 1);
        check(RefundForm { title: " ", ..form() }, &[RefundFieldError::Title]);
        check(RefundForm { title: &long, ..form() }, &[RefundFieldError::Title]);
        check(RefundForm { title: "two\nlines", ..form() }, &[RefundFieldError::Title]);
        check(RefundForm { reason: None, ..form() }, &[RefundFieldError::Reason(ReasonError::Missing)]);
        let all = RefundForm { title: "", contact_name: "", contact_email: "@", contact_phone: "1", ..form() };
        assert_eq!(all.validated().unwrap_err().len(), 4);
    }

    #[test]
    fn a_reason_is_chosen_or_told_and_not_endless() {
        let (longest, too_long) = ("č".repeat(REASON_CHARS_MAX), "č".repeat(REASON_CHARS_MAX + 1));
        let check = |choice, text: &str, error| {
            assert_eq!(RefundReason::from_form(choice, text).err(), error, "{choice:?}");
        };
        check(None, "because", Some(ReasonError::Missing));
        check(Some(ReasonChoice::NotGiven), "because", Some(ReasonError::Missing));
        check(Some(ReasonChoice::Other), "  ", Some(ReasonError::Missing));
        check(Some(ReasonChoice::Other), "because", None);
        check(Some(ReasonChoice::Mistake), "", None);
        check(Some(ReasonChoice::Mistake), &longest, None);
        check(Some(ReasonChoice::Mistake), &too_long, Some(ReasonError::TooLong { max: REASON_CHARS_MAX }));
    }

    #[test]
    fn contacts_have_the_form_of_addresses_and_international_numbers() {
        for good in ["a@b.cz", "jana.novakova+x@mail.example.org"] {
            assert_eq!(email(good).as_deref(), Some(good));
        }
        for bad in ["", "a", "@b.cz", "a@", "a@b", "a b@c.cz", "a@b..cz", "a@@b.cz", "a@b.cz\n x"] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
        for good in ["+420777123456", "00420 777-123-456", "+420 (777) 123.456"] {
            assert_eq!(international_phone(good).as_deref(), Some("+420777123456"), "{good}");
        }
        for bad in ["", "777123456", "+", "+12345", "+1234567890123456", "+42x777123", "+0420777123", "++420777123456"]
        {
            assert_eq!(international_phone(bad), None, "{bad:?}");
        }
    }
}
