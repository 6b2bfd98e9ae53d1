//! A program of each partner, with every right, so that clients of the REST interface can be tried at once.

use std::collections::BTreeMap;

use perpetua_app::apps::{self, Register};
use perpetua_app::{App, Problem};
use perpetua_domain::access::{AppRights, Role, TenantKind};

use super::people::{self, Member};

/// What people call it; the one of an earlier start is removed.
const NAME: &str = "Demo program";

/// What a script needs to get a token.
pub struct DemoApp {
    /// Names the program.
    pub client_id: String,
    /// New at each start.
    pub client_secret: String,
}

/// Registers a program for each partner.
pub async fn of_partners(app: &App, members: &[Member]) -> Result<BTreeMap<String, DemoApp>, Problem> {
    let mut all = BTreeMap::new();
    for member in members.iter().filter(|member| member.kind == TenantKind::Partner) {
        let admin = people::caller(app, member, Role::AdminAgent).await?;
        for old in apps::list(app, &admin).await?.into_iter().filter(|old| old.name == NAME) {
            apps::remove(app, &admin, old.id).await?;
        }
        let command = Register {
            name: NAME.to_owned(),
            roles: vec![Role::AdminAgent, Role::SalesAgent, Role::HelpdeskAgent, Role::BillingAdmin, Role::UserAdmin],
            rights: AppRights { keys: true, cancel: true },
            redirect_uris: vec!["http://localhost".to_owned()],
        };
        let id = apps::register(app, &admin, command).await?;
        let secret = apps::add_secret(app, &admin, id, "demo".to_owned(), apps::SECRET_DAYS).await?;
        let secret = secret.secret.expose().to_string();
        all.insert(member.domain.clone(), DemoApp { client_id: id.to_string(), client_secret: secret });
    }
    Ok(all)
}
