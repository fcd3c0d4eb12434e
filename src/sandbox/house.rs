//! What stands still: access systems, doors, encoders, spaces.

use std::collections::VecDeque;

use uuid::Uuid;

use super::clock::At;
use super::keys::Mode;

/// Who made a door's lock, and so how access to it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brand {
    /// Offline locks: cards and mobile keys, reservations, encoders behind a Seam Bridge.
    Visionline,
    /// Online locks: PINs, mobile keys, remote unlocking, tags that are assigned.
    SaltoKs,
    /// A smart lock that Seam knows as a device, not as an entrance: PINs only.
    Lock,
}

/// A door: an `acs_entrance`, or a `device` where its brand is [`Brand::Lock`].
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) id: Uuid,
    pub(crate) brand: Brand,
    /// Many guests use it; it never belongs to one reservation.
    pub(crate) common: bool,
    pub(crate) name: String,
    pub(crate) space: u32,
    /// Index of its access system; a smart lock has none.
    pub(crate) system: Option<u32>,
    pub(crate) account: Uuid,
    pub(crate) created: At,
    pub(crate) offline_since: Option<At>,
    /// From 0 to 1.
    pub(crate) battery: f64,
    pub(crate) low_since: Option<At>,
    pub(crate) privacy_since: Option<At>,
    /// Since when it comes and goes.
    pub(crate) flaky_since: Option<At>,
    /// The reservation whose key was used last: the lock obeys no other (cards only).
    pub(crate) holder: Option<Box<str>>,
    /// Every grant that ever named this door, oldest first.
    pub(crate) grants: Vec<u32>,
}

impl Door {
    /// Whether a new reservation's key silences the one before it (`can_belong_to_reservation`).
    pub(crate) fn overrides(&self) -> bool {
        self.brand == Brand::Visionline && !self.common
    }

    pub(crate) fn takes(&self, mode: Mode) -> bool {
        match self.brand {
            Brand::Visionline => matches!(mode, Mode::Card | Mode::MobileKey),
            Brand::SaltoKs => true,
            Brand::Lock => mode == Mode::Code,
        }
    }

    pub(crate) fn is_device(&self) -> bool {
        self.brand == Brand::Lock
    }

    /// Seam's four battery words.
    pub(crate) fn battery_status(&self) -> &'static str {
        match self.battery {
            b if b < 0.1 => "critical",
            b if b < 0.25 => "low",
            b if b < 0.8 => "good",
            _ => "full",
        }
    }
}

/// An access system (`acs_system`).
#[derive(Clone, Debug)]
pub(crate) struct System {
    pub(crate) id: Uuid,
    pub(crate) brand: Brand,
    pub(crate) name: String,
    pub(crate) account: Uuid,
    pub(crate) created: At,
    /// Since when its bridge is gone; nothing behind it can be encoded or changed.
    pub(crate) down_since: Option<At>,
    /// Since when its seats are nearly all taken.
    pub(crate) seats_since: Option<At>,
}

/// What the next job on an encoder is told to become (`/acs/encoders/simulate/...`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Foretold {
    Error(String),
    /// A scenario of a scan or of an encoding, with the credential it is about.
    Success(String, Option<Uuid>),
}

/// A card encoder. It does one job at a time; further jobs wait their turn.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    pub(crate) id: Uuid,
    pub(crate) system: u32,
    pub(crate) name: String,
    pub(crate) created: At,
    pub(crate) online: bool,
    pub(crate) job: Option<u32>,
    pub(crate) queue: VecDeque<u32>,
    /// The access method on the card that lies on it: the last one encoded.
    pub(crate) card: Option<u32>,
    pub(crate) next_encode: Option<Foretold>,
    pub(crate) next_scan: Option<Foretold>,
}

/// What a space stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpaceKind {
    Property,
    Floor,
    Room,
    Common,
}

/// A space: the property, a floor, a room, a common area.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    pub(crate) id: Uuid,
    pub(crate) key: Option<Box<str>>,
    pub(crate) name: String,
    pub(crate) kind: SpaceKind,
    pub(crate) parent: Option<u32>,
    pub(crate) doors: Vec<u32>,
    pub(crate) created: At,
    /// `customer_data` as it was given, for spaces made over the API.
    pub(crate) data: Option<serde_json::Value>,
    pub(crate) customer: Option<String>,
    /// Every grant that ever reached into this space, oldest first.
    pub(crate) grants: Vec<u32>,
}
