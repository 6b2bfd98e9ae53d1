//! All that is stored about one person, as one JSON document, for whoever must answer them.
//!
//! The operator gets everything, an administrator of another organization what belongs to that organization about its
//! own people. Hashes of passwords and tokens are no part of it. The record that somebody exported commits before
//! anything is handed out (I5).

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{PersonId, TenantId};
use perpetua_domain::names::EmailAddress;
use perpetua_store::people::{self, PersonRow};
use perpetua_store::personal_data::{self as rows, Found, Whose};
use perpetua_store::{Conn, Utc, tenants};
use serde_json::{Map, Value, json};

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::people::visible_to;
use crate::problem::{Param, Problem};

use super::mentions::{self, Sought};

/// Rows of one kind that an export holds at most; it names the kinds of which there are more.
pub const ROWS_MAX: i64 = 10_000;

/// The longest name that is looked for, in characters.
pub const NAME_CHARS_MAX: usize = 200;

/// About whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Somebody with an account, who holds or held a role in the organization.
    Person(PersonId),
    /// Anybody, by an address; for the operator.
    Address {
        /// The address.
        address: String,
        /// The name under which texts may name somebody who has no account; may be empty.
        name: String,
    },
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// What it is saved as.
    pub name: String,
    /// JSON.
    pub bytes: Vec<u8>,
}

/// Exports what is stored about somebody of `tenant`, or for the operator about anybody.
///
/// # Errors
///
/// `not_found` for people of others, `missing_role`; for the field `address`: `request_email`, `nobody_found`; `too_long`
/// for `name`.
pub async fn export(app: &App, caller: &Caller, tenant: TenantId, whom: Whom) -> Result<Exported, Problem> {
    export_within(app, caller, (tenant, whom), ROWS_MAX).await
}

/// As [`export`], with at most so many rows of a kind.
async fn export_within(
    app: &App,
    caller: &Caller,
    (tenant, whom): (TenantId, Whom),
    limit: i64,
) -> Result<Exported, Problem> {
    let now = app.clock.now();
    let reader = caller.clone();
    let gathered = app.store.read(move |conn| gather(conn, &reader, tenant, &whom, limit)).await;
    let found = match gathered {
        Ok(gathered) => looked_through(app, caller, gathered).await,
        Err(problem) => Err(problem),
    };
    let (whose, mut document) = match found {
        Ok(found) => found,
        Err(problem) => {
            return crate::people::refused(app, caller, "person.export_refused", tenant, "", Err(problem)).await;
        }
    };
    document.insert("exportedAt".to_owned(), now.to_string().into());
    let input = (app.stamp(caller), tenant, whose);
    app.store
        .write(input, |conn, (stamp, tenant, whose)| {
            authorize::require(conn, &stamp.caller, Permission::TenantPeopleManage, Owner::Tenant(*tenant))?;
            let subject = whose.person.map_or_else(String::new, |person| person.to_string());
            let entry = Entry::new("person.exported", "person", subject).personal("email", whose.address.clone());
            let kind = tenants::find(conn, *tenant)?.ok_or_else(Problem::not_found)?.kind.0;
            audit::record(conn, &mut stamp.seed.ids(), stamp, &visible_to(entry, kind, *tenant))?;
            Ok::<_, Problem>(())
        })
        .await?;
    let bytes = serde_json::to_vec_pretty(&Value::Object(document)).map_err(Problem::internal)?;
    Ok(Exported { name: format!("personal_data_{}.json", now.strftime("%Y-%m-%d")), bytes })
}

/// What is stored under ids and addresses, before texts are looked through.
struct Gathered {
    whose: Whose,
    /// The name by which texts may name them.
    name: String,
    has_account: bool,
    document: Map<String, Value>,
    sections: Sections,
}

