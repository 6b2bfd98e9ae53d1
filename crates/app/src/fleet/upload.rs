//! Uploading inventories: read, joined with what is known, and stored with a verdict on every record.
//!
//! Uploading a file twice changes nothing, and the order of uploads does not matter, because machines are joined anew
//! from the newest reports about each. That is why an upload can be stored in steps: one that stops half way is finished
//! by uploading the same again. An upload of which nothing can be read changes nothing.

use std::sync::Arc;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::VerdictKind;
use perpetua_domain::id::{FleetImportId, FleetMachineId, TenantId};
use perpetua_fleet::decode::Encoding;
use perpetua_fleet::read::{Field, Input, Mapping, Options, Reading, read};
use perpetua_fleet::secrets::mask_keys;
use perpetua_store::fleet::imports::{self as import_rows, ImportRow, VerdictRow};
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow, SourceRow};
use perpetua_store::fleet::{self as rows, FleetRow};
use perpetua_store::{Conn, Id, Word};
use serde_json::json;
use tokio::sync::Semaphore;

use super::assess::words;
use super::change::{self, Change};
use super::imports::{FileView, ImportView, view};
use super::join::{Joined, Known, Learned, join};
use super::{UPLOAD_BYTES_MAX, count, entry, hold, load, require, save, waves};
use crate::audit;
use crate::caller::{Caller, IdSeed, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::form_use::{FormKey, Once, earlier_id, is_used, once};
use crate::problem::Problem;

/// Files of one upload, those inside of archives apart.
const FILES_MAX: usize = 2_000;
/// Characters of a file's name.
const NAME_MAX: usize = 200;
/// Verdicts that one transaction stores or removes.
const VERDICTS_AT_ONCE: usize = 800;
/// Uploads whose verdicts are kept.
const VERDICTS_KEPT: i64 = 20;

/// Uploads that are read at the same time: each may need some hundred megabytes.
static READING: Semaphore = Semaphore::const_new(2);

/// Files to read.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The files; a paste is one too.
    pub files: Vec<UploadedFile>,
    /// Columns that the person assigned, by header.
    pub columns: Vec<(String, Field)>,
    /// The encoding of single-byte files, when the person knows it.
    pub encoding: Option<Encoding>,
    /// The form, so that pressing twice counts once.
    pub form: Option<FormKey>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// Its name, which may hint at the machine.
    pub name: String,
    /// Its content; archives are opened.
    pub bytes: Vec<u8>,
}

/// Reads an upload and stores what it says.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `fleet_upload_empty`, `fleet_upload_too_large`,
/// `fleet_nothing_read` with the first file and failure, `fleet_too_many_machines`. Nothing changes then.
pub async fn upload(app: &App, caller: &Caller, customer: TenantId, upload: Upload) -> Result<ImportView, Problem> {
    let asked = caller.clone();
    app.store.read(move |conn| require(conn, &asked, Permission::FleetEdit, customer)).await?;
    check(&upload)?;
    let turn = READING.acquire().await.map_err(Problem::internal)?;
    let form = upload.form;
    let now = app.clock.now();
    let reading = tokio::task::spawn_blocking(move || read_all(&upload, now)).await.map_err(Problem::internal)?;
    if reading.records.is_empty() {
        return Err(nothing_read(&reading));
    }
    let reading = Arc::new(reading);
    let _turn = change::turn(customer).await;
    let mut so_far = SoFar::default();
    for _ in 0..change::TRIES {
        match pass(app, caller, customer, (&reading, form), &mut so_far).await {
            Err(problem) if problem.code == "changed_elsewhere" => {}
            done => {
                drop(turn);
                return done;
            }
        }
    }
    Err(Problem::conflict("changed_elsewhere"))
}

fn check(upload: &Upload) -> Result<(), Problem> {
    if upload.files.iter().all(|file| file.bytes.is_empty()) {
        return Err(Problem::field("files", "fleet_upload_empty"));
    }
    let bytes: usize = upload.files.iter().map(|file| file.bytes.len()).sum();
    if bytes > UPLOAD_BYTES_MAX || upload.files.len() > FILES_MAX {
        return Err(Problem::field("files", "fleet_upload_too_large"));
    }
    Ok(())
}

fn read_all(upload: &Upload, now: Timestamp) -> Reading {
    let mut mapping = Mapping::default();
    for (header, field) in &upload.columns {
        mapping.assign(header, *field);
    }
    // A name may hold a key as well.
    let name = |file: &UploadedFile| mask_keys(file.name.chars().take(NAME_MAX).collect()).0;
    let names: Vec<String> = upload.files.iter().map(name).collect();
    let input = |(file, name)| -> Input<'_> {
        let (file, name): (&UploadedFile, &String) = (file, name);
        Input { name, bytes: &file.bytes, received_at: now }
    };
    let inputs: Vec<Input<'_>> = upload.files.iter().zip(&names).map(input).collect();
    read(&inputs, &Options { mapping, encoding: upload.encoding, ..Options::default() })
}

