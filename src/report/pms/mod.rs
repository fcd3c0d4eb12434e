//! The comparison with the property management system: guest without key, key without guest, another
//! room, other dates, checked out there and still open here.
//!
//! The export is somebody's spreadsheet: its columns, dates and letters are guessed where the
//! configuration does not say, a row that makes no sense is told and skipped, and nothing in it is ever
//! more than text.

mod compare;
mod date;
mod decode;
mod header;
mod name;
mod rows;

pub use compare::{Compared, Finding, FindingKind, compare};
pub use rows::{PmsError, Row, Rows, Skipped, Status, read};
