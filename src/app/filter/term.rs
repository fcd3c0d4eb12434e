//! One term of a filter, and whether a record is what it wants.

use std::fmt::{self, Write};

use chrono::TimeDelta;
use smallvec::SmallVec;

use super::tokens::Token;
use super::want::{KeyWord, Want, read, severity, unknown};
use crate::app::columns::{self, ColumnId, Value};
use crate::app::pane::PaneKind;
use crate::property::{Alert, Attended, Grant, KeyState, Method, MutationRow, Property, Severity, Stay};
use crate::seam::model::Mode;

/// A warning that nobody has answered for so long is stale.
const UNANSWERED: TimeDelta = TimeDelta::hours(1);

/// A term that is not a mere word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it must not be so.
    pub is_not: bool,
    /// What is asked.
    pub test: Test,
}

/// What is asked of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// What stands in a column.
    Cell(ColumnId, Want),
    /// A key of this mode.
    Mode(Mode),
    /// A warning so bad: itself, or one that leads to its stay.
    Severity(Severity),
    /// Something has waited for too long: see the documentation of filters.
    Stale,
}

/// Words that are terms by themselves.
pub const KEYWORDS: [&str; 4] = ["p1", "p2", "p3", "stale"];

/// Modes by name.
pub const MODES: [(&str, Mode); 4] =
    [("pin", Mode::Code), ("card", Mode::Card), ("mobile", Mode::MobileKey), ("cloud", Mode::CloudKey)];

/// Other names of fields.
const ALIASES: [(&str, &str); 6] = [
    ("key", "reservation"),
    ("who", "guest"),
    ("p", "severity"),
    ("mail", "email"),
    ("e-mail", "email"),
    ("places", "where"),
];

/// The names of all fields of a pane.
pub fn fields(kind: PaneKind) -> impl Iterator<Item = &'static str> {
    let columns = columns::table(kind).iter().filter(|spec| spec.is_sortable()).map(|spec| spec.name);
    let has_keys = matches!(kind, PaneKind::Guests | PaneKind::Grants);
    let has_reservation = columns::spec(kind, ColumnId::Reservation).is_some();
    columns.chain(has_keys.then_some("mode")).chain(has_reservation.then_some("key"))
}

/// The column that a field of a filter is about.
pub fn column(kind: PaneKind, field: &str) -> Option<ColumnId> {
    let name =
        ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(field)).map_or(field, |(_, name)| name);
    columns::named(kind, name).filter(|spec| spec.is_sortable()).map(|spec| spec.id)
}

impl Term {
    /// Reads a term: none where it is a mere word, or where nothing is typed after its name yet.
    ///
    /// # Errors
    /// In words: what is wrong with it, and what was probably meant.
    pub fn read(kind: PaneKind, token: &Token<'_>) -> Result<Option<Self>, String> {
        let Some(field) = token.field else { return Ok(keyword(token)) };
        let is_mode = field.eq_ignore_ascii_case("mode") && fields(kind).any(|name| name == "mode");
        let column = column(kind, field);
        if !is_mode && column.is_none() {
            let names: Vec<&str> = fields(kind).collect();
            return Err(format!("no field “{field}:”: {}", unknown(field, &names)));
        }
        if token.words.is_empty() {
            return Ok(None);
        }
        let test = match column {
            Some(column) => {
                let want = read(column, token.words).map_err(|why| format!("{field}: {why}"))?;
                Test::Cell(column, want)
            }
            None => Test::Mode(mode(token.words).map_err(|why| format!("{field}: {why}"))?),
        };
        Ok(Some(Self { is_not: token.is_not, test }))
    }

    /// Whether it depends on the clock.
    pub fn is_of_time(&self) -> bool {
        match &self.test {
            Test::Cell(_, want) => want.is_of_time(),
            Test::Stale => true,
            Test::Mode(_) | Test::Severity(_) => false,
        }
    }
}

fn keyword(token: &Token<'_>) -> Option<Term> {
    let known = KEYWORDS.iter().find(|word| word.eq_ignore_ascii_case(token.words));
    let test = match known.filter(|_| !token.is_quoted)? {
        &"stale" => Test::Stale,
        word => Test::Severity(severity(word)?),
    };
    Some(Term { is_not: token.is_not, test })
}

fn mode(typed: &str) -> Result<Mode, String> {
    let typed = if typed.eq_ignore_ascii_case("code") { "pin" } else { typed };
    let found = MODES.iter().find(|(name, _)| name.starts_with(&typed.to_ascii_lowercase()));
    found.map(|(_, mode)| mode.clone()).ok_or_else(|| unknown(typed, &MODES.map(|(name, _)| name)))
}

/// An id as text that needs no memory of its own.
#[derive(Default)]
struct Written(SmallVec<[u8; 160]>);

impl Write for Written {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0.extend_from_slice(s.as_bytes());
        Ok(())
    }
}

