//! Parsers never panic and never keep a full key, whatever bytes they get.

use std::io::{Cursor, Write as _};

use crate::{read_file, received_at};
use perpetua_fleet::limits::Limits;
use perpetua_fleet::read::{Input, Options, read};
use proptest::prelude::*;
use proptest::sample::Index;

/// Pieces of real formats, so that random texts get far into the readers.
const PIECES: &[&str] = &[
    "Name: Windows(R), Enterprise edition\n",
    "Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n",
    "Partial Product Key: FKE01\n",
    "License Status: Licensed\n",
    "Volume activation expiration: 201310 minute(s) (140 day(s))\n",
    "Software licensing service version: 10.0.19041.4170\n",
    "---Processing--------------------------\n",
    "---Exiting-----------------------------\n",
    "LICENSE STATUS:  ---LICENSED---\n",
    "<No installed product keys detected>\n",
    "Key Management Service is enabled on this machine\n",
    "=== WS-1 ===\n",
    "PSComputerName,Name,Description,LicenseStatus\n",
    "WS-1,x,\"y\",1\n",
    "Name LicenseStatus PartialProductKey\n",
    "---- ------------- -----------------\n",
    "ěščř 1 FKE01\n",
    "{\"Name\":\"x\",\"LicenseStatus\":1,\"PartialProductKey\":\"FKE01\"",
    "}",
    "[",
    "]\n",
    "<Objs><Obj><Props><S N=\"Name\">x</S>",
    "</Props></Obj></Objs>\n",
    "<Computer Name=\"x\"><Product>",
    "L_MsgLicenseStatusLicensed_1 = \"x\"\n",
    "Windows(R), x edition:\n    Volume activation will expire 1/2/2026\n",
    "    : \n",
    "\n",
    "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    "/Date(99999999999999999)/",
    "TrustedTime: 99999999999999.000000+999\n",
    "\u{0}",
    "\u{feff}",
];

/// A change of bytes: what is done, where, up to where, and with which byte.
type Edit = (u8, Index, Index, u8);

/// Bytes after these changes.
fn altered(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for (what, one, other, byte) in edits {
        if bytes.is_empty() {
            break;
        }
        let (one, other) = (one.index(bytes.len()), other.index(bytes.len()));
        let (from, to) = (one.min(other), one.max(other));
        match what % 6 {
            0 => bytes[from] = *byte,
            1 => bytes.insert(from, *byte),
            2 => bytes.truncate(to),
            3 => drop(bytes.drain(from..to)),
            4 => bytes.swap(from, to),
            _ => {
                let copy = bytes[from..to].to_vec();
                drop(bytes.splice(to..to, copy));
            }
        }
    }
    bytes
}

/// A text in an encoding of Windows, or in an archive.
#[expect(clippy::unwrap_used, reason = "an archive in memory can always be written")]
fn wrapped(text: &str, how: u8) -> Vec<u8> {
    match how % 4 {
        0 => text.as_bytes().to_vec(),
        1 => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        2 => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(0xe1)).collect(),
        _ => {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            archive.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
            archive.finish().unwrap().into_inner()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let reading = read_file("x", &bytes);
        prop_assert!(!reading.files.is_empty());
        prop_assert!(!reading.records.is_empty() || !reading.unread.is_empty() || reading.files[0].is_resource);
    }

    #[test]
    fn any_mix_of_real_pieces_is_read_without_panic_and_keeps_no_key(
        picks in proptest::collection::vec((0..PIECES.len(), any::<bool>()), 0..40),
        cut in 0_usize..2_000,
    ) {
        let mut text = String::new();
        for (pick, is_broken) in picks {
            text += PIECES[pick];
            if is_broken && !PIECES[pick].starts_with("AAAAA") {
                text.pop();
            }
        }
        // A key that is cut in two is none any more, so cuts fall between lines.
        let end = text.match_indices('\n').map(|(at, _)| at).nth(cut).unwrap_or(text.len());
        let reading = read_file("x", &text.as_bytes()[..end]);
        prop_assert!(!serde_json::to_string(&reading).unwrap().contains("BBBBB-CCCCC-DDDDD"));
    }

    #[test]
    fn real_files_that_were_altered_are_read_without_panic(
        picks in proptest::collection::vec(0..PIECES.len(), 1..30),
        how in any::<u8>(),
        edits in proptest::collection::vec(any::<Edit>(), 0..6),
    ) {
        let text: String = picks.into_iter().map(|pick| PIECES[pick]).collect();
        let reading = read_file("x", &altered(wrapped(&text, how), &edits));
        prop_assert!(!reading.files.is_empty());
    }

    #[test]
    fn broken_archives_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for magic in [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"] {
            read_file("x", &[magic, &bytes].concat());
        }
    }
}

#[test]
fn limits_end_every_loop() {
    let limits = Limits { file_bytes_max: 100, records_max: 2, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let run = |bytes: &[u8]| {
        let reading = read(&[Input { name: "x", bytes, received_at: received_at() }], &options);
        (reading.records.len(), reading.unread.iter().map(|unread| unread.failure.as_text()).collect::<Vec<_>>())
    };
    assert_eq!(run(&[b'x'; 101]), (0, vec!["too_large"]));
    assert_eq!(
        run(b"Host,Product,Status\na,Windows 10,1\nb,Windows 10,1\nc,Windows 10,1\n"),
        (2, vec!["too_many_records"])
    );
    let deep = "<Objs>".to_owned() + &"<a>".repeat(200);
    assert_eq!(read_file("x", deep.as_bytes()).unread[0].failure.as_text(), "too_deep");
    let deep = "[".repeat(100_000);
    assert_eq!(read_file("x", deep.as_bytes()).unread[0].failure.as_text(), "json_broken");
    let open = "{\"a\":[\n".repeat(20_000);
    assert!(!read_file("x", open.as_bytes()).unread.is_empty());
}
