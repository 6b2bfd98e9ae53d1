//! The activity log and its exports, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use jiff::SignedDuration;
use jiff::civil::date;
use perpetua_app::activity::{self, Activity, FACTS, Filter, message_id, safe_cell};
use perpetua_app::apps::{self, Register};
use perpetua_app::audit::{self, Entry};
use perpetua_app::{App, Caller, Stamp, proof, sealer};
use perpetua_domain::access::{AppRights, Role};
use perpetua_i18n::{self as messages, Lang};
use perpetua_store::{Conn, StoreError};
use perpetua_test_support::TestApp;
use serde_json::json;

async fn given(app: &App, caller: &Caller, entry: Entry) {
    let write =
        |conn: &mut Conn, (stamp, entry): &(Stamp, Entry)| audit::record(conn, &mut stamp.seed.ids(), stamp, entry);
    app.store.write::<_, (), StoreError, _>((app.stamp(caller), entry), write).await.unwrap();
}

fn looked(order: &str) -> Entry {
    Entry::new("key.revealed", "purchase", "line").detail(json!({ "order": order, "product": "Office LTSC" }))
}

async fn list(app: &App, caller: &Caller, filter: &Filter) -> Vec<Activity> {
    activity::list(app, caller, filter, None, 200).await.unwrap()
}

fn subjects(activities: &[Activity]) -> Vec<&str> {
    activities.iter().map(|activity| activity.facts["order"].as_str().unwrap_or_default()).collect()
}

#[test]
fn each_tenant_sees_the_records_that_name_it_and_a_customer_sees_its_partners_looks() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let (alfa, beta) = (test.partner("Alfa").await, test.partner("Beta").await);
        let customer = test.customer(alfa, "Northlake").await;
        let agent = test.caller(alfa, &[Role::AdminAgent]).await;
        let other = test.caller(beta, &[Role::AdminAgent]).await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let operator = test.caller(test.operator, &[Role::OperatorAuditor]).await;
        given(app, &agent, looked("A-1").partner(alfa).customer(customer)).await;
        given(app, &other, looked("B-1").partner(beta)).await;
        let all = Filter::default();
        assert_eq!(subjects(&list(app, &agent, &all).await), ["A-1"]);
        assert_eq!(subjects(&list(app, &other, &all).await), ["B-1"]);
        assert_eq!(list(app, &operator, &all).await.len(), 2);
        let seen = list(app, &owner, &all).await;
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].actor.name.as_str(), seen[0].actor.tenant.as_str()), (agent.name.as_str(), "Alfa"));
        assert_eq!(seen[0].sentence(Lang::En), "Looked at the key of Office LTSC, order A-1");
        assert_eq!(seen[0].sentence(Lang::Cs), "Zobrazení klíče produktu Office LTSC, objednávka A-1");

        let clerk = test.caller(alfa, &[Role::SalesAgent]).await;
        assert_eq!(activity::list(app, &clerk, &all, None, 10).await.unwrap_err().code, "missing_role");
        assert_eq!(proof::export(app, &clerk, &all).await.unwrap_err().code, "missing_role");
        let csv = activity::export_csv(app, &clerk, &all, Lang::En).await;
        assert_eq!(csv.unwrap_err().code, "missing_role");
    });
}

#[test]
fn days_are_those_of_the_tenants_zone_and_pages_go_on_where_they_ended() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let partner = test.partner("Alfa").await; // Europe/Berlin, an hour ahead of UTC
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let clerk = test.caller(partner, &[Role::AdminAgent]).await;
        for (at, order) in [("22:59", "1"), ("23:00", "2"), ("23:01", "3")] {
            test.clock.set(format!("2026-03-02T{at}:00Z").parse().unwrap());
            given(app, &agent, looked(order).partner(partner)).await;
        }
        given(app, &clerk, Entry::new("order.placed", "order", "x").partner(partner)).await;
        let first_day = Filter { to: Some(date(2026, 3, 2)), ..Filter::default() };
        assert_eq!(subjects(&list(app, &agent, &first_day).await), ["1"]);
        let second_day = Filter { from: Some(date(2026, 3, 3)), to: Some(date(2026, 3, 3)), ..Filter::default() };
        assert_eq!(subjects(&list(app, &agent, &second_day).await).len(), 3);
        let of_agent = Filter { person: Some(agent.person), ..Filter::default() };
        assert_eq!(subjects(&list(app, &agent, &of_agent).await), ["3", "2", "1"]);
        let of_kind = Filter { kind: Some("order.placed".into()), ..Filter::default() };
        assert_eq!(list(app, &agent, &of_kind).await.len(), 1);

        let (mut after, mut paged) = (None, Vec::new());
        loop {
            let page = activity::list(app, &agent, &Filter::default(), after, 1).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.key());
            paged.push(last.id);
        }
        let whole: Vec<_> = list(app, &agent, &Filter::default()).await.iter().map(|one| one.id).collect();
        assert_eq!((paged.len(), paged), (4, whole));
    });
}

