//! Tokens: both endpoints, wrong proofs, refresh tokens and codes.

use jiff::SignedDuration;
use perpetua_app::consent::{self, Asked};
use perpetua_app::token_keys::{self, KeyUse, Replace};
use perpetua_app::{Caller, people};
use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::client::{Client, Reply, register};

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

#[test]
fn both_endpoints_give_a_program_a_token_that_works() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let (id, secret) = register(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        let nobody = Client::of_nobody(&test);
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        for (path, extra, lifetime) in [
            (format!("/{partner}/oauth2/token"), "&resource=https%3A%2F%2Fgraph.windows.net", Value::from("3599")),
            ("/adfs/oauth2/token".to_owned(), "&scope=https%3A%2F%2Fgraph.windows.net/.default", "3599".into()),
            ("/common/oauth2/v2.0/token".to_owned(), "&scope=http%3A%2F%2Fperpetua.test/.default", 3599.into()),
        ] {
            let reply = nobody.form(&path, &format!("{form}{extra}")).await;
            let body = reply.json();
            assert_eq!(body["expires_in"], lifetime, "{body}");
            let token = body["access_token"].as_str().unwrap();
            let claims = claims(token);
            assert_eq!((&claims["tid"], &claims["appid"]), (&partner.to_string().into(), &id.clone().into()));
            assert!(claims["exp"].is_i64() && claims["upn"].is_null());
            let client = Client { token: token.to_owned(), ..nobody.clone() };
            assert_eq!(client.get("/v1/customers").await.status.as_u16(), 200);
        }
    });
}

#[test]
fn a_wrong_proof_tenant_or_audience_is_refused_and_a_removed_secret_too() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let other = test.partner("Hansa").await;
        let (id, secret) = register(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        let nobody = Client::of_nobody(&test);
        let ask = |tenant: String, id: &str, secret: &str, rest: &str| {
            let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}{rest}");
            let nobody = nobody.clone();
            async move {
                let reply = nobody.form(&format!("/{tenant}/oauth2/token"), &form).await;
                (reply.status.as_u16(), reply.json()["error"].as_str().unwrap_or_default().to_owned())
            }
        };
        let own = partner.to_string();
        assert_eq!(ask(own.clone(), &id, &secret, "").await, (200, String::new()));
        assert_eq!(ask(own.clone(), &id, "AAAAAAAAAAAAAAAAAAAAAA", "").await, (401, "invalid_client".to_owned()));
        let unknown = "00000000-0000-4000-8000-000000000000";
        assert_eq!(ask(own.clone(), unknown, &secret, "").await, (401, "invalid_client".to_owned()));
        assert_eq!(ask(other.to_string(), &id, &secret, "").await, (400, "unauthorized_client".to_owned()));
        let elsewhere = "&resource=https%3A%2F%2Felsewhere.example";
        assert_eq!(ask(own.clone(), &id, &secret, elsewhere).await, (400, "invalid_resource".to_owned()));
        test.real_clock.advance(SignedDuration::from_hours(31 * 24));
        assert_eq!(ask(own, &id, &secret, "").await, (401, "invalid_client".to_owned()));
    });
}

