//! Product keys, usable by a device alone.
//!
//! Nothing here reads a file, a clock or a source of randomness: callers bring random bytes and secrets.

pub mod key;
