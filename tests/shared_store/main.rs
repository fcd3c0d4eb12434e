//! The store that several desks share, on a real PostgreSQL: set up as the documentation says, used with no more
//! rights than a desk has, and in trouble.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod asleep;
#[path = "../cluster/mod.rs"]
mod cluster;
mod commands;
mod desks;
mod faults;
mod rights;
mod server;
mod tls;
