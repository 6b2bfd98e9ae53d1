//! Runs the scripts of a pack against a stub machine, through every branch.

mod deploy;
mod host;
mod language;
mod licensing;
mod machine;
mod moves;
mod shell;
mod wave;
