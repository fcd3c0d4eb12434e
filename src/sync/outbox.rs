//! The one way out: deltas, in order, over one bounded channel.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::Clock;
use crate::property::{Delta, Fault, FaultKind, Gone, Records, Resource, Sweep};
use crate::seam::{BadRecord, ErrorKind, SeamError};
use crate::text::Text;

/// Why a poller stops for now.
#[derive(Debug)]
pub(super) enum Halt {
    /// Nobody listens any more.
    Over,
    /// A reading failed, of this resource.
    Failed(Resource, SeamError),
}

pub(super) type Read<T = ()> = Result<T, Halt>;

/// Sends deltas and stamps them. Waits while the receiver is behind, and the pollers with it.
pub(super) struct Outbox {
    out: mpsc::Sender<Delta>,
    clock: Clock,
    sweeps: AtomicU64,
    /// Whether anything has failed so far.
    troubled: AtomicBool,
}

impl Outbox {
    pub(super) fn new(out: mpsc::Sender<Delta>, clock: Clock) -> Self {
        Self { out, clock, sweeps: AtomicU64::new(1), troubled: AtomicBool::new(false) }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    pub(super) async fn send(&self, delta: Delta) -> Read {
        self.out.send(delta).await.map_err(|_| Halt::Over)
    }

    /// Records asked for at `as_of`; nothing is sent where there are none.
    pub(super) async fn read(&self, records: Records, as_of: DateTime<Utc>, sweep: Option<Sweep>) -> Read {
        if is_empty(&records) {
            return Ok(());
        }
        self.send(Delta::Read { records, as_of, sweep }).await
    }

    pub(super) async fn gone(&self, what: Gone) -> Read {
        self.send(Delta::Gone(what)).await
    }

    pub(super) async fn bad(&self, what: Resource, bad: Vec<BadRecord>, at: DateTime<Utc>) -> Read {
        for BadRecord { id, why, resource } in bad {
            tracing::warn!(resource, why = %why, "a record could not be read");
            self.send(Delta::Bad { what, id, why, at }).await?;
        }
        Ok(())
    }

    pub(super) async fn began(&self, what: Resource) -> Read<Sweep> {
        let sweep = Sweep(self.sweeps.fetch_add(1, Ordering::Relaxed));
        self.send(Delta::SweepBegan { what, sweep, at: self.now() }).await?;
        Ok(sweep)
    }

    pub(super) async fn checked(&self, what: Resource, as_of: DateTime<Utc>) -> Read {
        self.send(Delta::Checked { what, as_of }).await
    }

    /// Whether any reading has failed so far.
    pub(super) fn is_troubled(&self) -> bool {
        self.troubled.load(Ordering::Relaxed)
    }

    pub(super) async fn failed(&self, what: Resource, e: &SeamError, retry_in: std::time::Duration) -> Read {
        self.troubled.store(true, Ordering::Relaxed);
        let at = self.now();
        let retry_at = chrono::Duration::from_std(retry_in).ok().map(|d| at + d);
        let why = fault(e);
        tracing::warn!(what = what.word(), error = %e, path = e.path(), "could not read");
        self.send(Delta::Failed { what, why, at, retry_at }).await
    }
}

fn is_empty(records: &Records) -> bool {
    match records {
        Records::Workspace(_) => false,
        Records::Systems(r) => r.is_empty(),
        Records::Spaces(r) => r.is_empty(),
        Records::Entrances(r) => r.is_empty(),
        Records::Devices(r) => r.is_empty(),
        Records::Encoders(r) => r.is_empty(),
        Records::Identities(r) => r.is_empty(),
        Records::Grants(r) => r.is_empty(),
        Records::Methods(r) => r.is_empty(),
        Records::InstantKeys(r) => r.is_empty(),
        Records::Events(r) => r.is_empty(),
    }
}

/// A failure as the hotel knows failures.
pub(super) fn fault(e: &SeamError) -> Fault {
    let kind = match e.kind() {
        ErrorKind::Unreachable { .. }
        | ErrorKind::TimedOut { .. }
        | ErrorKind::Lost { .. }
        | ErrorKind::Tls { .. } => FaultKind::Offline,
        ErrorKind::Auth(_) | ErrorKind::Misconfigured(_) => FaultKind::Auth,
        ErrorKind::RateLimited { .. } => FaultKind::RateLimited,
        ErrorKind::Server { .. } => FaultKind::Server,
        ErrorKind::NotJson { .. }
        | ErrorKind::NotSeam { .. }
        | ErrorKind::Decode { .. }
        | ErrorKind::TooLarge { .. }
        | ErrorKind::Redirected { .. } => FaultKind::Garbage,
        _ => FaultKind::Other,
    };
    Fault { kind, words: Text::new(e.to_string()), request_id: e.request_id().cloned() }
}
