//! Move a stay, and its whole reservation, to another room.
//!
//! Seam has no such call. At doors that know reservations the doors of a reservation are fixed by its
//! first grant, so all of its grants are deleted, gone for certain, and made again for the new room with
//! everything they had. In between nobody of the reservation has a key: a run that ends there says so, and
//! goes on from any step by reading. Elsewhere the new access is made before the old one goes.

use chrono::{DateTime, Utc};

use super::again::{
    Owned, again, all_known, cards, check_together, clear_and_make, cut_all, doors_of, grants_of, has_time,
    make_and_clear, rooms_in,
};
use super::facts::{stay, system_trouble, when, who};
use super::places::{encoder_at, encoders_at, is_empty, reach, reserved, systems_of, taken};
use super::wish::{Moved, NewGrant};
use super::{Action, EncoderChoice, Plan, Refusal, Step};
use crate::property::{Doors, Property, Stay, StayId};
use crate::seam::id::{EncoderId, SpaceId};
use crate::seam::model::Mode;
use crate::text::Text;

pub use super::again::pins;

mod half_way;
mod offer;
mod preview;

pub use half_way::{HalfWay, half_way};
pub use offer::{Prospect, RoomChoice, any_room, choices, prospect, rooms};

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveAsk {
    /// Whose.
    pub stay: StayId,
    /// The room that is left; needed only where the stay has several.
    pub from: Option<SpaceId>,
    /// The room that is taken.
    pub to: SpaceId,
    /// Where the cards are cut at once; without one they wait and are offered afterwards.
    pub encoder: Option<EncoderId>,
    /// The reservation number, where the new room's door needs one and the stay has none.
    pub reservation_key: Option<Text>,
}

/// The encoders that can cut cards for a room, those without trouble first.
pub fn encoders(p: &Property, room: &SpaceId) -> Vec<EncoderChoice> {
    let choice = |e: &crate::seam::model::Encoder| EncoderChoice {
        encoder: e.id.clone(),
        name: e.display_name.clone(),
        system: p.system(&e.acs_system_id).map(|s| s.name.clone()).unwrap_or_default(),
        trouble: super::facts::encoder_trouble(p, e),
    };
    encoders_at(p, &p.doors_in_space(room)).into_iter().map(choice).collect()
}

/// What an ask comes to, for the checks and for the preview.
#[derive(Debug)]
struct Asked<'a> {
    p: &'a Property,
    now: DateTime<Utc>,
    stay: &'a Stay,
    /// The stay and its joiners.
    everybody: Vec<&'a Stay>,
    moved: Moved,
    /// The new room's doors.
    target: Doors,
    /// The grants that go.
    old: Vec<Owned<'a>>,
    /// The grants that come.
    new: Vec<NewGrant>,
    /// Whether everything goes before anything comes.
    clear_first: bool,
}

/// Plans the move at the instant `now`.
///
/// # Errors
/// One sentence, where the room is not free, where the guest's keys would not open it, or where Seam would
/// refuse.
pub fn plan(p: &Property, ask: &MoveAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let moved = Moved { from: room_left(p, stay, ask)?, to: ask.to.clone() };
    let target = room_taken(p, &moved)?;
    let everybody = everybody(p, stay);
    if let Some(end) = stay.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: extend the stay first (e), then move it.",
            who(stay),
            when(end, p.zone())
        )));
    }
    all_known(p, &everybody)?;
    let asked = sort_out(p, stay, everybody, moved, target, ask, now)?;
    check_free(&asked)?;
    check_modes(&asked)?;
    check_subset(&asked)?;
    check_together(p, &asked.new)?;
    check_systems(&asked)?;
    let encoder = match (&ask.encoder, cards(p, &asked.new)) {
        (Some(id), (_, to_cut)) if to_cut > 0 => Some(encoder_at(p, &asked.target, id)?),
        _ => None,
    };
    let mut steps = if asked.clear_first {
        clear_and_make(&asked.old, &asked.new)
    } else {
        make_and_clear(p, &asked.old, &asked.new)
    };
    if let Some(encoder) = encoder {
        let at = steps.iter().position(|s| matches!(s, Step::AwaitGranted { .. })).map_or(0, |i| i + 1);
        // A card in the guest's hand before the old one dies.
        let cut = cut_all(p, &asked.new, encoder);
        steps.splice(at..at, cut);
    }
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Move,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: true,
        preview: preview::lines(&asked, encoder),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

