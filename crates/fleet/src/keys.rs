//! The keys that a fleet can move to: what they are for and how often each may still be used.
//!
//! A list names keys by a label and by their last five characters. A full key has no place in it; one that
//! stands there all the same is masked before anything else, told, and not kept.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use crate::decode::decode;
use crate::product::Kind;
use crate::secrets::mask_keys;
use crate::verdict::Failure;

/// Keys of one list.
const KEYS_MAX: usize = 10_000;
/// Bytes of one list.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// A key that machines can move to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Key {
    /// What people call it; unique in the list.
    pub label: String,
    /// The product as the list names it.
    pub product: String,
    /// What that is.
    pub kind: Kind,
    /// Further versions that the key activates, for example older ones by downgrade rights.
    pub also_versions: Vec<u16>,
    /// Last five characters.
    pub partial_key: Option<String>,
    /// Activations left, as entered.
    pub remaining: u32,
    /// Activations that are kept for reinstallations.
    pub reserve: u32,
}

impl Key {
    /// Activations that a plan may use.
    pub fn usable(&self) -> u32 {
        self.remaining.saturating_sub(self.reserve)
    }
}

/// A list that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct KeyList {
    /// The keys, in the order of the list.
    pub keys: Vec<Key>,
    /// Lines, or places in the array, from 1, that are no key: product or number of activations is missing.
    pub bad_lines: Vec<u32>,
    /// Full keys that were masked.
    pub masked_keys: usize,
}

/// Reads a list of keys: JSON (an array of objects) or separated values under a header.
///
/// Known columns, in any order: label, product, versions, last five, remaining, reserve.
///
/// ```
/// use perpetua_fleet::keys::read_keys;
/// let list = read_keys(b"label,product,remaining\nA,Windows 11 Enterprise,50\n").unwrap();
/// assert_eq!((list.keys[0].label.as_str(), list.keys[0].usable()), ("A", 50));
/// ```
///
/// # Errors
///
/// Those of [`decode`], [`Failure::TooLarge`], [`Failure::JsonBroken`], [`Failure::TableBroken`] and
/// [`Failure::ColumnsUnknown`].
pub fn read_keys(bytes: &[u8]) -> Result<KeyList, Failure> {
    if bytes.len() > BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    let decoded = decode(bytes, None)?;
    let (text, masked_keys) = mask_keys(decoded.text);
    let rows = if text.trim_start().starts_with(['[', '{']) { json_rows(&text)? } else { table_rows(&text)? };
    let mut list = KeyList { masked_keys, ..KeyList::default() };
    for (line, row) in rows.into_iter().take(KEYS_MAX) {
        match key(&row, list.keys.len()) {
            Some(key) => list.keys.push(key),
            None => list.bad_lines.push(line),
        }
    }
    make_labels_unique(&mut list.keys);
    Ok(list)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Label,
    Product,
    Edition,
    Versions,
    LastFive,
    Remaining,
    Reserve,
}

type Row = HashMap<Column, String>;

fn column(name: &str) -> Option<Column> {
    let folded: String =
        name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(match folded.as_str() {
        "label" | "id" | "name" | "keyname" | "označení" | "název" | "keyid" => Column::Label,
        "product" | "productname" | "title" | "produkt" => Column::Product,
        "edition" | "edice" => Column::Edition,
        "versions" | "version" | "alsoversions" | "verze" => Column::Versions,
        "lastfive" | "last5" | "partialkey" | "partialproductkey" | "key" | "productkey" | "klíč" | "posledníchpět" => {
            Column::LastFive
        }
        "remaining"
        | "activations"
        | "remainingactivations"
        | "activationsleft"
        | "count"
        | "limit"
        | "zbývá"
        | "aktivace"
        | "zbývajícíaktivace" => Column::Remaining,
        "reserve" | "rezerva" => Column::Reserve,
        _ => return None,
    })
}

fn json_rows(text: &str) -> Result<Vec<(u32, Row)>, Failure> {
    let value: Value = serde_json::from_str(text).map_err(|_| Failure::JsonBroken)?;
    let values = match value {
        Value::Array(values) => values,
        Value::Object(mut object) => match object.remove("keys") {
            Some(Value::Array(values)) => values,
            _ => vec![Value::Object(object)],
        },
        _ => return Err(Failure::JsonBroken),
    };
    let text_of = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            Some(values.iter().map(|value| value.to_string().replace('"', "")).collect::<Vec<_>>().join(" "))
        }
        _ => None,
    };
    let row = |value: &Value| -> Row {
        let object = value.as_object().into_iter().flatten();
        object.filter_map(|(name, value)| Some((column(name)?, text_of(value)?))).collect()
    };
    Ok((1..).zip(values.iter().map(row)).collect())
}