#[test]
fn a_code_gives_tokens_once_and_a_refresh_token_used_twice_kills_its_family() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let (id, secret) = register(&test, partner, &[], AppRights::default()).await;
        let person = test.caller(partner, &[Role::AdminAgent]).await;
        let verifier = "a-verifier-of-at-least-forty-three-characters-0123";
        let challenge = data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(verifier));
        let redirect_uri = "http://localhost:4711".to_owned();
        let asked = Asked { client: id.parse().unwrap(), redirect_uri, challenge, nonce: "n".to_owned() };
        let code = consent::grant(&test.app, &person, asked).await.unwrap();
        let nobody = Client::of_nobody(&test);
        let exchange = format!(
            "grant_type=authorization_code&client_id={id}&code={}&redirect_uri=http://localhost:4711&code_verifier={verifier}",
            *code.expose()
        );
        let given = nobody.form("/common/oauth2/v2.0/token", &exchange).await.json();
        let user = claims(given["access_token"].as_str().unwrap());
        assert_eq!(user["oid"], person.person.to_string());
        assert_eq!(claims(given["id_token"].as_str().unwrap())["nonce"], "n");
        let first = given["refresh_token"].as_str().unwrap().to_owned();
        let refresh = |token: String| {
            let form = format!("grant_type=refresh_token&client_id={id}&client_secret={secret}&refresh_token={token}");
            let nobody = nobody.clone();
            async move { nobody.form("/common/oauth2/token", &form).await }
        };
        let second = refresh(first.clone()).await.json()["refresh_token"].as_str().unwrap().to_owned();
        assert_eq!(refresh(first.clone()).await.status.as_u16(), 200, "an answer may be lost");
        test.real_clock.advance(SignedDuration::from_mins(2));
        assert_eq!(refresh(first).await.json()["error"], "invalid_grant");
        assert_eq!(refresh(second).await.json()["error"], "invalid_grant", "somebody has a copy");
        assert_eq!(nobody.form("/common/oauth2/v2.0/token", &exchange).await.json()["error"], "invalid_grant");
    });
}

/// A person's tokens: the program with its secret or without, and the first refresh token.
struct Consent {
    nobody: Client,
    id: String,
    proof: String,
}

impl Consent {
    async fn given(test: &TestApp, person: &Caller, has_proof: bool) -> (Self, String) {
        let (id, secret) = register(test, person.tenant, &[], AppRights::default()).await;
        let verifier = "a-verifier-of-at-least-forty-three-characters-0123";
        let challenge = data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(verifier));
        let redirect_uri = "http://localhost:4711".to_owned();
        let asked = Asked { client: id.parse().unwrap(), redirect_uri, challenge, nonce: "n".to_owned() };
        let code = consent::grant(&test.app, person, asked).await.unwrap();
        let proof = if has_proof { format!("&client_secret={secret}") } else { String::new() };
        let consent = Self { nobody: Client::of_nobody(test), id, proof };
        let form = format!(
            "grant_type=authorization_code&code={}&redirect_uri=http://localhost:4711&code_verifier={verifier}",
            *code.expose()
        );
        let given = consent.ask(&form, &consent.proof).await.json();
        let first = given["refresh_token"].as_str().unwrap().to_owned();
        (consent, first)
    }

    async fn ask(&self, form: &str, proof: &str) -> Reply {
        self.nobody.form("/common/oauth2/token", &format!("{form}&client_id={}{proof}", self.id)).await
    }

    /// The next refresh token, or the error.
    async fn refresh(&self, token: &str, proof: &str) -> Result<String, String> {
        let reply = self.ask(&format!("grant_type=refresh_token&refresh_token={token}"), proof).await.json();
        let text = |name: &str| reply[name].as_str().unwrap_or_default().to_owned();
        if reply["error"].is_null() { Ok(text("refresh_token")) } else { Err(text("error")) }
    }
}

#[test]
fn a_refresh_token_needs_the_proof_that_the_first_of_its_family_was_given_for() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let person = test.caller(partner, &[Role::AdminAgent]).await;
        let (proven, token) = Consent::given(&test, &person, true).await;
        assert_eq!(proven.refresh(&token, "").await, Err("invalid_client".to_owned()));
        let next = proven.refresh(&token, &proven.proof).await.unwrap();
        assert_eq!(proven.refresh(&next, "").await, Err("invalid_client".to_owned()));
        let (public, token) = Consent::given(&test, &person, false).await;
        assert!(public.refresh(&token, "").await.is_ok());
    });
}

#[test]
fn who_went_on_with_the_next_refresh_token_does_not_come_back_with_the_old() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let person = test.caller(partner, &[Role::AdminAgent]).await;
        let (consent, first) = Consent::given(&test, &person, false).await;
        let second = consent.refresh(&first, "").await.unwrap();
        test.real_clock.advance(SignedDuration::from_secs(1));
        let third = consent.refresh(&second, "").await.unwrap();
        let over = Err("invalid_grant".to_owned());
        assert_eq!(consent.refresh(&first, "").await, over, "somebody has a copy");
        assert_eq!(consent.refresh(&third, "").await, over, "so nobody goes on");
    });
}

