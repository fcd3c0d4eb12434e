//! How news gets in: each record to its place, and a note of what must be looked at again.

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::hotel::Property;
use super::log::Topic;
use super::record::{Grant, Guest, Method};
use super::store::{DirectDoors, Door, link, unlink};
use super::table::{Key, Put};
use super::{Delta, Gone, Records, Resource};
use crate::seam::id::{DeviceId, EntranceId, GrantId};
use crate::seam::model::{AccessGrant, AccessMethod, Event, InstantKey, UserIdentity, Workspace};

/// Whether a grant no longer has a method or a space it had.
fn has_lost(old: &Grant, new: &Grant) -> bool {
    old.methods.iter().any(|id| !new.methods.contains(id)) || old.spaces != new.spaces
}

impl Property {
    /// Takes in one piece of news.
    pub(super) fn take(&mut self, delta: Delta) {
        match delta {
            // Pages of a sweep carry no mark of their own: whatever is read while it runs is seen.
            Delta::Read { records, as_of, sweep: _ } => self.take_records(records, as_of),
            Delta::Gone(gone) => self.take_out(&gone, self.now),
            Delta::GrantDoors { grant, entrances, devices, as_of } => {
                self.put_direct_doors(&grant, &entrances, &devices, as_of);
            }
            Delta::SweepBegan { what, sweep, at } => self.sweep_began(what, sweep, at),
            Delta::SweepProgress { what, done, of } => self.source_progress(what, done, of),
            Delta::SweepEnded { what, sweep, as_of } => self.sweep_ended(what, sweep, as_of),
            Delta::Checked { what, as_of } => self.source_good(what, as_of),
            Delta::Failed { what, why, at, retry_at } => self.source_failed(what, why, at, retry_at),
            Delta::Bad { what, id, why, at } => self.bad_record(what, id, why, at),
            Delta::Attended(notes) => notes.into_iter().for_each(|note| self.take_note(note)),
        }
    }

    fn take_records(&mut self, records: Records, as_of: DateTime<Utc>) {
        match records {
            Records::Workspace(w) => self.put_workspace(w, as_of),
            Records::Systems(all) => all.into_iter().for_each(|r| self.put_system(r, as_of)),
            Records::Spaces(all) => all.into_iter().for_each(|r| self.put_space(r, as_of)),
            Records::Entrances(all) => all.into_iter().for_each(|r| self.put_entrance(r, as_of)),
            Records::Devices(all) => all.into_iter().for_each(|r| self.put_device(r, as_of)),
            Records::Encoders(all) => all.into_iter().for_each(|r| self.put_encoder(r, as_of)),
            Records::Identities(all) => all.into_iter().for_each(|r| self.put_guest(r, as_of)),
            Records::Grants(all) => all.into_iter().for_each(|r| self.put_grant(r, as_of)),
            Records::Methods(all) => all.into_iter().for_each(|r| self.put_method(r, as_of)),
            Records::InstantKeys(all) => all.into_iter().for_each(|r| self.put_instant_key(r, as_of)),
            Records::Events(all) => self.put_events(all, as_of),
        }
    }

    fn take_out(&mut self, gone: &Gone, at: DateTime<Utc>) {
        match gone {
            Gone::Grant(id) => {
                if let Some((key, old)) = self.store.grants.remove(id, at) {
                    self.grant_gone(key, &old, at);
                }
            }
            Gone::Method(id) => {
                if let Some((key, old)) = self.store.methods.remove(id, at) {
                    self.part_with_card(key, &old);
                    self.method_changed(key);
                }
            }
            Gone::Identity(id) => {
                if let Some((key, _)) = self.store.guests.remove(id, at) {
                    self.guest_changed(key);
                }
            }
            Gone::InstantKey(id) => {
                if let Some((key, old)) = self.store.instant_keys.remove(id, at) {
                    self.instant_key_gone(key, &old);
                }
            }
            Gone::Encoder(id) => {
                if let Some((key, _)) = self.store.encoders.remove(id, at) {
                    self.dirty.things.insert(About::Encoder(key));
                }
            }
            Gone::Space(id) => self.space_gone(id, at),
            Gone::Entrance(id) => self.entrance_gone(id, at),
            Gone::Device(id) => self.device_gone(id, at),
            Gone::System(id) => self.system_gone(id, at),
        }
    }

