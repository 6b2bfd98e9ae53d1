//! The monthly invoice as a document: all that was charged and credited to an account in a month (I8).

use jiff::tz::TimeZone;
use perpetua_domain::access::Permission;
use perpetua_i18n::{Args, Lang, format, text_with};
use perpetua_store::tenants::{self, TenantRow};

use super::parts::{TaxSums, columns, party, product, tax_remarks, word};
use super::{Document, File, Row, Table, set};
use crate::authorize::{self, Owner};
use crate::billing::{self, BilledLine, Invoice, LINES_MAX};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// An invoice as a file, for the partner and the operator.
///
/// # Errors
///
/// `not_found` or `missing_role`.
pub async fn statement(app: &App, caller: &Caller, number: &str) -> Result<File, Problem> {
    let invoice = billing::get(app, caller, number).await?;
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = billing::lines(app, caller, number, after, LINES_MAX).await?;
        lines.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let (partner, reader) = (invoice.partner, caller.clone());
    let (operator, partner) = app
        .store
        .read(move |conn| {
            authorize::require(conn, &reader, Permission::AccountView, Owner::Tenant(partner))?;
            let operator = tenants::operator(conn)?.ok_or_else(Problem::not_found)?;
            Ok::<_, Problem>((operator, tenants::find(conn, partner)?.ok_or_else(Problem::not_found)?))
        })
        .await?;
    let document = document(caller.origin.lang, &invoice, &lines, (&operator, &partner));
    set(app, format!("Invoice_{}.pdf", invoice.number), document).await
}

fn document(
    lang: Lang,
    invoice: &Invoice,
    billed: &[BilledLine],
    (operator, partner): (&TenantRow, &TenantRow),
) -> Document {
    let zone = TimeZone::get(&operator.zone).unwrap_or(TimeZone::UTC);
    let money = |minor| format::amount(lang, minor, invoice.currency);
    let mut tax = TaxSums::default();
    for one in billed {
        tax.add(one.line.tax_rate_basis_points, one.net, one.tax);
    }
    let mut remarks = vec![word(lang, "invoice-remark")];
    remarks.extend(tax_remarks(lang, billed.iter().map(|one| (one.line.tax_rate_basis_points, one.line.tax_reason.0))));
    Document {
        lang,
        title: text_with(lang, "invoice-title", &Args::new().set("number", &invoice.number)),
        issuer: operator.name.clone(),
        issued_at: invoice.closed_at,
        facts: vec![
            (word(lang, "document-number"), invoice.number.clone()),
            (word(lang, "document-issued"), format::date(lang, invoice.closed_on)),
            (word(lang, "document-period"), period(lang, invoice)),
        ],
        parties: vec![party(lang, "document-issuer", operator), party(lang, "document-recipient", partner)],
        lines: lines(lang, invoice, billed, &zone),
        tax: tax.table(lang, invoice.currency),
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
            product(&one.line.title, &one.line.sku_title),
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
