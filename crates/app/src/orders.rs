//! Orders: placing them on account, once per request for ever (M8, M9, I1, I2), and reading them.

pub(crate) mod mint;
mod place;
mod rows;
mod view;

pub use crate::order_request::WantedLine;
pub use place::{PlaceInput, PlaceOrder, PlaceSource, PlacedOrder, place, place_in, prepare, request_key};
pub(crate) use place::{place_unasked, prepare_unasked};
pub use view::{
    Charged, ClosingPurchase, ListOrders, OrderCredit, OrderLineView, OrderSummary, OrderView, PartnerHome, home, list,
    list_with_lines, load,
};
