//! Which product, edition and version a license, a key or a line of an order form is about.
//!
//! Names are compared by what they mean: `Windows(R), ServerStandard edition`, `Windows Server 2022
//! Standard` and `Office 21, Office21ProPlus2021VL_KMS_Client_AE edition` all become the same three facts.

use serde::{Deserialize, Serialize};

use crate::coded_enum;

/// Application id of Windows.
pub const WINDOWS_ID: &str = "55c92734-d682-4d71-983e-d6ec3f16059f";
/// Application id of Office 2013 and later.
pub const OFFICE_ID: &str = "0ff1ce15-a989-479d-af46-f275c6370663";
/// Application id of Office 2010.
pub const OFFICE_2010_ID: &str = "59a52881-a989-479d-af46-f275c6370663";

coded_enum! {
    /// Which licensing application a license belongs to.
    pub enum Application {
        /// The operating system.
        Windows = "windows",
        /// Office 2013 and later.
        Office = "office",
        /// Office 2010.
        Office2010 = "office_2010",
        /// Not stated.
        Unknown = "unknown",
    }
}

impl Application {
    /// The application of an id in lower case without braces.
    pub fn from_id(id: &str) -> Self {
        match id {
            WINDOWS_ID => Self::Windows,
            OFFICE_ID => Self::Office,
            OFFICE_2010_ID => Self::Office2010,
            _ => Self::Unknown,
        }
    }

    /// The application that name and description of a license speak of.
    pub fn from_texts(name: &str, description: &str) -> Self {
        let starts = |word: &str| [name, description].iter().any(|text| text.trim_start().starts_with(word));
        if starts("Office 14") {
            Self::Office2010
        } else if starts("Office") || starts("Microsoft Office") {
            Self::Office
        } else if starts("Windows") || starts("Microsoft Windows") {
            Self::Windows
        } else {
            Self::Unknown
        }
    }
}

coded_enum! {
    /// What a product is sold as.
    pub enum Family {
        /// Windows for clients.
        Windows = "windows",
        /// Windows Server.
        WindowsServer = "windows_server",
        /// Office suites.
        Office = "office",
        /// Project.
        Project = "project",
        /// Visio.
        Visio = "visio",
        /// SQL Server, which takes no part in volume activation: its key sits in the media.
        SqlServer = "sql_server",
        /// Not known.
        Unknown = "unknown",
    }
}

/// Family, edition and version of a product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Kind {
    /// What it is sold as.
    pub family: Family,
    /// Edition in one word of lower case, such as `enterprise`, `standard`, `proplus`; `None` when not stated.
    pub edition: Option<String>,
    /// Generation: 7, 8, 10, 11 or a year; 81 and 20122 stand for 8.1 and 2012 R2. `None` when not stated.
    pub version: Option<u16>,
}

/// Editions by what the folded name contains; the first that fits wins.
const EDITIONS: &[(&str, &str)] = &[
    ("iotenterprise", "iotenterprise"),
    ("enterprises", "enterpriseltsc"),
    ("enterpriseltsc", "enterpriseltsc"),
    ("enterpriseltsb", "enterpriseltsc"),
    ("ltscenterprise", "enterpriseltsc"),
    ("enterprise", "enterprise"),
    ("proforworkstation", "proworkstation"),
    ("professionalworkstation", "proworkstation"),
    ("education", "education"),
    ("azuredatacenter", "datacenterazure"),
    ("serverturbine", "datacenterazure"),
    ("datacenterazure", "datacenterazure"),
    ("azureedition", "datacenterazure"),
    ("datacenter", "datacenter"),
    ("essentials", "essentials"),
    ("serversolution", "essentials"),
    ("proplus", "proplus"),
    ("professionalplus", "proplus"),
    ("projectpro", "projectpro"),
    ("projectst", "projectstandard"),
    ("visiopro", "visiopro"),
    ("visiost", "visiostandard"),
    ("standard", "standard"),
    ("professional", "pro"),
    ("business", "business"),
    ("ultimate", "ultimate"),
    ("corecountryspecific", "home"),
    ("coresinglelanguage", "home"),
    ("home", "home"),
    ("pro", "pro"),
    ("core", "home"),
];

