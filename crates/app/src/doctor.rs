//! `perpetua doctor`: proves that the audit chain is complete and unaltered (design §6), and that
//! rules which hold across tables still hold (I1, I4, I8). Reads only.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use perpetua_store::audit::{AuditPersonalRow, AuditRow};
use perpetua_store::audit_chain::{self, BlockRow};
use perpetua_store::{StoreError, Utc, consistency, secrets};
use serde_json::Value;

use crate::backup::{self, Gap};
use crate::chain::{GENESIS, Hash, Header, leaf, merkle};
use crate::context::App;
use crate::problem::Problem;
use crate::signing::PublicKey;

/// Blocks read at once.
const BLOCKS: i64 = 20;

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable code; its message is `doctor-CODE` and names `{ $place }`.
    pub code: &'static str,
    /// Where: a block's height, a record's id, a row's id.
    pub place: String,
}

/// What was looked at and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Blocks verified.
    pub blocks: i64,
    /// Records verified.
    pub records: i64,
    /// The newest block's hash, as hexadecimal digits; to be kept elsewhere, so that a cut shows.
    pub head: Option<String>,
    /// Everything that should not be.
    pub findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, code: &'static str, place: impl std::fmt::Display) {
        self.findings.push(Finding { code, place: place.to_string() });
    }
}

/// A block's hash that was exported earlier and kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The block.
    pub height: i64,
    /// Its hash, as hexadecimal digits.
    pub hash: String,
}

/// The newest block, to be kept elsewhere; `None` before the first one.
pub async fn head(app: &App) -> Result<Option<Head>, Problem> {
    let row = app.store.read(audit_chain::head).await?;
    Ok(row.as_ref().and_then(Header::of).map(|header| Head { height: header.height, hash: hex(&header.hash()) }))
}

/// Looks at everything. Records that are older than `unsealed_max` and unsealed are findings, and so
/// is a chain that lacks one of the `heads` kept elsewhere.
pub async fn examine(app: &App, unsealed_max: SignedDuration, heads: &[Head]) -> Result<Report, Problem> {
    let mut report = Report::default();
    verify_chain(app, heads, &mut report).await?;
    let before = app.clock.now().saturating_sub(unsealed_max).unwrap_or(jiff::Timestamp::MIN);
    let consistent = app
        .store
        .read(move |conn| {
            let mut report = Report::default();
            let late = audit_chain::unsealed_before(conn, before.into())?;
            if late > 0 {
                report.add("unsealed", late);
            }
            for check in consistency::CHECKS {
                for id in consistency::broken(conn, check)? {
                    report.add(check.code, id);
                }
            }
            numbers(conn, &mut report)?;
            Ok::<_, StoreError>(report)
        })
        .await?;
    report.findings.extend(consistent.findings);
    Ok(report)
}

/// Every number of a series that was given stands on a row, but for the gaps of restores.
fn numbers(conn: &mut perpetua_store::Conn, report: &mut Report) -> Result<(), StoreError> {
    let gaps = backup::gaps(conn)?;
    for (series, next) in consistency::series(conn)? {
        let table = match series.as_str() {
            "request" => "request",
            "credit_note" => "credit_note",
            "invoice" => "invoice WHERE number IS NOT NULL",
            _ => continue,
        };
        let of_series = gaps.iter().filter(|gap| gap.series == series);
        let skipped: i64 = of_series.map(|Gap { from, to, .. }| to - from + 1).sum();
        if consistency::numbered(conn, table)? != next - 1 - skipped {
            report.add("number-series", series);
        }
    }
    Ok(())
}

