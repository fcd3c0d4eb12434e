//! The hotel itself.

use chrono::{DateTime, Utc};

use super::{
    Alert, AlertId, BusinessDate, Changed, Delta, Grant, Guest, Method, MutationId, MutationRow, Resource,
    Settings, Source, Stay, StayId, Zone,
};
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

/// What the header counts. Every stay that is on tonight's board is in exactly one of `due_in`,
/// `in_house`, `due_out` and `overstay`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Arrivals outstanding: due in, and no-show candidates.
    pub due_in: usize,
    /// Guests in the house who stay: in-house and stayovers.
    pub in_house: usize,
    /// Due out.
    pub due_out: usize,
    /// Overstays.
    pub overstay: usize,
    /// Of those in `due_in`, the no-show candidates.
    pub no_show: usize,
    /// Of those in `in_house`, the stayovers.
    pub stayover: usize,
    /// Departed, but their grants are still there. Not on tonight's board.
    pub departed: usize,
    /// Reserved for after the business date. Not on tonight's board.
    pub upcoming: usize,
    /// All grants.
    pub grants: usize,
    /// All pending mutations.
    pub mutations: usize,
    /// Alerts of severity P1.
    pub p1: usize,
    /// Alerts of severity P2.
    pub p2: usize,
    /// Alerts of severity P3.
    pub p3: usize,
}

/// The hotel: fed with [`Delta`]s, asked by id.
#[derive(Debug)]
pub struct Property {
    settings: Settings,
    now: DateTime<Utc>,
    zone: Zone,
    business_date: BusinessDate,
    name: Text,
    sources: [Source; 10],
    unread: Source,
    counts: Counts,
}

impl Property {
    /// An empty hotel at `now`.
    pub fn new(settings: Settings, now: DateTime<Utc>) -> Self {
        let zone = settings.zone.unwrap_or_default();
        let business_date = BusinessDate::guess(now, zone, settings.roll_hour);
        Self {
            settings,
            now,
            zone,
            business_date,
            name: Text::default(),
            sources: Default::default(),
            unread: Source::default(),
            counts: Counts::default(),
        }
    }

    /// Takes in one piece of news at `now`, and lets time pass until then.
    pub fn apply(&mut self, _delta: Delta, now: DateTime<Utc>) -> Changed {
        self.advance(now)
    }

    /// Lets time pass: classes and alerts whose instant has come. Time never goes back.
    pub fn advance(&mut self, now: DateTime<Utc>) -> Changed {
        self.now = self.now.max(now);
        Changed::default()
    }

