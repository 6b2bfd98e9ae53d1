//! The list as CSV for spreadsheets: with a byte order mark, a header in the reader's language, ISO dates and
//! plain numbers. A cell that a spreadsheet would take for a formula is made text by an apostrophe.

use jiff::Timestamp;
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::id::TenantId;
use perpetua_i18n::{Lang, text};
use perpetua_store::Conn;

use super::facts::{PurchaseFacts, PurchaseState, Window};
use super::list::{Question, export_max, scope, select};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// The columns, by the message of their heading.
const COLUMNS: [&str; 15] = [
    "export-product",
    "export-edition",
    "export-kind",
    "export-bought",
    "export-left",
    "export-order",
    "export-date",
    "export-state",
    "export-days-to-cancel",
    "export-cancel-until",
    "export-term-end",
    "export-activations-used",
    "export-activations-allowed",
    "export-product-id",
    "export-purchase-id",
];

/// Everything that the question selects, not only one page; keys are not part of it.
///
/// # Errors
///
/// As [`list`](super::list()).
pub async fn export(app: &App, caller: &Caller, customer: TenantId, question: Question) -> Result<String, Problem> {
    let now = app.clock.now();
    let caller = caller.clone();
    app.store.read(move |conn| write(conn, &caller, customer, &question, now)).await
}

fn write(
    conn: &mut Conn,
    caller: &Caller,
    customer: TenantId,
    question: &Question,
    now: Timestamp,
) -> Result<String, Problem> {
    let lang = caller.origin.lang;
    let (scope, _) = scope(conn, caller, customer)?;
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(COLUMNS.map(|id| text(lang, id).into_owned())).map_err(Problem::internal)?;
    for purchase in select(conn, scope, question, lang, None, false, export_max())? {
        let facts = PurchaseFacts::new(&purchase, now)?;
        csv.write_record(cells(lang, &facts).map(|cell| harmless(&cell))).map_err(Problem::internal)?;
    }
    let bytes = csv.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

fn cells(lang: Lang, facts: &PurchaseFacts) -> [String; 15] {
    let (days_left, last_day) = match facts.window {
        Window::Open { days_left, last_day } => (days_left.to_string(), last_day),
        Window::Closed { last_day } => (String::new(), last_day),
    };
    let (used, allowed) = facts.activations.unzip();
    [
        facts.product.clone(),
        facts.edition.clone(),
        text(lang, kind_message(facts.kind)).into_owned(),
        facts.bought.to_string(),
        facts.left.to_string(),
        facts.order_number.clone(),
        facts.placed_on.to_string(),
        text(lang, state_message(facts.state)).into_owned(),
        days_left,
        last_day.to_string(),
        facts.term_last_day.map(|day| day.to_string()).unwrap_or_default(),
        used.map(|used| used.to_string()).unwrap_or_default(),
        allowed.map(|allowed| allowed.to_string()).unwrap_or_default(),
        facts.product_id.clone(),
        facts.line.to_string(),
    ]
}

const fn kind_message(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Perpetual => "purchase-kind-perpetual",
        OfferKind::Subscription => "purchase-kind-subscription",
    }
}

const fn state_message(state: PurchaseState) -> &'static str {
    match state {
        PurchaseState::Active => "purchase-state-active",
        PurchaseState::PartlyCancelled => "purchase-state-partly-cancelled",
        PurchaseState::Ended => "purchase-state-ended",
        PurchaseState::Cancelled => "purchase-state-cancelled",
    }
}

/// Product titles come from price sheets, so a cell may begin like a formula.
pub(crate) fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_begins_like_a_formula() {
        for (cell, expected) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("Harbor Server", "Harbor Server"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }

    #[test]
    fn every_heading_exists_in_both_languages() {
        for lang in Lang::ALL {
            let missing: Vec<_> = COLUMNS.iter().filter(|id| !perpetua_i18n::exists(lang, id)).collect();
            assert!(missing.is_empty(), "{lang:?} lacks {missing:?}");
        }
    }
}
