//! Two to four desks, one store, one API, and everything that can go wrong between them, in every order that
//! a random walk comes to: desks that stand still, connections that are cut, answers that are lost or late,
//! clocks that disagree, programs that are killed.

mod reading;
mod store;

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::json;

use super::store::Store;
use crate::property::{Delta, Property, Records, Resource, Settings, Sweep};
use crate::relay::election::{Do, Election, Heard, Mono, Term};
use crate::relay::follow::{Follower, Head, Page, Question};
use crate::relay::handover::{Left, take_over};
use crate::relay::memory::{Batch, Memory};
use crate::seam::id::DeviceId;
use crate::seam::model::{Device, Event};

const MS: Duration = Duration::from_millis(1);
/// How often a desk looks at the seat, and how often the poller asks.
const LOOK: u64 = 2_000;
const POLL: u64 = 500;
/// What is not answered by then is given up.
const PATIENCE: u64 = 2_000;
/// Another has taken over within this time, if there is one that is well.
const TAKEN_OVER: u64 = 10_000;

/// What happens to a desk or to the hotel, and when.
#[derive(Clone, Debug)]
enum Fate {
    /// The desk stands still for so long.
    Pause(usize, u64),
    /// Nothing reaches the store, and nothing comes from it, for so long.
    Cut(usize, u64),
    /// Its program is killed, and another starts in its place.
    Kill(usize),
    /// Its program ends in good order, and another starts.
    Leave(usize),
    /// A device is another one now.
    Change(usize),
    /// A device goes, or comes back.
    Toggle(usize),
    /// Whoever polls is cut off from the store, and sees for a moment what nobody else ever does.
    Blink(usize),
}

fn fate(desks: usize) -> impl Strategy<Value = Fate> {
    let desk = 0..desks;
    prop_oneof![
        2 => (desk.clone(), 100u64..15_000).prop_map(|(d, t)| Fate::Pause(d, t)),
        2 => (desk.clone(), 100u64..15_000).prop_map(|(d, t)| Fate::Cut(d, t)),
        1 => desk.clone().prop_map(Fate::Kill),
        1 => desk.prop_map(Fate::Leave),
        9 => (0usize..3).prop_map(Fate::Change),
        2 => (0usize..6).prop_map(Fate::Toggle),
        2 => (3usize..6).prop_map(Fate::Blink),
    ]
}

/// Something on its way.
#[derive(Debug)]
enum Post {
    Fate(Fate),
    Wake(usize, u32),
    Look(usize, u32),
    Ask(usize, u32),
    // At the store.
    AtStore(usize, u32, Request),
    // At the desk.
    Answer(usize, u32, Answer),
    // At the desk, from the API.
    Read(usize, u32, Term, DateTime<Utc>, Reading),
    GaveUp(usize, u32, u64),
}

#[derive(Clone, Debug)]
enum Request {
    Look,
    Try(Mono),
    Renew(Term, Mono),
    Free(Term),
    Publish(Term, Mono, Batch),
    Page(Question),
    Load(Term),
}

#[derive(Debug)]
enum Answer {
    Seat(Term, Option<Duration>, i64, i64),
    Tried(Option<Term>, Mono),
    Renewed(Term, Mono, bool),
    Published(Term, Mono, bool),
    Page(Question, Page),
    Left(Term, Box<Left>),
    Freed,
    Number(i64),
}

/// What the API said.
#[derive(Debug)]
struct Reading {
    devices: Vec<Device>,
    events: Vec<Event>,
}

struct Desk {
    /// Counts the programs that ran here.
    life: u32,
    mono: Duration,
    skew: TimeDelta,
    still_until: u64,
    cut_until: u64,
    /// Since when it has been well without a break.
    well_since: u64,
    election: Election,
    follower: Follower,
    memory: Option<Memory>,
    publishing: Option<Batch>,
    /// Requests that were not answered yet.
    open: BTreeMap<u64, Request>,
    seen: BTreeSet<String>,
    sweeps: u64,
    hotel: Property,
}

