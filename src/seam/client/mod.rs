//! The typed client: one method for each endpoint of Seam's API that a night desk needs.
//!
//! Everything is POST with a JSON body. Reads are tried again where that may help; changes are sent at
//! most once, and the error of one tells whether it may have happened ([`SeamError::outcome`]).

mod doors;
mod endpoints;
mod gate;
mod grants;
mod happenings;
mod methods;
mod people;
mod settings;

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::budget::Priority;
use super::error::{ErrorKind, SeamError};
use super::page::{Cursor, Gathered, ListOf, Page, Trail};
use super::transport::decode::Envelope;
use super::transport::wire::{HttpWire, Reply, Wire};
use super::transport::{Call, Transport, World};
use crate::secret::Secret;
use crate::text::Text;
use endpoints::endpoint;

pub use doors::{EncodersOf, ListDevices, ListEncoders, ListEntrances, ListSpaces, ListSystems, SpaceRef};
pub use endpoints::{Answers, ENDPOINTS, Endpoint, Sends};
pub use gate::Gate;
pub use grants::{
    CreateAccessGrant, GrantInclude, GrantRef, Guest, ListAccessGrants, MethodRequest, Related,
    UpdateAccessGrant,
};
pub use happenings::{ListAccessCodes, ListEvents};
pub use methods::{MethodInclude, MethodsOf};
pub use people::{IdentityRef, InstantKeyRef, ListUserIdentities, NewUserIdentity, UpdateUserIdentity};
pub use settings::{DEFAULT_ENDPOINT, Settings, SettingsError};

/// Talks to Seam. Cheap to clone; all clones share one connection pool, one budget of requests and one
/// idea of the server's clock.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<Transport>,
    priority: Priority,
    /// Seam's id of the change that was answered last through this handle.
    answered: Arc<Mutex<Option<Text>>>,
    /// Whether anything may be sent through this handle.
    gate: Option<Gate>,
}

impl Client {
    /// A client for the desk. Opens nothing yet: connections and certificates come with the first
    /// request.
    ///
    /// # Errors
    /// `Misconfigured`, where [`Settings::check`] finds fault.
    pub fn new(settings: Settings) -> Result<Self, SeamError> {
        let base = settings.check().and_then(|()| settings.base()).map_err(|e| SeamError::new("", e))?;
        let wire = HttpWire::new(base.clone(), settings.clone());
        Ok(Self::over(base, settings, Box::new(wire), World::default()))
    }

    /// A client over any wire, in any world.
    pub(in crate::seam) fn over(base: String, settings: Settings, wire: Box<dyn Wire>, world: World) -> Self {
        let transport = Arc::new(Transport::new(base, settings, wire, world));
        Self { transport, priority: Priority::Desk, answered: Arc::default(), gate: None }
    }

    /// The same client for what a person waits for: goes first.
    pub fn desk(&self) -> Self {
        self.with(Priority::Desk)
    }

    /// The same client through a gate: while it is shut no request is sent, and whoever asks waits for
    /// ever. For reading; the handles made of this one have the gate too.
    pub fn gated(&self, gate: Gate) -> Self {
        Self { gate: Some(gate), ..self.with(self.priority) }
    }

    fn with(&self, priority: Priority) -> Self {
        let (transport, gate) = (Arc::clone(&self.transport), self.gate.clone());
        Self { transport, priority, answered: Arc::default(), gate }
    }

    /// The same client for the pollers: yields to the desk.
    pub fn background(&self) -> Self {
        self.with(Priority::Background)
    }

    /// The same client for the first reading of everything: waits for no turn until Seam asks for a pause.
    /// Send few requests of it side by side.
    pub fn opening(&self) -> Self {
        self.with(Priority::Opening)
    }

    /// Takes the `seam-request-id` of the last change that was answered with success through this handle
    /// or a clone of it; [`Client::desk`] makes one of its own. Errors carry theirs themselves.
    pub fn take_request_id(&self) -> Option<Text> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep_request_id(&self, reply: &Reply) {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = reply.request_id.clone();
    }

    /// Who waits for this handle's answers.
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// The endpoint, as it was given.
    pub fn endpoint(&self) -> Text {
        Text::new(&self.transport.settings().endpoint)
    }

    /// The server's clock less this machine's, from the `Date` of the last answers; good to about a
    /// second. None before the first answer.
    pub fn server_clock_skew(&self) -> Option<chrono::Duration> {
        self.transport.clock_skew()
    }

