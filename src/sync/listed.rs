//! The resources that are lists of records with ids, each in terms of its endpoints.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use serde::de::DeserializeOwned;

use super::shared::Shared;
use crate::property::{Gone, Records, Resource};
use crate::seam::client::{
    EncodersOf, IdentityRef, InstantKeyRef, ListDevices, ListEncoders, ListEntrances, ListSpaces,
    ListSystems, ListUserIdentities, SpaceRef,
};
use crate::seam::id::{DeviceId, EncoderId, EntranceId, IdentityId, InstantKeyId, SpaceId, SystemId};
use crate::seam::model::{AcsSystem, Device, Encoder, Entrance, InstantKey, Space, UserIdentity};
use crate::seam::{Client, Page, SeamError};

/// Which records of a list.
#[derive(Clone, Debug)]
pub(super) enum Which<Id> {
    /// All of them; the systems are those there are.
    All(Vec<SystemId>),
    /// These, at most a hundred. A list that cannot be asked for some is asked for all.
    These(Vec<Id>),
}

/// A record of a list.
pub(super) trait Listed: DeserializeOwned + Send + Sync + 'static {
    /// Its id.
    type Id: Clone + Ord + Hash + Send + Sync + 'static;
    /// What it belongs to.
    const RESOURCE: Resource;

    fn id(&self) -> &Self::Id;
    fn wrap(records: Vec<Self>) -> Records;
    fn gone(id: Self::Id) -> Gone;
    fn list(
        client: &Client,
        which: Which<Self::Id>,
    ) -> impl Future<Output = Result<Page<Self>, SeamError>> + Send;
    fn get(client: &Client, id: &Self::Id) -> impl Future<Output = Result<Self, SeamError>> + Send;

    /// Keeps in mind that these were asked for.
    fn remember(_shared: &Shared, _ids: Vec<Self::Id>) {}

    /// Keeps in mind that these are all there are.
    fn remember_whole(shared: &Shared, ids: HashSet<Self::Id>) {
        Self::remember(shared, ids.into_iter().collect());
    }
}

impl<Id> Which<Id> {
    fn ids(self) -> Option<Vec<Id>> {
        match self {
            Self::All(_) => None,
            Self::These(ids) => Some(ids),
        }
    }
}

impl Listed for AcsSystem {
    type Id = SystemId;
    const RESOURCE: Resource = Resource::Systems;

    fn id(&self) -> &SystemId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::Systems(records)
    }
    fn gone(id: SystemId) -> Gone {
        Gone::System(id)
    }
    async fn list(client: &Client, _: Which<SystemId>) -> Result<Page<Self>, SeamError> {
        client.list_systems(&ListSystems {}).await
    }
    async fn get(client: &Client, id: &SystemId) -> Result<Self, SeamError> {
        client.get_system(id).await
    }
    fn remember(shared: &Shared, ids: Vec<SystemId>) {
        // Systems are only ever read all together.
        shared.systems.send_replace(Some(ids));
    }
}

impl Listed for Space {
    type Id = SpaceId;
    const RESOURCE: Resource = Resource::Spaces;

    fn id(&self) -> &SpaceId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::Spaces(records)
    }
    fn gone(id: SpaceId) -> Gone {
        Gone::Space(id)
    }
    async fn list(client: &Client, _: Which<SpaceId>) -> Result<Page<Self>, SeamError> {
        client.list_spaces(&ListSpaces::default()).await
    }
    async fn get(client: &Client, id: &SpaceId) -> Result<Self, SeamError> {
        client.get_space(&SpaceRef::Id(id.clone())).await
    }
    fn remember(shared: &Shared, ids: Vec<SpaceId>) {
        shared.ledger().spaces.extend(ids);
    }
}

impl Listed for Entrance {
    type Id = EntranceId;
    const RESOURCE: Resource = Resource::Entrances;

