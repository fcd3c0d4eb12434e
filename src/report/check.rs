//! Which points a stay and an alert put on the checklist.

use chrono::{DateTime, Utc};

use super::item::{About, Cause, Item, ItemId, Section, Why};
use super::standing::Standing;
use crate::journal::Record;
use crate::property::{Alert, Evidence, Fix, KeyState, Property, Severity, Stay, StayClass, StayId, Subject};
use crate::text::Text;

/// Where an alert belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On the list, under a section.
    On(Section),
    /// Told by an item of its stay, or by what could not be read.
    Told,
    /// For the daytime: counted, not listed.
    Hygiene,
}

/// The section of an alert. Rules are told by their names, so that one that is new here is still listed,
/// by what it is about.
pub(super) fn place(alert: &Alert) -> Place {
    match alert.id.rule.name() {
        "overstay" | "cards-to-cut" | "stale-card" | "card-not-ready" | "assign-tag" => Place::Told,
        "screen-old" | "bad-record" => Place::Told,
        "no-show" => Place::On(Section::NoShows),
        "ended-but-issued" | "stuck-revoke" | "ghost-card" | "unlock-no-grant" => {
            Place::On(Section::Outliving)
        }
        "no-usable-key"
        | "reissue-gap"
        | "not-issued-soon"
        | "pin-differs"
        | "instant-key-expires"
        | "access-denied"
        | "two-reservations"
        | "missing-doors"
        | "no-room-door"
        | "user-fault"
        | "changed-outside"
        | "lock-cannot-hold"
            if alert.stay.is_some() =>
        {
            Place::On(Section::NoKey)
        }
        "mutation-too-old" | "attempt-hanging" => Place::On(Section::Stuck),
        _ => match (&alert.id.subject, alert.severity) {
            (Subject::Door(_) | Subject::Lock(_), Severity::P3) if alert.stay.is_some() => {
                Place::On(Section::Things)
            }
            (_, Severity::P3) => Place::Hygiene,
            (Subject::Door(_) | Subject::Lock(_) | Subject::System(_) | Subject::Encoder(_), _) => {
                Place::On(Section::Things)
            }
            _ => Place::On(Section::Other),
        },
    }
}

/// The item of an alert, where it makes one.
pub(super) fn of_alert(p: &Property, alert: &Alert) -> Option<Item> {
    let Place::On(section) = place(alert) else { return None };
    let stay = alert.stay.as_ref().and_then(|id| p.stay(id));
    let (who, why) = match (&alert.id.subject, stay) {
        // A door is told in the sentence, so that the guest it hurts stands in front.
        (Subject::Door(_) | Subject::Lock(_), Some(stay)) => (stay.name.clone(), at_door(alert)),
        (_, stay) => {
            let who = alert.who.clone().or_else(|| stay.map(|s| s.name.clone()));
            (who.unwrap_or_default(), alert.why.clone())
        }
    };
    Some(Item {
        id: ItemId { section, about: About::Alert(alert.id.clone()) },
        severity: alert.severity,
        room: alert.room.clone().unwrap_or_default(),
        who,
        class: stay.map(|s| s.class),
        since: Some(alert.since),
        until: stay.and_then(|s| s.ends_at()),
        stay: alert.stay.clone(),
        why: Why::Said(why),
        cause: Cause::of(p, alert),
        fixes: alert.fixes,
        keys: stay.map(|s| s.keys()),
        door: stay.and_then(last_door),
        alert: Some(alert.id.clone()),
        standing: Standing::of(p, alert),
    })
}

/// What an alert says, with the door's name before it where it is not the room's.
fn at_door(alert: &Alert) -> Text {
    match &alert.who {
        Some(door) if alert.room.as_ref() != Some(door) => Text::new(format!("{door}: {}", alert.why)),
        _ => alert.why.clone(),
    }
}

/// The items of a stay; cards count that are needed before `horizon`. Nothing here looks at a clock: what
/// is true of a stay changes with the stay, and then it is looked at again.
pub(super) fn of_stay(p: &Property, stay: &Stay, horizon: DateTime<Utc>) -> [Option<Item>; 3] {
    [departure(p, stay), arrival(p, stay), cards(p, stay, horizon)]
}

