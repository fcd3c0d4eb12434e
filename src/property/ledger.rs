//! Cards that were cut and may still open an offline guest door after their access has ended: by a
//! check-out, a move, a shortened stay, or because they are lost. Such a lock asks nobody; what closes
//! it is a later key used there, the card in the desk's hand, or the end written on the card.
//!
//! What is on a living card is kept with its method (the dates it was cut with, which the API no longer
//! tells once they have changed). A card whose access ends before the card does is put down here by door.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::agenda::{About, Timer};
use super::hotel::Property;
use super::record::Method;
use super::store::Door;
use super::table::Key;
use super::{CardNews, Changed, Resource};
use crate::seam::id::{EntranceId, GrantId, IdentityId, MethodId};
use crate::seam::model::Mode;
use crate::text::Text;

/// A card that was cut: a fact, as a journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardCut {
    /// The access method it was cut for.
    pub method: MethodId,
    /// The guest.
    pub guest: IdentityId,
    /// The guest's name.
    pub name: Text,
    /// The room or rooms.
    pub room: Text,
    /// The doors it opens on which a reservation's key overrides the one before
    /// (`can_belong_to_reservation`).
    pub doors: Vec<EntranceId>,
    /// The reservation it was cut under.
    pub reservation_key: Option<Text>,
    /// When it was cut last, UTC.
    pub cut_at: DateTime<Utc>,
    /// The end it carries, UTC; none where it is open-ended.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What closes a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// A key of another reservation was cut for the door later; it takes effect when it is used there.
    LaterKey(DateTime<Utc>),
    /// The card is back at the desk.
    Collected(DateTime<Utc>),
    /// The end on the card has come.
    Expired(DateTime<Utc>),
}

/// What was on a card when it was cut; of a method that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) at: DateTime<Utc>,
    pub(super) ends_at: Option<DateTime<Utc>>,
}

impl Cut {
    /// Whether it opens longer than an access until `end`.
    pub(super) fn outlasts(self, end: Option<DateTime<Utc>>) -> bool {
        end.is_some_and(|end| self.ends_at.is_none_or(|own| own > end))
    }
}

/// The cards that may be out though nobody should have them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) cards: HashMap<MethodId, CardCut>,
    doors: BTreeMap<Door, BTreeSet<MethodId>>,
    guests: HashMap<IdentityId, BTreeSet<MethodId>>,
    collected: BTreeMap<MethodId, DateTime<Utc>>,
}

impl Ledger {
    /// Whether a door may have one.
    pub(super) fn has(&self, door: Door) -> bool {
        self.doors.contains_key(&door)
    }

    pub(super) fn cut(&self, id: &MethodId) -> Option<Cut> {
        self.cards.get(id).map(|card| Cut { at: card.cut_at, ends_at: card.ends_at })
    }

    /// The cards put down for a door.
    pub(super) fn at(&self, door: Door) -> impl Iterator<Item = &CardCut> {
        self.doors.get(&door).into_iter().flatten().filter_map(|id| self.cards.get(id))
    }

    fn put(&mut self, card: CardCut) {
        self.take_up(&card.method);
        self.guests.entry(card.guest.clone()).or_default().insert(card.method.clone());
        self.cards.insert(card.method.clone(), card);
    }

    fn take_up(&mut self, method: &MethodId) {
        let Some(card) = self.cards.remove(method) else { return };
        if let Some(cards) = self.guests.get_mut(&card.guest) {
            cards.remove(method);
            if cards.is_empty() {
                self.guests.remove(&card.guest);
            }
        }
    }
}

/// Whether a card of one reservation is of the same stay as another.
fn is_same(a: (&Option<Text>, &IdentityId), b: (&Option<Text>, &IdentityId)) -> bool {
    match (a.0, b.0) {
        (Some(one), Some(other)) => one == other,
        (None, None) => a.1 == b.1,
        _ => false,
    }
}

impl Property {
    /// Takes in a card that was cut, from the journal or as the desk cuts it.
    pub fn note_card_cut(&mut self, card: CardCut) -> Changed {
        self.card_cut(card);
        self.settle()
    }

    /// Takes in that a card is back at the desk, or was made unusable.
    pub fn note_card_collected(&mut self, method: &MethodId, at: DateTime<Utc>) -> Changed {
        self.card_collected(method, at);
        self.settle()
    }

