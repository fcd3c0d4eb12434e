//! Guests who are in one another's way: two reservations on one door, a next guest who begins too soon,
//! the same PIN twice.

use chrono::{DateTime, Utc};

use super::{Alert, Fix, Mode, Rule, Severity, StayView, Timer, plus};
use crate::order::Arrange as _;
use crate::property::Stay;
use crate::property::stays::StayRow;
use crate::property::store::Door;

/// Another stay in one of the rooms.
struct Other<'a> {
    row: &'a StayRow,
    /// From when both have access; the beginning of time where neither says.
    from: DateTime<Utc>,
}

/// The other guests' stays in the rooms whose time meets this one's and is not over.
fn others<'a>(view: &StayView<'a>, timer: &mut Timer) -> Vec<Other<'a>> {
    let mut found: Vec<Other<'a>> = Vec::new();
    let rooms = view.rooms.iter().filter_map(|room| view.hotel.store.spaces.row(*room));
    for key in rooms.flat_map(|room| room.links.stays.iter()) {
        let Some(row) = view.hotel.stays.row(*key).filter(|row| row.stay.id != view.stay.id) else {
            continue;
        };
        if row.stay.guest_key() == view.guest || found.iter().any(|other| other.row.stay.id == row.stay.id) {
            continue;
        }
        let from = view.start().max(row.stay.starts_at().unwrap_or(DateTime::UNIX_EPOCH));
        let until = [view.stay.ends_at(), row.stay.ends_at()].into_iter().flatten().min();
        if until.is_none_or(|until| from < until && !timer.reached(until)) {
            found.push(Other { row, from });
        }
    }
    found.arrange_by(|a, b| (a.from, &a.row.stay.id).cmp(&(b.from, &b.row.stay.id)));
    found
}

/// Whether two stays are under one reservation: then they share the room by right.
fn is_party(a: &Stay, b: &Stay) -> bool {
    a.reservation_key().is_some() && a.reservation_key() == b.reservation_key()
}

/// Whether a stay begins before another, so that it is the one that was there first.
fn is_first(a: &Stay, b: &Stay) -> bool {
    (a.starts_at(), &a.id) < (b.starts_at(), &b.id)
}

fn date(view: &StayView<'_>, stay: &Stay) -> Option<chrono::NaiveDate> {
    stay.starts_at().map(|at| view.hotel.zone.date(at))
}

/// What becomes of two keys on the room's door.
fn outcome(view: &StayView<'_>) -> &'static str {
    let overrides = |door: &Door| match door {
        Door::Entrance(key) => {
            view.hotel.store.entrances.get(*key).is_some_and(|e| e.can_belong_to_reservation)
        }
        Door::Device(_) => false,
    };
    match view.doors.iter().any(overrides) {
        true => "the key used later kills the other",
        false => "both keys open it",
    }
}

/// Two reservations in one room, now or tonight; and the next guest of the room who begins before this
/// stay ends. The first is told of the stay that came second, the other of the stay that is there.
pub(super) fn conflicts(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.rooms.is_empty() || view.shade.is_no_rival {
        return;
    }
    let (mut twice, mut soon) = (None, None);
    for other in others(view, timer) {
        let them = &other.row.stay;
        if other.row.shade.is_no_rival || is_party(view.stay, them) {
            continue;
        }
        let is_now = timer.reached(other.from);
        let is_same_day = date(view, view.stay) == date(view, them);
        let ahead = match is_same_day {
            true => view.settings().look_ahead,
            false => view.settings().conflict_ahead,
        };
        if !is_now && !timer.reached(plus(other.from, -ahead)) {
            continue;
        }
        let first = is_first(view.stay, them);
        if (is_now || is_same_day) && !first && twice.is_none() {
            twice = Some(other);
        } else if !is_now && !is_same_day && first && soon.is_none() {
            soon = Some(other);
        }
    }
    let since =
        |other: &Other<'_>| view.shade.settled_at.max(other.row.shade.settled_at).get().unwrap_or(other.from);
    if let Some(other) = twice {
        let them = &other.row.stay;
        let until =
            them.ends_at().map_or("without an end".to_owned(), |end| format!("until {}", view.wall(end)));
        let why =
            format!("two reservations on one door: {} has it too, {until}; {}", them.name, outcome(view));
        let alert = view.alert(Rule::TwoReservations, Severity::P1, since(&other), why);
        out.push(alert.fix(&[Fix::Move, Fix::CheckOut]));
    }
    if let Some(other) = soon {
        let end =
            view.stay.ends_at().map_or("never ends".to_owned(), |end| format!("ends {}", view.wall(end)));
        let why =
            format!("this stay {end}, but {} begins here {}", other.row.stay.name, view.wall(other.from));
        let alert = view.alert(Rule::NextTooSoon, Severity::P2, since(&other), why);
        out.push(alert.fix(&[Fix::Extend, Fix::Move]));
    }
}

/// Two guests whose PINs on one room door are the same. Told of the stay that came second; on common
/// doors it does no harm.
pub(super) fn same_pin(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let own: Vec<_> = view.of_mode(&Mode::Code).filter(|m| m.is_issued && m.code().is_some()).collect();
    if own.is_empty() || view.rooms.is_empty() {
        return;
    }
    for other in others(view, timer) {
        if is_first(view.stay, &other.row.stay) {
            continue;
        }
        let theirs = view.hotel.methods_at(&other.row.grants);
        let theirs = theirs.into_iter().filter(|m| m.mode() == Mode::Code && m.is_issued);
        let mut same =
            theirs.filter_map(|m| own.iter().find(|o| o.id != m.id && o.code() == m.code()).map(|o| (*o, m)));
        let Some((mine, them)) = same.next() else { continue };
        let since = mine.issued_at().max(them.issued_at()).unwrap_or(other.from);
        let why = format!("{} has the same PIN on this door: issue one of them again", other.row.stay.name);
        out.push(view.alert(Rule::SamePin, Severity::P3, since, why).fix(&[Fix::Unmask, Fix::Why]));
        return;
    }
}
