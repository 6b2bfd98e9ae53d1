//! The background work of a running installation: every loop is started here, and stopped here.
//!
//! A loop runs a round, waits its period, and runs again. Stopping waits for the round that runs, so
//! that nothing acknowledged is lost, and then lets each loop tidy up. A round that fails is logged
//! and tried again after the period.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::outbox::{self, Delivery, LogDelivery};
use crate::problem::Problem;
use crate::{
    activation, billing, desk, fleet, mail, personal_data, request_files, request_log, retention, rotation, sealer,
    subscriptions,
};

/// The background work, running.
pub struct Jobs {
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
}

impl Jobs {
    /// Starts everything, with events going to the log.
    pub fn start(app: Arc<App>) -> Self {
        Self::start_with(app, Arc::new(LogDelivery))
    }

    /// Starts everything, with events going to `delivery`.
    pub fn start_with(app: Arc<App>, delivery: Arc<dyn Delivery>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut jobs = Self { stop, loops: JoinSet::new() };
        // One name per process: leases are held by it.
        let node = app.entropy.uuid(app.real_clock.now());
        jobs.run(sealing(app.clone(), node, stopped.clone()));
        jobs.run(delivering(app.clone(), delivery, node, stopped.clone()));
        jobs.run(rotating(app.clone(), node, stopped.clone()));
        jobs.run(ending_terms(app.clone(), stopped.clone()));
        jobs.run(publishing(app.clone(), stopped.clone()));
        jobs.run(closing_months(app.clone(), stopped.clone()));
        jobs.run(reminding(app.clone(), stopped.clone()));
        jobs.run(keeping_requests(app.clone(), stopped.clone()));
        jobs.run(scanning(app.clone(), stopped.clone()));
        jobs.run(forgetting(app, stopped));
        jobs
    }

    fn run(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.loops.spawn(work);
    }

    /// Stops every loop after the round that it is in, and waits for all of them.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while let Some(ended) = self.loops.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a background loop ended badly");
            }
        }
    }
}

async fn sealing(app: Arc<App>, node: Uuid, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, sealer::EVERY).await {
        log("sealing", sealer::seal_all(&app, node).await);
    }
    // What the last answers recorded is sealed too; then another node may go on at once.
    log("sealing", sealer::seal_all(&app, node).await);
    log("sealing", sealer::release(&app, node).await);
}

async fn delivering(app: Arc<App>, delivery: Arc<dyn Delivery>, node: Uuid, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, outbox::EVERY).await {
        while !*stopped.borrow() {
            let settled = outbox::deliver_due(&app, &*delivery, node).await;
            let full = settled.as_ref().is_ok_and(|count| *count == outbox::BATCH);
            log("delivering", settled);
            if !full {
                break;
            }
        }
    }
}

async fn rotating(app: Arc<App>, node: Uuid, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, rotation::EVERY).await {
        while !*stopped.borrow() {
            let step = rotation::step(&app, node).await;
            let more = step.as_ref().is_ok_and(|more| *more);
            log("sealing keys anew", step);
            if !more {
                break;
            }
        }
    }
}

/// The revocation list, and the keys that another node may have changed.
async fn publishing(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, activation::lists::EVERY).await {
        log("opening keys towards devices", activation::keep_keys(&app).await);
        log("publishing revocations", activation::lists::publish_due(&app).await);
        log("watching over keys", activation::watch::store(&app).await);
    }
}

async fn ending_terms(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, subscriptions::EVERY).await {
        let mut after = None;
        while !*stopped.borrow() {
            let step = subscriptions::end_terms(&app, after).await;
            after = step.as_ref().ok().and_then(|step| step.next);
            log("ending terms", step);
            if after.is_none() {
                break;
            }
        }
    }
}

async fn closing_months(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, billing::EVERY).await {
        log("closing months", billing::close_months(&app).await);
    }
}

/// Where mail reaches nobody a reminder would be lost: it waits until mail is set up, if it is not too late then.
async fn reminding(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, mail::EVERY).await {
        if app.settings.mail {
            log("giving reminders", mail::give_due(&app).await);
            log("warning of leases that end", fleet::alarms::warn_due(&app).await);
        }
    }
}

async fn keeping_requests(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, request_log::EVERY).await {
        log("keeping the request log", request_log::flush(&app).await);
    }
    log("keeping the request log", request_log::flush(&app).await);
}

/// Files of requests, and those that were never sent with one.
async fn scanning(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !stops(&mut stopped, request_files::EVERY).await {
        log("scanning files", request_files::scan_due(&app).await);
        log("forgetting files that were not sent", request_files::forget_unsent(&app).await);
    }
}

/// What is kept for a time, and once after an update the words of requests that have none.
async fn forgetting(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    log("writing the words of older requests", desk::write_missing(&app).await);
    while !stops(&mut stopped, retention::EVERY).await {
        log("forgetting what was kept for a time", retention::sweep(&app).await);
        log("removing personal data", personal_data::remove_due(&app).await);
    }
}

/// Waits a period; `true` as soon as it is time to stop.
async fn stops(stopped: &mut watch::Receiver<bool>, period: Duration) -> bool {
    // The sender going away without a word means that nobody is left to stop us: stop as well.
    tokio::time::timeout(period, stopped.wait_for(|stop| *stop)).await.is_ok()
}

fn log<T>(work: &'static str, result: Result<T, Problem>) {
    if let Err(problem) = result {
        tracing::error!(
            work,
            code = problem.code,
            source = problem.private_source(),
            "a round failed; it is tried again"
        );
    }
}
