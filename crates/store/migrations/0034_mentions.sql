-- Links and hand-overs of one organization that name somebody, for the export of what is stored about one person.

CREATE INDEX download_link_named ON download_link (maker_tenant_id, id) WHERE recipient <> '';
CREATE INDEX hand_over_by_giver ON hand_over (giver_tenant_id, id) WHERE email_key <> '';
