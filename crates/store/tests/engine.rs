//! What the store promises, on both engines: group commit, conflicts, migrations and schema.

#[path = "engine/group_commit.rs"]
mod group_commit;
#[path = "engine/opening.rs"]
mod opening;
#[path = "engine/races.rs"]
mod races;
#[path = "engine/schema.rs"]
mod schema;
#[path = "engine/setup.rs"]
mod setup;
