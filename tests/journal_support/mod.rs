//! A sandbox hotel whose desk keeps a journal, and a desk that can be stopped dead.

#![allow(dead_code)] // Each test file uses a part of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::desk::{
    CheckOutAsk, Control, EncodeAsk, Engine, ExtendAsk, Ledger, Outcome, Pace, Plan, Progress, ProgressKind,
    Recorder, Recording, ReissueAsk, RunId, Step, StepState, check_out, encode, extend, reissue,
};
use nightdesk::journal::{
    Claim, Fact, Intent, IntentId, Journal, JournalError, LeaseClock, Record, Token, Wanted, Who,
};
use nightdesk::property::{Delta, Property, Records, Settings as Hotel, Stay, StayId};
use nightdesk::sandbox::{Incident, Options, Sandbox};
use nightdesk::seam::client::{
    EncodersOf, GrantInclude, ListAccessGrants, ListDevices, ListEncoders, ListEntrances, ListSpaces,
    ListSystems, ListUserIdentities,
};
use nightdesk::seam::id::{EncoderId, GrantId};
use nightdesk::seam::{Client, Settings};
use nightdesk::text::Text;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

/// The changes that are not idempotent, or that take something away.
pub const CHANGES: [&str; 5] = [
    "/access_grants/update",
    "/access_grants/request_access_methods",
    "/access_grants/delete",
    "/access_methods/encode",
    "/access_methods/delete",
];

/// A directory of its own that goes with the test.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new() -> Self {
        Self(std::env::temp_dir().join(format!("nightdesk-desk-{}", IntentId::fresh())))
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A lease clock that can be put forward, so that nobody waits for a dead process's lease.
#[derive(Clone, Default)]
pub struct Ahead(Arc<AtomicI64>);

impl Ahead {
    pub fn put(&self, ahead: TimeDelta) {
        self.0.fetch_add(ahead.num_milliseconds(), Ordering::SeqCst);
    }

    pub fn clock(&self) -> LeaseClock {
        let ahead = self.clone();
        Arc::new(move || Utc::now() + TimeDelta::milliseconds(ahead.0.load(Ordering::SeqCst)))
    }
}

pub fn pace() -> Pace {
    Pace {
        poll: Duration::from_millis(15),
        slowest: Duration::from_millis(40),
        settle: Duration::from_millis(150),
        encode: Duration::from_millis(1_500),
        ..Pace::default()
    }
}

pub fn client(endpoint: &str, key: impl Into<String>) -> Client {
    let mut settings = Settings::new(endpoint, nightdesk::secret::Secret::new(key));
    settings.requests_per_second = 100_000.0;
    settings.burst = 100_000;
    settings.read_retries = 0;
    Client::new(settings).unwrap()
}

pub fn ledger(journal: &Journal, user: &str) -> Ledger {
    let who = Who { user: user.into(), host: "desk".into(), process: 1, ..Who::default() };
    Ledger::new(journal.clone(), "harbour".into(), who)
}

/// A hotel in which time is pushed on and nothing happens by itself.
pub struct House {
    pub sandbox: Sandbox,
    pub property: Property,
    pub client: Client,
    pub dir: Dir,
    pub ahead: Ahead,
    pusher: JoinHandle<()>,
}

impl House {
    pub async fn open() -> Self {
        Self::seeded(7).await
    }