    /// Takes in what a journal tells.
    pub(super) fn take_card_news(&mut self, news: CardNews) {
        match news {
            CardNews::Cut(card) => self.card_cut(card),
            CardNews::Collected { method, at } => self.card_collected(&method, at),
            CardNews::Attempt(attempt) => self.attempt_told(attempt),
        }
    }

    fn card_cut(&mut self, card: CardCut) {
        let is_over = card.ends_at.is_some_and(|end| end <= self.now);
        if is_over || self.ledger.collected.get(&card.method).is_some_and(|at| *at >= card.cut_at) {
            return;
        }
        let key = self.store.methods.intern(&card.method);
        let cut = Cut { at: card.cut_at, ends_at: card.ends_at };
        if let Some(links) = self.store.methods.links(key)
            && links.cut().is_none_or(|known| known.at <= cut.at)
        {
            links.set_cut(cut);
        }
        self.put_down(card);
    }

    fn card_collected(&mut self, method: &MethodId, at: DateTime<Utc>) {
        let known = self.ledger.collected.entry(method.clone()).or_insert(at);
        *known = (*known).max(at);
        self.mark_card(method);
    }

    /// The cards of these grants that were cut, with what is on them: what a journal keeps before they are
    /// changed or taken away, because the API forgets it.
    pub fn cards_cut(&self, grants: &[GrantId]) -> Vec<CardCut> {
        let keys: Vec<Key> = grants.iter().filter_map(|id| self.store.grants.key(id)).collect();
        let cards = self.methods_at(&keys).into_iter().filter(|method| method.mode() == Mode::Card);
        let known = |method: &Method| self.describe(self.store.methods.key(&method.id)?, method);
        cards.filter_map(known).filter(|card| card.ends_at.is_none_or(|end| end > self.now)).collect()
    }

    /// The cards that were cut and that neither their end, nor the desk, nor a later key has closed: to
    /// be handed over with the shift. Costs as much as there are cards.
    pub fn cards_out(&self) -> Vec<CardCut> {
        let mut out: BTreeMap<MethodId, CardCut> = BTreeMap::new();
        for (key, method) in self.store.methods.iter().filter(|(_, m)| m.mode() == Mode::Card) {
            out.extend(self.describe(key, method).map(|card| (method.id.clone(), card)));
        }
        out.extend(self.ledger.cards.iter().map(|(id, card)| (id.clone(), card.clone())));
        out.into_values().filter(|card| self.closed(card).is_none()).collect()
    }

    /// What has closed a card; none while it opens.
    pub fn closed(&self, card: &CardCut) -> Option<Closed> {
        if let Some(at) = self.ledger.collected.get(&card.method).filter(|at| **at >= card.cut_at) {
            return Some(Closed::Collected(*at));
        }
        if let Some(end) = card.ends_at.filter(|end| *end <= self.now) {
            return Some(Closed::Expired(end));
        }
        let doors = card.doors.iter().filter_map(|id| self.store.entrances.key(id)).map(Door::Entrance);
        let mut later: Vec<DateTime<Utc>> = Vec::new();
        for door in doors {
            // One door it still opens is enough.
            later.push(self.later_keys(card, door).into_iter().filter(|at| *at <= self.now).min()?);
        }
        later.into_iter().max().map(Closed::LaterKey)
    }

    /// From when the keys of other reservations that were cut for a door after a card count: a key that
    /// waits in a drawer for its guest closes nothing before the stay begins.
    fn later_keys(&self, card: &CardCut, door: Door) -> Vec<DateTime<Utc>> {
        let own = (&card.reservation_key, &card.guest);
        let mut keys = Vec::new();
        for row in self.stays_behind(door).into_iter().filter_map(|key| self.stays.row(key)) {
            if is_same(own, (row.stay.reservation_key(), row.stay.guest())) {
                continue;
            }
            let cards = self.methods_at(&row.grants).into_iter().filter(|m| m.mode() == Mode::Card);
            let cut = cards.filter_map(|m| self.cut_of(&m.id)).filter(|at| *at > card.cut_at);
            keys.extend(cut.map(|at| row.stay.starts_at().map_or(at, |start| start.max(at))));
        }
        let ended = self.ledger.at(door).filter(|c| !is_same(own, (&c.reservation_key, &c.guest)));
        keys.extend(ended.map(|c| c.cut_at).filter(|at| *at > card.cut_at));
        keys
    }

