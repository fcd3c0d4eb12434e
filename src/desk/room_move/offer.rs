//! What a form can offer while a move is still being asked for.

use chrono::{DateTime, Utc};

use super::{
    Asked, MoveAsk, cards, doors_of, everybody, has_time, reserved, room_left, room_taken, sort_out,
};
use crate::desk::facts::{stay as find, when};
use crate::desk::places::{Span, overlaps, taken};
use crate::desk::wish::Moved;
use crate::order::Arrange as _;
use crate::property::{Grant, Property, Stay, StayId};
use crate::seam::id::SpaceId;
use crate::seam::model::{Mode, Space};
use crate::text::Text;

/// A room, and what forbids it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomChoice {
    /// Which.
    pub room: SpaceId,
    /// Its name.
    pub name: Text,
    /// "taken by Berg, Astrid from Tue 24 Nov 15:00".
    pub trouble: Option<Text>,
}

/// What a move to a certain room comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prospect {
    /// Whoever moves with the guest.
    pub with: Vec<Text>,
    /// Cards that meet the encoder again.
    pub cards: usize,
    /// Whether the new room's door wants a reservation number and there is none.
    pub needs_number: bool,
}

/// Every room but those the stay has: the ones that are free for the rest of it first, each part by name.
pub fn choices(p: &Property, id: &StayId, now: DateTime<Utc>) -> Vec<RoomChoice> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let ours = everybody(p, stay);
    let rooms = p.spaces().filter(|s| p.is_room(&s.id) && !stay.rooms.contains(&s.id));
    let choice = |s: &crate::seam::model::Space| RoomChoice {
        room: s.id.clone(),
        name: s.name.clone(),
        trouble: trouble(p, stay, &ours, &s.id, now),
    };
    let mut rooms: Vec<RoomChoice> = rooms.map(choice).collect();
    rooms.arrange_by(|a, b| {
        let key = |c: &RoomChoice| c.trouble.is_some();
        (key(a), &a.name, &a.room).cmp(&(key(b), &b.name, &b.room))
    });
    rooms
}

/// The rooms a stay could move to at the instant `now`: all doors free for the rest of it, by name.
pub fn rooms(p: &Property, id: &StayId, now: DateTime<Utc>) -> Vec<SpaceId> {
    let free = choices(p, id, now).into_iter().filter(|c| c.trouble.is_none());
    free.map(|c| c.room).collect()
}

/// So many rooms are looked at to tell whether one is free; of what is larger it is taken for granted until
/// the rooms are offered, for this is asked with every frame.
const LOOKED_AT: usize = 512;

/// Whether there is one.
pub fn any_room(p: &Property, id: &StayId, now: DateTime<Utc>) -> bool {
    let Some(stay) = p.stay(id) else { return false };
    let ours = everybody(p, stay);
    let mut rooms = p.spaces().filter(|s| p.is_room(&s.id) && !stay.rooms.contains(&s.id));
    let span = rest(stay, now);
    let is_rival = |other: &Stay| !ours.iter().any(|ours| ours.id == other.id);
    let has_access = |g: &Grant| !g.is_being_deleted() && overlaps((g.starts_at(), g.ends_at()), span);
    // Most rooms of a full house are told apart at a glance.
    let is_free =
        |s: &Space| !p.is_held(&s.id, is_rival, has_access) && trouble(p, stay, &ours, &s.id, now).is_none();
    rooms.by_ref().take(LOOKED_AT).any(is_free) || rooms.next().is_some()
}

/// What is left of a stay.
fn rest(stay: &Stay, now: DateTime<Utc>) -> Span {
    (Some(stay.starts_at().map_or(now, |start| start.max(now))), stay.ends_at())
}

fn trouble(p: &Property, stay: &Stay, ours: &[&Stay], room: &SpaceId, now: DateTime<Utc>) -> Option<Text> {
    let others = taken(p, &p.doors_in_space(room), rest(stay, now), ours);
    others.first().map(|other| Text::new(taken_by(p, other, now)))
}

/// "taken by Berg, Astrid from Tue 24 Nov 15:00 until Thu 26 Nov 11:00".
pub(super) fn taken_by(p: &Property, other: &Stay, now: DateTime<Utc>) -> String {
    let said = |word: &str, at: Option<DateTime<Utc>>| {
        at.map(|at| format!(" {word} {}", when(at, p.zone()))).unwrap_or_default()
    };
    let from = said("from", other.starts_at().filter(|at| *at > now));
    format!("taken by {}{from}{}", other.name, said("until", other.ends_at()))
}

/// What a move to the chosen room comes to; nothing where it cannot even be thought through.
pub fn prospect(p: &Property, ask: &MoveAsk, now: DateTime<Utc>) -> Option<Prospect> {
    let stay = find(p, &ask.stay).ok()?;
    let moved = Moved { from: room_left(p, stay, ask).ok()?, to: ask.to.clone() };
    let target = room_taken(p, &moved).ok()?;
    let unnumbered = MoveAsk { reservation_key: None, ..ask.clone() };
    let asked = sort_out(p, stay, everybody(p, stay), moved, target, &unnumbered, now).ok()?;
    let lacks = |new: &super::NewGrant| {
        new.reservation_key.is_none()
            && new.methods.iter().any(|w| matches!(w.mode, Mode::Card | Mode::MobileKey))
            && !reserved(p, &doors_of(p, new)).is_empty()
    };
    Some(Prospect {
        with: asked.joiners().into_iter().cloned().collect(),
        cards: cards(p, &asked.new).1,
        needs_number: asked.new.iter().any(lacks),
    })
}

impl Asked<'_> {
    /// Whoever of the reservation moves with the guest.
    pub(super) fn joiners(&self) -> Vec<&Text> {
        let moves =
            |s: &&&Stay| self.old.iter().any(|(grant, of)| of.id == s.id && has_time(grant, self.now));
        self.everybody.iter().skip(1).filter(moves).map(|s| &s.name).collect()
    }
}