/// Adds where else they are named.
async fn looked_through(app: &App, caller: &Caller, found: Gathered) -> Result<(Whose, Map<String, Value>), Problem> {
    let Gathered { whose, name, has_account, mut document, mut sections } = found;
    let tenant = whose.tenant.map(|tenant| (caller.kind, tenant));
    let named = mentions::find(app, Sought::new(&whose.address, &name), tenant, whose.limit).await?;
    if !has_account && sections.is_empty && named.places.is_empty() {
        return Err(Problem::field("address", "nobody_found"));
    }
    if named.is_cut {
        sections.cut.push("mentions");
    }
    document.append(&mut sections.found);
    document.insert("mentions".to_owned(), named.places.into());
    document.insert("incomplete".to_owned(), sections.cut.into());
    Ok((whose, document))
}

fn gather(conn: &mut Conn, caller: &Caller, tenant: TenantId, whom: &Whom, limit: i64) -> Result<Gathered, Problem> {
    let is_operator = caller.kind == TenantKind::Operator;
    // A partner's administrators manage no people of their customers' here, whatever else they may do for them.
    if !is_operator && tenant != caller.tenant {
        return Err(Problem::not_found());
    }
    authorize::require(conn, caller, Permission::TenantPeopleManage, Owner::Tenant(tenant))?;
    let scope = (!is_operator).then_some(tenant);
    let (person, address) = subject(conn, whom, is_operator)?;
    let whose = Whose { person: person.as_ref().map(|person| person.id.0), address, tenant: scope, limit };
    let grants = rows::grants(conn, &whose)?;
    // Somebody of another organization is not there.
    if matches!(whom, Whom::Person(_)) && !is_operator && grants.rows.is_empty() {
        return Err(Problem::not_found());
    }
    let mut sections = Sections::default();
    sections.add("roles", grants, |(grant, tenant)| {
        json!({
            "organization": tenant, "role": grant.role.0.as_text(), "since": at(grant.granted_at),
            "until": grant.expires_at.map(at), "removedAt": grant.removed_at.map(at),
        })
    });
    account(conn, &whose, &mut sections)?;
    asked(conn, &whose, &mut sections)?;
    named(conn, &whose, &mut sections)?;
    done(conn, &whose, &mut sections)?;
    let mut document = Map::new();
    document.insert("about".to_owned(), whose.address.clone().into());
    let scope = if is_operator { Value::Null } else { caller.tenant_name.clone().into() };
    document.insert("organization".to_owned(), scope);
    document.insert("account".to_owned(), person.as_ref().map_or(Value::Null, account_facts));
    let name = match (&person, whom) {
        (Some(person), _) => person.name.clone(),
        (None, Whom::Address { name, .. }) => name.clone(),
        (None, Whom::Person(_)) => String::new(),
    };
    Ok(Gathered { whose, name, has_account: person.is_some(), document, sections })
}

/// The account, where there is one, and the address.
fn subject(conn: &mut Conn, whom: &Whom, is_operator: bool) -> Result<(Option<PersonRow>, String), Problem> {
    match whom {
        Whom::Person(id) => {
            let person = people::find(conn, *id)?.ok_or_else(Problem::not_found)?;
            let address = person.email_key.clone();
            Ok((Some(person), address))
        }
        Whom::Address { .. } if !is_operator => Err(Problem::not_found()),
        Whom::Address { address, name } => {
            let address = EmailAddress::parse(address).map_err(|_| Problem::field("address", "request_email"))?.key();
            if name.chars().count() > NAME_CHARS_MAX {
                let max = Param::Number(i64::try_from(NAME_CHARS_MAX).unwrap_or(i64::MAX));
                return Err(Problem::invalid("invalid_input").with_field_params(
                    "name",
                    "too_long",
                    vec![("max", max)],
                ));
            }
            Ok((people::find_by_email(conn, &address)?, address))
        }
    }
}

/// Kinds of things, each under its name.
#[derive(Default)]
struct Sections {
    found: Map<String, Value>,
    /// Of which there is more than the export holds.
    cut: Vec<&'static str>,
    is_empty: bool,
}

impl Sections {
    fn add<T>(&mut self, name: &'static str, rows: Found<T>, told: impl Fn(T) -> Value) {
        if rows.is_cut {
            self.cut.push(name);
        }
        self.is_empty = (self.found.is_empty() || self.is_empty) && rows.rows.is_empty();
        self.found.insert(name.to_owned(), rows.rows.into_iter().map(told).collect());
    }
}

