//! The wave board: how to plan, waves with their progress, the proof or who cannot be saved, keys, and the retry list.

use jiff::civil::Date;
use perpetua_app::fleet::{
    self, FleetKeyView, KeyRef, NewKey, PlanSettings, PlanView, RemedyView, RetryRow, Summary, UnsavedView, WaveView,
};
use perpetua_app::{FormKey, Kind, Problem};
use perpetua_domain::fleet::WaveState;
use perpetua_http::{FormData, PostForm, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use zeroize::Zeroizing;

use super::At;
use super::wording::{self, coded, counted, day, more};
use crate::shell::{self, Answer, fail_form, go, page_with};
use crate::views::form::Form;
use crate::views::frame::{Link, Tone};
use crate::views::migration::{KeyRow, Notice, RetryRow as RetryView, UnsavedRow, WaveBoard, WaveRow, forms};
use crate::views::parts::{Button, Empty, Fact, Look};

/// Machines of the list of the unsaved, and of the retry list.
const ROWS_MAX: usize = 100;

pub async fn page(at: At) -> Answer {
    let mut view = view(&at).await?;
    // The overview hands over a day that was tried there.
    if let (Some(form), Ok(off)) = (&mut view.settings, at.query().get("off").parse::<Date>()) {
        form.fill("switch_off", &off.to_string());
    }
    shell::page(&view)
}

async fn view(at: &At) -> Result<WaveBoard, Problem> {
    let app = &at.visitor.site.app;
    let lang = at.lang();
    let summary = fleet::summary(app, &at.caller, at.customer).await?;
    let plan = fleet::plan(app, &at.caller, at.customer).await?;
    let settings = fleet::settings(app, &at.caller, at.customer).await?;
    let keys = fleet::keys(app, &at.caller, at.customer).await?;
    let retries = fleet::retries(app, &at.caller, at.customer).await?;
    let waves = plan.as_ref().map(|plan| plan.waves.as_slice()).unwrap_or_default();
    let unsaved = plan.as_ref().map(|plan| plan.unsaved.as_slice()).unwrap_or_default();
    let unsaved_count = plan.as_ref().map_or(0, |plan| plan.unsaved_count);
    let remedies = plan.as_ref().map(|plan| plan.remedies.as_slice()).unwrap_or_default();
    Ok(WaveBoard {
        t: at.frame(Some(text(lang, "migration-waves").into_owned())).await?,
        head: at.head("migration-waves"),
        notices: held(lang, waves),
        proof: plan.as_ref().map(|plan| proof(lang, plan)).unwrap_or_default(),
        facts: facts(lang, &settings),
        waves: waves.iter().map(|wave| wave_row(at, &summary, wave)).collect(),
        unsaved: unsaved.iter().take(ROWS_MAX).map(|machine| unsaved_row(lang, machine)).collect(),
        unsaved_more: more(lang, unsaved_count, unsaved.len().min(ROWS_MAX)),
        remedies: remedies.iter().map(|what| remedy(lang, what)).collect(),
        keys: keys.iter().map(|key| key_row(at, &summary, key)).collect(),
        keys_note: text(lang, "migration-keys-none").into_owned(),
        add_key: summary.may.enter_keys.then(|| forms::key(&at.path("/keys"), &at.visitor.form_token())),
        settings: summary.may.edit.then(|| settings_form(at, &settings)),
        sites: Link::new(at.path("/sites"), text(lang, "migration-sites")),
        retry: retries.iter().take(ROWS_MAX).map(|row| retry_row(at, row)).collect(),
        empty: Empty {
            heading: text(lang, "migration-waves-none").into_owned(),
            text: text(
                lang,
                if summary.machines > 0 { "migration-waves-none-how" } else { "migration-no-machines-how" },
            )
            .into_owned(),
            action: (summary.machines == 0).then(|| Link::new(at.path("/upload"), text(lang, "migration-upload-now"))),
        },
    })
}

fn held(lang: Lang, waves: &[WaveView]) -> Vec<Notice> {
    let held = waves.iter().filter(|wave| wave.state == WaveState::Held);
    held.map(|wave| {
        let args = Args::new().num("number", wave.number).num("failed", wave.failed).num("percent", wave.error_percent);
        Notice::new(Tone::Bad, text_with(lang, "migration-wave-held", &args))
    })
    .collect()
}

fn proof(lang: Lang, plan: &PlanView) -> Vec<Notice> {
    let args = Args::new().set("at", wording::at(lang, plan.planned_at)).set("by", &plan.by);
    let made = text_with(lang, "migration-planned-by", &args);
    let (tone, id) = if !plan.is_proved {
        (Tone::Bad, "migration-proof-broken")
    } else if plan.unsaved_count == 0 {
        (Tone::Good, "fleet-proof-holds")
    } else {
        (Tone::Warn, "fleet-proof-holds-but")
    };
    let mut notices = vec![Notice::new(tone, format!("{} {made}", text(lang, id)))];
    if plan.without_pilots {
        notices.push(Notice::new(Tone::Warn, text(lang, "fleet-without-pilots").into_owned()));
    }
    notices
}

fn wave_row(at: &At, summary: &Summary, wave: &WaveView) -> WaveRow {
    let lang = at.lang();
    let id = wave.number.to_string();
    let button = |label, end: &str| {
        Button::post(label, at.path(&format!("/waves/{id}/{end}"))).look(Look::Small).about(format!("w-{id}"))
    };
    let mut buttons = Vec::new();
    // Machines that were taken out leave a wave without any; there is nothing to run for it.
    let has_to_move = wave.machines > wave.moved;
    if summary.may.scripts && has_to_move && !matches!(wave.state, WaveState::Done | WaveState::Held) {
        buttons.push(Button { get: true, ..button("migration-pack", "pack") });
    }
    match wave.state {
        WaveState::Held if summary.may.edit => buttons.push(button("migration-release", "release")),
        WaveState::Planned | WaveState::Running if summary.may.edit && has_to_move => {
            buttons.push(button("migration-hold", "hold"));
        }
        _ => {}
    }
    let args = Args::new().num("moved", wave.moved).num("count", wave.machines).num("failed", wave.failed);
    WaveRow {
        name: text_with(lang, "migration-wave", &Args::new().num("number", wave.number)),
        day: format::date(lang, wave.day),
        machines: format::number(lang, wave.machines),
        pilots: format::number(lang, wave.pilots),
        done: wave.moved,
        total: wave.machines,
        progress: text_with(lang, "migration-wave-progress", &args),
        state: wording::wave(lang, wave.state),
        buttons,
        id,
    }
}

fn unsaved_row(lang: Lang, machine: &UnsavedView) -> UnsavedRow {
    UnsavedRow {
        machine: machine.name.clone(),
        why: coded(lang, "lost", machine.reason.as_text()),
        safe: day(lang, machine.last_safe_day),
        planned: day(lang, machine.planned_day),
    }
}

fn remedy(lang: Lang, remedy: &RemedyView) -> String {
    match remedy {
        RemedyView::MoreActivations { product_name, count, .. } => {
            let args = Args::new().num("count", *count).set("product", product_name);
            text_with(lang, "fleet-remedy-more-activations", &args)
        }
        RemedyView::MoreCapacity { per_day } => counted(lang, "fleet-remedy-more-capacity", i64::from(*per_day)),
        RemedyView::StartEarlier { by, machines } => {
            let args = Args::new().num("count", *machines).set("day", day(lang, *by));
            text_with(lang, "fleet-remedy-start-earlier", &args)
        }
        RemedyView::OpenSite { site, machines } => {
            let site = site.clone().unwrap_or_else(|| text(lang, "none").into_owned());
            text_with(lang, "fleet-remedy-open-site", &Args::new().num("count", *machines).set("site", site))
        }
        RemedyView::LoosenOrder { machines } => counted(lang, "fleet-remedy-loosen-order", *machines),
        RemedyView::KeepKeyHost { machines } => counted(lang, "fleet-remedy-keep-key-host", *machines),
    }
}

fn key_row(at: &At, summary: &Summary, key: &FleetKeyView) -> KeyRow {
    let lang = at.lang();
    let (id, entered) = match &key.id {
        KeyRef::Entered(id) => (id.to_string(), true),
        KeyRef::Purchase(line) => (line.to_string(), false),
    };
    let remove = Button::post("action-remove", at.path(&format!("/keys/{id}/remove")))
        .look(Look::SmallDanger)
        .about(format!("k-{id}"));
    let (left, origin) = if key.is_own {
        ("migration-key-own", "migration-key-bought")
    } else {
        ("migration-key-foreign", "migration-key-entered")
    };
    let args = Args::new().num("used", key.used).num("left", key.remaining).num("reserve", key.reserve);
    KeyRow {
        label: key.label.clone(),
        product: key.product.clone(),
        key: if key.tail.is_empty() { "•••••".to_owned() } else { format!("•••••-{}", key.tail) },
        left: text_with(lang, left, &args),
        origin: text(lang, origin).into_owned(),
        remove: (entered && summary.may.enter_keys).then_some(remove),
        id,
    }
}

fn retry_row(at: &At, row: &RetryRow) -> RetryView {
    let lang = at.lang();
    RetryView {
        machine: Link::new(at.path(&format!("/machines/{}", row.machine)), row.name.clone()),
        when: wording::at(lang, row.at),
        code: wording::code(row.exit, row.result),
        meaning: wording::meaning(lang, row.exit, row.meaning),
    }
}

fn facts(lang: Lang, settings: &PlanSettings) -> Vec<Fact> {
    let number = |value: u32| format::number(lang, i64::from(value));
    vec![
        Fact::new("migration-switch-off", day(lang, settings.switch_off)),
        Fact::new("migration-capacity", number(settings.capacity_per_day)),
        Fact::new("fleet-column-pilots", number(settings.pilots)),
        Fact::new("migration-reserve", number(settings.reserve_days)),
        Fact::new("migration-errors", number(settings.error_percent_max)),
    ]
}

fn settings_form(at: &At, settings: &PlanSettings) -> Form {
    let mut form = forms::plan(&at.path("/waves"), &at.visitor.form_token());
    let optional = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    form.fill("switch_off", &optional(settings.switch_off));
    form.fill("start", &optional(settings.start));
    for (name, value) in [
        ("capacity_per_day", settings.capacity_per_day),
        ("pilots", settings.pilots),
        ("pilot_pause_days", settings.pilot_pause_days),
        ("reserve_days", settings.reserve_days),
        ("error_percent_max", settings.error_percent_max),
    ] {
        form.fill(name, &value.to_string());
    }
    let closed: Vec<String> = settings.closed.iter().map(Date::to_string).collect();
    form.fill("closed", &closed.join(", "));
    form.fill("workdays_only", if settings.workdays_only { "on" } else { "" });
    form
}

/// What was typed, over what was stored: windows of sites and orders have a page of their own and stay.
fn typed(form: &FormData, stored: PlanSettings) -> Result<PlanSettings, Problem> {
    let mut problem = Problem::invalid("invalid_input");
    let mut number = |name: &'static str| {
        let read = form.get(name).parse::<u32>();
        if read.is_err() {
            problem.fields.extend(Problem::field(name, "not_a_count").fields);
        }
        read.unwrap_or_default()
    };
    let settings = PlanSettings {
        capacity_per_day: number("capacity_per_day"),
        pilots: number("pilots"),
        pilot_pause_days: number("pilot_pause_days"),
        reserve_days: number("reserve_days"),
        error_percent_max: number("error_percent_max"),
        workdays_only: form.is_on("workdays_only"),
        ..stored
    };
    let mut date = |name: &'static str| match form.get(name) {
        "" => None,
        text => {
            let read = text.parse::<Date>();
            if read.is_err() {
                problem.fields.extend(Problem::field(name, "not_a_date").fields);
            }
            read.ok()
        }
    };
    let (start, switch_off) = (date("start"), date("switch_off"));
    let closed = form.get("closed").split([',', ';', ' ', '\n']).map(str::trim).filter(|day| !day.is_empty());
    let closed: Result<Vec<Date>, _> = closed.map(str::parse).collect();
    if closed.is_err() {
        problem.fields.extend(Problem::field("closed", "not_a_date").fields);
    }
    if problem.fields.is_empty() {
        Ok(PlanSettings { start, switch_off, closed: closed.unwrap_or_default(), ..settings })
    } else {
        Err(problem)
    }
}

