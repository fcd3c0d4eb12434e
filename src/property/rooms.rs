//! Which spaces are rooms, which doors are guest doors, and what stands behind a door.

use smallvec::SmallVec;

use super::few::Keys;
use super::hotel::Property;
use super::store::{Door, DoorLinks, link};
use super::table::Key;
use crate::order::Arrange as _;
use crate::seam::model::{DoorKind, Notice};
use crate::text::Text;

/// A few doors.
pub(super) type Doors = SmallVec<[Door; 4]>;

/// Errors that mean that Seam does not reach a door or a lock.
const OFFLINE: [&str; 5] =
    ["device_offline", "device_disconnected", "hub_disconnected", "bridge_disconnected", "device_removed"];

/// Errors that mean that a whole system cannot be reached or changed.
pub(super) const DOWN: [&str; 7] = [
    "seam_bridge_disconnected",
    "bridge_disconnected",
    "visionline_instance_unreachable",
    "acs_system_disconnected",
    "account_disconnected",
    "provider_service_unavailable",
    "salto_ks_certification_expired",
];

/// The entry of a list that has one of the codes, the oldest where there are several.
pub(super) fn oldest<'a>(notices: &'a [Notice], codes: &[&str]) -> Option<&'a Notice> {
    notices.iter().filter(|n| codes.contains(&n.code.as_str())).min_by_key(|n| n.created_at)
}

fn has_digit(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_digit())
}

impl Property {
    /// Whether the records make a room of a space: it has a guest door; or it has a lock or a door of
    /// unknown kind and a number in its name.
    pub(super) fn makes_room(&self, space: Key) -> bool {
        let Some(row) = self.store.spaces.row(space) else { return false };
        let kinds = row.links.entrances.iter().filter_map(|e| self.store.entrances.get(*e).map(|e| e.kind));
        let (mut guest, mut unknown) = (false, !row.links.devices.is_empty());
        for kind in kinds {
            guest |= kind == DoorKind::Guest;
            unknown |= kind == DoorKind::Unknown;
        }
        guest || (unknown && row.record().is_some_and(|s| has_digit(&s.name)))
    }

    pub(super) fn is_room_key(&self, space: Key) -> bool {
        self.store.spaces.row(space).is_some_and(|row| row.links.is_room)
    }

    fn door_links(&self, door: Door) -> Option<&DoorLinks> {
        match door {
            Door::Entrance(key) => self.store.entrances.row(key).map(|row| &row.links),
            Door::Device(key) => self.store.devices.row(key).map(|row| &row.links),
        }
    }

    /// The name on a door.
    pub(super) fn door_name(&self, door: Door) -> Option<&Text> {
        match door {
            Door::Entrance(key) => self.store.entrances.get(key).map(|e| &e.display_name),
            Door::Device(key) => self.store.devices.get(key).map(|d| &d.display_name),
        }
    }

    /// Whether a door is a guest room's: by the brand's word, else by the room it is in, else by a
    /// number on the door itself.
    pub(super) fn is_guest_door(&self, door: Door) -> bool {
        let kind = match door {
            Door::Entrance(key) => self.store.entrances.get(key).map(|e| e.kind),
            Door::Device(key) => self.store.devices.get(key).map(|_| DoorKind::Unknown),
        };
        match (kind, self.door_links(door)) {
            (Some(DoorKind::Guest), _) => true,
            (Some(DoorKind::Unknown), Some(links)) if links.spaces.is_empty() => {
                self.door_name(door).is_some_and(|name| has_digit(name))
            }
            (Some(DoorKind::Unknown), Some(links)) => links.spaces.iter().any(|s| self.is_room_key(*s)),
            _ => false,
        }
    }

    /// The rooms a door leads to.
    pub(super) fn rooms_of_door(&self, door: Door) -> Keys {
        let spaces = self.door_links(door).map(|links| links.spaces.iter().copied()).into_iter().flatten();
        spaces.filter(|s| self.is_room_key(*s)).collect()
    }

    /// The doors and locks in a space.
    pub(super) fn doors_in(&self, space: Key) -> Doors {
        let Some(row) = self.store.spaces.row(space) else { return Doors::new() };
        let entrances = row.links.entrances.iter().map(|key| Door::Entrance(*key));
        entrances.chain(row.links.devices.iter().map(|key| Door::Device(*key))).collect()
    }

