//! What the pollers share: the client, the way out, and what they remember of what they read.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::Cadence;
use super::outbox::Outbox;
use crate::order::{self, Arrange as _};
use crate::property::Resource;
use crate::seam::Client;
use crate::seam::id::{GrantId, IdentityId, MethodId, SpaceId, SystemId};
use crate::seam::model::{AccessGrant, AccessMethod, Mutation};

/// A key that opens nothing yet is looked at often from this long before its grant starts.
const SOON: TimeDelta = TimeDelta::hours(2);
/// Grants whose doors matter tonight go to the head of the queue.
const TONIGHT: TimeDelta = TimeDelta::hours(24);

/// Shared by all pollers.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) cadence: Cadence,
    /// The same where nobody looks.
    pub(super) at_rest: Cadence,
    /// Whether nobody looks.
    pub(super) calm: watch::Sender<bool>,
    pub(super) out: Outbox,
    /// The access systems, as soon as they are known.
    pub(super) systems: watch::Sender<Option<Vec<SystemId>>>,
    /// Whether the first grants are on the board, or could not be read: then the rest may follow.
    pub(super) first_page: watch::Sender<bool>,
    /// Counts the requests to poll everything now.
    pub(super) poll: watch::Sender<u64>,
    /// Tells that somebody watches.
    pub(super) watching: Notify,
    ledger: Mutex<Ledger>,
}

impl Shared {
    pub(super) fn new(client: Client, cadence: Cadence, out: Outbox) -> Self {
        Self {
            client,
            at_rest: cadence.calm(),
            cadence,
            calm: watch::Sender::new(false),
            out,
            systems: watch::Sender::new(None),
            first_page: watch::Sender::new(false),
            poll: watch::Sender::new(0),
            watching: Notify::new(),
            ledger: Mutex::default(),
        }
    }

    /// The client for a full reading: the first is in a hurry, until something fails. Whoever asks in vain
    /// asks again and again, and keeps to the budget.
    pub(super) fn reader(&self, what: Resource) -> Client {
        let is_calm = self.is_opened(what) || self.out.is_troubled();
        if is_calm { self.client.clone() } else { self.client.opening() }
    }

    /// Waits before the next page of a full reading, unless it is the first: what a large house asks for in a
    /// minute is no more than what a small one does.
    pub(super) async fn pace(&self, what: Resource) {
        if self.is_opened(what) {
            tokio::time::sleep(self.cadence.page).await;
        }
    }

    fn is_opened(&self, what: Resource) -> bool {
        self.ledger().opened.contains(&what)
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the pollers remember: ids alone, never records.
#[derive(Default)]
pub(super) struct Ledger {
    /// Guests that were asked for.
    pub(super) identities: HashSet<IdentityId>,
    /// Spaces that were asked for.
    pub(super) spaces: HashSet<SpaceId>,
    /// Whether all grants have been read once.
    pub(super) grants_known: bool,
    /// What has been read as a whole once.
    pub(super) opened: BTreeSet<Resource>,
    /// Readers of grants whose last pass failed, by name.
    pub(super) trouble: BTreeSet<&'static str>,
    /// Grants on which something is under way, and when they were last read.
    hot: BTreeMap<GrantId, Instant>,
    watched: BTreeMap<GrantId, Instant>,
    doors_asked: HashSet<GrantId>,
    doors_to_ask: VecDeque<GrantId>,
    /// Told whenever there are doors to ask for.
    pub(super) doors_due: Arc<Notify>,
}

/// What a grant names that was never read.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    pub(super) identities: BTreeSet<IdentityId>,
    pub(super) spaces: bool,
}

impl Ledger {
    /// Takes note of grants that were read with all their methods.
    pub(super) fn note(&mut self, grants: &[AccessGrant], methods: &[AccessMethod], now: DateTime<Utc>) {
        let methods: BTreeMap<&MethodId, &AccessMethod> = order::map(methods.iter().map(|m| (&m.id, m)));
        for grant in grants {
            let of_grant = grant.access_method_ids.iter().filter_map(|id| methods.get(id).copied());
            if is_under_way(grant, of_grant, now) {
                self.hot.insert(grant.id.clone(), Instant::now());
            } else {
                self.hot.remove(&grant.id);
            }
            if grant.space_ids.is_empty() && self.doors_asked.insert(grant.id.clone()) {
                match grant.starts_at {
                    Some(start) if start > now + TONIGHT => self.doors_to_ask.push_back(grant.id.clone()),
                    _ => self.doors_to_ask.push_front(grant.id.clone()),
                }
                self.doors_due.notify_one();
            }
        }
    }

