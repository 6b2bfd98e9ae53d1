//! Expressions: operators, literals, variables, members, assignments.

use std::cell::RefCell;
use std::rc::Rc;

use tree_sitter::Node;

use super::run::{Outcome, Shell, child, children, named};
use super::value::{Block, Fields, Value};

impl Shell {
    /// A pipeline as a statement: what it emits goes to `out`.
    pub fn pipeline(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let parts = named(node);
        if parts.len() != 1 {
            self.refuse("&& and || are not known to Windows PowerShell");
        }
        if parts[0].kind() == "assignment_expression" {
            return self.assign(parts[0]);
        }
        let stages = named(parts[0]);
        if stages.len() == 1 && stages[0].kind() != "command" {
            self.expression(stages[0])?.emit(out);
            return Ok(());
        }
        let mut flowing = Vec::new();
        for (at, stage) in stages.into_iter().enumerate() {
            flowing = if stage.kind() == "command" {
                let input = (at > 0).then_some(flowing);
                self.command(stage, input)?
            } else if at == 0 {
                let value = self.expression(stage)?;
                if value.is_null() {
                    self.refuse("$null into a pipeline passes once, and not always the same way: write @( )");
                }
                let mut values = Vec::new();
                value.emit(&mut values);
                values
            } else {
                self.refuse(&format!("{} in a pipeline is not modelled", stage.kind()))
            };
        }
        out.append(&mut flowing);
        Ok(())
    }

    /// A statement where a value is wanted. An expression keeps its array; commands give what they emitted.
    pub fn value_of(&mut self, node: Node<'static>) -> Outcome<Value> {
        if node.kind() == "pipeline" {
            let parts = named(node);
            if parts.len() == 1 && parts[0].kind() == "pipeline_chain" {
                let stages = named(parts[0]);
                if stages.len() == 1 && stages[0].kind() != "command" {
                    return self.expression(stages[0]);
                }
            }
        }
        let mut out = Vec::new();
        if node.kind() == "pipeline" {
            self.pipeline(node, &mut out)?;
        } else {
            self.statement(node, &mut out)?;
        }
        Ok(Value::collapse(out))
    }

    fn assign(&mut self, node: Node<'static>) -> Outcome {
        let mut target = child(node, "left_assignment_expression").unwrap();
        while named(target).len() == 1 && !matches!(target.kind(), "variable" | "member_access" | "element_access") {
            target = named(target)[0];
        }
        let operator = self.source(child(node, "assignement_operator").unwrap());
        let mut value = self.value_of(node.child_by_field_name("value").unwrap())?;
        match operator {
            "=" => {}
            "+=" => {
                let old = self.expression(target)?;
                value = self.plus(&old, &value);
            }
            other => self.refuse(&format!("{other} is not modelled")),
        }
        let parts = named(target);
        match target.kind() {
            "variable" => {
                let name = self.name_of(target);
                self.set(&name, value);
            }
            "member_access" => {
                let owner = self.expression(parts[0])?;
                let name = self.member_name(parts[1])?;
                self.set_member(&owner, &name, value)?;
            }
            "element_access" => {
                let owner = self.expression(parts[0])?;
                let key = self.expression(parts[1])?.text();
                match &owner {
                    Value::Table(fields) => fields.borrow_mut().set(&key, value),
                    Value::Object(object) if object.kind == "MethodParameters" => {
                        object.fields.borrow_mut().set(&key, value);
                    }
                    other => self.refuse(&format!("an element of {} cannot be set", other.kind())),
                }
            }
            other => self.refuse(&format!("assignment to {other} is not modelled")),
        }
        Ok(())
    }

    pub fn name_of(&self, node: Node<'_>) -> String {
        let source = self.source(node);
        if source.starts_with('@') {
            self.refuse("splatting is not modelled");
        }
        source.trim_start_matches('$').trim_matches(['{', '}']).to_owned()
    }

