//! What is known about a customer, checked by the rules of its country, and editing it.

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::catalog::Segment;
use perpetua_domain::country::address::Address;
use perpetua_domain::country::{Country, check_registration_number};
use perpetua_domain::id::TenantId;
use perpetua_domain::names::{CompanyName, DomainName, EmailAddress, PhoneNumber};
use perpetua_i18n::Lang;
use perpetua_store::billing_contacts::{self, BillingContactRow};
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, Id, StoreError, Word, customers as rows, relationships as relationship_rows};
use serde_json::json;

use super::{CreateCustomer, find, name_keys, write_tokens};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::people::{self, field_code};
use crate::problem::Problem;

/// What may be edited, as typed on the way in and as stored on the way out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Name.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// More of it.
    pub line2: String,
    /// City.
    pub city: String,
    /// State or region.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// Address for bills and notices.
    pub email: String,
    /// `en` or `cs`; empty for the country's own.
    pub language: String,
    /// Market segment; empty for commercial.
    pub segment: String,
    /// Registration number where the country asks for one.
    pub registration_number: String,
    /// VAT id; may be empty. Changing it makes it unchecked.
    pub vat_id: String,
    /// What only programs write and read; `None` leaves it as it is.
    pub contact: Option<BillingContact>,
}

/// Parts of the billing profile that the portal neither asks for nor shows; each may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BillingContact {
    /// Given name.
    pub first_name: String,
    /// Middle name.
    pub middle_name: String,
    /// Family name.
    pub last_name: String,
    /// The third line of the address.
    pub line3: String,
    /// Such as `de-DE`.
    pub culture: String,
    /// Two letters; may be a language that the portal does not speak.
    pub language: String,
}

impl BillingContact {
    fn row(&self, customer: TenantId) -> BillingContactRow {
        BillingContactRow {
            customer_id: Id(customer),
            first_name: self.first_name.clone(),
            middle_name: self.middle_name.clone(),
            last_name: self.last_name.clone(),
            address_line3: self.line3.clone(),
            culture: self.culture.clone(),
            language: self.language.clone(),
        }
    }

    /// What is stored for a customer.
    pub(super) fn load(conn: &mut Conn, customer: TenantId) -> Result<Self, StoreError> {
        let row = billing_contacts::find(conn, customer)?;
        Ok(row.map_or_else(Self::default, |row| Self {
            first_name: row.first_name,
            middle_name: row.middle_name,
            last_name: row.last_name,
            line3: row.address_line3,
            culture: row.culture,
            language: row.language,
        }))
    }

    /// Stores it; `false` when it was the same before.
    fn store(&self, conn: &mut Conn, customer: TenantId) -> Result<bool, StoreError> {
        let row = self.row(customer);
        if billing_contacts::find(conn, customer)?.as_ref() == Some(&row) {
            return Ok(false);
        }
        billing_contacts::put(conn, &row).map(|()| true)
    }
}

impl Profile {
    /// What is stored.
    pub(super) fn of(row: &TenantRow) -> Self {
        Self {
            name: row.name.clone(),
            line1: row.address_line1.clone(),
            line2: row.address_line2.clone(),
            city: row.city.clone(),
            state: row.region.clone(),
            postal_code: row.postal_code.clone(),
            phone: row.phone.clone(),
            email: row.email.clone(),
            language: row.language.clone(),
            segment: row.segment.clone(),
            registration_number: row.registration_number.clone(),
            vat_id: row.vat_id.clone(),
            contact: None,
        }
    }
}

/// Gathers every wrong field before it answers.
struct Wrong(Vec<(&'static str, &'static str)>);

impl Wrong {
    fn add(&mut self, field: &'static str, code: &'static str) {
        self.0.push((field, code));
    }

    fn problem(self) -> Problem {
        self.0
            .into_iter()
            .fold(Problem::invalid("invalid_input"), |problem, (field, code)| problem.with_field(field, code))
    }
}

/// A checked profile in the form in which it is stored.
struct CheckedProfile {
    profile: Profile,
}

