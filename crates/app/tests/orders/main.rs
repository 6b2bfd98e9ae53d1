//! Carts and orders against a real database of each engine: I1, I2, I6, I8, and every refusal.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod carts;
mod placing;
mod prepared;
mod reading;
mod refusals;
mod shared;
