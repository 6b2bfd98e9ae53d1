//! What a column, property, label or element is about, whatever tool named it.
//!
//! One table serves every format: CIM property names, labels of `slmgr.vbs` and `ospp.vbs`, columns of
//! inventory products and of tables made by hand fold to the same words.

use crate::coded_enum;

coded_enum! {
    /// What a value is about.
    pub enum Field {
        /// Short or full name of the machine.
        HostName = "host_name",
        /// Full name of the machine.
        Fqdn = "fqdn",
        /// Domain of the machine.
        Domain = "domain",
        /// What stands for the name where names were left out on purpose.
        Pseudonym = "pseudonym",
        /// Name of the operating system.
        OsCaption = "os_caption",
        /// Build of the operating system.
        OsBuild = "os_build",
        /// Language of the user interface.
        UiLanguage = "ui_language",
        /// Site or department.
        Site = "site",
        /// Whether it is a virtual machine.
        Virtual = "virtual",
        /// Whether the desktop is thrown away at log-off.
        Nonpersistent = "nonpersistent",
        /// Version of the licensing service.
        ServiceVersion = "service_version",
        /// Client machine id.
        Cmid = "cmid",
        /// When the data was collected.
        CollectedAt = "collected_at",
        /// The machine's trusted clock.
        TrustedTime = "trusted_time",
        /// Application id.
        ApplicationId = "application_id",
        /// Activation id.
        ActivationId = "activation_id",
        /// Name of the license.
        Name = "name",
        /// Description of the license.
        Description = "description",
        /// Key channel.
        Channel = "channel",
        /// Last five characters of the key.
        PartialKey = "partial_key",
        /// Whether it is an add-on.
        Addon = "addon",
        /// License state.
        State = "state",
        /// Result code behind the state.
        Reason = "reason",
        /// Minutes remaining.
        RemainingMinutes = "remaining_minutes",
        /// Days remaining.
        RemainingDays = "remaining_days",
        /// When the state ends.
        ExpiresAt = "expires_at",
        /// Minutes between attempts.
        ActivationInterval = "activation_interval",
        /// Minutes between renewals.
        RenewalInterval = "renewal_interval",
        /// Key host that was found or used.
        KmsHost = "kms_host",
        /// Port of that host.
        KmsPort = "kms_port",
        /// Key host fixed by configuration.
        KmsFixed = "kms_fixed",
        /// How it was activated.
        ActivationType = "activation_type",
        /// Rearms left.
        RearmsLeft = "rearms_left",
        /// Whether it serves keys.
        IsKmsHost = "is_kms_host",
        /// Known and of no use here.
        Ignored = "ignored",
        /// A full key, which is dropped unread.
        Secret = "secret",
    }
}

impl Field {
    /// Whether the field belongs to the machine rather than to one of its licenses.
    pub fn is_of_machine(self) -> bool {
        self <= Self::TrustedTime
    }

    /// Whether the field makes it likely that a license is being described.
    pub fn is_of_license(self) -> bool {
        matches!(
            self,
            Self::ActivationId
                | Self::Name
                | Self::Description
                | Self::Channel
                | Self::PartialKey
                | Self::State
                | Self::RemainingMinutes
                | Self::RemainingDays
                | Self::ApplicationId
        )
    }
}

/// The field of a name, ignoring case, blanks, punctuation and the suffixes of management databases.
///
/// ```
/// use perpetua_fleet::read::{Field, field_of};
/// assert_eq!(field_of("GracePeriodRemaining0"), Some(Field::RemainingMinutes));
/// assert_eq!(field_of("Last 5 characters of installed product key"), Some(Field::PartialKey));
/// assert_eq!(field_of("shoe size"), None);
/// ```
pub fn field_of(name: &str) -> Option<Field> {
    if name.len() > 120 {
        return None;
    }
    let folded: String =
        name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let word = folded.as_str();
    lookup(word).or_else(|| lookup(word.strip_suffix('0')?)).or_else(|| lookup(word.strip_prefix("ansible")?))
}

fn lookup(word: &str) -> Option<Field> {
    of_machine(word).or_else(|| of_license(word)).or_else(|| of_hosts(word)).or_else(|| unused(word))
}

