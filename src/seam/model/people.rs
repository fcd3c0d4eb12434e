//! Guests, their Instant Keys, the workspace, and pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Notice, lenient};
use crate::seam::id::{IdentityId, InstantKeyId, WorkspaceId};
use crate::secret::Secret;
use crate::text::Text;

/// `user_identity`: a guest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct UserIdentity {
    /// `user_identity_id`.
    #[serde(rename = "user_identity_id")]
    pub id: IdentityId,
    /// The name Seam shows.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub display_name: Text,
    /// The name as given.
    #[serde(default, deserialize_with = "lenient::text")]
    pub full_name: Option<Text>,
    /// E-mail address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub email_address: Option<Text>,
    /// Phone number, E.164.
    #[serde(default, deserialize_with = "lenient::text")]
    pub phone_number: Option<Text>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// `user_identity_key`: the hotel's own key for the guest.
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_identity_key: Option<Text>,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}

/// `instant_key`: a link that turns a phone into a key. The API tells neither uses nor uses left.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct InstantKey {
    /// `instant_key_id`.
    #[serde(rename = "instant_key_id")]
    pub id: InstantKeyId,
    /// Whose it is; it opens every door that person's mobile keys open.
    pub user_identity_id: IdentityId,
    /// The link; a bearer secret.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub instant_key_url: Option<Secret>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it can no longer be redeemed.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// `workspace`: the property's account at Seam.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Workspace {
    /// `workspace_id`.
    #[serde(rename = "workspace_id")]
    pub id: WorkspaceId,
    /// Its name: the hotel's.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: Text,
    /// Whether nothing in it is real.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_sandbox: bool,
}

/// `pagination` of a paged answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Pagination {
    /// Whether there is more.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub has_next_page: bool,
    /// Opaque; goes back with the same parameters.
    #[serde(default)]
    pub next_page_cursor: Option<String>,
}
