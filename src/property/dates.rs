//! The date language of the dialogs, and how dates read on the screen.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::Zone;
use super::clock::{DstNote, Settled};
use crate::text::Text;

/// The furthest from now a date may be, in days: no stay is longer.
const FURTHEST: i64 = 3_700;

/// A date as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The instant.
    pub at: DateTime<Utc>,
    /// What a person should know about it, one sentence: the clock skips or repeats that time, or it
    /// is past.
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
    #[error("there is no such date or time as “{0}”; write 14:00, tomorrow 12:00 or 2026-11-24 12:00")]
    NoSuch(Text),
    /// Beyond what a stay can be.
    #[error("“{0}” is too far away; use days such as +1d or a date such as 2026-11-24 12:00")]
    TooFar(Text),
}

/// Reads what was typed into a date field, in property time, in any case and with any spaces:
///
/// | typed | means |
/// |---|---|
/// | `+1d`, `-2d`, `+1w` | so many days from `base`, at the same time of day, also over a night on which the clocks change |
/// | `+2h`, `-30m`, `+1h30m`, `+1d2h` | so much time from `base`; days first, then the rest |
/// | `14:00`, `14.00`, `9:30` | that time on the day of `base` |
/// | `today 14:00`, `tomorrow 12:00`, `yesterday 12:00` | that time on a day counted from `now` |
/// | `today`, `tomorrow`, `2026-11-24` | that day, at the time of day of `base` |
/// | `2026-11-24 12:00`, `2026-11-24T12:00` | that time on that day |
///
/// `base` is the value the field has.
///
/// # Errors
/// [`DateError`], one sentence that gives the forms.
pub fn parse(input: &str, base: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> Result<Parsed, DateError> {
    let typed = Text::new(input.trim());
    let words = typed.to_lowercase();
    if words.is_empty() {
        return Err(DateError::Empty);
    }
    let settled = match words.chars().next() {
        Some('+' | '-' | '−') => relative(&words, &typed, base, zone)?,
        _ => absolute(&words, &typed, base, now, zone)?,
    };
    if settled.at.signed_duration_since(now).num_days().abs() > FURTHEST {
        return Err(DateError::TooFar(typed));
    }
    Ok(Parsed { at: settled.at, note: note(&settled, now, zone) })
}

fn note(settled: &Settled, now: DateTime<Utc>, zone: Zone) -> Option<Text> {
    let local = zone.local(settled.at).format("%H:%M");
    let short = zone.short(settled.at);
    let dst = settled.note.map(|note| match note {
        DstNote::Gap => {
            format!("the clocks go forward that night and skip this time: it becomes {local} {short}")
        }
        DstNote::Fold => {
            format!("the clocks go back that night and show {local} twice: the first, {short}, is meant")
        }
    });
    dst.or_else(|| (settled.at <= now).then(|| "this is past".to_owned())).map(Text::new)
}

/// `+1d`, `-30m`, `+1d2h`.
fn relative(words: &str, typed: &Text, base: DateTime<Utc>, zone: Zone) -> Result<Settled, DateError> {
    let unknown = || DateError::Unknown(typed.clone());
    let too_far = || DateError::TooFar(typed.clone());
    let is_back = !words.starts_with('+');
    let mut rest = words.trim_start_matches(['+', '-', '−']);
    if words.chars().count() != rest.chars().count() + 1 {
        return Err(unknown());
    }
    let (mut days, mut minutes) = (0_i64, 0_i64);
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(unknown)?;
        let (digits, tail) = rest.split_at(end);
        if digits.is_empty() {
            return Err(unknown());
        }
        let n: i64 = digits.parse().map_err(|_| too_far())?;
        let tail = tail.trim_start();
        let end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let (into, scale) = match unit {
            "w" | "week" | "weeks" => (&mut days, 7),
            "d" | "day" | "days" | "night" | "nights" => (&mut days, 1),
            "h" | "hour" | "hours" => (&mut minutes, 60),
            "m" | "min" | "minute" | "minutes" => (&mut minutes, 1),
            _ => return Err(unknown()),
        };
        *into = n.checked_mul(scale).and_then(|n| into.checked_add(n)).ok_or_else(too_far)?;
        rest = tail;
    }
    if days == 0 && minutes == 0 && !words.contains('0') {
        return Err(unknown());
    }
    if days > FURTHEST || minutes > FURTHEST * 24 * 60 {
        return Err(too_far());
    }
    let settled = by_days(base, days, is_back, zone).ok_or_else(too_far)?;
    let by = TimeDelta::minutes(if is_back { -minutes } else { minutes });
    let at = settled.at.checked_add_signed(by).ok_or_else(too_far)?;
    Ok(Settled { at, note: settled.note.filter(|_| minutes == 0) })
}

