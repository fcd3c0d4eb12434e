//! The night on which the clocks change.

use chrono::{DateTime, NaiveTime, Offset, TimeDelta, Utc};

use super::{Alert, AlertId, Fix, Property, Rule, Severity, Subject, Text, Timer, plus};
use crate::property::clock::at_time;
use crate::property::{BusinessDate, Resource, Zone};

fn offset(zone: Zone, at: DateTime<Utc>) -> i32 {
    zone.local(at).offset().fix().local_minus_utc()
}

/// When the clocks change in the night that follows a business date, and by how much they go forward.
fn change(zone: Zone, date: BusinessDate) -> Option<(DateTime<Utc>, TimeDelta)> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let mut before = at_time(zone, date.date(), noon);
    let mut after = at_time(zone, date.next().date(), noon);
    let (old, new) = (offset(zone, before), offset(zone, after));
    if old == new {
        return None;
    }
    while after.signed_duration_since(before) > TimeDelta::seconds(1) {
        let middle = before + after.signed_duration_since(before) / 2;
        if offset(zone, middle) == old { before = middle } else { after = middle }
    }
    // Clocks change on a full second.
    let at = DateTime::from_timestamp(after.timestamp(), 0).unwrap_or(after);
    Some((at, TimeDelta::seconds(i64::from(new - old))))
}

/// The clocks change tonight: keys that are timed by the wall may be off.
pub(super) fn tonight(hotel: &Property, timer: &mut Timer) -> Option<Alert> {
    let (at, by) = change(hotel.zone, hotel.business_date)?;
    let margin = hotel.settings.clock_change;
    if !timer.reached(plus(at, -margin)) || timer.reached(plus(at, margin)) {
        return None;
    }
    let verb = if timer.reached(at) { "went" } else { "go" };
    let way = if by > TimeDelta::zero() { "forward" } else { "back" };
    // As the wall shows it before the change.
    let wall = (hotel.zone.local(at).naive_local() - by).format("%H:%M");
    let minutes = by.num_minutes().abs();
    let why = format!("the clocks {verb} {way} {minutes} minutes at {wall}: keys may be off, test a door");
    Some(Alert {
        id: AlertId { rule: Rule::TimeZone, subject: Subject::Screen(Resource::Workspace) },
        severity: Severity::P2,
        since: plus(at, -margin),
        is_dated: true,
        room: None,
        who: Some(Text::new(Resource::Workspace.word())),
        stay: None,
        why: Text::new(why),
        fixes: &[Fix::None],
        parent: None,
    })
}
