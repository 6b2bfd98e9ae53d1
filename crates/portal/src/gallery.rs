//! Every page of the portal with invented data, for looking at them and for checks of the markup.

use perpetua_i18n::Lang;

/// One rendered page.
#[derive(Clone)]
pub struct Sample {
    /// The page's file name without ending.
    pub name: &'static str,
    /// The whole document.
    pub html: String,
}

/// Every page in this language.
pub fn pages(lang: Lang) -> Vec<Sample> {
    crate::views::samples::all(lang)
}
