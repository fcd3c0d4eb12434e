//! The panes as lines, for scripts and screen readers, and what changes of them.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::standing::Standing;
use super::table::utc;
use super::words::{capital, issued_word, keys, places, stamp, who};
use crate::order::Arrange as _;
use crate::property::{Alert, Changed, Grant, MutationOf, MutationRow, Property, Resource, Stay, Zone};
use crate::text::natural;

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The stays on tonight's board.
    Guests,
    /// Their grants, and those of no stay.
    Grants,
    /// Changes on their way to the locks.
    Mutations,
    /// Alerts.
    Warnings,
}

/// What a line is about.
#[derive(Clone, Copy, Debug)]
pub enum Of<'p> {
    /// A stay.
    Stay(&'p Stay),
    /// A grant.
    Grant(&'p Grant),
    /// A pending mutation.
    Mutation(&'p MutationRow),
    /// An alert.
    Alert(&'p Alert),
}

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A sentence a line, property time.
    Text,
    /// One array; with changes one object a line. UTC.
    Json,
    /// UTC.
    Csv,
    /// UTC.
    Tsv,
}

/// One row of a pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What tells it from the others: stable as long as it is there.
    pub id: String,
    pub(super) cells: Vec<String>,
    pub(super) sentence: String,
    order: Vec<String>,
}

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was there when the watch began.
    There,
    /// It is new.
    New,
    /// Something of it changed.
    Changed,
    /// It is gone.
    Gone,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// A change of a line, to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub change: Change,
    /// The line as it is now, or as it last was.
    pub line: Line,
}

