//! Pages that a download link opens without an account. They say no more about product and owner than needed.

use askama::Template;

use super::{
    form::Form,
    frame::{Frame, Link},
    parts::{Button, Fact},
    software::Check,
};

/// A working link. Opening it uses nothing; the button does.
#[derive(Template)]
#[template(path = "public/link.html")]
pub struct LinkPage {
    pub t: Frame,
    /// Expiry, uses left, size.
    pub facts: Vec<Fact>,
    /// Start download, with a password field where the link has one; None once it was started.
    pub start: Option<Form>,
    /// The file of the session that was started.
    pub download: Option<Link>,
    /// Starts as well, and shows the command instead of the file; None where the password comes first.
    pub command: Option<Button>,
    /// The command of the session that was started; empty before.
    pub curl: String,
    /// How to check the file; None where the password comes first.
    pub check: Option<Check>,
}

/// What the recipient of a handed-over key finds.
#[derive(Template)]
#[template(path = "public/hand_over.html")]
pub struct HandOverPage {
    pub t: Frame,
    /// Product, customer, giver, recipient, end.
    pub facts: Vec<Fact>,
    /// Shows the key to the recipient who is signed in.
    pub show: Option<Button>,
    /// Takes the code of the second mail.
    pub code: Option<Form>,
    /// Sends that code.
    pub ask: Option<Button>,
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
