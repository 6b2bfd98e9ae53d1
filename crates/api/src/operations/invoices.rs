//! Invoices of the partner's account and what stands on them (contract 50, I-01 to I-10).
//!
//! They state the partner's cost. Credits are lines of type `Cancel` with amounts below zero; each credit note
//! on an invoice is a receipt of it, because that is where clients look for further documents.

mod lines;
mod summaries;

use perpetua_app::billing::{self, Invoice as Closed, ListInvoices};
use perpetua_app::documents;
use perpetua_domain::access::Permission as P;
use perpetua_i18n::{Lang, format};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date::{self, Moment};
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::filter::{Condition, Filter, Operator};
use crate::wire::link::{Address, Attributes, Link, SelfLinks};
use crate::wire::money;
use crate::wire::page::Collection;

/// Invoices on a page, unless fewer are asked for.
const PAGE: u32 = 200;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let mut rows = vec![
        Operation::get("I-01", "/v1/invoices", handler!(list))
            .says("The partner's invoices, newest first")
            .own(P::AccountView)
            .asks("size", "Invoices on a page, at most 200")
            .asks("offset", "Invoices to pass over")
            .asks("filter", "JSON: InvoiceDate with a comparison, or two of them joined by and")
            .answers::<Collection<Invoice>>(200),
        Operation::get("I-02", "/v1/invoices/{i}", handler!(get))
            .says("One invoice, by its number with or without OneTime- before it")
            .own(P::AccountView)
            .answers::<Invoice>(200),
        Operation::get("I-09", "/v1/invoices/{i}/documents/statement", handler!(statement))
            .says("An invoice as PDF, in the language of X-Locale")
            .own(P::AccountView)
            .sends("application/pdf"),
        Operation::get("I-10", "/v1/invoices/{i}/receipts/{r}/documents/statement", handler!(receipt_document))
            .says("A credit note on an invoice as PDF")
            .own(P::AccountView)
            .sends("application/pdf"),
    ];
    rows.extend(summaries::rows());
    rows.extend(lines::rows());
    rows
}

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    id: String,
    invoice_date: String,
    billing_period_start_date: String,
    billing_period_end_date: String,
    #[schema(value_type = f64)]
    total_charges: Number,
    #[schema(value_type = f64)]
    paid_amount: Number,
    currency_code: String,
    currency_symbol: String,
    pdf_download_link: String,
    tax_receipts: Vec<TaxReceipt>,
    invoice_details: Vec<InvoiceDetail>,
    amendments: Vec<Amendment>,
    document_type: &'static str,
    invoice_type: &'static str,
    state: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

/// A further document of an invoice: a credit note.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxReceipt {
    id: String,
    tax_receipt_pdf_download_link: String,
}

/// A document that changes an invoice; there is none, since a closed invoice stays as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Amendment {}

/// Where the lines of an invoice are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceDetail {
    invoice_line_item_type: &'static str,
    billing_provider: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let (size, offset) = (call.query.size(PAGE, PAGE)?, call.query.offset()?);
    let mut wanted = ListInvoices {
        partner: call.caller.tenant,
        from: None,
        until: None,
        offset: i64::from(offset),
        limit: i64::from(size),
    };
    if let Some(text) = call.query.text("filter")? {
        narrow(&mut wanted, &Filter::parse(text)?)?;
    }
    let found = billing::list(call.app(), &call.caller, wanted).await.about(Family::Other)?;
    let reached = i64::from(offset) + i64::try_from(found.rows.len()).unwrap_or(i64::MAX);
    let more = !found.rows.is_empty() && reached < found.total;
    let address = Address::of(["invoices"]).and_some("filter", call.query.text("filter")?);
    let items = found.rows.iter().map(of).collect();
    Answer::ok(Collection::<Invoice>::offset(items, &address, size, offset, more))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let found = billing::get(call.app(), &call.caller, number(&call)).await.about(Family::Other)?;
    Answer::ok(of(&found))
}

async fn statement(call: Call) -> Result<Answer, Fault> {
    let file = documents::statement(call.app(), &call.caller, number(&call)).await.about(Family::Other)?;
    Ok(Answer::File { content_type: "application/pdf", name: file.name, bytes: file.bytes })
}

