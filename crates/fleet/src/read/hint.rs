//! What a file's name and first bytes hint at.

use crate::record::Record;
use crate::verdict::{Doubt, add_doubt};

/// Words in file names that are no machine.
const NO_MACHINE: &[&str] = &[
    "slmgr",
    "dlv",
    "dli",
    "xpr",
    "ospp",
    "dstatus",
    "dstatusall",
    "license",
    "licenses",
    "licence",
    "licensing",
    "activation",
    "inventory",
    "fleet",
    "export",
    "output",
    "out",
    "result",
    "results",
    "paste",
    "stdin",
    "list",
    "machines",
    "computers",
    "all",
    "cim",
    "wmi",
    "products",
    "product",
    "vamt",
    "office",
    "windows",
    "status",
    "inventar",
    "inventura",
    "inventář",
    "export1",
    "data",
    "test",
    "sample",
    "mixed",
    "log",
    "report",
    "txt",
    "csv",
    "json",
    "xml",
    "kms",
    "mak",
    "client",
    "host",
    "server",
    "utf8",
    "utf16",
    "cp852",
    "old",
    "new",
    "tmp",
    "file",
    "readme",
];

/// Spreadsheets before the zipped ones are compound files.
pub fn is_old_spreadsheet(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
}

/// Whether the extension promises something else than what was found.
pub fn extension_lies(name: &str, is_text: bool) -> bool {
    let extension = extension(name);
    match extension.as_str() {
        "xlsx" | "xls" | "xlsb" | "ods" | "zip" => is_text,
        "txt" | "csv" | "json" | "xml" | "cil" | "cilx" | "log" | "ini" => !is_text,
        _ => false,
    }
}

/// Names the only machine of a file after the file, when nothing inside names it.
pub fn name_by_file(records: &mut [Record]) {
    let [record] = records else { return };
    let host = &mut record.host;
    if host.name.is_some() || host.fqdn.is_some() || host.pseudonym.is_some() {
        return;
    }
    if let Some(name) = machine_of(&record.place.file) {
        host.name = Some(name);
        record.doubts.retain(|doubt| *doubt != Doubt::HostUnknown);
        add_doubt(&mut record.doubts, Doubt::HostFromFileName);
    }
}

fn extension(name: &str) -> String {
    let file = name.rsplit(['/', '\\', '!']).next().unwrap_or_default();
    file.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

/// The machine that a file name such as `dlv_WS-0417.txt` carries: the only word that means nothing else.
fn machine_of(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\', '!']).next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut words = stem.split(['_', ' ', '(', ')', '+', ',']).filter(|word| {
        let parts = || word.split(['-', '.']);
        let is_word = |part: &str| {
            NO_MACHINE.contains(&part.to_lowercase().as_str()) || part.bytes().all(|byte| byte.is_ascii_digit())
        };
        !word.is_empty() && !parts().all(is_word)
    });
    let (only, None) = (words.next()?, words.next()) else { return None };
    let fits = only.len() <= 63
        && only.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '.'))
        && only.chars().any(|character| character.is_ascii_digit() || character == '-');
    fits.then(|| only.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_names_a_machine_only_when_one_word_of_it_can() {
        let check = |file: &str, machine: Option<&str>| assert_eq!(machine_of(file).as_deref(), machine, "{file}");
        check("WS-0417.txt", Some("WS-0417"));
        check("upload.zip!site/dlv_WS-0417.txt", Some("WS-0417"));
        check("srv01.corp.example.txt", Some("srv01.corp.example"));
        check("inventory.txt", None);
        check("export-2026-03-14.csv", None);
        check("kms_client_win11.txt", Some("win11"));
        check("two-words and-more.txt", None);
        check("", None);
    }

    #[test]
    fn an_extension_lies_when_text_and_bytes_are_swapped() {
        assert!(extension_lies("a.xlsx", true));
        assert!(extension_lies("a.txt", false));
        assert!(!extension_lies("a.csv", true));
        assert!(!extension_lies("a.unknown", false));
    }
}
