//! How clients write and read: names without case, odd dates, filters, pages and faults (contract file 00).
//!
//! Nothing here knows a rule of the business, the database or HTTP's types; every limit is written where it
//! holds. Where sources differ, what existing clients send and can read decides (file 90).

pub mod codes;
pub mod date;
pub mod fault;
pub mod filter;
pub mod input;
mod json;
pub mod link;
pub mod money;
pub mod page;
pub mod query;
pub mod route;
pub mod token;
pub mod word;