#[test]
fn the_spreadsheet_holds_no_formula_and_every_record() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let mut agent = test.caller(partner, &[Role::AdminAgent]).await;
        agent.name = "=HYPERLINK(\"http://evil.example\")".to_owned();
        for number in 0..250 {
            given(&test.app, &agent, looked(&format!("-{number}")).partner(partner)).await;
        }
        let csv = activity::export_csv(&test.app, &agent, &Filter::default(), Lang::En).await.unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 250);
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    });
    assert_eq!(safe_cell("@SUM(A1)"), "'@SUM(A1)");
    assert_eq!(safe_cell("Office"), "Office");
}

#[test]
fn a_customer_verifies_its_own_records_without_trusting_us() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        for number in 0..5 {
            given(app, &agent, looked(&number.to_string()).partner(partner).customer(customer)).await;
            given(app, &agent, looked("of nobody else").partner(partner)).await;
        }
        assert!(sealer::seal_block(app).await.unwrap());
        test.clock.advance(SignedDuration::from_secs(5));
        given(app, &agent, looked("unsealed").customer(customer)).await;
        let lines = proof::export(app, &owner, &Filter::default()).await.unwrap();
        let key = app.signer.public_key();
        assert_eq!(lines.lines().count(), 5);
        assert!(!lines.contains("of nobody else") && !lines.contains("unsealed"));
        for line in lines.lines() {
            assert!(proof::verify(line, key));
            for (from, to) in [
                ("key.revealed", "key.forgotten"),
                ("Office", "Origin"),
                ("Person", "Parson"),
                ("\"position\":", "\"position\":1"),
                ("\"height\":1", "\"height\":2"),
            ] {
                let forged = line.replace(from, to);
                assert_ne!(forged, line);
                assert!(!proof::verify(&forged, key), "{from} → {to}");
            }
        }
        let (stranger, _) = perpetua_app::signing::Signer::generate(&app.vault, &*app.entropy).unwrap();
        assert!(lines.lines().all(|line| !proof::verify(line, stranger.public_key())));
        assert!(!proof::verify("", key) && !proof::verify("{}", key) && !proof::verify("[1]", key));
    });
}

/// The kind that the REST interface records itself.
const OF_INTERFACE: &str = "api.refused";

/// Literals of the form `noun.verb` that are no kinds of records: events, and the name of a file.
const OTHER_LITERALS: &[&str] = &[
    "subscription.updated",
    "webhook.tested",
    "reminder.term",
    "reminder.window",
    "fleet.due",
    "pricesheet.csv",
    "keys.txt",
    "key.hand_over_code_asked",
];

#[test]
fn every_kind_of_record_has_its_sentence_in_both_languages() {
    let mut kinds = std::collections::BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                let source = std::fs::read_to_string(path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                kinds.extend(code.split('"').filter(|text| is_kind(text)).map(str::to_owned));
            }
        }
    }
    assert!(kinds.contains("person.signed_in"), "{kinds:?}");
    for lang in [Lang::En, Lang::Cs] {
        let missing: Vec<_> = kinds.iter().filter(|kind| !messages::exists(lang, &message_id(kind))).collect();
        assert!(missing.is_empty(), "records.ftl ({lang}) lacks sentences for {missing:?}");
    }
    let unused: Vec<_> =
        activity::kinds().into_iter().filter(|kind| !kinds.contains(kind) && kind != OF_INTERFACE).collect();
    assert!(unused.is_empty(), "nothing records {unused:?}, and people could choose them in the filter");
}

fn is_kind(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    text.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb)) && !OTHER_LITERALS.contains(&text)
}