    /// The next page of a list. The same cursor may be followed again after an error that
    /// [is transient](SeamError::is_transient).
    ///
    /// # Errors
    /// `Paging` where the cursor leads nowhere; otherwise what any read may end in.
    pub async fn next_page<T: DeserializeOwned>(&self, cursor: &Cursor<T>) -> Result<Page<T>, SeamError> {
        let path = cursor.of.path;
        let params = cursor.request().map_err(|why| SeamError::new(path, ErrorKind::Paging { why }))?;
        self.page(cursor.trail(), &params).await
    }

    /// The pages after `first`, and `first` itself, in one.
    pub async fn gather<T: DeserializeOwned>(&self, first: Page<T>) -> Gathered<T> {
        let Page { items, bad, mut next } = first;
        let mut all = Gathered { items, bad, cut: None };
        while let Some(cursor) = next.take() {
            match self.next_page(&cursor).await {
                Ok(page) => {
                    all.items.extend(page.items);
                    all.bad.extend(page.bad);
                    next = page.next;
                }
                Err(e) => all.cut = Some(e),
            }
        }
        all
    }

    async fn list<T: DeserializeOwned>(
        &self,
        path: &'static str,
        key: &'static str,
        params: &impl Serialize,
    ) -> Result<Page<T>, SeamError> {
        let trail = Trail::new(ListOf { path, key }, object(path, params)?);
        let params = trail.first_request();
        self.page(trail, &params).await
    }

    async fn page<T: DeserializeOwned>(&self, trail: Trail, params: &Value) -> Result<Page<T>, SeamError> {
        let ListOf { path, key } = trail.of;
        let reply = self.read(path, params).await?;
        let listed = open(path, &reply, |e| e.list::<T>(key))?;
        let next = trail.go_on(&listed.pagination, self.transport.settings().max_pages);
        Ok(Page { items: listed.items, bad: listed.bad, next })
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &'static str,
        key: &'static str,
        params: &impl Serialize,
    ) -> Result<T, SeamError> {
        let reply = self.read(path, params).await?;
        open(path, &reply, |e| e.one(key))
    }

    async fn read(&self, path: &'static str, params: &impl Serialize) -> Result<Reply, SeamError> {
        self.send(path, Sends::Read, params, Vec::new()).await
    }

    /// Sends what the table of endpoints allows, and nothing else.
    async fn send(
        &self,
        path: &'static str,
        sends: Sends,
        params: &impl Serialize,
        secrets: Vec<&Secret>,
    ) -> Result<Reply, SeamError> {
        if endpoint(path).is_none_or(|e| e.sends != sends) {
            return Err(unsendable(path, "the table of endpoints does not name it"));
        }
        let changes = sends == Sends::Change;
        let gate = self.gate.as_ref();
        let call = Call { path, body: written(path, params)?, changes, secrets, gate };
        self.transport.send(&call, self.priority).await
    }

    /// A change that answers with a record.
    async fn make<T: DeserializeOwned>(
        &self,
        path: &'static str,
        key: &'static str,
        params: &impl Serialize,
        secrets: Vec<&Secret>,
    ) -> Result<T, SeamError> {
        let reply = self.send(path, Sends::Change, params, secrets).await?;
        self.keep_request_id(&reply);
        open(path, &reply, |e| e.one(key))
    }

    /// A change that answers with `ok` alone.
    async fn change(&self, path: &'static str, params: &impl Serialize) -> Result<(), SeamError> {
        let reply = self.send(path, Sends::Change, params, Vec::new()).await?;
        self.keep_request_id(&reply);
        open(path, &reply, |e| e.done())
    }
}

fn open<'a, R>(
    path: &'static str,
    reply: &'a Reply,
    read: impl FnOnce(Envelope<'a>) -> Result<R, ErrorKind>,
) -> Result<R, SeamError> {
    let opened = Envelope::open(&reply.body).and_then(read);
    opened.map_err(|kind| SeamError::new(path, kind).with_answer(reply.status, reply.request_id.clone()))
}

fn unsendable(path: &'static str, why: impl AsRef<str>) -> SeamError {
    SeamError::new(path, ErrorKind::Unsendable { why: Text::new(why) })
}

fn written(path: &'static str, params: &impl Serialize) -> Result<Vec<u8>, SeamError> {
    serde_json::to_vec(params).map_err(|e| unsendable(path, e.to_string()))
}

fn object(path: &'static str, params: &impl Serialize) -> Result<Map<String, Value>, SeamError> {
    match serde_json::to_value(params) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(unsendable(path, "its parameters are not an object")),
        Err(e) => Err(unsendable(path, e.to_string())),
    }
}

/// A request that names one thing.
fn named<K: Serialize>(name: &'static str, id: &K) -> impl Serialize {
    let value = serde_json::to_value(id).unwrap_or_default();
    Map::from_iter([(name.to_owned(), value)])
}

#[cfg(test)]
mod tests;