/// Names of editions, which are the same in every language.
const EDITION_NAMES: &[(&str, &str)] = &[
    ("enterprise", "Enterprise"),
    ("enterpriseltsc", "Enterprise LTSC"),
    ("iotenterprise", "IoT Enterprise"),
    ("pro", "Pro"),
    ("proworkstation", "Pro for Workstations"),
    ("education", "Education"),
    ("standard", "Standard"),
    ("datacenter", "Datacenter"),
    ("datacenterazure", "Datacenter: Azure Edition"),
    ("essentials", "Essentials"),
    ("proplus", "Professional Plus"),
    ("projectpro", "Professional"),
    ("projectstandard", "Standard"),
    ("visiopro", "Professional"),
    ("visiostandard", "Standard"),
    ("business", "Business"),
    ("ultimate", "Ultimate"),
    ("home", "Home"),
];

/// A generation as people write it.
fn generation(version: u16) -> String {
    match version {
        6 => "Vista".to_owned(),
        81 => "8.1".to_owned(),
        20_082 | 20_122 => format!("{} R2", version / 10),
        version => version.to_string(),
    }
}

/// Builds from which on a version runs, newest first: client, server.
const BUILDS: &[(u32, u16, u16)] = &[
    (26100, 11, 2025),
    (22000, 11, 2022),
    (20348, 10, 2022),
    (17763, 10, 2019),
    (14393, 10, 2016),
    (10240, 10, 2016),
    (9600, 81, 20122),
    (9200, 8, 2012),
    (7600, 7, 20082),
    (6000, 6, 2008),
];

impl Kind {
    /// What the texts of a license, or a product's name as people write it, are about.
    ///
    /// ```
    /// use perpetua_fleet::product::{Family, Kind};
    /// let kind = Kind::recognise("Office 21, Office21ProPlus2021VL_KMS_Client_AE edition", "", None);
    /// assert_eq!(kind, Kind { family: Family::Office, edition: Some("proplus".into()), version: Some(2021) });
    /// let kind = Kind::recognise("Windows(R), ServerStandard edition", "", Some(20348));
    /// assert_eq!(kind, Kind { family: Family::WindowsServer, edition: Some("standard".into()), version: Some(2022) });
    /// ```
    pub fn recognise(name: &str, caption: &str, build: Option<u32>) -> Self {
        let folded = fold(name);
        let family = family(&folded);
        let edition = edition(family, &folded);
        let from_name = version(family, name, &folded);
        let version = match family {
            Family::Windows | Family::WindowsServer => from_name
                .or_else(|| version(family, caption, &fold(caption)))
                .or_else(|| build.and_then(|build| of_build(family, build))),
            _ => from_name,
        };
        Self { family, edition, version }
    }

    /// The three facts in one word, such as `windows.enterprise.10`; what is not stated is left empty.
    pub fn code(&self) -> String {
        let version = self.version.map(|version| version.to_string()).unwrap_or_default();
        format!("{}.{}.{version}", self.family.as_text(), self.edition.as_deref().unwrap_or_default())
    }

    /// The product of a [`code`](Self::code).
    ///
    /// ```
    /// use perpetua_fleet::product::Kind;
    /// let kind = Kind::recognise("Windows Server 2012 R2 Datacenter", "", None);
    /// assert_eq!(Kind::from_code(&kind.code()), Some(kind.clone()));
    /// assert_eq!(kind.name(), "Windows Server 2012 R2 Datacenter");
    /// ```
    pub fn from_code(code: &str) -> Option<Self> {
        let mut parts = code.split('.');
        let family = Family::parse(parts.next()?)?;
        let edition = parts.next().filter(|edition| !edition.is_empty()).map(str::to_owned);
        let version = parts.next().and_then(|version| version.parse().ok());
        Some(Self { family, edition, version })
    }

    /// The product as its maker names it; empty when even the family is not known.
    pub fn name(&self) -> String {
        let family = match self.family {
            Family::Windows => "Windows",
            Family::WindowsServer => "Windows Server",
            Family::Office => "Office",
            Family::Project => "Project",
            Family::Visio => "Visio",
            Family::SqlServer => "SQL Server",
            Family::Unknown => "",
        };
        format!("{family}{}", self.rest_of_name())
    }

