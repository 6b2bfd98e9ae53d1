//! Which of the licenses of one input belong to one machine.

use std::collections::HashMap;

use super::bag::Bag;
use super::build::Machine;
use super::field::Field;

/// Machines in the order in which they first appear.
#[derive(Debug, Default)]
pub struct Groups {
    machines: Vec<Machine>,
    by_name: HashMap<String, usize>,
    nameless: Option<usize>,
}

impl Groups {
    /// Adds what one row or object says: the machine's values, and a license if there is one.
    pub fn add(&mut self, machine: &Bag, license: Option<Bag>) {
        let at = match name_of(machine) {
            Some(name) => *self.by_name.entry(name).or_insert(self.machines.len()),
            None => *self.nameless.get_or_insert(self.machines.len()),
        };
        self.put(at, machine, license);
    }

    /// Adds a row whose column for the machine's name is blank: nothing says that two of them are one machine.
    pub fn add_alone(&mut self, machine: &Bag, license: Option<Bag>) {
        self.put(self.machines.len(), machine, license);
    }

    fn put(&mut self, at: usize, machine: &Bag, license: Option<Bag>) {
        if at == self.machines.len() {
            self.machines.push(Machine { bag: Bag::at(machine.line), licenses: Vec::new() });
        }
        let known = &mut self.machines[at];
        known.bag.fill(machine);
        known.licenses.extend(license);
    }

    /// How many machines there are.
    pub fn len(&self) -> usize {
        self.machines.len()
    }

    /// The machines.
    pub fn into_machines(self) -> Vec<Machine> {
        self.machines
    }
}

/// Name that tells machines of one input apart, the domain included where it stands beside the name.
fn name_of(machine: &Bag) -> Option<String> {
    let name = machine.get(Field::Fqdn).or(machine.get(Field::HostName)).or(machine.get(Field::Pseudonym))?;
    let domain = machine.get(Field::Domain).unwrap_or_default();
    Some(format!("{name}\n{domain}").to_lowercase())
}
