//! No key stands in clear anywhere (I7), and keys at rest can be changed while they are in use.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use perpetua_app::entropy::Token;
use perpetua_app::jobs::Jobs;
use perpetua_app::outbox::{LogDelivery, deliver_due};
use perpetua_app::people::{self, Invite};
use perpetua_app::vault::{MasterKey, Purpose, Sealed, Vault, WrappedDataKey, row_aad};
use perpetua_app::{App, backup, identity, rotation};
use perpetua_domain::access::Role;
use perpetua_license::key::ProductKey;
use perpetua_store::rotation::{ResealRow, keys_to_move};
use perpetua_store::{DatabaseUrl, secrets};
use perpetua_test_support::{Goods, TestApp};
use uuid::Uuid;

async fn given_orders(test: &TestApp, count: usize) {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    test.agree(partner, customer).await;
    let agent = test.caller(partner, &[Role::SalesAgent]).await;
    let item = test.sell(Goods::default()).await;
    for _ in 0..count {
        test.order(&agent, customer, &[(item, 1)]).await;
    }
}

/// Every product key as it is stored.
async fn stored(app: &App) -> Vec<ResealRow> {
    let nothing = perpetua_domain::id::DataKeyId::new(Uuid::nil());
    app.store.read(move |conn| keys_to_move(conn, nothing, nothing, None, 1_000)).await.unwrap()
}

fn open(vault: &Vault, row: &ResealRow) -> ProductKey {
    let sealed = Sealed { data_key: row.data_key_id.0, bytes: row.sealed.clone() };
    let aad = row_aad("product_key", "sealed", row.id.0.uuid());
    let text = vault.open_sealed(Purpose::ProductKey, &aad, &sealed).unwrap();
    assert_eq!(vault.lookup_hash(row.lookup_key_id.0, &text).unwrap().to_vec(), row.lookup_hash);
    ProductKey::restore(str::from_utf8(&text).unwrap()).unwrap()
}

async fn keys(app: &App) -> Vec<String> {
    stored(app).await.iter().map(|row| open(&app.vault, row).expose().to_owned()).collect()
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

/// One of each token that opens something: who holds it needs no password.
async fn given_tokens(test: &TestApp) -> Vec<(&'static str, String)> {
    let partner = test.partner("Beta").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    let colleague = test.caller(partner, &[Role::SalesAgent]).await;
    let session = test.session(&agent).await;
    assert!(identity::resume(&test.app, &session).await.unwrap().is_some());
    let command = Invite { tenant: partner, email: "nora@beta.example".to_owned(), roles: vec![Role::SalesAgent] };
    let invited = people::invite(&test.app, &agent, command).await.unwrap();
    people::invitation(&test.app, &invited.token).await.unwrap();
    let reset = people::hand_out_reset(&test.app, &agent, partner, colleague.person).await.unwrap();
    people::reset_is_open(&test.app, &reset.token).await.unwrap();
    let text = |token: &Token| token.expose().to_string();
    vec![("a session", text(&session)), ("an invitation", text(&invited.token)), ("a reset", text(&reset.token))]
}

#[test]
fn no_issued_key_or_token_stands_in_the_database_the_log_or_a_backup() {
    let log = Log::default();
    let writer = log.clone();
    let logger = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(logger.finish()).unwrap();
    TestApp::each(|test| {
        let log = log.clone();
        async move {
            let jobs = Jobs::start(test.app.clone());
            given_orders(&test, 12).await;
            let tokens = given_tokens(&test).await;
            assert!(deliver_due(&test.app, &LogDelivery, Uuid::from_u128(1)).await.unwrap() > 0);
            jobs.stop().await;
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("backup");
            backup::create(&test.app, &file).await.unwrap();
            let mut places = vec![("backup", std::fs::read(&file).unwrap())];
            if let DatabaseUrl::Sqlite(path) = test.app.store.url() {
                places.push(("database", std::fs::read(path).unwrap()));
                places.push(("write-ahead log", std::fs::read(format!("{path}-wal")).unwrap()));
            }
            places.push(("log", log.0.lock().unwrap().clone()));
            let keys = keys(&test.app).await;
            assert_eq!(keys.len(), 12);
            for key in &keys {
                let key = ProductKey::restore(key).unwrap();
                let grouped = key.expose_grouped();
                let hex = data_encoding::HEXLOWER.encode(key.expose().as_bytes());
                for (place, bytes) in &places {
                    for form in [key.expose(), grouped.as_str(), hex.as_str()] {
                        assert!(!contains(bytes, form), "a key stands in the {place}");
                    }
                }
            }
            for (what, token) in &tokens {
                let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
                let hex = data_encoding::HEXLOWER.encode(&bytes);
                for (place, content) in &places {
                    // Tokens are told apart by case, so what differs only in that is something else.
                    let stands = |text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
                    assert!(!stands(token) && !contains(content, &hex), "the token of {what} stands in the {place}");
                    let raw = content.windows(bytes.len()).any(|window| window == bytes);
                    assert!(!raw, "the bytes of the token of {what} stand in the {place}");
                }
            }
            let known = test.app.signer.id().to_string();
            assert!(places.iter().any(|(_, bytes)| contains(bytes, &known)), "the search finds what is there");
            assert!(contains(&places.last().unwrap().1, "event"), "the log was captured");
        }
    });
}

#[test]
fn keys_move_to_new_data_keys_and_an_interrupted_job_goes_on() {
    TestApp::each(|test| async move {
        let app = &test.app;
        given_orders(&test, 5).await;
        let before = keys(app).await;
        let job = rotation::rotate_data_keys(app).await.unwrap();
        assert_eq!(rotation::rotate_data_keys(app).await.unwrap_err().code, "rotation_runs");
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!(rotation::step_of(app, first, 2).await.unwrap());
        // The first node is gone now. Until its lease ends, nobody else works; old and new keys open.
        assert!(!rotation::step_of(app, second, 2).await.unwrap());
        assert_eq!(keys(app).await, before);
        test.real_clock.advance(SignedDuration::from_mins(2));
        while rotation::step_of(app, second, 2).await.unwrap() {}
        let row = app.store.read(move |conn| perpetua_store::rotation::find_job(conn, job)).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.done_count, row.total_count), ("done", 5, 5));
        assert_eq!(keys(app).await, before);
        let (seal, look_up) = (app.vault.newest(Purpose::ProductKey), app.vault.newest(Purpose::LookUp));
        for row in stored(app).await {
            assert_eq!((Ok(row.data_key_id.0), Ok(row.lookup_key_id.0)), (seal, look_up));
        }
        let retired = app.store.read(secrets::data_keys).await.unwrap();
        assert_eq!(retired.iter().filter(|key| key.retired_at.is_some()).count(), 2);
    });
}

