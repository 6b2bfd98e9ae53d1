//! Placeholder.
pub mod clock;
pub mod entropy;
pub mod password;
pub mod signing;
pub mod vault;