    /// Takes out what a full reading that began at `began` has not seen.
    pub(super) fn sweep_out(&mut self, what: Resource, began: DateTime<Utc>) {
        let store = &mut self.store;
        let gone: Vec<Gone> = match what {
            Resource::Systems => store.systems.unseen().into_iter().map(Gone::System).collect(),
            Resource::Spaces => store.spaces.unseen().into_iter().map(Gone::Space).collect(),
            Resource::Entrances => store.entrances.unseen().into_iter().map(Gone::Entrance).collect(),
            Resource::Devices => store.devices.unseen().into_iter().map(Gone::Device).collect(),
            Resource::Encoders => store.encoders.unseen().into_iter().map(Gone::Encoder).collect(),
            Resource::Identities => store.guests.unseen().into_iter().map(Gone::Identity).collect(),
            Resource::Grants => {
                let grants = store.grants.unseen().into_iter().map(Gone::Grant);
                grants.chain(store.methods.unseen().into_iter().map(Gone::Method)).collect()
            }
            Resource::InstantKeys => store.instant_keys.unseen().into_iter().map(Gone::InstantKey).collect(),
            Resource::Workspace | Resource::Events => Vec::new(),
        };
        for gone in &gone {
            self.take_out(gone, began);
        }
        // Rows of the same reading that fell loose before it began: no older answer is on its way.
        match what {
            Resource::Grants => {
                self.store.grants.prune(began);
                self.store.methods.prune(began);
            }
            Resource::Identities => self.store.guests.prune(began),
            Resource::InstantKeys => self.store.instant_keys.prune(began),
            // Doors, rooms and systems are few and come back; their rows may stay.
            _ => {}
        }
    }

    fn put_workspace(&mut self, workspace: Workspace, as_of: DateTime<Utc>) {
        if self.workspace.as_ref() != Some(&workspace) {
            self.workspace = Some(workspace);
            self.tallies.header = true;
        }
        self.source_good(Resource::Workspace, as_of);
    }

    fn put_encoder(&mut self, encoder: crate::seam::model::Encoder, as_of: DateTime<Utc>) {
        if let Put::New(key) | Put::Replaced(key, _) = self.store.encoders.put(encoder, as_of) {
            self.dirty.things.insert(About::Encoder(key));
        }
    }

    fn put_guest(&mut self, identity: UserIdentity, as_of: DateTime<Utc>) {
        match self.store.guests.put(Guest::from(identity), as_of) {
            Put::Nothing => {}
            Put::New(key) | Put::Replaced(key, _) => self.guest_changed(key),
        }
    }

    fn guest_changed(&mut self, key: Key) {
        self.dirty.things.insert(About::Guest(key));
        let Some(row) = self.store.guests.row(key) else { return };
        self.dirty.stays.extend(row.links.stays.iter().copied());
        for grant in &row.links.grants {
            if let Some(grant) = self.store.grants.get(*grant) {
                self.tallies.grants.update(grant.id.clone());
            }
        }
    }

