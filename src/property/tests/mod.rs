//! The hotel as a whole.

mod alerts;
mod alerts_of_things;
mod classes;
mod equal;
mod kit;
mod news;
mod relations;

use super::record::{Grant, Guest, Method};
use super::stays::StayRow;
use super::store::{GrantLinks, GuestLinks, MethodLinks};
use super::table::Row;

/// Bytes of the rows of a stay with one grant, two methods and one guest.
fn sizes() -> usize {
    size_of::<Option<Row<Grant, GrantLinks>>>()
        + 2 * size_of::<Option<Row<Method, MethodLinks>>>()
        + size_of::<Option<Row<Guest, GuestLinks>>>()
        + size_of::<Option<StayRow>>()
}
