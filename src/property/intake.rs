//! How news gets in: each record to its place, and a note of what must be looked at again.

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::guest::Guest;
use super::hotel::Property;
use super::log::Topic;
use super::store::{Door, link, unlink};
use super::table::{Key, Put};
use super::{Delta, Gone, Records, Resource};
use crate::order::Arrange as _;
use crate::seam::model::{Event, InstantKey, UserIdentity, Workspace};

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
            Delta::Cards(news) => news.into_iter().for_each(|news| self.take_card_news(news)),
            Delta::SweepBegan { what, sweep, at } => self.sweep_began(what, sweep, at),
            Delta::SweepProgress { what, done, of } => self.source_progress(what, done, of),
            Delta::SweepEnded { what, sweep, as_of } => self.sweep_ended(what, sweep, as_of),
            Delta::Checked { what, as_of } => self.source_good(what, as_of),
            Delta::Failed { what, why, at, retry_at } => self.source_failed(what, why, at, retry_at),
            Delta::Bad { what, id, why, at } => self.bad_record(what, id, why, at),
            Delta::Attended(notes) => notes.into_iter().for_each(|note| self.take_note(note)),
            Delta::Followed(news) => self.take_followed(*news),
        }
    }

    pub(super) fn take_records(&mut self, records: Records, as_of: DateTime<Utc>) {
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

    pub(super) fn take_out(&mut self, gone: &Gone, at: DateTime<Utc>) {
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
        self.put_followed_workspace(workspace);
        self.source_good(Resource::Workspace, as_of);
    }

    pub(super) fn put_followed_workspace(&mut self, workspace: Workspace) {
        if self.workspace.as_ref() != Some(&workspace) {
            self.workspace = Some(workspace);
            self.tallies.header = true;
        }
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
        let id = row.id().clone();
        self.dirty.stays.extend(row.links.stays.iter().copied());
        for grant in &row.links.grants {
            if let Some(grant) = self.store.grants.get(*grant) {
                self.tallies.grants.update(grant.id.clone());
            }
        }
        self.mark_cards_of_guest(&id);
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
        self.log_events(events);
        self.source_good(Resource::Events, as_of);
    }

    pub(super) fn log_events(&mut self, events: Vec<Event>) {
        let mut topics: Vec<Topic> = events.into_iter().flat_map(|event| self.log.add(event)).collect();
        topics.extend(self.log.trim(self.settings.events_kept));
        topics.arrange();
        topics.dedup();
        for topic in &topics {
            self.topic_changed(topic);
        }
    }

    fn topic_changed(&mut self, topic: &Topic) {
        match topic {
            Topic::Grant(id) => {
                let row = self.store.grants.key(id).and_then(|key| self.store.grants.row(key));
                self.dirty.stays.extend(row.and_then(|row| row.links.stay()));
            }
            Topic::Method(id) => {
                // It may tell since when a card is out.
                self.mark_card(id);
                let row = self.store.methods.key(id).and_then(|key| self.store.methods.row(key));
                for grant in row.map(|row| row.links.grants.clone()).unwrap_or_default() {
                    self.dirty.stays.extend(self.store.grants.row(grant).and_then(|row| row.links.stay()));
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
