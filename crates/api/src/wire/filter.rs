//! The filters of lists (contract file 00 §6): one condition on a field, or two filters joined.
//!
//! Keys have no case, operators come in every spelling, `fieldType` is passed over. An endpoint says by
//! [`Filter::allow`] what it understands; [`Filter::matches`] is for lists that are filtered in memory.

use super::date;
use super::fault::{Fault, Reason};
use super::input::{Body, Fields};
use super::money;
use super::word::{Words, folded, same};

/// What a fault calls the filter as a whole.
const WHOLE: &str = "filter";

/// The longest filter, in bytes.
const LENGTH_MAX: usize = 8 * 1024;

/// Filters inside each other.
const DEPTH_MAX: usize = 8;

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The same, whatever its case.
    Equals,
    /// Not the same.
    NotEquals,
    /// Greater.
    GreaterThan,
    /// Greater or the same.
    GreaterThanOrEquals,
    /// Less.
    LessThan,
    /// Less or the same.
    LessThanOrEquals,
    /// It holds the text.
    Substring,
    /// It begins with the text.
    StartsWith,
    /// It does not begin with the text.
    NotStartsWith,
    /// Both filters fit.
    And,
    /// One of the filters fits.
    Or,
}

const OPERATORS: Words<Operator> = Words(&[
    ("equals", Some(Operator::Equals)),
    ("not_equals", Some(Operator::NotEquals)),
    ("greater_than", Some(Operator::GreaterThan)),
    ("greater_than_or_equals", Some(Operator::GreaterThanOrEquals)),
    ("less_than", Some(Operator::LessThan)),
    ("less_than_or_equals", Some(Operator::LessThanOrEquals)),
    ("substring", Some(Operator::Substring)),
    ("starts_with", Some(Operator::StartsWith)),
    ("not_starts_with", Some(Operator::NotStartsWith)),
    ("and", Some(Operator::And)),
    ("or", Some(Operator::Or)),
]);

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The name of the field as the client wrote it.
    pub field: String,
    /// How to compare; neither `And` nor `Or`.
    pub operator: Operator,
    /// With what.
    pub value: String,
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// One comparison.
    Is(Condition),
    /// Both.
    All(Box<Filter>, Box<Filter>),
    /// Either.
    Any(Box<Filter>, Box<Filter>),
}

