//! Texts: expansion of double quotes, regular expressions, formats.

use std::cell::RefCell;
use std::rc::Rc;

use regex::{Regex, RegexBuilder};
use tree_sitter::Node;

use super::run::{Outcome, Shell, named};
use super::value::{Fields, Value};

impl Shell {
    /// Text in double quotes, with variables, statements and escapes.
    pub fn expand(&mut self, node: Node<'static>) -> Outcome<String> {
        let mut text = String::new();
        let mut at = node.start_byte() + 1;
        for part in named(node) {
            text += &self.literal(at, part.start_byte());
            text += &self.expression(part)?.text();
            at = part.end_byte();
        }
        text += &self.literal(at, node.end_byte() - 1);
        Ok(text)
    }

    /// What stands between the expanded parts, with its escapes.
    fn literal(&self, from: usize, to: usize) -> String {
        let mut text = String::new();
        let mut rest = self.script.text[from..to].chars();
        while let Some(character) = rest.next() {
            match (character, rest.as_str().chars().next()) {
                ('`', Some(escaped)) => {
                    rest.next();
                    text.push(match escaped {
                        'r' => '\r',
                        'n' => '\n',
                        '"' | '$' | '`' => escaped,
                        other => self.refuse(&format!("`{other} is not modelled")),
                    });
                }
                ('"', Some('"')) => {
                    rest.next();
                    text.push('"');
                }
                (other, _) => text.push(other),
            }
        }
        text
    }

    fn pattern(&self, pattern: &str) -> Regex {
        let built = RegexBuilder::new(pattern).case_insensitive(true).build();
        built.unwrap_or_else(|error| self.refuse(&format!("the pattern {pattern}: {error}")))
    }

    /// `-match`, which keeps what it found in `$matches`.
    pub fn find_match(&mut self, pattern: &str, subject: &str) -> bool {
        if pattern.contains('$') && subject.contains('\n') {
            self.refuse("$ before the last line end is not modelled");
        }
        let Some(found) = self.pattern(pattern).captures(subject) else { return false };
        let groups = found.iter().enumerate();
        let groups = groups.filter_map(|(at, group)| Some((at.to_string(), group?.as_str().into())));
        let groups = Fields(groups.collect());
        self.set("matches", Value::Table(Rc::new(RefCell::new(groups))));
        true
    }

    pub fn replace(&self, subject: &str, operands: &[Value]) -> String {
        let [pattern, with] = operands else { self.refuse("-replace takes two operands") };
        if with.text().contains('$') {
            self.refuse("groups in a replacement are not modelled");
        }
        self.pattern(&pattern.text()).replace_all(subject, with.text().as_str()).into_owned()
    }

    pub fn split(&self, subject: &str, pattern: &str) -> Value {
        if pattern.contains('(') {
            self.refuse("-split with groups is not modelled");
        }
        Value::texts(self.pattern(pattern).split(subject))
    }

    /// `-f` with plain places and eight hexadecimal digits.
    pub fn format(&self, format: &str, values: &[Value]) -> String {
        let mut text = format.to_owned();
        for (at, value) in values.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), &value.text());
            let hexadecimal = format!("{{{at}:X8}}");
            if text.contains(&hexadecimal) {
                text = text.replace(&hexadecimal, &format!("{:08X}", value.int()));
            }
        }
        if text.contains(['{', '}']) {
            self.refuse(&format!("the format {format} is not modelled"));
        }
        text
    }
}
