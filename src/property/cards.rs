//! What the records tell of cards: what is on one that lives, and when its access ends before it does.
//! The ledger next door keeps what is out; this is how a card gets there without anybody telling it.

use chrono::{DateTime, Utc};

use super::few::Keys;
use super::hotel::Property;
use super::ledger::{CardCut, Cut};
use super::record::{Grant, Method};
use super::store::Door;
use super::table::Key;
use crate::seam::model::{Mode, MutationCode};

impl Property {
    /// The doors of a grant on which a reservation overrides the one before.
    fn override_doors(&self, grant: Key) -> impl Iterator<Item = Key> {
        self.doors_of_grant(grant).into_iter().filter_map(|door| match door {
            Door::Entrance(key) => {
                let record = self.store.entrances.get(key)?;
                (record.can_belong_to_reservation && self.is_guest_door(door)).then_some(key)
            }
            Door::Device(_) => None,
        })
    }

    /// A living card in words; none where it was never cut or opens no such door.
    pub(super) fn describe(&self, key: Key, method: &Method) -> Option<CardCut> {
        let links = &self.store.methods.row(key)?.links;
        self.describe_with(&links.grants, method, links.cut()?)
    }

    fn card(&self, method: &Method, grant: &Grant, cut: Cut, doors: &[Key]) -> CardCut {
        let row = self.store.grants.key(&grant.id).and_then(|key| self.store.grants.row(key));
        let stay = row.and_then(|row| self.stay_at(row.links.stay()?));
        let names = doors.iter().filter_map(|key| self.store.entrances.row(*key)).map(|row| row.id().clone());
        CardCut {
            method: method.id.clone(),
            guest: grant.guest().clone(),
            name: stay.map(|stay| stay.name.clone()).unwrap_or_default(),
            room: stay.map(|stay| stay.room.clone()).unwrap_or_default(),
            doors: names.collect(),
            reservation_key: grant.reservation_key().clone(),
            cut_at: cut.at,
            ends_at: cut.ends_at,
        }
    }

    /// Learns from the cards of a stay: what is on those that are as they should be, and which opens
    /// longer than it should.
    pub(super) fn learn_cards(&mut self, grants: &[Key]) {
        let mut learnt: Vec<(Key, Cut)> = Vec::new();
        let mut over: Vec<CardCut> = Vec::new();
        for method in self.methods_at(grants).into_iter().filter(|m| m.mode() == Mode::Card) {
            let Some(row) = self.store.methods.key(&method.id).and_then(|key| self.store.methods.row(key))
            else {
                continue;
            };
            let key = self.store.methods.key(&method.id).unwrap_or(Key::MAX);
            let all = || row.links.grants.iter().filter_map(|g| self.store.grants.get(*g));
            let live = || all().filter(|g| !g.is_being_deleted());
            let times = |m: &crate::seam::model::Mutation| m.code == MutationCode::UpdatingTimes;
            let changes = method.pending().iter().any(times) || all().any(|g| g.pending().iter().any(times));
            let is_leaving = super::key::is_leaving(method);
            // Open-ended is later than any end.
            let end = live().map(|g| g.ends_at().map_or((true, None), |end| (false, Some(end)))).max();
            let is_as_it_should = method.is_issued && !changes && !is_leaving;
            let cut = match (is_as_it_should, self.cut_at(method), end) {
                (true, Some(at), Some((_, ends_at))) => Some(Cut { at, ends_at }),
                _ => row.links.cut().or_else(|| self.ledger.cut(&method.id)),
            };
            let Some(cut) = cut else { continue };
            if row.links.cut() != Some(cut) {
                learnt.push((key, cut));
            }
            let outlasts = is_leaving || end.is_none_or(|(_, end)| cut.outlasts(end));
            if outlasts && cut.ends_at.is_none_or(|end| end > self.now) {
                over.extend(self.describe_with(&row.links.grants, method, cut));
            }
        }
        for (key, cut) in learnt {
            if let Some(links) = self.store.methods.links(key) {
                links.set_cut(cut);
            }
        }
        over.into_iter().for_each(|card| self.put_down_if_new(card));
    }

    fn describe_with(&self, grants: &[Key], method: &Method, cut: Cut) -> Option<CardCut> {
        let mut doors = Keys::new();
        for grant in grants {
            self.override_doors(*grant).for_each(|door| super::store::link(&mut doors, door));
        }
        let first = grants.iter().filter_map(|g| self.store.grants.get(*g)).min_by_key(|g| &g.id)?;
        (!doors.is_empty()).then(|| self.card(method, first, cut, &doors))
    }

    fn put_down_if_new(&mut self, card: CardCut) {
        let is_known = self.ledger.cards.get(&card.method).is_some_and(|known| {
            known.cut_at == card.cut_at
                && known.ends_at == card.ends_at
                && card.doors.iter().all(|door| known.doors.contains(door))
        });
        if !is_known {
            self.put_down(card);
        }
    }

    /// When a card was cut last: by its own word, or by the events where it was cut again since.
    fn cut_at(&self, method: &Method) -> Option<DateTime<Utc>> {
        let told = self.last_issue_of_method(&method.id).map(|(at, _)| at);
        method.issued_at().max(told)
    }

    /// Puts down the cards of a grant whose doors or whose very existence are about to end.
    pub(super) fn part_with(&mut self, grant: Key, old: &Grant) {
        let doors: Keys = self.old_doors(grant, old);
        let mut cards = Vec::new();
        for method in &old.methods {
            let Some(row) = self.store.methods.row(*method) else { continue };
            let (Some(method), Some(cut)) = (row.record(), row.links.cut()) else { continue };
            if method.mode() == Mode::Card
                && cut.ends_at.is_none_or(|end| end > self.now)
                && !doors.is_empty()
            {
                cards.push(self.card(method, old, cut, &doors));
            }
        }
        cards.into_iter().for_each(|card| self.put_down_if_new(card));
    }

    /// The doors on which a reservation overrides that a grant had as it was.
    fn old_doors(&self, grant: Key, old: &Grant) -> Keys {
        let mut doors = Keys::new();
        let in_spaces = old.spaces.iter().flat_map(|space| self.doors_in(*space));
        let direct = self.store.direct(grant);
        let direct = direct.filter(|_| old.spaces.is_empty()).into_iter().flat_map(|d| d.doors.clone());
        for door in in_spaces.chain(direct) {
            if let Door::Entrance(key) = door
                && self.store.entrances.get(key).is_some_and(|e| e.can_belong_to_reservation)
                && self.is_guest_door(door)
            {
                super::store::link(&mut doors, key);
            }
        }
        doors
    }

    /// Puts down a card whose method is gone while its grants are not: a lost one that was retired.
    pub(super) fn part_with_card(&mut self, key: Key, old: &Method) {
        let Some(row) = self.store.methods.row(key).filter(|_| old.mode() == Mode::Card) else { return };
        let Some(cut) = row.links.cut().filter(|cut| cut.ends_at.is_none_or(|end| end > self.now)) else {
            return;
        };
        if let Some(card) = self.describe_with(&row.links.grants, old, cut) {
            self.put_down_if_new(card);
        }
    }
}
