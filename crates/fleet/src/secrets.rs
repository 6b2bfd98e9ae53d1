//! Full product keys are masked before anything else looks at a text, so that no record can hold one.

use std::ops::Range;

/// Letters and digits of one group, and the number of groups: keys of the platform maker, and ours.
const SHAPES: &[(usize, usize)] = &[(5, 5), (4, 8)];

/// A full key in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands.
    pub range: Range<usize>,
    /// Letters and digits of one group: 5 for keys of the platform maker, 4 for ours.
    pub width: usize,
    groups: usize,
}

/// The full keys in `text`, in their order; none overlaps another. What was masked before is none.
pub fn find_keys(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.bytes().any(|byte| byte == b'-' || byte >= 0x80) {
        return found;
    }
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if may_begin(rest.as_bytes())
            && let Some((length, width, groups)) = key_at(rest)
        {
            found.push(Found { range: at..at + length, width, groups });
            at += length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Replaces every full key in `text`, keeping the last group, and says how many there were.
///
/// ```
/// use perpetua_fleet::secrets::mask_keys;
/// let (text, count) = mask_keys("Installed product key AAAAA-BBBBB-CCCCC-DDDDD-EEEEE successfully.".into());
/// assert_eq!(text, "Installed product key XXXXX-XXXXX-XXXXX-XXXXX-EEEEE successfully.");
/// assert_eq!(count, 1);
/// ```
pub fn mask_keys(text: String) -> (String, usize) {
    let found = find_keys(&text);
    if found.is_empty() {
        return (text, 0);
    }
    let mut masked = String::with_capacity(text.len());
    let mut copied = 0;
    for Found { range, width, groups } in &found {
        masked.push_str(&text[copied..range.start]);
        masked.push_str(&hidden(*width, *groups));
        // Groups are of one byte per letter.
        masked.push_str(&text[range.end - width..range.end]);
        copied = range.end;
    }
    masked.push_str(&text[copied..]);
    (masked, found.len())
}

/// Whether the text holds a full key.
pub fn has_key(text: &str) -> bool {
    !find_keys(text).is_empty()
}

/// Whether a dash may follow the first group; what is cheap to rule out is ruled out first.
fn may_begin(rest: &[u8]) -> bool {
    SHAPES.iter().any(|(width, _)| rest.get(*width).is_some_and(|byte| *byte == b'-' || *byte >= 0x80))
}

/// Length and shape of a key at the very start of `rest`.
fn key_at(rest: &str) -> Option<(usize, usize, usize)> {
    SHAPES.iter().find_map(|&(width, groups)| {
        let mut length = 0;
        for group in 0..groups {
            if group > 0 {
                length += rest[length..].chars().next().filter(|next| is_dash(*next))?.len_utf8();
            }
            let letters = rest.get(length..length + width)?;
            if !letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            length += width;
        }
        let is_words = rest[..length].bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_masked = rest.starts_with(&hidden(width, groups));
        (is_words && !is_masked).then_some((length, width, groups))
    })
}

/// What stands in place of all groups but the last.
fn hidden(width: usize, groups: usize) -> String {
    format!("{}-", "X".repeat(width)).repeat(groups - 1)
}

/// Hyphens, and what office programs make of them.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_key_is_masked_wherever_it_stands() {
        let check = |text: &str, masked: &str| assert_eq!(mask_keys(text.to_owned()).0, masked, "{text}");
        check("aaaaa-bbbbb-ccccc-ddddd-eeeee", "XXXXX-XXXXX-XXXXX-XXXXX-eeeee");
        check("glued1AAAAA-BBBBB-CCCCC-DDDDD-EEEEEmore", "glued1XXXXX-XXXXX-XXXXX-XXXXX-EEEEEmore");
        check("(AAAAA–BBBBB–CCCCC–DDDDD–EEEEE)", "(XXXXX-XXXXX-XXXXX-XXXXX-EEEEE)");
        check("k=AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH;", "k=XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-HHHH;");
        check(
            "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE AAAAA-BBBBB-CCCCC-DDDDD-FFFFF",
            "XXXXX-XXXXX-XXXXX-XXXXX-EEEEE XXXXX-XXXXX-XXXXX-XXXXX-FFFFF",
        );
    }

    #[test]
    fn ids_that_only_resemble_keys_stay() {
        for text in [
            "11111111-2222-4333-8444-555555555501",
            "03612-00000-000-000000-03-1033-19045.0000-1502024",
            "00000-00000-00000-AA001",
            "5260184-1590836-0166136-1860916-3909964-0308244-6281942-8219934-5181905",
            "AAAAA-BBBBB-CCCCC-DDDDD",
            "XXXXX-XXXXX-XXXXX-XXXXX-EEEEE",
            "ěščř-žýáí",
            "",
        ] {
            assert_eq!(mask_keys(text.to_owned()), (text.to_owned(), 0));
        }
    }
}
