//! Pages of the operator, partner and customer portals. They hold no rules: a handler turns a request into a
//! use case's command and the outcome into one of the view structs.

#[doc(hidden)]
pub mod gallery;
mod views;
