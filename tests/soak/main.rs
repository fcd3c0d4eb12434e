//! A night of twelve hours at six hundred times its speed: a desk that acts, a Seam that fails, a process that is
//! killed. Nothing panics, nothing grows without end, what the desk shows is what is so whenever all is quiet,
//! and nothing was changed of which the journal does not know.
//!
//! ```text
//! cargo test --release --test soak -- --ignored --nocapture
//! NIGHTDESK_SOAK_SEED=7 cargo test --release --test soak -- --ignored --nocapture
//! ```
//! The seed of a night is printed first. The same seed means the same hotel, the same failures and the same hands
//! at the same virtual times; how threads interleave is the machine's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod books;
mod chance;
mod desk;
mod facts;
mod night;
#[path = "../panes/mod.rs"]
mod panes;
mod person;
mod trouble;

use night::{Length, live_through};

/// The night nobody asked for in particular.
const USUAL: u64 = 20_261_122;

fn seed() -> Option<u64> {
    std::env::var("NIGHTDESK_SOAK_SEED").ok().and_then(|seed| seed.parse().ok())
}

/// Not a test: the process that is killed.
#[test]
fn the_desk_of_the_night() {
    if let Ok(told) = std::env::var(desk::CHILD) {
        desk::run(&told);
    }
}

#[test]
fn an_hour_of_trouble() {
    live_through(
        seed().unwrap_or(USUAL),
        &Length { hours: 1.0, quiet_every: 0.5, kills: 1, killed_until: 0.6 },
    );
}

#[test]
#[ignore = "takes minutes; the command is at the top of this file"]
fn a_whole_night_of_trouble() {
    let by_the_clock = || u64::from(std::process::id()) * 7_919 + 12;
    let length = Length { hours: 12.0, quiet_every: 1.0, kills: 6, killed_until: 0.6 };
    live_through(seed().unwrap_or_else(by_the_clock), &length);
}
