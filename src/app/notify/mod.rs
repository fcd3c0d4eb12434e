//! Attention: who does not look at the screen is told of what has just gone wrong, once.
//!
//! What was there when everything had been read for the first time is known; it was there before this
//! program. From then on an alert that begins to ask for somebody is told: a new one, one that got worse,
//! one whose snooze is over. Not what somebody is at already, and not what the desk's own action has just
//! brought about. What comes in one go is told together.

mod quiet;
mod tell;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

pub use tell::{Call, NewAlert, News};

use super::event::{Effect, Effects};
use super::message::Weight;
use super::update::GRACE;
use super::{App, health};
use crate::config::NotifyConfig;
use crate::property::{
    Alert, AlertId, Attended, Changed, Doors, Grant, Property, Resource, Rule, Severity, StayId,
};
use crate::text::{Text, fit};

/// What comes within this time of the first is told with it: a bridge that fails takes its doors along.
const IN_ONE_GO: TimeDelta = TimeDelta::seconds(2);

/// How long a list that cannot be read at the start keeps everything from counting as known.
const PATIENCE: TimeDelta = TimeDelta::minutes(2);

/// The longest name of a property in the title of the window, in cells.
const NAME_CELLS: usize = 60;

/// The title of the window before anything is known.
pub const PLAIN_TITLE: &str = "nightdesk";

/// How an alert stood when it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    severity: Severity,
    /// Whether it asked for somebody.
    is_open: bool,
}

/// How attention is asked for, and what has been told.
#[derive(Debug, Default)]
pub struct Notify {
    /// None: nobody is told anything.
    how: Option<NotifyConfig>,
    known: BTreeMap<AlertId, Stand>,
    /// Whether what is not known is new.
    is_awake: bool,
    /// Since when only lists are missing that cannot be read.
    missing_since: Option<DateTime<Utc>>,
    /// New, and waiting for what comes with it.
    new: BTreeSet<AlertId>,
    /// When that is told.
    due: Option<DateTime<Utc>>,
    /// Told, but not yet to the command.
    untold: BTreeSet<AlertId>,
    is_command_running: bool,
    /// Whether the person knows that the command fails.
    is_failure_said: bool,
    /// The title of the window; none before it was set.
    title: Option<Text>,
    is_title_old: bool,
}

impl Notify {
    /// Tells as `how` says.
    pub fn new(how: NotifyConfig) -> Self {
        Self { how: Some(how), is_title_old: true, ..Self::default() }
    }

    /// The next instant at which something is told although nothing happens.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.due
    }

    /// The least that is told.
    fn least(&self) -> Severity {
        // The title counts P1 in any case, and nothing is worse.
        self.how.as_ref().map_or(Severity::P1, |how| how.min_severity)
    }

    /// The title of the window, once it was set.
    pub(super) fn title(&self) -> Option<&Text> {
        self.title.as_ref()
    }

    fn open_p1(&self) -> usize {
        self.known.values().filter(|stand| stand.is_open && stand.severity == Severity::P1).count()
    }
}

impl App {
    /// Takes in what changed in the hotel.
    pub(super) fn notify_changed(&mut self, changed: &Changed) {
        if self.notify.how.is_none() {
            return;
        }
        self.notify.is_title_old |= changed.header || !changed.alerts.is_empty();
        let alerts = &changed.alerts;
        for id in alerts.added.iter().chain(&alerts.updated).chain(&alerts.removed) {
            self.notify_of(id);
        }
    }

    fn notify_of(&mut self, id: &AlertId) {
        let least = self.notify.least();
        let found = self.property.alert(id).filter(|alert| alert.severity <= least);
        let Some((alert, attended)) = found.zip(self.property.attended(id)) else {
            self.notify.known.remove(id);
            self.notify.new.remove(id);
            return;
        };
        let stand = Stand { severity: alert.severity, is_open: attended.is_open() };
        let before = self.notify.known.insert(id.clone(), stand);
        let is_new = match before {
            None => true,
            Some(before) if stand.severity < before.severity => true,
            // Whoever takes back what was said of it knows of it.
            Some(before) => !before.is_open && matches!(attended, Attended::Back(..)),
        };
        if !stand.is_open {
            self.notify.new.remove(id);
        } else if is_new && self.notify.is_awake && !self.is_of_own_making(alert) {
            self.notify.new.insert(id.clone());
            self.notify.due.get_or_insert(self.now + IN_ONE_GO);
        }
    }

