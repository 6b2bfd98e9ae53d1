//! Changing a service request: notes, closing, reopening, and its words.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::TenantId;
use perpetua_domain::request::{Impact, RequestState};
use perpetua_domain::support::{
    NOTES_MAX, RequestFacts, RequestRefusal, TEXT_CHARS_MAX, TITLE_CHARS_MAX, WantedRequest, decide,
};
use perpetua_store::requests::RequestRow;
use perpetua_store::support::{self as rows, NoteRow};
use perpetua_store::{Conn, Id, Utc, Word};

use super::view::{RequestView, find, load};
use super::{announce, is_text, is_title, side_of};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::desk;
use crate::key_text::mask_within;
use crate::problem::{Param, Problem};
use crate::request_files::{self, Attached, SentFiles};

/// A change of one request; `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeRequest {
    /// The number that people read.
    pub number: String,
    /// Only when it is of this customer.
    pub customer: Option<TenantId>,
    /// The version that the caller saw; `None` changes whatever is there.
    pub expected_version: Option<i64>,
    /// A note to add.
    pub note: Option<String>,
    /// Its state.
    pub state: Option<RequestState>,
    /// How much it hurts.
    pub impact: Option<Impact>,
    /// One line, 1 to 256 characters.
    pub title: Option<String>,
    /// 1 to 10,000 characters.
    pub description: Option<String>,
    /// Files to add.
    pub files: Option<SentFiles>,
}

/// Changes a request and answers with it as it is then. What is so already is no change.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `changed_elsewhere` when the expected version is not the
/// present one; `request_closed`, `request_settled`, `request_credited_already` and its like, `too_many_notes`,
/// `request_needs_decision`, `reopen_too_late`, `request_state`;
/// `invalid_input`, with `file_holds_key` for a file that was not confirmed.
pub async fn change(app: &App, caller: &Caller, command: ChangeRequest) -> Result<RequestView, Problem> {
    let secrets = app.vault.check_secrets();
    let masked = |text: Option<String>, max| text.map(|text| mask_within(&text, max, &secrets));
    let command = ChangeRequest {
        note: masked(command.note, TEXT_CHARS_MAX).filter(|note| !note.is_empty()),
        title: masked(command.title, TITLE_CHARS_MAX),
        description: masked(command.description, TEXT_CHARS_MAX),
        ..command
    };
    check(&command)?;
    let input = (app.stamp(caller), command);
    app.store.write(input, |conn, (stamp, command)| change_in(conn, stamp, command)).await
}

fn check(command: &ChangeRequest) -> Result<(), Problem> {
    let mut problem = Problem::invalid("invalid_input");
    if command.title.as_ref().is_some_and(|title| !is_title(title)) {
        problem = problem.with_field("title", "request_title_long");
    }
    for (field, text) in [("description", &command.description), ("note", &command.note)] {
        if text.as_ref().is_some_and(|text| !is_text(text)) {
            let max = Param::Number(i64::try_from(TEXT_CHARS_MAX).unwrap_or(i64::MAX));
            problem = problem.with_field_params(field, "request_text", vec![("max", max)]);
        }
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

fn change_in(conn: &mut Conn, stamp: &Stamp, command: &ChangeRequest) -> Result<RequestView, Problem> {
    let (row, ..) = find(conn, &stamp.caller, Permission::RequestEdit, command.customer, &command.number)?;
    // What a customer asked its partner is between those two: the operator reads it.
    if stamp.caller.kind == TenantKind::Operator && desk::is_ask(conn, &row)? {
        return Err(Problem::not_found());
    }
    let by_desk = desk::answers(conn, &stamp.caller, &row)?;
    if command.expected_version.is_some_and(|expected| expected != row.version) {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    let next = RequestRow {
        impact: command.impact.map_or(row.impact, Word),
        title: command.title.clone().unwrap_or_else(|| row.title.clone()),
        free_text: command.description.clone().unwrap_or_else(|| row.free_text.clone()),
        ..row.clone()
    };
    let files = match &command.files {
        None => 0,
        Some(sent) => match request_files::attach(conn, stamp, sent, &row)? {
            Attached::Now(count) => count,
            // A copy of the form: what it says is said already.
            Attached::Before => return load(conn, &stamp.caller, &row.number),
        },
    };
    let adds = command.note.is_some() || files > 0;
    let wanted = WantedRequest { has_note: adds, state: command.state, edits: next != row, by_desk };
    let facts = RequestFacts {
        kind: row.problem_type.0,
        state: row.state.0,
        outcome: row.outcome.map(|outcome| outcome.0),
        closed_at: row.closed_at.map(Utc::timestamp),
        notes: rows::count_notes(conn, row.id)?,
    };
    let decided = decide(&facts, &wanted, stamp.now).map_err(problem_of)?;
    let next = RequestRow {
        state: Word(decided.state),
        outcome: decided.outcome.map(Word),
        closed_at: decided.closed_at.map(Utc::from),
        ..next
    };
    if next == row && !adds {
        return load(conn, &stamp.caller, &row.number);
    }
    save(conn, stamp, (&row, &next), command.note.as_deref(), files)?;
    if by_desk && (adds || next.state.0 == RequestState::Closed) {
        desk::answered(conn, stamp, &next)?;
    }
    load(conn, &stamp.caller, &next.number)
}

/// Stores a change with its note, record and event.
fn save(
    conn: &mut Conn,
    stamp: &Stamp,
    (before, row): (&RequestRow, &RequestRow),
    note: Option<&str>,
    files: usize,
) -> Result<(), Problem> {
    let mut ids = stamp.seed.ids();
    rows::update(conn, row, &side_of(stamp, row.id))?;
    if before.title != row.title {
        desk::write_words(conn, row)?;
    }
    if let Some(text) = note {
        let note = NoteRow {
            id: Id(ids.next()),
            request_id: row.id,
            author_id: Id(stamp.caller.person),
            author_name: stamp.caller.name.clone(),
            at: stamp.now.into(),
            text: text.to_owned(),
        };
        rows::insert_note(conn, &note)?;
    }
    let changes = [
        ("note", note.is_some()),
        ("files", files > 0),
        ("state", before.state != row.state),
        ("impact", before.impact != row.impact),
        ("title", before.title != row.title),
        ("description", before.free_text != row.free_text),
    ];
    let changed: Vec<&str> = changes.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect();
    let closes = before.state.0 != RequestState::Closed && row.state.0 == RequestState::Closed;
    announce(conn, &mut ids, stamp, row, if closes { "request.closed" } else { "request.changed" }, &changed)
}

fn problem_of(refusal: RequestRefusal) -> Problem {
    match refusal {
        RequestRefusal::Closed => Problem::conflict("request_closed"),
        RequestRefusal::Settled => Problem::conflict("request_settled"),
        RequestRefusal::Decided { outcome } => crate::desk::already(Some(outcome)),
        RequestRefusal::ReopenTooLate { until } => {
            Problem::conflict("reopen_too_late").with("until", Param::Instant(until))
        }
        RequestRefusal::StateNotAllowed => Problem::conflict("request_state"),
        RequestRefusal::TooManyNotes => Problem::conflict("too_many_notes").with("max", Param::Number(NOTES_MAX)),
        RequestRefusal::NeedsDecision => Problem::conflict("request_needs_decision"),
    }
}
