//! The page of one request, from what the desk found.

use perpetua_app::desk::{self, AnswerFacts, CasePage, LineSide};
use perpetua_domain::access::TenantKind;
use perpetua_domain::file::FileState;
use perpetua_domain::order::LineState;
use perpetua_domain::request::{ProblemType, ReasonChoice, RequestOutcome, RequestState};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::decision::Shown;
use super::{At, list_of, title, when};
use crate::attached;
use crate::pages::software::reasons;
use crate::shell::titled;
use crate::views::desk::{Canned, FileLine, Note, Purchase, PurchaseLine, RequestPage};
use crate::views::form::{Choice, Field, Form, Kind};
use crate::views::frame::{Link, Tone};
use crate::views::parts::{Badge, Button, Fact, Look, TotalRow, Totals};

/// Whether somebody can still credit or refuse it.
pub fn is_open_refund(found: &CasePage) -> bool {
    found.may_decide && found.request.problem_type.0 == ProblemType::Refund && !is_closed(found)
}

fn is_closed(found: &CasePage) -> bool {
    found.request.state.0 == RequestState::Closed
}

pub fn page(at: &At, found: &CasePage, shown: Option<Shown>) -> RequestPage {
    let lang = at.lang();
    let request = &found.request;
    let mut t = titled(&at.visitor, text_with(lang, "request-title", &Args::new().set("number", &request.number)));
    t.crumbs = vec![Link::new(list_of(&at.caller), text(lang, "nav-requests"))];
    RequestPage {
        t,
        state: state(lang, request.state.0.as_text(), request.outcome.map(|outcome| outcome.0)),
        tags: tags(lang, found),
        facts: facts(at, found),
        text: paragraphs(&request.free_text),
        notes: notes(lang, found),
        files: files(at, found),
        write: (found.may_write && !is_closed(found)).then(|| write(at, found)),
        reply: if is_closed(found) { found.case.reply.clone() } else { String::new() },
        credit: credit(lang, found),
        done: done(lang, found),
        buttons: buttons(at, found),
        links: links(at, found),
        purchase: found.order.as_ref().map(|_| purchase(lang, found)),
        decision: shown.map(|shown| shown.view(at, found)),
        refuse: (is_open_refund(found) && found.case.proposal.is_empty()).then(|| refuse(at, found)),
        limit: limit(at, found),
        canned: None,
        replace: replace(at, found),
        error: String::new(),
        typed: Vec::new(),
    }
}

/// A state, or how it ended, in words and colour.
pub fn state(lang: Lang, state: &str, outcome: Option<RequestOutcome>) -> Badge {
    match outcome {
        Some(outcome) => {
            let tone = if outcome == RequestOutcome::Credited { Tone::Good } else { Tone::Plain };
            Badge::new(tone, text(lang, &format!("request-outcome-{outcome}")))
        }
        None if state == RequestState::Closed.as_text() => {
            Badge::new(Tone::Plain, text(lang, &format!("request-state-{state}")))
        }
        None => Badge::new(Tone::Warn, text(lang, &format!("request-state-{state}"))),
    }
}

fn tags(lang: Lang, found: &CasePage) -> Vec<Badge> {
    let mut tags = Vec::new();
    if found.is_overdue {
        tags.push(Badge::new(Tone::Bad, text(lang, "desk-overdue")));
    }
    if found.answers && !found.case.assignee_name.is_empty() {
        tags.push(Badge::new(Tone::Accent, found.case.assignee_name.clone()));
    }
    tags
}

/// Lines of a text that somebody wrote.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn notes(lang: Lang, found: &CasePage) -> Vec<Note> {
    let note = |note: &perpetua_app::desk::NoteFacts| Note {
        author: note.author_name.clone(),
        when: when(lang, note.at.timestamp()),
        text: paragraphs(&note.text),
    };
    found.notes.iter().map(note).collect()
}

