//! `access_grants`: who, where, when, how.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::{Client, named, open};
use crate::seam::client::people::NewUserIdentity;
use crate::seam::error::SeamError;
use crate::seam::id::{DeviceId, EntranceId, GrantId, IdentityId, SpaceId, SystemId};
use crate::seam::model::{
    AccessGrant, AccessMethod, AcsSystem, CredentialOnSeam, Device, Entrance, InstantKey, Mode, Space,
    UserIdentity,
};
use crate::seam::page::{BadRecord, Page};
use crate::secret::Secret;

/// Names one grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum GrantRef {
    /// By Seam's id.
    #[serde(rename = "access_grant_id")]
    Id(GrantId),
    /// By the hotel's own key: finds a grant whose creation was answered by silence.
    #[serde(rename = "access_grant_key")]
    Key(String),
}

/// Parameters of `/access_grants/list`. There is no filter by date or status.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListAccessGrants {
    /// These grants alone. Leave out those that may be many: send ids in hundreds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_grant_ids: Option<Vec<GrantId>>,
    /// Of this reservation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_key: Option<String>,
    /// With this key of the hotel's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_grant_key: Option<String>,
    /// Of this guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity_id: Option<IdentityId>,
    /// For this room or area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space_id: Option<SpaceId>,
    /// For this door.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_entrance_id: Option<EntranceId>,
    /// For this lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// In this access system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acs_system_id: Option<SystemId>,
    /// Records a page; Seam's own default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Parameters of `/access_grants/create`.
#[derive(Clone, Debug, Serialize)]
pub struct CreateAccessGrant {
    /// The guest.
    #[serde(flatten)]
    pub guest: Guest,
    /// How the guest gets in.
    pub requested_access_methods: Vec<MethodRequest>,
    /// The hotel's own key for the grant, unique in the workspace: what finds it again after a lost
    /// reply. Seam has no other idempotency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_grant_key: Option<String>,
    /// The reservation: a new key overrides whoever has the room, the same key joins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_key: Option<String>,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Rooms and common areas.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub space_ids: Vec<SpaceId>,
    /// Doors, where not by spaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acs_entrance_ids: Vec<EntranceId>,
    /// Locks, where not by spaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub device_ids: Vec<DeviceId>,
    /// Start of access; now, where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// End of access; open-ended, where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
}

/// Whose grant it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Guest {
    /// A guest Seam knows.
    #[serde(rename = "user_identity_id")]
    Known(IdentityId),
    /// A guest to be made with the grant, or found by the `user_identity_key`.
    #[serde(rename = "user_identity")]
    New(NewUserIdentity),
}

/// An entry of `requested_access_methods`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MethodRequest {
    /// The kind of key.
    pub mode: Mode,
    /// A PIN of four to nine digits: a preference, the method tells what it became.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "revealed")]
    pub code: Option<Secret>,
    /// How many phones may redeem the Instant Key; one, where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant_key_max_use_count: Option<u32>,
}

impl MethodRequest {
    /// A key of this kind, Seam choosing the rest.
    pub fn of(mode: Mode) -> Self {
        Self { mode, code: None, instant_key_max_use_count: None }
    }
}

/// The one place a PIN is written out: the wire.
fn revealed<S: Serializer>(code: &Option<Secret>, s: S) -> Result<S::Ok, S::Error> {
    match code {
        Some(code) => s.serialize_str(code.reveal()),
        None => s.serialize_none(),
    }
}

fn codes(methods: &[MethodRequest]) -> Vec<&Secret> {
    methods.iter().filter_map(|m| m.code.as_ref()).collect()
}

/// Parameters of `/access_grants/update`: times and name, nothing else. Every method is issued anew.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateAccessGrant {
    /// Which grant.
    #[serde(flatten)]
    pub grant: GrantRef,
    /// New start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// New end; must lie in the future and after the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What `/access_grants/get_related` may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantInclude {
    /// Rooms and areas.
    Spaces,
    /// Locks.
    Devices,
    /// Doors.
    AcsEntrances,
    /// Access systems.
    AcsSystems,
    /// Guests.
    UserIdentities,
    /// Keys.
    AccessMethods,
}

#[derive(Serialize)]
struct RelatedToGrants<'a> {
    access_grant_ids: &'a [GrantId],
    include: &'a [GrantInclude],
}

