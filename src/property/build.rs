//! A stay put together from its grants: names, dates, evidence, class.

use chrono::{DateTime, NaiveDate, Utc};

use super::agenda::{Timer, plus};
use super::clock::at_time;
use super::few::Keys as Rows;
use super::hotel::Property;
use super::log::Topic;
use super::record::{Grant, Method};
use super::stays::StayRow;
use super::store::Door;
use super::table::Key;
use super::{Few, Keys, Stay, StayClass, StayId};
use crate::order::Arrange as _;
use crate::seam::id::SpaceId;
use crate::seam::model::{Event, Mode};
use crate::text::Text;

/// What a class is inferred from.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) ends_at: Option<DateTime<Utc>>,
    /// The guest's card was cut, or the door opened, since the start.
    pub(super) came: bool,
    /// The door opened after the end, before the next stay.
    pub(super) used_after: bool,
    /// And the event names this guest.
    pub(super) used_after_by_guest: bool,
    /// Had the guest come, it would be known.
    pub(super) is_observed: bool,
    /// No key opens any more.
    pub(super) is_revoked: bool,
}

/// What the door of a stay has seen.
#[derive(Default)]
struct Uses {
    last: Option<(DateTime<Utc>, bool)>,
    after_end: bool,
    after_end_by_guest: bool,
    /// Every room has a door that reported a use before the stay began.
    reports: bool,
    ever: bool,
}

impl Property {
    /// The grants of rows that are there.
    pub(super) fn grants_at<'a>(&'a self, keys: &'a [Key]) -> impl Iterator<Item = &'a Grant> {
        keys.iter().filter_map(|key| self.store.grants.get(*key))
    }

    /// The methods of grants, each once, in the grants' order.
    pub(super) fn methods_at(&self, grants: &[Key]) -> Vec<&Method> {
        let mut seen = Rows::new();
        for method in self.grants_at(grants).flat_map(|g| &g.methods) {
            if !seen.contains(method) {
                seen.push(*method);
            }
        }
        seen.iter().filter_map(|method| self.store.methods.get(*method)).collect()
    }

    pub(super) fn put_together(&self, row: &StayRow, rooms: &[Key], timer: &mut Timer) -> Stay {
        let grants: Vec<&Grant> = self.grants_at(&row.grants).collect();
        let methods = self.methods_at(&row.grants);
        let (starts_at, ends_at) = self.dates_of(&row.grants);
        let guest = self.store.guests.row(row.stay.guest_key());
        let guest_id = guest.map_or(row.stay.guest(), |g| g.id());
        let doors = self.guest_doors_of_stay(&row.grants, rooms);
        let mut facts = Facts {
            starts_at,
            ends_at,
            is_revoked: grants.iter().all(|g| g.is_being_deleted()) || methods.iter().all(|m| !m.is_issued),
            ..Facts::default()
        };
        let mut stay = Stay::new(row.stay.id.clone(), guest_id, row.stay.guest_key());
        stay.name = self.name_of(row.stay.guest_key(), &grants);
        stay.room = self.room_label(rooms, &doors);
        stay.rooms = self.room_ids(rooms);
        stay.grants = grants.iter().map(|g| g.id.clone()).collect();
        (stay.starts, stay.ends) = (starts_at.into(), ends_at.into());
        stay.is_known = true;
        stay.put_keys(Keys::of(&grants, &methods));
        self.find_signs(&mut stay, &methods, rooms, &doors, &mut facts);
        stay.class = self.classify(&facts, timer);
        stay
    }

