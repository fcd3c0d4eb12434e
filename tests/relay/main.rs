//! Several desks, one PostgreSQL, one API: one of them polls, the others follow.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../cluster/mod.rs"]
mod cluster;

mod faults;
mod following;
mod house;
mod process;
