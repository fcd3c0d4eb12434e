//! The state of the virtual hotel, its indexes and its agenda.
//!
//! Records are never moved: they are kept in the order they were made and marked when they are gone, so an
//! index is a name, an index list is sorted by age, and a page starts where the last one stopped.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};

use chrono::Duration;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::clock::{At, Clock, stamp};
use super::dice::Dice;
use super::house::{Door, Encoder, Space, System};
use super::keys::{Attempt, Grant, InstantKey, Method, Person};
use super::life::Task;
use super::said::Said;
use crate::zone::Zone;

/// Events older than the newest of these are forgotten.
const EVENTS_KEPT: usize = 50_000;

/// Records in the order they were made.
#[derive(Debug)]
pub(crate) struct Shelf<T>(Vec<T>);

impl<T> Shelf<T> {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn put(&mut self, item: T) -> u32 {
        self.0.push(item);
        (self.0.len() - 1) as u32
    }

    pub(crate) fn get(&self, ix: u32) -> Option<&T> {
        self.0.get(ix as usize)
    }

    pub(crate) fn get_mut(&mut self, ix: u32) -> Option<&mut T> {
        self.0.get_mut(ix as usize)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &T)> {
        self.0.iter().enumerate().map(|(i, t)| (i as u32, t))
    }

    pub(crate) fn len(&self) -> u32 {
        self.0.len() as u32
    }
}

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    System(u32),
    Door(u32),
    Encoder(u32),
    Space(u32),
    Person(u32),
    Grant(u32),
    Method(u32),
    Instant(u32),
    Attempt(u32),
}

/// Something that happened, as `/events/list` tells it.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) at: At,
    pub(crate) kind: &'static str,
    pub(crate) body: Map<String, Value>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: At,
    order: u64,
    task: Task,
}

/// The whole hotel. One lock guards it; nothing in here waits.
pub(crate) struct Hotel {
    pub(crate) seed: u64,
    pub(crate) zone: Zone,
    pub(crate) clock: Clock,
    /// The instant being lived through: never ahead of the clock.
    pub(crate) now: At,
    pub(crate) ids: Dice,
    /// What goes wrong, and when.
    pub(crate) night: Dice,
    /// How long things take.
    pub(crate) pace: Dice,
    pub(crate) workspace: Uuid,
    pub(crate) systems: Shelf<System>,
    pub(crate) doors: Shelf<Door>,
    pub(crate) encoders: Shelf<Encoder>,
    pub(crate) spaces: Shelf<Space>,
    pub(crate) people: Shelf<Person>,
    pub(crate) grants: Shelf<Grant>,
    pub(crate) methods: Shelf<Method>,
    pub(crate) instants: Shelf<InstantKey>,
    pub(crate) attempts: Shelf<Attempt>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) named: HashMap<Uuid, Named>,
    pub(crate) grant_keys: HashMap<Box<str>, u32>,
    pub(crate) person_keys: HashMap<Box<str>, u32>,
    pub(crate) reservations: HashMap<Box<str>, Vec<u32>>,
    pub(crate) guests_made: usize,
    /// Chance that a person forgets to put a card on the encoder.
    pub(crate) mishaps: f64,
    /// The hotel lives its own life: guests come and go, things break.
    pub(crate) restless: bool,
    /// What records were made to say.
    pub(crate) said: BTreeMap<Uuid, Vec<Said>>,
    /// Records that nobody can read.
    pub(crate) garbled: BTreeSet<Uuid>,
    /// Changes that were carried out, by endpoint.
    pub(crate) applied: BTreeMap<String, u64>,
    /// Changes that were carried out, by endpoint and by what they named.
    pub(crate) applied_to: BTreeMap<String, u64>,
    agenda: BinaryHeap<Reverse<Due>>,
    order: u64,
}

