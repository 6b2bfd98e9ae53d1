-- What a service request has beyond the request itself (contract 50), its conversation, and what a partner's
-- profiles have beyond its tenant. A request or partner without a row here has the defaults.

CREATE TABLE service_request (
    request_id {BYTES} NOT NULL PRIMARY KEY REFERENCES request (id),
    country {TEXT} NOT NULL,
    product_id {TEXT} NOT NULL,
    changed_at {INT} NOT NULL,
    changed_by {BYTES} NOT NULL,
    changed_by_name {TEXT} NOT NULL
) {TABLE};

CREATE TABLE request_note (
    id {BYTES} NOT NULL PRIMARY KEY,
    request_id {BYTES} NOT NULL REFERENCES request (id),
    author_id {BYTES} NOT NULL,
    author_name {TEXT} NOT NULL,
    at {INT} NOT NULL,
    text {TEXT} NOT NULL
) {TABLE};
CREATE INDEX request_note_by_request ON request_note (request_id, at, id);
CREATE INDEX request_by_customer ON request (customer_id, created_at, id);

CREATE TABLE partner_profile (
    partner_id {BYTES} NOT NULL PRIMARY KEY REFERENCES tenant (id),
    website {TEXT} NOT NULL,
    support_email {TEXT} NOT NULL,
    support_phone {TEXT} NOT NULL,
    contact_first_name {TEXT} NOT NULL,
    contact_last_name {TEXT} NOT NULL,
    contact_email {TEXT} NOT NULL,
    contact_phone {TEXT} NOT NULL,
    purchase_order_number {TEXT} NOT NULL,
    tax_id {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
