-- Audit with sealed blocks (design §6), the outbox, jobs, leases, settings and data keys.

CREATE TABLE setting (
    name {TEXT} NOT NULL PRIMARY KEY,
    value {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE data_key (
    id {BYTES} NOT NULL PRIMARY KEY,
    purpose {TEXT} NOT NULL,
    wrapped {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    retired_at {INT}
) {TABLE};

-- Seeds of signing keys, sealed by the vault; public keys of retired ones stay for verification.
CREATE TABLE signing_key (
    id {TEXT} NOT NULL PRIMARY KEY,
    public_key {BYTES} NOT NULL,
    data_key_id {BYTES} NOT NULL,
    sealed {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    retired_at {INT}
) {TABLE};

CREATE TABLE number_series (
    name {TEXT} NOT NULL PRIMARY KEY,
    next {INT} NOT NULL CHECK (next > 0),
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE lease (
    name {TEXT} NOT NULL PRIMARY KEY,
    holder {BYTES} NOT NULL,
    until {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

CREATE TABLE audit_record (
    id {BYTES} NOT NULL PRIMARY KEY,
    at {INT} NOT NULL,
    kind {TEXT} NOT NULL,
    outcome {TEXT} NOT NULL CHECK (outcome IN ('done', 'refused')),
    actor_id {BYTES},
    actor_tenant_id {BYTES},
    partner_id {BYTES},
    customer_id {BYTES},
    subject_kind {TEXT} NOT NULL,
    subject_id {TEXT} NOT NULL,
    detail {TEXT} NOT NULL,
    request_id {TEXT} NOT NULL,
    block_height {INT},
    block_position {INT}
) {TABLE};
CREATE INDEX audit_record_by_time ON audit_record (at, id);
CREATE INDEX audit_record_by_partner ON audit_record (partner_id, at, id);
CREATE INDEX audit_record_by_customer ON audit_record (customer_id, at, id);
CREATE INDEX audit_record_by_subject ON audit_record (subject_id, at, id);
CREATE INDEX audit_record_unsealed ON audit_record (id) WHERE block_height IS NULL;
CREATE INDEX audit_record_by_block ON audit_record (block_height, block_position) WHERE block_height IS NOT NULL;

-- Personal values stand here; the record holds only their salted commitments, so that
-- erasing a row here keeps the chain valid.
CREATE TABLE audit_personal (
    record_id {BYTES} NOT NULL REFERENCES audit_record (id),
    field {TEXT} NOT NULL,
    value {TEXT} NOT NULL,
    salt {BYTES} NOT NULL,
    PRIMARY KEY (record_id, field)
) {TABLE};

CREATE TABLE audit_block (
    height {INT} NOT NULL PRIMARY KEY,
    previous {BYTES} NOT NULL,
    root {BYTES} NOT NULL,
    record_count {INT} NOT NULL,
    sealed_at {INT} NOT NULL,
    signing_key {TEXT} NOT NULL,
    signature {BYTES} NOT NULL
) {TABLE};

-- Refused attempts of unknown callers, counted per source and minute (I5).
CREATE TABLE anonymous_attempt (
    source_hash {BYTES} NOT NULL,
    minute {INT} NOT NULL,
    kind {TEXT} NOT NULL,
    attempts {INT} NOT NULL,
    PRIMARY KEY (source_hash, minute, kind)
) {TABLE};

CREATE TABLE outbox (
    id {BYTES} NOT NULL PRIMARY KEY,
    kind {TEXT} NOT NULL,
    payload {TEXT} NOT NULL,
    created_at {INT} NOT NULL,
    due_at {INT} NOT NULL,
    attempts {INT} NOT NULL,
    lease_by {BYTES},
    lease_until {INT},
    done_at {INT},
    dead_at {INT},
    last_error {TEXT} NOT NULL
) {TABLE};
CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;

CREATE TABLE job (
    id {BYTES} NOT NULL PRIMARY KEY,
    kind {TEXT} NOT NULL,
    subject_id {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    cursor {TEXT} NOT NULL,
    done_count {INT} NOT NULL,
    total_count {INT} NOT NULL,
    lease_by {BYTES},
    lease_until {INT},
    created_at {INT} NOT NULL,
    finished_at {INT},
    error {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX job_open ON job (state, created_at);
