//! One machine: where it stands and why, its licenses with their forecast, what its scripts reported and what that
//! means, and the places in inventories that describe it.

use perpetua_app::fleet::{self, AttemptView, LicenseView, MachineDetail, Place};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::At;
use super::report::proof;
use super::wording::{self, coded, day};
use crate::shell::{self, Answer};
use crate::views::frame::Link;
use crate::views::migration::{AttemptRow, LicensePart, Machine};
use crate::views::parts::Fact;

pub async fn page(at: At) -> Answer {
    let lang = at.lang();
    let found = fleet::machine(&at.visitor.site.app, &at.caller, at.customer, at.id("machine")?).await?;
    let mut t = at.frame(Some(found.view.name.clone())).await?;
    t.crumbs.push(Link::new(at.path("/machines"), text(lang, "migration-machines")));
    shell::page(&Machine {
        t,
        head: at.head("migration-machines"),
        facts: facts(&at, &found),
        doubts: found.view.doubts.iter().map(|doubt| coded(lang, "doubt", doubt.as_text())).collect(),
        licenses: found.licenses.iter().map(|license| license_part(lang, license)).collect(),
        attempts: found.attempts.iter().map(|attempt| attempt_row(lang, attempt)).collect(),
        places: found.places.iter().map(|place| place_of(lang, place)).collect(),
    })
}

fn facts(at: &At, found: &MachineDetail) -> Vec<Fact> {
    let lang = at.lang();
    let machine = &found.view;
    let mut facts = vec![
        Fact::state("field-state", wording::state(lang, machine.state)),
        Fact::state("migration-risk", wording::risk(lang, machine.risk)),
        Fact::new("fleet-column-outlook", coded(lang, "outlook", machine.outlook.as_text())),
        Fact::new("fleet-column-safe", day(lang, machine.last_safe_day)),
        Fact::new("migration-last-day", day(lang, machine.last_day)),
    ];
    if let Some(wave) = machine.wave {
        let pilot = if machine.is_pilot { format!(" · {}", text(lang, "migration-pilot")) } else { String::new() };
        let href = at.path(&format!("/machines?wave={wave}"));
        facts.push(Fact::link("fleet-column-wave", format!("{wave}{pilot}"), href));
    }
    facts.extend(machine.left_out.map(|why| Fact::new("migration-why-out", coded(lang, "left-out", why.as_text()))));
    let (evidence, when) = proof(lang, &found.evidence);
    let evidence = if when.is_empty() { evidence } else { format!("{evidence} · {when}") };
    facts.push(Fact::new("migration-evidence", evidence));
    for (label, value) in
        [("fleet-column-site", &machine.site), ("migration-full-name", &found.fqdn), ("migration-os", &found.os)]
    {
        if !value.is_empty() {
            facts.push(Fact::new(label, value.clone()));
        }
    }
    facts.push(Fact::new("migration-observed", wording::at(lang, machine.observed_at)));
    facts
}

fn license_part(lang: Lang, license: &LicenseView) -> LicensePart {
    let remaining = |minutes: u32| {
        let args = Args::new().num("minutes", i64::from(minutes)).num("days", i64::from(minutes / 1_440));
        text_with(lang, "migration-remaining", &args)
    };
    let channel = coded(lang, "channel", license.channel.as_text());
    let state = license.state.map(|state| coded(lang, "license", state.as_text()));
    let maybe = license
        .maybe_until
        .map(|until| text_with(lang, "migration-maybe-until", &Args::new().set("day", format::date(lang, until))));
    LicensePart {
        product: if license.product_name.is_empty() {
            text(lang, "migration-product-unknown").into_owned()
        } else {
            license.product_name.clone()
        },
        key: if license.partial_key.is_empty() {
            "–".to_owned()
        } else {
            format!("•••••-{}", license.partial_key)
        },
        channel: state.map_or_else(|| channel.clone(), |state| format!("{channel}, {state}")),
        outlook: coded(lang, "outlook", license.outlook.as_text()),
        note: maybe.unwrap_or_default(),
        remaining: license.remaining_min.map_or_else(|| "–".to_owned(), remaining),
        observed: wording::at(lang, license.observed_at),
        safe: day(lang, license.last_safe_day),
        moves_to: license.moves_to.clone().unwrap_or_else(|| "–".to_owned()),
    }
}

fn attempt_row(lang: Lang, attempt: &AttemptView) -> AttemptRow {
    let key = |tail: &str| if tail.is_empty() { "–".to_owned() } else { format!("…{tail}") };
    AttemptRow {
        when: wording::at(lang, attempt.at),
        wave: attempt.wave.to_string(),
        code: wording::code(attempt.exit, Some(attempt.result).filter(|result| *result != 0)),
        meaning: wording::meaning(lang, attempt.exit, attempt.meaning),
        keys: format!("{} → {}", key(&attempt.old_tail), key(&attempt.new_tail)),
    }
}

fn place_of(lang: Lang, place: &Place) -> String {
    if place.line > 0 {
        text_with(lang, "fleet-place", &Args::new().set("file", &place.file).num("line", i64::from(place.line)))
    } else {
        place.file.clone()
    }
}
