//! Personal data: removed from requests that ended long ago while money and records stay, and exported for one person.

use futures::StreamExt as _;
use object_store::ObjectStore as _;
use perpetua_app::hand_over::HandOver;
use perpetua_app::personal_data::{Whom, export, remove_due, retention, set_retention};
use perpetua_app::request_files::{self, SentFiles};
use perpetua_app::{doctor, documents, hand_over, sealer};
use perpetua_domain::id::PersonId;
use perpetua_domain::support::PERSONAL_DAYS;
use perpetua_store::{Word, people};
use serde_json::Value;

use super::*;

impl Desk {
    fn days(&self, days: i64) {
        self.test.clock.advance(SignedDuration::from_hours(24 * days));
        self.test.real_clock.advance(SignedDuration::from_hours(24 * days));
    }

    async fn count(&self, what: &str) -> i64 {
        self.test.number(&format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM {what}")).await
    }

    /// A request with a note and a file of the partner's.
    async fn wordy(&self, title: &str) -> RequestId {
        let form = Report { title: title.to_owned(), text: "Call Ada at home.".to_owned(), ..self.form() };
        let filed = desk::report(self.app(), &self.agent, form).await.unwrap();
        let key = self.app().entropy.bytes();
        let parts = futures::stream::iter([Ok(bytes::Bytes::from_static(b"a log of Ada's machine"))]);
        request_files::take(self.app(), &self.agent, (key, Some(filed.id)), "ada.log", parts).await.unwrap();
        let change = ChangeRequest {
            number: filed.number,
            note: Some("Ada is away until Monday.".to_owned()),
            files: Some(SentFiles { key, confirmed: Vec::new() }),
            ..ChangeRequest::default()
        };
        support::change(self.app(), &self.agent, change).await.unwrap();
        filed.id
    }

    async fn exported(&self, caller: &Caller, tenant: TenantId, whom: Whom) -> Result<Value, Problem> {
        Ok(serde_json::from_slice(&export(self.app(), caller, tenant, whom).await?.bytes).unwrap())
    }
}

/// The texts of one field of a section, in the order of the alphabet.
fn told<'a>(document: &'a Value, section: &str, field: &str) -> Vec<&'a str> {
    let mut told: Vec<&str> =
        document[section].as_array().unwrap().iter().map(|row| row[field].as_str().unwrap_or("")).collect();
    told.sort_unstable();
    told
}

#[test]
fn what_people_wrote_goes_when_its_time_is_over_and_the_books_stay() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let ended = desk.wordy("Quokka").await;
        desk.credit(&desk.support, ended, 23_800, 0).await.unwrap();
        let open = desk.wordy("Wombat").await;
        let balance = "SELECT balance AS number FROM partner_account WHERE balance > 0";
        let balance_before = desk.test.number(balance).await;
        let before = desk::show(desk.app(), &desk.agent, ended).await.unwrap();
        let (note, _) = before.credit_note.clone().unwrap();
        let document = documents::credit_note(desk.app(), &desk.second, note.id.0).await.unwrap();
        desk.days(400);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 0, "nobody set a time");
        desk.days(-371);
        set_retention(desk.app(), &desk.second, Some(*PERSONAL_DAYS.start())).await.unwrap();
        assert_eq!(remove_due(desk.app()).await.unwrap(), 0, "a day is left");
        desk.days(2);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 1);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 0, "once");

        let found = desk::show(desk.app(), &desk.agent, ended).await.unwrap();
        let row = &found.request;
        for text in [&row.title, &row.reason_text, &row.free_text, &row.contact_name, &row.contact_email] {
            assert_eq!(text, "");
        }
        assert_eq!((row.contact_phone.as_str(), found.case.inform.as_str(), found.case.reply.as_str()), ("", "", ""));
        assert!(found.notes.is_empty() && found.files.is_empty() && row.personal_removed_at.is_some());
        assert_eq!((row.number.clone(), row.amount), (before.request.number, before.request.amount));
        assert_eq!(row.outcome, before.request.outcome);
        assert_eq!(found.credit_note, before.credit_note);
        let again = documents::credit_note(desk.app(), &desk.second, note.id.0).await.unwrap();
        assert_eq!(again, document, "the credit note as it was");
        assert_eq!(desk.test.number(balance).await, balance_before);
        assert_eq!(desk.app().media.list(Some(&"request-files".into())).count().await, 1, "that of the open one");
        let words = async |words: &str| {
            let state = Some(RequestState::Closed);
            let filter = QueueFilter { words: words.to_owned(), state, ..QueueFilter::default() };
            desk::queue(desk.app(), &desk.support, filter, None, 50).await.unwrap().0.len()
        };
        assert_eq!((words("quokka").await, words("northlake").await, words(&row.number).await), (0, 1, 1));

        let kept = desk::show(desk.app(), &desk.agent, open).await.unwrap();
        assert_eq!((kept.notes.len(), kept.files.len(), kept.request.title.as_str()), (1, 1, "Wombat"));
        assert_eq!(desk.count("audit_record WHERE kind = 'request.personal_removed'").await, 1);
        assert_eq!(desk.count("audit_record WHERE kind = 'desk.retention_changed'").await, 1);
        sealer::seal_all(desk.app(), desk.app().entropy.uuid(desk.app().real_clock.now())).await.unwrap();
        let report = doctor::examine(desk.app(), SignedDuration::from_hours(100_000), &[]).await.unwrap();
        assert_eq!(report.findings, [], "chain and books are sound");
    });
}

