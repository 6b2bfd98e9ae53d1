//! Large sheets.

use std::collections::HashSet;
use std::io::Cursor;

use perpetua_pricesheet::generate::{self, Shape};
use perpetua_pricesheet::{Limits, read, write};

#[test]
fn two_hundred_thousand_generated_rows_read_back_without_an_error() {
    let mut bytes = Vec::new();
    let rows: Vec<_> = generate::sheet(&Shape::of_rows(200_000)).collect();
    write(&rows, &mut bytes).unwrap();
    let mut sheet = read(Cursor::new(bytes), &Limits::default()).unwrap();
    let mut count = 0;
    for (outcome, expected) in sheet.rows().unwrap().consistent().zip(&rows) {
        assert_eq!(&outcome.unwrap().unwrap().price, expected);
        count += 1;
    }
    assert_eq!(count, 200_000);
}

#[test]
fn the_same_shape_gives_the_same_rows_and_further_rows_become_later_months() {
    let shape = Shape { rows: 2_000, ..Shape::default() };
    let rows: Vec<_> = generate::sheet(&shape).collect();
    assert_eq!(rows, generate::sheet(&shape).collect::<Vec<_>>());
    assert_eq!(rows.len(), 2_000);
    let starts: HashSet<_> = rows.iter().map(|row| row.valid_from).collect();
    assert!(starts.len() > 1);
    assert_eq!(rows.iter().map(|row| row.product_id).collect::<HashSet<_>>().len(), 4);

    let mut bytes = Vec::new();
    write(&rows, &mut bytes).unwrap();
    let mut sheet = read(Cursor::new(bytes), &Limits::default()).unwrap();
    assert!(sheet.rows().unwrap().consistent().all(|outcome| outcome.unwrap().is_ok()));
}
