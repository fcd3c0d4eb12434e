//! The wire: Seam's API as it is, and nothing of hotels or terminals.

mod budget;
pub mod client;
pub mod error;
#[cfg(test)]
pub(crate) mod fake;
pub mod id;
pub mod model;
mod page;
mod transport;

pub use budget::Priority;
pub use client::{Client, Settings};
pub use error::{AuthFailure, ErrorKind, Outcome, SeamError};
pub use page::{BadRecord, Cursor, Gathered, Page};
pub(crate) use transport::chance;
