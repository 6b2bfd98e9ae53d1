-- Renewals (M10): the order with which a subscription went on at the end of a term. Its key is the order; the
-- line that ended renews once.

CREATE TABLE renewal (
    order_id {BYTES} NOT NULL PRIMARY KEY REFERENCES orders (id),
    subscription_id {BYTES} NOT NULL REFERENCES subscription (id),
    from_line_id {BYTES} NOT NULL UNIQUE REFERENCES order_line (id),
    at {INT} NOT NULL
) {TABLE};
CREATE INDEX renewal_by_subscription ON renewal (subscription_id, at);

-- The request log is emptied by age.
CREATE INDEX api_request_by_age ON api_request (at);
