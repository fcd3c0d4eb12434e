//! Doors and locks: offline, batteries, privacy, and whom it hurts.

use chrono::{DateTime, Utc};

use super::{
    Alert, AlertId, Fix, Notice, Property, Rule, Severity, Subject, Text, Timer, ghosts, notices, outside,
    plus, uses,
};
use crate::order::Arrange as _;
use crate::property::agenda::About;
use crate::property::rooms::oldest;
use crate::property::store::Door;
use crate::property::{Stay, StayClass};
use crate::seam::model::BatteryStatus;

const PRIVATE: [&str; 3] = ["privacy_mode", "salto_ks_privacy_mode", "salto_ks_office_mode"];

/// How empty a battery is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Charge {
    Low,
    Critical,
}

/// Whom a door concerns tonight.
#[derive(Default)]
struct Hurt<'a> {
    /// An arrival, an end or a change within the look-ahead.
    moving: Option<&'a Stay>,
    /// Somebody who is in the house.
    staying: Option<&'a Stay>,
}

impl<'a> Hurt<'a> {
    fn first(&self) -> Option<&'a Stay> {
        self.moving.or(self.staying)
    }
}

/// Whether a code is told by a door being private.
pub(super) fn means_private(code: &str) -> bool {
    PRIVATE.contains(&code)
}

fn warnings(hotel: &Property, door: Door) -> &[Notice] {
    match door {
        Door::Entrance(key) => hotel.store.entrances.get(key).map_or(&[], |e| &e.warnings),
        Door::Device(key) => hotel.store.devices.get(key).map_or(&[], |d| &d.warnings),
    }
}

fn errors(hotel: &Property, door: Door) -> &[Notice] {
    match door {
        Door::Entrance(key) => hotel.store.entrances.get(key).map_or(&[], |e| &e.errors),
        Door::Device(key) => hotel.store.devices.get(key).map_or(&[], |d| &d.errors),
    }
}

/// How empty the battery of a door is, if it is low: by the status, else by the level.
fn charge(hotel: &Property, door: Door) -> Option<Charge> {
    let by_level = |percent: f64| {
        let (low, critical) = (hotel.settings.battery_low, hotel.settings.battery_critical);
        if percent < f64::from(critical) {
            return Some(Charge::Critical);
        }
        (percent < f64::from(low)).then_some(Charge::Low)
    };
    match door {
        Door::Device(key) => {
            let properties = &hotel.store.devices.get(key)?.properties;
            match properties.battery.as_ref().map(|b| (b.status, b.level)) {
                Some((BatteryStatus::Critical, _)) => Some(Charge::Critical),
                Some((BatteryStatus::Low, _)) => Some(Charge::Low),
                Some((BatteryStatus::Good | BatteryStatus::Full, _)) => None,
                Some((BatteryStatus::Unknown, level)) => by_level(level * 100.0),
                None => properties.battery_level.and_then(|level| by_level(level * 100.0)),
            }
        }
        Door::Entrance(key) => {
            let words = hotel.store.entrances.get(key)?.battery_level.as_ref()?.to_ascii_lowercase();
            match words.trim_end_matches('%').parse::<f64>() {
                Ok(percent) => by_level(percent),
                Err(_) if words.contains("critical") || words.contains("very") => Some(Charge::Critical),
                Err(_) if words.contains("low") => Some(Charge::Low),
                Err(_) => None,
            }
        }
    }
}

/// Whether privacy or office mode is on: the notice with its time, or only a flag.
fn private(hotel: &Property, door: Door) -> Option<Option<&Notice>> {
    let notice = oldest(warnings(hotel, door), &PRIVATE);
    let flag = match door {
        Door::Entrance(key) => hotel.store.entrances.get(key).is_some_and(|e| e.privacy_mode),
        Door::Device(_) => false,
    };
    (flag || notice.is_some()).then_some(notice)
}

/// Whether what a door says depends on the stays behind it.
pub(super) fn needs_stays(hotel: &Property, door: Door) -> bool {
    hotel.offline(door).is_some() || charge(hotel, door).is_some() || private(hotel, door).is_some()
}

