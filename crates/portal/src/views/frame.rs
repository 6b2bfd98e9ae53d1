//! The shell around every page: language, heading, navigation, signed-in person, tokens, and one message.
//! Templates call it `t`: `t.m("id")` reads a message, `t.form(form)` renders a building block in its language.

use std::borrow::Cow;

use perpetua_i18n::{Args, Lang, text, text_with};

use super::{
    chart::{Chart, ChartView},
    form::{Field, FieldView, Form, FormView},
    list::{FiltersView, HeadView, List, PagerView},
    parts::{Button, ButtonView, Fact, FactsView, Figure, FiguresView},
};

/// Everything the shell needs. Each page struct holds one in its field `t`.
#[derive(Clone)]
pub struct Frame {
    pub lang: Lang,
    /// The page's only h1, also its `<title>`.
    pub title: String,
    /// Path and query of this page, so that changing language or theme comes back here.
    pub here: String,
    pub theme: Theme,
    pub crumbs: Vec<Link>,
    pub nav: Vec<NavItem>,
    /// None on pages before sign-in and on public pages: these get the narrow layout.
    pub person: Option<Person>,
    /// The token that every form sends; empty where there is no session.
    pub csrf: String,
    /// What is in the search box of the header.
    pub query: String,
    pub flash: Option<Flash>,
}

/// A place to go.
#[derive(Clone)]
pub struct Link {
    pub href: String,
    pub label: String,
}

impl Link {
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// One entry of the navigation or of a row of tabs; `label` is a message id.
#[derive(Clone)]
pub struct NavItem {
    pub href: String,
    pub label: &'static str,
    pub current: bool,
}

/// Who is signed in, for which organization.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub tenant: String,
    /// The person's other organizations; empty hides the switch.
    pub tenants: Vec<TenantChoice>,
}

/// An organization that a person may work for.
#[derive(Clone)]
pub struct TenantChoice {
    pub id: String,
    pub name: String,
    /// What kind of organization and which roles, in words.
    pub note: String,
}

/// What the last action did, said once on the next page.
#[derive(Clone)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
}

/// How a tag, note or figure is coloured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Accent,
    Good,
    Warn,
    Bad,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// The person's choice of colours; `Auto` follows the device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// The word used in the cookie, the form and `data-theme`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the word back; anything unknown is `Auto`.
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// Whose portal the navigation belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Operator,
    Partner,
    Customer,
}

/// The programs of a partner; only its admin agents have the link.
pub const PROGRAMS: &str = "/partner/apps";

/// The invoices of a partner; only those who may see its account have the link.
pub const INVOICES: &str = "/partner/invoices";

/// The invoices of all partners; only those of the operator's people who may see accounts have the link.
pub const ALL_INVOICES: &str = "/operator/invoices";

/// The migration of a customer; only those of its people who may see its machines have the link.
pub const MIGRATION: &str = "/customer/migration";

const OPERATOR: &[(&str, &str)] = &[
    ("/operator", "nav-home"),
    ("/operator/orders", "nav-sales"),
    ("/operator/requests", "nav-requests"),
    ("/operator/partners", "nav-partners"),
    (ALL_INVOICES, "nav-invoices"),
    ("/operator/prices", "nav-prices"),
    ("/operator/media", "nav-media"),
    ("/operator/policies", "nav-policies"),
    ("/operator/rules", "nav-rules"),
    ("/operator/activations", "nav-activations"),
    ("/operator/tax", "nav-tax"),
    ("/operator/people", "nav-people"),
    ("/operator/activity", "nav-activity"),
    ("/operator/outbox", "nav-outbox"),
];
const PARTNER: &[(&str, &str)] = &[
    ("/partner", "nav-home"),
    ("/partner/customers", "nav-customers"),
    ("/partner/orders", "nav-orders"),
    ("/partner/requests", "nav-requests"),
    (INVOICES, "nav-invoices"),
    ("/partner/people", "nav-people"),
    (PROGRAMS, "nav-apps"),
    ("/partner/activity", "nav-activity"),
];
const CUSTOMER: &[(&str, &str)] = &[
    ("/customer", "nav-home"),
    ("/customer/software", "nav-software"),
    (MIGRATION, "nav-migration"),
    ("/customer/key-views", "nav-key-views"),
    ("/customer/requests", "nav-requests"),
    ("/customer/partners", "nav-relations"),
    ("/customer/people", "nav-people"),
    ("/customer/activity", "nav-activity"),
];

