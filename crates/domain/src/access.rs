//! The permission grid: which role may do what to whose things. This is the one place to ask.
//!
//! The rights are data (see `grid`), printed by [`grid_text`] and pinned by a golden file. The rights
//! table of the mission (M1, M13, M20, M30) wins over every other source. Whether a role has run out,
//! or a purchase was cancelled, is not decided here.

mod grid;

pub use grid::{grid_text, holders};

crate::text_enum! {
    /// What sort of organization a tenant is.
    pub enum TenantKind {
        /// The software publisher that runs the installation.
        Operator = "operator",
        /// A reseller.
        Partner = "partner",
        /// The organization that uses the software.
        Customer = "customer",
    }
}

crate::text_enum! {
    /// What a person is in one tenant. A person may hold several.
    pub enum Role {
        /// Runs the installation: partners, staff, everything but keys.
        OperatorAdmin = "operator_admin",
        /// Keeps price sheets, media and policies, and sees what is sold.
        OperatorSales = "operator_sales",
        /// Helps partners and customers; replaces and revokes keys, but never sees one.
        OperatorSupport = "operator_support",
        /// Reads everything that is recorded, changes nothing.
        OperatorAuditor = "operator_auditor",
        /// The only partner role for keys, media, links, cancellations and refunds (M13, M30).
        AdminAgent = "admin_agent",
        /// Serves customers and buys for them.
        SalesAgent = "sales_agent",
        /// Helps customers; sees purchases without keys.
        HelpdeskAgent = "helpdesk_agent",
        /// Sees the partner's account, cost and orders.
        BillingAdmin = "billing_admin",
        /// Keeps the partner's people, except its admin agents.
        UserAdmin = "user_admin",
        /// The customer's administrator (M20).
        GlobalAdmin = "global_admin",
        /// The narrow right "view keys" (M20): keys, media and links, nothing else.
        KeyViewer = "key_viewer",
        /// Sees the customer's software without keys.
        CustomerUser = "customer_user",
    }
}

impl Role {
    /// The sort of tenant in which the role exists.
    pub const fn kind(self) -> TenantKind {
        match self {
            Self::OperatorAdmin | Self::OperatorSales | Self::OperatorSupport | Self::OperatorAuditor => {
                TenantKind::Operator
            }
            Self::AdminAgent | Self::SalesAgent | Self::HelpdeskAgent | Self::BillingAdmin | Self::UserAdmin => {
                TenantKind::Partner
            }
            Self::GlobalAdmin | Self::KeyViewer | Self::CustomerUser => TenantKind::Customer,
        }
    }

    /// The roles whose holders may give this role to, and take it from, people of their own tenant.
    ///
    /// A user administrator cannot make admin agents, and so cannot reach keys by way of a new account.
    pub const fn granted_by(self) -> &'static [Self] {
        match self {
            Self::OperatorAdmin | Self::OperatorSales | Self::OperatorSupport | Self::OperatorAuditor => {
                &[Self::OperatorAdmin]
            }
            Self::AdminAgent => &[Self::AdminAgent],
            Self::SalesAgent | Self::HelpdeskAgent | Self::BillingAdmin | Self::UserAdmin => {
                &[Self::AdminAgent, Self::UserAdmin]
            }
            Self::GlobalAdmin | Self::KeyViewer | Self::CustomerUser => &[Self::GlobalAdmin],
        }
    }

    /// The role that the first person of a new tenant receives.
    pub const fn first_of(kind: TenantKind) -> Self {
        match kind {
            TenantKind::Operator => Self::OperatorAdmin,
            TenantKind::Partner => Self::AdminAgent,
            TenantKind::Customer => Self::GlobalAdmin,
        }
    }
}

