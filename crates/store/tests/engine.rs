//! What the store promises, on both engines: group commit, conflicts, migrations and schema.

#![expect(clippy::print_stderr, reason = "whoever reads a failed test must see on which engine it ran")]
#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[path = "engine/build.rs"]
mod build;
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
