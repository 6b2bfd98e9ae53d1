-- Subscriptions (M10): one per order line with a term. The line keeps what was bought and until when it
-- can be cancelled; here stands what changes during the term. The id is that of the first line.

CREATE TABLE subscription (
    id {BYTES} NOT NULL PRIMARY KEY,
    line_id {BYTES} NOT NULL UNIQUE REFERENCES order_line (id),
    order_id {BYTES} NOT NULL REFERENCES orders (id),
    partner_id {BYTES} NOT NULL,
    customer_id {BYTES} NOT NULL,
    friendly_name {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('active', 'suspended', 'expired', 'deleted')),
    suspension {TEXT} CHECK (suspension IN ('partner', 'operator')),
    auto_renew {BOOL} NOT NULL,
    renewal_term {TEXT} NOT NULL,
    starts_at {INT} NOT NULL,
    term_ends_at {INT} NOT NULL,
    support_tenant_id {BYTES} NOT NULL,
    created_at {INT} NOT NULL,
    changed_at {INT} NOT NULL,
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX subscription_by_pair ON subscription (partner_id, customer_id, created_at, id);
CREATE INDEX subscription_by_customer ON subscription (customer_id, created_at, id);
CREATE INDEX subscription_by_order ON subscription (order_id);
CREATE INDEX subscription_by_term ON subscription (term_ends_at) WHERE state IN ('active', 'suspended');

-- What was bought before this table existed. A term that is over meanwhile is found by the job.
INSERT INTO subscription (id, line_id, order_id, partner_id, customer_id, friendly_name, state, suspension,
    auto_renew, renewal_term, starts_at, term_ends_at, support_tenant_id, created_at, changed_at, version)
SELECT id, id, order_id, partner_id, customer_id, title,
    CASE WHEN state = 'cancelled' THEN 'deleted' ELSE 'active' END, NULL,
    FALSE, term, placed_at, term_ends_at, partner_id, placed_at, placed_at, 1
FROM order_line WHERE kind = 'subscription' AND term_ends_at IS NOT NULL;
