//! Customers: a partner's list, creating and editing one, its page, and the accepted agreement.
//!
//! A customer is a tenant of its own; a partner sees it only through a relationship (design §4),
//! which is [`relationships`]' business.

mod agreement;
mod profile;
pub mod relationships;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use perpetua_domain::access::{Permission, Role, TenantKind};
use perpetua_domain::id::TenantId;
use perpetua_domain::names::DomainName;
use perpetua_i18n::{Lang, collation};
use perpetua_store::customers::{self as rows, NameCursor};
use perpetua_store::relationships::RelationshipRow;
use perpetua_store::search::{self, TokenRow};
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, Id, Page, StoreError, Word, agreements, relationships as relationship_rows, tenants};
use serde_json::json;

pub use agreement::{AGREEMENT_TEMPLATE, Agreement, RecordAgreement, Recorded, agreements_of, record_agreement};
pub use profile::{BillingContact, EditCustomer, Profile, edit};

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::form_use::{FormKey, Once, always_first, earlier_id, once};
use crate::one_time::{self, Mark};
use crate::partners::name_order;
use crate::people::{self, NewInvitation, OneTimeLink};
use crate::problem::Problem;

/// What a partner wants to see of its customers.
#[derive(Debug, Clone, Default)]
pub struct ListCustomers {
    /// Words of which each begins a word of name, domain or address; empty for all.
    pub search: String,
    /// Former customers in place of present ones.
    pub ended: bool,
    /// Where the page starts: what the page before gave.
    pub after: Option<NameCursor>,
    /// The last customer of the page before, for callers that keep no sort key.
    pub after_customer: Option<TenantId>,
    /// The page that ends before `after` in place of the one that begins behind it.
    pub backwards: bool,
    /// Lines wanted, 1 to 500.
    pub limit: i64,
}

/// A line of that list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerLine {
    /// The customer.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Two letters.
    pub country: String,
    /// Since when it is, or was, a customer of this partner.
    pub since: Timestamp,
    /// Whether the relationship stands.
    pub is_active: bool,
    /// Whether an accepted agreement is on record.
    pub has_agreement: bool,
    /// Orders that this partner placed for it.
    pub orders: i64,
}

/// Lists customers by name in the order of the caller's language; gives where the next page starts.
/// Four queries, however long the page.
///
/// # Errors
///
/// `missing_role`; `not_found` for a caller that is no partner.
pub async fn list(
    app: &App,
    caller: &Caller,
    wanted: ListCustomers,
) -> Result<(Vec<CustomerLine>, Option<NameCursor>), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::CustomerList, Owner::Own)?;
            if caller.kind != TenantKind::Partner {
                return Err(Problem::not_found());
            }
            load_list(conn, &caller, caller.tenant, &wanted)
        })
        .await
}

/// The customers of one partner, as the operator lists them.
///
/// # Errors
///
/// `missing_role`; `not_found` for a caller that is not the operator's. An unknown partner has no customers.
pub async fn list_of_partner(
    app: &App,
    caller: &Caller,
    partner: TenantId,
    wanted: ListCustomers,
) -> Result<(Vec<CustomerLine>, Option<NameCursor>), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            if caller.kind != TenantKind::Operator {
                return Err(Problem::not_found());
            }
            authorize::require(conn, &caller, Permission::CustomerList, Owner::Own)?;
            load_list(conn, &caller, partner, &wanted)
        })
        .await
}

fn load_list(
    conn: &mut Conn,
    caller: &Caller,
    partner: TenantId,
    wanted: &ListCustomers,
) -> Result<(Vec<CustomerLine>, Option<NameCursor>), Problem> {
    let limit = wanted.limit.clamp(1, 500);
    let words = collation::tokens(&wanted.search);
    let after = match wanted.after_customer {
        Some(customer) => Some(cursor_of(conn, caller, customer)?),
        None => wanted.after.clone(),
    };
    let page = Page { after, limit: limit + 1 };
    let state = if wanted.ended { "ended" } else { "active" };
    let order = (name_order(caller.origin.lang), wanted.backwards);
    let mut found = rows::of_partner(conn, partner, state, &words, order, &page)?;
    let more = wanted.backwards || i64::try_from(found.len()).unwrap_or(0) > limit;
    found.truncate(usize::try_from(limit).unwrap_or(0));
    if wanted.backwards {
        found.reverse();
    }
    let next = found.last().filter(|_| more).map(|line| (line.name_key.clone(), line.id.0));
    let customers: Vec<TenantId> = found.iter().map(|line| line.id.0).collect();
    let related: Vec<_> = found.iter().map(|line| line.relationship_id.0).collect();
    let agreed: BTreeSet<_> = agreements::accepted_among(conn, &related)?.into_iter().collect();
    let orders: BTreeMap<_, _> = rows::order_counts(conn, partner, &customers)?.into_iter().collect();
    let lines = found.into_iter().map(|line| CustomerLine {
        id: line.id.0,
        name: line.name,
        domain: line.domain.unwrap_or_default(),
        country: line.country,
        since: line.since.timestamp(),
        is_active: line.state == "active",
        has_agreement: agreed.contains(&line.relationship_id.0),
        orders: orders.get(&line.id.0).copied().unwrap_or(0),
    });
    Ok((lines.collect(), next))
}

