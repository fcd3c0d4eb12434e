//! Background polling: what Seam knows, as a stream of [`Delta`]s.
//!
//! There are no webhooks in a terminal, so everything is asked for. At the start every list is read in
//! full, the board's first page before anything else. From then on the events feed says what is out of
//! date, and only that is read again, a hundred ids in a request: what the polling costs depends on
//! what happens, not on how many stays there are. Grants on which something is under way are looked at
//! more often, and every list is read in full again from time to time, in case an event went missing.
//!
//! The feed is asked with an overlap: each look begins a little before the newest event seen, because
//! events may appear late, and what comes twice is told by its id.
//!
//! Nothing here knows what a delta is for. They leave over one bounded channel: where the receiver
//! falls behind, the pollers wait.

mod cadence;
mod dirty;
mod feed;
mod grants;
mod knock;
mod listed;
mod outbox;
mod poller;
mod resume;
mod settle;
mod shared;
mod sweep;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

pub use cadence::{Beat, Cadence};
pub use knock::knock;
pub use resume::Resume;

use crate::property::{Delta, Resource};
use crate::seam::Client;
use crate::seam::id::GrantId;
use outbox::Outbox;
use poller::{run, run_after};
use resume::spread;
use shared::Shared;
use sweep::{Sweeper, WorkspaceOnce};

/// Tells the time of the hotel: this computer's, the servers' where they disagree, or a simulated one.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The running pollers; they stop when this is dropped.
pub struct Handle {
    shared: Arc<Shared>,
    tasks: AbortHandle,
}

/// Starts polling with the background's share of `client`. Deltas go to `out`; the pollers end when
/// nobody receives them any more. Must be called inside a tokio runtime.
pub fn start(client: &Client, cadence: Cadence, clock: Clock, out: mpsc::Sender<Delta>) -> Handle {
    resume(client, cadence, clock, out, Resume::default())
}

/// The same, going on where other pollers stopped.
pub fn resume(
    client: &Client,
    cadence: Cadence,
    clock: Clock,
    out: mpsc::Sender<Delta>,
    mut left: Resume,
) -> Handle {
    let outbox = Outbox::new(out, clock);
    let shared = Arc::new(Shared::new(client.background(), cadence, outbox));
    let now = shared.out.now();
    let due = |what: Resource, every: Duration| spread(&shared.cadence, left.due(what, every, now));
    let waits = &shared.cadence;
    let grants = due(Resource::Grants, waits.grants);
    let spaces = due(Resource::Spaces, waits.spaces);
    let systems = due(Resource::Systems, waits.systems);
    let entrances = due(Resource::Entrances, waits.entrances);
    let devices = due(Resource::Devices, waits.devices);
    let identities = due(Resource::Identities, waits.identities);
    let encoders = due(Resource::Encoders, waits.encoders);
    let instant_keys = due(Resource::InstantKeys, waits.instant_keys);
    let is_named = left.is_swept(Resource::Workspace);
    let sweeper = grants::GrantSweeper::named(left.is_swept(Resource::Grants));
    let feed = left.feed();
    left.hand_over(&shared);
    let mut tasks = JoinSet::new();
    // In the order in which the board needs them; whoever waits for the first page comes after it.
    if !is_named {
        tasks.spawn(run(WorkspaceOnce, Arc::clone(&shared)));
    }
    tasks.spawn(run_after(grants, sweeper, Arc::clone(&shared)));
    tasks.spawn(run_after(spaces, Sweeper::spaces(), Arc::clone(&shared)));
    tasks.spawn(run_after(systems, Sweeper::systems(), Arc::clone(&shared)));
    tasks.spawn(run(feed, Arc::clone(&shared)));
    tasks.spawn(run_after(entrances, Sweeper::entrances(), Arc::clone(&shared)));
    tasks.spawn(run_after(devices, Sweeper::devices(), Arc::clone(&shared)));
    tasks.spawn(run_after(identities, Sweeper::identities(), Arc::clone(&shared)));
    tasks.spawn(run_after(encoders, Sweeper::encoders(), Arc::clone(&shared)));
    tasks.spawn(run_after(instant_keys, Sweeper::instant_keys(), Arc::clone(&shared)));
    tasks.spawn(run(grants::HotReader, Arc::clone(&shared)));
    tasks.spawn(run(grants::WatchReader, Arc::clone(&shared)));
    tasks.spawn(run(grants::DoorReader, Arc::clone(&shared)));
    let all = crate::task::spawn(async move { while tasks.join_next().await.is_some() {} });
    Handle { shared, tasks: all.abort_handle() }
}

impl Handle {
    /// Reads everything now, as Ctrl-R asks for. Waits for nothing; what is being read already is not
    /// read twice.
    pub fn poll_now(&self) {
        self.shared.poll.send_modify(|n| *n += 1);
    }

    /// Whether nobody looks at the property: then what changes by the second is asked for less often. As soon
    /// as somebody looks, it is asked for at once.
    pub fn set_calm(&self, calm: bool) {
        self.shared.calm.send_if_modified(|before| std::mem::replace(before, calm) != calm);
    }

    /// Reads these grants every second or so for a minute: an action waits for them. Ask again to go on.
    pub fn watch(&self, grants: impl IntoIterator<Item = GrantId>) {
        let until = Instant::now() + self.shared.cadence.watch_for;
        self.shared.ledger().watch(grants, until);
        self.shared.watching.notify_one();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.tasks.abort();
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sync::Handle")
    }
}

#[cfg(test)]
mod tests;
