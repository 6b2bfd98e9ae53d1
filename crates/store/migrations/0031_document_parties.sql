-- The parties of invoices and credit notes as they were when the document was made: an address that changes later
-- changes no document. Documents that are older than this table keep what was true on the day on which it came.

CREATE TABLE document_party (
    document_id {BYTES} NOT NULL,
    role {TEXT} NOT NULL CHECK (role IN ('issuer', 'recipient', 'customer')),
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    name {TEXT} NOT NULL,
    domain {TEXT},
    address_line1 {TEXT} NOT NULL,
    address_line2 {TEXT} NOT NULL,
    postal_code {TEXT} NOT NULL,
    city {TEXT} NOT NULL,
    region {TEXT} NOT NULL,
    country {TEXT} NOT NULL,
    vat_id {TEXT} NOT NULL,
    registration_number {TEXT} NOT NULL,
    zone {TEXT} NOT NULL,
    PRIMARY KEY (document_id, role, tenant_id)
) {TABLE};

INSERT INTO document_party
    SELECT c.id, 'issuer', t.id, t.name, t.domain, t.address_line1, t.address_line2, t.postal_code, t.city, t.region,
        t.country, t.vat_id, t.registration_number, t.zone
    FROM credit_note c JOIN tenant t ON t.kind = 'operator';
INSERT INTO document_party
    SELECT c.id, 'recipient', t.id, t.name, t.domain, t.address_line1, t.address_line2, t.postal_code, t.city, t.region,
        t.country, t.vat_id, t.registration_number, t.zone
    FROM credit_note c JOIN tenant t ON t.id = c.partner_id;
INSERT INTO document_party
    SELECT c.id, 'customer', t.id, t.name, t.domain, t.address_line1, t.address_line2, t.postal_code, t.city, t.region,
        t.country, t.vat_id, t.registration_number, t.zone
    FROM credit_note c JOIN tenant t ON t.id = c.customer_id;
INSERT INTO document_party
    SELECT i.id, 'issuer', t.id, t.name, t.domain, t.address_line1, t.address_line2, t.postal_code, t.city, t.region,
        t.country, t.vat_id, t.registration_number, t.zone
    FROM invoice i JOIN tenant t ON t.kind = 'operator' WHERE i.state = 'closed';
INSERT INTO document_party
    SELECT i.id, 'recipient', t.id, t.name, t.domain, t.address_line1, t.address_line2, t.postal_code, t.city, t.region,
        t.country, t.vat_id, t.registration_number, t.zone
    FROM invoice i JOIN tenant t ON t.id = i.partner_id WHERE i.state = 'closed';
-- The customers on an invoice, also on one that is still being gathered.
INSERT INTO document_party
    SELECT b.invoice_id, 'customer', t.id, t.name, t.domain, t.address_line1, t.address_line2, t.postal_code, t.city,
        t.region, t.country, t.vat_id, t.registration_number, t.zone
    FROM (
        SELECT DISTINCT e.invoice_id, o.customer_id
        FROM ledger_entry e JOIN orders o ON o.id = e.order_id
        WHERE e.invoice_id IS NOT NULL
    ) b JOIN tenant t ON t.id = b.customer_id;
