//! A hotel with its API, a store, and desks that look at both.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::property::{Grant, Property, Resource, Settings as HotelSettings};
use nightdesk::relay::{Handle, Setup, Standing, Station, start};
use nightdesk::sandbox::{Control, Options, Sandbox};
use nightdesk::seam::client::{GrantRef, UpdateAccessGrant};
use nightdesk::seam::id::GrantId;
use nightdesk::seam::{Client, Settings};
use nightdesk::secret::{Marker, Secret};
use nightdesk::store::{Server, Store, schema};
use nightdesk::sync::{Cadence, Clock};
use tokio::sync::mpsc;

use crate::cluster::Database;

pub const HOTEL: &str = "workspace 7";

/// The longest anything may take before the test has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is so.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

/// Asks often, so that a test need not wait long.
pub fn cadence() -> Cadence {
    Cadence {
        events: Duration::from_millis(300),
        hot: Duration::from_millis(600),
        watched: Duration::from_millis(200),
        systems: Duration::from_secs(2),
        devices: Duration::from_secs(3),
        ..Cadence::default()
    }
}

pub fn settings(endpoint: &str, key: &Secret) -> Settings {
    Settings { requests_per_second: 1_000.0, burst: 1_000, ..Settings::new(endpoint, key.clone()) }
}

/// The hotel and its API.
pub struct House {
    pub sandbox: Sandbox,
    pub control: Control,
    pub server: Server,
    pub url: String,
}

impl House {
    pub async fn open(database: &Database) -> Self {
        let options =
            Options { rooms: 12, grants: 60, speed: 1.0, now: Some(Utc::now()), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let url = database.url();
        let server = Server::parse(&Secret::new(url.clone())).unwrap();
        schema::migrate_server(&server, None).await.unwrap();
        Self { control: sandbox.control(), sandbox, server, url }
    }

    pub fn client(&self) -> Client {
        Client::new(settings(&self.sandbox.endpoint(), &self.sandbox.api_key())).unwrap()
    }

    pub async fn desk(&self, who: &str) -> Desk {
        Desk::open(&self.server, &self.sandbox.endpoint(), &self.sandbox.api_key(), who).await
    }

    /// How often the API was asked, in all and for events.
    pub fn asked(&self) -> (usize, usize) {
        let paths = nightdesk::seam::client::ENDPOINTS.iter().map(|e| e.path);
        let all = paths.map(|path| self.control.asked(path).len()).sum();
        (all, self.control.asked("/events/list").len())
    }

    /// Another end for a grant, as the API has it from now on.
    pub async fn change(&self, grant: &GrantId, ends_at: DateTime<Utc>) {
        let change = UpdateAccessGrant { ends_at: Some(ends_at), ..update(grant) };
        self.client().update_access_grant(&change).await.unwrap();
    }
}

fn update(grant: &GrantId) -> UpdateAccessGrant {
    UpdateAccessGrant { grant: GrantRef::Id(grant.clone()), starts_at: None, ends_at: None, name: None }
}

/// A desk without a terminal.
pub struct Desk {
    pub hotel: Arc<Mutex<Property>>,
    pub handle: Handle,
}

impl Desk {
    pub async fn open(server: &Server, endpoint: &str, key: &Secret, who: &str) -> Self {
        let store = Store::connect(server).await.unwrap();
        let station = Station::new(&store, who.into());
        let client = Client::new(settings(endpoint, key)).unwrap();
        let clock: Clock = Arc::new(Utc::now);
        let (out, mut deltas) = mpsc::channel(256);
        let handle = start(Setup {
            station,
            hotel: HOTEL.into(),
            client,
            cadence: cadence(),
            clock: Arc::clone(&clock),
            set_clock: Arc::new(|_| ()),
            marker: Marker::new(key),
            events_kept: 1_000,
            out,
        });
        handle.set_calm(false);
        let hotel = Arc::new(Mutex::new(Property::new(HotelSettings::default(), clock())));
        let shown = Arc::clone(&hotel);
        tokio::spawn(async move {
            while let Some(delta) = deltas.recv().await {
                shown.lock().unwrap().apply(delta, clock());
            }
        });
        Self { hotel, handle }
    }

    pub fn standing(&self) -> Standing {
        self.handle.standing().borrow().clone()
    }

    pub fn is_polling(&self) -> bool {
        self.standing() == Standing::Polling
    }

    /// Whether everything was read once.
    pub fn is_read(&self) -> bool {
        let hotel = self.hotel.lock().unwrap();
        Resource::ALL.iter().all(|what| hotel.source(*what).as_of.is_some())
    }

    pub fn digest(&self) -> u64 {
        digest(&self.hotel.lock().unwrap())
    }

    pub fn ends_at(&self, grant: &GrantId) -> Option<DateTime<Utc>> {
        self.hotel.lock().unwrap().grant(grant)?.ends_at()
    }

    /// A grant that runs, and another end for it.
    pub fn running(&self) -> (GrantId, DateTime<Utc>) {
        let (hotel, now) = (self.hotel.lock().unwrap(), Utc::now());
        let runs = |g: &&Grant| {
            g.starts_at() < Some(now)
                && !g.is_being_deleted()
                && g.pending().is_empty()
                && g.errors().is_empty()
        };
        let ends =
            |g: &Grant| Some((g.id.clone(), g.ends_at().filter(|end| *end > now + TimeDelta::hours(2))?));
        let (id, end) = hotel.grants().filter(runs).find_map(ends).unwrap();
        (id, end + TimeDelta::minutes(30))
    }
}

/// What tells whether two desks show the same.
pub fn digest(hotel: &Property) -> u64 {
    let mut all: Vec<String> =
        hotel.grants().map(|g| format!("{} {:?}", hotel.in_full(g), hotel.methods_of(&g.id))).collect();
    all.extend(hotel.identities().map(|g| format!("{g:?}")));
    all.extend(hotel.spaces().map(|s| format!("{s:?}")));
    all.extend(hotel.systems().map(|s| format!("{s:?}")));
    all.extend(hotel.encoders().map(|s| format!("{s:?}")));
    all.sort();
    let mut hasher = DefaultHasher::new();
    all.hash(&mut hasher);
    hasher.finish()
}
