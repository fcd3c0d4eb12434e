//! How rooms, doors, locks and systems get in. They are few, and a change of one may change what many
//! stays are: so each looks closely at what really changed.

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::clock::Zone;
use super::few::Keys;
use super::hotel::Property;
use super::store::{Door, DoorLinks, link, unlink};
use super::table::{Key, Put};
use super::{Alert, Rule};
use crate::seam::id::{DeviceId, EntranceId, SpaceId, SystemId};
use crate::seam::model::{AcsSystem, Device, Entrance, Space};
use crate::text::Text;

impl Property {
    pub(super) fn door_links_mut(&mut self, door: Door) -> Option<&mut DoorLinks> {
        match door {
            Door::Entrance(key) => self.store.entrances.links(key),
            Door::Device(key) => self.store.devices.links(key),
        }
    }

    pub(super) fn put_system(&mut self, system: AcsSystem, as_of: DateTime<Utc>) {
        let zone = system.location.time_zone.clone();
        let kind = system.external_type.clone();
        let id = system.id.clone();
        let was_down = self.store.systems.key(&id).is_some_and(|key| self.is_down(key));
        match self.store.systems.put(system, as_of) {
            Put::Nothing => {}
            Put::New(key) => {
                self.vote(None, zone);
                self.system_changed(key, true, was_down);
            }
            Put::Replaced(key, old) => {
                self.vote(old.location.time_zone, zone);
                self.system_changed(key, old.external_type != kind, was_down);
            }
        }
    }

    pub(super) fn system_gone(&mut self, id: &SystemId, at: DateTime<Utc>) {
        let was_down = self.store.systems.key(id).is_some_and(|key| self.is_down(key));
        if let Some((key, old)) = self.store.systems.remove(id, at) {
            self.vote(old.location.time_zone, None);
            self.system_changed(key, true, was_down);
        }
    }

    fn system_changed(&mut self, key: Key, is_other_kind: bool, was_down: bool) {
        self.dirty.things.insert(About::System(key));
        self.mark_seats();
        let Some(row) = self.store.systems.row(key) else { return };
        let doors: Vec<Door> = row.links.entrances.iter().map(|e| Door::Entrance(*e)).collect();
        if is_other_kind {
            // How long a change may take depends on the kind of system.
            let stays: Vec<Key> = doors.iter().flat_map(|door| self.stays_behind(*door)).collect();
            self.dirty.stays.extend(stays);
        }
        if was_down != self.is_down(key) {
            // Only the cause of alerts that are there already changes.
            self.mark_alerting(|hotel, door| hotel.system_of(door) == Some(key));
            self.mark_encoders_of(key);
        }
    }

    /// Marks the locks that say what a system says of its seats.
    fn mark_seats(&mut self) {
        let says = |alerts: &Vec<Alert>| alerts.iter().any(|a| a.id.rule == Rule::SeatsFull);
        let said = self.alerts.iter().filter(|(about, all)| matches!(about, About::Door(_)) && says(all));
        let marked: Vec<About> = said.map(|(about, _)| *about).collect();
        self.dirty.things.extend(marked);
    }

    /// Marks everything that has alerts and hangs on a door that `hit` picks. Costs what is wrong, not
    /// what is there.
    fn mark_alerting(&mut self, hit: impl Fn(&Self, Door) -> bool) {
        let mut marked = Vec::new();
        for about in self.alerts.keys() {
            let is_hit = match about {
                About::Stay(key) => self.stays.row(*key).is_some_and(|row| {
                    self.guest_doors_of_stay(&row.grants, &row.rooms).iter().any(|door| hit(self, *door))
                }),
                About::Door(door) => hit(self, *door),
                _ => false,
            };
            if is_hit {
                marked.push(*about);
            }
        }
        for about in marked {
            match about {
                About::Stay(key) => self.dirty.stays.insert(key),
                about => self.dirty.things.insert(about),
            };
        }
    }

