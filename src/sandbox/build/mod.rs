//! The hotel and its night, generated from a seed: the same seed gives the same guests, ids and troubles.

mod house;
mod stays;
mod troubles;

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};

use super::clock::{At, last_night, local};
use super::dice::Dice;
use super::hotel::Hotel;
use super::house::Brand;
use crate::order::Arrange as _;
use crate::zone::Zone;

/// Where the hotel stands.
pub(crate) fn zone() -> Zone {
    Zone::named("Europe/Berlin").unwrap_or_default()
}

/// What a hotel is built from.
pub(crate) struct Plan {
    pub(crate) rooms: usize,
    pub(crate) grants: usize,
    pub(crate) seed: u64,
    pub(crate) speed: f64,
    pub(crate) now: Option<At>,
}

/// A room that can be let.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) space: u32,
    pub(crate) door: u32,
    pub(crate) brand: Brand,
}

/// What the builder keeps in hand.
struct Builder<'a> {
    hotel: &'a mut Hotel,
    dice: Dice,
    /// The date whose night this is.
    date: NaiveDate,
    rooms: Vec<Room>,
    /// The spaces of the floors, by number.
    floors: HashMap<usize, u32>,
    lobby: u32,
    extras: Vec<u32>,
}

impl Builder<'_> {
    /// `days` after the night's date, at an hour of the hotel's time.
    fn on(&self, days: i64, hour: u32) -> At {
        local(self.hotel.zone, self.date + Duration::days(days), hour, 0)
    }
}

/// Builds the hotel. The clock starts at once.
pub(crate) fn build(plan: &Plan, real_now: At) -> Hotel {
    let start = plan.now.unwrap_or_else(|| last_night(real_now, zone()));
    let mut hotel = Hotel::empty(plan.seed, zone(), start, plan.speed);
    let date = hotel.zone.date(start - Duration::hours(12));
    let mut builder = Builder {
        dice: Dice::new(plan.seed, 4),
        hotel: &mut hotel,
        date,
        rooms: Vec::new(),
        floors: HashMap::new(),
        lobby: 0,
        extras: Vec::new(),
    };
    builder.house(plan.rooms.max(1));
    builder.stays(plan.grants);
    builder.troubles();
    let mut events: Vec<_> = hotel.events.drain(..).filter(|e| e.at <= start).collect();
    events.arrange_by_key(|e| e.at);
    hotel.events = events.into();
    hotel.plan_nights();
    hotel
}
