//! An instant that may be unknown, in eight bytes.

use std::fmt;

use chrono::{DateTime, Timelike, Utc};

/// An instant, UTC, to the microsecond, or none: Seam tells milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// No instant.
    pub(super) const NONE: Self = Self(i64::MIN);

    /// An instant, or where it does not fit the next that does: what waits for it never comes too early.
    pub(super) fn no_earlier(at: DateTime<Utc>) -> Self {
        let whole = at.nanosecond().is_multiple_of(1_000);
        Self(at.timestamp_micros().saturating_add(i64::from(!whole)))
    }

    /// The instant, if there is one.
    pub(super) fn get(self) -> Option<DateTime<Utc>> {
        (self != Self::NONE).then(|| DateTime::from_timestamp_micros(self.0)).flatten()
    }
}

impl Default for Moment {
    fn default() -> Self {
        Self::NONE
    }
}

impl From<Option<DateTime<Utc>>> for Moment {
    fn from(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::NONE, Self::from)
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_reads_back_to_the_microsecond() {
        let written = ["1970-01-01T00:00:00Z", "2026-11-22T21:00:00.123456Z", "9999-12-31T23:59:59.999999Z"];
        let instants = written.map(|at| at.parse().unwrap());
        for at in
            instants.into_iter().chain([DateTime::<Utc>::UNIX_EPOCH, "0001-01-01T00:00:00Z".parse().unwrap()])
        {
            assert_eq!(Moment::from(at).get(), Some(at));
            assert_eq!(Moment::from(Some(at)), Moment::from(at));
        }
        assert!(Moment::from(DateTime::<Utc>::MAX_UTC).get().is_some());
        assert!(Moment::from(DateTime::<Utc>::MIN_UTC).get().is_some());
        let between = DateTime::from_timestamp(1, 1_500).unwrap();
        assert_eq!(Moment::no_earlier(between).get(), DateTime::from_timestamp(1, 2_000));
        assert_eq!((Moment::from(None).get(), size_of::<Moment>()), (None, 8));
    }
}
