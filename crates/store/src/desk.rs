//! The desk's side of requests, and its queue. The request's own row is the anchor: whoever changes a case also
//! writes the request guarded by its version.

use diesel::prelude::*;
use perpetua_domain::desk::Stage;
use perpetua_domain::id::{OrderId, OrderLineId, PersonId, RequestId, TenantId};
use perpetua_domain::request::{Impact, ProblemType, RequestState};

use crate::connection::Conn;
use crate::customers::CUSTOMER;
use crate::error::StoreError;
use crate::requests::{RequestKey, RequestRow};
use crate::schema::{desk_case, request, request_without_words, search_token, tenant};
use crate::search;
use crate::values::{Id, Page, Utc, Word};

/// What the desk knows of a request.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = desk_case, treat_none_as_null = true)]
pub struct CaseRow {
    /// The request.
    pub request_id: Id<RequestId>,
    /// Who answers it.
    pub stage: Word<Stage>,
    /// The purchase in question, where one line was meant.
    pub line_id: Option<Id<OrderLineId>>,
    /// Language tag of the answer.
    pub language: String,
    /// Further addresses to inform, one a line.
    pub inform: String,
    /// Until when the first answer was promised.
    pub due_at: Utc,
    /// When it was given.
    pub answered_at: Option<Utc>,
    /// Who works on it.
    pub assignee_id: Option<Id<PersonId>>,
    /// Their name then; empty for nobody.
    pub assignee_name: String,
    /// What the decision said.
    pub reply: String,
    /// A credit that waits for a second person, as JSON; empty for none.
    pub proposal: String,
    /// Who proposed it.
    pub proposed_by: Option<Id<PersonId>>,
    /// Their name then.
    pub proposed_by_name: String,
    /// When.
    pub proposed_at: Option<Utc>,
}

/// A request of the queue with its case and the names of partner and customer.
pub type Queued = (RequestRow, Option<CaseRow>, String, String);

/// Which requests stand in the queue; `None` and an empty text for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// In this state; `None` for all that are not closed.
    pub state: Option<RequestState>,
    /// About this.
    pub kind: Option<ProblemType>,
    /// This bad.
    pub impact: Option<Impact>,
    /// Whom this person works on.
    pub assignee: Option<PersonId>,
    /// Unanswered although the promise ended before this instant.
    pub overdue_at: Option<Utc>,
    /// The beginning of a number, or beginnings of words of the title and the organisations' names, as typed.
    pub words: String,
}

/// What search tokens of requests are.
pub const WORDS: &str = "request";

/// The text of a [`QueueFilter`], taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Requests whose number begins so.
    Number(String),
    /// Requests in which each of these folded words begins a word; none of them is not looked for.
    Words(Vec<String>),
}

/// Stores the desk's side of a new request.
pub fn insert(conn: &mut Conn, row: &CaseRow) -> Result<(), StoreError> {
    diesel::insert_into(desk_case::table).values(row).execute(conn)?;
    Ok(())
}

/// The desk's side of a request.
pub fn find(conn: &mut Conn, request: RequestId) -> Result<Option<CaseRow>, StoreError> {
    Ok(desk_case::table.find(Id(request)).select(CaseRow::as_select()).first(conn).optional()?)
}

/// Stores the desk's side of a request whose row was written guarded in this transaction; adds it where it is
/// missing.
pub fn save(conn: &mut Conn, row: &CaseRow) -> Result<(), StoreError> {
    let changed =
        diesel::update(desk_case::table.filter(desk_case::request_id.eq(row.request_id))).set(row).execute(conn)?;
    if changed == 0 { insert(conn, row) } else { Ok(()) }
}

