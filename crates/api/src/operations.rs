//! The table of all operations, gathered from one module per family.

pub mod absent;
pub mod addresses;
pub mod agreements;
pub mod audit;
pub mod carts;
pub mod catalog;
pub mod contact;
pub mod customers;
pub mod entitlements;
pub mod extensions;
pub mod inventory;
pub mod invoices;
pub mod orders;
pub mod price_sheets;
pub mod profiles;
pub mod request_log;
pub mod service_requests;
pub mod subscriptions;
pub mod users;
pub mod webhooks;

use crate::operation::Operation;

/// Every operation that the interface has.
pub fn all() -> Vec<Operation> {
    [
        customers::rows(),
        addresses::rows(),
        agreements::rows(),
        users::rows(),
        catalog::rows(),
        inventory::rows(),
        price_sheets::rows(),
        carts::rows(),
        orders::rows(),
        entitlements::rows(),
        service_requests::rows(),
        profiles::rows(),
        invoices::rows(),
        audit::rows(),
        request_log::rows(),
        webhooks::rows(),
        subscriptions::rows(),
        extensions::rows(),
        absent::rows(),
    ]
    .concat()
}
