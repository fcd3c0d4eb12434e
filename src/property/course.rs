//! The night so far: how much was open when, for a small timeline.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::Zone;
use super::clock::at_time;
use super::hotel::Property;

/// How many shifts are kept.
const SHIFTS: usize = 4;
/// How many samples of a shift are kept; beyond that the older half is thinned.
const SAMPLES: usize = 512;

/// How much was open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Alerts of severity P1, snoozed or not: what is out of the way is still open.
    pub p1: usize,
    /// Alerts of severity P2, the same.
    pub p2: usize,
    /// Pending mutations.
    pub pending: usize,
}

impl Level {
    fn worst(self, other: Self) -> Self {
        Self {
            p1: self.p1.max(other.p1),
            p2: self.p2.max(other.p2),
            pending: self.pending.max(other.pending),
        }
    }
}

/// From an instant on, so much was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// From when, UTC.
    pub at: DateTime<Utc>,
    /// How much.
    pub level: Level,
}

/// One shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// When it began by the hotel's hours, UTC.
    pub began: DateTime<Utc>,
    /// What changed, oldest first; the first says how it began, as far as it is known.
    pub samples: Vec<Sample>,
}

/// The shifts of the last day, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    shifts: VecDeque<Shift>,
    /// When the next shift begins.
    until: DateTime<Utc>,
}

impl Course {
    /// The shifts that are kept, oldest first.
    pub fn shifts(&self) -> impl DoubleEndedIterator<Item = &Shift> {
        self.shifts.iter()
    }

    /// The shift that runs; none before anything was counted.
    pub fn shift(&self) -> Option<&Shift> {
        self.shifts.back()
    }

    /// `n` equal parts of the time from `from` until `until`, each with the most that was open in it;
    /// none for a part of which nothing is known.
    pub fn parts(&self, from: DateTime<Utc>, until: DateTime<Utc>, n: usize) -> Vec<Option<Level>> {
        let mut parts = vec![None; n];
        let whole = until.signed_duration_since(from).num_milliseconds();
        let (Ok(count), true) = (i64::try_from(n), whole > 0) else { return parts };
        let samples: Vec<&Sample> = self.shifts.iter().flat_map(|shift| &shift.samples).collect();
        for (i, sample) in samples.iter().enumerate() {
            let over = samples.get(i + 1).map_or(until, |next| next.at).min(until);
            if over <= from || sample.at >= until {
                continue;
            }
            let part = |at: DateTime<Utc>| {
                at.signed_duration_since(from).num_milliseconds().clamp(0, whole - 1) * count / whole
            };
            // What is over at the very edge of a part is not in it.
            let last = part(over - chrono::TimeDelta::milliseconds(1)).max(part(sample.at));
            for (_, slot) in (0_i64..).zip(&mut parts).filter(|(k, _)| (part(sample.at)..=last).contains(k)) {
                *slot = Some(slot.map_or(sample.level, |known: Level| known.worst(sample.level)));
            }
        }
        parts
    }

    fn last(&self) -> Option<Level> {
        self.shifts.back().and_then(|shift| shift.samples.last()).map(|sample| sample.level)
    }

    fn note(&mut self, at: DateTime<Utc>, began: DateTime<Utc>, level: Level) {
        let last = self.last();
        if self.shifts.back().is_none_or(|shift| shift.began < began) {
            // A shift takes over what the one before it left open.
            let samples = last.map(|level| Sample { at: began, level }).into_iter().collect();
            self.shifts.push_back(Shift { began, samples });
            if self.shifts.len() > SHIFTS {
                self.shifts.pop_front();
            }
        }
        let Some(shift) = self.shifts.back_mut().filter(|_| last != Some(level)) else { return };
        match shift.samples.last_mut().filter(|sample| sample.at == at) {
            Some(sample) => sample.level = level,
            None => shift.samples.push(Sample { at, level }),
        }
        if shift.samples.len() > SAMPLES {
            thin(&mut shift.samples);
        }
    }
}

/// Joins the samples of the older half two by two, keeping the worse of each two.
fn thin(samples: &mut Vec<Sample>) {
    let late = samples.split_off(samples.len() / 2);
    let joined = samples.chunks(2).filter_map(|pair| {
        let first = pair.first()?;
        Some(Sample { at: first.at, level: pair.iter().fold(first.level, |l, s| l.worst(s.level)) })
    });
    *samples = joined.chain(late).collect();
}

impl Property {
    /// The night so far, and the shifts before it.
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// When the shift that runs at an instant began, and when the next one begins.
    fn shift_at(&self, at: DateTime<Utc>, zone: Zone) -> (DateTime<Utc>, DateTime<Utc>) {
        let today = zone.date(at);
        let days = [today.pred_opt(), Some(today), today.succ_opt()];
        let (mut began, mut next) = (self.born, DateTime::<Utc>::MAX_UTC);
        for date in days.into_iter().flatten() {
            for start in self.settings.shifts.iter().map(|time| at_time(zone, date, *time)) {
                if start <= at { began = began.max(start) } else { next = next.min(start) }
            }
        }
        (began, next)
    }

    /// Notes how much is open, if that has changed.
    pub(super) fn sample(&mut self) {
        let [p1, p2, _] = self.raised;
        let level = Level { p1, p2, pending: self.counts.mutations };
        if self.course.last() == Some(level) && self.now < self.course.until {
            return;
        }
        let (began, until) = self.shift_at(self.now, self.zone);
        self.course.until = until;
        self.course.note(self.now, began, level);
    }
}