pub async fn plan(at: At, PostForm(form): PostForm) -> Answer {
    let app = &at.visitor.site.app;
    let stored = fleet::settings(app, &at.caller, at.customer).await?;
    let key = FormKey::new(&at.caller, "fleet.planned", form.get("form_token"));
    let planned = match typed(&form, stored) {
        Ok(settings) => fleet::make_plan(app, &at.caller, at.customer, settings, key).await,
        Err(problem) => Err(problem),
    };
    match planned {
        Ok(_) => go(&at.path("/waves?done=fleet-planned")),
        Err(problem) => failed(&at, &form, problem, |view| &mut view.settings).await,
    }
}

/// The board again with what is wrong in one of its forms; other problems get their own page.
async fn failed(
    at: &At,
    form: &FormData,
    problem: Problem,
    which: impl FnOnce(&mut WaveBoard) -> &mut Option<Form>,
) -> Answer {
    if !matches!(problem.kind, Kind::Invalid | Kind::Conflict) {
        return Err(problem.into());
    }
    let mut view = view(at).await?;
    if let Some(shown) = which(&mut view) {
        fail_form(at.lang(), shown, form, &problem);
    }
    page_with(status_of(&problem), &view)
}

pub async fn hold(at: At, PostForm(_): PostForm) -> Answer {
    fleet::hold_wave(&at.visitor.site.app, &at.caller, at.customer, at.wave()?).await?;
    go(&at.path("/waves?done=wave-held"))
}

