//! Doors of access systems.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DoorKind, Notice, Notices, lenient};
use crate::seam::id::{EntranceId, SpaceId, SystemId};
use crate::text::Text;

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
