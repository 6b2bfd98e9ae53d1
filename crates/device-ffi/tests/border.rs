//! What a caller in C can do wrong gives an answer, and the header says what the library has.

#![expect(unsafe_code, reason = "these tests stand where C code would")]
#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::collections::BTreeSet;
use std::ffi::c_char;
use std::ptr::{null, null_mut};

use perpetua_device_ffi::PerpetuaAnswer;
use perpetua_device_ffi::raw::{
    perpetua_activate, perpetua_answer_at, perpetua_answer_code, perpetua_answer_free, perpetua_answer_sentence,
    perpetua_answer_status, perpetua_answer_text, perpetua_code_groups, perpetua_free, perpetua_import, perpetua_open,
    perpetua_refresh, perpetua_request, perpetua_verify,
};

const SETTINGS: &str = r#"{
    "server": "http://127.0.0.1:9",
    "root": "1111111111111111111111111111111111111111111111111111111111111111",
    "installation": "0900000000000000000000000000000000000000000000000000000000000000",
    "product": "OPS000000001",
    "version": "2026.1"
}"#;

fn start(text: &str) -> *const c_char {
    text.as_ptr().cast()
}

type Lend = unsafe extern "C" fn(*const PerpetuaAnswer, *mut usize) -> *const c_char;

/// Status, code, sentence and text of an answer, which is freed.
fn taken(answer: *mut PerpetuaAnswer) -> (i32, String, String, String) {
    let text = |lend: Lend| {
        let mut length = 0;
        // SAFETY: the answer was just given, and what it lends is copied before it is freed.
        let bytes = unsafe { std::slice::from_raw_parts(lend(answer, &raw mut length).cast::<u8>(), length) };
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let (code, sentence, text) =
        (text(perpetua_answer_code), text(perpetua_answer_sentence), text(perpetua_answer_text));
    // SAFETY: as above.
    let status = unsafe { perpetua_answer_status(answer) };
    // SAFETY: freed once.
    unsafe { perpetua_answer_free(answer) };
    (status, code, sentence, text)
}

fn open(settings: &str, folder: &str, failure: *mut *mut PerpetuaAnswer) -> *mut perpetua_device_ffi::PerpetuaDevice {
    // SAFETY: texts with their lengths.
    unsafe { perpetua_open(start(settings), settings.len(), start(folder), folder.len(), start("cs"), 2, failure) }
}

#[test]
fn a_device_opens_answers_and_is_freed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state").display().to_string();
    let device = open(SETTINGS, &path, null_mut());
    assert!(!device.is_null());
    // SAFETY: an open device.
    let (status, code, sentence, text) = taken(unsafe { perpetua_verify(device) });
    assert_eq!((status, code.as_str()), (13, "not_activated"));
    assert_eq!(sentence, "Tento počítač není aktivován.");
    assert!(text.contains("\"allowed\":\"stop\""), "{text}");
    // SAFETY: an open device and texts with their lengths.
    let answer = taken(unsafe { perpetua_activate(device, start("2000"), 4, null(), 0) });
    assert_eq!((answer.0, answer.1.as_str()), (3, "key_malformed"));
    // SAFETY: an open device.
    assert_eq!(taken(unsafe { perpetua_refresh(device) }).0, 13);
    // SAFETY: an open device.
    assert_eq!(taken(unsafe { perpetua_request(device, 9) }).1, "misused");
    // SAFETY: freed once.
    unsafe { perpetua_free(device) };
}

#[test]
fn nulls_and_bytes_that_are_no_text_give_an_answer() {
    // SAFETY: null is allowed everywhere.
    unsafe {
        assert_eq!(taken(perpetua_verify(null())).1, "misused");
        assert_eq!(taken(perpetua_import(null(), null(), 5)).1, "misused");
        assert_eq!(taken(perpetua_code_groups(null(), 5)).1, "misused");
        assert_eq!(perpetua_answer_status(null()), 1);
        assert_eq!(perpetua_answer_at(null()), 0);
        assert!(!perpetua_answer_code(null(), null_mut()).is_null());
        perpetua_answer_free(null_mut());
        perpetua_free(null_mut());
    }
    let bytes = [0xff_u8, 0xfe];
    // SAFETY: two readable bytes.
    assert_eq!(taken(unsafe { perpetua_code_groups(bytes.as_ptr().cast(), 2) }).1, "misused");
    // SAFETY: text with its length.
    assert_eq!(taken(unsafe { perpetua_code_groups(start("12"), 2) }).3, ".");
}

#[test]
fn settings_that_cannot_be_used_say_why() {
    let mut failure = null_mut();
    assert!(open("{}", "folder", &raw mut failure).is_null());
    let (status, code, sentence, _) = taken(failure);
    assert_eq!((status, code.as_str()), (1, "software_invalid"));
    assert!(sentence.contains("server"), "{sentence}");
    assert!(open("{}", "folder", null_mut()).is_null());
}

#[test]
fn the_header_declares_every_function_and_no_other() {
    let names = |text: &str, start: &str| -> BTreeSet<String> {
        let of = |rest: &str| rest.split('(').next().unwrap_or_default().to_owned();
        text.split(start).skip(1).map(|rest| format!("perpetua_{}", of(rest))).collect()
    };
    let header = include_str!("../include/perpetua_device.h");
    let declared: BTreeSet<String> = header
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()) && line.contains('('))
        .flat_map(|line| names(line, "perpetua_"))
        .collect();
    assert_eq!(declared, names(include_str!("../src/raw.rs"), "pub unsafe extern \"C\" fn perpetua_"));
}

#[test]
fn the_numbers_in_the_header_are_those_of_the_library() {
    use perpetua_device::Allowed;
    use perpetua_device::error::Failure;
    let header = include_str!("../include/perpetua_device.h");
    for (name, number) in [
        ("HERE", Failure::Here.number()),
        ("REFUSED", Failure::Refused.number()),
        ("UNREACHABLE", Failure::Unreachable.number()),
        ("DOCUMENT", Failure::Document.number()),
        ("TAMPERED", Failure::Tampered.number()),
        ("NOT_ACTIVATED", Failure::NotActivated.number()),
        ("OK", Allowed::Full.number()),
        ("REMIND", Allowed::Reminded.number()),
        ("REDUCE", Allowed::Reduced.number()),
        ("STOP", Allowed::Stopped.number()),
    ] {
        let line = format!("PERPETUA_{name} = {number}");
        assert!(header.contains(&format!("{line},")) || header.contains(&format!("{line} ")), "{line}");
    }
}
