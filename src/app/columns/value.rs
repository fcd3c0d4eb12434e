//! What a record has in a column: what rows are put in order by, and what filters look at.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::ColumnId;
use crate::property::{
    Alert, Attended, Evidence, Grant, KeyState, MutationOf, MutationRow, Property, Severity, Stay, StayClass,
};
use crate::report::{issued_word, places};
use crate::seam::id::IdentityId;
use crate::text::natural;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'p> {
    /// Nothing. However it is sorted, it stands last.
    Empty,
    /// Words, in the order of their letters.
    Words(Cow<'p, str>),
    /// Words that people count by: 9 comes before 10.
    Counted(Cow<'p, str>),
    /// So many.
    Number(i64),
    /// An instant, UTC.
    Time(DateTime<Utc>),
    /// What a stay is tonight.
    Class(StayClass),
    /// Where a key stands.
    Key(KeyState),
    /// How bad.
    Severity(Severity),
}

impl<'p> Value<'p> {
    fn words(words: Option<&'p str>) -> Self {
        words.filter(|words| !words.is_empty()).map_or(Self::Empty, |words| Self::Words(Cow::Borrowed(words)))
    }

    fn counted(words: Option<&'p str>) -> Self {
        words
            .filter(|words| !words.is_empty())
            .map_or(Self::Empty, |words| Self::Counted(Cow::Borrowed(words)))
    }

    fn time(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Empty, Self::Time)
    }

    fn number(n: usize) -> Self {
        Self::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// The order of two of one column.
    pub fn order(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Empty, Self::Empty) => Ordering::Equal,
            (Self::Empty, _) => return Ordering::Greater,
            (_, Self::Empty) => return Ordering::Less,
            (Self::Words(a), Self::Words(b)) => a.cmp(b),
            (Self::Counted(a), Self::Counted(b)) => natural(a, b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Class(a), Self::Class(b)) => a.cmp(b),
            (Self::Key(a), Self::Key(b)) => a.cmp(b),
            (Self::Severity(a), Self::Severity(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        if descending { order.reverse() } else { order }
    }
}

/// What a stay has in a column.
pub fn of_stay<'p>(p: &'p Property, stay: &'p Stay, column: ColumnId) -> Value<'p> {
    match column {
        ColumnId::Room => Value::counted(Some(&stay.room)),
        ColumnId::Guest => Value::words(Some(&stay.name)),
        ColumnId::Class => Value::Class(stay.class),
        ColumnId::From => Value::time(stay.starts_at()),
        ColumnId::Until => Value::time(stay.ends_at()),
        ColumnId::Nights => nights(p, stay),
        ColumnId::Party => Value::number(p.party(&stay.id).len()),
        ColumnId::Pin => Value::Key(stay.keys().code),
        ColumnId::Card => Value::Key(stay.keys().card),
        ColumnId::Mobile => Value::Key(mobile(stay)),
        ColumnId::Cloud => Value::Key(stay.keys().cloud),
        ColumnId::Reservation => Value::counted(stay.reservation_key().as_deref()),
        ColumnId::Booked => Value::time(stay.grants.iter().filter_map(|id| p.grant(id)?.created_at()).min()),
        ColumnId::Doors => {
            let doors = p.doors_of(&stay.id);
            Value::number(doors.entrances.len() + doors.devices.len())
        }
        ColumnId::Opened => Value::time(opened(stay)),
        ColumnId::Phone => phone(p, stay.guest()),
        ColumnId::Email => email(p, stay.guest()),
        ColumnId::Id => Value::Words(Cow::Owned(stay.id.to_string())),
        _ => Value::Empty,
    }
}

/// Cloud keys stand with the mobile keys where there is no other: few hotels have them.
fn mobile(stay: &Stay) -> KeyState {
    if stay.keys().mobile == KeyState::None { stay.keys().cloud } else { stay.keys().mobile }
}

fn nights<'p>(p: &Property, stay: &Stay) -> Value<'p> {
    let (Some(from), Some(until)) = (stay.starts_at(), stay.ends_at()) else { return Value::Empty };
    Value::Number((p.zone().date(until) - p.zone().date(from)).num_days())
}

fn opened(stay: &Stay) -> Option<DateTime<Utc>> {
    let opened = |evidence: &Evidence| match evidence {
        Evidence::DoorOpened { at, .. } => Some(*at),
        _ => None,
    };
    stay.evidence().iter().filter_map(opened).max()
}

fn phone<'p>(p: &'p Property, guest: &IdentityId) -> Value<'p> {
    Value::words(p.identity(guest).and_then(|guest| guest.phone()).map(|phone| phone.as_str()))
}

