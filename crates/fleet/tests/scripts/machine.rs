//! The machine that the scripts run on: licenses, files, programs, the web, and what it saw of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::shell::value::Value;

pub const WINDOWS: &str = "55c92734-d682-4d71-983e-d6ec3f16059f";
pub const OFFICE: &str = "0ff1ce15-a989-479d-af46-f275c6370663";

/// What `Activate` does.
#[derive(Clone, Copy)]
pub enum Activation {
    Succeeds,
    Stays(i32),
    Fails(u32),
    /// It answers with success, and the license is not there any more.
    Vanishes,
}

/// A row of a product class.
#[derive(Clone)]
pub struct License {
    pub class: &'static str,
    pub application: &'static str,
    pub description: &'static str,
    pub channel: &'static str,
    pub tail: Option<String>,
    pub status: i32,
    pub is_addon: bool,
    pub activation: Activation,
    pub activations: u32,
}

/// What installing a key does.
#[derive(Clone)]
pub enum Install {
    /// A license appears; the one with the given tail loses its key.
    Puts {
        license: License,
        replaces: Option<&'static str>,
    },
    /// Success is answered and no license has the key.
    Nothing,
    Fails(u32),
}

/// What the server of the reports does.
#[derive(Clone, Copy)]
pub enum Web {
    Answers(&'static str),
    Fails,
}

/// Address, headers and text of an upload.
pub type Post = (String, Vec<(String, String)>, String);

pub struct Machine {
    pub name: &'static str,
    pub domain: &'static str,
    pub is_admin: bool,
    /// CIM cmdlets, so PowerShell 3 or later.
    pub has_cim: bool,
    /// Windows 8 and later know `ProductKeyChannel`.
    pub has_channel: bool,
    pub has_office_service: bool,
    pub time_separator: &'static str,
    pub licenses: Vec<License>,
    pub keys: Vec<(&'static str, Install)>,
    /// Error of every query; zero is one without a code.
    pub broken: Option<u32>,
    pub refresh: Option<u32>,
    pub uninstall: Option<u32>,
    /// Text of `ospp.vbs /act`, and whether it activates.
    pub office: (&'static str, bool),
    pub stdin: String,
    pub typed: BTreeMap<String, String>,
    pub web: Web,
    pub network: BTreeMap<String, Rc<RefCell<Machine>>>,
    /// Not before .NET 4.5.
    pub knows_tls_1_2: bool,
    pub protocols: i32,
    pub posts: Vec<Post>,
    pub calls: Vec<String>,
    pub programs: Vec<Vec<String>>,
    /// What went to the console and is not yet taken by the process that runs there.
    pub host: Vec<String>,
    pub printed: Vec<String>,
    /// Errors that ended a script.
    pub uncaught: Vec<String>,
    pub slept: Vec<i32>,
    /// Keys in the order in which they were installed.
    pub installed: Vec<String>,
    files: BTreeMap<String, (String, String)>,
    now: i64,
}

impl License {
    pub fn fields(&self, has_channel: bool) -> Vec<(&'static str, Value)> {
        let mut fields: Vec<(&'static str, Value)> = vec![
            ("ID", format!("11111111-2222-4333-8444-5555555556{:02}", self.description.len()).into()),
            ("ApplicationID", self.application.into()),
            ("Name", self.description.into()),
            ("Description", self.description.into()),
            ("LicenseStatus", Value::Int(self.status)),
            ("LicenseIsAddon", Value::Bool(self.is_addon)),
            ("PartialProductKey", self.tail.clone().map_or(Value::Null, Value::from)),
            ("GracePeriodRemaining", Value::Int(if self.channel.ends_with("GVLK") { 216_000 } else { 0 })),
            ("KeyManagementServiceMachine", "kms01.corp.example".into()),
            ("KeyManagementServicePort", Value::Int(1688)),
        ];
        if has_channel {
            fields.push(("ProductKeyChannel", self.channel.into()));
        }
        fields
    }
}

impl Machine {
    /// A machine in a domain, without licenses.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            domain: "corp.example",
            is_admin: true,
            has_cim: true,
            has_channel: true,
            has_office_service: false,
            time_separator: ":",
            licenses: Vec::new(),
            keys: Vec::new(),
            broken: None,
            refresh: None,
            uninstall: None,
            office: ("", false),
            stdin: String::new(),
            typed: BTreeMap::new(),
            web: Web::Answers("{}"),
            network: BTreeMap::new(),
            knows_tls_1_2: true,
            protocols: 192,
            posts: Vec::new(),
            calls: Vec::new(),
            programs: Vec::new(),
            host: Vec::new(),
            printed: Vec::new(),
            uncaught: Vec::new(),
            slept: Vec::new(),
            installed: Vec::new(),
            files: BTreeMap::new(),
            now: 1_773_561_600,
        }
    }