/// Whole days keep the time of day.
fn by_days(base: DateTime<Utc>, days: i64, is_back: bool, zone: Zone) -> Option<Settled> {
    if days == 0 {
        return Some(Settled { at: base, note: None });
    }
    let wall = zone.local(base).naive_local();
    let days = Days::new(u64::try_from(days).ok()?);
    let wall = if is_back { wall.checked_sub_days(days) } else { wall.checked_add_days(days) };
    wall.map(|wall| zone.from_local(wall))
}

/// A day, a time, or both.
fn absolute(
    words: &str,
    typed: &Text,
    base: DateTime<Utc>,
    now: DateTime<Utc>,
    zone: Zone,
) -> Result<Settled, DateError> {
    let no_such = || DateError::NoSuch(typed.clone());
    let split = words.replacen('t', " ", usize::from(words.starts_with(|c: char| c.is_ascii_digit())));
    let parts: Vec<&str> = split.split_whitespace().filter(|word| *word != "at").collect();
    let old = zone.local(base);
    let today = zone.date(now);
    let (date, time) = match parts.as_slice() {
        [one] if is_time(one) => (old.date_naive(), time(one).ok_or_else(no_such)?),
        [one] => (day(one, today, typed)?, old.time()),
        [one, two] if is_time(two) => (day(one, today, typed)?, time(two).ok_or_else(no_such)?),
        _ => return Err(DateError::Unknown(typed.clone())),
    };
    Ok(zone.from_local(date.and_time(time)))
}

fn day(word: &str, today: NaiveDate, typed: &Text) -> Result<NaiveDate, DateError> {
    let no_such = || DateError::NoSuch(typed.clone());
    match word {
        "today" | "tonight" => return Ok(today),
        "tomorrow" => return today.succ_opt().ok_or_else(no_such),
        "yesterday" => return today.pred_opt().ok_or_else(no_such),
        _ => {}
    }
    let mut parts = word.split('-').map(number);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(year @ 1000..=9999)), Some(Some(month)), Some(Some(day)), None) => {
            let year = i32::try_from(year).map_err(|_| no_such())?;
            NaiveDate::from_ymd_opt(year, month, day).ok_or_else(no_such)
        }
        _ => Err(DateError::Unknown(typed.clone())),
    }
}

fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Whether a word has the form of a time of day, right or wrong.
fn is_time(word: &str) -> bool {
    let mut parts = word.split([':', '.']).map(number);
    matches!((parts.next(), parts.next(), parts.next()), (Some(Some(_)), Some(Some(_)), None))
}

fn time(word: &str) -> Option<NaiveTime> {
    let mut parts = word.split([':', '.']);
    let (hour, minute) = (parts.next()?, parts.next()?);
    if minute.len() != 2 {
        return None;
    }
    NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0)
}

/// A date as short as it can be said from `now`, property time: `today 11:00`, `yesterday 11:00`,
/// `tomorrow 11:00`, `Wed 11:00` within six days, `24 Nov 11:00` within a year, `24 Nov 2028 11:00`.
pub fn short(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let (local, today) = (zone.local(at), zone.date(now));
    let time = local.format("%H:%M");
    let days = local.date_naive().signed_duration_since(today).num_days();
    match days {
        0 => format!("today {time}"),
        1 => format!("tomorrow {time}"),
        -1 => format!("yesterday {time}"),
        -6..=6 => format!("{} {time}", local.format("%a")),
        _ if local.year() == today.year() || days.abs() < 180 => format!("{} {time}", local.format("%-d %b")),
        _ => format!("{} {time}", local.format("%-d %b %Y")),
    }
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

#[cfg(test)]
#[path = "tests/dates.rs"]
mod tests;