pub async fn release(at: At, PostForm(_): PostForm) -> Answer {
    fleet::release_wave(&at.visitor.site.app, &at.caller, at.customer, at.wave()?).await?;
    go(&at.path("/waves?done=wave-released"))
}

/// Keeps a key of the platform's maker, sealed; no page shows it again.
pub async fn add_key(at: At, PostForm(form): PostForm) -> Answer {
    let count = |name: &'static str, missing: Result<u32, Problem>| match form.get(name) {
        "" => missing,
        text => text.parse::<u32>().map_err(|_| Problem::field(name, "not_a_count")),
    };
    let token = FormKey::new(&at.caller, "fleet.key_entered", form.get("form_token"));
    let counts = count("remaining", Err(Problem::field("remaining", "not_a_count")))
        .and_then(|remaining| Ok((remaining, count("reserve", Ok(0))?)));
    let added = match counts {
        Ok((remaining, reserve)) => {
            let key = NewKey {
                label: form.get("label").to_owned(),
                product: form.get("product").to_owned(),
                also_versions: form.get("also_versions").to_owned(),
                key: Zeroizing::new(form.get("key").to_owned()),
                remaining,
                reserve,
            };
            fleet::add_key(&at.visitor.site.app, &at.caller, at.customer, key, token).await
        }
        Err(problem) => Err(problem),
    };
    match added {
        Ok(_) => go(&at.path("/waves?done=fleet-key-kept")),
        Err(problem) => failed(&at, &form, problem, |view| &mut view.add_key).await,
    }
}

pub async fn remove_key(at: At, PostForm(_): PostForm) -> Answer {
    let key = at.id("key")?;
    fleet::remove_key(&at.visitor.site.app, &at.caller, at.customer, key).await?;
    go(&at.path("/waves?done=fleet-key-removed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_setting_is_named_at_once_and_what_has_no_field_stays() {
        let stored = PlanSettings { orders: vec![("A".to_owned(), "B".to_owned())], ..PlanSettings::default() };
        let wrong = "capacity_per_day=many&pilots=1&pilot_pause_days=1&reserve_days=14&error_percent_max=5&closed=soon";
        let problem = typed(&FormData::parse(wrong), stored.clone()).unwrap_err();
        let fields: Vec<&str> = problem.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["capacity_per_day", "closed"]);
        let right = "capacity_per_day=40&pilots=1&pilot_pause_days=1&reserve_days=14&error_percent_max=5&closed=2026-12-24%2C+2026-12-25&start=2026-12-01";
        let settings = typed(&FormData::parse(right), stored).unwrap();
        assert_eq!((settings.closed.len(), settings.orders.len(), settings.capacity_per_day), (2, 1, 40));
        assert_eq!(settings.start, Some(jiff::civil::date(2026, 12, 1)));
    }
}
