//! The REST interface over HTTP, on both engines: one module per family of operations.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[path = "suite/addresses.rs"]
mod addresses;
#[path = "suite/agreements.rs"]
mod agreements;
#[path = "suite/answers.rs"]
mod answers;
#[path = "suite/audit.rs"]
mod audit;
#[path = "suite/buying.rs"]
mod buying;
#[path = "suite/catalog.rs"]
mod catalog;
#[path = "suite/client.rs"]
mod client;
#[path = "suite/customers.rs"]
mod customers;
#[path = "suite/devices.rs"]
mod devices;
#[path = "suite/extensions.rs"]
mod extensions;
#[path = "suite/fleet.rs"]
mod fleet;
#[path = "suite/grid.rs"]
mod grid;
#[path = "suite/inventory.rs"]
mod inventory;
#[path = "suite/invoices.rs"]
mod invoices;
#[path = "suite/limits.rs"]
mod limits;
#[path = "suite/matrix.rs"]
mod matrix;
#[path = "suite/new_customers.rs"]
mod new_customers;
#[path = "suite/openapi.rs"]
mod openapi;
#[path = "suite/page.rs"]
mod page;
#[path = "suite/people.rs"]
mod people;
#[path = "suite/price_sheets.rs"]
mod price_sheets;
#[path = "suite/profiles.rs"]
mod profiles;
#[path = "suite/recorded.rs"]
mod recorded;
#[path = "suite/request_files.rs"]
mod request_files;
#[path = "suite/request_log.rs"]
mod request_log;
#[path = "suite/service_requests.rs"]
mod service_requests;
#[path = "suite/subscriptions.rs"]
mod subscriptions;
#[path = "suite/tokens.rs"]
mod tokens;
#[path = "suite/users.rs"]
mod users;
#[path = "suite/webhooks.rs"]
mod webhooks;
#[path = "suite/world.rs"]
mod world;
