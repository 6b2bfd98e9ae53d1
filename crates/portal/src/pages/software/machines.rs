//! The machines of one purchase: used and left activations, giving one back, the export, and offline requests.

use std::io::Read as _;

use axum::extract::{Request, State};
use jiff::Timestamp;
use perpetua_app::activation::files;
use perpetua_app::activation::history;
use perpetua_app::activation::machines::{self, Machine, MachineState, Machines, PAGE};
use perpetua_app::activation::replace::{self, Replacements, Why};
use perpetua_app::activation::watch::{self, Alarm};
use perpetua_app::{Problem, software};
use perpetua_domain::id::MachineId;
use perpetua_domain::media::Selection;
use perpetua_http::{FormData, PostForm, SiteState};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::{At, answer_code, wording};
use crate::shell::{self, Answer, file, go, page_with, sentence, titled};
use crate::upload;
use crate::views::chart::{Bar, Chart};
use crate::views::form::Choice;
use crate::views::forms;
use crate::views::frame::{Link, Tone};
use crate::views::list::List;
use crate::views::parts::{Badge, Button, Empty, Fact, Look};
use crate::views::software::{MachineRow, Machines as View};

/// The most bytes of an uploaded request file.
const FILE_MAX: u64 = 1 << 20;

pub async fn page(at: At) -> Answer {
    shell::page(&view(&at).await?)
}

pub async fn view(at: &At) -> Result<View, Problem> {
    let line = at.line()?;
    let app = &at.visitor.site.app;
    let lang = at.visitor.origin.lang;
    let query = at.visitor.here.split_once('?').map_or("", |(_, query)| query);
    let after = after(FormData::parse(query).get("after"));
    let purchase = software::page(app, &at.caller, line, Selection::default()).await?;
    if purchase.facts.customer != at.customer {
        return Err(Problem::not_found());
    }
    let found = machines::list(app, &at.caller, line, after, PAGE).await?;
    let replaced = replace::of_purchase(app, &at.caller, line).await?;
    let alarm = watch::of_purchase(app, &at.caller, line).await?;
    let history = history::of_purchase(app, &at.caller, line).await?;
    let mut t = titled(&at.visitor, text(lang, "nav-machines").into_owned());
    t.crumbs = at.crumbs(&purchase.customer_name);
    t.crumbs.push(Link::new(at.list(), text(lang, "nav-software")));
    t.crumbs.push(Link::new(at.purchase(), purchase.facts.product.clone()));
    let path = format!("{}/machines", at.purchase());
    let next = found.next.map(|(seen, id)| format!("{path}?after={}_{id}", seen.as_microsecond()));
    Ok(View {
        t,
        facts: facts(lang, &found, &replaced),
        list: List {
            next,
            export: (!found.machines.is_empty()).then(|| format!("{path}.csv")),
            ..List::at(path.clone())
        },
        rows: found.machines.iter().map(|machine| row(lang, &path, found.may_return, machine)).collect(),
        upload: (found.may_return && found.is_active)
            .then(|| forms::upload_requests(&format!("{path}/requests"), &at.visitor.form_token())),
        scan: (found.may_return && found.is_active).then(|| forms::answer_code(&format!("{path}/answer"))),
        settle: alarm
            .as_ref()
            .filter(|alarm| alarm.may_settle)
            .map(|_| Button::post("action-false-alarm", format!("{path}/false-alarm"))),
        alarm: alarm.map(|alarm| suspicion(lang, &alarm)).unwrap_or_default(),
        history: chart(lang, &history),
        typed: (found.may_return && found.is_active && found.allows_typed)
            .then(|| forms::typed_request(&format!("{path}/typed"))),
        replace: replaced
            .may_replace
            .then(|| forms::replace_key(&format!("{path}/replace"), reasons(lang), &replaced.count.to_string())),
        empty: Empty {
            heading: text(lang, "machines-none").into_owned(),
            text: text(lang, "machines-none-how").into_owned(),
            action: None,
        },
    })
}

fn after(text: &str) -> Option<(Timestamp, MachineId)> {
    let (seen, id) = text.split_once('_')?;
    Some((Timestamp::from_microsecond(seen.parse().ok()?).ok()?, id.parse().ok()?))
}

/// What is suspected of a key, and what was done.
pub fn suspicion(lang: Lang, alarm: &Alarm) -> String {
    let args = Args::new()
        .num("attempts", alarm.attempts)
        .set("networks", format::number(lang, alarm.networks))
        .set("at", at_here(lang, alarm.raised_at));
    let seen = text_with(lang, "alarm-seen", &args);
    let done = match alarm.closed_until {
        Some(until) => text_with(lang, "alarm-closed", &Args::new().set("until", at_here(lang, until))),
        None => text(lang, &format!("alarm-{}", alarm.reaction)).into_owned(),
    };
    format!("{seen} {done}")
}

fn chart(lang: Lang, history: &[history::Point]) -> Option<Chart> {
    let bar = |point: &history::Point| Bar {
        label: format::date(lang, point.day),
        value: point.count,
        shown: format::number(lang, point.count),
    };
    // One day has no course.
    (history.len() > 1).then(|| Chart::new("chart-machines", "chart-day", history.iter().map(bar).collect()))
}

