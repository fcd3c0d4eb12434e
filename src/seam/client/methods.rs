//! `access_methods`: one PIN, one card, one mobile key.

use serde::Serialize;

use super::{Client, Related, named};
use crate::seam::error::SeamError;
use crate::seam::id::{DeviceId, EncoderId, EntranceId, GrantId, MethodId, SpaceId};
use crate::seam::model::{AccessMethod, ActionAttempt};
use crate::seam::page::Page;

/// The filter of `/access_methods/list`; Seam's SDKs send none without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum MethodsOf {
    /// Of a grant.
    #[serde(rename = "access_grant_id")]
    Grant(GrantId),
    /// Of a grant, by the hotel's own key.
    #[serde(rename = "access_grant_key")]
    GrantKey(String),
    /// For a door.
    #[serde(rename = "acs_entrance_id")]
    Entrance(EntranceId),
    /// For a lock.
    #[serde(rename = "device_id")]
    Device(DeviceId),
    /// For a room or area.
    #[serde(rename = "space_id")]
    Space(SpaceId),
}

/// What `/access_methods/get_related` may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodInclude {
    /// Rooms and areas.
    Spaces,
    /// Locks.
    Devices,
    /// Doors.
    AcsEntrances,
    /// The grants that share the method: look before deleting one.
    AccessGrants,
    /// The methods themselves.
    AccessMethods,
    /// Instant Keys.
    InstantKeys,
    /// What the lock system holds for them: cards with their numbers.
    AcsCredentials,
}

#[derive(Serialize)]
struct RelatedToMethods<'a> {
    access_method_ids: &'a [MethodId],
    include: &'a [MethodInclude],
}

#[derive(Serialize)]
struct At<'a> {
    access_method_id: &'a MethodId,
    #[serde(skip_serializing_if = "Option::is_none")]
    acs_encoder_id: Option<&'a EncoderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acs_entrance_id: Option<&'a EntranceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_number: Option<&'a str>,
}

impl<'a> At<'a> {
    fn of(method: &'a MethodId) -> Self {
        Self { access_method_id: method, acs_encoder_id: None, acs_entrance_id: None, card_number: None }
    }
}

impl Client {
    /// `/access_methods/list`. Not paged by the document; pages are followed where they appear.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_access_methods(&self, of: &MethodsOf) -> Result<Page<AccessMethod>, SeamError> {
        self.list("/access_methods/list", "access_methods", of).await
    }

    /// `/access_methods/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_access_method(&self, method: &MethodId) -> Result<AccessMethod, SeamError> {
        self.get("/access_methods/get", "access_method", &named("access_method_id", method)).await
    }

    /// `/access_methods/get_related`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn related_to_methods(
        &self,
        methods: &[MethodId],
        include: &[MethodInclude],
    ) -> Result<Related, SeamError> {
        let params = RelatedToMethods { access_method_ids: methods, include };
        self.related("/access_methods/get_related", &params).await
    }

    /// `/access_methods/delete` of this one method. The endpoint could also delete by grant or by
    /// reservation, which takes the keys of a whole party; this client does not offer that. A change:
    /// sent once.
    ///
    /// # Errors
    /// `NotFound` where it is gone already; see [`SeamError::outcome`].
    pub async fn delete_access_method(&self, method: &MethodId) -> Result<(), SeamError> {
        self.change("/access_methods/delete", &named("access_method_id", method)).await
    }

    /// `/access_methods/encode`: puts the key onto the card on this encoder. A change: sent once. Poll
    /// the attempt, and read the method again in any case.
    ///
    /// # Errors
    /// `Refused` where the method is not ready; see [`SeamError::outcome`].
    pub async fn encode(&self, method: &MethodId, encoder: &EncoderId) -> Result<ActionAttempt, SeamError> {
        let params = At { acs_encoder_id: Some(encoder), ..At::of(method) };
        self.make("/access_methods/encode", "action_attempt", &params, Vec::new()).await
    }

    /// `/access_methods/assign_card`: makes the card of this number the key. A change: sent once.
    ///
    /// # Errors
    /// See [`SeamError::outcome`].
    pub async fn assign_card(
        &self,
        method: &MethodId,
        card_number: &str,
    ) -> Result<ActionAttempt, SeamError> {
        let params = At { card_number: Some(card_number), ..At::of(method) };
        self.make("/access_methods/assign_card", "action_attempt", &params, Vec::new()).await
    }

    /// `/access_methods/unlock_door` with a cloud key. A change: sent once.
    ///
    /// # Errors
    /// See [`SeamError::outcome`].
    pub async fn unlock_door(
        &self,
        method: &MethodId,
        entrance: &EntranceId,
    ) -> Result<ActionAttempt, SeamError> {
        let params = At { acs_entrance_id: Some(entrance), ..At::of(method) };
        self.make("/access_methods/unlock_door", "action_attempt", &params, Vec::new()).await
    }
}
