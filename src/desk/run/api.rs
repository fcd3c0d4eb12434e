//! A run's way to Seam: what it reads, it tells the property at once.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use super::veil::Veil;
use crate::desk::encoders::whole;
use crate::desk::engine::Shared;
use crate::desk::{Progress, ProgressKind, RunId};
use crate::property::{Delta, Gone, Records};
use crate::seam::client::{
    GrantInclude, GrantRef, ListAccessGrants, MethodInclude, MethodRequest, UpdateAccessGrant,
};
use crate::seam::id::{AttemptId, EncoderId, GrantId, MethodId};
use crate::seam::model::{AccessGrant, AccessMethod, ActionAttempt, Mode};
use crate::seam::{Client, SeamError};
use crate::text::Text;

/// Reads for one run, and sends its changes, each once.
#[derive(Clone)]
pub(super) struct Api {
    run: RunId,
    shared: Arc<Shared>,
    /// A handle of the run's own, which keeps the ids of its requests.
    client: Client,
    /// What of that which is read must not get into the journal.
    pub(super) veil: Veil,
    /// The grants that change now.
    watched: Arc<Mutex<Vec<GrantId>>>,
}

impl Api {
    pub(super) fn new(run: RunId, shared: Arc<Shared>) -> Self {
        let client = shared.client.desk();
        Self { run, shared, client, veil: Veil::default(), watched: Arc::default() }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.shared.clock)()
    }

    /// Sends a message. Nobody listening is no reason to leave a step half done.
    pub(super) async fn tell(&self, kind: ProgressKind) {
        let message = Progress { run: self.run, at: self.now(), kind };
        if self.shared.out.send(message).await.is_err() {
            tracing::debug!(run = self.run.0, "nobody listens to this run any more");
        }
    }

    /// Has grants read often from now on.
    pub(super) async fn watch(&self, grants: Vec<GrantId>) {
        if grants.is_empty() {
            return;
        }
        {
            let mut watched = whole(&self.watched);
            let new: Vec<GrantId> = grants.iter().filter(|id| !watched.contains(id)).cloned().collect();
            watched.extend(new);
        }
        self.tell(ProgressKind::Watch(grants)).await;
    }

    /// Asks for that again and again: a run may wait for a person, or for a lock, for much longer than
    /// one asking lasts.
    pub(super) async fn keep_watching(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.shared.pace.watch).await;
            let watched = whole(&self.watched).clone();
            self.watch(watched).await;
        }
    }

    /// Seam's id of the request that was answered last.
    pub(super) fn request_id(&self, error: Option<&SeamError>) -> Option<Text> {
        let kept = self.client.take_request_id();
        error.and_then(|e| e.request_id().cloned()).or(kept)
    }

    async fn read(&self, records: Records, as_of: DateTime<Utc>) {
        if let Records::Methods(methods) = &records {
            methods.iter().for_each(|method| self.veil.learn(method));
        }
        self.tell(ProgressKind::Read(Delta::Read { records, as_of, sweep: None })).await;
    }

    async fn gone(&self, what: Gone) {
        if let Gone::Grant(id) = &what {
            whole(&self.watched).retain(|watched| watched != id);
        }
        self.tell(ProgressKind::Read(Delta::Gone(what))).await;
    }

    /// A grant; none where Seam says that it does not exist.
    pub(super) async fn grant(&self, id: &GrantId) -> Result<Option<AccessGrant>, SeamError> {
        let as_of = self.now();
        match there(self.client.get_access_grant(&GrantRef::Id(id.clone())).await)? {
            Some(grant) => {
                self.read(Records::Grants(vec![grant.clone()]), as_of).await;
                Ok(Some(grant))
            }
            None => {
                self.gone(Gone::Grant(id.clone())).await;
                Ok(None)
            }
        }
    }

    /// Those of these grants that are there. One that a list leaves out is asked for by itself, so that
    /// no record counts as gone because it could not be read.
    pub(super) async fn grants(&self, ids: &[GrantId]) -> Result<Vec<AccessGrant>, SeamError> {
        if let [one] = ids {
            return Ok(self.grant(one).await?.into_iter().collect());
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let as_of = self.now();
        let params = ListAccessGrants { access_grant_ids: Some(ids.to_vec()), ..ListAccessGrants::default() };
        let mut found = self.client.list_access_grants(&params).await?.items;
        found.retain(|g| ids.contains(&g.id));
        if !found.is_empty() {
            self.read(Records::Grants(found.clone()), as_of).await;
        }
        for id in ids {
            if !found.iter().any(|g| g.id == *id) {
                found.extend(self.grant(id).await?);
            }
        }
        Ok(found)
    }

    /// The methods of these grants.
    pub(super) async fn methods_of(&self, grants: &[GrantId]) -> Result<Vec<AccessMethod>, SeamError> {
        if grants.is_empty() {
            return Ok(Vec::new());
        }
        let as_of = self.now();
        let related = self.client.related_to_grants(grants, &[GrantInclude::AccessMethods]).await?;
        self.read(Records::Methods(related.access_methods.clone()), as_of).await;
        Ok(related.access_methods)
    }

    /// A method; none where Seam says that it does not exist.
    pub(super) async fn method(&self, id: &MethodId) -> Result<Option<AccessMethod>, SeamError> {
        let as_of = self.now();
        match there(self.client.get_access_method(id).await)? {
            Some(method) => {
                self.read(Records::Methods(vec![method.clone()]), as_of).await;
                Ok(Some(method))
            }
            None => {
                self.gone(Gone::Method(id.clone())).await;
                Ok(None)
            }
        }
    }

    /// The grants that list a method now.
    pub(super) async fn grants_of_method(&self, id: &MethodId) -> Result<Vec<AccessGrant>, SeamError> {
        let as_of = self.now();
        let one = std::slice::from_ref(id);
        let related = self.client.related_to_methods(one, &[MethodInclude::AccessGrants]).await?;
        if !related.access_grants.is_empty() {
            self.read(Records::Grants(related.access_grants.clone()), as_of).await;
        }
        Ok(related.access_grants)
    }

    /// An attempt; none where Seam says that it does not exist.
    pub(super) async fn attempt(&self, id: &AttemptId) -> Result<Option<ActionAttempt>, SeamError> {
        there(self.client.get_action_attempt(id).await)
    }

    /// `/access_grants/update`, once.
    pub(super) async fn update(
        &self,
        grant: &GrantId,
        starts_at: Option<DateTime<Utc>>,
        ends_at: Option<DateTime<Utc>>,
    ) -> Result<(), SeamError> {
        let update = UpdateAccessGrant { grant: GrantRef::Id(grant.clone()), starts_at, ends_at, name: None };
        self.client.update_access_grant(&update).await
    }

    /// `/access_grants/request_access_methods` with one card, once.
    pub(super) async fn request_card(&self, grant: &GrantId) -> Result<(), SeamError> {
        let card = [MethodRequest::of(Mode::Card)];
        self.client.request_access_methods(grant, &card).await.map(drop)
    }

    /// `/access_methods/encode`, once.
    pub(super) async fn encode(&self, method: &MethodId, at: &EncoderId) -> Result<ActionAttempt, SeamError> {
        self.client.encode(method, at).await
    }

    /// `/access_methods/delete` of one method, once.
    pub(super) async fn delete_method(&self, method: &MethodId) -> Result<(), SeamError> {
        self.client.delete_access_method(method).await
    }

    /// `/access_grants/delete`, once.
    pub(super) async fn delete_grant(&self, grant: &GrantId) -> Result<(), SeamError> {
        self.client.delete_access_grant(grant).await
    }
}

/// Only Seam's own "not found" says that something is gone.
pub(super) fn there<T>(read: Result<T, SeamError>) -> Result<Option<T>, SeamError> {
    match read {
        Ok(record) => Ok(Some(record)),
        Err(e) if e.is_not_found() => Ok(None),
        Err(e) => Err(e),
    }
}

/// What the reads and changes that are written elsewhere need.
impl Api {
    pub(super) fn client(&self) -> &crate::seam::Client {
        &self.client
    }

    /// The PINs that were chosen for this run.
    pub(super) fn take_pins(&self) -> crate::desk::Pins {
        let pins = self.shared.pins.take(self.run);
        pins.all().for_each(|pin| self.veil.hide(pin));
        pins
    }

    /// Tells the property of records that were read.
    pub(super) async fn have_read(&self, records: Records, as_of: DateTime<Utc>) {
        self.read(records, as_of).await;
    }
}
