//! The token endpoints, the discovery documents and the old token swap (contract 00 §2).

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use perpetua_app::api_tokens::{self, ClientProof, Given, GrantKind, LIFETIME_SECONDS, Refusal, TokenRequest};
use perpetua_app::{App, Origin};
use perpetua_http::SiteState;
use serde_json::{Value, json};

use crate::call::json_response;
use crate::wire::query::Query;
use crate::wire::route::{Match, Table, segments};

/// The longest form that these endpoints read, in bytes: assertions are the longest part of it.
pub const BODY_MAX: usize = 64 * 1024;
/// Attempts a minute and network at which a program's proof was wrong are limited like sign-ins.
const LIMIT_KIND: &str = "token";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    TokenV1,
    TokenV2,
    Configuration { is_v2: bool },
    Keys,
    Instance,
    Swap,
}

fn table() -> Table<Endpoint> {
    use Endpoint::{Configuration, Instance, Keys, Swap, TokenV1, TokenV2};
    Table::new([
        ("POST", "/{tenant}/oauth2/token", TokenV1),
        ("POST", "/{tenant}/oauth2/v2.0/token", TokenV2),
        ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", Configuration { is_v2: true }),
        ("GET", "/{tenant}/.well-known/openid-configuration", Configuration { is_v2: false }),
        ("GET", "/{tenant}/discovery/v2.0/keys", Keys),
        ("GET", "/{tenant}/discovery/keys", Keys),
        ("GET", "/common/discovery/instance", Instance),
        ("POST", "/generatetoken", Swap),
        ("POST", "/v3/generatetoken", Swap),
    ])
}

/// Whether a path belongs here.
pub fn is_ours(path: &str) -> bool {
    let Some(segments) = segments(path) else { return false };
    let second = segments.get(1).map(|second| second.to_ascii_lowercase());
    let is_authorize = segments.last().is_some_and(|last| last.eq_ignore_ascii_case("authorize"));
    match second.as_deref() {
        // The page that asks a person is the portal's.
        Some("oauth2") => !is_authorize,
        Some("v2.0" | "discovery") => true,
        Some(".well-known") => segments.len() == 3,
        Some("generatetoken") => segments[0].eq_ignore_ascii_case("v3"),
        _ => segments.first().is_some_and(|first| first.eq_ignore_ascii_case("generatetoken")),
    }
}

/// What a request at these endpoints brings.
pub struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as it came.
    pub path: &'a str,
    /// The query.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The form.
    pub body: Bytes,
    /// Where it came from.
    pub origin: &'a Origin,
}

/// Answers a request at one of these endpoints.
pub async fn answer(site: &SiteState, asked: Asked<'_>) -> Response {
    let app = &*site.app;
    let table = table();
    let Match::Found(endpoint, params) = table.find(asked.method.as_str(), asked.path) else {
        return refusal(StatusCode::NOT_FOUND, "invalid_request", 900_144, "There is no such endpoint.");
    };
    let tenant = params.get("tenant");
    match endpoint {
        Endpoint::TokenV1 | Endpoint::TokenV2 => token(site, &asked, tenant, *endpoint == Endpoint::TokenV2).await,
        Endpoint::Configuration { is_v2 } => {
            json_response(StatusCode::OK, configuration(app, tenant, *is_v2).to_string())
        }
        Endpoint::Keys => match app.token_keys.jwks(app).await {
            Ok(keys) => json_response(StatusCode::OK, keys.to_string()),
            Err(_) => unavailable(),
        },
        Endpoint::Instance => json_response(StatusCode::OK, instance(app, asked.query).to_string()),
        Endpoint::Swap => swap(app, &asked).await,
    }
}

