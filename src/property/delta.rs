//! What reaches the hotel, from polling and from actions that read back, and what it says has changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::tally::Tally;
use super::{AlertId, Attempt, CardCut, Followed, MutationId, Note, StayId};
use crate::seam::id::{
    DeviceId, EncoderId, EntranceId, GrantId, IdentityId, InstantKeyId, MethodId, SpaceId, SystemId,
};
use crate::seam::model::{
    AccessGrant, AccessMethod, AcsSystem, Device, Encoder, Entrance, Event, InstantKey, Space, UserIdentity,
    Workspace,
};
use crate::text::Text;

/// What is read as one thing and has one age on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// `/workspaces/get`.
    Workspace,
    /// `/acs/systems/list`.
    Systems,
    /// `/spaces/list`.
    Spaces,
    /// `/acs/entrances/list`.
    Entrances,
    /// `/devices/list`.
    Devices,
    /// `/acs/encoders/list`.
    Encoders,
    /// `/user_identities/list`.
    Identities,
    /// `/access_grants/list` and, with them, their access methods.
    Grants,
    /// `/instant_keys/list`.
    InstantKeys,
    /// `/events/list`.
    Events,
}

impl Resource {
    /// Every resource, in the order in which a first reading makes sense.
    pub const ALL: [Self; 10] = [
        Self::Workspace,
        Self::Systems,
        Self::Spaces,
        Self::Entrances,
        Self::Devices,
        Self::Encoders,
        Self::Identities,
        Self::Grants,
        Self::InstantKeys,
        Self::Events,
    ];

    /// The desk's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workspace => "property",
            Self::Systems => "lock systems",
            Self::Spaces => "rooms",
            Self::Entrances => "doors",
            Self::Devices => "locks",
            Self::Encoders => "encoders",
            Self::Identities => "guests",
            Self::Grants => "grants",
            Self::InstantKeys => "instant keys",
            Self::Events => "events",
        }
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// Records as read, some or all of one resource.
#[derive(Clone, Debug)]
pub enum Records {
    /// The workspace.
    Workspace(Workspace),
    /// Access systems.
    Systems(Vec<AcsSystem>),
    /// Rooms and common areas.
    Spaces(Vec<Space>),
    /// Doors of access systems.
    Entrances(Vec<Entrance>),
    /// Locks.
    Devices(Vec<Device>),
    /// Encoders.
    Encoders(Vec<Encoder>),
    /// Guests.
    Identities(Vec<UserIdentity>),
    /// Access grants.
    Grants(Vec<AccessGrant>),
    /// Access methods, which belong to [`Resource::Grants`].
    Methods(Vec<AccessMethod>),
    /// Instant Keys.
    InstantKeys(Vec<InstantKey>),
    /// Events, in any order; what comes twice counts once.
    Events(Vec<Event>),
}

impl Records {
    /// The resource whose age they tell.
    pub fn resource(&self) -> Resource {
        match self {
            Self::Workspace(_) => Resource::Workspace,
            Self::Systems(_) => Resource::Systems,
            Self::Spaces(_) => Resource::Spaces,
            Self::Entrances(_) => Resource::Entrances,
            Self::Devices(_) => Resource::Devices,
            Self::Encoders(_) => Resource::Encoders,
            Self::Identities(_) => Resource::Identities,
            Self::Grants(_) | Self::Methods(_) => Resource::Grants,
            Self::InstantKeys(_) => Resource::InstantKeys,
            Self::Events(_) => Resource::Events,
        }
    }
}

/// What is known to be no longer there, from a read-back (404) or an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Gone {
    /// A grant, and with it the methods no other grant lists.
    Grant(GrantId),
    /// A method.
    Method(MethodId),
    /// A guest.
    Identity(IdentityId),
    /// A room or area.
    Space(SpaceId),
    /// A door.
    Entrance(EntranceId),
    /// A lock.
    Device(DeviceId),
    /// An encoder.
    Encoder(EncoderId),
    /// A system.
    System(SystemId),
    /// An Instant Key.
    InstantKey(InstantKeyId),
}

/// A full reading of one resource, in pages. Numbers are the caller's and need only differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sweep(pub u64);

/// Why a reading failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// No connection, name not found, timed out.
    Offline,
    /// 401, 403: the key is wrong or was withdrawn.
    Auth,
    /// 429.
    RateLimited,
    /// 5xx.
    Server,
    /// An answer that is not Seam's.
    Garbage,
    /// Anything else.
    #[serde(other)]
    Other,
}

impl FaultKind {
    /// Why, in two or three words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Offline => "no connection",
            Self::Auth => "key refused",
            Self::RateLimited => "too many requests",
            Self::Server => "Seam has an error",
            Self::Garbage => "answer not understood",
            Self::Other => "failed",
        }
    }
}

/// A failed reading, with what support asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of failure.
    pub kind: FaultKind,
    /// In words.
    pub words: Text,
    /// The `seam-request-id` header, where there was an answer.
    pub request_id: Option<Text>,
}