fn email<'p>(p: &'p Property, guest: &IdentityId) -> Value<'p> {
    Value::words(p.identity(guest).and_then(|guest| guest.email()).map(|email| email.as_str()))
}

/// The name of the guest of a grant; the beginning of the id where nothing else is known.
pub fn guest_of<'p>(p: &'p Property, grant: &Grant) -> Cow<'p, str> {
    match p.identity(grant.guest()) {
        Some(guest) => Cow::Borrowed(guest.name.as_str()),
        None => Cow::Owned(grant.guest().short()),
    }
}

/// What a grant has in a column.
pub fn of_grant<'p>(p: &'p Property, grant: &'p Grant, column: ColumnId) -> Value<'p> {
    match column {
        ColumnId::Guest => Value::Words(guest_of(p, grant)),
        ColumnId::Where => Value::Counted(Cow::Owned(places(p, grant))),
        ColumnId::Issued => Value::Words(Cow::Owned(issued_word(p, &grant.id))),
        ColumnId::From => Value::time(grant.starts_at()),
        ColumnId::Until => Value::time(grant.ends_at()),
        ColumnId::Reservation => Value::counted(grant.reservation_key().as_deref()),
        ColumnId::Booked => Value::time(grant.created_at()),
        ColumnId::Doors => {
            let doors = p.doors_of(&grant.id);
            Value::number(doors.entrances.len() + doors.devices.len())
        }
        ColumnId::GrantKey => Value::counted(grant.key().map(|key| key.as_str())),
        ColumnId::Phone => phone(p, grant.guest()),
        ColumnId::Email => email(p, grant.guest()),
        ColumnId::Id | ColumnId::Short => Value::Words(Cow::Owned(grant.id.to_string())),
        _ => Value::Empty,
    }
}

/// What a pending mutation has in a column.
pub fn of_mutation<'p>(p: &'p Property, row: &'p MutationRow, column: ColumnId) -> Value<'p> {
    let stay = || row.stay.as_ref().and_then(|stay| p.stay(stay));
    match column {
        ColumnId::Room => Value::counted(Some(&row.room)),
        ColumnId::What => Value::words(Some(&row.what)),
        ColumnId::Change => Value::counted(Some(&row.change)),
        ColumnId::Age | ColumnId::Began => Value::time(row.since),
        ColumnId::Guest => Value::words(stay().map(|stay| stay.name.as_str())),
        ColumnId::Id => match &row.id.of {
            MutationOf::Grant(id) => Value::Words(Cow::Owned(id.to_string())),
            MutationOf::Method(id) => Value::Words(Cow::Owned(id.to_string())),
        },
        ColumnId::Class | ColumnId::Until | ColumnId::Reservation => {
            stay().map_or(Value::Empty, |stay| of_stay(p, stay, column))
        }
        _ => Value::Empty,
    }
}

/// What an alert has in a column.
pub fn of_alert<'p>(p: &'p Property, alert: &'p Alert, column: ColumnId) -> Value<'p> {
    match column {
        ColumnId::Severity => Value::Severity(alert.severity),
        ColumnId::Age | ColumnId::Began => Value::Time(alert.since),
        ColumnId::Room => Value::counted(alert.room.as_deref()),
        ColumnId::Guest => Value::words(alert.who.as_deref()),
        ColumnId::Why => Value::words(Some(&alert.why)),
        ColumnId::Rule => Value::Words(Cow::Borrowed(alert.id.rule.name())),
        ColumnId::Said => {
            let note = p.attended(&alert.id).and_then(Attended::note);
            Value::words(note.map(|note| note.by.as_str()))
        }
        ColumnId::Id => Value::Words(Cow::Owned(alert.id.to_string())),
        _ => Value::Empty,
    }
}
