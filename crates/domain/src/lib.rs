//! What exists and what is allowed: pure types and decisions.
//!
//! No input or output, clock, randomness or async stands here. A decision takes facts and answers
//! with an outcome or with a small error enum that carries facts, never a sentence for people.

pub mod access;
pub mod billing;
pub mod cancellation;
pub mod catalog;
pub mod civil;
pub mod country;
pub mod desk;
pub mod file;
pub mod fleet;
pub mod hand_over;
pub mod holidays;
pub mod id;
pub mod link;
pub mod media;
pub mod money;
pub mod names;
pub mod order;
pub mod policy;
pub mod pricing;
pub mod release;
pub mod request;
pub mod sign_in;
pub mod subscription;
pub mod support;
pub mod tax;
pub mod term;
#[cfg(test)]
pub(crate) mod testing;
pub mod text_enum;
pub mod window;