impl Desk {
    fn new(life: u32, mono: Duration, skew: TimeDelta, seed: u64, now: DateTime<Utc>) -> Self {
        let mut state = seed | 1;
        let chance = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64 / (1u64 << 24) as f64
        };
        Self {
            life,
            mono,
            skew,
            still_until: 0,
            cut_until: 0,
            well_since: 0,
            election: Election::new(chance),
            follower: Follower::new(),
            memory: None,
            publishing: None,
            open: BTreeMap::new(),
            seen: BTreeSet::new(),
            sweeps: 0,
            hotel: Property::new(Settings::default(), now + skew),
        }
    }
}

struct World {
    now: u64,
    queue: BinaryHeap<std::cmp::Reverse<(u64, u64)>>,
    posts: BTreeMap<u64, Post>,
    sent: u64,
    random: u64,
    store: Store,
    desks: Vec<Desk>,
    devices: BTreeMap<usize, u32>,
    events: Vec<Event>,
    /// When the API was last asked.
    asked: u64,
    /// When somebody was last elected: if that one falls ill before it asks, another is elected in turn.
    elected: u64,
}

impl World {
    fn new(desks: usize, seed: u64) -> Self {
        let mut world = Self {
            now: 0,
            queue: BinaryHeap::new(),
            posts: BTreeMap::new(),
            sent: 0,
            random: seed,
            store: Store { page: 3, ..Store::default() },
            desks: Vec::new(),
            devices: (0..6).map(|n| (n, 0)).collect(),
            events: Vec::new(),
            asked: 0,
            elected: 0,
        };
        for n in 0..desks {
            let mono = Duration::from_millis(world.chance(1_000_000));
            let skew = TimeDelta::milliseconds(world.chance(60_000) as i64 - 30_000);
            let seed = world.chance(u64::MAX >> 1);
            let now = world.wall();
            world.desks.push(Desk::new(0, mono, skew, seed, now));
            world.begin(n);
        }
        world
    }

    fn chance(&mut self, below: u64) -> u64 {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below.max(1)
    }

    fn wall(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::milliseconds(self.now as i64)
    }

    fn mono(&self, n: usize) -> Mono {
        self.desks[n].mono + MS * u32::try_from(self.now).unwrap()
    }

    fn post(&mut self, after: u64, post: Post) {
        self.sent += 1;
        self.queue.push(std::cmp::Reverse((self.now + after, self.sent)));
        self.posts.insert(self.sent, post);
    }

    fn begin(&mut self, n: usize) {
        let life = self.desks[n].life;
        let first = self.chance(300);
        self.post(first, Post::Look(n, life));
        self.post(0, Post::Ask(n, life));
    }

    /// A new program in the place of the old one.
    fn replace(&mut self, n: usize) {
        let (seed, now) = (self.chance(u64::MAX >> 1), self.wall());
        let old = &self.desks[n];
        let mut new = Desk::new(old.life + 1, old.mono, old.skew, seed, now);
        (new.still_until, new.cut_until) = (old.still_until, old.cut_until);
        // What is in the way of its machine is in the way of another program, too.
        new.well_since = self.now.max(old.still_until).max(old.cut_until);
        self.desks[n] = new;
        self.begin(n);
    }

    fn run(&mut self, until: u64) {
        while let Some(std::cmp::Reverse((at, number))) = self.queue.peek().copied() {
            if at > until {
                break;
            }
            self.queue.pop();
            self.now = at;
            let post = self.posts.remove(&number).unwrap();
            self.deliver(post);
            self.check_taken_over();
        }
        self.now = until;
    }

