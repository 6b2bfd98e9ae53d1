//! Partners, as the operator manages them: who they are, what they may owe, whether they may work.

use jiff::Timestamp;
use perpetua_domain::access::{Permission, Role, TenantKind};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::Currency;
use perpetua_domain::names::{CompanyName, EmailAddress};
use perpetua_i18n::{Lang, collation};
use perpetua_store::customers::{NameCursor, NameOrder};
use perpetua_store::tenants::{PartnerAccountRow, TenantRow};
use perpetua_store::{Conn, Id, Page, StoreError, Word, partners as rows, tenants};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::form_use::{FormKey, Once, always_first, earlier_id, once};
use crate::one_time::{self, Mark};
use crate::people::{self, NewInvitation, OneTimeLink, field_code};
use crate::problem::{Param, Problem};

/// The greatest credit limit, in minor units: far above any partner, far below where sums overflow.
pub const CREDIT_LIMIT_MAX: i64 = 1_000_000_000_000_000;

/// The longest partner number, in digits.
const MPN_DIGITS_MAX: usize = 12;

/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;

/// A partner as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The partner.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// Whether its people may not work.
    pub is_suspended: bool,
    /// Its number in the partner network.
    pub mpn_id: String,
    /// The currency of its account.
    pub currency: Currency,
    /// What it may owe, minor units.
    pub credit_limit: i64,
    /// What it owes, minor units.
    pub balance: i64,
    /// How many customers it serves now.
    pub customers: i64,
    /// Since when.
    pub since: Timestamp,
}

/// The order of names that people of a language expect.
pub(crate) const fn name_order(lang: Lang) -> NameOrder {
    match lang {
        Lang::En => NameOrder::En,
        Lang::Cs => NameOrder::Cs,
    }
}

/// Lists partners by name in the caller's language, `limit` (1 to 500) of them after `after`; gives
/// where the next page starts.
///
/// # Errors
///
/// `missing_role`.
pub async fn list(
    app: &App,
    caller: &Caller,
    after: Option<NameCursor>,
    limit: i64,
) -> Result<(Vec<Partner>, Option<NameCursor>), Problem> {
    let caller = caller.clone();
    let limit = limit.clamp(1, 500);
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PartnerView, Owner::Own)?;
            let order = name_order(caller.origin.lang);
            let mut found = rows::list(conn, order, &Page { after, limit: limit + 1 })?;
            let more = i64::try_from(found.len()).unwrap_or(0) > limit;
            found.truncate(usize::try_from(limit).unwrap_or(0));
            let next = found.last().filter(|_| more).map(|(tenant, _)| {
                let key = match order {
                    NameOrder::En => &tenant.name_key_en,
                    NameOrder::Cs => &tenant.name_key_cs,
                };
                (key.clone(), tenant.id.0)
            });
            Ok((with_counts(conn, found)?, next))
        })
        .await
}

fn with_counts(conn: &mut Conn, found: Vec<(TenantRow, PartnerAccountRow)>) -> Result<Vec<Partner>, StoreError> {
    let ids: Vec<TenantId> = found.iter().map(|(tenant, _)| tenant.id.0).collect();
    let counts = rows::customer_counts(conn, &ids)?;
    let partners = found.into_iter().map(|(tenant, account)| {
        let customers = counts.iter().find(|(id, _)| *id == tenant.id.0).map_or(0, |(_, count)| *count);
        partner_of(tenant, account, customers)
    });
    partners.collect()
}

fn partner_of(tenant: TenantRow, account: PartnerAccountRow, customers: i64) -> Result<Partner, StoreError> {
    let currency = account.currency.parse().map_err(|_| StoreError::Inconsistent {
        table: "partner_account",
        what: format!("currency {:?}", account.currency),
    })?;
    Ok(Partner {
        id: tenant.id.0,
        name: tenant.name,
        country: tenant.country,
        is_suspended: tenant.state != "active",
        mpn_id: account.mpn_id,
        currency,
        credit_limit: account.credit_limit,
        balance: account.balance,
        customers,
        since: tenant.created_at.timestamp(),
    })
}

/// Partners who owe at least four fifths of what they may, at most `limit` (1 to 100).
///
/// # Errors
///
/// `missing_role`.
pub async fn near_limit(app: &App, caller: &Caller, limit: i64) -> Result<Vec<Partner>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PartnerView, Owner::Own)?;
            let found = rows::near_limit(conn, limit.clamp(1, 100))?;
            Ok(with_counts(conn, found)?)
        })
        .await
}

/// One partner.
///
/// # Errors
///
/// `not_found`, `missing_role`.
pub async fn page(app: &App, caller: &Caller, partner: TenantId) -> Result<Partner, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PartnerView, Owner::Tenant(partner))?;
            let found = find(conn, partner)?;
            with_counts(conn, vec![found])?.pop().ok_or_else(Problem::not_found)
        })
        .await
}

fn find(conn: &mut Conn, partner: TenantId) -> Result<(TenantRow, PartnerAccountRow), Problem> {
    let tenant = tenants::find(conn, partner)?.filter(|tenant| tenant.kind.0 == TenantKind::Partner);
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let account = tenants::account(conn, partner)?.ok_or_else(Problem::not_found)?;
    Ok((tenant, account))
}

