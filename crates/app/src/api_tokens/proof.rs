//! How a program proves who it is: a secret, or an assertion signed with its certificate.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use perpetua_domain::id::AppCredentialId;
use perpetua_store::api_access::{AppCredentialRow, AppRow};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::entropy::Token;

/// An assertion may live this many seconds at most.
const ASSERTION_SECONDS_MAX: i64 = 86_400;

/// What a program brings to prove who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientProof {
    /// A secret.
    Secret(String),
    /// A JSON web token signed with the certificate's private key (RFC 7523).
    Assertion(String),
    /// Nothing: only for codes that PKCE protects, and for refresh tokens.
    Nothing,
}

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    exp: i64,
    #[serde(default)]
    aud: serde_json::Value,
}

/// The credential that the proof shows, if it works now.
pub(super) fn shown<'c>(
    proof: &ClientProof,
    app: &AppRow,
    credentials: &'c [AppCredentialRow],
    public_url: &str,
    now: Timestamp,
) -> Option<&'c AppCredentialRow> {
    let mut live = credentials.iter().filter(|row| row.app_id == app.id && row.expires_at.timestamp() > now);
    match proof {
        ClientProof::Nothing => None,
        ClientProof::Secret(secret) => {
            let hash = Token::parse(secret)?.hash();
            live.find(|row| row.secret_hash.as_ref().is_some_and(|known| known.as_slice().ct_eq(&hash).into()))
        }
        ClientProof::Assertion(assertion) => live
            .filter(|row| !row.public_key.is_empty())
            .find(|row| is_signed_by(assertion, &row.public_key, app, public_url, now)),
    }
}

fn is_signed_by(assertion: &str, public_key: &str, app: &AppRow, public_url: &str, now: Timestamp) -> bool {
    let Ok(key) = DecodingKey::from_rsa_pem(public_key.as_bytes()) else { return false };
    let Ok(header) = jsonwebtoken::decode_header(assertion) else { return false };
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::PS256) {
        return false;
    }
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let Ok(decoded) = jsonwebtoken::decode::<Assertion>(assertion, &key, &validation) else { return false };
    let claims = decoded.claims;
    let client = app.id.0.to_string();
    let now = now.as_second();
    let is_for_us = match &claims.aud {
        serde_json::Value::String(aud) => is_within(aud, public_url),
        serde_json::Value::Array(all) => {
            all.iter().filter_map(|aud| aud.as_str()).any(|aud| is_within(aud, public_url))
        }
        _ => false,
    };
    let lives = claims.exp > now && claims.exp <= now + ASSERTION_SECONDS_MAX;
    lives && is_for_us && claims.iss.eq_ignore_ascii_case(&client) && claims.sub.eq_ignore_ascii_case(&client)
}

/// Whether an address is ours or below it; a longer host name is neither.
fn is_within(address: &str, public_url: &str) -> bool {
    let rest = address.strip_prefix(public_url.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The credential's id, when there is one.
pub(super) fn id_of(row: Option<&AppCredentialRow>) -> Option<AppCredentialId> {
    row.map(|row| row.id.0)
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn an_assertion_is_for_us_only_at_our_own_host() {
        for ours in ["https://desk.example", "https://desk.example/", "https://desk.example/common/oauth2/token"] {
            assert!(is_within(ours, "https://desk.example"), "{ours}");
        }
        for other in ["", "https://desk.example.evil.test/", "https://desk.exampl", "http://desk.example/"] {
            assert!(!is_within(other, "https://desk.example"), "{other}");
        }
    }
}
