//! The world outside, for real: where media lie, posting webhooks, sending mail, and documents as PDF, and
//! scanning files by a command.

pub mod documents;
pub mod mail;
pub mod media;
pub mod scan;
pub mod webhooks;
