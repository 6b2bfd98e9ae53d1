//! One function per command.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use perpetua_device::carried::Imported;
use perpetua_device::codes::{CodeKind, group_states};
use perpetua_device::network::{Call, Network as _, Web};
use perpetua_device::software::{Software, bytes32, version};
use perpetua_device::time::{for_people, rfc3339};
use perpetua_device::words::{self, say};
use perpetua_device::{Device, Error, Lang};
use perpetua_license::exchange::file::{FILE_BYTES_MAX, request_qr};
use perpetua_license::exchange::request::RequestKind;
use perpetua_license::exchange::seal::InstallationPublic;
use perpetua_license::exchange::symbols::GroupState;
use perpetua_license::signing::PublicKey;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::arguments::Arguments;
use super::output::{Output, print};

/// Most bytes of a file that is imported: a revocation list of the largest kind.
const IMPORT_BYTES_MAX: u64 = 80 << 20;
/// Most bytes that are looked at for a product key or a code.
const TYPED_BYTES_MAX: u64 = 4096;

/// Why a command does not end well.
pub enum Stop {
    /// The library's reason.
    Failed(Error),
    /// The command line: a message and what it is about.
    Usage(&'static str, String),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Runs the command and gives the exit code.
pub fn run(arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    if arguments.command == "pin" {
        return pin(arguments, output);
    }
    let known = ["activate", "status", "verify", "refresh", "return", "ask", "request", "import", "code", "proxy"];
    if !known.contains(&arguments.command.as_str()) {
        return Err(Stop::Usage("usage-unknown-command", arguments.command.clone()));
    }
    let software = software(arguments)?;
    let folder = arguments.state.clone().unwrap_or_else(|| state_folder(&software.product));
    let device = Device::new(software, &folder, arguments.lang)?;
    match arguments.command.as_str() {
        "activate" => activate(&device, arguments, output),
        "status" => standing(&device, Some(output)),
        "verify" => standing(&device, None),
        "refresh" => {
            let answered = device.refresh()?;
            if arguments.list {
                device.refresh_list()?;
            }
            output.answered(&answered);
            Ok(0)
        }
        "return" => told(output, &device.give_back()?),
        "ask" => told(output, &device.ask_status()?),
        "request" => request(&device, arguments, output),
        "import" => import(&device, arguments, output),
        "code" => code(&device, arguments, output),
        _ => proxy(&device, arguments, output),
    }
}

fn told(output: &Output, answered: &perpetua_device::Answered) -> Result<u8, Stop> {
    output.answered(answered);
    Ok(0)
}

fn activate(device: &Device, arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    let key = key(arguments)?;
    if arguments.start_over {
        device.start_over()?;
    }
    told(output, &device.activate(&key, &arguments.name)?)
}

/// Without an output nothing is said unless something is wrong.
fn standing(device: &Device, output: Option<&Output>) -> Result<u8, Stop> {
    let report = device.check()?;
    if let Some(output) = output {
        output.report(&report, device.has_moved()?);
    }
    Ok(if report.is_activated() { report.allowed.number() } else { 13 })
}

fn request(device: &Device, arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    let word = arguments.kind.as_deref().unwrap_or("activate");
    let kind = RequestKind::ALL.into_iter().find(|kind| kind.code() == word);
    let kind = kind.ok_or_else(|| Stop::Usage("usage-wrong", format!("--kind {word}")))?;
    let request = if kind == RequestKind::Activate {
        let key = key(arguments)?;
        device.request(kind, Some((&key, &arguments.name)))?
    } else {
        device.request(kind, None)?
    };
    if arguments.qr {
        let qr = request_qr(&request);
        output.told(&qr, "request_made", json!({ "qr": qr }));
        return Ok(0);
    }
    let path = arguments.out.clone().unwrap_or_else(|| PathBuf::from("perpetua.request"));
    write(&path, Device::request_file(&[request])?.as_bytes())?;
    let path = path.display().to_string();
    output.told(&say(output.lang, "done-request", &[("path", &path)]), "request_made", json!({ "path": path }));
    Ok(0)
}

fn import(device: &Device, arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    let path = arguments.rest.first().ok_or_else(|| Stop::Usage("usage-missing", "FILE".to_owned()))?;
    match device.import(&read(Path::new(path), IMPORT_BYTES_MAX)?)? {
        Imported::Answer(answered) => output.answered(&answered),
        Imported::Chain => output.told(&say(output.lang, "done-chain", &[]), "chain_taken", json!({})),
        Imported::List(number) => {
            let sentence = say(output.lang, "done-list", &[("number", &number.to_string())]);
            output.told(&sentence, "list_taken", json!({ "number": number }));
        }
    }
    Ok(0)
}

fn code(device: &Device, arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    if arguments.rest.is_empty() {
        let digits = device.typed_request(&key(arguments)?)?;
        let sentence = format!("{}\n{digits}", say(output.lang, "typed-request", &[]));
        output.told(&sentence, "typed_request", json!({ "request": digits }));
        return Ok(0);
    }
    let text = arguments.rest.join(" ");
    show_groups(&text, output);
    match device.accept_code(&text)? {
        Some(grant) => {
            let sentence = say(output.lang, "done-typed", &[("at", &for_people(grant.until))]);
            output.told(&sentence, "code_accepted", json!({ "until": rfc3339(grant.until) }));
        }
        None => output.told(&say(output.lang, "done-long-code", &[]), "code_accepted", json!({})),
    }
    Ok(0)
}

/// Marks each group, so that whoever typed it sees which one to compare.
fn show_groups(text: &str, output: &Output) {
    let Ok((kind, states)) = group_states(text) else { return };
    if states.iter().all(|state| *state == GroupState::Good) {
        return;
    }
    let size = match kind {
        CodeKind::Typed => perpetua_license::exchange::digits::GROUP,
        CodeKind::Long => perpetua_license::exchange::symbols::GROUP,
    };
    let characters: Vec<char> = text.chars().filter(|character| character.is_alphanumeric()).collect();
    let marked = characters.chunks(size).zip(states).map(|(group, state)| {
        let mark = match state {
            GroupState::Good => "✓",
            GroupState::Wrong => "✗",
            GroupState::Incomplete => "…",
        };
        format!("{}{mark}", group.iter().collect::<String>())
    });
    let line = marked.collect::<Vec<_>>().join(" ");
    output.complain("code_groups", &line);
}

fn proxy(device: &Device, arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    let paths: Vec<PathBuf> = arguments.rest.iter().map(PathBuf::from).collect();
    if paths.is_empty() {
        return Err(Stop::Usage("usage-missing", "FILE".to_owned()));
    }
    let mut files = Vec::new();
    for path in &paths {
        files.push(text(path)?);
    }
    let passed = device.pass_on(&files)?;
    let folder = arguments.out.clone();
    let mut is_all_good = true;
    for (path, file) in paths.iter().zip(passed) {
        let beside = path.with_extension("response");
        let answers = match (&folder, beside.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => beside,
        };
        if let Some(response) = &file.response {
            write(&answers, response.as_bytes())?;
        }
        is_all_good &= tell_passed(path, &answers, &file, output);
    }
    if let Some(folder) = folder {
        let (chain, list) = device.chain_and_list()?;
        write(&folder.join("perpetua.chain"), &chain)?;
        write(&folder.join("perpetua.revocations"), &list)?;
    }
    Ok(if is_all_good { 0 } else { 3 })
}

/// Says what became of one file, and whether every machine got what it asked for.
fn tell_passed(path: &Path, answers: &Path, file: &perpetua_device::proxy::PassedFile, output: &Output) -> bool {
    let lang = output.lang;
    let is_good = |one: &perpetua_device::proxy::Passed| one.answered.as_ref().is_some_and(|it| it.is_good);
    let refused: Vec<_> = file.requests.iter().filter(|one| !is_good(one)).collect();
    let (path, answers) = (path.display().to_string(), answers.display().to_string());
    let counts = (file.requests.len().to_string(), refused.len().to_string());
    let id = if file.response.is_some() { "passed-file" } else { "passed-nothing" };
    let values = [("path", path.as_str()), ("requests", &counts.0), ("refused", &counts.1), ("answers", &answers)];
    let mut lines = vec![say(lang, id, &values)];
    for one in &refused {
        let name =
            if one.machine_name.is_empty() { say(lang, "passed-unnamed", &[]) } else { one.machine_name.clone() };
        lines.push(match &one.answered {
            Some(answered) => format!("  {name}: {}", words::answered(lang, answered)),
            None => format!("  {}", say(lang, "passed-unreadable", &[])),
        });
    }
    let machines: Vec<Value> = file
        .requests
        .iter()
        .map(|one| json!({ "machine": one.machine_name, "code": one.answered.as_ref().map(|it| &it.code) }))
        .collect();
    let facts = json!({ "path": path, "answers": file.response.as_ref().map(|_| answers), "machines": machines });
    output.told(&lines.join("\n"), "passed_on", facts);
    refused.is_empty()
}

/// Asks an installation for its keys, once, for the publisher who compares them with the operator.
fn pin(arguments: &Arguments, output: &Output) -> Result<u8, Stop> {
    let missing = |what: &str| Stop::Usage("usage-missing", what.to_owned());
    let mut software = Software {
        server: arguments.server.clone().ok_or_else(|| missing("--server"))?.trim_end_matches('/').to_owned(),
        root: PublicKey::from_bytes([0; 32]),
        installation: InstallationPublic::from_bytes([0; 32]),
        product: arguments.product.clone().ok_or_else(|| missing("--product"))?,
        version: version(arguments.version.as_deref().ok_or_else(|| missing("--version"))?)?,
        chain: None,
        typed_secret: None,
        tls_roots: arguments.tls_roots.clone(),
    };
    let web = Web::new(&software, Lang::En)?;
    let fetch = |path| {
        let reply = web.call(&Call { path, body: None, limit: FILE_BYTES_MAX as u64 })?;
        if reply.status == 200 { Ok(reply.body) } else { Err(Error::NotUnderstood) }
    };
    let told: Value = serde_json::from_slice(&fetch("installation")?).map_err(|_| Error::NotUnderstood)?;
    let key = |name: &'static str| bytes32(told[name].as_str().unwrap_or_default(), name);
    software.root = PublicKey::from_bytes(key("root")?);
    software.installation = InstallationPublic::from_bytes(key("installation")?);
    software.chain = Some(fetch("chain")?);
    print(&format!("{:#}\n", software.to_json()));
    // Beside the settings, not among them.
    let _ = writeln!(std::io::stderr().lock(), "{}", say(output.lang, "done-pin", &[]));
    Ok(0)
}

fn software(arguments: &Arguments) -> Result<Software, Stop> {
    let beside = || std::env::current_exe().ok().map(|program| program.with_file_name("software.json"));
    let path = arguments.software.clone().or_else(beside).unwrap_or_default();
    Ok(Software::from_json(&text(&path)?)?)
}

/// A folder of the account for each product, when none is named.
fn state_folder(product: &str) -> PathBuf {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        of("LOCALAPPDATA")
    } else {
        of("XDG_STATE_HOME").or_else(|| of("HOME").map(|home| home.join(".local/state")))
    };
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let name: String = product.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
    base.unwrap_or_default().join("perpetua-device").join(name)
}

/// The product key from the file that was named, or from standard input.
fn key(arguments: &Arguments) -> Result<Zeroizing<String>, Stop> {
    let mut text = Zeroizing::new(String::new());
    match &arguments.key_file {
        Some(path) => {
            let file = fs::File::open(path).and_then(|file| file.take(TYPED_BYTES_MAX).read_to_string(&mut text));
            file.map_err(|source| Error::File { path: path.clone(), source })?;
        }
        None => {
            let _ = std::io::stdin().lock().take(TYPED_BYTES_MAX).read_to_string(&mut text);
        }
    }
    if text.trim().is_empty() { Err(Stop::Usage("usage-no-key", String::new())) } else { Ok(text) }
}

fn text(path: &Path) -> Result<String, Error> {
    String::from_utf8(read(path, IMPORT_BYTES_MAX)?).map_err(|_| Error::Document("document_of_other_kind"))
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.map_err(|source| Error::File { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit { Err(Error::Document("document_too_large")) } else { Ok(bytes) }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|source| Error::File { path: path.to_owned(), source })
}
