//! The built program as a child process, and a browser that speaks to it over a real socket.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running demo; it dies with the test, also when the test fails.
pub struct Demo {
    child: Child,
    /// Host and port.
    pub address: String,
    passwords: BTreeMap<String, String>,
    /// The line of JSON.
    pub told: Value,
}

impl Demo {
    /// Starts the demo on this folder and waits for its line.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with further arguments.
    pub fn start_with(data: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perpetua"));
        command.args(["demo", "--listen", "127.0.0.1:0", "--json", "--data"]).arg(data).args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            let _ = child.kill();
            panic!("the demo told {line:?}: {error}");
        });
        let address = told["url"].as_str().unwrap().split_once("://").unwrap().1.to_owned();
        let users =
            told["partners"].as_array().unwrap().iter().flat_map(|partner| partner["users"].as_array().unwrap());
        let word = |user: &Value, name: &str| user[name].as_str().unwrap().to_owned();
        let passwords = users.map(|user| (word(user, "email"), word(user, "password"))).collect();
        Self { child, address, passwords, told }
    }

    /// Ends it at once, without a chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop.
    pub fn ask_to_stop(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        self.ask_to_stop();
        assert!(self.child.wait().unwrap().success());
    }

    /// A browser that signed in through the form.
    pub fn sign_in(&self, email: &str) -> Browser {
        let mut browser = Browser { address: self.address.clone(), cookie: String::new(), csrf: String::new() };
        browser.get("/sign-in").unwrap();
        let password = &self.passwords[email];
        let answer = browser.post("/sign-in", &[("email", email), ("password", password)]).unwrap();
        assert_eq!(answer.status, 303, "{email} signs in: {}", answer.text);
        browser.get("/partner").unwrap();
        browser
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A cookie and the token of its forms.
#[derive(Clone)]
pub struct Browser {
    address: String,
    cookie: String,
    csrf: String,
}

/// A form that is on its way.
pub struct Begun {
    stream: TcpStream,
    last: String,
}

/// An answer that arrived whole.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    /// Where a redirect leads; empty for none.
    pub location: String,
    pub text: String,
}

impl Browser {
    /// Fetches a page, and remembers the token of its forms.
    pub fn get(&mut self, path: &str) -> std::io::Result<Page> {
        let page = self.answer(self.open(&format!("GET {path}"), 0, "")?)?;
        assert!(page.status < 400, "{path}: {page:?}");
        if page.text.contains("name=\"csrf\"") {
            self.csrf = page.field("csrf");
        }
        Ok(page)
    }

    /// Posts these fields as a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Page> {
        let begun = self.begin(path, fields)?;
        self.finish(begun)
    }

    /// Posts all but the last byte of a form.
    pub fn begin(&self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Begun> {
        let fields = fields.iter().map(|(name, value)| format!("&{}", encoded(name, value)));
        let body = encoded("csrf", &self.csrf) + &fields.collect::<String>();
        let (sent, last) = body.split_at(body.len() - 1);
        let stream = self.open(&format!("POST {path}"), body.len(), sent)?;
        Ok(Begun { stream, last: last.to_owned() })
    }

    /// Posts the last byte, and waits for the answer.
    pub fn finish(&mut self, mut begun: Begun) -> std::io::Result<Page> {
        begun.stream.write_all(begun.last.as_bytes())?;
        self.answer(begun.stream)
    }

    fn open(&self, what: &str, length: usize, body: &str) -> std::io::Result<TcpStream> {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n");
        let mut stream = self.open_with(what, &headers)?;
        stream.write_all(body.as_bytes())?;
        Ok(stream)
    }

    /// Sends the head of a request with these further headers, each with its line end.
    pub fn open_with(&self, what: &str, headers: &str) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "{what} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}; lang=en\r\n{headers}\r\n",
            self.address, self.cookie,
        )?;
        Ok(stream)
    }

    /// What names the session.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    fn answer(&mut self, mut stream: TcpStream) -> std::io::Result<Page> {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let text = String::from_utf8(bytes).map_err(|_| cut())?;
        let (head, text) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
        let header = |name: &str| -> Vec<String> {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
        };
        if header("content-length").iter().any(|length| *length != text.len().to_string()) {
            return Err(cut());
        }
        let session = header("set-cookie").into_iter().find(|cookie| cookie.starts_with("perpetua="));
        if let Some(cookie) = session.as_deref().and_then(|cookie| cookie.split(';').next()) {
            cookie.clone_into(&mut self.cookie);
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
        Ok(Page { status, location: header("location").into_iter().next().unwrap_or_default(), text: text.to_owned() })
    }
}

impl Page {
    /// The value of the first field of this name.
    pub fn field(&self, name: &str) -> String {
        self.fields(name).into_iter().next().unwrap_or_else(|| panic!("no field {name}: {}", self.text))
    }

    /// The values of all fields of this name.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let start = format!("name=\"{name}\" value=\"");
        self.text.split(&start).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
    }
}

fn encoded(name: &str, value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let encode = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    format!("{name}={}", value.bytes().map(encode).collect::<String>())
}
