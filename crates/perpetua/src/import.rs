//! `perpetua user add` and `perpetua import`: what an installation needs before people can work in it.

use std::fs::File;
use std::io::Write as _;
use std::process::ExitCode;

use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::media_import::import_folder;
use perpetua_app::price_import::{self, Publish, Upload};
use perpetua_app::setup::{NewOperator, command_caller, create_operator};

use crate::Outcome;
use crate::chores::open;
use crate::cli::{ImportMediaOptions, ImportPricesOptions, UserAddOptions};
use crate::install::said;

/// `perpetua user add`
pub async fn add_user(options: UserAddOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let is_given = options.password.is_some();
    let password = options.password.unwrap_or_else(|| app.entropy.token().expose().to_string());
    let new = NewOperator {
        organisation: options.organisation,
        country: options.country,
        name: options.name,
        email: options.email.clone(),
        password: password.clone(),
    };
    create_operator(&app, new).await.map_err(|problem| said(&problem))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} may sign in as the operator's administrator", options.email)?;
    if !is_given {
        writeln!(out, "password, shown only now: {password}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `perpetua import prices`: exit code 1 when rows are bad and nothing was published.
pub async fn prices(options: ImportPricesOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let caller = command_caller(&app, &options.acting_as).await.map_err(|problem| said(&problem))?;
    let source = File::open(&options.file)?;
    let bytes_total = source.metadata()?.len();
    let file_name = options.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let upload = Upload { file_name, bytes_total, source };
    let sheet = price_import::import(&app, &caller, upload).await.map_err(|problem| said(&problem))?;
    let mut out = std::io::stdout().lock();
    if let Some(failure) = &sheet.failure {
        writeln!(out, "the sheet cannot be read: {} {:?}", failure.code, failure.params)?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(
        out,
        "{} rows read: {} new, {} changed, {} unchanged, {} ended, {} bad",
        sheet.rows_read, sheet.rows_new, sheet.rows_changed, sheet.rows_unchanged, sheet.rows_ended, sheet.rows_bad
    )?;
    if !options.publish {
        return Ok(ExitCode::SUCCESS);
    }
    let command = Publish { sheet: sheet.id, leave_out_bad: options.leave_out_bad };
    price_import::publish(&app, &caller, command).await.map_err(|problem| said(&problem))?;
    writeln!(out, "published")?;
    Ok(ExitCode::SUCCESS)
}

/// `perpetua import media`: exit code 1 when rows were left out.
pub async fn media(options: &ImportMediaOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let caller = command_caller(&app, &options.acting_as).await.map_err(|problem| said(&problem))?;
    let report = import_folder(&app, &caller, &options.folder).await.map_err(|problem| said(&problem))?;
    let mut out = std::io::stdout().lock();
    for bad in &report.bad_rows {
        let (code, column) = (bad.reason.code(), bad.column.unwrap_or_default());
        writeln!(out, "line {}: {column}: {code}", bad.line)?;
    }
    writeln!(
        out,
        "{} added, {} there already, {} bad rows",
        report.added.len(),
        report.present,
        report.bad_rows.len()
    )?;
    Ok(if report.bad_rows.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
