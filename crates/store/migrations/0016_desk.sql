-- What the desk adds to a request: who answers it and by when, whom else to inform, who works on it, and the decision
-- that waits for a second person. A request without a row here was settled at once, or is older than the desk.

CREATE TABLE desk_case (
    request_id {BYTES} NOT NULL PRIMARY KEY REFERENCES request (id),
    stage {TEXT} NOT NULL CHECK (stage IN ('operator', 'partner')),
    line_id {BYTES},
    language {TEXT} NOT NULL,
    inform {TEXT} NOT NULL,
    due_at {INT} NOT NULL,
    answered_at {INT},
    assignee_id {BYTES},
    assignee_name {TEXT} NOT NULL,
    reply {TEXT} NOT NULL,
    proposal {TEXT} NOT NULL,
    proposed_by {BYTES},
    proposed_by_name {TEXT} NOT NULL,
    proposed_at {INT}
) {TABLE};
CREATE INDEX desk_case_by_due ON desk_case (due_at) WHERE answered_at IS NULL;
CREATE INDEX request_by_state ON request (state, created_at, id);