/// What a desk of this property did with cards and encoders, by its journal: the API does not tell it, or
/// not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardNews {
    /// A card was cut. What is told twice counts once.
    Cut(CardCut),
    /// A card is back at the desk, or was made unusable.
    Collected {
        /// The access method it was cut for.
        method: MethodId,
        /// When.
        at: DateTime<Utc>,
    },
    /// How an encoding or a reading stands.
    Attempt(Attempt),
}

/// One piece of news. All instants are UTC; `as_of` is when the request was sent, so that an answer
/// overtaken by a later one does not undo it.
#[derive(Clone, Debug)]
pub enum Delta {
    /// Records as read: inserted or replaced by id. An unchanged record is no change, and one older
    /// than what is there is not taken.
    Read {
        /// The records.
        records: Records,
        /// When they were asked for.
        as_of: DateTime<Utc>,
        /// The full reading they are a page of, if they are.
        sweep: Option<Sweep>,
    },
    /// Something is no longer there.
    Gone(Gone),
    /// The doors of a grant that names no space (`/access_grants/get_related`).
    GrantDoors {
        /// The grant.
        grant: GrantId,
        /// Its doors.
        entrances: Vec<EntranceId>,
        /// Its locks.
        devices: Vec<DeviceId>,
        /// When they were asked for.
        as_of: DateTime<Utc>,
    },
    /// What desks did with cards and encoders.
    Cards(Vec<CardNews>),
    /// A full reading begins.
    SweepBegan {
        /// Of what.
        what: Resource,
        /// Which reading.
        sweep: Sweep,
        /// When.
        at: DateTime<Utc>,
    },
    /// How far a full reading is; only shown.
    SweepProgress {
        /// Of what.
        what: Resource,
        /// Records read.
        done: usize,
        /// Records expected, about, where that can be told.
        of: Option<usize>,
    },
    /// A full reading is complete: what was there before it began and has not been read since is gone.
    SweepEnded {
        /// Of what; for [`Resource::Grants`] also their methods.
        what: Resource,
        /// Which reading. One that is not the latest begun is ignored.
        sweep: Sweep,
        /// The age the resource has from now on.
        as_of: DateTime<Utc>,
    },
    /// Asked; nothing new.
    Checked {
        /// What.
        what: Resource,
        /// When.
        as_of: DateTime<Utc>,
    },
    /// Could not be read. What was read before stays.
    Failed {
        /// What.
        what: Resource,
        /// Why.
        why: Fault,
        /// When.
        at: DateTime<Utc>,
        /// When it is tried again.
        retry_at: Option<DateTime<Utc>>,
    },
    /// One record that could not be decoded; it shows as one P3 warning until its resource is read
    /// in full again.
    Bad {
        /// Of what.
        what: Resource,
        /// Its id, where that much could be read.
        id: Option<Text>,
        /// What is wrong with it.
        why: Text,
        /// When it was read.
        at: DateTime<Utc>,
    },
    /// What people said about alerts, in the order of the journal.
    Attended(Vec<Note>),
    /// What another desk has read.
    Followed(Box<Followed>),
}

/// Ids of one kind that a delta has touched. No id is in two of the lists, nor twice in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched<T> {
    /// New.
    pub added: Vec<T>,
    /// Something visible of it changed.
    pub updated: Vec<T>,
    /// No longer there.
    pub removed: Vec<T>,
}

impl<T> Default for Touched<T> {
    fn default() -> Self {
        Self { added: Vec::new(), updated: Vec::new(), removed: Vec::new() }
    }
}

impl<T: Ord> Touched<T> {
    /// Whether nothing was touched.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.updated.is_empty() && self.removed.is_empty()
    }

    /// Takes in what a later change touched, so that the sum tells before and after: added then
    /// removed is nothing, removed then added is an update.
    pub fn merge(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        let mut tally = Tally::default();
        tally.absorb(std::mem::take(self));
        tally.absorb(later);
        *self = tally.take();
    }
}

/// What a delta or the passing of time has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Stays.
    pub stays: Touched<StayId>,
    /// Grants.
    pub grants: Touched<GrantId>,
    /// Pending mutations.
    pub mutations: Touched<MutationId>,
    /// Alerts.
    pub alerts: Touched<AlertId>,
    /// The stage or the age of a resource.
    pub sources: bool,
    /// Something the header shows: name, zone, business date, counts.
    pub header: bool,
}

impl Changed {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.stays.is_empty()
            && self.grants.is_empty()
            && self.mutations.is_empty()
            && self.alerts.is_empty()
            && !self.sources
            && !self.header
    }

    /// Takes in what changed later.
    pub fn merge(&mut self, later: Self) {
        self.stays.merge(later.stays);
        self.grants.merge(later.grants);
        self.mutations.merge(later.mutations);
        self.alerts.merge(later.alerts);
        self.sources |= later.sources;
        self.header |= later.header;
    }
}
