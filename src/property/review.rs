//! Looking at one stay or one thing again, and telling what is different.

use super::agenda::{About, Timer};
use super::few::Keys;
use super::hotel::Property;
use super::moment::Moment;
use super::mutation::{MutationId, MutationRow};
use super::shade::Shade;
use super::store::{Door, link};
use super::table::Key;
use super::{Alert, Resource, Severity, Stay, StayClass, StayId};
use crate::order::Arrange as _;

/// The place of a stay in a room's list.
fn place(starts: Moment, stay: Key) -> (i64, Key) {
    (starts.get().map_or(i64::MIN, |t| t.timestamp()), stay)
}

/// A stay as it was before it is put together again.
struct Before {
    stay: Stay,
    rooms: Keys,
    is_known: bool,
    shade: Shade,
}

fn ends_earlier(stay: &Stay, was: &Stay) -> bool {
    stay.ends_at().is_some_and(|end| was.ends_at().is_none_or(|old| end < old))
}

impl Property {
    /// Puts a stay together again: what it is, its class, its keys, its mutations and its alerts.
    pub(super) fn review_stay(&mut self, key: Key) {
        let Some(grants) = self.stays.row(key).map(|row| row.grants.clone()) else { return };
        self.learn_cards(&grants);
        let Some(row) = self.stays.row(key) else { return };
        self.work += 1;
        let mut timer = Timer::new(self.now);
        let rooms = self.rooms_of(&row.grants);
        let stay = self.put_together(row, &rooms, &mut timer);
        let mutations = self.mutation_rows(&stay, &row.grants);
        let (guest, forgiven) = (row.stay.guest_key(), row.forgiven_until());
        let was = Before {
            stay: row.stay.clone(),
            rooms: row.rooms.clone(),
            is_known: row.stay.is_known,
            shade: row.shade,
        };
        let shade = self.shade_of(&stay, &grants, &rooms);
        self.settle_rooms(key, &was, &stay, &rooms);
        self.mark_others(key, &was, &stay, &rooms, shade);
        if let Some(row) = self.stays.row_mut(key) {
            row.shade = shade;
        }
        let alerts = self.stay_alerts(key, &stay, &grants, &rooms, forgiven, &mut timer);
        self.agenda.set(About::Stay(key), timer.next());
        self.mark_doors(&was, &stay, &grants, &rooms);

        let ids: Vec<MutationId> = mutations.iter().map(|m| m.id.clone()).collect();
        let old_mutations = self.stays.row_mut(key).map(|row| row.put_mutations(ids)).unwrap_or_default();
        self.set_mutations(&stay.id, old_mutations, mutations);
        self.set_alerts(About::Stay(key), alerts);
        let is_other = was.stay != stay;
        match was.is_known {
            false => self.tallies.stays.add(stay.id.clone()),
            true if is_other => self.tallies.stays.update(stay.id.clone()),
            true => {}
        }
        if was.is_known {
            self.count_class(was.stay.class, false);
            self.tell_grants(&was.stay, &stay);
        }
        if (!was.is_known || is_other) && self.store.guests.get(guest).is_some_and(|g| g.has_notices()) {
            self.dirty.things.insert(About::Guest(guest));
        }
        self.count_class(stay.class, true);
        if let Some(row) = self.stays.row_mut(key) {
            row.stay = stay;
            row.rooms = rooms;
            row.rooms.shrink_to_fit();
        }
    }

    /// Tells of the grants of a stay that comes to belong to tonight, or no longer does: so do they.
    fn tell_grants(&mut self, was: &Stay, is: &Stay) {
        if was.class.is_tonight() != is.class.is_tonight() {
            is.grants.iter().for_each(|grant| self.tallies.grants.update(grant.clone()));
        }
    }

    /// Puts a stay where it belongs in the rooms' lists.
    fn settle_rooms(&mut self, key: Key, was: &Before, stay: &Stay, rooms: &Keys) {
        let has_moved = was.rooms != *rooms;
        if has_moved || (&was.stay.rooms, was.stay.starts) != (&stay.rooms, stay.starts) {
            self.leave_rooms(key, &was.rooms);
            self.enter_rooms(key, rooms, stay.starts);
        }
        if !was.is_known || has_moved || was.stay.starts != stay.starts {
            // Whether somebody is still in a room depends on who comes next.
            self.mark_ended(key, &was.rooms);
            self.mark_ended(key, rooms);
        }
    }

