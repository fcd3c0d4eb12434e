//! The real program in real pseudo-terminals, used by keys as a person would, on the embedded hotel; and the
//! hotel's own truth about it afterwards.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod attend;
mod attention;
mod audit;
mod away;
mod board;
mod cards;
#[path = "../cluster/mod.rs"]
mod cluster;
mod first;
mod form;
mod grants;
mod house;
mod keys;
mod links;
mod moves;
mod own;
mod person;
#[path = "../pty/mod.rs"]
mod pty;
mod races;
mod record;
mod several;
mod shared;
mod start;
mod stays;
mod tables;
mod why;