async fn verify_chain(app: &App, heads: &[Head], report: &mut Report) -> Result<(), Problem> {
    let keys = app.store.read(secrets::signing_keys).await?;
    let keys: BTreeMap<String, PublicKey> = keys
        .into_iter()
        .filter_map(|row| {
            let key = PublicKey::from_bytes(row.public_key.as_slice().try_into().ok()?)?;
            (key.id().to_string() == row.id).then_some((row.id, key))
        })
        .collect();
    let mut known: BTreeMap<i64, &str> = heads.iter().map(|head| (head.height, head.hash.as_str())).collect();
    let (mut height, mut previous) = (0, GENESIS);
    loop {
        let blocks = app.store.read(move |conn| load(conn, height)).await?;
        if blocks.is_empty() {
            break;
        }
        for block in blocks {
            if block.row.height != height + 1 {
                report.add("block-missing", height + 1);
            }
            height = block.row.height;
            let hash = verify_block(&block, previous, &keys, report);
            if known.remove(&height).is_some_and(|expected| expected != hex(&hash)) {
                report.add("head-differs", height);
            }
            previous = hash;
            report.blocks += 1;
            report.records += i64::try_from(block.records.len()).unwrap_or(0);
        }
    }
    for missing in known.keys() {
        report.add("head-missing", missing);
    }
    if app.store.read(audit_chain::sealed_count).await? != report.records {
        report.add("record-without-block", report.records);
    }
    report.head = (height > 0).then(|| hex(&previous));
    Ok(())
}

/// A block with what belongs to it.
struct Loaded {
    row: BlockRow,
    records: Vec<AuditRow>,
    personal: Vec<AuditPersonalRow>,
}

fn load(conn: &mut perpetua_store::Conn, after: i64) -> Result<Vec<Loaded>, StoreError> {
    let mut blocks = Vec::new();
    for row in audit_chain::blocks_after(conn, after, BLOCKS)? {
        let records = audit_chain::records_of(conn, row.height)?;
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let personal = audit_chain::personal_of(conn, &ids)?;
        blocks.push(Loaded { row, records, personal });
    }
    Ok(blocks)
}

/// Verifies one block and answers with its hash as the stored values give it.
fn verify_block(block: &Loaded, previous: Hash, keys: &BTreeMap<String, PublicKey>, report: &mut Report) -> Hash {
    let height = block.row.height;
    let Some(header) = Header::of(&block.row) else {
        report.add("block-malformed", height);
        return GENESIS;
    };
    if header.previous != previous {
        report.add("block-unchained", height);
    }
    if header.count != i64::try_from(block.records.len()).unwrap_or(-1) {
        report.add("block-count", height);
    }
    let in_place = block.records.iter().zip(0_i64..).all(|(record, place)| record.block_position == Some(place));
    let leaves: Vec<Hash> = block.records.iter().map(leaf).collect();
    if !in_place || merkle::root(&leaves) != header.root {
        report.add("block-root", height);
    }
    if !keys.get(&header.signing_key).is_some_and(|key| header.is_signed_by(*key, &block.row.signature)) {
        report.add("block-signature", height);
    }
    verify_personal(block, report);
    header.hash()
}

/// Personal values that were not erased are the ones that their records commit to.
fn verify_personal(block: &Loaded, report: &mut Report) {
    let details: BTreeMap<_, Value> = block
        .records
        .iter()
        .map(|record| (record.id, serde_json::from_str(&record.detail).unwrap_or_default()))
        .collect();
    for row in &block.personal {
        let committed = details.get(&row.record_id).and_then(|detail| detail["personal"][&row.field].as_str());
        if committed != Some(crate::audit::commitment(&row.salt, &row.field, &row.value).as_str()) {
            report.add("personal-value", row.record_id.0);
        }
    }
}

fn hex(hash: &Hash) -> String {
    data_encoding::HEXLOWER.encode(hash)
}

/// Whether every record up to an instant of business time is sealed; what readiness may ask.
pub async fn is_sealed_until(app: &App, until: jiff::Timestamp) -> Result<bool, Problem> {
    let waiting = app.store.read(move |conn| audit_chain::unsealed_before(conn, Utc::from(until))).await?;
    Ok(waiting == 0)
}
