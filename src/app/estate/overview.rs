//! All properties at a glance, the one in the worst trouble first.

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};

use super::HouseId;
use crate::app::App;
use crate::app::board::Travel;
use crate::app::health::{self, Health};
use crate::app::overlay::moved;
use crate::config::Colour;
use crate::order::Arrange as _;
use crate::property::Resource;
use crate::text::Text;

/// The overview, while it is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The property under the cursor: it stays under it wherever it is sorted to.
    pub at: HouseId,
    /// All of them, the worst first.
    pub rows: Vec<Row>,
    /// Whether leaving is being asked about.
    pub leaving: bool,
    /// How many rows the last frame had room for.
    room: usize,
}

/// One property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub id: HouseId,
    /// Its name.
    pub name: Text,
    /// What its name is painted in.
    pub colour: Option<Colour>,
    /// Whether the hotel is the embedded one, or the key a test key.
    pub is_sandbox: bool,
    /// Whether its grants have been read: before that nothing is counted.
    pub is_counted: bool,
    /// Arrivals outstanding.
    pub due_in: usize,
    /// Guests who stay.
    pub in_house: usize,
    /// Due out.
    pub due_out: usize,
    /// Overstays.
    pub overstay: usize,
    /// Open alerts of severity P1.
    pub p1: usize,
    /// Open alerts of severity P2.
    pub p2: usize,
    /// For how long the oldest change is on its way to the locks, in whole minutes. What waits for a card waits
    /// for a person, and is none of these.
    pub oldest: Option<TimeDelta>,
    /// Whether that is too long.
    pub is_late: bool,
    /// Who else is on duty there; none where nobody can tell.
    pub on_duty: Option<Text>,
    /// Actions on their way.
    pub running: usize,
    /// How many of those wait for the person.
    pub asking: usize,
    /// How old the data is, in words of the property's time; or why there is none.
    pub state: State,
    /// Why nothing may be changed there, where nobody asked for that.
    pub barred: Option<Text>,
}

/// How old the data of a property is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has come in yet.
    Reading,
    /// Current, last read at this time of day.
    AsOf(Text),
    /// Nothing new for so long, and the last trouble.
    Stale(Text, Option<Text>),
    /// No connection, or no key: since that time of day, and why.
    Offline(Text, Text),
}

impl State {
    fn of(app: &App) -> Self {
        let zone = app.property.zone();
        let at = |at: DateTime<Utc>, form: &str| Text::new(zone.local(at).format(form).to_string());
        match health::health(&app.property, app.now()) {
            Health::Starting => Self::Reading,
            Health::Live => match health::as_of(&app.property) {
                Some(read) => Self::AsOf(at(read, "%H:%M:%S")),
                None => Self::Reading,
            },
            Health::Stale { since, why } => {
                let minutes = (app.now() - since).num_minutes().max(0);
                let age = crate::property::age(app.now() - TimeDelta::minutes(minutes), app.now());
                Self::Stale(Text::new(age), why)
            }
            Health::Offline { since, why } => Self::Offline(at(since, "%H:%M"), why),
        }
    }

    /// What is wrong, where something is.
    pub fn trouble(&self) -> Option<&Text> {
        match self {
            Self::Offline(_, why) | Self::Stale(_, Some(why)) => Some(why),
            Self::Reading | Self::AsOf(_) | Self::Stale(_, None) => None,
        }
    }
}

impl Row {
    /// How a property stands now.
    pub(super) fn of(id: HouseId, app: &App) -> Self {
        let p = &app.property;
        let c = p.counts();
        let at_locks = p.mutations().filter(|m| !m.waits_for_card).filter_map(|m| m.since);
        let is_counted = p.source(Resource::Grants).as_of.is_some() || c.grants > 0;
        // What is told of a house that was never read is that it cannot be read: its row says so already.
        let alerts = |n: usize| if is_counted { n } else { 0 };
        let oldest = at_locks.min().map(|since| (app.now() - since).max(TimeDelta::zero()));
        Self {
            id,
            name: app.name().clone(),
            colour: app.settings.own.colour,
            is_sandbox: app.settings.sandbox || p.is_sandbox(),
            is_counted,
            due_in: c.due_in,
            in_house: c.in_house,
            due_out: c.due_out,
            overstay: c.overstay,
            p1: alerts(c.p1),
            p2: alerts(c.p2),
            is_late: oldest.is_some_and(|age| age > p.settings().mutation_limit),
            oldest: oldest.map(|age| TimeDelta::minutes(age.num_minutes())),
            on_duty: app.duty.words(),
            running: app.jobs.running().count(),
            asking: app.jobs.running().filter(|job| job.wants_person()).count(),
            state: State::of(app),
            barred: app.among.barred.clone().or_else(|| app.refuse_for_store().map(Text::new)),
        }
    }

    /// The worst first: of what cannot be read nobody knows how bad it is.
    fn rank(&self) -> impl Ord + use<> {
        let dark = matches!(self.state, State::Offline(..)) || self.barred.is_some();
        let stale = matches!(self.state, State::Stale(..));
        (
            Reverse(dark),
            Reverse(self.p1),
            Reverse(self.asking),
            Reverse(stale),
            Reverse(self.is_late),
            Reverse(self.p2),
            Reverse(self.overstay),
            self.id,
        )
    }

    /// Everything that is wrong there in words, as far as words are needed.
    pub fn words(&self) -> Vec<Text> {
        let mut words: Vec<Text> = self.state.trouble().cloned().into_iter().collect();
        words.extend(self.barred.clone());
        words
    }
}

impl Overview {
    /// The overview of these properties, with the cursor on one; on the worst where that is none.
    pub(super) fn new(mut rows: Vec<Row>, at: Option<HouseId>) -> Self {
        rows.arrange_by_key(Row::rank);
        let worst = rows.first().map_or(HouseId(0), |row| row.id);
        Self { at: at.unwrap_or(worst), rows, leaving: false, room: 0 }
    }

    /// Takes in how a property stands now. Says whether that is another thing than before.
    pub(super) fn refresh(&mut self, row: Row) -> bool {
        let Some(known) = self.rows.iter_mut().find(|known| known.id == row.id) else { return false };
        if *known == row {
            return false;
        }
        *known = row;
        self.rows.arrange_by_key(Row::rank);
        true
    }

    /// The index of the row under the cursor.
    pub fn index(&self) -> usize {
        self.rows.iter().position(|row| row.id == self.at).unwrap_or(0)
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<&Row> {
        self.rows.get(self.index())
    }

    pub(super) fn travel(&mut self, by: Travel) -> bool {
        let to = moved(self.index(), self.rows.len(), by, self.room);
        let Some(row) = self.rows.get(to) else { return false };
        std::mem::replace(&mut self.at, row.id) != row.id
    }

    pub(super) fn drawn(&mut self, room: usize) {
        self.room = room;
    }
}
