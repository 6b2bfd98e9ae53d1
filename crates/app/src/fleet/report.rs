//! What scripts report: no account, only the token of their wave. Each line counts once, proves a move or says why it
//! failed, and too many failures stop the wave (M25, M26).

use std::collections::BTreeSet;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{MachineState, WaveState, exceeds};
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_fleet::error_code::{Meaning, meaning};
use perpetua_fleet::exit_code::ExitCode;
use perpetua_fleet::product::{Family, Kind as Product, WINDOWS_ID};
use perpetua_store::Conn;
use perpetua_store::fleet::machines::{self as rows, AttemptRow, MachineRow};
use perpetua_store::fleet::{self as fleets, FleetRow, WaveRow};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::evidence::Proof;
use super::keys::Moves;
use super::settings::PlanSettings;
use super::{change, count, require, waves};
use crate::audit::{self, Entry};
use crate::caller::{Caller, Guest, Origin};
use crate::context::App;
use crate::entropy::Token;
use crate::problem::{Kind, Problem};

/// Bytes of one report.
pub const REPORT_BYTES_MAX: usize = 256 * 1024;
/// Lines of one report.
const LINES_MAX: usize = 1_000;
/// Failures of one list.
const RETRIES_MAX: i64 = 500;
/// The columns of a line, as `Move-License.ps1` writes them.
const COLUMNS: usize = 13;

/// What a report came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// Lines that were new.
    pub accepted: i64,
    /// Lines that were known.
    pub known: i64,
    /// Lines of machines that are not in the wave, and lines that could not be read.
    pub ignored: i64,
    /// Whether the wave is stopped now: scripts shall not go on.
    pub is_held: bool,
}

/// A machine that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryRow {
    /// The machine.
    pub machine: FleetMachineId,
    /// Its name.
    pub name: String,
    /// Its wave; `None` when it is in none any more.
    pub wave: Option<i64>,
    /// How its last script ended.
    pub exit: ExitCode,
    /// What the activation answered; `None` for nothing.
    pub result: Option<u32>,
    /// What that means.
    pub meaning: Option<Meaning>,
    /// When.
    pub at: Timestamp,
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    host: String,
    at: Option<Timestamp>,
    application: String,
    old_tail: String,
    new_tail: String,
    channel: String,
    status_after: String,
    result: u32,
    exit: ExitCode,
    exit_number: u32,
    digest: [u8; 32],
}