/// The operator's queue, oldest first; what partners answer is not in it. `scope` is the operator, whose words are
/// looked for. One query.
pub fn queue(
    conn: &mut Conn,
    filter: &QueueFilter,
    (scope, sought): (TenantId, &Sought),
    page: &Page<RequestKey>,
) -> Result<Vec<Queued>, StoreError> {
    let (partner, customer) = diesel::alias!(tenant as partner, tenant as customer);
    let mut query = request::table
        .left_join(desk_case::table)
        .inner_join(partner.on(partner.field(tenant::id).eq(request::partner_id)))
        .inner_join(customer.on(customer.field(tenant::id).eq(request::customer_id)))
        .filter(desk_case::stage.is_null().or(desk_case::stage.eq(Word(Stage::Operator)).assume_not_null()))
        .order((request::created_at, request::id))
        .limit(page.limit)
        .select((
            RequestRow::as_select(),
            Option::<CaseRow>::as_select(),
            partner.field(tenant::name),
            customer.field(tenant::name),
        ))
        .into_boxed();
    query = match filter.state {
        Some(state) => query.filter(request::state.eq(Word(state))),
        // The states by name, so that their index is read and not everything that ever ended.
        None => query.filter(request::state.eq_any([RequestState::Open, RequestState::AttentionNeeded].map(Word))),
    };
    if let Some(kind) = filter.kind {
        query = query.filter(request::problem_type.eq(Word(kind)));
    }
    if let Some(impact) = filter.impact {
        query = query.filter(request::impact.eq(Word(impact)));
    }
    if let Some(person) = filter.assignee {
        query = query.filter(desk_case::assignee_id.eq(Id(person)));
    }
    if let Some(now) = filter.overdue_at {
        query = query.filter(desk_case::answered_at.is_null()).filter(desk_case::due_at.lt(now));
    }
    if let Some(after) = page.after {
        let later = request::created_at.gt(after.created_at);
        let same_instant = request::created_at.eq(after.created_at).and(request::id.gt(Id(after.id)));
        query = query.filter(request::created_at.ge(after.created_at)).filter(later.or(same_instant));
    }
    match sought {
        Sought::Number(prefix) => {
            let first = request::number.ge(prefix.clone());
            query = query.filter(first.and(request::number.lt(search::after(prefix))));
        }
        Sought::Words(words) => {
            for word in words.iter().take(search::WORDS_MAX) {
                let found = |kind: &str| {
                    search_token::table
                        .filter(search_token::scope.eq(scope.as_ref().to_vec()))
                        .filter(search_token::kind.eq(kind.to_owned()))
                        .filter(search_token::token.ge(word.clone()))
                        .filter(search_token::token.lt(search::after(word)))
                        .select(search_token::target)
                };
                // A customer that was renamed since is found by its present name too.
                let own = request::id.eq_any(found(WORDS));
                query = query.filter(own.or(request::customer_id.eq_any(found(CUSTOMER))));
            }
        }
    }
    Ok(query.load(conn)?)
}

/// Requests whose words are still to be written, at most `limit`.
pub fn without_words(conn: &mut Conn, limit: i64) -> Result<Vec<Id<RequestId>>, StoreError> {
    let query = request_without_words::table.order(request_without_words::request_id).limit(limit);
    Ok(query.select(request_without_words::request_id).load(conn)?)
}

/// Notes that the words of these requests are written.
pub fn have_words(conn: &mut Conn, requests: &[Id<RequestId>]) -> Result<(), StoreError> {
    let done = request_without_words::request_id.eq_any(requests.to_vec());
    diesel::delete(request_without_words::table.filter(done)).execute(conn)?;
    Ok(())
}

/// Open requests of customers about an order, which its partner answers.
pub fn asks_about(conn: &mut Conn, order: OrderId) -> Result<Vec<(RequestRow, CaseRow)>, StoreError> {
    Ok(request::table
        .inner_join(desk_case::table)
        .filter(request::order_id.eq(Id(order)))
        .filter(request::state.ne(Word(RequestState::Closed)))
        .filter(desk_case::stage.eq(Word(Stage::Partner)))
        .order(request::id)
        .select((RequestRow::as_select(), CaseRow::as_select()))
        .load(conn)?)
}

/// What a customer asked its partners, newest first, at most `limit`.
pub fn asks_of(
    conn: &mut Conn,
    customer: TenantId,
    limit: i64,
) -> Result<Vec<(RequestRow, CaseRow, String)>, StoreError> {
    Ok(request::table
        .inner_join(desk_case::table)
        .inner_join(tenant::table.on(tenant::id.eq(request::partner_id)))
        .filter(request::customer_id.eq(Id(customer)))
        .filter(desk_case::stage.eq(Word(Stage::Partner)))
        .order((request::created_at.desc(), request::id.desc()))
        .limit(limit)
        .select((RequestRow::as_select(), CaseRow::as_select(), tenant::name))
        .load(conn)?)
}
