//! The table of all operations, gathered from one module per family.

pub mod customers;
pub mod profiles;

use crate::operation::Operation;

/// Every operation that the interface has.
pub fn all() -> Vec<Operation> {
    [customers::rows(), profiles::rows()].concat()
}
