//! How often what is read.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::config::CadenceConfig;
use crate::seam::chance;

/// How often each resource is read. Everything is jittered, so that two desks of one hotel do not keep
/// asking at the same instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Cadence {
    /// The events feed: what tells everything else that it is out of date.
    pub events: Duration,
    /// Grants with something pending, or a key that should have been issued by now.
    pub hot: Duration,
    /// Grants a running action waits for.
    pub watched: Duration,
    /// How long a grant stays watched after it was asked for.
    pub watch_for: Duration,
    /// Access systems: whether the bridge is up.
    pub systems: Duration,
    /// Locks.
    pub devices: Duration,
    /// Doors.
    pub entrances: Duration,
    /// Encoders.
    pub encoders: Duration,
    /// Instant Keys.
    pub instant_keys: Duration,
    /// Rooms and areas.
    pub spaces: Duration,
    /// Guests.
    pub identities: Duration,
    /// Every grant and every method, in case an event went missing.
    pub grants: Duration,
    /// Between two pages of a list that is read in full again.
    pub page: Duration,
    /// Between two grants whose doors must be asked for one by one.
    pub doors: Duration,
    /// How far the first look at the feed goes back.
    pub look_back: Duration,
    /// How far every other look overlaps the one before; see [`crate::sync`].
    pub overlap: Duration,
    /// Before the first retry of what failed; doubles with each failure.
    pub retry_first: Duration,
    /// No retry waits longer, unless Seam asks for it.
    pub retry_cap: Duration,
    /// From 0 to 1: which part of every wait is left to chance.
    pub jitter: f64,
    /// The beat on which long waits end; none lets each end when it does.
    pub beat: Option<Beat>,
}

/// A beat that all long waits of a program share, so that one awakening serves them all. Every program has
/// its own, from its start: two desks of one hotel still do not ask at the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat(Instant);

impl Beat {
    /// Between two beats. The timers of tokio hold what is farther away than this in slots of this length,
    /// counted from the start of the runtime: on the beat they wake up once for a wait, elsewhere up to
    /// three times.
    const EVERY: Duration = Duration::from_millis(4_096);

    /// The beat of the runtime that is built next.
    pub fn new() -> Self {
        Self(Instant::now())
    }

    /// The beat nearest to `wait` from now; a wait shorter than a beat ends by itself.
    pub fn after(self, wait: Duration) -> Instant {
        let now = Instant::now();
        if wait.mul_f64(1.1) < Self::EVERY {
            return now + wait;
        }
        let beats = ((now + wait) - self.0).div_duration_f64(Self::EVERY).round();
        let at = self.0 + Self::EVERY.mul_f64(beats);
        if at > now { at } else { at + Self::EVERY }
    }
}

impl Default for Beat {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Cadence {
    fn default() -> Self {
        let minutes = |m: u64| Duration::from_secs(60 * m);
        Self {
            events: Duration::from_secs(5),
            hot: Duration::from_secs(10),
            watched: Duration::from_millis(1_500),
            watch_for: Duration::from_secs(60),
            systems: minutes(1),
            devices: minutes(2),
            entrances: minutes(5),
            encoders: minutes(5),
            instant_keys: minutes(5),
            spaces: minutes(30),
            identities: minutes(30),
            grants: minutes(15),
            page: Duration::from_secs(15),
            doors: Duration::from_secs(2),
            look_back: minutes(12 * 60),
            overlap: minutes(1),
            retry_first: Duration::from_secs(2),
            retry_cap: minutes(1),
            jitter: 0.2,
            beat: None,
        }
    }
}

impl From<&CadenceConfig> for Cadence {
    /// The usual cadence with what the configuration says otherwise.
    fn from(set: &CadenceConfig) -> Self {
        let mut cadence = Self::default();
        let all = [
            (&mut cadence.events, set.events),
            (&mut cadence.hot, set.hot),
            (&mut cadence.systems, set.systems),
            (&mut cadence.devices, set.devices),
            (&mut cadence.entrances, set.entrances),
            (&mut cadence.encoders, set.encoders),
            (&mut cadence.instant_keys, set.instant_keys),
            (&mut cadence.spaces, set.spaces),
            (&mut cadence.identities, set.identities),
            (&mut cadence.grants, set.grants),
        ];
        for (to, from) in all {
            *to = from.map_or(*to, |every| every.0);
        }
        cadence
    }
}

/// A property nobody looks at is asked so many times less often what changes by the second.
const CALM: u32 = 4;
/// But at least so often: what is known of it must not count as old.
const CALM_MOST: Duration = Duration::from_secs(45);

impl Cadence {
    /// The same for a property that is not on the screen. What tells of trouble in the house keeps its cadence;
    /// the feed and what is under way can wait a little.
    #[must_use]
    pub fn calm(&self) -> Self {
        let calmer = |every: Duration| every.saturating_mul(CALM).min(every.max(CALM_MOST));
        Self { events: calmer(self.events), hot: calmer(self.hot), ..self.clone() }
    }

