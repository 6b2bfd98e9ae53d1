//! Small pieces that pages share: tags, buttons that post, facts, figures, totals, and the empty state.

use askama::{Template, filters::HtmlSafe};

use super::frame::{Frame, Link, Tone};

/// A short state word in colour; the word alone carries the meaning.
#[derive(Clone, Template)]
#[template(source = r#"<span class="tag {{ tone.class() }}">{{ text }}</span>"#, ext = "html")]
pub struct Badge {
    pub tone: Tone,
    pub text: String,
}

impl Badge {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// One button with its own form, so that it works without a script.
#[derive(Clone)]
pub struct Button {
    /// Message id of the label.
    pub label: &'static str,
    pub action: String,
    /// True sends GET: the button only opens a page.
    pub get: bool,
    pub look: Look,
    /// Hidden fields besides the tokens.
    pub fields: Vec<(&'static str, String)>,
    /// Makes the press count once (I2); empty for presses that may repeat.
    pub form_token: String,
    /// Id of the element that says what the button acts on, where many share a label.
    pub about: String,
    /// Selector of the part of the answer that a script may show in a dialog; empty leaves the page.
    pub dialog: &'static str,
    /// The answer is a file, so the page stays.
    pub stays: bool,
}

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Main,
    Plain,
    Small,
    Danger,
    SmallDanger,
}

impl Look {
    pub fn class(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Plain => "plain",
            Self::Small => "small",
            Self::Danger => "danger",
            Self::SmallDanger => "small danger",
        }
    }
}

impl Button {
    /// A button that posts to `action`.
    pub fn post(label: &'static str, action: impl Into<String>) -> Self {
        Self {
            label,
            action: action.into(),
            get: false,
            look: Look::Plain,
            fields: Vec::new(),
            form_token: String::new(),
            about: String::new(),
            dialog: "",
            stays: false,
        }
    }

    /// A button that opens the page `action`.
    pub fn open(label: &'static str, action: impl Into<String>) -> Self {
        Self { get: true, ..Self::post(label, action) }
    }

    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    pub fn once(mut self, form_token: impl Into<String>) -> Self {
        self.form_token = form_token.into();
        self
    }

    /// Describes the button by the element with this id.
    pub fn about(mut self, id: impl Into<String>) -> Self {
        self.about = id.into();
        self
    }

    pub fn in_dialog(mut self, selector: &'static str) -> Self {
        self.dialog = selector;
        self
    }

    pub fn stays(mut self) -> Self {
        self.stays = true;
        self
    }
}

/// A line of a description list; `label` is a message id.
#[derive(Clone)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
    pub href: Option<String>,
    pub badge: Option<Badge>,
    /// Fixed-width text: ids and checksums.
    pub mono: bool,
}

impl Fact {
    pub fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), href: None, badge: None, mono: false }
    }

    pub fn link(label: &'static str, value: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::new(label, value) }
    }

    pub fn code(label: &'static str, value: impl Into<String>) -> Self {
        Self { mono: true, ..Self::new(label, value) }
    }

    pub fn state(label: &'static str, badge: Badge) -> Self {
        Self { badge: Some(badge), ..Self::new(label, "") }
    }
}

/// One number worth a glance; `label` is a message id, `note` says what it is measured against.
#[derive(Clone)]
pub struct Figure {
    pub label: &'static str,
    pub value: String,
    pub note: String,
}

impl Figure {
    pub fn new(label: &'static str, value: impl Into<String>, note: impl Into<String>) -> Self {
        Self { label, value: value.into(), note: note.into() }
    }
}

/// A line below a document's lines, such as tax at one rate; the text is already resolved.
#[derive(Clone)]
pub struct TotalRow {
    pub label: String,
    pub value: String,
    pub sum: bool,
}

impl TotalRow {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), sum: false }
    }

    pub fn sum(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { sum: true, ..Self::new(label, value) }
    }
}

/// The lines below a document's lines.
#[derive(Clone, Template)]
#[template(path = "parts/totals.html")]
pub struct Totals {
    pub rows: Vec<TotalRow>,
}

/// What a page says instead of an empty table: what is missing and what to do next.
#[derive(Clone, Template)]
#[template(path = "parts/empty.html")]
pub struct Empty {
    pub heading: String,
    pub text: String,
    pub action: Option<Link>,
}

/// Something that waits for the person, with the place where it is done.
#[derive(Clone)]
pub struct Attention {
    pub text: String,
    pub badge: Option<Badge>,
    pub link: Link,
}

#[derive(Template)]
#[template(path = "parts/button.html")]
pub struct ButtonView<'a> {
    pub t: &'a Frame,
    pub b: &'a Button,
}

#[derive(Template)]
#[template(path = "parts/facts.html")]
pub struct FactsView<'a> {
    pub t: &'a Frame,
    pub facts: &'a [Fact],
}

#[derive(Template)]
#[template(path = "parts/figures.html")]
pub struct FiguresView<'a> {
    pub t: &'a Frame,
    pub figures: &'a [Figure],
}

impl HtmlSafe for ButtonView<'_> {}
impl HtmlSafe for Badge {}
impl HtmlSafe for FactsView<'_> {}
impl HtmlSafe for FiguresView<'_> {}
impl HtmlSafe for Totals {}
impl HtmlSafe for Empty {}
