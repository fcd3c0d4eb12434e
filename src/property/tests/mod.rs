//! The hotel as a whole.

mod alerts;
mod alerts_of_access;
mod alerts_of_rooms;
mod alerts_of_systems;
mod alerts_of_things;
mod attention;
mod backlog;
mod classes;
mod classes_clocks;
mod course;
mod equal;
mod equal_news;
mod followed;
mod kit;
mod ledger;
mod news;
mod relations;
mod roll;
mod table;
mod why;

use super::guest::Guest;
use super::record::{Grant, Method};
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