async fn wrapped(app: &App) -> Vec<WrappedDataKey> {
    let rows = app.store.read(secrets::data_keys).await.unwrap();
    let purpose = |word: &str| Purpose::from_word(word).unwrap();
    rows.into_iter()
        .map(|row| WrappedDataKey { id: row.id.0, purpose: purpose(&row.purpose), wrapped: row.wrapped })
        .collect()
}

#[test]
fn a_new_master_key_opens_everything_and_the_old_one_nothing() {
    TestApp::each(|test| async move {
        let app = &test.app;
        given_orders(&test, 1).await;
        let before = keys(app).await;
        let (first, second) = (MasterKey::generate(&*app.entropy), MasterKey::generate(&*app.entropy));
        rotation::rotate_master(app, &first).await.unwrap();
        assert_eq!(rotation::rotate_master(app, &second).await.unwrap(), Purpose::ALL.len());
        let wrapped = wrapped(app).await;
        assert!(Vault::open(first, &wrapped).is_err());
        let vault = Vault::open(second, &wrapped).unwrap();
        let opened: Vec<_> = stored(app).await.iter().map(|row| open(&vault, row).expose().to_owned()).collect();
        assert_eq!(opened, before);
    });
}

#[test]
fn a_change_of_the_master_key_file_survives_a_crash_at_either_side_of_its_commit() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let load = async || rotation::load_master(&app.store, &path, &*app.entropy).await.unwrap();
        load().await;
        rotation::rotate_master_file(app, &path).await.unwrap();
        assert!(Vault::open(load().await, &wrapped(app).await).is_ok());

        // Before the commit: a new key lies beside and opens nothing.
        let beside = folder.path().join("master.key.new");
        MasterKey::generate(&*app.entropy).save_new(&beside).unwrap();
        assert!(Vault::open(load().await, &wrapped(app).await).is_ok());
        assert!(!beside.exists());

        // After it: only the one beside opens.
        let next = MasterKey::generate(&*app.entropy);
        next.save_new(&beside).unwrap();
        rotation::rotate_master(app, &next).await.unwrap();
        assert!(Vault::open(load().await, &wrapped(app).await).is_ok());
        assert!(!beside.exists());
    });
}
