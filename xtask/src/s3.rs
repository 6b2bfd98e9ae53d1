//! A throw-away server of S3-compatible storage for the tests, with one bucket; what is in it is in its memory.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::postgres::free_port;
use crate::{Outcome, python, tools};

/// How long a start may take.
const START_LIMIT: Duration = Duration::from_secs(30);
const BUCKET: &str = "media";

/// A running server; dropping it stops it.
pub struct Server {
    port: u16,
    process: Child,
}

impl Server {
    /// Starts it and makes the bucket.
    pub fn start() -> Outcome<Self> {
        let port = free_port()?;
        let mut program = tools::command(python::environment()?);
        program.args(["-m", "moto.server", "-p", &port.to_string()]);
        program.stdout(Stdio::null()).stderr(Stdio::null());
        let process = program.spawn().map_err(|error| format!("the storage server did not start: {error}"))?;
        let server = Self { port, process };
        let started = Instant::now();
        while let Err(error) = server.make_bucket() {
            if started.elapsed() > START_LIMIT {
                return Err(format!("the storage server makes no bucket: {error}"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    /// The address of the bucket.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{BUCKET}", self.port)
    }

    fn make_bucket(&self) -> Result<(), String> {
        let failed = |error: std::io::Error| error.to_string();
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).map_err(failed)?;
        let request =
            format!("PUT /{BUCKET} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).map_err(failed)?;
        if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(answer) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait()) {
            eprintln!("the storage server may still run: {error}");
        }
    }
}
