//! Grants and their methods: the full reading, and the reading of some by id.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::cadence::Cadence;
use super::outbox::{Halt, Read};
use super::poller::Poller;
use super::shared::{Shared, Strangers};
use super::sweep::patiently;
use super::walk::Walk;
use crate::property::{Delta, Gone, Records, Resource, Sweep};
use crate::seam::client::{GrantInclude, GrantRef, ListAccessGrants, Related};
use crate::seam::id::{GrantId, MethodId};
use crate::seam::model::AccessGrant;
use crate::seam::{Client, Page, SeamError};

/// Ids in one request; Seam documents no maximum.
pub(super) const CHUNK: usize = 100;
const GRANTS: Resource = Resource::Grants;

pub(super) fn failed(e: SeamError) -> Halt {
    Halt::Failed(GRANTS, e)
}

/// Sweeps all grants and their methods.
#[derive(Default)]
pub(super) struct GrantSweeper {
    /// Whether the guests of the first page came with it once: a board without names is none.
    named: bool,
    /// How long the last reading took.
    took: Duration,
}

impl GrantSweeper {
    /// One that knows whether the guests of the first page are known.
    pub(super) fn named(named: bool) -> Self {
        Self { named, ..Self::default() }
    }
}

impl Poller for GrantSweeper {
    const READS_GRANTS: Option<&'static str> = Some("sweep");

    fn every(&self, cadence: &Cadence) -> Duration {
        // A very large hotel is read less often, so that the feed keeps the greater part of the budget.
        cadence.grants.max(self.took.saturating_mul(3))
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        let out = &shared.out;
        let start = Instant::now();
        let sweep = out.began(GRANTS).await?;
        let began = out.now();
        let mut asked = began;
        let client = shared.reader(GRANTS);
        let first = client.list_access_grants(&ListAccessGrants::default()).await;
        let mut page = first.map_err(failed)?;
        let mut done = 0;
        let mut walk = Walk::new(GRANTS);
        loop {
            let Page { items, bad, next } = page;
            done += items.len();
            let went = walk.step(items.iter().map(|g| g.id.clone()), &bad);
            out.read(Records::Grants(items.clone()), asked, Some(sweep)).await?;
            out.bad(GRANTS, bad, asked).await?;
            went?;
            let include: &[_] = if self.named {
                &[GrantInclude::AccessMethods]
            } else {
                &[GrantInclude::AccessMethods, GrantInclude::UserIdentities]
            };
            // The next page comes while the keys of this one are asked for.
            let ahead = async {
                let Some(cursor) = &next else { return Ok(None) };
                shared.pace(GRANTS).await;
                let asked = out.now();
                let page = patiently(shared, GRANTS, || client.next_page(cursor)).await?;
                Ok(Some((page, asked)))
            };
            let (told, following) =
                tokio::join!(methods_of(shared, &client, &items, include, Some(sweep)), ahead);
            told?;
            out.send(Delta::SweepProgress { what: GRANTS, done, of: None }).await?;
            self.named = true;
            shared.first_page.send_replace(true);
            let Some(following) = following? else { break };
            (page, asked) = following;
        }
        out.send(Delta::SweepEnded { what: GRANTS, sweep, as_of: began }).await?;
        {
            let mut ledger = shared.ledger();
            ledger.grants_known = true;
            ledger.opened.insert(GRANTS);
            ledger.forget_others(&walk.seen, start);
        }
        self.took = start.elapsed();
        Ok(())
    }
}

