//! What a term wants of a cell, and how that is written.

use chrono::{NaiveDate, TimeDelta};

use super::glob::Glob;
use crate::app::columns::{ColumnId, Value};
use crate::property::{KeyState, Property, Severity, StayClass};

/// How two are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// The same.
    Is,
    /// Less, or before.
    Less,
    /// More, or after.
    More,
}

/// A day, property time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// So many days from today.
    Near(i64),
    /// This one.
    Date(NaiveDate),
}

/// Where a key stands, in the words of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyWord {
    /// None is asked for.
    None,
    /// There is one, wherever it stands.
    Any,
    /// One opens doors.
    Issued,
    /// On its way to the lock.
    Pending,
    /// A card to cut for the first time.
    ToCut,
    /// A card to cut again.
    Recut,
    /// A tag to assign.
    ToAssign,
    /// Being taken off the lock.
    Revoking,
    /// Could not be issued.
    Failed,
}

impl KeyWord {
    /// Every word.
    pub const ALL: [(&str, Self); 9] = [
        ("none", Self::None),
        ("any", Self::Any),
        ("issued", Self::Issued),
        ("pending", Self::Pending),
        ("to-cut", Self::ToCut),
        ("re-cut", Self::Recut),
        ("to-assign", Self::ToAssign),
        ("revoking", Self::Revoking),
        ("failed", Self::Failed),
    ];

    /// Whether a key stands so.
    pub fn fits(self, state: KeyState) -> bool {
        match self {
            Self::None => state == KeyState::None,
            Self::Any => state != KeyState::None,
            Self::Issued => state.opens(),
            Self::Pending => matches!(state, KeyState::Issuing | KeyState::Reissuing),
            Self::ToCut => matches!(state, KeyState::ToCut(_) | KeyState::Mixed { .. }),
            Self::Recut => matches!(state, KeyState::Recut(_)),
            Self::ToAssign => matches!(state, KeyState::Assign(_)),
            Self::Revoking => state == KeyState::Revoking,
            Self::Failed => state == KeyState::Failed,
        }
    }
}

/// What a term wants of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Words.
    Like(Glob),
    /// One of these.
    Class(Vec<StayClass>),
    /// A key that stands so.
    Key(KeyWord),
    /// A number.
    Number(Op, i64),
    /// A day, property time.
    Day(Op, Day),
    /// How long ago.
    Age(Op, TimeDelta),
    /// How bad.
    Severity(Severity),
}

/// The name of a class in a filter: `due-out`.
pub fn class_name(class: StayClass) -> String {
    class.word().trim_end_matches('?').replace(' ', "-")
}

/// A severity by its name, `p1` or `1`.
pub fn severity(name: &str) -> Option<Severity> {
    match name.trim_start_matches(['p', 'P']) {
        "1" => Some(Severity::P1),
        "2" => Some(Severity::P2),
        "3" => Some(Severity::P3),
        _ => None,
    }
}

/// Reads what is typed after the name of a column. The error says what could be written.
pub fn read(column: ColumnId, typed: &str) -> Result<Want, String> {
    match column {
        ColumnId::Class => class(typed),
        ColumnId::Pin | ColumnId::Card | ColumnId::Mobile | ColumnId::Cloud | ColumnId::Issued => key(typed),
        ColumnId::Nights | ColumnId::Party | ColumnId::Doors => number(typed),
        ColumnId::From | ColumnId::Until | ColumnId::Booked | ColumnId::Opened | ColumnId::Began => {
            day(typed)
        }
        ColumnId::Age => age(typed),
        ColumnId::Severity => {
            severity(typed).map(Want::Severity).ok_or_else(|| "write p1, p2 or p3".to_owned())
        }
        ColumnId::Room => Ok(Want::Like(Glob::whole(typed))),
        _ => Ok(Want::Like(Glob::within(typed))),
    }
}

