//! The activity log as pages show it: audit records of one tenant's scope, newest first.
//!
//! Each scope has its own index over tenant, time and id, so a page costs the same however long the
//! log is.

use diesel::prelude::*;
use perpetua_domain::id::{AuditId, PersonId, TenantId};

use crate::audit::AuditRow;
use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::audit_record;
use crate::values::{Id, Page, Utc};

/// Whose records are read. Never more than the caller may see (I6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All: the operator.
    All,
    /// Those that name this partner.
    Partner(TenantId),
    /// Those that name this customer.
    Customer(TenantId),
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Not before this instant.
    pub from: Option<Utc>,
    /// Before this instant.
    pub until: Option<Utc>,
    /// Only what this person did.
    pub person: Option<PersonId>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only what concerns this customer, within the scope.
    pub customer: Option<TenantId>,
    /// Only sealed records, as proofs need.
    pub sealed: bool,
    /// Oldest first in place of newest first.
    pub rising: bool,
}

/// A record's place in the list.
pub type Key = (Utc, Id<AuditId>);

/// One page of records, newest first unless wanted otherwise.
pub fn list(conn: &mut Conn, scope: Scope, wanted: &Wanted, page: &Page<Key>) -> Result<Vec<AuditRow>, StoreError> {
    let mut query = audit_record::table.into_boxed();
    match scope {
        Scope::All => {}
        Scope::Partner(id) => query = query.filter(audit_record::partner_id.eq(Some(Id(id)))),
        Scope::Customer(id) => query = query.filter(audit_record::customer_id.eq(Some(Id(id)))),
    }
    if let Some(from) = wanted.from {
        query = query.filter(audit_record::at.ge(from));
    }
    if let Some(until) = wanted.until {
        query = query.filter(audit_record::at.lt(until));
    }
    if let Some(person) = wanted.person {
        query = query.filter(audit_record::actor_id.eq(Some(Id(person))));
    }
    if let Some(kind) = &wanted.kind {
        query = query.filter(audit_record::kind.eq(kind.clone()));
    }
    if let Some(customer) = wanted.customer {
        query = query.filter(audit_record::customer_id.eq(Some(Id(customer))));
    }
    if wanted.sealed {
        query = query.filter(audit_record::block_height.is_not_null());
    }
    // The first condition of each lets the index begin at the right place on both engines.
    match page.after {
        Some((at, id)) if wanted.rising => {
            let same = audit_record::at.eq(at).and(audit_record::id.gt(id));
            query = query.filter(audit_record::at.ge(at)).filter(audit_record::at.gt(at).or(same));
        }
        Some((at, id)) => {
            let same = audit_record::at.eq(at).and(audit_record::id.lt(id));
            query = query.filter(audit_record::at.le(at)).filter(audit_record::at.lt(at).or(same));
        }
        None => {}
    }
    query = if wanted.rising {
        query.order((audit_record::at, audit_record::id))
    } else {
        query.order((audit_record::at.desc(), audit_record::id.desc()))
    };
    Ok(query.limit(page.limit).select(AuditRow::as_select()).load(conn)?)
}

/// One record, if it is within the scope.
pub fn find(conn: &mut Conn, scope: Scope, id: AuditId) -> Result<Option<AuditRow>, StoreError> {
    let mut query = audit_record::table.filter(audit_record::id.eq(Id(id))).into_boxed();
    query = match scope {
        Scope::All => query,
        Scope::Partner(partner) => query.filter(audit_record::partner_id.eq(Some(Id(partner)))),
        Scope::Customer(customer) => query.filter(audit_record::customer_id.eq(Some(Id(customer)))),
    };
    Ok(query.select(AuditRow::as_select()).first(conn).optional()?)
}
