//! Measuring, apart from tests: figures depend on the machine, so no test asks for them.

use crate::postgres::Server;
use crate::{Outcome, tools};

/// Builds optimized and runs the measurements on SQLite and on a throw-away PostgreSQL.
pub fn run() -> Outcome {
    let server = Server::start()?;
    let mut bench = tools::cargo();
    bench.args(["bench", "--package", "perpetua", "--bench", "http"]);
    bench.env("PERPETUA_TEST_POSTGRES_URL", server.url());
    tools::run(&mut bench)
}
