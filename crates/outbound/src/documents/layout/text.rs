//! Breaking text into lines.

use crate::documents::fonts::{Fonts, Weight};

/// The lines of a text that is no wider than `width`. A word that is too wide is broken; a text without words
/// makes no line. No-break spaces hold, as amounts have them.
pub(super) fn wrap(fonts: &Fonts, weight: Weight, size: f32, text: &str, width: f32) -> Vec<String> {
    let fits = |line: &str| fonts.width(weight, size, line) <= width;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if line.chars().count() > 1 && !fits(&line) {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text, or as much of its beginning as fits, with an ellipsis.
pub(super) fn fitting(fonts: &Fonts, size: f32, text: &str, width: f32) -> String {
    let fits = |line: &str| fonts.width(Weight::Regular, size, line) <= width;
    if fits(text) {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shown = format!("{}…", kept.trim_end());
        if fits(&shown) {
            return shown;
        }
    }
    String::new()
}
