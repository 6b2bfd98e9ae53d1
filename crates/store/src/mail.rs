//! What mail needs beside the outbox: whom a mail may reach, what people chose, and which reminders are due.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use perpetua_domain::access::Role;
use perpetua_domain::id::{OrderId, PersonId, TenantId};
use uuid::Uuid;

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::people::PersonRow;
use crate::schema::{mail_choice, order_line, outbox, partner_account, person, reminder, role_grant, subscription};
use crate::subscriptions::SubscriptionRow;
use crate::values::{Id, Utc, Word};

perpetua_domain::text_enum! {
    /// What a reminder is about.
    pub enum ReminderKind {
        /// The window of an order's purchases closes; the subject is the order.
        Window = "window",
        /// A term ends; the subject is the subscription.
        Term = "term",
    }
}

/// What a person chose for one topic.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = mail_choice)]
pub struct ChoiceRow {
    /// Who chose.
    pub person_id: Id<PersonId>,
    /// The topic's word.
    pub topic: String,
    /// Whether its mails are wanted.
    pub wanted: bool,
    /// When it was chosen.
    pub changed_at: Utc,
}

/// Active people who hold one of these roles in a tenant at `now` (real time), each once, by id, at most `limit`.
pub fn holders(
    conn: &mut Conn,
    tenant: TenantId,
    roles: &[Role],
    now: Utc,
    limit: i64,
) -> Result<Vec<PersonId>, StoreError> {
    let found: Vec<Id<PersonId>> = role_grant::table
        .inner_join(person::table)
        .filter(role_grant::tenant_id.eq(Id(tenant)))
        .filter(role_grant::role.eq_any(roles.iter().map(|role| Word(*role))))
        .filter(role_grant::removed_at.is_null())
        .filter(role_grant::expires_at.is_null().or(role_grant::expires_at.gt(now)))
        .filter(person::state.eq("active"))
        .select(role_grant::person_id)
        .distinct()
        .order(role_grant::person_id)
        .limit(limit)
        .load(conn)?;
    Ok(found.into_iter().map(|id| id.0).collect())
}

/// A person who is active and still acts for a tenant at `now` (real time).
pub fn member(conn: &mut Conn, tenant: TenantId, person: PersonId, now: Utc) -> Result<Option<PersonRow>, StoreError> {
    let held = role_grant::table
        .filter(role_grant::person_id.eq(person::id))
        .filter(role_grant::tenant_id.eq(Id(tenant)))
        .filter(role_grant::removed_at.is_null())
        .filter(role_grant::expires_at.is_null().or(role_grant::expires_at.gt(now)));
    let found = person::table.filter(person::id.eq(Id(person))).filter(person::state.eq("active")).filter(exists(held));
    Ok(found.select(PersonRow::as_select()).first(conn).optional()?)
}

/// What these people chose for a topic; those who chose nothing are left out.
pub fn choices(conn: &mut Conn, people: &[PersonId], topic: &str) -> Result<Vec<(PersonId, bool)>, StoreError> {
    let found: Vec<(Id<PersonId>, bool)> = mail_choice::table
        .filter(mail_choice::person_id.eq_any(people.iter().map(|id| Id(*id))))
        .filter(mail_choice::topic.eq(topic))
        .select((mail_choice::person_id, mail_choice::wanted))
        .load(conn)?;
    Ok(found.into_iter().map(|(person, wanted)| (person.0, wanted)).collect())
}

/// Everything that a person chose.
pub fn choices_of(conn: &mut Conn, person: PersonId) -> Result<Vec<ChoiceRow>, StoreError> {
    let own = mail_choice::table.filter(mail_choice::person_id.eq(Id(person)));
    Ok(own.order(mail_choice::topic).select(ChoiceRow::as_select()).load(conn)?)
}

/// Replaces everything that a person chose.
pub fn choose(conn: &mut Conn, person: PersonId, rows: &[ChoiceRow]) -> Result<(), StoreError> {
    diesel::delete(mail_choice::table.filter(mail_choice::person_id.eq(Id(person)))).execute(conn)?;
    crate::insert_many!(conn, mail_choice::table, rows);
    Ok(())
}

