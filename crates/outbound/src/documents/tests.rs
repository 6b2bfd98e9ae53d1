//! Documents as files that another library reads back, and what stands where on their pages.

use lopdf::Object;
use perpetua_app::documents::{Column, Lang, Party, Row, Table};

use super::layout::{Kind, layout};
use super::*;

fn row(cells: &[&str], detail: &str) -> Row {
    Row { cells: cells.iter().map(|cell| (*cell).to_owned()).collect(), detail: detail.to_owned() }
}

fn columns(columns: &[(&str, u16, bool)]) -> Vec<Column> {
    let column = |(heading, share, is_number): &(&str, u16, bool)| Column {
        heading: (*heading).to_owned(),
        share: *share,
        is_number: *is_number,
    };
    columns.iter().map(column).collect()
}

fn sample(lang: Lang, rows: usize) -> Document {
    let party = |heading: &str, name: &str| Party {
        heading: heading.to_owned(),
        lines: vec![name.to_owned(), "Příčná 12".to_owned(), "110 00 Praha".to_owned(), "DIČ CZ12345678".to_owned()],
    };
    let line = |at: usize| {
        let cells = ["10. 3. 2026", "Harbor Server, edice s velmi dlouhým jménem, které se na řádek nevejde", "3"];
        let cells = [cells[0], cells[1], cells[2], "1\u{a0}234,50\u{a0}€", "21\u{a0}%", "\u{2212}3\u{a0}703,50\u{a0}€"];
        row(&cells, &format!("Žluťoučký kůň s.r.o., objednávka O-{at:06}"))
    };
    Document {
        lang,
        title: "Faktura G000000117".to_owned(),
        issuer: "Perpetua Software".to_owned(),
        issued_at: "2026-04-01T01:00:00Z".parse().unwrap(),
        facts: vec![
            ("Číslo".to_owned(), "G000000117".to_owned()),
            ("Období".to_owned(), "1. 3. 2026 až 31. 3. 2026".to_owned()),
        ],
        parties: vec![party("Vystavil", "Perpetua Software"), party("Odběratel", "Ďáblice Łódź Ștefan Ωμέγα Жук")],
        lines: Table {
            heading: "Položky".to_owned(),
            columns: columns(&[
                ("Datum", 14, false),
                ("Produkt", 31, false),
                ("Množství", 10, true),
                ("Jednotková cena", 17, true),
                ("Sazba daně", 9, true),
                ("Bez daně", 19, true),
            ]),
            rows: (0..rows).map(line).collect(),
        },
        tax: Table {
            heading: "Daň podle sazeb".to_owned(),
            columns: columns(&[("Sazba daně", 40, true), ("Bez daně", 60, true)]),
            rows: vec![row(&["21\u{a0}%", "3\u{a0}703,50\u{a0}€"], "")],
        },
        totals: vec![
            ("Bez daně".to_owned(), "3\u{a0}703,50\u{a0}€".to_owned()),
            ("Celkem".to_owned(), "4\u{a0}481,24\u{a0}€".to_owned()),
        ],
        remarks: vec!["Přenesení daňové povinnosti: daň odvede odběratel.".to_owned()],
    }
}

/// The file read by another library.
fn read(document: &Document) -> lopdf::Document {
    lopdf::Document::load_mem(&PdfTypesetter::new().unwrap().file(document)).unwrap()
}

