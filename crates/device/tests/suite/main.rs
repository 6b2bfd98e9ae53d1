//! The device client against documents of a real issuer, with a clock and a network that each test decides.

mod codes;
mod command_line;
mod files;
mod life;
mod lists;
mod site;
mod tampering;