/// Creates a partner together with an invitation for its first admin agent.
#[derive(Debug, Clone)]
pub struct CreatePartner {
    /// Name as typed.
    pub name: String,
    /// Two letters.
    pub country: String,
    /// ISO 4217; empty for the country's own.
    pub currency: String,
    /// Its number in the partner network: digits.
    pub mpn_id: String,
    /// What it may owe, minor units.
    pub credit_limit: i64,
    /// Whom to invite.
    pub admin_email: String,
}

struct NewPartner {
    name: CompanyName,
    country: Country,
    currency: Currency,
    mpn_id: String,
    credit_limit: i64,
    admin: EmailAddress,
    token: Mark,
}

impl CreatePartner {
    fn checked(&self, token: Mark) -> Result<NewPartner, Problem> {
        let mut wrong = Problem::invalid("invalid_input");
        let mut fail = |field: &'static str, code: &'static str| {
            let problem = std::mem::replace(&mut wrong, Problem::invalid("invalid_input"));
            wrong = problem.with_field(field, code);
        };
        let name = CompanyName::parse(&self.name).map_err(|error| fail("name", field_code(error.as_text()))).ok();
        let country = Country::parse(&self.country);
        if country.is_none() {
            fail("country", "unknown");
        }
        let currency = match self.currency.trim() {
            "" => country.and_then(Country::default_currency),
            code => code.parse().ok(),
        };
        if currency.is_none() && country.is_some() {
            fail("currency", "unknown");
        }
        let mpn_id = self.mpn_id.trim();
        if mpn_id.is_empty() {
            fail("mpn_id", "missing");
        } else if mpn_id.len() > MPN_DIGITS_MAX || !mpn_id.bytes().all(|byte| byte.is_ascii_digit()) {
            fail("mpn_id", "form");
        }
        if !(0..=CREDIT_LIMIT_MAX).contains(&self.credit_limit) {
            fail("credit_limit", "out_of_range");
        }
        let admin = EmailAddress::parse(&self.admin_email)
            .map_err(|error| fail("admin_email", field_code(error.as_text())))
            .ok();
        match (name, country, currency, admin) {
            (Some(name), Some(country), Some(currency), Some(admin)) if wrong.fields.is_empty() => Ok(NewPartner {
                name,
                country,
                currency,
                mpn_id: mpn_id.to_owned(),
                credit_limit: self.credit_limit,
                admin,
                token,
            }),
            _ => Err(wrong),
        }
    }
}

/// Creates a partner; gives it and its first admin agent's invitation.
///
/// # Errors
///
/// `missing_role`, wrong fields, `taken` in field `mpn_id`.
pub async fn create(app: &App, caller: &Caller, command: CreatePartner) -> Result<(TenantId, OneTimeLink), Problem> {
    let (id, link) = create_once(app, caller, None, command).await?;
    Ok((id, always_first(link)?))
}

/// Creates a partner once for one form; a copy of the form gives the partner without the invitation's address.
///
/// # Errors
///
/// As [`create`].
pub async fn create_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: CreatePartner,
) -> Result<(TenantId, Option<OneTimeLink>), Problem> {
    let (token, mark) = one_time::fresh(app)?;
    let input = (app.stamp(caller), command, mark);
    let created = app
        .store
        .write(input, move |conn, (stamp, command, mark)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Own)?;
            once(conn, stamp, (form, "partner.created"), |conn| {
                let made = insert(conn, stamp, &command.checked(*mark)?)?;
                Ok((made.0.to_string(), made))
            })
        })
        .await;
    match people::refused(app, caller, "partner.created", caller.tenant, caller.tenant, created).await? {
        Once::First((id, expires_at)) => Ok((id, Some(OneTimeLink { token, expires_at }))),
        Once::Earlier(partner) => Ok((earlier_id(&partner)?, None)),
    }
}

fn insert(conn: &mut Conn, stamp: &Stamp, new: &NewPartner) -> Result<(TenantId, Timestamp), Problem> {
    if rows::mpn_is_taken(conn, &new.mpn_id)? {
        return Err(Problem::field("mpn_id", "taken"));
    }
    let mut ids = stamp.seed.ids();
    let id: TenantId = ids.next();
    tenants::insert(conn, &tenant_row(stamp, id, new))?;
    let account = PartnerAccountRow {
        partner_id: Id(id),
        mpn_id: new.mpn_id.clone(),
        currency: new.currency.to_string(),
        credit_limit: new.credit_limit,
        balance: 0,
        version: 1,
    };
    tenants::insert_account(conn, &account)?;
    let facts = json!({
        "mpn_id": new.mpn_id, "country": new.country.code(),
        "currency": new.currency.code(), "credit_limit": new.credit_limit,
    });
    audit::record(conn, &mut ids, stamp, &Entry::new("partner.created", "partner", id).partner(id).detail(facts))?;
    event::push(conn, &mut ids, stamp, "partner.created", &json!({ "partner": id.to_string() }))?;
    let invitation = NewInvitation {
        tenant: id,
        kind: TenantKind::Partner,
        partner: Some(id),
        email: new.admin.clone(),
        roles: vec![Role::first_of(TenantKind::Partner)],
        token: new.token,
    };
    let expires_at = people::insert_invitation(conn, &mut ids, stamp, &invitation)?;
    Ok((id, expires_at))
}

