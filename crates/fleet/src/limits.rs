//! How much of an upload is read before the rest is refused. Every loop over input ends at one of these.

/// Bounds of one reading. Sizes are bytes after inflation unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest single file.
    pub file_bytes_max: usize,
    /// Most files, those inside of archives included.
    pub files_max: usize,
    /// Most inflated bytes of all archives together.
    pub inflated_bytes_max: u64,
    /// Most inflated bytes per compressed byte, looked at beyond [`Limits::ratio_free_bytes`].
    pub inflate_ratio_max: u64,
    /// Inflated bytes of one entry up to which the ratio does not matter.
    pub ratio_free_bytes: u64,
    /// Archives inside of archives.
    pub archive_depth_max: u32,
    /// Most machines of one reading.
    pub records_max: usize,
    /// Most products of one machine; `/dlv all` lists some hundred.
    pub products_max: usize,
    /// Longest line of text; longer ones are passed over.
    pub line_bytes_max: usize,
    /// Longest value that is kept, in characters; a longer one is cut.
    pub value_chars_max: usize,
    /// Nesting of XML elements.
    pub xml_depth_max: usize,
    /// XML elements of one file.
    pub xml_elements_max: usize,
}

impl Default for Limits {
    /// Generous for fleets of 50,000 machines.
    fn default() -> Self {
        Self {
            file_bytes_max: 160 * 1024 * 1024,
            files_max: 100_000,
            inflated_bytes_max: 384 * 1024 * 1024,
            inflate_ratio_max: 200,
            ratio_free_bytes: 1024 * 1024,
            archive_depth_max: 2,
            records_max: 250_000,
            products_max: 2_000,
            line_bytes_max: 64 * 1024,
            value_chars_max: 1_024,
            xml_depth_max: 64,
            xml_elements_max: 4_000_000,
        }
    }
}