async fn receipt_document(call: Call) -> Result<Answer, Fault> {
    let note = call.params.get("r");
    let file = documents::receipt(call.app(), &call.caller, number(&call), note).await.about(Family::Other)?;
    Ok(Answer::File { content_type: "application/pdf", name: file.name, bytes: file.bytes })
}

/// The number in the path, without the type that samples put before it.
fn number(call: &Call) -> &str {
    let text = call.params.get("i");
    let split = text.split_once('-').filter(|(kind, _)| matches!(*kind, "OneTime" | "Recurring"));
    split.map_or(text, |(_, number)| number)
}

/// Narrows the span of dates to what a filter asks for.
fn narrow(wanted: &mut ListInvoices, filter: &Filter) -> Result<(), Fault> {
    use Operator::{Equals, GreaterThan, GreaterThanOrEquals, LessThan, LessThanOrEquals};
    filter.allow(&[("InvoiceDate", &[Equals, GreaterThan, GreaterThanOrEquals, LessThan, LessThanOrEquals])])?;
    match filter {
        Filter::Is(condition) => bound(wanted, condition),
        Filter::All(left, right) => {
            narrow(wanted, left)?;
            narrow(wanted, right)
        }
        Filter::Any(..) => Err(Fault::invalid_property("filter.operator", Reason::NotExpected)),
    }
}

/// One comparison with a date. A day without a time counts in full.
fn bound(wanted: &mut ListInvoices, condition: &Condition) -> Result<(), Fault> {
    use Operator::{GreaterThan, GreaterThanOrEquals, LessThan, LessThanOrEquals};
    let moment = date::parse(&condition.value).ok_or_else(|| Fault::invalid_property("filter.value", Reason::Date))?;
    let Some(start) = moment.start() else { return Ok(()) };
    // An instant itself ends with the microsecond that follows, which is how finely dates are kept.
    let end = match moment {
        Moment::Day(_) => moment.end().unwrap_or(start),
        _ => start.saturating_add(jiff::SignedDuration::from_micros(1)).unwrap_or(start),
    };
    let (from, until) = match condition.operator {
        GreaterThan => (Some(end), None),
        GreaterThanOrEquals => (Some(start), None),
        LessThan => (None, Some(start)),
        LessThanOrEquals => (None, Some(end)),
        _ => (Some(start), Some(end)),
    };
    wanted.from = wanted.from.max(from);
    wanted.until = [wanted.until, until].into_iter().flatten().min();
    Ok(())
}

fn of(closed: &Closed) -> Invoice {
    let number = &closed.number;
    let document = Address::of(["invoices", number, "documents", "statement"]).to_string();
    let lines = Address::of(["invoices", number, "lineitems", "OneTime", "BillingLineItems"]);
    let detail = InvoiceDetail {
        invoice_line_item_type: "billing_line_items",
        billing_provider: "one_time",
        links: SelfLinks { itself: Link::get(lines) },
        attributes: Attributes::of("InvoiceDetail"),
    };
    Invoice {
        id: number.clone(),
        invoice_date: date::write(closed.closed_at),
        billing_period_start_date: date::write(closed.period_start),
        billing_period_end_date: date::write(closed.period_end),
        total_charges: money::amount(closed.total.minor(), closed.currency),
        paid_amount: Number::from(0),
        currency_code: closed.currency.to_string(),
        currency_symbol: format::currency_symbol(Lang::En, closed.currency),
        pdf_download_link: document,
        tax_receipts: closed.credit_notes.iter().map(|(_, note)| receipt(number, note)).collect(),
        invoice_details: vec![detail],
        amendments: Vec::new(),
        document_type: "invoice",
        invoice_type: "OneTime",
        state: "Due",
        links: SelfLinks::at(Address::of(["invoices", number])),
        attributes: Attributes::of("Invoice"),
    }
}

fn receipt(invoice: &str, note: &str) -> TaxReceipt {
    let link = Address::of(["invoices", invoice, "receipts", note, "documents", "statement"]);
    TaxReceipt { id: note.to_owned(), tax_receipt_pdf_download_link: link.to_string() }
}