crate::text_enum! {
    /// Something that one may be allowed to do, as a flat `noun.verb`.
    pub enum Permission {
        /// Import, preview and publish price sheets.
        PricesImport = "prices.import",
        /// See imported price sheets and their rows.
        PricesView = "prices.view",
        /// See the partner's cost; never a customer (I6).
        PricesCostView = "prices.cost.view",
        /// Set the partner's own price to its customers.
        PricesOwnEdit = "prices.own.edit",
        /// Import and withdraw installation media.
        MediaImport = "media.import",
        /// See the catalog with the versions, languages and bits that exist.
        CatalogView = "catalog.view",
        /// See cancellation and other policies.
        PolicyView = "policy.view",
        /// Edit policies; later orders only.
        PolicyEdit = "policy.edit",
        /// Import dated tax rates.
        TaxRateImport = "tax_rate.import",
        /// See the list of partners and one partner.
        PartnerView = "partner.view",
        /// Create, edit and suspend partners.
        PartnerManage = "partner.manage",
        /// Set a partner's credit limit.
        CreditLimitEdit = "credit_limit.edit",
        /// See a partner's account: limit, open amount, credit notes.
        AccountView = "account.view",
        /// See what is sold, over all partners.
        SalesView = "sales.view",
        /// See a tenant's name and contact.
        TenantProfileView = "tenant.profile.view",
        /// Edit a tenant's name and contact.
        TenantProfileEdit = "tenant.profile.edit",
        /// Edit what a partner's invoices name: address, contact, purchase-order and tax number.
        BillingProfileEdit = "billing_profile.edit",
        /// See the people of a tenant and their roles.
        TenantPeopleView = "tenant.people.view",
        /// Invite and remove people, give and take roles, answer requests for roles.
        TenantPeopleManage = "tenant.people.manage",
        /// Ask an administrator of one's own tenant for a role.
        RoleRequest = "role.request",
        /// List customers.
        CustomerList = "customer.list",
        /// Create a customer together with its first administrator.
        CustomerCreate = "customer.create",
        /// See a customer's page.
        CustomerView = "customer.view",
        /// Edit a customer's address and billing data.
        CustomerEdit = "customer.edit",
        /// Change plain users of a customer: those who can reach no key.
        CustomerUserEdit = "customer.user.edit",
        /// Create and remove plain users of a customer.
        CustomerUserManage = "customer.user.manage",
        /// See accepted customer agreements.
        AgreementView = "agreement.view",
        /// Record that a customer accepted the agreement.
        AgreementRecord = "agreement.record",
        /// See which partners and customers are related.
        RelationshipView = "relationship.view",
        /// Invite a customer into a relationship.
        RelationshipInvite = "relationship.invite",
        /// Accept or decline a partner's invitation.
        RelationshipAccept = "relationship.accept",
        /// End a relationship.
        RelationshipEnd = "relationship.end",
        /// Fill and keep carts.
        CartEdit = "cart.edit",
        /// Place an order on account (M8, M9).
        OrderPlace = "order.place",
        /// See orders.
        OrderView = "order.view",
        /// See purchases without keys, media and links (M14).
        SoftwareView = "software.view",
        /// Rename, suspend and activate subscriptions, and let them renew themselves.
        SubscriptionEdit = "subscription.edit",
        /// See a full key (M13, M20).
        KeyReveal = "key.reveal",
        /// Replace a key without seeing it.
        KeyReplace = "key.replace",
        /// Revoke a key outside a cancellation.
        KeyRevoke = "key.revoke",
        /// Download media (M17).
        MediaDownload = "media.download",
        /// Create a download link (M18).
        LinkCreate = "link.create",
        /// See download links and their uses.
        LinkView = "link.view",
        /// Revoke a download link.
        LinkRevoke = "link.revoke",
        /// Cancel a purchase (M30).
        PurchaseCancel = "purchase.cancel",
        /// Ask the operator for a refund (M31).
        RefundRequest = "refund.request",
        /// Ask the partner for a cancellation.
        CancellationAsk = "cancellation.ask",
        /// See a customer's fleet: machines, forecast, plan, waves and former licenses (M22).
        FleetView = "fleet.view",
        /// Upload inventories, record former licenses, plan and assign waves.
        FleetEdit = "fleet.edit",
        /// Enter, correct and remove keys of the platform's maker; nobody sees them again.
        FleetKeyEdit = "fleet.key.edit",
        /// See support and refund requests.
        RequestView = "request.view",
        /// Open support requests, answer, close and reopen them.
        RequestEdit = "request.edit",
        /// Credit or refuse what a request asks for, and see its purchase's money, key and links.
        RequestDecide = "request.decide",
        /// See the activity log.
        AuditView = "audit.view",
        /// Export the activity log with its proofs.
        AuditExport = "audit.export",
        /// Register programs that may call the REST interface, and their secrets.
        AppManage = "app.manage",
        /// See and change where events are sent.
        WebhookManage = "webhook.manage",
        /// See what programs and people called.
        ApiRequestView = "api_request.view",
        /// See undelivered events and mail.
        OutboxView = "outbox.view",
        /// Send undelivered events and mail again.
        OutboxRetry = "outbox.retry",
    }
}