    fn variable(&self, node: Node<'_>) -> Value {
        let name = self.name_of(node);
        if let Some((drive, rest)) = name.split_once(':') {
            if !drive.eq_ignore_ascii_case("env") {
                self.refuse(&format!("{drive}: is not modelled"));
            }
            return self.machine.borrow().variable(rest).map_or(Value::Null, Value::from);
        }
        match name.to_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => self.get(&name).unwrap_or_else(|| self.refuse(&format!("${name} was never set"))),
        }
    }

    pub fn expression(&mut self, node: Node<'static>) -> Outcome<Value> {
        let parts = named(node);
        match node.kind() {
            "variable" | "braced_variable" => Ok(self.variable(node)),
            "verbatim_string_characters" => {
                let source = self.source(node);
                Ok(source[1..source.len() - 1].replace("''", "'").into())
            }
            "expandable_string_literal" => self.expand(node).map(Value::from),
            "decimal_integer_literal" => match self.source(node).parse() {
                Ok(number) => Ok(Value::Int(number)),
                Err(_) => self.refuse("only numbers of 32 bits are modelled"),
            },
            "hexadecimal_integer_literal" => match u32::from_str_radix(&self.source(node)[2..], 16) {
                Ok(number) => Ok(Value::Int(number.cast_signed())),
                Err(_) => self.refuse("only numbers of 32 bits are modelled"),
            },
            "type_literal" => Ok(Value::Type(self.type_name(node).into())),
            "parenthesized_expression" => self.value_of(parts[0]),
            "array_expression" | "sub_expression" => {
                let mut out = Vec::new();
                if let Some(list) = parts.first() {
                    self.statements(*list, &mut out)?;
                }
                Ok(if node.kind() == "array_expression" { Value::array(out) } else { Value::collapse(out) })
            }
            "hash_literal_expression" => self.table(node),
            "script_block_expression" => Ok(Value::Block(Block { node, script: self.script })),
            "member_access" => self.member_access(node),
            "invokation_expression" => self.invocation(node),
            "element_access" => {
                let owner = self.expression(parts[0])?;
                let key = self.expression(parts[1])?;
                Ok(self.element(&owner, &key))
            }
            "post_increment_expression" => {
                let name = self.name_of(parts[0]);
                let next = self.variable(parts[0]).int() + 1;
                self.set(&name, Value::Int(next));
                Ok(Value::Nothing)
            }
            "expression_with_unary_operator" => self.unary(node),
            "cast_expression" => {
                let value = self.expression(parts[1])?;
                let kind = self.type_name(parts[0]);
                self.cast(&kind, value)
            }
            "array_literal_expression" if parts.len() > 1 => {
                let values: Outcome<Vec<_>> = parts.into_iter().map(|part| self.expression(part)).collect();
                values.map(Value::array)
            }
            _ if parts.len() == 1 && node.child_count() == 1 => self.expression(parts[0]),
            kind if kind.ends_with("_expression") => self.binary(node),
            other => self.refuse(&format!("the expression {other} is not modelled")),
        }
    }

    pub fn type_name(&self, node: Node<'_>) -> String {
        let source = self.source(node);
        source[1..source.len() - 1].to_lowercase()
    }

    fn unary(&mut self, node: Node<'static>) -> Outcome<Value> {
        let first = node.child(0).unwrap();
        if first.is_named() {
            return self.expression(first);
        }
        let value = self.expression(named(node)[0])?;
        match self.source(first).to_lowercase().as_str() {
            "-not" | "!" => Ok(Value::Bool(!value.truth())),
            "," => Ok(Value::array(vec![value])),
            "-" => Ok(Value::Int(-value.int())),
            other => self.refuse(&format!("{other} is not modelled")),
        }
    }

    fn table(&mut self, node: Node<'static>) -> Outcome<Value> {
        let mut fields = Fields::default();
        for entry in child(node, "hash_literal_body").map(named).unwrap_or_default() {
            let parts = named(entry);
            let key = self.member_name(named(parts[0])[0])?;
            let value = self.value_of(parts[1])?;
            fields.set(&key, value);
        }
        Ok(Value::Table(Rc::new(RefCell::new(fields))))
    }

    fn element(&self, owner: &Value, key: &Value) -> Value {
        match (owner, key) {
            (Value::Array(values), Value::Int(at)) => {
                let from_end = if *at < 0 { values.len() } else { 0 };
                let at = from_end.checked_add_signed(isize::try_from(*at).unwrap());
                at.and_then(|at| values.get(at).cloned()).unwrap_or(Value::Null)
            }
            (Value::Array(_), Value::Array(keys)) => {
                Value::array(keys.iter().map(|key| self.element(owner, key)).collect())
            }
            (Value::Table(fields), key) => fields.borrow().get(&key.text()).unwrap_or(Value::Null),
            (owner, key) => self.refuse(&format!("{} of {} is not modelled", key.kind(), owner.kind())),
        }
    }

    pub fn member_name(&mut self, node: Node<'static>) -> Outcome<String> {
        let inner = if node.kind() == "member_name" { named(node)[0] } else { node };
        if inner.kind() == "simple_name" {
            return Ok(self.source(inner).to_owned());
        }
        Ok(self.expression(inner)?.text())
    }

    fn member_access(&mut self, node: Node<'static>) -> Outcome<Value> {
        let parts = named(node);
        let owner = self.expression(parts[0])?;
        let name = self.member_name(parts[1])?;
        if child(node, "::").is_some() {
            return Ok(self.static_member(&owner, &name));
        }
        Ok(self.member(&owner, &name))
    }

    fn invocation(&mut self, node: Node<'static>) -> Outcome<Value> {
        let parts = named(node);
        let owner = self.expression(parts[0])?;
        let name = self.member_name(parts[1])?;
        let arguments = self.arguments(parts[2])?;
        if child(node, "::").is_some() {
            return self.static_method(&owner, &name, arguments);
        }
        self.method(&owner, &name, arguments)
    }

    /// The values of `(a, b)` after a method's name.
    pub fn arguments(&mut self, node: Node<'static>) -> Outcome<Vec<Value>> {
        let list = child(node, "argument_expression_list").map(named).unwrap_or_default();
        list.into_iter().map(|argument| self.expression(argument)).collect()
    }

    /// Operators between two operands, evaluated from left to right; the logical ones stop early.
    fn binary(&mut self, node: Node<'static>) -> Outcome<Value> {
        let parts: Vec<_> = children(node).collect();
        if parts.len() != 3 {
            self.refuse(&format!("{} of {} parts is not modelled", node.kind(), parts.len()));
        }
        let operator = self.source(parts[1]).to_lowercase();
        let left = self.expression(parts[0])?;
        match operator.as_str() {
            "-and" if !left.truth() => return Ok(Value::Bool(false)),
            "-or" if left.truth() => return Ok(Value::Bool(true)),
            _ => {}
        }
        let right = self.expression(parts[2])?;
        self.operate(&operator, &left, &right)
    }

    fn operate(&mut self, operator: &str, left: &Value, right: &Value) -> Outcome<Value> {
        let is = |is: bool| Ok(Value::Bool(is));
        if matches!(left, Value::Array(_)) && matches!(operator, "-eq" | "-ne" | "-match" | "-gt" | "-lt" | "-ge") {
            self.refuse("a comparison that filters an array is not modelled");
        }
        match operator {
            "-and" | "-or" => is(right.truth()),
            "-eq" => is(left.equals(right)),
            "-ne" => is(!left.equals(right)),
            "-gt" => is(left.number() > right.number()),
            "-ge" => is(left.number() >= right.number()),
            "-lt" => is(left.number() < right.number()),
            "-le" => is(left.number() <= right.number()),
            "-contains" => is(left.list().iter().any(|item| item.equals(right))),
            "-notcontains" => is(!left.list().iter().any(|item| item.equals(right))),
            "-is" => match right {
                Value::Type(name) if &**name == "int" => is(matches!(left, Value::Int(_))),
                other => self.refuse(&format!("-is {} is not modelled", other.kind())),
            },
            "-band" => Ok(Value::Int(left.int() & right.int())),
            "-bor" => Ok(Value::Int(left.int() | right.int())),
            "-match" => is(self.find_match(&right.text(), &left.text())),
            "-replace" => Ok(self.replace(&left.text(), &right.list()).into()),
            "-split" => Ok(self.split(&left.text(), &right.text())),
            "-join" => {
                let texts: Vec<_> = left.list().iter().map(Value::text).collect();
                Ok(texts.join(&right.text()).into())
            }
            "-f" => Ok(self.format(&left.text(), &right.list()).into()),
            ".." => Ok(Value::array((left.int()..=right.int()).map(Value::Int).collect())),
            "+" => Ok(self.plus(left, right)),
            "-" => match (left, right) {
                (Value::Time(left), Value::Time(right)) => {
                    Ok(Value::Span(f64::from(i32::try_from(left - right).unwrap())))
                }
                _ => Ok(Value::Int(left.int() - right.int())),
            },
            "*" => Ok(Value::Int(left.int() * right.int())),
            "/" if left.int() % right.int() == 0 => Ok(Value::Int(left.int() / right.int())),
            "/" => Ok(Value::Number(left.number() / right.number())),
            other => self.refuse(&format!("{other} is not modelled")),
        }
    }

    fn plus(&self, left: &Value, right: &Value) -> Value {
        match (left, right) {
            (Value::Array(values), right) => {
                let mut values = values.to_vec();
                match right {
                    Value::Array(more) => values.extend(more.iter().cloned()),
                    other => values.push(other.clone()),
                }
                Value::array(values)
            }
            (Value::Text(left), right) => format!("{left}{}", right.text()).into(),
            (Value::Int(left), Value::Int(right)) => Value::Int(left + right),
            (left, right) => self.refuse(&format!("{} + {} is not modelled", left.kind(), right.kind())),
        }
    }

    /// `[type] value`, for parameters too.
    pub fn cast(&mut self, kind: &str, value: Value) -> Outcome<Value> {
        match kind {
            "string" => Ok(value.text().into()),
            "bool" | "switch" => Ok(Value::Bool(value.truth())),
            "int" => match value {
                Value::Text(text) => match text.trim().parse() {
                    Ok(number) => Ok(Value::Int(number)),
                    Err(_) => Err(self.runtime_error(&format!("cannot convert '{text}' to Int32"))),
                },
                // Halves go to the even neighbour.
                Value::Number(number) => match format!("{:.0}", number.round_ties_even()).parse() {
                    Ok(number) => Ok(Value::Int(number)),
                    Err(_) => self.refuse("only numbers of 32 bits are modelled"),
                },
                Value::Bool(is) => Ok(Value::Int(i32::from(is))),
                Value::Null | Value::Nothing => Ok(Value::Int(0)),
                other => Ok(Value::Int(other.int())),
            },
            "hashtable" if value.is_null() => Ok(Value::Null),
            "hashtable" if matches!(value, Value::Table(_)) => Ok(value),
            "datetime" if matches!(value, Value::Time(_)) => Ok(value),
            "string[]" => Ok(Value::texts(value.list().iter().map(Value::text))),
            _ => self.refuse(&format!("[{kind}] of {} is not modelled", value.kind())),
        }
    }
}
