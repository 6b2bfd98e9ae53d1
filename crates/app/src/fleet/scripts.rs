//! The script pack of a wave: what an administrator runs, with the token by which it reports and, for the customer's
//! own administrators, the keys that were entered.
//!
//! A pack is given out only with the right to see keys, after a fresh sign-in, and each time with a record. The keys
//! stand in a file of their own that scripts read and remove; no script, list or report holds one (I7). A partner's
//! pack has an empty file in its place: the customer's keys are not the partner's to see.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::fleet::WaveState;
use perpetua_domain::id::{FleetKeyId, TenantId};
use perpetua_domain::sign_in::needs_fresh_sign_in;
use perpetua_fleet::error_code::{Meaning, codes};
use perpetua_fleet::exit_code::ExitCode;
use perpetua_fleet::forecast::machine as forecast_machine;
use perpetua_fleet::keys::Key;
use perpetua_fleet::matching::Matching;
use perpetua_fleet::merge::Machine;
use perpetua_fleet::plan::{Fleet, Plan, Planned, Urgency, Wave};
use perpetua_fleet::scripts::{Pack, ScriptFile, pack};
use perpetua_i18n::{Lang, text};
use perpetua_store::fleet::keys as key_rows;
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow};
use perpetua_store::fleet::{self as rows, WaveRow};
use perpetua_store::{Conn, Utc};
use serde_json::json;
use zeroize::Zeroizing;

use super::assess::machine_of;
use super::keys::{Held, KeyRef, Moves, stock};
use super::settings::PlanSettings;
use super::{count, day, entry, load, require, signing, waves};
use crate::audit;
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::problem::{Kind, Problem};
use crate::vault::{Purpose, Sealed, row_aad};

/// How long the scripts of a pack may report.
pub const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(24 * 14);

/// A script pack.
pub struct ScriptPack {
    /// A name for the file.
    pub file_name: String,
    /// The archive; it may hold keys, so it is wiped when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Machines whose name no script could use.
    pub skipped: Vec<String>,
    /// Until when its scripts may report.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for ScriptPack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptPack").field("file_name", &self.file_name).finish_non_exhaustive()
    }
}

/// What a pack is made of.
struct Parts {
    wave: WaveRow,
    machines: Vec<(MachineRow, String)>,
    stock: Vec<Held>,
    settings: PlanSettings,
    sealed: Vec<(FleetKeyId, Sealed)>,
}

/// The script pack of a wave. Its token replaces that of an earlier pack.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `fresh_sign_in_needed`, `fleet_wave_missing`, `fleet_wave_held`,
/// `fleet_wave_empty`; `fleet_signing_failed`, and then nothing changed.
pub async fn script_pack(app: &App, caller: &Caller, customer: TenantId, wave: i64) -> Result<ScriptPack, Problem> {
    let signed = signing::signed(app).await?;
    let token = app.entropy.token();
    let stamp = app.stamp(caller);
    let expires_at = stamp.real_now.saturating_add(TOKEN_LIFE).unwrap_or(stamp.real_now);
    let input = (stamp, token.hash());
    let taken = app
        .store
        .write(input, move |conn, (stamp, hash)| take(conn, stamp, customer, wave, (hash, expires_at.into())))
        .await;
    let parts = match taken {
        Ok(parts) => parts,
        Err(problem) => {
            let refused = entry(caller, customer, "fleet.scripts_refused").detail(json!({ "wave": wave }));
            crate::refusal::note(app, caller, refused, &problem).await;
            return Err(problem);
        }
    };
    let mut opened: HashMap<FleetKeyId, Zeroizing<String>> = HashMap::new();
    for (id, sealed) in &parts.sealed {
        let aad = row_aad("fleet_key", "sealed", id.uuid());
        let text = app.unseal(Purpose::ProductKey, &aad, sealed).await.map_err(Problem::internal)?;
        let text = str::from_utf8(&text).map_err(|_| Problem::internal("a sealed key is not text"))?;
        opened.insert(*id, Zeroizing::new(text.to_owned()));
    }
    let address = format!("{}/fleet/v1/report", app.settings.public_url);
    let now = app.clock.now();
    let made = tokio::task::spawn_blocking(move || zipped(&parts, (&opened, signed), (&address, &token), now));
    let (bytes, skipped) = made.await.map_err(Problem::internal)??;
    Ok(ScriptPack { file_name: format!("fleet-wave-{wave}.zip"), bytes, skipped, expires_at })
}

