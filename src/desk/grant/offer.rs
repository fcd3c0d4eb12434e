//! What a form can offer while a grant is still being asked for.

use chrono::{DateTime, Utc};

use super::GrantAsk;
use crate::desk::facts::{live_grants, names, when};
use crate::desk::places::{Span, doors, reach, reserved, taken};
use crate::property::{Doors, Property};
use crate::seam::id::SpaceId;
use crate::seam::model::Mode;
use crate::text::Text;

/// A reservation that has one of the doors in the time that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joinable {
    /// Its `reservation_key`.
    pub key: Text,
    /// Its guests: "Lindqvist, Per; Lindqvist, Eva".
    pub guests: Text,
    /// Its earliest start, UTC.
    pub starts_at: Option<DateTime<Utc>>,
    /// Its latest end, UTC; none where it is open.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Whether one of the doors that are asked for takes a kind of key, or may: the API does not always say.
pub fn takes(p: &Property, ask: &GrantAsk, mode: &Mode) -> bool {
    reach(p, &doors(p, &ask.spaces, &ask.entrances, &ask.devices), mode).opens > 0
}

/// The reservations that have one of the doors in the time that is asked for, by start: whoever gets a key
/// there joins one of them, or ends its keys at the door.
pub fn reservations(p: &Property, ask: &GrantAsk, now: DateTime<Utc>) -> Vec<Joinable> {
    let all = doors(p, &ask.spaces, &ask.entrances, &ask.devices);
    let entrances = reserved(p, &all).iter().map(|e| e.id.clone()).collect();
    let doors = Doors { entrances, devices: Vec::new() };
    let span = (Some(ask.starts_at.map_or(now, |start| start.max(now))), ask.ends_at);
    let mut found: Vec<(Joinable, Vec<&Text>)> = Vec::new();
    for stay in taken(p, &doors, span, &[]).into_iter().filter(|s| !live_grants(p, s).is_empty()) {
        let Some(key) = &stay.reservation_key() else { continue };
        match found.iter_mut().find(|(known, _)| known.key == *key) {
            Some((known, guests)) => {
                known.starts_at = known.starts_at.min(stay.starts_at());
                known.ends_at = known.ends_at.zip(stay.ends_at()).map(|(a, b)| a.max(b));
                guests.push(&stay.name);
            }
            None => {
                let (starts_at, ends_at) = (stay.starts_at(), stay.ends_at());
                let begun = Joinable { key: key.clone(), guests: Text::default(), starts_at, ends_at };
                found.push((begun, vec![&stay.name]));
            }
        }
    }
    let named = |(mut joinable, guests): (Joinable, Vec<&Text>)| {
        joinable.guests = Text::new(names(guests));
        joinable
    };
    found.into_iter().map(named).collect()
}

/// Who has a room now: "Lindqvist, Per until Tue 24 Nov 11:00".
pub fn holder(p: &Property, room: &SpaceId, now: DateTime<Utc>) -> Option<Text> {
    let soon: Span = (Some(now), Some(now + chrono::TimeDelta::minutes(1)));
    let stay = taken(p, &p.doors_in_space(room), soon, &[]).into_iter().next()?;
    Some(match stay.ends_at() {
        Some(end) => Text::new(format!("{} until {}", stay.name, when(end, p.zone()))),
        None => stay.name.clone(),
    })
}
