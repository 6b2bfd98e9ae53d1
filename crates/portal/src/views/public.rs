//! Pages that a download link opens without an account. They say no more about product and owner than needed.

use askama::Template;

use super::{form::Form, frame::Frame, parts::Fact};

/// A working link. Opening it uses nothing; the button does.
#[derive(Template)]
#[template(path = "public/link.html")]
pub struct LinkPage {
    pub t: Frame,
    /// Expiry, uses left, size.
    pub facts: Vec<Fact>,
    /// Start download, with a password field where the link has one.
    pub start: Form,
    pub curl: String,
}

/// A link that serves nothing any more.
#[derive(Template)]
#[template(path = "public/link_dead.html")]
pub struct LinkDead {
    pub t: Frame,
    pub reason: String,
    pub advice: String,
    pub request_id: String,
}
