//! The sandbox hotel of one case. Its clock stands still until the plan is made, so that twins of one seed
//! make the same plan, and is put to the same instant in the end.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::desk::{Engine, Pace, Pins, Plan, Recorder, Unrecorded};
use nightdesk::journal::Journal;
use nightdesk::property::{Delta, Property, Records, Settings as Hotel, Stay};
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use nightdesk::seam::id::SpaceId;
use nightdesk::seam::{Client, Settings};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use crate::journal_support::{Ahead, Dir, read_all};
use crate::person::Desk;
use crate::table::What;
use crate::truth::{Counts, counts, ids};

/// When every case is over and everything asked for has reached the locks.
const THE_END: TimeDelta = TimeDelta::hours(3);
/// Cases that run at once.
const AT_ONCE: usize = 6;

pub fn pace() -> Pace {
    Pace {
        poll: Duration::from_millis(10),
        slowest: Duration::from_millis(40),
        settle: Duration::from_millis(150),
        encode: Duration::from_millis(1_500),
        ..Pace::default()
    }
}

/// A hotel in which nothing happens by itself.
pub struct House {
    pub sandbox: Sandbox,
    pub control: Control,
    pub property: Property,
    pub client: Client,
    pub dir: Dir,
    pub ahead: Ahead,
    opened: DateTime<Utc>,
    /// The ids there were when it opened: all others differ from night to night.
    pub known: BTreeSet<String>,
    /// What had been changed before the case began.
    pub before: Counts,
    pusher: Option<JoinHandle<()>>,
}

impl House {
    /// The hotel, and the plan of an action in it. From here on its clock runs.
    pub async fn with(what: What) -> (Self, Plan, Pins) {
        let mut house = Self::open().await;
        let (plan, pins) = what.plan(&mut house).await;
        house.before = counts(&house.control.truth(), &house.known);
        house.run_clock();
        (house, plan, pins)
    }

    async fn open() -> Self {
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms: 48, grants: 40, seed: 7, speed: 0.0, now, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        control.incident(&Incident::Restless { on: false }).unwrap();
        control.incident(&Incident::Mishaps { chance: 0.0 }).unwrap();
        let mut settings = Settings::new(sandbox.endpoint(), sandbox.api_key());
        settings.requests_per_second = 100_000.0;
        settings.burst = 100_000;
        settings.read_retries = 0;
        settings.retry_base = Duration::from_millis(1);
        settings.read_timeout = Duration::from_millis(1_500);
        let client = Client::new(settings).unwrap();
        let opened = control.now();
        let property = Property::new(Hotel::default(), opened);
        let known = ids(&control.truth());
        let (dir, ahead) = (Dir::new(), Ahead::default());
        let before = Counts::default();
        let mut house =
            Self { sandbox, control, property, client, dir, ahead, opened, known, before, pusher: None };
        house.poll().await;
        let links = house.client.list_instant_keys(None).await.unwrap().items;
        house.known.extend(links.iter().map(|key| key.id.to_string()));
        house
    }

    /// Reads the whole hotel, as the pollers do.
    pub async fn poll(&mut self) {
        let now = self.now();
        read_all(&self.client, &mut self.property, now).await;
        let records = Records::InstantKeys(self.client.list_instant_keys(None).await.unwrap().items);
        self.property.apply(Delta::Read { records, as_of: now, sweep: None }, now);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.control.now()
    }

    fn run_clock(&mut self) {
        let pushed = self.control.clone();
        self.pusher = Some(tokio::spawn(async move {
            loop {
                pushed.advance(0.5);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }));
    }

    fn stop_clock(&mut self) {
        if let Some(pusher) = self.pusher.take() {
            pusher.abort();
        }
    }

    /// Carries out a plan that makes the hotel what a case needs.
    pub async fn prepare(&mut self, plan: Plan) {
        self.run_clock();
        let mut desk = self.desk(Arc::new(Unrecorded));
        desk.begin(plan, Pins::new());
        let went = desk.finish().await;
        assert!(went.is_done(), "{went:?}");
        self.stop_clock();
        self.control.advance(120.0);
        self.poll().await;
    }

    /// Puts the clock to the end of the case.
    pub fn end_night(&mut self) {
        self.stop_clock();
        let left = self.opened + THE_END - self.now();
        assert!(left > TimeDelta::zero(), "the case took too long");
        self.control.advance(left.num_milliseconds() as f64 / 1_000.0);
    }

    pub async fn journal(&self) -> Journal {
        Journal::open_with(&self.dir.0, Duration::from_secs(10), self.ahead.clock()).await.unwrap()
    }

    pub fn desk(&self, recorder: Arc<dyn Recorder>) -> Desk {
        self.desk_at(pace(), recorder)
    }

    /// A desk that believes for much longer that what it does not see may still come.
    pub fn patient_desk(&self, recorder: Arc<dyn Recorder>) -> Desk {
        self.desk_at(Pace { settle: Duration::from_secs(20), ..pace() }, recorder)
    }

    /// A desk that soon stops waiting for what a lock has yet to do.
    pub fn hasty_desk(&self, recorder: Arc<dyn Recorder>) -> Desk {
        let soon = Duration::from_secs(2);
        self.desk_at(Pace { issue: soon, ready: soon, gone: soon, swap: soon, ..pace() }, recorder)
    }

    fn desk_at(&self, pace: Pace, recorder: Arc<dyn Recorder>) -> Desk {
        let (out, told) = mpsc::channel(64);
        let (clock, control) = (self.control.clone(), self.control.clone());
        let clock = Arc::new(move || clock.now());
        let engine = Engine::recorded(self.client.clone(), out, pace, clock, recorder);
        Desk::new(engine, told, control)
    }

    /// The first stay, by id, that has begun, lasts for longer than the case, and is what `wants` says.
    pub fn stay(&self, wants: impl Fn(&Stay) -> bool) -> Stay {
        let late = self.opened + THE_END + TimeDelta::hours(1);
        let mut stays: Vec<&Stay> = self.property.stays().collect();
        stays.sort_by(|a, b| a.id.cmp(&b.id));
        let fits = |s: &&Stay| {
            s.starts_at().is_some_and(|start| start < self.now())
                && s.ends_at().is_some_and(|end| end > late)
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
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop_clock();
    }
}

/// Runs cases side by side: most of their time is waiting.
pub async fn all<F: Future<Output = ()> + Send + 'static>(cases: impl IntoIterator<Item = F>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in cases {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            case.await;
        });
    }
    while let Some(ended) = running.join_next().await {
        if let Err(e) = ended {
            std::panic::resume_unwind(e.into_panic());
        }
    }
}
