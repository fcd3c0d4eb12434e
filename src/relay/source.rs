//! Where the reading of each resource stands, as it is told.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::property::{Fault, FollowedSource, Resource, Stage};
use crate::text::Text;

/// Answers may be dated by a clock that is this far ahead of the one that tells the time.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// How many unreadable records of a resource are told.
const BAD_TOLD: usize = 50;

/// Of all resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sources {
    panes: BTreeMap<Resource, Pane>,
    /// By how many milliseconds the API's clock is ahead of the store's.
    #[serde(default)]
    pub(super) ahead: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Pane {
    #[serde(flatten)]
    told: FollowedSource,
    /// When the last full reading began that came to its end.
    #[serde(default)]
    swept: Option<DateTime<Utc>>,
}

impl Sources {
    /// What is written of it.
    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was written; nothing is known where that cannot be read.
    pub(super) fn read(written: &str) -> Self {
        serde_json::from_str(written).unwrap_or_default()
    }

    /// The same as the hotel takes it in.
    pub(super) fn told(&self) -> Vec<FollowedSource> {
        self.panes.values().map(|pane| pane.told.clone()).collect()
    }

    /// When everything was last read in full. Of what has no list it says when it was read.
    pub(super) fn all_swept(&self) -> BTreeMap<Resource, DateTime<Utc>> {
        let of = |pane: &Pane| {
            let at = match pane.told.what {
                Resource::Workspace => pane.told.as_of,
                _ => pane.swept,
            };
            Some((pane.told.what, at?))
        };
        self.panes.values().filter_map(of).collect()
    }

    /// When a resource was last known to be up to date.
    pub(super) fn as_of(&self, what: Resource) -> Option<DateTime<Utc>> {
        self.panes.get(&what)?.told.as_of
    }

    fn pane(&mut self, what: Resource) -> &mut Pane {
        self.panes.entry(what).or_insert_with(|| {
            let stage = Stage::Loading { done: 0, of: None };
            let told = FollowedSource { what, as_of: None, stage, bad: Vec::new() };
            Pane { told, swept: None }
        })
    }

    /// Read with success. Says whether more than the age is new.
    pub(super) fn good(&mut self, what: Resource, as_of: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let told = &mut self.pane(what).told;
        // What was read later than now was dated by a clock that was wrong.
        let known = told.as_of.filter(|old| *old <= now + AHEAD);
        told.as_of = known.max(Some(as_of));
        std::mem::replace(&mut told.stage, Stage::Fresh) != Stage::Fresh
    }

    /// How far a first reading is. Says whether that is new.
    pub(super) fn progress(&mut self, what: Resource, done: usize, of: Option<usize>) -> bool {
        let told = &mut self.pane(what).told;
        let stage = Stage::Loading { done, of };
        matches!(told.stage, Stage::Loading { .. })
            && std::mem::replace(&mut told.stage, stage.clone()) != stage
    }

    /// Could not be read. Says whether it could before.
    pub(super) fn failed(
        &mut self,
        what: Resource,
        why: &Fault,
        at: DateTime<Utc>,
        retry_at: Option<DateTime<Utc>>,
    ) -> bool {
        let told = &mut self.pane(what).told;
        let (since, is_new) = match &told.stage {
            Stage::Failed { since, why: before, .. } => (*since, before.kind != why.kind),
            _ => (at, true),
        };
        told.stage = Stage::Failed { since, why: why.clone(), retry_at };
        is_new
    }

    /// A record that cannot be read. Says whether that is new.
    pub(super) fn bad(&mut self, what: Resource, id: Option<&Text>, why: &Text, at: DateTime<Utc>) -> bool {
        let bad = &mut self.pane(what).told.bad;
        let which = id.cloned().unwrap_or_else(|| Text::new("no id"));
        let is_full = bad.len() >= BAD_TOLD;
        match bad.iter_mut().find(|(known, ..)| *known == which) {
            Some(known) => {
                known.2 = at;
                std::mem::replace(&mut known.1, why.clone()) != *why
            }
            None if is_full => false,
            None => {
                bad.push((which, why.clone(), at));
                true
            }
        }
    }

    /// A full reading that began then is complete. Says whether a record can be read again.
    pub(super) fn swept(&mut self, what: Resource, began: DateTime<Utc>) -> bool {
        let pane = self.pane(what);
        pane.swept = Some(began);
        let before = pane.told.bad.len();
        pane.told.bad.retain(|(.., at)| *at >= began);
        pane.told.bad.len() != before
    }
}