    pub async fn seeded(seed: u64) -> Self {
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms: 24, grants: 40, seed, speed: 1.0, now, ..Options::default() };
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
        let client = client(&sandbox.endpoint(), sandbox.api_key().reveal());
        let mut property = Property::new(Hotel::default(), control.now());
        read_all(&client, &mut property, control.now()).await;
        Self { sandbox, property, client, dir: Dir::new(), ahead: Ahead::default(), pusher }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.sandbox.control().now()
    }

    pub async fn journal(&self) -> Journal {
        Journal::open_with(&self.dir.0, Duration::from_secs(5), self.ahead.clock()).await.unwrap()
    }

    pub async fn desk(&self, recorder: Arc<dyn Recorder>) -> Desk {
        let control = self.sandbox.control();
        let (out, told) = mpsc::channel(64);
        let clock = Arc::new(move || control.now());
        Desk { engine: Engine::recorded(self.client.clone(), out, pace(), clock, recorder), told, runs: 0 }
    }

    pub fn applied(&self) -> [u64; 5] {
        CHANGES.map(|path| self.sandbox.control().applied(path))
    }

    /// The first stay, by id, with a card that is cut, an encoder, time left, and whatever `wants` says.
    fn stay(&self, wants: impl Fn(&Stay) -> bool) -> StayId {
        let soon = self.now() + TimeDelta::hours(1);
        let mut stays: Vec<&Stay> = self.property.stays().collect();
        stays.sort_by(|a, b| a.id.cmp(&b.id));
        let fits = |s: &&Stay| {
            s.starts_at().is_some_and(|start| start < self.now())
                && s.ends_at().is_some_and(|end| end > soon)
                && reissue::cards(&self.property, &s.id).iter().any(|c| c.issued)
                && !reissue::encoders(&self.property, &s.id).is_empty()
                && wants(s)
        };
        stays.into_iter().find(fits).expect("no such stay tonight").id.clone()
    }

    pub fn extension(&self) -> Plan {
        let plan = |s: &Stay| {
            let ask = ExtendAsk::until(s.id.clone(), s.ends_at()? + TimeDelta::hours(1));
            extend::plan(&self.property, &ask, self.now()).ok()
        };
        let id = self.stay(|s| plan(s).is_some());
        plan(self.property.stay(&id).unwrap()).unwrap()
    }

    pub fn lost_card(&self) -> Plan {
        let plan = |s: &Stay| {
            let lost = reissue::cards(&self.property, &s.id).into_iter().find(|c| c.issued)?.method;
            let encoder = reissue::encoders(&self.property, &s.id).into_iter().next()?.encoder;
            let ask = ReissueAsk { stay: s.id.clone(), lost, encoder };
            reissue::plan(&self.property, &ask, self.now()).ok()
        };
        let id = self.stay(|s| plan(s).is_some());
        plan(self.property.stay(&id).unwrap()).unwrap()
    }

    /// The lost cards of two stays that are cut on one encoder.
    pub fn lost_cards_on_one_encoder(&self) -> [Plan; 2] {
        let mut stays: Vec<&Stay> = self.property.stays().collect();
        stays.sort_by(|a, b| a.id.cmp(&b.id));
        let mut found: Vec<(EncoderId, Plan)> = Vec::new();
        for stay in stays {
            let cards = reissue::cards(&self.property, &stay.id).into_iter().filter(|c| c.issued);
            let Some(lost) = cards.map(|c| c.method).next() else { continue };
            for encoder in reissue::encoders(&self.property, &stay.id).into_iter().map(|e| e.encoder) {
                let ask = ReissueAsk { stay: stay.id.clone(), lost: lost.clone(), encoder: encoder.clone() };
                let Ok(plan) = reissue::plan(&self.property, &ask, self.now()) else { continue };
                // The usual order: the card is requested first.
                if !matches!(plan.steps.first(), Some(Step::RequestCard { .. })) {
                    continue;
                }
                if let Some((_, first)) = found.iter().find(|(id, p)| *id == encoder && p.stay != plan.stay) {
                    return [first.clone(), plan];
                }
                found.push((encoder, plan));
            }
        }
        panic!("no two such stays tonight");
    }

    pub fn departure(&self) -> Plan {
        let id = self.stay(|s| self.property.party(&s.id).is_empty());
        check_out::plan(&self.property, &CheckOutAsk::all(id), self.now()).unwrap()
    }

    /// Cards that wait for the encoder: those an extension has left. The extension is done on the way.
    pub async fn cards(&mut self) -> Plan {
        let plan = self.extension();
        let mut desk = self.desk(Arc::new(nightdesk::desk::Unrecorded)).await;
        let stay = plan.stay.clone();
        desk.begin(plan);
        let ended = desk.finish().await;
        assert!(matches!(ended.outcome, Outcome::Done { .. }), "{ended:?}");
        let now = self.now();
        read_all(&self.client, &mut self.property, now).await;
        let encoder = reissue::encoders(&self.property, &stay).remove(0).encoder;
        let ask = EncodeAsk { stay, methods: Vec::new(), encoder };
        encode::plan(&self.property, &ask, now).unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.pusher.abort();
    }
}

/// A desk, and what it tells.
pub struct Desk {
    pub engine: Engine,
    told: mpsc::Receiver<Progress>,
    runs: u64,
}

#[derive(Debug)]
pub struct Ended {
    pub outcome: Outcome,
    pub states: Vec<StepState>,
}

impl Desk {
    pub fn begin(&mut self, plan: Plan) {
        self.runs += 1;
        assert!(self.engine.start(RunId(self.runs), plan));
    }

    pub async fn resume_the_only_one(&mut self) {
        let mut left = self.engine.unfinished().await.unwrap();
        assert_eq!(left.len(), 1, "{left:?}");
        self.runs += 1;
        assert!(self.engine.resume(RunId(self.runs), left.remove(0)));
    }

    /// To the end of the run, pressing Enter wherever a person would.
    pub async fn finish(&mut self) -> Ended {
        self.until(|_| false).await.unwrap()
    }

