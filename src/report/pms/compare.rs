//! Where the two systems differ.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, Utc};

use super::name::{Likeness, Name, room};
use super::rows::{Row, Rows, Skipped, Status};
use crate::config::PmsStatus;
use crate::order::Arrange as _;
use crate::property::{Keys, Property, Severity, Stay, StayClass, StayId};
use crate::text::{Text, natural};

/// A stay with this many rooms is staff's, and no row of guests has it.
const STAFF_ROOMS: usize = 5;

/// How the systems differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Checked out there, and a key still opens here.
    CheckedOutButLive,
    /// Did not come or cancelled there, and a key opens here.
    NotComingButLive,
    /// In the house or expected there, and no access here.
    GuestWithoutKey,
    /// The same guest in another room.
    OtherRoom,
    /// The same guest with other dates.
    OtherDates,
    /// Still checked in there after the day of departure.
    StillCheckedIn,
    /// A key here that nobody there has.
    KeyWithoutGuest,
}

impl FindingKind {
    /// What it is, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::CheckedOutButLive => "checked out, but a key is live",
            Self::NotComingButLive => "not coming, but a key is live",
            Self::GuestWithoutKey => "guest without key",
            Self::KeyWithoutGuest => "key without guest",
            Self::OtherRoom => "another room",
            Self::OtherDates => "other dates",
            Self::StillCheckedIn => "still checked in after departure",
        }
    }

    /// The name for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::CheckedOutButLive => "checked_out_but_live",
            Self::NotComingButLive => "not_coming_but_live",
            Self::GuestWithoutKey => "guest_without_key",
            Self::KeyWithoutGuest => "key_without_guest",
            Self::OtherRoom => "other_room",
            Self::OtherDates => "other_dates",
            Self::StillCheckedIn => "still_checked_in",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How they differ.
    pub kind: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// The room: the one here, else the one there.
    pub room: Text,
    /// The guest.
    pub guest: Text,
    /// The line of the file, from 1.
    pub line: Option<u64>,
    /// The stay to go to.
    pub stay: Option<StayId>,
    /// Both sides, in a sentence.
    pub why: Text,
}

/// The comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The name of the file.
    pub file: Text,
    /// How many rows were found in it.
    pub rows: usize,
    /// The differences, the worst first, then by room.
    pub findings: Vec<Finding>,
    /// Rows that could not be understood.
    pub skipped: Vec<Skipped>,
    /// What was guessed, and what could not be compared.
    pub notes: Vec<Text>,
}

/// Compares the export with the hotel. Dates are those of the property; times of day are not compared.
pub fn compare(p: &Property, file: Text, rows: Rows) -> Compared {
    let board = Board::new(p);
    let Rows { rows, skipped, mut notes } = rows;
    let mut findings = Vec::new();
    let mut matched: BTreeSet<usize> = BTreeSet::new();
    for row in &rows {
        match board.find(row) {
            Some(at) => {
                matched.insert(at);
                if let Some(seen) = board.seen.get(at) {
                    findings.extend(board.differences(row, seen));
                }
            }
            None => findings.extend(board.missing(row)),
        }
    }
    let arrivals = rows.iter().any(|row| board.is_expected(row));
    if !arrivals && board.seen.iter().any(|seen| is_arriving(seen.stay.class)) {
        notes.push(Text::new("the file has no arrivals: keys of guests who are due in were not compared"));
    }
    // A party may stand in the file under one name.
    let parties: BTreeSet<&Text> =
        matched.iter().filter_map(|at| board.seen.get(*at)?.stay.reservation_key().as_ref()).collect();
    for (at, seen) in board.seen.iter().enumerate() {
        let is_known = matched.contains(&at)
            || seen.stay.reservation_key().as_ref().is_some_and(|key| parties.contains(key));
        if !is_known && (arrivals || !is_arriving(seen.stay.class)) {
            findings.extend(unknown(seen));
        }
    }
    findings.arrange_by(|a, b| {
        let by_room = || natural(&a.room, &b.room).then_with(|| a.guest.cmp(&b.guest));
        a.severity
            .cmp(&b.severity)
            .then_with(|| a.kind.cmp(&b.kind))
            .then_with(by_room)
            .then(a.line.cmp(&b.line))
    });
    Compared { file, rows: rows.len() + skipped.len(), findings, skipped, notes }
}

fn is_arriving(class: StayClass) -> bool {
    matches!(class, StayClass::DueIn | StayClass::NoShow)
}

