//! Typed ids: a grant's id is never mistaken for a method's.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::text::Text;

/// The id of a `K`. Seam's ids are UUIDs and are kept as 16 bytes; any other text is kept as it is, so
/// that an endpoint with ids of its own still works.
pub struct Id<K> {
    repr: Repr,
    kind: PhantomData<fn() -> K>,
}

/// Sixteen bytes, for a large hotel keeps millions of them: the half of a UUID that is never nothing leaves room to
/// tell the other kind. The order is that of the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Uuid(NonZeroU64, u64),
    Other(Arc<Box<str>>),
}

impl Repr {
    fn uuid(raw: &str) -> Option<Self> {
        let (first, second) = Uuid::try_parse(raw).ok()?.as_u64_pair();
        Some(Self::Uuid(NonZeroU64::new(first)?, second))
    }
}

impl<K> Id<K> {
    /// The id of nothing.
    pub(crate) const NOBODY: Self = Self { repr: Repr::Uuid(NonZeroU64::MIN, 0), kind: PhantomData };

    /// Reads an id. Text that is not a UUID is cleaned as every text from outside is.
    pub fn new(raw: &str) -> Self {
        // Only the usual form reads back as the same text.
        let is_usual = raw.len() == 36 && !raw.bytes().any(|b| b.is_ascii_uppercase());
        let uuid = if is_usual { Repr::uuid(raw) } else { None };
        let repr = uuid.unwrap_or_else(|| Repr::Other(Arc::new(Text::new(raw).as_str().into())));
        Self { repr, kind: PhantomData }
    }

    /// The first characters of the id, enough for a person to tell two apart.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self { repr: self.repr.clone(), kind: PhantomData }
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.repr == other.repr
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.repr.cmp(&other.repr)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.repr.hash(state);
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Uuid(first, second) => {
                fmt::Display::fmt(&Uuid::from_u64_pair(first.get(), *second).hyphenated(), f)
            }
            Repr::Other(s) => f.write_str(s),
        }
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = std::borrow::Cow::<str>::deserialize(d)?;
        Ok(Self::new(&raw))
    }
}

/// The kinds of things that have ids.
pub mod kind {
    /// An `access_grant`.
    pub enum Grant {}
    /// An `access_method`.
    pub enum Method {}
    /// A `user_identity`.
    pub enum Identity {}
    /// A `space`.
    pub enum Space {}
    /// An `acs_entrance`.
    pub enum Entrance {}
    /// A `device`.
    pub enum Device {}
    /// An `acs_encoder`.
    pub enum Encoder {}
    /// An `acs_system`.
    pub enum System {}
    /// An `event`.
    pub enum Event {}
    /// An `action_attempt`.
    pub enum Attempt {}
    /// An `instant_key`.
    pub enum InstantKey {}
    /// A `workspace`.
    pub enum Workspace {}
}

/// Id of an `access_grant`.
pub type GrantId = Id<kind::Grant>;
/// Id of an `access_method`.
pub type MethodId = Id<kind::Method>;
/// Id of a `user_identity`.
pub type IdentityId = Id<kind::Identity>;
/// Id of a `space`.
pub type SpaceId = Id<kind::Space>;
/// Id of an `acs_entrance`.
pub type EntranceId = Id<kind::Entrance>;
/// Id of a `device`.
pub type DeviceId = Id<kind::Device>;
/// Id of an `acs_encoder`.
pub type EncoderId = Id<kind::Encoder>;
/// Id of an `acs_system`.
pub type SystemId = Id<kind::System>;
/// Id of an `event`.
pub type EventId = Id<kind::Event>;
/// Id of an `action_attempt`.
pub type AttemptId = Id<kind::Attempt>;
/// Id of an `instant_key`.
pub type InstantKeyId = Id<kind::InstantKey>;
/// Id of a `workspace`.
pub type WorkspaceId = Id<kind::Workspace>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_reads_back_as_it_was() {
        let raw = "ef83cca9-5fdf-4ac2-93f3-c21c5a8be54b";
        assert_eq!(GrantId::new(raw).to_string(), raw);
        assert_eq!(GrantId::new(raw).short(), "ef83cca9");
    }

    #[test]
    fn any_other_id_is_kept_too() {
        let nearly = ["grant_1", "EF83CCA9-5FDF-4AC2-93F3-C21C5A8BE54B", "ef83cca95fdf4ac293f3c21c5a8be54b"];
        let empty = ["00000000-0000-0000-0000-000000000000", "00000000-0000-0000-8000-00000000000a", ""];
        for raw in nearly.into_iter().chain(empty) {
            assert_eq!(GrantId::new(raw).to_string(), raw);
            assert_eq!(GrantId::new(raw), GrantId::new(raw));
        }
    }

    #[test]
    fn ids_are_small_and_in_the_order_of_their_text() {
        assert_eq!(size_of::<GrantId>(), 16);
        let sorted = [
            "00000001-0000-4000-8000-000000000000",
            "00000001-0000-4000-8000-000000000001",
            "7fffffff-0000-4000-8000-000000000000",
            "ffffffff-ffff-4fff-bfff-ffffffffffff",
        ];
        let mut ids = sorted.map(GrantId::new);
        ids.reverse();
        ids.sort();
        assert_eq!(ids.map(|id| id.to_string()), sorted);
    }
}