fn check(profile: &Profile, country: Country, wrong: &mut Wrong) -> CheckedProfile {
    let mut checked = profile.clone();
    match CompanyName::parse(&profile.name) {
        Ok(name) => name.as_str().clone_into(&mut checked.name),
        Err(error) => wrong.add("name", field_code(error.as_text())),
    }
    check_address(&mut checked, country, wrong);
    match (profile.phone.trim(), PhoneNumber::parse(&profile.phone)) {
        // Where organisations have registration numbers, the authorities ask for a phone number too.
        ("", _) if country.registration_pattern().is_some() => wrong.add("phone", "missing"),
        ("", _) => checked.phone = String::new(),
        (_, Ok(phone)) => phone.as_str().clone_into(&mut checked.phone),
        (_, Err(error)) => wrong.add("phone", field_code(error.as_text())),
    }
    match EmailAddress::parse(&profile.email) {
        Ok(email) => email.as_str().clone_into(&mut checked.email),
        Err(error) => wrong.add("email", field_code(error.as_text())),
    }
    let language = match profile.language.trim() {
        "" => Some(Lang::from_tag(country.default_language()).unwrap_or_default()),
        tag => Lang::from_tag(tag),
    };
    match language {
        Some(language) => language.tag().clone_into(&mut checked.language),
        None => wrong.add("language", "unknown"),
    }
    let segment = match profile.segment.trim() {
        "" => Some(Segment::Commercial),
        word => Segment::parse(word),
    };
    match segment {
        Some(segment) => segment.as_text().clone_into(&mut checked.segment),
        None => wrong.add("segment", "unknown"),
    }
    match check_registration_number(country, Some(&profile.registration_number)) {
        Ok(number) => checked.registration_number = number.unwrap_or_default(),
        Err(error) => wrong.add("registration_number", field_code(error.as_text())),
    }
    let vat_id: String = profile.vat_id.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if !vat_id.is_empty() && !looks_like_vat_id(&vat_id) {
        wrong.add("vat_id", "form");
    }
    checked.vat_id = vat_id;
    CheckedProfile { profile: checked }
}

fn check_address(checked: &mut Profile, country: Country, wrong: &mut Wrong) {
    let address = Address {
        line1: checked.line1.clone(),
        line2: checked.line2.clone(),
        city: checked.city.clone(),
        state: checked.state.clone(),
        postal_code: checked.postal_code.clone(),
        country,
    };
    match address.validated() {
        Ok(address) => {
            checked.line1 = address.line1;
            checked.line2 = address.line2;
            checked.city = address.city;
            checked.state = address.state;
            checked.postal_code = address.postal_code;
        }
        Err(errors) => {
            for error in errors {
                wrong.add(error.field.as_text(), field_code(error.reason.as_text()));
            }
        }
    }
}

/// Two letters, then 2 to 13 letters and digits, as all numbers of the Union and its neighbours.
/// Whether it exists is checked elsewhere.
fn looks_like_vat_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    (4..=15).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..].iter().all(u8::is_ascii_alphanumeric)
}

/// A customer that may be created.
pub(super) struct NewCustomer {
    pub(super) domain: DomainName,
    pub(super) admin: EmailAddress,
    country: Country,
    currency: String,
    profile: Profile,
}

/// Checks everything that was typed and names every wrong field.
pub(super) fn checked_new(command: &CreateCustomer) -> Result<NewCustomer, Problem> {
    let mut wrong = Wrong(Vec::new());
    let domain =
        DomainName::parse(&command.domain).map_err(|error| wrong.add("domain", field_code(error.as_text()))).ok();
    let admin = EmailAddress::parse(&command.admin_email)
        .map_err(|error| wrong.add("admin_email", field_code(error.as_text())))
        .ok();
    let country = Country::parse(&command.country);
    let currency = country.and_then(Country::default_currency);
    let Some((country, currency)) = country.zip(currency) else {
        wrong.add("country", "unknown");
        return Err(wrong.problem());
    };
    let checked = check(&command.profile, country, &mut wrong);
    match (domain, admin) {
        (Some(domain), Some(admin)) if wrong.0.is_empty() => {
            Ok(NewCustomer { domain, admin, country, currency: currency.to_string(), profile: checked.profile })
        }
        _ => Err(wrong.problem()),
    }
}

impl NewCustomer {
    /// Stores what the row has no place for.
    pub(super) fn store_contact(&self, conn: &mut Conn, id: TenantId) -> Result<(), StoreError> {
        self.profile.contact.as_ref().map_or(Ok(()), |contact| contact.store(conn, id).map(|_| ()))
    }

    /// The row of a customer that is created now.
    pub(super) fn row(&self, id: TenantId, now: Timestamp) -> TenantRow {
        let profile = self.profile.clone();
        let (name_key_en, name_key_cs) = name_keys(&profile.name);
        TenantRow {
            id: Id(id),
            kind: Word(TenantKind::Customer),
            name: profile.name,
            name_key_en,
            name_key_cs,
            domain: Some(self.domain.as_str().to_owned()),
            state: "active".to_owned(),
            country: self.country.code().to_owned(),
            currency: self.currency.clone(),
            zone: self.country.default_time_zone().to_owned(),
            language: profile.language,
            segment: profile.segment,
            address_line1: profile.line1,
            address_line2: profile.line2,
            city: profile.city,
            region: profile.state,
            postal_code: profile.postal_code,
            phone: profile.phone,
            email: profile.email,
            registration_number: profile.registration_number,
            vat_id: profile.vat_id,
            vat_checked_at: None,
            created_at: now.into(),
            version: 1,
        }
    }
}

