//! What stands on the command line. A product key never does: it would stand in the list of processes.

use std::path::PathBuf;

use perpetua_device::Lang;
use perpetua_device::words::say;

/// All options, whatever the command; each command looks at its own.
#[derive(Debug, Default)]
pub struct Arguments {
    /// The command; empty for none.
    pub command: String,
    /// What follows it.
    pub rest: Vec<String>,
    /// `--software FILE`
    pub software: Option<PathBuf>,
    /// `--state FOLDER`
    pub state: Option<PathBuf>,
    /// `--key-file FILE`
    pub key_file: Option<PathBuf>,
    /// `--name NAME`
    pub name: String,
    /// `--out PATH`
    pub out: Option<PathBuf>,
    /// `--kind KIND`
    pub kind: Option<String>,
    /// `--server ADDRESS`
    pub server: Option<String>,
    /// `--product NAME`
    pub product: Option<String>,
    /// `--version VERSION`
    pub version: Option<String>,
    /// `--tls-roots FILE`
    pub tls_roots: Option<PathBuf>,
    /// `--qr`
    pub qr: bool,
    /// `--list`
    pub list: bool,
    /// `--start-over`
    pub start_over: bool,
    /// `--json`
    pub json: bool,
    /// `--help`
    pub help: bool,
    /// `--lang CODE`
    pub lang: Lang,
}

impl Arguments {
    /// Reads the command line. An error comes with the language in which to say it.
    pub fn parse(preferred: Lang) -> Result<Self, (Lang, String)> {
        let mut arguments = Self { lang: preferred, ..Self::default() };
        match arguments.read(lexopt::Parser::from_env()) {
            Ok(()) => Ok(arguments),
            Err(error) => {
                let lang = arguments.lang;
                Err((lang, say(lang, "usage-wrong", &[("what", &error.to_string())])))
            }
        }
    }

    fn read(&mut self, mut parser: lexopt::Parser) -> Result<(), lexopt::Error> {
        use lexopt::prelude::{Long, Short, Value, ValueExt as _};
        while let Some(argument) = parser.next()? {
            match argument {
                Long("software") => self.software = Some(parser.value()?.into()),
                Long("state") => self.state = Some(parser.value()?.into()),
                Long("key-file") => self.key_file = Some(parser.value()?.into()),
                Long("name") => self.name = parser.value()?.string()?,
                Short('o') | Long("out") => self.out = Some(parser.value()?.into()),
                Long("kind") => self.kind = Some(parser.value()?.string()?),
                Long("server") => self.server = Some(parser.value()?.string()?),
                Long("product") => self.product = Some(parser.value()?.string()?),
                Long("version") => self.version = Some(parser.value()?.string()?),
                Long("tls-roots") => self.tls_roots = Some(parser.value()?.into()),
                Long("lang") => self.lang = Lang::of(&parser.value()?.string()?),
                Long("qr") => self.qr = true,
                Long("list") => self.list = true,
                Long("start-over") => self.start_over = true,
                Long("json") => self.json = true,
                Short('h') | Long("help") => self.help = true,
                Value(word) if self.command.is_empty() => self.command = word.string()?,
                Value(word) => self.rest.push(word.string()?),
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(())
    }
}

/// What `--help` prints.
pub const fn help(lang: Lang) -> &'static str {
    match lang {
        Lang::En => include_str!("../../messages/help.en.txt"),
        Lang::Cs => include_str!("../../messages/help.cs.txt"),
    }
}
