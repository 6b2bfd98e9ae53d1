//! What a publisher puts into its software so that it activates, and knows without network whether it may run.
//!
//! [`Software`] is what is built in: address, pinned keys, product and version. [`Device`] is this machine with its
//! state folder: it activates, refreshes, returns, writes request files and reads responses, and [`Device::check`]
//! answers offline from what it keeps. The protocol is `docs/activation.md`, the documents are `perpetua-license`.
//! Clock, randomness, hardware and network are in [`Surroundings`], so that a test decides them.

pub mod answer;
pub mod asking;
pub mod carried;
pub mod codes;
pub mod device;
pub mod error;
pub mod keeping;
pub mod machine;
pub mod network;
pub mod proxy;
pub mod report;
pub mod software;
pub mod state;
pub mod store;
pub mod surroundings;
pub mod time;
pub mod words;

pub use answer::Answered;
pub use device::Device;
pub use error::Error;
pub use report::{Allowed, Report};
pub use software::Software;
pub use surroundings::Surroundings;
pub use words::Lang;

/// The documents and decisions that this library is made of.
pub use perpetua_license as license;
