//! Download links: their limits, their passwords, and what ends them (M12, M18, I4).

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use perpetua_app::downloads::stream::{RECHECK, open};
use perpetua_app::links::{CreateLink, LinkState, RenewLink, create, create_once, landing, list, renew, revoke, start};
use perpetua_app::personal_data::{Whom, export};
use perpetua_app::{FormKey, Kind, Origin};
use perpetua_domain::access::Role;
use perpetua_domain::id::{MediaId, OrderLineId, TenantId};
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;
use zeroize::Zeroizing;

use crate::fixture::{Bought, Shop, code, pattern};

const PASSWORD: &str = "correct horse";

struct Made {
    shop: Shop,
    line: OrderLineId,
    medium: MediaId,
}

impl Made {
    async fn new(test: &Arc<TestApp>) -> Self {
        let shop = Shop::open(test.clone()).await;
        let line = shop.buy(Bought::default()).await;
        let medium = shop.medium(("2024", 24), "en-US", "x64", pattern(100)).await;
        Self { shop, line, medium }
    }

    fn command(&self) -> CreateLink {
        CreateLink {
            line: self.line,
            medium: self.medium,
            recipient: Some("Karel Říha".to_owned()),
            lifetime_days: None,
            uses_max: None,
            password: None,
        }
    }

    /// Makes a link and answers with its token.
    async fn link(&self, command: CreateLink) -> String {
        let app = &self.shop.test.app;
        let url = create(app, &self.shop.agent, command).await.unwrap().url(app);
        url.strip_prefix("http://perpetua.test/l/").expect("nothing but a token").to_owned()
    }

    async fn start(&self, token: &str, password: Option<&str>) -> &'static str {
        let outcome = start(&self.shop.test.app, &origin(), token, password).await;
        match outcome {
            Err(problem) if !problem.fields.is_empty() => problem.fields[0].code,
            other => code(other),
        }
    }

    async fn landing(&self, token: &str) -> &'static str {
        code(landing(&self.shop.test.app, &origin(), token).await)
    }
}

fn origin() -> Origin {
    Origin {
        request_id: "request-of-a-guest".to_owned(),
        network: "198.51.100.7".to_owned(),
        agent: "curl".to_owned(),
        lang: Lang::En,
        wire: None,
    }
}

#[test]
fn a_link_lives_fourteen_days_or_fifty_downloads_and_looking_uses_nothing() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let token = made.link(made.command()).await;
        assert_eq!(token.len(), 22, "128 random bits and nothing else");
        for _ in 0..3 {
            let shown = landing(&test.app, &origin(), &token).await.unwrap();
            assert_eq!((shown.uses_left, &*shown.product, shown.is_protected), (50, "Harbor Server", false));
        }
        let started = start(&test.app, &origin(), &token, None).await.unwrap();
        let transfer = open(&test.app, &started.token.expose(), None, true).await.unwrap();
        assert_eq!(transfer.medium.size, 100);
        let links = list(&test.app, &made.shop.agent, made.line).await.unwrap();
        assert_eq!((links[0].uses, links[0].uses_max, links[0].state), (1, 50, LinkState::Active));
        assert_eq!(links[0].recipient, "Karel Říha");
        assert_eq!((&*links[0].history[0].outcome, &*links[0].history[0].network), ("started", "198.51.100.0/24"));
        let mut recorded = made.shop.audited("done").await;
        recorded.sort();
        assert_eq!(recorded, ["link.created", "link.used"]);
        made.shop.pass(14 * 24 - 1);
        assert_eq!(made.start(&token, None).await, "allowed");
        made.shop.pass(1);
        assert_eq!(made.start(&token, None).await, "link_expired");
        assert_eq!(made.landing(&token).await, "link_expired");
    });
}

