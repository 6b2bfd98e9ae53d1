//! Pages before and around sign-in, the answers to errors and refusals, and the page that is only a form.

use askama::Template;

use super::{
    form::Form,
    frame::{Frame, Link, TenantChoice},
};

/// A page that consists of one form: sign-in, passwords, invitations, and creating things.
#[derive(Template)]
#[template(path = "auth/form_page.html")]
pub struct FormPage {
    pub t: Frame,
    /// One sentence below the heading; empty for none.
    pub intro: String,
    pub form: Form,
    /// Links below the form.
    pub after: Vec<Link>,
}

/// A person of several organizations says for which one to work now.
#[derive(Template)]
#[template(path = "auth/choose_tenant.html")]
pub struct ChooseTenant {
    pub t: Frame,
    pub action: String,
    pub choices: Vec<TenantChoice>,
}

/// A page that says one thing and where to go next: signed out, mail sent, invitation accepted.
#[derive(Template)]
#[template(path = "auth/notice.html")]
pub struct Notice {
    pub t: Frame,
    pub text: String,
    pub next: Option<Link>,
}

/// A secret address that is shown once, for whoever hands it over.
#[derive(Template)]
#[template(path = "auth/one_time.html")]
pub struct OneTimeAddress {
    pub t: Frame,
    /// To whom, and how long it holds.
    pub intro: String,
    /// That it goes out by mail too; empty where no mail is sent.
    pub mailed: String,
    pub address: String,
    pub next: Link,
}

/// Something went wrong; the heading is `t.title`.
#[derive(Template)]
#[template(path = "auth/error.html")]
pub struct ErrorPage {
    pub t: Frame,
    pub sentence: String,
    /// The stable code of the problem.
    pub code: String,
    pub request_id: String,
    /// What the person can do now; empty for nothing.
    pub advice: String,
    pub back: Option<Link>,
}

/// The caller lacks a role: which one, who holds it, and the way to ask for it (M1, M13, M20).
#[derive(Template)]
#[template(path = "auth/refusal.html")]
pub struct Refusal {
    pub t: Frame,
    /// What was refused, as a sentence.
    pub sentence: String,
    /// Name of the role that is needed.
    pub role: String,
    pub holders: Vec<String>,
    /// None where nobody can be asked or where this person already asked.
    pub ask: Option<Form>,
    pub asked: bool,
    pub code: String,
    pub request_id: String,
}
