//! What several rules ask the hotel.

use chrono::{DateTime, Utc};

use super::Rule;
use crate::property::Stay;
use crate::property::agenda::About;
use crate::property::hotel::Property;
use crate::property::log::Topic;
use crate::property::store::Door;
use crate::seam::id::MethodId;

/// Systems that the API reaches through a bridge in the house, by `external_type`.
const BRIDGED: [&str; 5] = [
    "visionline_system",
    "salto_space_system",
    "dormakaba_ambiance_site",
    "dormakaba_community_site",
    "hotek_site",
];

impl Property {
    /// Whether a door's system stands behind a bridge, so that a change may take longer.
    pub(super) fn is_bridged(&self, door: Door) -> bool {
        let system = self.system_of(door).and_then(|key| self.store.systems.get(key));
        system.is_some_and(|system| BRIDGED.contains(&system.external_type.as_str()))
    }

    /// The last of an event's kinds that a method had, with its time.
    pub(super) fn last_event_of_method(
        &self,
        id: &MethodId,
        kinds: &[&str],
    ) -> Option<(DateTime<Utc>, String)> {
        let mut log = self.log.of(&Topic::Method(id.clone()));
        let last = log.find(|(_, e)| kinds.contains(&e.event_type.as_str()))?;
        Some((last.0, last.1.event_type.to_string()))
    }

    /// When a method was last issued, and whether its PIN came from the lock's backup pool.
    pub(super) fn last_issue_of_method(&self, id: &MethodId) -> Option<(DateTime<Utc>, bool)> {
        let kinds = ["access_method.issued", "access_method.reissued"];
        let mut log = self.log.of(&Topic::Method(id.clone()));
        log.find(|(_, e)| kinds.contains(&e.event_type.as_str())).map(|(at, e)| (at, e.is_backup_code))
    }

    /// The end of the last grant that lists a method; none while one is open-ended.
    pub(super) fn last_end_of(&self, id: &MethodId) -> Option<DateTime<Utc>> {
        let row = self.store.methods.row(self.store.methods.key(id)?)?;
        let grants = row.links.grants.iter().filter_map(|g| self.store.grants.get(*g));
        let live = grants.filter(|g| !g.is_being_deleted());
        // None, an open end, is later than any other.
        live.map(|g| g.ends_at.map_or((true, None), |end| (false, Some(end)))).max()?.1
    }

    /// Whether a stay has changes on their way to the locks.
    pub(super) fn has_pending(&self, stay: &Stay) -> bool {
        let row = self.stays.key(&stay.id).and_then(|key| self.stays.row(key));
        row.is_some_and(|row| !row.mutations.is_empty())
    }

    /// Since when an alert that is raised already says it is.
    pub(super) fn known_since(&self, about: About, rule: &Rule) -> Option<DateTime<Utc>> {
        self.alerts.get(&about)?.iter().find(|a| a.id.rule == *rule).map(|a| a.since)
    }
}
