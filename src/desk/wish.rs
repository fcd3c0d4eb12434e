//! Access that is asked for: what a step carries so that Seam can be asked for it once and found again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::seam::id::{DeviceId, EntranceId, GrantId, IdentityId, SpaceId};
use crate::seam::model::Mode;
use crate::secret::Secret;
use crate::text::Text;

/// A grant: one that is there, or one that a step of the plan makes under its `access_grant_key`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantName {
    /// `access_grant_id`.
    Id(GrantId),
    /// `access_grant_key`.
    Key(Text),
}

impl GrantName {
    /// Under which name a PIN for it is kept in [`Pins`].
    pub fn text(&self) -> Text {
        match self {
            Self::Id(id) => Text::new(id.to_string()),
            Self::Key(key) => key.clone(),
        }
    }
}

/// A guest: one Seam knows, or one that a step of the plan makes under its `user_identity_key`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestName {
    /// `user_identity_id`.
    Id(IdentityId),
    /// `user_identity_key`.
    Key(Text),
}

/// A guest to be made: `/user_identities/create`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NewGuest {
    /// `user_identity_key`: finds the guest again after a lost reply.
    pub key: Text,
    /// Full name.
    pub name: Text,
    /// E-mail address.
    pub email: Option<Text>,
    /// Phone number, E.164.
    pub phone: Option<Text>,
}

/// A key to be made: an entry of `requested_access_methods`. A PIN that somebody chose is a secret and
/// is not in here: see [`Pins`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The kind of key.
    pub mode: Mode,
    /// How many phones may redeem the Instant Key; none means one.
    pub max_uses: Option<u32>,
    /// Whether somebody chose the PIN; if it is not at hand when it is sent, Seam chooses one.
    pub own_pin: bool,
}

impl Wish {
    /// A key of this kind, Seam choosing the rest.
    pub fn of(mode: Mode) -> Self {
        Self { mode, max_uses: None, own_pin: false }
    }
}

/// A guest who leaves one room for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The room that is left.
    pub from: SpaceId,
    /// The room that is taken.
    pub to: SpaceId,
}

/// A grant to be made: `/access_grants/create`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGrant {
    /// `access_grant_key`: the same request twice makes one grant, and a lost reply is settled by it.
    pub key: Text,
    /// Whose, for the screen: "118 Lindqvist, Per".
    pub who: Text,
    /// The guest.
    pub guest: GuestName,
    /// `reservation_key`.
    pub reservation_key: Option<Text>,
    /// A name given by people.
    pub name: Option<Text>,
    /// Rooms and common areas.
    pub spaces: Vec<SpaceId>,
    /// Doors, where not by spaces.
    pub entrances: Vec<EntranceId>,
    /// Locks, where not by spaces.
    pub devices: Vec<DeviceId>,
    /// Start, UTC; none for the moment it is made.
    pub starts_at: Option<DateTime<Utc>>,
    /// End, UTC; none for an open end.
    pub ends_at: Option<DateTime<Utc>>,
    /// The keys.
    pub methods: Vec<Wish>,
    /// The grant whose place it takes, which may have had the same key.
    pub replaces: Option<GrantId>,
    /// The change of rooms it is part of.
    pub moved: Option<Moved>,
}

/// The PINs that people chose, beside a plan and never in it. They are given to the engine when a plan is
/// started; a run that is taken up later does without, and says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins(BTreeMap<(Text, usize), Secret>);

impl Pins {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the PIN for the wish with the index `wish` of a grant.
    pub fn keep(&mut self, grant: &GrantName, wish: usize, pin: Secret) {
        self.0.insert((grant.text(), wish), pin);
    }

    /// The PIN for a wish of a grant.
    pub fn get(&self, grant: &GrantName, wish: usize) -> Option<&Secret> {
        self.0.get(&(grant.text(), wish))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Secret> {
        self.0.values()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A key for something new, the same for the same particulars, on every machine and in every version:
/// the request that makes it can be sent twice and makes one (FNV-1a, 64 bits).
pub(super) fn key_of(what: &str, particulars: &str) -> Text {
    let hash = particulars.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Text::new(format!("{what}-{hash:016x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_for_the_same_particulars_alone() {
        assert_eq!(key_of("desk", "a"), "desk-af63dc4c8601ec8c");
        assert_ne!(key_of("desk", "a"), key_of("desk", "b"));
    }

    #[test]
    fn pins_do_not_print() {
        let mut pins = Pins::new();
        pins.keep(&GrantName::Key("k".into()), 0, Secret::new("4417"));
        assert!(!format!("{pins:?}").contains("4417"));
        assert_eq!(pins.get(&GrantName::Key("k".into()), 0), Some(&Secret::new("4417")));
    }
}
