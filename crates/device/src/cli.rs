//! The command line: words to a command, the command to the library, what it gave to people or programs.

mod arguments;
mod commands;
mod output;

use std::process::ExitCode;

use perpetua_device::Lang;
use perpetua_device::words::say;

use arguments::Arguments;
use output::Output;

/// The exit code for a command line that is not understood.
const USAGE: u8 = 2;

/// Runs what the arguments say.
pub fn run() -> ExitCode {
    let preferred = Lang::of(&locale());
    let arguments = match Arguments::parse(preferred) {
        Ok(arguments) => arguments,
        Err((lang, wrong)) => {
            Output::new(lang, false).complain("usage", &wrong);
            return USAGE.into();
        }
    };
    let output = Output::new(arguments.lang, arguments.json);
    if arguments.help || arguments.command.is_empty() {
        output::print(arguments::help(arguments.lang));
        return ExitCode::from(if arguments.help { 0 } else { USAGE });
    }
    match commands::run(&arguments, &output) {
        Ok(code) => ExitCode::from(code),
        Err(commands::Stop::Failed(error)) => {
            output.failed(&error);
            ExitCode::from(error.failure().number())
        }
        Err(commands::Stop::Usage(id, what)) => {
            output.complain("usage", &say(arguments.lang, id, &[("what", &what)]));
            USAGE.into()
        }
    }
}

/// What the system says about the person's language.
fn locale() -> String {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os);
    set.map(|value| value.to_string_lossy().into_owned()).find(|value| !value.is_empty()).unwrap_or_default()
}
