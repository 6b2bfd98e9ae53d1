//! Moving a customer from volume licensing (M4, M22–M28): the same pages under the paths of the partner's, the
//! customer's and the operator's portal.

mod licenses;
mod machine;
mod machines;
mod overview;
mod pack;
mod report;
mod sites;
mod upload;
mod waves;
mod wording;

pub use report::request_text;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use perpetua_app::{Problem, customers, fleet};
use perpetua_domain::access::{Permission, Relation, TenantKind};
use perpetua_http::{FormData, SiteState};
use perpetua_i18n::text;

use super::place::{At, BASES};
use crate::shell::{Answer, file, holds, titled};
use crate::views::frame::{Frame, Link};
use crate::views::migration::{Head, Start, Way, steps};

/// The paths of all three portals.
pub fn routes() -> Router<SiteState> {
    let mut router = Router::new();
    for base in BASES {
        let of = |end: &str| format!("{base}/migration{end}");
        router = router
            .route(&of(""), get(overview::page))
            .route(&of("/Get-Inventory.ps1"), get(collector))
            .route(&of("/upload"), get(upload::page).post(upload::receive).layer(DefaultBodyLimit::disable()))
            .route(&of("/upload/{import}"), get(upload::verdicts))
            .route(&of("/machines"), get(machines::page).post(machines::assign))
            .route(&of("/machines.csv"), get(machines::csv))
            .route(&of("/machines/{machine}"), get(machine::page))
            .route(&of("/licenses"), get(licenses::page).post(licenses::add))
            .route(&of("/licenses/import"), post(licenses::import))
            .route(&of("/licenses/{license}/remove"), post(licenses::remove))
            .route(&of("/keys"), post(waves::add_key))
            .route(&of("/keys/{key}/remove"), post(waves::remove_key))
            .route(&of("/waves"), get(waves::page).post(waves::plan))
            .route(&of("/waves/{wave}/hold"), post(waves::hold))
            .route(&of("/waves/{wave}/release"), post(waves::release))
            .route(&of("/waves/{wave}/pack"), get(pack::page).post(pack::download))
            .route(&of("/sites"), get(sites::page))
            .route(&of("/sites/window"), get(sites::window).post(sites::save_window))
            .route(&of("/sites/reset"), post(sites::reset))
            .route(&of("/sites/orders"), post(sites::add_order))
            .route(&of("/sites/orders/remove"), post(sites::remove_order))
            .route(&of("/report"), get(report::page))
            .route(&of("/report.csv"), get(report::csv));
    }
    router
}

impl At {
    /// The path of a page of the migration; `end` begins with a slash, or is empty for the overview.
    fn path(&self, end: &str) -> String {
        format!("{}/migration{end}", self.base)
    }

    /// What the address asks for.
    fn query(&self) -> FormData {
        FormData::parse(self.visitor.here.split_once('?').map_or("", |(_, query)| query))
    }

    fn wave(&self) -> Result<i64, Problem> {
        self.id("wave")
    }

    /// The frame of a page; its heading is the section's, or that of a page below it.
    async fn frame(&self, title: Option<String>) -> Result<Frame, Problem> {
        let lang = self.lang();
        let section = text(lang, "nav-migration").into_owned();
        let mut t = titled(&self.visitor, title.clone().unwrap_or_else(|| section.clone()));
        if self.caller.kind != TenantKind::Customer {
            let name = customers::page(&self.visitor.site.app, &self.caller, self.customer).await?.name;
            if self.caller.kind == TenantKind::Partner {
                t.crumbs.push(Link::new("/partner/customers", text(lang, "nav-customers")));
            }
            t.crumbs.push(Link::new(self.base.clone(), name));
        }
        if title.is_some() {
            t.crumbs.push(Link::new(self.path(""), section));
        }
        Ok(t)
    }

    /// What stands above every page.
    fn head(&self, current: &'static str) -> Head {
        let may_ask =
            self.caller.kind == TenantKind::Partner && holds(&self.caller, Relation::Own, Permission::RequestEdit);
        let help = format!("{}?kind=deployment&migration={}", super::report::PATH, self.customer);
        Head {
            tabs: self.tabs("nav-migration"),
            steps: steps(&self.path(""), current),
            help: may_ask.then(|| Link::new(help, text(self.lang(), "migration-help"))),
        }
    }

    /// The ways to collect.
    fn start(&self, may_edit: bool) -> Start {
        Start {
            ways: WAYS.iter().map(|(heading, text, command)| Way { heading, text, command }).collect(),
            script: Link::new(self.path("/Get-Inventory.ps1"), text(self.lang(), "migration-way-script-get")),
            upload: may_edit.then(|| Link::new(self.path("/upload"), text(self.lang(), "migration-upload-now"))),
        }
    }
}

/// Ways to collect, with what is typed on the machines.
const WAYS: [(&str, &str, &str); 3] = [
    (
        "migration-way-many",
        "migration-way-many-how",
        "Get-CimInstance SoftwareLicensingProduct -ComputerName (Get-Content machines.txt) -Filter \"PartialProductKey IS NOT NULL\" | \
         Select-Object PSComputerName, Name, Description, ApplicationID, ID, LicenseStatus, GracePeriodRemaining, PartialProductKey, ProductKeyChannel | \
         Export-Csv inventory.csv -NoTypeInformation -Encoding UTF8",
    ),
    (
        "migration-way-one",
        "migration-way-one-how",
        "(echo === %COMPUTERNAME% ===) & (cscript //Nologo %SystemRoot%\\System32\\slmgr.vbs /dlv)",
    ),
    ("migration-way-list", "migration-way-list-how", ""),
];

/// The script that collects on one machine.
async fn collector(at: At) -> Answer {
    fleet::summary(&at.visitor.site.app, &at.caller, at.customer).await?;
    let (name, text) = fleet::collector(&at.visitor.site.app).await?;
    file(&name, "text/plain; charset=utf-8", text)
}
