//! The poller's part: what its pollers read goes to its own screen and to the other desks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::election::{Mono, Term};
use super::handover::{Left, take_over};
use super::memory::{Batch, Memory};
use super::veil::veil;
use super::wake::Leave;
use crate::property::{Delta, FaultKind};
use crate::seam::Client;
use crate::seam::id::GrantId;
use crate::secret::Marker;
use crate::sync::{self, Cadence, Clock};

/// Rows in one writing.
const MOST_ROWS: usize = 2_000;
/// What is read shortly after something else is written with it.
const TOGETHER: Duration = Duration::from_millis(30);
/// How many deltas may wait for this.
const MAILBOX: usize = 64;
/// A poller whose requests are not answered for so long lets another try; each time it is given longer.
const SLOW: Duration = Duration::from_secs(8);
const SLOWEST: Duration = Duration::from_secs(64);
/// No reading of everything is asked for more often, however many desks wish for one.
const POLL_AGAIN: Duration = Duration::from_secs(5);

/// The wish for a reading of everything.
pub(super) const POLL: &str = "poll";
/// The wish for a grant to be read again and again; its id comes after.
pub(super) const GRANT: &str = "grant ";
/// The wish of a desk that looks at the property; its id comes after.
pub(super) const FRONT: &str = "front ";

/// What a poller needs.
#[derive(Clone)]
pub(super) struct Needs {
    pub(super) client: Client,
    pub(super) cadence: Cadence,
    pub(super) clock: Clock,
    pub(super) marker: Marker,
}

/// The pollers of a term, and what they told.
pub(super) struct Poller {
    pub(super) term: Term,
    pub(super) deltas: mpsc::Receiver<Delta>,
    needs: Needs,
    handle: sync::Handle,
    memory: Memory,
    leave: Leave,
    /// What is being written.
    writing: Option<Batch>,
    /// When what was read is to be written.
    write_at: Option<Instant>,
    polled_at: Option<Instant>,
    is_looked_at_here: bool,
    is_looked_at_elsewhere: bool,
    /// By how many milliseconds the store's clock is ahead of this desk's.
    stores_ahead: Option<i64>,
}

/// How the API answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Good,
    /// It cannot be reached from here, or not with this desk's key.
    Bad,
    /// This says nothing.
    Unknown,
}

impl Poller {
    /// Goes on where another stopped.
    pub(super) fn start(needs: Needs, term: Term, until: Mono, left: Left, is_looked_at: bool) -> Self {
        let leave = Leave::default();
        leave.set(until);
        let (memory, resume) = take_over(left, needs.cadence.overlap);
        let (out, deltas) = mpsc::channel(MAILBOX);
        let client = needs.client.gated(leave.gate());
        let handle = sync::resume(&client, needs.cadence.clone(), Arc::clone(&needs.clock), out, resume);
        handle.set_calm(!is_looked_at);
        Self {
            term,
            deltas,
            needs,
            handle,
            memory,
            leave,
            writing: None,
            write_at: None,
            polled_at: None,
            is_looked_at_here: is_looked_at,
            is_looked_at_elsewhere: false,
            stores_ahead: None,
        }
    }

    /// Requests may be sent until then.
    pub(super) fn may_until(&self, until: Mono) {
        self.leave.set(until);
    }

    /// How long its requests have not been answered, where that is too long; `patience` grows with each time.
    pub(super) fn is_slow(&self, now: Mono, times: u32) -> bool {
        let patience = SLOW.saturating_mul(1 << times.min(6)).min(SLOWEST);
        self.leave.unanswered_since().is_some_and(|since| now.saturating_sub(since) > patience)
    }

