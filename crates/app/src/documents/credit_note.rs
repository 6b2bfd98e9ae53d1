//! The credit note as a document: what was given back for which order, with the tax that was charged (I8).

use perpetua_domain::access::Permission;
use perpetua_domain::id::CreditNoteId;
use perpetua_i18n::{Args, Lang, format, text_with};
use perpetua_store::orders::{self, OrderLineRow};

use super::parts::{TaxSums, columns, party, product_name, tax_remarks, word};
use super::{Document, File, Row, Table, set, turn, zone_named};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::cancellation::{self, CreditNote};
use crate::context::App;
use crate::problem::Problem;

/// A credit note as a file, for the partner of record and the operator: it states the partner's cost (I6).
///
/// # Errors
///
/// `not_found` or `missing_role`.
pub async fn credit_note(app: &App, caller: &Caller, id: CreditNoteId) -> Result<File, Problem> {
    let _turn = turn().await?;
    let found = cancellation::credit_note(app, caller, id).await?;
    let (order, partner, reader) = (found.order.id.0, found.recipient.tenant_id.0, caller.clone());
    let ordered = app
        .store
        .read(move |conn| {
            authorize::require(conn, &reader, Permission::AccountView, Owner::Tenant(partner))?;
            Ok::<_, Problem>(orders::lines(conn, order)?)
        })
        .await?;
    let name = format!("Credit_note_{}.pdf", found.note.number);
    set(app, name, document(caller.origin.lang, &found, &ordered)).await
}

/// A credit note that stands on an invoice, by the numbers of both.
///
/// # Errors
///
/// `not_found`, also for a credit note on another invoice; `missing_role`.
pub async fn receipt(app: &App, caller: &Caller, invoice: &str, number: &str) -> Result<File, Problem> {
    let found = crate::billing::get(app, caller, invoice).await?;
    let note = found.credit_notes.into_iter().find(|(_, own)| own == number);
    let (id, _) = note.ok_or_else(Problem::not_found)?;
    credit_note(app, caller, id).await
}

fn document(lang: Lang, found: &CreditNote, ordered: &[OrderLineRow]) -> Document {
    let (note, order, currency) = (&found.note, &found.order, found.currency);
    let money = |minor| format::amount(lang, minor, currency);
    let issued_at = note.created_at.timestamp();
    let ordered_in = jiff::tz::TimeZone::get(&order.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = |zone: &jiff::tz::TimeZone, at| format::date(lang, zone.to_datetime(at).date());
    let mut tax = TaxSums::default();
    for titled in &found.lines {
        tax.add(titled.tax_rate_basis_points, titled.line.net, titled.line.tax);
    }
    let facts = [
        ("document-number", note.number.clone()),
        ("document-issued", day(&zone_named(&found.issuer.zone), issued_at)),
        ("document-order", order.number.clone()),
        ("document-ordered", day(&ordered_in, order.placed_at.timestamp())),
        ("document-purchase-order", order.po_number.clone()),
        ("document-request", found.request.number.clone()),
    ];
    let parties = [
        ("document-issuer", &found.issuer),
        ("document-recipient", &found.recipient),
        ("document-customer", &found.customer),
    ];
    let credited = |line: &&OrderLineRow| found.lines.iter().any(|titled| titled.line.line_id == line.id);
    let reasons = ordered.iter().filter(credited).map(|line| (line.tax_rate_basis_points, line.tax_reason.0));
    let mut remarks = vec![text_with(lang, "credit-note-remark", &Args::new().set("order", &order.number))];
    remarks.extend(tax_remarks(lang, reasons));
    Document {
        lang,
        title: text_with(lang, "credit-note-title", &Args::new().set("number", &note.number)),
        issuer: found.issuer.name.clone(),
        issued_at,
        facts: facts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(id, value)| (word(lang, id), value))
            .collect(),
        parties: parties.into_iter().map(|(heading, tenant)| party(lang, heading, tenant)).collect(),
        lines: lines(lang, found),
        tax: tax.table(lang, currency),
        totals: vec![
            (word(lang, "total-net"), money(note.net)),
            (word(lang, "total-tax"), money(note.tax)),
            (word(lang, "total-credit"), money(note.total)),
        ],
        remarks,
    }
}

fn lines(lang: Lang, found: &CreditNote) -> Table {
    let money = |minor| format::amount(lang, minor, found.currency);
    let row = |titled: &cancellation::CreditLine| Row {
        cells: vec![
            product_name(&titled.title, &titled.sku_title),
            format::number(lang, titled.line.quantity),
            format::unit_price(lang, titled.unit_price, found.currency),
            format::percent_basis_points(lang, titled.tax_rate_basis_points),
            money(titled.line.net),
        ],
        detail: String::new(),
    };
    Table {
        heading: word(lang, "document-lines"),
        columns: columns(
            lang,
            &[
                ("field-product", 40, false),
                ("field-quantity", 12, true),
                ("field-unit-price", 19, true),
                ("document-tax-rate", 10, true),
                ("total-net", 19, true),
            ],
        ),
        rows: found.lines.iter().map(row).collect(),
    }
}
