//! The sealer: takes unsealed audit records and writes signed blocks over them (design §6).
//!
//! Any number of nodes run it; a lease keeps all but one idle, and the unique height makes the
//! second of two that still meet lose without harm.

use std::time::Duration;

use perpetua_domain::id::AuditId;
use perpetua_store::audit::AuditRow;
use perpetua_store::audit_chain::{self, BlockRow};
use perpetua_store::{Id, StoreError, leases};
use uuid::Uuid;

use crate::chain::{GENESIS, Header, leaf, merkle};
use crate::context::App;
use crate::problem::Problem;

/// Records that one block holds at most (design §5).
pub const BLOCK_MAX: i64 = 1_000;
/// How often unsealed records are looked for; design §6 allows 2 s.
pub const EVERY: Duration = Duration::from_millis(1_500);
const LEASE: &str = "sealer";
const LEASE_SECONDS: i64 = 10;

/// Seals everything that is unsealed now and answers with the number of blocks written: 0 when there
/// is nothing to do or another node seals.
pub async fn seal_all(app: &App, holder: Uuid) -> Result<usize, Problem> {
    let mut blocks = 0;
    while app.store.read(|conn| audit_chain::unsealed(conn, 1)).await.map(|rows| !rows.is_empty())? {
        if !take_lease(app, holder).await? || !seal_block(app).await? {
            break;
        }
        blocks += 1;
    }
    Ok(blocks)
}

/// Gives the lease up, so that another node need not wait until it runs out.
pub async fn release(app: &App, holder: Uuid) -> Result<(), Problem> {
    Ok(app.store.write(holder, |conn, holder| leases::release(conn, LEASE, *holder)).await?)
}

async fn take_lease(app: &App, holder: Uuid) -> Result<bool, StoreError> {
    let now = app.real_clock.now();
    let until = now.saturating_add(jiff::SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(now);
    app.store
        .write((holder, now, until), |conn, (holder, now, until)| {
            leases::take(conn, LEASE, *holder, (*now).into(), (*until).into())
        })
        .await
}

/// Seals one block; `false` when there was nothing to seal or another sealer was first.
pub async fn seal_block(app: &App) -> Result<bool, Problem> {
    let (head, records) = app
        .store
        .read(|conn| Ok::<_, StoreError>((audit_chain::head(conn)?, audit_chain::unsealed(conn, BLOCK_MAX)?)))
        .await?;
    if records.is_empty() {
        return Ok(false);
    }
    let block = build(app, head.as_ref(), &records)?;
    let height = block.height;
    let ids: Vec<Id<AuditId>> = records.iter().map(|record| record.id).collect();
    let sealed = app.store.write((block, ids), |conn, (block, ids)| audit_chain::seal(conn, block, ids)).await;
    match sealed {
        Ok(()) => Ok(true),
        Err(StoreError::Duplicate { .. }) => {
            tracing::debug!(height, "another sealer wrote this block first");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

fn build(app: &App, head: Option<&BlockRow>, records: &[AuditRow]) -> Result<BlockRow, Problem> {
    let damaged = || Problem::internal("the newest audit block has hashes of a wrong length");
    let previous = head.map(|row| Header::of(row).ok_or_else(damaged)).transpose()?;
    let leaves: Vec<_> = records.iter().map(leaf).collect();
    let header = Header {
        height: head.map_or(1, |row| row.height + 1),
        previous: previous.map_or(GENESIS, |header| header.hash()),
        root: merkle::root(&leaves),
        count: i64::try_from(records.len()).unwrap_or(i64::MAX),
        sealed_at: app.clock.now().as_microsecond(),
        signing_key: app.signer.id().to_string(),
    };
    let signature = app.signer.sign(&header.bytes());
    Ok(BlockRow {
        height: header.height,
        previous: header.previous.to_vec(),
        root: header.root.to_vec(),
        record_count: header.count,
        sealed_at: perpetua_store::Utc::from_micros(header.sealed_at),
        signing_key: header.signing_key,
        signature: signature.to_vec(),
    })
}
