//! Events, attempts, and the access codes behind PINs.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Client, named};
use crate::seam::error::SeamError;
use crate::seam::id::{AttemptId, DeviceId, EventId, GrantId, MethodId, SpaceId};
use crate::seam::model::{AccessCode, ActionAttempt, Event};
use crate::seam::page::Page;

/// Parameters of `/events/list`. Seam wants either `since` or `between`; only the former is offered, for
/// the OpenAPI document describes the latter by a `oneOf` that no instant satisfies.
#[derive(Clone, Debug, Serialize)]
pub struct ListEvents {
    /// From this instant on.
    pub since: DateTime<Utc>,
    /// Of these grants; at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_grant_ids: Option<Vec<GrantId>>,
    /// Of these methods; at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_method_ids: Option<Vec<MethodId>>,
    /// Of this lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// Of these rooms or areas; at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space_ids: Option<Vec<SpaceId>>,
    /// How many at most; Seam's own default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// How many to leave out at the start: the only paging events have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unstable_offset: Option<u32>,
}

impl ListEvents {
    /// Everything since this instant.
    pub fn since(when: DateTime<Utc>) -> Self {
        Self {
            since: when,
            access_grant_ids: None,
            access_method_ids: None,
            device_id: None,
            space_ids: None,
            limit: None,
            unstable_offset: None,
        }
    }
}

/// Parameters of `/access_codes/list`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListAccessCodes {
    /// On this lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// Of this grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_grant_id: Option<GrantId>,
    /// Of this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_method_id: Option<MethodId>,
    /// Records a page; Seam's own default is 55000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Client {
    /// `/events/list`. Has no cursor: see [`ListEvents::unstable_offset`].
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_events(&self, params: &ListEvents) -> Result<Page<Event>, SeamError> {
        self.list("/events/list", "events", params).await
    }

    /// `/events/get`.
    ///
    /// # Errors
    /// `NotFound` where Seam no longer has it.
    pub async fn get_event(&self, event: &EventId) -> Result<Event, SeamError> {
        self.get("/events/get", "event", &named("event_id", event)).await
    }

    /// `/action_attempts/get`: how far an encoding, a scan or an unlocking is.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn get_action_attempt(&self, attempt: &AttemptId) -> Result<ActionAttempt, SeamError> {
        self.get("/action_attempts/get", "action_attempt", &named("action_attempt_id", attempt)).await
    }

    /// `/access_codes/list`: the PINs as the locks have them.
    ///
    /// # Errors
    /// What any read may end in.
    pub async fn list_access_codes(&self, params: &ListAccessCodes) -> Result<Page<AccessCode>, SeamError> {
        self.list("/access_codes/list", "access_codes", params).await
    }
}
