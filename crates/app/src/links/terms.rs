//! What a person chooses for a link, checked by the domain against the bounds of every link.

use perpetua_domain::id::{LinkId, MediaId, OrderLineId};
use perpetua_domain::link::{LinkChoice, LinkTerms, LinkTermsError};
use perpetua_store::software::PurchaseRow;
use zeroize::Zeroizing;

use crate::context::App;
use crate::password::PasswordError;
use crate::problem::{Kind, Problem};

/// A new link. `None` means what the purchase's policy says.
#[derive(Debug, Clone)]
pub struct CreateLink {
    /// The purchase.
    pub line: OrderLineId,
    /// The medium.
    pub medium: MediaId,
    /// For whom it is meant.
    pub recipient: Option<String>,
    /// Days from now.
    pub lifetime_days: Option<u32>,
    /// Downloads.
    pub uses_max: Option<u32>,
    /// A password that whoever opens the link must know; wiped when dropped.
    pub password: Option<Zeroizing<String>>,
}

impl CreateLink {
    /// Asks for a password too.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = Some(Zeroizing::new(password.to_owned()));
        self
    }
}

/// Another life for a link.
#[derive(Debug, Clone, Copy)]
pub struct RenewLink {
    /// The link.
    pub link: LinkId,
    /// Days from now; `None` means what the purchase's policy says.
    pub lifetime_days: Option<u32>,
    /// Further downloads; `None` likewise.
    pub uses_max: Option<u32>,
}

/// The checked terms; `defaults` are the days and downloads of the purchase's policy.
pub(super) fn checked(command: &CreateLink, defaults: (u32, u32)) -> Result<LinkTerms, Problem> {
    let choice = LinkChoice {
        lifetime_days: Some(command.lifetime_days.unwrap_or(defaults.0)),
        uses_max: Some(command.uses_max.unwrap_or(defaults.1)),
        password: command.password.as_ref().map(|password| password.as_str()),
        recipient: command.recipient.as_deref(),
    };
    LinkTerms::new(choice).map_err(refused)
}

/// The checked terms of a renewal.
pub(super) fn renewed(command: &RenewLink, purchase: &PurchaseRow) -> Result<LinkTerms, Problem> {
    let days = u32::try_from(purchase.link_lifetime_days).map_err(Problem::internal)?;
    let uses = u32::try_from(purchase.link_uses_max).map_err(Problem::internal)?;
    let choice = LinkChoice {
        lifetime_days: Some(command.lifetime_days.unwrap_or(days)),
        uses_max: Some(command.uses_max.unwrap_or(uses)),
        password: None,
        recipient: None,
    };
    LinkTerms::new(choice).map_err(refused)
}

fn refused(errors: Vec<LinkTermsError>) -> Problem {
    errors.into_iter().fold(Problem::invalid("invalid_input"), |problem, error| match error {
        LinkTermsError::Lifetime => problem.with_field("days", "link_lifetime"),
        LinkTermsError::Uses => problem.with_field("uses", "link_uses"),
        LinkTermsError::Password => problem.with_field("password", "link_password"),
        LinkTermsError::Recipient => problem.with_field("recipient", "link_recipient"),
    })
}

/// The hash to store for a link's password.
pub(super) async fn hash(app: &App, password: &str) -> Result<String, Problem> {
    app.passwords.hash(&*app.entropy, password).await.map_err(busy)
}

/// What a caller is told when a password could not be checked or hashed.
pub(super) fn busy(error: PasswordError) -> Problem {
    match error {
        PasswordError::Busy => Problem::new(Kind::TooMany, "busy").retry_after(2),
        PasswordError::TooLong => Problem::field("password", "link_password"),
        other => Problem::internal(other),
    }
}