fn files(at: &At, found: &CasePage) -> Vec<FileLine> {
    let lang = at.lang();
    let line = |row: &perpetua_app::request_files::FileFacts| {
        let state = row.state.0;
        let tone = if state == FileState::Infected { Tone::Bad } else { Tone::Warn };
        let badge = match state {
            FileState::Clean | FileState::Unscanned if row.holds_key => {
                Some(Badge::new(Tone::Warn, text(lang, "file-holds-key")))
            }
            FileState::Clean | FileState::Unscanned => None,
            FileState::Waiting | FileState::Infected => {
                Some(Badge::new(tone, text(lang, &format!("file-state-{state}"))))
            }
        };
        FileLine {
            name: row.name.clone(),
            href: if state.is_open() { format!("{}/files/{}", at.path, row.id.0) } else { String::new() },
            detail: attached::detail(lang, row),
            by: row.person_name.clone(),
            when: when(lang, row.created_at.timestamp()),
            badge,
        }
    };
    found.files.iter().map(line).collect()
}

fn facts(at: &At, found: &CasePage) -> Vec<Fact> {
    let lang = at.lang();
    let request = &found.request;
    let word = |prefix: &str, word: &str| text(lang, &format!("{prefix}-{word}")).into_owned();
    let is_refund = request.problem_type.0 == ProblemType::Refund;
    let mut facts = vec![
        Fact::new("field-title", title(lang, request)),
        Fact::new("field-problem-type", word("problem-type", request.problem_type.0.as_text())),
        Fact::new("field-impact-short", word("impact", request.impact.0.as_text())),
        Fact::new("field-date", when(lang, request.created_at.timestamp())),
    ];
    if found.answers || found.is_ask {
        facts.push(Fact::new("field-partner", found.partner_name.clone()));
    }
    if request.customer_id != request.partner_id {
        facts.push(Fact::new("field-customer", found.customer_name.clone()));
    }
    if let Some(number) = &found.order_number {
        facts.push(Fact::code("field-order", number.clone()));
    }
    if is_refund {
        let reason = [
            if request.reason_kind.0 == ReasonChoice::NotGiven && !request.reason_text.is_empty() {
                String::new()
            } else {
                word("reason", request.reason_kind.0.as_text())
            },
            request.reason_text.clone(),
        ];
        let reason: Vec<String> = reason.into_iter().filter(|part| !part.is_empty()).collect();
        facts.push(Fact::new("field-refund-reason", reason.join(" – ")));
    }
    if let (Some(amount), Ok(currency)) = (request.amount, request.currency.parse()) {
        facts.push(Fact::new("field-refund-amount", format::amount(lang, amount, currency)));
    }
    let contact = [&request.contact_name, &request.contact_email, &request.contact_phone];
    let contact: Vec<&str> = contact.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if !contact.is_empty() {
        facts.push(Fact::new("field-requested-by", contact.join(", ")));
    }
    if let Some(at) = request.personal_removed_at {
        facts.push(Fact::new("desk-personal-removed", when(lang, at.timestamp())));
    }
    if !found.case.inform.is_empty() {
        facts.push(Fact::new("field-inform", found.case.inform.replace('\n', ", ")));
    }
    if !is_closed(found) && !found.is_ask {
        facts.push(Fact::new("desk-due", when(lang, found.case.due_at.timestamp())));
    }
    if let Some((note, _)) = &found.credit_note {
        facts.push(match note_path(at, found) {
            Some(path) => Fact::link("field-credit-note", note.number.clone(), path),
            None => Fact::code("field-credit-note", note.number.clone()),
        });
    }
    facts
}

fn note_path(at: &At, found: &CasePage) -> Option<String> {
    let (note, _) = found.credit_note.as_ref().filter(|_| found.shows_note)?;
    let area = if at.caller.kind == TenantKind::Operator { "/operator" } else { "/partner" };
    Some(format!("{area}/credit-notes/{}", note.id.0))
}

fn done(lang: Lang, found: &CasePage) -> Vec<String> {
    let lines = found.credit_note.iter().flat_map(|(_, lines)| lines).filter(|titled| titled.line.quantity > 0);
    let sentence = |titled: &perpetua_app::cancellation::CreditLine| {
        let args = Args::new().num("count", titled.line.quantity).set("product", &titled.title);
        text_with(lang, "cancelled-line", &args)
    };
    lines.map(sentence).collect()
}

fn credit(lang: Lang, found: &CasePage) -> Option<Totals> {
    let (note, _) = found.credit_note.as_ref().filter(|_| found.shows_amounts)?;
    let currency = note.currency.parse().ok()?;
    let money = |minor| format::amount(lang, minor, currency);
    Some(Totals {
        rows: vec![
            TotalRow::new(text(lang, "total-net"), money(note.net)),
            TotalRow::new(text(lang, "total-tax"), money(note.tax)),
            TotalRow::sum(text(lang, "total-credit"), money(note.total)),
        ],
    })
}

