-- What is kept for a time only is found by its age, and granted requests of devices are told apart per product key:
-- nonces are random, but nothing keeps two machines of two customers from having the same one.

CREATE TABLE granted_request (
    key_id {BYTES} NOT NULL REFERENCES product_key (id),
    nonce {BYTES} NOT NULL,
    digest {BYTES} NOT NULL,
    machine_id {BYTES} NOT NULL,
    code {TEXT} NOT NULL,
    at {INT} NOT NULL,
    PRIMARY KEY (key_id, nonce)
) {TABLE};
CREATE INDEX granted_request_by_time ON granted_request (at);
INSERT INTO granted_request (key_id, nonce, digest, machine_id, code, at)
    SELECT m.key_id, r.nonce, r.digest, r.machine_id, r.code, r.at
    FROM activation_request r JOIN machine m ON m.id = r.machine_id;
DROP TABLE activation_request;

CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX anonymous_attempt_by_age ON anonymous_attempt (minute);
CREATE INDEX session_by_age ON session (signed_in_at);
CREATE INDEX password_reset_by_age ON password_reset (expires_at);
CREATE INDEX authorization_code_by_age ON authorization_code (expires_at);
CREATE INDEX refresh_token_by_age ON refresh_token (expires_at);
CREATE INDEX webhook_test_by_age ON webhook_test (created_at);
