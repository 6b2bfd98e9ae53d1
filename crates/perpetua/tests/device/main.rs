//! Machines of a publisher against the built program: a purchase, ten activations, a cancellation, and every machine
//! stops; then the same library from C and Python.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "a seller's program needs no browser")]
#[path = "../common/mod.rs"]
mod common;
mod day;
mod embedding;
mod machine;
mod replaced;
mod seller;
mod tls;