#[test]
fn a_new_password_ends_the_refresh_tokens_of_a_person() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let person = test.caller(partner, &[Role::AdminAgent]).await;
        let (consent, first) = Consent::given(&test, &person, false).await;
        let link = people::hand_out_reset(&test.app, &admin, partner, person.person).await.unwrap();
        people::reset_password(&test.app, &admin.origin, &link.token, "a new and long password").await.unwrap();
        assert_eq!(consent.refresh(&first, "").await, Err("invalid_grant".to_owned()));
    });
}

#[test]
fn a_replaced_key_checks_tokens_while_they_live_and_a_compromised_one_none() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let keys = &test.app.token_keys;
        let old = keys.signing(&test.app, KeyUse::Token).await.unwrap().id.clone();
        token_keys::rotate(&test.app, KeyUse::Token, Replace::Regular).await.unwrap();
        assert_ne!(keys.signing(&test.app, KeyUse::Token).await.unwrap().id, old);
        assert_eq!(client.get("/v1/customers").await.status.as_u16(), 200);
        let fresh = Client::of(&test, partner).await;
        token_keys::rotate(&test.app, KeyUse::Token, Replace::Compromised).await.unwrap();
        assert_eq!(client.get("/v1/customers").await.fault(), (401, 800_001));
        assert_eq!(fresh.get("/v1/customers").await.fault(), (401, 800_001));
        let last = keys.signing(&test.app, KeyUse::Token).await.unwrap().id.clone();
        token_keys::rotate(&test.app, KeyUse::Token, Replace::Regular).await.unwrap();
        assert!(keys.find(&test.app, KeyUse::Token, &last).await.unwrap().is_some());
        test.real_clock.advance(SignedDuration::from_mins(61));
        assert!(keys.find(&test.app, KeyUse::Token, &last).await.unwrap().is_none(), "no token of it lives");
    });
}

#[test]
fn a_token_ends_with_its_time_its_program_and_its_partner() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        assert_eq!(client.get("/v1/customers").await.status.as_u16(), 200);
        let broken = Client { token: format!("{}x", client.token), ..client.clone() };
        assert_eq!(broken.get("/v1/customers").await.fault(), (401, 800_001));
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let app = perpetua_app::apps::list(&test.app, &admin).await.unwrap().remove(0);
        let late = Client::of(&test, partner).await;
        perpetua_app::apps::remove(&test.app, &admin, app.id).await.unwrap();
        assert_eq!(client.get("/v1/customers").await.fault(), (401, 800_001));
        test.real_clock.advance(SignedDuration::from_secs(3_600));
        assert_eq!(late.get("/v1/customers").await.fault(), (401, 800_001));
    });
}

#[test]
fn discovery_leads_to_endpoints_and_keys_and_an_old_client_swaps_its_token() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let nobody = Client::of_nobody(&test);
        let known = nobody.get(&format!("/{partner}/v2.0/.well-known/openid-configuration")).await.json();
        assert!(known["token_endpoint"].as_str().unwrap().ends_with("/oauth2/v2.0/token"), "{known}");
        assert!(nobody.get("/common/.well-known/openid-configuration").await.json()["jwks_uri"].is_string());
        let keys = nobody.get(&format!("/{partner}/discovery/v2.0/keys")).await.json();
        assert_eq!(keys["keys"][0]["kty"], "RSA");
        assert!(nobody.get("/common/discovery/instance").await.json().is_object());
        for path in ["/generatetoken", "/v3/GenerateToken"] {
            let swapped = client.call("POST", path, "grant_type=jwt_token".into()).await.json();
            assert_eq!(swapped["access_token"], client.token.clone());
        }
        assert_eq!(nobody.call("POST", "/generatetoken", "grant_type=jwt_token".into()).await.status.as_u16(), 401);
    });
}
