-- The machines of a fleet stand in generations, of which one is shown. A plan, or an assignment of many machines, is
-- written as another generation in small steps and then shown at once, so that nobody waits for it and nobody sees half
-- of it (design §5).
ALTER TABLE fleet ADD COLUMN generation {INT} NOT NULL DEFAULT 0;
ALTER TABLE fleet ADD COLUMN last_generation {INT} NOT NULL DEFAULT 0;

CREATE TEMP TABLE former_machine AS SELECT * FROM fleet_machine;
CREATE TEMP TABLE former_source AS SELECT * FROM fleet_source;
CREATE TEMP TABLE former_attempt AS SELECT * FROM fleet_attempt;
DROP TABLE fleet_source;
DROP TABLE fleet_attempt;
DROP TABLE fleet_machine;

-- last_safe_day is 0 for machines that are overdue and the greatest number for those that never end, so that one
-- order holds all of them.
CREATE TABLE fleet_machine (
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    generation {INT} NOT NULL,
    id {BYTES} NOT NULL,
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
    evidence {TEXT} NOT NULL,
    PRIMARY KEY (customer_id, generation, id)
) {TABLE};
INSERT INTO fleet_machine
SELECT customer_id, 0, id, identity, name, name_key, site, product, state, outlook, fixed_end, lease_end, renewal_min,
    last_safe_day, last_day, left_out, wave, is_pilot, moves, doubts, observed_at, last_exit, last_result, reported_at,
    evidence
FROM former_machine;
CREATE UNIQUE INDEX fleet_machine_identity ON fleet_machine (customer_id, generation, identity);
CREATE INDEX fleet_machine_by_name ON fleet_machine (customer_id, generation, name_key, id);
CREATE INDEX fleet_machine_by_day ON fleet_machine (customer_id, generation, last_safe_day, id);
CREATE INDEX fleet_machine_by_state ON fleet_machine (customer_id, generation, state, last_safe_day, id);
CREATE INDEX fleet_machine_by_wave ON fleet_machine (customer_id, generation, wave, state, is_pilot, last_safe_day);
CREATE INDEX fleet_machine_facts
    ON fleet_machine (customer_id, generation, state, outlook, product, fixed_end, lease_end, renewal_min);
CREATE INDEX fleet_machine_by_age ON fleet_machine (customer_id, generation, observed_at);

-- The newest reports about a machine, from which it can be joined again with later ones; the same for every generation.
CREATE TABLE fleet_source (
    machine_id {BYTES} NOT NULL PRIMARY KEY,
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    reports {TEXT} NOT NULL
) {TABLE};
INSERT INTO fleet_source SELECT machine_id, customer_id, reports FROM former_source;
CREATE INDEX fleet_source_by_customer ON fleet_source (customer_id, machine_id);

-- What scripts reported, each line once.
CREATE TABLE fleet_attempt (
    machine_id {BYTES} NOT NULL,
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
INSERT INTO fleet_attempt
SELECT machine_id, digest, customer_id, wave, at, exit_number, result, application, old_tail, new_tail, channel,
    status_after
FROM former_attempt;

DROP TABLE former_machine;
DROP TABLE former_source;
DROP TABLE former_attempt;