#[test]
fn many_notes_go_in_steps_and_a_request_that_is_opened_again_keeps_them() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let ended = desk.ask().await;
        let number = desk::show(desk.app(), &desk.agent, ended).await.unwrap().request.number;
        for _ in 0..3 {
            desk.fill(ended, 400).await;
        }
        let state = Some(RequestState::Closed);
        let close = ChangeRequest { number, state, ..ChangeRequest::default() };
        support::change(desk.app(), &desk.agent, close).await.unwrap();
        set_retention(desk.app(), &desk.second, Some(30)).await.unwrap();
        desk.days(31);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 1);
        assert_eq!(desk.count("request_note").await, 0);
        assert_eq!(
            desk.count("audit_record WHERE kind = 'request.personal_removed'").await,
            1,
            "one request, one record"
        );
    });
}

#[test]
fn names_on_old_hand_overs_go_too() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let command = HandOver {
            line: desk.line,
            name: "Ada".to_owned(),
            email: "ada@people.example".to_owned(),
            language: Lang::En,
            days: None,
        };
        hand_over::give(desk.app(), &desk.agent, None, command).await.unwrap();
        set_retention(desk.app(), &desk.second, Some(30)).await.unwrap();
        desk.days(29);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 0);
        desk.days(31);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 1);
        assert_eq!(desk.count("hand_over WHERE recipient_name <> '' OR recipient_email <> ''").await, 0);
        assert_eq!(remove_due(desk.app()).await.unwrap(), 0);
        assert_eq!(desk.count("audit_record WHERE kind = 'hand_over.personal_removed'").await, 1);
    });
}

#[test]
fn how_long_personal_data_stays_is_the_operators_administrators_to_say() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        assert_eq!(retention(desk.app(), &desk.second).await.unwrap(), (None, true));
        for days in [0, 29, 3_651] {
            let refused = set_retention(desk.app(), &desk.second, Some(days)).await.unwrap_err();
            assert_eq!((refused.fields[0].field.as_str(), refused.fields[0].code), ("days", "not_in_range"));
        }
        set_retention(desk.app(), &desk.second, Some(3_650)).await.unwrap();
        assert_eq!(retention(desk.app(), &desk.support).await.unwrap(), (Some(3_650), false));
        assert_eq!(retention(desk.app(), &desk.agent).await.unwrap_err().code, "not_found");
        for caller in [&desk.support, &desk.agent] {
            let refused = set_retention(desk.app(), caller, None).await.unwrap_err();
            assert!(matches!(refused.code, "missing_role" | "not_found"), "{}", refused.code);
        }
        assert_eq!(retention(desk.app(), &desk.second).await.unwrap().0, Some(3_650));
        set_retention(desk.app(), &desk.second, None).await.unwrap();
        assert_eq!(retention(desk.app(), &desk.second).await.unwrap().0, None);
    });
}

