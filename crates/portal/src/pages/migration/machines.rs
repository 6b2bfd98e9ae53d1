//! The machines: filtered, sorted, page by page, and assigned many at a time.

use axum::http::StatusCode;
use perpetua_app::fleet::{
    self, Assignment, Export, MachineFilter, MachineQuestion, MachineSort, MachineView, Selection, WaveView,
};
use perpetua_app::{Kind, Problem};
use perpetua_domain::fleet::{MachineState, Risk};
use perpetua_http::{FormData, PostForm, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::At;
use super::wording::{self, coded, day, listed};
use crate::shell::{self, Answer, file, go, page_with, sentence};
use crate::views::form::{Choice, Field};
use crate::views::frame::Link;
use crate::views::list::List;
use crate::views::migration::{Bulk, MachineRow, Machines};
use crate::views::parts::Empty;

/// Fields of the address that filter.
const FILTERS: [&str; 6] = ["q", "state", "risk", "product", "wave", "site"];

pub async fn page(at: At) -> Answer {
    let query = at.query();
    shell::page(&view(&at, &query, String::new()).await?)
}

pub async fn csv(at: At) -> Answer {
    let asked = question(&at.query());
    let csv = fleet::export(&at.visitor.site.app, &at.caller, at.customer, asked, Export::Machines).await?;
    file("machines.csv", "text/csv; charset=utf-8", csv)
}

fn question(form: &FormData) -> MachineQuestion {
    MachineQuestion {
        filter: filter(form),
        sort: MachineSort::parse(form.get("sort")).unwrap_or(MachineSort::LastSafeDay),
        after: form.get("after").parse().ok(),
        limit: fleet::PAGE_ROWS,
    }
}

fn filter(form: &FormData) -> MachineFilter {
    MachineFilter {
        state: MachineState::parse(form.get("state")),
        risk: Risk::parse(form.get("risk")),
        product: Some(form.get("product").to_owned()).filter(|product| !product.is_empty()),
        wave: form.get("wave").parse().ok(),
        site: Some(form.get("site").chars().take(200).collect()).filter(|site: &String| !site.is_empty()),
        text: form.get("q").chars().take(200).collect(),
    }
}

/// The filters as they stand in an address.
fn address(form: &FormData) -> String {
    let escaped =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let kept = FILTERS.into_iter().filter(|name| !form.get(name).is_empty());
    kept.map(|name| format!("{name}={}", escaped(form.get(name)))).collect::<Vec<_>>().join("&")
}

async fn view(at: &At, form: &FormData, error: String) -> Result<Machines, Problem> {
    let app = &at.visitor.site.app;
    let lang = at.lang();
    let asked = question(form);
    let sort = asked.sort;
    let found = fleet::machines(app, &at.caller, at.customer, asked).await?;
    let summary = fleet::summary(app, &at.caller, at.customer).await?;
    let waves = fleet::waves(app, &at.caller, at.customer).await?;
    let query = address(form);
    let and = if query.is_empty() { "" } else { "&" };
    let path = at.path("/machines");
    let back = format!("{query}{and}sort={}", sort.as_text());
    let products = summary.products.iter().map(|(code, name, _)| Choice::new(code, name));
    Ok(Machines {
        t: at.frame(Some(text(lang, "migration-machines").into_owned())).await?,
        head: at.head("migration-machines"),
        list: List {
            sort: sort.as_text().to_owned(),
            filters: filters(lang, form, products.collect(), &waves),
            next: found.next.map(|next| format!("{path}?{back}&after={next}")),
            clear: (!query.is_empty()).then(|| Link::new(path.clone(), text(lang, "action-filter-clear"))),
            export: (!found.rows.is_empty()).then(|| format!("{path}.csv?{back}")),
            query: query.clone(),
            ..List::at(path.clone())
        },
        rows: found.rows.iter().map(|machine| row(at, machine)).collect(),
        bulk: summary.may.edit.then(|| Bulk {
            action: path,
            fields: bulk_fields(lang, &waves, !query.is_empty()),
            back,
            error,
        }),
        empty: empty(at, summary.machines > 0),
    })
}

fn filters(lang: Lang, form: &FormData, products: Vec<Choice>, waves: &[WaveView]) -> Vec<Field> {
    let all = || Choice::new("", text(lang, "all"));
    let states =
        MachineState::ALL.iter().map(|state| Choice::new(state.as_text(), coded(lang, "state", state.as_text())));
    let risks = Risk::ALL.iter().map(|risk| Choice::new(risk.as_text(), coded(lang, "risk", risk.as_text())));
    let waves = waves.iter().map(|wave| Choice::new(wave.number.to_string(), wave_name(lang, wave)));
    vec![
        Field::text("q", "fleet-column-machine").wide().value(form.get("q")),
        Field::select("state", "field-state", [all()].into_iter().chain(states).collect()).value(form.get("state")),
        Field::select("risk", "migration-risk", [all()].into_iter().chain(risks).collect()).value(form.get("risk")),
        Field::select("product", "fleet-column-product", [all()].into_iter().chain(products).collect())
            .value(form.get("product")),
        Field::select("wave", "fleet-column-wave", [all()].into_iter().chain(waves).collect()).value(form.get("wave")),
        Field::text("site", "fleet-column-site").value(form.get("site")),
        Field::hidden("sort", form.get("sort")),
    ]
}

/// "Wave 3, 14 Jan 2027".
fn wave_name(lang: Lang, wave: &WaveView) -> String {
    let args = Args::new().num("number", wave.number).set("day", format::date(lang, wave.day));
    text_with(lang, "migration-wave-on", &args)
}

fn bulk_fields(lang: Lang, waves: &[WaveView], is_filtered: bool) -> Vec<Field> {
    let mut to = vec![
        Choice::new("", text(lang, "migration-assign-choose")),
        Choice::new("none", text(lang, "migration-assign-none")),
        Choice::new("out", text(lang, "migration-assign-out")),
        Choice::new("in", text(lang, "migration-assign-in")),
    ];
    to.extend(waves.iter().map(|wave| Choice::new(wave.number.to_string(), wave_name(lang, wave))));
    let all = if is_filtered { "migration-which-filter" } else { "migration-which-all" };
    let which = vec![Choice::new("ids", text(lang, "migration-which-ids")), Choice::new("all", text(lang, all))];
    vec![Field::select("which", "migration-which", which), Field::select("to", "migration-assign-to", to)]
}

fn row(at: &At, machine: &MachineView) -> MachineRow {
    let lang = at.lang();
    let mut notes = Vec::new();
    if let Some(reason) = machine.left_out {
        notes.push(coded(lang, "left-out", reason.as_text()));
    }
    if machine.state == MachineState::Failed
        && let Some(exit) = machine.last_exit
    {
        notes.push(coded(lang, "exit", exit.as_text()));
    }
    if !machine.doubts.is_empty() {
        notes.push(listed(lang, "doubt", machine.doubts.iter().map(|doubt| doubt.as_text())));
    }
    let pilot = if machine.is_pilot { format!(" · {}", text(lang, "migration-pilot")) } else { String::new() };
    MachineRow {
        id: machine.id.to_string(),
        machine: Link::new(at.path(&format!("/machines/{}", machine.id)), machine.name.clone()),
        site: machine.site.clone(),
        product: machine.product_name.clone(),
        state: wording::state(lang, machine.state),
        risk: wording::risk(lang, machine.risk),
        safe: day(lang, machine.last_safe_day),
        wave: machine.wave.map_or_else(|| "–".to_owned(), |wave| format!("{wave}{pilot}")),
        note: notes.join("; "),
    }
}

fn empty(at: &At, has_machines: bool) -> Empty {
    let lang = at.lang();
    let (heading, how, action) = if has_machines {
        let clear = Link::new(at.path("/machines"), text(lang, "action-filter-clear"));
        ("software-none-found", "software-none-found-how", clear)
    } else {
        let upload = Link::new(at.path("/upload"), text(lang, "migration-upload-now"));
        ("migration-no-machines", "migration-no-machines-how", upload)
    };
    Empty { heading: text(lang, heading).into_owned(), text: text(lang, how).into_owned(), action: Some(action) }
}

/// Assigns the ticked machines, or all that fit the filter.
pub async fn assign(at: At, PostForm(form): PostForm) -> Answer {
    let back = FormData::parse(form.get("back"));
    let changed = match chosen(&form, &back) {
        Ok((which, to)) => fleet::assign(&at.visitor.site.app, &at.caller, at.customer, which, to).await,
        Err(problem) => Err(problem),
    };
    match changed {
        Ok(_) => {
            let kept = address(&back);
            go(&at.path(&format!("/machines?{kept}&sort={}&done=machines-assigned", sort(&back))))
        }
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            let error = match problem.fields.first() {
                Some(field) => shell::field_sentence(at.lang(), field),
                None => sentence(at.lang(), &problem),
            };
            let status = if problem.fields.is_empty() { status_of(&problem) } else { StatusCode::BAD_REQUEST };
            page_with(status, &view(&at, &back, error).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

fn sort(form: &FormData) -> &'static str {
    MachineSort::parse(form.get("sort")).unwrap_or(MachineSort::LastSafeDay).as_text()
}

fn chosen(form: &FormData, back: &FormData) -> Result<(Selection, Assignment), Problem> {
    let to = match form.get("to") {
        "none" => Assignment::NoWave,
        "out" => Assignment::LeaveOut,
        "in" => Assignment::TakeIn,
        wave => Assignment::Wave(wave.parse().map_err(|_| Problem::field("to", "fleet_assignment_missing"))?),
    };
    if form.get("which") == "all" {
        return Ok((Selection::Filter(filter(back)), to));
    }
    let ticked = form.with_prefix("machine").filter(|(rest, _)| rest.is_empty());
    let ids = ticked.map(|(_, id)| id.parse().map_err(|_| Problem::not_found())).collect::<Result<Vec<_>, _>>()?;
    if ids.is_empty() {
        return Err(Problem::field("machine", "fleet_nothing_ticked"));
    }
    Ok((Selection::Ids(ids), to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_needs_a_target_and_machines() {
        let refused =
            |typed: &str| chosen(&FormData::parse(typed), &FormData::default()).unwrap_err().fields[0].field.clone();
        assert_eq!(refused("which=ids&machine=019b0000-0000-7000-8000-000000000000&to="), "to");
        assert_eq!(refused("which=ids&to=3"), "machine");
        let (which, to) = chosen(&FormData::parse("which=all&to=out"), &FormData::parse("risk=overdue&q=PC")).unwrap();
        assert!(matches!(to, Assignment::LeaveOut));
        let Selection::Filter(filter) = which else { panic!("all that fit the filter were meant") };
        assert_eq!((filter.risk, filter.text.as_str()), (Some(Risk::Overdue), "PC"));
    }
}
