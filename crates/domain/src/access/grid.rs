//! The rights themselves, one table per sort of caller and relation, and their printed form.
//!
//! A permission missing from a table is held by nobody there.

use std::fmt::Write as _;

use super::Permission as P;
use super::Role::{
    self, AdminAgent, BillingAdmin, CustomerUser, GlobalAdmin, HelpdeskAgent, KeyViewer, OperatorAdmin,
    OperatorAuditor, OperatorSales, OperatorSupport, SalesAgent, UserAdmin,
};
use super::{Relation, TenantKind};

type Table = &'static [(P, &'static [Role])];

const OPERATOR_ALL: &[Role] = &[OperatorAdmin, OperatorSales, OperatorSupport, OperatorAuditor];
const OPERATOR_OFFER: &[Role] = &[OperatorAdmin, OperatorSales];
const OPERATOR_HELP: &[Role] = &[OperatorAdmin, OperatorSupport];
const OPERATOR_AUDIT: &[Role] = &[OperatorAdmin, OperatorAuditor];
const OPERATOR_WATCH: &[Role] = &[OperatorAdmin, OperatorSupport, OperatorAuditor];
const OPERATOR_MONEY: &[Role] = &[OperatorAdmin, OperatorSales, OperatorAuditor];
const PARTNER_ALL: &[Role] = &[AdminAgent, SalesAgent, HelpdeskAgent, BillingAdmin, UserAdmin];
const PARTNER_SERVING: &[Role] = &[AdminAgent, SalesAgent, HelpdeskAgent];
const PARTNER_BUYING: &[Role] = &[AdminAgent, SalesAgent];
const PARTNER_COST: &[Role] = &[AdminAgent, SalesAgent, BillingAdmin];
const CUSTOMER_ALL: &[Role] = &[GlobalAdmin, KeyViewer, CustomerUser];
const CUSTOMER_KEYS: &[Role] = &[GlobalAdmin, KeyViewer];

const OPERATOR_OWN: Table = &[
    (P::PricesImport, OPERATOR_OFFER),
    (P::PricesView, OPERATOR_ALL),
    (P::PricesCostView, OPERATOR_MONEY),
    (P::MediaImport, OPERATOR_OFFER),
    (P::CatalogView, OPERATOR_ALL),
    (P::PolicyView, OPERATOR_ALL),
    (P::PolicyEdit, OPERATOR_OFFER),
    (P::TaxRateImport, &[OperatorAdmin]),
    (P::PartnerView, OPERATOR_ALL),
    (P::PartnerManage, &[OperatorAdmin]),
    (P::SalesView, OPERATOR_MONEY),
    (P::TenantProfileView, OPERATOR_ALL),
    (P::TenantProfileEdit, &[OperatorAdmin]),
    (P::TenantPeopleView, OPERATOR_WATCH),
    (P::TenantPeopleManage, &[OperatorAdmin]),
    (P::RoleRequest, OPERATOR_ALL),
    (P::CustomerList, OPERATOR_ALL),
    (P::RelationshipView, OPERATOR_ALL),
    (P::RequestView, OPERATOR_WATCH),
    (P::AuditView, OPERATOR_AUDIT),
    (P::AuditExport, OPERATOR_AUDIT),
    (P::OutboxView, OPERATOR_WATCH),
    (P::OutboxRetry, &[OperatorAdmin]),
];

// No KeyReveal, MediaDownload or Link*: operator staff never see a full key (I6).
const OPERATOR_OVER: Table = &[
    (P::PricesCostView, OPERATOR_MONEY),
    (P::PartnerView, OPERATOR_ALL),
    (P::PartnerManage, &[OperatorAdmin]),
    (P::CreditLimitEdit, &[OperatorAdmin]),
    (P::AccountView, OPERATOR_MONEY),
    (P::SalesView, OPERATOR_MONEY),
    (P::TenantProfileView, OPERATOR_ALL),
    (P::TenantPeopleView, OPERATOR_WATCH),
    (P::TenantPeopleManage, &[OperatorAdmin]),
    (P::CustomerView, OPERATOR_ALL),
    (P::AgreementView, OPERATOR_WATCH),
    (P::RelationshipView, OPERATOR_ALL),
    (P::OrderView, OPERATOR_ALL),
    (P::SoftwareView, OPERATOR_ALL),
    (P::SubscriptionEdit, OPERATOR_HELP),
    (P::KeyReplace, OPERATOR_HELP),
    (P::KeyRevoke, OPERATOR_HELP),
    (P::FleetView, OPERATOR_HELP),
    (P::RequestView, OPERATOR_WATCH),
    (P::RequestEdit, OPERATOR_HELP),
    (P::RequestDecide, OPERATOR_HELP),
    (P::AuditView, OPERATOR_AUDIT),
    (P::AuditExport, OPERATOR_AUDIT),
];

