//! A license or machine as named values, before anything is interpreted.

use super::field::Field;
use crate::verdict::Doubt;

/// Named values in the order in which they stood; the first of a name counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bag {
    /// Line, row or element where it begins.
    pub line: u32,
    values: Vec<(Field, String)>,
    /// What was assumed while the values were found.
    pub doubts: Vec<Doubt>,
}

impl Bag {
    /// Nothing yet, beginning at `line`.
    pub fn at(line: u32) -> Self {
        Self { line, ..Self::default() }
    }

    /// Adds a value; blank values, secrets and what is of no use are left out.
    pub fn put(&mut self, field: Field, value: &str, chars_max: usize) {
        let value = value.trim();
        if value.is_empty() || matches!(field, Field::Ignored | Field::Secret) || self.get(field).is_some() {
            return;
        }
        self.values.push((field, value.chars().take(chars_max).collect()));
    }

    /// Puts another value in the place of the one that is known.
    pub fn replace(&mut self, field: Field, value: &str) {
        self.values.retain(|(known, _)| *known != field);
        self.values.push((field, value.to_owned()));
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// Whether a value of this field is known.
    pub fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether it describes a license: at least two of its typical fields, or one that stands for it.
    pub fn is_license(&self) -> bool {
        let typical = self.values.iter().filter(|(field, _)| field.is_of_license()).count();
        typical >= 2 || self.has(Field::Description)
    }

    /// Takes what `other` knows and this does not.
    pub fn fill(&mut self, other: &Self) {
        for (field, value) in &other.values {
            if !self.has(*field) {
                self.values.push((*field, value.clone()));
            }
        }
        for doubt in &other.doubts {
            crate::verdict::add_doubt(&mut self.doubts, *doubt);
        }
    }

    /// Moves the values of the machine out of a bag that holds both.
    pub fn split_machine(&mut self) -> Self {
        let mut machine = Self::at(self.line);
        let (of_machine, of_license) =
            std::mem::take(&mut self.values).into_iter().partition(|(field, _)| field.is_of_machine());
        machine.values = of_machine;
        self.values = of_license;
        machine
    }
}
