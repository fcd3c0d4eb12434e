//! How a point of the checklist stands with the people at the desk.

use chrono::{DateTime, Utc};

use crate::property::{Alert, Attended, Back, Note, Property, Said, Zone};
use crate::text::Text;

use super::table::utc;
use super::words::stamp;

/// What somebody said about the alert behind a point. A point that is acknowledged or snoozed is open all
/// the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    note: Note,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Acknowledged,
    Snoozed,
    Back(Back),
}

impl Standing {
    /// How an alert stands; none where nobody has said anything.
    pub fn of(p: &Property, alert: &Alert) -> Option<Self> {
        let attended = p.attended(&alert.id)?;
        let kind = match attended {
            Attended::Open => return None,
            Attended::Acknowledged(_) => Kind::Acknowledged,
            Attended::Snoozed(_) => Kind::Snoozed,
            Attended::Back(_, back) => Kind::Back(back),
        };
        Some(Self { note: attended.note()?.clone(), kind })
    }

    /// The same as the hotel has it.
    pub fn attended(&self) -> Attended<'_> {
        match self.kind {
            Kind::Acknowledged => Attended::Acknowledged(&self.note),
            Kind::Snoozed => Attended::Snoozed(&self.note),
            Kind::Back(back) => Attended::Back(&self.note, back),
        }
    }

    /// The name for scripts: `acknowledged`, `snoozed`, `back`.
    pub fn name(&self) -> &'static str {
        self.attended().name()
    }

    /// Who said it.
    pub fn by(&self) -> &Text {
        &self.note.by
    }

    /// When, UTC.
    pub fn at(&self) -> DateTime<Utc> {
        self.note.at
    }

    /// Why; may be empty.
    pub fn reason(&self) -> &Text {
        &self.note.reason
    }

    /// Until when it is or was to be left alone, UTC.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        match self.note.said {
            Said::Snoozed { until } => Some(until),
            Said::Acknowledged | Said::Withdrawn => None,
        }
    }

    /// Why it has come back, for scripts: `worse`, `again`, `over`.
    pub fn back(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Back(Back::Worse) => Some("worse"),
            Kind::Back(Back::Again) => Some("again"),
            Kind::Back(Back::Over) => Some("over"),
            Kind::Acknowledged | Kind::Snoozed => None,
        }
    }

    /// As a sentence on paper, property time: "snoozed until Mon 23 Nov 06:00 by maria, Mon 23 Nov 02:10:
    /// the porter is on his way".
    pub(super) fn on_paper(&self, zone: Zone) -> String {
        self.sentence(|at| stamp(at, zone))
    }

    /// The same with instants in UTC.
    pub(super) fn in_utc(&self) -> String {
        self.sentence(utc)
    }

    /// In words, with instants as `clock` writes them.
    pub fn sentence(&self, clock: impl Fn(DateTime<Utc>) -> String) -> String {
        let said = match self.until() {
            Some(until) => format!("snoozed until {}", clock(until)),
            None => "acknowledged".to_owned(),
        };
        let (by, at) = (&self.note.by, clock(self.note.at));
        let why = if self.note.reason.is_empty() { String::new() } else { format!(": {}", self.note.reason) };
        let back = match self.kind {
            Kind::Back(Back::Worse) => "back, worse than then; ",
            Kind::Back(Back::Again) => "back, raised anew since; ",
            Kind::Back(Back::Over) => "back, the time is over; ",
            Kind::Acknowledged | Kind::Snoozed => "",
        };
        format!("{back}{said} by {by}, {at}{why}")
    }
}
