-- Parts of a customer's billing profile that only programs write and read (contract C-01, C-08): the
-- portal neither asks for them nor shows them.

CREATE TABLE billing_contact (
    customer_id {BYTES} NOT NULL PRIMARY KEY REFERENCES tenant (id),
    first_name {TEXT} NOT NULL,
    middle_name {TEXT} NOT NULL,
    last_name {TEXT} NOT NULL,
    address_line3 {TEXT} NOT NULL,
    culture {TEXT} NOT NULL,
    language {TEXT} NOT NULL
) {TABLE};
