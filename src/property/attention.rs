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

impl Note {
    /// What `by` says of `alert` at `at`.
    pub fn new(alert: &Alert, said: Said, at: DateTime<Utc>, by: Text, reason: Text) -> Self {
        Self { alert: alert.id.clone(), said, at, by, reason, severity: alert.severity, since: alert.since }
    }

    /// Whether the alert is worse than it was then: more severe, or raised anew.
    fn is_outdone_by(&self, alert: &Alert) -> bool {
        // The worst severity is the first.
        alert.severity < self.severity || alert.since > self.since
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
    /// It was acknowledged or snoozed and has come back: it got worse, or the time is over.
    Back(&'a Note),
}

impl Attended<'_> {
    /// Whether it asks for somebody.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Back(_))
    }
}

/// The last note of every alert that has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    notes: BTreeMap<AlertId, Note>,
    ends: BTreeSet<(DateTime<Utc>, AlertId)>,
}

impl Attention {
    /// Takes in a note; one that is older than what is known is not taken.
    pub fn apply(&mut self, note: Note) {
        if self.notes.get(&note.alert).is_some_and(|known| known.at > note.at) {
            return;
        }
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
        if let Some(note) = self.notes.remove(id)
            && let Said::Snoozed { until } = note.said
        {
            self.ends.remove(&(until, id.clone()));
        }
    }

    /// How an alert stands at `now`.
    pub fn of(&self, alert: &Alert, now: DateTime<Utc>) -> Attended<'_> {
        let Some(note) = self.notes.get(&alert.id) else { return Attended::Open };
        match note.said {
            _ if note.is_outdone_by(alert) => Attended::Back(note),
            Said::Acknowledged => Attended::Acknowledged(note),
            Said::Snoozed { until } if until > now => Attended::Snoozed(note),
            Said::Snoozed { .. } | Said::Withdrawn => Attended::Back(note),
        }
    }

    /// All notes in force, by alert.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.notes.values()
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
    /// Takes in what somebody said about an alert, now or earlier; the alert counts as updated.
    pub fn attend(&mut self, note: Note) -> Changed {
        let id = note.alert.clone();
        self.attention.apply(note);
        self.attention_changed(id);
        self.tell()
    }

    /// How an alert stands with the people at the desk; none where it is not raised.
    pub fn attended(&self, id: &AlertId) -> Option<Attended<'_>> {
        Some(self.attention.of(self.alert(id)?, self.now))
    }

    /// Everything people have said that is still in force.
    pub fn attention(&self) -> &Attention {
        &self.attention
    }

    pub(super) fn attention_changed(&mut self, id: AlertId) {
        if self.alert(&id).is_some() {
            self.tallies.alerts.update(id);
        }
    }
}
