//! What people said about alerts: seen, or leave me alone until then. It comes back by itself when the
//! trouble gets worse.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::hotel::Property;
use super::{Alert, AlertId, Changed, Severity};
use crate::text::Text;

/// What was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Seen, and somebody is at it.
    Acknowledged,
    /// Not before this instant, UTC.
    Snoozed {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The opposite of the two above.
    Withdrawn,
}

/// One thing one person said about one alert: a fact, as a journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// About which alert.
    pub alert: AlertId,
    /// What.
    pub said: Said,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Text,
    /// Why, in a person's words; may be empty.
    pub reason: Text,
    /// How bad it was then.
    pub severity: Severity,
    /// Since when it was then, UTC.
    pub since: DateTime<Utc>,
}

/// Why an alert has come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// It is more severe than it was.
    Worse,
    /// It went away and was raised anew.
    Again,
    /// The snooze is over.
    Over,
}

impl Note {
    /// What `by` says of `alert` at `at`.
    pub fn new(alert: &Alert, said: Said, at: DateTime<Utc>, by: Text, reason: Text) -> Self {
        Self { alert: alert.id.clone(), said, at, by, reason, severity: alert.severity, since: alert.since }
    }

    /// Why the alert is another one than it was then, if it is.
    fn outdone(&self, alert: &Alert, has_ended: bool) -> Option<Back> {
        // A journal keeps milliseconds. Where no record says since when, two programs differ by nature.
        let later = alert.since.timestamp_millis() > self.since.timestamp_millis();
        match () {
            // The worst severity is the first.
            () if alert.severity < self.severity => Some(Back::Worse),
            () if has_ended || (alert.is_dated && later) => Some(Back::Again),
            () => None,
        }
    }
}

/// How an alert stands with the people at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attended<'a> {
    /// Nobody has said anything.
    Open,
    /// Somebody is at it.
    Acknowledged(&'a Note),
    /// It is out of the way until an instant.
    Snoozed(&'a Note),
    /// It was acknowledged or snoozed and has come back, for this reason.
    Back(&'a Note, Back),
}

impl<'a> Attended<'a> {
    /// Whether it asks for somebody.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Back(..))
    }

    /// Whether it is out of the way.
    pub fn is_snoozed(self) -> bool {
        matches!(self, Self::Snoozed(_))
    }

    /// What was said; none where nobody has said anything.
    pub fn note(self) -> Option<&'a Note> {
        match self {
            Self::Open => None,
            Self::Acknowledged(note) | Self::Snoozed(note) | Self::Back(note, _) => Some(note),
        }
    }

    /// The name for scripts: `open`, `acknowledged`, `snoozed`, `back`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged(_) => "acknowledged",
            Self::Snoozed(_) => "snoozed",
            Self::Back(..) => "back",
        }
    }

    /// How it stands, in words; instants are told by `clock`. None where nobody has said anything.
    pub fn words(self, clock: impl Fn(DateTime<Utc>) -> String) -> Option<Text> {
        let note = self.note()?;
        let until = match note.said {
            Said::Snoozed { until } => clock(until),
            Said::Acknowledged | Said::Withdrawn => String::new(),
        };
        let why = if note.reason.is_empty() { String::new() } else { format!(": {}", note.reason) };
        Some(Text::new(match self {
            Self::Open => return None,
            Self::Acknowledged(_) => format!("seen by {}{why}", note.by),
            Self::Snoozed(_) => format!("until {until} {}{why}", note.by),
            Self::Back(_, Back::Worse) => format!("back: worse than at {}", clock(note.at)),
            Self::Back(_, Back::Again) => format!("back: raised anew since {}", clock(note.at)),
            Self::Back(_, Back::Over) => format!("back: {} had snoozed it until {until}", note.by),
        }))
    }
}

/// The last note of every alert that has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    notes: BTreeMap<AlertId, Note>,
    ends: BTreeSet<(DateTime<Utc>, AlertId)>,
    /// Those that were seen to go away since the note, where the alert itself cannot tell.
    ended: BTreeSet<AlertId>,
    /// Alerts that are raised and out of the way, and how bad they are.
    aside: BTreeMap<AlertId, Severity>,
}

