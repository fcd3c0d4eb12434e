//! Two to four desks, one store, one API, and everything that can go wrong between them, in every order that
//! a random walk comes to: desks that stand still, connections that are cut, answers that are lost or late,
//! clocks that disagree, programs that are killed.

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

    fn happens(&mut self, device: usize) {
        let id = format!("e{}", self.events.len());
        let event = json!({"event_id": id, "event_type": "device.changed", "device_id": format!("d{device}"),
            "created_at": self.wall()});
        self.events.push(serde_json::from_value(event).unwrap());
    }

    fn hear(&mut self, n: usize, heard: Heard) {
        let now = self.mono(n);
        for todo in self.desks[n].election.hear(now, heard) {
            match todo {
                Do::Try => self.ask_store(n, Request::Try(now)),
                Do::Renew(term) => self.ask_store(n, Request::Renew(term, now)),
                Do::Free(term) => self.ask_store(n, Request::Free(term)),
                Do::Begin(_) => self.load(n),
                Do::Stop => {
                    let desk = &mut self.desks[n];
                    desk.memory = None;
                    desk.publishing = None;
                    desk.follower.anew();
                }
            }
        }
        if let Some(at) = self.desks[n].election.wakes_at() {
            let (life, now) = (self.desks[n].life, self.mono(n));
            self.post(at.saturating_sub(now).as_millis() as u64 + 1, Post::Wake(n, life));
        }
    }

    /// Everything that was told comes first; then what the poller before left.
    fn load(&mut self, n: usize) {
        let Some(term) = self.desks[n].election.term() else { return };
        if self.desks[n].memory.is_none() {
            self.ask_store(n, Request::Load(term));
        }
    }

    fn ask_store(&mut self, n: usize, request: Request) {
        let (life, number) = (self.desks[n].life, self.sent);
        self.desks[n].open.insert(number, request.clone());
        self.post(PATIENCE, Post::GaveUp(n, life, number));
        if self.desks[n].cut_until <= self.now {
            let way = 1 + self.chance(80);
            self.post(way, Post::AtStore(n, life, request));
        }
    }

    fn at_store(&mut self, n: usize, life: u32, request: Request) {
        // The store's clock shows something else than anybody's.
        let now = Duration::from_secs(5_000_000) + MS * u32::try_from(self.now).unwrap();
        let answer = match &request {
            Request::Look => {
                let (term, left, number, told) = self.store.look(now);
                Answer::Seat(term, left, number, told)
            }
            Request::Try(asked) => {
                let won = self.store.try_seat(now);
                if won.is_some() {
                    self.elected = self.now;
                }
                Answer::Tried(won, *asked)
            }
            Request::Renew(term, asked) => Answer::Renewed(*term, *asked, self.store.renew(*term, now)),
            Request::Free(term) => {
                if self.store.free(*term, now) {
                    self.tell_all(|| Answer::Freed);
                }
                return;
            }
            Request::Publish(term, asked, batch) => {
                let number = self.store.publish(n, *term, batch, now);
                if let Some(number) = number.filter(|_| batch.is_news) {
                    self.tell_all(|| Answer::Number(number));
                }
                Answer::Published(*term, *asked, number.is_some())
            }
            Request::Page(question) => Answer::Page(*question, self.store.page(*question)),
            Request::Load(term) => Answer::Left(*term, Box::new(self.store.left())),
        };
        let way = 1 + self.chance(80);
        if self.desks[n].cut_until <= self.now {
            self.post(way, Post::Answer(n, life, answer));
        }
    }

    fn tell_all(&mut self, answer: impl Fn() -> Answer) {
        for n in 0..self.desks.len() {
            if self.desks[n].cut_until <= self.now {
                let (way, life) = (1 + self.chance(80), self.desks[n].life);
                self.post(way, Post::Answer(n, life, answer()));
            }
        }
    }

    /// An answer settles the oldest request of its kind.
    fn settle(&mut self, n: usize, is_it: impl Fn(&Request) -> bool) -> bool {
        let open = &mut self.desks[n].open;
        let number = open.iter().find(|(_, request)| is_it(request)).map(|(number, _)| *number);
        number.is_some_and(|number| open.remove(&number).is_some())
    }

    fn answered(&mut self, n: usize, answer: Answer) {
        match answer {
            Answer::Seat(term, left, number, told) => {
                self.settle(n, |r| matches!(r, Request::Look));
                let head = Head { number, told, sources: Some(self.store.sources()), ..Head::default() };
                let now = self.wall() + self.desks[n].skew;
                let desk = &mut self.desks[n];
                let delta = desk.follower.look(&head);
                if let Some(delta) = delta.filter(|_| desk.memory.is_none()) {
                    desk.hotel.apply(delta, now);
                }
                self.hear(n, Heard::Seat { term, left });
                self.read_on(n);
            }
            Answer::Tried(won, asked) => {
                self.settle(n, |r| matches!(r, Request::Try(at) if *at == asked));
                let heard = won.map_or(Heard::Lost, |term| Heard::Won { term, asked });
                self.hear(n, heard);
            }
            Answer::Renewed(term, asked, is_renewed) => {
                self.settle(n, |r| matches!(r, Request::Renew(_, at) if *at == asked));
                let heard = if is_renewed { Heard::Renewed { term, asked } } else { Heard::Fenced { term } };
                self.hear(n, heard);
            }
            Answer::Published(term, asked, is_done) => {
                if !self.settle(n, |r| matches!(r, Request::Publish(_, at, _) if *at == asked)) {
                    return;
                }
                if self.desks[n].election.term() == Some(term) {
                    self.desks[n].publishing = None;
                }
                let heard = if is_done { Heard::Renewed { term, asked } } else { Heard::Fenced { term } };
                self.hear(n, heard);
                self.publish(n);
            }
            Answer::Page(question, page) => {
                if !self.settle(n, |r| matches!(r, Request::Page(q) if *q == question)) {
                    return;
                }
                let now = self.wall() + self.desks[n].skew;
                let desk = &mut self.desks[n];
                let deltas = desk.follower.take(question, page, now);
                // Whoever polls knows better than what it told.
                if desk.memory.is_none() {
                    deltas.into_iter().for_each(|delta| drop(desk.hotel.apply(delta, now)));
                }
                self.read_on(n);
                self.load(n);
            }
            Answer::Left(term, left) => {
                self.settle(n, |r| matches!(r, Request::Load(_)));
                let desk = &mut self.desks[n];
                if desk.election.term() == Some(term) && desk.memory.is_none() {
                    if !desk.follower.is_level() {
                        return self.read_on(n);
                    }
                    let (memory, resume) = take_over(*left, Duration::from_secs(60));
                    desk.seen = resume.events_seen.iter().map(|(id, _)| id.to_string()).collect();
                    desk.memory = Some(memory);
                }
            }
            Answer::Freed => self.hear(n, Heard::Freed),
            Answer::Number(number) => {
                self.desks[n].follower.hear(number);
                self.read_on(n);
            }
        }
    }

    fn gave_up(&mut self, n: usize, request: Request) {
        match request {
            Request::Try(_) | Request::Renew(..) => self.hear(n, Heard::Unanswered),
            Request::Publish(term, ..) => {
                let desk = &mut self.desks[n];
                if desk.election.term() == Some(term)
                    && let (Some(memory), Some(batch)) = (&mut desk.memory, desk.publishing.take())
                {
                    memory.take_back(batch);
                }
                self.hear(n, Heard::Unanswered);
                self.publish(n);
            }
            Request::Page(_) => {
                self.desks[n].follower.unanswered();
                self.read_on(n);
            }
            Request::Load(_) => self.load(n),
            Request::Look | Request::Free(_) => {}
        }
    }

    fn read_on(&mut self, n: usize) {
        if self.desks[n].memory.is_some() {
            return;
        }
        if let Some(question) = self.desks[n].follower.ask() {
            self.ask_store(n, Request::Page(question));
        }
    }

    fn gate_is_open(&self, n: usize) -> bool {
        let until = self.desks[n].election.good_until();
        self.desks[n].memory.is_some() && until.is_some_and(|until| self.mono(n) < until)
    }

    /// The poller asks the API.
    fn poll(&mut self, n: usize) {
        if !self.gate_is_open(n) {
            return;
        }
        let open: Vec<usize> = (0..self.desks.len()).filter(|n| self.gate_is_open(*n)).collect();
        assert_eq!(open, [n], "two poll at once at {}", self.now);
        self.asked = self.now;
        let term = self.desks[n].election.term().unwrap();
        let device = |(n, version): (&usize, &u32)| {
            let device = json!({"device_id": format!("d{n}"), "display_name": format!("v{version}")});
            serde_json::from_value(device).unwrap()
        };
        let reading =
            Reading { devices: self.devices.iter().map(device).collect(), events: self.events.clone() };
        let (asked, life) = (self.wall() + self.desks[n].skew, self.desks[n].life);
        let way = 20 + self.chance(400);
        self.post(way, Post::Read(n, life, term, asked, reading));
    }

    fn read(&mut self, n: usize, term: Term, asked: DateTime<Utc>, reading: Reading) {
        // Whoever stood still finds that its time is over before anything else.
        self.hear(n, Heard::Tick);
        let now = self.wall() + self.desks[n].skew;
        let desk = &mut self.desks[n];
        if desk.election.term() != Some(term) {
            return;
        }
        let Some(memory) = &mut desk.memory else { return };
        let mut events = reading.events;
        events.retain(|event| desk.seen.insert(event.id.to_string()));
        desk.sweeps += 1;
        let (what, sweep) = (Resource::Devices, Sweep(desk.sweeps));
        let deltas = [
            Delta::Read { records: Records::Events(events), as_of: asked, sweep: None },
            Delta::SweepBegan { what, sweep, at: asked },
            Delta::Read { records: Records::Devices(reading.devices), as_of: asked, sweep: Some(sweep) },
            Delta::SweepEnded { what, sweep, as_of: asked },
            Delta::Checked { what: Resource::Grants, as_of: asked },
        ];
        for delta in deltas {
            memory.take(&delta, now);
            desk.hotel.apply(delta, now);
        }
        self.publish(n);
    }

    fn publish(&mut self, n: usize) {
        let now = self.mono(n);
        let desk = &mut self.desks[n];
        let (Some(term), Some(memory)) = (desk.election.term(), &mut desk.memory) else { return };
        if desk.publishing.is_none()
            && let Some(batch) = memory.flush(2)
        {
            desk.publishing = Some(batch.clone());
            self.ask_store(n, Request::Publish(term, now, batch));
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