/// Adds mails to the outbox; those whose id is there already stay as they are, so that the same event can be
/// looked at twice. Gives the number of new ones.
pub fn enqueue(conn: &mut Conn, rows: &[OutboxRow]) -> Result<usize, StoreError> {
    Ok(crate::insert_many!(conn, outbox::table, rows, or ignore))
}

/// Partners after this one by id, at most `limit`.
pub fn partners_after(conn: &mut Conn, after: Option<TenantId>, limit: i64) -> Result<Vec<TenantId>, StoreError> {
    let mut query = partner_account::table.order(partner_account::partner_id).limit(limit).into_boxed();
    if let Some(after) = after {
        query = query.filter(partner_account::partner_id.gt(Id(after)));
    }
    let found: Vec<Id<TenantId>> = query.select(partner_account::partner_id).load(conn)?;
    Ok(found.into_iter().map(|id| id.0).collect())
}

/// Orders of a partner, placed at or before `placed_by`, with purchases whose window is open at `now` and closed at
/// `until`, and of which nobody was reminded; each with the moment of closing, the next first.
pub fn closing(
    conn: &mut Conn,
    partner: TenantId,
    (now, until, placed_by): (Utc, Utc, Utc),
    limit: i64,
) -> Result<Vec<(OrderId, Utc)>, StoreError> {
    let given = reminder::table
        .filter(reminder::kind.eq(Word(ReminderKind::Window)))
        .filter(reminder::subject_id.eq(order_line::order_id))
        .filter(reminder::due_at.eq(order_line::window_closes_at));
    let found: Vec<(Id<OrderId>, Utc)> = order_line::table
        .filter(order_line::partner_id.eq(Id(partner)))
        .filter(as_indexed("order_line.state <> 'cancelled'"))
        .filter(order_line::window_closes_at.gt(now))
        .filter(order_line::window_closes_at.le(until))
        .filter(order_line::placed_at.le(placed_by))
        .filter(not(exists(given)))
        .select((order_line::order_id, order_line::window_closes_at))
        .distinct()
        .order((order_line::window_closes_at, order_line::order_id))
        .limit(limit)
        .load(conn)?;
    Ok(found.into_iter().map(|(order, at)| (order.0, at)).collect())
}

/// Subscriptions that run at `now`, began at or before `begun_by`, end at or before `until`, and of whose end
/// nobody was reminded; the next first.
pub fn ending(
    conn: &mut Conn,
    (now, until, begun_by): (Utc, Utc, Utc),
    limit: i64,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    let given = reminder::table
        .filter(reminder::kind.eq(Word(ReminderKind::Term)))
        .filter(reminder::subject_id.eq(subscription::id))
        .filter(reminder::due_at.eq(subscription::term_ends_at));
    Ok(subscription::table
        .filter(as_indexed("subscription.state IN ('active', 'suspended')"))
        .filter(subscription::term_ends_at.gt(now))
        .filter(subscription::term_ends_at.le(until))
        .filter(subscription::starts_at.le(begun_by))
        .filter(not(exists(given)))
        .order((subscription::term_ends_at, subscription::id))
        .limit(limit)
        .select(SubscriptionRow::as_select())
        .load(conn)?)
}

/// Takes the right to give a reminder; `false` when it was given before.
pub fn claim_reminder(
    conn: &mut Conn,
    kind: ReminderKind,
    subject: Uuid,
    due_at: Utc,
    now: Utc,
) -> Result<bool, StoreError> {
    let row = (
        reminder::kind.eq(Word(kind)),
        reminder::subject_id.eq(Id(subject)),
        reminder::due_at.eq(due_at),
        reminder::given_at.eq(now),
    );
    Ok(crate::insert_many!(conn, reminder::table, [row], or ignore) == 1)
}

/// The people to whom these addresses belong, folded as they are looked up.
pub fn people_of(conn: &mut Conn, email_keys: &[String]) -> Result<Vec<PersonRow>, StoreError> {
    Ok(person::table.filter(person::email_key.eq_any(email_keys)).select(PersonRow::as_select()).load(conn)?)
}
