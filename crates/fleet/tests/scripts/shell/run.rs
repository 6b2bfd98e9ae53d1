//! Statements: blocks, branches, loops, functions, errors, and the record of what was executed.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use tree_sitter::{Node, Parser};

use super::value::{Block, Object, Script, Value};
use crate::machine::Machine;

/// How a statement ends other than by being done.
pub enum Flow {
    Throw(Value),
    Return,
    Exit(i32),
    Continue,
}

pub type Outcome<T = ()> = Result<T, Flow>;

/// A place in a script that has been executed: a statement, or one way out of a condition.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mark {
    pub script: &'static str,
    pub line: usize,
    pub start: usize,
    pub end: usize,
    pub way: &'static str,
}

/// The evaluator. It knows what our scripts use and panics at everything else, with the line.
pub struct Shell {
    pub machine: Rc<RefCell<Machine>>,
    pub script: Script,
    pub line: usize,
    /// Innermost last. Reads look through all of them, writes go to the last.
    pub scopes: Vec<HashMap<String, Value>>,
    pub functions: HashMap<String, Block>,
    /// Errors whose `catch` is being run, for a bare `throw`.
    caught: Vec<Value>,
    pub seen: Rc<RefCell<BTreeSet<Mark>>>,
}

thread_local! {
    static PARSED: RefCell<HashMap<String, (&'static str, Node<'static>)>> = RefCell::default();
}

/// A text and its tree, which live as long as the test; each text is parsed once. Panics at what is no PowerShell.
pub fn parse(text: &str) -> (&'static str, Node<'static>) {
    if let Some(known) = PARSED.with_borrow(|parsed| parsed.get(text).copied()) {
        return known;
    }
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let tree = Box::leak(Box::new(parser.parse(text, None).unwrap()));
    assert!(!tree.root_node().has_error(), "the grammar does not accept the script");
    PARSED.with_borrow_mut(|parsed| parsed.insert(text.to_owned(), (text, tree.root_node())));
    (text, tree.root_node())
}