crate::text_enum! {
    /// What the caller's tenant is to the tenant that owns the thing.
    ///
    /// A purchase is owned by its customer and belongs to the partner of record: to any other
    /// partner of the same customer the relation is [`Relation::None`] (M3).
    pub enum Relation {
        /// The caller's own tenant.
        Own = "own",
        /// The caller is a partner, the owner its present customer.
        ActivePartnerOf = "active_partner_of",
        /// The caller is a partner, the owner its former customer. Purchases stay, access to keys ends.
        EndedPartnerOf = "ended_partner_of",
        /// The caller is a customer, the owner its present partner.
        ActiveCustomerOf = "active_customer_of",
        /// The caller is the operator, the owner any other tenant.
        OperatorOver = "operator_over",
        /// Not related, now or ever.
        None = "none",
    }
}

/// The answer to "may this caller do that?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allowed,
    /// The thing may be known, but none of the caller's roles suffices.
    MissingRole {
        /// The roles of the caller's sort of tenant that would suffice; empty when none ever does.
        any_of: &'static [Role],
    },
    /// It needs a relationship that has ended (contract: 403/20002).
    RelationshipEnded,
    /// Answer as if the thing did not exist (I6).
    NotFound,
}

/// Decides whether a caller with `roles` in a tenant of `caller_kind` has `permission` over things
/// whose owner is `relation` to that tenant. Roles of another sort of tenant count for nothing.
pub fn decide(roles: &[Role], caller_kind: TenantKind, relation: Relation, permission: Permission) -> Decision {
    let Some(any_of) = holders(caller_kind, relation, permission) else {
        return Decision::NotFound;
    };
    if roles.iter().any(|role| any_of.contains(role)) {
        return Decision::Allowed;
    }
    let while_active = || holders(caller_kind, Relation::ActivePartnerOf, permission);
    if relation == Relation::EndedPartnerOf
        && any_of.is_empty()
        && while_active().is_some_and(|roles| !roles.is_empty())
    {
        return Decision::RelationshipEnded;
    }
    Decision::MissingRole { any_of }
}

/// What a program may do that calls without a person, beyond its roles. Both are off unless an admin
/// agent chose them when the program was registered (design §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppRights {
    /// Keys, media and links.
    pub keys: bool,
    /// Cancellations and refund requests.
    pub cancel: bool,
}

impl AppRights {
    /// Whether the program's registration allows it; its roles must allow it too.
    pub const fn allow(self, permission: Permission) -> bool {
        match permission {
            Permission::KeyReveal
            | Permission::KeyReplace
            | Permission::KeyRevoke
            | Permission::MediaDownload
            | Permission::LinkCreate
            | Permission::LinkView
            | Permission::LinkRevoke => self.keys,
            Permission::PurchaseCancel | Permission::RefundRequest => self.cancel,
            // A program alone makes no programs and gives nobody a role: a leaked secret would outlive its removal, and
            // a program without the right to keys would give somebody else that right.
            Permission::AppManage | Permission::TenantPeopleManage => false,
            _ => true,
        }
    }
}

/// Whether a person with `roles` may give or take `role` within their own tenant.
pub fn may_grant(roles: &[Role], role: Role) -> bool {
    roles.iter().any(|own| role.granted_by().contains(own))
}

#[cfg(test)]
mod tests;
