//! Keeps count of what was touched, so that each id is told once and truly.

use std::collections::BTreeMap;

use super::{AlertId, Changed, Counts, MutationId, StayId, Touched};
use crate::seam::id::GrantId;

/// Ids of one kind: whether each was there before, and is there now.
#[derive(Debug)]
pub(super) struct Tally<T>(BTreeMap<T, (bool, bool)>);

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Ord> Tally<T> {
    pub(super) fn add(&mut self, id: T) {
        self.note(id, false, true);
    }

    pub(super) fn update(&mut self, id: T) {
        self.note(id, true, true);
    }

    pub(super) fn remove(&mut self, id: T) {
        self.note(id, true, false);
    }

    fn note(&mut self, id: T, was: bool, is: bool) {
        self.0.entry(id).and_modify(|state| state.1 = is).or_insert((was, is));
    }

    /// Takes in what came out of a tally before.
    pub(super) fn absorb(&mut self, touched: Touched<T>) {
        touched.added.into_iter().for_each(|id| self.add(id));
        touched.updated.into_iter().for_each(|id| self.update(id));
        touched.removed.into_iter().for_each(|id| self.remove(id));
    }

    /// The result; the tally is empty afterwards.
    pub(super) fn take(&mut self) -> Touched<T> {
        let mut touched = Touched::default();
        for (id, state) in std::mem::take(&mut self.0) {
            match state {
                (false, true) => touched.added.push(id),
                (true, true) => touched.updated.push(id),
                (true, false) => touched.removed.push(id),
                (false, false) => {}
            }
        }
        touched
    }
}

/// Everything a [`Changed`] tells, in the making.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub(super) stays: Tally<StayId>,
    pub(super) grants: Tally<GrantId>,
    pub(super) mutations: Tally<MutationId>,
    pub(super) alerts: Tally<AlertId>,
    pub(super) sources: bool,
    pub(super) header: bool,
    /// The counts last told.
    pub(super) shown: Counts,
}

impl Tallies {
    pub(super) fn take(&mut self) -> Changed {
        Changed {
            stays: self.stays.take(),
            grants: self.grants.take(),
            mutations: self.mutations.take(),
            alerts: self.alerts.take(),
            sources: std::mem::take(&mut self.sources),
            header: std::mem::take(&mut self.header),
        }
    }
}
