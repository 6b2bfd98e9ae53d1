//! A customer in the middle of moving away from volume licensing: 400 machines that four tools described in three
//! languages, a plan that is half carried out, and some machines at risk. All of it goes through the use cases.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use perpetua_app::fleet::{
    self, MachineFilter, MachineQuestion, MachineSort, NewKey, PlanSettings, PriorLicense, Upload, UploadedFile,
};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::fleet::PriorKeyType;
use perpetua_domain::id::TenantId;
use zeroize::Zeroizing;

use super::people::{self, Member};
use super::stock;

/// The customer, by domain.
const DOMAIN: &str = "cista.example";
/// Days before the present on which the machines were collected first, and again.
pub const COLLECTED: [i64; 2] = [30, 1];
/// Days before the present on which the key host was switched off.
const SWITCHED_OFF: i64 = 40;
/// Machines that move on one day.
const PER_DAY: u32 = 12;
const MACHINES: u32 = 400;
const DAY_MIN: i64 = 24 * 60;
/// The last five characters of the keys, which no real key has.
const TAILS: [&str; 2] = ["FKE11", "FKE12"];

const CLIENT: &str = "Windows(R), Enterprise edition";
const SERVER: &str = "Windows(R), ServerStandard edition";
const LEASED: &str = "Windows(R) Operating System, VOLUME_KMSCLIENT channel";
const MOVED: &str = "Windows(R) Operating System, VOLUME_MAK channel";

/// Collects, enters keys and former licenses, and plans; later collects again what has moved by then.
pub async fn on_day(app: &App, members: &[Member], days_ago: i64, present: Timestamp) -> Result<(), Problem> {
    if !COLLECTED.contains(&days_ago) {
        return Ok(());
    }
    let customer = members.iter().find(|member| member.domain == DOMAIN);
    let customer = customer.ok_or_else(|| Problem::internal("the demo's customer"))?;
    let agent = stock::agent_of(app, members, customer).await?;
    let now = app.clock.now();
    let fleet: Vec<Station> = (0..MACHINES).map(|number| Station::new(number, present)).collect();
    if days_ago == COLLECTED[0] {
        upload(app, &agent, customer.tenant, inventory(&fleet, now)).await?;
        record(app, &agent, customer.tenant).await?;
        let admin = people::caller(app, customer, Role::GlobalAdmin).await?;
        enter_keys(app, &admin, customer.tenant).await?;
        let settings = PlanSettings {
            capacity_per_day: PER_DAY,
            workdays_only: true,
            switch_off: Some(day(present - days(SWITCHED_OFF))),
            ..PlanSettings::default()
        };
        fleet::make_plan(app, &agent, customer.tenant, settings, None).await?;
    } else {
        let moved = names_of_past_waves(app, &agent, customer.tenant).await?;
        upload(app, &agent, customer.tenant, proof(&fleet, &moved, now)).await?;
    }
    Ok(())
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(TimeZone::UTC).date()
}

async fn upload(app: &App, agent: &Caller, customer: TenantId, files: Vec<(&str, String)>) -> Result<(), Problem> {
    let file = |(name, text): (&str, String)| UploadedFile { name: name.to_owned(), bytes: text.into_bytes() };
    let files = files.into_iter().map(file).collect();
    let sent = Upload { files, columns: Vec::new(), encoding: None, form: None };
    fleet::upload(app, agent, customer, sent).await.map(|_| ())
}

async fn record(app: &App, agent: &Caller, customer: TenantId) -> Result<(), Problem> {
    for (product, quantity) in [("Windows 11 Enterprise", 360), ("Windows Server 2019 Standard", 60)] {
        let license = PriorLicense {
            programme: "Open".to_owned(),
            agreement: "V0000001".to_owned(),
            product: product.to_owned(),
            quantity,
            key_type: PriorKeyType::Kms,
            ends_on: None,
        };
        fleet::add_prior(app, agent, customer, license, None).await?;
    }
    Ok(())
}

/// Enough for the clients, too few for the servers.
async fn enter_keys(app: &App, admin: &Caller, customer: TenantId) -> Result<(), Problem> {
    let keys = [("Windows 11", "Windows 11 Enterprise", 400), ("Servers", "Windows Server 2019 Standard", 45)];
    for ((label, product, remaining), tail) in keys.into_iter().zip(TAILS) {
        let key = NewKey {
            label: label.to_owned(),
            product: product.to_owned(),
            also_versions: String::new(),
            key: Zeroizing::new([["DEMOX"; 4].join("-").as_str(), tail].join("-")),
            remaining,
            reserve: 5,
        };
        fleet::add_key(app, admin, customer, key, None).await?;
    }
    Ok(())
}

/// Machines of waves whose day has passed.
async fn names_of_past_waves(app: &App, agent: &Caller, customer: TenantId) -> Result<BTreeSet<String>, Problem> {
    let today = day(app.clock.now());
    let mut names = BTreeSet::new();
    for wave in fleet::waves(app, agent, customer).await? {
        if wave.day > today {
            continue;
        }
        let question = MachineQuestion {
            filter: MachineFilter { wave: Some(wave.number), ..MachineFilter::default() },
            sort: MachineSort::Name,
            after: None,
            limit: i64::from(PER_DAY),
        };
        let found = fleet::machines(app, agent, customer, question).await?;
        names.extend(found.rows.into_iter().map(|machine| machine.name));
    }
    Ok(names)
}

