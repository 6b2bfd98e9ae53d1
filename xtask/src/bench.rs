//! Measuring, apart from tests: figures depend on the machine, so no test asks for them.

use crate::postgres::Server;
use crate::{Outcome, tools};

/// Builds optimized and runs the measurements on SQLite and on a throw-away PostgreSQL.
///
/// # Errors
///
/// The name of a measurement that does not exist, and what ended one that does.
pub fn run(rest: &[String]) -> Outcome {
    let name = rest.first().map_or("http", String::as_str);
    if !["http", "activate", "fleet", "figures"].contains(&name) || rest.len() > 1 {
        return Err(format!("there are the measurements http, activate, fleet and figures, not {}", rest.join(" ")));
    }
    let server = Server::start()?;
    let mut bench = tools::cargo();
    bench.args(["bench", "--package", "perpetua", "--bench", name]);
    bench.env("PERPETUA_TEST_POSTGRES_URL", server.url());
    tools::run(&mut bench)
}
