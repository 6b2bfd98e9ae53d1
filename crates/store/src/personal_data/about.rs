//! What is stored about one person, each kind of thing by one query and at most so many rows of it.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use perpetua_domain::desk::Stage;
use perpetua_domain::id::{PersonId, TenantId};

use crate::agreements::AgreementRow;
use crate::audit::AuditRow;
use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::hand_overs::HandOverRow;
use crate::invitations::InvitationRow;
use crate::mail::ChoiceRow;
use crate::people::GrantRow;
use crate::request_files::FileRow;
use crate::request_log::ApiRequestRow;
use crate::requests::RequestRow;
use crate::role_requests::RoleRequestRow;
use crate::schema::{
    agreement, api_request, audit_personal, audit_record, desk_case, hand_over, invitation, mail_choice, relationship,
    request, request_file, request_note, role_grant, role_request, session, tenant,
};
use crate::sessions::SessionRow;
use crate::support::NoteRow;
use crate::values::{Id, Word};

/// One call of the REST interface.
pub type CallFacts = ApiRequestRow;

/// Whose data, and as far as whom they concern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The person's account; `None` for somebody who is known by an address only.
    pub person: Option<PersonId>,
    /// Their address in lower case.
    pub address: String,
    /// Only what belongs to this tenant; `None` for all, as the operator sees it.
    pub tenant: Option<TenantId>,
    /// Rows of one kind at most.
    pub limit: i64,
}

/// Rows of one kind, and whether there are more of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The rows, oldest first.
    pub rows: Vec<T>,
    /// Whether some were left out.
    pub is_cut: bool,
}

impl<T> Found<T> {
    fn of(mut rows: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_cut = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, is_cut }
    }

    const fn none() -> Self {
        Self { rows: Vec::new(), is_cut: false }
    }
}

/// A condition on the tenant, where one is named.
macro_rules! of_tenant {
    ($query:expr, $column:expr, $whose:expr) => {
        match $whose.tenant {
            Some(tenant) => $query.filter($column.eq(Id(tenant))),
            None => $query,
        }
    };
}

/// Roles that they hold or held, with the tenants' names.
pub fn grants(conn: &mut Conn, whose: &Whose) -> Result<Found<(GrantRow, String)>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let query = role_grant::table
        .inner_join(tenant::table)
        .filter(role_grant::person_id.eq(Id(person)))
        .order((role_grant::granted_at, role_grant::id))
        .limit(whose.limit + 1)
        .select((GrantRow::as_select(), tenant::name))
        .into_boxed();
    Ok(Found::of(of_tenant!(query, role_grant::tenant_id, whose).load(conn)?, whose.limit))
}

/// Roles that they asked for.
pub fn role_requests(conn: &mut Conn, whose: &Whose) -> Result<Found<RoleRequestRow>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let query = role_request::table
        .filter(role_request::person_id.eq(Id(person)))
        .order((role_request::created_at, role_request::id))
        .limit(whose.limit + 1)
        .select(RoleRequestRow::as_select())
        .into_boxed();
    Ok(Found::of(of_tenant!(query, role_request::tenant_id, whose).load(conn)?, whose.limit))
}

/// Invitations to their address.
pub fn invitations(conn: &mut Conn, whose: &Whose) -> Result<Found<InvitationRow>, StoreError> {
    let query = invitation::table
        .filter(invitation::email_key.eq(&whose.address))
        .order((invitation::created_at, invitation::id))
        .limit(whose.limit + 1)
        .select(InvitationRow::as_select())
        .into_boxed();
    Ok(Found::of(of_tenant!(query, invitation::tenant_id, whose).load(conn)?, whose.limit))
}

/// Their sign-ins.
pub fn sessions(conn: &mut Conn, whose: &Whose) -> Result<Found<SessionRow>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let query = session::table
        .filter(session::person_id.eq(Id(person)))
        .order(session::id)
        .limit(whose.limit + 1)
        .select(SessionRow::as_select())
        .into_boxed();
    Ok(Found::of(of_tenant!(query, session::tenant_id, whose).load(conn)?, whose.limit))
}

/// Which mails they chose.
pub fn choices(conn: &mut Conn, whose: &Whose) -> Result<Found<ChoiceRow>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let query = mail_choice::table
        .filter(mail_choice::person_id.eq(Id(person)))
        .order(mail_choice::topic)
        .limit(whose.limit + 1)
        .select(ChoiceRow::as_select());
    Ok(Found::of(query.load(conn)?, whose.limit))
}

/// Requests that they made, or that name their address. What a customer asked its partner is both sides', any other
/// request is the partner's: a customer never reads its partner's requests (I6).
pub fn requests(conn: &mut Conn, whose: &Whose) -> Result<Found<RequestRow>, StoreError> {
    let mut found: Vec<RequestRow> = Vec::new();
    let mut is_cut = false;
    let asked = |conn: &mut Conn, by_author: bool| -> Result<Vec<(RequestRow, Option<Word<Stage>>)>, StoreError> {
        let query = request::table
            .left_join(desk_case::table)
            .order((request::created_at, request::id))
            .limit(whose.limit + 1)
            .select((RequestRow::as_select(), desk_case::stage.nullable()))
            .into_boxed();
        Ok(match (by_author, whose.person) {
            (true, None) => Vec::new(),
            (true, Some(person)) => query.filter(request::created_by.eq(Id(person))).load(conn)?,
            (false, _) => query.filter(sql::<Text>("lower(request.contact_email)").eq(&whose.address)).load(conn)?,
        })
    };
    for by_author in [true, false] {
        let rows = Found::of(asked(conn, by_author)?, whose.limit);
        is_cut |= rows.is_cut;
        let own = rows.rows.into_iter().filter(|(row, stage)| {
            whose.sees(row.partner_id.0, row.customer_id.0, stage.as_ref().map(|stage| stage.0))
        });
        found.extend(own.map(|(row, _)| row));
    }
    found.sort_by_key(|row| (row.created_at, row.id));
    found.dedup_by_key(|row| row.id);
    Ok(Found { rows: found, is_cut })
}