fn is_like(want: &Want, id: &dyn fmt::Display) -> bool {
    let Want::Like(glob) = want else { return false };
    let mut written = Written::default();
    // A text in memory takes everything.
    let _ = write!(written, "{id}");
    std::str::from_utf8(&written.0).is_ok_and(|id| glob.is_like(id))
}

/// Whether the rooms of a stay, or one of them, are what is wanted.
fn is_room(want: &Want, rooms: &str) -> bool {
    let Want::Like(glob) = want else { return false };
    glob.is_like(rooms) || (rooms.contains('+') && rooms.split('+').any(|room| glob.is_like(room)))
}

fn leads_to(p: &Property, stay: &Stay, severity: Severity) -> bool {
    p.alerts_leading_to(&stay.id).any(|alert| alert.severity == severity && !p.is_snoozed(&alert.id))
}

fn methods<'p>(p: &'p Property, grant: &'p Grant) -> impl Iterator<Item = &'p Method> {
    p.listed_by(grant)
}

/// Where the keys of a grant stand as a whole.
fn state(p: &Property, grant: &Grant) -> KeyState {
    let (mut all, mut issued, mut to_cut, mut recut) = (0, 0, 0, 0);
    for method in methods(p, grant) {
        all += 1;
        issued += u16::from(method.is_issued);
        to_cut += u16::from(method.is_encoding_required);
        recut += u16::from(method.is_encoding_required && method.issued_at().is_some());
    }
    match all {
        0 => KeyState::None,
        _ if recut > 0 => KeyState::Recut(recut),
        _ if to_cut > 0 => KeyState::ToCut(to_cut),
        all if all == issued => KeyState::Issued(issued),
        _ => KeyState::Issuing,
    }
}

impl Test {
    /// Whether a stay is what is wanted.
    pub fn of_stay(&self, p: &Property, stay: &Stay) -> bool {
        match self {
            Self::Cell(ColumnId::Room, want) => is_room(want, &stay.room),
            Self::Cell(ColumnId::Id, want) => is_like(want, &stay.id),
            Self::Cell(column, want) => want.accepts(p, &columns::of_stay(p, stay, *column)),
            Self::Mode(mode) => {
                let state = match mode {
                    Mode::Code => stay.keys().code,
                    Mode::Card => stay.keys().card,
                    Mode::MobileKey => stay.keys().mobile,
                    _ => stay.keys().cloud,
                };
                state != KeyState::None
            }
            Self::Severity(severity) => leads_to(p, stay, *severity),
            Self::Stale => KeyWord::Recut.fits(stay.keys().card),
        }
    }

    /// Whether a grant is what is wanted.
    pub fn of_grant(&self, p: &Property, grant: &Grant) -> bool {
        let stay = || p.stay_of_grant(&grant.id).and_then(|stay| p.stay(stay));
        match self {
            Self::Cell(ColumnId::Id | ColumnId::Short, want) => is_like(want, &grant.id),
            Self::Cell(ColumnId::Issued, want) => want.accepts(p, &Value::Key(state(p, grant))),
            Self::Cell(ColumnId::Where, Want::Like(glob)) if grant.names_spaces() => {
                p.spaces_of(grant).filter_map(|id| p.space(id)).any(|space| glob.is_like(&space.name))
            }
            Self::Cell(column, want) => want.accepts(p, &columns::of_grant(p, grant, *column)),
            Self::Mode(mode) => methods(p, grant).any(|method| method.mode() == *mode),
            Self::Severity(severity) => stay().is_some_and(|stay| leads_to(p, stay, *severity)),
            Self::Stale => KeyWord::Recut.fits(state(p, grant)),
        }
    }

    /// Whether a pending mutation is what is wanted.
    pub fn of_mutation(&self, p: &Property, row: &MutationRow) -> bool {
        match self {
            Self::Cell(ColumnId::Room, want) => is_room(want, &row.room),
            Self::Cell(column, want) => want.accepts(p, &columns::of_mutation(p, row, *column)),
            Self::Severity(severity) => {
                let stay = row.stay.as_ref().and_then(|stay| p.stay(stay));
                stay.is_some_and(|stay| leads_to(p, stay, *severity))
            }
            Self::Stale => {
                let limit = p.settings().mutation_limit;
                !row.waits_for_card && row.since.is_some_and(|since| p.now() - since > limit)
            }
            Self::Mode(_) => false,
        }
    }

    /// Whether an alert is what is wanted.
    pub fn of_alert(&self, p: &Property, alert: &Alert) -> bool {
        match self {
            Self::Cell(ColumnId::Room, want) => is_room(want, alert.room.as_deref().unwrap_or_default()),
            Self::Cell(column, want) => want.accepts(p, &columns::of_alert(p, alert, *column)),
            Self::Severity(severity) => alert.severity == *severity,
            Self::Stale => {
                let is_open = p.attended(&alert.id).is_none_or(Attended::is_open);
                is_open && p.now() - alert.since > UNANSWERED
            }
            Self::Mode(_) => false,
        }
    }
}
