//! How much of a file is read before it is refused. Every loop over input ends at one of these.

/// Bounds of one reading. Sizes are bytes after inflation unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest record, quotes and line breaks included.
    pub record_bytes_max: usize,
    /// Most rows below the header.
    pub rows_max: u64,
    /// Largest sheet.
    pub sheet_bytes_max: u64,
    /// Largest archive, in compressed bytes.
    pub archive_bytes_max: u64,
    /// Most inflated bytes per compressed byte, looked at beyond [`Limits::ratio_free_bytes`].
    pub inflate_ratio_max: u64,
    /// Inflated bytes up to which the ratio does not matter.
    pub ratio_free_bytes: u64,
}

impl Default for Limits {
    /// Generous for real price lists, which hold up to some 200,000 rows.
    fn default() -> Self {
        Self {
            record_bytes_max: 64 * 1024,
            rows_max: 1_000_000,
            sheet_bytes_max: 512 * 1024 * 1024,
            archive_bytes_max: 128 * 1024 * 1024,
            inflate_ratio_max: 200,
            ratio_free_bytes: 1024 * 1024,
        }
    }
}
