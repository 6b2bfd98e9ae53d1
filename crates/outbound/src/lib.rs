//! The world outside, for real: where media lie, and posting webhooks. Mail will live here too.

pub mod media;
pub mod webhooks;
