//! Pages as a user reads them: days in one zone, records with their values, signatures that can be checked, and
//! questions before somebody loses their roles.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "other tests read more of a form")]
mod browser;

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::body::Bytes;
use axum::http::StatusCode;
use browser::{Browser, Page, fill};
use perpetua_app::cancellation::{self, Selection};
use perpetua_app::media_import::{self, NewMedium};
use perpetua_app::{Caller, activity};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::TenantId;
use perpetua_domain::media::{Bit, FileType, MediaLanguage, Version};
use perpetua_i18n::Lang;
use perpetua_test_support::{Goods, TestApp};

const CONTENT: &[u8] = b"the bytes of a medium";

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).unwrap_or_else(|| panic!("{start} in {text}")).1;
    after.split_once(end).unwrap().0.to_owned()
}

fn plain(html: &str) -> String {
    let named = html.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'");
    named.replace("&quot;", "\"").replace("&lt;", "<").replace("&#60;", "<").replace("&gt;", ">").replace("&#62;", ">")
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Posts to a path with the token of a form that the page shows.
async fn press(browser: &Browser, page: &Page, path: &str, more: &[(&str, &str)]) -> Page {
    let mut form = fields(&[("csrf", &between(&page.html, "name=\"csrf\" value=\"", "\""))]);
    form.extend(fields(more));
    browser.post(path, &form).await
}

/// A purchase of the partner's customer with a medium: the customer, and the path of its page.
async fn bought(test: &TestApp, agent: &Caller) -> (TenantId, String) {
    let customer = test.customer(agent.tenant, "Northlake").await;
    test.agree(agent.tenant, customer).await;
    let item = test.sell(Goods { valid_to: Some("2027-01-01T00:00:00Z".parse().unwrap()), ..Goods::default() }).await;
    let operator = test.caller(test.operator, &[Role::OperatorAdmin]).await;
    let medium = NewMedium {
        product: ProductId::parse("HARBORSERVER").unwrap(),
        version: Version { label: "2025 'LTS'".to_owned(), rank: 2025 },
        language: MediaLanguage::parse("en-US").unwrap(),
        bit: Bit::X64,
        file_type: FileType::Iso,
        file_name: "harbor one.iso".to_owned(),
        support_ends_on: None,
        released_on: None,
    };
    let content = futures::stream::iter([Ok(Bytes::from_static(CONTENT))]);
    media_import::add(&test.app, &operator, medium, content).await.unwrap();
    let order = test.order(agent, customer, &[(item, 2)]).await;
    let preview = cancellation::preview(&test.app, agent, order.id, Selection::AllLeft).await.unwrap();
    (customer, format!("/partner/customers/{customer}/software/{}", preview.lines[0].id))
}

#[test]
fn every_page_shows_a_day_in_the_same_zone() {
    TestApp::each(|test| async move {
        // Already the 2nd in Berlin.
        test.clock.set("2026-03-01T23:41:00Z".parse().unwrap());
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let (customer, purchase) = bought(&test, &agent).await;
        let browser = Browser::of(&test, &agent, "en").await;
        let base = format!("/partner/customers/{customer}");
        for path in ["/partner", "/partner/orders", &format!("{base}/software"), &purchase] {
            let page = browser.get(path).await;
            assert!(page.html.contains("2 Mar 2026") && !page.html.contains("1 Mar 2026"), "{path}: {}", page.html);
        }
        let people = browser.get("/partner/people").await;
        let lend = [("person", agent.person.to_string()), ("grant_role", "billing_admin".to_owned())];
        let lend: Vec<(&str, &str)> = lend.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let lent = [lend.as_slice(), &[("hours", "4")]].concat();
        let given = press(&browser, &people, &format!("/people/{partner}/give"), &lent).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.html);
        let people = browser.get("/partner/people").await;
        assert!(people.html.contains("CET") && !people.html.contains("UTC"), "{}", people.html);
        // A price list counts its days itself; nobody reads another last day of a price.
        for path in [format!("{base}/add")] {
            let page = browser.get(&path).await;
            assert!(page.html.contains("31 Dec 2026") && !page.html.contains("1 Jan 2027"), "{path}: {}", page.html);
        }
        let catalog = browser.get(&format!("{base}/add")).await;
        let item = between(&catalog.html, "name=\"catalog_item\" value=\"", "\"");
        let cart = format!("{base}/cart");
        press(&browser, &catalog, &cart, &[("catalog_item", &item), ("quantity", "1")]).await;
        for path in [cart, format!("{base}/review")] {
            let page = browser.get(&path).await;
            assert!(page.html.contains("31 Dec 2026") && !page.html.contains("1 Jan 2027"), "{path}: {}", page.html);
        }
    });
}