    fn id(&self) -> &EntranceId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::Entrances(records)
    }
    fn gone(id: EntranceId) -> Gone {
        Gone::Entrance(id)
    }
    async fn list(client: &Client, which: Which<EntranceId>) -> Result<Page<Self>, SeamError> {
        let params = ListEntrances { acs_entrance_ids: which.ids(), ..ListEntrances::default() };
        client.list_entrances(&params).await
    }
    async fn get(client: &Client, id: &EntranceId) -> Result<Self, SeamError> {
        client.get_entrance(id).await
    }
}

impl Listed for Device {
    type Id = DeviceId;
    const RESOURCE: Resource = Resource::Devices;

    fn id(&self) -> &DeviceId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::Devices(records)
    }
    fn gone(id: DeviceId) -> Gone {
        Gone::Device(id)
    }
    async fn list(client: &Client, which: Which<DeviceId>) -> Result<Page<Self>, SeamError> {
        let params = ListDevices { device_ids: which.ids(), ..ListDevices::default() };
        client.list_devices(&params).await
    }
    async fn get(client: &Client, id: &DeviceId) -> Result<Self, SeamError> {
        client.get_device(id).await
    }
}

impl Listed for Encoder {
    type Id = EncoderId;
    const RESOURCE: Resource = Resource::Encoders;

    fn id(&self) -> &EncoderId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::Encoders(records)
    }
    fn gone(id: EncoderId) -> Gone {
        Gone::Encoder(id)
    }
    async fn list(client: &Client, which: Which<EncoderId>) -> Result<Page<Self>, SeamError> {
        let of = match which {
            // Seam takes no list without a filter, and there is nothing to ask it for.
            Which::All(systems) if systems.is_empty() => {
                return Ok(Page { items: Vec::new(), bad: Vec::new(), next: None });
            }
            Which::All(systems) => EncodersOf::Systems(systems),
            Which::These(ids) => EncodersOf::Encoders(ids),
        };
        client.list_encoders(&ListEncoders { of, limit: None }).await
    }
    async fn get(client: &Client, id: &EncoderId) -> Result<Self, SeamError> {
        client.get_encoder(id).await
    }
}

impl Listed for UserIdentity {
    type Id = IdentityId;
    const RESOURCE: Resource = Resource::Identities;

    fn id(&self) -> &IdentityId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::Identities(records)
    }
    fn gone(id: IdentityId) -> Gone {
        Gone::Identity(id)
    }
    async fn list(client: &Client, which: Which<IdentityId>) -> Result<Page<Self>, SeamError> {
        let params = ListUserIdentities { user_identity_ids: which.ids(), ..ListUserIdentities::default() };
        client.list_user_identities(&params).await
    }
    async fn get(client: &Client, id: &IdentityId) -> Result<Self, SeamError> {
        client.get_user_identity(&IdentityRef::Id(id.clone())).await
    }
    fn remember(shared: &Shared, ids: Vec<IdentityId>) {
        shared.ledger().identities.extend(ids);
    }
    fn remember_whole(shared: &Shared, ids: HashSet<IdentityId>) {
        // Guests come and go for years. One that no list brings is asked for once more.
        shared.ledger().identities = ids;
    }
}

impl Listed for InstantKey {
    type Id = InstantKeyId;
    const RESOURCE: Resource = Resource::InstantKeys;

    fn id(&self) -> &InstantKeyId {
        &self.id
    }
    fn wrap(records: Vec<Self>) -> Records {
        Records::InstantKeys(records)
    }
    fn gone(id: InstantKeyId) -> Gone {
        Gone::InstantKey(id)
    }
    async fn list(client: &Client, _: Which<InstantKeyId>) -> Result<Page<Self>, SeamError> {
        client.list_instant_keys(None).await
    }
    async fn get(client: &Client, id: &InstantKeyId) -> Result<Self, SeamError> {
        client.get_instant_key(&InstantKeyRef::Id(id.clone())).await
    }
}
