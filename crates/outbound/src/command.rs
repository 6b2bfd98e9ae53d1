//! Running a command of the operator over a file.
//!
//! The command gets the path of a temporary file as its last argument. It has a time limit and is killed after it. No
//! shell stands in between, and nothing that people type is part of the command.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often the end of the command is looked for.
const LOOK: Duration = Duration::from_millis(20);
/// Bytes of the command's complaint that reach the log.
const TOLD_MAX: u64 = 400;

/// A command that is given a file.
#[derive(Debug, Clone)]
pub(crate) struct FileCommand {
    program: String,
    arguments: Vec<String>,
    time: Duration,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it said about it.
    pub told: String,
}

impl FileCommand {
    /// This command, program first, that may take `time` for a file; `None` for an empty one.
    pub fn new(command: &[String], time: Duration) -> Option<Self> {
        let (program, arguments) = command.split_first()?;
        Some(Self { program: program.clone(), arguments: arguments.to_vec(), time })
    }

    /// Runs it over a file.
    ///
    /// # Errors
    ///
    /// A sentence for the log, when it cannot be started or takes too long.
    pub fn run(&self, file: &Path) -> Result<Ended, String> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", self.program))?;
        let began = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(Ended { code: status.code(), told: told(&mut child) }),
                Ok(None) if began.elapsed() < self.time => std::thread::sleep(LOOK),
                Ok(None) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(format!("{} took longer than {} seconds", self.program, self.time.as_secs()));
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

fn told(child: &mut Child) -> String {
    let mut told = String::new();
    if let Some(stderr) = child.stderr.take() {
        let _ = stderr.take(TOLD_MAX).read_to_string(&mut told);
    }
    told.trim().to_owned()
}

impl Ended {
    /// A sentence for the log about an end that was not expected.
    pub fn complaint(&self, what: &str) -> String {
        let code = self.code.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
        format!("{what} ended with {code}: {}", self.told)
    }
}