fn write(at: &At, found: &CasePage) -> Form {
    let mut fields = vec![
        Field::new(Kind::Area, "note", "field-your-note").max(10_000).wide(),
        Field::new(Kind::Files, "files", "field-files").hint("hint-files").wide(),
    ];
    if found.answers {
        fields.push(Field::new(Kind::Check, "ask_back", "field-ask-back").wide());
    }
    let token = at.visitor.form_token();
    Form::new(format!("{}/write", at.path), "action-add-note").group("", fields).once(token).plain()
}

/// The choice of canned answers, in the language of whoever chooses.
pub fn canned(at: &At, view: &RequestPage, answers: &[AnswerFacts]) -> Option<Canned> {
    let into_refusal = view.refuse.is_some();
    if answers.is_empty() || (view.write.is_none() && !into_refusal) {
        return None;
    }
    let lang = at.lang();
    let choices = answers.iter().map(|row| Choice::new(row.id.0.to_string(), desk::title(row, lang)));
    let answer = Field::select("answer", "field-answer", choices.collect()).required().wide();
    Some(Canned { action: at.path.clone(), answer, into_refusal })
}

fn refuse(at: &At, found: &CasePage) -> Form {
    let reason = Field::new(Kind::Area, "refusal", "field-refusal").required().hint("hint-refusal").max(2_000).wide();
    let version = Field::hidden("version", found.request.version.to_string());
    let mut form =
        Form::new(format!("{}/refuse", at.path), "desk-refuse-button").group("", vec![version, reason]).plain();
    form.danger = true;
    form
}

/// The purchases of a request whose keys can be changed.
fn with_keys(found: &CasePage) -> Option<Vec<&LineSide>> {
    let order = found.order.as_ref().filter(|_| !is_closed(found))?;
    let lines: Vec<&LineSide> = order.lines.iter().filter(|line| line.key_state.as_deref() == Some("active")).collect();
    (found.request.problem_type.0 != ProblemType::Refund && !lines.is_empty()).then_some(lines)
}

fn replace(at: &At, found: &CasePage) -> Option<Form> {
    let lines = with_keys(found)?;
    let choices = lines.iter().map(|line| Choice::new(line.number.to_string(), line.title.clone()));
    let fields = vec![
        Field::hidden("version", found.request.version.to_string()),
        Field::select("replace_line", "field-product", choices.collect()).required().wide(),
        Field::select("why", "field-replace-why", reasons(at.lang())).required().wide(),
    ];
    let mut form = Form::new(format!("{}/replace", at.path), "action-replace-key").group("", fields).plain();
    form.danger = true;
    Some(form)
}

fn limit(at: &At, found: &CasePage) -> Option<Form> {
    let lines = with_keys(found)?;
    let choices = lines.iter().map(|line| {
        Choice::new(line.number.to_string(), format!("{} · {}", line.title, format::number(at.lang(), line.limit)))
    });
    let fields = vec![
        Field::hidden("version", found.request.version.to_string()),
        Field::select("limit_line", "field-product", choices.collect()).required().wide(),
        Field::new(Kind::Number, "limit", "field-new-limit").required().max(7).wide(),
    ];
    Some(Form::new(format!("{}/limit", at.path), "action-raise-limit").group("", fields).plain())
}

fn buttons(at: &At, found: &CasePage) -> Vec<Button> {
    let to = |label, word: &str| Button::post(label, format!("{}/state", at.path)).field("to", word);
    let closed = is_closed(found);
    let is_refund = found.request.problem_type.0 == ProblemType::Refund;
    let mut buttons = Vec::new();
    if found.may_decide && !found.is_ask && !closed {
        let assign = format!("{}/assign", at.path);
        let mine = found.case.assignee_id.is_some_and(|person| person.0 == at.caller.person);
        buttons.push(if mine {
            Button::post("action-lay-back", assign)
        } else {
            Button::post("action-take", assign).field("take", "1")
        });
    }
    if !found.may_write {
        return buttons;
    }
    if closed && found.request.outcome.is_none() {
        buttons.push(to("action-reopen", "open"));
    } else if !closed && is_refund && !found.answers {
        buttons.push(to("action-withdraw-request", "closed").look(Look::Danger));
    } else if !closed && !is_refund {
        buttons.push(to("action-close-request", "closed"));
    }
    buttons
}

