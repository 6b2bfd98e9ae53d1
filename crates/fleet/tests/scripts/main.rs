//! Runs the scripts of a pack against a stub machine, through every branch.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod classic;
mod deploy;
mod host;
mod language;
mod licensing;
mod machine;
mod moves;
mod shell;
mod wave;
