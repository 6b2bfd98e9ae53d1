//! The Partner Center REST interface: what existing clients send and read, on the use cases that the portal uses.
//!
//! `wire` knows how the clients write and read and nothing of our rules; everything else translates between it
//! and `perpetua_app`.

pub mod wire;
