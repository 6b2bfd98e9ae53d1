-- A leaked key is replaced: the row of the purchase's key stays, with its machines and counts, and gets another secret.
-- What the former one was found by goes here, so that machines that still ask with it are known (I3).

-- generation: how often the key was replaced. successor_id of a key: the id that certificates name since it was.
ALTER TABLE product_key ADD COLUMN generation {INT} NOT NULL DEFAULT 0;

-- generation of a machine: of the key with which it asked last, under which its parts are hashed.
ALTER TABLE machine ADD COLUMN generation {INT} NOT NULL DEFAULT 0;

-- certified_id: the id that certificates named while this was the key.
CREATE TABLE replaced_key (
    lookup_hash {BYTES} NOT NULL PRIMARY KEY,
    lookup_key_id {BYTES} NOT NULL,
    key_id {BYTES} NOT NULL REFERENCES product_key (id),
    generation {INT} NOT NULL,
    certified_id {BYTES} NOT NULL,
    replaced_at {INT} NOT NULL
) {TABLE};
CREATE UNIQUE INDEX replaced_key_by_key ON replaced_key (key_id, generation);