    /// Version and edition as they stand in names, each with a blank before it; the same in every language.
    pub fn rest_of_name(&self) -> String {
        let mut name = String::new();
        if let Some(version) = self.version {
            name.push(' ');
            name += &generation(version);
        }
        if let Some(edition) = &self.edition {
            let known = EDITION_NAMES.iter().find(|(word, _)| word == edition).map(|(_, name)| (*name).to_owned());
            let is_n = || {
                let bare = EDITION_NAMES.iter().find(|(word, _)| format!("{word}n") == *edition);
                bare.map(|(_, name)| format!("{name} N"))
            };
            name.push(' ');
            name += &known.or_else(is_n).unwrap_or_else(|| edition.clone());
        }
        name
    }

    /// Whether nothing but the family is missing at most.
    pub fn is_known(&self) -> bool {
        self.family != Family::Unknown
    }

    /// Whether the maker documents 30 days of grace after the lease of this product (never promised here).
    pub fn has_documented_grace(&self) -> bool {
        match self.family {
            Family::Windows => self.version.is_some_and(|version| version <= 7),
            Family::WindowsServer => matches!(self.version, Some(2008 | 20082)),
            Family::Office | Family::Project | Family::Visio => true,
            Family::SqlServer | Family::Unknown => false,
        }
    }
}

/// Lower case without anything but letters and digits; the mark of registration is no letter.
fn fold(text: &str) -> String {
    let lower = text.to_lowercase().replace("(r)", " ").replace("(tm)", " ");
    lower.chars().filter(|character| character.is_alphanumeric()).collect()
}

fn family(folded: &str) -> Family {
    let has = |word: &str| folded.contains(word);
    if has("sqlserver") {
        Family::SqlServer
    } else if has("project") {
        Family::Project
    } else if has("visio") {
        Family::Visio
    } else if has("office") || has("proplus") {
        Family::Office
    } else if has("server") {
        Family::WindowsServer
    } else if has("windows") || folded.starts_with("win1") {
        Family::Windows
    } else {
        Family::Unknown
    }
}

fn edition(family: Family, folded: &str) -> Option<String> {
    let pick = |allowed: &dyn Fn(&str) -> bool| {
        EDITIONS.iter().find(|(word, name)| folded.contains(word) && allowed(name)).map(|(_, name)| (*name).to_owned())
    };
    match family {
        Family::Windows | Family::WindowsServer => {
            let name = pick(&|name| !name.starts_with("proj") && !name.starts_with("visio") && name != "proplus")?;
            let is_n = folded.contains(&format!("{name}n")) && folded.contains("nedition");
            Some(if is_n { format!("{name}n") } else { name })
        }
        Family::Office => pick(&|name| matches!(name, "proplus" | "standard")),
        Family::Project => {
            one_of_two(folded, &["pro20", "projectpro", "professional"], "projectpro", "projectstandard")
        }
        Family::Visio => one_of_two(folded, &["visiopro", "professional"], "visiopro", "visiostandard"),
        Family::SqlServer | Family::Unknown => None,
    }
}

/// The larger edition where one of its words stands, the standard one where that is said, else neither.
fn one_of_two(folded: &str, words: &[&str], larger: &str, standard: &str) -> Option<String> {
    if words.iter().any(|word| folded.contains(word)) {
        return Some(larger.to_owned());
    }
    (folded.contains("std") || folded.contains("standard")).then(|| standard.to_owned())
}

