//! Guests, their Instant Keys, and the workspace.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::{Client, named};
use crate::seam::error::SeamError;
use crate::seam::id::{IdentityId, InstantKeyId};
use crate::seam::model::{InstantKey, UserIdentity, Workspace};
use crate::seam::page::Page;
use crate::secret::Secret;

/// Names one guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum IdentityRef {
    /// By Seam's id.
    #[serde(rename = "user_identity_id")]
    Id(IdentityId),
    /// By the hotel's own key: finds a guest whose creation was answered by silence.
    #[serde(rename = "user_identity_key")]
    Key(String),
}

/// Parameters of `/user_identities/list`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListUserIdentities {
    /// These guests alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity_ids: Option<Vec<IdentityId>>,
    /// Name, e-mail or phone, in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Made before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_before: Option<DateTime<Utc>>,
    /// Records a page; Seam's own default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Parameters of `/user_identities/create`, and of a guest made along with a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewUserIdentity {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    /// Phone number, E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The hotel's own key for the guest, unique in the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity_key: Option<String>,
}

/// Parameters of `/user_identities/update`; what is none stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateUserIdentity {
    /// Which guest.
    pub user_identity_id: IdentityId,
    /// The new particulars.
    #[serde(flatten)]
    pub to: NewUserIdentity,
}

/// Names one Instant Key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum InstantKeyRef {
    /// By Seam's id.
    #[serde(rename = "instant_key_id")]
    Id(InstantKeyId),
    /// By its link.
    #[serde(rename = "instant_key_url", serialize_with = "revealed")]
    Url(Secret),
}

/// A link is written out on the wire alone.
fn revealed<S: Serializer>(url: &Secret, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(url.reveal())
}

#[derive(Serialize)]
struct KeysOf<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_identity_id: Option<&'a IdentityId>,
}

#[derive(Serialize)]
struct NewInstantKey<'a> {
    user_identity_id: &'a IdentityId,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_use_count: Option<u32>,
}

impl Client {
    /// `/user_identities/list`.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_user_identities(
        &self,
        params: &ListUserIdentities,
    ) -> Result<Page<UserIdentity>, SeamError> {
        self.list("/user_identities/list", "user_identities", params).await
    }

    /// `/user_identities/get`.
    ///
    /// # Errors
    /// `NotFound` where the guest is gone.
    pub async fn get_user_identity(&self, guest: &IdentityRef) -> Result<UserIdentity, SeamError> {
        self.get("/user_identities/get", "user_identity", guest).await
    }

    /// `/user_identities/create`. A change: sent once.
    ///
    /// # Errors
    /// See [`SeamError::outcome`].
    pub async fn create_user_identity(&self, guest: &NewUserIdentity) -> Result<UserIdentity, SeamError> {
        self.make("/user_identities/create", "user_identity", guest, Vec::new()).await
    }

    /// `/user_identities/update`. A change: sent once.
    ///
    /// # Errors
    /// See [`SeamError::outcome`].
    pub async fn update_user_identity(&self, update: &UpdateUserIdentity) -> Result<(), SeamError> {
        self.change("/user_identities/update", update).await
    }

    /// `/user_identities/delete`. A change: sent once.
    ///
    /// # Errors
    /// `NotFound` where the guest is gone already; see [`SeamError::outcome`].
    pub async fn delete_user_identity(&self, guest: &IdentityId) -> Result<(), SeamError> {
        self.change("/user_identities/delete", &named("user_identity_id", guest)).await
    }

    /// `/user_identities/generate_instant_key`: one link for all mobile keys of this guest, good for
    /// `phones` phones (Seam's own default is one). A change: sent once.
    ///
    /// # Errors
    /// See [`SeamError::outcome`].
    pub async fn generate_instant_key(
        &self,
        guest: &IdentityId,
        phones: Option<u32>,
    ) -> Result<InstantKey, SeamError> {
        let params = NewInstantKey { user_identity_id: guest, max_use_count: phones };
        self.make("/user_identities/generate_instant_key", "instant_key", &params, Vec::new()).await
    }

    /// `/instant_keys/list`, of one guest or of all. Not paged by the document; pages are followed
    /// where they appear.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_instant_keys(&self, of: Option<&IdentityId>) -> Result<Page<InstantKey>, SeamError> {
        self.list("/instant_keys/list", "instant_keys", &KeysOf { user_identity_id: of }).await
    }

    /// `/instant_keys/get`.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub async fn get_instant_key(&self, key: &InstantKeyRef) -> Result<InstantKey, SeamError> {
        self.get("/instant_keys/get", "instant_key", key).await
    }

    /// `/instant_keys/delete`: the link opens nothing any more. A change: sent once.
    ///
    /// # Errors
    /// `NotFound` where it is gone already; see [`SeamError::outcome`].
    pub async fn delete_instant_key(&self, key: &InstantKeyId) -> Result<(), SeamError> {
        self.change("/instant_keys/delete", &named("instant_key_id", key)).await
    }

    /// `/workspaces/get`: whose key this is.
    ///
    /// # Errors
    /// `Auth` where the key is wrong; otherwise what any read may end in.
    pub async fn get_workspace(&self) -> Result<Workspace, SeamError> {
        self.get("/workspaces/get", "workspace", &json!({})).await
    }
}
