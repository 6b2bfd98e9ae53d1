//! Recording that a customer accepted the customer agreement; orders need it (M9).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{AgreementId, PersonId, TenantId};
use perpetua_domain::names::{EmailAddress, PersonName, PhoneNumber};
use perpetua_store::agreements::{self, AgreementRow};
use perpetua_store::{Conn, Id};
use serde_json::json;

use super::find;
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::people::{self, field_code};
use crate::problem::Problem;

/// The id of the operator's one customer agreement (contract G-01).
pub const AGREEMENT_TEMPLATE: &str = "117a77b0-9360-443b-8795-c6dedc750cf9";

/// An accepted agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Which acceptance.
    pub id: AgreementId,
    /// Who accepted, given and family name.
    pub name: String,
    /// Their given name alone; may be empty when the family name holds both.
    pub first_name: String,
    /// Their family name alone.
    pub last_name: String,
    /// Who of the partner recorded it.
    pub recorded_by: PersonId,
    /// Their address.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// The civil date of acceptance, `YYYY-MM-DD`.
    pub agreed_on: String,
}

impl Agreement {
    pub(super) fn of(row: &AgreementRow) -> Self {
        Self {
            id: row.id.0,
            name: format!("{} {}", row.first_name, row.last_name).trim().to_owned(),
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            recorded_by: row.recorded_by.0,
            email: row.email.clone(),
            phone: row.phone.clone(),
            agreed_on: row.agreed_on.clone(),
        }
    }
}

/// Records an acceptance.
#[derive(Debug, Clone)]
pub struct RecordAgreement {
    /// Which customer.
    pub customer: TenantId,
    /// Given name of who accepted; may be empty when the family name holds both.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Their address.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// The civil date, `YYYY-MM-DD`, not in the future where the customer is.
    pub agreed_on: String,
}

/// The acceptances that count between the caller's partner and its customer, newest first, at most 100.
///
/// # Errors
///
/// `not_found`, `relationship_ended`, `missing_role`.
pub async fn agreements_of(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<Agreement>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::AgreementView, Owner::Tenant(customer))?;
            let relationship = authorize::active_relationship(conn, caller.tenant, customer)?;
            Ok(agreements::of_relationship(conn, relationship)?.iter().map(Agreement::of).collect())
        })
        .await
}

/// An acceptance on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Which.
    pub id: AgreementId,
    /// Whether it was added now; else the same one was there before.
    pub is_new: bool,
}

/// Records that a customer accepted the agreement. The same once more changes nothing: then the
/// earlier record is given.
///
/// # Errors
///
/// `not_found`, `relationship_ended`, `missing_role`; wrong `agreed_name`, `agreed_email`,
/// `agreed_phone` or `agreed_on`.
pub async fn record_agreement(app: &App, caller: &Caller, command: RecordAgreement) -> Result<Recorded, Problem> {
    let customer = command.customer;
    let input = (app.stamp(caller), command);
    let recorded = app.store.write(input, |conn, (stamp, command)| record(conn, stamp, command)).await;
    people::refused(app, caller, "agreement.recorded", customer, customer, recorded).await
}

fn record(conn: &mut Conn, stamp: &Stamp, command: &RecordAgreement) -> Result<Recorded, Problem> {
    authorize::require(conn, &stamp.caller, Permission::AgreementRecord, Owner::Tenant(command.customer))?;
    let partner = stamp.caller.tenant;
    let relationship = authorize::active_relationship(conn, partner, command.customer)?;
    let customer = find(conn, command.customer)?;
    let mut ids = stamp.seed.ids();
    let row = AgreementRow {
        id: Id(ids.next()),
        relationship_id: Id(relationship),
        recorded_by: Id(stamp.caller.person),
        recorded_at: stamp.now.into(),
        ..checked(stamp, command, &customer.zone)?
    };
    let earlier = agreements::of_relationship(conn, relationship)?;
    if let Some(same) = earlier.iter().find(|earlier| Agreement::of(earlier).same(&Agreement::of(&row))) {
        return Ok(Recorded { id: same.id.0, is_new: false });
    }
    agreements::insert(conn, &row)?;
    let facts = json!({ "template": row.template, "agreed_on": row.agreed_on });
    let entry = Entry::new("agreement.recorded", "agreement", row.id.0)
        .partner(partner)
        .customer(command.customer)
        .detail(facts)
        .personal("contact", format!("{} {} <{}>", row.first_name, row.last_name, row.email));
    audit::record(conn, &mut ids, stamp, &entry)?;
    let facts = json!({ "agreement": row.id.0.to_string(), "customer": command.customer.to_string() });
    event::push(conn, &mut ids, stamp, "agreement.recorded", &facts)?;
    Ok(Recorded { id: row.id.0, is_new: true })
}

impl Agreement {
    fn same(&self, other: &Self) -> bool {
        (&self.name, &self.email, &self.phone, &self.agreed_on)
            == (&other.name, &other.email, &other.phone, &other.agreed_on)
    }
}

fn checked(stamp: &Stamp, command: &RecordAgreement, zone: &str) -> Result<AgreementRow, Problem> {
    let mut wrong: Vec<(&'static str, &'static str)> = Vec::new();
    let name = PersonName::parse(&format!("{} {}", command.first_name, command.last_name));
    if let Err(error) = name {
        wrong.push(("agreed_name", field_code(error.as_text())));
    }
    let email =
        EmailAddress::parse(&command.email).map_err(|error| wrong.push(("agreed_email", field_code(error.as_text()))));
    let phone = match command.phone.trim() {
        "" => String::new(),
        text => match PhoneNumber::parse(text) {
            Ok(phone) => phone.as_str().to_owned(),
            Err(error) => {
                wrong.push(("agreed_phone", field_code(error.as_text())));
                String::new()
            }
        },
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let today = stamp.now.to_zoned(zone).date();
    let agreed_on = command.agreed_on.trim();
    match agreed_on.parse::<Date>() {
        // A date with a time behind it parses too, but is no date.
        Ok(date) if agreed_on == date.to_string() => {
            if date > today {
                wrong.push(("agreed_on", "in_future"));
            }
        }
        _ => wrong.push(("agreed_on", if agreed_on.is_empty() { "missing" } else { "form" })),
    }
    match email {
        Ok(email) if wrong.is_empty() => Ok(AgreementRow {
            id: Id(AgreementId::new(uuid::Uuid::nil())),
            relationship_id: Id(uuid::Uuid::nil().into()),
            customer_id: Id(command.customer),
            template: AGREEMENT_TEMPLATE.to_owned(),
            first_name: command.first_name.trim().to_owned(),
            last_name: command.last_name.trim().to_owned(),
            email: email.as_str().to_owned(),
            phone,
            agreed_on: agreed_on.to_owned(),
            recorded_by: Id(stamp.caller.person),
            recorded_at: stamp.now.into(),
        }),
        _ => Err(wrong
            .into_iter()
            .fold(Problem::invalid("invalid_input"), |problem, (field, code)| problem.with_field(field, code))),
    }
}
