//! Every record of the hotel and what points at what. Nothing here is inferred.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::crowd::Throng;
use super::few::Keys;
use super::guest::Guest;
use super::ledger::Cut;
use super::moment::Moment;
use super::record::{Grant, Method, Requested};
use super::table::{Key, Links, Record, Table};
use crate::seam::id::{Id, kind};
use crate::seam::model::{AccessGrant, AcsSystem, Device, Encoder, Entrance, InstantKey, Space};

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
    /// The doors of the grants that name no space.
    direct: HashMap<Key, DirectDoors>,
    wishes: Vec<Arc<Box<[Requested]>>>,
}

/// How many different wishes are shared; beyond that a grant keeps its own.
const WISHES: usize = 16;

impl Store {
    /// A grant as it is kept: what it names is known by its number from now on.
    pub(super) fn grant(&mut self, record: AccessGrant) -> Grant {
        let spaces = record.space_ids.iter().map(|id| self.spaces.intern(id)).collect();
        let methods = record.access_method_ids.iter().map(|id| self.methods.intern(id)).collect();
        let mut grant = Grant::new(record, spaces, methods);
        self.share(&mut grant);
        grant
    }

    /// The doors of a grant that names no space.
    pub(super) fn direct(&self, grant: Key) -> Option<&DirectDoors> {
        self.direct.get(&grant)
    }

    pub(super) fn direct_mut(&mut self, grant: Key) -> Option<&mut DirectDoors> {
        self.direct.get_mut(&grant)
    }

    /// Puts the doors of a grant in place of those it had, which come out.
    pub(super) fn put_direct(&mut self, grant: Key, doors: Option<DirectDoors>) -> Option<DirectDoors> {
        if let Some(links) = self.grants.links(grant) {
            links.has_doors = doors.is_some();
        }
        match doors {
            Some(doors) => self.direct.insert(grant, doors),
            None => self.direct.remove(&grant),
        }
    }

    /// Lets a grant share what it asks for with the grants before it that ask for the same.
    fn share(&mut self, grant: &mut Grant) {
        // A PIN that was asked for is nobody else's.
        if grant.requested().iter().any(|wish| wish.code.is_some()) {
            return;
        }
        let is_shared = self.wishes.iter().any(|known| grant.share(known));
        if !is_shared && self.wishes.len() < WISHES {
            self.wishes.push(Arc::clone(grant.wishes()));
        }
    }
}

/// Of a grant.
#[derive(Debug, Default)]
pub(super) struct GrantLinks {
    /// Its stay, its number plus one.
    stay: Option<NonZeroU32>,
    /// Whether it has doors of its own.
    pub(super) has_doors: bool,
}

impl GrantLinks {
    /// Its stay.
    pub(super) fn stay(&self) -> Option<Key> {
        self.stay.map(|stay| stay.get() - 1)
    }

    pub(super) fn set_stay(&mut self, stay: Option<Key>) {
        self.stay = stay.and_then(|stay| NonZeroU32::new(stay.wrapping_add(1)));
    }
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
    cut_at: Moment,
    cut_until: Moment,
}

impl MethodLinks {
    /// What was on the card when it was cut last.
    pub(super) fn cut(&self) -> Option<Cut> {
        Some(Cut { at: self.cut_at.get()?, ends_at: self.cut_until.get() })
    }

    pub(super) fn set_cut(&mut self, cut: Cut) {
        (self.cut_at, self.cut_until) = (cut.at.into(), cut.ends_at.into());
    }
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
    pub(super) grants: Throng,
    /// The stays that have it as a room, by start in seconds and then by number.
    pub(super) stays: Keys,
    pub(super) is_room: bool,
}

/// Of a door or a lock.
#[derive(Debug, Default)]
pub(super) struct DoorLinks {
    pub(super) spaces: Keys,
    /// Grants that name no space and open it.
    pub(super) direct: Throng,
    /// When an access to it ended last: what it did before may have been by right.
    pub(super) vacated: Moment,
}

/// Of a system: its doors.
#[derive(Debug, Default)]
pub(super) struct SystemLinks {
    pub(super) entrances: Throng,
}

impl Links for GrantLinks {
    fn is_loose(&self) -> bool {
        self.stay.is_none() && !self.has_doors
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
