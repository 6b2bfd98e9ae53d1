//! Software page, keys, downloads and links on both engines: what people see, and what is refused.

mod downloads;
mod fixture;
mod keys;
mod links;
mod list;
