//! The fonts of documents: which glyph a letter has, and how wide a text is.

use std::collections::BTreeMap;

use ttf_parser::Face;

static REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");

/// A font that comes along cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the font {name} cannot be read: {source}")]
pub struct FontError {
    name: &'static str,
    source: ttf_parser::FaceParsingError,
}

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font and what is asked of it.
pub(super) struct Font {
    /// Its PostScript name.
    pub name: &'static str,
    /// The file, as it is embedded.
    pub file: &'static [u8],
    /// Everything else asks the font itself.
    pub face: Face<'static>,
    /// Shown for letters that the font lacks.
    substitute: u16,
}

/// Both weights.
pub(super) struct Fonts {
    regular: Font,
    bold: Font,
}

impl Fonts {
    pub(super) fn load() -> Result<Self, FontError> {
        Ok(Self { regular: Font::load("NotoSans-Regular", REGULAR)?, bold: Font::load("NotoSans-Bold", BOLD)? })
    }

    pub(super) const fn of(&self, weight: Weight) -> &Font {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The width of a text in points.
    pub(super) fn width(&self, weight: Weight, size: f32, text: &str) -> f32 {
        let font = self.of(weight);
        text.chars().map(|letter| font.advance(font.glyph(letter))).sum::<f32>() * size / 1000.0
    }
}

impl Font {
    fn load(name: &'static str, file: &'static [u8]) -> Result<Self, FontError> {
        let face = Face::parse(file, 0).map_err(|source| FontError { name, source })?;
        let substitute = face.glyph_index('?').map_or(0, |glyph| glyph.0);
        Ok(Self { name, file, face, substitute })
    }

    /// The glyph of a letter; that of `?` for one that the font lacks.
    pub(super) fn glyph(&self, letter: char) -> u16 {
        self.face.glyph_index(letter).map_or(self.substitute, |glyph| glyph.0)
    }

    /// The width of a glyph in thousandths of the size.
    pub(super) fn advance(&self, glyph: u16) -> f32 {
        self.scaled(i32::from(self.face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)))
    }

    /// A measure of the font in thousandths of the size.
    #[expect(clippy::cast_precision_loss, reason = "measures of a font are far below 2^23")]
    pub(super) fn scaled(&self, units: i32) -> f32 {
        units as f32 * 1000.0 / f32::from(self.face.units_per_em())
    }

    /// Which letter each glyph of these letters stands for.
    pub(super) fn letters(&self, letters: impl Iterator<Item = char>) -> BTreeMap<u16, char> {
        let mut known = BTreeMap::new();
        for letter in letters {
            let glyph = self.glyph(letter);
            let meant = if glyph == self.substitute { '?' } else { letter };
            known.entry(glyph).or_insert(meant);
        }
        known
    }
}
