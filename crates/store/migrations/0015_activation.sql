-- Activation of machines (I3, I4): who counts, what was answered, what is revoked, and the keys that sign it.

-- gate: closed for new machines while a leak is looked into ('paused') or after another key took its place ('replaced').
-- next_free_at: the earliest free_at of machines that are leaving. returns_count: of the month that begins at
-- returns_month.
ALTER TABLE product_key ADD COLUMN gate {TEXT} NOT NULL DEFAULT 'open' CHECK (gate IN ('open', 'paused', 'replaced'));
ALTER TABLE product_key ADD COLUMN gate_until {INT};
ALTER TABLE product_key ADD COLUMN successor_id {BYTES};
ALTER TABLE product_key ADD COLUMN next_free_at {INT};
ALTER TABLE product_key ADD COLUMN returns_month {INT} NOT NULL DEFAULT 0;
ALTER TABLE product_key ADD COLUMN returns_count {INT} NOT NULL DEFAULT 0;

-- One activation: a machine of a key. id is the activation's id in certificates. 'active' and 'leaving' count, the
-- latter until free_at. machine_tag: the first 8 bytes of SHA-256 of machine_key, as typed requests name it.
-- parts, former_parts: number and hash of each part, 17 bytes each.
CREATE TABLE machine (
    id {BYTES} NOT NULL PRIMARY KEY,
    key_id {BYTES} NOT NULL REFERENCES product_key (id),
    line_id {BYTES} NOT NULL REFERENCES order_line (id),
    machine_key {BYTES} NOT NULL,
    machine_tag {BYTES} NOT NULL,
    parts {BYTES} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'leaving', 'returned', 'released')),
    free_at {INT},
    name {TEXT} NOT NULL,
    via {TEXT} NOT NULL CHECK (via IN ('network', 'file', 'typed')),
    software_major {INT} NOT NULL,
    software_minor {INT} NOT NULL,
    first_seen {INT} NOT NULL,
    last_seen {INT} NOT NULL,
    certified_at {INT} NOT NULL,
    certificate_ends_at {INT} NOT NULL,
    drifted_at {INT},
    former_key {BYTES},
    former_parts {BYTES},
    former_at {INT},
    former_was_return {BOOL} NOT NULL,
    ended_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX machine_by_key ON machine (key_id, machine_key);
CREATE INDEX machine_by_tag ON machine (key_id, machine_tag);
CREATE INDEX machine_by_line ON machine (line_id, last_seen, id);
CREATE INDEX machine_leaving ON machine (key_id, free_at) WHERE state = 'leaving';
CREATE INDEX machine_by_time ON machine (first_seen, id);

-- Where a re-imaged machine is found: the parts of machines that count.
CREATE TABLE machine_part (
    key_id {BYTES} NOT NULL,
    hash {BYTES} NOT NULL,
    machine_id {BYTES} NOT NULL REFERENCES machine (id),
    PRIMARY KEY (key_id, hash, machine_id)
) {TABLE};
CREATE INDEX machine_part_by_machine ON machine_part (machine_id);

-- Requests that were granted, so that the same one again gets the same answer and another one with its nonce is
-- refused. Kept as long as a request may be old.
CREATE TABLE activation_request (
    nonce {BYTES} NOT NULL PRIMARY KEY,
    digest {BYTES} NOT NULL,
    machine_id {BYTES} NOT NULL,
    code {TEXT} NOT NULL,
    at {INT} NOT NULL
) {TABLE};
CREATE INDEX activation_request_by_time ON activation_request (at);

-- Activations that were given beyond the limit by rule.
CREATE TABLE activation_top_up (
    id {BYTES} NOT NULL PRIMARY KEY,
    key_id {BYTES} NOT NULL REFERENCES product_key (id),
    at {INT} NOT NULL
) {TABLE};
CREATE INDEX activation_top_up_by_key ON activation_top_up (key_id, at);

-- What the publisher decided for a product; without a row the defaults of the license crate hold.
CREATE TABLE activation_rule (
    product_id {TEXT} NOT NULL PRIMARY KEY,
    drift_period_days {INT} NOT NULL,
    refresh_days {INT} NOT NULL,
    grace_days {INT} NOT NULL,
    after_grace {TEXT} NOT NULL CHECK (after_grace IN ('remind', 'reduce', 'stop')),
    list_max_days {INT} NOT NULL,
    returns_per_month {INT} NOT NULL,
    top_up_extra {INT} NOT NULL,
    top_up_days {INT} NOT NULL,
    typed_days {INT} NOT NULL,
    typed_data_key_id {BYTES},
    typed_sealed {BYTES},
    version {INT} NOT NULL
) {TABLE};

-- Keys of the installation towards devices: roots, signers of certificates, and the key that requests are sealed to.
CREATE TABLE license_key (
    id {TEXT} NOT NULL PRIMARY KEY,
    purpose {TEXT} NOT NULL CHECK (purpose IN ('root', 'signer', 'exchange')),
    public_key {BYTES} NOT NULL,
    data_key_id {BYTES} NOT NULL,
    sealed {BYTES} NOT NULL,
    not_before {INT} NOT NULL,
    not_after {INT} NOT NULL,
    compromised_at {INT},
    created_at {INT} NOT NULL
) {TABLE};

CREATE TABLE license_chain (
    number {INT} NOT NULL PRIMARY KEY,
    link {BYTES} NOT NULL,
    is_root_change {BOOL} NOT NULL
) {TABLE};

-- What was revoked. listed_in: the first list that holds it, 0 until then.
CREATE TABLE revocation (
    tag {BYTES} NOT NULL PRIMARY KEY,
    reason {INT} NOT NULL,
    key_id {BYTES} NOT NULL,
    machine_id {BYTES},
    at {INT} NOT NULL,
    listed_in {INT} NOT NULL
) {TABLE};
CREATE INDEX revocation_by_list ON revocation (listed_in, tag);

-- Published lists: a list holds every revocation with listed_in up to its number. head is empty until it is signed.
CREATE TABLE revocation_list (
    number {INT} NOT NULL PRIMARY KEY,
    issued_at {INT} NOT NULL,
    next_at {INT} NOT NULL,
    epoch {INT} NOT NULL,
    head {BYTES} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
