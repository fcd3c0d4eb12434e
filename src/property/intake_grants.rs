//! How grants and their methods get in: they hold the hotel together, so most of what must be looked at
//! again is found by following what points at them.

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::hotel::Property;
use super::record::{Grant, Method};
use super::store::{DirectDoors, Door, link, unlink};
use super::table::{Key, Put};
use crate::seam::id::{DeviceId, EntranceId, GrantId};
use crate::seam::model::{AccessGrant, AccessMethod};

/// Whether a grant no longer has a method or a space it had.
fn has_lost(old: &Grant, new: &Grant) -> bool {
    old.methods.iter().any(|id| !new.methods.contains(id)) || old.spaces != new.spaces
}

impl Property {
    pub(super) fn put_grant(&mut self, grant: AccessGrant, as_of: DateTime<Utc>) {
        let id = grant.id.clone();
        let mut grant = self.store.grant(grant);
        if let Some(stay) = self.stays.key(&grant.stay_id()).and_then(|key| self.stay_at(key)) {
            grant.share_stay(&stay.id);
        }
        match self.store.grants.put(grant, as_of) {
            Put::Nothing => {}
            Put::New(key) => {
                self.link_grant(key);
                self.tallies.grants.add(id);
            }
            Put::Replaced(key, old) => {
                if self.store.grants.get(key).is_some_and(|new| has_lost(&old, new)) {
                    self.part_with(key, &old);
                }
                self.unlink_grant(key, &old);
                self.link_grant(key);
                self.tallies.grants.update(id);
            }
        }
    }

    fn link_grant(&mut self, key: Key) {
        let Some(grant) = self.store.grants.get(key) else { return };
        let (spaces, methods) = (grant.spaces.clone(), grant.methods.clone());
        let guest = self.store.guests.intern(grant.guest());
        if let Some(links) = self.store.guests.links(guest) {
            link(&mut links.grants, key);
        }
        for space in spaces {
            if let Some(links) = self.store.spaces.links(space) {
                links.grants.insert(key);
            }
        }
        for method in &methods {
            if let Some(links) = self.store.methods.links(*method) {
                link(&mut links.grants, key);
            }
        }
        self.mark_grants_of(guest);
        self.mark_cards_of(&methods);
        self.dirty.guests.insert(guest);
        self.dirty.stays.extend(self.store.grants.row(key).and_then(|row| row.links.stay()));
        let direct = self.store.direct(key);
        self.dirty.things.extend(direct.into_iter().flat_map(|d| d.doors.iter().copied()).map(About::Door));
        // A method shared with other grants may open longer or shorter now.
        self.mark_sharers(key);
    }

    fn unlink_grant(&mut self, key: Key, old: &Grant) {
        self.mark_sharers_of(old);
        // Since when a card is out may be known by the grant that had it.
        self.mark_cards_of(&old.methods);
        if let Some(guest) = self.store.guests.key(old.guest()) {
            if let Some(links) = self.store.guests.links(guest) {
                unlink(&mut links.grants, key);
            }
            self.mark_grants_of(guest);
            self.dirty.guests.insert(guest);
        }
        for space in &old.spaces {
            if let Some(links) = self.store.spaces.links(*space) {
                links.grants.remove(&key);
            }
        }
        for method in &old.methods {
            if let Some(links) = self.store.methods.links(*method) {
                unlink(&mut links.grants, key);
            }
        }
    }

    /// Marks a guest whose having access or not may be worth telling.
    fn mark_grants_of(&mut self, guest: Key) {
        let about = About::Guest(guest);
        if self.agenda.has(about) || self.alerts.contains_key(&about) || self.is_new_guest(guest) {
            self.dirty.things.insert(about);
        }
    }

    fn mark_cards_of(&mut self, methods: &[Key]) {
        for method in methods {
            if let Some(id) = self.store.methods.row(*method).map(|row| row.id().clone()) {
                self.mark_card(&id);
            }
        }
    }

    fn mark_sharers(&mut self, key: Key) {
        let Some(grant) = self.store.grants.get(key) else { return };
        let stays = self.sharers(grant);
        self.dirty.stays.extend(stays);
    }

