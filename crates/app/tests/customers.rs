//! Partners, customers, agreements and relationships, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use perpetua_app::customers::{
    self, CreateCustomer, EditCustomer, ListCustomers, Profile, RecordAgreement, relationships,
};
use perpetua_app::partners::{self, CreatePartner};
use perpetua_app::people::{self, Accept};
use perpetua_app::{Caller, Problem, search};
use perpetua_domain::access::Role::{
    self, AdminAgent, BillingAdmin, CustomerUser, GlobalAdmin, HelpdeskAgent, KeyViewer, OperatorAdmin,
    OperatorAuditor, OperatorSales, OperatorSupport, SalesAgent, UserAdmin,
};
use perpetua_domain::id::TenantId;
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

fn code<T>(result: Result<T, Problem>) -> &'static str {
    result.err().map_or("done", |problem| problem.code)
}

fn fields<T>(result: Result<T, Problem>) -> Vec<(String, &'static str)> {
    let problem = result.err().unwrap();
    problem.fields.into_iter().map(|field| (field.field, field.code)).collect()
}

fn profile(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        line1: "Dlouhá 12".to_owned(),
        city: "Brno".to_owned(),
        postal_code: "60200".to_owned(),
        email: "office@people.example".to_owned(),
        ..Profile::default()
    }
}

fn customer(name: &str, domain: &str) -> CreateCustomer {
    CreateCustomer {
        domain: domain.to_owned(),
        country: "CZ".to_owned(),
        profile: profile(name),
        admin_email: format!("admin@{domain}"),
    }
}

fn agreement(customer: TenantId, agreed_on: &str) -> RecordAgreement {
    RecordAgreement {
        customer,
        first_name: "Ada".to_owned(),
        last_name: "Berg".to_owned(),
        email: "ada@people.example".to_owned(),
        phone: String::new(),
        agreed_on: agreed_on.to_owned(),
    }
}

async fn names(test: &TestApp, caller: &Caller, search: &str) -> Vec<String> {
    let wanted = ListCustomers { search: search.to_owned(), limit: 50, ..ListCustomers::default() };
    let (lines, _) = customers::list(&test.app, caller, wanted).await.unwrap();
    lines.into_iter().map(|line| line.name).collect()
}

#[test]
fn a_created_customer_has_defaults_of_its_country_and_an_administrator_to_come() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let (id, link) =
            customers::create(&test.app, &sales, customer("Severní jezero", "Jezero.example")).await.unwrap();
        let page = customers::page(&test.app, &sales, id).await.unwrap();
        assert_eq!((page.currency.as_str(), page.zone.as_str()), ("CZK", "Europe/Prague"));
        assert_eq!((page.domain.as_str(), page.profile.postal_code.as_str()), ("jezero.example", "602 00"));
        assert_eq!((page.profile.language.as_str(), page.profile.segment.as_str()), ("cs", "commercial"));
        assert!(page.relationship.unwrap().ended_at.is_none() && page.agreement.is_none() && page.can_buy);
        let accept = Accept::New { name: "Eva".into(), password: "correct horse battery".into(), lang: Lang::Cs };
        assert_eq!(people::accept_invitation(&test.app, &sales.origin, &link.token, accept).await.unwrap(), id);
        let taken = customers::create(&test.app, &sales, customer("Other", "jezero.example")).await;
        assert_eq!(fields(taken), [("domain".to_owned(), "domain_taken")]);
    });
}

#[test]
fn every_wrong_field_of_a_customer_is_named_and_nothing_is_created() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let mut wrong = customer(" ", "no domain");
        wrong.admin_email = "nobody".to_owned();
        wrong.profile.postal_code = "1".to_owned();
        wrong.profile.vat_id = "x".to_owned();
        let found = fields(customers::create(&test.app, &sales, wrong).await);
        let named: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(named, ["domain", "admin_email", "name", "postal_code", "vat_id"]);
        let nowhere = CreateCustomer { country: "XX".to_owned(), ..customer("Name", "name.example") };
        assert_eq!(fields(customers::create(&test.app, &sales, nowhere).await), [("country".to_owned(), "unknown")]);
        assert!(names(&test, &sales, "").await.is_empty());
    });
}