/// The navigation of a portal; the entry with the longest matching path is the current one.
pub fn nav(area: Area, here: &str) -> Vec<NavItem> {
    let items = match area {
        Area::Operator => OPERATOR,
        Area::Partner => PARTNER,
        Area::Customer => CUSTOMER,
    };
    let path = here.split('?').next().unwrap_or(here);
    let current = items
        .iter()
        .map(|(href, _)| *href)
        .filter(|href| path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        .max_by_key(|href| href.len());
    items
        .iter()
        .map(|(href, label)| NavItem { href: (*href).to_owned(), label, current: current == Some(*href) })
        .collect()
}

impl Frame {
    /// A frame without person, navigation or message.
    pub fn new(lang: Lang, title: impl Into<String>, here: impl Into<String>) -> Self {
        Self {
            lang,
            title: title.into(),
            here: here.into(),
            theme: Theme::Auto,
            crumbs: Vec::new(),
            nav: Vec::new(),
            person: None,
            csrf: String::new(),
            query: String::new(),
            flash: None,
        }
    }

    /// The message `id`.
    pub fn m(&self, id: &str) -> Cow<'static, str> {
        text(self.lang, id)
    }

    /// The message `id` with one text argument.
    pub fn v(&self, id: &str, name: &'static str, value: &str) -> String {
        text_with(self.lang, id, &Args::new().set(name, value))
    }

    /// The message `id` with one number, which chooses the plural form.
    pub fn n(&self, id: &str, name: &'static str, value: i64) -> String {
        text_with(self.lang, id, &Args::new().num(name, value))
    }

    /// Language tag of the page.
    pub fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// The other language: its tag and its own name.
    pub fn other(&self) -> (&'static str, &'static str) {
        match self.lang {
            Lang::En => (Lang::Cs.tag(), Lang::Cs.native_name()),
            Lang::Cs => (Lang::En.tag(), Lang::En.native_name()),
        }
    }

    pub fn form<'a>(&'a self, form: &'a Form) -> FormView<'a> {
        FormView { t: self, form }
    }

    pub fn chart<'a>(&'a self, chart: &'a Chart) -> ChartView<'a> {
        ChartView { t: self, chart }
    }

    pub fn field<'a>(&'a self, field: &'a Field) -> FieldView<'a> {
        FieldView { t: self, f: field }
    }

    pub fn head<'a>(&'a self, list: &'a List, key: &'a str, label: &'a str) -> HeadView<'a> {
        HeadView::new(self, list, key, label, false)
    }

    /// Heading of a column of numbers.
    pub fn nhead<'a>(&'a self, list: &'a List, key: &'a str, label: &'a str) -> HeadView<'a> {
        HeadView::new(self, list, key, label, true)
    }

    pub fn filters<'a>(&'a self, list: &'a List) -> FiltersView<'a> {
        FiltersView { t: self, list }
    }

    pub fn pager<'a>(&'a self, list: &'a List) -> PagerView<'a> {
        PagerView { t: self, list }
    }

    pub fn button<'a>(&'a self, button: &'a Button) -> ButtonView<'a> {
        ButtonView { t: self, b: button }
    }

    pub fn facts<'a>(&'a self, facts: &'a [Fact]) -> FactsView<'a> {
        FactsView { t: self, facts }
    }

    pub fn figures<'a>(&'a self, figures: &'a [Figure]) -> FiguresView<'a> {
        FiguresView { t: self, figures }
    }
}
