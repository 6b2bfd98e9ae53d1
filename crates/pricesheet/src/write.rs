//! Writing a price sheet: comma, every value in double quotes, CRLF, UTF-8, header first (contract P-16).

use std::io::{self, Cursor, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use perpetua_domain::money::UnitPrice;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::date;
use crate::row::{COLUMNS, ChangeIndicator, PriceRow};

/// Writes the header and the rows. What is written reads back as the same rows.
///
/// # Errors
///
/// Only what `to` reports.
pub fn write<'a>(rows: impl IntoIterator<Item = &'a PriceRow>, to: impl Write) -> io::Result<()> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(to);
    writer.write_record(COLUMNS).map_err(io::Error::from)?;
    for row in rows {
        writer.write_record(values(row)).map_err(io::Error::from)?;
    }
    writer.flush()
}

/// A ZIP archive with one file, in which the header and the rows stand.
///
/// # Errors
///
/// When the archive would get too large for its format.
pub fn write_zip<'a>(rows: impl IntoIterator<Item = &'a PriceRow>, file_name: &str) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Without a date: equal prices make equal archives.
    archive.start_file(file_name, SimpleFileOptions::default()).map_err(io::Error::from)?;
    write(rows, &mut archive)?;
    Ok(archive.finish().map_err(io::Error::from)?.into_inner())
}

/// What stands in the column of previous values for the price before a change.
pub fn previous_values(unit_price: UnitPrice) -> String {
    format!("UnitPrice: {}", price_text(unit_price))
}

fn values(row: &PriceRow) -> [String; 21] {
    [
        row.change.map_or("", ChangeIndicator::as_text).to_owned(),
        row.product_title.clone(),
        row.product_id.to_string(),
        row.sku_id.to_string(),
        row.sku_title.clone(),
        row.publisher.clone(),
        row.sku_description.clone(),
        row.unit_of_measure.clone(),
        row.term.to_string(),
        row.billing_plan.to_string(),
        row.market.to_string(),
        row.currency.to_string(),
        price_text(row.unit_price),
        row.tier.min.to_string(),
        row.tier.max.map_or_else(String::new, |max| max.to_string()),
        date::format_start(row.valid_from),
        date::format_end(row.valid_until),
        row.tags.join("; "),
        row.erp_price.map_or_else(String::new, price_text),
        row.segment.sheet_word().to_owned(),
        row.previous_values.clone(),
    ]
}

/// Decimal text with a point and two to six decimal places.
fn price_text(price: UnitPrice) -> String {
    let micros = price.micros();
    let fraction = format!("{:06}", micros % 1_000_000);
    let (cents, rest) = fraction.split_at(2);
    format!("{}.{cents}{}", micros / 1_000_000, rest.trim_end_matches('0'))
}