#[test]
fn an_export_holds_what_is_stored_about_a_person_as_far_as_its_reader_may_see_it() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.wordy("Quokka").await;
        let number = desk::show(desk.app(), &desk.agent, request).await.unwrap().request.number;
        // The same person also works for another partner, which has a request of its own.
        let rival = desk.test.partner("Beta").await;
        let elsewhere = as_of(&desk, rival).await;
        let other = Report {
            kind: Some(ProblemType::Other),
            title: "Of Beta".to_owned(),
            text: "Beta".to_owned(),
            ..blank(&desk)
        };
        desk::report(desk.app(), &elsewhere, other).await.unwrap();

        let person = Whom::Person(desk.agent.person);
        let admin = desk.test.caller(desk.partner, &[Role::UserAdmin]).await;
        let own = desk.exported(&admin, desk.partner, person.clone()).await.unwrap();
        assert_eq!(
            (own["organization"].as_str(), own["account"]["email"].as_str()),
            (Some("Alfa"), Some(desk.agent.email.as_str()))
        );
        assert_eq!(told(&own, "requests", "title"), ["Quokka"]);
        assert_eq!(own["requests"][0]["contact"]["email"], "ada@people.example");
        assert_eq!(
            (told(&own, "notes", "text"), told(&own, "notes", "request")),
            (vec!["Ada is away until Monday."], vec![number.as_str()])
        );
        assert_eq!((told(&own, "files", "name"), told(&own, "roles", "organization")), (vec!["ada.log"], vec!["Alfa"]));
        assert!(told(&own, "activity", "kind").contains(&"order.placed"), "{own}");
        assert_eq!(own["incomplete"], serde_json::json!([]));

        let all = desk.exported(&desk.second, desk.test.operator, person.clone()).await.unwrap();
        assert_eq!((all["organization"].as_str(), told(&all, "requests", "title")), (None, vec!["Of Beta", "Quokka"]));
        let ada = by_address("ADA@people.example", "");
        let named = desk.exported(&desk.second, desk.test.operator, ada.clone()).await.unwrap();
        assert_eq!((named["account"].is_null(), told(&named, "requests", "title")), (true, vec!["Of Beta", "Quokka"]));

        let refused = async |caller: &Caller, tenant, whom| desk.exported(caller, tenant, whom).await.unwrap_err();
        let rivals = desk.test.caller(rival, &[Role::UserAdmin]).await;
        assert_eq!(refused(&rivals, desk.partner, person.clone()).await.code, "not_found");
        let stranger = Whom::Person(admin.person);
        assert_eq!(refused(&rivals, rival, stranger).await.code, "not_found", "nobody of theirs");
        assert_eq!(refused(&admin, desk.partner, ada).await.code, "not_found", "only by account");
        let helper = desk.test.caller(desk.partner, &[Role::HelpdeskAgent]).await;
        assert_eq!(refused(&helper, desk.partner, person.clone()).await.code, "missing_role");
        assert_eq!(refused(&desk.support, desk.test.operator, person.clone()).await.code, "missing_role");
        let owner = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        assert_eq!(refused(&owner, desk.customer, person).await.code, "not_found");
        for (address, code) in [("nobody@people.example", "nobody_found"), ("nobody", "request_email")] {
            let problem = refused(&desk.second, desk.test.operator, by_address(address, "")).await;
            assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("address", code));
        }
        assert_eq!(desk.count("audit_record WHERE kind = 'person.exported'").await, 3);
        assert!(desk.count("audit_record WHERE kind = 'person.export_refused'").await >= 5);
        let unknown = Whom::Person(PersonId::new(desk.app().entropy.uuid(desk.app().clock.now())));
        assert_eq!(refused(&desk.second, desk.test.operator, unknown).await.code, "not_found");
    });
}

#[test]
fn a_customers_export_holds_what_it_asked_and_nothing_of_its_partners_requests() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let owner = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        // The partner files a request that names the customer's own person.
        let form = Report { contact_email: owner.email.clone(), title: "Of the partner".to_owned(), ..desk.form() };
        desk::report(desk.app(), &desk.agent, form).await.unwrap();
        let wish = Ask {
            request_key: desk.app().entropy.bytes(),
            line: desk.line,
            reason: Some(ReasonChoice::Technical),
            reason_text: String::new(),
            title: "Of the customer".to_owned(),
            language: Lang::En,
        };
        desk::ask(desk.app(), &owner, wish).await.unwrap();
        let own = desk.exported(&owner, desk.customer, Whom::Person(owner.person)).await.unwrap();
        assert_eq!(told(&own, "requests", "title"), ["Of the customer"]);
        let kind = "audit_record WHERE kind = 'person.exported' AND customer_id IS NOT NULL";
        assert_eq!(desk.count(kind).await, 1, "their own log tells it");
    });
}

fn by_address(address: &str, name: &str) -> Whom {
    Whom::Address { address: address.to_owned(), name: name.to_owned() }
}

/// A request about nothing that was bought.
fn blank(desk: &Desk) -> Report {
    let nothing = String::new;
    Report { customer: nothing(), order: nothing(), line: None, reason: None, amount: nothing(), ..desk.form() }
}

/// The agent as a member of another partner as well.
async fn as_of(desk: &Desk, tenant: TenantId) -> Caller {
    let grant = people::GrantRow {
        id: Id(desk.app().entropy.uuid(desk.app().clock.now()).into()),
        person_id: Id(desk.agent.person),
        tenant_id: Id(tenant),
        role: Word(Role::AdminAgent),
        granted_by: None,
        granted_at: desk.app().clock.now().into(),
        expires_at: None,
        removed_at: None,
        removed_by: None,
    };
    let stored: Result<(), Problem> =
        desk.app().store.write(grant, |conn, grant| Ok(people::insert_grant(conn, grant)?)).await;
    stored.unwrap();
    Caller { tenant, tenant_name: "Beta".to_owned(), ..desk.agent.clone() }
}
