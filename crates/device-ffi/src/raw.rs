//! The functions that C calls. Each follows the pointers that it got, calls safe code, and hands out one pointer.
//!
//! The rules for callers, on which every `SAFETY` below rests: a text is a pointer to as many readable bytes as its
//! length says, or null with length 0; a handle came from this library and was not freed; nothing is freed twice; what
//! an answer lends is not used after the answer was freed.

#![expect(unsafe_code, reason = "the border to C; everything behind it is safe code")]

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use perpetua_device::license::exchange::request::RequestKind;

use crate::answer::PerpetuaAnswer;
use crate::calls::{PerpetuaDevice, code_groups};

/// The bytes that a caller lends for the length of a call.
///
/// # Safety
/// As the module says.
unsafe fn bytes<'a>(pointer: *const c_char, length: usize) -> Option<&'a [u8]> {
    match (pointer.is_null(), isize::try_from(length)) {
        (true, Ok(0)) => Some(&[]),
        // SAFETY: not null, and by the rule of the module readable for `length` bytes during the call.
        (false, Ok(_)) => Some(unsafe { std::slice::from_raw_parts(pointer.cast(), length) }),
        _ => None,
    }
}

/// The same as UTF-8.
///
/// # Safety
/// As [`bytes`].
unsafe fn text<'a>(pointer: *const c_char, length: usize) -> Option<&'a str> {
    // SAFETY: passed on from the caller.
    str::from_utf8(unsafe { bytes(pointer, length) }?).ok()
}

/// Hands an answer out, and keeps panics on this side.
fn hand_out(call: impl FnOnce() -> PerpetuaAnswer) -> *mut PerpetuaAnswer {
    // What a panic leaves half done is dropped with the call; the folder's files are whole at any moment.
    let answer = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| PerpetuaAnswer::panicked());
    Box::into_raw(Box::new(answer))
}

const NOT_TEXT: &str = "A text is null or not UTF-8.";

/// A call on a device with texts: null devices and texts that are none give an answer too.
macro_rules! on_device {
    ($device:ident, [$($text:ident, $length:ident),*], |$it:ident| $call:expr) => {
        hand_out(|| {
            // SAFETY: null, or by the rule of the module a handle from `perpetua_open` that was not freed.
            let Some($it) = (unsafe { $device.as_ref() }) else {
                return PerpetuaAnswer::misused("The device is null.");
            };
            // SAFETY: by the rule of the module each pointer is readable for its length.
            $(let Some($text) = (unsafe { text($text, $length) }) else {
                return PerpetuaAnswer::misused(NOT_TEXT);
            };)*
            $call
        })
    };
}

/// Opens a device; null when that is not possible, and then `*failure`, if not null, gets the answer that says why.
///
/// # Safety
/// As the module says; `failure` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_open(
    software: *const c_char,
    software_length: usize,
    folder: *const c_char,
    folder_length: usize,
    language: *const c_char,
    language_length: usize,
    failure: *mut *mut PerpetuaAnswer,
) -> *mut PerpetuaDevice {
    // SAFETY: by the rule of the module each pointer is readable for its length.
    let texts =
        unsafe { (text(software, software_length), text(folder, folder_length), text(language, language_length)) };
    let open = || match texts {
        (Some(software), Some(folder), Some(language)) => PerpetuaDevice::open(software, folder, language),
        _ => Err(PerpetuaAnswer::misused(NOT_TEXT)),
    };
    match catch_unwind(open).unwrap_or_else(|_| Err(PerpetuaAnswer::panicked())) {
        Ok(device) => Box::into_raw(Box::new(device)),
        Err(answer) => {
            if !failure.is_null() {
                // SAFETY: not null, and by the rule of the function it may be written.
                unsafe { failure.write(hand_out(|| answer)) };
            }
            std::ptr::null_mut()
        }
    }
}

/// Frees a device; null is passed over.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_free(device: *mut PerpetuaDevice) {
    if !device.is_null() {
        // SAFETY: by the rule of the module it came from `perpetua_open` and is freed once.
        drop(unsafe { Box::from_raw(device) });
    }
}

/// Activates this machine with a product key as people type it.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_activate(
    device: *const PerpetuaDevice,
    key: *const c_char,
    key_length: usize,
    machine_name: *const c_char,
    machine_name_length: usize,
) -> *mut PerpetuaAnswer {
    on_device!(device, [key, key_length, machine_name, machine_name_length], |it| it.activate(key, machine_name))
}

/// Gets a newer certificate.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_refresh(device: *const PerpetuaDevice) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| it.ask(RequestKind::Refresh))
}

/// Gives the activation back.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_return(device: *const PerpetuaDevice) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| it.ask(RequestKind::Return))
}

/// Asks the installation how the activation stands.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_status(device: *const PerpetuaDevice) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| it.ask(RequestKind::Status))
}

/// Fetches the newest revocation list.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_refresh_list(device: *const PerpetuaDevice) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| it.refresh_list())
}

/// Whether the software may run here now. Asks nobody; the text of the answer is JSON.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_verify(device: *const PerpetuaDevice) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| it.verify())
}

