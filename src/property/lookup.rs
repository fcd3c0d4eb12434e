//! Asking the hotel.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::counts::Counts;
use super::few::Keys;
use super::hotel::Property;
use super::log::Topic;
use super::store::Door;
use super::table::Key;
use super::{
    Alert, AlertId, BusinessDate, Grant, Guest, Method, MutationId, MutationRow, Resource, Settings, Source,
    Stay, StayId, Subject, Zone,
};
use crate::order::Arrange as _;
use crate::property::agenda::About;
use crate::seam::id::{DeviceId, EncoderId, EntranceId, GrantId, IdentityId, MethodId, SpaceId, SystemId};
use crate::seam::model::{AcsSystem, Device, Encoder, Entrance, Event, InstantKey, Space};
use crate::text::Text;

/// Either kind of thing that has doors and methods: a stay has those of all its grants.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A stay.
    Stay(&'a StayId),
    /// One grant.
    Grant(&'a GrantId),
}

impl<'a> From<&'a StayId> for Holder<'a> {
    fn from(id: &'a StayId) -> Self {
        Self::Stay(id)
    }
}

impl<'a> From<&'a GrantId> for Holder<'a> {
    fn from(id: &'a GrantId) -> Self {
        Self::Grant(id)
    }
}

/// Doors and locks. A lock that Seam also shows as a door may be in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doors {
    /// Doors of access systems, sorted by id.
    pub entrances: Vec<EntranceId>,
    /// Locks, sorted by id.
    pub devices: Vec<DeviceId>,
}

impl Property {
    /// The latest instant the hotel has been told.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The thresholds in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The zone of the property: from the settings, else the one most of its systems and rooms name, else
    /// UTC.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The date the books are on.
    pub fn business_date(&self) -> BusinessDate {
        self.business_date
    }

    /// The property's name: the workspace's; empty until it was read.
    pub fn name(&self) -> &Text {
        self.workspace.as_ref().map_or(&self.nameless, |w| &w.name)
    }

    /// Whether the workspace is a sandbox.
    pub fn is_sandbox(&self) -> bool {
        self.workspace.as_ref().is_some_and(|w| w.is_sandbox)
    }

    /// The stage and the age of a resource.
    pub fn source(&self, what: Resource) -> &Source {
        &self.screen.pane(what).source
    }

    /// What the header counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// A grant.
    pub fn grant(&self, id: &GrantId) -> Option<&Grant> {
        self.store.grants.find(id)
    }

    /// A method.
    pub fn method(&self, id: &MethodId) -> Option<&Method> {
        self.store.methods.find(id)
    }

    /// A guest.
    pub fn identity(&self, id: &IdentityId) -> Option<&Guest> {
        self.store.guests.find(id)
    }

    /// A room or area.
    pub fn space(&self, id: &SpaceId) -> Option<&Space> {
        self.store.spaces.find(id)
    }

    /// Whether a space is a guest room: it has a guest door; or it has a lock, or a door of unknown
    /// kind, and a number in its name.
    pub fn is_room(&self, id: &SpaceId) -> bool {
        self.store.spaces.key(id).is_some_and(|key| self.is_room_key(key))
    }

    /// A door.
    pub fn entrance(&self, id: &EntranceId) -> Option<&Entrance> {
        self.store.entrances.find(id)
    }

    /// A lock.
    pub fn device(&self, id: &DeviceId) -> Option<&Device> {
        self.store.devices.find(id)
    }

    /// An encoder.
    pub fn encoder(&self, id: &EncoderId) -> Option<&Encoder> {
        self.store.encoders.find(id)
    }

    /// A system.
    pub fn system(&self, id: &SystemId) -> Option<&AcsSystem> {
        self.store.systems.find(id)
    }

    /// The Instant Keys of a guest, in no particular order.
    pub fn instant_keys(&self, id: &IdentityId) -> Vec<&InstantKey> {
        let guest = self.store.guests.key(id).and_then(|key| self.store.guests.row(key));
        let keys = guest.and_then(|row| row.links.instant_keys.as_deref());
        keys.into_iter().flatten().filter_map(|key| self.store.instant_keys.get(*key)).collect()
    }

    /// A stay.
    pub fn stay(&self, id: &StayId) -> Option<&Stay> {
        self.stay_at(self.stays.key(id)?)
    }

    /// An alert.
    pub fn alert(&self, id: &AlertId) -> Option<&Alert> {
        self.alerts.get(&self.about(&id.subject)?)?.iter().find(|a| a.id == *id)
    }

    /// The alerts of one subject.
    pub fn alerts_of(&self, subject: &Subject) -> &[Alert] {
        self.about(subject).and_then(|about| self.alerts.get(&about)).map_or(&[], |alerts| alerts)
    }

