//! Forms that count once (I2): a double click, a lost answer or copies that arrive together make one thing.
//!
//! The key is claimed in the transaction of the effect, after the caller's right was asked for. A later copy is led
//! to what the first one made. Addresses that were shown once are not shown again (design §7).

use perpetua_store::{Conn, form_uses};

use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::orders::request_key;
use crate::problem::Problem;

/// One posted form of one caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormKey([u8; 32]);

impl FormKey {
    /// The key of a form with this token; `None` without a token. `purpose` says what the form does.
    pub fn new(caller: &Caller, purpose: &str, token: &str) -> Option<Self> {
        (!token.is_empty()).then(|| Self(request_key(caller, purpose, token)))
    }
}

/// What a form came to.
pub(crate) enum Once<T> {
    /// It was carried out now.
    First(T),
    /// A copy of it was carried out before, and made this.
    Earlier(String),
}

/// Runs `effect`, which also says what it made, unless the form was carried out before. Without a key it always runs.
pub(crate) fn once<T>(
    conn: &mut Conn,
    stamp: &Stamp,
    (form, kind): (Option<FormKey>, &'static str),
    effect: impl FnOnce(&mut Conn) -> Result<(String, T), Problem>,
) -> Result<Once<T>, Problem> {
    let Some(FormKey(key)) = form else { return Ok(Once::First(effect(conn)?.1)) };
    if let Some(subject) = form_uses::subject(conn, &key)? {
        return Ok(Once::Earlier(subject));
    }
    form_uses::claim(conn, &key, kind, stamp.real_now.into())?;
    let (subject, made) = effect(conn)?;
    form_uses::settle(conn, &key, &subject)?;
    Ok(Once::First(made))
}

/// Whether a form was carried out before; for long work, so that a copy does not do it again.
pub(crate) async fn is_used(app: &App, form: Option<FormKey>) -> Result<bool, Problem> {
    let Some(FormKey(key)) = form else { return Ok(false) };
    app.store.read(move |conn| Ok(form_uses::subject(conn, &key)?.is_some())).await
}

/// The id of what an earlier copy made.
pub(crate) fn earlier_id<I: std::str::FromStr>(subject: &str) -> Result<I, Problem> {
    subject.parse().map_err(|_| Problem::internal("a form's subject is no id"))
}

/// For those who post no form: nothing can have been carried out before.
pub(crate) fn always_first<T>(made: Option<T>) -> Result<T, Problem> {
    made.ok_or_else(|| Problem::internal("carried out before, without a form"))
}
