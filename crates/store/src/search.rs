//! Search by folded words with prefix match, the same on both engines.
//!
//! A token belongs to a scope (a tenant, or a price sheet for its items) and a kind of thing, and
//! points to what it finds. Folding text into tokens is `perpetua-i18n`'s business.

use diesel::prelude::*;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::search_token;

/// Words of one query that count; further ones are left out.
pub const WORDS_MAX: usize = 6;

/// One word by which something is found.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = search_token)]
pub struct TokenRow {
    /// Who may find it: 16 bytes of a tenant's or price sheet's id.
    pub scope: Vec<u8>,
    /// What sort of thing it is.
    pub kind: String,
    /// The folded word.
    pub token: String,
    /// The id of the thing.
    pub target: Vec<u8>,
}

/// Adds tokens, at most 1,000; those that exist already stay as they are.
pub fn insert(conn: &mut Conn, rows: &[TokenRow]) -> Result<(), StoreError> {
    if !rows.is_empty() {
        crate::insert_many!(conn, search_token::table, rows, or ignore);
    }
    Ok(())
}

/// Removes every token that points to the target within the scope, before its words are written anew.
pub fn remove_target(conn: &mut Conn, scope: &[u8], kind: &str, target: &[u8]) -> Result<(), StoreError> {
    let tokens = search_token::table
        .filter(search_token::target.eq(target))
        .filter(search_token::scope.eq(scope))
        .filter(search_token::kind.eq(kind));
    diesel::delete(tokens).execute(conn)?;
    Ok(())
}

/// The targets whose tokens begin with each of the words, in the order of their bytes.
///
/// The rarest word is usually the longest, so that one leads and the others are probed per target.
pub fn find(
    conn: &mut Conn,
    scope: &[u8],
    kind: &str,
    words: &[String],
    limit: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut words: Vec<&String> = words.iter().take(WORDS_MAX).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let Some((first, rest)) = words.split_first() else { return Ok(Vec::new()) };
    let mut query = search_token::table
        .filter(search_token::scope.eq(scope.to_vec()))
        .filter(search_token::kind.eq(kind.to_owned()))
        .filter(search_token::token.ge((*first).clone()))
        .filter(search_token::token.lt(after(first)))
        .select(search_token::target)
        .distinct()
        .order(search_token::target)
        .limit(limit)
        .into_boxed();
    for word in rest {
        let other = diesel::alias!(search_token as other);
        let with_word = other
            .filter(other.field(search_token::target).eq(search_token::target))
            .filter(other.field(search_token::scope).eq(scope.to_vec()))
            .filter(other.field(search_token::kind).eq(kind.to_owned()))
            .filter(other.field(search_token::token).ge((*word).clone()))
            .filter(other.field(search_token::token).lt(after(word)));
        query = query.filter(diesel::dsl::exists(with_word));
    }
    Ok(query.load(conn)?)
}

/// The first text after all that begin with the word; no text holds the last code point.
pub(crate) fn after(word: &str) -> String {
    format!("{word}{}", char::MAX)
}
