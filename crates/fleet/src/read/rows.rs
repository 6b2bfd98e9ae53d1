//! Rows under a header: separated values, spreadsheets and `Format-Table` all end here.

use super::bag::Bag;
use super::field::{Field, field_of};
use super::group::Groups;
use super::{Context, Mapping};
use crate::verdict::{Doubt, add_doubt};

/// What each column is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    fields: Vec<Option<Field>>,
    /// Headers that nobody knows.
    pub unknown: Vec<String>,
    names_machine: bool,
}

impl Columns {
    /// Reads a header; `None` when it is not that of an inventory. What the person assigned goes first.
    pub fn of<S: AsRef<str>>(header: &[S], mapping: &Mapping) -> Option<Self> {
        let mut unknown = Vec::new();
        let mut fields: Vec<Option<Field>> = Vec::new();
        for name in header {
            let name = name.as_ref().trim();
            let field = mapping.field(name).or_else(|| field_of(name));
            if field.is_none() && !name.is_empty() {
                unknown.push(name.chars().take(60).collect());
            }
            fields.push(field);
        }
        let is_assigned = !mapping.is_empty() && header.iter().any(|name| mapping.field(name.as_ref()).is_some());
        rename_name(&mut fields, header);
        let has = |field: Field| fields.contains(&Some(field));
        let names_machine = has(Field::HostName) || has(Field::Fqdn) || has(Field::Pseudonym);
        let of_license =
            fields.iter().flatten().filter(|field| field.is_of_license() || **field == Field::ExpiresAt).count();
        let is_inventory = of_license >= 2 || (names_machine && of_license >= 1) || (is_assigned && of_license >= 1);
        is_inventory.then_some(Self { fields, unknown, names_machine })
    }

    /// Whether a text of separated values may begin here: most of its columns are known.
    pub fn is_convincing(&self) -> bool {
        let known = self.fields.iter().flatten().count();
        known >= 2 && known * 2 >= self.fields.len()
    }

    /// Reads one row into its machine. Rows without any value are passed over.
    pub fn add<S: AsRef<str>>(&self, groups: &mut Groups, line: u32, cells: &[S], cx: &Context<'_>, is_cut: bool) {
        let mut bag = Bag::at(line);
        for (field, cell) in self.fields.iter().zip(cells) {
            let (Some(field), text) = (*field, cell.as_ref().trim()) else { continue };
            if field == Field::Name
                && let Some(known) = bag.get(Field::Name).filter(|_| !text.is_empty())
            {
                // Product and edition in two columns.
                let joined = format!("{known} {text}");
                bag.replace(Field::Name, &joined);
            } else if !is_null(text) {
                bag.put(field, text, cx.limits.value_chars_max);
            }
        }
        if bag.is_empty() {
            return;
        }
        if is_cut {
            add_doubt(&mut bag.doubts, Doubt::CutOff);
        }
        let machine = bag.split_machine();
        let license = (!bag.is_empty()).then_some(bag);
        let is_nameless = !machine.has(Field::HostName) && !machine.has(Field::Fqdn) && !machine.has(Field::Pseudonym);
        if self.names_machine && is_nameless {
            groups.add_alone(&machine, license);
        } else {
            groups.add(&machine, license);
        }
    }
}

/// `Name` is the license's where the columns are those of a license, else the machine's.
fn rename_name<S: AsRef<str>>(fields: &mut [Option<Field>], header: &[S]) {
    let has = |field: Field| fields.contains(&Some(field));
    let is_of_machine = has(Field::HostName) || has(Field::Fqdn);
    let is_of_license = has(Field::Description) || has(Field::ApplicationId) || has(Field::ActivationId);
    if is_of_machine || is_of_license {
        return;
    }
    let names = header.iter().position(|name| {
        let name = name.as_ref().trim().trim_end_matches('0').to_lowercase();
        name == "name" || name == "jméno" || name == "název"
    });
    if let Some(at) = names {
        fields[at] = Some(Field::HostName);
    }
}

/// How tools write "nothing".
fn is_null(text: &str) -> bool {
    matches!(text, "NULL" | "null" | "N/A" | "n/a" | "-" | "None")
}
