//! People of an organization: members, their roles, invitations, timed rights, and requests for a role.

use askama::Template;

use super::{
    form::Form,
    frame::Frame,
    parts::{Badge, Button},
};

#[derive(Template)]
#[template(path = "people/people.html")]
pub struct People {
    pub t: Frame,
    pub requests: Vec<RoleRequest>,
    pub rows: Vec<PersonRow>,
    /// None for people who may only look.
    pub invite: Option<Form>,
    pub grant: Option<Form>,
    /// Exports what is stored under an address; None for all but the operator's administrators.
    pub export: Option<Form>,
}

/// A member or an open invitation.
#[derive(Clone)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<RoleTag>,
    pub last_seen: String,
    pub state: Badge,
    /// Hands out a new address: for a password, or to join.
    pub reset: Option<Button>,
    /// Exports what is stored about them.
    pub export: Option<Button>,
    pub remove: Option<Button>,
}

/// A role of a person, with its end when it is lent for a time.
#[derive(Clone)]
pub struct RoleTag {
    pub name: String,
    pub until: String,
    pub revoke: Option<Button>,
}

/// Somebody asks for a role.
pub struct RoleRequest {
    pub id: String,
    pub text: String,
    pub when: String,
    pub grant: Form,
    pub decline: Button,
}