fn version(family: Family, text: &str, folded: &str) -> Option<u16> {
    let year = || {
        text.as_bytes().windows(4).enumerate().find_map(|(at, window)| {
            let digits = str::from_utf8(window).ok()?;
            let after = text.as_bytes().get(at + 4).is_some_and(u8::is_ascii_digit);
            let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
            let year: u16 = digits.parse().ok()?;
            (window.iter().all(u8::is_ascii_digit) && (2007..=2040).contains(&year) && (!after || !before))
                .then_some(year)
        })
    };
    match family {
        Family::WindowsServer => {
            let year = year()?;
            let is_second = folded.contains(&format!("{year}r2"));
            Some(if is_second { year * 10 + 2 } else { year })
        }
        Family::Windows => {
            let rest = folded.split_once("windows").map_or(folded, |(_, rest)| rest);
            let rest = rest.strip_prefix("win").unwrap_or(rest);
            let digits: String = rest.chars().take_while(char::is_ascii_digit).take(4).collect();
            match digits.as_str() {
                "7" => Some(7),
                "8" => Some(8),
                "81" => Some(81),
                "10" => Some(10),
                "11" => Some(11),
                _ => rest.starts_with("vista").then_some(6),
            }
        }
        Family::Office | Family::Project | Family::Visio => year().or_else(|| {
            let number = folded.split("office").nth(1)?;
            [("14", 2010), ("15", 2013), ("16", 2016), ("19", 2019), ("21", 2021), ("24", 2024)]
                .iter()
                .find(|(prefix, _)| number.starts_with(prefix))
                .map(|(_, year)| *year)
        }),
        Family::SqlServer | Family::Unknown => None,
    }
}

fn of_build(family: Family, build: u32) -> Option<u16> {
    let (_, client, server) = BUILDS.iter().find(|(from, _, _)| build >= *from)?;
    Some(if family == Family::WindowsServer { *server } else { *client })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, build: Option<u32>, family: Family, edition: &str, version: u16) {
        let kind = Kind::recognise(text, "", build);
        let edition = (!edition.is_empty()).then(|| edition.to_owned());
        assert_eq!(kind, Kind { family, edition, version: (version > 0).then_some(version) }, "{text}");
    }

    #[test]
    fn names_of_licenses_tell_family_edition_and_version() {
        check("Windows(R), Enterprise edition", Some(19045), Family::Windows, "enterprise", 10);
        check("Windows(R), Enterprise edition", Some(22631), Family::Windows, "enterprise", 11);
        check("Windows(R), EnterpriseS edition", Some(17763), Family::Windows, "enterpriseltsc", 10);
        check("Windows(R), Professional edition", None, Family::Windows, "pro", 0);
        check("Windows(R), EnterpriseN edition", None, Family::Windows, "enterprisen", 0);
        check("Windows(R) 7, Enterprise edition", None, Family::Windows, "enterprise", 7);
        check("Windows(TM) Vista, Business edition", None, Family::Windows, "business", 6);
        check("Windows(R), ServerStandard edition", Some(20348), Family::WindowsServer, "standard", 2022);
        check("Windows(R), ServerDatacenter edition", Some(17763), Family::WindowsServer, "datacenter", 2019);
        check("Windows Server(R), ServerStandard edition", Some(9600), Family::WindowsServer, "standard", 20122);
        check("Office 16, Office16StandardVL_MAK edition", None, Family::Office, "standard", 2016);
        check("Office 19, Office19ProPlus2019VL_KMS_Client_AE edition", None, Family::Office, "proplus", 2019);
        check("Office 21, Office21VisioPro2021VL_MAK_AE edition", None, Family::Visio, "visiopro", 2021);
        check("Office 24, Office24ProjectPro2024VL_MAK_AE edition", None, Family::Project, "projectpro", 2024);
        check("Office 14, OfficeProPlus-KMS_Client edition", None, Family::Office, "proplus", 2010);
    }

    #[test]
    fn names_of_products_as_people_write_them_tell_the_same() {
        check("Windows Server 2022 Standard", None, Family::WindowsServer, "standard", 2022);
        check("Windows Server 2012 R2 Datacenter", None, Family::WindowsServer, "datacenter", 20122);
        check("Windows 11 Enterprise", None, Family::Windows, "enterprise", 11);
        check("Windows 10 Pro", None, Family::Windows, "pro", 10);
        check("Windows 11 Pro for Workstations", None, Family::Windows, "proworkstation", 11);
        check("Office LTSC Professional Plus 2021", None, Family::Office, "proplus", 2021);
        check("Office LTSC Standard 2024", None, Family::Office, "standard", 2024);
        check("Visio LTSC Professional 2021", None, Family::Visio, "visiopro", 2021);
        check("Project Standard 2019", None, Family::Project, "projectstandard", 2019);
        check("SQL Server 2022 Standard", None, Family::SqlServer, "", 0);
        check("tape drive", None, Family::Unknown, "", 0);
    }
}