#[test]
fn two_hundred_at_once_get_fifty_downloads_from_a_link_of_fifty() {
    TestApp::each(|test| async move {
        let made = Arc::new(Made::new(&test).await);
        let token = made.link(made.command()).await;
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let (made, token) = (made.clone(), token.clone());
                tokio::spawn(async move { made.start(&token, None).await })
            })
            .collect();
        let mut started = 0;
        for task in tasks {
            match task.await.unwrap() {
                "allowed" => started += 1,
                other => assert_eq!(other, "link_used_up"),
            }
        }
        assert_eq!(started, 50);
        let links = list(&test.app, &made.shop.agent, made.line).await.unwrap();
        let used = links[0].history.iter().filter(|used| used.outcome == "started").count();
        assert_eq!((links[0].uses, used, links[0].state), (50, 50, LinkState::UsedUp));
        assert_eq!(made.landing(&token).await, "link_used_up");
    });
}

#[test]
fn five_wrong_passwords_lock_a_link_even_when_they_come_together() {
    TestApp::each(|test| async move {
        let made = Arc::new(Made::new(&test).await);
        let password = Some(Zeroizing::new(PASSWORD.to_owned()));
        let token = made.link(CreateLink { password, ..made.command() }).await;
        let shown = landing(&test.app, &origin(), &token).await.unwrap();
        assert!(shown.is_protected && shown.product.is_empty() && shown.medium.is_none());
        assert_eq!(made.start(&token, None).await, "link_password_needed");
        for _ in 0..6 {
            assert_eq!(made.start(&token, Some(PASSWORD)).await, "allowed", "right ones are not counted");
        }
        let guesses: Vec<_> = (0..12)
            .map(|_| {
                let (made, token) = (made.clone(), token.clone());
                tokio::spawn(async move { made.start(&token, Some("wrong horse")).await })
            })
            .collect();
        let mut looked_at = 0;
        for guess in guesses {
            match guess.await.unwrap() {
                "link_password_wrong" => looked_at += 1,
                other => assert!(["too_many_attempts", "link_locked"].contains(&other), "{other}"),
            }
        }
        // The first answer locks the link, so the other four guesses may hear that instead.
        assert!((1..=5).contains(&looked_at), "{looked_at}");
        assert_eq!(made.start(&token, Some(PASSWORD)).await, "link_locked");
        assert_eq!(made.landing(&token).await, "link_locked");
        let links = list(&test.app, &made.shop.agent, made.line).await.unwrap();
        assert_eq!(links[0].state, LinkState::Locked);
        assert!(made.shop.audited("done").await.contains(&"link.locked".to_owned()));
        let password = Some(Zeroizing::new(PASSWORD.to_owned()));
        let token = made.link(CreateLink { password, ..made.command() }).await;
        for _ in 0..5 {
            assert_eq!(made.start(&token, Some("wrong horse")).await, "link_password_wrong");
        }
        assert_eq!(made.start(&token, Some("wrong horse")).await, "link_locked");
    });
}

#[test]
fn revoking_cancelling_and_parting_end_links_and_their_running_downloads() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let token = made.link(made.command()).await;
        let session = start(&test.app, &origin(), &token, None).await.unwrap().token.expose().to_string();
        let link = list(&test.app, &made.shop.agent, made.line).await.unwrap()[0].id;
        assert_eq!(revoke(&test.app, &made.shop.agent, link).await.unwrap(), made.line);
        assert!(revoke(&test.app, &made.shop.agent, link).await.is_ok(), "revoking twice changes nothing");
        assert_eq!(made.start(&token, None).await, "link_revoked");
        assert_eq!(code(open(&test.app, &session, None, true).await), "download_revoked");
        let renewal = RenewLink { link, lifetime_days: None, uses_max: None };
        assert_eq!(code(renew(&test.app, &made.shop.agent, renewal).await), "link_revoked");
        let own = create(&test.app, &made.shop.admin, made.command()).await.unwrap().url(&test.app);
        let own = own.rsplit('/').next().unwrap().to_owned();
        let token = made.link(made.command()).await;
        made.shop.part().await;
        assert_eq!(made.landing(&token).await, "relationship_ended");
        assert_eq!(made.start(&own, None).await, "allowed", "the customer's own link does not hang on the partner");
        made.shop.cancel(made.line).await;
        assert_eq!(made.start(&own, None).await, "purchase_cancelled");
        assert_eq!(made.landing(&own).await, "purchase_cancelled");
        assert_eq!(code(create(&test.app, &made.shop.admin, made.command()).await), "purchase_cancelled");
    });
}

