//! `perpetua fleet plan`: from inventories to a forecast, a plan with its proof, and scripts. Nothing of an
//! installation is needed, and nothing is sent anywhere.

mod gather;
mod page;
mod report;
mod scripts;
mod words;

use std::io::Write as _;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use perpetua_app::clock::{Clock as _, SystemClock};
use perpetua_fleet::decode::Encoding;
use perpetua_fleet::forecast::{
    Assumptions, FleetForecast, MachineForecast, fleet as forecast_fleet, machine as forecast_machine,
};
use perpetua_fleet::keys::{Key, KeyList, read_keys};
use perpetua_fleet::matching::{Matching, assign};
use perpetua_fleet::merge::{Machine, merge};
use perpetua_fleet::plan::{Breach, Fleet, Order, Plan, Rules, Window, make, verify};
use perpetua_fleet::read::{Field, Mapping, Options, Reading, read};
use perpetua_i18n::{Args, Lang, text_with};

use crate::Outcome;
use crate::cli::{FleetFormat, FleetPlanOptions};

/// Ends the command when machines are left unsaved; 0 means that all are safe, 1 that nothing could be read.
const UNSAVED: u8 = 3;

/// Everything that a report tells.
pub struct World {
    /// Language of the report.
    pub lang: Lang,
    /// What was assumed.
    pub with: Assumptions,
    /// What was read; its records are spent.
    pub reading: Reading,
    /// The machines.
    pub machines: Vec<Machine>,
    /// Their forecasts.
    pub forecasts: Vec<MachineForecast>,
    /// The forecast of all.
    pub fleet: FleetForecast,
    /// The list of keys; `None` when none was given and as many as needed are assumed.
    pub list: Option<KeyList>,
    /// The keys that the plan uses.
    pub keys: Vec<Key>,
    /// Who gets which.
    pub matching: Matching,
    /// The waves.
    pub plan: Plan,
    /// What the plan breaks: nothing.
    pub breaches: Vec<Breach>,
}

impl World {
    /// The lists that a plan is made of.
    pub fn lists(&self) -> Fleet<'_> {
        Fleet { machines: &self.machines, forecasts: &self.forecasts, keys: &self.keys, matching: &self.matching }
    }
}

/// `perpetua fleet plan`: exit code 0 when the plan saves every machine, 3 when it does not, 1 when nothing
/// could be read.
pub fn plan(options: &FleetPlanOptions) -> Outcome {
    let lang = options.lang.as_deref().and_then(Lang::from_tag).unwrap_or_default();
    let now = options.now.unwrap_or_else(|| SystemClock.now());
    let files = gather::files(&options.files, now, lang)?;
    let inputs: Vec<_> = files.iter().map(gather::File::input).collect();
    let reading = read(&inputs, &reading_options(options, lang)?);
    drop(inputs);
    drop(files);
    let list = match &options.keys {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| gather::cannot_open(lang, path, &error))?;
            let list = read_keys(&bytes).map_err(|failure| gather::cannot_read(lang, path, failure))?;
            Some(list)
        }
        None => None,
    };
    let world = world(options, lang, now, reading, list);
    let skipped = match &options.scripts {
        Some(folder) => Some(scripts::write(&world, folder)?),
        None => None,
    };
    let written = match options.format {
        FleetFormat::Text => page::text(&report::sections(&world, skipped.as_deref())),
        FleetFormat::Html => page::html(lang, &report::sections(&world, skipped.as_deref())),
        FleetFormat::Json => report::json(&world),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(written.as_bytes())?;
    out.flush()?;
    Ok(if world.machines.is_empty() {
        ExitCode::FAILURE
    } else if world.plan.unsaved.is_empty() && world.breaches.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(UNSAVED)
    })
}

/// Reads nothing any more: everything from here on is computed.
fn world(
    options: &FleetPlanOptions,
    lang: Lang,
    now: jiff::Timestamp,
    mut reading: Reading,
    list: Option<KeyList>,
) -> World {
    let until = options.until.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map_or(now, |start| start.timestamp());
    let with = Assumptions { now, switch_off: until, reserve_days: options.reserve };
    let machines = merge(std::mem::take(&mut reading.records));
    let forecasts: Vec<MachineForecast> = machines.iter().map(|machine| forecast_machine(machine, &with)).collect();
    let fleet = forecast_fleet(&forecasts, &with);
    let keys = list.as_ref().map_or_else(|| assumed_keys(&machines, &forecasts, lang), |list| list.keys.clone());
    let matching = assign(&machines, &forecasts, &keys);
    let rules = rules(options, now);
    let lists = Fleet { machines: &machines, forecasts: &forecasts, keys: &keys, matching: &matching };
    let plan = make(&lists, &rules);
    let breaches = verify(&plan, &lists, &rules);
    World { lang, with, reading, machines, forecasts, fleet, list, keys, matching, plan, breaches }
}

/// One key per product with as many activations as the product needs.
fn assumed_keys(machines: &[Machine], forecasts: &[MachineForecast], lang: Lang) -> Vec<Key> {
    let gaps = assign(machines, forecasts, &[]).gaps;
    let key = |gap: perpetua_fleet::matching::Gap| {
        let product = words::product(lang, &gap.kind);
        Key {
            label: product.clone(),
            product,
            kind: gap.kind,
            also_versions: Vec::new(),
            partial_key: None,
            remaining: u32::try_from(gap.needed).unwrap_or(u32::MAX),
            reserve: 0,
        }
    };
    gaps.into_iter().map(key).collect()
}

fn rules(options: &FleetPlanOptions, now: jiff::Timestamp) -> Rules {
    let today = now.to_zoned(TimeZone::UTC).date();
    let start = options.start.or_else(|| today.tomorrow().ok()).unwrap_or(today);
    let weekdays = if options.workdays { [true, true, true, true, true, false, false] } else { [true; 7] };
    let everybody = Window {
        site: None,
        weekdays,
        from: None,
        until: None,
        closed: options.closed.clone(),
        capacity_per_day: None,
    };
    let order = |text: &String| {
        let (first, then) = text.split_once(':')?;
        Some(Order { first: first.trim().to_owned(), then: then.trim().to_owned() })
    };
    Rules {
        start,
        capacity_per_day: options.capacity,
        pilots: options.pilots,
        pilot_pause_days: options.pilot_pause,
        windows: vec![everybody],
        orders: options.order.iter().filter_map(order).collect(),
    }
}

fn reading_options(options: &FleetPlanOptions, lang: Lang) -> Result<Options, String> {
    let mut mapping = Mapping::default();
    for column in &options.column {
        let known = column.rsplit_once('=').and_then(|(header, field)| Some((header, Field::parse(field.trim())?)));
        let Some((header, field)) = known else {
            let fields = Field::ALL.iter().map(|field| field.as_text()).collect::<Vec<_>>().join(", ");
            return Err(text_with(lang, "fleet-bad-column", &Args::new().set("fields", fields)));
        };
        mapping.assign(header, field);
    }
    let encoding = options.encoding.as_deref().and_then(Encoding::parse);
    Ok(Options { mapping, encoding, ..Options::default() })
}

#[cfg(test)]
mod tests;
