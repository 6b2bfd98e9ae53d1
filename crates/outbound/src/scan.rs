//! Scanning files of requests by a command of the operator: `ClamAV`, or whatever an installation trusts.
//!
//! The command answers with its exit code: 0 for a clean file, 1 for an infected one, anything else for a scan that
//! failed.

use std::io;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use perpetua_app::request_files::{Scanner, Verdict};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;

use crate::command::FileCommand;

/// A command that scans files.
#[derive(Debug, Clone)]
pub struct CommandScanner(FileCommand);

impl CommandScanner {
    /// A scanner of this command, program first, that may take `time` for a file; `None` for an empty command.
    pub fn new(command: &[String], time: Duration) -> Option<Self> {
        FileCommand::new(command, time).map(Self)
    }

    fn run(&self, file: &Path) -> Result<Verdict, String> {
        let ended = self.0.run(file)?;
        match ended.code {
            Some(0) => Ok(Verdict::Clean),
            Some(1) => Ok(Verdict::Infected),
            _ => Err(ended.complaint("the scan")),
        }
    }
}

impl Scanner for CommandScanner {
    fn scan<'a>(&'a self, content: BoxStream<'a, io::Result<Bytes>>) -> BoxFuture<'a, Result<Verdict, String>> {
        Box::pin(async move {
            let file = keep(content).await.map_err(|error| error.to_string())?;
            let scanner = self.clone();
            tokio::task::spawn_blocking(move || scanner.run(file.path())).await.map_err(|error| error.to_string())?
        })
    }
}

/// The content as a file that only this account reads, gone with the value.
async fn keep(mut content: BoxStream<'_, io::Result<Bytes>>) -> io::Result<NamedTempFile> {
    let file = tokio::task::spawn_blocking(NamedTempFile::new).await.map_err(io::Error::other)??;
    let mut writer = tokio::fs::File::from_std(file.reopen()?);
    while let Some(part) = content.next().await {
        writer.write_all(&part?).await?;
    }
    writer.flush().await?;
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn scan(script: &str, content: &'static str, time: Duration) -> Result<Verdict, String> {
        let command = ["/bin/sh", "-c", script, "scan"].map(str::to_owned);
        let scanner = CommandScanner::new(&command, time).expect("a command");
        let parts = futures::stream::iter(content.as_bytes().chunks(3).map(|part| Ok(Bytes::from_static(part))));
        scanner.scan(parts.boxed()).await
    }

    #[tokio::test]
    async fn the_exit_code_of_the_command_is_the_verdict() {
        // grep finds the word (0) or not (1), as scanners say it the other way round.
        let finds = r#"if grep -q EICAR "$1"; then exit 1; else exit 0; fi"#;
        let time = Duration::from_secs(20);
        assert_eq!(scan(finds, "a plain text", time).await, Ok(Verdict::Clean));
        assert_eq!(scan(finds, "it holds EICAR inside", time).await, Ok(Verdict::Infected));
        let told = scan("echo no definitions >&2; exit 2", "x", time).await.unwrap_err();
        assert!(told.contains("code 2") && told.contains("no definitions"), "{told}");
        let told = scan("kill -9 $$", "x", time).await.unwrap_err();
        assert!(told.contains("a signal"), "{told}");
    }

    #[tokio::test]
    async fn a_command_that_takes_too_long_is_killed_and_a_missing_one_is_told() {
        let told = scan("exec sleep 60", "x", Duration::from_millis(100)).await.unwrap_err();
        assert!(told.contains("took longer"), "{told}");
        let missing = CommandScanner::new(&["/nowhere/scanner".to_owned()], Duration::from_secs(1)).unwrap();
        let told = missing.scan(futures::stream::empty().boxed()).await.unwrap_err();
        assert!(told.contains("cannot be started"), "{told}");
        assert!(CommandScanner::new(&[], Duration::from_secs(1)).is_none());
    }
}
