//! The wire: Seam's API as it is, and nothing of hotels or terminals.

pub mod id;
pub mod model;