#[test]
fn the_list_is_sorted_for_its_reader_searched_by_words_and_paged() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        for (name, domain) in [("Chalupa", "chalupa.example"), ("Cibule", "cibule.example"), ("Hrad", "hrad.example")] {
            customers::create(&test.app, &sales, customer(name, domain)).await.unwrap();
        }
        let mut czech = sales.clone();
        czech.origin.lang = Lang::Cs;
        assert_eq!(names(&test, &sales, "").await, ["Chalupa", "Cibule", "Hrad"]);
        assert_eq!(names(&test, &czech, "").await, ["Cibule", "Hrad", "Chalupa"]);
        assert_eq!(names(&test, &sales, "CHAL brn").await, ["Chalupa"]);
        assert!(names(&test, &sales, "chal xyz").await.is_empty());
        let page = |after| ListCustomers { after, limit: 2, ..ListCustomers::default() };
        let (first, next) = customers::list(&test.app, &czech, page(None)).await.unwrap();
        let (second, end) = customers::list(&test.app, &czech, page(next)).await.unwrap();
        assert_eq!((first.len(), second[0].name.as_str(), end), (2, "Chalupa", None));
        let other = test.partner("Beta").await;
        let stranger = test.caller(other, &[SalesAgent]).await;
        assert!(names(&test, &stranger, "chalupa").await.is_empty());
    });
}

#[test]
fn an_edited_name_moves_in_the_list_and_is_found_by_its_new_words() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let (id, _) = customers::create(&test.app, &sales, customer("Aspen", "aspen.example")).await.unwrap();
        customers::create(&test.app, &sales, customer("Birch", "birch.example")).await.unwrap();
        let edit = EditCustomer { customer: id, profile: profile("Žižkov"), version: None };
        customers::edit(&test.app, &sales, edit).await.unwrap();
        assert_eq!(names(&test, &sales, "").await, ["Birch", "Žižkov"]);
        assert_eq!(names(&test, &sales, "zizk").await, ["Žižkov"]);
        let found = search::search(&test.app, &sales, "zizk").await.unwrap();
        assert_eq!(found.customers[0].id, id);
        let operator = test.caller(test.operator, &[OperatorSupport]).await;
        assert_eq!(search::search(&test.app, &operator, "zizk").await.unwrap().customers.len(), 1);
        let stranger = test.caller(test.partner("Beta").await, &[SalesAgent]).await;
        assert!(search::search(&test.app, &stranger, "zizk").await.unwrap().customers.is_empty());
        let bad =
            EditCustomer { customer: id, profile: Profile { email: "x".into(), ..profile("Name") }, version: None };
        assert_eq!(fields(customers::edit(&test.app, &sales, bad).await), [("email".to_owned(), "form")]);
    });
}

#[test]
fn an_agreement_is_recorded_once_and_never_for_tomorrow() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let id = test.customer(partner, "Northlake").await;
        let record =
            async |agreed_on: &str| customers::record_agreement(&test.app, &sales, agreement(id, agreed_on)).await;
        for (date, reason) in [("2026-03-03", "in_future"), ("", "missing"), ("2026-02-30", "form"), ("x", "form")] {
            assert_eq!(fields(record(date).await), [("agreed_on".to_owned(), reason)]);
        }
        let first = record("2026-03-02").await.unwrap();
        let again = record("2026-03-02").await.unwrap();
        assert_eq!((again.id, first.is_new, again.is_new), (first.id, true, false));
        let shown = customers::page(&test.app, &sales, id).await.unwrap().agreement.unwrap();
        assert_eq!((shown.name.as_str(), shown.agreed_on.as_str()), ("Ada Berg", "2026-03-02"));
    });
}