fn table_rows(text: &str) -> Result<Vec<(u32, Row)>, Failure> {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let delimiter =
        [b'\t', b';', b','].into_iter().find(|delimiter| header.as_bytes().contains(delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start().as_bytes());
    let columns: Vec<Option<Column>> = reader.headers().map_err(|_| Failure::TableBroken)?.iter().map(column).collect();
    if !columns.contains(&Some(Column::Product)) || !columns.contains(&Some(Column::Remaining)) {
        return Err(Failure::ColumnsUnknown);
    }
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|_| Failure::TableBroken)?;
        let row =
            columns.iter().zip(&record).filter_map(|(column, cell)| Some(((*column)?, cell.to_owned()))).collect();
        rows.push((line, row));
    }
    Ok(rows)
}

fn key(row: &Row, at: usize) -> Option<Key> {
    let text = |column| row.get(&column).map(|text: &String| text.trim()).filter(|text| !text.is_empty());
    let product = [text(Column::Product), text(Column::Edition)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let kind = Kind::recognise(&product, "", None);
    let remaining = text(Column::Remaining)?.parse().ok()?;
    if product.is_empty() || !kind.is_known() {
        return None;
    }
    let versions = text(Column::Versions).unwrap_or_default();
    let last = text(Column::LastFive).and_then(|text| text.rsplit('-').next()).map(str::to_uppercase);
    let is_tail = |last: &String| last.len() == 5 && last.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let partial_key = last.filter(is_tail);
    let label = text(Column::Label)
        .map(str::to_owned)
        .or_else(|| partial_key.clone())
        .unwrap_or_else(|| format!("key-{}", at + 1));
    Some(Key {
        label: label.chars().take(100).collect(),
        kind,
        also_versions: versions_of(versions),
        partial_key,
        remaining,
        reserve: text(Column::Reserve).and_then(|text| text.parse().ok()).unwrap_or(0),
        product,
    })
}

/// `2019 2022`, `10;11` or `2012 R2` as version numbers.
fn versions_of(text: &str) -> Vec<u16> {
    let folded = text.to_lowercase().replace(" r2", "r2");
    let version = |word: &str| {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        match word.strip_suffix("r2") {
            Some(year) => year.parse::<u16>().ok()?.checked_mul(10)?.checked_add(2),
            None => digits.parse().ok(),
        }
    };
    folded.split([' ', ',', ';', '+', '/']).filter(|word| !word.is_empty()).filter_map(version).collect()
}

fn make_labels_unique(keys: &mut [Key]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for key in keys {
        let count = seen.entry(key.label.clone()).or_default();
        *count += 1;
        if *count > 1 {
            key.label = format!("{} ({count})", key.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_from_a_table_and_from_json() {
        let table = read_keys(
            "Označení;Produkt;Verze;Zbývá;Rezerva\nA;Windows Server 2022 Standard;2019 2016 2012 R2;10;2\n".as_bytes(),
        )
        .unwrap();
        let json = read_keys(br#"[{"label":"A","product":"Windows Server 2022 Standard","versions":["2019",2016,"2012 R2"],"remaining":10,"reserve":2}]"#).unwrap();
        assert_eq!(table.keys[0].also_versions, [2019, 2016, 20122]);
        assert_eq!(table.keys[0].usable(), 8);
        assert_eq!(json.keys[0].also_versions, [2019, 2016, 20122]);
        assert_eq!(json.keys[0].kind, table.keys[0].kind);
    }

    #[test]
    fn a_full_key_is_masked_and_only_its_tail_is_kept() {
        let list =
            read_keys(b"product,key,remaining\nWindows 11 Enterprise,AAAAA-BBBBB-CCCCC-DDDDD-EEEEE,5\n").unwrap();
        assert_eq!(list.masked_keys, 1);
        assert_eq!(list.keys[0].partial_key.as_deref(), Some("EEEEE"));
        assert!(!format!("{list:?}").contains("CCCCC"));
    }

    #[test]
    fn rows_without_product_or_count_are_told() {
        let list = read_keys(b"label,product,remaining\nA,Windows 11 Enterprise,many\nB,,5\nC,tape drive,5\nD,Office LTSC Standard 2021,5\nD,Office LTSC Standard 2024,5\n").unwrap();
        assert_eq!(list.bad_lines, [2, 3, 4]);
        assert_eq!(list.keys.iter().map(|key| key.label.as_str()).collect::<Vec<_>>(), ["D", "D (2)"]);
        assert_eq!(read_keys(b"a,b\n1,2\n"), Err(Failure::ColumnsUnknown));
        assert_eq!(read_keys(b"[{"), Err(Failure::JsonBroken));
        assert_eq!(read_keys(b""), Err(Failure::Empty));
    }
}
