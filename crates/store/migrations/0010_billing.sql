-- Invoices: what a partner's account was charged and credited with in one calendar month (I8). An entry of the
-- account stands on one invoice at most, so nothing is billed twice and nothing twice missing; the lines of an
-- invoice are those of the entries' orders and credit notes. Large months are gathered in steps.

CREATE TABLE invoice (
    id {BYTES} NOT NULL PRIMARY KEY,
    number {TEXT} UNIQUE,
    partner_id {BYTES} NOT NULL REFERENCES tenant (id),
    currency {TEXT} NOT NULL,
    period_start {INT} NOT NULL,
    period_end {INT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('gathering', 'closed')),
    net {INT} NOT NULL,
    tax {INT} NOT NULL,
    total {INT} NOT NULL,
    closed_at {INT},
    version {INT} NOT NULL
) {TABLE};
CREATE INDEX invoice_by_partner ON invoice (partner_id, closed_at, number) WHERE state = 'closed';
CREATE UNIQUE INDEX invoice_gathering ON invoice (partner_id, currency, period_start) WHERE state = 'gathering';

ALTER TABLE ledger_entry ADD COLUMN invoice_id {BYTES};
CREATE INDEX ledger_entry_unbilled ON ledger_entry (at, id) WHERE invoice_id IS NULL AND kind <> 'payment';
CREATE INDEX ledger_entry_unbilled_of ON ledger_entry (partner_id, currency, at, id) WHERE invoice_id IS NULL AND kind <> 'payment';
CREATE INDEX ledger_entry_by_invoice ON ledger_entry (invoice_id, at, id) WHERE invoice_id IS NOT NULL;