fn links(at: &At, found: &CasePage) -> Vec<Link> {
    let lang = at.lang();
    let mut links = Vec::new();
    if let (true, Some(line), false) = (found.is_ask && found.may_decide, found.case.line_id, is_closed(found)) {
        let purchase = format!("/partner/customers/{}/software/{}", found.request.customer_id.0, line.0);
        links.push(Link::new(format!("{purchase}/cancel"), text(lang, "action-cancel")));
    }
    let request = &found.request;
    // Helpers see inventory, plan and errors without asking for them (M28).
    if request.problem_type.0 == ProblemType::Deployment && request.customer_id != request.partner_id {
        let base = match at.caller.kind {
            TenantKind::Operator => format!("/operator/customers/{}", request.customer_id.0),
            TenantKind::Partner => format!("/partner/customers/{}", request.customer_id.0),
            TenantKind::Customer => "/customer".to_owned(),
        };
        links.push(Link::new(format!("{base}/migration"), text(lang, "nav-migration")));
    }
    if let Some(path) = note_path(at, found) {
        links.push(Link::new(path, text(lang, "field-credit-note")));
    }
    if at.caller.kind == TenantKind::Partner && is_closed(found) && found.request.order_id.is_some() {
        let software = format!("/partner/customers/{}/software", found.request.customer_id.0);
        links.push(Link::new(software, text(lang, "nav-software")));
    }
    if let Some(order) = &found.order {
        links.push(Link::new(format!("/operator/orders/{}", order.id), text(lang, "desk-open-order")));
    }
    links
}

fn purchase(lang: Lang, found: &CasePage) -> Purchase {
    let Some(order) = &found.order else { return Purchase { facts: Vec::new(), lines: Vec::new() } };
    let money = |amount: perpetua_domain::money::Amount| format::amount(lang, amount.minor(), order.currency);
    let line = |line: &LineSide| PurchaseLine {
        product: line.title.clone(),
        detail: text_with(
            lang,
            "desk-units-of",
            &Args::new().num("left", line.bought - line.cancelled).num("bought", line.bought),
        ),
        state: line_state(lang, line.state),
        paid: money(line.paid),
        left: money(line.left),
        key: match line.key_state.as_deref() {
            Some("active") => text_with(
                lang,
                "desk-key-active",
                &Args::new().num("used", line.used).set("limit", format::number(lang, line.limit)),
            ),
            Some(_) => text(lang, "desk-key-revoked").into_owned(),
            None => "–".to_owned(),
        },
        links: text_with(lang, "desk-link-uses", &Args::new().num("uses", line.link_uses).num("links", line.links)),
        reveals: match line.reveals {
            (0, _) => text(lang, "desk-never").into_owned(),
            (count, last) => text_with(
                lang,
                "desk-times",
                &Args::new().num("count", count).set("last", last.map_or(String::new(), |at| when(lang, at))),
            ),
        },
    };
    let closes = order.lines.iter().map(|line| line.window_closes_at).min();
    // The window ends with a day of the zone that the order states.
    let zone = crate::pages::money::zone(&order.zone);
    let there = |at| format::date_time(lang, at, &zone);
    let mut facts = vec![
        Fact::code("field-order", order.number.clone()),
        Fact::new("field-date", there(order.placed_at)),
        Fact::new("field-partner", found.partner_name.clone()),
        Fact::new("field-customer", found.customer_name.clone()),
    ];
    facts.extend(closes.map(|at| Fact::new("desk-window", there(at))));
    Purchase { facts, lines: order.lines.iter().map(line).collect() }
}

fn line_state(lang: Lang, state: LineState) -> Badge {
    match state {
        LineState::Active => Badge::new(Tone::Good, text(lang, "purchase-state-active")),
        LineState::PartlyCancelled => Badge::new(Tone::Warn, text(lang, "purchase-state-partly-cancelled")),
        LineState::Cancelled => Badge::new(Tone::Bad, text(lang, "purchase-state-cancelled")),
    }
}