/// Where the list stands after a customer; also a former one, which it may have become between two pages.
fn cursor_of(conn: &mut Conn, caller: &Caller, customer: TenantId) -> Result<NameCursor, Problem> {
    let row = relationship_rows::load(conn, caller.tenant, customer)?.ok_or_else(Problem::not_found)?;
    let key = match name_order(caller.origin.lang) {
        rows::NameOrder::En => row.name_key_en,
        rows::NameOrder::Cs => row.name_key_cs,
    };
    Ok((key, customer))
}

/// Refuses early, before a form is shown, what [`create`] or
/// [`invite`](relationships::invite) would refuse.
///
/// # Errors
///
/// `missing_role`.
pub async fn may(app: &App, caller: &Caller, permission: Permission) -> Result<(), Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| authorize::require(conn, &caller, permission, Owner::Own)).await
}

/// Creates a customer of the caller's partner.
#[derive(Debug, Clone)]
pub struct CreateCustomer {
    /// Its domain as typed; nobody else may have it.
    pub domain: String,
    /// Two letters; cannot be changed later, as currency and prices follow from it.
    pub country: String,
    /// Everything that can be edited later.
    pub profile: Profile,
    /// Whom to invite as its first global administrator.
    pub admin_email: String,
}

/// Creates a customer with an active relationship and an invitation for its first global
/// administrator.
///
/// # Errors
///
/// `missing_role`, wrong fields, `domain_taken` in field `domain`.
pub async fn create(app: &App, caller: &Caller, command: CreateCustomer) -> Result<(TenantId, OneTimeLink), Problem> {
    let (id, link) = create_once(app, caller, None, command).await?;
    Ok((id, always_first(link)?))
}

/// Creates a customer once for one form; a copy of the form gives the customer without the invitation's address.
///
/// # Errors
///
/// As [`create`].
pub async fn create_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: CreateCustomer,
) -> Result<(TenantId, Option<OneTimeLink>), Problem> {
    let (token, mark) = one_time::fresh(app)?;
    let input = (app.stamp(caller), command, mark);
    let created = app
        .store
        .write(input, move |conn, (stamp, command, mark)| {
            authorize::require(conn, &stamp.caller, Permission::CustomerCreate, Owner::Own)?;
            once(conn, stamp, (form, "customer.created"), |conn| {
                let made = insert(conn, stamp, command, *mark)?;
                Ok((made.0.to_string(), made))
            })
        })
        .await;
    match people::refused(app, caller, "customer.created", caller.tenant, caller.tenant, created).await? {
        Once::First((id, expires_at)) => Ok((id, Some(OneTimeLink { token, expires_at }))),
        Once::Earlier(customer) => Ok((earlier_id(&customer)?, None)),
    }
}

fn insert(
    conn: &mut Conn,
    stamp: &Stamp,
    command: &CreateCustomer,
    token: Mark,
) -> Result<(TenantId, Timestamp), Problem> {
    let checked = profile::checked_new(command)?;
    if tenants::find_by_domain(conn, checked.domain.as_str())?.is_some() {
        return Err(Problem::field("domain", "domain_taken"));
    }
    let mut ids = stamp.seed.ids();
    let id: TenantId = ids.next();
    let row = checked.row(id, stamp.now);
    tenants::insert(conn, &row)?;
    checked.store_contact(conn, id)?;
    let partner = stamp.caller.tenant;
    let relationship = RelationshipRow {
        id: Id(ids.next()),
        partner_id: Id(partner),
        customer_id: Id(id),
        state: "active".to_owned(),
        since: stamp.now.into(),
        ended_at: None,
        ended_by: None,
        name_key_en: row.name_key_en.clone(),
        name_key_cs: row.name_key_cs.clone(),
        version: 1,
    };
    relationship_rows::insert(conn, &relationship)?;
    write_tokens(conn, &row, &[partner])?;
    let facts = json!({ "domain": row.domain, "country": row.country });
    let entry = Entry::new("customer.created", "customer", id).partner(partner).customer(id).detail(facts);
    audit::record(conn, &mut ids, stamp, &entry)?;
    let facts = json!({ "customer": id.to_string(), "partner": partner.to_string() });
    event::push(conn, &mut ids, stamp, "customer.created", &facts)?;
    let invitation = NewInvitation {
        tenant: id,
        kind: TenantKind::Customer,
        partner: Some(partner),
        email: checked.admin,
        roles: vec![Role::first_of(TenantKind::Customer)],
        token,
    };
    let expires_at = people::insert_invitation(conn, &mut ids, stamp, &invitation)?;
    Ok((id, expires_at))
}