#[test]
fn while_a_subscription_is_suspended_its_links_and_downloads_rest() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let (shop, token) = (&made.shop, made.link(made.command()).await);
        let origin = origin();
        let session = start(&test.app, &origin, &token, None).await.unwrap().token.expose().to_string();
        shop.subscription(made.line, "suspended").await;
        assert_eq!(made.landing(&token).await, "subscription_suspended");
        assert_eq!(made.start(&token, None).await, "subscription_suspended");
        assert_eq!(code(open(&test.app, &session, None, true).await), "subscription_suspended");
        assert_eq!(code(create(&test.app, &shop.agent, made.command()).await), "subscription_suspended");
        let link = list(&test.app, &shop.agent, made.line).await.unwrap()[0].id;
        let renewal = RenewLink { link, lifetime_days: None, uses_max: None };
        assert_eq!(code(renew(&test.app, &shop.agent, renewal).await), "subscription_suspended");
        let download = perpetua_app::downloads::start(&test.app, &shop.agent, made.line, made.medium).await;
        assert_eq!(code(download), "subscription_suspended");
        shop.subscription(made.line, "active").await;
        assert_eq!(made.landing(&token).await, "allowed");
        assert_eq!(made.start(&token, None).await, "allowed");
        assert!(open(&test.app, &session, None, true).await.is_ok());
    });
}

#[test]
fn a_link_that_ran_out_can_be_renewed() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let token = made.link(CreateLink { uses_max: Some(1), ..made.command() }).await;
        assert_eq!(made.start(&token, None).await, "allowed");
        assert_eq!(made.start(&token, None).await, "link_used_up");
        made.shop.pass(30 * 24);
        let link = list(&test.app, &made.shop.agent, made.line).await.unwrap()[0].id;
        let renewal = RenewLink { link, lifetime_days: Some(2), uses_max: Some(3) };
        renew(&test.app, &made.shop.agent, renewal).await.unwrap();
        let renewed = &list(&test.app, &made.shop.agent, made.line).await.unwrap()[0];
        assert_eq!((renewed.uses, renewed.uses_max, renewed.state), (1, 4, LinkState::Active));
        assert_eq!(made.start(&token, None).await, "allowed");
        let too_long = RenewLink { link, lifetime_days: Some(1_000), uses_max: None };
        assert_eq!(code(renew(&test.app, &made.shop.agent, too_long).await), "invalid_input");
    });
}

#[test]
fn only_those_who_may_make_handle_and_see_links_and_partners_only_their_own() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        made.link(made.command()).await;
        create(&test.app, &made.shop.admin, made.command()).await.unwrap();
        let seen = list(&test.app, &made.shop.agent, made.line).await.unwrap();
        assert_eq!(seen.len(), 1, "the customer's own links are its own affair");
        let all = list(&test.app, &made.shop.admin, made.line).await.unwrap();
        assert_eq!(all.len(), 2);
        let customers = all.iter().find(|link| link.id != seen[0].id).unwrap().id;
        assert_eq!(code(revoke(&test.app, &made.shop.agent, customers).await), "not_found");
        assert!(
            revoke(&test.app, &made.shop.admin, seen[0].id).await.is_ok(),
            "a customer ends what serves its purchase"
        );
        let sales = test.caller(made.shop.partner, &[Role::SalesAgent]).await;
        assert_eq!(code(create(&test.app, &sales, made.command()).await), "missing_role");
        assert_eq!(code(list(&test.app, &sales, made.line).await), "missing_role");
        assert_eq!(code(revoke(&test.app, &sales, seen[0].id).await), "missing_role");
        let staff = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        assert_eq!(code(create(&test.app, &staff, made.command()).await), "missing_role");
        let stranger = test.caller(test.partner("Gamma").await, &[Role::AdminAgent]).await;
        assert_eq!(code(create(&test.app, &stranger, made.command()).await), "not_found");
        assert_eq!(code(revoke(&test.app, &stranger, customers).await), "not_found");
    });
}

