//! A partner's profiles (contract 50): organization, legal business, billing, support and network number are
//! views of one thing, read by [`get`] and changed by [`put`]. Country and currency never change here.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::TenantId;
use perpetua_store::Conn;
use perpetua_store::profiles::{self as rows, ProfileRow};
use perpetua_store::tenants::{self, TenantRow};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::Problem;

/// The longest value, in characters.
const VALUE_CHARS_MAX: usize = 256;

/// A partner as its profiles show it; texts may be empty.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The tenant: name, domain, address, country, language.
    pub tenant: TenantRow,
    /// What the profiles have beyond it.
    pub more: ProfileRow,
    /// Its number in the partner network.
    pub mpn_id: String,
    /// The currency of its account.
    pub currency: String,
    /// Grows with every change: the etag is made from it.
    pub version: i64,
}

/// What somebody wants of a profile; `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// Must be the present one.
    pub country: Option<String>,
    /// Must be the present one.
    pub currency: Option<String>,
    /// Street.
    pub address_line1: Option<String>,
    /// Second line.
    pub address_line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or region.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Telephone number of the organisation.
    pub phone: Option<String>,
    /// Address for bills and notices.
    pub email: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Where its customers ask for help.
    pub support_email: Option<String>,
    /// Where its customers call for help.
    pub support_phone: Option<String>,
    /// Its primary contact's first name.
    pub contact_first_name: Option<String>,
    /// Its primary contact's last name.
    pub contact_last_name: Option<String>,
    /// Its primary contact's address.
    pub contact_email: Option<String>,
    /// Its primary contact's telephone number.
    pub contact_phone: Option<String>,
    /// The number that its invoices name.
    pub purchase_order_number: Option<String>,
    /// Its tax number.
    pub tax_id: Option<String>,
}

impl ProfilePatch {
    /// The right that the change needs: what bills name is the billing administrators' too.
    const fn permission(&self) -> Permission {
        let Self { email, website, support_email, support_phone, .. } = self;
        if email.is_none() && website.is_none() && support_email.is_none() && support_phone.is_none() {
            Permission::BillingProfileEdit
        } else {
            Permission::TenantProfileEdit
        }
    }
}

/// A partner's profile, for its own people and the operator's.
///
/// # Errors
///
/// `not_found` for anybody else, `missing_role`.
pub async fn get(app: &App, caller: &Caller, partner: TenantId) -> Result<Profile, Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| find(conn, &caller, Permission::TenantProfileView, partner)).await
}

/// The profile of the caller's own organisation, which every one of its programs may know.
///
/// # Errors
///
/// `not_found` for callers of other organisations than partners.
pub async fn own(app: &App, caller: &Caller) -> Result<Profile, Problem> {
    let partner = caller.tenant;
    app.store.read(move |conn| load(conn, partner)).await
}

/// Changes a partner's profile and answers with it as it is then. What is so already is no change. Address, contact,
/// purchase-order and tax number are also for billing administrators, the rest for administrators only.
///
/// # Errors
///
/// As [`get`]; `changed_elsewhere` when the expected version is not the present one; `country_fixed` for another
/// country or currency; `invalid_input` naming each value that is too long or holds control characters.
pub async fn put(
    app: &App,
    caller: &Caller,
    partner: TenantId,
    expected_version: Option<i64>,
    patch: ProfilePatch,
) -> Result<Profile, Problem> {
    let input = (app.stamp(caller), partner, expected_version, patch);
    app.store
        .write(input, |conn, (stamp, partner, expected, patch)| put_in(conn, stamp, *partner, *expected, patch))
        .await
}

fn find(conn: &mut Conn, caller: &Caller, permission: Permission, partner: TenantId) -> Result<Profile, Problem> {
    let profile = load(conn, partner)?;
    authorize::require(conn, caller, permission, Owner::Tenant(partner))?;
    if caller.kind == TenantKind::Customer { Err(Problem::not_found()) } else { Ok(profile) }
}

