//! A sample product, "Counter", which counts when it is licensed: the program of docs/publishers-guide.md in Rust.
//!
//! `counter SETTINGS FOLDER [activate NAME | refresh | return | request FILE | import FILE]`; the product key comes on
//! standard input. Without a command it does its work. A product would build the settings in with `include_str!`.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use perpetua_device::carried::Imported;
use perpetua_device::license::exchange::request::RequestKind;
use perpetua_device::{Allowed, Device, Error, Lang, Software, words};

/// What the product is for.
fn work(upto: u32) {
    let numbers: Vec<String> = (1..=upto).map(|number| number.to_string()).collect();
    say(&numbers.join(" "));
}

/// Asks nobody; only what the machine keeps decides.
fn start(device: &Device) -> Result<ExitCode, Error> {
    let report = device.check()?;
    match report.allowed {
        Allowed::Full => work(10),
        Allowed::Reminded => {
            say(&words::report(Lang::En, &report));
            work(10);
        }
        Allowed::Reduced => {
            say(&words::report(Lang::En, &report));
            work(3);
        }
        Allowed::Stopped => {
            say(&words::report(Lang::En, &report));
            return Ok(ExitCode::from(report.allowed.number()));
        }
    }
    // Once a day is plenty. When nobody answers, the license goes on until its grace ends.
    if report.state == "grace" {
        let _ = device.refresh();
    }
    Ok(ExitCode::SUCCESS)
}

fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let [settings, folder, command @ ..] = arguments else {
        say("counter SETTINGS FOLDER [activate NAME | refresh | return | request FILE | import FILE]");
        return Ok(ExitCode::from(2));
    };
    let software = Software::from_json(&read(settings)?)?;
    let device = Device::new(software, Path::new(folder), Lang::En)?;
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    match words[..] {
        [] => return start(&device),
        ["activate", name] => say(&words::answered(Lang::En, &device.activate(&typed_key(), name)?)),
        ["refresh"] => say(&words::answered(Lang::En, &device.refresh()?)),
        ["return"] => say(&words::answered(Lang::En, &device.give_back()?)),
        ["request", file] => {
            let request = device.request(RequestKind::Activate, Some((&typed_key(), "")))?;
            let text = Device::request_file(&[request])?;
            std::fs::write(file, text).map_err(|source| Error::File { path: file.into(), source })?;
        }
        ["import", file] => match device.import(read(file)?.as_bytes())? {
            Imported::Answer(answered) => say(&words::answered(Lang::En, &answered)),
            Imported::Chain | Imported::List(_) => say("Taken."),
        },
        _ => return Ok(ExitCode::from(2)),
    }
    Ok(ExitCode::SUCCESS)
}

fn typed_key() -> String {
    let mut key = String::new();
    let _ = std::io::stdin().read_to_string(&mut key);
    key
}

fn read(path: &str) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::File { path: path.into(), source })
}

#[expect(clippy::print_stdout, reason = "a sample product talks to who started it")]
fn say(text: &str) {
    println!("{text}");
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments).unwrap_or_else(|error| {
        say(&words::error(Lang::En, &error));
        ExitCode::from(error.failure().number())
    })
}
