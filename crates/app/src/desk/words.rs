//! The words by which the queue finds requests: written with each request, and once for those that are older.

use perpetua_i18n::collation;
use perpetua_store::desk as rows;
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::search::{self, TokenRow};
use perpetua_store::{Conn, StoreError, tenants};

use crate::context::App;
use crate::problem::Problem;

/// Requests whose words one step writes; a request has some sixty words at most.
const STEP: i64 = 10;

/// Writes the words by which the queue finds a request: its number, title, and the organisations' names. Words of an
/// earlier title stay: somebody may remember that one.
pub(crate) fn write_words(conn: &mut Conn, row: &RequestRow) -> Result<(), StoreError> {
    let Some(desk) = tenants::operator(conn)? else { return Ok(()) };
    let (scope, target) = (desk.id.0.as_ref().to_vec(), row.id.0.as_ref().to_vec());
    // A text gives a bounded number of words, so the title, which may be long, comes last.
    let mut text = row.number.clone();
    for tenant in [row.partner_id, row.customer_id] {
        if let Some(tenant) = tenants::find(conn, tenant.0)? {
            text = format!("{text} {}", tenant.name);
        }
    }
    text = format!("{text} {}", row.title);
    let tokens: Vec<TokenRow> = collation::tokens(&text)
        .into_iter()
        .map(|token| TokenRow { scope: scope.clone(), kind: rows::WORDS.to_owned(), token, target: target.clone() })
        .collect();
    search::insert(conn, &tokens)
}

/// Writes the words anew, without those of earlier titles.
pub(crate) fn rewrite_words(conn: &mut Conn, row: &RequestRow) -> Result<(), StoreError> {
    if let Some(desk) = tenants::operator(conn)? {
        search::remove_target(conn, desk.id.0.as_ref(), rows::WORDS, row.id.0.as_ref())?;
    }
    write_words(conn, row)
}

/// Writes the words of requests that are older than the queue's search, until none is left; gives how many.
///
/// # Errors
///
/// The store's; what was written before stays.
pub async fn write_missing(app: &App) -> Result<usize, Problem> {
    let mut written = 0;
    while app.store.read(|conn| Ok::<_, Problem>(!rows::without_words(conn, 1)?.is_empty())).await? {
        written += app.store.write((), |conn, ()| step(conn)).await?;
    }
    Ok(written)
}

fn step(conn: &mut Conn) -> Result<usize, Problem> {
    let due = rows::without_words(conn, STEP)?;
    for id in &due {
        if let Some(row) = requests::find(conn, id.0)? {
            write_words(conn, &row)?;
        }
    }
    rows::have_words(conn, &due)?;
    Ok(due.len())
}
