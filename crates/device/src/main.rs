//! `perpetua-device`: activates this machine, tells how its license stands, and helps machines without network.
//!
//! Says one thing per run, in English or Czech or as one line of JSON, and ends with a code that scripts can use:
//! 0 done or licensed; 1 something on this machine; 2 the command line; 3 refused; 4 not reachable; 5 a document that
//! is not acceptable; 6 the state was altered; 10, 11 and 12 licensed no longer as bought (remind, less, stop);
//! 13 not activated.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
