//! What uploads come to: machines, verdicts, and nothing at all where nothing can be read.

use perpetua_app::fleet::{self, MachineState, UploadedFile, VerdictKind};
use perpetua_domain::access::Role;
use perpetua_fleet::verdict::{Doubt, Failure};
use perpetua_test_support::TestApp;

use super::*;

#[test]
fn an_upload_becomes_machines_with_a_verdict_on_each_record() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let mut files =
            upload("fleet.csv", inventory(&[("WS-1", "VOLUME_KMSCLIENT", 1, 250_000), ("WS-2", "VOLUME_MAK", 1, 0)]));
        files.files.push(UploadedFile { name: "broken.json".to_owned(), bytes: b"{\"a\": ".to_vec() });
        let import = fleet::upload(&test.app, &world.owner, world.customer, files).await.unwrap();
        assert_eq!((import.records, import.unread, import.machines_new), (2, 1, 2));
        assert_eq!(import.files.len(), 2);
        let states: Vec<_> = machines(&test, &world).await.into_iter().map(|row| (row.name, row.state)).collect();
        assert_eq!(states, [("WS-1".to_owned(), MachineState::Open), ("WS-2".to_owned(), MachineState::Moved)]);
        let (verdicts, next) =
            fleet::verdicts(&test.app, &world.agent, world.customer, import.id, None, None).await.unwrap();
        assert_eq!((verdicts.len(), next), (3, None));
        assert_eq!((verdicts[0].kind, verdicts[0].failure), (VerdictKind::Unread, Some(Failure::JsonBroken)));
        assert_eq!((verdicts[1].machine.as_str(), verdicts[1].line), ("WS-1", 2));
        let only = fleet::verdicts(&test.app, &world.owner, world.customer, import.id, Some(VerdictKind::Unread), None);
        assert_eq!(only.await.unwrap().0.len(), 1);
        let listed = fleet::imports(&test.app, &world.owner, world.customer).await.unwrap();
        assert_eq!(listed, [import]);
    });
}

#[test]
fn uploading_again_changes_nothing_and_the_order_of_uploads_does_not_matter() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let first = || leases(&[("WS-1", 250_000), ("WS-2", 100_000)]);
        let second = || upload("later.csv", inventory(&[("ws-2.corp.example", "VOLUME_KMSCLIENT", 1, 90_000)]));
        let send = |what| fleet::upload(&test.app, &world.owner, world.customer, what);
        send(first()).await.unwrap();
        send(second()).await.unwrap();
        let before = machines(&test, &world).await;
        assert_eq!(before.len(), 2, "{before:?}");
        test.clock.advance(jiff::SignedDuration::from_hours(30));
        let again = send(first()).await.unwrap();
        assert_eq!((again.machines_new, again.machines_changed), (0, 0));
        assert_eq!(machines(&test, &world).await, before);

        let other = test.customer(world.partner, "Southlake").await;
        let owner = test.caller(other, &[Role::GlobalAdmin]).await;
        for what in [second(), first()] {
            fleet::upload(&test.app, &owner, other, what).await.unwrap();
        }
        let turned = machines(&test, &World { customer: other, owner, ..world }).await;
        let facts = |rows: &[MachineView]| -> Vec<_> {
            rows.iter().map(|row| (row.name.to_lowercase(), row.last_day, row.state, row.doubts.clone())).collect()
        };
        assert_eq!(facts(&turned), facts(&before));
    });
}

#[test]
fn what_cannot_be_read_changes_nothing_and_is_said() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let send = |what| fleet::upload(&test.app, &world.owner, world.customer, what);
        assert_eq!(field(send(Upload::default()).await), ("files".to_owned(), "fleet_upload_empty"));
        assert_eq!(field(send(upload("a.txt", Vec::new())).await), ("files".to_owned(), "fleet_upload_empty"));
        let huge = vec![b'a'; fleet::UPLOAD_BYTES_MAX + 1];
        assert_eq!(field(send(upload("a.txt", huge)).await), ("files".to_owned(), "fleet_upload_too_large"));
        let problem = send(upload("photo.txt", vec![0, 159, 146, 150, 0, 1, 2])).await.unwrap_err();
        assert_eq!(problem.code, "fleet_nothing_read");
        assert!(problem.params.iter().any(|(name, _)| *name == "failure"), "{problem:?}");
        assert_eq!(code(send(upload("words.txt", b"Nothing to see here.".to_vec())).await), "fleet_nothing_read");
        assert!(fleet::imports(&test.app, &world.owner, world.customer).await.unwrap().is_empty());
        assert!(machines(&test, &world).await.is_empty());
    });
}

#[test]
fn a_full_key_is_masked_told_and_nowhere_stored() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let key = ["ABCDE", "FGHJK", "LMNPQ", "RSTUV", "FKE01"].join("-");
        let text = String::from_utf8(inventory(&[("WS-1", "VOLUME_KMSCLIENT", 1, 250_000)])).unwrap();
        let text = text.replace(";FKE01;", &format!(";{key};"));
        let import =
            fleet::upload(&test.app, &world.owner, world.customer, upload(&format!("{key}.csv"), text.into_bytes()));
        let import = import.await.unwrap();
        assert_eq!((import.masked_keys, import.files[0].doubts.contains(&Doubt::KeyMasked)), (1, true));
        let stored = test
            .app
            .store
            .read(move |conn| {
                let sources = perpetua_store::fleet::machines::all_sources(conn, world.customer)?;
                let verdicts = perpetua_store::fleet::imports::verdicts(conn, import.id, None, 0, 10)?;
                let imports = perpetua_store::fleet::imports::list(conn, world.customer, 10)?;
                Ok::<_, perpetua_store::StoreError>(format!("{sources:?}{verdicts:?}{imports:?}"))
            })
            .await
            .unwrap();
        assert!(stored.contains("FKE01") && !stored.contains("FGHJK"), "{stored}");
    });
}

#[test]
fn only_those_who_may_see_or_change_a_fleet_and_no_other_tenant() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let stranger = test.partner("Beta").await;
        let stranger = test.caller(stranger, &[Role::AdminAgent]).await;
        let user = test.caller(world.customer, &[Role::CustomerUser]).await;
        let viewer = test.caller(world.customer, &[Role::KeyViewer]).await;
        let billing = test.caller(world.partner, &[Role::BillingAdmin]).await;
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        for (caller, sees, changes) in [
            (&stranger, "not_found", "not_found"),
            (&user, "missing_role", "missing_role"),
            (&viewer, "done", "missing_role"),
            (&billing, "missing_role", "missing_role"),
            (&support, "done", "missing_role"),
            (&world.agent, "done", "done"),
        ] {
            let seen = fleet::summary(&test.app, caller, world.customer).await;
            assert_eq!(code(seen), sees, "{caller:?}");
            let sent = fleet::upload(&test.app, caller, world.customer, leases(&[("WS-1", 250_000)])).await;
            assert_eq!(code(sent), changes, "{caller:?}");
        }
        assert_eq!(code(fleet::summary(&test.app, &world.agent, world.partner).await), "not_found");
    });
}

#[test]
fn a_form_that_is_sent_twice_makes_one_import() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let form = perpetua_app::FormKey::new(&world.owner, "fleet_upload", "token");
        let send = || {
            let what = Upload { form, ..leases(&[("WS-1", 250_000)]) };
            fleet::upload(&test.app, &world.owner, world.customer, what)
        };
        let first = send().await.unwrap();
        assert_eq!(send().await.unwrap().id, first.id);
        assert_eq!(fleet::imports(&test.app, &world.owner, world.customer).await.unwrap().len(), 1);
    });
}
