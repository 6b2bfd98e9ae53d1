//! The activity log of each portal, and the customer's list of who looked at which key.

use askama::Template;

use super::{
    frame::{Frame, Link, NavItem},
    list::List,
    parts::{Badge, Empty},
};

/// Who did what, newest first. The downloads carry proofs, so the reader need not trust us.
#[derive(Template)]
#[template(path = "people/activity.html")]
pub struct Activity {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub intro: String,
    pub list: List,
    pub rows: Vec<ActivityRow>,
    /// How to check the record; None where it is shown elsewhere.
    pub proofs: Option<Link>,
    pub empty: Empty,
}

pub struct ActivityRow {
    pub when: String,
    /// RFC 3339, for the `datetime` attribute.
    pub instant: String,
    pub who: String,
    pub tenant: String,
    pub what: String,
    /// The values that were set, and the reason; may be empty.
    pub details: String,
    /// What it was about, with a link where there is a page.
    pub about: String,
    pub href: String,
    pub from: String,
    pub outcome: Badge,
}
