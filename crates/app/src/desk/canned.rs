//! Answers that the operator's people give again and again, in both languages or in one: one is put into a note or a
//! refusal, and is changed there before it is sent. Whoever asked in a language that an answer lacks gets the other.

use perpetua_domain::access::Permission;
use perpetua_domain::id::RowId;
use perpetua_i18n::Lang;
use perpetua_store::canned_answers::{self as rows, AnswerRow};
use perpetua_store::{Conn, Id};
use serde_json::json;

use super::work::require_desk;
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::key_text::mask_within;
use crate::problem::{Param, Problem};

/// Answers that there may be.
const ANSWERS_MAX: usize = 100;
/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 120;
/// Longest text, in characters: that of a refusal.
const TEXT_CHARS_MAX: usize = 2_000;

/// An answer as it was typed; problems name these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditAnswer {
    /// Which answer, and the version that was on the page; `None` for a new one.
    pub of: Option<(RowId, i64)>,
    /// What it is called in English; one of the languages may be empty.
    pub title_en: String,
    /// Its words in English.
    pub text_en: String,
    /// What it is called in Czech.
    pub title_cs: String,
    /// Its words in Czech.
    pub text_cs: String,
}

/// Title of an answer in a language, or in the only one that it has.
pub fn title(row: &AnswerRow, lang: Lang) -> &str {
    either(lang, &row.title_en, &row.title_cs)
}

/// Words of an answer in a language, or in the only one that it has.
pub fn words(row: &AnswerRow, lang: Lang) -> &str {
    either(lang, &row.text_en, &row.text_cs)
}

fn either<'a>(lang: Lang, en: &'a str, cs: &'a str) -> &'a str {
    let (wanted, other) = match lang {
        Lang::En => (en, cs),
        Lang::Cs => (cs, en),
    };
    if wanted.is_empty() { other } else { wanted }
}

/// All answers, and whether the caller may change them.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn canned_answers(app: &App, caller: &Caller) -> Result<(Vec<AnswerRow>, bool), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_desk(conn, &caller)?;
            Ok((rows::all(conn)?, authorize::allows(conn, &caller, Permission::PartnerManage, Owner::Own)?))
        })
        .await
}

/// Adds or changes an answer.
///
/// # Errors
///
/// `missing_role`, `not_found`; `changed_elsewhere`, `too_many_answers`; `invalid_input` naming each field.
pub async fn save_answer(app: &App, caller: &Caller, command: EditAnswer) -> Result<(), Problem> {
    let secrets = app.vault.check_secrets();
    let command = EditAnswer {
        of: command.of,
        title_en: mask_within(&command.title_en, TITLE_CHARS_MAX, &secrets),
        text_en: mask_within(&command.text_en, TEXT_CHARS_MAX, &secrets),
        title_cs: mask_within(&command.title_cs, TITLE_CHARS_MAX, &secrets),
        text_cs: mask_within(&command.text_cs, TEXT_CHARS_MAX, &secrets),
    };
    app.store.write((app.stamp(caller), command), |conn, (stamp, command)| save(conn, stamp, command)).await
}

fn check(command: &EditAnswer) -> Result<(), Problem> {
    let fields = [
        ("title_en", &command.title_en, TITLE_CHARS_MAX, false),
        ("text_en", &command.text_en, TEXT_CHARS_MAX, true),
        ("title_cs", &command.title_cs, TITLE_CHARS_MAX, false),
        ("text_cs", &command.text_cs, TEXT_CHARS_MAX, true),
    ];
    // One language is enough, but a language that was begun has a title and words.
    let has_en = !command.title_en.is_empty() || !command.text_en.is_empty();
    let has_cs = !command.title_cs.is_empty() || !command.text_cs.is_empty();
    let needed = |name: &str| if name.ends_with("_cs") { has_cs } else { has_en || !has_cs };
    let mut problem = Problem::invalid("invalid_input");
    for (name, text, max, has_lines) in fields {
        let count = text.chars().count();
        let is_plain = has_lines || !text.chars().any(char::is_control);
        if count == 0 && needed(name) {
            problem = problem.with_field(name, "missing");
        } else if count > max || !is_plain {
            let params = vec![("max", Param::Number(i64::try_from(max).unwrap_or(i64::MAX)))];
            problem = problem.with_field_params(name, "too_long", params);
        }
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

fn save(conn: &mut Conn, stamp: &Stamp, command: &EditAnswer) -> Result<(), Problem> {
    authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
    check(command)?;
    let mut ids = stamp.seed.ids();
    let (id, version) = command.of.map_or_else(|| (ids.next(), 0), |(id, version)| (id, version));
    let row = AnswerRow {
        id: Id(id),
        title_en: command.title_en.clone(),
        text_en: command.text_en.clone(),
        title_cs: command.title_cs.clone(),
        text_cs: command.text_cs.clone(),
        version,
    };
    if command.of.is_some() {
        if rows::find(conn, id)?.ok_or_else(Problem::not_found)?.version != version {
            return Err(Problem::conflict("changed_elsewhere"));
        }
        rows::update(conn, &row)?;
    } else {
        if rows::all(conn)?.len() >= ANSWERS_MAX {
            return Err(Problem::conflict("too_many_answers"));
        }
        rows::insert(conn, &AnswerRow { version: 1, ..row.clone() })?;
    }
    let entry = Entry::new("canned_answer.saved", "canned_answer", id).detail(json!({ "name": title(&row, Lang::En) }));
    Ok(audit::record(conn, &mut ids, stamp, &entry)?)
}

/// Removes an answer; one that is gone stays gone.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator's administrators.
pub async fn remove_answer(app: &App, caller: &Caller, id: RowId) -> Result<(), Problem> {
    app.store
        .write((app.stamp(caller), id), |conn, (stamp, id)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
            let Some(row) = rows::find(conn, *id)? else { return Ok(()) };
            rows::remove(conn, *id)?;
            let facts = json!({ "name": title(&row, Lang::En) });
            let entry = Entry::new("canned_answer.removed", "canned_answer", *id).detail(facts);
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}
