//! The hotel itself: what it holds, how news and time reach it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use super::agenda::{About, Agenda};
use super::attempts::Attempts;
use super::attention::Attention;
use super::backlog::Backlog;
use super::clock::BusinessDate;
use super::course::Course;
use super::ledger::Ledger;
use super::log::Log;
use super::screen::Screen;
use super::stays::Stays;
use super::store::{Door, Store};
use super::table::Key;
use super::tally::Tallies;
use super::walk::Standing;
use super::{Alert, Changed, Counts, Delta, MutationId, MutationRow, Resource, Settings, StayId, Zone};
use crate::seam::model::Workspace;
use crate::text::Text;

/// The hotel: fed with [`Delta`]s, asked by id. Pure; time is an argument, and time never goes back.
#[derive(Debug)]
pub struct Property {
    pub(super) settings: Settings,
    pub(super) born: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) business_date: BusinessDate,
    /// When the business date last rolled by itself, and from which.
    rolled: Option<(DateTime<Utc>, BusinessDate)>,
    pub(super) is_date_known: bool,
    pub(super) workspace: Option<Workspace>,
    pub(super) nameless: Text,
    pub(super) screen: Screen,
    pub(super) store: Store,
    pub(super) zones: BTreeMap<Text, usize>,
    pub(super) stays: Stays,
    pub(super) log: Log,
    pub(super) alerts: BTreeMap<About, Vec<Alert>>,
    pub(super) standing: Standing,
    pub(super) mutations: HashMap<MutationId, MutationRow>,
    pub(super) agenda: Agenda,
    pub(super) ledger: Ledger,
    pub(super) attempts: Attempts,
    pub(super) attention: Attention,
    pub(super) course: Course,
    /// Alerts that are raised, by severity, those that are out of the way too.
    pub(super) raised: [usize; 3],
    pub(super) counts: Counts,
    pub(super) dirty: Dirty,
    pub(super) backlog: Backlog,
    pub(super) tallies: Tallies,
    pub(super) work: u64,
}

/// A clock that goes back by more than this was wrong before; by less it is only not quite even.
const SETBACK: TimeDelta = TimeDelta::minutes(5);

/// What must be looked at again before the hotel is in order.
#[derive(Debug, Default)]
pub(super) struct Dirty {
    /// Guests whose grants must be grouped into stays again.
    pub(super) guests: BTreeSet<Key>,
    /// Stays.
    pub(super) stays: BTreeSet<Key>,
    /// Anything else with alerts.
    pub(super) things: BTreeSet<About>,
}

impl Property {
    /// An empty hotel at `now`.
    pub fn new(settings: Settings, now: DateTime<Utc>) -> Self {
        let zone = settings.zone.unwrap_or_default();
        let business_date = settings.first_date(now, zone);
        Self {
            settings,
            born: now,
            now,
            zone,
            business_date,
            rolled: None,
            is_date_known: false,
            workspace: None,
            nameless: Text::default(),
            screen: Screen::default(),
            store: Store::default(),
            zones: BTreeMap::new(),
            stays: Stays::default(),
            log: Log::default(),
            alerts: BTreeMap::new(),
            standing: Standing::default(),
            mutations: HashMap::new(),
            agenda: Agenda::default(),
            ledger: Ledger::default(),
            attempts: Attempts::default(),
            attention: Attention::default(),
            course: Course::default(),
            raised: [0; 3],
            counts: Counts::default(),
            // Whether the clocks change tonight waits for no record.
            dirty: Dirty { things: BTreeSet::from([About::Screen(Resource::Workspace)]), ..Dirty::default() },
            backlog: Backlog::default(),
            tallies: Tallies::default(),
            work: 0,
        }
    }

    /// Takes in one piece of news at `now`, and lets time pass until then. Everything is in order afterwards,
    /// also what [`Property::apply_in_slices`] has left over.
    pub fn apply(&mut self, delta: Delta, now: DateTime<Utc>) -> Changed {
        self.begin(delta, now);
        self.look_again(usize::MAX);
        self.settle()
    }

    /// Lets time pass: classes and alerts whose instant has come.
    pub fn advance(&mut self, now: DateTime<Utc>) -> Changed {
        self.pass(now);
        self.settle()
    }

    /// The next instant at which a class, a key, an alert or the business date may change by itself;
    /// none where only news can change anything.
    pub fn next_instant(&self) -> Option<DateTime<Utc>> {
        [self.agenda.next(), self.attention.next(), self.next_roll()].into_iter().flatten().min()
    }

    /// When the business date rolls by itself; none where only the audit rolls it.
    pub fn next_roll(&self) -> Option<DateTime<Utc>> {
        self.settings.roll_after(self.business_date, self.zone)
    }