    /// Start and end: of the grants that open a room, of all where none does.
    fn dates_of(&self, grants: &[Key]) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let opens =
            |key: &&Key| !self.rooms_of_grant(**key).is_empty() || !self.direct_guest_doors(**key).is_empty();
        let mut with: Rows = grants.iter().filter(opens).copied().collect();
        if with.is_empty() {
            with = grants.iter().copied().collect();
        }
        let starts = self.grants_at(&with).map(|g| g.starts_at().or(g.created_at()));
        let starts_at = starts.min().flatten();
        let is_open = self.grants_at(&with).any(|g| g.ends_at().is_none());
        let ends_at = self.grants_at(&with).filter_map(|g| g.ends_at()).max().filter(|_| !is_open);
        (starts_at, ends_at)
    }

    fn name_of(&self, guest: Key, grants: &[&Grant]) -> Text {
        let row = self.store.guests.row(guest);
        let record = row.and_then(|row| row.record());
        let own = record.filter(|g| !g.name.is_empty()).map(|g| g.name.clone());
        let given = || grants.iter().find_map(|g| g.name().cloned());
        let by_key = || record.and_then(|g| g.key().cloned());
        let by_id = || row.map(|row| Text::new(format!("guest {}", row.id().short())));
        own.or_else(given).or_else(by_key).or_else(by_id).unwrap_or_default()
    }

    fn room_ids(&self, rooms: &[Key]) -> Few<SpaceId> {
        let mut ids: Vec<(Text, SpaceId)> = rooms
            .iter()
            .filter_map(|key| Some((self.space_label(*key), self.store.spaces.row(*key)?.id().clone())))
            .collect();
        ids.arrange();
        ids.into_iter().map(|(_, id)| id).collect()
    }

    fn room_label(&self, rooms: &[Key], doors: &[Door]) -> Text {
        let mut names: Vec<Text> = rooms.iter().map(|room| self.space_label(*room)).collect();
        if names.is_empty() {
            names = doors.iter().filter_map(|door| self.door_name(*door).cloned()).collect();
        }
        names.arrange();
        names.dedup();
        match names.as_slice() {
            [] => Text::default(),
            [one] => one.clone(),
            many => Text::new(many.join("+")),
        }
    }

    /// Finds what speaks for the guest being in the house.
    fn find_signs(
        &self,
        stay: &mut Stay,
        methods: &[&Method],
        rooms: &[Key],
        doors: &[Door],
        facts: &mut Facts,
    ) {
        let starts_at = stay.starts_at();
        let begun = |t: &DateTime<Utc>| starts_at.is_none_or(|start| *t >= start);
        let cards = methods.iter().filter(|m| m.mode() == Mode::Card);
        if let Some(at) = cards.clone().filter_map(|m| m.issued_at()).filter(begun).max() {
            stay.card_cut = at.into();
            facts.came = true;
        }
        let uses = self.uses(stay, methods, rooms, doors);
        if let Some((at, theirs)) = uses.last {
            (stay.opened, stay.by_guest) = (at.into(), theirs);
            facts.came = true;
        }
        stay.is_silent = !uses.ever && !doors.is_empty();
        facts.used_after = uses.after_end;
        facts.used_after_by_guest = uses.after_end_by_guest;
        // Whoever has only cards, none of them ever cut, cannot have entered.
        let only_uncut = cards.count() > 0 && methods.iter().all(|m| m.issued_at().is_none() && !m.is_issued);
        facts.is_observed = uses.reports || only_uncut;
    }

    fn uses(&self, stay: &Stay, methods: &[&Method], rooms: &[Key], doors: &[Door]) -> Uses {
        let until = stay.ends_at().and_then(|end| self.next_start(rooms, end, &stay.id));
        let mut uses = Uses::default();
        let mut reporting: Rows = Rows::new();
        let mut any_reports = false;
        for door in doors {
            let Some(topic) = self.topic_of(*door) else { continue };
            for (at, event) in self.log.of(&topic).filter(|(_, e)| e.event_type == "lock.unlocked") {
                uses.ever = true;
                if stay.starts_at().is_some_and(|start| at < start) {
                    any_reports = true;
                    self.rooms_of_door(*door).iter().for_each(|r| super::store::link(&mut reporting, *r));
                    break;
                }
                let whose = named(event, stay, methods);
                if whose == Some(false) || until.is_some_and(|next| at >= next) {
                    continue;
                }
                let theirs = whose == Some(true);
                uses.last = uses.last.max(Some((at, theirs)));
                if stay.ends_at().is_some_and(|end| at > end) {
                    uses.after_end = true;
                    uses.after_end_by_guest |= theirs;
                }
            }
        }
        uses.reports = any_reports && rooms.iter().all(|room| reporting.contains(room));
        uses
    }

    /// The start of the first other stay in the rooms at or after an instant.
    fn next_start(&self, rooms: &[Key], from: DateTime<Utc>, but: &StayId) -> Option<DateTime<Utc>> {
        let rows = rooms.iter().filter_map(|room| self.store.spaces.row(*room));
        let stays = rows.flat_map(|row| row.links.stays.iter()).filter_map(|key| self.stay_at(*key));
        let starts = stays.filter(|other| other.id != *but).filter_map(|other| other.starts_at());
        let next = starts.map(|start| start.timestamp()).filter(|start| *start >= from.timestamp()).min()?;
        DateTime::from_timestamp(next, 0)
    }

    /// The topic under which the log keeps a door's events.
    pub(super) fn topic_of(&self, door: Door) -> Option<Topic> {
        Some(match door {
            Door::Entrance(key) => Topic::Door(self.store.entrances.row(key)?.id().clone()),
            Door::Device(key) => Topic::Lock(self.store.devices.row(key)?.id().clone()),
        })
    }

    /// What a stay is tonight; [`StayClass`] says what each class means.
    pub(super) fn classify(&self, facts: &Facts, timer: &mut Timer) -> StayClass {
        let today = self.business_date.date();
        let date = |at: Option<DateTime<Utc>>| at.map(|t| self.zone.date(t));
        let (first, last) = (date(facts.starts_at), date(facts.ends_at));
        let started = facts.starts_at.is_none_or(|t| timer.reached(t));
        if !started && first > Some(today) {
            return StayClass::Upcoming;
        }
        if facts.ends_at.is_some_and(|t| timer.reached(t)) {
            return past_its_end(facts, last, today);
        }
        let leaves = last.is_some_and(|last| last <= today);
        let arrives = first.is_some_and(|first| first >= today);
        if !facts.came && started && facts.is_observed && (arrives || !leaves) && self.is_late(facts, timer) {
            return StayClass::NoShow;
        }
        match (arrives, facts.came, leaves) {
            (true, false, _) => StayClass::DueIn,
            (_, _, true) => StayClass::DueOut,
            (true, true, false) => StayClass::InHouse,
            (false, _, false) => StayClass::Stayover,
        }
    }

    fn is_late(&self, facts: &Facts, timer: &mut Timer) -> bool {
        let Some(start) = facts.starts_at else { return false };
        let morning = self.zone.date(start).succ_opt().unwrap_or(NaiveDate::MAX);
        let cut_off = at_time(self.zone, morning, self.settings.no_show_at);
        timer.reached(cut_off.max(plus(start, self.settings.no_show_after)))
    }
}

fn past_its_end(facts: &Facts, last: Option<NaiveDate>, today: NaiveDate) -> StayClass {
    match facts {
        Facts { is_revoked: true, used_after_by_guest: false, .. } => StayClass::Departed,
        Facts { used_after: true, .. } => StayClass::Overstay,
        _ if last < Some(today) => StayClass::Overstay,
        _ => StayClass::DueOut,
    }
}

/// Whether an event names this stay, another one, or nobody.
fn named(event: &Event, stay: &Stay, methods: &[&Method]) -> Option<bool> {
    let by_guest = event.user_identity_id.as_ref().map(|id| id == stay.guest());
    let by_method = event.access_method_id.as_ref().map(|id| methods.iter().any(|m| m.id == *id));
    let mut grants = event.access_grant_ids.iter().chain(&event.access_grant_id).peekable();
    let by_grant = grants.peek().is_some().then(|| grants.any(|id| stay.grants.contains(id)));
    by_guest.or(by_method).or(by_grant)
}
