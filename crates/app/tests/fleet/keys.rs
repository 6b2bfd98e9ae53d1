//! Former licenses, entered keys, and what is missing.

use perpetua_app::fleet::{self, KeyRef, PriorKeyType, PriorLicense};
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;

use super::*;

fn prior(product: &str, quantity: i64) -> PriorLicense {
    PriorLicense {
        programme: "Open".to_owned(),
        agreement: "V123".to_owned(),
        product: product.to_owned(),
        quantity,
        key_type: PriorKeyType::Kms,
        ends_on: None,
    }
}

#[test]
fn had_bought_and_missing_stand_side_by_side() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        let three = leases(&[("WS-1", 200_000), ("WS-2", 200_000), ("WS-3", 200_000)]);
        fleet::upload(app, &world.owner, customer, three).await.unwrap();
        fleet::add_prior(app, &world.agent, customer, prior("Windows 10 Enterprise", 25), None).await.unwrap();
        fleet::add_prior(app, &world.agent, customer, prior("Harbor Server", 5), None).await.unwrap();
        let table = "Produkt;Množství;Smlouva;Typ klíče\nWindows Server 2019 Standard;4;V9;KMS\n;5;;\nOffice Standard 2019;x;;\nWindows Server 2019 Standard;4;V9;KMS\n";
        let imported = fleet::import_prior(app, &world.owner, customer, table.as_bytes().to_vec()).await.unwrap();
        assert_eq!((imported.added, imported.known, imported.bad_lines), (1, 1, vec![3, 4]));
        let refused = fleet::import_prior(app, &world.owner, customer, b"a,b\n1,2\n".to_vec()).await;
        assert_eq!(field(refused), ("file".to_owned(), "fleet_columns_unknown"));
        fleet::add_key(app, &world.owner, customer, mak("MAK A", 2), None).await.unwrap();

        let side = fleet::side_by_side(app, &world.owner, customer).await.unwrap();
        let row = &side.rows[0];
        assert_eq!(row.product_name, "Windows 10 Enterprise");
        assert_eq!((row.had, row.bought, row.needed, row.covered, row.missing), (25, 2, 3, 2, 1));
        assert_eq!(side.rows[1].product, "windows_server.standard.2019");
        assert_eq!((side.rows[1].had, side.rows[1].needed), (4, 0));
        assert_eq!(side.unrecognised, ["Harbor Server"]);

        let listed = fleet::prior_licenses(app, &world.owner, customer).await.unwrap();
        assert_eq!(listed.len(), 3);
        fleet::remove_prior(app, &world.owner, customer, listed[0].id).await.unwrap();
        assert_eq!(code(fleet::remove_prior(app, &world.owner, customer, listed[0].id).await), "not_found");
    });
}

#[test]
fn a_key_is_entered_by_the_customers_administrator_sealed_and_never_shown_again() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        assert_eq!(code(fleet::add_key(app, &world.agent, customer, mak("A", 5), None).await), "missing_role");
        let viewer = test.caller(customer, &[Role::KeyViewer]).await;
        assert_eq!(code(fleet::add_key(app, &viewer, customer, mak("A", 5), None).await), "missing_role");
        fleet::add_key(app, &world.owner, customer, mak("A", 5), None).await.unwrap();
        let keys = fleet::keys(app, &world.agent, customer).await.unwrap();
        assert_eq!((keys[0].tail.as_str(), keys[0].remaining, keys[0].is_own), ("FKE09", 5, false));
        assert!(!format!("{keys:?}").contains("FGHJK"));
        let rows = app.store.read(move |conn| perpetua_store::fleet::keys::keys(conn, customer)).await.unwrap();
        let sealed = String::from_utf8_lossy(&rows[0].sealed).into_owned();
        assert!(!sealed.contains("FGHJK") && !sealed.contains("LMNPQ"));

        for (key, expected) in [
            (NewKey { key: Zeroizing::new("ABCDE-FGHJK".to_owned()), ..mak("B", 5) }, ("key", "fleet_key_malformed")),
            (NewKey { product: "Harbor Server".to_owned(), ..mak("B", 5) }, ("product", "fleet_product_unknown")),
            (NewKey { reserve: 6, ..mak("B", 5) }, ("reserve", "out_of_range")),
            (mak("A=B", 5), ("label", "fleet_label_wrong")),
            (mak("@SUM", 5), ("label", "fleet_label_wrong")),
            (mak(&mak("", 1).key, 5), ("label", "fleet_label_wrong")),
            (mak("A", 5), ("label", "fleet_label_taken")),
        ] {
            let (name, code) = field(fleet::add_key(app, &world.owner, customer, key, None).await);
            assert_eq!((name.as_str(), code), expected);
        }
        let KeyRef::Entered(id) = keys[0].id else { panic!("an entered key") };
        assert_eq!(code(fleet::remove_key(app, &world.agent, customer, id).await), "missing_role");
        fleet::remove_key(app, &world.owner, customer, id).await.unwrap();
        assert!(fleet::keys(app, &world.owner, customer).await.unwrap().is_empty());
    });
}
