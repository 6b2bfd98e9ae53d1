//! What every page shows: one struct with already formatted values per page, each with its template.
//! Handlers fill these structs and render them; nothing here decides, loads or formats amounts.
//! The building blocks are `frame` (the shell), `form`, `list` and `parts`; `samples` fills every page for the gallery.

pub mod activity;
pub mod apps;
pub mod auth;
pub mod cancel;
pub mod cart;
pub mod chart;
pub mod desk;
pub mod form;
pub mod forms;
pub mod frame;
pub mod home;
pub mod invoices;
pub mod list;
pub mod migration;
pub mod operator;
pub mod partner;
pub mod parts;
pub mod people;
pub mod public;
pub mod qr;
pub mod samples;
pub mod software;
pub mod timeline;
