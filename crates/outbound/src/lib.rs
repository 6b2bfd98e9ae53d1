//! The world outside, for real: where media lie, posting webhooks, and documents as PDF. Mail will live here too.

pub mod documents;
pub mod media;
pub mod webhooks;