fn everybody<'a>(p: &'a Property, stay: &'a Stay) -> Vec<&'a Stay> {
    std::iter::once(stay).chain(p.party(&stay.id)).collect()
}

fn room_left(p: &Property, stay: &Stay, ask: &MoveAsk) -> Result<SpaceId, Refusal> {
    let rooms = rooms_in(p, stay);
    match (&ask.from, rooms.as_slice()) {
        (_, []) => Err(Refusal::new(format!(
            "{} has no room to move out of: grant access to the room instead (n).",
            stay.name
        ))),
        (Some(from), rooms) if rooms.contains(&from) => Ok(from.clone()),
        (None, [one]) => Ok((*one).clone()),
        _ => Err(Refusal::new(format!(
            "{} has several rooms, {}: choose the one that is left.",
            stay.name, stay.room
        ))),
    }
}

fn room_taken(p: &Property, moved: &Moved) -> Result<Doors, Refusal> {
    let room = p.space(&moved.to).map(|s| s.name.clone());
    let Some(room) = room.filter(|_| p.is_room(&moved.to)) else {
        return Err(Refusal::new("That is no guest room: choose one."));
    };
    if moved.from == moved.to {
        return Err(Refusal::new(format!("Nothing would change: {room} is the room already.")));
    }
    let doors = p.doors_in_space(&moved.to);
    if is_empty(&doors) {
        return Err(Refusal::new(format!("{room} has no door at Seam: choose another room.")));
    }
    Ok(doors)
}

fn sort_out<'a>(
    p: &'a Property,
    stay: &'a Stay,
    everybody: Vec<&'a Stay>,
    moved: Moved,
    target: Doors,
    ask: &MoveAsk,
    now: DateTime<Utc>,
) -> Result<Asked<'a>, Refusal> {
    let all = grants_of(p, &everybody);
    let make = |owned: &Owned<'a>| {
        let mut new = again(p, *owned, None, Some(&moved));
        let capable = !reserved(p, &doors_of(p, &new)).is_empty();
        let key = owned.0.reservation_key().clone().or_else(|| ask.reservation_key.clone());
        if let Some(key) = key.filter(|_| capable) {
            new = again(p, *owned, Some(key), Some(&moved));
        }
        new
    };
    let leaves = |(g, _): &&Owned<'a>| {
        let from = p.doors_in_space(&moved.from);
        let doors = p.guest_doors(&g.id);
        p.names(g, &moved.from)
            || doors.entrances.iter().any(|d| from.entrances.contains(d))
            || doors.devices.iter().any(|d| from.devices.contains(d))
    };
    let living = |(g, _): &&Owned<'a>| has_time(g, now);
    // With the same reservation on both sides Seam wants all of it gone before any of it is made.
    let clear_first = all.iter().any(|owned| {
        let key = owned.0.reservation_key();
        key.is_some() && has_time(owned.0, now) && make(owned).reservation_key == *key
    });
    let (old, new): (Vec<Owned<'a>>, Vec<NewGrant>) = if clear_first {
        (all.clone(), all.iter().filter(living).map(make).collect())
    } else {
        let leaving: Vec<Owned<'a>> = all.iter().filter(leaves).copied().collect();
        let new = leaving.iter().filter(living).map(make).collect();
        (leaving, new)
    };
    let asked = Asked { p, now, stay, everybody, moved, target, old, new, clear_first };
    if asked.new.is_empty() {
        return Err(Refusal::new(format!(
            "The access of {} has ended: extend the stay first (e).",
            who(stay)
        )));
    }
    Ok(asked)
}

