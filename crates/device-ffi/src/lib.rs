//! The device client for C and for every language that can call C: `include/perpetua_device.h`.
//!
//! Handles are opaque, texts are UTF-8 with a length, and every call gives an answer that the caller frees. No panic
//! crosses the border. `raw` is the only module that follows pointers; everything it does with what it finds is safe
//! code in [`calls`].

pub mod answer;
pub mod calls;
pub mod raw;

pub use answer::PerpetuaAnswer;
pub use calls::PerpetuaDevice;