fn of_machine(word: &str) -> Option<Field> {
    Some(match word {
        "hostname" | "host" | "computer" | "computername" | "machine" | "machinename" | "pscomputername" | "node"
        | "netbiosname" | "systemname" | "csname" | "csystemname" | "devicename" | "device" | "clientname"
        | "server" | "počítač" | "názevpočítače" | "jménopočítače" | "stanice" | "rechner" | "rechnername"
        | "computernamen" | "inventoryhostname" | "netbiosname0" | "resourcename" | "pcname" | "pc" | "workstation"
        | "__server" => Field::HostName,
        "fqdn" | "fullyqualifieddomainname" | "fullyqualifiedname" | "dnshostname" | "fullname" | "dnsname" => {
            Field::Fqdn
        }
        "domain" | "domainname" | "dnsdomain" | "networkname" | "doména" | "domäne" | "workgroup" => Field::Domain,
        "oscaption" | "caption" | "osname" | "osedition" | "operatingsystem" | "os" | "distribution"
        | "operačnísystém" | "betriebssystem" => Field::OsCaption,
        "osbuild" | "buildnumber" | "build" | "osversion" | "kernel" | "distributionversion" => Field::OsBuild,
        "uilanguage" | "language" | "muilanguages" => Field::UiLanguage,
        "site" | "adsite" | "location" | "department" | "office" | "wave" | "group" | "pobočka" | "lokalita"
        | "oddělení" | "standort" | "abteilung" => Field::Site,
        "virtual" | "isvirtual" | "isvirtualmachine" => Field::Virtual,
        "nonpersistent" | "isnonpersistent" | "vdi" => Field::Nonpersistent,
        "softwarelicensingserviceversion" | "serviceversion" => Field::ServiceVersion,
        "cmid" | "clientmachineid" | "clientmachineidcmid" => Field::Cmid,
        "pseudonym" => Field::Pseudonym,
        "collectedat" | "iso8601" | "collected" | "collectiontime" | "timestamp" | "time" | "date" | "scandate"
        | "lastscan" | "lasthwscan" | "inventorydate" | "lastupdated" | "lastinventory" | "datum" | "čas"
        | "zjištěno" => Field::CollectedAt,
        "trustedtime" => Field::TrustedTime,
        _ => return None,
    })
}

fn of_license(word: &str) -> Option<Field> {
    Some(match word {
        "applicationid" | "appid" => Field::ApplicationId,
        "activationid" | "skuid" | "id" | "productskuid" | "sku" => Field::ActivationId,
        "name" | "licensename" | "productname" | "product" | "produkt" | "licencename" | "oslicenseedition"
        | "software" | "edition" | "edice" => Field::Name,
        "description" | "licensedescription" | "productdescription" | "popis" => Field::Description,
        "productkeychannel" | "productkeytype" | "keytype" | "channel" | "oslicensechannel" | "licensechannel"
        | "licensetype" | "typklíče" | "kanál" | "schlüsseltyp" | "productkeytypename" => Field::Channel,
        "partialproductkey"
        | "partialkey"
        | "last5charactersofinstalledproductkey"
        | "last5"
        | "lastfive"
        | "keylast5" => Field::PartialKey,
        "licenseisaddon" | "isaddon" | "addon" => Field::Addon,
        "licensestatus" | "status" | "state" | "oslicensestatus" | "licencestatus" | "licensestate"
        | "lizenzstatus" | "estadodelalicencia" | "stavlicence" | "stav" | "licensestatusname" => Field::State,
        "licensestatusreason" | "statusreason" | "notificationreason" | "reason" | "licensestatuslasterrorcode" => {
            Field::Reason
        }
        "graceperiodremaining"
        | "remainingmin"
        | "remainingminutes"
        | "volumeactivationexpiration"
        | "timeremaining"
        | "remaininggrace"
        | "timebasedactivationexpiration"
        | "automaticvmactivationexpiration"
        | "minutesremaining"
        | "zbývajícíminuty"
        | "zbývámin" => Field::RemainingMinutes,
        "remainingdays"
        | "daysremaining"
        | "days"
        | "graceperiodremainingdays"
        | "remainingday"
        | "zbývádní"
        | "zbývajícídny"
        | "zbývádnů"
        | "resttage"
        | "verbleibendetage" => Field::RemainingDays,
        "graceexpirationdate"
        | "expirationdate"
        | "expiresat"
        | "expires"
        | "expiry"
        | "expirydate"
        | "platnostdo"
        | "expirace" => Field::ExpiresAt,
        "activationinterval" | "vlactivationinterval" | "activationintervalmin" => Field::ActivationInterval,
        "renewalinterval" | "vlrenewalinterval" | "renewalintervalmin" => Field::RenewalInterval,
        "vlactivationtype" | "activationtype" => Field::ActivationType,
        "remainingskurearmcount" | "remainingwindowsrearmcount" | "remainingapprearmcount" | "rearmsleft" => {
            Field::RearmsLeft
        }
        _ => return None,
    })
}