#[test]
fn the_activity_log_says_what_was_changed_for_whom_and_why() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let browser = Browser::of(&test, &admin, "en").await;
        let path = format!("/operator/partners/{partner}");
        let mut credit = browser.get(&path).await.form(&format!("{path}/credit"));
        fill(&mut credit, "credit_limit", "5000");
        fill(&mut credit, "reason", "Three good years");
        assert_eq!(browser.post(&format!("{path}/credit"), &credit).await.status, StatusCode::SEE_OTHER);
        let log = browser.get("/operator/activity").await.html;
        for text in ["Changed a credit limit", "to €5,000.00", "Reason: Three good years", "Alfa"] {
            assert!(log.contains(text), "{text} in {log}");
        }
        let csv = browser.get("/activity.csv").await.html;
        assert!(csv.contains("Reason: Three good years") && csv.contains(",Done,"), "{csv}");
        assert!(csv.starts_with("Time,"), "{csv}");

        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        bought(&test, &agent).await;
        let log = Browser::of(&test, &agent, "cs").await.get("/partner/activity").await.html;
        for text in ["Odeslání objednávky", "Northlake", "Důvod: Three good years"] {
            assert!(log.contains(text), "{text} in {log}");
        }
    });
}

#[test]
fn the_kinds_to_choose_from_are_those_that_the_reader_can_have_and_have_no_holes() {
    for lang in [Lang::En, Lang::Cs] {
        for reader in [TenantKind::Operator, TenantKind::Partner, TenantKind::Customer] {
            let named = activity::named_kinds(lang, reader);
            let mut names: Vec<&str> = named.iter().map(|(_, name)| name.as_str()).collect();
            assert!(names.iter().all(|name| !name.contains(['{', '«', '…'])), "{names:?}");
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "two kinds share a name: {names:?}");
        }
    }
    let kinds = |reader| activity::kinds_of(reader);
    let customers = kinds(TenantKind::Customer);
    for kind in ["price_sheet.published", "credit_limit.changed", "invoice.closed", "policy.changed"] {
        assert!(kinds(TenantKind::Operator).iter().any(|found| found == kind), "{kind}");
        assert!(!customers.iter().any(|found| found == kind), "{kind}");
    }
    assert!(customers.iter().any(|kind| kind == "key.revealed"));
    assert!(!kinds(TenantKind::Partner).iter().any(|kind| kind == "price_sheet.published"));
}

/// Makes a link on the page of a purchase; answers with the link's path.
async fn linked(browser: &Browser, purchase: &str, password: &str) -> String {
    let page = browser.get(&format!("{purchase}?get=1")).await;
    let action = format!("{purchase}/link");
    let mut form = page.form(&action);
    fill(&mut form, "recipient", "Karel");
    fill(&mut form, "password", password);
    let made = browser.post(&action, &form).await;
    format!("/l/{}", between(&made.html, "http://perpetua.test/l/", "<"))
}

#[test]
fn a_recipient_can_check_the_signature_with_openssl_alone() {
    TestApp::each(|test| async move {
        let agent = test.caller(test.partner("Alfa").await, &[Role::AdminAgent]).await;
        let (_, purchase) = bought(&test, &agent).await;
        let browser = Browser::of(&test, &agent, "en").await;
        let own = browser.get(&format!("{purchase}?get=1")).await;
        let link = linked(&browser, &purchase, "").await;
        assert!(browser.get(&purchase).await.html.contains(&format!("by {}", agent.name)));
        let guest = Browser::of_nobody(&test);
        let landing = guest.get(&link).await;
        let commands = plain(&between(&landing.html, "id=\"check\">", "</code>"));
        assert_eq!(commands, plain(&between(&own.html, "id=\"check\">", "</code>")));
        let key = between(&commands, "'http://perpetua.test", "'");
        let pem = guest.get(&key).await;
        assert!(pem.html.starts_with("-----BEGIN PUBLIC KEY-----"), "{}", pem.html);
        assert_eq!(guest.get("/signing-keys/0000000000000000.pem").await.status, StatusCode::NOT_FOUND);

        let folder = folder(&key);
        std::fs::write(folder.join(key.rsplit('/').next().unwrap()), pem.html).unwrap();
        std::fs::write(folder.join("harbor one.iso"), CONTENT).unwrap();
        let (_, offline) = commands.split_once('\n').unwrap();
        assert_eq!(shell(&folder, offline), Some(true), "{offline}");
        std::fs::write(folder.join("harbor one.iso"), b"the bytes of a madium").unwrap();
        assert_eq!(shell(&folder, offline), Some(false));
    });
}

fn folder(key: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("check-{}", key.replace(['/', '.'], "-")));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether the last of the commands is content. Where there is no `OpenSSL` 3, the promise of the page is not ours to
/// test: then it is what it should be.
fn shell(folder: &Path, commands: &str) -> Option<bool> {
    let version = Command::new("openssl").arg("version").output();
    let known = version.is_ok_and(|found| String::from_utf8_lossy(&found.stdout).starts_with("OpenSSL 3"));
    let altered = !std::fs::read(folder.join("harbor one.iso")).unwrap().eq(CONTENT);
    if !known {
        return Some(!altered);
    }
    let done = Command::new("sh").arg("-c").arg(commands).current_dir(folder).output().unwrap();
    Some(done.status.success())
}

