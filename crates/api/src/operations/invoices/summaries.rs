//! The account at a glance (I-03, I-04).

use jiff::Timestamp;
use perpetua_app::billing::{self, AccountSummary};
use perpetua_domain::access::Permission as P;
use perpetua_i18n::{Lang, format};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date::{self, UNSET};
use crate::wire::fault::{Family, Fault};
use crate::wire::link::{Address, Attributes, SelfLinks};
use crate::wire::money;
use crate::wire::page::Collection;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("I-03", "/v1/invoices/summary", handler!(one))
            .says("The partner's account: balance, and when it was last billed and paid")
            .own(P::AccountView)
            .answers::<InvoiceSummary>(200),
        Operation::get("I-04", "/v1/invoices/summaries", handler!(all))
            .says("The partner's accounts, one per currency")
            .own(P::AccountView)
            .answers::<Collection<InvoiceSummary>>(200),
    ]
}

/// An account at a glance, with the same figures for the only type of invoice that there is.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceSummary {
    #[serde(flatten)]
    figures: AccountFigures,
    details: Vec<InvoiceSummaryDetail>,
}

/// The figures of an account. Dates are never missing: what is unknown has the year 1.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountFigures {
    /// What the partner owes; below zero when it has money to get.
    #[schema(value_type = f64)]
    balance_amount: Number,
    currency_code: String,
    currency_symbol: String,
    accounting_date: String,
    first_invoice_creation_date: String,
    last_payment_date: String,
    #[schema(value_type = f64)]
    last_payment_amount: Number,
    latest_invoice_date: String,
    links: SelfLinks,
    attributes: Attributes,
}

/// The same figures for one type of invoice.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceSummaryDetail {
    invoice_type: &'static str,
    summary: AccountFigures,
}

async fn one(call: Call) -> Result<Answer, Fault> {
    let mut found = summaries(&call).await?;
    if found.is_empty() { Err(Fault::not_found()) } else { Answer::ok(found.swap_remove(0)) }
}

async fn all(call: Call) -> Result<Answer, Fault> {
    let found = summaries(&call).await?;
    Answer::ok(Collection::<InvoiceSummary>::whole(found, &call.address()))
}

async fn summaries(call: &Call) -> Result<Vec<InvoiceSummary>, Fault> {
    let now = call.app().clock.now();
    let found = billing::summaries(call.app(), &call.caller, call.caller.tenant).await.about(Family::Other)?;
    Ok(found.iter().map(|account| of(account, now)).collect())
}

fn of(account: &AccountSummary, now: Timestamp) -> InvoiceSummary {
    let date = |at: Option<Timestamp>| at.map_or_else(|| UNSET.to_owned(), date::write);
    let amount = |minor| money::amount(minor, account.currency);
    let figures = AccountFigures {
        balance_amount: amount(account.balance.minor()),
        currency_code: account.currency.to_string(),
        currency_symbol: format::currency_symbol(Lang::En, account.currency),
        accounting_date: date::write(now),
        first_invoice_creation_date: date(account.first_invoice_at),
        last_payment_date: date(account.last_payment.map(|(at, ..)| at)),
        last_payment_amount: amount(account.last_payment.map_or(0, |(.., paid)| paid.minor())),
        latest_invoice_date: date(account.latest_invoice_at),
        links: SelfLinks::at(Address::of(["invoices", "summary"])),
        attributes: Attributes::of("InvoiceSummary"),
    };
    // Everything here is bought once; so the only type has the figures of the whole.
    let details = vec![InvoiceSummaryDetail { invoice_type: "OneTime", summary: figures.clone() }];
    InvoiceSummary { figures, details }
}