impl Attention {
    /// Takes in a note. Notes come in the order of the journal, the same for every program: the last one
    /// told holds, whatever the clocks of those who wrote say.
    pub fn apply(&mut self, note: Note) {
        let id = note.alert.clone();
        self.forget(&id);
        match note.said {
            Said::Withdrawn => return,
            Said::Snoozed { until } => drop(self.ends.insert((until, id.clone()))),
            Said::Acknowledged => {}
        }
        self.notes.insert(id, note);
    }

    /// Forgets what was said about an alert.
    pub fn forget(&mut self, id: &AlertId) {
        self.ended.remove(id);
        if let Some(note) = self.notes.remove(id)
            && let Said::Snoozed { until } = note.said
        {
            self.ends.remove(&(until, id.clone()));
        }
    }

    /// How an alert stands at `now`.
    pub fn of(&self, alert: &Alert, now: DateTime<Utc>) -> Attended<'_> {
        let Some(note) = self.notes.get(&alert.id) else { return Attended::Open };
        if let Some(back) = note.outdone(alert, self.ended.contains(&alert.id)) {
            return Attended::Back(note, back);
        }
        match note.said {
            Said::Acknowledged => Attended::Acknowledged(note),
            Said::Snoozed { until } if until > now => Attended::Snoozed(note),
            Said::Snoozed { .. } | Said::Withdrawn => Attended::Back(note, Back::Over),
        }
    }

    /// All notes in force, by alert.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.notes.values()
    }

    /// How many raised alerts of each severity are out of the way.
    pub(super) fn aside(&self) -> [usize; 3] {
        let of = |severity| self.aside.values().filter(|aside| **aside == severity).count();
        [of(Severity::P1), of(Severity::P2), of(Severity::P3)]
    }

    /// Looks whether a raised alert is out of the way.
    pub(super) fn weigh(&mut self, alert: &Alert, now: DateTime<Utc>) {
        if self.of(alert, now).is_snoozed() {
            self.aside.insert(alert.id.clone(), alert.severity);
        } else {
            self.aside.remove(&alert.id);
        }
    }

    /// An alert is no longer raised.
    pub(super) fn gone(&mut self, alert: &Alert) {
        self.aside.remove(&alert.id);
        if !alert.is_dated && self.notes.contains_key(&alert.id) {
            self.ended.insert(alert.id.clone());
        }
    }

    /// When the next snooze ends.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.ends.first().map(|(at, _)| *at)
    }

    /// The next alert whose snooze has ended.
    pub(super) fn pop(&mut self, now: DateTime<Utc>) -> Option<AlertId> {
        if self.next()? > now {
            return None;
        }
        self.ends.pop_first().map(|(_, id)| id)
    }
}

impl Property {
    /// Takes in what people said about alerts, in the order of the journal; the alerts count as updated.
    pub fn attend(&mut self, notes: Vec<Note>) -> Changed {
        notes.into_iter().for_each(|note| self.take_note(note));
        self.settle()
    }

    /// How an alert stands with the people at the desk; none where it is not raised.
    pub fn attended(&self, id: &AlertId) -> Option<Attended<'_>> {
        Some(self.attention.of(self.alert(id)?, self.now))
    }

    /// Whether an alert is raised and out of the way.
    pub fn is_snoozed(&self, id: &AlertId) -> bool {
        self.attention.aside.contains_key(id)
    }

    /// Everything people have said that is still in force.
    pub fn attention(&self) -> &Attention {
        &self.attention
    }

    pub(super) fn take_note(&mut self, note: Note) {
        let id = note.alert.clone();
        self.attention.apply(note);
        self.attention_changed(id);
    }

    pub(super) fn attention_changed(&mut self, id: AlertId) {
        if let Some(alert) = self.alert(&id).cloned() {
            self.attention.weigh(&alert, self.now);
            self.tallies.alerts.update(id);
        }
    }
}
