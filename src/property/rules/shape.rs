//! Whether an access is what an access to a room should be: its reservation, its doors, its dates.

use chrono::{DateTime, NaiveTime, Utc};

use super::{Alert, Fix, Rule, Severity, StayView, Timer, is_raised, plus};
use crate::property::Resource;
use crate::property::record::Grant;
use crate::property::store::Door;
use crate::seam::model::Mode;

/// A guest's access to a door on which reservations override one another, without a reservation: the
/// next card cut there kills it, or is refused.
pub(super) fn no_reservation_key(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.stay.reservation_key().is_some() || view.hotel.is_staff(view.stay) {
        return;
    }
    let overrides = |door: &Door| match door {
        Door::Entrance(key) => {
            view.hotel.store.entrances.get(*key).is_some_and(|e| e.can_belong_to_reservation)
        }
        Door::Device(_) => false,
    };
    if !view.doors.iter().any(overrides) || !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let why =
        "no reservation key on a door that needs one: make the access again with a key before the next card";
    let alert = view.alert(Rule::NoReservationKey, Severity::P2, made(view), why);
    out.push(alert.fix(&[Fix::Move, Fix::CheckOut]));
}

fn made(view: &StayView<'_>) -> DateTime<Utc> {
    view.grants.iter().filter_map(|g| g.created_at()).min().unwrap_or(view.start())
}

/// The key opens common doors and no room. Only where every place the grants name is known with its
/// doors: what was not read yet may be the room.
pub(super) fn no_room_door(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if !view.rooms.is_empty() || !view.doors.is_empty() || !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let hotel = view.hotel;
    let spaces = || view.grants.iter().flat_map(|g| g.spaces.iter());
    let is_known = |key| hotel.store.spaces.get(key).is_some() && !hotel.doors_in(key).is_empty();
    let mut doors = view.grant_keys.iter().flat_map(|grant| hotel.doors_of_grant(*grant)).peekable();
    let has_doors = doors.peek().is_some() && doors.all(|door| hotel.door_name(door).is_some());
    let all_known = spaces().all(|space| is_known(*space));
    if !has_doors || !all_known {
        return;
    }
    let why = "the key opens common doors and no room: the room is missing from this access";
    out.push(view.alert(Rule::NoRoomDoor, Severity::P2, made(view), why).fix(&[Fix::Grant, Fix::Move]));
}

/// A usual hour of a space, local time of day.
fn hour(raw: Option<&crate::text::Text>) -> Option<NaiveTime> {
    let raw = raw?;
    ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(raw, form).ok())
}

/// Whether an instant reads as the house's usual hour in UTC and not in property time: the zone was
/// lost where it was written down.
fn has_slipped(view: &StayView<'_>, at: Option<DateTime<Utc>>, usual: Option<NaiveTime>) -> bool {
    let (Some(at), Some(usual)) = (at, usual) else { return false };
    at.time() == usual && view.hotel.zone.local(at).time() != usual
}

/// Open-ended, very long, or off by the zone.
pub(super) fn odd_dates(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let is_staff =
        view.stay.rooms.len() >= view.settings().staff_rooms && view.stay.reservation_key().is_none();
    if view.doors.is_empty() || is_staff || !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let stay = view.stay;
    let zone = view.hotel.zone;
    let nights = stay.starts_at().zip(stay.ends_at()).map(|(a, b)| (zone.date(b) - zone.date(a)).num_days());
    let data =
        view.rooms.iter().filter_map(|room| view.hotel.store.spaces.get(*room)).map(|s| s.customer_data());
    let data: Vec<_> = data.collect();
    let out_at = data.iter().find_map(|d| hour(d.default_checkout_time.as_ref()));
    let in_at = data.iter().find_map(|d| hour(d.default_checkin_time.as_ref()));
    let why = if stay.ends_at().is_none() {
        "this stay has no end: the key opens for ever".to_owned()
    } else if let Some(n) = nights.filter(|n| *n > view.settings().long_stay) {
        format!("this stay is {n} nights long: confirm its end")
    } else if let Some(end) = stay.ends_at().filter(|end| {
        // One of them alone may be a late check-out.
        has_slipped(view, Some(*end), out_at) && has_slipped(view, stay.starts_at(), in_at)
    }) {
        let (from, until) = (view.wall(view.start()), view.wall(end));
        format!("the stay is from {from} until {until}, the usual hours in UTC: the zone was lost")
    } else {
        return;
    };
    let since = view.shade.settled_at.get().unwrap_or_else(|| made(view));
    out.push(view.alert(Rule::OddDates, Severity::P3, since, why).fix(&[Fix::Extend, Fix::CheckOut]));
}

/// Doors that are missing from an access: by Seam's warning, or by an event that took one away.
pub(super) fn missing_doors(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.is_forgiven || view.has_ended(timer) || is_raised(out, &Rule::NoUsableKey) {
        return;
    }
    let warned = view.has_notice(&["underprovisioned_access"]);
    let noticed = view.noticed(&["underprovisioned_access"]);
    let lost = view.grants.iter().filter(|g| !g.is_being_deleted()).filter_map(|g| lost_door(view, g)).min();
    let since = match (warned, noticed, lost) {
        (true, None, None) => view.start(),
        (_, noticed, lost) => match [noticed, lost].into_iter().flatten().min() {
            Some(since) => since,
            None => return,
        },
    };
    if !timer.reached(plus(since, view.settings().doors_grace)) {
        return;
    }
    let why = match warned {
        true => "some doors are still missing from this access",
        false => "a door no longer opens for this guest, though the access goes on",
    };
    let alert = view.alert(Rule::MissingDoors, Severity::P2, since, why);
    out.push(alert.fix(&[Fix::Why, Fix::PollNow]).under(view.cause.clone()));
}

/// When a grant lost a door that it has not got back since.
fn lost_door(view: &StayView<'_>, grant: &Grant) -> Option<DateTime<Utc>> {
    view.hotel.lost_doors(&grant.id).into_iter().min()
}

/// Access whose guest Seam does not know.
pub(super) fn no_guest(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let hotel = view.hotel;
    if !hotel.is_read(Resource::Identities) || hotel.store.guests.get(view.guest).is_some() {
        return;
    }
    let since = made(view);
    let opens = view.methods.iter().any(|m| m.is_issued || m.mode() == Mode::Card);
    if view.has_ended(timer) || !opens || !timer.reached(plus(since, view.settings().register_grace)) {
        return;
    }
    let why = "this access belongs to a guest Seam no longer knows: find out whose it is";
    out.push(view.alert(Rule::GrantWithoutGuest, Severity::P2, since, why).fix(&[Fix::CheckOut, Fix::Why]));
}
