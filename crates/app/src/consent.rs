//! Letting a program act for oneself: the consent page's decision and the code that it hands out
//! (authorization-code flow with PKCE; contract 00 §2).

use jiff::SignedDuration;
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::AppId;
use perpetua_store::api_access::{self, AppRow, CodeRow};
use perpetua_store::{Conn, Id};
use serde_json::json;

use crate::apps::is_redirect;
use crate::audit::{self, Entry};
use crate::caller::Caller;
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::problem::{Kind, Problem};

/// How long a code waits for the program to fetch its tokens.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// The longest `nonce`, in bytes.
const NONCE_MAX: usize = 256;

/// What a program asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The program.
    pub client: AppId,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// SHA-256 of the PKCE verifier as base64url; empty when the program keeps a secret instead.
    pub challenge: String,
    /// Comes back in the id token.
    pub nonce: String,
}

/// A program that may be consented to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Its name.
    pub name: String,
    /// The partner for which one would act.
    pub tenant_name: String,
}

/// Checks what a program asks for, before a person is shown anything or sent anywhere.
///
/// # Errors
///
/// `not_found` for a program of another partner, `redirect_not_registered`, `not_a_challenge`,
/// `partner_only` for people of other tenants.
pub async fn ask(app: &App, caller: &Caller, asked: Asked) -> Result<Asking, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let row = checked(conn, &caller, &asked)?;
            Ok(Asking { name: row.name, tenant_name: caller.tenant_name })
        })
        .await
}

/// Consents: makes the code that the program exchanges for its tokens.
///
/// # Errors
///
/// As [`ask`].
pub async fn grant(app: &App, caller: &Caller, asked: Asked) -> Result<Token, Problem> {
    let code = app.entropy.token();
    let input = (app.stamp(caller), asked, code.hash().to_vec());
    app.store
        .write(input, |conn, (stamp, asked, code_hash)| {
            let row = checked(conn, &stamp.caller, asked)?;
            let mut ids = stamp.seed.ids();
            let expires_at = stamp.real_now.saturating_add(CODE_LIFETIME).unwrap_or(stamp.real_now);
            let code = CodeRow {
                code_hash: code_hash.clone(),
                app_id: row.id,
                person_id: Id(stamp.caller.person),
                tenant_id: Id(stamp.caller.tenant),
                redirect_uri: asked.redirect_uri.clone(),
                challenge: asked.challenge.clone(),
                nonce: asked.nonce.clone(),
                expires_at: expires_at.into(),
                used_at: None,
                family_id: Id(ids.next()),
            };
            api_access::insert_code(conn, &code)?;
            let entry = Entry::new("app.consented", "app", row.id.0)
                .partner(stamp.caller.tenant)
                .detail(json!({ "name": row.name }));
            Ok::<_, Problem>(audit::record(conn, &mut ids, stamp, &entry)?)
        })
        .await?;
    Ok(code)
}

fn checked(conn: &mut Conn, caller: &Caller, asked: &Asked) -> Result<AppRow, Problem> {
    if caller.kind != TenantKind::Partner {
        return Err(Problem::new(Kind::Forbidden, "partner_only"));
    }
    let row = api_access::find_app(conn, asked.client)?;
    let row = row.filter(|row| row.tenant_id.0 == caller.tenant).ok_or_else(Problem::not_found)?;
    if !is_registered(&row, &asked.redirect_uri) {
        return Err(Problem::invalid("redirect_not_registered"));
    }
    let is_hash = asked.challenge.is_empty()
        || data_encoding::BASE64URL_NOPAD.decode(asked.challenge.as_bytes()).is_ok_and(|bytes| bytes.len() == 32);
    if !is_hash || asked.nonce.len() > NONCE_MAX {
        return Err(Problem::invalid("not_a_challenge"));
    }
    Ok(row)
}

/// Exactly a registered address; on the person's own machine the port may differ (RFC 8252).
fn is_registered(row: &AppRow, uri: &str) -> bool {
    let without_port = |uri: &str| -> Option<String> {
        let rest = uri.strip_prefix("http://")?;
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let host = if authority.starts_with('[') {
            authority.split_inclusive(']').next()?
        } else {
            authority.split(':').next()?
        };
        Some(format!("{host}/{path}"))
    };
    is_redirect(uri)
        && row
            .redirect_uris
            .lines()
            .any(|known| known == uri || (without_port(known).is_some() && without_port(known) == without_port(uri)))
}
