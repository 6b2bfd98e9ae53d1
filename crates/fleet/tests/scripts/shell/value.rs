//! Values of the evaluator, with the conversions and comparisons that PowerShell makes by itself.

use std::cell::RefCell;
use std::rc::Rc;

use tree_sitter::Node;

/// A value. `Nothing` is what a command without output leaves, which is not the same as `$null`.
#[derive(Clone)]
pub enum Value {
    Nothing,
    Null,
    Bool(bool),
    Int(i32),
    Number(f64),
    Text(Rc<str>),
    Array(Rc<Vec<Value>>),
    Table(Rc<RefCell<Fields>>),
    Object(Rc<Object>),
    Block(Block),
    Type(Rc<str>),
    /// Seconds since 1970.
    Time(i64),
    /// Seconds.
    Span(f64),
}

/// Named values in their order; names are found in any case.
#[derive(Clone, Default)]
pub struct Fields(pub Vec<(String, Value)>);

/// An object with a type, fields, and for those of the stub machine the number by which it knows them.
pub struct Object {
    pub kind: &'static str,
    pub fields: RefCell<Fields>,
    pub handle: usize,
}

/// A script block: its tree and the text that the tree points into.
#[derive(Clone, Copy)]
pub struct Block {
    pub node: Node<'static>,
    pub script: Script,
}

/// A script that is being run. Texts and trees live as long as the test.
#[derive(Clone, Copy)]
pub struct Script {
    pub name: &'static str,
    pub text: &'static str,
}

impl Fields {
    pub fn get(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }

    pub fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

impl Object {
    pub fn value(kind: &'static str, fields: Vec<(&str, Value)>) -> Value {
        Self::with_handle(kind, 0, fields)
    }

    pub fn with_handle(kind: &'static str, handle: usize, fields: Vec<(&str, Value)>) -> Value {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::Object(Rc::new(Self { kind, fields: RefCell::new(Fields(fields)), handle }))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl Value {
    /// How many, as an `Int32`.
    pub fn count(number: usize) -> Self {
        Self::Int(i32::try_from(number).expect("a small number"))
    }

    pub fn array(values: Vec<Self>) -> Self {
        Self::Array(Rc::new(values))
    }

    pub fn texts<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Self {
        Self::array(lines.into_iter().map(|line| Self::from(line.as_ref())).collect())
    }

    /// What a pipeline gives where a value is wanted: nothing, the one object as it is, or all as an array.
    pub fn collapse(mut outputs: Vec<Self>) -> Self {
        match outputs.len() {
            0 => Self::Nothing,
            1 => outputs.remove(0),
            _ => Self::array(outputs),
        }
    }

    /// What the value sends down a pipeline: arrays one level unrolled.
    pub fn emit(self, into: &mut Vec<Self>) {
        match self {
            Self::Nothing => {}
            Self::Array(values) => into.extend(values.iter().cloned()),
            other => into.push(other),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::Nothing)
    }

    pub fn truth(&self) -> bool {
        match self {
            Self::Nothing | Self::Null => false,
            Self::Bool(is) => *is,
            Self::Int(number) => *number != 0,
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Array(values) if values.len() == 1 => values[0].truth(),
            Self::Array(values) => !values.is_empty(),
            Self::Table(_) | Self::Object(_) | Self::Block(_) | Self::Type(_) | Self::Time(_) | Self::Span(_) => true,
        }
    }

    /// As text, the way of `"$value"`, which knows no culture.
    pub fn text(&self) -> String {
        match self {
            Self::Nothing | Self::Null => String::new(),
            Self::Bool(is) => if *is { "True" } else { "False" }.to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Text(text) => text.to_string(),
            Self::Array(values) => values.iter().map(Self::text).collect::<Vec<_>>().join(" "),
            other => panic!("{} as text is not modelled", other.kind()),
        }
    }

    pub fn number(&self) -> f64 {
        match self {
            Self::Int(number) => f64::from(*number),
            Self::Number(number) => *number,
            other => panic!("{} as a number is not modelled", other.kind()),
        }
    }

    pub fn int(&self) -> i32 {
        match self {
            Self::Int(number) => *number,
            other => panic!("{} where a whole number is wanted", other.kind()),
        }
    }

    /// The elements where a list is wanted; a single value is a list of one.
    pub fn list(&self) -> Vec<Self> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Array(values) => values.to_vec(),
            other => vec![other.clone()],
        }
    }

    /// `-eq`. The right side becomes what the left side is; texts are compared without case.
    pub fn equals(&self, right: &Self) -> bool {
        match (self, right) {
            (Self::Nothing | Self::Null, right) => right.is_null(),
            (_, Self::Nothing | Self::Null) => false,
            (Self::Text(left), right) => left.to_lowercase() == right.text().to_lowercase(),
            (Self::Int(left), Self::Text(right)) => right
                .parse::<i32>()
                .map_or_else(|_| panic!("{left} -eq '{right}' is not modelled"), |right| *left == right),
            (Self::Int(_) | Self::Number(_), Self::Int(_) | Self::Number(_)) => {
                (self.number() - right.number()).abs() < f64::EPSILON
            }
            (Self::Bool(left), right) => *left == right.truth(),
            (left, right) => panic!("{} -eq {} is not modelled", left.kind(), right.kind()),
        }
    }

    /// What it is, for complaints.
    pub fn kind(&self) -> String {
        match self {
            Self::Nothing => "no output".to_owned(),
            Self::Null => "$null".to_owned(),
            Self::Bool(_) => "a bool".to_owned(),
            Self::Int(number) => format!("the int {number}"),
            Self::Number(number) => format!("the double {number}"),
            Self::Text(text) => format!("the string '{text}'"),
            Self::Array(values) => format!("an array of {}", values.len()),
            Self::Table(_) => "a hashtable".to_owned(),
            Self::Object(object) => format!("a {}", object.kind),
            Self::Block(_) => "a script block".to_owned(),
            Self::Type(name) => format!("the type [{name}]"),
            Self::Time(_) => "a DateTime".to_owned(),
            Self::Span(_) => "a TimeSpan".to_owned(),
        }
    }
}
