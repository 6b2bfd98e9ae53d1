//! Use cases: authorize, load, decide, save, audit, enqueue, in one transaction.
//!
//! Portal, API and devices call the same functions and add no rules of their own. What is allowed
//! is decided by `perpetua-domain`; how rows are kept is `perpetua-store`'s business.

pub mod activity;
pub mod api_tokens;
pub mod apps;
pub mod audit;
pub mod audit_trail;
pub mod authorize;
pub mod backup;
pub mod billing;
pub mod caller;
pub mod cancellation;
pub mod carts;
pub mod catalog;
pub mod chain;
pub mod claim;
pub mod clock;
pub mod consent;
pub mod context;
pub mod customers;
pub mod defaults;
pub mod doctor;
pub mod downloads;
pub mod entropy;
pub mod event;
pub mod form_use;
pub mod home;
pub mod identity;
pub mod jobs;
pub mod key_text;
pub mod keys;
pub mod links;
pub mod media;
pub mod media_import;
mod order_problem;
mod order_request;
pub mod orders;
pub mod outbox;
pub mod partners;
pub mod password;
pub mod people;
pub mod policies;
pub mod price_import;
pub mod problem;
pub mod profiles;
pub mod proof;
pub mod refusal;
pub mod rotation;
pub mod sealer;
pub mod search;
pub mod setup;
pub mod signing;
pub mod software;
pub mod startup;
pub mod subscriptions;
pub mod support;
pub mod tax_rates;
pub mod token_keys;
pub mod vault;
pub mod webhooks;

pub use caller::{Caller, Origin, Stamp};
pub use context::{App, Settings};
pub use form_use::FormKey;
pub use perpetua_store::customers::NameCursor;
pub use problem::{Kind, Param, Problem};
