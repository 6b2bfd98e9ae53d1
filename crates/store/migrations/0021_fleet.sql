-- A customer's move away from volume licensing (M22): machines as inventories describe them, former licenses, keys,
-- waves and what the machines reported. Days are instants at midnight UTC.

CREATE TABLE fleet (
    customer_id {BYTES} NOT NULL PRIMARY KEY REFERENCES tenant (id),
    settings {TEXT} NOT NULL,
    outcome {TEXT} NOT NULL,
    planned_at {INT},
    planned_by {TEXT} NOT NULL,
    alarm_day {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX fleet_by_alarm ON fleet (alarm_day) WHERE alarm_day IS NOT NULL;

-- last_safe_day is 0 for machines that are overdue and the greatest number for those that never end, so that one
-- order holds all of them.
CREATE TABLE fleet_machine (
    id {BYTES} NOT NULL PRIMARY KEY,
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    identity {TEXT} NOT NULL,
    name {TEXT} NOT NULL,
    name_key {TEXT} NOT NULL,
    site {TEXT} NOT NULL,
    product {TEXT} NOT NULL,
    state {TEXT} NOT NULL,
    outlook {TEXT} NOT NULL,
    fixed_end {INT},
    lease_end {INT},
    renewal_min {INT} NOT NULL,
    last_safe_day {INT} NOT NULL,
    last_day {INT},
    left_out {TEXT} NOT NULL,
    wave {INT},
    is_pilot {BOOL} NOT NULL,
    moves {TEXT} NOT NULL,
    doubts {TEXT} NOT NULL,
    observed_at {INT} NOT NULL,
    last_exit {INT},
    last_result {INT},
    reported_at {INT},
    evidence {TEXT} NOT NULL
) {TABLE};
CREATE UNIQUE INDEX fleet_machine_identity ON fleet_machine (customer_id, identity);
CREATE INDEX fleet_machine_by_name ON fleet_machine (customer_id, name_key, id);
CREATE INDEX fleet_machine_by_day ON fleet_machine (customer_id, last_safe_day, id);
CREATE INDEX fleet_machine_by_state ON fleet_machine (customer_id, state, last_safe_day, id);
CREATE INDEX fleet_machine_by_wave ON fleet_machine (customer_id, wave, state, last_safe_day);
CREATE INDEX fleet_machine_facts
    ON fleet_machine (customer_id, state, outlook, product, fixed_end, lease_end, renewal_min);
CREATE INDEX fleet_machine_by_age ON fleet_machine (customer_id, observed_at);

-- The newest reports about a machine, from which it can be joined again with later ones.
CREATE TABLE fleet_source (
    machine_id {BYTES} NOT NULL PRIMARY KEY REFERENCES fleet_machine (id),
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    reports {TEXT} NOT NULL
) {TABLE};
CREATE INDEX fleet_source_by_customer ON fleet_source (customer_id, machine_id);

CREATE TABLE fleet_import (
    id {BYTES} NOT NULL PRIMARY KEY,
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    at {INT} NOT NULL,
    by_name {TEXT} NOT NULL,
    records {INT} NOT NULL,
    doubtful {INT} NOT NULL,
    unread {INT} NOT NULL,
    masked_keys {INT} NOT NULL,
    machines_new {INT} NOT NULL,
    machines_changed {INT} NOT NULL,
    machines_moved {INT} NOT NULL,
    files {TEXT} NOT NULL
) {TABLE};
CREATE INDEX fleet_import_by_time ON fleet_import (customer_id, at, id);

CREATE TABLE fleet_verdict (
    import_id {BYTES} NOT NULL REFERENCES fleet_import (id),
    number {INT} NOT NULL,
    kind {TEXT} NOT NULL,
    machine {TEXT} NOT NULL,
    file {TEXT} NOT NULL,
    line {INT} NOT NULL,
    codes {TEXT} NOT NULL,
    detail {TEXT} NOT NULL,
    PRIMARY KEY (import_id, number)
) {TABLE};
CREATE INDEX fleet_verdict_by_kind ON fleet_verdict (import_id, kind, number);

CREATE TABLE fleet_prior (
    id {BYTES} NOT NULL PRIMARY KEY,
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    programme {TEXT} NOT NULL,
    agreement {TEXT} NOT NULL,
    product {TEXT} NOT NULL,
    product_code {TEXT} NOT NULL,
    quantity {INT} NOT NULL,
    key_type {TEXT} NOT NULL,
    ends_on {TEXT} NOT NULL,
    created_at {INT} NOT NULL
) {TABLE};
CREATE UNIQUE INDEX fleet_prior_once
    ON fleet_prior (customer_id, product, programme, agreement, key_type, ends_on, quantity);

-- Keys of the platform's maker that the customer entered: sealed, and never shown again.
CREATE TABLE fleet_key (
    id {BYTES} NOT NULL PRIMARY KEY,
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    label {TEXT} NOT NULL,
    product {TEXT} NOT NULL,
    also_versions {TEXT} NOT NULL,
    tail {TEXT} NOT NULL,
    remaining {INT} NOT NULL,
    reserve {INT} NOT NULL,
    data_key_id {BYTES} NOT NULL,
    sealed {BYTES} NOT NULL,
    counted_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE UNIQUE INDEX fleet_key_label ON fleet_key (customer_id, label);

CREATE TABLE fleet_wave (
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    number {INT} NOT NULL,
    day {INT} NOT NULL,
    state {TEXT} NOT NULL,
    token_hash {BYTES},
    token_expires_at {INT},
    version {INT} NOT NULL,
    PRIMARY KEY (customer_id, number)
) {TABLE};
CREATE UNIQUE INDEX fleet_wave_by_token ON fleet_wave (token_hash) WHERE token_hash IS NOT NULL;

-- What scripts reported, each line once.
CREATE TABLE fleet_attempt (
    machine_id {BYTES} NOT NULL REFERENCES fleet_machine (id),
    digest {BYTES} NOT NULL,
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    wave {INT} NOT NULL,
    at {INT} NOT NULL,
    exit_number {INT} NOT NULL,
    result {INT} NOT NULL,
    application {TEXT} NOT NULL,
    old_tail {TEXT} NOT NULL,
    new_tail {TEXT} NOT NULL,
    channel {TEXT} NOT NULL,
    status_after {TEXT} NOT NULL,
    PRIMARY KEY (machine_id, digest)
) {TABLE};

-- One row per warning, for ever, so that none is sent twice.
CREATE TABLE fleet_alarm (
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    day {INT} NOT NULL,
    threshold {INT} NOT NULL,
    given_at {INT} NOT NULL,
    PRIMARY KEY (customer_id, day, threshold)
) {TABLE};