    /// Whether an action of this desk has just brought it about: who did that is looking.
    fn is_of_own_making(&self, alert: &Alert) -> bool {
        let can_be = matches!(
            alert.id.rule,
            Rule::NoUsableKey
                | Rule::StuckRevoke
                | Rule::ReissueGap
                | Rule::EndedButIssued
                | Rule::StaleCard
                | Rule::PinDiffers
                | Rule::GhostCard
                | Rule::CardNotReady
                | Rule::NotIssuedSoon
                | Rule::MutationTooOld
                | Rule::MissingDoors
                | Rule::EncoderUnusable
                | Rule::AttemptHanging
        );
        can_be
            && self.jobs.all().iter().any(|job| {
                let last = job.ended.as_ref().map_or(job.started_at, |(at, _)| *at);
                let is_his = |stay: &StayId| {
                    *stay == job.stay || job.stay_after(&self.property).as_ref() == Some(stay)
                };
                let is_there = !job.room.is_empty() && alert.room.as_ref() == Some(&job.room);
                self.now - last < GRACE && (is_there || alert.stay.as_ref().is_some_and(is_his))
            })
    }

    /// Tells as the configuration says from now on. What is there already is known.
    pub(super) fn renew_notify(&mut self, how: NotifyConfig) {
        let is_awake = std::mem::replace(&mut self.notify.is_awake, false);
        self.notify.how = Some(how);
        let all: Vec<AlertId> = self.property.alerts().map(|alert| alert.id.clone()).collect();
        all.iter().for_each(|id| self.notify_of(id));
        self.notify.is_awake = is_awake;
    }

    /// What is to be told by now.
    pub(super) fn notify_effects(&mut self) -> Effects {
        let mut effects = Effects::default();
        if self.notify.how.is_none() {
            return effects;
        }
        self.wake_up();
        if self.notify.due.is_some_and(|due| due <= self.now) {
            self.notify.due = None;
            let new = std::mem::take(&mut self.notify.new);
            self.announce(new, &mut effects);
        }
        if std::mem::take(&mut self.notify.is_title_old) {
            self.entitle(&mut effects);
        }
        effects
    }

    /// From the first time that everything has been read, what is not known is new.
    fn wake_up(&mut self) {
        if self.notify.is_awake || !health::is_all_read(&self.property) {
            return;
        }
        let since = *self.notify.missing_since.get_or_insert(self.now);
        if is_complete(&self.property) || self.now - since >= PATIENCE {
            let all: Vec<AlertId> = self.property.alerts().map(|alert| alert.id.clone()).collect();
            all.iter().for_each(|id| self.notify_of(id));
            self.notify.is_awake = true;
            self.notify.is_title_old = true;
        }
    }

    /// How many open P1 there are, and where: never who.
    fn entitle(&mut self, effects: &mut Effects) {
        let name = fit(self.name(), NAME_CELLS);
        let mut title = PLAIN_TITLE.to_owned();
        if !name.is_empty() {
            title.push_str(&format!(" - {name}"));
        }
        match self.notify.open_p1() {
            n if n > 0 && self.notify.is_awake => title.insert_str(0, &format!("({n} P1) ")),
            _ => {}
        }
        let title = Text::new(title);
        if self.notify.title.as_ref() != Some(&title) {
            self.notify.title = Some(title.clone());
            effects.list.push(Effect::Title(title));
        }
    }

    /// The command has ended; why it failed, where it did.
    pub(super) fn notified(&mut self, why_not: Option<Text>) -> Effects {
        self.notify.is_command_running = false;
        let mut effects = Effects::default();
        match why_not {
            None => self.notify.is_failure_said = false,
            Some(why) if !self.notify.is_failure_said && !self.messages.is_bad() => {
                self.notify.is_failure_said = true;
                let words = format!("Nobody was told by the command in [notify]: {why}");
                self.messages.say(self.now, Weight::Caution, words);
                effects.draw = true;
            }
            Some(_) => {}
        }
        self.tell_command(&mut effects);
        effects
    }
}

/// Whether everything has been read, also the doors of the grants that name no space.
fn is_complete(p: &Property) -> bool {
    let knows_doors = |grant: &Grant| {
        let is_bare = !grant.names_spaces() && grant.has_methods();
        !is_bare || p.doors_of(&grant.id) != Doors::default()
    };
    Resource::ALL.into_iter().all(|what| p.source(what).as_of.is_some()) && p.grants().all(knows_doors)
}
