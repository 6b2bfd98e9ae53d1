//! The one shape of a refusal or failure, for every surface.
//!
//! A problem has a stable code (append-only; listed in `docs/error-codes.md`), public parameters and
//! the fields that are wrong. Its private source has no way into an answer. Portal, API and devices
//! each turn it into their own form in one place.

use perpetua_domain::access::Role;
use perpetua_store::{OperationError, StoreError};

/// What sort of answer a problem calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input is wrong: 400.
    Invalid,
    /// Nobody is signed in, or the sign-in must be repeated: 401.
    SignIn,
    /// A role is missing: 403.
    Forbidden,
    /// It does not exist for this caller: 404 (I6).
    NotFound,
    /// The state of things does not allow it, or another writer was first: 409.
    Conflict,
    /// Too many attempts: 429.
    TooMany,
    /// Try again later: 503.
    Busy,
    /// A bug or a broken part: 500.
    Internal,
}

/// A public parameter of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// Text, an id, a formatted value.
    Text(String),
    /// A number that plural forms depend on.
    Number(i64),
    /// An instant, shown in the reader's zone.
    Instant(jiff::Timestamp),
    /// An amount in minor units.
    Amount(i64, perpetua_domain::money::Currency),
}

/// A field that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in forms and API.
    pub field: String,
    /// The reason; its message is `field-error-{code}`.
    pub code: &'static str,
    /// Parameters of the message.
    pub params: Vec<(&'static str, Param)>,
}

/// A refusal or failure of a use case.
#[derive(Debug)]
pub struct Problem {
    /// What sort of answer it calls for.
    pub kind: Kind,
    /// The stable code; its message is `error-{code}`.
    pub code: &'static str,
    /// Parameters of the message.
    pub params: Vec<(&'static str, Param)>,
    /// The fields that are wrong.
    pub fields: Vec<FieldProblem>,
    /// The roles that would suffice, when one is missing.
    pub any_of: &'static [Role],
    /// Seconds after which another try makes sense.
    pub retry_after_seconds: Option<u32>,
    source: Option<Source>,
}

#[derive(Debug)]
enum Source {
    Store(StoreError),
    Other(String),
}

impl Problem {
    /// A problem of this kind and code.
    pub const fn new(kind: Kind, code: &'static str) -> Self {
        Self {
            kind,
            code,
            params: Vec::new(),
            fields: Vec::new(),
            any_of: &[],
            retry_after_seconds: None,
            source: None,
        }
    }

    /// Wrong input.
    pub const fn invalid(code: &'static str) -> Self {
        Self::new(Kind::Invalid, code)
    }

    /// Wrong input in one field.
    pub fn field(field: impl Into<String>, code: &'static str) -> Self {
        Self::invalid("invalid_input").with_field(field, code)
    }

    /// Not there for this caller.
    pub const fn not_found() -> Self {
        Self::new(Kind::NotFound, "not_found")
    }

    /// The state does not allow it.
    pub const fn conflict(code: &'static str) -> Self {
        Self::new(Kind::Conflict, code)
    }

    /// One of these roles is needed.
    pub const fn missing_role(any_of: &'static [Role]) -> Self {
        let mut problem = Self::new(Kind::Forbidden, "missing_role");
        problem.any_of = any_of;
        problem
    }

    /// A bug or broken part; the text goes to the log only.
    pub fn internal(source: impl std::fmt::Display) -> Self {
        let mut problem = Self::new(Kind::Internal, "internal");
        problem.source = Some(Source::Other(source.to_string()));
        problem
    }

    /// What the caller may see of the problem, to show it in a second place; its source stays with the first.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut copy = Self::new(self.kind, self.code);
        copy.params.clone_from(&self.params);
        copy.fields.clone_from(&self.fields);
        copy.any_of = self.any_of;
        copy.retry_after_seconds = self.retry_after_seconds;
        copy
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Param) -> Self {
        self.params.push((name, value));
        self
    }

    /// Adds a text parameter.
    #[must_use]
    pub fn with_text(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.with(name, Param::Text(value.to_string()))
    }

    /// Adds a number.
    #[must_use]
    pub fn with_number(self, name: &'static str, value: impl TryInto<i64>) -> Self {
        let value = value.try_into().unwrap_or(i64::MAX);
        self.with(name, Param::Number(value))
    }

    /// Adds a wrong field.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, code: &'static str) -> Self {
        self.fields.push(FieldProblem { field: field.into(), code, params: Vec::new() });
        self
    }

    /// Adds a wrong field with parameters.
    #[must_use]
    pub fn with_field_params(
        mut self,
        field: impl Into<String>,
        code: &'static str,
        params: Vec<(&'static str, Param)>,
    ) -> Self {
        self.fields.push(FieldProblem { field: field.into(), code, params });
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// What the log says of the cause; never shown to a caller.
    pub fn private_source(&self) -> Option<String> {
        self.source.as_ref().map(|source| match source {
            Source::Store(error) => error.to_string(),
            Source::Other(text) => text.clone(),
        })
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let mut problem = match &error {
            StoreError::Conflict { .. } => Self::conflict("changed_elsewhere"),
            StoreError::Duplicate { .. } => Self::conflict("exists_already"),
            StoreError::Claimed => Self::conflict("request_claimed"),
            StoreError::Busy | StoreError::Unavailable(_) => Self::new(Kind::Busy, "busy").retry_after(2),
            StoreError::Inconsistent { .. } | StoreError::Panicked | StoreError::Database(_) => {
                Self::new(Kind::Internal, "internal")
            }
        };
        problem.source = Some(Source::Store(error));
        problem
    }
}

impl OperationError for Problem {
    fn store_error(&self) -> Option<&StoreError> {
        match &self.source {
            Some(Source::Store(error)) => Some(error),
            _ => None,
        }
    }
}
