//! The state of every resource: its stage, its age, the sweep that runs, the records that could not be
//! read.

use chrono::{DateTime, TimeDelta, Utc};

use super::agenda::About;
use super::hotel::Property;
use super::{Fault, Resource, Source, Stage, Sweep};
use crate::seam::id::Id;
use crate::text::Text;

/// How many unreadable records of a resource are told; more say nothing new.
const BAD_KEPT: usize = 50;

/// Answers may be dated by a clock that is this far ahead of the one that tells the time.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// All resources.
#[derive(Debug, Default)]
pub(super) struct Screen {
    panes: [Pane; Resource::ALL.len()],
    nothing: Pane,
}

/// One resource.
#[derive(Debug, Default)]
pub(super) struct Pane {
    pub(super) source: Source,
    pub(super) bad: Vec<Bad>,
    sweep: Option<(Sweep, DateTime<Utc>)>,
    /// Whether the reading that runs met a record of which not even the id can be read: then nobody knows
    /// what else is missing from it.
    is_blind: bool,
}

/// A record that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) which: Text,
    pub(super) why: Text,
    pub(super) at: DateTime<Utc>,
}

impl Screen {
    pub(super) fn pane(&self, what: Resource) -> &Pane {
        self.panes.get(what.index()).unwrap_or(&self.nothing)
    }

    pub(super) fn pane_mut(&mut self, what: Resource) -> &mut Pane {
        self.panes.get_mut(what.index()).unwrap_or(&mut self.nothing)
    }
}

impl Property {
    /// Notes that a resource was read with success at `as_of`.
    pub(super) fn source_good(&mut self, what: Resource, as_of: DateTime<Utc>) {
        // What was read later than now was dated by a clock that was wrong.
        let known = self.screen.pane(what).source.as_of.filter(|old| *old <= self.now + AHEAD);
        let as_of = known.map_or(as_of, |old| old.max(as_of));
        self.put_source(what, Source { stage: Stage::Fresh, as_of: Some(as_of) });
    }

    /// Where a resource stands from now on.
    pub(super) fn put_source(&mut self, what: Resource, new: Source) {
        let source = &mut self.screen.pane_mut(what).source;
        let is_first = source.as_of.is_none() && new.as_of.is_some();
        if *source != new {
            *source = new;
            self.source_changed();
        }
        if is_first {
            self.first_read(what);
        }
    }

    /// Whether a resource was read in full, so that what is not there is known not to be.
    pub(super) fn is_read(&self, what: Resource) -> bool {
        self.screen.pane(what).source.as_of.is_some()
    }

    /// Notes that a resource could not be read.
    pub(super) fn source_failed(
        &mut self,
        what: Resource,
        why: Fault,
        at: DateTime<Utc>,
        retry_at: Option<DateTime<Utc>>,
    ) {
        let source = &mut self.screen.pane_mut(what).source;
        let since = match &source.stage {
            Stage::Failed { since, .. } => *since,
            _ => at,
        };
        let stage = Stage::Failed { since, why, retry_at };
        if source.stage != stage {
            source.stage = stage;
            self.source_changed();
        }
    }

    pub(super) fn source_progress(&mut self, what: Resource, done: usize, of: Option<usize>) {
        let source = &mut self.screen.pane_mut(what).source;
        let stage = Stage::Loading { done, of };
        // Once there are rows, reading them again in full is no loading.
        if matches!(source.stage, Stage::Loading { .. }) && source.stage != stage {
            source.stage = stage;
            self.tallies.sources = true;
        }
    }

    pub(super) fn sweep_began(&mut self, what: Resource, sweep: Sweep, at: DateTime<Utc>) {
        let pane = self.screen.pane_mut(what);
        pane.sweep = Some((sweep, at));
        pane.is_blind = false;
        match what {
            Resource::Systems => self.store.systems.begin(),
            Resource::Spaces => self.store.spaces.begin(),
            Resource::Entrances => self.store.entrances.begin(),
            Resource::Devices => self.store.devices.begin(),
            Resource::Encoders => self.store.encoders.begin(),
            Resource::Identities => self.store.guests.begin(),
            Resource::Grants => {
                self.store.grants.begin();
                self.store.methods.begin();
            }
            Resource::InstantKeys => self.store.instant_keys.begin(),
            Resource::Workspace | Resource::Events => {}
        }
    }

    pub(super) fn sweep_ended(&mut self, what: Resource, sweep: Sweep, as_of: DateTime<Utc>) {
        let pane = self.screen.pane_mut(what);
        // Another reading has begun since: this one cannot tell what is gone.
        let Some((_, began)) = pane.sweep.take_if(|(running, _)| *running == sweep) else { return };
        let is_blind = pane.is_blind;
        let bad = pane.bad.len();
        pane.bad.retain(|b| b.at >= began);
        if pane.bad.len() != bad {
            self.dirty.things.insert(About::Screen(what));
        }
        if !is_blind {
            self.sweep_out(what, began);
        }
        self.source_good(what, as_of);
    }

    pub(super) fn bad_record(&mut self, what: Resource, id: Option<Text>, why: Text, at: DateTime<Utc>) {
        match &id {
            Some(id) => self.still_there(what, id),
            None => self.screen.pane_mut(what).is_blind = true,
        }
        let pane = self.screen.pane_mut(what);
        let which = id.unwrap_or_else(|| Text::new("no id"));
        match pane.bad.iter().position(|b| b.which == which) {
            Some(at) => drop(pane.bad.swap_remove(at)),
            None if pane.bad.len() >= BAD_KEPT => return,
            None => {}
        }
        pane.bad.push(Bad { which, why, at });
        self.dirty.things.insert(About::Screen(what));
    }

    /// A record that could not be read is there all the same, and what is known of it stays.
    fn still_there(&mut self, what: Resource, id: &str) {
        let store = &mut self.store;
        match what {
            Resource::Systems => store.systems.see(&Id::new(id)),
            Resource::Spaces => store.spaces.see(&Id::new(id)),
            Resource::Entrances => store.entrances.see(&Id::new(id)),
            Resource::Devices => store.devices.see(&Id::new(id)),
            Resource::Encoders => store.encoders.see(&Id::new(id)),
            Resource::Identities => store.guests.see(&Id::new(id)),
            Resource::Grants => {
                // Grants and their keys are read together.
                store.grants.see(&Id::new(id));
                store.methods.see(&Id::new(id));
            }
            Resource::InstantKeys => store.instant_keys.see(&Id::new(id)),
            Resource::Workspace | Resource::Events => {}
        }
    }

    /// Every resource is looked at, for the alerts of those that fail for the same reason hang on one.
    fn source_changed(&mut self) {
        self.tallies.sources = true;
        self.dirty.things.extend(Resource::ALL.map(About::Screen));
    }
}
