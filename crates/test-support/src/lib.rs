//! What tests of every crate share: an installation on either engine, and a few words to fill it.

pub mod postgres;
mod test_app;

pub use test_app::TestApp;