impl Pane {
    /// The lists that must have been read for the pane to be whole.
    pub fn needs(self) -> &'static [Resource] {
        match self {
            Self::Guests | Self::Grants | Self::Mutations => &[
                Resource::Grants,
                Resource::Spaces,
                Resource::Entrances,
                Resource::Devices,
                Resource::Identities,
                Resource::Events,
                Resource::Systems,
            ],
            // An alert may come from any of them.
            Self::Warnings => &Resource::ALL,
        }
    }

    /// The names of the columns; the last is the id.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Guests => &[
                "room",
                "guest",
                "class",
                "from",
                "until",
                "pin",
                "card",
                "mobile",
                "cloud",
                "reservation",
                "id",
            ],
            Self::Grants => &["guest", "places", "from", "until", "keys", "reservation", "id"],
            Self::Mutations => &["room", "guest", "what", "change", "since", "id"],
            Self::Warnings => {
                &["severity", "rule", "room", "who", "since", "why", "cause", "attention", "id"]
            }
        }
    }

    /// The lines at this moment, in the order of the pane: those on tonight's board.
    pub fn lines(self, p: &Property) -> Vec<Line> {
        self.lines_of(p, &mut |p, of| match of {
            Of::Stay(stay) => stay.class.is_tonight(),
            Of::Grant(grant) => is_tonight(p, grant),
            Of::Mutation(_) | Of::Alert(_) => true,
        })
    }

    /// The lines that somebody keeps of all there are, in the order of the pane.
    pub fn lines_of(self, p: &Property, keeps: &mut dyn FnMut(&Property, Of<'_>) -> bool) -> Vec<Line> {
        self.lines_as(p, &mut |p, of| keeps(p, of).then(|| line(p, of)))
    }

    /// The lines that somebody makes of all there is, in the order of the pane; none of what is left out.
    pub fn lines_as(
        self,
        p: &Property,
        make: &mut dyn FnMut(&Property, Of<'_>) -> Option<Line>,
    ) -> Vec<Line> {
        let mut lines: Vec<Line> = match self {
            Self::Guests => p.stays().filter_map(|s| make(p, Of::Stay(s))).collect(),
            Self::Grants => p.grants().filter_map(|g| make(p, Of::Grant(g))).collect(),
            Self::Mutations => p.mutations().filter_map(|m| make(p, Of::Mutation(m))).collect(),
            Self::Warnings => p.alerts().filter_map(|a| make(p, Of::Alert(a))).collect(),
        };
        lines.arrange_by(order);
        lines
    }

    /// Whether a change touches the pane at all.
    pub(super) fn is_touched(self, changed: &Changed) -> bool {
        match self {
            Self::Guests => !changed.stays.is_empty(),
            Self::Grants => !changed.grants.is_empty() || !changed.stays.is_empty(),
            Self::Mutations => !changed.mutations.is_empty() || !changed.stays.is_empty(),
            Self::Warnings => !changed.alerts.is_empty(),
        }
    }
}

impl Line {
    /// The same line with other cells and another sentence, in its place.
    pub fn saying(self, cells: Vec<String>, sentence: String) -> Self {
        Self { cells, sentence, ..self }
    }
}

/// The line of a row, with the columns a pane has where nobody chooses others.
pub fn line(p: &Property, of: Of<'_>) -> Line {
    match of {
        Of::Stay(stay) => guest(stay, p.zone()),
        Of::Grant(of) => grant(p, of),
        Of::Mutation(row) => mutation(p, row),
        Of::Alert(alert) => warning(p, alert),
    }
}

fn order(a: &Line, b: &Line) -> Ordering {
    let mut pairs = a.order.iter().zip(&b.order);
    pairs.find_map(|(x, y)| Some(natural(x, y)).filter(|o| o.is_ne())).unwrap_or_else(|| a.id.cmp(&b.id))
}

fn is_tonight(p: &Property, grant: &Grant) -> bool {
    let stay = p.stay_of_grant(&grant.id).and_then(|id| p.stay(id));
    stay.is_none_or(|stay| stay.class.is_tonight())
}

/// "Room 101", or what there is instead.
fn room(name: &str) -> String {
    if name.is_empty() { "No room".to_owned() } else { format!("Room {name}") }
}

fn opt(at: Option<DateTime<Utc>>) -> String {
    at.map(utc).unwrap_or_default()
}

fn guest(stay: &Stay, zone: Zone) -> Line {
    let until = match stay.ends_at() {
        Some(end) => format!("until {}", stamp(end, zone)),
        None => "without an end".to_owned(),
    };
    let sentence =
        format!("{}, {}: {} {until}. {}.", room(&stay.room), stay.name, stay.class, keys(&stay.keys()));
    let state = |state: crate::property::KeyState| state.word().into_owned();
    Line {
        id: stay.id.to_string(),
        cells: vec![
            stay.room.to_string(),
            stay.name.to_string(),
            stay.class.word().to_owned(),
            opt(stay.starts_at()),
            opt(stay.ends_at()),
            state(stay.keys().code),
            state(stay.keys().card),
            state(stay.keys().mobile),
            state(stay.keys().cloud),
            stay.reservation_key().as_ref().map(ToString::to_string).unwrap_or_default(),
            stay.id.to_string(),
        ],
        sentence,
        order: vec![stay.room.to_string(), stay.name.to_string()],
    }
}

fn grant(p: &Property, grant: &Grant) -> Line {
    let (name, places, issued) = (who(p, grant).to_string(), places(p, grant), issued_word(p, &grant.id));
    let until = match grant.ends_at() {
        Some(end) => format!("until {}", stamp(end, p.zone())),
        None => "without an end".to_owned(),
    };
    let opens =
        if places.is_empty() { "opens nothing that is known".to_owned() } else { format!("opens {places}") };
    Line {
        id: grant.id.to_string(),
        sentence: format!("{name} {opens} {until}: {issued}."),
        order: vec![name.clone(), places.clone()],
        cells: vec![
            name,
            places,
            opt(grant.starts_at()),
            opt(grant.ends_at()),
            issued,
            grant.reservation_key().as_ref().map(ToString::to_string).unwrap_or_default(),
            grant.id.to_string(),
        ],
    }
}

fn mutation(p: &Property, row: &MutationRow) -> Line {
    let guest = row.stay.as_ref().and_then(|id| p.stay(id)).map(|s| s.name.to_string()).unwrap_or_default();
    let of = match &row.id.of {
        MutationOf::Grant(id) => id.to_string(),
        MutationOf::Method(id) => id.to_string(),
    };
    let id = format!("{of}:{}:{}", row.what, opt(row.id.created_at));
    let since = row.since.map(|at| format!(", since {}", stamp(at, p.zone()))).unwrap_or_default();
    let what = if row.waits_for_card { "re-cut card" } else { row.what.as_str() };
    Line {
        sentence: format!(
            "{}, {guest}: {what}, {}{since}.",
            room(&row.room),
            row.change.trim_end_matches('.')
        ),
        order: vec![opt(row.since), row.room.to_string()],
        cells: vec![
            row.room.to_string(),
            guest,
            what.to_owned(),
            row.change.to_string(),
            opt(row.since),
            id.clone(),
        ],
        id,
    }
}

fn warning(p: &Property, alert: &Alert) -> Line {
    let id = alert.id.to_string();
    let whom = match (&alert.room, &alert.who) {
        (Some(place), Some(who)) => format!("{}, {who}", room(place)),
        (Some(place), None) => room(place),
        (None, Some(who)) => who.to_string(),
        (None, None) => "The screen".to_owned(),
    };
    let cause = alert.parent.as_ref().map(ToString::to_string).unwrap_or_default();
    let standing = Standing::of(p, alert);
    let said = standing.as_ref().map(|said| format!(" {}.", capital(&said.on_paper(p.zone()))));
    Line {
        sentence: format!(
            "{}. {whom}: {}, since {}.{}",
            alert.severity,
            alert.why,
            stamp(alert.since, p.zone()),
            said.unwrap_or_default()
        ),
        // What is snoozed stands below the rest.
        order: vec![
            u8::from(p.is_snoozed(&alert.id)).to_string(),
            alert.severity.to_string(),
            utc(alert.since),
        ],
        cells: vec![
            alert.severity.to_string(),
            alert.id.rule.name().to_owned(),
            alert.room.as_ref().map(ToString::to_string).unwrap_or_default(),
            alert.who.as_ref().map(ToString::to_string).unwrap_or_default(),
            utc(alert.since),
            alert.why.to_string(),
            cause,
            standing.as_ref().map(Standing::in_utc).unwrap_or_default(),
            id.clone(),
        ],
        id,
    }
}