    /// Holds back the alerts that the desk's own action on a stay is bound to raise, until `until`.
    pub fn forgive(&mut self, stay: &StayId, until: DateTime<Utc>) -> Changed {
        if let Some(key) = self.stays.key(stay)
            && let Some(row) = self.stays.row_mut(key)
        {
            row.forgive(until);
            self.dirty.stays.insert(key);
        }
        self.settle()
    }

    /// Rolls the business date to the next day: the end of the night audit. It turns in no other way,
    /// unless the settings name an hour for it.
    pub fn roll(&mut self, now: DateTime<Utc>) -> Changed {
        self.set_business_date(self.business_date.next(), now)
    }

    /// Sets a business date that is known, from the journal or from a person.
    pub fn set_business_date(&mut self, date: BusinessDate, now: DateTime<Utc>) -> Changed {
        self.pass(now);
        self.is_date_known = true;
        if date != self.business_date {
            self.business_date = date;
            self.rolled = None;
            self.tallies.header = true;
            self.review_all();
        }
        self.settle()
    }

    /// Goes on with other thresholds. The zone and the events kept so far stay; everything is looked at again.
    pub fn set_settings(&mut self, settings: Settings) -> Changed {
        self.settings = Settings { zone: self.settings.zone, ..settings };
        self.review_all();
        let store = &self.store;
        let doors = store.entrances.iter().map(|(key, _)| About::Door(Door::Entrance(key)));
        let locks = store.devices.iter().map(|(key, _)| About::Door(Door::Device(key)));
        let systems = store.systems.iter().map(|(key, _)| About::System(key));
        let encoders = store.encoders.iter().map(|(key, _)| About::Encoder(key));
        let guests = store.guests.iter().map(|(key, _)| About::Guest(key));
        let screens = Resource::ALL.into_iter().map(About::Screen);
        let all = doors.chain(locks).chain(systems).chain(encoders).chain(guests).chain(screens);
        self.dirty.things.extend(all);
        self.settle()
    }

    /// How many stays and things have been evaluated since the hotel was made. For tests and for
    /// those who wonder what a piece of news costs.
    pub fn work(&self) -> u64 {
        self.work
    }

    pub(super) fn pass(&mut self, now: DateTime<Utc>) {
        if now < self.now - SETBACK {
            self.set_back(now);
        }
        self.now = self.now.max(now);
        let before = self.business_date;
        while let Some(at) = self.next_roll().filter(|at| *at <= self.now) {
            self.rolled = Some((at, self.business_date));
            self.business_date = self.business_date.next();
        }
        if self.business_date != before {
            self.tallies.header = true;
            self.review_all();
        }
        while let Some(alert) = self.attention.pop(self.now) {
            self.attention_changed(alert);
        }
        while let Some(about) = self.agenda.pop(self.now) {
            match about {
                About::Stay(key) => self.dirty.stays.insert(key),
                about => self.dirty.things.insert(about),
            };
        }
    }

    /// The clock was wrong until now: whatever it made happen has not happened.
    fn set_back(&mut self, now: DateTime<Utc>) {
        self.now = now;
        if let Some((_, date)) = self.rolled.take_if(|(at, _)| now < *at) {
            self.business_date = date;
        }
        self.tallies.header = true;
        self.review_all();
    }

    /// Looks at everything again whose dates mean something else now.
    pub(super) fn review_all(&mut self) {
        let stays: Vec<Key> = self.stays.iter().map(|(key, _)| key).collect();
        self.dirty.stays.extend(stays);
        // Whether the clocks change tonight.
        self.dirty.things.insert(About::Screen(Resource::Workspace));
    }

    /// Brings the hotel in order again and says what changed since it last was.
    pub(super) fn settle(&mut self) -> Changed {
        self.put_in_order();
        let (raised, aside) = (self.raised, self.attention.aside());
        let [p1, p2, p3] = std::array::from_fn(|i| match (raised.get(i), aside.get(i)) {
            (Some(raised), Some(aside)) => raised.saturating_sub(*aside),
            _ => 0,
        });
        let counts = Counts {
            grants: self.store.grants.len(),
            mutations: self.mutations.len(),
            p1,
            p2,
            p3,
            snoozed: aside.iter().sum(),
            ..self.counts
        };
        self.tallies.header |= counts != self.tallies.shown;
        self.counts = counts;
        self.tallies.shown = counts;
        self.tell()
    }

    /// Looks again at everything that must be.
    pub(super) fn put_in_order(&mut self) {
        while let Some(guest) = self.dirty.guests.pop_first() {
            self.regroup(guest);
        }
        while let Some(stay) = self.dirty.stays.pop_first() {
            self.review_stay(stay);
        }
        while let Some(about) = self.dirty.things.pop_first() {
            self.review_thing(about);
        }
    }

    /// What changed since it was last told.
    pub(super) fn tell(&mut self) -> Changed {
        self.sample();
        self.tallies.take()
    }
}