#[test]
fn terms_out_of_bounds_are_named_and_make_no_link() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let command = CreateLink {
            recipient: Some("x".repeat(201)),
            lifetime_days: Some(0),
            uses_max: Some(1_001),
            password: Some(Zeroizing::new("short".to_owned())),
            ..made.command()
        };
        let problem = create(&test.app, &made.shop.agent, command).await.err().unwrap();
        let fields: Vec<_> = problem.fields.iter().map(|field| &*field.field).collect();
        assert_eq!(fields, ["days", "uses", "password", "recipient"]);
        let elsewhere = made.shop.medium(("2026", 26), "en-US", "x64", pattern(1)).await;
        let command = CreateLink { medium: elsewhere, ..made.command() };
        assert_eq!(code(create(&test.app, &made.shop.agent, command).await), "medium_not_offered");
        assert!(list(&test.app, &made.shop.agent, made.line).await.unwrap().is_empty());
    });
}

#[test]
fn guessed_and_altered_tokens_find_nothing() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let token = made.link(made.command()).await;
        let altered = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
        for wrong in [altered.as_str(), &token[..21], "", "x"] {
            let problem = landing(&test.app, &origin(), wrong).await.unwrap_err();
            assert_eq!((problem.kind, problem.code), (Kind::NotFound, "not_found"), "{wrong}");
            assert_eq!(made.start(wrong, None).await, "not_found");
        }
    });
}

/// Moves a tenant between active and suspended.
async fn set_state(shop: &Shop, tenant: TenantId, state: &'static str) {
    use diesel::prelude::*;
    use perpetua_store::Id;
    use perpetua_store::schema::tenant as rows;
    shop.write(move |conn| {
        diesel::update(rows::table.find(Id(tenant))).set(rows::state.eq(state)).execute(conn)?;
        Ok(())
    })
    .await;
}

#[test]
fn nothing_of_a_suspended_partner_or_customer_is_served_until_it_is_resumed() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let (shop, app) = (&made.shop, &test.app);
        let partners = made.link(made.command()).await;
        let own = create(app, &shop.admin, made.command()).await.unwrap().url(app);
        let own = own.rsplit('/').next().unwrap().to_owned();
        let session = start(app, &origin(), &partners, None).await.unwrap().token.expose().to_string();
        for suspended in [shop.partner, shop.customer] {
            set_state(shop, suspended, "active").await;
            let running = open(app, &session, None, true).await.unwrap().body.unwrap();
            set_state(shop, suspended, "suspended").await;
            test.real_clock.advance(RECHECK);
            let rest: Result<Vec<Bytes>, _> = running.try_collect().await;
            assert_eq!(rest.unwrap_err().to_string(), "serving_suspended", "a running transfer stops");
            assert_eq!(made.landing(&partners).await, "serving_suspended");
            assert_eq!(made.start(&partners, None).await, "serving_suspended");
            assert_eq!(code(open(app, &session, None, true).await), "serving_suspended");
            let of_customer = if suspended == shop.customer { "serving_suspended" } else { "allowed" };
            assert_eq!(made.landing(&own).await, of_customer);
            assert_eq!(made.start(&own, None).await, of_customer);
            set_state(shop, suspended, "active").await;
            assert_eq!(made.start(&partners, None).await, "allowed", "what was only suspended serves again");
        }
    });
}

#[test]
fn what_a_person_started_stops_with_their_tenant_and_with_the_customer() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let (shop, app) = (&made.shop, &test.app);
        let session = perpetua_app::downloads::start(app, &shop.agent, made.line, made.medium).await.unwrap();
        let token = session.token.expose().to_string();
        for suspended in [shop.partner, shop.customer] {
            set_state(shop, suspended, "suspended").await;
            assert_eq!(code(open(app, &token, None, true).await), "serving_suspended");
            set_state(shop, suspended, "active").await;
        }
        assert_eq!(code(open(app, &token, None, true).await), "allowed");
    });
}

