//! The sandbox hotel with a desk in front of it, for tests of the desk's actions.

#![allow(dead_code)] // Each test file uses a part of it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::desk::{
    Control, Engine, Outcome, Pace, Pins, Plan, Progress, ProgressKind, Recorder, RunId, StepState,
    Unrecorded,
};
use nightdesk::property::{Delta, Property, Records, Settings as Hotel, Stay};
use nightdesk::sandbox::{Fault, FaultKind, Incident, Options, Sandbox};
use nightdesk::seam::client::{
    EncodersOf, GrantInclude, ListAccessGrants, ListDevices, ListEncoders, ListEntrances, ListSpaces,
    ListSystems, ListUserIdentities,
};
use nightdesk::seam::id::{GrantId, SpaceId};
use nightdesk::seam::{Client, Settings};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How a run went.
#[derive(Debug)]
pub struct Went {
    pub outcome: Outcome,
    pub states: Vec<(usize, StepState)>,
}

impl Went {
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done { .. })
    }

    pub fn was_unknown(&self) -> bool {
        self.states.iter().any(|(_, s)| matches!(s, StepState::Unknown { .. }))
    }
}

pub struct House {
    pub sandbox: Sandbox,
    pub property: Property,
    pub client: Client,
    pub engine: Engine,
    pub told: mpsc::Receiver<Progress>,
    pusher: JoinHandle<()>,
    runs: u64,
    /// The step after which the run is told to stop.
    pub stop_after: Option<usize>,
    /// What is put right once the desk says that it does not know.
    pub mend: Option<Incident>,
}

impl House {
    /// A hotel in which time is pushed on and nothing happens by itself.
    pub async fn open() -> Self {
        Self::recorded(Arc::new(Unrecorded)).await
    }

