//! Subscriptions on both engines: made with their line, changed, suspended, cancelled and ended.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod changing;
mod ending;
mod races;
mod renewing;
mod reporting;
mod shared;
mod suspending;
