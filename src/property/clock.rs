//! Property time: its zone, and the business date that does not turn at midnight.

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};

pub use crate::zone::{DstNote, Settled, Zone};

/// The date the hotel's books are on. It turns when the night audit rolls it, not at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDate(NaiveDate);

impl BusinessDate {
    /// A business date that is known.
    pub fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The date to begin with where none is known: before `roll_hour` property time it is still
    /// yesterday, for the audit of a night runs until the morning.
    pub fn guess(now: DateTime<Utc>, zone: Zone, roll_hour: u32) -> Self {
        let local = zone.local(now);
        let today = local.date_naive();
        if local.hour() < roll_hour { Self(today.pred_opt().unwrap_or(today)) } else { Self(today) }
    }

    /// The date.
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// The next business date.
    pub fn next(self) -> Self {
        Self(self.0.succ_opt().unwrap_or(self.0))
    }

    /// `Sun 22 Nov`.
    pub fn short(self) -> String {
        self.0.format("%a %-d %b").to_string()
    }
}

/// The instant of a local time of day on a date, settled.
pub(super) fn at_time(zone: Zone, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    zone.from_local(date.and_time(time)).at
}