    /// What these grants name that was never asked for. A space counts as asked for from now on, for
    /// one that no list brings would be asked for for ever.
    pub(super) fn strangers(&mut self, grants: &[AccessGrant]) -> Strangers {
        let guests = grants.iter().map(|g| &g.user_identity_id);
        let identities = guests.filter(|id| !self.identities.contains(id)).cloned().collect();
        let known = self.spaces.len();
        self.spaces.extend(grants.iter().flat_map(|g| &g.space_ids).cloned());
        Strangers { identities, spaces: self.spaces.len() > known }
    }

    /// The doors of these grants are known.
    pub(super) fn doors_were_asked(&mut self, grants: Vec<GrantId>) {
        self.doors_asked.extend(grants);
    }

    pub(super) fn forget(&mut self, grant: &GrantId) {
        self.hot.remove(grant);
        self.watched.remove(grant);
        self.doors_asked.remove(grant);
    }

    /// Forgets grants that a whole reading, which began at `began`, has not seen: guests come and go for years.
    /// Of one that is new since, its doors are asked for once more.
    pub(super) fn forget_others(&mut self, seen: &HashSet<GrantId>, began: Instant) {
        self.hot.retain(|id, read| *read >= began || seen.contains(id));
        self.doors_asked.retain(|id| seen.contains(id));
        self.doors_to_ask.retain(|id| seen.contains(id));
    }

    /// Up to `most` grants on which something is under way, those not read for longest first.
    pub(super) fn hot(&self, most: usize) -> Vec<GrantId> {
        let mut by_age: Vec<_> = self.hot.iter().map(|(id, read)| (*read, id)).collect();
        by_age.arrange();
        by_age.into_iter().take(most).map(|(_, id)| id.clone()).collect()
    }

    pub(super) fn watch(&mut self, grants: impl IntoIterator<Item = GrantId>, until: Instant) {
        self.watched.extend(grants.into_iter().map(|id| (id, until)));
    }

    /// Up to `most` grants that somebody watches at `now`.
    pub(super) fn watched(&mut self, now: Instant, most: usize) -> Vec<GrantId> {
        self.watched.retain(|_, until| *until > now);
        self.watched.keys().take(most).cloned().collect()
    }

    /// How many ids of guests and grants it keeps.
    #[cfg(test)]
    pub(super) fn kept(&self) -> [usize; 4] {
        [self.identities.len(), self.hot.len(), self.doors_asked.len(), self.doors_to_ask.len()]
    }

    /// Whether there is a grant whose doors must be asked for.
    pub(super) fn has_doors_to_ask(&self) -> bool {
        !self.doors_to_ask.is_empty()
    }

    /// The next grant whose doors must be asked for.
    pub(super) fn next_doors(&mut self) -> Option<GrantId> {
        let asked = &self.doors_asked;
        // One that was forgotten meanwhile has no doors any more.
        while let Some(id) = self.doors_to_ask.pop_front() {
            if asked.contains(&id) {
                return Some(id);
            }
        }
        None
    }

    /// Asks for the doors of a grant again, if it is one whose doors are asked for.
    pub(super) fn doors_changed(&mut self, grant: &GrantId) {
        if self.doors_asked.contains(grant) && !self.doors_to_ask.contains(grant) {
            self.doors_to_ask.push_front(grant.clone());
            self.doors_due.notify_one();
        }
    }
}

/// Whether Seam or a lock still has something to do. A card that waits for an encoder waits for a
/// person, who may take all night, and so does the change that is complete only when it is cut.
fn is_under_way<'a>(
    grant: &AccessGrant,
    methods: impl Iterator<Item = &'a AccessMethod>,
    now: DateTime<Utc>,
) -> bool {
    let starts_soon = grant.starts_at.is_none_or(|t| t <= now + SOON);
    let is_over = grant.ends_at.is_some_and(|t| t <= now);
    let waits_for_a_person = |m: &&AccessMethod| m.is_ready_for_encoding || m.is_ready_for_assignment;
    let (waiting, others): (Vec<_>, Vec<_>) = methods.partition(waits_for_a_person);
    let is_waiting = |id: &MethodId| waiting.iter().any(|m| m.id == *id);
    let is_going_on =
        |m: &Mutation| m.access_method_ids.is_empty() || !m.access_method_ids.iter().all(is_waiting);
    let is_due = |m: &AccessMethod| starts_soon && !is_over && !m.is_issued;
    grant.pending_mutations.iter().any(is_going_on)
        || others.iter().any(|m| !m.pending_mutations.is_empty() || is_due(m))
}