/// The alerts of a door or a lock.
pub(super) fn alerts(hotel: &Property, door: Door, timer: &mut Timer) -> Vec<Alert> {
    let Some(subject) = hotel.door_subject(door).filter(|_| hotel.door_name(door).is_some()) else {
        return Vec::new();
    };
    let hurt = if needs_stays(hotel, door) { hurt(hotel, door, timer) } else { Hurt::default() };
    let view = DoorView { hotel, door, subject, hurt };
    let mut out = Vec::new();
    out.extend(view.offline());
    out.extend(view.battery());
    out.extend(view.privacy());
    out.extend(ghosts::ghost_card(&view, timer));
    out.extend(uses::unlock_without_grant(&view, timer));
    out.extend(uses::access_denied(&view, &out, timer));
    if let Some(changed) = hotel.topic_of(door).and_then(|topic| outside::changed(hotel, &topic, timer)) {
        out.push(
            view.alert(outside::RULE, outside::SEVERITY, changed.since, changed.why).fix(outside::FIXES),
        );
    }
    notices::of_door(
        errors(hotel, door),
        warnings(hotel, door),
        &mut out,
        |rule, severity, since, why| view.alert(rule, severity, since, why),
        view.first_seen(),
    );
    // Every lock repeats what its system says of the seats.
    let seats = hotel.seats_full();
    for alert in out.iter_mut().filter(|alert| alert.id.rule == Rule::SeatsFull) {
        alert.parent.clone_from(&seats);
    }
    out
}

/// Whom a door hurts. A common door is everybody's, and nobody is looked up for it.
fn hurt<'a>(hotel: &'a Property, door: Door, timer: &mut Timer) -> Hurt<'a> {
    let mut hurt = Hurt::default();
    if !hotel.is_guest_door(door) {
        return hurt;
    }
    let ahead = hotel.settings.look_ahead;
    let stays = hotel.stays_behind(door);
    let mut stays: Vec<&Stay> = stays.iter().filter_map(|key| hotel.stay_at(*key)).collect();
    stays.arrange_by_key(|stay| (stay.starts_at(), stay.id.clone()));
    for stay in stays.into_iter().filter(|stay| stay.class != StayClass::Departed) {
        let near = |timer: &mut Timer, at: DateTime<Utc>| timer.reached(plus(at, -ahead));
        let starts = stay.starts_at().is_none_or(|at| timer.reached(at));
        let arrives = !starts && stay.starts_at().is_some_and(|at| near(timer, at));
        let leaves = starts && stay.ends_at().is_some_and(|at| near(timer, at));
        let changes = (starts || arrives) && hotel.has_pending(stay);
        if (arrives || leaves || changes) && hurt.moving.is_none() {
            hurt.moving = Some(stay);
        }
        if starts && hurt.staying.is_none() {
            hurt.staying = Some(stay);
        }
    }
    hurt
}

/// A door as its rules see it.
pub(super) struct DoorView<'a> {
    pub(super) hotel: &'a Property,
    pub(super) door: Door,
    subject: Subject,
    hurt: Hurt<'a>,
}

