//! How dates, counts, states and severities read and look.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::app::message::Weight;
use crate::desk::Tone;
use crate::property::{self, AlertId, KeyState, Severity, StayClass};
use crate::text::Text;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Meaning;
use crate::tui::widgets::table::Cell;

/// `HH:MM:SS`, property time.
pub fn clock(app: &App, at: DateTime<Utc>) -> String {
    app.property.zone().local(at).format("%H:%M:%S").to_string()
}

/// `HH:MM`, property time.
pub fn minute(app: &App, at: DateTime<Utc>) -> String {
    app.property.zone().local(at).format("%H:%M").to_string()
}

/// A date in a form of its own, property time.
pub fn dated(app: &App, at: DateTime<Utc>, form: &str) -> String {
    app.property.zone().local(at).format(form).to_string()
}

/// `today 11:00`, property time; a dash where there is none.
pub fn short(app: &App, at: Option<DateTime<Utc>>, glyphs: &Glyphs) -> String {
    match at {
        Some(at) => property::short(at, app.shown_at(), app.property.zone()),
        None => glyphs.none.to_owned(),
    }
}

/// `12s`, `18m`, `3d`.
pub fn age(app: &App, from: DateTime<Utc>) -> String {
    property::age(from, app.shown_at())
}

/// `1 card`, `2 cards`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// How a severity is meant.
pub fn of_severity(severity: Severity) -> Meaning {
    match severity {
        Severity::P1 => Meaning::Critical,
        Severity::P2 => Meaning::Warning,
        Severity::P3 => Meaning::Muted,
    }
}

/// How a class is meant: dim is for what is fine.
pub fn of_class(class: StayClass) -> Meaning {
    match class {
        StayClass::DueIn => Meaning::Pending,
        StayClass::InHouse => Meaning::Text,
        StayClass::Stayover | StayClass::Departed | StayClass::Upcoming => Meaning::Muted,
        StayClass::DueOut => Meaning::Strong,
        StayClass::Overstay | StayClass::NoShow => Meaning::Warning,
    }
}

/// How a message is meant.
pub fn of_weight(weight: Weight) -> Meaning {
    match weight {
        Weight::Good => Meaning::Ok,
        Weight::Caution => Meaning::Warning,
        Weight::Bad => Meaning::Error,
    }
}

/// How a line of a preview is meant.
pub fn of_tone(tone: Tone) -> Meaning {
    match tone {
        Tone::Plain | Tone::Good => Meaning::Text,
        Tone::Caution => Meaning::Warning,
        Tone::Bad => Meaning::Critical,
    }
}

/// How the state of a key is meant.
pub fn of_key(state: KeyState) -> Meaning {
    match state {
        KeyState::None => Meaning::Muted,
        KeyState::Issued(_) => Meaning::Ok,
        KeyState::Issuing | KeyState::ToCut(_) | KeyState::Revoking | KeyState::Assign(_) => Meaning::Pending,
        KeyState::Recut(_) | KeyState::Mixed { .. } | KeyState::Reissuing => Meaning::Warning,
        KeyState::Failed => Meaning::Critical,
    }
}

/// The state of a key in the signs of this screen.
pub fn key(state: KeyState, glyphs: &Glyphs) -> Cow<'static, str> {
    match state {
        KeyState::None => glyphs.none.into(),
        KeyState::Issued(0 | 1) => glyphs.ok.into(),
        KeyState::Issued(n) => format!("{}{n}", glyphs.ok).into(),
        KeyState::Issuing | KeyState::Reissuing => glyphs.pending.into(),
        KeyState::Mixed { issued, waiting } => format!("{}{issued} +{waiting}", glyphs.ok).into(),
        KeyState::Revoking | KeyState::Failed if *glyphs == Glyphs::ASCII => {
            if state == KeyState::Failed {
                glyphs.alert.into()
            } else {
                glyphs.failed.into()
            }
        }
        other => other.glyph(),
    }
}

/// A cell with the state of a key.
pub fn key_cell(state: KeyState, glyphs: &Glyphs) -> Cell<'static> {
    Cell::of(of_key(state), key(state, glyphs))
}

/// What people said about a warning, in words: "until 06:00 maria: the porter is on his way".
pub fn attended(app: &App, id: &AlertId) -> Option<Text> {
    let p = &app.property;
    // A time of day is enough for what is less than a day away.
    let near = |at: DateTime<Utc>| (at - app.shown_at()).num_hours().abs() < 20;
    p.attended(id)?.words(|at| if near(at) { minute(app, at) } else { short_at(app, at) })
}

/// As [`short`], for an instant that is there.
pub fn short_at(app: &App, at: DateTime<Utc>) -> String {
    property::short(at, app.shown_at(), app.property.zone())
}
