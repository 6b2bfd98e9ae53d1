//! Price sheets and media manifests: files of a fixed layout, read from untrusted bytes.
//!
//! Everything is streamed and bounded, nothing panics, and each error carries line, column and a
//! stable code (I10). There is no database and no sentence for people here: the import use case
//! stages what [`read`] yields and applies it only when the stream ended without a [`SheetError`].
//!
//! ```
//! use std::io::Cursor;
//!
//! use perpetua_pricesheet::{Limits, generate, read, write};
//!
//! let rows: Vec<_> = generate::sheet(&generate::Shape { rows: 3, ..Default::default() }).collect();
//! let mut file = Vec::new();
//! write(&rows, &mut file).expect("memory takes every byte");
//!
//! let mut sheet = read(Cursor::new(file), &Limits::default())?;
//! for outcome in sheet.rows()?.consistent() {
//!     let row = outcome?.expect("a generated row is valid");
//!     assert_eq!(row.price.publisher, "Acme Systems");
//! }
//! # Ok::<(), perpetua_pricesheet::SheetError>(())
//! ```

mod consistency;
mod date;
mod error;
mod fields;
pub mod generate;
mod limits;
pub mod manifest;
mod reader;
mod record;
mod row;
mod write;

pub use consistency::{Consistency, PRICES_PER_ITEM_MAX};
pub use error::{RowError, RowReason, SheetError};
pub use limits::Limits;
pub use reader::{RowOutcome, Rows, Sheet, read};
pub use row::{
    BillingPlan, COLUMNS, ChangeIndicator, DESCRIPTION_CHARS_MAX, NAME_CHARS_MAX, PriceRow, QUANTITY_MAX, SheetRow,
    TITLE_CHARS_MAX, Tier,
};
pub use write::{previous_values, write, write_zip};
