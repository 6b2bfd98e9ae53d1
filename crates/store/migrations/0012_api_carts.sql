-- The lines of a cart as a program of the REST interface wrote them, also those that cannot be ordered; the
-- lines that can be stand in cart_line. version: that of the cart then, so that a later change by hand counts.
CREATE TABLE api_cart (
    cart_id {BYTES} NOT NULL PRIMARY KEY,
    version {INT} NOT NULL,
    lines {TEXT} NOT NULL
) {TABLE};