    fn put_grant(&mut self, grant: AccessGrant, as_of: DateTime<Utc>) {
        let id = grant.id.clone();
        let mut grant = Grant::from(grant);
        self.store.share(&mut grant);
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
        let guest = self.store.guests.intern(&grant.guest);
        if let Some(links) = self.store.guests.links(guest) {
            link(&mut links.grants, key);
        }
        for id in &grant.spaces {
            let space = self.store.spaces.intern(id);
            if let Some(links) = self.store.spaces.links(space) {
                links.grants.insert(key);
            }
        }
        for id in &grant.methods {
            let method = self.store.methods.intern(id);
            if let Some(links) = self.store.methods.links(method) {
                link(&mut links.grants, key);
            }
        }
        self.mark_grants_of(guest);
        self.mark_cards_of(key);
        self.dirty.guests.insert(guest);
        self.dirty.stays.extend(self.store.grants.row(key).and_then(|row| row.links.stay));
        let direct = self.store.grants.row(key).and_then(|row| row.links.doors.as_deref());
        self.dirty.things.extend(direct.into_iter().flat_map(|d| d.doors.iter().copied()).map(About::Door));
        // A method shared with other grants may open longer or shorter now.
        self.mark_sharers(key);
    }

    fn unlink_grant(&mut self, key: Key, old: &Grant) {
        self.mark_sharers_of(old);
        if let Some(guest) = self.store.guests.key(&old.guest) {
            if let Some(links) = self.store.guests.links(guest) {
                unlink(&mut links.grants, key);
            }
            self.mark_grants_of(guest);
            self.dirty.guests.insert(guest);
        }
        for id in &old.spaces {
            let space = self.store.spaces.key(id);
            if let Some(links) = space.and_then(|space| self.store.spaces.links(space)) {
                links.grants.remove(&key);
            }
        }
        for id in &old.methods {
            let method = self.store.methods.key(id);
            if let Some(links) = method.and_then(|method| self.store.methods.links(method)) {
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

    fn mark_cards_of(&mut self, grant: Key) {
        let methods = self.store.grants.get(grant).map(|g| g.methods.clone()).unwrap_or_default();
        methods.iter().for_each(|id| self.mark_card(id));
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
        let methods =
            grant.methods.iter().filter_map(|id| self.store.methods.row(self.store.methods.key(id)?));
        let grants = methods.flat_map(|row| row.links.grants.iter());
        grants.filter_map(|grant| self.store.grants.row(*grant)?.links.stay).collect()
    }

    fn grant_gone(&mut self, key: Key, old: &Grant, at: DateTime<Utc>) {
        self.tallies.grants.remove(old.id.clone());
        self.part_with(key, old);
        self.unlink_grant(key, old);
        self.set_direct_doors(key, None);
        // Deleting a grant deletes its methods, unless another grant lists them.
        for id in &old.methods {
            let lonely = self.store.methods.key(id).and_then(|m| self.store.methods.row(m));
            if lonely.is_some_and(|row| row.links.grants.is_empty()) {
                self.store.methods.remove(id, at);
            }
        }
    }

    fn put_method(&mut self, method: AccessMethod, as_of: DateTime<Utc>) {
        match self.store.methods.put(Method::from(method), as_of) {
            Put::Nothing => {}
            Put::New(key) | Put::Replaced(key, _) => self.method_changed(key),
        }
    }

    fn method_changed(&mut self, key: Key) {
        let Some(row) = self.store.methods.row(key) else { return };
        let id = row.id().clone();
        self.mark_card(&id);
        let Some(row) = self.store.methods.row(key) else { return };
        for grant in row.links.grants.iter().filter_map(|g| self.store.grants.row(*g)) {
            self.dirty.stays.extend(grant.links.stay);
            if let Some(grant) = grant.record() {
                self.tallies.grants.update(grant.id.clone());
            }
        }
    }

    fn put_direct_doors(
        &mut self,
        id: &GrantId,
        doors: &[EntranceId],
        locks: &[DeviceId],
        as_of: DateTime<Utc>,
    ) {
        let key = self.store.grants.intern(id);
        let as_of = as_of.timestamp_millis();
        let old = self.store.grants.row(key).and_then(|row| row.links.doors.as_deref());
        if old.is_some_and(|old| old.as_of > as_of) {
            return;
        }
        let mut all: Vec<Door> =
            doors.iter().map(|id| Door::Entrance(self.store.entrances.intern(id))).collect();
        all.extend(locks.iter().map(|id| Door::Device(self.store.devices.intern(id))));
        all.sort_unstable();
        all.dedup();
        let same = self.store.grants.row(key).and_then(|row| row.links.doors.as_deref());
        let same = same.is_some_and(|old| old.doors == all);
        self.set_direct_doors(key, Some(Box::new(DirectDoors { doors: all, as_of })));
        if !same && let Some(grant) = self.store.grants.get(key) {
            self.tallies.grants.update(grant.id.clone());
            self.dirty.guests.extend(self.store.guests.key(&grant.guest));
            self.dirty.stays.extend(self.store.grants.row(key).and_then(|row| row.links.stay));
        }
    }

    fn set_direct_doors(&mut self, key: Key, doors: Option<Box<DirectDoors>>) {
        let new: Vec<Door> = doors.iter().flat_map(|d| d.doors.iter().copied()).collect();
        let Some(links) = self.store.grants.links(key) else { return };
        let old = std::mem::replace(&mut links.doors, doors);
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

    fn put_instant_key(&mut self, record: InstantKey, as_of: DateTime<Utc>) {
        let whose = record.user_identity_id.clone();
        let key = match self.store.instant_keys.put(record, as_of) {
            Put::Nothing => return,
            Put::New(key) => key,
            Put::Replaced(key, old) => {
                self.instant_key_gone(key, &old);
                key
            }
        };
        let guest = self.store.guests.intern(&whose);
        if let Some(links) = self.store.guests.links(guest) {
            link(links.instant_keys.get_or_insert_default(), key);
            self.dirty.stays.extend(links.stays.iter().copied());
        }
    }

    fn instant_key_gone(&mut self, key: Key, old: &InstantKey) {
        let Some(guest) = self.store.guests.key(&old.user_identity_id) else { return };
        let Some(links) = self.store.guests.links(guest) else { return };
        if let Some(keys) = &mut links.instant_keys {
            unlink(keys, key);
        }
        links.instant_keys.take_if(|keys| keys.is_empty());
        self.dirty.stays.extend(links.stays.iter().copied());
    }

    fn put_events(&mut self, events: Vec<Event>, as_of: DateTime<Utc>) {
        let mut topics: Vec<Topic> = events.into_iter().flat_map(|event| self.log.add(event)).collect();
        topics.extend(self.log.trim(self.settings.events_kept));
        topics.sort();
        topics.dedup();
        for topic in &topics {
            self.topic_changed(topic);
        }
        self.source_good(Resource::Events, as_of);
    }

    fn topic_changed(&mut self, topic: &Topic) {
        match topic {
            Topic::Grant(id) => {
                let row = self.store.grants.key(id).and_then(|key| self.store.grants.row(key));
                self.dirty.stays.extend(row.and_then(|row| row.links.stay));
            }
            Topic::Method(id) => {
                let row = self.store.methods.key(id).and_then(|key| self.store.methods.row(key));
                for grant in row.map(|row| row.links.grants.clone()).unwrap_or_default() {
                    self.dirty.stays.extend(self.store.grants.row(grant).and_then(|row| row.links.stay));
                }
            }
            Topic::Door(id) => {
                if let Some(key) = self.store.entrances.key(id) {
                    self.door_used(Door::Entrance(key));
                }
            }
            Topic::Lock(id) => {
                if let Some(key) = self.store.devices.key(id) {
                    self.door_used(Door::Device(key));
                }
            }
            Topic::Encoder(id) => {
                self.dirty.things.extend(self.store.encoders.key(id).map(About::Encoder));
            }
            Topic::System(id) => {
                self.dirty.things.extend(self.store.systems.key(id).map(About::System));
            }
            Topic::Accounts => drop(self.dirty.things.insert(About::Screen(Resource::Systems))),
        }
    }

    fn door_used(&mut self, door: Door) {
        self.dirty.things.insert(About::Door(door));
        if self.is_guest_door(door) {
            let stays = self.stays_behind(door);
            self.dirty.stays.extend(stays);
        }
    }
}
