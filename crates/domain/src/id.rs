//! Typed identifiers: passing an order's id where a key's id is expected does not compile.
//!
//! All are UUIDv7, made outside the domain, so that this crate stays free of clock and randomness.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id that was made or read elsewhere.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The plain UUID, for storage and wire.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                Uuid::try_parse(text).map(Self).map_err(|_| MalformedId)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
    )+};
}

ids! {
    /// An operator, partner or customer organization.
    TenantId,
    /// A human being, who may belong to several tenants.
    PersonId,
    /// A way in which a person proves who they are.
    CredentialId,
    /// One role of one person in one tenant.
    GrantId,
    /// An invitation of a person into a tenant, or of a partner to a customer.
    InvitationId,
    /// A signed-in browser.
    SessionId,
    /// The relation between a customer and one of its partners.
    RelationshipId,
    /// A person's request for a role they lack.
    RoleRequestId,
    /// An accepted customer agreement.
    AgreementId,
    /// An imported price sheet: one version of a price list.
    PriceSheetId,
    /// One catalog item of one price sheet.
    OfferId,
    /// One installation medium.
    MediaId,
    /// A cart.
    CartId,
    /// An order.
    OrderId,
    /// One line of an order.
    OrderLineId,
    /// A subscription; that of a line has the line's id.
    SubscriptionId,
    /// A product key.
    ProductKeyId,
    /// A machine that a product key activated; the activation in its certificate.
    MachineId,
    /// A machine of a customer's fleet, as inventories describe it.
    FleetMachineId,
    /// One upload of inventories.
    FleetImportId,
    /// A key of the platform's maker that a customer entered.
    FleetKeyId,
    /// A download link.
    LinkId,
    /// A permission to fetch one medium, opened from a page or a link.
    DownloadId,
    /// A support or refund request.
    RequestId,
    /// A file of such a request.
    RequestFileId,
    /// A hand-over of a product key to a named person.
    HandOverId,
    /// A credit note.
    CreditNoteId,
    /// An invoice.
    InvoiceId,
    /// An entry of a partner's account.
    LedgerEntryId,
    /// An audit record.
    AuditId,
    /// An entry of the outbox.
    OutboxId,
    /// A data key that seals secrets at rest.
    DataKeyId,
    /// A background job.
    JobId,
    /// A policy version.
    PolicyId,
    /// A dated tax rate.
    TaxRateId,
    /// A program that a partner lets call the REST interface; on the wire the client id.
    AppId,
    /// A secret or certificate of such a program.
    AppCredentialId,
    /// A row without a meaning of its own, such as a link's use.
    RowId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_and_rejects_other_text() {
        let id: OrderId = "01936d5a-2b9c-7cc0-8d3e-5f2a1b4c6d7e".parse().unwrap();
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        assert_eq!("not-an-id".parse::<OrderId>(), Err(MalformedId));
    }
}
