-- Personal data of requests that ended long ago is removed, and what is stored about one person is found for an export.
-- Days on which the desk does not work. Requests whose words for the queue's search are still to be written.

ALTER TABLE request ADD COLUMN personal_removed_at {INT};
CREATE INDEX request_personal_due ON request (closed_at, id)
    WHERE closed_at IS NOT NULL AND personal_removed_at IS NULL;

CREATE INDEX request_by_author ON request (created_by, created_at, id);
CREATE INDEX request_by_contact ON request (lower(contact_email), created_at, id);
CREATE INDEX request_note_by_author ON request_note (author_id, at, id);
CREATE INDEX request_file_by_person ON request_file (person_id, created_at, id);
CREATE INDEX role_request_by_person ON role_request (person_id, created_at, id);
CREATE INDEX invitation_by_address ON invitation (email_key, created_at, id);
CREATE INDEX agreement_by_address ON agreement (lower(email), recorded_at, id);
CREATE INDEX audit_record_by_actor ON audit_record (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX api_request_by_person ON api_request (person_id, at, id) WHERE person_id IS NOT NULL;

-- day: a civil date of the desk's own zone, as 2026-12-24.
CREATE TABLE holiday (
    day {TEXT} NOT NULL PRIMARY KEY,
    name {TEXT} NOT NULL
) {TABLE};

CREATE TABLE request_without_words (
    request_id {BYTES} NOT NULL PRIMARY KEY REFERENCES request (id)
) {TABLE};
INSERT INTO request_without_words SELECT id FROM request;