    /// The next instant at which a class, a key or an alert may change by itself; none where only news
    /// can change anything.
    pub fn next_instant(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// Holds back the alerts that the desk's own action on a stay is bound to raise, until `until`.
    pub fn forgive(&mut self, _stay: &StayId, _until: DateTime<Utc>) -> Changed {
        Changed::default()
    }

    /// Rolls the business date to the next day: the end of the night audit. The only way it turns.
    pub fn roll(&mut self, now: DateTime<Utc>) -> Changed {
        self.set_business_date(self.business_date.next(), now)
    }

    /// Sets a business date that is known, from the journal or from a person.
    pub fn set_business_date(&mut self, date: BusinessDate, now: DateTime<Utc>) -> Changed {
        self.business_date = date;
        self.advance(now)
    }

    /// The latest instant the hotel has been told.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The thresholds in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The zone of the property: from the settings, else from most of its systems and rooms, else UTC.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The date the books are on.
    pub fn business_date(&self) -> BusinessDate {
        self.business_date
    }

    /// The property's name: the workspace's.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Whether the workspace is a sandbox.
    pub fn is_sandbox(&self) -> bool {
        false
    }

    /// The stage and the age of a resource.
    pub fn source(&self, what: Resource) -> &Source {
        self.sources.get(what.index()).unwrap_or(&self.unread)
    }

    /// What the header counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// A grant.
    pub fn grant(&self, _id: &GrantId) -> Option<&Grant> {
        None
    }

    /// A method.
    pub fn method(&self, _id: &MethodId) -> Option<&Method> {
        None
    }

    /// A guest.
    pub fn identity(&self, _id: &IdentityId) -> Option<&Guest> {
        None
    }

    /// A room or area.
    pub fn space(&self, _id: &SpaceId) -> Option<&Space> {
        None
    }

    /// Whether a space is a guest room.
    pub fn is_room(&self, _id: &SpaceId) -> bool {
        false
    }

    /// A door.
    pub fn entrance(&self, _id: &EntranceId) -> Option<&Entrance> {
        None
    }

    /// A lock.
    pub fn device(&self, _id: &DeviceId) -> Option<&Device> {
        None
    }

    /// An encoder.
    pub fn encoder(&self, _id: &EncoderId) -> Option<&Encoder> {
        None
    }

    /// A system.
    pub fn system(&self, _id: &SystemId) -> Option<&AcsSystem> {
        None
    }

    /// The Instant Keys of a guest, by id.
    pub fn instant_keys(&self, _id: &IdentityId) -> &[InstantKey] {
        &[]
    }

    /// A stay.
    pub fn stay(&self, _id: &StayId) -> Option<&Stay> {
        None
    }

    /// An alert.
    pub fn alert(&self, _id: &AlertId) -> Option<&Alert> {
        None
    }

    /// A pending mutation.
    pub fn mutation(&self, _id: &MutationId) -> Option<&MutationRow> {
        None
    }

    /// The events that name the stay's grants, methods or guest doors during the stay, newest first.
    pub fn events_of(&self, _id: &StayId) -> Vec<&Event> {
        Vec::new()
    }

    /// All stays, of every class, in no particular order.
    pub fn stays(&self) -> impl Iterator<Item = &Stay> {
        std::iter::empty()
    }

    /// All grants, in no particular order.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        std::iter::empty()
    }

    /// All pending mutations, in no particular order.
    pub fn mutations(&self) -> impl Iterator<Item = &MutationRow> {
        std::iter::empty()
    }

    /// All alerts, in no particular order.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        std::iter::empty()
    }

    /// All spaces, in no particular order.
    pub fn spaces(&self) -> impl Iterator<Item = &Space> {
        std::iter::empty()
    }

    /// All encoders, in no particular order.
    pub fn encoders(&self) -> impl Iterator<Item = &Encoder> {
        std::iter::empty()
    }

    /// All access systems, in no particular order.
    pub fn systems(&self) -> impl Iterator<Item = &AcsSystem> {
        std::iter::empty()
    }

    /// All guests, in no particular order.
    pub fn identities(&self) -> impl Iterator<Item = &Guest> {
        std::iter::empty()
    }

    /// The stay a grant belongs to.
    pub fn stay_of_grant(&self, _id: &GrantId) -> Option<&StayId> {
        None
    }

    /// The stays of a room, by start.
    pub fn stays_in_room(&self, _id: &SpaceId) -> Vec<&Stay> {
        Vec::new()
    }

    /// The stays of the same reservation, the stay itself left out: its joiners.
    pub fn party(&self, _id: &StayId) -> Vec<&Stay> {
        Vec::new()
    }

    /// All doors and locks a stay or a grant opens.
    pub fn doors_of<'a>(&self, _holder: impl Into<Holder<'a>>) -> Doors {
        Doors::default()
    }

    /// Those of them that are guest room doors.
    pub fn guest_doors<'a>(&self, _holder: impl Into<Holder<'a>>) -> Doors {
        Doors::default()
    }

    /// The methods of a stay or a grant, each once, in the order of the grants.
    pub fn methods_of<'a>(&self, _holder: impl Into<Holder<'a>>) -> Vec<&Method> {
        Vec::new()
    }

    /// The grants that share a method, by id.
    pub fn grants_of_method(&self, _id: &MethodId) -> Vec<&Grant> {
        Vec::new()
    }

    /// The encoders that can cut a stay's cards: those of the systems of its doors, guest doors'
    /// systems first where there are any.
    pub fn encoders_for(&self, _id: &StayId) -> Vec<&Encoder> {
        Vec::new()
    }

    /// The next stay of another reservation in one of the stay's rooms that starts after it.
    pub fn next_arrival(&self, _id: &StayId) -> Option<&Stay> {
        None
    }
}