    /// Counts a time zone that a record names in place of another; the one named most is the property's.
    fn vote(&mut self, old: Option<Text>, new: Option<Text>) {
        if old == new {
            return;
        }
        if let Some(old) = old
            && let Some(n) = self.zones.get_mut(&old)
        {
            *n = n.saturating_sub(1);
        }
        self.zones.retain(|_, n| *n > 0);
        if let Some(new) = new {
            *self.zones.entry(new).or_default() += 1;
        }
        let known = self.zones.iter().filter_map(|(name, n)| Some((*n, Zone::named(name)?)));
        // The first by name among equals, so that the order of the records does not matter.
        let most = known.rev().max_by_key(|(n, _)| *n).map(|(_, zone)| zone);
        let zone = self.settings.zone.or(most).unwrap_or_default();
        if zone != self.zone {
            self.zone = zone;
            if !self.is_date_known {
                self.business_date = self.settings.first_date(self.born, zone);
            }
            self.tallies.header = true;
            self.review_all();
        }
    }

    pub(super) fn put_space(&mut self, space: Space, as_of: DateTime<Utc>) {
        let zone = space.customer_data().time_zone.clone();
        let name = (space.name.clone(), space.space_key.clone());
        let (data, parent) = (space.customer_data().clone(), space.parent_space_id.clone());
        let (key, old) = match self.store.spaces.put(space, as_of) {
            Put::Nothing => return,
            Put::New(key) => (key, None),
            Put::Replaced(key, old) => (key, Some(old)),
        };
        let renamed = old.as_ref().is_none_or(|old| {
            (&old.name, &old.space_key) != (&name.0, &name.1)
                || (old.customer_data(), &old.parent_space_id) != (&data, &parent)
        });
        self.vote(old.and_then(|old| old.customer_data().time_zone.clone()), zone);
        self.space_changed(key, renamed);
    }

    pub(super) fn space_gone(&mut self, id: &SpaceId, at: DateTime<Utc>) {
        if let Some((key, old)) = self.store.spaces.remove(id, at) {
            self.vote(old.customer_data().time_zone.clone(), None);
            self.space_changed(key, true);
        }
    }

    fn space_changed(&mut self, key: Key, renamed: bool) {
        self.settle_room(key);
        if !renamed {
            return;
        }
        self.mark_roomless(key);
        let Some(row) = self.store.spaces.row(key) else { return };
        self.dirty.stays.extend(row.links.stays.iter().copied());
        for grant in row.links.grants.iter() {
            if let Some(grant) = self.store.grants.get(*grant) {
                self.tallies.grants.update(grant.id.clone());
            }
        }
        let doors = self.doors_in(key);
        self.dirty.things.extend(doors.into_iter().map(About::Door));
    }

    /// Marks the stays that reach a space but no room: what their doors are depends on all of them.
    fn mark_roomless(&mut self, space: Key) {
        let Some(row) = self.store.spaces.row(space) else { return };
        let stays = row.links.grants.iter().filter_map(|key| self.store.grants.row(*key)?.links.stay());
        let roomless = stays.filter(|key| self.stays.row(*key).is_some_and(|row| row.rooms.is_empty()));
        self.dirty.stays.extend(roomless.collect::<Vec<_>>());
    }

    /// Settles whether a space is a room; where that turns, everybody with access to it is grouped anew.
    fn settle_room(&mut self, key: Key) {
        let is_room = self.makes_room(key);
        let Some(links) = self.store.spaces.links(key) else { return };
        if std::mem::replace(&mut links.is_room, is_room) == is_room {
            return;
        }
        let mut grants: Vec<Key> = links.grants.iter().copied().collect();
        let doors = self.doors_in(key);
        for door in &doors {
            grants.extend(self.door_links_mut(*door).into_iter().flat_map(|links| links.direct.iter()));
        }
        self.dirty.things.extend(doors.into_iter().map(About::Door));
        self.mark_guests_of(&grants);
    }

    fn mark_guests_of(&mut self, grants: &[Key]) {
        for grant in grants.iter().filter_map(|key| self.store.grants.get(*key)) {
            self.dirty.guests.extend(self.store.guests.key(grant.guest()));
        }
        let stays = grants.iter().filter_map(|key| self.store.grants.row(*key)?.links.stay());
        self.dirty.stays.extend(stays.collect::<Vec<_>>());
    }

    pub(super) fn put_entrance(&mut self, entrance: Entrance, as_of: DateTime<Utc>) {
        let id = entrance.id.clone();
        let was_offline =
            self.store.entrances.key(&id).is_some_and(|k| self.offline(Door::Entrance(k)).is_some());
        match self.store.entrances.put(entrance, as_of) {
            Put::Nothing => {}
            Put::New(key) => self.entrance_changed(key, None, was_offline),
            Put::Replaced(key, old) => self.entrance_changed(key, Some(&old), was_offline),
        }
    }

