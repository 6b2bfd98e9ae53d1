-- A program that proved who it is when it got a refresh token must prove it again to use it (M7). Families from before
-- are taken as they were given out.

ALTER TABLE refresh_token ADD COLUMN needs_proof {BOOL} NOT NULL DEFAULT FALSE;

-- An import compares each chunk with the active prices of its availabilities, home shows partners near their limit, and
-- a program that is removed takes its refresh tokens along, and the operator lists requests by time: all of them walked
-- through all rows.

CREATE INDEX offer_by_availability ON offer (availability_id, sheet_id);
CREATE INDEX partner_account_by_balance ON partner_account (balance, partner_id);
CREATE INDEX refresh_token_by_app ON refresh_token (app_id);
CREATE INDEX request_by_time ON request (created_at, id);
