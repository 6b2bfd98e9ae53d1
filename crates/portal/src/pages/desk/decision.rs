//! The part of a request's page on which the operator credits: read from the form, computed, and shown again.

use perpetua_app::desk::{self, CasePage, DecisionPreview, LineDecision};
use perpetua_app::{Problem, typed_amount};
use perpetua_domain::cancellation::KeyEffect;
use perpetua_domain::desk::Award;
use perpetua_domain::money::Amount;
use perpetua_http::FormData;
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::{At, when};
use crate::pages::money::product_name;
use crate::shell::{field_sentence, sentence};
use crate::views::desk::{Decision, DecisionLine, Proposal, ProposalLine, RequestPage};
use crate::views::form::{Field, Kind};
use crate::views::parts::{Button, Look, TotalRow, Totals};

/// A credit as it would be now.
pub struct Shown(DecisionPreview);

impl Shown {
    pub async fn load(at: &At, found: &CasePage, awards: Option<Vec<Award>>) -> Result<Self, Problem> {
        let awards = match awards {
            None if !found.case.proposal.is_empty() => Some(desk::proposal(&found.case)?),
            other => other,
        };
        desk::preview(&at.visitor.site.app, &at.caller, at.id, awards).await.map(Self)
    }

    pub fn view(self, at: &At, found: &CasePage) -> Decision {
        let lang = at.lang();
        let preview = self.0;
        let money = |amount: Amount| format::amount(lang, amount.minor(), preview.currency);
        let is_foreign = preview.problem.as_ref().is_some_and(|problem| problem.code != "nothing_credited");
        let proposal = (!found.case.proposal.is_empty()).then(|| proposal(at, found, &preview));
        Decision {
            action: format!("{}/credit", at.path),
            version: found.request.version.to_string(),
            lines: preview.lines.iter().map(|line| row(lang, &preview, line)).collect(),
            totals: Totals {
                rows: vec![
                    TotalRow::new(text(lang, "total-net"), money(preview.net)),
                    TotalRow::new(text(lang, "total-tax"), money(preview.tax)),
                    TotalRow::sum(text(lang, "total-credit"), money(preview.total)),
                ],
            },
            consequences: consequences(lang, &preview),
            reply: Field::new(Kind::Area, "credit_reply", "field-credit-reply")
                .hint("hint-credit-reply")
                .max(2_000)
                .wide(),
            second: if preview.needs_second { text(lang, "desk-second-needed").into_owned() } else { String::new() },
            error: preview.problem.as_ref().filter(|_| is_foreign).map_or(String::new(), |it| sentence(lang, it)),
            proposal,
        }
    }

    /// The page with what was typed and recalculated.
    pub fn with_typed(self, mut page: RequestPage, at: &At, found: &CasePage, typed: &FormData) -> RequestPage {
        let lang = at.lang();
        let problem = self.0.problem.as_ref().map(Problem::shown);
        let mut view = self.view(at, found);
        match problem {
            Some(problem) => fail(lang, &mut view, typed, &problem),
            None => fill(&mut view, typed),
        }
        page.decision = Some(view);
        page
    }
}

fn row(lang: Lang, preview: &DecisionPreview, line: &LineDecision) -> DecisionLine {
    let left = format::amount(lang, line.amount_left.minor(), preview.currency);
    DecisionLine {
        product: line.title.clone(),
        detail: line.sku_title.clone(),
        amount: Field::text(&format!("amount-{}", line.number), "desk-amount").value(typed_amount::write(
            lang,
            line.award.amount,
            preview.currency,
        )),
        left: text_with(lang, "desk-of-left", &Args::new().set("left", left)),
        units: Field::text(&format!("quantity-{}", line.number), "desk-units").value(line.award.units.to_string()),
        of: text_with(lang, "cancel-of", &Args::new().num("count", line.units_left)),
    }
}

