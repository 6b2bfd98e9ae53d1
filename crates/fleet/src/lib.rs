//! From whatever list of machines an administrator can produce to a plan in which none stops.
//!
//! [`read`](read::read) turns inventories into records with a verdict each, [`merge`] into machines,
//! [`forecast`] into last safe days, [`matching`] into keys and gaps, [`plan`] into waves with a
//! proof, [`scripts`] into what an administrator runs. Everything is pure: the present, file contents
//! and sizes come from the caller; nothing here reads a clock, a file or the network, and nothing
//! speaks a language: codes are for messages elsewhere (M4, M22–M28).

pub mod channel;
pub mod codes;
pub mod decode;
pub mod error_code;
pub mod exit_code;
pub mod forecast;
pub mod keys;
pub mod limits;
pub mod matching;
pub mod merge;
pub mod plan;
pub mod product;
pub mod read;
pub mod record;
pub mod scripts;
pub mod secrets;
pub mod state;
pub mod verdict;
mod when;
mod wire;
