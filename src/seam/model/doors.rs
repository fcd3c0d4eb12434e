//! Rooms, doors, locks, encoders and the systems behind them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Notice, Notices, lenient};
use crate::seam::id::{DeviceId, EncoderId, SpaceId, SystemId};
use crate::text::Text;

/// `space`: a room or a common area.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Space {
    /// `space_id`.
    #[serde(rename = "space_id")]
    pub id: SpaceId,
    /// Its name: the room number, or "Lobby".
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: Text,
    /// `space_key`: the hotel's own key for it.
    #[serde(default, deserialize_with = "lenient::boxed_text")]
    pub space_key: Option<Box<Text>>,
    /// The floor or building it is in.
    #[serde(default)]
    pub parent_space_id: Option<Box<SpaceId>>,
    // Kept apart, for most rooms have none of it.
    #[serde(default, deserialize_with = "lenient::boxed")]
    customer_data: Option<Box<CustomerData>>,
}

impl Space {
    /// Time zone and usual hours, where the hotel told Seam.
    pub fn customer_data(&self) -> &CustomerData {
        self.customer_data.as_deref().unwrap_or(&CustomerData::NONE)
    }
}

/// `space.customer_data`, the parts a desk uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct CustomerData {
    /// IANA name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub time_zone: Option<Text>,
    /// Local time of day, `15:00`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub default_checkin_time: Option<Text>,
    /// Local time of day, `11:00`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub default_checkout_time: Option<Text>,
}

impl CustomerData {
    const NONE: Self = Self { time_zone: None, default_checkin_time: None, default_checkout_time: None };
}

/// What a door is to a guest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum DoorKind {
    /// A guest room's door.
    Guest,
    /// Lobby, gym, garage, entrance, lift.
    Common,
    /// The metadata does not say.
    #[default]
    Unknown,
}

/// `acs_system`: a lock brand's system at this property.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AcsSystem {
    /// `acs_system_id`.
    #[serde(rename = "acs_system_id")]
    pub id: SystemId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: Text,
    /// The brand, `visionline_system`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_type: Text,
    /// The brand in words.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_type_display_name: Text,
    /// Where it stands.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub location: Location,
    /// Whether it only hands out credentials and has no doors.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_credential_manager: bool,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}

/// Where a system or a device stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Location {
    /// IANA name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub time_zone: Option<Text>,
}

/// `acs_encoder`: what puts a key onto a card. The API does not say whether it is online.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Encoder {
    /// `acs_encoder_id`.
    #[serde(rename = "acs_encoder_id")]
    pub id: EncoderId,
    /// The system whose cards it cuts.
    pub acs_system_id: SystemId,
    /// Its name, "Front desk 1".
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub display_name: Text,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`, where a newer API has them.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}

/// `device`: a lock on its own, or one Seam shows beside its entrance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Device {
    /// `device_id`.
    #[serde(rename = "device_id")]
    pub id: DeviceId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub display_name: Text,
    /// `device_type`, verbatim.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub device_type: Text,
    /// The spaces it opens.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub space_ids: Vec<SpaceId>,
    /// Online state and battery, as of Seam's own last look (about every ten minutes).
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub properties: DeviceProperties,
    /// `can_remotely_unlock`.
    #[serde(default)]
    pub can_remotely_unlock: Option<bool>,
    /// `can_unlock_with_code`.
    #[serde(default)]
    pub can_unlock_with_code: Option<bool>,
    /// When it was added.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Notices,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Notices,
}

/// `device.properties`, the parts a desk uses.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct DeviceProperties {
    /// Whether Seam reaches it.
    #[serde(default)]
    pub online: Option<bool>,
    /// Its battery; missing while it is offline.
    #[serde(default)]
    pub battery: Option<Battery>,
    /// `battery_level`, 0 to 1, where `battery` is missing.
    #[serde(default)]
    pub battery_level: Option<f64>,
    /// Whether it is locked.
    #[serde(default)]
    pub locked: Option<bool>,
}

// Levels come as numbers that are never NaN in JSON.
impl Eq for DeviceProperties {}

/// `device.properties.battery`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Battery {
    /// 0 to 1.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub level: f64,
    /// In words.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub status: BatteryStatus,
}

/// `battery.status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BatteryStatus {
    /// Change it now.
    Critical,
    /// Change it soon.
    Low,
    /// Fine.
    Good,
    /// Full.
    Full,
    /// The API did not say, or in a word this version does not know.
    #[default]
    #[serde(other)]
    Unknown,
}
