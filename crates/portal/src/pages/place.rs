//! Pages about one customer that stand under the paths of all three portals: who asks, about whom, and which things
//! the path names. The modules of such pages add what they need of it.

use std::collections::HashMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use perpetua_app::{Caller, Problem};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::TenantId;
use perpetua_http::{Failed, SignedIn, SiteState, Visitor};
use perpetua_i18n::Lang;

use crate::views::frame::NavItem;
use crate::views::partner::customer_tabs;

/// Where such pages begin.
pub const BASES: [&str; 3] = ["/partner/customers/{customer}", "/customer", "/operator/customers/{customer}"];

/// Who asks, in which portal, about which customer.
pub struct At {
    pub caller: Caller,
    pub visitor: Visitor,
    pub customer: TenantId,
    /// The path of the customer's pages.
    pub base: String,
    /// What the path names, by the words of its route.
    named: HashMap<String, String>,
}

impl At {
    fn new(SignedIn { caller, visitor }: SignedIn, named: HashMap<String, String>) -> Result<Self, Problem> {
        // A portal serves its own sort of tenant only, so a partner reads nothing by way of the customer's (I6).
        let home = match caller.kind {
            TenantKind::Partner => "/partner/",
            TenantKind::Customer => "/customer/",
            TenantKind::Operator => "/operator/",
        };
        if !visitor.here.starts_with(home) {
            return Err(Problem::not_found());
        }
        let (customer, base) = if caller.kind == TenantKind::Customer {
            (caller.tenant, "/customer".to_owned())
        } else {
            let customer = named.get("customer").and_then(|text| text.parse().ok()).ok_or_else(Problem::not_found)?;
            (customer, format!("{home}customers/{customer}"))
        };
        Ok(Self { caller, visitor, customer, base, named })
    }

    /// What the path names by this word; empty when it names nothing.
    pub fn named(&self, word: &str) -> &str {
        self.named.get(word).map_or("", String::as_str)
    }

    /// The same as an id or a number.
    ///
    /// # Errors
    ///
    /// `not_found` for what is none.
    pub fn id<I: FromStr>(&self, word: &str) -> Result<I, Problem> {
        self.named(word).parse().map_err(|_| Problem::not_found())
    }

    pub fn lang(&self) -> Lang {
        self.visitor.origin.lang
    }

    /// The tabs of a customer's pages, one of them marked; only partners have them.
    pub fn tabs(&self, current: &'static str) -> Vec<NavItem> {
        match self.caller.kind {
            TenantKind::Partner => customer_tabs(&self.base, current),
            TenantKind::Customer | TenantKind::Operator => Vec::new(),
        }
    }
}

impl FromRequestParts<SiteState> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &SiteState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        let named = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Path(named) = named.map_err(|_| Failed::from(Problem::not_found()).into_response())?;
        Self::new(signed_in, named).map_err(|problem| Failed::from(problem).into_response())
    }
}