    fn about(&self, subject: &Subject) -> Option<About> {
        Some(match subject {
            Subject::Stay(id) => About::Stay(self.stays.key(id)?),
            Subject::Door(id) => About::Door(Door::Entrance(self.store.entrances.key(id)?)),
            Subject::Lock(id) => About::Door(Door::Device(self.store.devices.key(id)?)),
            Subject::System(id) => About::System(self.store.systems.key(id)?),
            Subject::Encoder(id) => About::Encoder(self.store.encoders.key(id)?),
            Subject::Guest(id) => About::Guest(self.store.guests.key(id)?),
            Subject::Screen(what) => About::Screen(*what),
        })
    }

    /// A pending mutation.
    pub fn mutation(&self, id: &MutationId) -> Option<&MutationRow> {
        self.mutations.get(id)
    }

    /// The events that name the stay's grants, its methods, or since its start its guest doors, newest
    /// first, each once.
    pub fn events_of(&self, id: &StayId) -> Vec<&Event> {
        let Some(row) = self.stays.key(id).and_then(|key| self.stays.row(key)) else { return Vec::new() };
        let grants = row.stay.grants.iter().cloned().map(Topic::Grant);
        let methods = self.methods_at(&row.grants).into_iter().map(|m| Topic::Method(m.id.clone()));
        let doors = self.guest_doors_of_stay(&row.grants, &row.rooms);
        let doors: Vec<Topic> = doors.iter().filter_map(|door| self.topic_of(*door)).collect();
        let since = row.stay.starts_at();
        let at_doors = doors.iter().flat_map(|topic| self.log.of(topic));
        let at_doors = at_doors.filter(|(at, _)| since.is_none_or(|since| *at >= since));
        let mut events: Vec<_> = grants
            .chain(methods)
            .flat_map(|topic| self.log.of(&topic).collect::<Vec<_>>())
            .chain(at_doors)
            .collect();
        events.arrange_by(|a, b| (b.0, &b.1.id).cmp(&(a.0, &a.1.id)));
        events.dedup_by(|a, b| a.1.id == b.1.id);
        events.into_iter().map(|(_, event)| event).collect()
    }

    /// All stays, of every class, in no particular order.
    pub fn stays(&self) -> impl Iterator<Item = &Stay> {
        self.stays.iter().map(|(_, row)| &row.stay)
    }