/// Writes the words by which these partners and the operator find a customer; whoever inserts one without a use
/// case calls it too.
///
/// # Errors
///
/// The store's failure.
pub fn write_tokens(conn: &mut Conn, row: &TenantRow, partners: &[TenantId]) -> Result<(), StoreError> {
    let target = row.id.0.as_ref().to_vec();
    let text = format!("{} {} {}", row.name, row.domain.as_deref().unwrap_or_default(), row.city);
    let words = collation::tokens(&text);
    let mut scopes: Vec<TenantId> = partners.to_vec();
    scopes.extend(tenants::operator(conn)?.map(|operator| operator.id.0));
    for scope in scopes {
        let scope = scope.as_ref().to_vec();
        search::remove_target(conn, &scope, rows::CUSTOMER, &target)?;
        let tokens: Vec<TokenRow> = words
            .iter()
            .map(|word| TokenRow {
                scope: scope.clone(),
                kind: rows::CUSTOMER.to_owned(),
                token: word.clone(),
                target: target.clone(),
            })
            .collect();
        search::insert(conn, &tokens)?;
    }
    Ok(())
}

/// A customer as one of its partners, or the operator, sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPage {
    /// The customer.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Two letters.
    pub country: String,
    /// The currency in which it buys.
    pub currency: String,
    /// The IANA zone in which its days are counted.
    pub zone: String,
    /// What can be edited.
    pub profile: Profile,
    /// Parts of it that only programs write and read.
    pub contact: BillingContact,
    /// Since when it is known here.
    pub created_at: Timestamp,
    /// The version to name with the next change.
    pub version: i64,
    /// The relationship with the caller's partner; `None` for the operator.
    pub relationship: Option<Relationship>,
    /// The latest accepted agreement under that relationship.
    pub agreement: Option<Agreement>,
    /// Whether the caller may edit the customer.
    pub can_edit: bool,
    /// Whether the caller may record an agreement.
    pub can_record: bool,
    /// Whether the caller may end the relationship.
    pub can_end: bool,
    /// Whether the caller may buy for it; an agreement is needed besides.
    pub can_buy: bool,
}

/// Whether somebody has this domain, in whatever case; a text that is no domain is nobody's.
pub async fn domain_is_taken(app: &App, domain: &str) -> Result<bool, Problem> {
    let Ok(domain) = DomainName::parse(domain) else { return Ok(false) };
    app.store.read(move |conn| Ok(tenants::find_by_domain(conn, domain.as_str())?.is_some())).await
}

/// How a partner and a customer stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// Since when it stands, or stood.
    pub since: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether the partner ended it.
    pub ended_by_partner: bool,
}

impl Relationship {
    fn of(row: &RelationshipRow) -> Self {
        Self {
            since: row.since.timestamp(),
            ended_at: row.ended_at.map(perpetua_store::Utc::timestamp),
            ended_by_partner: row.ended_by == Some(row.partner_id),
        }
    }
}

/// One customer.
///
/// # Errors
///
/// `not_found` when it never was the caller's customer, `relationship_ended`, `missing_role`.
pub async fn page(app: &App, caller: &Caller, customer: TenantId) -> Result<CustomerPage, Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| load_page(conn, &caller, customer)).await
}

fn load_page(conn: &mut Conn, caller: &Caller, customer: TenantId) -> Result<CustomerPage, Problem> {
    let owner = Owner::Tenant(customer);
    authorize::require(conn, caller, Permission::CustomerView, owner)?;
    let row = find(conn, customer)?;
    let relationship = match caller.kind {
        TenantKind::Partner => relationship_rows::load(conn, caller.tenant, customer)?,
        _ => None,
    };
    let sees_agreement = authorize::allows(conn, caller, Permission::AgreementView, owner)?;
    let agreement = match &relationship {
        Some(relationship) if sees_agreement => {
            agreements::of_relationship(conn, relationship.id.0)?.first().map(Agreement::of)
        }
        _ => None,
    };
    Ok(CustomerPage {
        id: customer,
        profile: Profile::of(&row),
        contact: BillingContact::load(conn, customer)?,
        created_at: row.created_at.timestamp(),
        version: row.version,
        name: row.name,
        domain: row.domain.unwrap_or_default(),
        country: row.country,
        currency: row.currency,
        zone: row.zone,
        relationship: relationship.as_ref().map(Relationship::of),
        agreement,
        can_edit: authorize::allows(conn, caller, Permission::CustomerEdit, owner)?,
        can_record: authorize::allows(conn, caller, Permission::AgreementRecord, owner)?,
        can_end: authorize::allows(conn, caller, Permission::RelationshipEnd, owner)?,
        can_buy: authorize::allows(conn, caller, Permission::CartEdit, owner)?,
    })
}

fn find(conn: &mut Conn, customer: TenantId) -> Result<TenantRow, Problem> {
    let row = tenants::find(conn, customer)?.filter(|row| row.kind == Word(TenantKind::Customer));
    row.ok_or_else(Problem::not_found)
}

/// The sort keys of a name in both languages.
fn name_keys(name: &str) -> (Vec<u8>, Vec<u8>) {
    (collation::sort_key(Lang::En, name), collation::sort_key(Lang::Cs, name))
}
