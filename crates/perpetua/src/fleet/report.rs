//! What the report says: the same facts as sections for people and as JSON for programs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_fleet::forecast::Outlook;
use perpetua_fleet::plan::{Remedy, Urgency};
use perpetua_fleet::verdict::{Doubt, Unread};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde_json::json;

use super::World;
use super::page::Section;
use super::words::{coded, counted, product};

/// Rows of a table before the rest is only counted.
const ROWS_MAX: usize = 40;

/// The whole report. `skipped` are the machines that the scripts could not name, when scripts were written.
pub fn sections(world: &World, skipped: Option<&[String]>) -> Vec<Section> {
    let mut sections = vec![summary(world, skipped)];
    let parts = [
        forecast(world),
        urgent(world),
        gaps(world),
        waves(world),
        ends(world),
        unsaved(world),
        left_out(world),
        doubts(world),
        files(world),
        unread(world),
    ];
    sections.extend(parts.into_iter().filter(|section| !section.rows.is_empty() || !section.notes.is_empty()));
    sections
}

fn summary(world: &World, skipped: Option<&[String]>) -> Section {
    let lang = world.lang;
    let when = |at| format::date_time(lang, at, &TimeZone::UTC);
    let made = Args::new().set("now", when(world.with.now)).set("until", when(world.with.switch_off));
    let mut notes = vec![text_with(lang, "fleet-made", &made)];
    if world.machines.is_empty() {
        notes.push(text(lang, "fleet-nothing-read").into_owned());
        return Section { title: text(lang, "fleet-title").into_owned(), notes, ..Section::default() };
    }
    notes.push(text_with(lang, "fleet-reserve", &Args::new().set("days", world.with.reserve_days)));
    notes.push(counted(lang, "fleet-machines", world.machines.len()));
    if world.matching.done > 0 {
        notes.push(counted(lang, "fleet-done", world.matching.done));
    }
    notes.push(match (world.fleet.safe_until, world.fleet.earliest_end) {
        (Some(day), Some(end)) => {
            text_with(lang, "fleet-safe-until", &Args::new().set("day", format::date(lang, day)).set("end", when(end)))
        }
        _ => text(lang, "fleet-no-lease").into_owned(),
    });
    if world.fleet.stale > 0 {
        notes.push(counted(lang, "fleet-stale", world.fleet.stale));
    }
    notes.push(text(lang, "fleet-effect").into_owned());
    notes.push(if !world.breaches.is_empty() {
        let codes = serde_json::to_string(&world.breaches).unwrap_or_default();
        text_with(lang, "fleet-proof-broken", &Args::new().set("codes", codes))
    } else if world.plan.unsaved.is_empty() {
        text(lang, "fleet-proof-holds").into_owned()
    } else {
        text(lang, "fleet-proof-holds-but").into_owned()
    });
    if let Some(skipped) = skipped.filter(|skipped| !skipped.is_empty()) {
        notes.push(text_with(lang, "fleet-scripts-skipped", &Args::new().set("machines", shortened(lang, skipped))));
    }
    Section { title: text(lang, "fleet-title").into_owned(), notes, ..Section::default() }
}

fn header(lang: Lang, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| coded(lang, "column", column)).collect()
}