fn take(
    conn: &mut Conn,
    stamp: &Stamp,
    customer: TenantId,
    number: i64,
    (hash, expires_at): (&[u8; 32], Utc),
) -> Result<Parts, Problem> {
    let caller = &stamp.caller;
    require(conn, caller, Permission::FleetView, customer)?;
    require(conn, caller, Permission::KeyReveal, customer)?;
    if needs_fresh_sign_in(caller.proved_at, stamp.real_now) {
        return Err(Problem::new(Kind::SignIn, "fresh_sign_in_needed"));
    }
    let wave = waves::find(conn, customer, number)?;
    if wave.state.0 == WaveState::Held {
        return Err(Problem::conflict("fleet_wave_held"));
    }
    let machines: Vec<MachineRow> =
        machine_rows::of_wave(conn, customer, number)?.into_iter().filter(|row| row.state.0.has_to_move()).collect();
    if machines.is_empty() {
        return Err(Problem::conflict("fleet_wave_empty"));
    }
    let ids: Vec<_> = machines.iter().map(|row| row.id.0).collect();
    let mut reports: HashMap<_, String> =
        machine_rows::sources(conn, &ids)?.into_iter().map(|source| (source.machine_id.0, source.reports)).collect();
    let stock = stock(conn, caller, customer)?;
    let is_named = |id: FleetKeyId| {
        let name = KeyRef::Entered(id).to_string();
        machines.iter().any(|row| Moves::parse(&row.moves).keys().any(|key| key == name))
    };
    let sealed = if caller.kind == TenantKind::Customer {
        let rows = key_rows::keys(conn, customer)?.into_iter().filter(|row| is_named(row.id.0));
        rows.map(|row| (row.id.0, Sealed { data_key: row.data_key_id.0, bytes: row.sealed })).collect()
    } else {
        Vec::new()
    };
    let named = WaveRow { token_hash: Some(hash.to_vec()), token_expires_at: Some(expires_at), ..wave.clone() };
    rows::save_wave(conn, &named)?;
    let entry = entry(caller, customer, "fleet.scripts_taken").detail(json!({
        "number": number,
        "machines": count(machines.len()),
        "keys": count(sealed.len()),
    }));
    audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
    let settings = PlanSettings::parse(&load(conn, customer)?.settings);
    let machines = machines
        .into_iter()
        .map(|row| {
            let reports = reports.remove(&row.id.0).unwrap_or_default();
            (row, reports)
        })
        .collect();
    Ok(Parts { wave, machines, stock, settings, sealed })
}

/// The files of the pack.
fn scripts(parts: &Parts, now: Timestamp) -> Result<Pack, Problem> {
    let machines: Vec<Machine> =
        parts.machines.iter().map(|(row, reports)| machine_of(row, reports)).collect::<Result<_, _>>()?;
    let with = parts.settings.assumptions(now);
    let forecasts: Vec<_> = machines.iter().map(|machine| forecast_machine(machine, &with)).collect();
    let keys: Vec<Key> = parts.stock.iter().map(|held| held.key.clone()).collect();
    let planned = |(index, (row, _)): (usize, &(MachineRow, String))| {
        let moves = Moves::parse(&row.moves);
        let machine = &machines[index];
        let key_of = |product: &str| {
            let key = moves.key(product)?;
            parts.stock.iter().position(|held| held.id.to_string() == key)
        };
        let licenses = machine.licenses.iter().zip(&forecasts[index].licenses).enumerate();
        let pairs: Vec<(usize, usize)> = licenses
            .filter(|(_, (_, forecast))| forecast.outlook.has_to_move())
            .filter_map(|(at, (license, _))| Some((at, key_of(&license.kind.code())?)))
            .collect();
        Planned {
            index,
            machine: machine.id.clone(),
            site: machine.host.site.clone(),
            urgency: Urgency::InTime,
            last_safe_day: None,
            is_pilot: row.is_pilot,
            is_late: false,
            keys: pairs.iter().map(|(_, key)| keys[*key].label.clone()).collect(),
            moves: pairs,
        }
    };
    let planned: Vec<Planned> = parts.machines.iter().enumerate().map(planned).collect();
    let wave =
        Wave { number: u32::try_from(parts.wave.number).unwrap_or(0), day: day(parts.wave.day), machines: planned };
    let plan = Plan {
        waves: vec![wave],
        unsaved: Vec::new(),
        remedies: Vec::new(),
        without_pilots: false,
        used: vec![0; keys.len()],
    };
    let matching = Matching::default();
    Ok(pack(&Fleet { machines: &machines, forecasts: &forecasts, keys: &keys, matching: &matching }, &plan))
}