/// One machine of the fleet.
struct Station {
    number: u32,
    /// When its lease ends.
    ends: Timestamp,
}

/// Who describes a machine.
#[derive(PartialEq, Eq)]
enum Tool {
    /// CIM as JSON, English.
    Json,
    /// A list made by hand, Czech.
    Csv,
    /// `slmgr.vbs`, German.
    Slmgr,
    /// CIM as a list, English; servers.
    List,
}

impl Station {
    /// Two of three renewed until the key host was switched off; the others were away for longer, a few so long that
    /// their time has run out.
    fn new(number: u32, present: Timestamp) -> Self {
        let spread = i64::from(number.wrapping_mul(2_654_435_761) >> 16);
        let renewed =
            if number.is_multiple_of(3) { SWITCHED_OFF + 7 + spread % 135 } else { SWITCHED_OFF + spread % 7 };
        let minutes = spread % DAY_MIN;
        Self { number, ends: present - days(renewed) + days(180) - SignedDuration::from_mins(minutes) }
    }

    fn tool(&self) -> Tool {
        match self.number {
            0..150 => Tool::Json,
            150..270 => Tool::Csv,
            270..350 => Tool::Slmgr,
            _ => Tool::List,
        }
    }

    fn name(&self) -> String {
        let place = match self.tool() {
            Tool::Json => "PLZ-NB",
            Tool::Csv => "PRG-PC",
            Tool::Slmgr => "WIEN-PC",
            Tool::List => "PLZ-SRV",
        };
        format!("{place}-{:03}", self.number + 1)
    }

    fn remaining(&self, now: Timestamp) -> i64 {
        self.ends.duration_since(now).as_mins().max(0)
    }
}

/// What the tools reported before the move.
fn inventory(fleet: &[Station], now: Timestamp) -> Vec<(&'static str, String)> {
    let mut json = Vec::new();
    let mut csv = "Počítač;Lokalita;Produkt;Popis;Operační systém;Stav licence;Zbývající minuty;Zjištěno\n".to_owned();
    let (mut slmgr, mut list) = (String::new(), String::new());
    for station in fleet {
        let (name, left) = (station.name(), station.remaining(now));
        // 5: reminders are shown, some functions are locked.
        let status = if left > 0 { 1 } else { 5 };
        match station.tool() {
            Tool::Json => json.push(serde_json::json!({
                "PSComputerName": name, "Name": CLIENT, "Description": LEASED, "LicenseStatus": status,
                "GracePeriodRemaining": left, "PartialProductKey": "FKE01", "Site": "Plzeň", "BuildNumber": "22631",
                "CollectedAt": now.to_string(),
            })),
            Tool::Csv => {
                let row = format!("{name};Praha;{CLIENT};{LEASED};Windows 11 Enterprise;{status};{left};{now}\n");
                csv.push_str(&row);
            }
            Tool::Slmgr => {
                write!(
                    slmgr,
                    "=== {name} ===\nName: {CLIENT}\nBeschreibung: {LEASED}\nTeil des Schlüssels: FKE02\n\
                     Lizenzstatus: Lizenziert\nAblauf der Volumenaktivierung: {left} Minute(n) ({} Tag(e))\n\n",
                    left / DAY_MIN
                )
                .unwrap_or_default();
            }
            Tool::List => write!(
                list,
                "PSComputerName : {name}\nName : {SERVER}\nDescription : {LEASED}\nLicenseStatus : {status}\n\
                 GracePeriodRemaining : {left}\nPartialProductKey : FKE03\nBuildNumber : 17763\nSite : Plzeň\n\
                 CollectedAt : {now}\n\n"
            )
            .unwrap_or_default(),
        }
    }
    let json = serde_json::Value::Array(json).to_string();
    vec![("notebooks.json", json), ("praha.csv", csv), ("wien.txt", slmgr), ("servers.txt", list)]
}

/// What the script for collecting reported after the move of these machines.
fn proof(fleet: &[Station], moved: &BTreeSet<String>, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut csv = "PSComputerName,Name,Description,LicenseStatus,GracePeriodRemaining,PartialProductKey,BuildNumber,CollectedAt\n".to_owned();
    for station in fleet.iter().filter(|station| moved.contains(&station.name())) {
        let name = station.name();
        let (product, tail, build) =
            if station.tool() == Tool::List { (SERVER, TAILS[1], 17_763) } else { (CLIENT, TAILS[0], 22_631) };
        // Notebooks that were away when their wave came still run on their lease.
        let (channel, left, tail) =
            if station.number % 12 == 3 { (LEASED, station.remaining(now), "FKE01") } else { (MOVED, 0, tail) };
        let status = if channel == LEASED && left == 0 { 5 } else { 1 };
        writeln!(csv, "{name},\"{product}\",\"{channel}\",{status},{left},{tail},{build},{now}").unwrap_or_default();
    }
    vec![("after-waves.csv", csv)]
}