    /// Takes in what was read: as it may be seen, and what it says of the API.
    pub(super) fn take(&mut self, mut delta: Delta) -> (Delta, Health) {
        if let Delta::Read { records, .. } = &mut delta {
            veil(records, &self.needs.marker);
        }
        self.memory.take(&delta, (self.needs.clock)());
        self.leave.answered();
        if !self.memory.is_idle() && !self.memory.has_news() {
            // An age tells nobody anything at once: whoever follows looks every two seconds.
            let soon = Instant::now() + TOGETHER * 10;
            self.write_at = Some(self.write_at.map_or(soon, |at| at.min(soon)));
        } else if !self.memory.is_idle() {
            let soon =
                Instant::now() + if self.memory.waiting() >= MOST_ROWS { Duration::ZERO } else { TOGETHER };
            self.write_at = Some(self.write_at.map_or(soon, |at| at.min(soon)));
        }
        let health = match &delta {
            Delta::Failed { why, .. } => match why.kind {
                FaultKind::Offline | FaultKind::Auth => Health::Bad,
                _ => Health::Unknown,
            },
            Delta::Read { .. } | Delta::Checked { .. } | Delta::SweepEnded { .. } => Health::Good,
            _ => Health::Unknown,
        };
        (delta, health)
    }

    /// When something is to be written.
    pub(super) fn write_at(&self) -> Option<Instant> {
        self.write_at.filter(|_| self.writing.is_none())
    }

    /// What is to be written now, where nothing else is being written.
    pub(super) fn write(&mut self) -> Option<Batch> {
        if self.writing.is_some() {
            return None;
        }
        self.write_at = None;
        let apis = self.needs.client.server_clock_skew().map(|skew| skew.num_milliseconds());
        self.memory.set_ahead(apis.zip(self.stores_ahead).map(|(apis, stores)| apis - stores));
        self.writing = self.memory.flush(MOST_ROWS);
        self.writing.clone()
    }

    /// Whether something is being written: that holds the seat, too.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// It was written, or may not have been.
    pub(super) fn written(&mut self, is_done: bool) {
        if let Some(batch) = self.writing.take()
            && !is_done
        {
            self.memory.take_back(batch);
            self.write_at = Some(Instant::now() + TOGETHER * 10);
        } else if self.memory.has_news() {
            self.write_at = Some(Instant::now());
        }
    }

    /// By how many milliseconds the store's clock is ahead of this desk's.
    pub(super) fn stores_ahead(&mut self, ahead: i64) {
        self.stores_ahead = Some(ahead);
    }

    /// Events before that are no longer kept.
    pub(super) fn pruned(&mut self, oldest: i64) {
        if let Some(oldest) = chrono::DateTime::from_timestamp_millis(oldest) {
            self.memory.forget_events(oldest);
        }
    }

    pub(super) fn poll_now(&mut self) {
        let now = Instant::now();
        if self.polled_at.is_none_or(|at| now.duration_since(at) >= POLL_AGAIN) {
            self.polled_at = Some(now);
            self.handle.poll_now();
        }
    }

    pub(super) fn watch(&self, grants: impl IntoIterator<Item = GrantId>) {
        self.handle.watch(grants);
    }

    /// Whether somebody looks at the property, at this desk.
    pub(super) fn look(&mut self, is_looked_at: bool) {
        self.is_looked_at_here = is_looked_at;
        self.set_calm();
    }

    fn set_calm(&self) {
        self.handle.set_calm(!self.is_looked_at_here && !self.is_looked_at_elsewhere);
    }

    /// Grants what other desks wish for.
    pub(super) fn grant(&mut self, wishes: &[String]) {
        let grants: BTreeSet<GrantId> =
            crate::order::set(wishes.iter().filter_map(|wish| wish.strip_prefix(GRANT)).map(GrantId::new));
        if !grants.is_empty() {
            self.watch(grants);
        }
        if wishes.iter().any(|wish| wish == POLL) {
            self.poll_now();
        }
        self.is_looked_at_elsewhere = wishes.iter().any(|wish| wish.starts_with(FRONT));
        self.set_calm();
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        // Before anything else: what is still running sends nothing more.
        self.leave.end();
    }
}
