//! Moving a customer from volume licensing (M4, M22–M28): the same pages under the paths of the partner's, the
//! customer's and the operator's portal.

mod licenses;
mod machines;
mod overview;
mod pack;
mod report;
mod upload;
mod waves;
mod wording;

pub use report::request_text;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use perpetua_app::{Caller, Problem, customers, fleet};
use perpetua_domain::access::{Permission, Relation, TenantKind};
use perpetua_domain::id::TenantId;
use perpetua_http::{Failed, FormData, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Lang, text};
use serde::Deserialize;

use super::software::place_of;
use crate::shell::{Answer, file, holds, titled};
use crate::views::frame::{Frame, Link};
use crate::views::migration::{Head, Start, Way, steps};
use crate::views::partner::customer_tabs;

/// The paths of all three portals.
pub fn routes() -> Router<SiteState> {
    let mut router = Router::new();
    for base in ["/partner/customers/{customer}", "/customer", "/operator/customers/{customer}"] {
        let of = |end: &str| format!("{base}/migration{end}");
        router = router
            .route(&of(""), get(overview::page))
            .route(&of("/Get-Inventory.ps1"), get(collector))
            .route(&of("/upload"), get(upload::page).post(upload::receive).layer(DefaultBodyLimit::disable()))
            .route(&of("/upload/{import}"), get(upload::verdicts))
            .route(&of("/machines"), get(machines::page).post(machines::assign))
            .route(&of("/licenses"), get(licenses::page).post(licenses::add))
            .route(&of("/licenses/import"), post(licenses::import))
            .route(&of("/licenses/{license}/remove"), post(licenses::remove))
            .route(&of("/keys"), post(waves::add_key))
            .route(&of("/keys/{key}/remove"), post(waves::remove_key))
            .route(&of("/waves"), get(waves::page).post(waves::plan))
            .route(&of("/waves/{wave}/hold"), post(waves::hold))
            .route(&of("/waves/{wave}/release"), post(waves::release))
            .route(&of("/waves/{wave}/pack"), get(pack::page).post(pack::download))
            .route(&of("/report"), get(report::page));
    }
    router
}

#[derive(Deserialize)]
struct Params {
    #[serde(default)]
    customer: String,
    #[serde(default)]
    import: String,
    #[serde(default)]
    license: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    wave: String,
}

/// Who asks, in which portal, about which customer.
struct At {
    caller: Caller,
    visitor: Visitor,
    customer: TenantId,
    /// The path of the customer's pages.
    base: String,
    params: Params,
}

impl FromRequestParts<SiteState> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &SiteState) -> Result<Self, Response> {
        let SignedIn { caller, visitor } = SignedIn::from_request_parts(parts, state).await?;
        let not_found = |problem| Failed::from(problem).into_response();
        let params = Path::<Params>::from_request_parts(parts, state).await;
        let Path(params) = params.map_err(|_| not_found(Problem::not_found()))?;
        let (customer, base) = place_of(&caller, &visitor, &params.customer).map_err(not_found)?;
        Ok(Self { caller, visitor, customer, base, params })
    }
}

impl At {
    fn lang(&self) -> Lang {
        self.visitor.origin.lang
    }

    /// The path of a page of the migration; `end` begins with a slash, or is empty for the overview.
    fn path(&self, end: &str) -> String {
        format!("{}/migration{end}", self.base)
    }

    /// What the address asks for.
    fn query(&self) -> FormData {
        FormData::parse(self.visitor.here.split_once('?').map_or("", |(_, query)| query))
    }

    fn wave(&self) -> Result<i64, Problem> {
        self.params.wave.parse().map_err(|_| Problem::not_found())
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
        let tabs = match self.caller.kind {
            TenantKind::Partner => customer_tabs(&self.base, "nav-migration"),
            TenantKind::Customer | TenantKind::Operator => Vec::new(),
        };
        let may_ask =
            self.caller.kind == TenantKind::Partner && holds(&self.caller, Relation::Own, Permission::RequestEdit);
        let help = format!("{}?kind=deployment&migration={}", super::report::PATH, self.customer);
        Head {
            tabs,
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
    let (name, text) = fleet::collector();
    file(&name, "text/plain; charset=utf-8", text)
}
