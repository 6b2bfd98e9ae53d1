//! The licensing services of the stub machine, and the cmdlets that reach them by CIM or WMI.

use crate::machine::{Activation, Install, License};
use crate::shell::call::Given;
use crate::shell::run::{Outcome, Shell};
use crate::shell::value::{Fields, Object, Value};

const PRODUCTS: [&str; 2] = ["SoftwareLicensingProduct", "OfficeSoftwareProtectionProduct"];
const SERVICES: [&str; 2] = ["SoftwareLicensingService", "OfficeSoftwareProtectionService"];

impl Shell {
    pub fn licensing_cmdlet(&mut self, name: &str, given: Given) -> Outcome<Vec<Value>> {
        let has_cim = self.machine.borrow().has_cim;
        match (name, has_cim) {
            ("Get-Command", _) => {
                let bound = self.bind(&given, &["Name"], &[], &[]);
                if bound.text("Name") != "Get-CimInstance" || !bound.is_silent() {
                    self.refuse("Get-Command is modelled for Get-CimInstance only");
                }
                Ok(if has_cim { vec![Object::value("CmdletInfo", vec![])] } else { Vec::new() })
            }
            ("Get-CimInstance", true) => {
                let bound = self.bind(&given, &["ClassName"], &["Filter", "Property"], &[]);
                let known = self.machine.borrow().has_channel;
                let wants = |name: &str| {
                    bound.get("Property").is_some_and(|names| names.list().iter().any(|one| one.text() == name))
                };
                if !known && wants("ProductKeyChannel") {
                    return Err(self.service_error(0x8004_1017, false));
                }
                self.instances(&bound.text("ClassName"), bound.get("Filter"))
            }
            ("Get-WmiObject", false) => {
                let bound = self.bind(&given, &["Class"], &["Filter"], &["List"]);
                let class = bound.text("Class");
                if bound.has("List") {
                    let is_there = self.machine.borrow().has_class(&class);
                    let found =
                        is_there.then(|| Object::value("ManagementClass", vec![("Name", class.as_str().into())]));
                    return Ok(found.into_iter().collect());
                }
                self.instances(&class, bound.get("Filter"))
            }
            ("Get-CimClass", true) => {
                let class = self.bind(&given, &["ClassName"], &[], &[]).text("ClassName");
                if !self.machine.borrow().has_class(&class) {
                    return Err(self.service_error(0x8004_1002, false));
                }
                Ok(vec![Object::value("CimClass", vec![("CimClassName", class.as_str().into())])])
            }
            ("Invoke-CimMethod", true) => {
                let bound = self.bind(&given, &["InputObject", "MethodName"], &["Arguments"], &[]);
                let Some(Value::Object(instance)) = bound.get("InputObject") else {
                    self.refuse("Invoke-CimMethod on what is no instance")
                };
                let with = match bound.get("Arguments") {
                    None => None,
                    Some(Value::Table(fields)) => Some(fields.borrow().clone()),
                    Some(other) => self.refuse(&format!("-Arguments {}", other.kind())),
                };
                self.invoke(&instance, &bound.text("MethodName"), with).map(|answer| vec![answer])
            }
            (name, _) => self.refuse(&format!("the command {name} is not known here")),
        }
    }

    /// The rows of a class, as they are now: later changes do not reach them.
    fn instances(&self, class: &str, filter: Option<Value>) -> Outcome<Vec<Value>> {
        let broken = self.machine.borrow().broken;
        if let Some(code) = broken {
            return Err(self.service_error(code, false));
        }
        if !self.machine.borrow().has_class(class) {
            return Err(self.service_error(0x8004_1010, false));
        }
        let machine = self.machine.borrow();
        let kind = if machine.has_cim { "CimInstance" } else { "ManagementObject" };
        if SERVICES.contains(&class) {
            let version = ("Version", Value::from("10.0.19041.1"));
            let number = ("ClientMachineID", Value::from("11111111-2222-4333-8444-555555555699"));
            return Ok(vec![Object::with_handle(kind, usize::MAX, vec![("Class", class.into()), version, number])]);
        }
        if let Some(fields) = machine.system_class(class) {
            return Ok(vec![Object::value(kind, fields)]);
        }
        let wanted = filter.map(|filter| filter.text()).unwrap_or_default();
        let rows = machine.licenses.iter().enumerate();
        let rows = rows.filter(|(_, license)| license.class == class && self.fits(license, &wanted));
        Ok(rows.map(|(at, license)| Object::with_handle(kind, at, license.fields(machine.has_channel))).collect())
    }

