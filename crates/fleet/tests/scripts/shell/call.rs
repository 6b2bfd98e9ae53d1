//! Commands: reading their arguments, binding them to parameters, and finding who answers.

use std::collections::HashMap;

use tree_sitter::Node;

use super::run::{Outcome, Shell, child, children, named};
use super::value::{Block, Value};

/// An argument as it stands in the call.
#[derive(Clone)]
pub enum Argument {
    Parameter(String),
    Value(Value),
}

/// What a call gives.
pub type Given = Vec<Argument>;

/// Arguments of a cmdlet by the full names of its parameters.
pub struct Bound(Vec<(&'static str, Value)>);

impl Bound {
    pub fn get(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_else(|| panic!("-{name} is missing")).text()
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.truth())
    }

    /// Whether errors are to be passed over.
    pub fn is_silent(&self) -> bool {
        self.get("ErrorAction").is_some_and(|value| value.text() == "SilentlyContinue")
    }
}

impl Shell {
    /// Runs one command of a pipeline; `input` is what the stage before it passed on.
    pub fn command(&mut self, node: Node<'static>, input: Option<Vec<Value>>) -> Outcome<Vec<Value>> {
        let name = self.command_name(node)?;
        let given = child(node, "command_elements").map_or(Ok(Vec::new()), |elements| self.elements(elements))?;
        if let Some(block) = self.functions.get(&name.to_lowercase()).copied() {
            if input.is_some() {
                self.refuse("a pipeline into a function is not modelled");
            }
            return self.call(block, given);
        }
        if name.contains('\\') {
            return Ok(self.run_program(&name, given));
        }
        self.cmdlet(&name, given, input)
    }

    fn command_name(&mut self, node: Node<'static>) -> Outcome<String> {
        let name = node.child_by_field_name("command_name").unwrap();
        match name.kind() {
            "command_name" => Ok(self.source(name).to_owned()),
            "command_name_expr" if named(name)[0].kind() == "string_literal" => {
                Ok(self.expression(named(name)[0])?.text())
            }
            other => self.refuse(&format!("{other} as a command is not modelled")),
        }
    }

    fn elements(&mut self, node: Node<'static>) -> Outcome<Given> {
        let mut given = Vec::new();
        let parts: Vec<_> = children(node).collect();
        let mut at = 0;
        while at < parts.len() {
            let part = parts[at];
            let list = parts.get(at + 1).filter(|next| next.kind() == "argument_list");
            at += 1;
            match part.kind() {
                "command_argument_sep" => {}
                "command_parameter" => given.push(Argument::Parameter(self.source(part)[1..].to_owned())),
                "generic_token" => {
                    given.push(Argument::Value(self.source(part).into()));
                    // `Name(value)` is a name and a value.
                    if let Some(list) = list {
                        given.extend(self.arguments(*list)?.into_iter().map(Argument::Value));
                        at += 1;
                    }
                }
                _ => {
                    self.refuse_bracket(part);
                    let value = match list {
                        Some(list) if list.start_byte() == part.end_byte() => {
                            at += 1;
                            self.call_in_argument(part, *list)?
                        }
                        Some(_) => self.refuse("a value beside parentheses is not modelled"),
                        None => self.expression(part)?,
                    };
                    given.push(Argument::Value(value));
                }
            }
        }
        Ok(given)
    }

    /// Among the arguments of a command `[bool]$x` is the text `[bool]True`, not a conversion.
    fn refuse_bracket(&self, node: Node<'static>) {
        let mut reached = vec![node];
        while let Some(node) = reached.pop() {
            if self.source(node).starts_with('[') {
                self.refuse("an argument that begins with [ is text, not a type: put it into parentheses");
            }
            if node.kind() == "array_literal_expression" {
                reached.extend(named(node));
            }
        }
    }

    /// `$value.Method(…)` as an argument, which the grammar gives as two parts.
    fn call_in_argument(&mut self, node: Node<'static>, list: Node<'static>) -> Outcome<Value> {
        let mut access = node;
        while access.kind() != "member_access" {
            if named(access).len() != 1 {
                self.refuse("parentheses after this argument are not modelled");
            }
            access = named(access)[0];
        }
        let parts = named(access);
        let owner = self.expression(parts[0])?;
        let name = self.member_name(parts[1])?;
        let arguments = self.arguments(list)?;
        self.method(&owner, &name, arguments)
    }

    /// Binds by full names; what is left goes to `positions` in their order.
    pub fn bind(
        &self,
        given: &[Argument],
        positions: &[&'static str],
        others: &[&'static str],
        switches: &[&'static str],
    ) -> Bound {
        let mut bound: Vec<(&'static str, Value)> = Vec::new();
        let mut open: Option<&'static str> = None;
        let known = positions.iter().chain(others).chain(&["ErrorAction"]);
        let known: Vec<&'static str> = known.copied().collect();
        let mut loose = Vec::new();
        for argument in given.iter().cloned() {
            match (argument, open.take()) {
                (Argument::Value(value), Some(name)) => bound.push((name, value)),
                (Argument::Value(value), None) => loose.push(value),
                (Argument::Parameter(name), None) => {
                    let is = |candidate: &&&'static str| candidate.eq_ignore_ascii_case(&name);
                    if let Some(switch) = switches.iter().find(is) {
                        bound.push((switch, Value::Bool(true)));
                    } else if let Some(parameter) = known.iter().find(is) {
                        open = Some(parameter);
                    } else {
                        self.refuse(&format!("-{name} is not modelled here"));
                    }
                }
                (Argument::Parameter(_), Some(name)) => self.refuse(&format!("-{name} has no value")),
            }
        }
        if let Some(name) = open {
            self.refuse(&format!("-{name} has no value"));
        }
        let free = positions.iter().filter(|name| !bound.iter().any(|(known, _)| known == *name));
        let free: Vec<_> = free.copied().collect();
        if loose.len() > free.len() {
            self.refuse("more arguments than the command has places for");
        }
        bound.extend(free.into_iter().zip(loose));
        Bound(bound)
    }

    /// The scope that a function, block or script starts with.
    pub fn bind_parameters(&mut self, node: Node<'static>, given: Given) -> Outcome<HashMap<String, Value>> {
        let list = child(node, "function_parameter_declaration")
            .or_else(|| child(node, "param_block"))
            .or_else(|| child(child(node, "script_block")?, "param_block"))
            .and_then(|declaration| child(declaration, "parameter_list"));
        let parameters = list.map(named).unwrap_or_default();
        let mut names = Vec::new();
        let mut scope = HashMap::new();
        let mut kinds = HashMap::new();
        for parameter in parameters {
            let name = self.name_of(child(parameter, "variable").unwrap()).to_lowercase();
            let kind = self.parameter_type(parameter);
            let value = match child(parameter, "script_parameter_default") {
                Some(default) => self.expression(named(default)[0])?,
                None if kind.is_some() && !matches!(kind.as_deref(), Some("hashtable" | "datetime")) => {
                    self.cast(kind.as_deref().unwrap(), Value::Null)?
                }
                None => Value::Null,
            };
            kinds.insert(name.clone(), (kind, self.allowed(parameter)?));
            scope.insert(name.clone(), value);
            names.push(name);
        }
        let mut set = Vec::new();
        let mut open: Option<String> = None;
        for argument in given {
            let (name, value) = match (argument, open.take()) {
                (Argument::Value(value), Some(name)) => (name, value),
                (Argument::Value(value), None) => match names.iter().find(|name| !set.contains(*name)) {
                    Some(name) => (name.clone(), value),
                    None => self.refuse("more arguments than parameters"),
                },
                (Argument::Parameter(given), None) => {
                    let name = given.to_lowercase();
                    match kinds.get(&name) {
                        None => self.refuse(&format!("there is no parameter -{given}")),
                        Some((Some(kind), _)) if kind == "switch" => (name, Value::Bool(true)),
                        Some(_) => {
                            open = Some(name);
                            continue;
                        }
                    }
                }
                (Argument::Parameter(_), Some(name)) => self.refuse(&format!("-{name} has no value")),
            };
            let (kind, allowed) = &kinds[&name];
            if !allowed.is_empty() && !allowed.iter().any(|one| one.equals(&value)) {
                return Err(self.runtime_error(&format!("cannot validate -{name}")));
            }
            let value = kind.as_deref().map_or(Ok(value.clone()), |kind| self.cast(kind, value))?;
            set.push(name.clone());
            scope.insert(name, value);
        }
        Ok(scope)
    }

    fn attributes(parameter: Node<'static>) -> Vec<Node<'static>> {
        child(parameter, "attribute_list").map(named).unwrap_or_default()
    }

    fn parameter_type(&self, parameter: Node<'static>) -> Option<String> {
        let mut attributes = Self::attributes(parameter).into_iter();
        attributes.find_map(|attribute| child(attribute, "type_literal")).map(|kind| self.type_name(kind))
    }

    /// The values of a `ValidateSet`.
    fn allowed(&mut self, parameter: Node<'static>) -> Outcome<Vec<Value>> {
        for attribute in Self::attributes(parameter) {
            let Some(name) = child(attribute, "attribute_name") else { continue };
            match self.source(name).to_lowercase().as_str() {
                "validateset" => {
                    let values = named(child(attribute, "attribute_arguments").unwrap());
                    return values.into_iter().map(|value| self.expression(named(value)[0])).collect();
                }
                "parameter" => {}
                other => self.refuse(&format!("the attribute {other} is not modelled")),
            }
        }
        Ok(Vec::new())
    }

    /// A block that Where-Object, ForEach-Object or Invoke-Command got.
    pub fn block_of(&self, value: Option<Value>) -> Block {
        match value {
            Some(Value::Block(block)) => block,
            _ => self.refuse("a script block is wanted here"),
        }
    }
}
