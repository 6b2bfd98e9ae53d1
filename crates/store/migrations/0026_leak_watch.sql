-- The watch over keys that may have become public: what is allowed per product, what was seen, and what was suspected.

ALTER TABLE activation_rule ADD COLUMN leak_attempts {INT} NOT NULL DEFAULT 20;
ALTER TABLE activation_rule ADD COLUMN leak_networks {INT} NOT NULL DEFAULT 10;
ALTER TABLE activation_rule ADD COLUMN leak_reaction {TEXT} NOT NULL DEFAULT 'mark';
ALTER TABLE activation_rule ADD COLUMN leak_pause_hours {INT} NOT NULL DEFAULT 24;

-- is_slowed: each new machine closes the key for an hour. quiet_until: an alarm was false, so that long it is not
-- looked at.
ALTER TABLE product_key ADD COLUMN is_slowed {BOOL} NOT NULL DEFAULT FALSE;
ALTER TABLE product_key ADD COLUMN quiet_until {INT};

-- Attempts of machines that asked for the first time, per key, day (since 1970, UTC) and network. network: the first
-- 8 bytes of a keyed hash of a /24 or /64; empty for the networks beyond those that are counted one by one.
CREATE TABLE key_sighting (
    key_id {BYTES} NOT NULL REFERENCES product_key (id),
    day {INT} NOT NULL,
    network {BYTES} NOT NULL,
    attempts {INT} NOT NULL,
    PRIMARY KEY (key_id, day, network)
) {TABLE};
CREATE INDEX key_sighting_by_day ON key_sighting (day);

CREATE TABLE key_alarm (
    id {BYTES} NOT NULL PRIMARY KEY,
    key_id {BYTES} NOT NULL REFERENCES product_key (id),
    line_id {BYTES} NOT NULL REFERENCES order_line (id),
    cause {TEXT} NOT NULL,
    reaction {TEXT} NOT NULL,
    attempts {INT} NOT NULL,
    networks {INT} NOT NULL,
    raised_at {INT} NOT NULL,
    settled_at {INT},
    outcome {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX key_alarm_by_key ON key_alarm (key_id, raised_at);
CREATE INDEX key_alarm_by_time ON key_alarm (raised_at, id);
CREATE INDEX key_alarm_open ON key_alarm (raised_at, id) WHERE settled_at IS NULL;
