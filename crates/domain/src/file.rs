//! Files that people add to requests: how many and how large, and what a file is by its content.
//!
//! A program is refused whatever it is called, and so is a file whose content is not what the end of its name
//! promises. The table of signatures is short on purpose: it has to know programs and what people attach to
//! requests, not every format there is.

crate::text_enum! {
    /// Whether a file may be opened.
    pub enum FileState {
        /// It waits to be scanned.
        Waiting = "waiting",
        /// A scan found nothing.
        Clean = "clean",
        /// A scan found something: nobody opens it.
        Infected = "infected",
        /// No scan is set up.
        Unscanned = "unscanned",
    }
}

impl FileState {
    /// Whether people may open it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Clean | Self::Unscanned)
    }
}

/// Files of one form.
pub const FILES_MAX: usize = 10;
/// Files of one request.
pub const OF_REQUEST_MAX: i64 = 100;
/// The largest file: 25 MiB.
pub const SIZE_MAX: u64 = 25 * 1024 * 1024;
/// Bytes from the beginning that tell what a file is.
pub const HEAD_BYTES: usize = 512;
/// Longest name, in characters; a longer one is cut before its ending.
pub const NAME_CHARS_MAX: usize = 120;

/// What a file is by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Something that a machine runs.
    Program,
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// ZIP, and documents of office suites, which are ZIP inside.
    Zip,
    /// GZIP.
    Gzip,
    /// 7-Zip.
    SevenZip,
    /// Compound files: documents of older office suites.
    Compound,
    /// Text in UTF-8.
    Text,
    /// Anything else.
    Other,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRefusal {
    /// It is a program, by content or name.
    Program,
    /// Its content is not what its name promises.
    NotItsName,
}

/// How the content of files begins.
const SIGNATURES: [(&[u8], Content); 19] = [
    (b"\x7fELF", Content::Program),
    (b"\xfe\xed\xfa\xce", Content::Program),
    (b"\xfe\xed\xfa\xcf", Content::Program),
    (b"\xce\xfa\xed\xfe", Content::Program),
    (b"\xcf\xfa\xed\xfe", Content::Program),
    (b"\xca\xfe\xba\xbe", Content::Program),
    (b"#!", Content::Program),
    (b"\0asm", Content::Program),
    (b"dex\n", Content::Program),
    (b"L\0\0\0\x01\x14\x02\0", Content::Program),
    (b"%PDF-", Content::Pdf),
    (b"\x89PNG\r\n\x1a\n", Content::Png),
    (b"\xff\xd8\xff", Content::Jpeg),
    (b"GIF8", Content::Gif),
    (b"PK\x03\x04", Content::Zip),
    (b"PK\x05\x06", Content::Zip),
    (b"\x1f\x8b", Content::Gzip),
    (b"7z\xbc\xaf\x27\x1c", Content::SevenZip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content::Compound),
];

/// Ends of names under which a machine runs whatever is inside.
const PROGRAM_ENDS: [&str; 18] = [
    "apk", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "ps1", "scr", "sh",
    "vbs", "wsf",
];

/// Ends of names that promise a content.
const PROMISES: [(&str, Content); 16] = [
    ("pdf", Content::Pdf),
    ("png", Content::Png),
    ("jpg", Content::Jpeg),
    ("jpeg", Content::Jpeg),
    ("gif", Content::Gif),
    ("zip", Content::Zip),
    ("docx", Content::Zip),
    ("xlsx", Content::Zip),
    ("pptx", Content::Zip),
    ("odt", Content::Zip),
    ("ods", Content::Zip),
    ("gz", Content::Gzip),
    ("7z", Content::SevenZip),
    ("doc", Content::Compound),
    ("xls", Content::Compound),
    ("msg", Content::Compound),
];

impl Content {
    /// What begins with these bytes; up to [`HEAD_BYTES`] of them are looked at.
    pub fn of(head: &[u8]) -> Self {
        let head = &head[..head.len().min(HEAD_BYTES)];
        if let Some((_, content)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
            return *content;
        }
        // Every program for DOS and Windows has zeros in its head, and no text has one.
        let has_zero = head.contains(&0);
        if head.starts_with(b"MZ") && has_zero {
            return Self::Program;
        }
        // The cut may go through a character of up to four bytes.
        let is_text =
            !has_zero && std::str::from_utf8(head).map_or_else(|e| e.valid_up_to() + 4 > head.len(), |_| true);
        if is_text { Self::Text } else { Self::Other }
    }