/// Why a key is replaced, for the form here and at the desk.
pub fn reasons(lang: Lang) -> Vec<Choice> {
    let choice = |why: &Why| Choice::new(why.as_text(), text(lang, &format!("replace-why-{}", why.as_text())));
    Why::ALL.iter().map(choice).collect()
}

fn facts(lang: Lang, found: &Machines, replaced: &Replacements) -> Vec<Fact> {
    let left = if found.is_active { (found.limit - found.used).max(0) } else { 0 };
    let mut facts = vec![
        Fact::new("field-activations", wording::activations(lang, found.used, found.limit)),
        Fact::new("field-activations-left", format::number(lang, left)),
    ];
    facts.extend(replaced.last.map(|at| Fact::new("field-key-replaced", at_here(lang, at))));
    facts
}

fn row(lang: Lang, path: &str, may_return: bool, machine: &Machine) -> MachineRow {
    let id = machine.id.to_string();
    let is_active = matches!(machine.state, MachineState::Active | MachineState::Silent);
    let give_back = Button::post("action-return-machine", format!("{path}/{id}/return"))
        .look(Look::SmallDanger)
        .about(format!("m-{id}"));
    MachineRow {
        name: if machine.name.is_empty() { text(lang, "machine-unnamed").into_owned() } else { machine.name.clone() },
        via: text(lang, &format!("machine-via-{}", machine.via)).into_owned(),
        version: machine.version.clone(),
        first_seen: at_here(lang, machine.first_seen),
        last_seen: at_here(lang, machine.last_seen),
        state: state(lang, machine.state),
        give_back: (may_return && is_active).then_some(give_back),
        id,
    }
}

fn at_here(lang: Lang, at: Timestamp) -> String {
    format::date_time(lang, at, &crate::zone::of_reader())
}

fn state(lang: Lang, state: MachineState) -> Badge {
    let (tone, id) = match state {
        MachineState::Active => (Tone::Good, "machine-state-active"),
        MachineState::Silent => (Tone::Warn, "machine-state-silent"),
        MachineState::Returned => (Tone::Plain, "machine-state-returned"),
        MachineState::Released => (Tone::Plain, "machine-state-released"),
        MachineState::Leaving(until) => {
            let args = Args::new().set("at", at_here(lang, until));
            return Badge::new(Tone::Warn, text_with(lang, "machine-state-leaving", &args));
        }
    };
    Badge::new(tone, text(lang, id))
}

pub async fn csv(at: At) -> Answer {
    let csv = machines::export(&at.visitor.site.app, &at.caller, at.line()?).await?;
    file("machines.csv", "text/csv; charset=utf-8", csv)
}

/// *Return*.
pub async fn give_back(at: At, PostForm(_): PostForm) -> Answer {
    let machine = at.machine()?;
    machines::give_back(&at.visitor.site.app, &at.caller, at.line()?, machine).await?;
    go(&format!("{}/machines?done=machine-returned", at.purchase()))
}

/// *Upload requests*: the answer is the file to carry back.
pub async fn requests(at: At, State(site): State<SiteState>, request: Request) -> Answer {
    let line = at.line()?;
    let (fields, sent) = upload::open(&at.visitor, &site, request).await?;
    let read = match sent {
        None => Err(Problem::field("file", "missing")),
        Some(sent) => sent.receive(FILE_MAX).await,
    };
    let decided = match read {
        Err(problem) => Err(problem),
        Ok((mut content, _)) => {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).map_err(Problem::internal)?;
            files::exchange_for(&site.app, &at.caller, line, &String::from_utf8_lossy(&bytes)).await
        }
    };
    match decided {
        Ok(Ok(done)) if fields.get("show_qr") == "on" && answer_code::is_shown(&done) => answer_code::show(&at, &done),
        Ok(Ok(files::Exchanged { file: Some(text), .. })) => carry(text),
        Ok(Ok(done)) => {
            let answer = done.answers.first().map_or("request_malformed", |answered| answered.answer.code());
            let why = wording::activation(at.visitor.origin.lang, answer);
            again(&at, &why, axum::http::StatusCode::BAD_REQUEST).await
        }
        Ok(Err(answer)) => {
            let why = wording::activation(at.visitor.origin.lang, answer.code());
            again(&at, &why, axum::http::StatusCode::BAD_REQUEST).await
        }
        Err(problem) if !problem.fields.is_empty() => {
            let why = sentence(at.visitor.origin.lang, &problem);
            again(&at, &why, perpetua_http::status_of(&problem)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The file to carry back to the machines.
pub fn carry(text: String) -> Answer {
    file("perpetua.response", "text/plain; charset=us-ascii", text)
}

/// The page again, with what was wrong above the form.
async fn again(at: &At, why: &str, status: axum::http::StatusCode) -> Answer {
    let mut view = view(at).await?;
    if let Some(form) = &mut view.upload {
        form.error = Some(why.to_owned());
    }
    page_with(status, &view)
}
