//! Uploading inventories: read, joined with what is known, and stored with a verdict on every record.
//!
//! Uploading a file twice changes nothing, and the order of uploads does not matter, because machines are joined anew
//! from the newest reports about each. An upload of which nothing can be read changes nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{MachineState, VerdictKind};
use perpetua_domain::id::{FleetImportId, FleetMachineId, TenantId};
use perpetua_fleet::decode::Encoding;
use perpetua_fleet::merge::{Machine, merge_keeping};
use perpetua_fleet::read::{Field, Input, Mapping, Options, Reading, read};
use perpetua_fleet::record::Record;
use perpetua_fleet::secrets::mask_keys;
use perpetua_store::fleet::imports::{self as import_rows, ImportRow, VerdictRow};
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow, NEVER, SourceRow};
use perpetua_store::fleet::{self as rows, FleetRow};
use perpetua_store::{Conn, Id, Word};
use serde_json::json;
use tokio::sync::Semaphore;

use super::assess::{fill, stored, words};
use super::imports::{FileView, ImportView, view};
use super::settings::PlanSettings;
use super::{MACHINES_MAX, REPORTS_KEPT, UPLOAD_BYTES_MAX, count, entry, load, require, waves};
use crate::audit;
use crate::caller::{Caller, IdSeed, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::form_use::{FormKey, Once, earlier_id, once};
use crate::problem::Problem;

/// Files of one upload, those inside of archives apart.
const FILES_MAX: usize = 2_000;
/// Characters of a file's name.
const NAME_MAX: usize = 200;
/// How often an upload is joined again when the fleet changed meanwhile.
const TRIES: usize = 4;
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
    for _ in 0..TRIES {
        match store(app, caller, customer, reading.clone(), form).await {
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

/// Everything that one upload changes.
struct Changes {
    fleet: FleetRow,
    new: Vec<MachineRow>,
    changed: Vec<MachineRow>,
    new_sources: Vec<SourceRow>,
    changed_sources: Vec<SourceRow>,
    gone: Vec<FleetMachineId>,
    import: ImportRow,
    verdicts: Vec<VerdictRow>,
}

async fn store(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    reading: Arc<Reading>,
    form: Option<FormKey>,
) -> Result<ImportView, Problem> {
    let known = app
        .store
        .read(move |conn| {
            let fleet = load(conn, customer)?;
            Ok::<_, Problem>((fleet, machine_rows::all(conn, customer)?, machine_rows::all_sources(conn, customer)?))
        })
        .await?;
    let stamp = app.stamp(caller);
    let seed = IdSeed::new(stamp.real_now, app.entropy.bytes());
    let (by, now) = (caller.name.clone(), stamp.now);
    let id = FleetImportId::new(app.entropy.uuid(stamp.real_now));
    let computed = tokio::task::spawn_blocking(move || {
        let (fleet, machines, sources) = known;
        let mut changes = join(customer, fleet, machines, sources, &reading, &seed)?;
        changes.import = import_row(customer, &reading, &changes, (id, &by, now))?;
        changes.verdicts = verdicts(changes.import.id, &reading);
        Ok::<_, Problem>(changes)
    });
    let changes = computed.await.map_err(Problem::internal)??;
    let done = app
        .store
        .write((stamp, changes), move |conn, (stamp, changes)| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            once(conn, stamp, (form, "fleet_upload"), |conn| {
                apply(conn, stamp, customer, changes)?;
                Ok((changes.import.id.0.to_string(), changes.import.clone()))
            })
        })
        .await?;
    match done {
        Once::First(row) => view(row),
        Once::Earlier(subject) => super::import(app, caller, customer, earlier_id::<FleetImportId>(&subject)?).await,
    }
}

fn apply(conn: &mut Conn, stamp: &Stamp, customer: TenantId, changes: &Changes) -> Result<(), Problem> {
    rows::save(conn, &changes.fleet)?;
    // Those that go make room for others of their identity.
    machine_rows::remove(conn, &changes.gone)?;
    for row in &changes.changed {
        machine_rows::update(conn, row)?;
    }
    for row in &changes.changed_sources {
        machine_rows::update_source(conn, row)?;
    }
    machine_rows::insert(conn, &changes.new, &changes.new_sources)?;
    import_rows::insert(conn, &changes.import, &changes.verdicts)?;
    import_rows::forget_verdicts(conn, customer, VERDICTS_KEPT)?;
    waves::settle_all(conn, customer)?;
    rows::refresh_alarm_day(conn, customer)?;
    let import = &changes.import;
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

/// Joins an upload with the machines that are known.
fn join(
    customer: TenantId,
    fleet: FleetRow,
    machines: Vec<MachineRow>,
    sources: Vec<SourceRow>,
    reading: &Reading,
    seed: &IdSeed,
) -> Result<Changes, Problem> {
    let settings = PlanSettings::parse(&fleet.settings);
    let mut records: Vec<Record> = reading.records.clone();
    let mut reports: HashMap<FleetMachineId, String> = HashMap::with_capacity(sources.len());
    for source in sources {
        records.extend(serde_json::from_str::<Vec<Record>>(&source.reports).map_err(Problem::internal)?);
        reports.insert(source.machine_id.0, source.reports);
    }
    let joined = merge_keeping(records, REPORTS_KEPT);
    if joined.len() > MACHINES_MAX {
        return Err(Problem::invalid("fleet_too_many_machines").with_number("max", count(MACHINES_MAX)));
    }
    let mut known: HashMap<String, MachineRow> = machines.into_iter().map(|row| (row.identity.clone(), row)).collect();
    let heirs = heirs(&known, &joined);
    let mut ids = seed.ids();
    let mut changes = Changes::none(customer, fleet);
    for (machine, records) in joined {
        let text = stored(&records)?;
        let before = heirs.get(&machine.id).and_then(|identity| known.remove(identity));
        let mut row = before.clone().unwrap_or_else(|| blank(customer, ids.next()));
        row.identity.clone_from(&machine.id);
        fill(&mut row, &machine, &settings);
        let source = SourceRow { machine_id: row.id, customer_id: Id(customer), reports: text };
        match before {
            None => {
                changes.new.push(row);
                changes.new_sources.push(source);
            }
            Some(before) => {
                if reports.get(&row.id.0) != Some(&source.reports) {
                    changes.changed_sources.push(source);
                }
                if before != row {
                    let has_moved = row.state.0 == MachineState::Moved && before.state.0 != MachineState::Moved;
                    changes.import.machines_moved += i64::from(has_moved);
                    changes.changed.push(row);
                }
            }
        }
    }
    changes.gone = known.into_values().map(|row| row.id.0).collect();
    Ok(changes)
}

impl Changes {
    fn none(customer: TenantId, fleet: FleetRow) -> Self {
        let import = ImportRow {
            id: Id(uuid::Uuid::nil().into()),
            customer_id: Id(customer),
            at: NEVER,
            by_name: String::new(),
            records: 0,
            doubtful: 0,
            unread: 0,
            masked_keys: 0,
            machines_new: 0,
            machines_changed: 0,
            machines_moved: 0,
            files: String::new(),
        };
        Self {
            fleet,
            new: Vec::new(),
            changed: Vec::new(),
            new_sources: Vec::new(),
            changed_sources: Vec::new(),
            gone: Vec::new(),
            import,
            verdicts: Vec::new(),
        }
    }
}

/// Which known machine each joined one goes on from. A machine whose identity became longer or shorter, because a
/// domain or a machine id was learned, is still the same when only one can be meant.
fn heirs(known: &HashMap<String, MachineRow>, joined: &[(Machine, Vec<Record>)]) -> HashMap<String, String> {
    fn stem(identity: &str) -> &str {
        identity.split(['.', '#', '~']).next().unwrap_or(identity)
    }
    let present: HashSet<&str> = joined.iter().map(|(machine, _)| machine.id.as_str()).collect();
    let mut heirs: HashMap<String, String> = HashMap::new();
    let mut lost: HashMap<&str, Vec<&String>> = HashMap::new();
    for identity in known.keys() {
        if present.contains(identity.as_str()) {
            heirs.insert(identity.clone(), identity.clone());
        } else {
            lost.entry(stem(identity)).or_default().push(identity);
        }
    }
    let mut fresh: HashMap<&str, Vec<&str>> = HashMap::new();
    for identity in present.into_iter().filter(|identity| !known.contains_key(*identity)) {
        fresh.entry(stem(identity)).or_default().push(identity);
    }
    for (stem, identities) in lost {
        if let ([before], Some([after])) = (identities.as_slice(), fresh.get(stem).map(Vec::as_slice)) {
            heirs.insert((*after).to_owned(), (*before).clone());
        }
    }
    heirs
}

fn blank(customer: TenantId, id: FleetMachineId) -> MachineRow {
    MachineRow {
        id: Id(id),
        customer_id: Id(customer),
        identity: String::new(),
        name: String::new(),
        name_key: String::new(),
        site: String::new(),
        product: String::new(),
        state: MachineState::Open.into(),
        outlook: String::new(),
        fixed_end: None,
        lease_end: None,
        renewal_min: 0,
        last_safe_day: NEVER,
        last_day: None,
        left_out: String::new(),
        wave: None,
        is_pilot: false,
        moves: String::new(),
        doubts: String::new(),
        observed_at: NEVER,
        last_exit: None,
        last_result: None,
        reported_at: None,
        evidence: String::new(),
    }
}

fn import_row(
    customer: TenantId,
    reading: &Reading,
    changes: &Changes,
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
        machines_new: count(changes.new.len()),
        machines_changed: count(changes.changed.len()),
        machines_moved: changes.import.machines_moved,
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
