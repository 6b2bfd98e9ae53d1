//! A credit note as a document to read and print; it states the partner's cost, so customers have none.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use perpetua_app::cancellation::{self, CreditNote};
use perpetua_app::{Problem, documents};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::CreditNoteId;
use perpetua_http::{SignedIn, SiteState};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::invoices::{party, send};
use crate::shell::{Answer, page, titled};
use crate::views::frame::Link;
use crate::views::home::{Document, Line};
use crate::views::parts::{Button, Fact, TotalRow, Totals};

/// Credit notes.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/partner/credit-notes/{note}", get(show))
        .route("/partner/credit-notes/{note}/pdf", get(pdf))
        .route("/operator/credit-notes/{note}", get(show))
        .route("/operator/credit-notes/{note}/pdf", get(pdf))
}

async fn pdf(SignedIn { caller, visitor }: SignedIn, Path(note): Path<String>) -> Answer {
    let id: CreditNoteId = note.parse().map_err(|_| Problem::not_found())?;
    send(documents::credit_note(&visitor.site.app, &caller, id).await?)
}

async fn show(signed_in: SignedIn, Path(note): Path<String>) -> Answer {
    let SignedIn { caller, visitor } = signed_in;
    let lang = visitor.origin.lang;
    let id: CreditNoteId = note.parse().map_err(|_| Problem::not_found())?;
    let found = cancellation::credit_note(&visitor.site.app, &caller, id).await?;
    let title = text_with(lang, "credit-note-title", &Args::new().set("number", &found.note.number));
    let money = |minor| format::amount(lang, minor, found.currency);
    let is_partner = caller.kind == TenantKind::Partner;
    let area = if is_partner { "/partner" } else { "/operator" };
    let request = Link::new(
        format!("/partner/requests/{}", found.request.id.0),
        text_with(lang, "request-title", &Args::new().set("number", &found.request.number)),
    );
    let remark = text_with(lang, "credit-note-remark", &Args::new().set("order", &found.order.number));
    page(&Document {
        t: titled(&visitor, title),
        badge: None,
        note: String::new(),
        facts: facts(lang, &found),
        lines: lines(lang, &found),
        totals: Totals {
            rows: vec![
                TotalRow::new(text(lang, "total-net"), money(found.note.net)),
                TotalRow::new(text(lang, "total-tax"), money(found.note.tax)),
                TotalRow::sum(text(lang, "total-credit"), money(found.note.total)),
            ],
        },
        remarks: vec![remark],
        links: if is_partner { vec![request] } else { Vec::new() },
        actions: vec![Button::open("document-download", format!("{area}/credit-notes/{id}/pdf")).stays()],
    })
}

fn facts(lang: Lang, found: &CreditNote) -> Vec<Fact> {
    let issued = found.note.created_at.timestamp().to_zoned(documents::zone_named(&found.issuer.zone));
    vec![
        Fact::code("field-credit-note", found.note.number.clone()),
        Fact::new("field-date", format::date(lang, issued.date())),
        Fact::new("credit-note-issuer", party(lang, &found.issuer)),
        Fact::new("credit-note-for", party(lang, &found.recipient)),
        Fact::new("field-customer", party(lang, &found.customer)),
        Fact::code("field-order", found.order.number.clone()),
        Fact::new("field-purchase-order", found.order.po_number.clone()),
    ]
    .into_iter()
    .filter(|fact| !fact.value.is_empty())
    .collect()
}

fn lines(lang: Lang, found: &CreditNote) -> Vec<Line> {
    let money = |minor| format::amount(lang, minor, found.currency);
    let line = |titled: &cancellation::CreditLine| Line {
        product: titled.title.clone(),
        detail: titled.sku_title.clone(),
        href: String::new(),
        quantity: format::number(lang, titled.line.quantity),
        unit_price: format::unit_price(lang, titled.unit_price, found.currency),
        tax: format!(
            "{} ({})",
            money(titled.line.tax),
            format::percent_basis_points(lang, titled.tax_rate_basis_points)
        ),
        amount: money(titled.line.net),
        state: None,
    };
    found.lines.iter().map(line).collect()
}
