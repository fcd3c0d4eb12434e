//! A call for each endpoint of the client's table.

use chrono::TimeDelta;
use nightdesk::seam::client::*;
use nightdesk::seam::id::*;
use nightdesk::seam::model::Mode;
use nightdesk::seam::{Client, Page, SeamError};
use serde::de::DeserializeOwned;

use crate::house::House;

/// What a call brought.
#[derive(Debug, Default)]
pub struct Told {
    /// Records.
    pub items: usize,
    /// Records that could not be read.
    pub bad: usize,
    /// Why a list is not complete.
    pub cut: Option<SeamError>,
}

/// Ids of things that are there.
pub struct Samples {
    grant: GrantId,
    guest: IdentityId,
    space: SpaceId,
    method: MethodId,
    entrance: EntranceId,
    system: SystemId,
    encoder: EncoderId,
    device: DeviceId,
    event: EventId,
    link: InstantKeyId,
    attempt: AttemptId,
    /// Every card with every encoder, and a cloud key with a door.
    cards: Vec<(MethodId, EncoderId)>,
    cloud: Vec<(MethodId, EntranceId)>,
    /// A card that waits for the number of its tag.
    tag: Option<MethodId>,
}

impl Samples {
    pub async fn of(house: &House) -> Self {
        let c = house.client();
        let grants = c.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
        let system = c.list_systems(&ListSystems {}).await.unwrap().items;
        let systems = system.iter().map(|s| s.id.clone()).collect();
        let encoders =
            c.list_encoders(&ListEncoders { of: EncodersOf::Systems(systems), limit: None }).await.unwrap();
        let entrances = c.list_entrances(&ListEntrances::default()).await.unwrap().items;
        let since = house.control.now() - TimeDelta::days(2);
        let event = c.list_events(&ListEvents::since(since)).await.unwrap().items.remove(0).id;
        // In a room that can be told by its space, and that takes a PIN.
        let grant = grants.iter().find(|g| !g.space_ids.is_empty()).unwrap();
        let mut methods = Vec::new();
        for grant in &grants {
            let of = MethodsOf::Grant(grant.id.clone());
            methods.extend(c.list_access_methods(&of).await.unwrap().items);
        }
        let cards = methods.iter().filter(|m| m.mode == Mode::Card);
        let cards = cards.flat_map(|m| encoders.items.iter().map(|e| (m.id.clone(), e.id.clone()))).collect();
        let encoder = encoders.items[0].id.clone();
        let link = c.list_instant_keys(None).await.unwrap().items.remove(0);
        Self {
            grant: grant.id.clone(),
            // Who has a link has a key on a phone.
            guest: link.user_identity_id,
            space: grant.space_ids[0].clone(),
            method: methods[0].id.clone(),
            entrance: entrances[0].id.clone(),
            system: system[0].id.clone(),
            attempt: c.scan(&encoder, false).await.unwrap().id,
            encoder,
            device: c.list_devices(&ListDevices::default()).await.unwrap().items.remove(0).id,
            event,
            link: link.id,
            cards,
            cloud: Vec::new(),
            tag: None,
        }
    }

    /// Has a guest behind online locks get a tag and a cloud key, which no guest of the hotel has.
    pub async fn make_online(&mut self, house: &House) {
        let c = house.client();
        let grants = c.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
        for grant in grants.iter().filter(|g| g.reservation_key.is_none()) {
            for mode in [Mode::Card, Mode::CloudKey] {
                // Not every brand takes both.
                let _ = c.request_access_methods(&grant.id, &[MethodRequest::of(mode)]).await;
            }
        }
        house.control.advance(120.0);
        for grant in &grants {
            // Some have left meanwhile.
            let Ok(methods) = c.list_access_methods(&MethodsOf::Grant(grant.id.clone())).await else {
                continue;
            };
            let methods = methods.items;
            let tag = methods.iter().find(|m| m.is_ready_for_assignment);
            let key = methods.iter().find(|m| m.mode == Mode::CloudKey && m.is_issued);
            if let (Some(tag), Some(key)) = (tag, key) {
                self.tag = Some(tag.id.clone());
                self.cloud = vec![(key.id.clone(), self.entrance.clone())];
                return;
            }
        }
        panic!("no guest got both");
    }

    /// Keeps of the pairs that a change may be tried with only the first that is taken.
    pub async fn choose(&mut self, client: &Client) {
        let mut taken = Vec::new();
        for (method, encoder) in &self.cards {
            if client.encode(method, encoder).await.is_ok() {
                taken.push((method.clone(), encoder.clone()));
                break;
            }
        }
        self.cards = taken;
    }
}

async fn whole<T: DeserializeOwned>(
    c: &Client,
    first: Result<Page<T>, SeamError>,
) -> Result<Told, SeamError> {
    let all = c.gather(first?).await;
    Ok(Told { items: all.items.len(), bad: all.bad.len(), cut: all.cut })
}

fn one<T>(record: Result<T, SeamError>) -> Result<Told, SeamError> {
    record.map(|_| Told { items: 1, ..Told::default() })
}

fn batch(related: Result<Related, SeamError>) -> Result<Told, SeamError> {
    let r = related?;
    let items = r.access_grants.len() + r.access_methods.len() + r.spaces.len() + r.identities.len();
    Ok(Told { items, bad: r.bad.len(), cut: None })
}

fn newcomer(name: &str) -> NewUserIdentity {
    NewUserIdentity { full_name: Some(name.into()), ..NewUserIdentity::default() }
}

fn pin() -> Vec<MethodRequest> {
    vec![MethodRequest::of(Mode::MobileKey)]
}