/// The text of a page, with one blank between words.
fn words(file: &lopdf::Document, page: u32) -> String {
    file.extract_text(&[page]).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_word_can_be_read_back_with_its_diacritics() {
    let file = read(&sample(Lang::Cs, 2));
    assert_eq!(file.get_pages().len(), 1);
    let words = words(&file, 1);
    for expected in [
        "Faktura G000000117",
        "Příčná 12",
        "Ďáblice Łódź Ștefan Ωμέγα Жук",
        "Žluťoučký kůň s.r.o., objednávka O-000001",
        "\u{2212}3 703,50 €",
        "Daň podle sazeb",
        "4 481,24 €",
        "Přenesení daňové povinnosti: daň odvede odběratel.",
        "Strana 1 z 1",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
}

#[test]
fn a_long_table_repeats_its_head_on_every_page_and_loses_no_row() {
    let file = read(&sample(Lang::En, 90));
    let pages = file.get_pages().len();
    assert!(pages > 3, "{pages}");
    let all: Vec<String> = (1..=u32::try_from(pages).unwrap()).map(|page| words(&file, page)).collect();
    for (at, page) in all.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {pages}", at + 1)), "{page}");
        assert!(!page.contains("objednávka") || page.contains("Množství"), "{page}");
    }
    let joined = all.join(" ");
    for at in 0..90 {
        assert_eq!(joined.matches(&format!("O-{at:06}")).count(), 1);
    }
    assert!(all[pages - 1].contains("Celkem"));
}

#[test]
fn a_file_says_its_title_its_language_and_its_structure() {
    let file = read(&sample(Lang::Cs, 1));
    let catalog = file.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).unwrap(), b"cs");
    assert!(
        catalog.get(b"MarkInfo").and_then(Object::as_dict).unwrap().get(b"Marked").and_then(Object::as_bool).unwrap()
    );
    let information = file.trailer.get(b"Info").and_then(Object::as_reference).unwrap();
    let title = file.get_dictionary(information).unwrap().get(b"Title").unwrap();
    assert_eq!(lopdf::decode_text_string(title).unwrap(), "Faktura G000000117");
    let tree = file.get_dictionary(catalog.get(b"StructTreeRoot").and_then(Object::as_reference).unwrap()).unwrap();
    let top = tree.get(b"K").and_then(Object::as_array).unwrap()[0].as_reference().unwrap();
    assert_eq!(file.get_dictionary(top).unwrap().get(b"S").and_then(Object::as_name).unwrap(), b"Document");
}

#[test]
fn nothing_is_wider_than_the_page_and_no_text_stands_on_another() {
    let mut document = sample(Lang::Cs, 12);
    document.parties[0].lines[0] = "Nejneobhospodařovávatelnějšími".repeat(6);
    document.lines.rows[0].cells[1] = "x".repeat(300);
    document.title = "Faktura ".repeat(20);
    let fonts = Fonts::load().unwrap();
    for page in layout(&document, &fonts).pages {
        for (at, text) in page.texts.iter().enumerate() {
            let right = text.x + fonts.width(text.weight, text.size, &text.words);
            assert!(text.x >= 47.9 && right <= layout::PAGE_WIDTH - 47.9, "{text:?}");
            assert!(text.y > 40.0 && text.y < layout::PAGE_HEIGHT - 40.0, "{text:?}");
            for other in &page.texts[..at] {
                let other_right = other.x + fonts.width(other.weight, other.size, &other.words);
                let apart = right <= other.x + 0.1 || other_right <= text.x + 0.1;
                let beside = (text.y - other.y).abs() >= text.size.min(other.size) * 0.9;
                assert!(apart || beside, "{text:?} on {other:?}");
            }
        }
    }
}

#[test]
fn every_text_that_says_something_belongs_to_a_piece_of_the_document() {
    let fonts = Fonts::load().unwrap();
    let laid = layout(&sample(Lang::En, 40), &fonts);
    let heads = laid.elements.iter().filter(|element| element.kind == Kind::Head).count();
    assert_eq!(heads, 8, "repeated heads are no further heads");
    let rows = laid.elements.iter().filter(|element| element.kind == Kind::Row).count();
    assert_eq!(rows, 40 + 1 + 1 + 1);
    let loose = laid.pages.iter().map(|page| page.texts.iter().filter(|text| text.element.is_none()).count());
    assert!(loose.enumerate().all(|(at, count)| count <= if at == 0 { 2 } else { 2 + 8 }));
}

#[test]
fn letters_that_the_font_lacks_become_question_marks() {
    let mut document = sample(Lang::En, 1);
    document.issuer = "北京 & Co".to_owned();
    assert!(words(&read(&document), 1).contains("?? & Co"));
}

#[test]
fn the_same_document_makes_the_same_file() {
    let typesetter = PdfTypesetter::new().unwrap();
    let file = typesetter.file(&sample(Lang::Cs, 3));
    assert_eq!(file, typesetter.file(&sample(Lang::Cs, 3)));
    assert!(file.starts_with(b"%PDF-1.7") && file.len() < 100_000, "{}", file.len());
}