    /// Whether a card's access is over while the card is not; asks the timer when it will be.
    pub(super) fn is_ghost(&self, card: &CardCut, door: Door, timer: &mut Timer) -> bool {
        if self.ledger.collected.get(&card.method).is_some_and(|at| *at >= card.cut_at) {
            return false;
        }
        if card.ends_at.is_some_and(|end| timer.reached(end)) {
            return false;
        }
        if self.later_keys(card, door).into_iter().any(|at| timer.reached(at)) {
            return false;
        }
        let row = self.store.methods.key(&card.method).and_then(|key| self.store.methods.row(key));
        let method = row.and_then(|row| row.record());
        if method.is_none() && !self.is_read(Resource::Grants) {
            return false;
        }
        let mut grants = row.into_iter().flat_map(|row| row.links.grants.iter().copied());
        let covers = |grant: Key, timer: &mut Timer| {
            let record = self.store.grants.get(grant);
            record.is_some_and(|g| !g.is_being_deleted() && g.ends_at().is_none_or(|end| !timer.reached(end)))
                && self.doors_of_grant(grant).contains(&door)
        };
        let is_live = method.is_some_and(|m| !super::key::is_leaving(m));
        !(is_live && grants.any(|grant| covers(grant, timer)))
    }

    /// When a living card was cut last.
    fn cut_of(&self, id: &MethodId) -> Option<DateTime<Utc>> {
        let row = self.store.methods.row(self.store.methods.key(id)?)?;
        row.links.cut().map(|cut| cut.at).or_else(|| row.record()?.issued_at())
    }

    pub(super) fn put_down(&mut self, card: CardCut) {
        for id in &card.doors {
            let door = Door::Entrance(self.store.entrances.intern(id));
            self.ledger.doors.entry(door).or_default().insert(card.method.clone());
            self.dirty.things.insert(About::Door(door));
        }
        match self.ledger.cards.get_mut(&card.method) {
            // A card that was moved from door to door opens them all.
            Some(known) if known.cut_at == card.cut_at => {
                for door in card.doors {
                    if !known.doors.contains(&door) {
                        known.doors.push(door);
                    }
                }
                known.ends_at = card.ends_at;
            }
            Some(known) if known.cut_at > card.cut_at => {}
            _ => self.ledger.put(card),
        }
    }

    /// Marks the doors of a card that is put down.
    pub(super) fn mark_card(&mut self, method: &MethodId) {
        let doors = self.ledger.cards.get(method).into_iter().flat_map(|card| &card.doors);
        let doors = doors.filter_map(|id| self.store.entrances.key(id)).map(Door::Entrance);
        self.dirty.things.extend(doors.map(About::Door));
    }

    /// Marks the doors of the cards of a guest that are put down: they may be told of by another name.
    pub(super) fn mark_cards_of_guest(&mut self, guest: &IdentityId) {
        let cards: Vec<MethodId> = self.ledger.guests.get(guest).into_iter().flatten().cloned().collect();
        cards.iter().for_each(|method| self.mark_card(method));
    }

    /// Forgets the cards of a door that can open it no more.
    pub(super) fn clear_cards(&mut self, door: Door) {
        let over = |card: &&CardCut| {
            card.ends_at.is_some_and(|end| end <= self.now)
                || self.later_keys(card, door).into_iter().any(|at| at <= self.now)
        };
        let over: Vec<MethodId> = self.ledger.at(door).filter(over).map(|card| card.method.clone()).collect();
        for id in over {
            if let Some(cards) = self.ledger.doors.get_mut(&door) {
                cards.remove(&id);
            }
            let doors = self.ledger.cards.get(&id).into_iter().flat_map(|card| &card.doors);
            let mut doors = doors.filter_map(|door| self.store.entrances.key(door)).map(Door::Entrance);
            if !doors.any(|door| self.ledger.doors.get(&door).is_some_and(|cards| cards.contains(&id))) {
                self.ledger.take_up(&id);
            }
        }
        if self.ledger.doors.get(&door).is_some_and(BTreeSet::is_empty) {
            self.ledger.doors.remove(&door);
        }
    }
}
