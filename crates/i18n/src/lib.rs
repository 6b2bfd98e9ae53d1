//! What people read: Fluent messages in English and Czech, and money, numbers, dates and names as
//! each language writes and sorts them.
//!
//! Nothing here decides anything about the business, reads a clock or does I/O; the message files
//! are compiled in.

pub mod collation;
mod country;
pub mod format;
mod lang;
mod messages;

pub use country::{countries, country};
pub use lang::Lang;
pub use messages::{Args, exists, ids, missing_count, text, text_with};