fn section(lang: Lang, id: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Section {
    Section { title: text(lang, id).into_owned(), header: header(lang, columns), rows, ..Section::default() }
}

/// Keeps the first rows and counts the rest.
fn cut(lang: Lang, mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let more = rows.len().saturating_sub(ROWS_MAX);
    if more > 0 {
        let width = rows[0].len();
        rows.truncate(ROWS_MAX);
        let mut last = vec![String::new(); width];
        last[0] = counted(lang, "fleet-more", more);
        rows.push(last);
    }
    rows
}

fn shortened(lang: Lang, names: &[String]) -> String {
    let mut kept: Vec<String> = names.iter().take(5).cloned().collect();
    if names.len() > kept.len() {
        kept.push(counted(lang, "fleet-more", names.len() - 5));
    }
    kept.join(", ")
}

fn day(lang: Lang, day: Option<Date>) -> String {
    day.map_or_else(|| "–".to_owned(), |day| format::date(lang, day))
}

fn forecast(world: &World) -> Section {
    let lang = world.lang;
    let rows = world
        .fleet
        .outlooks
        .iter()
        .map(|(outlook, count)| vec![coded(lang, "outlook", outlook.as_text()), count.to_string()]);
    section(lang, "fleet-forecast", &["outlook", "machines"], rows.collect())
}

fn urgent(world: &World) -> Section {
    let lang = world.lang;
    let mut order: Vec<usize> =
        (0..world.machines.len()).filter(|at| world.forecasts[*at].outlook.has_to_move()).collect();
    order.sort_by_key(|at| {
        let forecast = &world.forecasts[*at];
        (forecast.outlook > Outlook::NeverActivated, forecast.last_safe_day, *at)
    });
    let row = |at: usize| {
        let (machine, forecast) = (&world.machines[at], &world.forecasts[at]);
        let worst =
            forecast.licenses.iter().enumerate().min_by_key(|(_, license)| (license.outlook, license.last_safe_day));
        let name = worst.map_or_else(String::new, |(license, _)| product(lang, &machine.licenses[license].kind));
        vec![
            machine.name().to_owned(),
            name,
            coded(lang, "outlook", forecast.outlook.as_text()),
            day(lang, forecast.last_safe_day),
        ]
    };
    let rows = cut(lang, order.into_iter().map(row).collect());
    section(lang, "fleet-urgent", &["machine", "product", "outlook", "safe"], rows)
}

fn gaps(world: &World) -> Section {
    let lang = world.lang;
    if world.machines.is_empty() {
        return Section::default();
    }
    let row = |gap: &perpetua_fleet::matching::Gap| {
        let misfits: Vec<String> = gap
            .misfits
            .iter()
            .map(|(label, misfit)| format!("{label}: {}", coded(lang, "misfit", misfit.as_text())))
            .collect();
        vec![
            product(lang, &gap.kind),
            gap.needed.to_string(),
            gap.covered.to_string(),
            gap.missing.to_string(),
            misfits.join("; "),
        ]
    };
    let rows = world.matching.gaps.iter().map(row).collect();
    let mut section = section(lang, "fleet-gaps", &["product", "needed", "covered", "missing", "misfit"], rows);
    match &world.list {
        None => section.notes.push(text(lang, "fleet-no-keys").into_owned()),
        Some(list) => {
            if !list.bad_lines.is_empty() {
                let lines = list.bad_lines.iter().take(20).map(u32::to_string).collect::<Vec<_>>().join(", ");
                section.notes.push(text_with(lang, "fleet-keys-bad", &Args::new().set("lines", lines)));
            }
            if list.masked_keys > 0 {
                section.notes.push(text(lang, "fleet-keys-masked").into_owned());
            }
        }
    }
    section
}

fn waves(world: &World) -> Section {
    let lang = world.lang;
    let row = |wave: &perpetua_fleet::plan::Wave| {
        let overdue = wave.machines.iter().filter(|planned| planned.urgency == Urgency::Overdue).count();
        let pilots = wave.machines.iter().filter(|planned| planned.is_pilot).count();
        let day = format::date(lang, wave.day);
        vec![wave.number.to_string(), day, wave.machines.len().to_string(), overdue.to_string(), pilots.to_string()]
    };
    let rows = world.plan.waves.iter().map(row).collect();
    let mut section = section(lang, "fleet-waves", &["wave", "day", "machines", "overdue", "pilots"], rows);
    if world.plan.without_pilots && !world.plan.waves.is_empty() && !world.plan.unsaved.is_empty() {
        section.notes.push(text(lang, "fleet-without-pilots").into_owned());
    }
    section
}

/// Week by week: leases that end beside machines that move.
fn ends(world: &World) -> Section {
    let lang = world.lang;
    let week = |day: Date| {
        let offset = i64::from(day.weekday().to_monday_zero_offset());
        day.checked_sub(jiff::Span::new().days(offset)).unwrap_or(day)
    };
    let mut weeks: BTreeMap<Date, (usize, usize)> = BTreeMap::new();
    for (day, count) in &world.fleet.ends {
        weeks.entry(week(*day)).or_default().0 += count;
    }
    for wave in &world.plan.waves {
        weeks.entry(week(wave.day)).or_default().1 += wave.machines.len();
    }
    let row = |(day, (ends, moves)): (Date, (usize, usize))| {
        vec![format::date(lang, day), ends.to_string(), moves.to_string()]
    };
    let rows = cut(lang, weeks.into_iter().map(row).collect());
    Section { bars_from: Some(1), ..section(lang, "fleet-ends", &["week", "ends", "moves"], rows) }
}

fn unsaved(world: &World) -> Section {
    let lang = world.lang;
    let row = |lost: &perpetua_fleet::plan::Unsaved| {
        vec![
            world.machines[lost.index].name().to_owned(),
            coded(lang, "lost", lost.reason.as_text()),
            day(lang, lost.last_safe_day),
            day(lang, lost.planned_day),
        ]
    };
    let rows: Vec<_> = world.plan.unsaved.iter().map(row).collect();
    if rows.is_empty() {
        return Section::default();
    }
    let mut section = section(lang, "fleet-unsaved", &["machine", "why", "safe", "planned"], cut(lang, rows));
    let remedies: Vec<String> = world.plan.remedies.iter().map(|remedy| sentence(lang, remedy)).collect();
    if !remedies.is_empty() {
        section.notes.push(format!("{}: {}.", text(lang, "fleet-remedies"), remedies.join("; ")));
    }
    section
}

fn sentence(lang: Lang, remedy: &Remedy) -> String {
    let counted = |id: &str, count: usize, args: Args| {
        text_with(lang, id, &args.num("count", i64::try_from(count).unwrap_or(i64::MAX)))
    };
    match remedy {
        Remedy::MoreActivations { kind, count } => {
            counted("fleet-remedy-more-activations", *count, Args::new().set("product", product(lang, kind)))
        }
        Remedy::MoreCapacity { per_day } => {
            counted("fleet-remedy-more-capacity", usize::try_from(*per_day).unwrap_or(usize::MAX), Args::new())
        }
        Remedy::StartEarlier { by, machines } => {
            counted("fleet-remedy-start-earlier", *machines, Args::new().set("day", day(lang, *by)))
        }
        Remedy::OpenSite { site, machines } => {
            let site = site.clone().unwrap_or_else(|| "–".to_owned());
            counted("fleet-remedy-open-site", *machines, Args::new().set("site", site))
        }
        Remedy::LoosenOrder { machines } => counted("fleet-remedy-loosen-order", *machines, Args::new()),
        Remedy::KeepKeyHost { machines } => counted("fleet-remedy-keep-key-host", *machines, Args::new()),
    }
}

fn left_out(world: &World) -> Section {
    let lang = world.lang;
    let row = |(at, reason): &(usize, perpetua_fleet::matching::LeftOut)| {
        vec![world.machines[*at].name().to_owned(), coded(lang, "left-out", reason.as_text())]
    };
    section(lang, "fleet-left-out", &["machine", "why"], cut(lang, world.matching.left_out.iter().map(row).collect()))
}

fn doubts(world: &World) -> Section {
    let lang = world.lang;
    let mut by_doubt: BTreeMap<Doubt, Vec<String>> = BTreeMap::new();
    for machine in &world.machines {
        for doubt in &machine.doubts {
            by_doubt.entry(*doubt).or_default().push(machine.name().to_owned());
        }
    }
    let row = |(doubt, names): (Doubt, Vec<String>)| {
        vec![coded(lang, "doubt", doubt.as_text()), names.len().to_string(), shortened(lang, &names)]
    };
    section(lang, "fleet-doubts", &["why", "count", "machines"], by_doubt.into_iter().map(row).collect())
}

fn files(world: &World) -> Section {
    let lang = world.lang;
    let row = |file: &perpetua_fleet::read::FileReport| {
        let formats: Vec<String> = file.formats.iter().map(|format| coded(lang, "format", format.as_text())).collect();
        let mut notes: Vec<String> = file.doubts.iter().map(|doubt| coded(lang, "doubt", doubt.as_text())).collect();
        if !file.ignored.is_empty() {
            notes.push(text_with(lang, "fleet-ignored", &Args::new().set("names", file.ignored.join(", "))));
        }
        vec![
            file.file.clone(),
            if file.is_resource { text(lang, "fleet-resource").into_owned() } else { formats.join(", ") },
            file.encoding.map_or_else(|| "–".to_owned(), |encoding| encoding.to_string()),
            file.records.to_string(),
            file.unread.to_string(),
            notes.join("; "),
        ]
    };
    let rows = cut(lang, world.reading.files.iter().map(row).collect());
    section(lang, "fleet-files", &["file", "formats", "encoding", "machines", "unread", "notes"], rows)
}

fn unread(world: &World) -> Section {
    let lang = world.lang;
    let row = |unread: &Unread| {
        let place = &unread.place;
        let place = match place.line {
            0 => place.file.clone(),
            line => text_with(lang, "fleet-place", &Args::new().set("file", &place.file).set("line", line)),
        };
        let why = coded(lang, "failure", unread.failure.as_text());
        let detail = if unread.detail.is_empty() { String::new() } else { format!(" ({})", unread.detail) };
        vec![place, format!("{why}{detail}")]
    };
    let rows: Vec<_> = world.reading.unread.iter().map(row).collect();
    if rows.is_empty() {
        return Section::default();
    }
    section(lang, "fleet-unread", &["file", "why"], cut(lang, rows))
}

/// Everything, for programs. The shape is `fleet-plan/1`; later versions only add.
pub fn json(world: &World) -> String {
    let machine =
        |(machine, forecast): (&perpetua_fleet::merge::Machine, &perpetua_fleet::forecast::MachineForecast)| {
            json!({
                "id": machine.id,
                "host": machine.host,
                "service": machine.service,
                "observed_at": machine.observed_at.to_string(),
                "reports": machine.reports,
                "places": machine.places,
                "doubts": machine.doubts,
                "licenses": machine.licenses,
                "forecast": forecast,
            })
        };
    let left_out = |(at, reason): &(usize, perpetua_fleet::matching::LeftOut)| json!({ "machine": world.machines[*at].id, "reason": reason });
    let value = json!({
        "schema": "fleet-plan/1",
        "files": world.reading.files,
        "unread": world.reading.unread,
        "fleet": world.fleet,
        "machines": world.machines.iter().zip(&world.forecasts).map(machine).collect::<Vec<_>>(),
        "keys": world.keys,
        "keys_are_assumed": world.list.is_none(),
        "gaps": world.matching.gaps,
        "done": world.matching.done,
        "left_out": world.matching.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "plan": world.plan,
        "proof": { "holds": world.breaches.is_empty(), "breaches": world.breaches },
    });
    let mut text = value.to_string();
    text.push('\n');
    text
}
