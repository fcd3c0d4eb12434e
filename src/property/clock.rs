//! Property time: the zone, and the business date that does not turn at midnight.

use chrono::{
    DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
};
use chrono_tz::{OffsetName, Tz};

/// The time zone of the property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(pub Tz);

/// A wall-clock time settled on the one instant it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The instant.
    pub at: DateTime<Utc>,
    /// What had to be settled, as a sentence can say it.
    pub note: Option<DstNote>,
}

/// What happened to a wall-clock time on a night the clocks change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DstNote {
    /// The clock skips that time: the instant is as long after the gap began as was asked.
    Gap,
    /// The clock shows that time twice: the first of the two was taken.
    Fold,
}

impl Zone {
    /// Reads an IANA name, `Europe/Stockholm`.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Property time of an instant.
    pub fn local(self, at: DateTime<Utc>) -> DateTime<Tz> {
        at.with_timezone(&self.0)
    }

    /// The date at the property at an instant.
    pub fn date(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// The zone's abbreviation at an instant: `CET`, `CEST`, `-03`.
    pub fn short(self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        match local.offset().abbreviation() {
            Some(name) => name.to_owned(),
            None => local.format("%:z").to_string(),
        }
    }

    /// The instant a wall-clock time means. Where the clock skips it, the time is moved forward by
    /// the length of the gap; where the clock shows it twice, the first is taken.
    pub fn from_local(self, wall: NaiveDateTime) -> Settled {
        match self.0.from_local_datetime(&wall) {
            MappedLocalTime::Single(t) => Settled { at: t.to_utc(), note: None },
            MappedLocalTime::Ambiguous(first, _) => Settled { at: first.to_utc(), note: Some(DstNote::Fold) },
            MappedLocalTime::None => Settled { at: self.after_gap(wall), note: Some(DstNote::Gap) },
        }
    }

    /// Reads the skipped time with the offset from before the gap, which is what moves it past.
    fn after_gap(self, wall: NaiveDateTime) -> DateTime<Utc> {
        // No zone has ever skipped more than a day.
        let before = (1..=26)
            .filter_map(|h| wall.checked_sub_signed(TimeDelta::hours(h)))
            .find_map(|w| self.0.from_local_datetime(&w).latest().map(|t| (w, t)));
        match before {
            Some((w, t)) => t.to_utc() + wall.signed_duration_since(w),
            None => wall.and_utc(),
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

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
