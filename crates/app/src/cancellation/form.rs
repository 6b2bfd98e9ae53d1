//! The fields of the request that *Cancel* opens, and their checks (the field list of M31, M34–M39).

use perpetua_domain::id::OrderId;
use perpetua_domain::money::Amount;
use perpetua_domain::request::{
    Impact, ProblemType, ReasonChoice, ReasonError, RefundFacts, RefundFieldError, RefundForm, RefundReason,
};
use perpetua_license::key::CheckSecrets;
use perpetua_store::tenants::TenantRow;

use super::Purchase;
use crate::caller::Caller;
use crate::key_text::contains_key;
use crate::problem::{FieldProblem, Param, Problem};

/// The longest free text, in characters.
pub const FREE_TEXT_CHARS_MAX: usize = 4_000;

/// The request as a person filled it in; field names of problems are the names of these fields.
#[derive(Debug, Clone, Default)]
pub struct RequestForm {
    /// *Problem type*; only a refund can be submitted as a cancellation.
    pub problem_type: Option<ProblemType>,
    /// *Impact*.
    pub impact: Option<Impact>,
    /// *Title*.
    pub title: String,
    /// *Customer ID or domain name*.
    pub customer: String,
    /// *Order ID or subscription ID*: id or number of the order, or id of one of its lines.
    pub order: String,
    /// *Reason for the refund*, the list.
    pub reason: Option<ReasonChoice>,
    /// *Reason for the refund*, the text.
    pub reason_text: String,
    /// *Requested amount*; `None` where the text is no amount.
    pub amount: Option<Amount>,
    /// *Free text*.
    pub text: String,
    /// *Name*.
    pub contact_name: String,
    /// *E-mail address*.
    pub contact_email: String,
    /// *Telephone number*.
    pub contact_phone: String,
}

/// What is stored of a request.
pub(super) struct Checked {
    pub(super) problem_type: ProblemType,
    pub(super) impact: Impact,
    pub(super) facts: RefundFacts,
    pub(super) amount: Amount,
    pub(super) text: String,
}

impl RequestForm {
    /// What the API's cancellation stores: no reason given, answered to the caller.
    pub(super) fn checked_not_given(caller: &Caller, purchase: &Purchase, credit: Amount) -> Checked {
        Checked {
            problem_type: ProblemType::Refund,
            impact: Impact::Moderate,
            facts: RefundFacts {
                title: format!("Cancel order {}", purchase.order.number),
                reason: RefundReason::not_given(),
                contact_name: caller.name.clone(),
                contact_email: caller.email.clone(),
                contact_phone: String::new(),
            },
            text: String::new(),
            amount: credit,
        }
    }

    /// The reason alone; the decision asks for one before the amount can be checked.
    pub(super) fn reason(&self) -> Result<RefundReason, ReasonError> {
        RefundReason::from_form(self.reason, &self.reason_text)
    }

    /// The free fields in which one of our product keys stands.
    pub(super) fn fields_with_keys(&self, secrets: &CheckSecrets) -> Vec<&'static str> {
        let texts = [("title", &self.title), ("reason", &self.reason_text), ("text", &self.text)];
        texts.into_iter().filter(|(_, text)| contains_key(text, secrets)).map(|(name, _)| name).collect()
    }

    /// Checks every field against the purchase and the exact credit.
    pub(super) fn checked(
        &self,
        purchase: &Purchase,
        customer: &TenantRow,
        credit: Amount,
        fields_with_keys: &[&'static str],
    ) -> Result<Checked, Problem> {
        let mut wrong = Vec::new();
        if self.problem_type != Some(ProblemType::Refund) {
            wrong.push(field("problem_type", "not_a_refund"));
        }
        if self.impact.is_none() {
            wrong.push(field("impact", "request_missing"));
        }
        if !names_customer(&self.customer, customer) {
            wrong.push(field("customer", "not_this_customer"));
        }
        if !names_order(&self.order, purchase) {
            wrong.push(field("order", "not_this_order"));
        }
        wrong.extend(self.amount_problem(purchase, credit));
        let text = self.text.trim();
        if text.chars().count() > FREE_TEXT_CHARS_MAX {
            wrong.push(FieldProblem {
                field: "text".to_owned(),
                code: "too_long",
                params: vec![("max", number(FREE_TEXT_CHARS_MAX))],
            });
        }
        let form = RefundForm {
            title: &self.title,
            reason: self.reason,
            reason_text: &self.reason_text,
            contact_name: &self.contact_name,
            contact_email: &self.contact_email,
            contact_phone: &self.contact_phone,
        };
        wrong.extend(fields_with_keys.iter().map(|name| field(name, "contains_key")));
        match (form.validated(), self.impact) {
            (Ok(facts), Some(impact)) if wrong.is_empty() => {
                Ok(Checked { problem_type: ProblemType::Refund, impact, facts, text: text.to_owned(), amount: credit })
            }
            (validated, _) => {
                wrong.extend(validated.err().unwrap_or_default().into_iter().map(field_of));
                let mut problem = Problem::invalid("invalid_input");
                problem.fields = wrong;
                Err(problem)
            }
        }
    }

    /// Inside the window the credit is exact, so any other amount means that the person has not seen it.
    fn amount_problem(&self, purchase: &Purchase, credit: Amount) -> Option<FieldProblem> {
        let code = match self.amount {
            None => "not_an_amount",
            Some(amount) if amount != credit => "amount_differs",
            Some(_) => return None,
        };
        let params = vec![("amount", Param::Amount(credit.minor(), purchase.currency))];
        Some(FieldProblem { field: "amount".to_owned(), code, params })
    }
}

fn names_customer(text: &str, customer: &TenantRow) -> bool {
    let text = text.trim();
    let is_domain = customer.domain.as_deref().is_some_and(|domain| domain.eq_ignore_ascii_case(text));
    is_domain || text.parse().is_ok_and(|id| customer.id.0 == id)
}

fn names_order(text: &str, purchase: &Purchase) -> bool {
    let text = text.trim();
    if purchase.order.number.eq_ignore_ascii_case(text) {
        return true;
    }
    let wire = data_encoding::BASE64URL_NOPAD.encode(purchase.order.id.0.as_ref());
    wire == text
        || text.parse::<OrderId>().is_ok_and(|id| purchase.order.id.0 == id)
        || text.parse().is_ok_and(|id| purchase.lines.iter().any(|line| line.id.0 == id))
}

pub(crate) fn field(name: &str, code: &'static str) -> FieldProblem {
    FieldProblem { field: name.to_owned(), code, params: Vec::new() }
}

pub(crate) fn number(value: usize) -> Param {
    Param::Number(i64::try_from(value).unwrap_or(i64::MAX))
}

pub(crate) fn field_of(error: RefundFieldError) -> FieldProblem {
    match error {
        RefundFieldError::Title => field("title", "request_title"),
        RefundFieldError::Reason(ReasonError::Missing) => field("reason", "reason_missing"),
        RefundFieldError::Reason(ReasonError::TooLong { max }) => {
            FieldProblem { field: "reason".to_owned(), code: "too_long", params: vec![("max", number(max))] }
        }
        RefundFieldError::ContactName => field("contact_name", "request_missing"),
        RefundFieldError::ContactEmail => field("contact_email", "request_email"),
        RefundFieldError::ContactPhone => field("contact_phone", "request_phone"),
    }
}