impl Whose {
    /// Whether a request of these two is within the tenant that is named.
    fn sees(&self, partner: TenantId, customer: TenantId, stage: Option<Stage>) -> bool {
        self.tenant.is_none_or(|tenant| tenant == partner || (tenant == customer && stage == Some(Stage::Partner)))
    }
}

/// Notes that they wrote, with the numbers of the requests.
pub fn notes(conn: &mut Conn, whose: &Whose) -> Result<Found<(NoteRow, String)>, StoreError> {
    type Written = (NoteRow, (String, Id<TenantId>, Id<TenantId>), Option<Word<Stage>>);
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let rows: Vec<Written> = request_note::table
        .inner_join(request::table)
        .left_join(desk_case::table.on(desk_case::request_id.eq(request::id)))
        .filter(request_note::author_id.eq(Id(person)))
        .order((request_note::at, request_note::id))
        .limit(whose.limit + 1)
        .select((
            NoteRow::as_select(),
            (request::number, request::partner_id, request::customer_id),
            desk_case::stage.nullable(),
        ))
        .load(conn)?;
    let found = Found::of(rows, whose.limit);
    let own = found
        .rows
        .into_iter()
        .filter(|(_, (_, partner, customer), stage)| whose.sees(partner.0, customer.0, stage.map(|stage| stage.0)))
        .map(|(note, (number, ..), _)| (note, number));
    Ok(Found { rows: own.collect(), is_cut: found.is_cut })
}

/// Files that they brought.
pub fn files(conn: &mut Conn, whose: &Whose) -> Result<Found<FileRow>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let query = request_file::table
        .filter(request_file::person_id.eq(Id(person)))
        .order((request_file::created_at, request_file::id))
        .limit(whose.limit + 1)
        .select(FileRow::as_select())
        .into_boxed();
    Ok(Found::of(of_tenant!(query, request_file::tenant_id, whose).load(conn)?, whose.limit))
}

/// Keys that were handed over to their address.
pub fn hand_overs(conn: &mut Conn, whose: &Whose) -> Result<Found<HandOverRow>, StoreError> {
    let query = hand_over::table
        .filter(hand_over::email_key.eq(&whose.address))
        .order((hand_over::created_at, hand_over::id))
        .limit(whose.limit + 1)
        .select(HandOverRow::as_select())
        .into_boxed();
    Ok(Found::of(of_tenant!(query, hand_over::giver_tenant_id, whose).load(conn)?, whose.limit))
}

/// Agreements that name their address.
pub fn agreements(conn: &mut Conn, whose: &Whose) -> Result<Found<AgreementRow>, StoreError> {
    let query = agreement::table
        .inner_join(relationship::table)
        .filter(sql::<Text>("lower(agreement.email)").eq(&whose.address))
        .order((agreement::recorded_at, agreement::id))
        .limit(whose.limit + 1)
        .select(AgreementRow::as_select())
        .into_boxed();
    let query = match whose.tenant {
        Some(tenant) => {
            query.filter(relationship::partner_id.eq(Id(tenant)).or(relationship::customer_id.eq(Id(tenant))))
        }
        None => query,
    };
    Ok(Found::of(query.load(conn)?, whose.limit))
}

/// Records of what they did, with how the record names them; `None` where that was erased.
pub fn records(conn: &mut Conn, whose: &Whose) -> Result<Found<(AuditRow, Option<String>)>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let actor = audit_personal::record_id.eq(audit_record::id).and(audit_personal::field.eq("actor"));
    let query = audit_record::table
        .left_join(audit_personal::table.on(actor))
        .filter(as_indexed("audit_record.actor_id IS NOT NULL"))
        .filter(audit_record::actor_id.eq(Id(person)))
        .order((audit_record::at, audit_record::id))
        .limit(whose.limit + 1)
        .select((AuditRow::as_select(), audit_personal::value.nullable()))
        .into_boxed();
    Ok(Found::of(of_tenant!(query, audit_record::actor_tenant_id, whose).load(conn)?, whose.limit))
}

/// Calls of the REST interface that they made.
pub fn calls(conn: &mut Conn, whose: &Whose) -> Result<Found<CallFacts>, StoreError> {
    let Some(person) = whose.person else { return Ok(Found::none()) };
    let query = api_request::table
        .filter(as_indexed("api_request.person_id IS NOT NULL"))
        .filter(api_request::person_id.eq(Id(person)))
        .order((api_request::at, api_request::id))
        .limit(whose.limit + 1)
        .select(ApiRequestRow::as_select())
        .into_boxed();
    Ok(Found::of(of_tenant!(query, api_request::partner_id, whose).load(conn)?, whose.limit))
}
