//! A run's way to Seam for what is made: guests, grants, methods, Instant Keys, and doors opened from afar.

use chrono::{DateTime, Utc};

use super::api::{Api, there};
use crate::desk::ProgressKind;
use crate::desk::wish::{GrantName, NewGrant, NewGuest, Pins, Wish};
use crate::property::{Delta, Gone, Records};
use crate::seam::SeamError;
use crate::seam::client::{
    CreateAccessGrant, GrantRef, Guest, IdentityRef, InstantKeyRef, ListAccessGrants, ListEvents,
    MethodInclude, MethodRequest, NewUserIdentity,
};
use crate::seam::id::{EntranceId, GrantId, IdentityId, InstantKeyId, MethodId};
use crate::seam::model::{AccessGrant, ActionAttempt, InstantKey, UserIdentity};
use crate::text::Text;

impl Api {
    /// News for the property.
    async fn news(&self, delta: Delta) {
        self.tell(ProgressKind::Read(delta)).await;
    }

    /// The grant with this `access_grant_key`; none where Seam knows none.
    pub(super) async fn grant_with_key(&self, key: &Text) -> Result<Option<AccessGrant>, SeamError> {
        let as_of = self.now();
        let found = there(self.client().get_access_grant(&GrantRef::Key(key.to_string())).await)?;
        if let Some(grant) = &found {
            self.have_read(Records::Grants(vec![grant.clone()]), as_of).await;
        }
        Ok(found)
    }

    /// The grants of a reservation.
    pub(super) async fn grants_of_reservation(&self, key: &Text) -> Result<Vec<AccessGrant>, SeamError> {
        let as_of = self.now();
        let params =
            ListAccessGrants { reservation_key: Some(key.to_string()), ..ListAccessGrants::default() };
        let mut found = self.client().list_access_grants(&params).await?.items;
        found.retain(|g| g.reservation_key.as_ref() == Some(key));
        if !found.is_empty() {
            self.have_read(Records::Grants(found.clone()), as_of).await;
        }
        Ok(found)
    }

    /// The guest with this `user_identity_key`; none where Seam knows none.
    pub(super) async fn guest_with_key(&self, key: &Text) -> Result<Option<UserIdentity>, SeamError> {
        let as_of = self.now();
        let found = there(self.client().get_user_identity(&IdentityRef::Key(key.to_string())).await)?;
        if let Some(guest) = &found {
            self.have_read(Records::Identities(vec![guest.clone()]), as_of).await;
        }
        Ok(found)
    }

    /// The doors of a grant that names no space: the board cannot know them from the grant.
    pub(super) async fn doors(&self, grant: &GrantId, of: &NewGrant) {
        if of.spaces.is_empty() {
            self.news(Delta::GrantDoors {
                grant: grant.clone(),
                entrances: of.entrances.clone(),
                devices: of.devices.clone(),
                as_of: self.now(),
            })
            .await;
        }
    }

    /// `/user_identities/create`, once.
    pub(super) async fn create_guest(&self, guest: &NewGuest) -> Result<(), SeamError> {
        let new = NewUserIdentity {
            full_name: Some(guest.name.to_string()),
            email_address: guest.email.as_ref().map(Text::to_string),
            phone_number: guest.phone.as_ref().map(Text::to_string),
            user_identity_key: Some(guest.key.to_string()),
        };
        self.client().create_user_identity(&new).await.map(drop)
    }

    /// `/access_grants/create`, once.
    pub(super) async fn create_grant(
        &self,
        new: &NewGrant,
        guest: IdentityId,
        pins: &Pins,
    ) -> Result<(), SeamError> {
        let name = GrantName::Key(new.key.clone());
        let methods = new.methods.iter().enumerate();
        let create = CreateAccessGrant {
            guest: Guest::Known(guest),
            requested_access_methods: methods.map(|(i, wish)| request(wish, &name, i, pins)).collect(),
            access_grant_key: Some(new.key.to_string()),
            reservation_key: new.reservation_key.as_ref().map(Text::to_string),
            name: new.name.as_ref().map(Text::to_string),
            space_ids: new.spaces.clone(),
            acs_entrance_ids: new.entrances.clone(),
            device_ids: new.devices.clone(),
            starts_at: new.starts_at,
            ends_at: new.ends_at,
        };
        self.client().create_access_grant(&create).await.map(drop)
    }

