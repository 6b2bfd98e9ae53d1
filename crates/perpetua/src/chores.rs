//! Chores of whoever runs an installation: look after it, back it up, restore it, change its keys.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::SignedDuration;
use perpetua_app::clock::SystemClock;
use perpetua_app::token_keys::{self, KeyUse, Replace};
use perpetua_app::{App, activation, backup, doctor, rotation};
use perpetua_i18n::{Args, Lang, text_with};

use crate::Outcome;
use crate::cli::{BackupOptions, ConfigOptions, DoctorOptions, ReplaceOptions, RestoreOptions};
use crate::config::Config;
use crate::install::{self, Place, said};
use crate::logging;

/// A running installation seals within 2 s; a stopped one has nothing to seal.
const UNSEALED_MAX: SignedDuration = SignedDuration::from_secs(60);

/// Opens the installation that the options name.
pub async fn open(options: &ConfigOptions) -> Result<(App, Place), Box<dyn std::error::Error>> {
    let config = Config::load(&options.config)?;
    logging::start(&config.log.format, &config.log.filter);
    let place = Place::of(&config);
    let app = install::open(&place, Arc::new(SystemClock), Arc::new(SystemClock)).await?;
    Ok((app, place))
}

/// `perpetua doctor`: exit code 1 when something was found.
pub async fn doctor(options: &DoctorOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let heads: Vec<doctor::Head> = options.heads.iter().filter_map(|text| head(text)).collect();
    if heads.len() < options.heads.len() {
        return Err("a head is written HEIGHT:HASH".into());
    }
    let report = doctor::examine(&app, UNSEALED_MAX, &heads).await.map_err(|problem| said(&problem))?;
    let mut out = std::io::stdout().lock();
    for finding in &report.findings {
        let message =
            text_with(Lang::En, &format!("doctor-{}", finding.code), &Args::new().set("place", &finding.place));
        writeln!(out, "{}: {message}", finding.code)?;
    }
    writeln!(out, "{} blocks with {} records verified", report.blocks, report.records)?;
    if let Some(hash) = &report.head {
        writeln!(out, "head {}:{hash}", report.blocks)?;
    }
    let is_well = report.findings.is_empty();
    writeln!(out, "{}", if is_well { "nothing found" } else { "something is wrong" })?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn head(text: &str) -> Option<doctor::Head> {
    let (height, hash) = text.split_once(':')?;
    Some(doctor::Head { height: height.parse().ok()?, hash: hash.to_owned() })
}

/// `perpetua backup FILE`
pub async fn backup(options: &BackupOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let summary = backup::create(&app, &options.file).await?;
    let rows: u64 = summary.tables.iter().map(|table| table.rows).sum();
    writeln!(
        std::io::stdout(),
        "{} tables with {rows} rows are in {}. Keep the master key elsewhere: the backup does not hold it.",
        summary.tables.len(),
        options.file.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// `perpetua restore FILE`, and `--confirm` afterwards.
pub async fn restore(options: &RestoreOptions) -> Outcome {
    match &options.file {
        Some(file) => restore_from(&options.config, file).await,
        None => confirm(&options.config).await,
    }
}

async fn confirm(options: &ConfigOptions) -> Outcome {
    let (app, _) = open(options).await?;
    backup::confirm_restore(&app).await.map_err(|problem| said(&problem))?;
    writeln!(std::io::stdout(), "Keys are shown again.")?;
    Ok(ExitCode::SUCCESS)
}

async fn restore_from(options: &ConfigOptions, file: &Path) -> Outcome {
    let config = Config::load(&options.config)?;
    logging::start(&config.log.format, &config.log.filter);
    let store = install::open_store(&Place::of(&config))?;
    let restored = backup::restore(&store, file).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} rows restored; this is epoch {}.", restored.rows, restored.epoch)?;
    for gap in &restored.gaps {
        writeln!(out, "Numbers {} to {} of the series {} are never given.", gap.from, gap.to, gap.series)?;
    }
    writeln!(
        out,
        "Put the master key of the backup in its place. Keys are held back until `perpetua restore --confirm`."
    )?;
    Ok(ExitCode::SUCCESS)
}

/// `perpetua rotate-master`: changes the master key in its file while nothing else runs.
pub async fn rotate_master(options: &ConfigOptions) -> Outcome {
    let (app, place) = open(options).await?;
    if !place.master_key_hex.is_empty() {
        return Err("the master key comes from a setting; put it into a file to change it here".into());
    }
    let count = rotation::rotate_master_file(&app, &place.master_key).await.map_err(|problem| said(&problem))?;
    writeln!(std::io::stdout(), "{count} data keys are wrapped by the new master key.")?;
    Ok(ExitCode::SUCCESS)
}

/// `perpetua rotate-keys`: seals product keys under new data keys; a running `serve` goes on with it
/// should this be stopped.
pub async fn rotate_keys(options: &ConfigOptions) -> Outcome {
    let (app, _) = open(options).await?;
    let node = perpetua_app::entropy::EntropyExt::uuid(&*app.entropy, app.real_clock.now());
    match rotation::rotate_data_keys(&app).await {
        Ok(_) => {}
        Err(problem) if problem.code == "rotation_runs" => {}
        Err(problem) => return Err(said(&problem).into()),
    }
    while rotation::step(&app, node).await.map_err(|problem| said(&problem))? {}
    writeln!(std::io::stdout(), "Product keys are sealed under new data keys.")?;
    Ok(ExitCode::SUCCESS)
}

/// `perpetua rotate-signer`: machines learn of the new key with their next answer.
pub async fn rotate_signer(options: &ReplaceOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let changed = if options.compromised {
        activation::keys::replace_compromised(&app).await
    } else {
        activation::keys::rotate(&app).await
    };
    let id = changed.map_err(|problem| said(&problem))?;
    writeln!(std::io::stdout(), "The key {id} signs certificates and lists from now on.")?;
    Ok(ExitCode::SUCCESS)
}

pub async fn rotate_tokens(options: &ReplaceOptions) -> Outcome {
    let (app, _) = open(&options.config).await?;
    let why = if options.compromised { Replace::Compromised } else { Replace::Regular };
    for (use_, what) in [(KeyUse::Token, "access tokens"), (KeyUse::Webhook, "webhook deliveries")] {
        let id = token_keys::rotate(&app, use_, why).await.map_err(|problem| said(&problem))?;
        writeln!(std::io::stdout(), "The key {id} signs {what} from now on.")?;
    }
    Ok(ExitCode::SUCCESS)
}
