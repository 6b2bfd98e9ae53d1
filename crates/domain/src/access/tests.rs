//! The rights table of the mission, cell by cell, and what holds over the whole grid.

use proptest::prelude::*;

use super::*;
use Decision::{Allowed, MissingRole, NotFound, RelationshipEnded};

const KEYS_AND_LINKS: [Permission; 5] = [
    Permission::KeyReveal,
    Permission::MediaDownload,
    Permission::LinkCreate,
    Permission::LinkView,
    Permission::LinkRevoke,
];
const CANCELLING: [Permission; 2] = [Permission::PurchaseCancel, Permission::RefundRequest];

fn ask(role: Role, relation: Relation, permission: Permission) -> Decision {
    decide(&[role], role.kind(), relation, permission)
}

fn roles_of(kind: TenantKind) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |role| role.kind() == kind)
}

#[test]
fn of_a_partner_only_the_admin_agent_reaches_keys_links_and_cancellation() {
    for permission in KEYS_AND_LINKS.into_iter().chain(CANCELLING) {
        for role in roles_of(TenantKind::Partner) {
            let expected = if role == Role::AdminAgent { Allowed } else { MissingRole { any_of: &[Role::AdminAgent] } };
            assert_eq!(ask(role, Relation::ActivePartnerOf, permission), expected, "{role:?} {permission:?}");
        }
    }
}

#[test]
fn of_a_customer_the_global_admin_and_the_key_viewer_reach_keys_but_nobody_cancels() {
    let holders: &[Role] = &[Role::GlobalAdmin, Role::KeyViewer];
    for permission in KEYS_AND_LINKS {
        assert_eq!(ask(Role::GlobalAdmin, Relation::Own, permission), Allowed);
        assert_eq!(ask(Role::KeyViewer, Relation::Own, permission), Allowed);
        assert_eq!(ask(Role::CustomerUser, Relation::Own, permission), MissingRole { any_of: holders });
    }
    for permission in CANCELLING {
        for role in roles_of(TenantKind::Customer) {
            assert_eq!(ask(role, Relation::Own, permission), MissingRole { any_of: &[] }, "{role:?}");
        }
    }
    assert_eq!(ask(Role::GlobalAdmin, Relation::Own, Permission::CancellationAsk), Allowed);
}

#[test]
fn operator_staff_never_see_a_key_and_customers_never_the_cost() {
    for permission in KEYS_AND_LINKS {
        for role in roles_of(TenantKind::Operator) {
            for relation in [Relation::Own, Relation::OperatorOver] {
                assert_eq!(ask(role, relation, permission), MissingRole { any_of: &[] }, "{role:?}");
            }
        }
    }
    for role in roles_of(TenantKind::Customer) {
        for relation in [Relation::Own, Relation::ActiveCustomerOf] {
            assert_eq!(ask(role, relation, Permission::PricesCostView), MissingRole { any_of: &[] });
        }
    }
}

#[test]
fn a_partner_never_comes_in_through_the_customer_portal() {
    for permission in Permission::ALL {
        let as_customer = decide(&[Role::AdminAgent], TenantKind::Customer, Relation::Own, *permission);
        assert_ne!(as_customer, Allowed, "{permission:?}");
        assert_eq!(ask(Role::AdminAgent, Relation::ActiveCustomerOf, *permission), NotFound);
    }
    for role in roles_of(TenantKind::Partner) {
        assert_ne!(ask(role, Relation::ActivePartnerOf, Permission::TenantPeopleManage), Allowed);
    }
}

#[test]
fn the_software_list_is_open_to_every_role_and_buying_to_two() {
    for role in roles_of(TenantKind::Partner) {
        assert_eq!(ask(role, Relation::ActivePartnerOf, Permission::SoftwareView), Allowed, "{role:?}");
        let buys = matches!(role, Role::AdminAgent | Role::SalesAgent);
        assert_eq!(ask(role, Relation::ActivePartnerOf, Permission::OrderPlace) == Allowed, buys, "{role:?}");
    }
    for role in roles_of(TenantKind::Customer) {
        assert_eq!(ask(role, Relation::Own, Permission::SoftwareView), Allowed, "{role:?}");
    }
}

#[test]
fn an_ended_relationship_keeps_the_books_and_closes_the_rest() {
    for permission in KEYS_AND_LINKS.into_iter().chain(CANCELLING).chain([Permission::OrderPlace]) {
        assert_eq!(ask(Role::AdminAgent, Relation::EndedPartnerOf, permission), RelationshipEnded, "{permission:?}");
    }
    assert_eq!(ask(Role::HelpdeskAgent, Relation::EndedPartnerOf, Permission::OrderView), Allowed);
    assert_eq!(ask(Role::HelpdeskAgent, Relation::EndedPartnerOf, Permission::SoftwareView), Allowed);
    let never = ask(Role::AdminAgent, Relation::EndedPartnerOf, Permission::KeyRevoke);
    assert_eq!(never, MissingRole { any_of: &[] });
}

#[test]
fn a_user_administrator_cannot_make_an_admin_agent() {
    assert!(may_grant(&[Role::UserAdmin], Role::SalesAgent));
    assert!(!may_grant(&[Role::UserAdmin], Role::AdminAgent));
    assert!(may_grant(&[Role::GlobalAdmin], Role::KeyViewer));
    assert!(!may_grant(&[Role::OperatorAdmin], Role::AdminAgent));
    for role in Role::ALL {
        assert!(role.granted_by().iter().all(|giver| giver.kind() == role.kind()), "{role:?}");
    }
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

proptest! {
    #[test]
    fn strangers_find_nothing(roles in prop::collection::vec(any_of(Role::ALL), 0..12),
                              kind in any_of(TenantKind::ALL), permission in any_of(Permission::ALL)) {
        prop_assert_eq!(decide(&roles, kind, Relation::None, permission), NotFound);
    }

    #[test]
    fn roles_of_another_tenant_kind_give_nothing(kind in any_of(TenantKind::ALL), relation in any_of(Relation::ALL),
                                                 permission in any_of(Permission::ALL)) {
        let foreign: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.kind() != kind).collect();
        prop_assert_ne!(decide(&foreign, kind, relation, permission), Allowed);
    }

    #[test]
    fn one_of_the_named_roles_is_enough(roles in prop::collection::vec(any_of(Role::ALL), 0..4),
                                        kind in any_of(TenantKind::ALL), relation in any_of(Relation::ALL),
                                        permission in any_of(Permission::ALL)) {
        if let MissingRole { any_of } = decide(&roles, kind, relation, permission) {
            for role in any_of {
                prop_assert_eq!(decide(&[*role], kind, relation, permission), Allowed);
            }
        }
    }
}