    fn deliver(&mut self, post: Post) {
        let (n, life) = match &post {
            Post::Fate(fate) => return self.strike(fate.clone()),
            Post::AtStore(n, life, request) => return self.at_store(*n, *life, request.clone()),
            Post::Wake(n, life) | Post::Look(n, life) | Post::Ask(n, life) => (*n, *life),
            Post::Answer(n, life, _) | Post::Read(n, life, ..) | Post::GaveUp(n, life, _) => (*n, *life),
        };
        if self.desks[n].life != life {
            return;
        }
        if self.desks[n].still_until > self.now {
            // Whoever stands still finds everything when it goes on.
            let wait = self.desks[n].still_until - self.now;
            return self.post(wait, post);
        }
        match post {
            Post::Wake(..) => self.hear(n, Heard::Tick),
            Post::Look(..) => {
                self.ask_store(n, Request::Look);
                let wait = LOOK - self.chance(200);
                self.post(wait, Post::Look(n, life));
            }
            Post::Ask(..) => {
                self.poll(n);
                self.post(POLL, Post::Ask(n, life));
            }
            Post::Answer(_, _, answer) => self.answered(n, answer),
            Post::Read(_, _, term, asked, reading) => self.read(n, term, asked, reading),
            Post::GaveUp(_, _, number) => {
                if let Some(request) = self.desks[n].open.remove(&number) {
                    self.gave_up(n, request);
                }
            }
            Post::Fate(_) | Post::AtStore(..) => {}
        }
    }

    fn strike(&mut self, fate: Fate) {
        match fate {
            Fate::Pause(n, ms) => {
                self.desks[n].still_until = self.desks[n].still_until.max(self.now + ms);
                self.desks[n].well_since = self.desks[n].well_since.max(self.now + ms);
            }
            Fate::Cut(n, ms) => {
                self.desks[n].cut_until = self.desks[n].cut_until.max(self.now + ms);
                self.desks[n].well_since = self.desks[n].well_since.max(self.now + ms);
            }
            Fate::Kill(n) => self.replace(n),
            Fate::Leave(n) => {
                if self.desks[n].still_until <= self.now {
                    self.hear(n, Heard::Ends);
                }
                self.replace(n);
            }
            Fate::Change(device) => {
                // Now and then it is again what it was before anybody was told.
                let version = self.devices.entry(device).or_default();
                *version = (*version + 1) % 2;
                self.happens(device);
            }
            Fate::Blink(device) => {
                if let Some(n) = (0..self.desks.len()).find(|n| self.gate_is_open(*n)) {
                    self.strike(Fate::Cut(n, 12_000));
                    self.post(200, Post::Fate(Fate::Change(device)));
                    self.post(2_500, Post::Fate(Fate::Change(device)));
                }
            }
            Fate::Toggle(device) => {
                if self.devices.remove(&device).is_none() {
                    self.devices.insert(device, 0);
                }
                self.happens(device);
            }
        }
    }

    /// If a desk has been well for long enough, somebody polls.
    fn check_taken_over(&self) {
        let is_well = |desk: &Desk| self.now.saturating_sub(desk.well_since) > TAKEN_OVER;
        if self.desks.iter().any(is_well) {
            let ago = self.now - self.asked.max(self.elected);
            assert!(
                ago <= TAKEN_OVER,
                "nobody has polled for {ago} ms at {}: {:?}",
                self.now,
                self.desks.iter().map(|d| format!("{:?}", d.election)).collect::<Vec<_>>()
            );
        }
    }

    fn check_equal(&self) {
        for (n, desk) in self.desks.iter().enumerate() {
            let shown: BTreeMap<usize, String> = (0..6)
                .filter_map(|id| {
                    let device = desk.hotel.device(&DeviceId::new(&format!("d{id}")))?;
                    Some((id, device.display_name.to_string()))
                })
                .collect();
            let truth: BTreeMap<usize, String> =
                self.devices.iter().map(|(n, version)| (*n, format!("v{version}"))).collect();
            assert_eq!(shown, truth, "desk {n} ({:?})", desk.election);
        }
        assert_eq!(self.store.events.len(), self.events.len(), "no event is left out");
        assert!(self.store.writers.values().all(|desks| desks.len() == 1), "{:?}", self.store.writers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_polls_the_others_follow_and_nobody_for_long(
        seed in any::<u64>(),
        (desks, fates) in (2usize..5).prop_flat_map(|desks| {
            (Just(desks), prop::collection::vec((0u64..60_000, fate(desks)), 0..24))
        }),
    ) {
        let mut world = World::new(desks, seed);
        for (at, fate) in fates {
            world.post(at, Post::Fate(fate));
        }
        world.run(80_000);
        // Whatever was broken is whole again by now; what is still to be told is told soon.
        world.run(95_000);
        world.check_equal();
    }
}
