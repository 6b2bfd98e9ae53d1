//! The Partner Center REST interface: what existing clients send and read, on the use cases that the portal uses.
//!
//! `wire` knows how the clients write and read and nothing of our rules; `operations` holds one row and one
//! handler per operation; `dispatch` does once what the contract asks of every call.

#![expect(clippy::struct_field_names, reason = "the names are those of the wire")]

pub mod call;
pub mod devices;
pub mod dispatch;
pub mod fleet_reports;
pub mod oauth;
pub mod openapi;
pub mod operation;
pub mod operations;
pub mod wire;

pub use dispatch::{Api, ApiState, layer};
