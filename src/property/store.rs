//! Every record of the hotel and what points at what. Nothing here is inferred.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smallvec::SmallVec;

use super::ledger::Cut;
use super::record::{Grant, Guest, Method, Requested};
use super::table::{Key, Links, Record, Table};
use crate::seam::id::{Id, kind};
use crate::seam::model::{AcsSystem, Device, Encoder, Entrance, InstantKey, Space};

/// A few rows.
pub(super) type Keys = SmallVec<[Key; 2]>;

/// A door of a system, or a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Door {
    /// Row of an entrance.
    Entrance(Key),
    /// Row of a device.
    Device(Key),
}

/// All records.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) grants: Table<Grant, GrantLinks>,
    pub(super) methods: Table<Method, MethodLinks>,
    pub(super) guests: Table<Guest, GuestLinks>,
    pub(super) spaces: Table<Space, SpaceLinks>,
    pub(super) entrances: Table<Entrance, DoorLinks>,
    pub(super) devices: Table<Device, DoorLinks>,
    pub(super) encoders: Table<Encoder, ()>,
    pub(super) systems: Table<AcsSystem, SystemLinks>,
    pub(super) instant_keys: Table<InstantKey, ()>,
    wishes: Vec<Arc<[Requested]>>,
}

/// How many different wishes are shared; beyond that a grant keeps its own.
const WISHES: usize = 16;

impl Store {
    /// Lets a grant share what it asks for with the grants before it that ask for the same.
    pub(super) fn share(&mut self, grant: &mut Grant) {
        // A PIN that was asked for is nobody else's.
        if grant.requested.iter().any(|wish| wish.code.is_some()) {
            return;
        }
        match self.wishes.iter().find(|known| **known == grant.requested) {
            Some(known) => grant.requested = Arc::clone(known),
            None if self.wishes.len() < WISHES => self.wishes.push(Arc::clone(&grant.requested)),
            None => {}
        }
    }
}

/// Of a grant.
#[derive(Debug, Default)]
pub(super) struct GrantLinks {
    /// Its stay.
    pub(super) stay: Option<Key>,
    /// Its doors, where it names no space.
    pub(super) doors: Option<Box<DirectDoors>>,
}

/// The doors of a grant that names no space, and when they were asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DirectDoors {
    pub(super) doors: Vec<Door>,
    pub(super) as_of: i64,
}

/// Of a method: the grants that list it, and its card.
#[derive(Debug, Default)]
pub(super) struct MethodLinks {
    pub(super) grants: Keys,
    /// What was on the card when it was cut last.
    pub(super) cut: Option<Cut>,
}

/// Of a guest.
#[derive(Debug, Default)]
pub(super) struct GuestLinks {
    pub(super) grants: Keys,
    pub(super) stays: Keys,
    pub(super) instant_keys: Option<Box<Keys>>,
}

/// Of a space.
#[derive(Debug, Default)]
pub(super) struct SpaceLinks {
    pub(super) entrances: Keys,
    pub(super) devices: Keys,
    pub(super) grants: BTreeSet<Key>,
    /// The stays that have it as a room, by start in seconds.
    pub(super) stays: Places,
    pub(super) is_room: bool,
}

/// The stays of a room in order of their start. A room has few, so a plain list costs least.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<(i64, Key)>);

impl Places {
    pub(super) fn insert(&mut self, place: (i64, Key)) {
        if let Err(at) = self.0.binary_search(&place) {
            self.0.reserve_exact(1);
            self.0.insert(at, place);
        }
    }

    pub(super) fn remove(&mut self, place: (i64, Key)) {
        if let Ok(at) = self.0.binary_search(&place) {
            self.0.remove(at);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(i64, Key)> {
        self.0.iter()
    }

    /// Those at or after a place.
    pub(super) fn from(&self, place: (i64, Key)) -> impl Iterator<Item = &(i64, Key)> {
        let at = self.0.partition_point(|other| *other < place);
        self.0.iter().skip(at)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of a door or a lock.
#[derive(Debug, Default)]
pub(super) struct DoorLinks {
    pub(super) spaces: Keys,
    /// Grants that name no space and open it.
    pub(super) direct: BTreeSet<Key>,
    /// When an access to it ended last: what it did before may have been by right.
    pub(super) vacated: Option<DateTime<Utc>>,
}

/// Of a system: its doors.
#[derive(Debug, Default)]
pub(super) struct SystemLinks {
    pub(super) entrances: BTreeSet<Key>,
}

impl Links for GrantLinks {
    fn is_loose(&self) -> bool {
        self.stay.is_none() && self.doors.is_none()
    }
}

impl Links for MethodLinks {
    fn is_loose(&self) -> bool {
        self.grants.is_empty()
    }
}

impl Links for GuestLinks {
    fn is_loose(&self) -> bool {
        self.grants.is_empty() && self.stays.is_empty() && self.instant_keys.is_none()
    }
}

impl Links for SpaceLinks {
    fn is_loose(&self) -> bool {
        self.entrances.is_empty()
            && self.devices.is_empty()
            && self.grants.is_empty()
            && self.stays.is_empty()
    }
}

impl Links for DoorLinks {
    fn is_loose(&self) -> bool {
        self.spaces.is_empty() && self.direct.is_empty()
    }
}

impl Links for SystemLinks {
    fn is_loose(&self) -> bool {
        self.entrances.is_empty()
    }
}

impl Record for Grant {
    type Kind = kind::Grant;
    fn id(&self) -> &Id<kind::Grant> {
        &self.id
    }
}

impl Record for Method {
    type Kind = kind::Method;
    fn id(&self) -> &Id<kind::Method> {
        &self.id
    }
}

impl Record for Guest {
    type Kind = kind::Identity;
    fn id(&self) -> &Id<kind::Identity> {
        &self.id
    }
}

impl Record for Space {
    type Kind = kind::Space;
    fn id(&self) -> &Id<kind::Space> {
        &self.id
    }
}

impl Record for Entrance {
    type Kind = kind::Entrance;
    fn id(&self) -> &Id<kind::Entrance> {
        &self.id
    }
}

impl Record for Device {
    type Kind = kind::Device;
    fn id(&self) -> &Id<kind::Device> {
        &self.id
    }
}

impl Record for Encoder {
    type Kind = kind::Encoder;
    fn id(&self) -> &Id<kind::Encoder> {
        &self.id
    }
}

impl Record for AcsSystem {
    type Kind = kind::System;
    fn id(&self) -> &Id<kind::System> {
        &self.id
    }
}

impl Record for InstantKey {
    type Kind = kind::InstantKey;
    fn id(&self) -> &Id<kind::InstantKey> {
        &self.id
    }
}

/// Puts `key` in, once.
pub(super) fn link(keys: &mut Keys, key: Key) {
    if let Err(at) = keys.binary_search(&key) {
        keys.insert(at, key);
    }
}

/// Takes `key` out.
pub(super) fn unlink(keys: &mut Keys, key: Key) {
    if let Ok(at) = keys.binary_search(&key) {
        keys.remove(at);
    }
}
