-- A product key handed over to a named person: the address of a page by mail, and a code by a second one. Neither key,
-- token nor code stands here: tokens as hashes, and codes follow from a nonce under a key that only a running process
-- has. Names and addresses of people are blanked when their time is over.

CREATE TABLE hand_over (
    id {BYTES} NOT NULL PRIMARY KEY,
    line_id {BYTES} NOT NULL REFERENCES order_line (id),
    partner_id {BYTES} NOT NULL REFERENCES tenant (id),
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    giver_tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    giver_id {BYTES} NOT NULL,
    giver_name {TEXT} NOT NULL,
    recipient_name {TEXT} NOT NULL,
    recipient_email {TEXT} NOT NULL,
    email_key {TEXT} NOT NULL,
    language {TEXT} NOT NULL,
    token_hash {BYTES} NOT NULL,
    nonce {BYTES} NOT NULL,
    code_nonce {BYTES},
    code_sent_at {INT},
    codes_sent {INT} NOT NULL,
    wrong_codes {INT} NOT NULL,
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    opened_at {INT},
    shown_at {INT},
    state {TEXT} NOT NULL CHECK (state IN ('open', 'shown', 'revoked', 'locked')),
    version {INT} NOT NULL
) {TABLE};
CREATE UNIQUE INDEX hand_over_by_token ON hand_over (token_hash);
CREATE INDEX hand_over_by_line ON hand_over (line_id, created_at, id);
CREATE INDEX hand_over_by_address ON hand_over (email_key);
CREATE INDEX hand_over_named ON hand_over (created_at) WHERE email_key <> '';

-- Answers that the operator's people give again and again, in both languages.

CREATE TABLE canned_answer (
    id {BYTES} NOT NULL PRIMARY KEY,
    title_en {TEXT} NOT NULL,
    text_en {TEXT} NOT NULL,
    title_cs {TEXT} NOT NULL,
    text_cs {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