const PARTNER_OWN: Table = &[
    (P::PricesCostView, PARTNER_COST),
    (P::PricesOwnEdit, PARTNER_BUYING),
    (P::CatalogView, PARTNER_COST),
    (P::PolicyView, PARTNER_ALL),
    (P::AccountView, &[AdminAgent, BillingAdmin]),
    (P::TenantProfileView, PARTNER_ALL),
    (P::TenantProfileEdit, &[AdminAgent]),
    (P::BillingProfileEdit, &[AdminAgent, BillingAdmin]),
    (P::TenantPeopleView, PARTNER_ALL),
    (P::TenantPeopleManage, &[AdminAgent, UserAdmin]),
    (P::RoleRequest, PARTNER_ALL),
    (P::CustomerList, PARTNER_ALL),
    (P::CustomerCreate, PARTNER_BUYING),
    (P::RelationshipView, PARTNER_SERVING),
    (P::RelationshipInvite, PARTNER_BUYING),
    (P::OrderView, PARTNER_ALL),
    (P::RequestView, &[AdminAgent, HelpdeskAgent, BillingAdmin]),
    (P::RequestEdit, &[AdminAgent, HelpdeskAgent]),
    (P::AuditView, &[AdminAgent]),
    (P::AuditExport, &[AdminAgent]),
    (P::AppManage, &[AdminAgent]),
    (P::WebhookManage, &[AdminAgent, SalesAgent, HelpdeskAgent, BillingAdmin]),
    (P::ApiRequestView, &[AdminAgent]),
];

// No TenantPeopleManage: a partner that makes customer accounts could read keys through the customer
// portal (M20). The first administrator comes with CustomerCreate; CustomerUserManage is about people who
// hold no role but customer_user.
const PARTNER_ACTIVE: Table = &[
    (P::PricesCostView, PARTNER_COST),
    (P::PricesOwnEdit, PARTNER_BUYING),
    (P::CatalogView, PARTNER_COST),
    (P::TenantProfileView, PARTNER_ALL),
    (P::TenantPeopleView, &[AdminAgent, HelpdeskAgent]),
    (P::CustomerView, PARTNER_ALL),
    (P::CustomerEdit, PARTNER_BUYING),
    (P::CustomerUserEdit, &[AdminAgent, HelpdeskAgent]),
    (P::CustomerUserManage, &[AdminAgent]),
    (P::AgreementView, PARTNER_SERVING),
    (P::AgreementRecord, PARTNER_BUYING),
    (P::RelationshipView, PARTNER_SERVING),
    (P::RelationshipEnd, &[AdminAgent]),
    (P::CartEdit, PARTNER_BUYING),
    (P::OrderPlace, PARTNER_BUYING),
    (P::OrderView, PARTNER_ALL),
    (P::SoftwareView, PARTNER_ALL),
    (P::SubscriptionEdit, PARTNER_BUYING),
    (P::KeyReveal, &[AdminAgent]),
    (P::KeyReplace, &[AdminAgent]),
    (P::MediaDownload, &[AdminAgent]),
    (P::LinkCreate, &[AdminAgent]),
    (P::LinkView, &[AdminAgent]),
    (P::LinkRevoke, &[AdminAgent]),
    (P::PurchaseCancel, &[AdminAgent]),
    (P::RefundRequest, &[AdminAgent]),
    (P::FleetView, PARTNER_SERVING),
    (P::FleetEdit, PARTNER_SERVING),
    (P::RequestView, &[AdminAgent, HelpdeskAgent, BillingAdmin]),
    (P::RequestEdit, &[AdminAgent, HelpdeskAgent]),
    (P::AuditView, &[AdminAgent]),
    (P::AuditExport, &[AdminAgent]),
];

// What was bought stays in the partner's books; keys, links, orders and cancellations end.
const PARTNER_ENDED: Table = &[
    (P::PricesCostView, PARTNER_COST),
    (P::OrderView, PARTNER_ALL),
    (P::SoftwareView, PARTNER_ALL),
    (P::RequestView, &[AdminAgent, HelpdeskAgent, BillingAdmin]),
    (P::AuditView, &[AdminAgent]),
    (P::AuditExport, &[AdminAgent]),
];