    /// `/access_grants/request_access_methods` with one key, once.
    pub(super) async fn request_method(
        &self,
        grant: &GrantId,
        wish: &Wish,
        pins: &Pins,
    ) -> Result<(), SeamError> {
        let wanted = [request(wish, &GrantName::Id(grant.clone()), 0, pins)];
        self.client().request_access_methods(grant, &wanted).await.map(drop)
    }

    /// The Instant Keys of a guest.
    pub(super) async fn instant_keys(&self, guest: &IdentityId) -> Result<Vec<InstantKey>, SeamError> {
        let as_of = self.now();
        let mut found = self.client().list_instant_keys(Some(guest)).await?.items;
        found.retain(|key| key.user_identity_id == *guest);
        if !found.is_empty() {
            self.have_read(Records::InstantKeys(found.clone()), as_of).await;
        }
        Ok(found)
    }

    /// An Instant Key; none where Seam says that it does not exist.
    pub(super) async fn instant_key(&self, id: &InstantKeyId) -> Result<Option<InstantKey>, SeamError> {
        let found = there(self.client().get_instant_key(&InstantKeyRef::Id(id.clone())).await)?;
        if found.is_none() {
            self.news(Delta::Gone(Gone::InstantKey(id.clone()))).await;
        }
        Ok(found)
    }

    /// `/user_identities/generate_instant_key`, once.
    pub(super) async fn new_instant_key(&self, guest: &IdentityId, uses: u32) -> Result<(), SeamError> {
        self.client().generate_instant_key(guest, Some(uses)).await.map(drop)
    }

    /// `/instant_keys/delete`, once.
    pub(super) async fn delete_instant_key(&self, id: &InstantKeyId) -> Result<(), SeamError> {
        self.client().delete_instant_key(id).await
    }

    /// `/access_methods/unlock_door`, once.
    pub(super) async fn unlock(
        &self,
        method: &MethodId,
        door: &EntranceId,
    ) -> Result<ActionAttempt, SeamError> {
        self.client().unlock_door(method, door).await
    }

    /// `/access_methods/assign_card`, once.
    pub(super) async fn assign(&self, method: &MethodId, number: &str) -> Result<ActionAttempt, SeamError> {
        self.client().assign_card(method, number).await
    }

    /// The number of the card that the lock system holds for a method; none where it tells none.
    pub(super) async fn card_number(&self, method: &MethodId) -> Result<Option<Text>, SeamError> {
        let one = std::slice::from_ref(method);
        let related = self.client().related_to_methods(one, &[MethodInclude::AcsCredentials]).await?;
        Ok(related.credentials.into_iter().find_map(|held| held.card_number))
    }

    /// Whether a door has told since `since` that it opened (`lock.unlocked`).
    pub(super) async fn opened(&self, door: &EntranceId, since: DateTime<Utc>) -> Result<bool, SeamError> {
        let as_of = self.now();
        let events = self.client().list_events(&ListEvents::since(since)).await?.items;
        let opened = events.iter().any(|e| {
            e.event_type == "lock.unlocked"
                && e.acs_entrance_id.as_ref() == Some(door)
                && e.occurred_at.or(e.created_at).is_some_and(|at| at >= since)
        });
        if !events.is_empty() {
            self.have_read(Records::Events(events), as_of).await;
        }
        Ok(opened)
    }
}

fn request(wish: &Wish, grant: &GrantName, index: usize, pins: &Pins) -> MethodRequest {
    let code = pins.get(grant, index).filter(|_| wish.own_pin).cloned();
    MethodRequest { mode: wish.mode.clone(), code, instant_key_max_use_count: wish.max_uses }
}
