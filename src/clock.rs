//! The one clock of the program. Everything below the driver gets time as an argument; this is where
//! it comes from.
//!
//! What is true of a stay is decided by Seam's servers, so where this computer's clock is wrong the
//! program follows the servers' `Date`, and says so. In a demo the clock is the simulated hotel's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// Below this the `Date` header, which counts whole seconds, says nothing.
const NOTICEABLE: TimeDelta = TimeDelta::milliseconds(2_500);

/// A clock that can be shared.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// This computer's, and how far the servers' is ahead of it in milliseconds.
    System { ahead: AtomicI64 },
    /// A simulated one.
    Simulated { base: DateTime<Utc>, from: Instant, speed: f64 },
}

impl Clock {
    /// This computer's clock, until the servers say otherwise.
    pub fn system() -> Self {
        Self(Arc::new(Kind::System { ahead: AtomicI64::new(0) }))
    }

    /// A clock that shows `base` now and runs `speed` times as fast as time does.
    pub fn simulated(base: DateTime<Utc>, speed: f64) -> Self {
        Self(Arc::new(Kind::Simulated { base, from: Instant::now(), speed: speed.clamp(0.0, 1e6) }))
    }

    /// The instant, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        match &*self.0 {
            Kind::System { ahead } => Utc::now() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed)),
            Kind::Simulated { base, from, speed } => {
                let passed = from.elapsed().as_secs_f64() * speed;
                *base + TimeDelta::milliseconds((passed * 1_000.0) as i64)
            }
        }
    }

    /// How long to wait, in real time, until this clock shows `at`.
    pub fn until(&self, at: DateTime<Utc>) -> Duration {
        let wait = (at - self.now()).to_std().unwrap_or_default();
        match &*self.0 {
            Kind::System { .. } => wait,
            Kind::Simulated { speed, .. } if *speed > 0.0 => wait.div_f64(*speed),
            Kind::Simulated { .. } => Duration::from_secs(3_600),
        }
    }

    /// Follows the servers' clock, which is `skew` ahead of this computer's. Small differences and
    /// simulated clocks are left alone. Says whether the clock was set.
    pub fn follow(&self, skew: TimeDelta) -> bool {
        let Kind::System { ahead } = &*self.0 else { return false };
        let target = if skew.abs() < NOTICEABLE { TimeDelta::zero() } else { skew };
        let current = TimeDelta::milliseconds(ahead.load(Ordering::Relaxed));
        let set = (target - current).abs() >= NOTICEABLE;
        if set {
            ahead.store(target.num_milliseconds(), Ordering::Relaxed);
        }
        set
    }

    /// How far the servers are ahead of this computer, where that matters.
    pub fn correction(&self) -> Option<TimeDelta> {
        match &*self.0 {
            Kind::System { ahead } => {
                Some(TimeDelta::milliseconds(ahead.load(Ordering::Relaxed))).filter(|d| !d.is_zero())
            }
            Kind::Simulated { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_computer_clock_gives_way_to_the_servers() {
        let clock = Clock::system();
        assert!(!clock.follow(TimeDelta::seconds(1)), "the Date header counts whole seconds");
        assert!(clock.follow(TimeDelta::hours(-3)));
        let off = clock.now() - Utc::now();
        assert!((off + TimeDelta::hours(3)).abs() < TimeDelta::seconds(5), "{off}");
        assert_eq!(clock.correction(), Some(TimeDelta::hours(-3)));
        assert!(clock.follow(TimeDelta::zero()), "and comes back");
        assert_eq!(clock.correction(), None);
    }

    #[test]
    fn a_simulated_clock_runs_at_its_own_speed() {
        let base = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Clock::simulated(base, 60.0);
        assert!(clock.now() >= base);
        let wait = clock.until(clock.now() + TimeDelta::minutes(1));
        assert!(wait <= Duration::from_millis(1_000), "{wait:?}");
        assert!(!clock.follow(TimeDelta::hours(1)));
    }
}
