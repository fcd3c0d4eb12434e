//! Going on where other pollers of the same property stopped.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::cadence::Cadence;
use super::feed::Feed;
use super::shared::Shared;
use crate::property::Resource;
use crate::seam::id::{EventId, GrantId, IdentityId, SpaceId, SystemId};
use crate::seam::model::{AccessGrant, AccessMethod, Event};

/// What pollers knew when they stopped. Nothing of it is read again before it is due, and no event is told
/// twice or left out.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// When each resource was last read in full.
    pub swept: BTreeMap<Resource, DateTime<Utc>>,
    /// The systems there are.
    pub systems: Vec<SystemId>,
    /// The spaces that were asked for.
    pub spaces: Vec<SpaceId>,
    /// The guests that were asked for.
    pub identities: Vec<IdentityId>,
    /// The grants whose doors were asked for.
    pub doors: Vec<GrantId>,
    /// The grants.
    pub grants: Vec<AccessGrant>,
    /// Their methods.
    pub methods: Vec<AccessMethod>,
    /// When the newest event was written, or the feed was last asked where there was none.
    pub events_until: Option<DateTime<Utc>>,
    /// The events from the overlap before that on.
    pub events_seen: Vec<(EventId, Option<DateTime<Utc>>)>,
    /// The events of which it is not certain that what they name was read again.
    pub unsettled: Vec<Event>,
}

impl Resume {
    /// How long until `what` is due, `every` so often, at the instant `now`.
    pub(super) fn due(&self, what: Resource, every: Duration, now: DateTime<Utc>) -> Duration {
        let Some(swept) = self.swept.get(&what) else { return Duration::ZERO };
        let age = now.signed_duration_since(*swept).to_std().unwrap_or_default();
        every.saturating_sub(age)
    }

    pub(super) fn is_swept(&self, what: Resource) -> bool {
        self.swept.contains_key(&what)
    }

    /// The feed as it was left.
    pub(super) fn feed(&mut self) -> Feed {
        let until = self.events_until;
        Feed::resumed(until, std::mem::take(&mut self.events_seen), &std::mem::take(&mut self.unsettled))
    }

    /// Hands over what all pollers remember.
    pub(super) fn hand_over(self, shared: &Shared) {
        let now = shared.out.now();
        if self.is_swept(Resource::Systems) {
            shared.systems.send_replace(Some(self.systems));
        }
        let knows_grants = self.swept.contains_key(&Resource::Grants);
        let mut ledger = shared.ledger();
        ledger.identities.extend(self.identities);
        ledger.spaces.extend(self.spaces);
        ledger.doors_were_asked(self.doors);
        ledger.grants_known = knows_grants;
        ledger.opened.extend(self.swept.into_keys());
        ledger.note(&self.grants, &self.methods, now);
        drop(ledger);
        shared.first_page.send_replace(knows_grants);
    }
}

/// A wait of at most `wait`, so that what several pollers left is not all due at once.
pub(super) fn spread(cadence: &Cadence, wait: Duration) -> Duration {
    cadence.jittered(wait)
}