fn nothing_read(reading: &Reading) -> Problem {
    let mut problem = Problem::invalid("fleet_nothing_read");
    if let Some(first) = reading.unread.first() {
        problem = problem.with_text("file", &first.place.file).with_text("failure", first.failure.as_text());
    }
    problem
}

/// What an upload has changed so far.
#[derive(Debug, Clone, Copy, Default)]
struct SoFar {
    new: usize,
    changed: usize,
    moved: usize,
}

/// Joins the upload with what is known and stores what that changes; again from the beginning, with what is left to do,
/// after `changed_elsewhere`.
async fn pass(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    (reading, form): (&Arc<Reading>, Option<FormKey>),
    so_far: &mut SoFar,
) -> Result<ImportView, Problem> {
    let known = app
        .store
        .read(move |conn| {
            // First, so that whatever changes while the rest is read is noticed.
            let fleet = load(conn, customer)?;
            let (machines, sources) = (machine_rows::all(conn, customer)?, machine_rows::all_sources(conn, customer)?);
            Ok::<_, Problem>(Known { fleet, machines, sources })
        })
        .await?;
    let fleet = known.fleet.clone();
    if !is_used(app, form).await? {
        let seed = IdSeed::new(app.real_clock.now(), app.entropy.bytes());
        let read = reading.clone();
        let joined = tokio::task::spawn_blocking(move || join(customer, known, &read, &seed)).await;
        let joined = joined.map_err(Problem::internal)??;
        let begun = app.store.write((app.stamp(caller), fleet.clone()), move |conn, (stamp, fleet)| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            save(conn, fleet)
        });
        begun.await?;
        keep(app, &FleetRow { version: fleet.version + 1, ..fleet.clone() }, joined, so_far).await?;
    }
    finish(app, caller, (customer, fleet.version + 1), (reading, form), *so_far).await
}

/// Stores machines some hundred at a time, so that nobody waits for a large upload. When it stops half way, what is
/// missing follows when the same is uploaded again.
async fn keep(app: &App, fleet: &FleetRow, joined: Joined, so_far: &mut SoFar) -> Result<(), Problem> {
    let (customer, version, generation) = (fleet.customer_id.0, fleet.version, fleet.generation);
    for new in chunks(joined.new) {
        let count = new.len();
        let rows: (Vec<MachineRow>, Vec<SourceRow>) = new.into_iter().unzip();
        let stored = app.store.write(rows, move |conn, (machines, sources)| {
            hold(conn, customer, version)?;
            machine_rows::insert(conn, machines)?;
            Ok::<_, Problem>(machine_rows::insert_sources(conn, sources)?)
        });
        stored.await?;
        so_far.new += count;
    }
    for learned in [joined.learned, joined.losing] {
        let mut has_skipped = false;
        for some in chunks(learned) {
            let stored = app.store.write(some, move |conn, some| {
                hold(conn, customer, version)?;
                learn(conn, customer, some)
            });
            let (changed, moved, skipped) = stored.await?;
            so_far.changed += changed;
            so_far.moved += moved;
            has_skipped |= skipped > 0;
        }
        // What is taken from other machines next would stand nowhere.
        if has_skipped {
            return Err(Problem::conflict("changed_elsewhere"));
        }
    }
    for gone in chunks(joined.gone) {
        let removed = app.store.write(gone, move |conn, gone| {
            hold(conn, customer, version)?;
            Ok::<_, Problem>(machine_rows::remove(conn, (customer, generation), gone)?)
        });
        removed.await?;
    }
    Ok(())
}

fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    chunks_of(rows, change::STEP)
}