/// A request file to activate; the text of the answer is the file.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_request_activation(
    device: *const PerpetuaDevice,
    key: *const c_char,
    key_length: usize,
    machine_name: *const c_char,
    machine_name_length: usize,
) -> *mut PerpetuaAnswer {
    on_device!(device, [key, key_length, machine_name, machine_name_length], |it| {
        it.request(RequestKind::Activate, Some((key, machine_name)))
    })
}

/// A request file of another kind: 2 refresh, 3 return, 4 status.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_request(device: *const PerpetuaDevice, kind: u8) -> *mut PerpetuaAnswer {
    let known = RequestKind::ALL.into_iter().find(|known| known.number() == kind && kind != 1);
    on_device!(device, [], |it| match known {
        Some(kind) => it.request(kind, None),
        None => PerpetuaAnswer::misused("The kind is 2, 3 or 4."),
    })
}

/// Takes a response, a chain or a revocation list that was carried here.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_import(
    device: *const PerpetuaDevice,
    content: *const c_char,
    content_length: usize,
) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| {
        // SAFETY: by the rule of the module it is readable for its length.
        match unsafe { bytes(content, content_length) } {
            Some(content) => it.import(content),
            None => PerpetuaAnswer::misused("The content is null."),
        }
    })
}

/// Nine groups of digits to pass on for a typed code; they are the text of the answer.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_code_request(
    device: *const PerpetuaDevice,
    key: *const c_char,
    key_length: usize,
) -> *mut PerpetuaAnswer {
    on_device!(device, [key, key_length], |it| it.typed_request(key))
}

/// Takes a typed or a long code.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_code_accept(
    device: *const PerpetuaDevice,
    code: *const c_char,
    code_length: usize,
) -> *mut PerpetuaAnswer {
    on_device!(device, [code, code_length], |it| it.accept_code(code))
}

/// The groups of a code that is being typed: `+` good, `x` wrong, `.` not whole yet, as the text of the answer.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_code_groups(code: *const c_char, code_length: usize) -> *mut PerpetuaAnswer {
    // SAFETY: by the rule of the module it is readable for its length.
    let code = unsafe { text(code, code_length) };
    hand_out(|| code.map_or_else(|| PerpetuaAnswer::misused(NOT_TEXT), code_groups))
}

/// Gives up a state that was altered, so that the machine can be activated again.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_start_over(device: *const PerpetuaDevice) -> *mut PerpetuaAnswer {
    on_device!(device, [], |it| it.start_over())
}

/// The status of an answer; 1 for null.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_answer_status(answer: *const PerpetuaAnswer) -> i32 {
    // SAFETY: null, or by the rule of the module an answer that was not freed.
    unsafe { answer.as_ref() }.map_or(1, |answer| i32::from(answer.status))
}

/// When the license changes or changed, in seconds since 1970; 0 when the answer names no moment.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_answer_at(answer: *const PerpetuaAnswer) -> i64 {
    // SAFETY: null, or by the rule of the module an answer that was not freed.
    unsafe { answer.as_ref() }.map_or(0, |answer| answer.at)
}

/// Lends one of the texts of an answer.
///
/// # Safety
/// As the module says; `length` is null or may be written.
unsafe fn lend(
    answer: *const PerpetuaAnswer,
    length: *mut usize,
    field: impl FnOnce(&PerpetuaAnswer) -> &String,
) -> *const c_char {
    // SAFETY: null, or by the rule of the module an answer that was not freed.
    let text = unsafe { answer.as_ref() }.map_or("", |answer| field(answer).as_str());
    if !length.is_null() {
        // SAFETY: not null, and by the rule of the function it may be written.
        unsafe { length.write(text.len()) };
    }
    text.as_ptr().cast()
}

/// The stable code of an answer, without an end mark; lives as long as the answer.
///
/// # Safety
/// As the module says; `length` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_answer_code(answer: *const PerpetuaAnswer, length: *mut usize) -> *const c_char {
    // SAFETY: passed on from the caller.
    unsafe { lend(answer, length, |answer| &answer.code) }
}

/// What an answer says to people, without an end mark; lives as long as the answer.
///
/// # Safety
/// As the module says; `length` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_answer_sentence(answer: *const PerpetuaAnswer, length: *mut usize) -> *const c_char {
    // SAFETY: passed on from the caller.
    unsafe { lend(answer, length, |answer| &answer.sentence) }
}

/// The text of an answer, without an end mark; lives as long as the answer.
///
/// # Safety
/// As the module says; `length` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_answer_text(answer: *const PerpetuaAnswer, length: *mut usize) -> *const c_char {
    // SAFETY: passed on from the caller.
    unsafe { lend(answer, length, |answer| &answer.text) }
}

/// Frees an answer; null is passed over.
///
/// # Safety
/// As the module says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn perpetua_answer_free(answer: *mut PerpetuaAnswer) {
    if !answer.is_null() {
        // SAFETY: by the rule of the module it came from this library and is freed once.
        drop(unsafe { Box::from_raw(answer) });
    }
}
