//! The pollers that read the sandbox, when the test asks them to, and the hotel they tell of.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use nightdesk::property::{Delta, Property, Resource, Settings as Hotel};
use nightdesk::sandbox::Sandbox;
use nightdesk::seam::{Client, Settings};
use nightdesk::sync::{self, Cadence, Clock, Handle};
use tokio::sync::mpsc;

/// One reading of the sandbox by pollers of its own.
pub struct Reading {
    pub hotel: Property,
    polling: Handle,
    deltas: mpsc::Receiver<Delta>,
    read: BTreeMap<Resource, DateTime<Utc>>,
}

impl Reading {
    pub fn start(sandbox: &Sandbox) -> Self {
        let control = sandbox.control();
        let settings = Settings {
            requests_per_second: 100_000.0,
            burst: 100_000,
            read_retries: 0,
            ..Settings::new(sandbox.endpoint(), sandbox.api_key())
        };
        let hotel = Property::new(Hotel::default(), control.now());
        let clock: Clock = Arc::new(move || control.now());
        let (out, deltas) = mpsc::channel(256);
        let polling = sync::start(&Client::new(settings).unwrap(), only_when_asked(), clock, out);
        Self { hotel, polling, deltas, read: BTreeMap::new() }
    }

    /// Asks for everything, unless it is being read for the first time.
    pub fn ask(&self) {
        self.polling.poll_now();
    }

    /// Takes in what the pollers tell until everything was read at `now` or later.
    pub async fn read(&mut self, now: DateTime<Utc>) {
        let mut asked = 0;
        while Resource::ALL.iter().any(|what| !self.is_read(*what, now)) {
            // Who was still busy with the last reading has not heard it.
            match tokio::time::timeout(Duration::from_millis(100), self.deltas.recv()).await {
                Ok(delta) => self.take(delta.unwrap(), now),
                Err(_) => {
                    asked += 1;
                    assert!(asked < 600, "a minute for one reading: {:?}", self.read);
                    self.polling.poll_now();
                }
            }
        }
        self.hotel.advance(now);
    }

    fn is_read(&self, what: Resource, now: DateTime<Utc>) -> bool {
        // The workspace is read once.
        self.read.get(&what).is_some_and(|at| *at >= now || what == Resource::Workspace)
    }

    fn take(&mut self, delta: Delta, now: DateTime<Utc>) {
        let told = match &delta {
            Delta::SweepEnded { what, as_of, .. } => Some((*what, *as_of)),
            // The feed vouches for the grants; their full reading has an end of its own.
            Delta::Checked { what, as_of } if *what != Resource::Grants => Some((*what, *as_of)),
            Delta::Failed { what, at, .. } => Some((*what, *at)),
            _ => None,
        };
        self.hotel.apply(delta, now);
        self.read.extend(told);
    }
}

/// Nobody reads but when the test asks: a reading of everything every two minutes of the night.
fn only_when_asked() -> Cadence {
    let never = Duration::from_secs(3600);
    Cadence {
        events: never,
        hot: never,
        systems: never,
        devices: never,
        entrances: never,
        encoders: never,
        instant_keys: never,
        spaces: never,
        identities: never,
        grants: never,
        doors: never,
        page: Duration::ZERO,
        // Who begins in the morning reads of the evening too.
        look_back: Duration::from_secs(24 * 3600),
        retry_first: never,
        retry_cap: never,
        jitter: 0.0,
        ..Cadence::default()
    }
}
