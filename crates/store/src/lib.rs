//! Schema, migrations and queries for SQLite and PostgreSQL, and the two ways in: [`Store::read`]
//! and [`Store::write`].
//!
//! Queries are plain functions over a [`Conn`], one module per aggregate. They hold no rules: what
//! is allowed is decided in `domain`; here a decision is applied, guarded by the row's version. No
//! engine check exists outside this crate, and inside it only in [`engine`] and in the two macros
//! of [`dialect`].

pub mod accounts;
pub mod activation_counts;
pub mod activations;
pub mod activity;
pub mod agreements;
pub mod answers;
pub mod api_access;
pub mod audit;
pub mod audit_chain;
pub mod billing;
pub mod billing_contacts;
pub mod cancellations;
pub mod canned_answers;
pub mod carts;
pub mod catalog;
mod connection;
pub mod consistency;
pub mod credits;
pub mod customers;
pub mod desk;
mod dialect;
pub mod document_parties;
pub mod downloads;
pub mod dump;
mod engine;
mod error;
pub mod fleet;
pub mod form_uses;
pub mod global_search;
pub mod hand_overs;
pub mod holidays;
pub mod invitations;
pub mod key_alarms;
pub mod key_reveals;
pub mod keys;
pub mod leases;
pub mod license_keys;
pub mod links;
pub mod machines;
pub mod mail;
pub mod media;
mod migrate;
pub mod order_facts;
pub mod orders;
pub mod outbox;
pub mod partners;
pub mod password_resets;
pub mod people;
pub mod personal_data;
pub mod policies;
mod prepared;
pub mod prices;
pub mod profiles;
pub mod relationships;
pub mod replaced_keys;
pub mod request_files;
pub mod request_log;
pub mod requests;
pub mod retention;
pub mod revocations;
pub mod rights;
pub mod role_requests;
pub mod rotation;
pub mod schema;
pub mod search;
pub mod secrets;
pub mod series;
pub mod sessions;
pub mod settings;
pub mod software;
mod store;
pub mod subscriptions;
pub mod support;
pub mod tax_rates;
pub mod tenants;
mod values;
pub mod webhooks;
mod workers;

pub use connection::Conn;
pub use error::{OpenError, OperationError, StoreError};
pub use migrate::{MIGRATIONS, Migration};
pub use store::{DatabaseUrl, Engine, Options, Store};
pub use values::{Id, Page, Utc, Word};