fn zipped(
    parts: &Parts,
    (opened, mut signed): (&HashMap<FleetKeyId, Zeroizing<String>>, BTreeMap<String, Vec<u8>>),
    (address, token): (&str, &Token),
    now: Timestamp,
) -> Result<(Zeroizing<Vec<u8>>, Vec<String>), Problem> {
    let pack = scripts(parts, now)?;
    let content = |file: ScriptFile| {
        let bytes = signed.remove(&file.path).unwrap_or_else(|| file.text.into_bytes());
        (file.path, Zeroizing::new(bytes))
    };
    let mut files: Vec<(String, Zeroizing<Vec<u8>>)> = pack.files.into_iter().map(content).collect();
    for lang in Lang::ALL {
        let text = format!("{}\r\n{}\r\n", readme(lang), text(lang, "fleet-pack-report"));
        files.push((format!("README.{lang}.txt"), Zeroizing::new(text.into_bytes())));
    }
    let token = token.expose();
    files.push(("report-to.txt".to_owned(), Zeroizing::new(format!("{address}\r\n{}\r\n", *token).into_bytes())));
    let mut lines = Zeroizing::new(Vec::new());
    for held in &parts.stock {
        if let KeyRef::Entered(id) = held.id
            && let Some(key) = opened.get(&id)
        {
            // A label as the list of machines names it.
            let label = perpetua_fleet::scripts::label(&held.key.label);
            for part in [label.as_bytes(), b"=", key.as_bytes(), b"\r\n"] {
                lines.extend_from_slice(part);
            }
        }
    }
    if !lines.is_empty() {
        files.push(("keys.txt".to_owned(), lines));
    }
    files.sort_by(|one, other| one.0.cmp(&other.0));
    let mut bytes = Zeroizing::new(Vec::new());
    let mut archive = zip::ZipWriter::new(Cursor::new(&mut *bytes));
    for (path, content) in &files {
        archive.start_file(path, zip::write::SimpleFileOptions::default()).map_err(Problem::internal)?;
        archive.write_all(content).map_err(Problem::internal)?;
    }
    archive.finish().map_err(Problem::internal)?;
    Ok((bytes, pack.skipped))
}

/// How to use a pack, and what its codes mean.
pub fn readme(lang: Lang) -> String {
    let coded = |family: &str, code: &str| text(lang, &format!("fleet-{family}-{}", code.replace('_', "-")));
    let mut out = format!("{}\r\n\r\n", text(lang, "fleet-pack-title"));
    for step in 1..=7 {
        write!(out, "{step}. {}\r\n\r\n", text(lang, &format!("fleet-pack-{step}"))).unwrap_or_default();
    }
    write!(out, "{}\r\n\r\n", text(lang, "fleet-exit-title")).unwrap_or_default();
    for code in ExitCode::ALL {
        write!(out, "{:>5}  {}\r\n", code.number(), coded("exit", code.as_text())).unwrap_or_default();
    }
    write!(out, "\r\n{}\r\n\r\n", text(lang, "fleet-result-title")).unwrap_or_default();
    for meaning in Meaning::ALL {
        let codes: Vec<String> = codes(*meaning).map(|code| format!("0x{code:08X}")).collect();
        write!(out, "{}: {}\r\n", codes.join(", "), coded("result", meaning.as_text())).unwrap_or_default();
    }
    out
}
