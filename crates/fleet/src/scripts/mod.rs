//! The script pack of a plan: what an administrator runs, for every usual way to reach machines.
//!
//! The scripts are the same for everybody and readable; what belongs to a plan stands in `machines.csv`
//! beside them. No key is in any of them: it comes from a protected file or standard input at run time. They
//! check, install, activate, verify and report, change nothing a second time, and take back a key of a wrong
//! channel (M25).

use std::fmt::Write as _;

use crate::plan::{Fleet, Plan};
use crate::product::{Application, Family, OFFICE_2010_ID, OFFICE_ID, WINDOWS_ID};

/// A file of the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptFile {
    /// Path inside of the pack, with `/`.
    pub path: String,
    /// Its text, with line ends as Windows wants them where Windows runs it.
    pub text: String,
}

/// A pack, and who is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    /// The files.
    pub files: Vec<ScriptFile>,
    /// Machines whose name no script could use: none is known, or it holds characters that names do not have.
    pub skipped: Vec<String>,
}

/// What collects on one machine.
const COLLECTOR: (&str, &str) = ("Get-Inventory.ps1", include_str!("templates/Get-Inventory.ps1"));

/// The parts that do not depend on the plan.
const TEMPLATES: &[(&str, &str)] = &[
    ("Move-License.ps1", include_str!("templates/Move-License.ps1")),
    ("Invoke-Wave.ps1", include_str!("templates/Invoke-Wave.ps1")),
    COLLECTOR,
    ("gpo/Start-Move.cmd", include_str!("templates/gpo/Start-Move.cmd")),
    ("intune/Detect.ps1", include_str!("templates/intune/Detect.ps1")),
    ("intune/Remediate.ps1", include_str!("templates/intune/Remediate.ps1")),
    ("configmgr/Install.cmd", include_str!("templates/configmgr/Install.cmd")),
    ("configmgr/Detect.ps1", include_str!("templates/configmgr/Detect.ps1")),
    ("ansible/playbook.yml", include_str!("templates/ansible/playbook.yml")),
    ("classic/Move-License.vbs", include_str!("templates/classic/Move-License.vbs")),
];

/// The header of `machines.csv`.
const COLUMNS: &str = "machine,wave,day,application,old_partial_key,key_label,key_tail,pilot";

/// A file as its reader wants it.
fn file(path: &str, text: &str) -> ScriptFile {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let is_for_windows = ending != "yml";
    let text = if is_for_windows { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text.to_owned() };
    // Windows PowerShell takes files without a mark for text in the machine's own code page.
    let text = if ending == "ps1" { format!("\u{feff}{text}") } else { text };
    ScriptFile { path: path.to_owned(), text }
}

/// The script that collects on one machine, as it stands in every pack.
pub fn collector() -> ScriptFile {
    file(COLLECTOR.0, COLLECTOR.1)
}

/// The scripts that can carry a signature, each with its ending, as they stand in every pack.
pub fn signable() -> impl Iterator<Item = (&'static str, ScriptFile)> {
    TEMPLATES.iter().filter_map(|(path, text)| {
        let ending = ["ps1", "vbs"].into_iter().find(|ending| path.rsplit('.').next() == Some(ending))?;
        Some((ending, file(path, text)))
    })
}

/// The pack of a plan.
pub fn pack(fleet: &Fleet<'_>, plan: &Plan) -> Pack {
    let mut pack = Pack::default();
    pack.files.extend(TEMPLATES.iter().map(|(path, text)| file(path, text)));
    let mut list = format!("{COLUMNS}\r\n");
    let mut hosts = String::new();
    let mut labels: Vec<String> = Vec::new();
    for wave in &plan.waves {
        write!(hosts, "[wave_{}]\n# {}\n", wave.number, wave.day).unwrap_or_default();
        for planned in &wave.machines {
            let machine = &fleet.machines[planned.index];
            let name = machine.host.fqdn.as_deref().or(machine.host.name.as_deref()).filter(|name| is_name(name));
            let Some(name) = name else {
                pack.skipped.push(machine.id.clone());
                continue;
            };
            writeln!(hosts, "{name}").unwrap_or_default();
            for (license, key) in &planned.moves {
                let (license, key) = (&machine.licenses[*license], &fleet.keys[*key]);
                let application = application_id(license.product.application, license.kind.family);
                let cells = [
                    name.to_owned(),
                    wave.number.to_string(),
                    wave.day.to_string(),
                    application.to_owned(),
                    license.product.partial_key.clone().unwrap_or_default(),
                    format!("\"{}\"", label(&key.label).replace('"', "\"\"")),
                    key.partial_key.clone().unwrap_or_default(),
                    u8::from(planned.is_pilot).to_string(),
                ];
                list += &cells.join(",");
                list += "\r\n";
                labels.push(label(&key.label));
            }
        }
        hosts.push('\n');
    }
    labels.sort_unstable();
    labels.dedup();
    pack.files.push(ScriptFile { path: "machines.csv".to_owned(), text: list });
    pack.files.push(ScriptFile { path: "ansible/waves.ini".to_owned(), text: hosts });
    let keys: String = labels.iter().flat_map(|label| [label, "=\r\n"]).collect();
    pack.files.push(ScriptFile { path: "keys-template.txt".to_owned(), text: keys });
    pack.files.sort_by(|one, other| one.path.cmp(&other.path));
    pack
}

/// The application that the licensing service knows a license by.
fn application_id(application: Application, family: Family) -> &'static str {
    match application {
        Application::Office2010 => OFFICE_2010_ID,
        Application::Office => OFFICE_ID,
        Application::Unknown if matches!(family, Family::Office | Family::Project | Family::Visio) => OFFICE_ID,
        Application::Windows | Application::Unknown => WINDOWS_ID,
    }
}

/// A host name as scripts may safely use it: no quote, blank, or sign that a shell or a spreadsheet acts on.
fn is_name(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '.' | '_'))
        && name.starts_with(char::is_alphanumeric)
}

/// A key's label as the scripts know it, in `machines.csv` and before the `=` in a file of keys: of one line, without
/// `=`, and with a quote in front where a spreadsheet would run it as a formula.
pub fn label(label: &str) -> String {
    let bare: String = label.chars().filter(|character| !character.is_control() && *character != '=').collect();
    let bare = bare.trim();
    format!("{}{bare}", if bare.starts_with(['+', '-', '@']) { "'" } else { "" })
}

#[cfg(test)]
mod tests;
