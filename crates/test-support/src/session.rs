//! A browser that is signed in, without the password's half second.

use perpetua_app::Caller;
use perpetua_app::clock::Clock as _;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_domain::id::SessionId;
use perpetua_store::sessions::{self, SessionRow};
use perpetua_store::{Id, StoreError};

use crate::TestApp;

impl TestApp {
    /// Signs a caller in; answers with the value of the session's cookie.
    pub async fn sign_in(&self, caller: &Caller) -> String {
        let now = self.real_clock.now();
        let token = self.app.entropy.token();
        let row = SessionRow {
            id: Id(SessionId::new(self.app.entropy.uuid(now))),
            token_hash: token.hash().to_vec(),
            person_id: Id(caller.person),
            tenant_id: Some(Id(caller.tenant)),
            signed_in_at: now.into(),
            proved_at: now.into(),
            seen_at: now.into(),
            ended_at: None,
            version: 1,
        };
        let written: Result<(), StoreError> = self.app.store.write(row, sessions::insert).await;
        written.expect("a session can be written");
        token.expose().to_string()
    }
}