#[test]
fn guesses_whose_senders_go_away_are_settled_and_do_not_jam_a_link() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let password = Some(Zeroizing::new(PASSWORD.to_owned()));
        let token = made.link(CreateLink { password, ..made.command() }).await;
        for _ in 0..6 {
            let origin = origin();
            let mut guess = Box::pin(start(&test.app, &origin, &token, Some(PASSWORD)));
            // Polled until the attempt is counted, then dropped, as when a client disconnects.
            while futures::poll!(&mut guess).is_pending() && counted(&made.shop, made.line).await == 0 {
                tokio::task::yield_now().await;
            }
            drop(guess);
            let settled = async {
                while counted(&made.shop, made.line).await > 0 {
                    tokio::task::yield_now().await;
                }
            };
            let limit = std::time::Duration::from_secs(30);
            tokio::time::timeout(limit, settled).await.expect("the attempt is settled without its sender");
        }
        assert_eq!(made.start(&token, Some(PASSWORD)).await, "allowed");
    });
}

/// Attempts that are counted against the link of a purchase.
async fn counted(shop: &Shop, line: OrderLineId) -> i64 {
    use diesel::prelude::*;
    use perpetua_store::schema::download_link as rows;
    let read = shop.test.app.store.read(move |conn| {
        let attempts = rows::table.filter(rows::line_id.eq(perpetua_store::Id(line))).select(rows::wrong_passwords);
        Ok::<_, perpetua_store::StoreError>(attempts.first(conn)?)
    });
    read.await.unwrap()
}

#[test]
fn thirty_copies_of_one_form_make_one_link_whose_address_is_shown_once() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        let (agent, line) = (made.shop.agent.clone(), made.line);
        let form = FormKey::new(&agent, "link.created", "token-of-the-form");
        let copies: Vec<_> = (0..30)
            .map(|_| {
                let (app, agent, command) = (test.app.clone(), agent.clone(), made.command());
                tokio::spawn(async move { create_once(&app, &agent, form, command).await.unwrap() })
            })
            .collect();
        let mut shown = 0;
        for copy in copies {
            shown += usize::from(copy.await.unwrap().is_some());
        }
        assert_eq!((shown, list(&test.app, &agent, line).await.unwrap().len()), (1, 1));
        assert_eq!(made.shop.audited("done").await, ["link.created"]);
        let sales = test.caller(made.shop.partner, &[Role::SalesAgent]).await;
        let sales = perpetua_app::Caller { person: agent.person, ..sales };
        let refused = create_once(&test.app, &sales, form, made.command()).await;
        assert_eq!(code(refused), "missing_role", "the right is asked for before a copy is answered");
    });
}

#[test]
fn the_recipient_of_a_link_is_found_by_the_export_of_personal_data() {
    TestApp::each(|test| async move {
        let made = Made::new(&test).await;
        made.link(made.command()).await;
        made.link(CreateLink { recipient: Some("karel@people.example".to_owned()), ..made.command() }).await;
        made.link(CreateLink { recipient: None, ..made.command() }).await;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let named = |address: &str, name: &str| Whom::Address { address: address.to_owned(), name: name.to_owned() };
        let exported = async |whom| -> Result<serde_json::Value, &'static str> {
            let file =
                export(&test.app, &admin, test.operator, whom).await.map_err(|problem| problem.fields[0].code)?;
            Ok(serde_json::from_slice(&file.bytes).unwrap())
        };
        let both = exported(named("karel@people.example", "karel riha")).await.unwrap();
        let mut places: Vec<(&str, &str)> = both["mentions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| (place["in"].as_str().unwrap(), place["named"].as_str().unwrap()))
            .collect();
        places.sort_unstable();
        assert_eq!(places, [("link", "address"), ("link", "name")], "{both}");
        assert_eq!(exported(named("nobody@people.example", "")).await.unwrap_err(), "nobody_found");
        let agent = made.shop.agent.clone();
        let manager = test.caller(agent.tenant, &[Role::UserAdmin]).await;
        made.link(CreateLink { recipient: Some(agent.email.clone()), ..made.command() }).await;
        let own = export(&test.app, &manager, agent.tenant, Whom::Person(agent.person)).await.unwrap();
        let own: serde_json::Value = serde_json::from_slice(&own.bytes).unwrap();
        assert_eq!(own["mentions"].as_array().unwrap().len(), 1, "{own}");
    });
}
