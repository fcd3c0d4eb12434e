//! Going through everything bit by bit, and what of the alerts is known without going through them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::hotel::Property;
use super::{Alert, AlertId, Grant, Severity, Stay};

/// Alerts by what is asked of all of them.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The worst first; of equals what nothing has caused, then the oldest.
    worst: BTreeSet<(Severity, bool, DateTime<Utc>, AlertId)>,
    /// What an alert has brought about.
    caused: BTreeMap<AlertId, BTreeSet<AlertId>>,
}

impl Standing {
    pub(super) fn add(&mut self, alert: &Alert) {
        self.worst.insert(place(alert));
        if let Some(parent) = &alert.parent {
            self.caused.entry(parent.clone()).or_default().insert(alert.id.clone());
        }
    }

    pub(super) fn remove(&mut self, alert: &Alert) {
        self.worst.remove(&place(alert));
        let Some(parent) = &alert.parent else { return };
        if let Some(children) = self.caused.get_mut(parent) {
            children.remove(&alert.id);
            if children.is_empty() {
                self.caused.remove(parent);
            }
        }
    }
}

fn place(alert: &Alert) -> (Severity, bool, DateTime<Utc>, AlertId) {
    (alert.severity, alert.parent.is_some(), alert.since, alert.id.clone())
}

impl Property {
    /// The stays numbered `from` and higher, in the order of their numbers: a stay keeps its own, whatever
    /// comes and goes, so that a walk through all of them can be taken up again.
    pub fn stays_from(&self, from: usize) -> impl Iterator<Item = (usize, &Stay)> {
        self.stays.iter_from(from).map(|(number, row)| (number, &row.stay))
    }

    /// The grants numbered `from` and higher; see [`Property::stays_from`].
    pub fn grants_from(&self, from: usize) -> impl Iterator<Item = (usize, &Grant)> {
        self.store.grants.iter_from(from)
    }

    /// The worst alert there is; of equals one that nothing has caused, then the oldest.
    pub fn worst_alert(&self) -> Option<&Alert> {
        self.alert(&self.standing.worst.first()?.3)
    }

    /// The alerts that an alert has brought about, by id.
    pub fn caused_by(&self, id: &AlertId) -> impl Iterator<Item = &Alert> {
        self.standing.caused.get(id).into_iter().flatten().filter_map(|child| self.alert(child))
    }

    /// How many alerts an alert has brought about.
    pub fn count_caused_by(&self, id: &AlertId) -> usize {
        self.standing.caused.get(id).map_or(0, BTreeSet::len)
    }
}