    /// The same; none as soon as a state is `enough`.
    pub async fn until(&mut self, enough: impl Fn(&StepState) -> bool) -> Option<Ended> {
        let mut states = Vec::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(120), self.told.recv());
            let progress = next.await.unwrap_or_else(|_| panic!("the run hangs: {states:?}")).unwrap();
            match progress.kind {
                ProgressKind::Step { state, .. } => {
                    let enter = matches!(
                        state,
                        StepState::Asking { .. }
                            | StepState::Failed { retry: true, .. }
                            | StepState::Unknown { retry: true, .. }
                    );
                    if enough(&state) {
                        return None;
                    }
                    if enter {
                        self.engine.control(progress.run, Control::Continue);
                    }
                    states.push(state);
                }
                ProgressKind::Ended(outcome) => return Some(Ended { outcome, states }),
                ProgressKind::Read(_) | ProgressKind::Watch(_) => {}
            }
        }
    }
}

/// What happens at one of the points at which something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The program is gone before it is written.
    Before,
    /// The program is gone once it is written.
    After,
}

/// A recorder at which the program stops dead at the n-th writing.
pub struct Deadly {
    pub inner: Ledger,
    pub at: usize,
    pub stop: Stop,
    writings: AtomicUsize,
    pub dead: Arc<Notify>,
    /// What "dead" is: waiting for ever, or something quicker.
    pub die: fn(),
}

impl Deadly {
    pub fn new(inner: Ledger, at: usize, stop: Stop) -> Self {
        Self { inner, at, stop, writings: AtomicUsize::new(0), dead: Arc::default(), die: || {} }
    }

    pub fn writings(&self) -> usize {
        self.writings.load(Ordering::SeqCst)
    }

    async fn at_point<T>(&self, write: Recording<'_, T>) -> Result<T, JournalError> {
        let here = self.writings.fetch_add(1, Ordering::SeqCst) == self.at;
        if here && self.stop == Stop::Before {
            self.end().await;
        }
        let written = write.await;
        if here {
            self.end().await;
        }
        written
    }

    async fn end(&self) {
        (self.die)();
        self.dead.notify_one();
        std::future::pending().await
    }
}

impl Recorder for Deadly {
    fn hotel(&self) -> Text {
        self.inner.hotel()
    }
    fn who(&self) -> Who {
        self.inner.who()
    }
    fn lease(&self) -> Duration {
        self.inner.lease()
    }
    fn claim(&self, wanted: Wanted) -> Recording<'_, Claim> {
        self.inner.claim(wanted)
    }
    fn renew(&self, token: Token) -> Recording<'_, bool> {
        self.inner.renew(token)
    }
    fn release(&self, token: Token, used: bool) -> Recording<'_, ()> {
        self.inner.release(token, used)
    }
    fn begin(&self, intent: Intent) -> Recording<'_, ()> {
        Box::pin(self.at_point(self.inner.begin(intent)))
    }
    fn append(&self, run: IntentId, token: Token, fact: Fact) -> Recording<'_, ()> {
        Box::pin(self.at_point(self.inner.append(run, token, fact)))
    }
    fn take_up(&self, run: IntentId, token: Token, fact: Fact, seen: usize) -> Recording<'_, ()> {
        self.inner.take_up(run, token, fact, seen)
    }
    fn unfinished(&self) -> Recording<'_, Vec<Record>> {
        self.inner.unfinished()
    }
}

pub async fn read_all(client: &Client, p: &mut Property, now: DateTime<Utc>) {
    let systems = client.list_systems(&ListSystems::default()).await.unwrap().items;
    let of = EncodersOf::Systems(systems.iter().map(|s| s.id.clone()).collect());
    let encoders = client.list_encoders(&ListEncoders { of, limit: None }).await.unwrap().items;
    let spaces = client.list_spaces(&ListSpaces::default()).await.unwrap().items;
    let entrances = client.list_entrances(&ListEntrances::default()).await.unwrap().items;
    let devices = client.list_devices(&ListDevices::default()).await.unwrap().items;
    let identities = client.list_user_identities(&ListUserIdentities::default()).await.unwrap().items;
    let grants = client.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
    let ids: Vec<GrantId> = grants.iter().map(|g| g.id.clone()).collect();
    let related = client.related_to_grants(&ids, &[GrantInclude::AccessMethods]).await.unwrap();
    for records in [
        Records::Systems(systems),
        Records::Spaces(spaces),
        Records::Entrances(entrances),
        Records::Devices(devices),
        Records::Encoders(encoders),
        Records::Identities(identities),
        Records::Grants(grants),
        Records::Methods(related.access_methods),
    ] {
        p.apply(Delta::Read { records, as_of: now, sweep: None }, now);
    }
}
