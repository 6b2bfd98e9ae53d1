//! Software page, keys, downloads and links on both engines: what people see, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod downloads;
mod fixture;
mod keys;
mod links;
mod list;
