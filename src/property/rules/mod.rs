//! The rules that raise alerts, a small file a family. Each looks at one subject, asks the [`Timer`]
//! for every instant that matters, and says what is wrong in one sentence.
//!
//! To add a rule: a name in [`Rule`], a function here or in a new file, a line in its family's list, a row in
//! `docs/alerts.md` and one in `tests/table`, and its trouble in the whole night of the integration tests.

mod accounts;
mod cards;
mod clocks;
mod codes;
mod doors;
mod ends;
mod ghosts;
mod guests;
mod keys;
mod notices;
mod outside;
mod overlaps;
mod party;
mod phones;
mod pins;
mod screens;
mod shape;
mod support;
mod systems;
mod tags;
mod uses;

pub(super) use codes::words;

use chrono::{DateTime, TimeDelta, Utc};

use super::agenda::{About, Timer, plus};
use super::hotel::Property;
use super::record::{Grant, Method};
use super::rooms::Doors;
use super::shade::{NO_SHADE, Shade};
use super::store::Door;
use super::table::Key;
use super::{Alert, AlertId, Fix, Rule, Settings, Severity, Stay, Subject};
use crate::seam::model::{Mode, Notice};
use crate::text::Text;

/// A stay as its rules see it.
struct StayView<'a> {
    hotel: &'a Property,
    stay: &'a Stay,
    guest: Key,
    shade: &'a Shade,
    rooms: &'a [Key],
    grant_keys: &'a [Key],
    grants: Vec<&'a Grant>,
    methods: Vec<&'a Method>,
    doors: Doors,
    /// Whether the desk has just acted on the stay, so that what follows from it is no news.
    is_forgiven: bool,
    /// What is wrong behind the stay's doors and explains trouble with its keys.
    cause: Option<AlertId>,
}

type StayRule = fn(&StayView<'_>, &mut Timer, &mut Vec<Alert>);

/// The rules of a stay, in the order in which one may take the word from the next.
const STAY_RULES: [StayRule; 22] = [
    keys::no_usable_key,
    keys::reissue_gap,
    keys::not_issued_soon,
    cards::stale_card,
    keys::mutation_too_old,
    ends::stuck_revoke,
    ends::ended_but_issued,
    ends::overstay,
    ends::no_show,
    cards::cards_to_cut,
    cards::card_not_ready,
    pins::pin_differs,
    phones::instant_key_expires,
    overlaps::conflicts,
    overlaps::same_pin,
    party::one_phone_only,
    tags::assign_tag,
    shape::no_reservation_key,
    shape::no_room_door,
    shape::missing_doors,
    shape::odd_dates,
    shape::no_guest,
];

impl StayView<'_> {
    fn settings(&self) -> &Settings {
        &self.hotel.settings
    }

    /// An alert of this stay.
    fn alert(&self, rule: Rule, severity: Severity, since: DateTime<Utc>, why: impl AsRef<str>) -> Alert {
        Alert {
            id: AlertId { rule, subject: Subject::Stay(self.stay.id.clone()) },
            severity,
            since,
            is_dated: true,
            room: Some(self.stay.room.clone()).filter(|room| !room.is_empty()),
            who: Some(self.stay.name.clone()),
            stay: Some(self.stay.id.clone()),
            why: Text::new(why),
            fixes: &[],
            parent: None,
        }
    }

    fn start(&self) -> DateTime<Utc> {
        self.stay.starts_at().unwrap_or(DateTime::UNIX_EPOCH)
    }

    fn has_started(&self, timer: &mut Timer) -> bool {
        timer.reached(self.start())
    }

    fn has_ended(&self, timer: &mut Timer) -> bool {
        self.stay.ends_at().is_some_and(|end| timer.reached(end))
    }

    /// Started, or starts within `ahead`, and not over.
    fn is_near(&self, ahead: TimeDelta, timer: &mut Timer) -> bool {
        !self.has_ended(timer) && timer.reached(plus(self.start(), -ahead))
    }

    /// A wall-clock time of the property, `Mon 11:00`, that reads the same whenever it is read.
    fn wall(&self, at: DateTime<Utc>) -> String {
        self.hotel.zone.local(at).format("%a %H:%M").to_string()
    }

    fn of_mode(&self, mode: &Mode) -> impl Iterator<Item = &Method> {
        self.methods.iter().copied().filter(move |m| m.mode() == *mode)
    }

    /// Every error and warning of the stay's grants and methods.
    fn notices(&self) -> impl Iterator<Item = (&Notice, bool)> {
        let grants = self.grants.iter().flat_map(|g| {
            g.errors().iter().map(|n| (n, true)).chain(g.warnings().iter().map(|n| (n, false)))
        });
        let methods = self.methods.iter().flat_map(|m| {
            m.errors().iter().map(|n| (n, true)).chain(m.warnings().iter().map(|n| (n, false)))
        });
        grants.chain(methods)
    }

    /// The oldest time of the notices with one of the codes.
    fn noticed(&self, codes: &[&str]) -> Option<DateTime<Utc>> {
        self.notices()
            .filter(|(n, _)| codes.contains(&n.code.as_str()))
            .filter_map(|(n, _)| n.created_at)
            .min()
    }

    fn has_notice(&self, codes: &[&str]) -> bool {
        self.notices().any(|(n, _)| codes.contains(&n.code.as_str()))
    }
}

