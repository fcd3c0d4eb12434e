//! Every endpoint the client uses, met by every wrong answer there is.
//!
//! The endpoints are those of the client's own table. For each of them and each fault: a read says what is
//! wrong in its own words and recovers by itself, a change is sent once and never told wrongly, a list keeps
//! its rows. What a fault does to a whole action of the desk is tried in `every_action`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod budget;
mod calls;
mod changes;
mod house;
mod nowhere;
mod panes;
mod reads;
mod skew;
mod wrong;
