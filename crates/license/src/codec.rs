//! Reading and writing of the binary documents: a kind of three letters, a version byte, fields in fixed order,
//! numbers with the most significant byte first, texts with a length byte. No field is optional and none can be
//! written in two ways, so that one meaning has exactly one sequence of bytes and a decoder refuses all others.

/// Why bytes are not a document that this version understands. Carries nothing of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Longer than such a document may be.
    #[error("longer than {limit} bytes")]
    TooLarge {
        /// The most bytes that are accepted.
        limit: usize,
    },
    /// It ends before its last field.
    #[error("the document is cut off")]
    Truncated,
    /// Not the expected kind of document.
    #[error("not a {expected} document")]
    OtherKind {
        /// The three letters that were expected.
        expected: &'static str,
    },
    /// A version that this program does not know.
    #[error("version {found} is not known here, only {supported}")]
    UnknownVersion {
        /// The version that the document claims.
        found: u8,
        /// The version that is understood.
        supported: u8,
    },
    /// Bytes follow after the last field.
    #[error("the document has trailing bytes")]
    Trailing,
    /// A field has a value that it must not have, or is not written in the one allowed way.
    #[error("the field {field} is not valid")]
    Field {
        /// The name of the field as in the documentation.
        field: &'static str,
    },
}

/// The only version of every document so far.
pub const DOCUMENT_VERSION: u8 = 1;

/// Appends fields in canonical form.
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// Begins a document of this kind.
    pub(crate) fn new(kind: &'static str) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(kind.as_bytes());
        bytes.push(DOCUMENT_VERSION);
        Self(bytes)
    }

    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    pub(crate) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.0.extend_from_slice(value);
        self
    }

    /// A length byte, then the text. The types that hold texts limit them to 255 bytes.
    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        let length = u8::try_from(value.len()).expect("texts of documents are limited when they are made");
        self.u8(length).bytes(value.as_bytes())
    }

    pub(crate) fn so_far(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

/// Takes fields off the front; every shortage is an error, never a panic.
pub(crate) struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Opens a document, after checking its size, kind and version.
    pub(crate) fn open(all: &'a [u8], kind: &'static str, limit: usize) -> Result<Self, FormatError> {
        if all.len() > limit {
            return Err(FormatError::TooLarge { limit });
        }
        let mut reader = Self { all, at: 0 };
        let found = reader.bytes(kind.len()).map_err(|_| FormatError::OtherKind { expected: kind })?;
        if found != kind.as_bytes() {
            return Err(FormatError::OtherKind { expected: kind });
        }
        match reader.u8()? {
            DOCUMENT_VERSION => Ok(reader),
            found => Err(FormatError::UnknownVersion { found, supported: DOCUMENT_VERSION }),
        }
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        let end = self.at.checked_add(count).ok_or(FormatError::Truncated)?;
        let taken = self.all.get(self.at..end).ok_or(FormatError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        self.bytes(N)?.try_into().map_err(|_| FormatError::Truncated)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, FormatError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, FormatError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, FormatError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, FormatError> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Result<&'a str, FormatError> {
        let length = self.u8()?;
        str::from_utf8(self.bytes(length.into())?).map_err(|_| FormatError::Field { field })
    }

    /// Everything that was read so far, which is what a signature that follows covers.
    pub(crate) fn so_far(&self) -> &'a [u8] {
        &self.all[..self.at]
    }

    /// Succeeds only at the very end.
    pub(crate) fn end(self) -> Result<(), FormatError> {
        if self.at == self.all.len() { Ok(()) } else { Err(FormatError::Trailing) }
    }
}

/// A text that can be a name in a document: printable characters without leading or trailing blanks.
pub(crate) fn is_plain(text: &str, limit: usize) -> bool {
    text.len() <= limit && text.trim() == text && !text.chars().any(char::is_control)
}
