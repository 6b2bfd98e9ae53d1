//! Which fault a problem of a use case becomes.
//!
//! The code follows the table of the contract; the text is the problem's own, because it says more and is
//! already written for people. A conflict of the portal is a 400 or 403 here wherever repeating the request
//! cannot help: clients repeat a 409.

use perpetua_app::{Kind, Problem};

use super::{Fault, Reason};
use crate::wire::codes::{self, Code};

/// What the request was about; decides the code where one problem has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Customers and their profiles.
    Customer,
    /// Users of a customer.
    User,
    /// Products of the catalog.
    Product,
    /// SKUs of the catalog.
    Sku,
    /// Availabilities of the catalog.
    Availability,
    /// Carts.
    Cart,
    /// Orders and their lines.
    Order,
    /// Subscriptions.
    Subscription,
    /// What is needed to install: links, keys, provisioning.
    Provisioning,
    /// Anything else.
    Other,
}

impl Family {
    /// The code for something of this family that is not there.
    pub const fn not_found(self) -> Code {
        match self {
            Self::Customer => codes::CUSTOMER_NOT_FOUND,
            Self::User => codes::USER_NOT_FOUND,
            Self::Product => codes::PRODUCT_NOT_FOUND,
            Self::Sku => codes::SKU_NOT_FOUND,
            Self::Availability => codes::AVAILABILITY_NOT_FOUND,
            Self::Cart => codes::CART_NOT_FOUND,
            Self::Order => codes::ORDER_NOT_FOUND,
            Self::Subscription => codes::SUBSCRIPTION_NOT_FOUND,
            Self::Provisioning => codes::PROVISIONING_NOT_FOUND,
            Self::Other => codes::NOT_FOUND,
        }
    }

    /// The code when another writer was first.
    const fn changed_elsewhere(self) -> Code {
        match self {
            Self::Cart => codes::CART_BUSY,
            Self::Order | Self::Provisioning => codes::ADJUSTMENT_PENDING,
            Self::Subscription => codes::SUBSCRIPTION_BUSY,
            _ => codes::ETAG_STALE,
        }
    }

    /// The code for a state that does not allow it, when the table names no other.
    const fn refused(self) -> Code {
        match self {
            Self::Cart | Self::Order => codes::ORDER_NOT_PROCESSED,
            Self::Subscription | Self::Provisioning => codes::ACTION_NOT_SUPPORTED,
            _ => codes::EXISTS,
        }
    }

    /// The code for wrong input, when the table names no other.
    const fn invalid(self) -> Code {
        match self {
            Self::Cart | Self::Order => codes::INVALID_REQUEST,
            _ => codes::INVALID_PROPERTY,
        }
    }
}

impl Fault {
    /// The fault for a problem that a use case gave on a request about `family`. Nothing private gets into it.
    pub fn from_problem(problem: &Problem, family: Family) -> Self {
        match problem.kind {
            Kind::TooMany => return Self { retry_after: problem.retry_after_seconds, ..Self::too_many(60) },
            Kind::Internal => return Self::unexpected(),
            Kind::Busy => return Self { retry_after: problem.retry_after_seconds, ..Self::of(codes::BUSY) },
            Kind::SignIn => return Self::of(codes::NOT_SIGNED_IN),
            // Its own text speaks of pages.
            Kind::NotFound if problem.code == "not_found" => return Self::of(family.not_found()),
            _ => {}
        }
        let code = by_code(problem.code, family).unwrap_or_else(|| by_kind(problem, family));
        // The text for people speaks of a page's roles; the code's own does not.
        if problem.code == "missing_role" {
            return Self::of(code);
        }
        let mut fault = if problem.fields.is_empty() {
            problem
                .params
                .iter()
                .fold(Self::of(code).described(format!("error-{}", problem.code)), |fault, (name, value)| {
                    fault.with(name, value.clone())
                })
        } else {
            Self::of(code)
        };
        for field in &problem.fields {
            fault = fault.with_field(wire_name(&field.field), Reason::from(field));
        }
        fault
    }
}