fn tenant_row(stamp: &Stamp, id: TenantId, new: &NewPartner) -> TenantRow {
    let name = new.name.as_str();
    TenantRow {
        id: Id(id),
        kind: Word(TenantKind::Partner),
        name: name.to_owned(),
        name_key_en: collation::sort_key(Lang::En, name),
        name_key_cs: collation::sort_key(Lang::Cs, name),
        domain: None,
        state: "active".to_owned(),
        country: new.country.code().to_owned(),
        currency: new.currency.to_string(),
        zone: new.country.default_time_zone().to_owned(),
        language: Lang::from_tag(new.country.default_language()).unwrap_or_default().tag().to_owned(),
        segment: "commercial".to_owned(),
        address_line1: String::new(),
        address_line2: String::new(),
        city: String::new(),
        region: String::new(),
        postal_code: String::new(),
        phone: String::new(),
        email: new.admin.as_str().to_owned(),
        registration_number: String::new(),
        vat_id: String::new(),
        vat_checked_at: None,
        created_at: stamp.now.into(),
        version: 1,
    }
}

/// Sets what a partner may owe, in minor units of its account's currency. What it owes already may
/// exceed the new limit: then nothing more can be ordered on account.
///
/// # Errors
///
/// `not_found`, `missing_role`, wrong `credit_limit` or `reason`.
pub async fn set_credit_limit(
    app: &App,
    caller: &Caller,
    partner: TenantId,
    limit: i64,
    reason: &str,
) -> Result<(), Problem> {
    let input = (app.stamp(caller), partner, limit, reason.trim().to_owned());
    let set = app
        .store
        .write(input, |conn, (stamp, partner, limit, reason)| {
            authorize::require(conn, &stamp.caller, Permission::CreditLimitEdit, Owner::Tenant(*partner))?;
            let mut wrong = check_reason("reason", reason).err();
            if !(0..=CREDIT_LIMIT_MAX).contains(limit) {
                let problem = wrong.unwrap_or_else(|| Problem::invalid("invalid_input"));
                wrong = Some(problem.with_field("credit_limit", "out_of_range"));
            }
            if let Some(wrong) = wrong {
                return Err(wrong);
            }
            let (_, account) = find(conn, *partner)?;
            rows::set_limit(conn, &account, *limit)?;
            let facts = json!({
                "from": account.credit_limit, "to": limit, "currency": account.currency, "reason": reason,
            });
            did(conn, stamp, "credit_limit.changed", *partner, facts)
        })
        .await;
    people::refused(app, caller, "credit_limit.changed", partner, partner, set).await
}

/// Keeps a partner's people from working, or lets them again. Customers keep what they have.
///
/// # Errors
///
/// `not_found`, `missing_role`, a wrong `suspend_reason`.
pub async fn set_suspended(
    app: &App,
    caller: &Caller,
    partner: TenantId,
    is_suspended: bool,
    reason: &str,
) -> Result<(), Problem> {
    let kind = if is_suspended { "partner.suspended" } else { "partner.resumed" };
    let input = (app.stamp(caller), partner, is_suspended, reason.trim().to_owned());
    let set = app
        .store
        .write(input, move |conn, (stamp, partner, is_suspended, reason)| {
            authorize::require(conn, &stamp.caller, Permission::PartnerManage, Owner::Tenant(*partner))?;
            check_reason("suspend_reason", reason)?;
            let (tenant, _) = find(conn, *partner)?;
            let state = if *is_suspended { "suspended" } else { "active" };
            if tenant.state == state {
                return Ok(());
            }
            rows::set_state(conn, &tenant, state)?;
            did(conn, stamp, kind, *partner, json!({ "reason": reason }))
        })
        .await;
    people::refused(app, caller, kind, partner, partner, set).await
}

/// A reason must be given and may have at most 500 characters.
pub(crate) fn check_reason(field: &'static str, reason: &str) -> Result<(), Problem> {
    match reason.chars().count() {
        0 => Err(Problem::field(field, "missing")),
        1..=REASON_CHARS_MAX => Ok(()),
        _ => Err(Problem::invalid("invalid_input").with_field_params(
            field,
            "too_long",
            vec![("max", Param::Number(REASON_CHARS_MAX.try_into().unwrap_or(i64::MAX)))],
        )),
    }
}

fn did(
    conn: &mut Conn,
    stamp: &Stamp,
    kind: &'static str,
    partner: TenantId,
    facts: serde_json::Value,
) -> Result<(), Problem> {
    let mut ids = stamp.seed.ids();
    let entry = Entry::new(kind, "partner", partner).partner(partner).detail(facts);
    audit::record(conn, &mut ids, stamp, &entry)?;
    event::push(conn, &mut ids, stamp, kind, &json!({ "partner": partner.to_string() }))?;
    Ok(())
}
