//! What a test reads behind the use cases: audit records and events.

use diesel::prelude::*;
use perpetua_app::Problem;
use perpetua_store::schema::{audit_record, outbox};

use crate::TestApp;

impl TestApp {
    /// Kind and outcome of every audit record, oldest first.
    pub async fn records(&self) -> Vec<(String, String)> {
        let read = self.app.store.read(|conn| {
            let rows = audit_record::table.order(audit_record::id);
            rows.select((audit_record::kind, audit_record::outcome)).load(conn).map_err(Problem::internal)
        });
        read.await.expect("the records can be read")
    }

    /// The payloads of all events of one kind, oldest first.
    pub async fn events(&self, kind: &'static str) -> Vec<String> {
        let read = self.app.store.read(move |conn| {
            let rows = outbox::table.filter(outbox::kind.eq(kind)).order(outbox::id);
            rows.select(outbox::payload).load(conn).map_err(Problem::internal)
        });
        read.await.expect("the events can be read")
    }
}