    /// Marks the other stays whose alerts depend on this one.
    fn mark_others(&mut self, key: Key, was: &Before, stay: &Stay, rooms: &Keys, shade: Shade) {
        let old = &was.stay;
        let is_other = shade.is_other_to_rooms(&was.shade)
            || was.rooms != *rooms
            || (&old.guest(), &old.name) != (&stay.guest(), &stay.name)
            || (old.starts, old.ends) != (stay.starts, stay.ends);
        if was.is_known && is_other {
            self.mark_neighbours(key, &was.rooms, old);
        }
        if !was.is_known || is_other {
            self.mark_neighbours(key, rooms, stay);
        }
        if !was.is_known || shade.is_other_to_party(&was.shade) {
            self.mark_party(stay.reservation_key().as_ref(), key);
        }
    }

    /// Marks the doors whose alerts depend on this stay, and notes those that it has left.
    fn mark_doors(&mut self, was: &Before, stay: &Stay, grants: &[Key], rooms: &Keys) {
        let mut touched = self.guest_doors_of_stay(grants, rooms);
        if was.rooms != *rooms {
            let left = self.guest_doors_of_stay(&[], &was.rooms);
            self.vacate(&left);
            touched.extend(left);
        }
        if was.is_known && (stay.starts_at() > was.stay.starts_at() || ends_earlier(stay, &was.stay)) {
            self.vacate(&touched);
        }
        for door in touched {
            let about = About::Door(door);
            let is_watched = self.agenda.has(about) || self.ledger.has(door);
            if is_watched || self.alerts.contains_key(&about) || self.needs_stays(door) {
                self.dirty.things.insert(about);
            }
        }
    }

    fn rooms_of(&self, grants: &[Key]) -> Keys {
        let mut rooms = Keys::new();
        for grant in grants {
            self.rooms_of_grant(*grant).iter().for_each(|room| link(&mut rooms, *room));
        }
        rooms
    }

    fn enter_rooms(&mut self, stay: Key, rooms: &[Key], starts: Moment) {
        let own = place(starts, stay);
        for room in rooms {
            let Some(links) = self.store.spaces.links(*room) else { continue };
            if links.stays.contains(&stay) {
                continue;
            }
            let comes_later = |other: &Key| {
                let starts = self.stays.row(*other).map_or(Moment::NONE, |row| row.stay.starts);
                place(starts, *other) > own
            };
            let at = links.stays.iter().position(comes_later).unwrap_or(links.stays.len());
            links.stays.insert(at, stay);
            links.stays.shrink_to_fit();
        }
    }

    pub(super) fn leave_rooms(&mut self, stay: Key, rooms: &[Key]) {
        for room in rooms {
            if let Some(links) = self.store.spaces.links(*room)
                && let Some(at) = links.stays.iter().position(|other| *other == stay)
            {
                links.stays.remove(at);
            }
        }
        self.mark_ended(stay, rooms);
    }

    /// Marks the other stays of the rooms that are past their end.
    fn mark_ended(&mut self, but: Key, rooms: &[Key]) {
        let mut ended = Keys::new();
        for room in rooms.iter().filter_map(|room| self.store.spaces.row(*room)) {
            for stay in room.links.stays.iter().filter(|stay| **stay != but) {
                let end = self.stays.row(*stay).and_then(|row| row.stay.ends_at());
                if end.is_some_and(|end| end <= self.now) {
                    link(&mut ended, *stay);
                }
            }
        }
        self.dirty.stays.extend(ended);
    }

    /// Looks at the alerts of a thing again.
    pub(super) fn review_thing(&mut self, about: About) {
        self.work += 1;
        // What can open the door no more is not waited for.
        if let About::Door(door) = about
            && self.ledger.has(door)
        {
            self.clear_cards(door);
        }
        let mut timer = Timer::new(self.now);
        let alerts = self.thing_alerts(about, &mut timer);
        self.agenda.set(about, timer.next());
        self.set_alerts(about, alerts);
    }

