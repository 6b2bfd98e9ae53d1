//! What lists share: sortable column heads, the row of filters above, and the pager below.

use askama::{Template, filters::HtmlSafe};

use super::{
    form::{Field, Kind},
    frame::{Frame, Link},
};

/// State of one list page. Links keep filters; a sort or filter change starts at the first page again.
#[derive(Clone, Default)]
pub struct List {
    /// Path of the page without query.
    pub path: String,
    /// Filters as a query string without `?`, `sort` and `after`, already percent-encoded; may be empty.
    pub query: String,
    /// Key of the sorted column, with `-` in front for descending.
    pub sort: String,
    /// Fields of the filter row; empty for none.
    pub filters: Vec<Field>,
    /// "51–100 of 1,204", or as much of that as is known.
    pub range: String,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// Where the same list is downloaded as CSV.
    pub export: Option<String>,
    /// Where the filters are dropped; shown only while one is set.
    pub clear: Option<Link>,
}

impl List {
    pub fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }
}

#[derive(Template)]
#[template(path = "parts/head.html")]
pub struct HeadView<'a> {
    pub t: &'a Frame,
    pub label: &'a str,
    pub href: String,
    /// Value of `aria-sort`, empty when this column does not sort the list.
    pub sorted: &'static str,
    pub num: bool,
}

impl<'a> HeadView<'a> {
    /// An empty `key` makes a head that cannot be sorted.
    pub fn new(t: &'a Frame, list: &'a List, key: &'a str, label: &'a str, num: bool) -> Self {
        let descending = list.sort.strip_prefix('-');
        let active = !key.is_empty() && descending.unwrap_or(&list.sort) == key;
        let sorted = match (active, descending.is_some()) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "",
        };
        let and = if list.query.is_empty() { "" } else { "&" };
        let turn = if sorted == "ascending" { "-" } else { "" };
        let href =
            if key.is_empty() { String::new() } else { format!("{}?{}{and}sort={turn}{key}", list.path, list.query) };
        Self { t, label, href, sorted, num }
    }
}

#[derive(Template)]
#[template(path = "parts/filters.html")]
pub struct FiltersView<'a> {
    pub t: &'a Frame,
    pub list: &'a List,
}

impl FiltersView<'_> {
    /// Selects send the form by themselves where scripts run.
    pub fn auto(&self) -> bool {
        self.list.filters.iter().any(|field| field.kind == Kind::Select)
    }
}

#[derive(Template)]
#[template(path = "parts/pager.html")]
pub struct PagerView<'a> {
    pub t: &'a Frame,
    pub list: &'a List,
}

impl HtmlSafe for HeadView<'_> {}
impl HtmlSafe for FiltersView<'_> {}
impl HtmlSafe for PagerView<'_> {}
