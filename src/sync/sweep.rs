//! Full readings of one list, page by page.

use std::future::Future;
use std::marker::PhantomData;
use std::time::Duration;

use super::cadence::Cadence;
use super::listed::{Listed, Which};
use super::outbox::{Halt, Read};
use super::poller::Poller;
use super::shared::Shared;
use super::walk::Walk;
use crate::property::{Delta, Records, Resource};
use crate::seam::model::{AcsSystem, Device, Encoder, Entrance, InstantKey, Space, UserIdentity};
use crate::seam::{Page, SeamError};

/// How often one page is asked for again before the reading starts over.
const TRIES: u32 = 5;

/// Asks for a page of `what`; where that fails in passing, says so and asks again for the same page, so
/// that a long reading need not start over.
pub(super) async fn patiently<T, F, Fut>(shared: &Shared, what: Resource, ask: F) -> Read<Page<T>>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Page<T>, SeamError>>,
{
    let mut failures = 0;
    loop {
        let e = match ask().await {
            Ok(page) => return Ok(page),
            Err(e) => e,
        };
        failures += 1;
        if failures >= TRIES || !e.is_transient() {
            return Err(Halt::Failed(what, e));
        }
        let wait = shared.cadence.backoff(failures).max(e.retry_after().unwrap_or_default());
        shared.out.failed(what, &e, wait).await?;
        let mut poll = shared.poll.subscribe();
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = poll.changed() => {}
        }
    }
}

/// Reads all records of `T`. What vanished since the last time goes with the end of the sweep, so a
/// list that was cut short takes nothing away.
pub(super) async fn sweep<T: Listed>(shared: &Shared) -> Read {
    let out = &shared.out;
    let what = T::RESOURCE;
    let systems = shared.systems.borrow().clone().unwrap_or_default();
    let sweep = out.began(what).await?;
    let began = out.now();
    let mut asked = began;
    let client = shared.reader(what);
    let first = T::list(&client, Which::All(systems)).await;
    let mut page = first.map_err(|e| Halt::Failed(what, e))?;
    let mut done = 0;
    let mut walk = Walk::new(what);
    loop {
        done += page.items.len();
        let went = walk.step(page.items.iter().map(|r| r.id().clone()), &page.bad);
        out.read(T::wrap(page.items), asked, Some(sweep)).await?;
        out.bad(what, page.bad, asked).await?;
        went?;
        let Some(cursor) = page.next else { break };
        out.send(Delta::SweepProgress { what, done, of: None }).await?;
        shared.pace(what).await;
        asked = out.now();
        page = patiently(shared, what, || client.next_page(&cursor)).await?;
    }
    out.send(Delta::SweepEnded { what, sweep, as_of: began }).await?;
    shared.ledger().opened.insert(what);
    T::remember_whole(shared, walk.seen);
    Ok(())
}

/// When a list joins in at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wave {
    /// At once: the board needs it.
    First,
    /// When the first grants are on the board.
    Second,
    /// When the systems are known, too.
    WithSystems,
}

/// Sweeps a list again and again.
pub(super) struct Sweeper<T> {
    wave: Wave,
    every: fn(&Cadence) -> Duration,
    record: PhantomData<fn() -> T>,
}

impl<T: Listed> Sweeper<T> {
    fn new(wave: Wave, every: fn(&Cadence) -> Duration) -> Self {
        Self { wave, every, record: PhantomData }
    }
}

impl Sweeper<AcsSystem> {
    pub(super) fn systems() -> Self {
        Self::new(Wave::First, |c| c.systems)
    }
}

impl Sweeper<Space> {
    pub(super) fn spaces() -> Self {
        Self::new(Wave::First, |c| c.spaces)
    }
}

impl Sweeper<Entrance> {
    pub(super) fn entrances() -> Self {
        Self::new(Wave::Second, |c| c.entrances)
    }
}

impl Sweeper<Device> {
    pub(super) fn devices() -> Self {
        Self::new(Wave::Second, |c| c.devices)
    }
}

impl Sweeper<Encoder> {
    pub(super) fn encoders() -> Self {
        Self::new(Wave::WithSystems, |c| c.encoders)
    }
}

impl Sweeper<UserIdentity> {
    pub(super) fn identities() -> Self {
        Self::new(Wave::Second, |c| c.identities)
    }
}

impl Sweeper<InstantKey> {
    pub(super) fn instant_keys() -> Self {
        Self::new(Wave::Second, |c| c.instant_keys)
    }
}

impl<T: Listed> Poller for Sweeper<T> {
    fn every(&self, cadence: &Cadence) -> Duration {
        (self.every)(cadence)
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        sweep::<T>(shared).await
    }

    async fn ready(&mut self, shared: &Shared) {
        // The senders live in what is shared, so neither wait can fail.
        if self.wave != Wave::First {
            let _ = shared.first_page.subscribe().wait_for(|there| *there).await;
        }
        if self.wave == Wave::WithSystems {
            let _ = shared.systems.subscribe().wait_for(Option::is_some).await;
        }
    }
}

/// Reads the workspace, once: neither its name nor its kind changes during a night.
pub(super) struct WorkspaceOnce;

impl Poller for WorkspaceOnce {
    fn every(&self, cadence: &Cadence) -> Duration {
        cadence.systems
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        let as_of = shared.out.now();
        let workspace = shared.client.get_workspace().await;
        let workspace = workspace.map_err(|e| Halt::Failed(Resource::Workspace, e))?;
        shared.out.read(Records::Workspace(workspace), as_of, None).await?;
        shared.out.checked(Resource::Workspace, as_of).await
    }

    fn is_done(&self) -> bool {
        true
    }
}