fn at(at: Utc) -> String {
    at.timestamp().to_string()
}

fn account_facts(person: &PersonRow) -> Value {
    json!({
        "id": person.id.0.to_string(), "name": person.name, "email": person.email, "phone": person.phone,
        "language": person.language, "state": person.state, "createdAt": at(person.created_at),
    })
}

/// What belongs to the account itself.
fn account(conn: &mut Conn, whose: &Whose, sections: &mut Sections) -> Result<(), Problem> {
    sections.add("roleRequests", rows::role_requests(conn, whose)?, |row| {
        json!({
            "role": row.role.0.as_text(), "reason": row.reason, "state": row.state.0.as_text(),
            "at": at(row.created_at), "decidedAt": row.decided_at.map(at),
        })
    });
    sections.add("sessions", rows::sessions(conn, whose)?, |row| {
        json!({ "signedInAt": at(row.signed_in_at), "lastUsedAt": at(row.seen_at), "endedAt": row.ended_at.map(at) })
    });
    sections.add(
        "mailChoices",
        rows::choices(conn, whose)?,
        |row| json!({ "topic": row.topic, "wanted": row.wanted, "at": at(row.changed_at) }),
    );
    Ok(())
}

/// What they asked and wrote.
fn asked(conn: &mut Conn, whose: &Whose, sections: &mut Sections) -> Result<(), Problem> {
    sections.add("requests", rows::requests(conn, whose)?, |row| {
        json!({
            "number": row.number, "title": row.title, "reason": row.reason_text, "text": row.free_text,
            "contact": { "name": row.contact_name, "email": row.contact_email, "phone": row.contact_phone },
            "at": at(row.created_at), "closedAt": row.closed_at.map(at),
            "personalDataRemovedAt": row.personal_removed_at.map(at),
        })
    });
    sections.add(
        "notes",
        rows::notes(conn, whose)?,
        |(row, number)| json!({ "request": number, "at": at(row.at), "name": row.author_name, "text": row.text }),
    );
    sections.add("files", rows::files(conn, whose)?, |row| {
        json!({
            "id": row.id.0.to_string(), "name": row.name, "type": row.media_type, "size": row.size,
            "sha256": data_encoding::HEXLOWER.encode(&row.sha256), "by": row.person_name, "at": at(row.created_at),
        })
    });
    Ok(())
}

/// Where others named them by their address.
fn named(conn: &mut Conn, whose: &Whose, sections: &mut Sections) -> Result<(), Problem> {
    sections.add("invitations", rows::invitations(conn, whose)?, |row| {
        json!({
            "email": row.email, "roles": row.roles, "state": row.state.0.as_text(), "at": at(row.created_at),
            "until": at(row.expires_at), "acceptedAt": row.accepted_at.map(at),
        })
    });
    sections.add("keysHandedOver", rows::hand_overs(conn, whose)?, |row| {
        json!({
            "name": row.recipient_name, "email": row.recipient_email, "by": row.giver_name, "at": at(row.created_at),
            "openedAt": row.opened_at.map(at), "shownAt": row.shown_at.map(at), "state": row.state.0.as_text(),
        })
    });
    sections.add("agreements", rows::agreements(conn, whose)?, |row| {
        json!({
            "firstName": row.first_name, "lastName": row.last_name, "email": row.email, "phone": row.phone,
            "agreedOn": row.agreed_on, "recordedAt": at(row.recorded_at),
        })
    });
    Ok(())
}

/// What they did.
fn done(conn: &mut Conn, whose: &Whose, sections: &mut Sections) -> Result<(), Problem> {
    sections.add("activity", rows::records(conn, whose)?, |(row, actor)| {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
        json!({
            "at": at(row.at), "kind": row.kind, "outcome": row.outcome, "subject": row.subject_kind,
            "subjectId": row.subject_id, "facts": parsed(&row.detail)["facts"].take(),
            "person": actor.as_deref().map_or(Value::Null, parsed),
        })
    });
    sections.add("calls", rows::calls(conn, whose)?, |row| {
        json!({
            "at": at(row.at), "operation": row.operation, "status": row.status, "network": row.network,
            "name": row.person_name,
        })
    });
    Ok(())
}