// What opens after the end stands in a section of its own, so it makes nothing worse here.
fn departure(p: &Property, stay: &Stay) -> Option<Item> {
    let why = match stay.class {
        StayClass::DueOut => Why::DueOut(stay.ends_at()),
        StayClass::Overstay => Why::Overstay(stay.ends_at()),
        _ => return None,
    };
    let told = told(p, &stay.id, &["overstay"]);
    let item = item(stay, Section::Departures, told.map_or(Severity::P2, |a| a.severity), why);
    let item = by(p, told, item);
    Some(Item { fixes: &[Fix::CheckOut, Fix::Extend], since: stay.ends_at(), ..item })
}

fn arrival(p: &Property, stay: &Stay) -> Option<Item> {
    let is_told = || told(p, &stay.id, &["no-show"]).is_some();
    match stay.class {
        StayClass::DueIn => {}
        // A candidate whose access is live stands in a section of its own.
        StayClass::NoShow if !is_told() => {}
        _ => return None,
    }
    let item = item(stay, Section::Arrivals, Severity::P3, Why::NotArrived(stay.starts_at()));
    Some(Item { fixes: &[Fix::Extend, Fix::CheckOut], since: stay.starts_at(), ..item })
}

fn cards(p: &Property, stay: &Stay, horizon: DateTime<Utc>) -> Option<Item> {
    let waits = matches!(
        stay.keys().card,
        KeyState::ToCut(_) | KeyState::Recut(_) | KeyState::Mixed { .. } | KeyState::Assign(_)
    );
    let is_needed = stay.class != StayClass::Departed && stay.starts_at().is_none_or(|start| start < horizon);
    if !waits || !is_needed {
        return None;
    }
    let told = told(p, &stay.id, &["stale-card", "card-not-ready", "cards-to-cut", "assign-tag"]);
    let severity = told.map_or(Severity::P2, |a| a.severity);
    let item = by(p, told, item(stay, Section::Cards, severity, Why::Cut(stay.keys().card)));
    Some(Item { fixes: &[Fix::Cards], ..item })
}

/// The worst of a stay's alerts by these rules; of equals the one named first.
fn told<'a>(p: &'a Property, stay: &StayId, rules: &[&str]) -> Option<&'a Alert> {
    let alerts = p.alerts_of(&Subject::Stay(stay.clone()));
    let named = rules.iter().filter_map(|name| alerts.iter().find(|a| a.id.rule.name() == *name));
    named.min_by_key(|a| a.severity)
}

/// What an alert tells of a stay, in the words of the alert where there is one.
fn by(p: &Property, told: Option<&Alert>, item: Item) -> Item {
    match told {
        Some(alert) => Item {
            why: Why::Said(alert.why.clone()),
            cause: Cause::of(p, alert),
            alert: Some(alert.id.clone()),
            standing: Standing::of(p, alert),
            ..item
        },
        None => item,
    }
}

fn item(stay: &Stay, section: Section, severity: Severity, why: Why) -> Item {
    Item {
        id: ItemId { section, about: About::Stay(stay.id.clone()) },
        severity,
        room: stay.room.clone(),
        who: stay.name.clone(),
        class: Some(stay.class),
        since: None,
        until: stay.ends_at(),
        stay: Some(stay.id.clone()),
        why,
        cause: None,
        fixes: &[],
        keys: Some(stay.keys()),
        door: last_door(stay),
        alert: None,
        standing: None,
    }
}

fn last_door(stay: &Stay) -> Option<DateTime<Utc>> {
    let opened = stay.evidence().into_iter().filter_map(|e| match e {
        Evidence::DoorOpened { at, .. } => Some(at),
        _ => None,
    });
    opened.max()
}

/// An action of which nobody knows how it ended.
pub(super) fn unsettled(record: &Record) -> Item {
    let intent = &record.intent;
    let what = intent.action.replace('_', " ");
    let why = match record.outcome() {
        "interrupted" => format!("{what} by {} was interrupted: look what became of it", intent.who.name()),
        _ => format!("nobody knows how {what} by {} ended: look", intent.who.name()),
    };
    Item {
        id: ItemId { section: Section::Stuck, about: About::Run(intent.id) },
        severity: Severity::P2,
        room: intent.room.clone(),
        who: intent.guest.clone(),
        class: None,
        since: Some(intent.at),
        until: None,
        stay: None,
        why: Why::Said(Text::new(why)),
        cause: None,
        fixes: &[Fix::Why],
        keys: None,
        door: None,
        alert: None,
        standing: None,
    }
}
