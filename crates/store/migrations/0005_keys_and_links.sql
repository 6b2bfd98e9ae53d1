-- Product keys (sealed), download links and downloads (I3, I4, I7, design §7 and §9).

CREATE TABLE product_key (
    id {BYTES} NOT NULL PRIMARY KEY,
    line_id {BYTES} NOT NULL UNIQUE REFERENCES order_line (id),
    lookup_hash {BYTES} NOT NULL UNIQUE,
    lookup_key_id {BYTES} NOT NULL,
    data_key_id {BYTES} NOT NULL,
    sealed {BYTES} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'revoked')),
    activation_limit {INT} NOT NULL CHECK (activation_limit >= 0),
    activation_used {INT} NOT NULL CHECK (activation_used >= 0 AND activation_used <= activation_limit),
    created_at {INT} NOT NULL,
    revoked_at {INT},
    revoke_reason {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE download_link (
    id {BYTES} NOT NULL PRIMARY KEY,
    token_hash {BYTES} NOT NULL UNIQUE,
    line_id {BYTES} NOT NULL REFERENCES order_line (id),
    media_id {BYTES} NOT NULL REFERENCES media (id),
    partner_id {BYTES} NOT NULL,
    customer_id {BYTES} NOT NULL,
    maker_tenant_id {BYTES} NOT NULL,
    created_by {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    uses_max {INT} NOT NULL,
    uses {INT} NOT NULL CHECK (uses >= 0 AND uses <= uses_max),
    password_hash {TEXT},
    wrong_passwords {INT} NOT NULL,
    recipient {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'revoked', 'locked')),
    revoked_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX download_link_by_line ON download_link (line_id, created_at);
CREATE INDEX download_link_by_pair ON download_link (partner_id, customer_id, state);

CREATE TABLE link_use (
    id {BYTES} NOT NULL PRIMARY KEY,
    link_id {BYTES} NOT NULL REFERENCES download_link (id),
    at {INT} NOT NULL,
    outcome {TEXT} NOT NULL,
    network {TEXT} NOT NULL,
    agent {TEXT} NOT NULL
) {TABLE};
CREATE INDEX link_use_by_link ON link_use (link_id, at);

CREATE TABLE download (
    id {BYTES} NOT NULL PRIMARY KEY,
    token_hash {BYTES} NOT NULL UNIQUE,
    line_id {BYTES} NOT NULL REFERENCES order_line (id),
    media_id {BYTES} NOT NULL REFERENCES media (id),
    link_id {BYTES},
    person_id {BYTES},
    tenant_id {BYTES},
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    bytes_served {INT} NOT NULL,
    bytes_max {INT} NOT NULL
) {TABLE};
CREATE INDEX download_by_line ON download (line_id, created_at);
