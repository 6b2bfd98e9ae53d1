//! Forms count once (I2): thirty copies that arrive together make one thing, and each is led to it.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::collections::BTreeSet;
use std::future::Future;

use perpetua_app::carts::{self, AddItem};
use perpetua_app::customers::{self, CreateCustomer, Profile};
use perpetua_app::partners::{self, CreatePartner};
use perpetua_app::people::{self, Invite};
use perpetua_app::{Caller, FormKey, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Goods, TestApp};

const COPIES: usize = 30;

/// Sends copies at once; answers with what the first said and with what all said.
async fn copies<T, R>(send: impl Fn() -> R) -> Vec<T>
where
    T: Send + 'static,
    R: Future<Output = Result<T, Problem>> + Send + 'static,
{
    let sent: Vec<_> = (0..COPIES).map(|_| tokio::spawn(send())).collect();
    let mut answers = Vec::new();
    for copy in sent {
        answers.push(copy.await.unwrap().unwrap());
    }
    answers
}

/// Records of a kind.
async fn recorded(test: &TestApp, kind: &str) -> usize {
    test.records().await.iter().filter(|(found, outcome)| found == kind && outcome == "done").count()
}

fn key(caller: &Caller, purpose: &str) -> Option<FormKey> {
    FormKey::new(caller, purpose, "token-of-the-form")
}

fn partner(name: &str, mpn_id: &str) -> CreatePartner {
    CreatePartner {
        name: name.to_owned(),
        country: "CZ".to_owned(),
        currency: String::new(),
        mpn_id: mpn_id.to_owned(),
        credit_limit: 1_000,
        admin_email: "first@beta.example".to_owned(),
    }
}

fn customer(domain: &str) -> CreateCustomer {
    let profile = Profile {
        name: "Southlake".to_owned(),
        line1: "Hafenstraße 2".to_owned(),
        city: "Hamburg".to_owned(),
        postal_code: "20095".to_owned(),
        email: "office@southlake.example".to_owned(),
        language: "en".to_owned(),
        segment: "commercial".to_owned(),
        ..Profile::default()
    };
    CreateCustomer {
        domain: domain.to_owned(),
        country: "DE".to_owned(),
        profile,
        admin_email: "admin@southlake.example".to_owned(),
    }
}

#[test]
fn thirty_copies_of_one_form_create_one_partner() {
    TestApp::each(|test| async move {
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let form = key(&admin, "partner.created");
        let made = copies(|| {
            let (app, admin) = (test.app.clone(), admin.clone());
            async move { partners::create_once(&app, &admin, form, partner("Beta", "1234567")).await }
        })
        .await;
        let ids: BTreeSet<TenantId> = made.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(made.iter().filter(|(_, link)| link.is_some()).count(), 1, "the address is shown once");
        assert_eq!(recorded(&test, "partner.created").await, 1);
        let again = partners::create_once(&test.app, &admin, form, partner("Gamma", "7654321")).await.unwrap();
        assert!(ids.contains(&again.0) && again.1.is_none(), "also when the copy says something else");
        let other = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let other_form = key(&other, "partner.created");
        let taken = partners::create_once(&test.app, &other, other_form, partner("Delta", "1234567")).await;
        assert_eq!(taken.err().unwrap().fields[0].code, "taken", "the same token of somebody else is another form");
        let mended = partners::create_once(&test.app, &other, other_form, partner("Delta", "2222222")).await.unwrap();
        assert!(mended.1.is_some(), "a refused form may be mended and sent again");
    });
}

#[test]
fn thirty_copies_of_one_form_create_one_customer() {
    TestApp::each(|test| async move {
        let agent = test.caller(test.partner("Alfa").await, &[Role::AdminAgent]).await;
        let form = key(&agent, "customer.created");
        let made = copies(|| {
            let (app, agent) = (test.app.clone(), agent.clone());
            async move { customers::create_once(&app, &agent, form, customer("southlake.example")).await }
        })
        .await;
        let ids: BTreeSet<TenantId> = made.iter().map(|(id, _)| *id).collect();
        assert_eq!((ids.len(), made.iter().filter(|(_, link)| link.is_some()).count()), (1, 1));
        assert_eq!(recorded(&test, "customer.created").await, 1);
        let helpdesk = test.caller(agent.tenant, &[Role::HelpdeskAgent]).await;
        let helpdesk = Caller { person: agent.person, ..helpdesk };
        let refused = customers::create_once(&test.app, &helpdesk, form, customer("southlake.example")).await;
        assert_eq!(refused.err().unwrap().code, "missing_role", "the right is asked for before a copy is answered");
    });
}

#[test]
fn thirty_copies_of_one_form_invite_one_person() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let form = key(&agent, "person.invited");
        let made = copies(|| {
            let (app, agent) = (test.app.clone(), agent.clone());
            let email = "nora@alfa.example".to_owned();
            let command = Invite { tenant: partner, email, roles: vec![Role::SalesAgent] };
            async move { people::invite_once(&app, &agent, form, command).await }
        })
        .await;
        let links: Vec<_> = made.into_iter().flatten().collect();
        assert_eq!((links.len(), recorded(&test, "person.invited").await), (1, 1));
        assert!(people::invitation(&test.app, &links[0].token).await.is_ok(), "and its address is good");
    });
}

#[test]
fn thirty_copies_of_one_form_add_to_a_cart_once() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let item = test.sell(Goods::default()).await.to_string();
        let form = key(&agent, "add-to-cart");
        let made = copies(|| {
            let (app, agent) = (test.app.clone(), agent.clone());
            let command = AddItem { customer, cart: None, item: item.clone(), quantity: 2 };
            async move { carts::add_once(&app, &agent, form, command).await }
        })
        .await;
        assert!(made.iter().all(|changed| changed == &made[0]));
        let cart = carts::load(&test.app, &agent, made[0].id).await.unwrap();
        assert_eq!((cart.lines.len(), cart.lines[0].quantity), (1, 2));
        carts::discard(&test.app, &agent, cart.id, cart.version).await.unwrap();
        let late = carts::add_once(&test.app, &agent, form, AddItem { customer, cart: None, item, quantity: 2 }).await;
        assert_eq!(late.unwrap().id, made[0].id);
        assert!(carts::list(&test.app, &agent, Some(customer)).await.unwrap().is_empty(), "not even after it is gone");
    });
}
