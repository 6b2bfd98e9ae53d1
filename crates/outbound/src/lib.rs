//! The world outside, for real: where media lie, posting webhooks, sending mail, and documents as PDF.

pub mod documents;
pub mod mail;
pub mod media;
pub mod webhooks;