impl Line {
    /// A line that says something about a move; `None` for trials, looks and what is no line.
    fn read(record: &csv::StringRecord) -> Option<Self> {
        if record.len() != COLUMNS {
            return None;
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let cut = |at: usize, max: usize| cell(at).chars().take(max).collect::<String>();
        let is_trial = cell(12).eq_ignore_ascii_case("true");
        let phase = cell(11);
        let says = matches!(phase, "All" | "Install" | "Activate" | "Verify" | "Report");
        if is_trial || !says || cell(0).is_empty() {
            return None;
        }
        let tail = |at: usize| {
            let tail = cell(at);
            let is_tail = tail.len() == 5 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_tail { tail.to_uppercase() } else { String::new() }
        };
        let exit_number: u32 = cell(9).parse().ok()?;
        let result = cell(8).trim_start_matches("0x");
        let mut hash = Sha256::new();
        for cell in record {
            hash.update((cell.len() as u64).to_be_bytes());
            hash.update(cell);
        }
        Some(Self {
            host: cut(0, 253).to_lowercase(),
            at: cell(1).parse().ok(),
            application: cut(2, 36).to_lowercase(),
            old_tail: tail(3),
            new_tail: tail(4),
            channel: cut(5, 10),
            status_after: cut(7, 3),
            result: u32::from_str_radix(result, 16).unwrap_or(0),
            exit: ExitCode::from_number(exit_number),
            exit_number,
            digest: hash.finalize().into(),
        })
    }

    /// Whether it proves that a license moved.
    fn is_proof(&self) -> bool {
        let is_done = matches!(self.exit, ExitCode::Done | ExitCode::RestartAdvised);
        is_done && self.channel == "mak" && self.status_after == "1"
    }

    /// Whether it says that a move failed. A script that ends well without a proof only prepared something.
    fn is_failure(&self) -> bool {
        !matches!(self.exit, ExitCode::Done | ExitCode::RestartAdvised)
    }
}

/// The lines of a report and how many were no line.
fn read(body: &[u8]) -> Result<(Vec<Line>, i64), Problem> {
    if body.len() > REPORT_BYTES_MAX {
        return Err(Problem::invalid("fleet_report_too_large"));
    }
    let decoded = perpetua_fleet::decode::decode(body, None).map_err(|_| Problem::invalid("fleet_report_malformed"))?;
    // Nothing of a script's output holds a key; should one stand there all the same, it goes no further.
    let (text, _) = perpetua_fleet::secrets::mask_keys(decoded.text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut lines, mut ignored) = (Vec::new(), 0);
    for record in reader.records() {
        if lines.len() >= LINES_MAX || ignored >= count(LINES_MAX) {
            return Err(Problem::invalid("fleet_report_too_large"));
        }
        match record.ok().as_ref().and_then(Line::read) {
            Some(line) => lines.push(line),
            None => ignored += 1,
        }
    }
    if lines.is_empty() && ignored == 0 {
        return Err(Problem::invalid("fleet_report_malformed"));
    }
    Ok((lines, ignored))
}

/// Takes what the scripts of a wave report: lines of `report.csv`, with or without its header.
///
/// # Errors
///
/// `fleet_token_unknown` for tokens that are none, were replaced or have ended; `fleet_report_too_large`,
/// `fleet_report_malformed`.
pub async fn report(app: &App, origin: &Origin, token: &str, body: &[u8]) -> Result<Reported, Problem> {
    let unknown = || Problem::new(Kind::SignIn, "fleet_token_unknown");
    let hash = Token::parse(token).ok_or_else(unknown)?.hash();
    let now = app.real_clock.now();
    let is_known = move |conn: &mut Conn| {
        let wave = fleets::wave_of_token(conn, &hash)?;
        Ok::<_, Problem>(wave.filter(|wave| wave.token_expires_at.is_some_and(|until| until.timestamp() > now)))
    };
    // A stranger's body is not even read.
    if app.store.read(is_known).await?.is_none() {
        return Err(unknown());
    }
    let read = read(body)?;
    app.store
        .write((app.guest(origin), read), move |conn, (guest, (lines, ignored))| {
            let wave = is_known(conn)?.ok_or_else(unknown)?;
            take(conn, guest, &wave, lines, *ignored)
        })
        .await
}

fn take(conn: &mut Conn, guest: &Guest, wave: &WaveRow, lines: &[Line], ignored: i64) -> Result<Reported, Problem> {
    let (customer, number) = (wave.customer_id.0, wave.number);
    // Its version stays: what scripts report disturbs nobody who changes many machines.
    let fleet = fleets::held(conn, customer)?.ok_or_else(Problem::not_found)?;
    let settings = PlanSettings::parse(&fleet.settings);
    let mut machines = rows::of_wave(conn, customer, number)?;
    let mut done = Reported { accepted: 0, known: 0, ignored, is_held: false };
    let mut stops = false;
    for line in lines {
        let Some(machine) = machine_of(&mut machines, &line.host) else {
            done.ignored += 1;
            continue;
        };
        if !rows::insert_attempt(conn, &attempt(line, machine, number, guest.now))? {
            done.known += 1;
            continue;
        }
        done.accepted += 1;
        if apply(conn, machine, line, guest.now)? {
            carry(conn, &fleet, machine)?;
        }
        stops |= line.exit.stops_wave();
    }
    waves::settle_all(conn, customer)?;
    let counts = waves::counts(conn, customer)?.get(&number).copied().unwrap_or_default();
    let reported = counts.moved + counts.failed;
    stops |= done.accepted > 0 && exceeds(counts.failed, reported, i64::from(settings.error_percent_max));
    let mut now = waves::find(conn, customer, number)?;
    let mut ids = guest.seed.ids();
    let record = |kind| Entry::new(kind, "fleet", customer).customer(customer);
    if stops && matches!(now.state.0, WaveState::Planned | WaveState::Running) {
        now.state = WaveState::Held.into();
        fleets::save_wave(conn, &now)?;
        let facts = json!({ "number": number, "failed": counts.failed, "reported": reported });
        audit::record_guest(conn, &mut ids, guest, &record("fleet.wave_stopped").detail(facts))?;
    }
    if done.accepted > 0 {
        fleets::refresh_alarm_day(conn, customer)?;
        let facts = json!({ "number": number, "lines": done.accepted });
        audit::record_guest(conn, &mut ids, guest, &record("fleet.reported").detail(facts))?;
    }
    done.is_held = now.state.0 == WaveState::Held;
    Ok(done)
}

/// The machine of a name: in full, or by its first part when only one has it.
fn machine_of<'m>(machines: &'m mut [MachineRow], host: &str) -> Option<&'m mut MachineRow> {
    let short = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    let by_full = machines.iter().position(|row| row.name_key == host || row.identity == host);
    let by_short = || {
        let own = short(host);
        let mut fitting = machines.iter().enumerate().filter(|(_, row)| short(&row.name_key) == own);
        match (fitting.next(), fitting.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        }
    };
    let at = by_full.or_else(by_short)?;
    machines.get_mut(at)
}

