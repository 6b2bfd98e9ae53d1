-- What people want to be told by mail, and which reminders were given. A person without a row gets what is usual.

CREATE TABLE mail_choice (
    person_id {BYTES} NOT NULL REFERENCES person (id),
    topic {TEXT} NOT NULL,
    wanted {BOOL} NOT NULL,
    changed_at {INT} NOT NULL,
    PRIMARY KEY (person_id, topic)
) {TABLE};

-- One row per reminder, for ever: what is due and when names it, so that none is given twice.
CREATE TABLE reminder (
    kind {TEXT} NOT NULL CHECK (kind IN ('window', 'term')),
    subject_id {BYTES} NOT NULL,
    due_at {INT} NOT NULL,
    given_at {INT} NOT NULL,
    PRIMARY KEY (kind, subject_id, due_at)
) {TABLE};
