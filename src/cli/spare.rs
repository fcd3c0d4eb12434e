//! Polls for this desk alone while the shared store is away, and nobody can tell who polls for all.
//!
//! Every desk that was there when the store was last heard does so too, so each asks only its share: as many times
//! less often as there were desks. Together they ask about as often as the one that polled for all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use crate::property::{Delta, Resource};
use crate::relay::Standing;
use crate::seam::{Client, chance};
use crate::sync::{self, Cadence, Clock, Handle, Resume};

/// How long the store must have been away: whoever polled for all does so no more by then.
const PATIENCE: Duration = Duration::from_secs(7);
/// How long a desk must have polled or followed until all is on its screen.
const READ: Duration = Duration::from_secs(20);
/// How far apart the desks begin, each.
const APART: Duration = Duration::from_secs(2);

/// What is needed to poll.
pub(super) struct Needs {
    pub(super) client: Client,
    pub(super) cadence: Cadence,
    pub(super) clock: Clock,
    pub(super) out: mpsc::Sender<Delta>,
    /// How many desks there were when the store was last heard.
    pub(super) desks: watch::Receiver<usize>,
}

/// The pollers of this desk, while there are any. A clone is the same.
#[derive(Clone, Default)]
pub(super) struct Spare(Arc<Mutex<Option<Handle>>>);

impl Spare {
    fn pollers(&self) -> MutexGuard<'_, Option<Handle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has these pollers do something; false where there are none.
    pub(super) fn with(&self, order: impl FnOnce(&Handle)) -> bool {
        self.pollers().as_ref().map(order).is_some()
    }

    /// Polls whenever the store is away; `back` is called when it is there again. Ends with the standing.
    pub(super) async fn keep(
        self,
        mut standing: watch::Receiver<Standing>,
        needs: Needs,
        back: impl Fn() + Send + 'static,
    ) {
        // Since when the screen was kept up by the relay.
        let mut kept_up: Option<Instant> = None;
        let mut is_read = false;
        loop {
            let since = match &*standing.borrow_and_update() {
                Standing::Away { since, .. } => Some(*since),
                Standing::Polling | Standing::Following { .. } => {
                    kept_up.get_or_insert_with(Instant::now);
                    None
                }
                Standing::Looking => None,
            };
            if since.is_some() {
                is_read |= kept_up.take().is_some_and(|at| at.elapsed() >= READ);
            }
            let polls = self.pollers().is_some();
            match since {
                Some(since) if !polls => {
                    let desks = *needs.desks.borrow();
                    let turn = PATIENCE + APART.mul_f64(desks as f64 * chance());
                    tokio::select! {
                        () = sleep(turn) => {
                            self.begin(&needs, is_read.then_some(since), desks);
                            // From here on it reads for itself.
                            is_read = true;
                        }
                        changed = standing.changed() => match changed {
                            Ok(()) => {}
                            Err(_) => return,
                        },
                    }
                    continue;
                }
                None if polls => {
                    *self.pollers() = None;
                    tracing::info!("the shared store is back: this desk polls for itself no more");
                    back();
                }
                _ => {}
            }
            if standing.changed().await.is_err() {
                *self.pollers() = None;
                return;
            }
        }
    }

    /// Goes on from what was on the screen when the store went; from the beginning where there was nothing.
    fn begin(&self, needs: &Needs, since: Option<DateTime<Utc>>, desks: usize) {
        tracing::warn!(desks, "the shared store is away: this desk polls for itself, its share");
        let Needs { client, cadence, clock, out, .. } = needs;
        let cadence = cadence.shared_out(desks);
        let left = since.map(resumed).unwrap_or_default();
        *self.pollers() = Some(sync::resume(client, cadence, Arc::clone(clock), out.clone(), left));
    }
}

/// What is on the screen was read until the store went away: only what happened since is read, and the rest when it
/// is due.
fn resumed(since: DateTime<Utc>) -> Resume {
    // The systems are named by whoever asks for their encoders.
    let swept = Resource::ALL.into_iter().filter(|what| *what != Resource::Systems);
    let swept: BTreeMap<Resource, DateTime<Utc>> = crate::order::map(swept.map(|what| (what, since)));
    Resume { swept, events_until: Some(since), ..Resume::default() }
}
