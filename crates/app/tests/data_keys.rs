//! Data keys that another process made: a running one opens what they seal without a restart.

use perpetua_app::vault::{MasterKey, Purpose, Vault, VaultError, WrappedDataKey};
use perpetua_store::secrets::{self, DataKeyRow};
use perpetua_store::{Id, StoreError};
use perpetua_test_support::{MASTER_HEX, TestApp};

#[test]
fn a_secret_under_a_data_key_of_another_process_opens() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let now = app.real_clock.now();
        let rows = app.store.read::<_, StoreError, _>(secrets::data_keys).await.unwrap();
        let known = rows.into_iter().map(|row| WrappedDataKey {
            id: row.id.0,
            purpose: Purpose::from_word(&row.purpose).unwrap(),
            wrapped: row.wrapped,
        });
        let elsewhere = Vault::open(MasterKey::from_hex(MASTER_HEX).unwrap(), &known.collect::<Vec<_>>()).unwrap();
        let made = elsewhere.wrap_new(Purpose::ProductKey, now, &*app.entropy).unwrap();
        let row = DataKeyRow {
            id: Id(made.id),
            purpose: made.purpose.word().to_owned(),
            wrapped: made.wrapped.clone(),
            created_at: now.into(),
            retired_at: None,
        };
        app.store.write::<_, (), StoreError, _>(row, secrets::insert_data_key).await.unwrap();
        elsewhere.learn(&[made]).unwrap();
        let sealed = elsewhere.seal(Purpose::ProductKey, b"row", b"secret", &*app.entropy).unwrap();
        let unknown = app.vault.open_sealed(Purpose::ProductKey, b"row", &sealed);
        assert!(matches!(unknown, Err(VaultError::UnknownDataKey(_))), "{unknown:?}");
        assert_eq!(app.unseal(Purpose::ProductKey, b"row", &sealed).await.unwrap().as_slice(), b"secret");
    });
}