    /// The same with a desk that writes everything down.
    pub async fn recorded(recorder: Arc<dyn Recorder>) -> Self {
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms: 48, grants: 40, seed: 7, speed: 1.0, now, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        control.incident(&Incident::Restless { on: false }).unwrap();
        let pushed = control.clone();
        let pusher = tokio::spawn(async move {
            loop {
                pushed.advance(0.5);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let mut settings = Settings::new(sandbox.endpoint(), sandbox.api_key());
        settings.requests_per_second = 100_000.0;
        settings.burst = 100_000;
        settings.read_retries = 0;
        let client = Client::new(settings).unwrap();
        let property = Property::new(Hotel::default(), control.now());
        let (out, told) = mpsc::channel(64);
        let pace = Pace {
            poll: Duration::from_millis(20),
            slowest: Duration::from_millis(60),
            settle: Duration::from_millis(400),
            gone: Duration::from_secs(2),
            ..Pace::default()
        };
        let clock = Arc::new(move || control.now());
        let engine = Engine::recorded(client.clone(), out, pace, clock, recorder);
        let mut house =
            Self { sandbox, property, client, engine, told, pusher, runs: 0, stop_after: None, mend: None };
        house.poll().await;
        house
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.sandbox.control().now()
    }

    /// Reads the whole hotel, as the pollers do.
    pub async fn poll(&mut self) {
        let (client, now) = (&self.client, self.now());
        let systems = client.list_systems(&ListSystems::default()).await.unwrap().items;
        let of = EncodersOf::Systems(systems.iter().map(|s| s.id.clone()).collect());
        let encoders = client.list_encoders(&ListEncoders { of, limit: None }).await.unwrap().items;
        let (grants, related) = loop {
            let grants = client.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
            let ids: Vec<GrantId> = grants.iter().map(|g| g.id.clone()).collect();
            match client.related_to_grants(&ids, &[GrantInclude::AccessMethods]).await {
                // Time goes on: one of them may have ended meanwhile.
                Err(e) if e.is_not_found() => {}
                related => break (grants, related.unwrap()),
            }
        };
        for records in [
            Records::Systems(systems),
            Records::Spaces(client.list_spaces(&ListSpaces::default()).await.unwrap().items),
            Records::Entrances(client.list_entrances(&ListEntrances::default()).await.unwrap().items),
            Records::Devices(client.list_devices(&ListDevices::default()).await.unwrap().items),
            Records::Encoders(encoders),
            Records::Identities(
                client.list_user_identities(&ListUserIdentities::default()).await.unwrap().items,
            ),
            Records::Grants(grants),
            Records::Methods(related.access_methods),
            Records::InstantKeys(client.list_instant_keys(None).await.unwrap().items),
        ] {
            self.property.apply(Delta::Read { records, as_of: now, sweep: None }, now);
        }
    }

    pub async fn run(&mut self, plan: &Plan) -> Went {
        self.run_with(plan, Pins::new()).await
    }

    /// Runs a plan to its end, pressing Enter wherever a person would, and lets the hotel know what is
    /// read.
    pub async fn run_with(&mut self, plan: &Plan, pins: Pins) -> Went {
        self.runs += 1;
        let run = RunId(self.runs);
        assert!(self.engine.start_with(run, plan.clone(), pins));
        let mut states = Vec::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(120), self.told.recv());
            let Progress { at, kind, .. } =
                next.await.unwrap_or_else(|_| panic!("the run hangs: {states:?}")).unwrap();
            match kind {
                ProgressKind::Step { index, state } => {
                    let enter = matches!(
                        state,
                        StepState::Asking { .. }
                            | StepState::Failed { retry: true, .. }
                            | StepState::Unknown { retry: true, .. }
                    );
                    if enter {
                        self.engine.control(run, Control::Continue);
                    }
                    if matches!(state, StepState::Unknown { .. })
                        && let Some(incident) = self.mend.take()
                    {
                        self.sandbox.control().incident(&incident).unwrap();
                    }
                    let over = matches!(state, StepState::Done { .. } | StepState::Failed { .. });
                    if over && self.stop_after == Some(index) {
                        self.engine.control(run, Control::StopAfterStep);
                    }
                    states.push((index, state));
                    assert!(states.len() < 2_000, "the run goes round and round: {:?}", states.last());
                }
                ProgressKind::Read(delta) => drop(self.property.apply(delta, at)),
                ProgressKind::Watch(_) => {}
                ProgressKind::Ended(outcome) => return Went { outcome, states },
            }
        }
    }

    /// The first stay, by id, that has begun, has time left, and is what `wants` says.
    pub fn stay(&self, wants: impl Fn(&Stay) -> bool) -> Stay {
        let soon = self.now() + TimeDelta::hours(2);
        let mut stays: Vec<&Stay> = self.property.stays().collect();
        stays.sort_by(|a, b| a.id.cmp(&b.id));
        let fits = |s: &&Stay| {
            s.starts_at().is_some_and(|start| start < self.now())
                && s.ends_at().is_some_and(|end| end > soon)
                && s.rooms.len() == 1
                && s.grants.iter().all(|id| !self.property.grant(id).unwrap().is_being_deleted())
                && wants(s)
        };
        stays.into_iter().find(fits).expect("no such stay tonight").clone()
    }

    /// Whether a room's door knows reservations.
    pub fn is_reserved(&self, room: &SpaceId) -> bool {
        let doors = self.property.doors_in_space(room);
        let mut doors = doors.entrances.iter().filter_map(|id| self.property.entrance(id));
        doors.any(|e| e.can_belong_to_reservation)
    }

    /// The space with this name.
    pub fn space(&self, name: &str) -> SpaceId {
        self.property.spaces().find(|s| s.name == name).expect("no such space").id.clone()
    }

    pub fn truth(&self, list: &str, record: &str, id_name: &str, id: &str) -> Option<Value> {
        let truth = self.sandbox.control().truth();
        let all = truth[list].as_array().unwrap();
        all.iter().find(|r| r[record][id_name] == id).cloned()
    }

    /// What the sandbox knows of a grant, by its `access_grant_key`, and the ids of its doors.
    pub fn grant(&self, key: &str) -> Option<Value> {
        self.truth("grants", "grant", "access_grant_key", key)
    }

    pub fn grant_by_id(&self, id: &GrantId) -> Option<Value> {
        self.truth("grants", "grant", "access_grant_id", &id.to_string())
    }

    pub fn method(&self, id: &str) -> Option<Value> {
        self.truth("methods", "method", "access_method_id", id).map(|m| m["method"].clone())
    }

    /// The living methods of a grant.
    pub fn methods(&self, grant: &Value) -> Vec<Value> {
        let ids = grant["grant"]["access_method_ids"].as_array().unwrap();
        ids.iter().filter_map(|id| self.method(id.as_str().unwrap())).collect()
    }

    pub fn applied(&self, path: &str) -> u64 {
        self.sandbox.control().applied(path)
    }

    /// Lets the reply of the next request to a path get lost.
    pub fn lose_reply(&self, path: &str, kind: FaultKind) {
        self.sandbox.control().fault(Fault { path: path.into(), skip: 0, count: 1, kind });
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.pusher.abort();
    }
}