#[test]
fn a_record_tells_its_values_and_knows_an_order_by_its_number() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let (alfa, beta) = (test.partner("Alfa").await, test.partner("Beta").await);
        let customer = test.customer(alfa, "Northlake").await;
        let agent = test.caller(alfa, &[Role::AdminAgent]).await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let operator = test.caller(test.operator, &[Role::OperatorAuditor]).await;
        let revoked = json!({ "order": beta.to_string(), "orderNumber": "O-7", "reason": "cancelled", "limit": 0 });
        let key = Entry::new("key.revoked", "product_key", "k").partner(alfa).customer(customer).detail(revoked);
        given(app, &owner, key).await;
        let lent = json!({ "role": "billing_admin", "until": "2026-03-02T15:53:00Z", "tenant": beta.to_string() });
        given(app, &agent, Entry::new("role.granted", "person", "p").partner(alfa).detail(lent)).await;
        let ended = Entry::new("relationship.ended", "relationship", customer).partner(alfa).customer(customer);
        given(app, &agent, ended.personal("reason", "Moved away")).await;
        let terms = json!({ "before": { "window_days": 60, "downgrade_rights": true, "refund": "full" },
            "after": { "window_days": 30, "downgrade_rights": false, "refund": "full" }, "product": "default" });
        given(app, &operator, Entry::new("policy.changed", "policy", "x").detail(terms)).await;
        let made = json!({ "order": "O-7", "product": "Harbor", "days": 14, "uses": 50, "password": true });
        let link = Entry::new("link.created", "purchase", "l").partner(alfa).customer(customer).detail(made);
        given(app, &owner, link.personal("recipient", "Karel")).await;

        let roles = vec![Role::AdminAgent, Role::SalesAgent];
        let command =
            Register { name: "Shop".to_owned(), roles, rights: AppRights::default(), redirect_uris: Vec::new() };
        apps::register(app, &agent, command).await.unwrap();

        let berlin = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        let told = |seen: &[Activity], kind: &str| {
            let found = seen.iter().find(|activity| activity.kind == kind).unwrap();
            (found.about(), found.details(Lang::En, &berlin))
        };
        let words = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let all = Filter::default();
        let seen = list(app, &agent, &all).await;
        let revoked = words(&["Activations: 0", "Reason: the purchase was cancelled"]);
        assert_eq!(told(&seen, "key.revoked"), (words(&["O-7"]), revoked.clone()));
        let (about, lent) = told(&seen, "role.granted");
        assert_eq!(lent, ["Role: Billing administrator", "Until 2 Mar 2026, 16:53\u{a0}CET"]);
        assert!(about.is_empty(), "the name of a tenant that the record does not show to its reader: {about:?}");
        let (about, given) = told(&seen, "app.registered");
        assert!(about.contains(&"Shop".to_owned()), "{about:?}");
        assert_eq!(given, ["Roles: Admin agent, Sales agent"], "roles by their names");
        let ended = (words(&["Northlake"]), words(&["Reason: Moved away"]));
        assert_eq!(told(&seen, "relationship.ended"), ended);
        assert!(!told(&seen, "link.created").0.contains(&"Karel".to_owned()), "for whom a customer made a link");

        let seen = list(app, &owner, &all).await;
        assert_eq!(told(&seen, "key.revoked"), (words(&["O-7", "Alfa"]), revoked));
        let link =
            (words(&["Harbor", "O-7", "Karel", "Alfa"]), words(&["Days: 14", "Downloads: 50", "With a password"]));
        assert_eq!(told(&seen, "link.created"), link);

        let seen = list(app, &operator, &all).await;
        let changed = words(&["Right to older versions: from yes to no", "Days to cancel: from 60 to 30"]);
        assert_eq!(told(&seen, "policy.changed"), (words(&["default"]), changed));
        assert_eq!(told(&seen, "role.granted").0, ["Beta"], "whose people were changed");
    });
}

#[test]
fn every_value_of_a_record_and_every_kind_has_words_in_both_languages() {
    let kinds = activity::kinds();
    for lang in [Lang::En, Lang::Cs] {
        let before = messages::missing_count();
        for kind in &kinds {
            assert!(!activity::name_of_kind(lang, kind).contains(['{', '«']), "{kind} ({lang})");
        }
        for name in activity::values() {
            assert!(messages::exists(lang, &format!("activity_fact-{name}")), "{name} ({lang})");
        }
        assert_eq!(messages::missing_count(), before);
    }
}

#[test]
fn sentences_name_only_facts_and_findings_have_theirs() {
    let before = messages::missing_count();
    for lang in [Lang::En, Lang::Cs] {
        for kind in activity::kinds() {
            let args = FACTS.into_iter().fold(messages::Args::new(), |args, name| args.set(name, "x"));
            messages::text_with(lang, &message_id(&kind), &args);
        }
        for check in perpetua_store::consistency::CHECKS {
            assert!(messages::exists(lang, &format!("doctor-{}", check.code)), "{}", check.code);
        }
    }
    assert_eq!(messages::missing_count(), before);
}