async fn token(site: &SiteState, asked: &Asked<'_>, tenant: &str, is_v2: bool) -> Response {
    let app = &*site.app;
    let Ok(text) = std::str::from_utf8(&asked.body) else {
        return refusal(StatusCode::BAD_REQUEST, "invalid_request", 900_144, "The body is not a form in UTF-8.");
    };
    let form = Form(Query::parse(text));
    let request = match read(app, asked, tenant, is_v2, &form) {
        Ok(request) => request,
        Err(response) => return *response,
    };
    let now = app.real_clock.now();
    if let Err(seconds) = site.limits.attempt(&asked.origin.source(), LIMIT_KIND, now) {
        let mut response =
            refusal(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", 90_055, "Too many attempts.");
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return response;
    }
    let audience = request.audience.clone();
    match api_tokens::give(app, request).await {
        Ok(given) => {
            site.limits.forgive(&asked.origin.source(), LIMIT_KIND);
            given_response(given, &audience, form.text("scope"), is_v2)
        }
        Err(why) => refused(why),
    }
}

/// A posted form; names as they are, values decoded.
struct Form(Query);

impl Form {
    fn text(&self, name: &str) -> &str {
        self.0.text(name).ok().flatten().unwrap_or_default()
    }
}

type Refused = Box<Response>;

fn read(app: &App, asked: &Asked<'_>, tenant: &str, is_v2: bool, form: &Form) -> Result<TokenRequest, Refused> {
    let bad = |error: &str, number: u32, text: &str| Box::new(refusal(StatusCode::BAD_REQUEST, error, number, text));
    let grant = match form.text("grant_type") {
        "client_credentials" => GrantKind::ClientCredentials,
        "refresh_token" => GrantKind::Refresh(form.text("refresh_token").to_owned()),
        "authorization_code" => GrantKind::Code {
            code: form.text("code").to_owned(),
            redirect_uri: form.text("redirect_uri").to_owned(),
            verifier: form.text("code_verifier").to_owned(),
        },
        "" => return Err(bad("invalid_request", 900_144, "The body must contain 'grant_type'.")),
        other => {
            let text = format!("The grant type '{}' is not supported.", printable(other));
            return Err(bad("unsupported_grant_type", 70_003, &text));
        }
    };
    let basic = basic(asked.headers);
    let client = basic.as_ref().map_or_else(|| form.text("client_id").to_owned(), |(id, _)| id.clone());
    if client.is_empty() {
        return Err(bad("invalid_request", 900_144, "The body must contain 'client_id'."));
    }
    let proof = match (basic, form.text("client_secret"), form.text("client_assertion")) {
        (Some((_, secret)), _, _) => ClientProof::Secret(secret),
        (None, "", "") => ClientProof::Nothing,
        (None, "", assertion) => ClientProof::Assertion(assertion.to_owned()),
        (None, secret, _) => ClientProof::Secret(secret.to_owned()),
    };
    let audience = audience(app, form).ok_or_else(|| {
        let (error, number) = if is_v2 { ("invalid_scope", 70_011) } else { ("invalid_resource", 50_001) };
        bad(error, number, "The resource or scope is not one of this server.")
    })?;
    Ok(TokenRequest { tenant: tenant.to_owned(), client, proof, grant, audience, is_v2 })
}

/// The audience that `resource` or `scope` means; without either, this server.
fn audience(app: &App, form: &Form) -> Option<String> {
    let resource = form.text("resource");
    if !resource.is_empty() {
        return api_tokens::is_audience(app, resource).then(|| resource.trim_end_matches('/').to_owned());
    }
    let words: Vec<&str> = form.text("scope").split_whitespace().collect();
    let mut asked =
        words.into_iter().filter(|word| !matches!(*word, "openid" | "profile" | "offline_access" | "email"));
    let Some(first) = asked.next() else { return Some(app.settings.public_url.clone()) };
    // `https://host/.default` and `https://host/user_impersonation`, with one slash or two.
    let resource =
        first.strip_suffix("/.default").or_else(|| first.strip_suffix("/user_impersonation")).unwrap_or(first);
    api_tokens::is_audience(app, resource).then(|| resource.trim_end_matches('/').to_owned())
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((plain(id), plain(secret)))
}

fn given_response(given: Given, audience: &str, scope: &str, is_v2: bool) -> Response {
    let number = |value: i64| if is_v2 { json!(value) } else { json!(value.to_string()) };
    let scope = if scope.is_empty() { format!("{audience}/.default") } else { scope.to_owned() };
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": number(LIFETIME_SECONDS),
        "ext_expires_in": number(LIFETIME_SECONDS),
        "expires_on": number(given.issued_at + LIFETIME_SECONDS),
        "not_before": number(given.issued_at),
        "resource": audience,
        "scope": scope,
        "access_token": given.access_token,
    });
    if let Some(user) = given.user {
        let info = json!({ "uid": user.person.to_string(), "utid": given.tenant.to_string() });
        body["refresh_token"] = user.refresh_token.expose().as_str().into();
        body["id_token"] = user.id_token.into();
        body["client_info"] = BASE64URL_NOPAD.encode(info.to_string().as_bytes()).into();
    }
    let mut response = json_response(StatusCode::OK, body.to_string());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(why: Refusal) -> Response {
    match why {
        Refusal::InvalidClient => refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            7_000_215,
            "The program is not registered here, or its secret or assertion is wrong or has run out.",
        ),
        Refusal::WrongTenant => {
            refusal(StatusCode::BAD_REQUEST, "unauthorized_client", 700_016, "The program belongs to another tenant.")
        }
        Refusal::InvalidGrant => refusal(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            70_008,
            "The code or refresh token is unknown, was used, was revoked or has run out.",
        ),
        Refusal::Failed(problem) => {
            tracing::error!(code = problem.code, source = problem.private_source(), "no token was given");
            unavailable()
        }
    }
}