/// Reads the methods of `grants`, a hundred grants at a time, a page of grants side by side. Says which
/// methods there are.
async fn methods_of(
    shared: &Shared,
    client: &Client,
    grants: &[AccessGrant],
    include: &[GrantInclude],
    sweep: Option<Sweep>,
) -> Read<HashSet<MethodId>> {
    let (with, without): (Vec<_>, Vec<_>) = grants.iter().partition(|g| !g.access_method_ids.is_empty());
    let without: Vec<AccessGrant> = without.into_iter().cloned().collect();
    shared.ledger().note(&without, &[], shared.out.now());
    let chunks = Mutex::new((with.chunks(CHUNK), HashSet::new()));
    let lane = || async {
        loop {
            let Some(chunk) = unlocked(&chunks).0.next() else { return Ok(()) };
            let ids: Vec<GrantId> = chunk.iter().map(|g| g.id.clone()).collect();
            let asked = shared.out.now();
            let related = related(shared, client, &ids, include).await?;
            let chunk: Vec<AccessGrant> = chunk.iter().map(|g| (*g).clone()).collect();
            shared.ledger().note(&chunk, &related.access_methods, asked);
            unlocked(&chunks).1.extend(related.access_methods.iter().map(|m| m.id.clone()));
            tell_related(shared, related, asked, sweep).await?;
        }
    };
    tokio::try_join!(lane(), lane(), lane(), lane(), lane())?;
    Ok(chunks.into_inner().unwrap_or_else(PoisonError::into_inner).1)
}

fn unlocked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What belongs to grants. One that went between the list and this is refused with all the others: those that
/// are still there are asked for again, and of the one that went the next list will tell.
async fn related(
    shared: &Shared,
    client: &Client,
    ids: &[GrantId],
    include: &[GrantInclude],
) -> Read<Related> {
    let mut ids = ids.to_vec();
    while !ids.is_empty() {
        let ask = || async {
            let related = client.related_to_grants(&ids, include).await?;
            Ok(Page { items: vec![related], bad: Vec::new(), next: None })
        };
        let e = match patiently(shared, GRANTS, ask).await {
            Ok(page) => return Ok(page.items.into_iter().next().unwrap_or_default()),
            Err(Halt::Failed(_, e)) if e.is_not_found() => e,
            Err(halt) => return Err(halt),
        };
        let there = still_there(shared, &ids).await?;
        if there.len() == ids.len() {
            return Err(failed(e));
        }
        ids = there;
    }
    Ok(Related::default())
}

/// Those of the grants that are still there.
async fn still_there(shared: &Shared, ids: &[GrantId]) -> Read<Vec<GrantId>> {
    let params = ListAccessGrants { access_grant_ids: Some(ids.to_vec()), ..ListAccessGrants::default() };
    let first = patiently(shared, GRANTS, || shared.client.list_access_grants(&params)).await?;
    let all = shared.client.gather(first).await;
    if let Some(e) = all.cut {
        return Err(failed(e));
    }
    let there: HashSet<&GrantId> = all.items.iter().map(|g| &g.id).collect();
    Ok(ids.iter().filter(|id| there.contains(id)).cloned().collect())
}

async fn tell_related(shared: &Shared, related: Related, asked: DateTime<Utc>, sweep: Option<Sweep>) -> Read {
    let out = &shared.out;
    shared.ledger().identities.extend(related.identities.iter().map(|u| u.id.clone()));
    out.read(Records::Identities(related.identities), asked, None).await?;
    out.read(Records::Methods(related.access_methods), asked, sweep).await?;
    out.bad(GRANTS, related.bad, asked).await
}

/// What a reading of some grants found out beside them.
#[derive(Debug, Default)]
pub(super) struct Reread {
    pub(super) strangers: Strangers,
    pub(super) methods: HashSet<MethodId>,
}

/// Reads these grants, at most a hundred, with their methods: two requests, however many there are.
/// One that the list leaves out is gone if an event said so, and asked for by itself otherwise.
pub(super) async fn reread(
    shared: &Shared,
    ids: &[GrantId],
    said_deleted: &BTreeSet<GrantId>,
) -> Read<Reread> {
    let out = &shared.out;
    let asked = out.now();
    let params = ListAccessGrants { access_grant_ids: Some(ids.to_vec()), ..ListAccessGrants::default() };
    let first = shared.client.list_access_grants(&params).await.map_err(failed)?;
    let mut all = shared.client.gather(first).await;
    if let Some(e) = all.cut {
        return Err(failed(e));
    }
    all.items.retain(|g| ids.contains(&g.id));
    out.read(Records::Grants(all.items.clone()), asked, None).await?;
    let unreadable: Vec<String> = all.bad.iter().filter_map(|b| Some(b.id.as_ref()?.to_string())).collect();
    out.bad(GRANTS, all.bad, asked).await?;
    let there: HashSet<&GrantId> = all.items.iter().map(|g| &g.id).collect();
    let missing = ids.iter().filter(|id| !there.contains(id) && !unreadable.contains(&id.to_string()));
    let missing: Vec<GrantId> = missing.cloned().collect();
    for id in missing {
        if let Some(grant) = look(shared, &id, said_deleted).await? {
            all.items.push(grant);
        }
    }
    let methods =
        methods_of(shared, &shared.client, &all.items, &[GrantInclude::AccessMethods], None).await?;
    let strangers = shared.ledger().strangers(&all.items);
    Ok(Reread { strangers, methods })
}