impl Hotel {
    pub(crate) fn empty(seed: u64, zone: Zone, start: At, speed: f64) -> Self {
        let mut ids = Dice::new(seed, 1);
        Self {
            seed,
            zone,
            clock: Clock::new(start, speed),
            now: start,
            workspace: ids.uuid(),
            ids,
            night: Dice::new(seed, 2),
            pace: Dice::new(seed, 3),
            systems: Shelf::new(),
            doors: Shelf::new(),
            encoders: Shelf::new(),
            spaces: Shelf::new(),
            people: Shelf::new(),
            grants: Shelf::new(),
            methods: Shelf::new(),
            instants: Shelf::new(),
            attempts: Shelf::new(),
            events: VecDeque::new(),
            named: HashMap::new(),
            grant_keys: HashMap::new(),
            person_keys: HashMap::new(),
            reservations: HashMap::new(),
            guests_made: 0,
            mishaps: 0.0,
            restless: true,
            said: BTreeMap::new(),
            garbled: BTreeSet::new(),
            applied: BTreeMap::new(),
            applied_to: BTreeMap::new(),
            agenda: BinaryHeap::new(),
            order: 0,
        }
    }

    /// A fresh id that will name `what`.
    pub(crate) fn name(&mut self, what: Named) -> Uuid {
        let id = self.ids.uuid();
        self.named.insert(id, what);
        id
    }

    pub(crate) fn plan(&mut self, at: At, task: Task) {
        self.order += 1;
        self.agenda.push(Reverse(Due { at, order: self.order, task }));
    }

    pub(crate) fn plan_in(&mut self, wait: Duration, task: Task) {
        self.plan(self.now + wait, task);
    }

    /// Plans a step that a person watches, `low` to `high` seconds from now.
    pub(crate) fn plan_paced(&mut self, low: f64, high: f64, task: Task) {
        let part = self.pace.below(1001) as f64 / 1000.0;
        let wait = self.clock.paced(low + (high - low) * part);
        self.plan_in(wait, task);
    }

    /// Lives through everything that was due up to what the clock shows now.
    pub(crate) fn catch_up(&mut self) {
        let until = self.clock.read();
        while self.agenda.peek().is_some_and(|Reverse(due)| due.at <= until) {
            let Some(Reverse(due)) = self.agenda.pop() else { break };
            self.now = self.now.max(due.at);
            self.live(due.task);
        }
        self.now = self.now.max(until);
    }

    /// When something is due next.
    pub(crate) fn next_due(&self) -> Option<At> {
        self.agenda.peek().map(|Reverse(due)| due.at)
    }

    /// Records that `kind` happened now, with what the event names.
    pub(crate) fn tell(&mut self, kind: &'static str, body: Value) {
        self.tell_at(self.now, kind, body);
    }

    pub(crate) fn tell_at(&mut self, at: At, kind: &'static str, body: Value) {
        let Value::Object(mut body) = body else { return };
        let id = self.ids.uuid();
        body.insert("event_id".to_owned(), json!(id));
        body.insert("event_type".to_owned(), json!(kind));
        body.insert("created_at".to_owned(), json!(stamp(at)));
        body.insert("occurred_at".to_owned(), json!(stamp(at)));
        body.insert("workspace_id".to_owned(), json!(self.workspace));
        self.events.push_back(Event { id, at, kind, body });
        while self.events.len() > EVENTS_KEPT {
            self.events.pop_front();
        }
    }

    /// Whether `door` can be reached now: it is online, and so is the bridge before it.
    pub(crate) fn reachable(&self, door: u32) -> bool {
        self.doors.get(door).is_some_and(|door| self.reachable_door(door))
    }

    pub(crate) fn reachable_door(&self, door: &Door) -> bool {
        let bridge = door.system.and_then(|s| self.systems.get(s)).and_then(|s| s.down_since);
        door.offline_since.is_none() && bridge.is_none()
    }

    /// Doors among `doors` that no change reaches now. A lock that is offline by design waits for nobody:
    /// only its bridge counts, which [`Hotel::reachable`] sees.
    pub(crate) fn unreachable(&self, doors: &[u32]) -> Vec<u32> {
        doors.iter().copied().filter(|d| !self.reachable(*d)).collect()
    }

    pub(crate) fn living_grants<'a>(&'a self, of: &'a [u32]) -> impl Iterator<Item = (u32, &'a Grant)> + 'a {
        of.iter().filter_map(|ix| self.grants.get(*ix).filter(|g| !g.gone).map(|g| (*ix, g)))
    }

    /// The living grants of a reservation, oldest first.
    pub(crate) fn party(&self, reservation: &str) -> Vec<u32> {
        let all = self.reservations.get(reservation).map(Vec::as_slice).unwrap_or_default();
        self.living_grants(all).map(|(ix, _)| ix).collect()
    }
}
