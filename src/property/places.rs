//! What there is to give access to: doors and locks, by place.

use super::hotel::Property;
use super::lookup::Doors;
use super::store::Door;
use crate::order::Arrange as _;
use crate::seam::id::SpaceId;
use crate::seam::model::{Device, Entrance};

impl Property {
    /// All doors of access systems, in no particular order.
    pub fn entrances(&self) -> impl Iterator<Item = &Entrance> {
        self.store.entrances.iter().map(|(_, entrance)| entrance)
    }

    /// All locks, in no particular order.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.store.devices.iter().map(|(_, device)| device)
    }

    /// The doors and locks in a space: what a grant of that space opens.
    pub fn doors_in_space(&self, id: &SpaceId) -> Doors {
        let Some(space) = self.store.spaces.key(id) else { return Doors::default() };
        self.name_doors(self.doors_in(space))
    }

    /// Those of these doors and locks that are guest room doors.
    pub fn guest_doors_among(&self, doors: &Doors) -> Doors {
        let entrances = doors.entrances.iter().filter_map(|id| self.store.entrances.key(id));
        let devices = doors.devices.iter().filter_map(|id| self.store.devices.key(id));
        let all = entrances.map(Door::Entrance).chain(devices.map(Door::Device));
        self.name_doors(all.filter(|door| self.is_guest_door(*door)))
    }

    /// The stays that open one of these doors or locks, by start.
    pub fn stays_at(&self, doors: &Doors) -> Vec<&super::Stay> {
        let mut found: Vec<&super::Stay> = Vec::new();
        let rooms = doors.entrances.iter().filter_map(|id| self.entrance(id)).flat_map(|e| &e.space_ids);
        let places = doors.devices.iter().filter_map(|id| self.device(id)).flat_map(|d| &d.space_ids);
        for room in rooms.chain(places) {
            for stay in self.stays_in_room(room) {
                if !found.iter().any(|known| known.id == stay.id) {
                    found.push(stay);
                }
            }
        }
        found.arrange_by(|a, b| (a.starts_at(), &a.id).cmp(&(b.starts_at(), &b.id)));
        found
    }
}
