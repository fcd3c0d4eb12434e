//! Rooms, doors, locks, encoders and systems.

use serde::Serialize;

use super::{Client, named};
use crate::seam::error::SeamError;
use crate::seam::id::{DeviceId, EncoderId, EntranceId, SpaceId, SystemId};
use crate::seam::model::{AcsSystem, ActionAttempt, Device, Encoder, Entrance, Space};
use crate::seam::page::Page;

/// Names one space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SpaceRef {
    /// By Seam's id.
    #[serde(rename = "space_id")]
    Id(SpaceId),
    /// By the hotel's own key.
    #[serde(rename = "space_key")]
    Key(String),
}

/// Parameters of `/spaces/list`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListSpaces {
    /// On this floor, in this building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_space_id: Option<SpaceId>,
    /// With this key of the hotel's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space_key: Option<String>,
    /// Records a page; Seam's own default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Parameters of `/acs/entrances/list`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListEntrances {
    /// These doors alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_entrance_ids: Option<Vec<EntranceId>>,
    /// Of this system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_system_id: Option<SystemId>,
    /// Of this room or area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space_id: Option<SpaceId>,
    /// Records a page; Seam's own default is 900.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Parameters of `/acs/systems/list`; it takes none a desk needs.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct ListSystems {}

/// Parameters of `/devices/list`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListDevices {
    /// These locks alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_ids: Option<Vec<DeviceId>>,
    /// Of this room or area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space_id: Option<SpaceId>,
    /// Records a page; Seam's own default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The filter of `/acs/encoders/list`, which takes no request without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum EncodersOf {
    /// Of one system.
    #[serde(rename = "acs_system_id")]
    System(SystemId),
    /// Of several systems.
    #[serde(rename = "acs_system_ids")]
    Systems(Vec<SystemId>),
    /// These alone.
    #[serde(rename = "acs_encoder_ids")]
    Encoders(Vec<EncoderId>),
}

/// Parameters of `/acs/encoders/list`.
#[derive(Clone, Debug, Serialize)]
pub struct ListEncoders {
    /// Which.
    #[serde(flatten)]
    pub of: EncodersOf,
    /// Records a page; Seam's own default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[derive(Serialize)]
struct Scan<'a> {
    acs_encoder_id: &'a EncoderId,
    #[serde(skip_serializing_if = "Option::is_none")]
    salto_ks_metadata: Option<SaltoKs>,
}

#[derive(Serialize)]
struct SaltoKs {
    detect_new_tags: bool,
}

impl Client {
    /// `/spaces/list`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_spaces(&self, params: &ListSpaces) -> Result<Page<Space>, SeamError> {
        self.list("/spaces/list", "spaces", params).await
    }

    /// `/spaces/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_space(&self, space: &SpaceRef) -> Result<Space, SeamError> {
        self.get("/spaces/get", "space", space).await
    }

    /// `/acs/entrances/list`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_entrances(&self, params: &ListEntrances) -> Result<Page<Entrance>, SeamError> {
        self.list("/acs/entrances/list", "acs_entrances", params).await
    }

    /// `/acs/entrances/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_entrance(&self, entrance: &EntranceId) -> Result<Entrance, SeamError> {
        self.get("/acs/entrances/get", "acs_entrance", &named("acs_entrance_id", entrance)).await
    }

    /// `/acs/systems/list`. Not paged by the document; pages are followed where they appear.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_systems(&self, params: &ListSystems) -> Result<Page<AcsSystem>, SeamError> {
        self.list("/acs/systems/list", "acs_systems", params).await
    }

    /// `/acs/systems/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_system(&self, system: &SystemId) -> Result<AcsSystem, SeamError> {
        self.get("/acs/systems/get", "acs_system", &named("acs_system_id", system)).await
    }

    /// `/acs/encoders/list`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_encoders(&self, params: &ListEncoders) -> Result<Page<Encoder>, SeamError> {
        self.list("/acs/encoders/list", "acs_encoders", params).await
    }

    /// `/acs/encoders/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_encoder(&self, encoder: &EncoderId) -> Result<Encoder, SeamError> {
        self.get("/acs/encoders/get", "acs_encoder", &named("acs_encoder_id", encoder)).await
    }

    /// `/acs/encoders/scan_credential`: what is on the card on this encoder. Changes nothing on a door,
    /// but starts an attempt, so it is sent once. `new_tags`: let Salto KS look for tags it does not
    /// know.
    ///
    /// # Errors
    /// See [`SeamError::outcome`].
    pub async fn scan(&self, encoder: &EncoderId, new_tags: bool) -> Result<ActionAttempt, SeamError> {
        let salto_ks_metadata = new_tags.then_some(SaltoKs { detect_new_tags: true });
        let params = Scan { acs_encoder_id: encoder, salto_ks_metadata };
        self.make("/acs/encoders/scan_credential", "action_attempt", &params, Vec::new()).await
    }

    /// `/devices/list`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_devices(&self, params: &ListDevices) -> Result<Page<Device>, SeamError> {
        self.list("/devices/list", "devices", params).await
    }

    /// `/devices/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_device(&self, device: &DeviceId) -> Result<Device, SeamError> {
        self.get("/devices/get", "device", &named("device_id", device)).await
    }
}
