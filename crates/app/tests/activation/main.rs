//! Activation on both engines: who counts, what is refused, what is revoked, and how it is told.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod cancelling;
mod deciding;
mod lists;
mod model;
mod races;
mod refusals;
mod replacing;
mod typed;
mod watching;

use perpetua_license::exchange::request::RequestKind::{Activate, Refresh, Return, Status};
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};

/// Used and allowed activations of a key, as its row says.
async fn used(test: &TestApp, licensed: &Licensed) -> (i64, i64) {
    let line = licensed.line;
    let read = test.app.store.read(move |conn| perpetua_store::keys::find_by_line(conn, line));
    let key = read.await.unwrap().unwrap();
    (key.activation_used, key.activation_limit)
}

/// The row and its machines say the same.
async fn check(test: &TestApp, licensed: &Licensed) {
    let (used, limit) = used(test, licensed).await;
    let counted = perpetua_app::activation::machines::counted(&test.app, licensed.key_id).await.unwrap();
    // Machines that left since the key was last taken are still in the row.
    assert!(i64::try_from(counted).unwrap() <= used && used <= limit, "{counted} of {used} of {limit}");
}

async fn activate(test: &TestApp, device: &mut Device, licensed: &Licensed) -> Answer {
    device.ask(&test.app, Activate, &licensed.key).await.answer
}

async fn refresh(test: &TestApp, device: &mut Device, licensed: &Licensed) -> Answer {
    device.ask(&test.app, Refresh, &licensed.key).await.answer
}

async fn give_back(test: &TestApp, device: &mut Device, licensed: &Licensed) -> Answer {
    device.ask(&test.app, Return, &licensed.key).await.answer
}

async fn status(test: &TestApp, device: &mut Device, licensed: &Licensed) -> Answer {
    device.ask(&test.app, Status, &licensed.key).await.answer
}