    /// The type by which it is shown; it is served as plain bytes all the same.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Zip => "application/zip",
            Self::Gzip => "application/gzip",
            Self::SevenZip => "application/x-7z-compressed",
            Self::Compound => "application/x-ole-storage",
            Self::Text => "text/plain",
            Self::Program | Self::Other => "application/octet-stream",
        }
    }
}

/// Whether a file of this name and content is taken.
///
/// # Errors
///
/// [`FileRefusal`].
pub fn accept(name: &str, content: Content) -> Result<(), FileRefusal> {
    let end = name.rsplit_once('.').map_or_else(String::new, |(_, end)| end.trim().to_ascii_lowercase());
    if content == Content::Program || PROGRAM_ENDS.contains(&end.as_str()) {
        return Err(FileRefusal::Program);
    }
    match PROMISES.iter().find(|(promise, _)| *promise == end) {
        Some((_, promised)) if *promised != content => Err(FileRefusal::NotItsName),
        _ => Ok(()),
    }
}

/// The name of a file as it is kept: without folders and without signs that a system or a reader takes otherwise.
pub fn clean_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| {
        // Directions of writing turn `fdp.exe` into something that reads as a document.
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns || matches!(c, ':' | '"' | '*' | '?' | '<' | '>' | '|') { '_' } else { c }
    };
    let name: String = last.trim().trim_matches('.').chars().map(plain).collect();
    if name.is_empty() {
        return "file".to_owned();
    }
    if name.chars().count() <= NAME_CHARS_MAX {
        return name;
    }
    let (stem, end) = name.rsplit_once('.').filter(|(_, end)| end.len() <= 10).unwrap_or((&name, ""));
    let kept: String = stem.chars().take(NAME_CHARS_MAX - end.len() - 1).collect();
    if end.is_empty() { kept } else { format!("{kept}.{end}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        let exe = b"MZ\x90\0\x03\0\0\0";
        for (head, content) in [
            (exe.as_slice(), Content::Program),
            (b"#!/bin/sh\n", Content::Program),
            (b"MZ is how this sentence begins", Content::Text),
            (b"%PDF-1.7 \xff\xfe", Content::Pdf),
            (b"PK\x03\x04\x14\0", Content::Zip),
            ("Příliš žluťoučký".as_bytes(), Content::Text),
            (b"\xff\xfe\x41\0", Content::Other),
            (b"", Content::Text),
        ] {
            assert_eq!(Content::of(head), content, "{head:?}");
        }
        let mut cut = vec![b'a'; HEAD_BYTES - 1];
        cut.extend("ž and more".bytes());
        assert_eq!(Content::of(&cut), Content::Text, "the head ends within a letter");
    }

    #[test]
    fn a_program_is_refused_whatever_it_is_called_and_a_name_keeps_its_promise() {
        assert_eq!(accept("invoice.pdf", Content::of(b"MZ\x90\0\x03")), Err(FileRefusal::Program));
        assert_eq!(accept("Install.EXE ", Content::Text), Err(FileRefusal::Program));
        assert_eq!(accept("invoice.pdf", Content::Text), Err(FileRefusal::NotItsName));
        assert_eq!(accept("photo.jpg", Content::Png), Err(FileRefusal::NotItsName));
        for (name, content) in [
            ("invoice.PDF", Content::Pdf),
            ("report.docx", Content::Zip),
            ("log", Content::Other),
            ("a.log", Content::Text),
        ] {
            assert_eq!(accept(name, content), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_name_loses_its_folders_and_what_misleads() {
        assert_eq!(clean_name("C:\\Users\\Jana\\účet.pdf"), "účet.pdf");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("invoice\u{202e}fdp.exe\n\"x\""), "invoice_fdp.exe__x_");
        assert_eq!(clean_name(" .. "), "file");
        let long = clean_name(&format!("{}.pdf", "ž".repeat(300)));
        assert_eq!(long.chars().count(), NAME_CHARS_MAX);
        assert!(long.ends_with("ž.pdf"));
    }
}
