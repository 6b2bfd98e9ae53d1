-- Forms that count once (I2): the key is a hash of tenant, person, purpose and the form's token.
CREATE TABLE form_use (
    key {BYTES} NOT NULL PRIMARY KEY,
    kind {TEXT} NOT NULL,
    subject_id {TEXT} NOT NULL,
    created_at {INT} NOT NULL
) {TABLE};
