//! Where a list by name goes on, as text in an address.

use data_encoding::BASE64URL_NOPAD;
use perpetua_app::NameCursor;

/// The cursor as it stands in a link.
pub fn write(cursor: &NameCursor) -> String {
    format!("{}.{}", BASE64URL_NOPAD.encode(&cursor.0), cursor.1)
}

/// Reads a link's cursor; anything else starts at the beginning.
pub fn read(text: &str) -> Option<NameCursor> {
    let (key, id) = text.split_once('.')?;
    Some((BASE64URL_NOPAD.decode(key.as_bytes()).ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_and_nonsense_starts_anew() {
        let cursor = (vec![1, 2, 255], "01936d5a-2b9c-7cc0-8d3e-5f2a1b4c6d7e".parse().unwrap());
        assert_eq!(read(&write(&cursor)), Some(cursor));
        for text in ["", ".", "x.y", "AQI", "AQI.nobody"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
