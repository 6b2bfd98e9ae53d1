//! Invoices: the account at a glance, the list, one invoice, and its PDF; for the partner and the operator.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::IntoResponse as _;
use axum::routing::get;
use perpetua_app::billing::{self, AccountSummary, BilledLine, Invoice, ListInvoices, PartyRow};
use perpetua_app::{Caller, Problem, documents, partners};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::TenantId;
use perpetua_http::{SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use super::money::{product_name, totals};
use crate::shell::{Answer, file, frame, page, titled};
use crate::views::frame::Link;
use crate::views::home::{Document, Line};
use crate::views::invoices::{InvoiceRow, Invoices};
use crate::views::list::List;
use crate::views::parts::{Button, Empty, Fact, Figure};

/// Rows of one page.
const ROWS: i64 = 50;
/// The largest number of rows that a page leaves out.
const OFFSET_MAX: i64 = 10_000;
/// Lines that the page of an invoice shows; its PDF lists more.
const LINES: i64 = 200;
/// Credit notes that the page of an invoice links to.
const NOTES: usize = 20;

/// Invoices.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/partner/invoices", get(own))
        .route("/partner/invoices/{number}", get(show))
        .route("/partner/invoices/{number}/pdf", get(pdf))
        .route("/operator/partners/{partner}/invoices", get(of_partner))
        .route("/operator/invoices", get(all))
        .route("/operator/invoices/{number}", get(show))
        .route("/operator/invoices/{number}/pdf", get(pdf))
}

#[derive(Deserialize)]
struct Offset {
    #[serde(default)]
    offset: String,
}

impl Offset {
    /// Rows to leave out.
    fn rows(&self) -> i64 {
        self.offset.parse::<i64>().unwrap_or(0).clamp(0, OFFSET_MAX)
    }
}

async fn own(SignedIn { caller, visitor }: SignedIn, Query(offset): Query<Offset>) -> Answer {
    let partner = caller.tenant;
    let view = list(&visitor, &caller, (partner, "/partner/invoices"), &offset).await?;
    page(&view)
}

async fn of_partner(
    SignedIn { caller, visitor }: SignedIn,
    Path(partner): Path<String>,
    Query(offset): Query<Offset>,
) -> Answer {
    let id: TenantId = partner.parse().map_err(|_| Problem::not_found())?;
    let name = partners::page(&visitor.site.app, &caller, id).await?.name;
    let path = format!("/operator/partners/{id}/invoices");
    let mut view = list(&visitor, &caller, (id, &path), &offset).await?;
    let partners = Link::new("/operator/partners", text(visitor.origin.lang, "nav-partners"));
    view.t.crumbs = vec![partners, Link::new(format!("/operator/partners/{id}"), name)];
    page(&view)
}

/// The portal's own part of addresses.
fn area(caller: &Caller) -> &'static str {
    if caller.kind == TenantKind::Operator { "/operator" } else { "/partner" }
}

async fn list(
    visitor: &Visitor,
    caller: &Caller,
    (partner, path): (TenantId, &str),
    offset: &Offset,
) -> Result<Invoices, Problem> {
    let (app, lang) = (&visitor.site.app, visitor.origin.lang);
    let offset = offset.rows();
    let accounts = billing::summaries(app, caller, partner).await?;
    let wanted = ListInvoices { partner, from: None, until: None, offset, limit: ROWS };
    let found = billing::list(app, caller, wanted).await?;
    Ok(Invoices {
        t: frame(visitor, "nav-invoices"),
        figures: accounts.iter().flat_map(|account| figures(lang, account)).collect(),
        list: pager(path, offset, (found.rows.len(), found.total)),
        rows: found.rows.iter().map(|invoice| row(lang, invoice, area(caller), None)).collect(),
        shows_partner: false,
        empty: empty(lang),
    })
}

async fn all(SignedIn { caller, visitor }: SignedIn, Query(offset): Query<Offset>) -> Answer {
    let (lang, offset) = (visitor.origin.lang, offset.rows());
    let (found, total) = billing::list_all(&visitor.site.app, &caller, (offset, ROWS)).await?;
    page(&Invoices {
        t: frame(&visitor, "nav-invoices"),
        figures: Vec::new(),
        list: pager("/operator/invoices", offset, (found.len(), total)),
        rows: found.iter().map(|(invoice, name)| row(lang, invoice, "/operator", Some(name))).collect(),
        shows_partner: true,
        empty: empty(lang),
    })
}

/// Before and after a page of a list that begins at `offset`.
fn pager(path: &str, offset: i64, (found, total): (usize, i64)) -> List {
    let shown = offset + i64::try_from(found).unwrap_or(0);
    let mut list = List::at(path);
    list.previous = (offset > 0).then(|| format!("{path}?offset={}", (offset - ROWS).max(0)));
    // Rows beyond the largest offset are not reached by pages.
    let goes_on = shown < total && found > 0 && shown <= OFFSET_MAX;
    list.next = goes_on.then(|| format!("{path}?offset={shown}"));
    list
}

fn empty(lang: Lang) -> Empty {
    Empty {
        heading: text(lang, "invoices-empty").into_owned(),
        text: text(lang, "invoices-empty-text").into_owned(),
        action: None,
    }
}

