//! What is told, and in which words.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::quiet::is_quiet;
use crate::app::App;
use crate::app::event::{Effect, Effects};
use crate::config::Osc;
use crate::order::Arrange as _;
use crate::property::{Alert, AlertId, Severity};
use crate::text::{Text, fit};

/// The most alerts that one telling names; what is over is counted.
const NAMED: usize = 20;

/// The longest text of a notification, in cells.
const CELLS: usize = 200;

/// A call for somebody at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Whether the bell rings.
    pub bell: bool,
    /// In which form the terminal shows a notification.
    pub osc: Osc,
    /// Where it comes from.
    pub title: Text,
    /// The worst of what is new, and how much more there is.
    pub text: Text,
}

/// What the command is told: one JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct News {
    /// The version of the form: raised when something is taken away or means something else.
    pub version: u32,
    /// The name of the property.
    pub property: Text,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// How many alerts of severity P1 ask for somebody now, these among them.
    pub open_p1: usize,
    /// What is new, the worst first.
    pub alerts: Vec<NewAlert>,
    /// How many more are new.
    pub more: usize,
}

/// An alert as the command is told of it: no guest's name but what the sentence needs, no key of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewAlert {
    /// As [`AlertId`] displays.
    pub id: Text,
    /// How bad.
    pub severity: Severity,
    /// The room, where it is about one.
    pub room: Option<Text>,
    /// Why, one plain sentence.
    pub sentence: Text,
    /// Since when, UTC.
    pub since: DateTime<Utc>,
}

impl App {
    /// Of these alerts those that are still worth telling, the worst first, causes before what they cause.
    fn worth_telling(&self, ids: &BTreeSet<AlertId>) -> Vec<&Alert> {
        let Some(how) = &self.notify.how else { return Vec::new() };
        let zone = self.property.zone();
        let least = match how.quiet_hours {
            Some(hours) if is_quiet(hours, self.now, zone) => how.min_severity.min(Severity::P2),
            _ => how.min_severity,
        };
        let is_open = |id: &AlertId| self.property.attended(id).is_some_and(|attended| attended.is_open());
        let alerts = ids.iter().filter(|id| is_open(id)).filter_map(|id| self.property.alert(id));
        let mut alerts: Vec<&Alert> = alerts.filter(|alert| alert.severity <= least).collect();
        alerts.arrange_by_key(|alert| (alert.severity, alert.parent.is_some(), alert.since));
        alerts
    }

    /// Tells what is new.
    pub(super) fn announce(&mut self, new: BTreeSet<AlertId>, effects: &mut Effects) {
        let Some(how) = &self.notify.how else { return };
        let alerts = self.worth_telling(&new);
        let Some(worst) = alerts.first() else { return };
        let (bell, osc) = (how.bell, how.osc);
        if bell || osc != Osc::None {
            let (title, text) = (self.whence(), in_words(worst, alerts.len() - 1));
            effects.list.push(Effect::Call(Box::new(Call { bell, osc, title, text })));
        }
        let told: Vec<AlertId> = alerts.iter().map(|alert| alert.id.clone()).collect();
        self.notify.untold.extend(told);
        self.tell_command(effects);
    }

    /// "nightdesk: Harbour Hotel".
    fn whence(&self) -> Text {
        match self.name() {
            name if name.is_empty() => Text::from(super::PLAIN_TITLE),
            name => Text::new(format!("{}: {name}", super::PLAIN_TITLE)),
        }
    }

    /// Has the command told, where there is one and it is not at it. What waits is told as it is then.
    pub(super) fn tell_command(&mut self, effects: &mut Effects) {
        if self.notify.how.as_ref().is_none_or(|how| how.command.is_empty()) {
            self.notify.untold.clear();
        }
        if self.notify.is_command_running || self.notify.untold.is_empty() {
            return;
        }
        let untold = std::mem::take(&mut self.notify.untold);
        let alerts = self.worth_telling(&untold);
        if alerts.is_empty() {
            return;
        }
        let news = News {
            version: 1,
            property: self.name().clone(),
            at: self.now,
            open_p1: self.notify.open_p1(),
            more: alerts.len().saturating_sub(NAMED),
            alerts: alerts.into_iter().take(NAMED).map(NewAlert::of).collect(),
        };
        self.notify.is_command_running = true;
        effects.list.push(Effect::Notify(Box::new(news)));
    }
}

impl NewAlert {
    fn of(alert: &Alert) -> Self {
        Self {
            id: Text::new(alert.id.to_string()),
            severity: alert.severity,
            room: alert.room.clone(),
            sentence: alert.why.clone(),
            since: alert.since,
        }
    }
}

/// "P1 412: no key opens (and 2 more)".
fn in_words(worst: &Alert, more: usize) -> Text {
    let room = worst.room.as_ref().map(|room| format!(" {room}")).unwrap_or_default();
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    let said = format!("{}{room}: {}", worst.severity, worst.why);
    Text::new(format!("{}{more}", fit(&said, CELLS)))
}
