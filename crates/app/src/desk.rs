//! The support desk (M28, M31–M39): asking for what one click cannot settle, the queue of those who answer, and the
//! decisions that the system itself carries out.
//!
//! A request and its conversation are [`crate::support`]'s; here stands what people of both sides see and decide
//! beyond that. Credits go through the steps of [`crate::cancellation`], so that a decision and a cancellation can
//! never credit the same money twice (I8). What may be credited is decided by `domain::desk`.

mod ask;
mod calendar;
mod canned;
mod decide;
mod record;
mod report;
mod show;
mod words;
mod work;

use jiff::Timestamp;
use perpetua_domain::access::TenantKind;
use perpetua_domain::desk::{Stage, answer_due};
use perpetua_domain::id::OrderLineId;
use perpetua_domain::request::RequestOutcome;
use perpetua_i18n::Lang;
use perpetua_store::desk::{self as rows, CaseRow};
use perpetua_store::requests::RequestRow;
use perpetua_store::{Conn, Id, StoreError, Word, tenants};

use crate::caller::{Caller, Stamp};
use crate::documents::zone_of;
use crate::problem::Problem;

pub(crate) use ask::close_asks;
pub use ask::{Ask, Asked, AskedRow, ask, asked, may_ask, refuse_ask};
pub use calendar::{Holiday, add_holidays, calendar, change_holiday, remove_holidays};
pub use canned::{EditAnswer, canned_answers, remove_answer, save_answer, title, words};
pub use decide::{
    Answer, Credit, Decided, DecisionPreview, LineDecision, approve, credit, decline, preview, proposal, refuse,
};
pub use perpetua_store::canned_answers::AnswerRow as AnswerFacts;
pub use perpetua_store::desk::{CaseRow as CaseFacts, QueueFilter, Queued};
pub use perpetua_store::support::NoteRow as NoteFacts;
pub(crate) use record::noted_as;
pub use report::{Facts, Filed, Report, facts_of_line, may_report, report};
pub use show::{CasePage, LineSide, OrderSide, show};
pub use words::write_missing;
pub(crate) use words::{rewrite_words, write_words};
pub(crate) use work::require_desk;
pub use work::{
    Limit, ReplaceKey, assign, queue, raise_limit, replace_key, second_person_above, set_second_person_above,
};

/// What a request tells the desk beyond its own row.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) stage: Stage,
    pub(crate) line: Option<OrderLineId>,
    pub(crate) language: Lang,
    pub(crate) inform: Vec<String>,
}

impl Default for Case {
    fn default() -> Self {
        Self { stage: Stage::Operator, line: None, language: Lang::En, inform: Vec::new() }
    }
}

/// Begins the desk's side of a request in the transaction that stores it.
pub(crate) fn begin(conn: &mut Conn, stamp: &Stamp, row: &RequestRow, case: Case) -> Result<(), StoreError> {
    let case = new_case(conn, row, stamp.now, case)?;
    rows::insert(conn, &case)?;
    write_words(conn, row)
}

/// The desk's side of a request; one that is older than the desk gets what it would have had.
fn case_of(conn: &mut Conn, row: &RequestRow) -> Result<CaseRow, StoreError> {
    if let Some(case) = rows::find(conn, row.id.0)? {
        return Ok(case);
    }
    new_case(conn, row, row.created_at.timestamp(), Case::default())
}

fn new_case(conn: &mut Conn, row: &RequestRow, at: Timestamp, case: Case) -> Result<CaseRow, StoreError> {
    let zone = zone_of(tenants::operator(conn)?.as_ref());
    let holidays = calendar::from(conn, at, &zone)?;
    Ok(CaseRow {
        request_id: row.id,
        stage: Word(case.stage),
        line_id: case.line.map(Id),
        language: case.language.tag().to_owned(),
        inform: case.inform.join("\n"),
        due_at: answer_due(at, row.impact.0, &zone, &holidays).into(),
        answered_at: None,
        assignee_id: None,
        assignee_name: String::new(),
        reply: String::new(),
        proposal: String::new(),
        proposed_by: None,
        proposed_by_name: String::new(),
        proposed_at: None,
    })
}

/// Whether a customer asked its partner for this.
pub(crate) fn is_ask(conn: &mut Conn, row: &RequestRow) -> Result<bool, StoreError> {
    Ok(rows::find(conn, row.id.0)?.is_some_and(|case| case.stage.0 == Stage::Partner))
}

/// Whether the caller is of the side that answers this request.
pub(crate) fn answers(conn: &mut Conn, caller: &Caller, row: &RequestRow) -> Result<bool, StoreError> {
    let kind = if is_ask(conn, row)? { TenantKind::Partner } else { TenantKind::Operator };
    Ok(caller.kind == kind)
}

/// Notes the first answer; the request's row was written in this transaction.
pub(crate) fn answered(conn: &mut Conn, stamp: &Stamp, row: &RequestRow) -> Result<(), StoreError> {
    let case = case_of(conn, row)?;
    if case.answered_at.is_some() {
        return Ok(());
    }
    rows::save(conn, &CaseRow { answered_at: Some(stamp.now.into()), ..case })
}

/// A request that ended says how, to whoever would end it again.
pub(crate) fn already(outcome: Option<RequestOutcome>) -> Problem {
    match outcome {
        Some(RequestOutcome::Credited) => Problem::conflict("request_credited_already"),
        Some(RequestOutcome::Refused) => Problem::conflict("request_refused_already"),
        Some(RequestOutcome::Withdrawn) => Problem::conflict("request_withdrawn_already"),
        None => Problem::conflict("request_closed"),
    }
}