impl Alert {
    fn fix(mut self, fixes: &'static [Fix]) -> Self {
        self.fixes = fixes;
        self
    }

    /// The same where no record says since when, if so.
    fn undated(mut self, is_undated: bool) -> Self {
        self.is_dated = !is_undated;
        self
    }

    fn under(mut self, parent: Option<AlertId>) -> Self {
        self.parent = parent;
        self
    }
}

/// Whether a rule has been raised already.
fn is_raised(alerts: &[Alert], rule: &Rule) -> bool {
    alerts.iter().any(|a| a.id.rule == *rule)
}

/// `1 card`, `2 cards`.
fn many(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

impl Property {
    /// The alerts of a stay.
    pub(super) fn stay_alerts(
        &self,
        key: Key,
        stay: &Stay,
        grants: &[Key],
        rooms: &[Key],
        forgiven_until: Option<DateTime<Utc>>,
        timer: &mut Timer,
    ) -> Vec<Alert> {
        let doors = self.guest_doors_of_stay(grants, rooms);
        let view = StayView {
            hotel: self,
            stay,
            guest: self.stays.row(key).map_or(Key::MAX, |row| row.stay.guest_key()),
            shade: self.stays.row(key).map_or(&NO_SHADE, |row| &row.shade),
            rooms,
            grant_keys: grants,
            grants: self.grants_at(grants).collect(),
            methods: self.methods_at(grants),
            is_forgiven: forgiven_until.is_some_and(|until| !timer.reached(until)),
            cause: self.cause_behind(&doors),
            doors,
        };
        let mut alerts = Vec::new();
        for rule in STAY_RULES {
            rule(&view, timer, &mut alerts);
        }
        notices::of_stay(&view, &mut alerts);
        alerts
    }

    /// The alert of a system that is down, else of a door that is offline, behind some doors.
    fn cause_behind(&self, doors: &[Door]) -> Option<AlertId> {
        let down =
            doors.iter().filter_map(|door| self.system_of(*door)).filter(|system| self.is_down(*system));
        if let Some(id) = down.filter_map(|key| self.store.systems.get(key)).map(|system| &system.id).min() {
            return Some(AlertId { rule: Rule::SystemDown, subject: Subject::System(id.clone()) });
        }
        let offline = doors.iter().filter(|door| self.offline(**door).is_some());
        let subject = offline.filter_map(|door| self.door_subject(*door)).min()?;
        Some(AlertId { rule: Rule::DoorOffline, subject })
    }

    fn door_subject(&self, door: Door) -> Option<Subject> {
        match door {
            Door::Entrance(key) => self.store.entrances.row(key).map(|row| Subject::Door(row.id().clone())),
            Door::Device(key) => self.store.devices.row(key).map(|row| Subject::Lock(row.id().clone())),
        }
    }

    /// The alerts of anything but a stay.
    pub(super) fn thing_alerts(&self, about: About, timer: &mut Timer) -> Vec<Alert> {
        match about {
            About::Stay(_) => Vec::new(),
            About::Door(door) => doors::alerts(self, door, timer),
            About::System(key) => systems::system(self, key, timer),
            About::Encoder(key) => systems::encoder(self, key, timer),
            About::Guest(key) => notices::of_guest(self, key, timer),
            About::Screen(what) => screens::alerts(self, what, timer),
        }
    }

    /// Whether what a door says depends on the stays behind it.
    pub(super) fn needs_stays(&self, door: Door) -> bool {
        doors::needs_stays(self, door)
    }
}