fn load(conn: &mut Conn, partner: TenantId) -> Result<Profile, Problem> {
    let tenant = tenants::find(conn, partner)?.filter(|tenant| tenant.kind.0 == TenantKind::Partner);
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let account = tenants::account(conn, partner)?.ok_or_else(|| Problem::internal("a partner without account"))?;
    let more = rows::find(conn, partner)?;
    let version = tenant.version + more.version;
    Ok(Profile { tenant, more, mpn_id: account.mpn_id, currency: account.currency, version })
}

fn put_in(
    conn: &mut Conn,
    stamp: &Stamp,
    partner: TenantId,
    expected: Option<i64>,
    patch: &ProfilePatch,
) -> Result<Profile, Problem> {
    let before = find(conn, &stamp.caller, patch.permission(), partner)?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    let differs = |wanted: &Option<String>, present: &str| wanted.as_ref().is_some_and(|wanted| wanted != present);
    if differs(&patch.country, &before.tenant.country) || differs(&patch.currency, &before.currency) {
        return Err(Problem::invalid("country_fixed"));
    }
    let (mut tenant, mut more) = (before.tenant.clone(), before.more.clone());
    let changed = apply(patch, &mut tenant, &mut more)?;
    if changed.is_empty() {
        return Ok(before);
    }
    rows::save(conn, &more)?;
    if is_moved(&before.tenant, &tenant) {
        rows::save_address(conn, &tenant)?;
    }
    let mut ids = stamp.seed.ids();
    let facts = json!({ "name": tenant.name, "changed": changed });
    let entry = Entry::new("partner_profile.changed", "tenant", partner).partner(partner).detail(facts);
    audit::record(conn, &mut ids, stamp, &entry)?;
    let payload = json!({ "partner": partner.to_string() });
    event::push(conn, &mut ids, stamp, "partner_profile.changed", &payload)?;
    load(conn, partner)
}

fn is_moved(before: &TenantRow, after: &TenantRow) -> bool {
    let address = |row: &TenantRow| {
        [&row.address_line1, &row.address_line2, &row.city, &row.region, &row.postal_code, &row.phone, &row.email]
            .map(Clone::clone)
    };
    address(before) != address(after)
}

/// Writes what is wanted into the rows; answers with the names of the values that changed.
fn apply(patch: &ProfilePatch, tenant: &mut TenantRow, more: &mut ProfileRow) -> Result<Vec<&'static str>, Problem> {
    let values: [(&'static str, &Option<String>, &mut String); 16] = [
        ("addressLine1", &patch.address_line1, &mut tenant.address_line1),
        ("addressLine2", &patch.address_line2, &mut tenant.address_line2),
        ("city", &patch.city, &mut tenant.city),
        ("region", &patch.region, &mut tenant.region),
        ("postalCode", &patch.postal_code, &mut tenant.postal_code),
        ("phoneNumber", &patch.phone, &mut tenant.phone),
        ("email", &patch.email, &mut tenant.email),
        ("website", &patch.website, &mut more.website),
        ("supportEmail", &patch.support_email, &mut more.support_email),
        ("supportTelephone", &patch.support_phone, &mut more.support_phone),
        ("firstName", &patch.contact_first_name, &mut more.contact_first_name),
        ("lastName", &patch.contact_last_name, &mut more.contact_last_name),
        ("contactEmail", &patch.contact_email, &mut more.contact_email),
        ("contactPhoneNumber", &patch.contact_phone, &mut more.contact_phone),
        ("purchaseOrderNumber", &patch.purchase_order_number, &mut more.purchase_order_number),
        ("taxId", &patch.tax_id, &mut more.tax_id),
    ];
    let mut problem = Problem::invalid("invalid_input");
    let mut changed = Vec::new();
    for (name, wanted, value) in values {
        let Some(wanted) = wanted.as_ref().map(|wanted| wanted.trim()).filter(|wanted| wanted != value) else {
            continue;
        };
        if wanted.chars().count() > VALUE_CHARS_MAX || wanted.chars().any(char::is_control) {
            problem = problem.with_field(name, "text_too_long");
            continue;
        }
        wanted.clone_into(value);
        changed.push(name);
    }
    if problem.fields.is_empty() { Ok(changed) } else { Err(problem) }
}