    pub(super) fn entrance_gone(&mut self, id: &EntranceId, at: DateTime<Utc>) {
        if let Some((key, old)) = self.store.entrances.remove(id, at) {
            self.entrance_changed(key, Some(&old), false);
        }
    }

    fn entrance_changed(&mut self, key: Key, old: Option<&Entrance>, was_offline: bool) {
        let new = self.store.entrances.get(key);
        let facets = |e: Option<&Entrance>| {
            e.map(|e| {
                let names = (e.acs_system_id.clone(), e.display_name.clone(), e.space_ids.clone());
                (e.kind, e.can_belong_to_reservation, names)
            })
        };
        let moved = facets(old) != facets(new);
        let spaces = new.map(|e| e.space_ids.clone()).unwrap_or_default();
        let system = new.map(|e| e.acs_system_id.clone());
        if old.map(|e| &e.acs_system_id) != system.as_ref() {
            for (id, is_new) in [(old.map(|e| e.acs_system_id.clone()), false), (system, true)] {
                let Some(system) = id.map(|id| self.store.systems.intern(&id)) else { continue };
                match (self.store.systems.links(system), is_new) {
                    (Some(links), true) => links.entrances.insert(key),
                    (Some(links), false) => links.entrances.remove(&key),
                    (None, _) => false,
                };
            }
        }
        self.door_changed(Door::Entrance(key), &spaces, moved, was_offline);
    }

    pub(super) fn put_device(&mut self, device: Device, as_of: DateTime<Utc>) {
        let id = device.id.clone();
        let was_offline =
            self.store.devices.key(&id).is_some_and(|k| self.offline(Door::Device(k)).is_some());
        match self.store.devices.put(device, as_of) {
            Put::Nothing => {}
            Put::New(key) => self.device_changed(key, None, was_offline),
            Put::Replaced(key, old) => self.device_changed(key, Some(&old), was_offline),
        }
    }

    pub(super) fn device_gone(&mut self, id: &DeviceId, at: DateTime<Utc>) {
        if let Some((key, old)) = self.store.devices.remove(id, at) {
            self.device_changed(key, Some(&old), false);
        }
    }

    fn device_changed(&mut self, key: Key, old: Option<&Device>, was_offline: bool) {
        let new = self.store.devices.get(key);
        let facets = |d: Option<&Device>| d.map(|d| (d.display_name.clone(), d.space_ids.clone()));
        let moved = facets(old) != facets(new);
        let spaces = new.map(|d| d.space_ids.clone()).unwrap_or_default();
        self.door_changed(Door::Device(key), &spaces, moved, was_offline);
    }

    fn door_changed(&mut self, door: Door, spaces: &[SpaceId], moved: bool, was_offline: bool) {
        self.dirty.things.insert(About::Door(door));
        if moved {
            self.door_moved(door, spaces);
        } else if was_offline != self.offline(door).is_some() {
            self.mark_alerting(|_, other| other == door);
        }
    }

    fn door_moved(&mut self, door: Door, spaces: &[SpaceId]) {
        let before = self.stays_behind(door);
        let new: Keys = {
            let mut keys = Keys::new();
            spaces.iter().for_each(|id| link(&mut keys, self.store.spaces.intern(id)));
            keys
        };
        let Some(links) = self.door_links_mut(door) else { return };
        let direct: Vec<Key> = links.direct.iter().copied().collect();
        let old = std::mem::replace(&mut links.spaces, new.clone());
        for (space, is_in) in old.iter().map(|s| (*s, false)).chain(new.iter().map(|s| (*s, true))) {
            let Some(links) = self.store.spaces.links(space) else { continue };
            let list = match door {
                Door::Entrance(_) => &mut links.entrances,
                Door::Device(_) => &mut links.devices,
            };
            let (Door::Entrance(key) | Door::Device(key)) = door;
            if is_in { link(list, key) } else { unlink(list, key) }
        }
        for space in old.into_iter().chain(new) {
            self.settle_room(space);
            self.mark_roomless(space);
        }
        let after = self.stays_behind(door);
        self.dirty.stays.extend(before.into_iter().chain(after));
        self.mark_guests_of(&direct);
    }
}
