//! A served installation as a child process, and requests of machines over a real socket.

#![expect(clippy::print_stderr, reason = "what a process complains of explains why its test failed")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use data_encoding::BASE64;
use perpetua_app::activation::Answered;
use perpetua_license::chain::Trust;
use perpetua_license::exchange::request::SignedRequest;
use perpetua_license::exchange::response::SignedResponse;
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::MASTER_HEX;
use perpetua_test_support::device::Device;
use serde_json::Value;

/// A served installation; it dies with the test, also when the test fails.
pub struct Process {
    child: Child,
    /// Host and port.
    pub address: String,
}

impl Process {
    /// Serves the database and waits until it says where.
    pub fn start(database: &str, folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perpetua"));
        command.arg("serve").arg("--config").arg(folder.join("none.toml"));
        let settings = [
            ("LISTEN", "127.0.0.1:0"),
            ("PUBLIC_URL", "http://perpetua.test"),
            ("DATABASE__URL", database),
            ("MASTER_KEY__HEX", MASTER_HEX),
            ("LOG__FORMAT", "json"),
            ("LIMITS__CALLS_PER_MINUTE", "0"),
            ("LIMITS__ATTEMPTS_PER_MINUTE", "0"),
        ];
        command.envs(settings.map(|(name, value)| (format!("PERPETUA_{name}"), value)));
        command.env("PERPETUA_MEDIA__URL", format!("file:{}", folder.join("media").display()));
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = |line: String| {
            let line: Value = serde_json::from_str(&line).ok()?;
            let fields = &line["fields"];
            (fields["message"] == "serving").then(|| fields["listen"].as_str().map(str::to_owned))?
        };
        let mut heard = Vec::new();
        let address = log.by_ref().map_while(Result::ok).inspect(|line| heard.push(line.clone())).find_map(said);
        let address = address.unwrap_or_else(|| panic!("it never served: {heard:?}"));
        // What it says later is read too, so that it never waits for a reader; errors belong in the test's output.
        std::thread::spawn(move || {
            for line in log.map_while(Result::ok).filter(|line| line.contains("\"ERROR\"")) {
                eprintln!("{line}");
            }
        });
        Self { child, address }
    }

    /// What an address holds, as its bytes.
    pub fn get(&self, path: &str) -> Vec<u8> {
        let (status, bytes) = sent(&self.address, &format!("GET {path}"), &[]).unwrap();
        assert_eq!(status, 200, "{path}");
        bytes
    }
}

/// Posts bytes to a process, which may be gone: status and JSON of the whole answer.
pub fn post(address: &str, path: &str, body: &[u8]) -> std::io::Result<(u16, Value)> {
    let (status, bytes) = sent(address, &format!("POST {path}"), body)?;
    Ok((status, serde_json::from_slice(&bytes)?))
}

/// What a machine believes of an answer: its signed response.
pub fn believed(device: &mut Device, trust: &Trust, request: &SignedRequest, body: &Value) -> Answer {
    let answer = Answer::from_code(body["code"].as_str().unwrap()).unwrap();
    let response = BASE64.decode(body["response"].as_str().unwrap().as_bytes()).unwrap();
    let response = Some(SignedResponse::decode(&response).unwrap());
    device.accept(trust, request, &Answered { answer, retry_at: None, response });
    answer
}

fn sent(address: &str, what: &str, body: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    let head =
        format!("{what} HTTP/1.1\r\nHost: perpetua.test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok());
    let body = answer.split_off(end + 4);
    if length == Some(body.len()) { Ok((status, body)) } else { Err(cut()) }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