    fn mark_sharers_of(&mut self, grant: &Grant) {
        let stays = self.sharers(grant);
        self.dirty.stays.extend(stays);
    }

    fn sharers(&self, grant: &Grant) -> Vec<Key> {
        let methods = grant.methods.iter().filter_map(|method| self.store.methods.row(*method));
        let grants = methods.flat_map(|row| row.links.grants.iter());
        grants.filter_map(|grant| self.store.grants.row(*grant)?.links.stay()).collect()
    }

    pub(super) fn grant_gone(&mut self, key: Key, old: &Grant, at: DateTime<Utc>) {
        self.tallies.grants.remove(old.id.clone());
        self.part_with(key, old);
        self.unlink_grant(key, old);
        self.set_direct_doors(key, None);
        // Deleting a grant deletes its methods, unless another grant lists them.
        for method in &old.methods {
            let lonely = self.store.methods.row(*method).filter(|row| row.links.grants.is_empty());
            if let Some(id) = lonely.map(|row| row.id().clone()) {
                self.store.methods.remove(&id, at);
            }
        }
    }

    pub(super) fn put_method(&mut self, method: AccessMethod, as_of: DateTime<Utc>) {
        match self.store.methods.put(Method::from(method), as_of) {
            Put::Nothing => {}
            Put::New(key) | Put::Replaced(key, _) => self.method_changed(key),
        }
    }

    pub(super) fn method_changed(&mut self, key: Key) {
        let Some(row) = self.store.methods.row(key) else { return };
        let id = row.id().clone();
        self.mark_card(&id);
        let Some(row) = self.store.methods.row(key) else { return };
        for grant in row.links.grants.iter().filter_map(|g| self.store.grants.row(*g)) {
            self.dirty.stays.extend(grant.links.stay());
            if let Some(grant) = grant.record() {
                self.tallies.grants.update(grant.id.clone());
            }
        }
    }

    pub(super) fn put_direct_doors(
        &mut self,
        id: &GrantId,
        doors: &[EntranceId],
        locks: &[DeviceId],
        as_of: DateTime<Utc>,
    ) {
        let key = self.store.grants.intern(id);
        let as_of = as_of.timestamp_millis();
        let old = self.store.direct(key);
        if old.is_some_and(|old| old.as_of > as_of) {
            return;
        }
        let mut all: Vec<Door> =
            doors.iter().map(|id| Door::Entrance(self.store.entrances.intern(id))).collect();
        all.extend(locks.iter().map(|id| Door::Device(self.store.devices.intern(id))));
        all.sort_unstable();
        all.dedup();
        let same = self.store.direct(key);
        let same = same.is_some_and(|old| old.doors == all);
        self.set_direct_doors(key, Some(DirectDoors { doors: all, as_of }));
        if !same && let Some(grant) = self.store.grants.get(key) {
            self.tallies.grants.update(grant.id.clone());
            self.dirty.guests.extend(self.store.guests.key(grant.guest()));
            self.dirty.stays.extend(self.store.grants.row(key).and_then(|row| row.links.stay()));
        }
    }

    /// Lets the doors that are told now take the place of those that are known, however they are dated.
    pub(super) fn outdate_doors(&mut self, id: &GrantId) {
        if let Some(doors) = self.store.grants.key(id).and_then(|key| self.store.direct_mut(key)) {
            doors.as_of = i64::MIN;
        }
    }

    pub(super) fn set_direct_doors(&mut self, key: Key, doors: Option<DirectDoors>) {
        let new: Vec<Door> = doors.iter().flat_map(|d| d.doors.iter().copied()).collect();
        let old = self.store.put_direct(key, doors);
        for door in old.iter().flat_map(|d| d.doors.iter()) {
            if let Some(links) = self.door_links_mut(*door) {
                links.direct.remove(&key);
            }
            self.dirty.things.insert(About::Door(*door));
        }
        for door in &new {
            if let Some(links) = self.door_links_mut(*door) {
                links.direct.insert(key);
            }
            self.dirty.things.insert(About::Door(*door));
        }
    }
}
