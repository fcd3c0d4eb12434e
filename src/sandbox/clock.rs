//! The hotel's clock: virtual time that starts where it is told to and runs at any speed, or stands still.

use std::time::Instant;

use chrono::{DateTime, Duration, NaiveTime, Utc};

use crate::zone::{DstNote, Zone};

/// An instant of the hotel's virtual time.
pub(crate) type At = DateTime<Utc>;

/// Virtual time as a function of real time.
#[derive(Debug)]
pub(crate) struct Clock {
    base: At,
    since: Instant,
    speed: f64,
    frozen: bool,
}

impl Clock {
    pub(crate) fn new(start: At, speed: f64) -> Self {
        Self { base: start, since: Instant::now(), speed: sane(speed), frozen: false }
    }

    /// The virtual time now, to the millisecond.
    pub(crate) fn read(&self) -> At {
        if self.frozen {
            return self.base;
        }
        let real = self.since.elapsed().as_secs_f64();
        self.base + Duration::milliseconds((real * self.speed * 1000.0) as i64)
    }

    pub(crate) fn set_speed(&mut self, speed: f64) {
        self.rebase();
        self.speed = sane(speed);
    }

    pub(crate) fn freeze(&mut self, frozen: bool) {
        self.rebase();
        self.frozen = frozen;
    }

    pub(crate) fn skip(&mut self, by: Duration) {
        self.rebase();
        self.base += by;
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// How much virtual time a step of `seconds` takes that a person watches. In a hurried hotel such a
    /// step takes more virtual time, so that it stays visible; a frozen clock counts as one that runs normally.
    pub(crate) fn paced(&self, seconds: f64) -> Duration {
        let factor = if self.frozen { 1.0 } else { (self.speed * 0.75).max(1.0) };
        Duration::milliseconds((seconds * factor * 1000.0) as i64)
    }

    fn rebase(&mut self) {
        self.base = self.read();
        self.since = Instant::now();
    }
}

fn sane(speed: f64) -> f64 {
    if speed.is_finite() { speed.clamp(0.0, 100_000.0) } else { 1.0 }
}

/// The most recent 03:14 in `zone` at or before `now`: the hour at which a demonstration opens.
pub(crate) fn last_night(now: At, zone: Zone) -> At {
    let time = NaiveTime::from_hms_opt(3, 14, 0).unwrap_or_default();
    let today = zone.date(now);
    [today, today - Duration::days(1)]
        .into_iter()
        .map(|day| zone.from_local(day.and_time(time)))
        .find(|settled| settled.at <= now && settled.note != Some(DstNote::Gap))
        .map_or(now, |settled| settled.at)
}

/// `hour`:`minute` on `day` in `zone`. Where the clocks go forward over it, the first half or full hour after the gap.
pub(crate) fn local(zone: Zone, day: chrono::NaiveDate, hour: u32, minute: u32) -> At {
    let wall = day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default());
    let later = (0..4).map(|halves| zone.from_local(wall + Duration::minutes(30 * halves)));
    let mut later = later.skip_while(|settled| settled.note == Some(DstNote::Gap));
    later.next().map_or(wall.and_utc(), |settled| settled.at)
}

/// An instant as Seam writes it: `2026-11-23T02:14:07.000Z`.
pub(crate) fn stamp(at: At) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        text.parse().expect("a date")
    }

    #[test]
    fn a_demo_opens_in_the_night() {
        let zone = Zone::named("Europe/Berlin").expect("a zone");
        assert_eq!(last_night(at("2026-11-23T12:00:00Z"), zone), at("2026-11-23T02:14:00Z"));
        assert_eq!(last_night(at("2026-11-23T01:00:00Z"), zone), at("2026-11-22T02:14:00Z"));
        assert_eq!(last_night(at("2026-07-01T12:00:00Z"), zone), at("2026-07-01T01:14:00Z"));
    }

    #[test]
    fn a_local_time_that_does_not_exist_is_the_first_one_after_the_gap() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 29).expect("a day");
        assert_eq!(
            local(Zone::named("Europe/Berlin").expect("a zone"), day, 2, 30),
            at("2026-03-29T01:00:00Z")
        );
    }

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_moved() {
        let start = at("2026-11-23T02:14:00Z");
        let mut clock = Clock::new(start, 60.0);
        clock.freeze(true);
        let stopped = clock.read();
        clock.skip(Duration::seconds(90));
        assert_eq!(clock.read(), stopped + Duration::seconds(90));
        assert_eq!(clock.paced(2.0), Duration::seconds(2));
        clock.freeze(false);
        assert_eq!(clock.paced(2.0), Duration::seconds(90));
    }
}