/// Whether a grant that a list left out is there after all.
async fn look(shared: &Shared, id: &GrantId, said_deleted: &BTreeSet<GrantId>) -> Read<Option<AccessGrant>> {
    let out = &shared.out;
    if !said_deleted.contains(id) {
        let asked = out.now();
        match shared.client.get_access_grant(&GrantRef::Id(id.clone())).await {
            Ok(grant) => {
                out.read(Records::Grants(vec![grant.clone()]), asked, None).await?;
                return Ok(Some(grant));
            }
            Err(e) if e.is_not_found() => {}
            Err(e) => return Err(failed(e)),
        }
    }
    shared.ledger().forget(id);
    out.gone(Gone::Grant(id.clone())).await?;
    Ok(None)
}

/// Reads grants on which something is under way.
pub(super) struct HotReader;

impl Poller for HotReader {
    const READS_GRANTS: Option<&'static str> = Some("under way");

    fn every(&self, cadence: &Cadence) -> Duration {
        cadence.hot
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        let ids = shared.ledger().hot(CHUNK);
        if ids.is_empty() {
            return Ok(());
        }
        reread(shared, &ids, &BTreeSet::new()).await.map(drop)
    }
}

/// Reads grants that somebody watches, while somebody does.
pub(super) struct WatchReader;

impl WatchReader {
    fn ids(shared: &Shared) -> Vec<GrantId> {
        shared.ledger().watched(Instant::now(), CHUNK)
    }
}

impl Poller for WatchReader {
    const READS_GRANTS: Option<&'static str> = Some("watched");

    fn every(&self, cadence: &Cadence) -> Duration {
        cadence.watched
    }

    async fn ready(&mut self, shared: &Shared) {
        while Self::ids(shared).is_empty() {
            shared.ledger().trouble.remove("watched");
            shared.watching.notified().await;
        }
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        let ids = Self::ids(shared);
        if ids.is_empty() {
            return Ok(());
        }
        reread(shared, &ids, &BTreeSet::new()).await.map(drop)
    }
}

/// Asks for the doors of grants that name no space, one after the other: there is no way to ask for
/// many and be told whose door is whose.
pub(super) struct DoorReader;

impl Poller for DoorReader {
    fn every(&self, cadence: &Cadence) -> Duration {
        cadence.doors
    }

    async fn ready(&mut self, shared: &Shared) {
        let _ = shared.first_page.subscribe().wait_for(|there| *there).await;
        let due = Arc::clone(&shared.ledger().doors_due);
        while !shared.ledger().has_doors_to_ask() {
            due.notified().await;
        }
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        let Some(id) = shared.ledger().next_doors() else { return Ok(()) };
        let asked = shared.out.now();
        let include = [GrantInclude::AcsEntrances, GrantInclude::Devices];
        match shared.client.related_to_grants(std::slice::from_ref(&id), &include).await {
            Ok(related) => {
                let doors = Delta::GrantDoors {
                    entrances: related.entrances.into_iter().map(|e| e.id).collect(),
                    devices: related.devices.into_iter().map(|d| d.id).collect(),
                    grant: id,
                    as_of: asked,
                };
                shared.out.send(doors).await
            }
            Err(e) if e.is_not_found() => Ok(()),
            Err(e) => {
                shared.ledger().doors_changed(&id);
                Err(failed(e))
            }
        }
    }
}
