//! The device client against documents of a real issuer, with a clock and a network that each test decides.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod codes;
mod command_line;
mod files;
mod life;
mod lists;
mod site;
mod tampering;
