//! What comes from outside, bent in every direction: no panic, no hang, and what can be read is drawn.
//!
//! `PROPTEST_CASES=20000 cargo test --test fuzz` goes on for longer. What was found once is kept in
//! `tests/proptest-regressions/` and tried first every time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod answers;
mod bend;
mod config;
mod dates;
mod filter;
mod house;
mod journal;
mod keys;
#[path = "../panes/mod.rs"]
mod panes;
mod pms;
mod theme;
