//! Everything that a key is worth at a machine: product keys, machine identity, license certificates, the chain
//! of signing keys, revocation lists, codes and files for machines without network, and the decisions about them.
//!
//! Usable by a device alone. Nothing here reads a file, a clock or a source of randomness: callers bring the
//! bytes, the [`moment`] and the random bytes. The formats are described in `docs/license-format.md`.

pub mod certificate;
pub mod chain;
pub mod codec;
pub mod exchange;
pub mod key;
pub mod machine;
pub mod moment;
pub mod policy;
pub mod revocation;
pub mod signing;