/// The new room is free for the rest of the stay.
fn check_free(asked: &Asked<'_>) -> Result<(), Refusal> {
    let p = asked.p;
    for new in &asked.new {
        let start = new.starts_at.map_or(asked.now, |start| start.max(asked.now));
        let others = taken(p, &asked.target, (Some(start), new.ends_at), &asked.everybody);
        if let Some(other) = others.first() {
            let room = p.space(&asked.moved.to).map(|s| s.name.clone()).unwrap_or_default();
            return Err(Refusal::new(format!(
                "{room} is {}: choose a room that is free for the rest of the stay.",
                offer::taken_by(p, other, asked.now)
            )));
        }
    }
    Ok(())
}

/// Every key can be made again, and one of each guest's opens the new room.
fn check_modes(asked: &Asked<'_>) -> Result<(), Refusal> {
    let p = asked.p;
    let room = p.space(&asked.moved.to).map(|s| s.name.clone()).unwrap_or_default();
    for new in &asked.new {
        let doors = doors_of(p, new);
        let impossible = new.methods.iter().find(|w| reach(p, &doors, &w.mode).opens == 0);
        if let Some(wish) = impossible {
            return Err(Refusal::new(format!(
                "No door of {room} takes a {}, which {} has: revoke it and add another key first, or choose a room \
                 with the same locks.",
                wish.mode, new.who
            )));
        }
        let enters = |mode: &Mode| reach(p, &asked.target, mode).opens > 0;
        if new.spaces.contains(&asked.moved.to) && !new.methods.iter().any(|w| enters(&w.mode)) {
            return Err(Refusal::new(format!(
                "No key of {} would open {room}: add one that does first, or choose a room with the same locks.",
                new.who
            )));
        }
        let needs = new.methods.iter().any(|w| matches!(w.mode, Mode::Card | Mode::MobileKey));
        if needs && new.reservation_key.is_none() && !reserved(p, &doors).is_empty() {
            return Err(Refusal::new(format!(
                "The lock of {room} needs the reservation number, and {} has none: enter it.",
                new.who
            )));
        }
    }
    Ok(())
}

/// Whoever is made after the first opens the first one's doors or some of them.
fn check_subset(asked: &Asked<'_>) -> Result<(), Refusal> {
    let ids = |new: &NewGrant| -> Vec<_> {
        reserved(asked.p, &doors_of(asked.p, new)).iter().map(|e| e.id.clone()).collect()
    };
    let mut reserved_ones = asked.new.iter().filter(|n| n.reservation_key.is_some());
    let Some(first) = reserved_ones.next() else { return Ok(()) };
    let fixed = ids(first);
    match reserved_ones.find(|n| ids(n).iter().any(|id| !fixed.contains(id))) {
        Some(other) => Err(Refusal::new(format!(
            "The reservation would open different rooms for {} and {}, which Seam refuses: check one of them out \
             and grant access anew under a number of its own.",
            first.who, other.who
        ))),
        None => Ok(()),
    }
}

/// With a lock system that is down, the old access could not be cleared or the new one not be made.
fn check_systems(asked: &Asked<'_>) -> Result<(), Refusal> {
    let p = asked.p;
    let old: Vec<_> = asked.everybody.iter().flat_map(|s| super::facts::systems(p, s)).collect();
    let new = systems_of(p, &asked.target);
    let needed = old.into_iter().filter(|_| asked.clear_first).chain(new);
    match needed.into_iter().find_map(|id| system_trouble(p, &id)) {
        Some(why) => Err(Refusal::new(format!(
            "{why}: the move would stop half-way, with no key for anybody; wait until it works again, or make \
             keys in the lock system's own program."
        ))),
        None => Ok(()),
    }
}
