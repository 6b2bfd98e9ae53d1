//! The world outside, for real: where media lie, posting webhooks, sending mail, and documents as PDF, and
//! scanning files and signing scripts by commands.

mod command;
pub mod documents;
pub mod mail;
pub mod media;
pub mod scan;
pub mod sign;
pub mod webhooks;
