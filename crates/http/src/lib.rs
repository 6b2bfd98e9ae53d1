//! Web parts that portal and API share: who visits, checked forms, limits, headers and the
//! operator's endpoints. No page and no rule stands here.

pub mod form;
pub mod headers;
pub mod limits;
pub mod network;
pub mod ops;
mod problem;
pub mod served;
pub mod site;
pub mod visitor;

pub use form::{FormData, LooseForm, PostForm};
pub use problem::{Failed, status_of};
pub use site::{Site, SiteState};
pub use visitor::{SignedIn, Visitor};