    /// The same for one of so many desks that ask the same property without knowing of each other: together they ask
    /// about as often as one. What an action waits for is asked for as ever.
    #[must_use]
    pub fn shared_out(&self, desks: usize) -> Self {
        /// With more desks than that each asks as if there were only so many: it would be told nothing at all.
        const MOST: usize = 64;
        let share = u32::try_from(desks.clamp(1, MOST)).unwrap_or(1);
        let of = |every: Duration| every.saturating_mul(share);
        Self {
            events: of(self.events),
            hot: of(self.hot),
            systems: of(self.systems),
            devices: of(self.devices),
            entrances: of(self.entrances),
            encoders: of(self.encoders),
            instant_keys: of(self.instant_keys),
            spaces: of(self.spaces),
            identities: of(self.identities),
            grants: of(self.grants),
            page: of(self.page),
            doors: of(self.doors),
            retry_first: of(self.retry_first),
            retry_cap: of(self.retry_cap),
            // So that they do not ask at the same instants.
            jitter: if share > 1 { self.jitter.max(0.4) } else { self.jitter },
            ..self.clone()
        }
    }

    /// `every`, give or take: never longer, shorter by up to the jitter.
    pub(super) fn jittered(&self, every: Duration) -> Duration {
        every.mul_f64(1.0 - self.jitter.clamp(0.0, 1.0) * chance())
    }

    /// Waits so long, or until the beat nearest to that.
    pub(super) async fn wait(&self, wait: Duration) {
        match self.beat {
            Some(beat) => sleep_until(beat.after(wait)).await,
            None => sleep(wait).await,
        }
    }

    /// The wait after the `failures`th failure in a row.
    pub(super) fn backoff(&self, failures: u32) -> Duration {
        let doubled = self.retry_first.saturating_mul(1 << failures.saturating_sub(1).min(16));
        self.jittered(doubled.min(self.retry_cap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn long_waits_end_together() {
        let beat = Beat::new();
        sleep(Duration::from_millis(700)).await;
        let now = Instant::now();
        let ends = [4_000, 4_500, 5_000].map(|ms| beat.after(Duration::from_millis(ms)));
        assert!(ends.iter().all(|end| *end == beat.0 + Beat::EVERY), "{ends:?}");
        for seconds in [10, 60, 1_800] {
            let wait = Duration::from_secs(seconds);
            let end = beat.after(wait);
            assert_eq!((end - beat.0).as_millis() % 4_096, 0);
            assert!((end - now).abs_diff(wait) < Beat::EVERY, "{seconds} s");
        }
        assert_eq!(beat.after(Duration::from_secs(2)), now + Duration::from_secs(2));
        sleep(Duration::from_millis(3_396)).await;
        assert!(beat.after(Duration::from_secs(4)) > Instant::now(), "never at once");
    }

    #[test]
    fn a_calm_property_is_asked_less_often_but_never_counts_as_old() {
        let seconds = Duration::from_secs;
        let calm = Cadence::default().calm();
        assert_eq!((calm.events, calm.hot), (seconds(20), seconds(40)));
        assert_eq!((calm.watched, calm.systems), (Cadence::default().watched, seconds(60)));
        let of = |events| Cadence { events: seconds(events), ..Cadence::default() }.calm().events;
        assert_eq!([of(1), of(30), of(90)], [seconds(4), seconds(45), seconds(90)]);
    }

    #[test]
    fn desks_that_cannot_hear_each_other_ask_together_as_often_as_one() {
        let one = Cadence::default();
        let third = one.shared_out(3);
        assert_eq!((third.events, third.grants), (one.events * 3, one.grants * 3));
        assert_eq!(third.watched, one.watched, "an action that waits is not made to wait longer");
        assert!(third.jitter > one.jitter);
        assert_eq!((one.shared_out(1), one.shared_out(0)), (one.clone(), one.clone()));
    }

    #[test]
    fn waits_double_up_to_the_cap_and_never_exceed_it() {
        let cadence = Cadence { jitter: 0.0, ..Cadence::default() };
        let waits: Vec<u64> = (1..8).map(|n| cadence.backoff(n).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(cadence.backoff(u32::MAX).as_secs(), 60);
        let jittery = Cadence { jitter: 0.5, ..Cadence::default() };
        for _ in 0..100 {
            let wait = jittery.jittered(Duration::from_secs(10));
            assert!((Duration::from_secs(5)..=Duration::from_secs(10)).contains(&wait), "{wait:?}");
        }
    }
}
