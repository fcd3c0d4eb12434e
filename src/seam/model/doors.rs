//! Rooms, doors, locks, encoders and the systems behind them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Notice, Notices, lenient};
use crate::seam::id::{DeviceId, EncoderId, EntranceId, SpaceId, SystemId};
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

/// `acs_entrance`: a door of an access system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// `acs_entrance_id`.
    pub id: EntranceId,
    /// The system that runs it.
    pub acs_system_id: SystemId,
    /// The name on the door.
    pub display_name: Text,
    /// The spaces it opens.
    pub space_ids: Vec<SpaceId>,
    /// Whether a reservation key is needed and a new reservation overrides the one before.
    pub can_belong_to_reservation: bool,
    /// Guest door or common door, from whichever brand's metadata is there, else from
    /// `can_belong_to_reservation`.
    pub kind: DoorKind,
    /// `can_unlock_with_card`; none where the API does not say.
    pub can_unlock_with_card: Option<bool>,
    /// `can_unlock_with_code`.
    pub can_unlock_with_code: Option<bool>,
    /// `can_unlock_with_mobile_key`.
    pub can_unlock_with_mobile_key: Option<bool>,
    /// `can_unlock_with_cloud_key`.
    pub can_unlock_with_cloud_key: Option<bool>,
    /// `salto_ks_metadata.online`.
    pub online: Option<bool>,
    /// `salto_ks_metadata.battery_level`, verbatim.
    pub battery_level: Option<Box<Text>>,
    /// `salto_ks_metadata.privacy_mode`.
    pub privacy_mode: bool,
    /// `errors[]`.
    pub errors: Notices,
    /// `warnings[]`.
    pub warnings: Notices,
}

#[derive(Deserialize)]
struct EntranceWire {
    acs_entrance_id: EntranceId,
    acs_system_id: SystemId,
    #[serde(default, deserialize_with = "lenient::or_default")]
    display_name: Text,
    #[serde(default, deserialize_with = "lenient::or_default")]
    space_ids: Vec<SpaceId>,
    /// What another desk made of the brand's metadata.
    #[serde(default)]
    nightdesk_kind: Option<DoorKind>,
    #[serde(default)]
    can_belong_to_reservation: Option<bool>,
    #[serde(default)]
    can_unlock_with_card: Option<bool>,
    #[serde(default)]
    can_unlock_with_code: Option<bool>,
    #[serde(default)]
    can_unlock_with_mobile_key: Option<bool>,
    #[serde(default)]
    can_unlock_with_cloud_key: Option<bool>,
    #[serde(default)]
    visionline_metadata: Option<VisionlineDoor>,
    #[serde(default)]
    assa_abloy_vostio_metadata: Option<VostioDoor>,
    #[serde(default)]
    hotek_metadata: Option<HotekDoor>,
    #[serde(default)]
    salto_space_metadata: Option<SaltoSpaceDoor>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    salto_ks_metadata: SaltoKsDoor,
    #[serde(default, deserialize_with = "lenient::or_default")]
    errors: Vec<Notice>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    warnings: Vec<Notice>,
}

#[derive(Deserialize)]
struct VisionlineDoor {
    #[serde(default, deserialize_with = "lenient::or_default")]
    door_category: Text,
}

#[derive(Deserialize)]
struct VostioDoor {
    #[serde(default, deserialize_with = "lenient::or_default")]
    door_type: Text,
}

#[derive(Deserialize)]
struct HotekDoor {
    #[serde(default, deserialize_with = "lenient::text")]
    room_number: Option<Text>,
}

#[derive(Deserialize)]
struct SaltoSpaceDoor {
    #[serde(default, deserialize_with = "lenient::text")]
    room_name: Option<Text>,
}

#[derive(Default, Deserialize)]
struct SaltoKsDoor {
    #[serde(default)]
    online: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    battery_level: Option<Text>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    privacy_mode: bool,
}

impl EntranceWire {
    fn kind(&self) -> DoorKind {
        if let Some(kind) = self.nightdesk_kind {
            return kind;
        }
        let guest_if = |is: bool| if is { DoorKind::Guest } else { DoorKind::Common };
        if let Some(door) = &self.visionline_metadata {
            return guest_if(door.door_category == "guest");
        }
        if let Some(door) = &self.assa_abloy_vostio_metadata {
            return guest_if(door.door_type == "GuestDoor");
        }
        if let Some(door) = &self.hotek_metadata {
            return guest_if(door.room_number.is_some());
        }
        if let Some(door) = &self.salto_space_metadata {
            return guest_if(door.room_name.is_some());
        }
        match self.can_belong_to_reservation {
            Some(true) => DoorKind::Guest,
            _ => DoorKind::Unknown,
        }
    }
}

impl<'de> Deserialize<'de> for Entrance {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let wire = EntranceWire::deserialize(d)?;
        Ok(Self {
            kind: wire.kind(),
            id: wire.acs_entrance_id,
            acs_system_id: wire.acs_system_id,
            display_name: wire.display_name,
            space_ids: wire.space_ids,
            can_belong_to_reservation: wire.can_belong_to_reservation.unwrap_or(false),
            can_unlock_with_card: wire.can_unlock_with_card,
            can_unlock_with_code: wire.can_unlock_with_code,
            can_unlock_with_mobile_key: wire.can_unlock_with_mobile_key,
            can_unlock_with_cloud_key: wire.can_unlock_with_cloud_key,
            online: wire.salto_ks_metadata.online,
            battery_level: wire.salto_ks_metadata.battery_level.map(Box::new),
            privacy_mode: wire.salto_ks_metadata.privacy_mode,
            errors: wire.errors.into(),
            warnings: wire.warnings.into(),
        })
    }
}

/// As the API would write it, but for the kind of the door, which needs no brand's metadata then.
impl Serialize for Entrance {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            acs_entrance_id: &'a EntranceId,
            acs_system_id: &'a SystemId,
            display_name: &'a Text,
            space_ids: &'a [SpaceId],
            nightdesk_kind: DoorKind,
            can_belong_to_reservation: bool,
            can_unlock_with_card: Option<bool>,
            can_unlock_with_code: Option<bool>,
            can_unlock_with_mobile_key: Option<bool>,
            can_unlock_with_cloud_key: Option<bool>,
            salto_ks_metadata: WrittenSaltoKs<'a>,
            errors: &'a [Notice],
            warnings: &'a [Notice],
        }
        #[derive(Serialize)]
        struct WrittenSaltoKs<'a> {
            online: Option<bool>,
            battery_level: Option<&'a Text>,
            privacy_mode: bool,
        }
        let written = Written {
            acs_entrance_id: &self.id,
            acs_system_id: &self.acs_system_id,
            display_name: &self.display_name,
            space_ids: &self.space_ids,
            nightdesk_kind: self.kind,
            can_belong_to_reservation: self.can_belong_to_reservation,
            can_unlock_with_card: self.can_unlock_with_card,
            can_unlock_with_code: self.can_unlock_with_code,
            can_unlock_with_mobile_key: self.can_unlock_with_mobile_key,
            can_unlock_with_cloud_key: self.can_unlock_with_cloud_key,
            salto_ks_metadata: WrittenSaltoKs {
                online: self.online,
                battery_level: self.battery_level.as_deref(),
                privacy_mode: self.privacy_mode,
            },
            errors: &self.errors,
            warnings: &self.warnings,
        };
        written.serialize(s)
    }
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