impl DoorView<'_> {
    /// When an access to the door ended last.
    pub(super) fn vacated(&self) -> Option<DateTime<Utc>> {
        match self.door {
            Door::Entrance(key) => self.hotel.store.entrances.row(key)?.links.vacated.get(),
            Door::Device(key) => self.hotel.store.devices.row(key)?.links.vacated.get(),
        }
    }

    pub(super) fn alert(&self, rule: Rule, severity: Severity, since: DateTime<Utc>, why: Text) -> Alert {
        let rooms = self.hotel.rooms_of_door(self.door);
        let rooms: Vec<Text> = rooms.iter().map(|room| self.hotel.space_label(*room)).collect();
        Alert {
            id: AlertId { rule, subject: self.subject.clone() },
            severity,
            since,
            is_dated: true,
            room: Some(Text::new(rooms.join("+"))).filter(|room| !room.is_empty()),
            who: self.hotel.door_name(self.door).cloned(),
            stay: self.hurt.first().map(|stay| stay.id.clone()),
            why,
            fixes: &[],
            parent: None,
        }
    }

    /// Since when, where the records do not say: the alert's own memory, else the record's age.
    fn first_seen(&self) -> DateTime<Utc> {
        match self.door {
            Door::Entrance(key) => self.hotel.store.entrances.row(key).map(|row| row.as_of()),
            Door::Device(key) => self.hotel.store.devices.row(key).map(|row| row.as_of()),
        }
        .unwrap_or_default()
    }

    /// Since when by the records.
    fn told(&self, notice: Option<&Notice>, events: &[&str]) -> Option<DateTime<Utc>> {
        let told = notice.and_then(|n| n.created_at);
        let happened = || {
            let topic = self.hotel.topic_of(self.door)?;
            let mut log = self.hotel.log.of(&topic);
            log.find(|(_, e)| events.contains(&e.event_type.as_str())).map(|(at, _)| at)
        };
        told.or_else(happened)
    }

    fn since(&self, rule: &Rule, told: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let known = || self.hotel.known_since(About::Door(self.door), rule);
        told.or_else(known).unwrap_or_else(|| self.first_seen())
    }

    fn offline(&self) -> Option<Alert> {
        let notice = self.hotel.offline(self.door)?;
        let told = self.told(notice, &["device.disconnected"]);
        let since = self.since(&Rule::DoorOffline, told);
        let (severity, whom) = match (self.hurt.moving, self.hurt.staying) {
            (Some(stay), _) => (Severity::P1, format!("{} is {} here", stay.name, stay.class)),
            (None, Some(stay)) => (Severity::P2, format!("{} stays here", stay.name)),
            (None, None) if self.hotel.is_guest_door(self.door) => {
                (Severity::P3, "nobody is due here".into())
            }
            (None, None) => (Severity::P2, "a common door".into()),
        };
        let why = Text::new(format!("offline: no change reaches it; {whom}"));
        let down = self.hotel.system_of(self.door).filter(|system| self.hotel.is_down(*system));
        let system = down
            .and_then(|key| self.hotel.store.systems.get(key))
            .map(|system| AlertId { rule: Rule::SystemDown, subject: Subject::System(system.id.clone()) });
        let alert =
            self.alert(Rule::DoorOffline, severity, since, why).fix(&[Fix::Why, Fix::Move, Fix::PollNow]);
        Some(alert.undated(told.is_none()).under(system))
    }

    fn battery(&self) -> Option<Alert> {
        let charge = charge(self.hotel, self.door)?;
        let events = ["device.low_battery", "device.battery_status_changed"];
        let told = self.told(None, &events);
        let since = self.since(&Rule::Battery, told);
        let word = if charge == Charge::Critical { "critical" } else { "low" };
        let is_guest = self.hotel.is_guest_door(self.door);
        let (severity, whom) = match (self.hurt.first(), charge) {
            (Some(stay), Charge::Critical) => (Severity::P1, format!("{} is {} here", stay.name, stay.class)),
            (Some(stay), Charge::Low) => (Severity::P2, format!("{} is {} here", stay.name, stay.class)),
            (None, _) if is_guest => (Severity::P3, "nobody is due here".to_owned()),
            (None, Charge::Critical) => (Severity::P1, "a common door".to_owned()),
            (None, Charge::Low) => (Severity::P2, "a common door".to_owned()),
        };
        let why = Text::new(format!("battery {word}: change it before the lock dies; {whom}"));
        let alert = self.alert(Rule::Battery, severity, since, why).undated(told.is_none());
        Some(alert.fix(&[Fix::Move, Fix::None]))
    }

    fn privacy(&self) -> Option<Alert> {
        let notice = private(self.hotel, self.door)?;
        let told = self.told(notice, &["device.salto.privacy_mode_activated"]);
        let since = self.since(&Rule::Privacy, told);
        let is_office = notice.is_some_and(|n| n.code == "salto_ks_office_mode");
        let mode = if is_office { "office" } else { "privacy" };
        let advice = match self.hurt.staying {
            Some(stay) => format!("{} may be inside, bolted in", stay.name),
            None => "nobody stays here, send someone".to_owned(),
        };
        let why = Text::new(format!("{mode} mode: codes and mobile keys do not open; {advice}"));
        let alert = self.alert(Rule::Privacy, Severity::P2, since, why).undated(told.is_none());
        Some(alert.fix(&[Fix::Why]))
    }
}
