-- A program that proved who it is when it got a refresh token must prove it again to use it (M7). Families from before
-- are taken as they were given out.

ALTER TABLE refresh_token ADD COLUMN needs_proof {BOOL} NOT NULL DEFAULT FALSE;
