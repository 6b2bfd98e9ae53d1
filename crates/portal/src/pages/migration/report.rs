//! The final report: evidence per machine, made for paper too (M22), and the words of a request for help (M28).

use std::fmt::Write as _;

use perpetua_app::fleet::{self, Evidence, EvidenceLine, Export, FinalReport, MachineQuestion, MachineSort, Summary};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::fleet::{MachineState, Risk};
use perpetua_domain::id::TenantId;
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::At;
use super::wording::{self, count_of, counted, day};
use crate::shell::{self, Answer, file};
use crate::views::frame::{Link, Tone};
use crate::views::migration::{EvidenceRow, Notice, Report};
use crate::views::parts::{Empty, Fact, Figure};

pub async fn page(at: At) -> Answer {
    let lang = at.lang();
    let after = at.query().get("after").parse().ok();
    let found = fleet::final_report(&at.visitor.site.app, &at.caller, at.customer, after).await?;
    let path = at.path("/report");
    shell::page(&Report {
        t: at.frame(Some(text(lang, "migration-report").into_owned())).await?,
        head: at.head("migration-report"),
        notices: vec![verdict(lang, &found.summary)],
        facts: facts(lang, &found),
        figures: figures(lang, &found.summary),
        rows: found.lines.iter().map(|line| row(&at, line)).collect(),
        export: (!found.lines.is_empty()).then(|| Link::new(at.path("/report.csv"), text(lang, "action-export-csv"))),
        next: found.next.map(|next| Link::new(format!("{path}?after={next}"), text(lang, "action-next"))),
        empty: Empty {
            heading: text(lang, "migration-no-machines").into_owned(),
            text: text(lang, "migration-no-machines-how").into_owned(),
            action: Some(Link::new(at.path("/upload"), text(lang, "migration-upload-now"))),
        },
    })
}

pub async fn csv(at: At) -> Answer {
    let all = MachineQuestion { sort: MachineSort::Name, ..MachineQuestion::default() };
    let csv = fleet::export(&at.visitor.site.app, &at.caller, at.customer, all, Export::Report).await?;
    file("report.csv", "text/csv; charset=utf-8", csv)
}

/// Machines that still have to move.
fn open(summary: &Summary) -> i64 {
    [MachineState::Open, MachineState::Planned, MachineState::Failed]
        .iter()
        .map(|state| count_of(&summary.states, state))
        .sum()
}

fn verdict(lang: Lang, summary: &Summary) -> Notice {
    let left_out = count_of(&summary.states, &MachineState::LeftOut);
    match open(summary) {
        _ if summary.machines == 0 => Notice::new(Tone::Plain, text(lang, "migration-no-machines").into_owned()),
        0 if left_out == 0 => Notice::new(Tone::Good, text(lang, "migration-all-moved").into_owned()),
        0 => Notice::new(Tone::Warn, counted(lang, "migration-all-moved-but", left_out)),
        open => Notice::new(Tone::Warn, counted(lang, "migration-not-done", open)),
    }
}

fn facts(lang: Lang, found: &FinalReport) -> Vec<Fact> {
    let summary = &found.summary;
    vec![
        Fact::new("field-customer", found.customer_name.clone()),
        Fact::new("migration-made-at", wording::at(lang, found.made_at)),
        Fact::new("migration-switch-off", day(lang, summary.switch_off)),
        Fact::new(
            "migration-last-inventory",
            summary.last_import.map_or_else(|| "–".to_owned(), |at| wording::at(lang, at)),
        ),
        Fact::new("fleet-waves", format::number(lang, i64::try_from(found.waves.len()).unwrap_or(0))),
    ]
}

fn figures(lang: Lang, summary: &Summary) -> Vec<Figure> {
    let state = |state| format::number(lang, count_of(&summary.states, &state));
    vec![
        Figure::new("migration-machines", format::number(lang, summary.machines), ""),
        Figure::new("migration-moved", state(MachineState::Moved), text(lang, "migration-moved-note")),
        Figure::new("migration-open", format::number(lang, open(summary)), ""),
        Figure::new("fleet-left-out", state(MachineState::LeftOut), ""),
    ]
}

/// What proves that a machine moved, and when that was seen.
pub fn proof(lang: Lang, evidence: &Evidence) -> (String, String) {
    let key = |partial: &str| {
        let partial = if partial.is_empty() { "–" } else { partial };
        Args::new().set("key", partial)
    };
    match evidence {
        Evidence::Inventory { at, partial_key, file } => (
            text_with(lang, "migration-evidence-inventory", &key(partial_key).set("file", file)),
            wording::at(lang, *at),
        ),
        Evidence::Script { at, partial_key, .. } => {
            (text_with(lang, "migration-evidence-script", &key(partial_key)), wording::at(lang, *at))
        }
        Evidence::Missing => (text(lang, "migration-evidence-missing").into_owned(), String::new()),
    }
}

fn row(at: &At, line: &EvidenceLine) -> EvidenceRow {
    let (lang, machine) = (at.lang(), &line.machine);
    let (evidence, when) = proof(lang, &line.evidence);
    EvidenceRow {
        machine: Link::new(at.path(&format!("/machines/{}", machine.id)), machine.name.clone()),
        site: machine.site.clone(),
        product: machine.product_name.clone(),
        wave: machine.wave.map_or_else(|| "–".to_owned(), |wave| wave.to_string()),
        state: wording::state(lang, machine.state),
        evidence,
        when,
    }
}

/// What a request for help says about the migration, so that nobody asks for it again.
///
/// # Errors
///
/// Those of the summary.
pub async fn request_text(app: &App, caller: &Caller, customer: TenantId, lang: Lang) -> Result<String, Problem> {
    let summary = fleet::summary(app, caller, customer).await?;
    let retries = fleet::retries(app, caller, customer).await?;
    let number = |value: i64| format::number(lang, value);
    let risk = |risk| count_of(&summary.risks, &risk);
    let args = Args::new()
        .set("machines", number(summary.machines))
        .set("moved", number(count_of(&summary.states, &MachineState::Moved)))
        .set("open", number(open(&summary)))
        .set("risk", number(risk(Risk::Overdue) + risk(Risk::Urgent)))
        .set("safe", day(lang, summary.safe_until))
        .set("off", day(lang, summary.switch_off))
        .set("failed", number(count_of(&summary.states, &MachineState::Failed)));
    let mut told = text_with(lang, "migration-request-text", &args);
    for retry in retries.iter().take(5) {
        let code = retry.result.map_or_else(|| retry.exit.number().to_string(), |result| format!("0x{result:08X}"));
        write!(told, "\n{}: {code}", retry.name).unwrap_or_default();
    }
    Ok(told)
}