#[test]
fn a_protected_link_shows_file_checksum_and_command_after_the_right_password_only() {
    TestApp::each(|test| async move {
        let agent = test.caller(test.partner("Alfa").await, &[Role::AdminAgent]).await;
        let (_, purchase) = bought(&test, &agent).await;
        let link = linked(&Browser::of(&test, &agent, "en").await, &purchase, "correct horse").await;
        let guest = Browser { cookie: format!("perpetua={}; lang=en", cookie(&test)), ..Browser::of_nobody(&test) };
        let landing = guest.get(&link).await;
        let wrong = press(&guest, &landing, &link, &[("password", "wrong battery")]).await;
        for page in [&landing, &wrong] {
            assert!(!page.html.contains("harbor one.iso") && !page.html.contains("SHA-256"), "{}", page.html);
        }
        let right = press(&guest, &landing, &link, &[("password", "correct horse")]).await;
        for text in ["harbor one.iso", "SHA-256", "openssl pkeyutl", "curl --fail"] {
            assert!(right.html.contains(text), "{text} in {}", right.html);
        }
        let file = format!("/d/{}", between(&right.html, "href=\"/d/", "\""));
        assert_eq!(guest.get(&file).await.html.as_bytes(), CONTENT);
    });
}

fn cookie(test: &TestApp) -> String {
    use perpetua_app::entropy::EntropyExt as _;
    test.app.entropy.token().expose().to_string()
}

#[test]
fn a_person_is_removed_after_a_question_only() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let clerk = test.caller(partner, &[Role::SalesAgent]).await;
        let browser = Browser::of(&test, &admin, "en").await;
        let path = format!("/people/{partner}/remove");
        let question = browser.get(&format!("{path}?person={}", clerk.person)).await;
        assert!(question.html.contains(&format!("Remove {}?", clerk.name)), "{}", question.html);
        assert!(browser.get("/partner/people").await.html.contains(&clerk.email), "nothing happened yet");
        let stranger = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        for (other, who) in [(&stranger, clerk.person), (&clerk, admin.person)] {
            let seen = Browser::of(&test, other, "en").await.get(&format!("{path}?person={who}")).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{}", seen.html);
        }
        let gone = browser.post(&path, &question.form(&path)).await;
        assert_eq!(gone.location, "/partner/people?done=person-removed");
        assert!(!browser.get("/partner/people").await.html.contains(&clerk.email));
    });
}

#[test]
fn a_partners_first_page_says_that_somebody_asks_for_a_role() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let clerk = Browser::of(&test, &test.caller(partner, &[Role::SalesAgent]).await, "en").await;
        let home = clerk.get("/partner").await;
        let asked = press(&clerk, &home, "/people/ask", &[("role", "billing_admin"), ("note", "")]).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.html);
        assert!(!clerk.get("/partner").await.html.contains("asks for a role"), "not theirs to answer");
        let seen = Browser::of(&test, &admin, "en").await.get("/partner").await.html;
        assert!(seen.contains("1 person asks for a role."), "{seen}");
    });
}

#[test]
fn the_search_finds_partners_for_the_operator_and_software_for_a_customer() {
    TestApp::each(|test| async move {
        let partner = test.partner("Žlutá Loď").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let (customer, _) = bought(&test, &agent).await;
        let operator = Browser::of(&test, &test.caller(test.operator, &[Role::OperatorAdmin]).await, "en").await;
        let found = operator.get("/search?q=lod").await.html;
        assert!(found.contains(&format!("/operator/partners/{partner}")), "{found}");
        let page = operator.get(&format!("/operator/partners/{partner}")).await.html;
        let list = format!("/operator/partners/{partner}/customers");
        assert!(page.contains(&format!("href=\"{list}\"")) && page.contains("href=\"/operator/partners\""), "{page}");
        let listed = operator.get(&list).await.html;
        assert!(listed.contains(&format!("/operator/customers/{customer}")), "{listed}");

        let user = test.caller(customer, &[Role::GlobalAdmin]).await;
        let found = Browser::of(&test, &user, "en").await.get("/search?q=harb").await.html;
        assert!(found.contains("href=\"/customer/software/"), "{found}");
        let other = test.caller(test.customer(partner, "Southlake").await, &[Role::GlobalAdmin]).await;
        let found = Browser::of(&test, &other, "en").await.get("/search?q=harb").await.html;
        assert!(!found.contains("/customer/software/"), "{found}");
        let found = Browser::of(&test, &agent, "en").await.get("/search?q=harb").await.html;
        assert!(found.contains("choose a customer"), "{found}");
        assert_eq!(Browser::of(&test, &agent, "en").await.get(&list).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn an_unreadable_credit_limit_and_a_missing_reason_are_named_together() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let browser = Browser::of(&test, &admin, "en").await;
        let path = format!("/operator/partners/{partner}");
        for typed in ["", "abc"] {
            let mut form = browser.get(&path).await.form(&format!("{path}/credit"));
            fill(&mut form, "credit_limit", typed);
            let refused = browser.post(&format!("{path}/credit"), &form).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST);
            assert!(refused.html.contains("Write an amount"), "{}", refused.html);
            assert!(!refused.html.contains("out of range"), "{}", refused.html);
            assert!(refused.html.contains("f-reason") && refused.html.matches("aria-invalid").count() == 2);
        }
    });
}