/// Asks once. An endpoint that is missing here has no row in the matrix, and that is a failure.
pub async fn call(c: &Client, path: &str, s: &Samples, house: &House) -> Result<Told, SeamError> {
    let grants = std::slice::from_ref(&s.grant);
    let methods = std::slice::from_ref(&s.method);
    let now = house.control.now();
    match path {
        "/access_codes/list" => {
            let of = ListAccessCodes { device_id: Some(s.device.clone()), ..ListAccessCodes::default() };
            whole(c, c.list_access_codes(&of).await).await
        }
        "/access_grants/get" => one(c.get_access_grant(&GrantRef::Id(s.grant.clone())).await),
        "/access_grants/get_related" => batch(
            c.related_to_grants(grants, &[GrantInclude::AccessMethods, GrantInclude::UserIdentities]).await,
        ),
        "/access_grants/list" => whole(c, c.list_access_grants(&ListAccessGrants::default()).await).await,
        "/access_methods/get" => one(c.get_access_method(&s.method).await),
        "/access_methods/get_related" => {
            batch(c.related_to_methods(methods, &[MethodInclude::AccessGrants]).await)
        }
        "/access_methods/list" => {
            whole(c, c.list_access_methods(&MethodsOf::Grant(s.grant.clone())).await).await
        }
        "/acs/encoders/get" => one(c.get_encoder(&s.encoder).await),
        "/acs/encoders/list" => {
            let of = EncodersOf::Encoders(vec![s.encoder.clone()]);
            whole(c, c.list_encoders(&ListEncoders { of, limit: None }).await).await
        }
        "/acs/entrances/get" => one(c.get_entrance(&s.entrance).await),
        "/acs/entrances/list" => whole(c, c.list_entrances(&ListEntrances::default()).await).await,
        "/acs/systems/get" => one(c.get_system(&s.system).await),
        "/acs/systems/list" => whole(c, c.list_systems(&ListSystems {}).await).await,
        "/action_attempts/get" => one(c.get_action_attempt(&s.attempt).await),
        "/devices/get" => one(c.get_device(&s.device).await),
        "/devices/list" => whole(c, c.list_devices(&ListDevices::default()).await).await,
        "/events/get" => one(c.get_event(&s.event).await),
        "/events/list" => whole(c, c.list_events(&ListEvents::since(now - TimeDelta::days(2))).await).await,
        "/instant_keys/get" => one(c.get_instant_key(&InstantKeyRef::Id(s.link.clone())).await),
        "/instant_keys/list" => whole(c, c.list_instant_keys(None).await).await,
        "/spaces/get" => one(c.get_space(&SpaceRef::Id(s.space.clone())).await),
        "/spaces/list" => whole(c, c.list_spaces(&ListSpaces::default()).await).await,
        "/user_identities/get" => one(c.get_user_identity(&IdentityRef::Id(s.guest.clone())).await),
        "/user_identities/list" => {
            whole(c, c.list_user_identities(&ListUserIdentities::default()).await).await
        }
        "/workspaces/get" => one(c.get_workspace().await),
        change => changed(c, change, s, house).await,
    }
}

async fn changed(c: &Client, path: &str, s: &Samples, house: &House) -> Result<Told, SeamError> {
    let now = house.control.now();
    match path {
        "/access_grants/create" => one(c
            .create_access_grant(&CreateAccessGrant {
                guest: Guest::New(newcomer("Quist, Elna")),
                requested_access_methods: pin(),
                access_grant_key: Some("matrix-1".into()),
                reservation_key: Some("matrix".into()),
                name: None,
                space_ids: vec![s.space.clone()],
                acs_entrance_ids: Vec::new(),
                device_ids: Vec::new(),
                starts_at: Some(now + TimeDelta::days(30)),
                ends_at: Some(now + TimeDelta::days(31)),
            })
            .await),
        "/access_grants/delete" => one(c.delete_access_grant(&s.grant).await),
        "/access_grants/request_access_methods" => one(c.request_access_methods(&s.grant, &pin()).await),
        "/access_grants/update" => {
            let update = UpdateAccessGrant {
                grant: GrantRef::Id(s.grant.clone()),
                starts_at: None,
                ends_at: Some(now + TimeDelta::days(9)),
                name: None,
            };
            one(c.update_access_grant(&update).await)
        }
        "/access_methods/assign_card" => {
            one(c.assign_card(s.tag.as_ref().unwrap_or(&s.method), "04A17C").await)
        }
        "/access_methods/delete" => one(c.delete_access_method(&s.method).await),
        "/access_methods/encode" => one(c.encode(&s.cards[0].0, &s.cards[0].1).await),
        "/access_methods/unlock_door" => {
            let (method, door) = s.cloud.first().cloned().unwrap_or((s.method.clone(), s.entrance.clone()));
            one(c.unlock_door(&method, &door).await)
        }
        "/acs/encoders/scan_credential" => one(c.scan(&s.encoder, false).await),
        "/instant_keys/delete" => one(c.delete_instant_key(&s.link).await),
        "/user_identities/create" => one(c.create_user_identity(&newcomer("Okafor, Ada")).await),
        "/user_identities/delete" => {
            // Only a guest without grants may go.
            let guest = c.create_user_identity(&newcomer("Okafor, Ben")).await?;
            one(c.delete_user_identity(&guest.id).await)
        }
        "/user_identities/generate_instant_key" => one(c.generate_instant_key(&s.guest, None).await),
        "/user_identities/update" => {
            let update =
                UpdateUserIdentity { user_identity_id: s.guest.clone(), to: newcomer("Okafor, Cleo") };
            one(c.update_user_identity(&update).await)
        }
        other => panic!("{other} is in the client's table, and the matrix does not ask it"),
    }
}
