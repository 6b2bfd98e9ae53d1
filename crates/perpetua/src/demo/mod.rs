//! `perpetua demo`: a filled installation in one command, gone when it stops unless a folder was named.

mod apps;
mod client;
mod clock;
mod fleet;
mod mails;
mod people;
mod report;
mod stock;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use perpetua_api::Api;
use perpetua_app::clock::{Clock as _, ShiftedClock, SystemClock};
use perpetua_app::retention::Retention;
use perpetua_store::Options;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::Outcome;
use crate::cli::DemoOptions;
use crate::edge::tls::{Certificate, Files};
use crate::install::{self, Place};
use crate::{logging, serve};

/// `perpetua demo`
pub async fn run(options: DemoOptions) -> Outcome {
    if !options.listen.ip().is_loopback() && !options.expose_demo {
        return Err("the demo listens on this machine only; --expose-demo allows another address".into());
    }
    logging::start("text", "warn");
    let (folder, temporary) = folder(&options)?;
    let listener = TcpListener::bind(options.listen).await?;
    let certificate = certificate(&options).map(Certificate::read).transpose()?;
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", listener.local_addr()?);
    let place = Place {
        database: format!("sqlite:{}", folder.join("perpetua.db").display()),
        options: Options::default(),
        media: format!("file:{}", folder.join("media").display()),
        s3: perpetua_outbound::media::S3Options::default(),
        master_key: folder.join("master.key"),
        master_key_hex: String::new(),
        public_url: url.clone(),
        demo: true,
        mail: true,
        retention: Retention::default(),
        scanner: None,
        script_signer: None,
    };
    let real = Arc::new(SystemClock);
    let present = options.now.unwrap_or_else(|| real.now());
    // Time only goes forward, and the demo has a past: it begins there and is set to the present when filled.
    let clock = Arc::new(ShiftedClock::starting_at(real.clone(), present - stock::lead()));
    let app = install::open(&place, clock.clone(), real).await?;
    let is_filled = install::is_demo(&app).await?;
    if is_filled {
        clock.set(present)?;
    }
    // Limits would stop people who try things; they are for installations that strangers reach.
    let site = serve::site(app, 0);
    let world = world::fill(&site.app, &clock, present, is_filled).await.map_err(|problem| install::said(&problem))?;
    if !is_filled {
        install::mark_demo(&site.app).await?;
    }
    let stop = serve::Stop::listen()?;
    report::print(&url, &world, options.json)?;
    let api = Api::new(site.clone(), 0);
    let mailbox = Arc::new(mails::Mailbox::default());
    let extra = clock::routes(clock).merge(mails::routes(mailbox.clone()));
    let access = serve::Access { certificate, ..serve::Access::direct() };
    serve::listen(listener, &site, serve::Surfaces { api, extra }, Some(mailbox), access, stop).await?;
    drop(temporary);
    Ok(ExitCode::SUCCESS)
}

fn certificate(options: &DemoOptions) -> Option<Files> {
    Some(Files { certificate: options.certificate.clone()?, key: options.key.clone()? })
}

fn folder(options: &DemoOptions) -> std::io::Result<(PathBuf, Option<TempDir>)> {
    if let Some(folder) = &options.data {
        std::fs::create_dir_all(folder)?;
        return Ok((folder.clone(), None));
    }
    let temporary = tempfile::Builder::new().prefix("perpetua-demo-").tempdir()?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}
