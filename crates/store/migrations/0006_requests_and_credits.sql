-- Cancellation and refund requests and the credit notes that settle them (M31–M39).

CREATE TABLE request (
    id {BYTES} NOT NULL PRIMARY KEY,
    number {TEXT} NOT NULL UNIQUE,
    request_key {BYTES} NOT NULL UNIQUE,
    problem_type {TEXT} NOT NULL,
    impact {TEXT} NOT NULL,
    title {TEXT} NOT NULL,
    partner_id {BYTES} NOT NULL,
    customer_id {BYTES} NOT NULL,
    order_id {BYTES},
    reason_kind {TEXT} NOT NULL,
    reason_text {TEXT} NOT NULL,
    amount {INT},
    currency {TEXT} NOT NULL,
    free_text {TEXT} NOT NULL,
    contact_name {TEXT} NOT NULL,
    contact_email {TEXT} NOT NULL,
    contact_phone {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('open', 'attention_needed', 'closed')),
    outcome {TEXT} CHECK (outcome IN ('credited', 'refused', 'withdrawn')),
    credit_note_id {BYTES},
    created_by {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    closed_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX request_by_partner ON request (partner_id, created_at, id);
CREATE INDEX request_by_order ON request (order_id);

CREATE TABLE credit_note (
    id {BYTES} NOT NULL PRIMARY KEY,
    number {TEXT} NOT NULL UNIQUE,
    request_id {BYTES} NOT NULL REFERENCES request (id),
    order_id {BYTES} NOT NULL REFERENCES orders (id),
    partner_id {BYTES} NOT NULL,
    customer_id {BYTES} NOT NULL,
    currency {TEXT} NOT NULL,
    net {INT} NOT NULL,
    tax {INT} NOT NULL,
    total {INT} NOT NULL,
    created_by {BYTES} NOT NULL,
    created_at {INT} NOT NULL
) {TABLE};
CREATE INDEX credit_note_by_order ON credit_note (order_id, created_at);
CREATE INDEX credit_note_by_partner ON credit_note (partner_id, created_at);

CREATE TABLE credit_note_line (
    credit_note_id {BYTES} NOT NULL REFERENCES credit_note (id),
    line_no {INT} NOT NULL,
    line_id {BYTES} NOT NULL REFERENCES order_line (id),
    quantity {INT} NOT NULL,
    net {INT} NOT NULL,
    tax {INT} NOT NULL,
    PRIMARY KEY (credit_note_id, line_no)
) {TABLE};
