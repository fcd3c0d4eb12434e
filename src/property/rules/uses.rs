//! What doors report of their use: opened where nobody has access, refused where somebody stays.
//!
//! `lock.unlocked` and `lock.access_denied` name a lock (`device_id`); that they also name a door of an
//! access system (`acs_entrance_id`) and a guest is not documented. Where they do not, these rules
//! cannot see it and stay silent.

use chrono::{DateTime, NaiveTime, Utc};

use super::doors::DoorView;
use super::{Alert, AlertId, Fix, Rule, Severity, Subject, Text, Timer, plus};
use crate::order::Arrange as _;
use crate::property::agenda::About;
use crate::property::{Resource, Stay};
use crate::seam::model::Event;

/// The ways of opening a door that need a key in somebody's hand.
const BY_KEY: [&str; 2] = ["card", "keycode"];

fn covers(stay: &Stay, at: DateTime<Utc>, grace: chrono::TimeDelta) -> bool {
    stay.starts_at().is_none_or(|start| plus(start, -grace) <= at)
        && stay.ends_at().is_none_or(|end| at <= plus(end, grace))
}

/// Whether a time of day is in a watch that may go over midnight.
fn is_watched(time: NaiveTime, from: NaiveTime, until: NaiveTime) -> bool {
    if from <= until { (from..until).contains(&time) } else { time >= from || time < until }
}

/// The door was opened with a card or a PIN at night, and nobody has access. Staff whose keys the lock
/// system made by itself cannot be told apart.
pub(super) fn unlock_without_grant(view: &DoorView<'_>, timer: &mut Timer) -> Option<Alert> {
    let hotel = view.hotel;
    let topic = hotel.topic_of(view.door)?;
    if !hotel.is_guest_door(view.door) || !hotel.is_read(Resource::Grants) {
        return None;
    }
    let s = &hotel.settings;
    let stays = hotel.stays_behind(view.door);
    let stays: Vec<&Stay> = stays.iter().filter_map(|key| hotel.stay_at(*key)).collect();
    // What happened before the hotel was known, or while somebody still had access, may have been right.
    let from = view.vacated().map_or(hotel.born, |at| at.max(hotel.born));
    let mut newest: Option<(DateTime<Utc>, &Event)> = None;
    let mut times = 0_usize;
    for (at, event) in hotel.log.of(&topic) {
        if at <= from || timer.reached(plus(at, s.unlock_kept)) {
            break;
        }
        let by_key = event.method.as_deref().is_some_and(|how| BY_KEY.contains(&how));
        let time = hotel.zone.local(at).time();
        if event.event_type != "lock.unlocked"
            || !by_key
            || !is_watched(time, s.watch_from, s.watch_until)
            || !timer.reached(plus(at, s.unlock_settle))
            || stays.iter().any(|stay| covers(stay, at, s.unlock_grace))
        {
            continue;
        }
        times += 1;
        newest = newest.or(Some((at, event)));
    }
    let (at, event) = newest?;
    let how = if event.method.as_deref() == Some("keycode") { "a PIN" } else { "a card" };
    let often = if times > 1 { format!(", {times} times tonight") } else { String::new() };
    let why = format!("opened with {how} though nobody has access{often}; look, it may be staff");
    let alert = view.alert(Rule::UnlockNoGrant, Severity::P1, at, Text::new(why));
    Some(alert.fix(&[Fix::Why, Fix::PollNow]))
}

/// The door refuses somebody again and again. It is over when the door opens, or after a while.
pub(super) fn access_denied(view: &DoorView<'_>, out: &[Alert], timer: &mut Timer) -> Option<Alert> {
    let hotel = view.hotel;
    let topic = hotel.topic_of(view.door)?;
    if !hotel.is_guest_door(view.door) {
        return None;
    }
    let s = &hotel.settings;
    let mut refusals: Vec<(DateTime<Utc>, &Event)> = Vec::new();
    for (at, event) in hotel.log.of(&topic) {
        match event.event_type.as_str() {
            "lock.unlocked" => break,
            "lock.access_denied" => {
                if refusals.first().is_some_and(|(last, _)| plus(at, s.denial_window) < *last) {
                    break;
                }
                refusals.push((at, event));
            }
            _ => {}
        }
    }
    let (last, event) = *refusals.first()?;
    let (begun, _) = *refusals.last()?;
    if refusals.len() < s.denials || timer.reached(plus(last, s.denial_kept)) {
        return None;
    }
    let stays = hotel.stays_behind(view.door);
    let mut stays: Vec<&Stay> = stays.iter().filter_map(|key| hotel.stay_at(*key)).collect();
    stays.arrange_by_key(|stay| &stay.id);
    let stay = stays.into_iter().find(|stay| covers(stay, last, s.unlock_grace))?;
    let reason = event.reason.as_deref().map(|r| format!(" ({})", r.replace('_', " "))).unwrap_or_default();
    let why = format!("refused {} times{reason}: {} may stand at the door", refusals.len(), stay.name);
    let mut alert = view.alert(Rule::AccessDenied, Severity::P1, begun, Text::new(why));
    alert.stay = Some(stay.id.clone());
    alert.who = Some(stay.name.clone());
    Some(alert.fix(&[Fix::Why, Fix::Cards, Fix::InstantKey]).under(cause(view, stay, out)))
}

/// Why a door refuses: what is wrong with the door itself, else with the guest's keys.
fn cause(view: &DoorView<'_>, stay: &Stay, out: &[Alert]) -> Option<AlertId> {
    let own = [Rule::DoorOffline, Rule::Privacy];
    if let Some(alert) = out.iter().find(|alert| own.contains(&alert.id.rule)) {
        return Some(alert.parent.clone().unwrap_or_else(|| alert.id.clone()));
    }
    let keys = [Rule::NoUsableKey, Rule::ReissueGap, Rule::StaleCard, Rule::TwoReservations];
    let key = view.hotel.stays.key(&stay.id)?;
    let alerts = view.hotel.alerts.get(&About::Stay(key))?;
    let found = keys.iter().find_map(|rule| alerts.iter().find(|alert| alert.id.rule == *rule))?;
    let id = AlertId { rule: found.id.rule.clone(), subject: Subject::Stay(stay.id.clone()) };
    Some(found.parent.clone().unwrap_or(id))
}