fn refusal(status: StatusCode, error: &str, number: u32, text: &str) -> Response {
    let body = json!({
        "error": error,
        "error_description": format!("AADSTS{number}: {text}"),
        "error_codes": [number],
    });
    json_response(status, body.to_string())
}

fn unavailable() -> Response {
    refusal(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", 90_033, "Try again in a moment.")
}

fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

/// The document by which sign-in libraries find the endpoints.
fn configuration(app: &App, tenant: &str, is_v2: bool) -> Value {
    let base = format!(
        "{}/{}",
        app.settings.public_url,
        percent_encoding::utf8_percent_encode(tenant, percent_encoding::NON_ALPHANUMERIC)
    );
    let (version, issuer) = if is_v2 { ("/v2.0", "/v2.0") } else { ("", "/") };
    json!({
        "issuer": format!("{base}{issuer}"),
        "authorization_endpoint": format!("{base}/oauth2{version}/authorize"),
        "token_endpoint": format!("{base}/oauth2{version}/token"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "offline_access"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["aud", "iss", "iat", "nbf", "exp", "tid", "oid", "sub", "upn", "name", "ver"],
        "tenant_region_scope": "EU",
        "cloud_instance_name": host(app),
    })
}

/// What a library asks to learn whether an authority is known.
fn instance(app: &App, query: &str) -> Value {
    let asked = Query::parse(query);
    let endpoint = asked.text("authorization_endpoint").ok().flatten().unwrap_or_default();
    let tenant = endpoint.split('/').nth(3).filter(|tenant| !tenant.is_empty()).unwrap_or("common");
    let tenant = percent_encoding::utf8_percent_encode(tenant, percent_encoding::NON_ALPHANUMERIC);
    json!({
        "tenant_discovery_endpoint":
            format!("{}/{tenant}/v2.0/.well-known/openid-configuration", app.settings.public_url),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host(app), "preferred_cache": host(app), "aliases": [host(app)] }],
    })
}

fn host(app: &App) -> String {
    let url = &app.settings.public_url;
    url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned()
}

/// Old clients swap a directory token for one of the interface: here both are the same.
async fn swap(app: &App, asked: &Asked<'_>) -> Response {
    let given = asked.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = given.split_once(' ').map_or("", |(_, token)| token.trim());
    match api_tokens::authenticate(app, asked.origin, token).await {
        Ok(_) => {
            let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": LIFETIME_SECONDS });
            json_response(StatusCode::OK, body.to_string())
        }
        Err(_) => refusal(StatusCode::UNAUTHORIZED, "invalid_grant", 50_013, "The token is not one of this server."),
    }
}
