//! What holds for any rows and any bytes.

use std::io::Cursor;

use perpetua_domain::money::UnitPrice;
use perpetua_pricesheet::generate::{self, Shape};
use perpetua_pricesheet::{ChangeIndicator, Limits, PriceRow, RowOutcome, SheetError, Tier, manifest, read, write};
use proptest::prelude::*;

use super::{read_all, zipped};

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9ěščřžÁ\",;\n'=+–🙂]{1,40}".prop_map(|text| format!("x{text}x"))
}

prop_compose! {
    fn price_row()(
        texts in prop::collection::vec(text(), 6),
        change in prop::option::of(prop::sample::select(ChangeIndicator::ALL)),
        place in 0_usize..500,
        micros in 0..1_000_000_000_000_000_i64,
        erp in prop::option::of(0..1_000_000_000_000_000_i64),
        tier in (1_u32..1_000, prop::option::of(0_u32..1_000)),
        days in (0_i64..20_000, 1_i64..2_000),
        open in any::<(bool, bool)>(),
    ) -> PriceRow {
        let shape = Shape::of_rows(500);
        let template = generate::sheet(&shape).nth(place).unwrap();
        let day = |day: i64| jiff::Timestamp::from_second(day * 86_400).unwrap();
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap();
        PriceRow {
            change,
            product_title: next(),
            sku_title: next(),
            publisher: next(),
            sku_description: next(),
            unit_of_measure: next(),
            previous_values: next(),
            unit_price: UnitPrice::from_micros(micros).unwrap(),
            erp_price: erp.and_then(UnitPrice::from_micros),
            tier: Tier { min: tier.0, max: tier.1.map(|more| tier.0 + more) },
            valid_from: open.0.then(|| day(days.0)),
            valid_until: open.1.then(|| day(days.0 + days.1)),
            ..template
        }
    }
}

fn read_plainly(bytes: &[u8]) -> Result<Vec<RowOutcome>, SheetError> {
    read(Cursor::new(bytes), &Limits::default())?.rows()?.collect()
}

/// Reads with every reader; only a panic or a hang would be wrong.
fn read_with_all(bytes: &[u8]) {
    let _ = read_all(bytes, &Limits::default());
    if let Ok(rows) = manifest::read(bytes, &Limits::default()) {
        rows.for_each(drop);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(rows in prop::collection::vec(price_row(), 1..20)) {
        let mut bytes = Vec::new();
        write(&rows, &mut bytes).unwrap();
        for bytes in [bytes.clone(), zipped(&[("prices.csv", &bytes)])] {
            let read: Vec<PriceRow> =
                read_plainly(&bytes).unwrap().into_iter().map(|row| row.unwrap().price).collect();
            prop_assert_eq!(&read, &rows);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read_with_all(&bytes);
        read_with_all(&[b"PK\x03\x04", bytes.as_slice()].concat());
    }

    #[test]
    fn no_mutation_of_a_sheet_or_archive_makes_a_reader_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let rows: Vec<PriceRow> = generate::sheet(&Shape::of_rows(12)).collect();
        let mut sheet = Vec::new();
        write(&rows, &mut sheet).unwrap();
        let manifest = b"ProductId,Version,VersionRank,Language,Bit,FileType,File\nOPS000000001,1,1,en,32,archive,a\n";
        for mut bytes in [sheet.clone(), zipped(&[("prices.csv", &sheet)]), manifest.to_vec()] {
            for (place, value) in &changes {
                let length = bytes.len();
                bytes[place.index(length)] = *value;
            }
            read_with_all(&bytes);
            bytes.truncate(cut.index(bytes.len()));
            read_with_all(&bytes);
        }
    }
}