impl Filter {
    /// Reads the JSON of a `filter` parameter.
    ///
    /// # Errors
    ///
    /// 400/3000 when it is no JSON, lacks a part, or is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |reason| Fault::invalid_property(WHOLE, reason);
        if text.len() > LENGTH_MAX {
            return Err(fault(Reason::TooLarge));
        }
        let body = Body::parse(text.as_bytes(), LENGTH_MAX).map_err(|_| fault(Reason::NotJson))?;
        let fields = body.fields().map_err(|_| fault(Reason::Object))?;
        Self::read(&fields, DEPTH_MAX)
    }

    fn read(fields: &Fields<'_>, depth_left: usize) -> Result<Self, Fault> {
        let fault = |reason| Fault::invalid_property(WHOLE, reason);
        let depth_left = depth_left.checked_sub(1).ok_or_else(|| fault(Reason::TooDeep))?;
        // An unknown operator is wrong input of a filter, not an unreadable word of a body.
        let operator = fields
            .enum_word("operator", &OPERATORS)
            .map_err(|_| Fault::invalid_property("filter.operator", Reason::Word))?
            .ok_or_else(|| Fault::invalid_property("filter.operator", Reason::Missing))?;
        if let Operator::And | Operator::Or = operator {
            let side = |name: &str| {
                let missing = || Fault::invalid_property(format!("filter.{name}"), Reason::Missing);
                let inner = fields.object(name).map_err(|_| fault(Reason::Object))?.ok_or_else(missing)?;
                Self::read(&inner, depth_left).map(Box::new)
            };
            let (left, right) = (side("leftFilter")?, side("rightFilter")?);
            return Ok(if operator == Operator::And { Self::All(left, right) } else { Self::Any(left, right) });
        }
        let field = fields
            .required_text("field", 100)
            .map_err(|_| Fault::invalid_property("filter.field", Reason::Missing))?
            .to_owned();
        let value = fields
            .scalar("value")
            .map_err(|_| Fault::invalid_property("filter.value", Reason::Form))?
            .unwrap_or_default();
        Ok(Self::Is(Condition { field, operator, value }))
    }

    /// The conditions, from left to right.
    pub fn conditions(&self) -> Vec<&Condition> {
        match self {
            Self::Is(condition) => vec![condition],
            Self::All(left, right) | Self::Any(left, right) => {
                let mut conditions = left.conditions();
                conditions.extend(right.conditions());
                conditions
            }
        }
    }

    /// The only condition, for endpoints that understand no joined ones.
    pub fn simple(&self) -> Result<&Condition, Fault> {
        match self {
            Self::Is(condition) => Ok(condition),
            _ => Err(Fault::invalid_property("filter.operator", Reason::NotExpected)),
        }
    }

    /// Whether every condition is one of those that the endpoint understands.
    ///
    /// # Errors
    ///
    /// 400/3000 that names the first field or operator that is not.
    pub fn allow(&self, known: &[(&str, &[Operator])]) -> Result<(), Fault> {
        for condition in self.conditions() {
            let Some((_, operators)) = known.iter().find(|(field, _)| condition.is_about(field)) else {
                return Err(Fault::invalid_property(format!("filter.{}", condition.field), Reason::Unknown));
            };
            if !operators.contains(&condition.operator) {
                return Err(Fault::invalid_property(format!("filter.{}", condition.field), Reason::Word));
            }
        }
        Ok(())
    }

    /// Whether something fits, whose fields `look_up` knows by folded name (`companyname`).
    pub fn matches(&self, look_up: &impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::Is(condition) => condition.fits(look_up(&folded(&condition.field)).as_deref()),
            Self::All(left, right) => left.matches(look_up) && right.matches(look_up),
            Self::Any(left, right) => left.matches(look_up) || right.matches(look_up),
        }
    }

    /// A text that is the same for filters that mean the same and are built alike; binds a continuation token
    /// to its list.
    pub fn canonical(&self) -> String {
        match self {
            Self::Is(condition) => {
                format!("{:?} {:?} {:?}", folded(&condition.field), condition.operator, condition.value.to_lowercase())
            }
            Self::All(left, right) => format!("({} and {})", left.canonical(), right.canonical()),
            Self::Any(left, right) => format!("({} or {})", left.canonical(), right.canonical()),
        }
    }
}

impl Condition {
    /// Whether it compares this field.
    pub fn is_about(&self, field: &str) -> bool {
        same(&self.field, field)
    }

    /// Whether a value fits; a missing one is unequal to everything.
    fn fits(&self, value: Option<&str>) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let Some(value) = value else {
            return matches!(self.operator, Operator::NotEquals | Operator::NotStartsWith);
        };
        let (own, wanted) = (value.to_lowercase(), self.value.to_lowercase());
        let order = || compared(&own, &wanted);
        match self.operator {
            Operator::Equals => own == wanted,
            Operator::NotEquals => own != wanted,
            Operator::GreaterThan => order() == Greater,
            Operator::GreaterThanOrEquals => matches!(order(), Greater | Equal),
            Operator::LessThan => order() == Less,
            Operator::LessThanOrEquals => matches!(order(), Less | Equal),
            Operator::Substring => own.contains(&wanted),
            Operator::StartsWith => own.starts_with(&wanted),
            Operator::NotStartsWith => !own.starts_with(&wanted),
            Operator::And | Operator::Or => false,
        }
    }
}

/// The order of two values: as numbers or dates when both are, else as text.
fn compared(left: &str, right: &str) -> std::cmp::Ordering {
    if let (Some(left), Some(right)) = (money::scaled(left, 6), money::scaled(right, 6)) {
        return left.cmp(&right);
    }
    let instant = |text: &str| date::parse(text).and_then(date::Moment::start);
    match (instant(left), instant(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(right),
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