#[test]
fn a_second_partner_joins_only_when_the_customer_accepts() {
    TestApp::each(|test| async move {
        let (alfa, beta) = (test.partner("Alfa").await, test.partner("Beta").await);
        let sales = test.caller(alfa, &[SalesAgent]).await;
        let second = test.caller(beta, &[AdminAgent]).await;
        let (id, _) = customers::create(&test.app, &sales, customer("Northlake", "northlake.example")).await.unwrap();
        let global = test.caller(id, &[GlobalAdmin]).await;
        let user = test.caller(id, &[CustomerUser]).await;
        relationships::invite(&test.app, &second, "unknown.example").await.unwrap();
        relationships::invite(&test.app, &second, "NORTHLAKE.example").await.unwrap();
        assert_eq!(code(relationships::invite(&test.app, &sales, "northlake.example").await), "already_related");
        assert_eq!(code(customers::page(&test.app, &second, id).await), "not_found");
        let open = relationships::of_customer(&test.app, &user).await.unwrap();
        assert_eq!((open.partners.len(), open.invitations.len(), open.can_decide), (1, 1, false));
        let invitation = open.invitations[0].id;
        assert_eq!(code(relationships::answer(&test.app, &user, invitation, true).await), "missing_role");
        assert_eq!(code(relationships::answer(&test.app, &second, invitation, true).await), "missing_role");
        relationships::answer(&test.app, &global, invitation, true).await.unwrap();
        assert_eq!(names(&test, &second, "north").await, ["Northlake"]);
        assert_eq!(code(relationships::answer(&test.app, &global, invitation, false).await), "not_found");
    });
}

#[test]
fn either_side_ends_a_relationship_and_it_may_begin_anew() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[AdminAgent]).await;
        let (id, _) = customers::create(&test.app, &agent, customer("Northlake", "northlake.example")).await.unwrap();
        let global = test.caller(id, &[GlobalAdmin]).await;
        let silent = relationships::end(&test.app, &agent, id, " ").await;
        assert_eq!(fields(silent), [("suspend_reason".to_owned(), "missing")]);
        relationships::end(&test.app, &global, partner, "moved on").await.unwrap();
        assert_eq!(code(customers::page(&test.app, &agent, id).await), "relationship_ended");
        assert_eq!(code(relationships::end(&test.app, &agent, id, "late").await), "relationship_ended");
        assert!(names(&test, &agent, "").await.is_empty());
        let former = ListCustomers { ended: true, limit: 10, ..ListCustomers::default() };
        assert_eq!(customers::list(&test.app, &agent, former).await.unwrap().0.len(), 1);
        relationships::invite(&test.app, &agent, "northlake.example").await.unwrap();
        let open = relationships::of_customer(&test.app, &global).await.unwrap();
        assert!(!open.partners[0].relationship.ended_by_partner);
        relationships::answer(&test.app, &global, open.invitations[0].id, true).await.unwrap();
        relationships::end(&test.app, &agent, id, "our turn").await.unwrap();
        let seen = relationships::of_customer(&test.app, &global).await.unwrap();
        assert!(seen.partners[0].relationship.ended_by_partner);
    });
}