// No PurchaseCancel: the customer may ask, the partner performs (M30).
const CUSTOMER_OWN: Table = &[
    (P::TenantProfileView, CUSTOMER_ALL),
    (P::TenantProfileEdit, &[GlobalAdmin]),
    (P::TenantPeopleView, CUSTOMER_ALL),
    (P::TenantPeopleManage, &[GlobalAdmin]),
    (P::RoleRequest, CUSTOMER_ALL),
    (P::AgreementView, &[GlobalAdmin]),
    (P::RelationshipView, CUSTOMER_ALL),
    (P::RelationshipAccept, &[GlobalAdmin]),
    (P::RelationshipEnd, &[GlobalAdmin]),
    (P::OrderView, &[GlobalAdmin]),
    (P::SoftwareView, CUSTOMER_ALL),
    (P::KeyReveal, CUSTOMER_KEYS),
    (P::MediaDownload, CUSTOMER_KEYS),
    (P::LinkCreate, CUSTOMER_KEYS),
    (P::LinkView, CUSTOMER_KEYS),
    (P::LinkRevoke, CUSTOMER_KEYS),
    (P::CancellationAsk, &[GlobalAdmin]),
    (P::FleetView, CUSTOMER_KEYS),
    (P::FleetEdit, &[GlobalAdmin]),
    (P::FleetKeyEdit, &[GlobalAdmin]),
    (P::AuditView, &[GlobalAdmin]),
    (P::AuditExport, &[GlobalAdmin]),
];

const CUSTOMER_OF_PARTNER: Table = &[(P::TenantProfileView, CUSTOMER_ALL)];

const fn table(kind: TenantKind, relation: Relation) -> Option<Table> {
    match (kind, relation) {
        (TenantKind::Operator, Relation::Own) => Some(OPERATOR_OWN),
        (TenantKind::Operator, Relation::OperatorOver) => Some(OPERATOR_OVER),
        (TenantKind::Partner, Relation::Own) => Some(PARTNER_OWN),
        (TenantKind::Partner, Relation::ActivePartnerOf) => Some(PARTNER_ACTIVE),
        (TenantKind::Partner, Relation::EndedPartnerOf) => Some(PARTNER_ENDED),
        (TenantKind::Customer, Relation::Own) => Some(CUSTOMER_OWN),
        (TenantKind::Customer, Relation::ActiveCustomerOf) => Some(CUSTOMER_OF_PARTNER),
        _ => None,
    }
}

/// The roles that suffice, empty when none does; `None` when such a relation shows nothing at all.
pub fn holders(kind: TenantKind, relation: Relation, permission: P) -> Option<&'static [Role]> {
    let row = table(kind, relation)?.iter().find(|(listed, _)| *listed == permission);
    Some(row.map_or(&[], |(_, roles)| *roles))
}

/// The whole grid as text: a table per sort of caller and relation, permissions down, roles across.
pub fn grid_text() -> String {
    let mut text = String::from(
        "Who may do what. Made from crates/domain/src/access/grid.rs by `cargo xtask gen`; do not edit.\n\
         A relation that has no table, and \"none\", answers \"not found\" to everything.\n",
    );
    for kind in TenantKind::ALL {
        for relation in Relation::ALL {
            if table(*kind, *relation).is_some() {
                print_table(&mut text, *kind, *relation);
            }
        }
    }
    text
}

fn print_table(text: &mut String, kind: TenantKind, relation: Relation) {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.kind() == kind).collect();
    // Writing to a String cannot fail.
    let _ = write!(text, "\n{} · {}\n{:22}", kind.as_text(), relation.as_text(), "");
    for role in &roles {
        let _ = write!(text, "  {}", role.as_text());
    }
    text.push('\n');
    for permission in P::ALL {
        let mut line = format!("{:22}", permission.as_text());
        let any_of = holders(kind, relation, *permission).unwrap_or_default();
        for role in &roles {
            let mark = if any_of.contains(role) { "yes" } else { "-" };
            let _ = write!(line, "  {mark:width$}", width = role.as_text().len());
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_permission_once_and_only_roles_of_that_tenant() {
        for kind in TenantKind::ALL {
            for relation in Relation::ALL {
                let rows = table(*kind, *relation).unwrap_or_default();
                for (index, (permission, roles)) in rows.iter().enumerate() {
                    assert!(rows[..index].iter().all(|(earlier, _)| earlier != permission), "{permission:?} twice");
                    assert!(!roles.is_empty(), "{permission:?}");
                    assert!(roles.iter().all(|role| role.kind() == *kind), "{permission:?} {relation:?}");
                }
            }
        }
    }

    #[test]
    fn every_permission_is_held_by_somebody() {
        for permission in P::ALL {
            let held = TenantKind::ALL.iter().any(|kind| {
                Relation::ALL
                    .iter()
                    .any(|relation| holders(*kind, *relation, *permission).is_some_and(|roles| !roles.is_empty()))
            });
            assert!(held, "nobody holds {}", permission.as_text());
        }
    }
}
