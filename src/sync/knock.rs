//! The first request of all: is anybody there, and what does their clock show?
//!
//! Nothing else is asked until something answers. That is quiet on a dead network, and it sets the
//! clock right before any record is dated by it.

use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

use super::outbox::fault;
use super::{Cadence, Clock};
use crate::property::{Delta, Resource};
use crate::seam::Client;

/// Asks until something answers, whatever the answer is; the pollers make more of it. Says after every
/// try why there is nothing to show. `hurry` ends a wait between two tries. Cancelling it is safe.
pub async fn knock(
    client: &Client,
    cadence: &Cadence,
    clock: &Clock,
    out: &mpsc::Sender<Delta>,
    hurry: &Notify,
) {
    let client = client.background();
    let mut failures = 0;
    loop {
        let Err(error) = client.get_workspace().await else { return };
        if error.status().is_some() {
            return;
        }
        failures += 1;
        let wait = cadence.backoff(failures);
        let at = clock();
        let retry_at = chrono::TimeDelta::from_std(wait).ok().map(|wait| at + wait);
        for what in Resource::ALL {
            let failed = Delta::Failed { what, why: fault(&error), at, retry_at };
            if out.send(failed).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = sleep(wait) => {}
            () = hurry.notified() => {}
        }
    }
}
