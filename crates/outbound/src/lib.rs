//! The world outside, for real: where media lie. Mail and webhooks will live here too.

pub mod media;