    /// All grants, in no particular order.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.store.grants.iter().map(|(_, grant)| grant)
    }

    /// All pending mutations, in no particular order.
    pub fn mutations(&self) -> impl Iterator<Item = &MutationRow> {
        self.mutations.values()
    }

    /// All alerts, in no particular order.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.values().flatten()
    }

    /// All spaces, in no particular order.
    pub fn spaces(&self) -> impl Iterator<Item = &Space> {
        self.store.spaces.iter().map(|(_, space)| space)
    }

    /// All encoders, in no particular order.
    pub fn encoders(&self) -> impl Iterator<Item = &Encoder> {
        self.store.encoders.iter().map(|(_, encoder)| encoder)
    }

    /// The encoder of this name or id, whatever the case of its letters; of several the first by id.
    pub fn encoder_called(&self, name: &str) -> Option<&Encoder> {
        let is_named = |e: &&Encoder| {
            e.id.to_string() == name || e.display_name.as_str().eq_ignore_ascii_case(name.trim())
        };
        self.encoders().filter(is_named).min_by(|a, b| a.id.cmp(&b.id))
    }

    /// All access systems, in no particular order.
    pub fn systems(&self) -> impl Iterator<Item = &AcsSystem> {
        self.store.systems.iter().map(|(_, system)| system)
    }

    /// All guests, in no particular order.
    pub fn identities(&self) -> impl Iterator<Item = &Guest> {
        self.store.guests.iter().map(|(_, guest)| guest)
    }

    /// The stay a grant belongs to.
    pub fn stay_of_grant(&self, id: &GrantId) -> Option<&StayId> {
        let row = self.store.grants.row(self.store.grants.key(id)?)?;
        Some(&self.stay_at(row.links.stay()?)?.id)
    }

    /// The stays of a room, by start.
    pub fn stays_in_room(&self, id: &SpaceId) -> Vec<&Stay> {
        let row = self.store.spaces.key(id).and_then(|key| self.store.spaces.row(key));
        let keys = row.into_iter().flat_map(|row| row.links.stays.iter());
        keys.filter_map(|key| self.stay_at(*key)).collect()
    }

    /// The stays of the same reservation, the stay itself left out: its joiners.
    pub fn party(&self, id: &StayId) -> Vec<&Stay> {
        let name = self.stay(id).and_then(|stay| stay.reservation_key().as_ref());
        let keys = name.map_or_else(Keys::new, |name| self.stays.party(name));
        keys.iter().filter_map(|key| self.stay_at(*key)).filter(|stay| stay.id != *id).collect()
    }

    /// Whether a stay starts at or after a place in a room's list.
    fn starts_after(&self, stay: Key, place: (i64, Key)) -> bool {
        let start = self.stay_at(stay).and_then(Stay::starts_at).map_or(i64::MIN, |at| at.timestamp());
        (start, stay) >= place
    }

    fn grants_of(&self, holder: Holder<'_>) -> Keys {
        match holder {
            Holder::Grant(id) => self.store.grants.key(id).into_iter().collect(),
            Holder::Stay(id) => {
                let row = self.stays.key(id).and_then(|key| self.stays.row(key));
                row.map(|row| row.grants.clone()).unwrap_or_default()
            }
        }
    }

    pub(super) fn name_doors(&self, doors: impl IntoIterator<Item = Door>) -> Doors {
        let mut named = Doors::default();
        for door in doors {
            match door {
                Door::Entrance(key) => {
                    named.entrances.extend(self.store.entrances.row(key).map(|r| r.id().clone()))
                }
                Door::Device(key) => {
                    named.devices.extend(self.store.devices.row(key).map(|r| r.id().clone()))
                }
            }
        }
        named.entrances.arrange();
        named.entrances.dedup();
        named.devices.arrange();
        named.devices.dedup();
        named
    }

    /// All doors and locks a stay or a grant opens.
    pub fn doors_of<'a>(&self, holder: impl Into<Holder<'a>>) -> Doors {
        let grants = self.grants_of(holder.into());
        self.name_doors(grants.iter().flat_map(|grant| self.doors_of_grant(*grant)))
    }

    /// Those of them that are guest room doors.
    pub fn guest_doors<'a>(&self, holder: impl Into<Holder<'a>>) -> Doors {
        let grants = self.grants_of(holder.into());
        let doors = grants.iter().flat_map(|grant| self.doors_of_grant(*grant));
        self.name_doors(doors.filter(|door| self.is_guest_door(*door)))
    }

    /// The methods of a stay or a grant, each once, in the order of the grants.
    pub fn methods_of<'a>(&self, holder: impl Into<Holder<'a>>) -> Vec<&Method> {
        self.methods_at(&self.grants_of(holder.into()))
    }

    /// The grants that share a method, by id.
    pub fn grants_of_method(&self, id: &MethodId) -> Vec<&Grant> {
        let row = self.store.methods.key(id).and_then(|key| self.store.methods.row(key));
        let keys = row.into_iter().flat_map(|row| row.links.grants.iter());
        let mut grants: Vec<&Grant> = keys.filter_map(|key| self.store.grants.get(*key)).collect();
        grants.arrange_by_key(|grant| &grant.id);
        grants
    }

    /// The encoders that can cut a stay's cards, by name: those of the systems of its guest doors, or of
    /// all its doors where no guest door has a system.
    pub fn encoders_for(&self, id: &StayId) -> Vec<&Encoder> {
        let Some(row) = self.stays.key(id).and_then(|key| self.stays.row(key)) else { return Vec::new() };
        let guest_doors = self.guest_doors_of_stay(&row.grants, &row.rooms);
        let mut systems: BTreeSet<Key> =
            guest_doors.iter().filter_map(|door| self.system_of(*door)).collect();
        if systems.is_empty() {
            let doors = row.grants.iter().flat_map(|grant| self.doors_of_grant(*grant));
            systems = doors.filter_map(|door| self.system_of(door)).collect();
        }
        let ids: Vec<&SystemId> =
            systems.iter().filter_map(|k| Some(self.store.systems.row(*k)?.id())).collect();
        let mut encoders: Vec<&Encoder> =
            self.encoders().filter(|e| ids.contains(&&e.acs_system_id)).collect();
        encoders.arrange_by(|a, b| (&a.display_name, &a.id).cmp(&(&b.display_name, &b.id)));
        encoders
    }

    /// The next stay of another reservation in one of the stay's rooms that starts after it started.
    pub fn next_arrival(&self, id: &StayId) -> Option<&Stay> {
        let row = self.stays.row(self.stays.key(id)?)?;
        let this = &row.stay;
        let from = (this.starts_at()?.timestamp(), Key::MAX);
        let is_other = |stay: &&Stay| {
            this.reservation_key().is_none() || stay.reservation_key() != this.reservation_key()
        };
        let rooms = row.rooms.iter().filter_map(|room| self.store.spaces.row(*room));
        let next = rooms.filter_map(|room| {
            let keys = room.links.stays.iter().filter(|key| self.starts_after(**key, from));
            let later = keys.filter_map(|key| self.stay_at(*key));
            later.filter(is_other).find(|stay| stay.id != this.id)
        });
        next.min_by_key(|stay| (stay.starts_at(), stay.id.clone()))
    }
}