fn of_hosts(word: &str) -> Option<Field> {
    Some(match word {
        "kmshost"
        | "kmsdiscovered"
        | "discoveredkeymanagementservicemachinename"
        | "kmsmachinenamefromdns"
        | "kmsserver"
        | "discoveredkmshost" => Field::KmsHost,
        "kmsport" | "discoveredkeymanagementservicemachineport" => Field::KmsPort,
        "keymanagementservicemachine"
        | "registeredkmsmachinename"
        | "kmsmachineregistryoverridedefined"
        | "kmsfixed"
        | "kmsconfigured" => Field::KmsFixed,
        "iskeymanagementservicemachine" => Field::IsKmsHost,
        _ => return None,
    })
}

/// Values that are full keys.
const SECRETS: &[&str] = &["osproductkey", "oa3xoriginalproductkey", "productkey", "originalproductkey"];

/// What tools write and planning does not need; naming it keeps it from looking unknown.
const UNUSED: &[&str] = &[
    "extendedpid",
    "productkeyid",
    "productkeyid2",
    "osproductid",
    "productid",
    "installationid",
    "offlineinstallationid",
    "betaexpiration",
    "errorcode",
    "errordescription",
    "evaluationenddate",
    "activationtypeconfiguration",
    "configuredactivationtype",
    "dnsautodiscovery",
    "kmshostcaching",
    "kmsmachineextendedpid",
    "kmsmachineipaddress",
    "uselicenseurl",
    "validationurl",
    "productkeyurl",
    "productkeycertificateurl",
    "machineurl",
    "processorurl",
    "processorcertificateurl",
    "machinecertificateurl",
    "licensefamily",
    "licensedependson",
    "genuinestatus",
    "extendedgrace",
    "keymanagementserviceport",
    "keymanagementservicelookupdomain",
    "keymanagementserviceproductkeyid",
    "keymanagementservicecurrentcount",
    "keymanagementservicefailedrequests",
    "requiredclientcount",
    "keymanagementservicelicensedrequests",
    "keymanagementservicenongenuinegracerequests",
    "keymanagementservicenotificationrequests",
    "keymanagementserviceoobgracerequests",
    "keymanagementserviceootgracerequests",
    "keymanagementservicetotalrequests",
    "keymanagementserviceunlicensedrequests",
    "discoveredkeymanagementservicemachineipaddress",
    "adactivationobjectname",
    "adactivationobjectdn",
    "adactivationcsvlkpid",
    "adactivationcsvlkskuid",
    "automaticvmactivationhostdigitalpid2",
    "automaticvmactivationhostmachinename",
    "automaticvmactivationlastactivationtime",
    "iaid",
    "tokenactivationadditionalinfo",
    "tokenactivationcertificatethumbprint",
    "tokenactivationgrantnumber",
    "tokenactivationilid",
    "tokenactivationilvid",
    "vlactivationtypeenabled",
    "oa3xoriginalproductkeydescription",
    "cimclass",
    "cimsystemproperties",
    "ciminstanceproperties",
    "runspaceid",
    "psshowcomputername",
    "additionalinformation",
    "totalrequestsreceived",
    "failedrequestsreceived",
    "currentcount",
    "listeningonport",
    "kmspriority",
    "activationobjectname",
    "aodn",
    "aoextendedpid",
    "aoactivationid",
    "registeredkmssrvrecordlookupdomain",
    "schema",
    "username",
    "lastloggedonuser",
    "macaddress",
    "resourceid",
    "groupid",
    "revisionid",
    "agentid",
];

fn unused(word: &str) -> Option<Field> {
    if SECRETS.contains(&word) {
        return Some(Field::Secret);
    }
    UNUSED.contains(&word).then_some(Field::Ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_tool_fold_to_the_same_fields() {
        let check = |name: &str, field| assert_eq!(field_of(name), Some(field), "{name}");
        check("PSComputerName", Field::HostName);
        check("Node", Field::HostName);
        check("Název počítače", Field::HostName);
        check("FullyQualifiedDomainName", Field::Fqdn);
        check("Partial Product Key", Field::PartialKey);
        check("LICENSE STATUS", Field::State);
        check("Lizenzstatus", Field::State);
        check("Estado de la licencia", Field::State);
        check("Stav licence", Field::State);
        check("SKU ID", Field::ActivationId);
        check("Client Machine ID (CMID)", Field::Cmid);
        check("LicenseStatus0", Field::State);
        check("ansible_os_license_channel", Field::Channel);
        check("ansible_os_product_key", Field::Secret);
        check("OA3xOriginalProductKey", Field::Secret);
        check("Volume activation expiration", Field::RemainingMinutes);
        check("KMS machine registry override defined", Field::KmsFixed);
        assert_eq!(field_of("Beschreibung des Produkts"), None);
        assert_eq!(field_of(&"x".repeat(10_000)), None);
    }
}
