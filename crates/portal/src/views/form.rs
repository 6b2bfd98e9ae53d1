//! Forms and their fields: labels, hints, errors tied to their fields, and a summary on top that links to them.
//! A handler takes the constructor from `forms`, fills in values with [`Form::fill`] and errors with [`Form::fail`].

use askama::{Template, filters::HtmlSafe};

use super::frame::{Frame, Link};

/// What kind of input a field is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Email,
    Tel,
    Password,
    Number,
    Date,
    Area,
    Select,
    File,
    Files,
    Check,
    Hidden,
}

impl Kind {
    /// The `type` attribute of an input.
    pub fn input(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Tel => "tel",
            Self::Password => "password",
            Self::Date => "date",
            Self::File | Self::Files => "file",
            Self::Check => "checkbox",
            Self::Hidden => "hidden",
            Self::Text | Self::Number | Self::Area | Self::Select => "text",
        }
    }
}

/// One field. `label` and `hint` are message ids; `error` is a finished sentence.
#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub label: &'static str,
    pub kind: Kind,
    pub value: String,
    pub error: Option<String>,
    pub hint: &'static str,
    pub required: bool,
    pub autocomplete: &'static str,
    pub options: Vec<Choice>,
    pub max: usize,
    pub wide: bool,
    /// File name endings that a file field offers, such as `.csv,.zip`.
    pub accept: &'static str,
}

/// One option of a select; the label is already in words.
#[derive(Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

impl Field {
    pub fn new(kind: Kind, name: impl Into<String>, label: &'static str) -> Self {
        Self {
            name: name.into(),
            label,
            kind,
            value: String::new(),
            error: None,
            hint: "",
            required: false,
            autocomplete: "",
            options: Vec::new(),
            max: 200,
            wide: false,
            accept: "",
        }
    }

    pub fn text(name: &str, label: &'static str) -> Self {
        Self::new(Kind::Text, name, label)
    }

    pub fn select(name: &str, label: &'static str, options: Vec<Choice>) -> Self {
        Self { options, ..Self::new(Kind::Select, name, label) }
    }

    pub fn hidden(name: &str, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(Kind::Hidden, name, "") }
    }

    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub fn hint(mut self, id: &'static str) -> Self {
        self.hint = id;
        self
    }

    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub fn auto(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    pub fn max(mut self, characters: usize) -> Self {
        self.max = characters;
        self
    }

    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Ids of hint and error, for `aria-describedby`.
    pub fn described(&self) -> String {
        match (self.hint.is_empty(), self.error.is_some()) {
            (false, true) => format!("f-{0}-err f-{0}-hint", self.name),
            (false, false) => format!("f-{}-hint", self.name),
            (true, true) => format!("f-{}-err", self.name),
            (true, false) => String::new(),
        }
    }
}

/// A group of fields; the legend is a message id, empty for none.
#[derive(Clone)]
pub struct Group {
    pub legend: &'static str,
    pub fields: Vec<Field>,
}

/// A form that posts.
#[derive(Clone)]
pub struct Form {
    pub action: String,
    /// Message id of the button.
    pub submit: &'static str,
    pub groups: Vec<Group>,
    /// Makes the form count once (I2); empty where repeating does no harm.
    pub token: String,
    /// The way out without doing anything.
    pub back: Option<Link>,
    /// An error of the whole form, as a finished sentence.
    pub error: Option<String>,
    /// Fields and button in one row.
    pub inline: bool,
    pub danger: bool,
    /// The button is not the main one of its page.
    pub plain: bool,
    /// Takes much at once: a large paste, or files that may be dropped on it.
    pub mass: bool,
    /// The answer is a file, so the page stays.
    pub stays: bool,
    pub dialog: &'static str,
    /// Files that came with an earlier try and stay with the form.
    pub kept: Vec<KeptFile>,
}

/// A file that stays with a form until it is sent or left out.
#[derive(Clone)]
pub struct KeptFile {
    pub id: String,
    pub name: String,
    /// Type and size.
    pub detail: String,
    /// Whether it was confirmed; None where nothing has to be.
    pub confirm: Option<bool>,
}

impl KeptFile {
    pub fn is_confirmed(&self) -> bool {
        self.confirm == Some(true)
    }
}

impl Form {
    pub fn new(action: impl Into<String>, submit: &'static str) -> Self {
        Self {
            action: action.into(),
            submit,
            groups: Vec::new(),
            token: String::new(),
            back: None,
            error: None,
            inline: false,
            danger: false,
            plain: false,
            mass: false,
            stays: false,
            dialog: "",
            kept: Vec::new(),
        }
    }

    pub fn group(mut self, legend: &'static str, fields: Vec<Field>) -> Self {
        self.groups.push(Group { legend, fields });
        self
    }

    pub fn once(mut self, form_token: impl Into<String>) -> Self {
        self.token = form_token.into();
        self
    }

    pub fn back(mut self, link: Link) -> Self {
        self.back = Some(link);
        self
    }

    pub fn inline(mut self) -> Self {
        self.inline = true;
        self
    }

    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    pub fn mass(mut self) -> Self {
        self.mass = true;
        self
    }

    fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.groups.iter_mut().flat_map(|group| &mut group.fields).find(|field| field.name == name)
    }

    /// Puts a value into the field `name`; an unknown name changes nothing. Passwords and files are never echoed.
    pub fn fill(&mut self, name: &str, value: &str) {
        if let Some(field) = self.field_mut(name)
            && !matches!(field.kind, Kind::Password | Kind::File | Kind::Files)
        {
            value.clone_into(&mut field.value);
        }
    }

    /// Marks the field `name` as wrong; without such a field the sentence stands above the form.
    pub fn fail(&mut self, name: &str, sentence: impl Into<String>) {
        match self.field_mut(name) {
            Some(field) if field.kind != Kind::Hidden => field.error = Some(sentence.into()),
            _ => self.error = Some(sentence.into()),
        }
    }

    /// Puts choices into the select `name`.
    pub fn choices(&mut self, name: &str, options: Vec<Choice>) {
        if let Some(field) = self.field_mut(name) {
            field.options = options;
        }
    }

    pub fn failed(&self) -> Vec<&Field> {
        self.groups.iter().flat_map(|group| &group.fields).filter(|field| field.error.is_some()).collect()
    }

    /// Whether something in it is wrong, so that a closed part of the page around it has to open.
    pub fn is_refused(&self) -> bool {
        self.error.is_some() || !self.failed().is_empty()
    }

    pub fn has_files(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.fields).any(|field| matches!(field.kind, Kind::File | Kind::Files))
    }
}

#[derive(Template)]
#[template(path = "parts/form.html")]
pub struct FormView<'a> {
    pub t: &'a Frame,
    pub form: &'a Form,
}

#[derive(Template)]
#[template(path = "parts/field.html")]
pub struct FieldView<'a> {
    pub t: &'a Frame,
    pub f: &'a Field,
}

impl HtmlSafe for FormView<'_> {}
impl HtmlSafe for FieldView<'_> {}