/// The `batch` of a `get_related`: only the lists that were asked for are filled.
#[derive(Clone, Debug, Default)]
pub struct Related {
    /// Grants.
    pub access_grants: Vec<AccessGrant>,
    /// Keys.
    pub access_methods: Vec<AccessMethod>,
    /// Rooms and areas.
    pub spaces: Vec<Space>,
    /// Locks.
    pub devices: Vec<Device>,
    /// Doors.
    pub entrances: Vec<Entrance>,
    /// Access systems.
    pub systems: Vec<AcsSystem>,
    /// Guests.
    pub identities: Vec<UserIdentity>,
    /// Instant Keys.
    pub instant_keys: Vec<InstantKey>,
    /// What the lock systems hold for the keys.
    pub credentials: Vec<CredentialOnSeam>,
    /// Records that could not be read.
    pub bad: Vec<BadRecord>,
}

impl Client {
    /// `/access_grants/list`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_access_grants(
        &self,
        params: &ListAccessGrants,
    ) -> Result<Page<AccessGrant>, SeamError> {
        self.list("/access_grants/list", "access_grants", params).await
    }

    /// `/access_grants/get`.
    ///
    /// # Errors
    /// `NotFound` where the grant is gone.
    pub async fn get_access_grant(&self, grant: &GrantRef) -> Result<AccessGrant, SeamError> {
        self.get("/access_grants/get", "access_grant", grant).await
    }

    /// `/access_grants/get_related`. No maximum of ids is documented: send them in hundreds.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn related_to_grants(
        &self,
        grants: &[GrantId],
        include: &[GrantInclude],
    ) -> Result<Related, SeamError> {
        self.related("/access_grants/get_related", &RelatedToGrants { access_grant_ids: grants, include })
            .await
    }

    pub(super) async fn related(
        &self,
        path: &'static str,
        params: &impl Serialize,
    ) -> Result<Related, SeamError> {
        let reply = self.read(path, params).await?;
        let mut batch = open(path, &reply, |e| e.batch("batch"))?;
        Ok(Related {
            access_grants: batch.take("access_grants"),
            access_methods: batch.take("access_methods"),
            spaces: batch.take("spaces"),
            devices: batch.take("devices"),
            entrances: batch.take("acs_entrances"),
            systems: batch.take("acs_systems"),
            identities: batch.take("user_identities"),
            instant_keys: batch.take("instant_keys"),
            credentials: batch.take("acs_credentials"),
            bad: batch.bad,
        })
    }

    /// `/access_grants/create`. A change: sent once.
    ///
    /// # Errors
    /// `Conflict` or `Refused` where a reservation rule forbids it; see [`SeamError::outcome`].
    pub async fn create_access_grant(&self, grant: &CreateAccessGrant) -> Result<AccessGrant, SeamError> {
        let secrets = codes(&grant.requested_access_methods);
        self.make("/access_grants/create", "access_grant", grant, secrets).await
    }

    /// `/access_grants/update`. A change: sent once. Answers nothing, so read the grant again.
    ///
    /// # Errors
    /// `Validation` for times Seam does not take; see [`SeamError::outcome`].
    pub async fn update_access_grant(&self, update: &UpdateAccessGrant) -> Result<(), SeamError> {
        self.change("/access_grants/update", update).await
    }

    /// `/access_grants/delete`: the grant and all its keys. A change: sent once; the locks follow later.
    ///
    /// # Errors
    /// `NotFound` where it is gone already; see [`SeamError::outcome`].
    pub async fn delete_access_grant(&self, grant: &GrantId) -> Result<(), SeamError> {
        self.change("/access_grants/delete", &named("access_grant_id", grant)).await
    }

    /// `/access_grants/request_access_methods`: further keys on a grant. A change: sent once.
    ///
    /// # Errors
    /// `Refused` or `Validation`; see [`SeamError::outcome`].
    pub async fn request_access_methods(
        &self,
        grant: &GrantId,
        methods: &[MethodRequest],
    ) -> Result<AccessGrant, SeamError> {
        let params = RequestMethods { access_grant_id: grant, requested_access_methods: methods };
        self.make("/access_grants/request_access_methods", "access_grant", &params, codes(methods)).await
    }
}

#[derive(Serialize)]
struct RequestMethods<'a> {
    access_grant_id: &'a GrantId,
    requested_access_methods: &'a [MethodRequest],
}
