//! Every error code that the contract names (file 00 §12), with its status.
//!
//! The code decides how a client reacts, the status how often it repeats: other statuses than these make a
//! client repeat without end (file 90 §8 row 4), so none is added without looking there.

#![expect(clippy::unreadable_literal, reason = "the numbers are written as in the contract, to be found by them")]

/// An error code and the status it comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// 400, 401, 403, 404, 409, 429, 500 or 503.
    pub status: u16,
    /// The number in the body.
    pub number: u32,
}

impl Code {
    /// The id of the message that describes it.
    pub fn message_id(self) -> String {
        // The two numbers that come with two meanings.
        match self {
            EXISTS => "fault-exists".to_owned(),
            MPN_PROFILE_NOT_FOUND => "fault-mpn-profile".to_owned(),
            _ => format!("fault-{}", self.number),
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $number:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { status: $status, number: $number };)*

        /// All of them, in the order of the contract.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    /// No token, or one that is malformed, expired or meant for somebody else.
    NOT_SIGNED_IN = 401 800001;
    /// The token is meant for another audience.
    WRONG_AUDIENCE = 401 900420;
    /// The token is valid, but the partner may not use the interface.
    API_SUSPENDED = 401 400;
    /// The thing belongs to another partner.
    ACCESS_DENIED = 403 2032;
    /// The signed-in user lacks a role.
    ROLE_MISSING = 403 900150;
    /// The signed-in user lacks a right.
    RIGHT_MISSING = 403 900308;
    /// A token without a user is not accepted here.
    APP_ONLY = 403 900329;
    /// Partner and customer have no relationship, or it has ended.
    NO_RELATIONSHIP = 403 20002;
    /// The customer's country is outside the partner's markets.
    COUNTRY_NOT_ALLOWED = 403 2030;
    /// The product is not in the partner's catalog.
    OFFER_NOT_ALLOWED = 403 2006;
    /// The partner is suspended for selling.
    PARTNER_NOT_ACTIVE = 403 800039;
    /// The partner's status in the program is not active.
    PROGRAM_NOT_ACTIVE = 403 900149;
    /// The reseller has not signed the partner agreement.
    RESELLER_AGREEMENT_MISSING = 403 900123;
    /// The own company has not signed the partner agreement.
    PARTNER_AGREEMENT_MISSING = 403 900124;
    /// The customer's agreement is not confirmed.
    CUSTOMER_AGREEMENT_MISSING = 403 13605;
    /// The customer is under review.
    CUSTOMER_IN_REVIEW = 403 800073;
    /// The customer was not approved.
    CUSTOMER_NOT_APPROVED = 403 800074;
    /// The customer's vetting is not finished.
    CUSTOMER_NOT_VETTED = 403 800075;
    /// The operator locked the customer for transactions.
    CUSTOMER_LOCKED = 403 900416;
    /// The credit line is too low.
    CREDIT_EXCEEDED = 403 800023;
    /// A rule of the operator refuses the order.
    RISK_CHECK_FAILED = 403 800069;
    /// The customer has as many subscriptions as allowed.
    SUBSCRIPTION_LIMIT = 403 800066;
    /// The customer has as many seats as allowed.
    SEAT_LIMIT = 403 800067;
    /// The customer has as many assets as allowed.
    ASSET_LIMIT = 403 800088;
    /// The customer may not buy more of this.
    PURCHASE_LIMIT = 403 800089;
    /// The availability cannot be bought.
    NOT_PURCHASABLE = 403 800020;
    /// The customer is not eligible for the item.
    ITEM_NOT_ELIGIBLE = 403 2085;
    /// The item is not sold any more.
    NO_LONGER_SOLD = 403 2091;
    /// Outside of a sandbox only software may be cancelled.
    CANCEL_NOT_SOFTWARE = 403 800019;
    /// Quantity may not be added or removed.
    QUANTITY_CHANGE_NOT_ALLOWED = 403 800027;
    /// The term is not offered any more.
    TERM_NOT_AVAILABLE = 403 800028;
    /// The caller may not see prices.
    PRICES_NOT_GRANTED = 403 800043;
    /// The customer's segment may not buy the product.
    SEGMENT_NOT_ALLOWED = 403 400030;
    /// The target view is not offered to the caller.
    VIEW_NOT_ALLOWED = 403 400036;
    /// An unknown route or resource.
    NOT_FOUND = 404 1000;
    /// An unknown customer.
    CUSTOMER_NOT_FOUND = 404 60003;
    /// An unknown MPN id of a profile.
    MPN_PROFILE_NOT_FOUND = 404 3000;
    /// An unknown user of a customer.
    USER_NOT_FOUND = 404 60002;
    /// An unknown product.
    PRODUCT_NOT_FOUND = 404 400013;
    /// An unknown SKU.
    SKU_NOT_FOUND = 404 400018;
    /// An unknown availability.
    AVAILABILITY_NOT_FOUND = 404 400019;
    /// An unknown order.
    ORDER_NOT_FOUND = 404 20000;
    /// An unknown subscription.
    SUBSCRIPTION_NOT_FOUND = 404 20003;
    /// Nothing is provisioned yet.
    PROVISIONING_NOT_FOUND = 404 800007;
    /// An unknown or expired cart.
    CART_NOT_FOUND = 404 800008;
    /// An unknown MPN id.
    MPN_NOT_FOUND = 404 800015;
    /// The MPN id names no valid partner of record.
    PARTNER_OF_RECORD_NOT_FOUND = 404 2072;
    /// The subscription has no history.
    HISTORY_NOT_FOUND = 404 800076;
    /// A property is wrong; the general error of validation.
    INVALID_PROPERTY = 400 3000;
    /// The body of a cart or order is malformed.
    INVALID_REQUEST = 400 800002;
    /// The input of a catalog query is wrong.
    INVALID_CATALOG_INPUT = 400 400056;
    /// The check of the partner agreement needs one identifier.
    AGREEMENT_STATUS_INPUT = 400 2000;
    /// The quantity of something suspended cannot change; the check of the partner agreement names nobody.
    SUSPENDED_QUANTITY = 400 2001;
    /// The identifier of the agreement check names no partner.
    AGREEMENT_STATUS_UNKNOWN = 400 2200;
    /// The check of the partner agreement names an unknown tenant.
    AGREEMENT_STATUS_TENANT = 400 2205;
    /// The quantity is outside of its limits.
    QUANTITY_OUT_OF_RANGE = 400 2002;
    /// The check of an address or domain failed.
    ADDRESS_INVALID = 400 2007;
    /// A deleted subscription cannot change.
    SUBSCRIPTION_DELETED = 400 2011;
    /// The billing cycle changes through the order.
    BILLING_CYCLE_VIA_ORDER = 400 2054;
    /// Somebody changed the resource after it was read.
    ETAG_STALE = 400 2055;
    /// The MPN id names no linked reseller.
    MPN_NOT_ADVISOR = 400 2071;
    /// The MPN id names no indirect reseller.
    MPN_NOT_RESELLER = 400 800016;
    /// The order cannot be processed; the general refusal of orders.
    ORDER_NOT_PROCESSED = 400 4018;
    /// The offer id is malformed or unknown.
    OFFER_ID_INVALID = 400 800004;
    /// The offer is not sold in this country.
    OFFER_NOT_IN_COUNTRY = 400 800070;
    /// A line of the cart has an error.
    CART_HAS_ERRORS = 400 800009;
    /// There is no inventory.
    NO_INVENTORY = 400 800010;
    /// The quantity is not available.
    QUANTITY_NOT_AVAILABLE = 400 800017;
    /// A limit of the sandbox is reached.
    SANDBOX_LIMIT = 400 800018;
    /// The status cannot become that one.
    STATUS_CHANGE_NOT_ALLOWED = 400 800040;
    /// The subscription cannot be cancelled.
    SUBSCRIPTION_NOT_CANCELLABLE = 400 800096;
    /// It is activated already.
    ALREADY_ACTIVATED = 400 800041;
    /// The order cannot be cancelled.
    ORDER_NOT_CANCELLABLE = 400 800061;
    /// The purchase is cancelled through its subscription.
    CANCEL_VIA_SUBSCRIPTION = 400 800063;
    /// The cart was checked out before.
    CART_SUBMITTED = 400 800065;
    /// The order has no such line.
    LINE_NUMBER_INVALID = 400 800071;
    /// The quantity cannot become smaller.
    QUANTITY_DOWN_NOT_ALLOWED = 400 800090;
    /// Something suspended cannot change.
    SUSPENDED_NO_CHANGE = 400 800091;
    /// It cannot renew by itself.
    AUTO_RENEW_NOT_POSSIBLE = 400 800093;
    /// The quantity cannot be changed.
    QUANTITY_FIXED = 400 800095;
    /// The billing cycle of software cannot change.
    BILLING_CYCLE_FIXED = 400 800097;
    /// The partner of record cannot change.
    PARTNER_OF_RECORD_FIXED = 400 800098;
    /// The billing cycle of a software order cannot change.
    ORDER_BILLING_CYCLE_FIXED = 400 6001;
    /// The promotion was used as often as allowed.
    USE_LIMIT = 400 27006;
    /// There is no such promotion.
    PROMOTION_INVALID = 400 27007;
    /// The window of cancellation has passed.
    WINDOW_PASSED = 400 900117;
    /// The id of the customer is no GUID.
    CUSTOMER_ID_INVALID = 400 900118;
    /// A word is not one of the known ones.
    ENUM_UNREADABLE = 400 900126;
    /// The action is not supported.
    NOT_SUPPORTED = 400 900127;
    /// The action is not supported for this resource.
    ACTION_NOT_SUPPORTED = 400 900141;
    /// The operation is not supported.
    OPERATION_NOT_SUPPORTED = 400 800042;
    /// A line names no catalog item.
    CATALOG_ITEM_MISSING = 400 900142;
    /// The item needs an attestation.
    ATTESTATION_NEEDED = 400 900203;
    /// The attestation was not given.
    ATTESTATION_MISSING = 400 900206;
    /// The registration number is wrong.
    REGISTRATION_NUMBER_INVALID = 400 600002;
    /// The country needs a registration number.
    REGISTRATION_NUMBER_MISSING = 400 600049;
    /// The registration number does not have the country's form.
    REGISTRATION_NUMBER_FORM = 400 600050;
    /// The country needs a phone number.
    PHONE_MISSING = 400 600051;
    /// The same agreement was confirmed before.
    AGREEMENT_EXISTS = 400 600061;
    /// It exists already, or the state of things does not allow it.
    EXISTS = 409 1000;
    /// A change of the order still runs.
    ADJUSTMENT_PENDING = 409 800014;
    /// The same order is still being placed.
    ORDER_IN_PROGRESS = 409 800060;
    /// The cart is in use by another request.
    CART_BUSY = 409 800064;
    /// A change of the subscription still runs.
    SUBSCRIPTION_BUSY = 409 900278;
    /// The term is over.
    TERM_ENDED = 409 27009;
    /// Too many requests; its body has its own shape.
    TOO_MANY_REQUESTS = 429 429;
    /// A defect.
    UNEXPECTED = 500 800003;
    /// The server cannot answer right now.
    BUSY = 503 800005;
}
