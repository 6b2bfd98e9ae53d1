//! The page of one customer: facts, agreement, relationship and people.

use perpetua_app::customers::{self, CustomerPage as Customer};
use perpetua_app::{Caller, Kind, Problem, carts, people};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::TenantId;
use perpetua_http::Visitor;
use perpetua_i18n::{Args, Lang, country, format, text, text_with};

use super::super::buying::saved_cart;
use super::super::people::role_name;
use super::super::relations::day;
use super::state;
use crate::shell::titled;
use crate::views::cart::SavedCart;
use crate::views::forms;
use crate::views::frame::Link;
use crate::views::partner::{Contact, CustomerPage, customer_tabs};
use crate::views::parts::{Button, Fact};

/// The page with everything that the caller may see and do.
pub(super) async fn customer_view(visitor: &Visitor, caller: &Caller, id: TenantId) -> Result<CustomerPage, Problem> {
    let app = &visitor.site.app;
    let lang = visitor.origin.lang;
    let customer = customers::page(app, caller, id).await?;
    let staff = match people::list(app, caller, id).await {
        Ok(staff) => staff.members,
        // Some roles see the customer but not its people.
        Err(problem) if problem.kind == Kind::Forbidden => Vec::new(),
        Err(problem) => return Err(problem),
    };
    let base = format!("/partner/customers/{id}");
    let is_partner = caller.kind == TenantKind::Partner;
    let mut t = titled(visitor, customer.name.clone());
    let (list, name) =
        if is_partner { ("/partner/customers", "nav-customers") } else { ("/operator/partners", "nav-partners") };
    t.crumbs = vec![Link::new(list, text(lang, name))];
    let is_active = customer.relationship.as_ref().is_none_or(|relationship| relationship.ended_at.is_none());
    Ok(CustomerPage {
        t,
        tabs: if is_partner { customer_tabs(&base, "tab-overview") } else { Vec::new() },
        state: state(lang, is_active),
        facts: facts(lang, &customer),
        agreement: agreement(lang, &customer),
        agree: (customer.can_record && customer.agreement.is_none())
            .then(|| forms::agreement(&format!("{base}/agreement"), &visitor.form_token())),
        relationship: relationship(lang, &customer),
        end: customer.can_end.then(|| forms::suspend(&format!("{base}/end"), "action-end-relationship")),
        people: staff
            .into_iter()
            .map(|member| Contact {
                name: member.name,
                email: member.email,
                roles: member.roles.iter().map(|held| role_name(lang, held.role)).collect::<Vec<_>>().join(", "),
            })
            .collect(),
        edit: customer.can_edit.then(|| Link::new(format!("{base}/edit"), text(lang, "action-edit"))),
        add_products: (customer.can_buy && customer.agreement.is_some())
            .then(|| Button::open("action-add-products", format!("{base}/add"))),
        saved: saved(visitor, caller, id, &base).await?,
    })
}

/// The customer's carts, for those who may go on with them.
async fn saved(visitor: &Visitor, caller: &Caller, id: TenantId, base: &str) -> Result<Vec<SavedCart>, Problem> {
    if caller.kind != TenantKind::Partner {
        return Ok(Vec::new());
    }
    let found = match carts::list(&visitor.site.app, caller, Some(id)).await {
        Ok(found) => found,
        Err(problem) if problem.kind == Kind::Forbidden => Vec::new(),
        Err(problem) => return Err(problem),
    };
    let with_lines = found.iter().filter(|cart| cart.lines > 0).enumerate();
    Ok(with_lines.map(|(at, cart)| saved_cart(visitor.origin.lang, base, at + 1, cart)).collect())
}

fn facts(lang: Lang, customer: &Customer) -> Vec<Fact> {
    let profile = &customer.profile;
    let town = [profile.postal_code.as_str(), profile.city.as_str()].join(" ").trim().to_owned();
    let land = country(lang, &customer.country);
    let lines = [profile.line1.clone(), profile.line2.clone(), town, profile.state.clone(), land];
    let address: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let mut facts = vec![
        Fact::new("field-domain", customer.domain.clone()),
        Fact::code("field-customer-id", customer.id.to_string()),
        Fact::new("legend-address", address.join(", ")),
        Fact::new("field-email", profile.email.clone()),
    ];
    for (label, value) in [
        ("field-contact-phone", &profile.phone),
        ("field-registration-number", &profile.registration_number),
        ("field-vat-id", &profile.vat_id),
    ] {
        if !value.is_empty() {
            facts.push(Fact::new(label, value.clone()));
        }
    }
    facts
}

fn agreement(lang: Lang, customer: &Customer) -> Vec<Fact> {
    let Some(agreement) = &customer.agreement else { return Vec::new() };
    let agreed_on = agreement.agreed_on.parse().map(|date| format::date(lang, date));
    vec![
        Fact::new("field-agreed-name", agreement.name.clone()),
        Fact::new("field-email", agreement.email.clone()),
        Fact::new("field-agreed-on", agreed_on.unwrap_or_else(|_| agreement.agreed_on.clone())),
    ]
}

fn relationship(lang: Lang, customer: &Customer) -> Vec<Fact> {
    let Some(relationship) = &customer.relationship else { return Vec::new() };
    let mut facts = vec![
        Fact::state("field-state", state(lang, relationship.ended_at.is_none())),
        Fact::new("field-since", day(lang, relationship.since)),
    ];
    if let Some(at) = relationship.ended_at {
        let by = if relationship.ended_by_partner { "relation-ended-by-partner" } else { "relation-ended-by-customer" };
        facts.push(Fact::new("field-note", text_with(lang, by, &Args::new().set("date", day(lang, at)))));
    }
    facts
}