/// The code that the contract names for a stable problem code.
fn by_code(code: &str, family: Family) -> Option<Code> {
    Some(match code {
        "agreement_missing" => codes::CUSTOMER_AGREEMENT_MISSING,
        "already_cancelled" | "order_not_completed" => codes::ORDER_NOT_CANCELLABLE,
        "already_held" | "already_member" | "already_related" | "exists_already" | "media_exists" => codes::EXISTS,
        "amount_too_large" | "price_changed" | "total_changed" | "tax_rate_missing" => codes::ORDER_NOT_PROCESSED,
        "cart_changed" => codes::CART_BUSY,
        "cart_expired" => codes::CART_NOT_FOUND,
        "cart_ordered" => codes::CART_SUBMITTED,
        "changed_elsewhere" => family.changed_elsewhere(),
        "country_without_prices" => codes::COUNTRY_NOT_ALLOWED,
        "credit_exceeded" => codes::CREDIT_EXCEEDED,
        "currency_mixed" | "order_empty" | "order_too_long" => codes::INVALID_REQUEST,
        "customer_locked" => codes::CUSTOMER_LOCKED,
        "key_revoked" | "purchase_cancelled" | "subscription_suspended" => codes::ACTION_NOT_SUPPORTED,
        "missing_role" => codes::ROLE_MISSING,
        "not_sold_here" => codes::OFFER_NOT_IN_COUNTRY,
        "nothing_to_cancel"
        | "date_out_of_range"
        | "request_reused"
        | "medium_not_offered"
        | "renewal_term_alone"
        | "renewal_term_not_sold"
        | "reopen_too_late"
        | "request_closed"
        | "request_settled"
        | "request_state"
        | "too_many_notes" => codes::INVALID_PROPERTY,
        "partner_suspended" => codes::PARTNER_NOT_ACTIVE,
        "payment_awaited" => codes::PROVISIONING_NOT_FOUND,
        "price_ended" | "price_missing" | "price_not_yet" => codes::NOT_PURCHASABLE,
        "quantity_out_of_range" | "quantity_not_sold" => codes::QUANTITY_OUT_OF_RANGE,
        "request_claimed" => codes::ORDER_IN_PROGRESS,
        "relationship_ended" => codes::NO_RELATIONSHIP,
        "support_contact_unknown" => codes::MPN_NOT_ADVISOR,
        "subscription_deleted" => codes::SUBSCRIPTION_DELETED,
        "subscription_expired" | "subscription_state" | "suspended_by_operator" => codes::STATUS_CHANGE_NOT_ALLOWED,
        "subscription_suspended_fixed" => codes::SUSPENDED_NO_CHANGE,
        "quantity_up" => codes::QUANTITY_FIXED,
        "quantity_down" => codes::QUANTITY_DOWN_NOT_ALLOWED,
        "billing_fixed" => codes::BILLING_CYCLE_FIXED,
        "partner_fixed" => codes::PARTNER_OF_RECORD_FIXED,
        "not_renewable" => codes::AUTO_RENEW_NOT_POSSIBLE,
        "segment_not_allowed" | "segment_not_sold" => codes::SEGMENT_NOT_ALLOWED,
        "window_closed" => codes::WINDOW_PASSED,
        _ => return None,
    })
}

fn by_kind(problem: &Problem, family: Family) -> Code {
    match problem.kind {
        // A named field is always the general error of validation, also for carts.
        Kind::Invalid if problem.fields.is_empty() => family.invalid(),
        Kind::Invalid => codes::INVALID_PROPERTY,
        Kind::SignIn => codes::NOT_SIGNED_IN,
        Kind::Forbidden => codes::ROLE_MISSING,
        Kind::NotFound => family.not_found(),
        Kind::Conflict => family.refused(),
        Kind::TooMany => codes::TOO_MANY_REQUESTS,
        Kind::Busy => codes::BUSY,
        Kind::Internal => codes::UNEXPECTED,
    }
}

/// `mpn_id` as the wire writes it: `mpnId`.
fn wire_name(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut raise = false;
    for letter in field.chars() {
        if letter == '_' {
            raise = true;
        } else if std::mem::take(&mut raise) {
            name.extend(letter.to_uppercase());
        } else {
            name.push(letter);
        }
    }
    name
}
