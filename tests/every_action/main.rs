//! Every action of the desk against everything that can come between: a desk that dies at any point, an
//! answer that is lost, refused or garbled, another desk at the same stay. In the end the hotel is as it
//! would have been without, and nothing was done twice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod faults;
mod hotel;
#[path = "../journal_support/mod.rs"]
mod journal_support;
mod killed;
mod person;
mod races;
mod stopped;
mod table;
mod truth;
mod watched;
