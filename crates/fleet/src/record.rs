//! What one report says about one machine, in the same form whatever the input was.
//!
//! Full product keys, user names and firmware keys have no field here, so they cannot be kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::coded_enum;
use crate::product::Application;
use crate::state::State;
use crate::verdict::{Doubt, Place, Verdict};
use crate::wire;

coded_enum! {
    /// The shape in which a record came.
    pub enum Format {
        /// Text of `slmgr.vbs`.
        Slmgr = "slmgr",
        /// Text of `slmgr.vbs /xpr`.
        SlmgrExpiry = "slmgr_xpr",
        /// Text of `ospp.vbs`.
        Ospp = "ospp",
        /// Properties one below the other: `Format-List` or `wmic /value`.
        List = "list",
        /// Properties side by side: `Format-Table`.
        Table = "table",
        /// Comma-, semicolon- or tab-separated values.
        Csv = "csv",
        /// JSON of CIM objects or of our own exchange format.
        Json = "json",
        /// Facts of Ansible.
        Ansible = "ansible",
        /// XML of CIM objects.
        Xml = "xml",
        /// The volume activation manager's own file.
        Vamt = "vamt",
        /// A spreadsheet.
        Spreadsheet = "spreadsheet",
    }
}

/// Who the machine is. Names keep their case; comparing folds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Host {
    /// Short name.
    pub name: Option<String>,
    /// Fully qualified name.
    pub fqdn: Option<String>,
    /// Directory or DNS domain.
    pub domain: Option<String>,
    /// What stands for the name where names were left out on purpose.
    pub pseudonym: Option<String>,
    /// Name of the operating system.
    pub os_caption: Option<String>,
    /// Build number, such as 19045.
    pub os_build: Option<u32>,
    /// Language of the user interface.
    pub ui_language: Option<String>,
    /// Site, department or any other group that waves are planned by.
    pub site: Option<String>,
    /// Whether it is a virtual machine.
    pub is_virtual: Option<bool>,
    /// Whether the desktop is thrown away at log-off.
    pub is_nonpersistent: Option<bool>,
}

/// What the licensing service says about the machine as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Version of the service.
    pub version: Option<String>,
    /// Client machine id, lower case.
    pub cmid: Option<String>,
    /// Key host fixed for the whole machine, `host` or `host:port`.
    pub kms_host: Option<String>,
}

/// One license of a machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Product {
    /// Which application the license belongs to.
    pub application: Application,
    /// Identifies product, edition and channel; lower case without braces.
    pub activation_id: Option<String>,
    /// Name of the license.
    pub name: Option<String>,
    /// Its description, which holds the channel.
    pub description: Option<String>,
    /// How it is activated.
    pub channel: Channel,
    /// Last five characters of the installed key.
    pub partial_key: Option<String>,
    /// Whether it only adds to another license, as extended updates do.
    pub is_addon: bool,
    /// License state.
    pub state: Option<State>,
    /// Result code that explains the state.
    pub reason: Option<u32>,
    /// Minutes until the state ends; 0 with [`State::Licensed`] means never.
    pub remaining_min: Option<u32>,
    /// Minutes between attempts to activate.
    pub activation_interval_min: Option<u32>,
    /// Minutes between renewals.
    pub renewal_interval_min: Option<u32>,
    /// Key host used last or fixed, `host` or `host:port`.
    pub kms_host: Option<String>,
    /// How it was activated: 0 unknown, 1 directory, 2 key host, 3 token.
    pub activation_type: Option<u32>,
    /// Rearms left; never used, only told.
    pub rearms_left: Option<u32>,
    /// Whether the machine serves keys to others.
    pub is_kms_host: bool,
}

/// What one report says about one machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// Where the report begins.
    pub place: Place,
    /// Its shape.
    pub format: Format,
    /// Who the machine is.
    pub host: Host,
    /// What its licensing service says.
    pub service: Service,
    /// When the data was collected, by the machine's clock; the time of receipt where that is not stated.
    #[serde(with = "wire::instant")]
    pub collected_at: Timestamp,
    /// When the file reached us.
    #[serde(with = "wire::instant")]
    pub received_at: Timestamp,
    /// Its licenses with an installed key.
    pub products: Vec<Product>,
    /// What was assumed, sorted.
    pub doubts: Vec<Doubt>,
}

impl Record {
    /// Whether the record can be relied on.
    pub fn verdict(&self) -> Verdict {
        if self.doubts.is_empty() { Verdict::Read } else { Verdict::ReadWithDoubt }
    }
}