fn chunks_of<T>(mut rows: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    std::iter::from_fn(move || {
        let rest = rows.split_off(rows.len().min(size));
        let chunk = std::mem::replace(&mut rows, rest);
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Stores what was learned of some machines: how many changed, how many of them moved, and how many were left as they
/// are because a script reported something meanwhile.
fn learn(conn: &mut Conn, customer: TenantId, learned: &[Learned]) -> Result<(usize, usize, usize), Problem> {
    let ids: Vec<FleetMachineId> = learned.iter().map(|one| one.change.before.id.0).collect();
    let now = change::by_id(machine_rows::some(conn, customer, &ids)?);
    let (mut changed, mut moved, mut skipped) = (0, 0, 0);
    for Learned { change: Change { before, after }, source, is_changed, has_moved } in learned {
        if now.get(&before.id.0) != Some(before) {
            skipped += 1;
            continue;
        }
        if *is_changed {
            machine_rows::update(conn, after)?;
            changed += 1;
            moved += usize::from(*has_moved);
        }
        if let Some(source) = source {
            machine_rows::update_source(conn, source)?;
        }
    }
    Ok((changed, moved, skipped))
}

/// Notes the upload with its verdicts; what else follows from it is brought up to date.
async fn finish(
    app: &App,
    caller: &Caller,
    (customer, version): (TenantId, i64),
    (reading, form): (&Arc<Reading>, Option<FormKey>),
    so_far: SoFar,
) -> Result<ImportView, Problem> {
    let stamp = app.stamp(caller);
    let id = FleetImportId::new(app.entropy.uuid(stamp.real_now));
    let import = import_row(customer, reading, so_far, (id, &caller.name, stamp.now))?;
    let mut verdicts = chunks_of(verdicts(Id(id), reading), VERDICTS_AT_ONCE);
    let first = verdicts.next().unwrap_or_default();
    let input = (stamp, import, first);
    let done = app
        .store
        .write(input, move |conn, (stamp, import, first)| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            once(conn, stamp, (form, "fleet_upload"), |conn| {
                hold(conn, customer, version)?;
                note(conn, stamp, import)?;
                import_rows::insert_verdicts(conn, first)?;
                Ok((import.id.0.to_string(), import.clone()))
            })
        })
        .await?;
    let row = match done {
        Once::First(row) => row,
        Once::Earlier(subject) => {
            return super::import(app, caller, customer, earlier_id::<FleetImportId>(&subject)?).await;
        }
    };
    for some in verdicts {
        app.store.write(some, |conn, some| import_rows::insert_verdicts(conn, some)).await?;
    }
    let limit = i64::try_from(VERDICTS_AT_ONCE).unwrap_or(i64::MAX);
    let forget =
        || app.store.write((), move |conn, ()| import_rows::forget_verdicts(conn, customer, VERDICTS_KEPT, limit));
    while forget().await? > 0 {}
    view(row)
}

fn note(conn: &mut Conn, stamp: &Stamp, import: &ImportRow) -> Result<(), Problem> {
    let customer = import.customer_id.0;
    import_rows::insert(conn, import)?;
    waves::settle_all(conn, customer)?;
    rows::refresh_alarm_day(conn, customer)?;
    let entry = entry(&stamp.caller, customer, "fleet.imported").detail(json!({
        "records": import.records,
        "doubtful": import.doubtful,
        "unread": import.unread,
        "masked": import.masked_keys,
        "new": import.machines_new,
        "moved": import.machines_moved,
    }));
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}

fn import_row(
    customer: TenantId,
    reading: &Reading,
    so_far: SoFar,
    (id, by, now): (FleetImportId, &str, Timestamp),
) -> Result<ImportRow, Problem> {
    let files: Vec<FileView> = reading.files.iter().map(FileView::of).collect();
    Ok(ImportRow {
        id: Id(id),
        customer_id: Id(customer),
        at: now.into(),
        by_name: by.to_owned(),
        records: count(reading.records.len()),
        doubtful: count(reading.records.iter().filter(|record| !record.doubts.is_empty()).count()),
        unread: count(reading.unread.len()),
        masked_keys: count(reading.files.iter().map(|file| file.masked_keys).sum()),
        machines_new: count(so_far.new),
        machines_changed: count(so_far.changed),
        machines_moved: count(so_far.moved),
        files: FileView::stored(&files)?,
    })
}

fn verdicts(import: Id<FleetImportId>, reading: &Reading) -> Vec<VerdictRow> {
    let unread = reading.unread.iter().map(|unread| VerdictRow {
        import_id: import,
        number: 0,
        kind: Word(VerdictKind::Unread),
        machine: String::new(),
        file: unread.place.file.clone(),
        line: i64::from(unread.place.line),
        codes: unread.failure.as_text().to_owned(),
        detail: unread.detail.chars().take(500).collect(),
    });
    let read = reading.records.iter().map(|record| VerdictRow {
        import_id: import,
        number: 0,
        kind: Word(if record.doubts.is_empty() { VerdictKind::Read } else { VerdictKind::Doubt }),
        machine: record.host.name.as_ref().or(record.host.pseudonym.as_ref()).cloned().unwrap_or_default(),
        file: record.place.file.clone(),
        line: i64::from(record.place.line),
        codes: words(&record.doubts),
        detail: String::new(),
    });
    // What was not read comes first: there is something to do about it.
    (1..).zip(unread.chain(read)).map(|(number, row)| VerdictRow { number, ..row }).collect()
}
