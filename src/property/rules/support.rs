//! What several rules ask the hotel.

use chrono::{DateTime, Utc};

use super::{AlertId, Rule, Subject};
use crate::property::Stay;
use crate::property::agenda::About;
use crate::property::hotel::Property;
use crate::property::log::Topic;
use crate::property::store::Door;
use crate::seam::id::{EntranceId, GrantId, MethodId};
use crate::seam::model::AcsSystem;

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
    pub(in crate::property) fn last_event_of_method(
        &self,
        id: &MethodId,
        kinds: &[&str],
    ) -> Option<(DateTime<Utc>, String)> {
        let mut log = self.log.of(&Topic::Method(id.clone()));
        let last = log.find(|(_, e)| kinds.contains(&e.event_type.as_str()))?;
        Some((last.0, last.1.event_type.to_string()))
    }

    /// When the dates of a grant were changed last, as far as events tell.
    pub(in crate::property) fn last_change_of_dates(&self, id: &GrantId) -> Option<DateTime<Utc>> {
        let mut log = self.log.of(&Topic::Grant(id.clone()));
        log.find(|(_, e)| e.event_type == "access_grant.access_times_changed").map(|(at, _)| at)
    }

    /// When a grant lost each of the doors that it has not got back since.
    pub(super) fn lost_doors(&self, id: &GrantId) -> Vec<DateTime<Utc>> {
        let mut settled: Vec<Option<&EntranceId>> = Vec::new();
        let mut lost = Vec::new();
        for (at, event) in self.log.of(&Topic::Grant(id.clone())) {
            let door = event.acs_entrance_id.as_ref();
            match event.event_type.as_str() {
                "access_grant.access_granted_to_all_doors" => break,
                "access_grant.access_to_door_lost" if !settled.contains(&door) => {
                    settled.push(door);
                    lost.push(at);
                }
                "access_grant.access_granted_to_door" => settled.push(door),
                _ => {}
            }
        }
        lost
    }

    /// The alert of the system whose seats are taken, or nearly.
    pub(super) fn seats_full(&self) -> Option<AlertId> {
        let says = |system: &AcsSystem| {
            let all = system.errors.iter().chain(&system.warnings);
            all.into_iter().any(|n| n.code.starts_with("salto_ks_subscription_limit"))
        };
        let id = self.store.systems.iter().filter(|(_, s)| says(s)).map(|(_, s)| &s.id).min()?;
        Some(AlertId { rule: Rule::SeatsFull, subject: Subject::System(id.clone()) })
    }

    /// When a method was last issued, and whether its PIN came from the lock's backup pool.
    pub(in crate::property) fn last_issue_of_method(&self, id: &MethodId) -> Option<(DateTime<Utc>, bool)> {
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
        live.map(|g| g.ends_at().map_or((true, None), |end| (false, Some(end)))).max()?.1
    }

    /// Whether a stay has changes on their way to the locks.
    pub(super) fn has_pending(&self, stay: &Stay) -> bool {
        let row = self.stays.key(&stay.id).and_then(|key| self.stays.row(key));
        row.is_some_and(|row| row.has_mutations())
    }

    /// Since when an alert that is raised already says it is.
    pub(super) fn known_since(&self, about: About, rule: &Rule) -> Option<DateTime<Utc>> {
        self.alerts.get(&about)?.iter().find(|a| a.id.rule == *rule).map(|a| a.since)
    }
}
