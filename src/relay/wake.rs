//! A clock that measures, and goes on while the computer sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::election::Mono;
use crate::seam::client::Gate;

/// The time since some beginning, asleep or awake.
pub(super) fn mono() -> Mono {
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    // Elsewhere this one goes on, too.
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    let now = clock_gettime(clock);
    let whole = Duration::from_secs(u64::try_from(now.tv_sec).unwrap_or_default());
    whole + Duration::from_nanos(u64::try_from(now.tv_nsec).unwrap_or_default())
}

/// Until when requests may be sent, and since when one has not been answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Leave {
    /// In milliseconds; 0 where none may.
    until: Arc<AtomicU64>,
    /// In milliseconds; 0 where none is open.
    asked: Arc<AtomicU64>,
}

fn millis(at: Mono) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}

impl Leave {
    /// Requests may be sent until then.
    pub(super) fn set(&self, until: Mono) {
        self.until.store(millis(until), Ordering::SeqCst);
    }

    /// None may be sent any more, whoever asks.
    pub(super) fn end(&self) {
        self.until.store(0, Ordering::SeqCst);
    }

    /// Something was answered.
    pub(super) fn answered(&self) {
        self.asked.store(0, Ordering::SeqCst);
    }

    /// Since when the API has not answered anything that was asked.
    pub(super) fn unanswered_since(&self) -> Option<Mono> {
        Some(self.asked.load(Ordering::SeqCst)).filter(|ms| *ms > 0).map(Duration::from_millis)
    }

    /// The gate that every request of the pollers goes through.
    pub(super) fn gate(&self) -> Gate {
        let leave = self.clone();
        Gate::new(move || {
            let now = millis(mono());
            let is_open = now < leave.until.load(Ordering::SeqCst);
            if is_open {
                let _ = leave.asked.compare_exchange(0, now, Ordering::SeqCst, Ordering::SeqCst);
            }
            is_open
        })
    }
}
