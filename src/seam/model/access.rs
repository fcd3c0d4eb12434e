//! Access grants and the methods they issue.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Notice, lenient};
use crate::seam::id::{DeviceId, GrantId, IdentityId, MethodId, SpaceId};
use crate::secret::Secret;
use crate::text::Text;

/// How a guest gets in: `access_method.mode`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `code`: a PIN.
    Code,
    /// `card`: a key card.
    Card,
    /// `mobile_key`: a phone, often by an Instant Key.
    MobileKey,
    /// `cloud_key`: a door opened remotely for the guest.
    CloudKey,
    /// A mode this version does not know, verbatim.
    Other(Text),
}

impl Mode {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Code => "code",
            Self::Card => "card",
            Self::MobileKey => "mobile_key",
            Self::CloudKey => "cloud_key",
            Self::Other(name) => name,
        }
    }

    /// The word the desk uses.
    pub fn word(&self) -> &str {
        match self {
            Self::Code => "PIN",
            Self::Card => "card",
            Self::MobileKey => "mobile key",
            Self::CloudKey => "cloud key",
            Self::Other(name) => name,
        }
    }
}

impl From<Text> for Mode {
    fn from(name: Text) -> Self {
        match name.as_str() {
            "code" => Self::Code,
            "card" => Self::Card,
            "mobile_key" => Self::MobileKey,
            "cloud_key" => Self::CloudKey,
            _ => Self::Other(name),
        }
    }
}

impl Default for Mode {
    fn default() -> Self {
        Self::Other(Text::default())
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl<'de> Deserialize<'de> for Mode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Text::deserialize(d).map(Self::from)
    }
}

impl Serialize for Mode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// `access_grant`: who, where, when, how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AccessGrant {
    /// `access_grant_id`.
    #[serde(rename = "access_grant_id")]
    pub id: GrantId,
    /// `access_grant_key`: the hotel's own key for it, unique in the workspace.
    #[serde(default, deserialize_with = "lenient::text")]
    pub access_grant_key: Option<Text>,
    /// The guest.
    pub user_identity_id: IdentityId,
    /// The reservation it belongs to, on doors where a new reservation overrides the one before.
    #[serde(default, deserialize_with = "lenient::text")]
    pub reservation_key: Option<Text>,
    /// A name given by people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<Text>,
    /// The name Seam shows.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub display_name: Text,
    /// Rooms and common areas.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub space_ids: Vec<SpaceId>,
    /// The methods it has issued or is issuing.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub access_method_ids: Vec<MethodId>,
    /// What was asked for.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub requested_access_methods: Vec<RequestedMethod>,
    /// Start of access.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// End of access; none where it is open-ended.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// Only where there is a single mobile key; a bearer secret.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub instant_key_url: Option<Secret>,
    /// Changes on their way to the locks.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub pending_mutations: Vec<Mutation>,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}

/// An entry of `requested_access_methods[]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RequestedMethod {
    /// The mode asked for.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub mode: Mode,
    /// The PIN asked for: a preference, compare it with the method's.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub code: Option<Secret>,
    /// The methods made for it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub created_access_method_ids: Vec<MethodId>,
    /// How many phones may redeem the Instant Key; none means one.
    #[serde(default)]
    pub instant_key_max_use_count: Option<u32>,
    /// When it was asked for.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
}

/// `access_method`: one PIN, one card, one mobile key. Has neither dates nor a grant id of its own;
/// both come from the grants that list it, and there may be several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AccessMethod {
    /// `access_method_id`.
    #[serde(rename = "access_method_id")]
    pub id: MethodId,
    /// How it opens a door.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub mode: Mode,
    /// The name Seam shows.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub display_name: Text,
    /// The PIN as issued.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub code: Option<Secret>,
    /// Whether it opens doors now (within the grant's dates).
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_issued: bool,
    /// When it was last issued.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub issued_at: Option<DateTime<Utc>>,
    /// A card that must go onto an encoder, for the first time or again.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_encoding_required: bool,
    /// Whether an encoder may take it now.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_ready_for_encoding: bool,
    /// A card that must be assigned by its number.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_assignment_required: bool,
    /// Whether a card may be assigned now.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_ready_for_assignment: bool,
    /// The Instant Key's link; a bearer secret.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub instant_key_url: Option<Secret>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// Changes on their way to the locks.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub pending_mutations: Vec<Mutation>,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}

/// What a change on its way to the locks does: `mutation_code`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MutationCode {
    /// `provisioning_access`.
    Provisioning,
    /// `revoking_access`.
    Revoking,
    /// `updating_access_times`.
    UpdatingTimes,
    /// `updating_spaces`.
    UpdatingSpaces,
    /// A code this version does not know, verbatim.
    Other(Text),
}

impl From<Text> for MutationCode {
    fn from(code: Text) -> Self {
        match code.as_str() {
            "provisioning_access" => Self::Provisioning,
            "revoking_access" => Self::Revoking,
            "updating_access_times" => Self::UpdatingTimes,
            "updating_spaces" => Self::UpdatingSpaces,
            _ => Self::Other(code),
        }
    }
}

impl Default for MutationCode {
    fn default() -> Self {
        Self::Other(Text::default())
    }
}

impl<'de> Deserialize<'de> for MutationCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Text::deserialize(d).map(Self::from)
    }
}

impl Serialize for MutationCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(match self {
            Self::Provisioning => "provisioning_access",
            Self::Revoking => "revoking_access",
            Self::UpdatingTimes => "updating_access_times",
            Self::UpdatingSpaces => "updating_spaces",
            Self::Other(code) => code,
        })
    }
}

/// An entry of `pending_mutations[]`. It has no id: it is known by whose it is, its code and its
/// `created_at`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Mutation {
    /// What it does.
    #[serde(rename = "mutation_code", default, deserialize_with = "lenient::or_default")]
    pub code: MutationCode,
    /// The words for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub message: Text,
    /// When it began.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// What was.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub from: Span,
    /// What will be.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub to: Span,
    /// The methods it re-issues, where it is the grant's.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub access_method_ids: Vec<MethodId>,
}

/// One side of a mutation: times or devices, as the code says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Span {
    /// `starts_at`.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// `ends_at`.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// `device_ids`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub device_ids: Vec<DeviceId>,
}
