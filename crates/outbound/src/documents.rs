//! Documents as PDF: credit notes and invoices on pages of A4 (issue of the support desk, I8).
//!
//! `layout` decides what stands where and is pure; `pdf` writes it down, with text that can be selected and
//! searched, title and language, and a structure that screen readers follow. The font is Noto Sans, cut to Latin,
//! Greek and Cyrillic letters (see `documents/fonts/README.md`); a letter beyond these is shown as a question mark.

mod fonts;
mod layout;
mod pdf;

use perpetua_app::documents::{Document, Typeset};

use fonts::Fonts;

pub use fonts::FontError;

/// Sets documents as PDF.
pub struct PdfTypesetter {
    fonts: Fonts,
}

impl PdfTypesetter {
    /// With the fonts that come along.
    ///
    /// # Errors
    ///
    /// [`FontError`] when they cannot be read, which a test excludes.
    pub fn new() -> Result<Self, FontError> {
        Ok(Self { fonts: Fonts::load()? })
    }
}

impl Typeset for PdfTypesetter {
    fn file(&self, document: &Document) -> Vec<u8> {
        pdf::write(document, &layout::layout(document, &self.fonts), &self.fonts)
    }
}

#[cfg(test)]
#[path = "documents/tests.rs"]
mod tests;