/// Edits a customer.
#[derive(Debug, Clone)]
pub struct EditCustomer {
    /// Which.
    pub customer: TenantId,
    /// All that may be edited.
    pub profile: Profile,
    /// The version that was seen; `None` to replace whatever is there.
    pub version: Option<i64>,
}

/// Replaces what may be edited. Country, currency and domain stay.
///
/// # Errors
///
/// `not_found`, `relationship_ended`, `missing_role`, wrong fields, `changed_elsewhere`.
pub async fn edit(app: &App, caller: &Caller, command: EditCustomer) -> Result<(), Problem> {
    let customer = command.customer;
    let input = (app.stamp(caller), command);
    let edited = app.store.write(input, |conn, (stamp, command)| apply(conn, stamp, command)).await;
    people::refused(app, caller, "customer.edited", customer, customer, edited).await
}

fn apply(conn: &mut Conn, stamp: &Stamp, command: &EditCustomer) -> Result<(), Problem> {
    authorize::require(conn, &stamp.caller, Permission::CustomerEdit, Owner::Tenant(command.customer))?;
    let old = find(conn, command.customer)?;
    if command.version.is_some_and(|seen| seen != old.version) {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    let mut wrong = Wrong(Vec::new());
    let country = Country::parse(&old.country).ok_or_else(|| Problem::internal("a stored country is none"))?;
    let checked = check(&command.profile, country, &mut wrong).profile;
    if !wrong.0.is_empty() {
        return Err(wrong.problem());
    }
    let before = Profile { contact: checked.contact.clone(), ..Profile::of(&old) };
    let has_new_contact = match &checked.contact {
        Some(contact) => contact.store(conn, command.customer)?,
        None => false,
    };
    if before == checked && !has_new_contact {
        return Ok(());
    }
    let (name_key_en, name_key_cs) = name_keys(&checked.name);
    let row = TenantRow {
        vat_checked_at: old.vat_checked_at.filter(|_| old.vat_id == checked.vat_id),
        name: checked.name.clone(),
        name_key_en,
        name_key_cs,
        language: checked.language.clone(),
        segment: checked.segment.clone(),
        address_line1: checked.line1.clone(),
        address_line2: checked.line2.clone(),
        city: checked.city.clone(),
        region: checked.state.clone(),
        postal_code: checked.postal_code.clone(),
        phone: checked.phone.clone(),
        email: checked.email.clone(),
        registration_number: checked.registration_number.clone(),
        vat_id: checked.vat_id.clone(),
        ..old
    };
    rows::update_profile(conn, &row)?;
    relationship_rows::set_name_keys(conn, command.customer, &row.name_key_en, &row.name_key_cs)?;
    let related = relationship_rows::of_customer(conn, command.customer)?;
    let partners: Vec<TenantId> = related.iter().map(|(relationship, _)| relationship.partner_id.0).collect();
    write_tokens(conn, &row, &partners)?;
    let mut fields = changed(&before, &checked);
    if has_new_contact {
        fields.push("contact");
    }
    record(conn, stamp, command.customer, &fields)
}

/// The names of the fields that differ; their values may be personal and stay out of the record.
fn changed(before: &Profile, after: &Profile) -> Vec<&'static str> {
    let pairs = [
        ("name", &before.name, &after.name),
        ("line1", &before.line1, &after.line1),
        ("line2", &before.line2, &after.line2),
        ("city", &before.city, &after.city),
        ("state", &before.state, &after.state),
        ("postal_code", &before.postal_code, &after.postal_code),
        ("phone", &before.phone, &after.phone),
        ("email", &before.email, &after.email),
        ("language", &before.language, &after.language),
        ("segment", &before.segment, &after.segment),
        ("registration_number", &before.registration_number, &after.registration_number),
        ("vat_id", &before.vat_id, &after.vat_id),
    ];
    pairs.into_iter().filter(|(_, before, after)| before != after).map(|(field, _, _)| field).collect()
}

fn record(conn: &mut Conn, stamp: &Stamp, customer: TenantId, fields: &[&str]) -> Result<(), Problem> {
    let mut ids = stamp.seed.ids();
    let entry = Entry::new("customer.edited", "customer", customer)
        .partner(stamp.caller.tenant)
        .customer(customer)
        .detail(json!({ "fields": fields }));
    audit::record(conn, &mut ids, stamp, &entry)?;
    event::push(conn, &mut ids, stamp, "customer.edited", &json!({ "customer": customer.to_string() }))?;
    Ok(())
}