fn consequences(lang: Lang, preview: &DecisionPreview) -> Vec<String> {
    let mut sentences = Vec::new();
    for line in &preview.lines {
        let Some(outcome) = &line.outcome else { continue };
        let product = || Args::new().set("product", &line.title);
        sentences.push(match outcome.key {
            KeyEffect::Keep => text_with(lang, "desk-key-stays", &product()),
            KeyEffect::Revoke => text_with(lang, "cancel-key-dies", &product()),
            KeyEffect::LowerLimit { to } => {
                let from = format::number(lang, i64::from(line.limit));
                text_with(lang, "cancel-limit", &product().num("to", to).set("from", from))
            }
        });
    }
    if sentences.is_empty() {
        sentences.push(text(lang, "error-nothing_credited").into_owned());
    }
    sentences
}

fn proposal(at: &At, found: &CasePage, preview: &DecisionPreview) -> Proposal {
    let lang = at.lang();
    let case = &found.case;
    let args = Args::new()
        .set("person", &case.proposed_by_name)
        .set("when", case.proposed_at.map_or(String::new(), |at| when(lang, at.timestamp())));
    let version = found.request.version.to_string();
    let button = |label, end: &str| Button::post(label, format!("{}/{end}", at.path)).field("version", version.clone());
    let mine = case.proposed_by.is_some_and(|person| person.0 == at.caller.person);
    let mut buttons = Vec::new();
    if !mine {
        buttons.push(button("action-approve-credit", "approve").look(Look::Main));
    }
    buttons.push(button(if mine { "action-take-back" } else { "action-decline" }, "decline"));
    let id = if mine { "desk-proposed-by-you" } else { "desk-proposed-by" };
    let chosen = preview.lines.iter().filter(|line| line.award.amount > Amount::ZERO || line.award.units > 0);
    let line = |line: &LineDecision| ProposalLine {
        product: product_name(&line.title, &line.sku_title),
        amount: format::amount(lang, line.award.amount.minor(), preview.currency),
        units: format::number(lang, i64::from(line.award.units)),
    };
    Proposal {
        sentence: text_with(lang, id, &args),
        reply: case.reply.clone(),
        lines: chosen.map(line).collect(),
        buttons,
    }
}

/// Reads amounts and units; a line without either gets nothing.
pub fn read(found: &CasePage, typed: &FormData) -> Result<Vec<Award>, Problem> {
    let order = found.order.as_ref().ok_or_else(Problem::not_found)?;
    let mut awards = Vec::new();
    let mut wrong = Problem::invalid("invalid_input");
    for (number, value) in typed.with_prefix("amount-") {
        let line: u32 = number.parse().map_err(|_| Problem::not_found())?;
        let amount = if value.is_empty() { Some(Amount::ZERO) } else { typed_amount::parse(value, order.currency) };
        let units = typed.get(&format!("quantity-{line}"));
        let units: Option<u32> = if units.is_empty() { Some(0) } else { units.parse().ok() };
        if amount.is_none() {
            let example = vec![("amount", perpetua_app::Param::Amount(1_000, order.currency))];
            wrong = wrong.with_field_params(format!("amount-{line}"), "not_an_amount", example);
        }
        if units.is_none() {
            wrong = wrong.with_field(format!("quantity-{line}"), "not_a_number");
        }
        awards.push(Award { line, amount: amount.unwrap_or_default(), units: units.unwrap_or(0) });
    }
    if wrong.fields.is_empty() { Ok(awards) } else { Err(wrong) }
}

/// Puts back what was typed.
fn fill(view: &mut Decision, typed: &FormData) {
    for line in &mut view.lines {
        for field in [&mut line.amount, &mut line.units] {
            typed.get(&field.name).clone_into(&mut field.value);
        }
    }
    typed.get("credit_reply").clone_into(&mut view.reply.value);
}

/// Puts back what was typed, with what is wrong.
pub fn fail(lang: Lang, view: &mut Decision, typed: &FormData, problem: &Problem) {
    fill(view, typed);
    if problem.fields.is_empty() {
        view.error = sentence(lang, problem);
    }
    for wrong in &problem.fields {
        let sentence = field_sentence(lang, wrong);
        let fields = view.lines.iter_mut().flat_map(|line| [&mut line.amount, &mut line.units]);
        match fields.into_iter().find(|field| field.name == wrong.field) {
            Some(field) => field.error = Some(sentence),
            None if wrong.field == "reply" => view.reply.error = Some(sentence),
            None => view.error = sentence,
        }
    }
}
