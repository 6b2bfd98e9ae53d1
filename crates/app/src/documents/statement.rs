//! The monthly invoice as a document: all that was charged and credited to an account in a month (I8).

use jiff::tz::TimeZone;
use perpetua_domain::tax::TaxReason;
use perpetua_i18n::{Args, Lang, format, text_with};

use super::parts::{TaxSums, columns, party, product_name, tax_remarks, word};
use super::{Document, File, Row, Table, set, turn, zone_named};
use crate::billing::{self, BilledLine, Invoice};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Lines that a document lists; its sums are those of all lines, and programs read the others from the REST interface.
const LINES_IN_DOCUMENT: usize = 5_000;

/// What a document needs of an invoice's lines, however many there are.
#[derive(Debug, Default)]
struct Gathered {
    /// The first ones.
    shown: Vec<BilledLine>,
    /// Whether there are more.
    is_cut: bool,
    tax: TaxSums,
    /// Each rate and reason once.
    reasons: Vec<(i64, TaxReason)>,
}

impl Gathered {
    fn add(&mut self, lines: Vec<BilledLine>, max: usize) {
        for one in lines {
            let reason = (one.line.tax_rate_basis_points, one.line.tax_reason.0);
            self.tax.add(reason.0, one.net, one.tax);
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
            if self.shown.len() < max {
                self.shown.push(one);
            } else {
                self.is_cut = true;
            }
        }
    }
}

/// An invoice as a file, for the partner and the operator.
///
/// # Errors
///
/// `not_found` or `missing_role`.
pub async fn statement(app: &App, caller: &Caller, number: &str) -> Result<File, Problem> {
    statement_within(app, caller, number, LINES_IN_DOCUMENT).await
}

/// As [`statement`], with at most so many lines listed.
///
/// # Errors
///
/// As [`statement`].
pub async fn statement_within(app: &App, caller: &Caller, number: &str, lines: usize) -> Result<File, Problem> {
    let _turn = turn().await?;
    let invoice = billing::get(app, caller, number).await?;
    let (mut gathered, mut after) = (Gathered::default(), None);
    loop {
        let (page, next) = billing::lines_of(app, caller, &invoice, after).await?;
        gathered.add(page, lines);
        after = next;
        if after.is_none() {
            break;
        }
    }
    let document = document(caller.origin.lang, &invoice, &gathered);
    set(app, format!("Invoice_{}.pdf", invoice.number), document).await
}

fn document(lang: Lang, invoice: &Invoice, gathered: &Gathered) -> Document {
    let zone = zone_named(&invoice.issuer.zone);
    let money = |minor| format::amount(lang, minor, invoice.currency);
    let mut remarks = vec![word(lang, "invoice-remark")];
    if gathered.is_cut {
        remarks.push(text_with(lang, "invoice-lines-cut", &Args::new().num("count", gathered.shown.len())));
    }
    remarks.extend(tax_remarks(lang, gathered.reasons.iter().copied()));
    Document {
        lang,
        title: text_with(lang, "invoice-title", &Args::new().set("number", &invoice.number)),
        issuer: invoice.issuer.name.clone(),
        issued_at: invoice.closed_at,
        facts: vec![
            (word(lang, "document-number"), invoice.number.clone()),
            (word(lang, "document-issued"), format::date(lang, invoice.closed_on)),
            (word(lang, "document-period"), period(lang, invoice)),
        ],
        parties: vec![
            party(lang, "document-issuer", &invoice.issuer),
            party(lang, "document-recipient", &invoice.recipient),
        ],
        lines: lines(lang, invoice, &gathered.shown, &zone),
        tax: gathered.tax.table(lang, invoice.currency),
        totals: vec![
            (word(lang, "total-net"), money(invoice.net.minor())),
            (word(lang, "total-tax"), money(invoice.tax.minor())),
            (word(lang, "invoice-total"), money(invoice.total.minor())),
        ],
        remarks,
    }
}

fn lines(lang: Lang, invoice: &Invoice, billed: &[BilledLine], zone: &TimeZone) -> Table {
    let money = |minor| format::amount(lang, minor, invoice.currency);
    let row = |one: &BilledLine| Row {
        cells: vec![
            format::date(lang, zone.to_datetime(one.key.at.timestamp()).date()),
            product_name(&one.line.title, &one.line.sku_title),
            format::number(lang, one.quantity),
            format::unit_price(lang, one.line.unit_price, invoice.currency),
            format::percent_basis_points(lang, one.line.tax_rate_basis_points),
            money(one.net),
        ],
        detail: line_note(lang, one),
    };
    Table {
        heading: word(lang, "document-lines"),
        columns: columns(
            lang,
            &[
                ("field-date", 14, false),
                ("field-product", 31, false),
                ("field-quantity", 10, true),
                ("field-unit-price", 17, true),
                ("document-tax-rate", 9, true),
                ("total-net", 19, true),
            ],
        ),
        rows: billed.iter().map(row).collect(),
    }
}

/// The days of an invoice's month in words.
pub fn period(lang: Lang, invoice: &Invoice) -> String {
    let (first, last) = invoice.days;
    let days = Args::new().set("from", format::date(lang, first)).set("until", format::date(lang, last));
    text_with(lang, "document-period-days", &days)
}

/// For whom and on which order a line is, or on which credit note, and the customer's own number.
pub fn line_note(lang: Lang, one: &BilledLine) -> String {
    let args = || {
        let args = Args::new().set("customer", &one.customer_name).set("order", &one.line.order_number);
        args.set("note", one.credit_note.as_deref().unwrap_or_default()).set("po", &one.po_number)
    };
    let id = if one.credit_note.is_some() { "invoice-line-credited" } else { "invoice-line-charged" };
    let said = text_with(lang, id, &args());
    if one.po_number.is_empty() { said } else { format!("{said}, {}", text_with(lang, "invoice-line-po", &args())) }
}
