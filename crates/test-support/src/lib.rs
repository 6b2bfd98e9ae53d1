//! What tests of every crate share: an installation on either engine, and a few words to fill it.

pub mod device;
mod facts;
mod plans;
pub mod postgres;
mod prepared;
mod records;
mod shop;
pub mod smtp;
mod test_app;

pub use perpetua_store::Engine;
pub use prepared::unprepared;
pub use shop::Goods;
pub use test_app::{MASTER_HEX, TestApp};
