//! Programs of a partner that call the REST interface, and the page on which a person lets one act for them.

#![expect(clippy::struct_field_names, reason = "a page is named after what it shows")]

use askama::Template;

use super::form::{Choice, Field, Form, Kind};
use super::frame::{Frame, Link};
use super::parts::{Badge, Button, Empty, Fact};

/// All programs of the partner.
#[derive(Template)]
#[template(path = "partner/apps.html")]
pub struct Apps {
    pub t: Frame,
    pub rows: Vec<AppLine>,
    pub empty: Empty,
}

/// A program in the list.
pub struct AppLine {
    pub href: String,
    pub name: String,
    /// The client id.
    pub id: String,
    pub roles: String,
    pub rights: Vec<Badge>,
    pub used: String,
    pub credentials: Vec<CredentialLine>,
}

/// A secret or certificate.
pub struct CredentialLine {
    pub id: String,
    pub label: String,
    pub kind: String,
    /// The first characters of a secret, or a certificate's thumbprint.
    pub hint: String,
    pub until: Badge,
    pub used: String,
    /// None in the list of programs.
    pub remove: Option<Button>,
}

/// One program with its secrets and certificates.
#[derive(Template)]
#[template(path = "partner/app.html")]
pub struct AppPage {
    pub t: Frame,
    pub facts: Vec<Fact>,
    pub addresses: Vec<String>,
    pub credentials: Vec<CredentialLine>,
    pub secret: Form,
    pub certificate: Form,
    pub change: Form,
    /// Something in the change was wrong, so it is shown opened.
    pub is_changing: bool,
    pub remove: Button,
}

/// A secret, shown once.
#[derive(Template)]
#[template(path = "partner/app_secret.html")]
pub struct Secret {
    pub t: Frame,
    pub intro: String,
    pub secret: String,
    /// What a program needs besides.
    pub facts: Vec<Fact>,
    pub next: Link,
}

/// A yes-or-no question with what follows from the answer.
#[derive(Template)]
#[template(path = "partner/app_remove.html")]
pub struct Remove {
    pub t: Frame,
    pub text: String,
    pub remove: Button,
    pub back: Link,
}

/// A program asks to act for the person who looks at this.
#[derive(Template)]
#[template(path = "auth/consent.html")]
pub struct Consent {
    pub t: Frame,
    pub intro: String,
    pub facts: Vec<Fact>,
    /// What the program may do from then on, as sentences.
    pub points: Vec<String>,
    pub allow: Button,
    pub refuse: Button,
}

/// Roles that a program may have, with the message of each.
pub const ROLES: [(&str, &str); 5] = [
    ("role-admin_agent", "role-admin_agent"),
    ("role-sales_agent", "role-sales_agent"),
    ("role-helpdesk_agent", "role-helpdesk_agent"),
    ("role-billing_admin", "role-billing_admin"),
    ("role-user_admin", "role-user_admin"),
];

/// Fields `name`, one box for each of [`ROLES`], `keys`, `cancel`, `redirect_uris`.
pub fn describe(action: &str, submit: &'static str) -> Form {
    let check = |name: &str, label: &'static str| Field::new(Kind::Check, name, label);
    let addresses = Field::new(Kind::Area, "redirect_uris", "field-redirect-uris").hint("hint-redirect-uris");
    Form::new(action, submit)
        .group("", vec![Field::text("name", "field-name").hint("hint-app-name").required().max(80).wide()])
        .group("legend-app-roles", ROLES.iter().map(|(name, label)| check(name, label)).collect())
        .group(
            "legend-app-rights",
            vec![
                check("keys", "field-app-keys").hint("hint-app-keys").wide(),
                check("cancel", "field-app-cancel").hint("hint-app-cancel").wide(),
            ],
        )
        .group("legend-app-people", vec![addresses.max(11_000).wide()])
}

/// Fields `label`, `days`.
pub fn add_secret(action: &str, days: Vec<Choice>) -> Form {
    let fields = vec![label(), Field::select("days", "field-app-days", days).required()];
    Form::new(action, "action-add-secret").group("", fields)
}

/// Fields `label`, `certificate`.
pub fn add_certificate(action: &str) -> Form {
    let pem = Field::new(Kind::Area, "certificate", "field-app-public-key").hint("hint-app-public-key");
    let mut form = Form::new(action, "action-add-certificate")
        .group("", vec![Field { name: "certificate_label".to_owned(), ..label() }, pem.required().max(10_000).wide()]);
    form.plain = true;
    form
}

fn label() -> Field {
    Field::text("label", "field-app-label").hint("hint-app-label").required().max(80)
}
