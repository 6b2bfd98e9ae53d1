//! The forms of a migration: upload, former licenses, keys, and how to plan.

use super::super::form::{Choice, Field, Form, Kind};

fn number(name: &str, label: &'static str) -> Field {
    Field::new(Kind::Number, name, label).max(9)
}

/// Fields `text`, `files`, `encoding`, `columns`.
pub fn upload(action: &str, form_token: &str, encodings: Vec<Choice>) -> Form {
    Form::new(action, "migration-read")
        .group(
            "",
            vec![
                Field::new(Kind::Area, "text", "migration-paste").hint("migration-paste-hint").max(8 << 20).wide(),
                Field::new(Kind::Files, "files", "migration-files").hint("migration-files-hint").wide(),
                Field::select("encoding", "fleet-column-encoding", encodings).hint("migration-encoding-hint"),
                Field::text("columns", "migration-columns").hint("migration-columns-hint").max(2_000),
            ],
        )
        .once(form_token)
        .mass()
}

/// Fields `product`, `quantity`, `programme`, `agreement`, `key_type`, `ends_on`.
pub fn license(action: &str, form_token: &str, key_types: Vec<Choice>) -> Form {
    Form::new(action, "action-add")
        .group(
            "",
            vec![
                Field::text("product", "field-product").required().hint("migration-product-hint").wide(),
                number("quantity", "field-quantity").required(),
                Field::select("key_type", "migration-key-type", key_types),
                Field::text("programme", "migration-programme").max(100),
                Field::text("agreement", "migration-agreement").max(100),
                Field::new(Kind::Date, "ends_on", "migration-ends-on"),
            ],
        )
        .once(form_token)
        .plain()
}

/// Field `file`.
pub fn license_import(action: &str) -> Form {
    let file = Field { accept: ".csv,.txt", ..Field::new(Kind::File, "file", "field-file") };
    Form::new(action, "action-import").group("", vec![file.required().wide()]).plain()
}

/// Fields `label`, `product`, `also_versions`, `key`, `remaining`, `reserve`. The key is never shown again.
pub fn key(action: &str, form_token: &str) -> Form {
    Form::new(action, "migration-key-save")
        .group(
            "",
            vec![
                Field::text("label", "migration-key-label").required().max(100),
                Field::text("product", "field-product").required().hint("migration-product-hint"),
                Field::new(Kind::Password, "key", "migration-key")
                    .required()
                    .hint("migration-key-hint")
                    .auto("off")
                    .max(100)
                    .wide(),
                number("remaining", "migration-key-left").required().hint("migration-key-left-hint"),
                number("reserve", "migration-key-reserve").hint("migration-key-reserve-hint"),
                Field::text("also_versions", "migration-key-versions")
                    .hint("migration-key-versions-hint")
                    .max(100)
                    .wide(),
            ],
        )
        .once(form_token)
        .plain()
}

/// Fields `start`, `switch_off`, `capacity_per_day`, `pilots`, `pilot_pause_days`, `reserve_days`,
/// `error_percent_max`, `closed`, `workdays_only`.
pub fn plan(action: &str, form_token: &str) -> Form {
    Form::new(action, "migration-make-plan")
        .group(
            "",
            vec![
                Field::new(Kind::Date, "switch_off", "migration-switch-off").hint("migration-switch-off-hint"),
                Field::new(Kind::Date, "start", "migration-first-day").hint("migration-first-day-hint"),
                number("capacity_per_day", "migration-capacity").required().hint("migration-capacity-hint"),
                number("pilots", "fleet-column-pilots").required().hint("migration-pilots-hint"),
                number("pilot_pause_days", "migration-pause").required().hint("migration-pause-hint"),
                number("reserve_days", "migration-reserve").required().hint("migration-reserve-hint"),
                number("error_percent_max", "migration-errors").required().hint("migration-errors-hint"),
                Field::text("closed", "migration-closed").hint("migration-closed-hint").max(2_000),
                Field::new(Kind::Check, "workdays_only", "migration-workdays").wide(),
            ],
        )
        .once(form_token)
}

/// The labels of weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = [
    "weekday-monday",
    "weekday-tuesday",
    "weekday-wednesday",
    "weekday-thursday",
    "weekday-friday",
    "weekday-saturday",
    "weekday-sunday",
];

/// Fields `site`, hidden, `day-0` to `day-6`, Monday first, and `capacity_per_day`.
pub fn site(action: &str, site: &str) -> Form {
    let days = WEEKDAYS.into_iter().enumerate();
    let mut fields: Vec<Field> = days.map(|(at, label)| Field::new(Kind::Check, format!("day-{at}"), label)).collect();
    fields.push(number("capacity_per_day", "migration-capacity").hint("migration-site-capacity-hint"));
    fields.push(Field::hidden("site", site));
    Form::new(action, "action-save").group("", fields)
}

/// Fields `first` and `then`.
pub fn order(action: &str) -> Form {
    Form::new(action, "action-add")
        .group(
            "",
            vec![
                Field::text("first", "migration-order-first").required().hint("migration-order-hint"),
                Field::text("then", "migration-order-then").required(),
            ],
        )
        .plain()
}
