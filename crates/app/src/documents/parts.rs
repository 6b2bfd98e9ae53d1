//! What documents share: parties with their addresses, sums per rate of tax, tables of lines.

use std::collections::BTreeMap;

use perpetua_domain::money::Currency;
use perpetua_domain::tax::TaxReason;
use perpetua_i18n::{Args, Lang, country, format, text, text_with};
use perpetua_store::document_parties::PartyRow;

use super::{Column, Party, Row, Table};

/// Words of a language.
pub(super) fn word(lang: Lang, id: &str) -> String {
    text(lang, id).into_owned()
}

/// A party as its document keeps it.
pub(super) fn party(lang: Lang, heading: &str, tenant: &PartyRow) -> Party {
    Party { heading: word(lang, heading), lines: party_lines(lang, tenant) }
}

/// Name, address and numbers of a party: what is empty is left out.
pub fn party_lines(lang: Lang, tenant: &PartyRow) -> Vec<String> {
    let with = |id: &str, value: &str| match value {
        "" => String::new(),
        value => text_with(lang, id, &Args::new().set("value", value)),
    };
    let city = format!("{} {}", tenant.postal_code, tenant.city);
    let lines = [
        tenant.name.clone(),
        tenant.address_line1.clone(),
        tenant.address_line2.clone(),
        city.trim().to_owned(),
        tenant.region.clone(),
        country(lang, &tenant.country),
        with("document-vat-id", &tenant.vat_id),
        with("document-registration", &tenant.registration_number),
    ];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// Columns by message, share of the width, and whether numbers stand in them.
pub(super) fn columns(lang: Lang, columns: &[(&str, u16, bool)]) -> Vec<Column> {
    let column = |(heading, share, is_number): &(&str, u16, bool)| Column {
        heading: word(lang, heading),
        share: *share,
        is_number: *is_number,
    };
    columns.iter().map(column).collect()
}

/// Sums per rate of tax, from the highest rate to the lowest.
#[derive(Debug, Default)]
pub(super) struct TaxSums(BTreeMap<std::cmp::Reverse<i64>, (i64, i64)>);

impl TaxSums {
    /// Adds a line: its rate in hundredths of a percent, and its amounts in minor units.
    pub(super) fn add(&mut self, rate_basis_points: i64, net: i64, tax: i64) {
        let sums = self.0.entry(std::cmp::Reverse(rate_basis_points)).or_default();
        *sums = (sums.0 + net, sums.1 + tax);
    }

    /// The sums as a table.
    pub(super) fn table(&self, lang: Lang, currency: Currency) -> Table {
        let money = |minor| format::amount(lang, minor, currency);
        let row = |(rate, (net, tax)): (&std::cmp::Reverse<i64>, &(i64, i64))| Row {
            cells: vec![
                format::percent_basis_points(lang, rate.0),
                money(*net),
                money(*tax),
                money(net.saturating_add(*tax)),
            ],
            detail: String::new(),
        };
        Table {
            heading: word(lang, "document-tax-sums"),
            columns: columns(
                lang,
                &[
                    ("document-tax-rate", 22, true),
                    ("total-net", 26, true),
                    ("total-tax", 26, true),
                    ("document-with-tax", 26, true),
                ],
            ),
            rows: self.0.iter().map(row).collect(),
        }
    }
}

/// What must be said about lines without tax, once per reason.
pub(super) fn tax_remarks(lang: Lang, lines: impl Iterator<Item = (i64, TaxReason)>) -> Vec<String> {
    let (mut reverse, mut outside) = (false, false);
    for (rate_basis_points, reason) in lines {
        reverse |= rate_basis_points == 0 && reason == TaxReason::CheckedVatNumber;
        outside |= reason == TaxReason::OutsideUnion;
    }
    let said = [(reverse, "document-reverse-charge"), (outside, "document-outside-union")];
    said.into_iter().filter(|(applies, _)| *applies).map(|(_, id)| word(lang, id)).collect()
}

/// Product and edition as one name; price sheets often repeat the product in the edition's name.
pub fn product_name(title: &str, edition: &str) -> String {
    if edition.starts_with(title) { edition.to_owned() } else { format!("{title} {edition}").trim_end().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_kept_per_rate_and_begin_with_the_highest() {
        let mut sums = TaxSums::default();
        for (rate, net, tax) in [(0, 500, 0), (1_900, 10_000, 1_900), (1_900, -4_000, -760)] {
            sums.add(rate, net, tax);
        }
        let Ok(euro) = "EUR".parse() else { panic!("a currency") };
        let rows: Vec<String> =
            sums.table(Lang::En, euro).rows.iter().map(|row| row.cells.join(" ").replace('\u{a0}', " ")).collect();
        assert_eq!(rows, ["19% €60.00 €11.40 €71.40", "0% €5.00 €0.00 €5.00"]);
    }

    #[test]
    fn each_reason_for_no_tax_is_said_once() {
        let lines = [(0, TaxReason::CheckedVatNumber), (0, TaxReason::CheckedVatNumber), (1_900, TaxReason::Domestic)];
        assert_eq!(tax_remarks(Lang::En, lines.into_iter()).len(), 1);
        assert_eq!(tax_remarks(Lang::En, [(0, TaxReason::Domestic)].into_iter()), Vec::<String>::new());
    }
}
