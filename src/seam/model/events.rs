//! Events, and the attempts of things that take a while.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::{AccessMethod, Notice, lenient};
use crate::seam::id::{
    AttemptId, DeviceId, EncoderId, EntranceId, EventId, GrantId, IdentityId, MethodId, SpaceId, SystemId,
};
use crate::secret::Secret;
use crate::text::Text;

/// `event`: something happened. Types are many and grow; the fields are those that name what a desk
/// must read again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Event {
    /// `event_id`: what is seen twice is one event.
    #[serde(rename = "event_id")]
    pub id: EventId,
    /// `event_type`, verbatim.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub event_type: Text,
    /// When Seam wrote it.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it happened, which may be much earlier.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub occurred_at: Option<DateTime<Utc>>,
    /// In words, where Seam has some.
    #[serde(default, deserialize_with = "lenient::text")]
    pub event_description: Option<Text>,
    /// The grant.
    #[serde(default)]
    pub access_grant_id: Option<GrantId>,
    /// The grants of a method.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub access_grant_ids: Vec<GrantId>,
    /// The method.
    #[serde(default)]
    pub access_method_id: Option<MethodId>,
    /// The door.
    #[serde(default)]
    pub acs_entrance_id: Option<EntranceId>,
    /// The system.
    #[serde(default)]
    pub acs_system_id: Option<SystemId>,
    /// The encoder.
    #[serde(default)]
    pub acs_encoder_id: Option<EncoderId>,
    /// The account behind a system or a lock, verbatim.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connected_account_id: Option<Text>,
    /// The lock.
    #[serde(default)]
    pub device_id: Option<DeviceId>,
    /// The room or area.
    #[serde(default)]
    pub space_id: Option<SpaceId>,
    /// The guest.
    #[serde(default)]
    pub user_identity_id: Option<IdentityId>,
    /// The PIN that was issued.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub code: Option<Secret>,
    /// Whether that PIN came from the lock's backup pool.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_backup_code: bool,
    /// Why a door refused, or what failed.
    #[serde(default, deserialize_with = "lenient::text")]
    pub reason: Option<Text>,
    /// What failed, in words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub error_message: Option<Text>,
    /// How a door was opened (`lock.unlocked`): `method`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub method: Option<Text>,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// Done.
    Success,
    /// Failed; see the error.
    Error,
    /// Not over; a status this version does not know counts as this, for it is not known to be over.
    #[default]
    #[serde(other)]
    Pending,
}

/// `action_attempt`: an encoding, a scan, an unlocking on its way. `action_type` is not kept: the
/// documents disagree on it, and whoever asked knows what was asked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ActionAttempt {
    /// `action_attempt_id`.
    #[serde(rename = "action_attempt_id")]
    pub id: AttemptId,
    /// Where it stands.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub status: AttemptStatus,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<AttemptError>,
    /// What it brought, raw; see [`ActionAttempt::scan`].
    #[serde(default)]
    result: Raw,
}

/// JSON that may hold a PIN, so it never prints.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
struct Raw(serde_json::Value);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl ActionAttempt {
    /// The result of a scan; none where the attempt brought none or was something else.
    pub fn scan(&self) -> Option<ScanResult> {
        ScanResult::deserialize(&self.result.0).ok()
    }

    /// The method an encoding issued, where the answer carries one. Read the method again in any case.
    pub fn issued_method(&self) -> Option<AccessMethod> {
        AccessMethod::deserialize(&self.result.0).ok()
    }
}

/// `action_attempt.error`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AttemptError {
    /// For programs, verbatim; see the desk for what each means.
    #[serde(rename = "type", default, deserialize_with = "lenient::or_default")]
    pub kind: Text,
    /// For people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub message: Text,
}

/// What lay on an encoder: the result of `acs/encoders/scan_credential`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ScanResult {
    /// What the card itself says.
    #[serde(default)]
    pub acs_credential_on_encoder: Option<CardOnEncoder>,
    /// What Seam knows of it.
    #[serde(default)]
    pub acs_credential_on_seam: Option<CredentialOnSeam>,
    /// Where the two differ, and more.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<ScanWarning>,
}

/// The card as read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CardOnEncoder {
    /// Its number.
    #[serde(default, deserialize_with = "lenient::text")]
    pub card_number: Option<Text>,
    /// From when the card says it opens.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when the card says it opens.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether anything is on it.
    #[serde(default)]
    pub is_issued: Option<bool>,
    /// What Visionline tells of it beyond that.
    #[serde(default)]
    pub visionline_metadata: Option<VisionlineCard>,
}

/// `visionline_metadata` of a card that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct VisionlineCard {
    /// The name on it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub card_holder: Option<Text>,
    /// The guest doors it is for.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub guest_acs_entrance_ids: Vec<EntranceId>,
    /// It was cancelled.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub cancelled: bool,
    /// It was discarded.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub discarded: bool,
    /// Its time is over.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub expired: bool,
    /// A later guest's card has taken its door over.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub overridden: bool,
    /// Something else was written onto it since.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub overwritten: bool,
}

/// The credential Seam holds for a card that was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CredentialOnSeam {
    /// `acs_credential_id`, verbatim.
    #[serde(default, deserialize_with = "lenient::text")]
    pub acs_credential_id: Option<Text>,
    /// Its number.
    #[serde(default, deserialize_with = "lenient::text")]
    pub card_number: Option<Text>,
    /// The guest.
    #[serde(default)]
    pub user_identity_id: Option<IdentityId>,
    /// From when it opens.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when it opens.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}

/// A warning of a scan; its words come as `warning_message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanWarning {
    /// For programs, verbatim.
    pub code: Text,
    /// For people.
    pub message: Text,
}

impl<'de> Deserialize<'de> for ScanWarning {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let Notice { code, message, .. } = Notice::deserialize(d)?;
        Ok(Self { code, message })
    }
}