fn figures(lang: Lang, account: &AccountSummary) -> [Figure; 3] {
    let money = |minor| format::amount(lang, minor, account.currency);
    let note = match account.balance.minor() {
        0 => String::new(),
        below if below < 0 => text(lang, "invoices-balance-held").into_owned(),
        _ => text(lang, "invoices-balance-owed").into_owned(),
    };
    let none = text(lang, "invoices-no-payment").into_owned();
    let paid = account
        .last_payment
        .map_or((none, String::new()), |(_, day, paid)| (money(paid.minor()), format::date(lang, day)));
    [
        Figure::new("invoices-balance", money(account.balance.minor()), note),
        Figure::new("invoices-credit-limit", money(account.credit_limit.minor()), ""),
        Figure::new("invoices-last-payment", paid.0, paid.1),
    ]
}

fn row(lang: Lang, invoice: &Invoice, area: &str, partner: Option<&String>) -> InvoiceRow {
    let money = |amount: perpetua_domain::money::Amount| format::amount(lang, amount.minor(), invoice.currency);
    let href = format!("{area}/invoices/{}", invoice.number);
    InvoiceRow {
        number: invoice.number.clone(),
        partner: partner.map(|name| Link::new(format!("{area}/partners/{}/invoices", invoice.partner), name)),
        period: documents::period(lang, invoice),
        date: format::date(lang, invoice.closed_on),
        net: money(invoice.net),
        tax: money(invoice.tax),
        total: money(invoice.total),
        file: format!("{href}/pdf"),
        href,
    }
}

async fn show(SignedIn { caller, visitor }: SignedIn, Path(number): Path<String>) -> Answer {
    let (app, lang) = (&visitor.site.app, visitor.origin.lang);
    let invoice = billing::get(app, &caller, &number).await?;
    let lines = billing::lines(app, &caller, &number, None, LINES).await?;
    let area = area(&caller);
    let mut t = titled(&visitor, text_with(lang, "invoice-title", &Args::new().set("number", &invoice.number)));
    let list = match caller.kind {
        TenantKind::Operator => format!("/operator/partners/{}/invoices", invoice.partner),
        _ => "/partner/invoices".to_owned(),
    };
    t.crumbs = vec![Link::new(list, text(lang, "nav-invoices"))];
    let mut remarks = vec![text(lang, "invoice-remark").into_owned()];
    if lines.next.is_some() {
        remarks.push(text_with(lang, "invoice-lines-first", &Args::new().num("count", LINES)));
    }
    let note = |(id, number): &(perpetua_domain::id::CreditNoteId, String)| {
        let label = text_with(lang, "credit-note-title", &Args::new().set("number", number));
        Link::new(format!("{area}/credit-notes/{id}"), label)
    };
    page(&Document {
        t,
        badge: None,
        note: String::new(),
        facts: vec![
            Fact::code("document-number", invoice.number.clone()),
            Fact::new("document-issued", format::date(lang, invoice.closed_on)),
            Fact::new("document-period", documents::period(lang, &invoice)),
            Fact::new("document-issuer", party(lang, &invoice.issuer)),
            Fact::new("document-recipient", party(lang, &invoice.recipient)),
        ],
        lines: lines.rows.iter().map(|one| line(lang, &invoice, one)).collect(),
        totals: totals(lang, Some((invoice.net, invoice.tax, invoice.total)), invoice.currency),
        remarks,
        links: invoice.credit_notes.iter().take(NOTES).map(note).collect(),
        actions: vec![Button::open("document-download", format!("{area}/invoices/{}/pdf", invoice.number)).stays()],
    })
}

fn line(lang: Lang, invoice: &Invoice, one: &BilledLine) -> Line {
    let money = |minor| format::amount(lang, minor, invoice.currency);
    Line {
        product: product_name(&one.line.title, &one.line.sku_title),
        detail: documents::line_note(lang, one),
        href: String::new(),
        quantity: format::number(lang, one.quantity),
        unit_price: format::unit_price(lang, one.line.unit_price, invoice.currency),
        tax: format!("{} ({})", money(one.tax), format::percent_basis_points(lang, one.line.tax_rate_basis_points)),
        amount: money(one.net),
        state: None,
    }
}

async fn pdf(SignedIn { caller, visitor }: SignedIn, Path(number): Path<String>) -> Answer {
    send(documents::statement(&visitor.site.app, &caller, &number).await?)
}

/// Name and address of a party in one line, as the document keeps them.
pub fn party(lang: Lang, party: &PartyRow) -> String {
    documents::party_lines(lang, party).join(", ")
}

/// A document as a file to keep.
pub fn send(document: documents::File) -> Answer {
    file(&document.name, "application/pdf", document.bytes.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_on_until_the_last_row_or_the_largest_offset() {
        let next = |offset, found, total| pager("/x", offset, (found, total)).next;
        assert_eq!(next(0, 50, 51).as_deref(), Some("/x?offset=50"));
        assert_eq!(next(50, 1, 51), None);
        assert_eq!(next(9_950, 50, 20_000).as_deref(), Some("/x?offset=10000"));
        assert_eq!(next(10_000, 50, 20_000), None, "the next page would be this one again");
    }
}