    /// Time goes on by a second with each look at it.
    pub fn tick(&mut self) -> i64 {
        self.now += 1;
        self.now
    }

    /// `$env:name`.
    pub fn variable(&self, name: &str) -> Option<&'static str> {
        match name.to_lowercase().as_str() {
            "computername" => Some(self.name),
            "programdata" => Some("C:\\ProgramData"),
            "programfiles" => Some("C:\\Program Files"),
            "programfiles(x86)" => Some("C:\\Program Files (x86)"),
            "systemroot" => Some("C:\\Windows"),
            other => panic!("the variable {other} of the environment is not modelled"),
        }
    }

    pub fn has_class(&self, class: &str) -> bool {
        let is_office = class.starts_with("OfficeSoftwareProtection");
        (crate::licensing::is_class(class) && (!is_office || self.has_office_service))
            || self.system_class(class).is_some()
    }

    pub fn system_class(&self, class: &str) -> Option<Vec<(&'static str, Value)>> {
        match class {
            "Win32_OperatingSystem" => {
                Some(vec![("Caption", "Microsoft Windows 10 Enterprise".into()), ("BuildNumber", "19045".into())])
            }
            "Win32_ComputerSystem" => Some(vec![("Domain", self.domain.into())]),
            _ => None,
        }
    }

    /// `cscript //Nologo …\ospp.vbs /act`.
    pub fn office_script(&mut self, words: &[String]) -> Vec<String> {
        assert!(
            words[0] == "//Nologo" && words[1].to_lowercase().ends_with("\\ospp.vbs") && words[2] == "/act",
            "{words:?}"
        );
        let (text, activates) = self.office;
        for license in &mut self.licenses {
            if activates && license.class.starts_with("Office") && license.tail.is_some() {
                license.status = 1;
                license.activations += 1;
            }
        }
        text.lines().map(str::to_owned).collect()
    }

    pub fn read(&self, path: &str) -> Option<String> {
        self.files.get(&path.to_lowercase()).map(|(_, text)| text.trim_start_matches('\u{feff}').to_owned())
    }

    pub fn write(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_lowercase(), (path.to_owned(), text.to_owned()));
    }

    pub fn append(&mut self, path: &str, text: &str) {
        let folder = path.rsplit_once('\\').map_or("", |(folder, _)| folder);
        assert!(self.exists(folder), "{folder} is not there");
        let before = self.read(path).unwrap_or_default();
        self.write(path, &(before + text));
    }

    /// A folder is there when it was made or holds something.
    pub fn exists(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        let inside = format!("{path}\\");
        self.files.keys().any(|known| *known == path || known.starts_with(&inside))
    }

    pub fn make_folder(&mut self, path: &str) {
        self.write(&format!("{path}\\"), "");
    }

    pub fn remove(&mut self, path: &str) -> bool {
        self.files.remove(&path.to_lowercase()).is_some()
    }

    /// Paths of the files of a name below a folder.
    pub fn below(&self, folder: &str, name: &str) -> Vec<String> {
        let (inside, end) = (format!("{folder}\\").to_lowercase(), format!("\\{name}").to_lowercase());
        let found = self.files.iter().filter(|(known, _)| known.starts_with(&inside) && known.ends_with(&end));
        found.map(|(_, (path, _))| path.clone()).collect()
    }

    /// All files, path and text.
    pub fn files(&self) -> impl Iterator<Item = &(String, String)> {
        self.files.values()
    }
}
