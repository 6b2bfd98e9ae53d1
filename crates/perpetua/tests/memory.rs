//! Files of 25 MiB go through the built program in pieces (I10): one that comes and leaves again costs less memory than
//! it is large, and four at once less than two of them. The peak is read from `/proc` before and after.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "shared with tests that need more of it")]
mod common;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use common::{Browser, Demo, Page};
use sha2::{Digest as _, Sha256};

/// The largest file that is taken.
const SIZE: usize = 25 * 1024 * 1024;
/// Files that come at the same time, each with a request of its own.
const AT_ONCE: usize = 4;
/// By how much the peak may grow for one file, in KiB: each one has buffers on its way to storage.
const GROWTH_OF_ONE: u64 = 20 * 1024;
/// By how much it may grow for all of them at once, in KiB: they are 100 MiB.
const GROWTH_OF_ALL: u64 = 50 * 1024;
const NEW: &str = "/partner/requests/new";
const BOUNDARY: &str = "boundary-of-the-test";

/// Lets the peak begin anew with what is in memory now: starting took more than all files together.
fn forget_peak(demo: &Demo) {
    std::fs::write(format!("/proc/{}/clear_refs", demo.id()), "5").unwrap();
}

/// The peak of the process's memory since then, in KiB.
fn peak(demo: &Demo) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", demo.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// Byte `at` of the file of this number: text, and no two stretches of it alike.
fn byte(number: usize, at: usize) -> u8 {
    let line = at / 64;
    if at % 64 == 63 { b'\n' } else { b'a' + u8::try_from((line * 31 + at % 64 * 7 + number) % 26).unwrap() }
}

fn piece(number: usize, from: usize, length: usize) -> Vec<u8> {
    (from..from + length).map(|at| byte(number, at)).collect()
}

/// Sends a request with a file, a piece at a time; gives where it can be read.
fn send(browser: &mut Browser, number: usize, size: usize) -> String {
    let form = browser.get(NEW).unwrap();
    let fields = [
        ("csrf", form.field("csrf")),
        ("form_token", form.field("form_token")),
        ("problem_type", "other".to_owned()),
        ("impact", "minimal".to_owned()),
        ("title", format!("Log {number}")),
        ("text", "See the log.".to_owned()),
        ("contact_name", "Ada".to_owned()),
        ("contact_email", "ada@people.example".to_owned()),
        ("contact_phone", "+420777123456".to_owned()),
        ("answer_language", "en".to_owned()),
    ];
    let mut head = String::new();
    for (name, value) in fields {
        write!(head, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    let named = "form-data; name=\"files\"; filename=\"setup.log\"";
    write!(head, "--{BOUNDARY}\r\nContent-Disposition: {named}\r\nContent-Type: text/plain\r\n\r\n").unwrap();
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    let headers = format!(
        "Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n",
        head.len() + size + end.len()
    );
    let mut stream = browser.open_with(&format!("POST {NEW}"), &headers).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let step = 256 * 1024;
    for from in (0..size).step_by(step) {
        stream.write_all(&piece(number, from, step.min(size - from))).unwrap();
    }
    stream.write_all(end.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("{answer}")).split('?').next().unwrap().to_owned()
}

/// The address of the file on a request's page.
fn file_of(page: &Page) -> String {
    let found = page.text.split("href=\"").find(|rest| rest.contains("/files/")).unwrap_or_else(|| panic!("{page:?}"));
    found.split('"').next().unwrap().to_owned()
}

/// Status and content of a file or a range of it: how much there is, and its hash.
fn fetch(browser: &Browser, path: &str, range: &str) -> (u16, usize, [u8; 32]) {
    let headers = if range.is_empty() { String::new() } else { format!("Range: bytes={range}\r\n") };
    let mut stream = browser.open_with(&format!("GET {path}"), &headers).unwrap();
    let (mut head, mut one) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut one).unwrap();
        head.extend_from_slice(&one);
    }
    let status = String::from_utf8(head).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let (mut hash, mut length, mut piece) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        match stream.read(&mut piece).unwrap() {
            0 => return (status, length, hash.finalize().into()),
            read => {
                hash.update(&piece[..read]);
                length += read;
            }
        }
    }
}

fn hash(number: usize, from: usize, length: usize) -> [u8; 32] {
    Sha256::digest(piece(number, from, length)).into()
}

#[test]
fn files_of_25_mebibytes_pass_through_without_being_held() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let user = demo.told["partners"][0]["users"].as_array().unwrap().iter();
    let is_agent = |user: &&serde_json::Value| user["roles"].to_string().contains("admin_agent");
    let email = user.clone().find(is_agent).unwrap()["email"].as_str().unwrap().to_owned();
    let mut browser = demo.sign_in(&email);
    // Pages, a file and its way back once, so that what is only made once is there before.
    let warm = send(&mut browser, 99, 300_000);
    let warm = file_of(&browser.get(&warm).unwrap());
    assert_eq!(fetch(&browser, &warm, "").1, 300_000);
    forget_peak(&demo);
    let before = peak(&demo);
    let alone = send(&mut browser, 98, SIZE);
    let alone = file_of(&browser.get(&alone).unwrap());
    assert_eq!(fetch(&browser, &alone, ""), (200, SIZE, hash(98, 0, SIZE)));
    let after = peak(&demo);
    assert!(after - before < GROWTH_OF_ONE, "the peak grew from {before} KiB to {after} KiB for one file");

    forget_peak(&demo);
    let before = peak(&demo);
    let sending: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let mut browser = browser.clone();
            std::thread::spawn(move || send(&mut browser, number, SIZE))
        })
        .collect();
    let requests: Vec<String> = sending.into_iter().map(|one| one.join().unwrap()).collect();
    let sent = peak(&demo);
    let files: Vec<String> = requests.iter().map(|path| file_of(&browser.get(path).unwrap())).collect();
    let fetching: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(number, path)| {
            let (browser, path) = (browser.clone(), path.clone());
            std::thread::spawn(move || assert_eq!(fetch(&browser, &path, ""), (200, SIZE, hash(number, 0, SIZE))))
        })
        .collect();
    for one in fetching {
        one.join().unwrap();
    }
    let (from, length) = (20 * 1024 * 1024, 3_000_000);
    let range = format!("{from}-{}", from + length - 1);
    assert_eq!(fetch(&browser, &files[1], &range), (206, length, hash(1, from, length)));
    assert_eq!(fetch(&browser, &files[1], "-10"), (206, 10, hash(1, SIZE - 10, 10)));
    assert_eq!(fetch(&browser, &files[1], &format!("{SIZE}-")).0, 416);
    let after = peak(&demo);
    assert!(
        after - before < GROWTH_OF_ALL,
        "the peak grew from {before} KiB to {sent} KiB while files came and to {after} KiB when they went"
    );
    demo.stop();
}
