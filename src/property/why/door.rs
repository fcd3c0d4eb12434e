//! What the door itself explains, and what it said when it refused.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::CauseKind::{
    Battery, CardDates, Ended, NotEncoded, NotStarted, Offline, OldKey, Overridden, PinReplaced, Privacy,
    Refused, ReissueGap, StaleCard, SystemDown, WrongRoom,
};
use super::Certainty::{Likely, Possible, Sure};
use super::{Case, CauseKind, Proof};
use crate::property::agenda::About;
use crate::property::store::Door;
use crate::property::{Alert, Fix, Rule, Severity};

/// Refusals older than this are another story.
const RECENT: TimeDelta = TimeDelta::hours(2);

/// What a reason of `lock.access_denied` points to. Reasons are not documented; each brand has its own.
const REASONS: &[(&[&str], &[CauseKind], &str)] = &[
    (
        &["expired", "validity", "schedule", "time", "date"],
        &[Ended, NotStarted, CardDates, StaleCard],
        "the lock says that the key is out of its dates: read the card",
    ),
    (&["privacy", "deadbolt", "office", "bolt"], &[Privacy], "the lock says that it is bolted from inside"),
    (&["battery", "power"], &[Battery], "the lock says that it has no power"),
    (
        &["overrid", "cancel", "replac", "blacklist", "denylist"],
        &[Overridden, OldKey],
        "the lock says that the key was replaced by a later one",
    ),
    (
        &["code", "pin"],
        &[PinReplaced, ReissueGap, OldKey],
        "the lock says that it does not know the PIN: it may be mistyped, or not the one it has",
    ),
    (
        &["unknown", "invalid", "unauthor", "not_allowed", "no_access", "wrong"],
        &[NotEncoded, WrongRoom, Overridden, ReissueGap],
        "the lock says that it does not know the key: read the card",
    ),
];

/// Looks at the doors of the case, and at the systems behind them.
pub(super) fn look(case: &mut Case<'_>) {
    for door in case.doors.clone() {
        let alerts = case.alerts(About::Door(door));
        alerts.iter().for_each(|alert| of_door(case, alert));
        if let Some(system) = case.hotel.system_of(door) {
            let alerts = case.alerts(About::System(system));
            alerts.iter().filter(|a| a.id.rule == Rule::SystemDown).for_each(|a| of_system(case, a));
        }
        let named = case.hotel.door_name(door).cloned();
        if alerts.is_empty()
            && let Some(name) = named
        {
            case.fine(format!("{name}: nothing is wrong with the door"), None);
        }
    }
    wrong_door(case);
}

fn of_door(case: &mut Case<'_>, alert: &Alert) {
    let proof = vec![Proof::of(alert)];
    match alert.id.rule {
        Rule::DoorOffline => {
            let late = case.methods.iter().any(|m| m.issued_at().is_some_and(|at| at >= alert.since));
            let certainty = if late || case.has_pending() { Likely } else { Possible };
            let says = "the door is offline: a key or a change from after that has not reached it";
            case.add(Offline, certainty, says, proof, &[Fix::Move, Fix::PollNow]);
        }
        Rule::Privacy => {
            let says =
                "privacy or office mode is on: PINs and phones do not open until it is switched off inside";
            case.add(Privacy, Likely, says, proof, &[]);
        }
        Rule::Battery if alert.severity == Severity::P1 => {
            let says = "the battery is nearly empty: the lock may not have the power to open";
            case.add(Battery, Likely, says, proof, &[Fix::Move]);
        }
        Rule::Battery => {
            case.add(
                Battery,
                Possible,
                "the battery is low: the lock may be slow or silent",
                proof,
                &[Fix::Move],
            );
        }
        _ => {}
    }
}

fn of_system(case: &mut Case<'_>, alert: &Alert) {
    let certainty = if case.has_pending() { Likely } else { Possible };
    let says = "the lock system is not reached: no key is cut, changed or sent to a door until it is back";
    case.add(SystemDown, certainty, says, vec![Proof::of(alert)], &[Fix::PollNow]);
}

/// The guest was refused at a door that is not theirs.
fn wrong_door(case: &mut Case<'_>) {
    let Some(stay) = case.stay else { return };
    let own = case.hotel.doors_of(&stay.id);
    let mut found = Vec::new();
    for (at, event) in case.hotel.log.newest() {
        if case.now.signed_duration_since(at) > RECENT {
            break;
        }
        if event.event_type != "lock.access_denied" || event.user_identity_id.as_ref() != Some(stay.guest()) {
            continue;
        }
        let entrance = event.acs_entrance_id.as_ref().filter(|id| !own.entrances.contains(id));
        let device = event.device_id.as_ref().filter(|id| !own.devices.contains(id));
        let entrance = entrance.and_then(|id| case.hotel.entrance(id)).map(|e| &e.display_name);
        let device = device.and_then(|id| case.hotel.device(id)).map(|d| &d.display_name);
        found.extend(entrance.or(device).map(|name| (name.clone(), at)));
    }
    let Some((name, _)) = found.first() else { return };
    let says = format!("the guest tries a door that is not theirs: {name}");
    let proofs =
        found.iter().map(|(name, at)| Proof::new(format!("{name} refused this guest"), *at)).collect();
    case.add(WrongRoom, Sure, says, proofs, &[]);
}

/// Refusals of the doors of the case by reason: how many, and the last.
fn refusals(case: &Case<'_>) -> BTreeMap<String, (usize, DateTime<Utc>)> {
    let mut found: BTreeMap<String, (usize, DateTime<Utc>)> = BTreeMap::new();
    for topic in case.doors.iter().filter_map(|door: &Door| case.hotel.topic_of(*door)) {
        for (at, event) in case.hotel.log.of(&topic) {
            // Whoever was refused before the door opened got in.
            if event.event_type == "lock.unlocked" || case.now.signed_duration_since(at) > RECENT {
                break;
            }
            if event.event_type == "lock.access_denied" {
                let reason = event.reason.as_deref().unwrap_or_default().to_lowercase();
                let entry = found.entry(reason).or_insert((0, at));
                *entry = (entry.0 + 1, entry.1.max(at));
            }
        }
    }
    found
}

/// A reason the lock gave makes the cause it points to more certain; one that points to nothing is told.
pub(super) fn heed_refusals(case: &mut Case<'_>) {
    for (reason, (times, last)) in refusals(case) {
        let often = if times == 1 { "once".to_owned() } else { format!("{times} times") };
        let said = reason.replace('_', " ");
        let words = match said.as_str() {
            "" => format!("the door refused {often} and gave no reason"),
            said => format!("the door refused {often}: {said}"),
        };
        let proof = Proof::new(words, last);
        let known = REASONS.iter().find(|(parts, ..)| parts.iter().any(|part| reason.contains(part)));
        let kinds = known.map_or(&[][..], |(_, kinds, _)| kinds);
        match case.causes.iter_mut().filter(|c| kinds.contains(&c.kind)).min_by_key(|c| (c.certainty, c.kind))
        {
            Some(cause) => {
                cause.certainty = cause.certainty.raised();
                cause.proofs.push(proof);
            }
            None => {
                let says = known.map_or("the door refused, and did not say why", |(_, _, says)| says);
                let certainty = if known.is_some() { Likely } else { Possible };
                case.add(Refused, certainty, says, vec![proof], &[Fix::ReadCard]);
            }
        }
    }
}