    /// The doors of a grant: of its spaces, or its own where it names none.
    pub(super) fn doors_of_grant(&self, grant: Key) -> Doors {
        let Some(row) = self.store.grants.row(grant) else { return Doors::new() };
        let mut doors = Doors::new();
        for space in row.record().map(|g| g.spaces.iter()).into_iter().flatten() {
            doors.extend(self.doors_in(*space));
        }
        if let Some(direct) = self.store.direct(grant)
            && row.record().is_some_and(|g| g.spaces.is_empty())
        {
            doors.extend(direct.doors.iter().copied());
        }
        doors.arrange();
        doors.dedup();
        doors
    }

    /// The rooms of a grant.
    pub(super) fn rooms_of_grant(&self, grant: Key) -> Keys {
        let Some(record) = self.store.grants.get(grant) else { return Keys::new() };
        let mut rooms = Keys::new();
        for space in record.spaces.iter().filter(|space| self.is_room_key(**space)) {
            link(&mut rooms, *space);
        }
        for door in self.direct_guest_doors(grant) {
            for space in self.rooms_of_door(door) {
                link(&mut rooms, space);
            }
        }
        rooms
    }

    /// The guest doors of a grant that names no space.
    pub(super) fn direct_guest_doors(&self, grant: Key) -> Doors {
        let Some(row) = self.store.grants.row(grant) else { return Doors::new() };
        let names_none = row.record().is_some_and(|g| g.spaces.is_empty());
        let direct =
            self.store.direct(grant).into_iter().filter(|_| names_none).flat_map(|d| d.doors.iter().copied());
        direct.filter(|door| self.is_guest_door(*door)).collect()
    }

    /// The guest doors of a stay: those of its rooms, and its own where a grant names no space.
    pub(super) fn guest_doors_of_stay(&self, grants: &[Key], rooms: &[Key]) -> Doors {
        let mut doors: Doors = rooms.iter().flat_map(|room| self.doors_in(*room)).collect();
        doors.retain(|door| self.is_guest_door(*door));
        doors.extend(grants.iter().flat_map(|grant| self.direct_guest_doors(*grant)));
        doors.arrange();
        doors.dedup();
        doors
    }

    /// The stays behind a guest door.
    pub(super) fn stays_behind(&self, door: Door) -> Keys {
        let mut stays = Keys::new();
        for room in self.rooms_of_door(door) {
            if let Some(row) = self.store.spaces.row(room) {
                row.links.stays.iter().for_each(|stay| link(&mut stays, *stay));
            }
        }
        for grant in self.door_links(door).map(|links| links.direct.iter()).into_iter().flatten() {
            let row = self.store.grants.row(*grant);
            // A grant that names a space has that space's doors, whatever it was told to have before.
            let row = row.filter(|row| row.record().is_some_and(|g| g.spaces.is_empty()));
            if let Some(stay) = row.and_then(|row| row.links.stay()) {
                link(&mut stays, stay);
            }
        }
        stays
    }

    /// The room a space is called by.
    pub(super) fn space_label(&self, space: Key) -> Text {
        let Some(row) = self.store.spaces.row(space) else { return Text::default() };
        match row.record() {
            Some(s) if !s.name.is_empty() => s.name.clone(),
            Some(s) => s.space_key.as_deref().cloned().unwrap_or_else(|| Text::new(s.id.short())),
            None => Text::new(row.id().short()),
        }
    }

    /// The system of a door.
    pub(super) fn system_of(&self, door: Door) -> Option<Key> {
        match door {
            Door::Entrance(key) => self.store.systems.key(&self.store.entrances.get(key)?.acs_system_id),
            Door::Device(_) => None,
        }
    }

    /// Whether a system is down.
    pub(super) fn is_down(&self, system: Key) -> bool {
        self.store.systems.get(system).is_some_and(|s| oldest(&s.errors, &DOWN).is_some())
    }

    /// What says that a door is offline: a notice with its time, or only a flag.
    pub(super) fn offline(&self, door: Door) -> Option<Option<&Notice>> {
        let (online, errors) = match door {
            Door::Entrance(key) => self.store.entrances.get(key).map(|e| (e.online, &e.errors))?,
            Door::Device(key) => self.store.devices.get(key).map(|d| (d.properties.online, &d.errors))?,
        };
        let notice = oldest(errors, &OFFLINE);
        (notice.is_some() || online == Some(false)).then_some(notice)
    }

    /// Whether a code among the errors of a door is told by it being offline.
    pub(super) fn means_offline(code: &str) -> bool {
        OFFLINE.contains(&code)
    }
}