/// Whether a key opens now.
fn is_live(keys: &Keys) -> bool {
    [keys.code, keys.card, keys.mobile, keys.cloud].into_iter().any(|state| state.opens())
}

/// A stay as it is compared.
struct Seen<'a> {
    stay: &'a Stay,
    name: Name,
    rooms: Vec<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// The stays of the hotel, by room and by the words of their names.
struct Board<'a> {
    seen: Vec<Seen<'a>>,
    by_room: BTreeMap<String, Vec<usize>>,
    by_word: BTreeMap<String, Vec<usize>>,
    today: NaiveDate,
}

impl<'a> Board<'a> {
    fn new(p: &'a Property) -> Self {
        let today = p.business_date().date();
        let day = |at: chrono::DateTime<Utc>| p.zone().date(at);
        let soon = today.succ_opt().unwrap_or(today);
        let near = |stay: &&Stay| {
            stay.class != StayClass::Upcoming || stay.starts_at().is_some_and(|start| day(start) <= soon)
        };
        let mut stays: Vec<&Stay> = p.stays().filter(near).filter(|s| s.rooms.len() < STAFF_ROOMS).collect();
        stays.arrange_by(|a, b| a.id.cmp(&b.id));
        let mut board = Self { seen: Vec::new(), by_room: BTreeMap::new(), by_word: BTreeMap::new(), today };
        for stay in stays {
            let at = board.seen.len();
            let name = Name::new(&stay.name);
            let rooms: Vec<String> = stay.room.split('+').filter(|r| !r.is_empty()).map(room).collect();
            for number in &rooms {
                board.by_room.entry(number.clone()).or_default().push(at);
            }
            for word in name.words() {
                board.by_word.entry(word.to_owned()).or_default().push(at);
            }
            let (from, until) = (stay.starts_at().map(day), stay.ends_at().map(day));
            board.seen.push(Seen { stay, name, rooms, from, until });
        }
        board
    }

    /// The stay a row means: the same room and a name that is alike, or the same name and dates that
    /// touch.
    fn find(&self, row: &Row) -> Option<usize> {
        let (name, number) = (Name::new(&row.guest), room(&row.room));
        if name.is_empty() {
            return None;
        }
        let in_room = self.by_room.get(&number).into_iter().flatten();
        let of_name = name.words().filter_map(|word| self.by_word.get(word)).flatten();
        let candidates: BTreeSet<usize> = crate::order::set(in_room.chain(of_name).copied());
        let rated = candidates.into_iter().filter_map(|at| {
            let seen = self.seen.get(at)?;
            let likeness = name.likeness(&seen.name);
            let same_room = seen.rooms.contains(&number);
            let touches = touches(row, seen);
            let fits = (same_room && likeness > Likeness::None && touches)
                || (likeness >= Likeness::Most && touches)
                || (same_room && likeness >= Likeness::Most);
            let exact = seen.from == row.arrival && seen.until == row.departure;
            fits.then_some((touches, same_room, likeness, exact, std::cmp::Reverse(at)))
        });
        rated.max().map(|best| best.4.0)
    }

    fn is_expected(&self, row: &Row) -> bool {
        match &row.status {
            Status::Known(status) => *status == PmsStatus::Expected,
            Status::Other(_) => row.arrival.is_some_and(|day| day >= self.today),
        }
    }

    /// Whether the row's guest should be able to get in tonight.
    fn needs_key(&self, row: &Row) -> bool {
        let by_dates = || {
            row.arrival.is_some_and(|day| day <= self.today)
                && row.departure.is_none_or(|day| day > self.today)
        };
        match &row.status {
            Status::Known(PmsStatus::InHouse) => true,
            Status::Known(PmsStatus::Expected) | Status::Other(_) => by_dates(),
            Status::Known(_) => false,
        }
    }

    /// A row that no stay fits.
    fn missing(&self, row: &Row) -> Option<Finding> {
        if !self.needs_key(row) {
            return None;
        }
        let others = self.by_room.get(&room(&row.room)).into_iter().flatten();
        let others = others.filter_map(|at| self.seen.get(*at)).filter(|seen| seen.stay.class.is_tonight());
        let names: Vec<&str> = others.map(|seen| seen.stay.name.as_str()).collect();
        let why = match names.as_slice() {
            [] => "nobody of this name has access".to_owned(),
            names => {
                format!("nobody of this name has access; the room's keys are those of {}", names.join(", "))
            }
        };
        Some(Finding {
            kind: FindingKind::GuestWithoutKey,
            severity: Severity::P2,
            room: row.room.clone(),
            guest: row.guest.clone(),
            line: Some(row.line),
            stay: None,
            why: Text::new(why),
        })
    }

