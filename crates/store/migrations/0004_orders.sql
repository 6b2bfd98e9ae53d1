-- Carts, orders and the partner's account (I1, I2, I8).

CREATE TABLE cart (
    id {BYTES} NOT NULL PRIMARY KEY,
    partner_id {BYTES} NOT NULL REFERENCES tenant (id),
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    created_by {BYTES} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'ordered')),
    name {TEXT} NOT NULL,
    po_number {TEXT} NOT NULL,
    created_at {INT} NOT NULL,
    changed_at {INT} NOT NULL,
    expires_at {INT} NOT NULL,
    order_id {BYTES},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX cart_by_customer ON cart (partner_id, customer_id, state, changed_at);
CREATE INDEX cart_by_partner ON cart (partner_id, state, changed_at);

CREATE TABLE cart_line (
    cart_id {BYTES} NOT NULL REFERENCES cart (id),
    line_no {INT} NOT NULL,
    product_id {TEXT} NOT NULL,
    sku_id {TEXT} NOT NULL,
    availability_id {TEXT} NOT NULL,
    quantity {INT} NOT NULL,
    own_price {INT},
    friendly_name {TEXT} NOT NULL,
    PRIMARY KEY (cart_id, line_no)
) {TABLE};

-- request_key: the form token or request id for which this order was made, for ever (I2).
CREATE TABLE orders (
    id {BYTES} NOT NULL PRIMARY KEY,
    number {TEXT} NOT NULL UNIQUE,
    request_key {BYTES} NOT NULL UNIQUE,
    partner_id {BYTES} NOT NULL REFERENCES tenant (id),
    customer_id {BYTES} NOT NULL REFERENCES tenant (id),
    relationship_id {BYTES} NOT NULL,
    agreement_id {BYTES} NOT NULL,
    cart_id {BYTES},
    placed_by {BYTES} NOT NULL,
    placed_at {INT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('pending', 'completed', 'cancelled')),
    market {TEXT} NOT NULL,
    currency {TEXT} NOT NULL,
    zone {TEXT} NOT NULL,
    po_number {TEXT} NOT NULL,
    net {INT} NOT NULL,
    tax {INT} NOT NULL,
    total {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX orders_by_partner ON orders (partner_id, placed_at, id);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, id);
CREATE INDEX orders_by_pair ON orders (partner_id, customer_id, placed_at, id);
CREATE INDEX orders_by_time ON orders (placed_at, id);
CREATE INDEX orders_by_po ON orders (po_number, partner_id) WHERE po_number <> '';

-- The Software page reads this table alone, hence the order's facts beside the line's own.
CREATE TABLE order_line (
    id {BYTES} NOT NULL PRIMARY KEY,
    order_id {BYTES} NOT NULL REFERENCES orders (id),
    line_no {INT} NOT NULL,
    order_number {TEXT} NOT NULL,
    partner_id {BYTES} NOT NULL,
    customer_id {BYTES} NOT NULL,
    placed_at {INT} NOT NULL,
    product_id {TEXT} NOT NULL,
    sku_id {TEXT} NOT NULL,
    availability_id {TEXT} NOT NULL,
    segment {TEXT} NOT NULL,
    title {TEXT} NOT NULL,
    sku_title {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('perpetual', 'subscription')),
    term {TEXT} NOT NULL,
    term_ends_at {INT},
    currency {TEXT} NOT NULL,
    quantity {INT} NOT NULL CHECK (quantity > 0),
    cancelled_quantity {INT} NOT NULL CHECK (cancelled_quantity >= 0 AND cancelled_quantity <= quantity),
    unit_price {INT} NOT NULL,
    suggested_price {INT} NOT NULL,
    own_price {INT} NOT NULL,
    net {INT} NOT NULL,
    tax {INT} NOT NULL,
    credited_net {INT} NOT NULL CHECK (credited_net >= 0 AND credited_net <= net),
    credited_tax {INT} NOT NULL CHECK (credited_tax >= 0 AND credited_tax <= tax),
    tax_rate_basis_points {INT} NOT NULL,
    tax_category {TEXT} NOT NULL,
    tax_reason {TEXT} NOT NULL,
    policy_id {BYTES} NOT NULL,
    window_closes_at {INT} NOT NULL,
    refund_rule {TEXT} NOT NULL,
    activations_per_unit {INT} NOT NULL,
    downgrade_rights {BOOL} NOT NULL,
    version_rank {INT} NOT NULL,
    link_lifetime_days {INT} NOT NULL,
    link_uses_max {INT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'partly_cancelled', 'cancelled')),
    version {INT} NOT NULL,
    UNIQUE (order_id, line_no)
) {TABLE};
CREATE INDEX order_line_by_customer ON order_line (customer_id, placed_at, id);
CREATE INDEX order_line_by_pair ON order_line (partner_id, customer_id, placed_at, id);
CREATE INDEX order_line_by_window ON order_line (partner_id, window_closes_at) WHERE state <> 'cancelled';

CREATE TABLE ledger_entry (
    id {BYTES} NOT NULL PRIMARY KEY,
    partner_id {BYTES} NOT NULL,
    at {INT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('order', 'credit', 'payment')),
    order_id {BYTES},
    credit_note_id {BYTES},
    amount {INT} NOT NULL,
    currency {TEXT} NOT NULL
) {TABLE};
CREATE INDEX ledger_entry_by_partner ON ledger_entry (partner_id, at, id);
CREATE INDEX ledger_entry_by_order ON ledger_entry (order_id);