#[test]
fn the_operator_creates_a_partner_sets_its_limit_and_suspends_it() {
    TestApp::each(|test| async move {
        let admin = test.caller(test.operator, &[OperatorAdmin]).await;
        let create = |mpn: &str| CreatePartner {
            name: "Gamma".to_owned(),
            country: "CZ".to_owned(),
            currency: String::new(),
            mpn_id: mpn.to_owned(),
            credit_limit: 500_000,
            admin_email: "gina@gamma.example".to_owned(),
        };
        let (id, link) = partners::create(&test.app, &admin, create("4711")).await.unwrap();
        assert_eq!(fields(partners::create(&test.app, &admin, create("4711")).await), [("mpn_id".to_owned(), "taken")]);
        let bad = CreatePartner { credit_limit: -1, country: "?".to_owned(), ..create("x") };
        let named: Vec<_> =
            fields(partners::create(&test.app, &admin, bad).await).into_iter().map(|(name, _)| name).collect();
        assert_eq!(named, ["country", "mpn_id", "credit_limit"]);
        let accept = Accept::New { name: "Gina".into(), password: "correct horse battery".into(), lang: Lang::En };
        people::accept_invitation(&test.app, &admin.origin, &link.token, accept).await.unwrap();
        partners::set_credit_limit(&test.app, &admin, id, 900_000, "grew").await.unwrap();
        let page = partners::page(&test.app, &admin, id).await.unwrap();
        assert_eq!((page.credit_limit, page.currency.code(), page.is_suspended), (900_000, "CZK", false));
        let sign_in = async || {
            let found = perpetua_app::identity::sign_in(
                &test.app,
                &admin.origin,
                "gina@gamma.example",
                "correct horse battery",
            );
            code(found.await)
        };
        assert_eq!(sign_in().await, "done");
        partners::set_suspended(&test.app, &admin, id, true, "unpaid").await.unwrap();
        assert_eq!(sign_in().await, "sign_in_failed");
        partners::set_suspended(&test.app, &admin, id, false, "paid").await.unwrap();
        assert_eq!(sign_in().await, "done");
        let customer = test.customer(id, "Northlake").await;
        assert_eq!(code(partners::page(&test.app, &admin, customer).await), "not_found");
    });
}

/// What each use case answers to each role, the things being those of the caller's own tenant or of
/// its present customer. `-` is a missing role, `?` not found.
#[test]
fn each_role_may_do_what_the_grid_says() {
    TestApp::each(|test| async move {
        let rows: [(Role, &str); 12] = [
            (OperatorAdmin, "yyy?y---?"),
            (OperatorSales, "y--?y---?"),
            (OperatorSupport, "y--?y---?"),
            (OperatorAuditor, "y--?y---?"),
            (AdminAgent, "---yyyyyy"),
            (SalesAgent, "---yyyyy-"),
            (HelpdeskAgent, "---yy----"),
            (BillingAdmin, "---yy----"),
            (UserAdmin, "---yy----"),
            (GlobalAdmin, "--------?"),
            (KeyViewer, "---------"),
            (CustomerUser, "---------"),
        ];
        let mut wrong = Vec::new();
        for (role, expected) in rows {
            let found = answers(&test, role).await;
            let found: String = found.iter().map(|code| letter(code)).collect();
            if found != expected {
                wrong.push(format!("{role}: expected {expected}, found {found}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

fn letter(code: &str) -> char {
    match code {
        "done" => 'y',
        "missing_role" => '-',
        "not_found" => '?',
        _ => '!',
    }
}

async fn answers(test: &TestApp, role: Role) -> [&'static str; 9] {
    let app = &test.app;
    let partner = test.partner("Alfa").await;
    let northlake = test.customer(partner, "Northlake").await;
    let tenant = match role.kind() {
        perpetua_domain::access::TenantKind::Operator => test.operator,
        perpetua_domain::access::TenantKind::Partner => partner,
        perpetua_domain::access::TenantKind::Customer => northlake,
    };
    let caller = test.caller(tenant, &[role]).await;
    let create = CreatePartner {
        name: "Delta".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        mpn_id: format!("{}", caller.person.uuid().as_u128() % 1_000_000_000),
        credit_limit: 1,
        admin_email: "d@delta.example".to_owned(),
    };
    let domain = format!("d{}.example", caller.person);
    let edited = EditCustomer {
        customer: northlake,
        profile: Profile { postal_code: "20095".into(), ..profile("North") },
        version: None,
    };
    [
        code(partners::list(app, &caller, None, 5).await),
        code(partners::create(app, &caller, create).await),
        code(partners::set_credit_limit(app, &caller, partner, 5, "why").await),
        code(customers::list(app, &caller, ListCustomers { limit: 5, ..ListCustomers::default() }).await),
        code(customers::page(app, &caller, northlake).await),
        code(customers::create(app, &caller, customer("New", &domain)).await),
        code(customers::edit(app, &caller, edited).await),
        code(customers::record_agreement(app, &caller, agreement(northlake, "2026-01-01")).await),
        code(relationships::end(app, &caller, northlake, "why").await),
    ]
}
