-- Organisations, the people who act for them, and how they relate (design §4).
-- Written once for both engines; the runner replaces {BYTES}, {INT}, {TEXT}, {BOOL} and {TABLE}.

CREATE TABLE tenant (
    id {BYTES} NOT NULL PRIMARY KEY,
    kind {TEXT} NOT NULL CHECK (kind IN ('operator', 'partner', 'customer')),
    name {TEXT} NOT NULL,
    name_key_en {BYTES} NOT NULL,
    name_key_cs {BYTES} NOT NULL,
    domain {TEXT} UNIQUE,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'suspended')),
    country {TEXT} NOT NULL,
    currency {TEXT} NOT NULL,
    zone {TEXT} NOT NULL,
    language {TEXT} NOT NULL,
    segment {TEXT} NOT NULL,
    address_line1 {TEXT} NOT NULL,
    address_line2 {TEXT} NOT NULL,
    city {TEXT} NOT NULL,
    region {TEXT} NOT NULL,
    postal_code {TEXT} NOT NULL,
    phone {TEXT} NOT NULL,
    email {TEXT} NOT NULL,
    registration_number {TEXT} NOT NULL,
    vat_id {TEXT} NOT NULL,
    vat_checked_at {INT},
    created_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX tenant_by_kind ON tenant (kind, name_key_en, id);

-- The one row on which every rule about a partner's credit line is anchored.
CREATE TABLE partner_account (
    partner_id {BYTES} NOT NULL PRIMARY KEY REFERENCES tenant (id),
    mpn_id {TEXT} NOT NULL UNIQUE,
    currency {TEXT} NOT NULL,
    credit_limit {INT} NOT NULL CHECK (credit_limit >= 0),
    balance {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE person (
    id {BYTES} NOT NULL PRIMARY KEY,
    email {TEXT} NOT NULL,
    email_key {TEXT} NOT NULL UNIQUE,
    name {TEXT} NOT NULL,
    phone {TEXT} NOT NULL,
    language {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'suspended')),
    created_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE credential (
    id {BYTES} NOT NULL PRIMARY KEY,
    person_id {BYTES} NOT NULL REFERENCES person (id),
    kind {TEXT} NOT NULL CHECK (kind IN ('password')),
    secret {TEXT} NOT NULL,
    failed_count {INT} NOT NULL,
    failed_at {INT},
    changed_at {INT} NOT NULL,
    version {INT} NOT NULL,
    UNIQUE (person_id, kind)
) {TABLE};

CREATE TABLE role_grant (
    id {BYTES} NOT NULL PRIMARY KEY,
    person_id {BYTES} NOT NULL REFERENCES person (id),
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    role {TEXT} NOT NULL,
    granted_by {BYTES},
    granted_at {INT} NOT NULL,
    expires_at {INT},
    removed_at {INT},
    removed_by {BYTES}
) {TABLE};
CREATE INDEX role_grant_by_person ON role_grant (person_id, tenant_id);
CREATE INDEX role_grant_by_tenant ON role_grant (tenant_id, person_id);
CREATE UNIQUE INDEX role_grant_once ON role_grant (person_id, tenant_id, role) WHERE removed_at IS NULL;

CREATE TABLE role_request (
    id {BYTES} NOT NULL PRIMARY KEY,
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    person_id {BYTES} NOT NULL REFERENCES person (id),
    role {TEXT} NOT NULL,
    reason {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('open', 'granted', 'refused')),
    created_at {INT} NOT NULL,
    decided_by {BYTES},
    decided_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX role_request_by_tenant ON role_request (tenant_id, state, created_at);

-- kind 'person': somebody joins tenant_id. kind 'partner': partner_id joins customer tenant_id.
CREATE TABLE invitation (
    id {BYTES} NOT NULL PRIMARY KEY,
    kind {TEXT} NOT NULL CHECK (kind IN ('person', 'partner')),
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    partner_id {BYTES},
    email {TEXT} NOT NULL,
    email_key {TEXT} NOT NULL,
    roles {TEXT} NOT NULL,
    token_hash {BYTES} NOT NULL UNIQUE,
    state {TEXT} NOT NULL CHECK (state IN ('open', 'accepted', 'revoked')),
    created_by {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    accepted_by {BYTES},
    accepted_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX invitation_by_tenant ON invitation (tenant_id, state);
CREATE INDEX invitation_by_partner ON invitation (partner_id, state);

CREATE TABLE password_reset (
    id {BYTES} NOT NULL PRIMARY KEY,
    person_id {BYTES} NOT NULL REFERENCES person (id),
    token_hash {BYTES} NOT NULL UNIQUE,
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    used_at {INT}
) {TABLE};
CREATE INDEX password_reset_by_person ON password_reset (person_id, created_at);

-- A browser's sign-in. The cookie holds a random token; only its hash is here (I7).
CREATE TABLE session (
    id {BYTES} NOT NULL PRIMARY KEY,
    token_hash {BYTES} NOT NULL UNIQUE,
    person_id {BYTES} NOT NULL REFERENCES person (id),
    tenant_id {BYTES},
    signed_in_at {INT} NOT NULL,
    proved_at {INT} NOT NULL,
    seen_at {INT} NOT NULL,
    ended_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX session_by_person ON session (person_id, ended_at);

-- The partner's list of customers is paged from here, hence the customer's sort keys.
CREATE TABLE relationship (
    id {BYTES} NOT NULL PRIMARY KEY,
    partner_id {BYTES} NOT NULL REFERENCES tenant (id),
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    state {TEXT} NOT NULL CHECK (state IN ('active', 'ended')),
    since {INT} NOT NULL,
    ended_at {INT},
    ended_by {BYTES},
    name_key_en {BYTES} NOT NULL,
    name_key_cs {BYTES} NOT NULL,
    version {INT} NOT NULL,
    UNIQUE (partner_id, customer_id)
) {TABLE};
CREATE INDEX relationship_by_customer ON relationship (customer_id, partner_id);
CREATE INDEX relationship_sorted_en ON relationship (partner_id, state, name_key_en, customer_id);
CREATE INDEX relationship_sorted_cs ON relationship (partner_id, state, name_key_cs, customer_id);

CREATE TABLE agreement (
    id {BYTES} NOT NULL PRIMARY KEY,
    relationship_id {BYTES} NOT NULL REFERENCES relationship (id),
    customer_id {BYTES} NOT NULL,
    template {TEXT} NOT NULL,
    first_name {TEXT} NOT NULL,
    last_name {TEXT} NOT NULL,
    email {TEXT} NOT NULL,
    phone {TEXT} NOT NULL,
    agreed_on {TEXT} NOT NULL,
    recorded_by {BYTES} NOT NULL,
    recorded_at {INT} NOT NULL
) {TABLE};
CREATE INDEX agreement_by_relationship ON agreement (relationship_id, recorded_at);

-- Folded words with prefix match, the same on both engines. scope: who may find it
-- (a tenant, or a price sheet for offers); target: the id found.
CREATE TABLE search_token (
    scope {BYTES} NOT NULL,
    kind {TEXT} NOT NULL,
    token {TEXT} NOT NULL,
    target {BYTES} NOT NULL,
    PRIMARY KEY (scope, kind, token, target)
) {TABLE};
CREATE INDEX search_token_by_target ON search_token (target);