pub fn children(node: Node<'static>) -> impl Iterator<Item = Node<'static>> {
    (0..node.child_count())
        .filter_map(move |at| node.child(u32::try_from(at).unwrap()))
        .filter(|child| child.kind() != "comment")
}

pub fn named(node: Node<'static>) -> Vec<Node<'static>> {
    children(node).filter(Node::is_named).collect()
}

pub fn child(node: Node<'static>, kind: &str) -> Option<Node<'static>> {
    children(node).find(|child| child.kind() == kind)
}

/// The mark of a place.
pub fn mark(script: Script, node: Node<'_>, way: &'static str) -> Mark {
    let (start, end) = (node.start_byte(), node.end_byte());
    Mark { script: script.name, line: node.start_position().row + 1, start, end, way }
}

impl Shell {
    pub fn new(machine: &Rc<RefCell<Machine>>, seen: &Rc<RefCell<BTreeSet<Mark>>>, script: Script) -> Self {
        Self {
            machine: Rc::clone(machine),
            script,
            line: 1,
            scopes: vec![HashMap::new()],
            functions: HashMap::new(),
            caught: Vec::new(),
            seen: Rc::clone(seen),
        }
    }

    /// Nothing is guessed: what is not known ends the test.
    pub fn refuse(&self, what: &str) -> ! {
        panic!("{} line {}: {what}", self.script.name, self.line)
    }

    pub fn source(&self, node: Node<'_>) -> &'static str {
        &self.script.text[node.byte_range()]
    }

    fn passed(&self, node: Node<'_>, way: &'static str) {
        self.seen.borrow_mut().insert(mark(self.script, node, way));
    }

    /// An error as `catch` finds it.
    pub fn error(exception: Value, id: &str) -> Flow {
        Flow::Throw(Object::value("ErrorRecord", vec![("Exception", exception), ("FullyQualifiedErrorId", id.into())]))
    }

    /// An error that the engine or `throw 'text'` makes.
    pub fn runtime_error(&self, message: &str) -> Flow {
        Self::error(self.exception("RuntimeException", message, 0x8013_1501, Value::Null), message)
    }

    /// An exception. Before .NET 4.5, so under PowerShell 2, `HResult` could not be read from outside.
    pub fn exception(&self, kind: &'static str, message: &str, result: u32, inner: Value) -> Value {
        let mut fields = vec![("Message", message.into()), ("InnerException", inner)];
        if self.machine.borrow().has_cim {
            fields.push(("HResult", Value::Int(result.cast_signed())));
        }
        Object::value(kind, fields)
    }

    /// Runs the statements of a list, block or script body.
    pub fn statements(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        for child in named(node) {
            match child.kind() {
                "statement_list" | "script_block" | "script_block_body" => self.statements(child, out)?,
                "param_block" => {}
                _ => self.statement(child, out)?,
            }
        }
        Ok(())
    }

    pub fn statement(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        self.line = node.start_position().row + 1;
        if node.kind() != "function_statement" {
            self.passed(node, "statement");
        }
        match node.kind() {
            "pipeline" => self.pipeline(node, out),
            "if_statement" => self.branch(node, out),
            "foreach_statement" => self.foreach(node, out),
            "for_statement" => self.count(node, out),
            "while_statement" => self.repeat(node, out),
            "switch_statement" => self.switch(node, out),
            "try_statement" => self.attempt(node, out),
            "flow_control_statement" => self.leave(node, out),
            "function_statement" => {
                let name = self.source(child(node, "function_name").unwrap()).to_lowercase();
                self.functions.insert(name, Block { node, script: self.script });
                Ok(())
            }
            "empty_statement" => Ok(()),
            other => self.refuse(&format!("the statement {other} is not modelled")),
        }
    }

    fn block(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        child(node, "statement_block").map_or(Ok(()), |block| self.statements(block, out))
    }

    fn condition(&mut self, node: Node<'static>) -> Outcome<bool> {
        let is_met = self.value_of(node)?.truth();
        self.passed(node, if is_met { "true" } else { "false" });
        Ok(is_met)
    }

    fn branch(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        if self.condition(node.child_by_field_name("condition").unwrap())? {
            return self.block(node, out);
        }
        for clause in child(node, "elseif_clauses").map(named).unwrap_or_default() {
            if self.condition(clause.child_by_field_name("condition").unwrap())? {
                return self.block(clause, out);
            }
        }
        child(node, "else_clause").map_or(Ok(()), |clause| self.block(clause, out))
    }

    fn foreach(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let variable = self.name_of(child(node, "variable").unwrap());
        let values = self.value_of(child(node, "pipeline").unwrap())?;
        if values.is_null() {
            self.refuse("foreach over $null runs once in PowerShell 2 and never later: write @( )");
        }
        for value in values.list() {
            self.set(&variable, value);
            match self.block(node, out) {
                Err(Flow::Continue) => {}
                other => other?,
            }
        }
        Ok(())
    }

    fn count(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let part = |kind| named(child(node, kind).unwrap_or_else(|| panic!("a for loop without {kind}")))[0];
        self.pipeline(part("for_initializer"), &mut Vec::new())?;
        while self.condition(part("for_condition"))? {
            self.block(node, out)?;
            self.pipeline(part("for_iterator"), &mut Vec::new())?;
        }
        Ok(())
    }

    fn repeat(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let condition = named(node.child_by_field_name("condition").unwrap())[0];
        while self.condition(condition)? {
            self.block(node, out)?;
        }
        Ok(())
    }

    /// `switch -Regex`: every case that fits runs, unless one returns; `default` where none did.
    fn switch(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let kind = child(node, "switch_parameters").map(|kind| self.source(kind).to_lowercase());
        if kind.as_deref() != Some("-regex") {
            self.refuse("only switch -Regex is modelled");
        }
        let pipeline = child(child(node, "switch_condition").unwrap(), "pipeline").unwrap();
        let Value::Text(subject) = self.value_of(pipeline)? else { self.refuse("switch over a string only") };
        let mut is_matched = false;
        for clause in named(child(child(node, "switch_body").unwrap(), "switch_clauses").unwrap()) {
            if clause.kind() != "switch_clause" {
                continue;
            }
            let condition = child(clause, "switch_clause_condition").unwrap();
            let fits = if self.source(condition).eq_ignore_ascii_case("default") {
                !is_matched
            } else {
                let pattern = self.expression(named(condition)[0])?.text();
                self.find_match(&pattern, &subject)
            };
            if fits {
                is_matched = true;
                self.passed(clause, "case");
                self.block(clause, out)?;
            }
        }
        Ok(())
    }

    fn attempt(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let mut ended = self.block(node, out);
        if let (Err(Flow::Throw(record)), Some(clauses)) = (&ended, child(node, "catch_clauses")) {
            let clause = named(clauses)[0];
            if named(clauses).len() != 1 || child(clause, "catch_type_list").is_some() {
                self.refuse("catch of one kind of error is not modelled");
            }
            let record = record.clone();
            self.passed(clause, "caught");
            let before = self.get("_");
            self.set("_", record.clone());
            self.caught.push(record);
            ended = self.block(clause, out);
            self.caught.pop();
            self.set("_", before.unwrap_or(Value::Null));
        }
        if let Some(finally) = child(node, "finally_clause") {
            self.block(finally, out)?;
        }
        ended
    }

    fn leave(&mut self, node: Node<'static>, out: &mut Vec<Value>) -> Outcome {
        let word = self.source(node.child(0).unwrap()).to_lowercase();
        let pipeline = child(node, "pipeline");
        match word.as_str() {
            "return" => {
                if let Some(pipeline) = pipeline {
                    self.pipeline(pipeline, out)?;
                }
                Err(Flow::Return)
            }
            "exit" => {
                let code = pipeline.map_or(Ok(Value::Int(0)), |pipeline| self.value_of(pipeline))?;
                Err(Flow::Exit(code.int()))
            }
            "continue" => Err(Flow::Continue),
            "throw" => match pipeline {
                Some(pipeline) => {
                    let message = self.value_of(pipeline)?.text();
                    Err(self.runtime_error(&message))
                }
                None => match self.caught.last() {
                    Some(record) => Err(Flow::Throw(record.clone())),
                    None => self.refuse("throw without anything to throw"),
                },
            },
            other => self.refuse(&format!("{other} is not modelled")),
        }
    }

    /// Calls a function or script block in a scope of its own; what it emits is its result.
    pub fn call(&mut self, block: Block, given: super::call::Given) -> Outcome<Vec<Value>> {
        let (script, line) = (self.script, self.line);
        self.script = block.script;
        let scope = self.bind_parameters(block.node, given)?;
        self.scopes.push(scope);
        let body = if block.node.kind() == "function_statement" {
            child(block.node, "script_block")
        } else {
            Some(block.node)
        };
        let mut out = Vec::new();
        let ended = body.map_or(Ok(()), |body| self.statements(body, &mut out));
        self.scopes.pop();
        (self.script, self.line) = (script, line);
        match ended {
            Ok(()) | Err(Flow::Return) => Ok(out),
            Err(other) => Err(other),
        }
    }

    /// Runs a block in the scope of its caller with `$_`, as Where-Object and ForEach-Object do.
    pub fn call_for(&mut self, block: Block, item: Value, out: &mut Vec<Value>) -> Outcome {
        let before = self.get("_");
        self.set("_", item);
        let ended = self.statements(block.node, out);
        self.set("_", before.unwrap_or(Value::Null));
        match ended {
            Err(Flow::Return) => Ok(()),
            other => other,
        }
    }

    pub fn get(&self, name: &str) -> Option<Value> {
        let name = name.to_lowercase();
        self.scopes.iter().rev().find_map(|scope| scope.get(&name).cloned())
    }

    pub fn set(&mut self, name: &str, value: Value) {
        let value = if matches!(value, Value::Nothing) { Value::Null } else { value };
        self.scopes.last_mut().unwrap().insert(name.to_lowercase(), value);
    }
}