/// The letters and figures of a word, whatever stands between them.
fn letters(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn class(typed: &str) -> Result<Want, String> {
    let begins = |class: &StayClass| {
        let mut word = letters(class.word());
        letters(typed).all(|c| word.next() == Some(c))
    };
    let found: Vec<StayClass> = StayClass::ALL.into_iter().filter(begins).collect();
    let names = || StayClass::ALL.map(class_name);
    if found.is_empty() { Err(unknown(typed, &names())) } else { Ok(Want::Class(found)) }
}

fn key(typed: &str) -> Result<Want, String> {
    let begins = |(name, _): &(&str, KeyWord)| {
        let mut word = letters(name);
        letters(typed).all(|c| word.next() == Some(c))
    };
    let found = KeyWord::ALL.into_iter().find(begins);
    found.map(|(_, word)| Want::Key(word)).ok_or_else(|| unknown(typed, &KeyWord::ALL.map(|(name, _)| name)))
}

/// Says that a word is none of these, and which was probably meant.
pub fn unknown<S: AsRef<str>>(typed: &str, names: &[S]) -> String {
    match super::nearest(typed, names.iter().map(AsRef::as_ref)) {
        Some(name) => format!("did you mean “{name}”?"),
        None => {
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            format!("write {}", names.join(", "))
        }
    }
}

fn op(typed: &str) -> (Option<Op>, &str) {
    match typed.strip_prefix('<') {
        Some(rest) => (Some(Op::Less), rest),
        None => match typed.strip_prefix('>') {
            Some(rest) => (Some(Op::More), rest),
            None => (None, typed),
        },
    }
}

fn number(typed: &str) -> Result<Want, String> {
    let (op, rest) = op(typed);
    let number = rest.parse().map_err(|_| "write a number, as 3, >2 or <5".to_owned())?;
    Ok(Want::Number(op.unwrap_or(Op::Is), number))
}

fn day(typed: &str) -> Result<Want, String> {
    let (op, rest) = op(typed);
    let day = match rest.to_ascii_lowercase().as_str() {
        "today" => Some(Day::Near(0)),
        "tomorrow" => Some(Day::Near(1)),
        "yesterday" => Some(Day::Near(-1)),
        date => date.parse().ok().map(Day::Date),
    };
    let day = day
        .ok_or_else(|| "write today, tomorrow, yesterday or 2026-11-24, with < or > before it".to_owned())?;
    Ok(Want::Day(op.unwrap_or(Op::Is), day))
}

fn age(typed: &str) -> Result<Want, String> {
    let (op, rest) = op(typed);
    let unit = rest.chars().last();
    let count = rest.get(..rest.len().saturating_sub(1)).and_then(|count| count.parse::<u32>().ok());
    let span = match (unit, count.map(i64::from)) {
        (Some('s'), Some(n)) => TimeDelta::try_seconds(n),
        (Some('m'), Some(n)) => TimeDelta::try_minutes(n),
        (Some('h'), Some(n)) => TimeDelta::try_hours(n),
        (Some('d'), Some(n)) => TimeDelta::try_days(n),
        _ => None,
    };
    let span = span.ok_or_else(|| "write 15m, 2h or 3d, with < or > before it".to_owned())?;
    Ok(Want::Age(op.unwrap_or(Op::More), span))
}

impl Op {
    fn holds<T: PartialOrd>(self, value: T, wanted: T) -> bool {
        match self {
            Self::Is => value == wanted,
            Self::Less => value < wanted,
            Self::More => value > wanted,
        }
    }
}

impl Want {
    /// Whether what it wants depends on the clock.
    pub fn is_of_time(&self) -> bool {
        matches!(self, Self::Age(..) | Self::Day(_, Day::Near(_)))
    }

    /// Whether a cell is what is wanted.
    pub fn accepts(&self, p: &Property, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Like(glob), Value::Words(words) | Value::Counted(words)) => glob.is_like(words),
            (Self::Class(classes), Value::Class(class)) => classes.contains(class),
            (Self::Key(word), Value::Key(state)) => word.fits(*state),
            (Self::Number(op, wanted), Value::Number(n)) => op.holds(*n, *wanted),
            (Self::Severity(wanted), Value::Severity(severity)) => wanted == severity,
            (Self::Age(op, span), Value::Time(at)) => op.holds(p.now() - *at, *span),
            (Self::Day(op, day), Value::Time(at)) => {
                let wanted = match day {
                    Day::Date(date) => *date,
                    Day::Near(days) => p.zone().date(p.now()) + TimeDelta::days(*days),
                };
                op.holds(p.zone().date(*at), wanted)
            }
            _ => false,
        }
    }
}