    /// Notes that an access to doors has just ended.
    pub(super) fn vacate(&mut self, doors: &[Door]) {
        // While the grants are still coming in, nothing has ended yet.
        if !self.is_read(Resource::Grants) {
            return;
        }
        let now = self.now;
        for door in doors {
            if let Some(links) = self.door_links_mut(*door) {
                links.vacated = Moment::from(now);
            }
        }
    }

    /// Puts the alerts of a subject in place of those it had.
    pub(super) fn set_alerts(&mut self, about: About, mut new: Vec<Alert>) {
        let old = self.alerts.remove(&about).unwrap_or_default();
        if old.is_empty() && new.is_empty() {
            return;
        }
        new.arrange_by(|a, b| (&a.id, a.severity, a.since).cmp(&(&b.id, b.severity, b.since)));
        new.dedup_by(|later, first| later.id == first.id);
        for gone in &old {
            self.standing.remove(gone);
            self.count_alert(gone.severity, false);
            if !new.iter().any(|a| a.id == gone.id) {
                self.tallies.alerts.remove(gone.id.clone());
                self.attention.gone(gone);
            }
        }
        for alert in &new {
            self.standing.add(alert);
            self.count_alert(alert.severity, true);
            self.attention.weigh(alert, self.now);
            match old.iter().find(|a| a.id == alert.id) {
                None => self.tallies.alerts.add(alert.id.clone()),
                Some(same) if same != alert => self.tallies.alerts.update(alert.id.clone()),
                Some(_) => {}
            }
        }
        if !new.is_empty() {
            new.shrink_to_fit();
            self.alerts.insert(about, new);
        }
    }

    /// Puts the mutations of a stay in place of those it had.
    pub(super) fn set_mutations(&mut self, stay: &StayId, old: Vec<MutationId>, new: Vec<MutationRow>) {
        for id in old {
            if new.iter().any(|row| row.id == id) {
                continue;
            }
            // A method shared by two stays shows under one of them; only that one takes its row away.
            if self.mutations.get(&id).is_some_and(|row| row.stay.as_ref() == Some(stay)) {
                self.mutations.remove(&id);
                self.tallies.mutations.remove(id);
            }
        }
        for row in new {
            let id = row.id.clone();
            match self.mutations.get(&id) {
                Some(same) if *same == row => continue,
                Some(_) => self.tallies.mutations.update(id.clone()),
                None => self.tallies.mutations.add(id.clone()),
            }
            self.mutations.insert(id, row);
        }
    }

    pub(super) fn count_class(&mut self, class: StayClass, is_new: bool) {
        let counts = &mut self.counts;
        let by_one = |n: &mut usize| *n = if is_new { *n + 1 } else { n.saturating_sub(1) };
        match class {
            StayClass::DueIn => by_one(&mut counts.due_in),
            StayClass::NoShow => {
                by_one(&mut counts.due_in);
                by_one(&mut counts.no_show);
            }
            StayClass::InHouse => by_one(&mut counts.in_house),
            StayClass::Stayover => {
                by_one(&mut counts.in_house);
                by_one(&mut counts.stayover);
            }
            StayClass::DueOut => by_one(&mut counts.due_out),
            StayClass::Overstay => by_one(&mut counts.overstay),
            StayClass::Departed => by_one(&mut counts.departed),
            StayClass::Upcoming => by_one(&mut counts.upcoming),
        }
    }

    fn count_alert(&mut self, severity: Severity, is_new: bool) {
        let [p1, p2, p3] = &mut self.raised;
        let n = match severity {
            Severity::P1 => p1,
            Severity::P2 => p2,
            Severity::P3 => p3,
        };
        *n = if is_new { *n + 1 } else { n.saturating_sub(1) };
    }

    /// The stay as a row has it.
    pub(super) fn stay_at(&self, key: Key) -> Option<&Stay> {
        self.stays.row(key).map(|row| &row.stay)
    }
}