    /// The conditions that the scripts write.
    fn fits(&self, license: &License, filter: &str) -> bool {
        filter.split(" AND ").filter(|condition| !condition.is_empty()).all(|condition| {
            if matches!(condition, "PartialProductKey <> null" | "PartialProductKey IS NOT NULL") {
                return license.tail.is_some();
            }
            match condition.strip_prefix("ApplicationID='").and_then(|rest| rest.strip_suffix('\'')) {
                Some(id) => license.application.eq_ignore_ascii_case(id),
                None => self.refuse(&format!("the condition {condition} is not modelled")),
            }
        })
    }

    /// A method of the service or of a license.
    pub fn invoke(&mut self, instance: &Object, method: &str, with: Option<Fields>) -> Outcome<Value> {
        let is_service = instance.handle == usize::MAX;
        let class = if is_service { instance.fields.borrow().get("Class").unwrap().text() } else { String::new() };
        let key = with.and_then(|with| with.get("ProductKey")).map(|key| key.text());
        // What is written down here is searched for keys; the one argument that may hold one is not.
        self.machine.borrow_mut().calls.push(format!("{class} {method}").trim().to_owned());
        let answer = match (is_service, method, key) {
            (true, "InstallProductKey", Some(key)) => self.install(&key),
            (true, "RefreshLicenseStatus", None) => self.machine.borrow().refresh.map_or(Ok(()), Err),
            (false, "UninstallProductKey", None) => self.uninstall(instance.handle),
            (false, "Activate", None) => self.activate(instance.handle),
            _ => self.refuse(&format!("{method} is not modelled")),
        };
        match answer {
            Ok(()) => Ok(Object::value("MethodResult", vec![("ReturnValue", Value::Int(0))])),
            Err(code) => Err(self.service_error(code, true)),
        }
    }

    fn install(&self, key: &str) -> Result<(), u32> {
        let mut machine = self.machine.borrow_mut();
        machine.installed.push(key.to_owned());
        let Some((_, effect)) = machine.keys.iter().find(|(known, _)| *known == key) else { return Err(0xC004_F050) };
        match effect.clone() {
            Install::Fails(code) => Err(code),
            Install::Nothing => Ok(()),
            Install::Puts { mut license, replaces } => {
                license.tail = Some(key[key.len() - 5..].to_owned());
                for old in &mut machine.licenses {
                    if replaces.is_some() && old.tail.as_deref() == replaces {
                        old.tail = None;
                    }
                }
                machine.licenses.push(license);
                Ok(())
            }
        }
    }

    fn uninstall(&self, handle: usize) -> Result<(), u32> {
        let mut machine = self.machine.borrow_mut();
        if let Some(code) = machine.uninstall {
            return Err(code);
        }
        machine.licenses[handle].tail = None;
        Ok(())
    }

    fn activate(&self, handle: usize) -> Result<(), u32> {
        let mut machine = self.machine.borrow_mut();
        let license = &mut machine.licenses[handle];
        license.activations += 1;
        match license.activation {
            Activation::Succeeds => license.status = 1,
            Activation::Stays(status) => license.status = status,
            Activation::Fails(code) => return Err(code),
            Activation::Vanishes => license.tail = None,
        }
        Ok(())
    }
}

/// Whether the class is one that a machine can have.
pub fn is_class(class: &str) -> bool {
    PRODUCTS.contains(&class) || SERVICES.contains(&class)
}
