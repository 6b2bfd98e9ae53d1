-- Price sheets, offers, policies, tax rates and media (design §5, contract 20).
-- Offers belong to the sheet that brought them; price_list says which sheet a market sells from,
-- so publishing touches one row per market however long the sheet is.

CREATE TABLE price_sheet (
    id {BYTES} NOT NULL PRIMARY KEY,
    state {TEXT} NOT NULL CHECK (state IN ('reading', 'ready', 'failed', 'published', 'superseded', 'discarded')),
    file_name {TEXT} NOT NULL,
    uploaded_by {BYTES},
    uploaded_at {INT} NOT NULL,
    published_by {BYTES},
    published_at {INT},
    markets {TEXT} NOT NULL,
    bytes_total {INT} NOT NULL,
    bytes_read {INT} NOT NULL,
    rows_read {INT} NOT NULL,
    rows_bad {INT} NOT NULL,
    rows_new {INT} NOT NULL,
    rows_changed {INT} NOT NULL,
    rows_ended {INT} NOT NULL,
    rows_unchanged {INT} NOT NULL,
    error {TEXT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX price_sheet_by_time ON price_sheet (uploaded_at);

CREATE TABLE price_sheet_problem (
    sheet_id {BYTES} NOT NULL REFERENCES price_sheet (id),
    line {INT} NOT NULL,
    seq {INT} NOT NULL,
    field {TEXT} NOT NULL,
    reason {TEXT} NOT NULL,
    detail {TEXT} NOT NULL,
    PRIMARY KEY (sheet_id, line, seq)
) {TABLE};

CREATE TABLE product (
    id {TEXT} NOT NULL PRIMARY KEY,
    title {TEXT} NOT NULL,
    tax_class {TEXT} NOT NULL,
    version_label {TEXT} NOT NULL,
    version_rank {INT} NOT NULL,
    created_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

-- item: product and SKU as 16 bytes, the target of search tokens in the scope of the sheet.
CREATE TABLE offer (
    id {BYTES} NOT NULL PRIMARY KEY,
    sheet_id {BYTES} NOT NULL REFERENCES price_sheet (id),
    market {TEXT} NOT NULL,
    product_id {TEXT} NOT NULL,
    sku_id {TEXT} NOT NULL,
    availability_id {TEXT} NOT NULL,
    item {BYTES} NOT NULL,
    segment {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('perpetual', 'subscription')),
    term {TEXT} NOT NULL,
    billing_plan {TEXT} NOT NULL,
    currency {TEXT} NOT NULL,
    title {TEXT} NOT NULL,
    sku_title {TEXT} NOT NULL,
    publisher {TEXT} NOT NULL,
    description {TEXT} NOT NULL,
    unit {TEXT} NOT NULL,
    tags {TEXT} NOT NULL,
    title_key_en {BYTES} NOT NULL,
    title_key_cs {BYTES} NOT NULL,
    UNIQUE (sheet_id, availability_id)
) {TABLE};
CREATE INDEX offer_sorted_en ON offer (sheet_id, market, title_key_en, id);
CREATE INDEX offer_sorted_cs ON offer (sheet_id, market, title_key_cs, id);
CREATE INDEX offer_by_product ON offer (sheet_id, product_id, sku_id);

CREATE TABLE offer_price (
    offer_id {BYTES} NOT NULL REFERENCES offer (id),
    valid_from {INT} NOT NULL,
    tier_min {INT} NOT NULL,
    tier_max {INT},
    valid_to {INT},
    unit_price {INT} NOT NULL,
    suggested_price {INT},
    sheet_id {BYTES} NOT NULL,
    change {TEXT} NOT NULL CHECK (change IN ('new', 'changed', 'unchanged')),
    previous_unit_price {INT},
    PRIMARY KEY (offer_id, valid_from, tier_min)
) {TABLE};
CREATE INDEX offer_price_by_change ON offer_price (sheet_id, change, offer_id);

CREATE TABLE price_list (
    market {TEXT} NOT NULL PRIMARY KEY,
    sheet_id {BYTES} NOT NULL REFERENCES price_sheet (id),
    published_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};

-- scope: '' for the default, otherwise a product id. A change ends the old row and adds a new one.
CREATE TABLE policy (
    id {BYTES} NOT NULL PRIMARY KEY,
    scope {TEXT} NOT NULL,
    window_days {INT} NOT NULL,
    refund_rule {TEXT} NOT NULL,
    activations_per_unit {INT} NOT NULL,
    downgrade_rights {BOOL} NOT NULL,
    link_lifetime_days {INT} NOT NULL,
    link_uses_max {INT} NOT NULL,
    created_by {BYTES},
    created_at {INT} NOT NULL,
    replaced_at {INT}
) {TABLE};
CREATE UNIQUE INDEX policy_current ON policy (scope) WHERE replaced_at IS NULL;

CREATE TABLE tax_rate (
    id {BYTES} NOT NULL PRIMARY KEY,
    country {TEXT} NOT NULL,
    class {TEXT} NOT NULL,
    rate_basis_points {INT} NOT NULL CHECK (rate_basis_points >= 0 AND rate_basis_points <= 10000),
    valid_from {TEXT} NOT NULL,
    valid_to {TEXT},
    UNIQUE (country, class, valid_from)
) {TABLE};

CREATE TABLE media (
    id {BYTES} NOT NULL PRIMARY KEY,
    product_id {TEXT} NOT NULL,
    version_label {TEXT} NOT NULL,
    version_rank {INT} NOT NULL,
    language {TEXT} NOT NULL,
    bit {TEXT} NOT NULL,
    file_type {TEXT} NOT NULL,
    file_name {TEXT} NOT NULL,
    size {INT} NOT NULL CHECK (size >= 0),
    sha256 {BYTES} NOT NULL,
    signature {BYTES} NOT NULL,
    signing_key {TEXT} NOT NULL,
    storage_key {TEXT} NOT NULL UNIQUE,
    support_ends_on {TEXT},
    released_on {TEXT},
    state {TEXT} NOT NULL CHECK (state IN ('available', 'withdrawn')),
    imported_by {BYTES},
    imported_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX media_by_product ON media (product_id, state);
CREATE UNIQUE INDEX media_once ON media (product_id, version_label, language, bit, file_type) WHERE state = 'available';
