//! What a simulated night raises at the desk: something of everything, and no flood.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use nightdesk::property::{Delta, Property, Resource, Rule, Settings as Hotel, Severity, Subject};
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use nightdesk::seam::{Client, Settings};
use nightdesk::sync::{self, Cadence, Clock, Handle};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// The hotel, what reads it, and what the desk knows of it.
struct Night {
    sandbox: Sandbox,
    control: Control,
    polling: Handle,
    deltas: mpsc::Receiver<Delta>,
    hotel: Property,
}

impl Night {
    /// The demo's hotel at 03:14, read in full; time stands still.
    async fn open() -> Self {
        let now = "2026-11-23T02:14:00Z".parse().unwrap();
        let options = Options { speed: 0.0, now: Some(now), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let settings = Settings {
            requests_per_second: 10_000.0,
            burst: 10_000,
            ..Settings::new(sandbox.endpoint(), sandbox.api_key())
        };
        let client = Client::new(settings).unwrap();
        let control = sandbox.control();
        let clock: Clock = {
            let control = control.clone();
            Arc::new(move || control.now())
        };
        let (out, deltas) = mpsc::channel(64);
        let polling = sync::start(&client, Cadence::default(), clock, out);
        let hotel = Property::new(Hotel::default(), control.now());
        let mut night = Self { sandbox, control, polling, deltas, hotel };
        let all: BTreeSet<Resource> = Resource::ALL.into();
        night.until(|_, read| *read == all).await;
        night
    }

    /// Takes in what is read until the hotel is as wanted.
    async fn until(&mut self, mut is_so: impl FnMut(&Property, &BTreeSet<Resource>) -> bool) {
        let mut read = BTreeSet::new();
        while !is_so(&self.hotel, &read) {
            let next = tokio::time::timeout(Duration::from_secs(60), self.deltas.recv()).await;
            let delta =
                next.unwrap_or_else(|_| panic!("nothing came for a minute: {:#?}", self.counts())).unwrap();
            if let Delta::SweepEnded { what, .. } | Delta::Checked { what, .. } = &delta {
                read.insert(*what);
            }
            self.hotel.apply(delta, self.control.now());
        }
    }

    /// Lets something happen, time pass, and the desk read until a rule is raised.
    async fn brings(&mut self, incident: Value, minutes: f64, rule: &Rule) {
        let incident: Incident = serde_json::from_value(incident).unwrap();
        let has = |hotel: &Property| hotel.alerts().filter(|a| a.id.rule == *rule).count();
        let before = has(&self.hotel);
        self.control.advance(1.0);
        self.control.incident(&incident).unwrap();
        self.control.advance(minutes * 60.0);
        self.polling.poll_now();
        self.until(|hotel, _| has(hotel) > before).await;
    }

    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for alert in self.hotel.alerts() {
            *counts.entry(format!("{} {}", alert.severity, alert.id.rule.name())).or_default() += 1;
        }
        counts
    }

    fn door(&self, brand: &str, is_empty: bool) -> Value {
        let truth = self.control.truth();
        let doors = truth["doors"].as_array().unwrap();
        let is_device = |id: &str| self.hotel.devices().any(|d| d.id.to_string() == id);
        let taken = |id: &str| {
            let grants = truth["grants"].as_array().unwrap();
            grants.iter().any(|g| g["door_ids"].as_array().unwrap().iter().any(|d| d == id))
        };
        let fits = |d: &&Value| {
            let id = d["id"].as_str().unwrap();
            let is_room = d["name"].as_str().unwrap().chars().any(|c| c.is_ascii_digit());
            is_room && d["online"] == true && is_device(id) == (brand == "lock") && taken(id) != is_empty
        };
        doors.iter().find(fits).expect("a door")["id"].clone()
    }
}

#[tokio::test]
async fn a_night_begins_calm() {
    let night = Night::open().await;
    let counts = night.counts();
    println!("{counts:#?}");
    let of = |severity: Severity| night.hotel.alerts().filter(|a| a.severity == severity).count();
    assert!((1..=12).contains(&of(Severity::P1)), "{counts:#?}");
    assert!(of(Severity::P2) <= 40, "{counts:#?}");
    for want in ["P2 changed-outside", "P1 no-usable-key", "P1 stuck-revoke"] {
        assert!(counts.contains_key(want), "{want} is not in {counts:#?}");
    }
    for never in
        ["two-reservations", "no-reservation-key", "odd-dates", "guest-without-grant", "grant-without-guest"]
    {
        assert!(!counts.keys().any(|name| name.ends_with(never)), "{never} is in {counts:#?}");
    }
    for alert in night.hotel.alerts() {
        assert!(alert.since <= night.hotel.now(), "{alert:?}");
        assert!(!alert.why.is_empty() && !alert.fixes.is_empty(), "{alert:?}");
        let parent = alert.parent.as_ref().map(|id| night.hotel.alert(id));
        assert!(parent.is_none_or(|p| p.is_some_and(|p| p.parent.is_none())), "{alert:?}");
        assert_eq!(alert.id.to_string().parse(), Ok(alert.id.clone()));
    }
    drop(night.sandbox);
}

#[tokio::test]
async fn incidents_reach_the_desk_as_alerts() {
    let mut night = Night::open().await;
    let quiet: Incident = serde_json::from_value(json!({"kind": "restless", "on": false})).unwrap();
    night.control.incident(&quiet).unwrap();
    let (empty, let_room) = (night.door("door", true), night.door("door", false));
    let lock = night.door("lock", false);
    night.brings(json!({"kind": "stray", "id": empty}), 2.0, &Rule::UnlockNoGrant).await;
    night.brings(json!({"kind": "deny", "id": let_room, "times": 3}), 0.1, &Rule::AccessDenied).await;
    night.brings(json!({"kind": "changed_outside", "id": lock}), 0.1, &Rule::ChangedOutside).await;
    night.brings(json!({"kind": "seats", "low": true}), 2.0, &Rule::SeatsFull).await;
    night.brings(json!({"kind": "flaky", "id": lock, "on": true}), 3.0, &Rule::DoubtfulDevice).await;
    let seats = night.hotel.alerts().find(|a| a.id.rule == Rule::SeatsFull).unwrap();
    assert!(matches!(seats.id.subject, Subject::System(_)));
}