fn attempt(line: &Line, machine: &MachineRow, wave: i64, now: Timestamp) -> AttemptRow {
    AttemptRow {
        machine_id: machine.id,
        digest: line.digest.to_vec(),
        customer_id: machine.customer_id,
        wave,
        at: line.at.unwrap_or(now).min(now).into(),
        exit_number: i64::from(line.exit_number),
        result: i64::from(line.result),
        application: line.application.clone(),
        old_tail: line.old_tail.clone(),
        new_tail: line.new_tail.clone(),
        channel: line.channel.clone(),
        status_after: line.status_after.clone(),
    }
}

/// What a line changes of its machine, and whether it did. A machine that moved stays so; it has moved when each
/// application that has to has a proof.
fn apply(conn: &mut Conn, machine: &mut MachineRow, line: &Line, now: Timestamp) -> Result<bool, Problem> {
    if !machine.state.0.has_to_move() {
        return Ok(false);
    }
    let at = line.at.unwrap_or(now).min(now);
    machine.last_exit = Some(i64::from(line.exit_number));
    machine.last_result = Some(i64::from(line.result));
    machine.reported_at = Some(at.into());
    if line.is_failure() {
        machine.state = MachineState::Failed.into();
    } else if line.is_proof() {
        let proved: BTreeSet<bool> = rows::attempts(conn, machine.id.0)?
            .iter()
            .filter(|row| row.channel == "mak" && row.status_after == "1" && matches!(row.exit_number, 0 | 3010))
            .map(|row| row.application == WINDOWS_ID)
            .collect();
        let is_windows = |product: &str| {
            let family = Product::from_code(product).map(|kind| kind.family);
            matches!(family, Some(Family::Windows | Family::WindowsServer))
        };
        let needed: BTreeSet<bool> = Moves::parse(&machine.moves).products().map(is_windows).collect();
        if needed.is_subset(&proved) {
            machine.state = MachineState::Moved.into();
            machine.evidence = Proof::of_script(at, line.new_tail.clone(), line.result).text();
        } else if machine.state.0 == MachineState::Failed {
            machine.state = MachineState::Planned.into();
        }
    }
    rows::update(conn, machine)?;
    Ok(true)
}

/// Carries what was reported over to the generation that is being written, if one is.
fn carry(conn: &mut Conn, fleet: &FleetRow, machine: &MachineRow) -> Result<(), Problem> {
    if fleet.last_generation == fleet.generation {
        return Ok(());
    }
    let place = (fleet.customer_id.0, fleet.last_generation);
    if let Some(after) = rows::beside(conn, place, machine.id)? {
        rows::update(conn, &change::merged(machine, &after))?;
    }
    Ok(())
}

/// Machines that failed, the newest first, at most 500.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn retries(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<RetryRow>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let filter = rows::Filter { state: Some(MachineState::Failed), ..rows::Filter::default() };
            let mut failed = rows::list(conn, customer, &filter, &rows::Place::Day(None), RETRIES_MAX)?;
            failed.sort_by_key(|row| std::cmp::Reverse(row.reported_at));
            Ok(failed.into_iter().map(retry).collect())
        })
        .await
}

fn retry(row: MachineRow) -> RetryRow {
    let result = row.last_result.and_then(|result| u32::try_from(result).ok()).filter(|result| *result != 0);
    let exit = row.last_exit.and_then(|exit| u32::try_from(exit).ok()).map_or(ExitCode::Other, ExitCode::from_number);
    RetryRow {
        machine: row.id.0,
        name: row.name,
        wave: row.wave,
        exit,
        result,
        meaning: result.and_then(meaning),
        at: row.reported_at.unwrap_or(row.observed_at).timestamp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Option<Line> {
        read(text.as_bytes()).unwrap().0.pop()
    }

    #[test]
    fn a_line_proves_fails_or_says_nothing() {
        let done = r#""WS-1","2026-03-16T08:00:00Z","55c92734-d682-4d71-983e-d6ec3f16059f","FKE01","FKE09","mak","1","1","0x00000000","0","7","All","False""#;
        let proof = line(done).unwrap();
        assert!(proof.is_proof() && !proof.is_failure());
        assert_eq!((proof.host.as_str(), proof.new_tail.as_str()), ("ws-1", "FKE09"));
        let failed = line(&done.replace("0x00000000\",\"0\"", "0xC004C008\",\"10\"")).unwrap();
        assert!(failed.is_failure() && failed.exit.stops_wave());
        assert_eq!(failed.result, 0xC004_C008);
        assert_eq!(line(&done.replace("\"False\"", "\"True\"")), None);
        assert_eq!(line(&done.replace("\"All\"", "\"Check\"")), None);
        assert_eq!(line("host,time"), None);
        assert!(!line(&done.replace("\"mak\"", "\"other\"")).unwrap().is_proof());
        assert_eq!(read(b"").unwrap_err().code, "fleet_report_malformed");
    }
}
