//! Signing scripts of migrations by a command of the operator, so that machines run them which run nothing unsigned.
//!
//! The command signs the file in place and ends with 0. The file's ending is that of the script, because signing tools
//! go by it.

use std::io::Write as _;
use std::time::Duration;

use futures::future::BoxFuture;
use perpetua_app::fleet::ScriptSigner;

use crate::command::FileCommand;

/// A command that signs scripts.
#[derive(Debug, Clone)]
pub struct CommandSigner(FileCommand);

impl CommandSigner {
    /// A signer by this command, program first, that may take `time` for a script; `None` for an empty command.
    pub fn new(command: &[String], time: Duration) -> Option<Self> {
        FileCommand::new(command, time).map(Self)
    }

    fn run(&self, ending: &str, text: &[u8]) -> Result<Vec<u8>, String> {
        let suffix = format!(".{ending}");
        let mut file = tempfile::Builder::new().suffix(&suffix).tempfile().map_err(|error| error.to_string())?;
        file.write_all(text).and_then(|()| file.flush()).map_err(|error| error.to_string())?;
        // Closed, because a tool may put another file in its place.
        let path = file.into_temp_path();
        let ended = self.0.run(&path)?;
        if ended.code != Some(0) {
            return Err(ended.complaint("signing"));
        }
        let signed = std::fs::read(&path).map_err(|error| error.to_string())?;
        if signed == text { Err("signing changed nothing".to_owned()) } else { Ok(signed) }
    }
}

impl ScriptSigner for CommandSigner {
    fn sign(&self, ending: &'static str, text: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        let signer = self.clone();
        Box::pin(async move {
            let signed = tokio::task::spawn_blocking(move || signer.run(ending, &text));
            signed.await.map_err(|error| error.to_string())?
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn sign(script: &str) -> Result<Vec<u8>, String> {
        let command = ["/bin/sh", "-c", script, "sign"].map(str::to_owned);
        let signer = CommandSigner::new(&command, Duration::from_secs(20)).expect("a command");
        signer.sign("ps1", b"exit 0".to_vec()).await
    }

    #[tokio::test]
    async fn the_command_signs_the_script_where_it_stands() {
        let signed = sign(r#"case "$1" in *.ps1) printf '\n# SIG #' >> "$1";; *) exit 3;; esac"#).await;
        assert_eq!(signed, Ok(b"exit 0\n# SIG #".to_vec()));
        let replaced = sign(r#"printf signed > "$1.new"; mv "$1.new" "$1""#).await;
        assert_eq!(replaced, Ok(b"signed".to_vec()));
    }

    #[tokio::test]
    async fn a_command_that_fails_or_does_nothing_has_not_signed() {
        let told = sign("echo no certificate >&2; exit 2").await.unwrap_err();
        assert!(told.contains("code 2") && told.contains("no certificate"), "{told}");
        assert_eq!(sign("exit 0").await, Err("signing changed nothing".to_owned()));
        assert!(CommandSigner::new(&[], Duration::from_secs(1)).is_none());
    }
}
