-- Files at requests. A file comes before the form around it counts: until then it belongs to no request, and a form
-- that is never sent leaves a file that is removed after a day. The content lies in media storage under the id.

CREATE TABLE request_file (
    id {BYTES} NOT NULL PRIMARY KEY,
    request_id {BYTES} REFERENCES request (id),
    form_key {BYTES} NOT NULL,
    tenant_id {BYTES} NOT NULL REFERENCES tenant (id),
    person_id {BYTES} NOT NULL,
    person_name {TEXT} NOT NULL,
    name {TEXT} NOT NULL,
    media_type {TEXT} NOT NULL,
    size {INT} NOT NULL CHECK (size > 0),
    sha256 {BYTES} NOT NULL,
    holds_key {BOOL} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('waiting', 'clean', 'infected', 'unscanned')),
    attempts {INT} NOT NULL,
    due_at {INT} NOT NULL,
    created_at {INT} NOT NULL
) {TABLE};
CREATE INDEX request_file_by_request ON request_file (request_id, created_at, id);
CREATE INDEX request_file_by_form ON request_file (form_key);
CREATE INDEX request_file_to_scan ON request_file (due_at) WHERE state = 'waiting';
CREATE INDEX request_file_unsent ON request_file (created_at) WHERE request_id IS NULL;
CREATE INDEX request_file_unsent_by_person ON request_file (person_id) WHERE request_id IS NULL;
