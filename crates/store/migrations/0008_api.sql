-- What the REST interface needs: registered apps, their credentials and tokens, the keys that sign
-- tokens, and answers that a repeated request gets again (contract 00 §2 and §4, design §4 and §7).

-- A program that a partner lets in. roles: what a token without a person may do, words with blanks between.
CREATE TABLE app_registration (
    id {BYTES} NOT NULL PRIMARY KEY,
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    name {TEXT} NOT NULL,
    roles {TEXT} NOT NULL,
    may_see_keys {BOOL} NOT NULL,
    may_cancel {BOOL} NOT NULL,
    redirect_uris {TEXT} NOT NULL,
    registered_by {BYTES} NOT NULL,
    registered_at {INT} NOT NULL,
    removed_at {INT},
    used_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX app_registration_by_tenant ON app_registration (tenant_id, registered_at);

-- kind 'secret': only the hash is here (I7). kind 'certificate': the public key as PEM, for signed assertions.
CREATE TABLE app_credential (
    id {BYTES} NOT NULL PRIMARY KEY,
    app_id {BYTES} NOT NULL REFERENCES app_registration (id),
    kind {TEXT} NOT NULL CHECK (kind IN ('secret', 'certificate')),
    label {TEXT} NOT NULL,
    secret_hash {BYTES} UNIQUE,
    public_key {TEXT} NOT NULL,
    thumbprint {TEXT} NOT NULL,
    created_by {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    used_at {INT},
    removed_at {INT}
) {TABLE};
CREATE INDEX app_credential_by_app ON app_credential (app_id, created_at);

-- A refresh token is used once; its successors share the family. Using an old one again after the
-- grace period revokes them all.
CREATE TABLE refresh_token (
    token_hash {BYTES} NOT NULL PRIMARY KEY,
    family_id {BYTES} NOT NULL,
    app_id {BYTES} NOT NULL REFERENCES app_registration (id),
    person_id {BYTES} NOT NULL REFERENCES person (id),
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    used_at {INT},
    revoked_at {INT}
) {TABLE};
CREATE INDEX refresh_token_by_family ON refresh_token (family_id);
CREATE INDEX refresh_token_by_person ON refresh_token (person_id, app_id);

-- What a consent page hands to an app: used once, within minutes, by whoever knows the PKCE verifier.
CREATE TABLE authorization_code (
    code_hash {BYTES} NOT NULL PRIMARY KEY,
    app_id {BYTES} NOT NULL REFERENCES app_registration (id),
    person_id {BYTES} NOT NULL REFERENCES person (id),
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    redirect_uri {TEXT} NOT NULL,
    challenge {TEXT} NOT NULL,
    nonce {TEXT} NOT NULL,
    expires_at {INT} NOT NULL,
    used_at {INT},
    family_id {BYTES} NOT NULL
) {TABLE};

-- RSA keys: purpose 'token' signs access tokens, 'webhook' signs deliveries. The private half is sealed.
CREATE TABLE token_key (
    id {TEXT} NOT NULL PRIMARY KEY,
    purpose {TEXT} NOT NULL CHECK (purpose IN ('token', 'webhook')),
    public_der {BYTES} NOT NULL,
    data_key_id {BYTES} NOT NULL,
    sealed {BYTES} NOT NULL,
    certificate {TEXT} NOT NULL,
    created_at {INT} NOT NULL,
    retired_at {INT}
) {TABLE};

-- claim: made in the transaction of the effect, so that one request id has one effect (I2).
-- status is 0 until the answer is known; body never holds a secret (I7).
CREATE TABLE api_answer (
    request_key {BYTES} NOT NULL PRIMARY KEY,
    claim {BYTES} NOT NULL,
    body_hash {BYTES} NOT NULL,
    status {INT} NOT NULL,
    body {TEXT} NOT NULL,
    created_at {INT} NOT NULL,
    expires_at {INT} NOT NULL
) {TABLE};
CREATE INDEX api_answer_by_expiry ON api_answer (expires_at);

-- Where a partner wants to hear of events; one registration per partner.
CREATE TABLE webhook (
    partner_id {BYTES} NOT NULL PRIMARY KEY REFERENCES tenant (id),
    subscriber_id {BYTES} NOT NULL,
    url {TEXT} NOT NULL,
    events {TEXT} NOT NULL,
    in_own_header {BOOL} NOT NULL,
    changed_at {INT} NOT NULL,
    changed_by {BYTES} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE webhook_test (
    id {BYTES} NOT NULL PRIMARY KEY,
    partner_id {BYTES} NOT NULL REFERENCES tenant (id),
    url {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('new', 'inprogress', 'completed', 'failed')),
    response_code {TEXT} NOT NULL,
    response_message {TEXT} NOT NULL,
    system_error {BOOL} NOT NULL,
    created_at {INT} NOT NULL,
    answered_at {INT}
) {TABLE};
CREATE INDEX webhook_test_by_partner ON webhook_test (partner_id, created_at);

-- What apps and people called, for the request log. Nothing of bodies or queries is kept.
CREATE TABLE api_request (
    id {BYTES} NOT NULL PRIMARY KEY,
    partner_id {BYTES} NOT NULL,
    app_id {BYTES},
    person_id {BYTES},
    person_name {TEXT} NOT NULL,
    at {INT} NOT NULL,
    operation {TEXT} NOT NULL,
    status {INT} NOT NULL,
    network {TEXT} NOT NULL,
    request_id {TEXT} NOT NULL,
    correlation_id {TEXT} NOT NULL,
    is_mfa {BOOL} NOT NULL
) {TABLE};
CREATE INDEX api_request_by_partner ON api_request (partner_id, at, id);