    fn differences(&self, row: &Row, seen: &Seen<'_>) -> Vec<Finding> {
        let stay = seen.stay;
        let live = is_live(&stay.keys());
        let finding = |kind, severity, why: String| Finding {
            kind,
            severity,
            room: if stay.room.is_empty() { row.room.clone() } else { stay.room.clone() },
            guest: stay.name.clone(),
            line: Some(row.line),
            stay: Some(stay.id.clone()),
            why: Text::new(why),
        };
        match &row.status {
            Status::Known(PmsStatus::Departed) if live => {
                let why = "checked out in the property management system, and a key still opens".to_owned();
                return vec![finding(FindingKind::CheckedOutButLive, Severity::P1, why)];
            }
            Status::Known(PmsStatus::NoShow | PmsStatus::Cancelled) if live => {
                let why = "no longer expected in the property management system, and a key opens".to_owned();
                return vec![finding(FindingKind::NotComingButLive, Severity::P2, why)];
            }
            Status::Known(PmsStatus::Departed | PmsStatus::NoShow | PmsStatus::Cancelled) => {
                return Vec::new();
            }
            Status::Known(PmsStatus::InHouse | PmsStatus::Expected) | Status::Other(_) => {}
        }
        let mut out = Vec::new();
        let in_house = row.status == Status::Known(PmsStatus::InHouse);
        if in_house && !live {
            let why = "in the house, and no key of theirs opens now".to_owned();
            out.push(finding(FindingKind::GuestWithoutKey, Severity::P2, why));
        }
        if in_house && row.departure.is_some_and(|day| day < self.today) {
            let day = row.departure.map(said).unwrap_or_default();
            let why = format!("departure was {day}: check out there, or extend in both");
            out.push(finding(FindingKind::StillCheckedIn, Severity::P2, why));
        }
        if !row.room.is_empty() && !seen.rooms.is_empty() && !seen.rooms.contains(&room(&row.room)) {
            let why =
                format!("the keys are for {}, the property management system says {}", stay.room, row.room);
            out.push(finding(FindingKind::OtherRoom, Severity::P2, why));
        }
        out.extend(dates(row, seen).map(|(severity, why)| finding(FindingKind::OtherDates, severity, why)));
        out
    }
}

/// Whether the dates of a row and of a stay have a day in common, as far as they are known.
fn touches(row: &Row, seen: &Seen<'_>) -> bool {
    let before =
        |end: Option<NaiveDate>, start: Option<NaiveDate>| end.zip(start).is_some_and(|(e, s)| e < s);
    !before(row.departure, seen.from) && !before(seen.until, row.arrival)
}

/// The dates that differ: a departure is worse than an arrival.
fn dates(row: &Row, seen: &Seen<'_>) -> Option<(Severity, String)> {
    let differ = |here: Option<NaiveDate>, there: Option<NaiveDate>| here.zip(there).filter(|(h, t)| h != t);
    let open_ended =
        (seen.until.is_none() && seen.stay.ends_at().is_none()).then_some(row.departure).flatten();
    let mut words = Vec::new();
    if let Some((here, there)) = differ(seen.from, row.arrival) {
        words.push(format!("the keys begin {}, the arrival is {}", said(here), said(there)));
    }
    let departure = differ(seen.until, row.departure);
    if let Some((here, there)) = departure {
        words.push(format!("the keys end {}, the departure is {}", said(here), said(there)));
    }
    if let Some(there) = open_ended {
        words.push(format!("the keys have no end, the departure is {}", said(there)));
    }
    let severity = if departure.is_some() || open_ended.is_some() { Severity::P2 } else { Severity::P3 };
    (!words.is_empty()).then(|| (severity, words.join("; ")))
}

/// A stay that no row means.
fn unknown(seen: &Seen<'_>) -> Option<Finding> {
    let stay = seen.stay;
    if !stay.class.is_tonight() || stay.room.is_empty() || !is_live(&stay.keys()) {
        return None;
    }
    Some(Finding {
        kind: FindingKind::KeyWithoutGuest,
        severity: Severity::P2,
        room: stay.room.clone(),
        guest: stay.name.clone(),
        line: None,
        stay: Some(stay.id.clone()),
        why: Text::new(format!("{}, and the property management system does not know them", stay.class)),
    })
}

fn said(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}
