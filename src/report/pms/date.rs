//! Dates as people and programs write them.

use chrono::{NaiveDate, NaiveDateTime};

/// English months, as hotel programs shorten them.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// How the numbers of a date are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading<'a> {
    /// Forms to try first, as `strftime` has them.
    pub(super) formats: &'a [String],
    /// Whether 03/04 is the third of April.
    pub(super) day_first: bool,
}

/// The day of a date with or without a time; the time is not looked at. None where it is no date.
pub(super) fn day(raw: &str, reading: Reading<'_>) -> Option<NaiveDate> {
    let raw = raw.trim();
    let configured = reading.formats.iter().find_map(|format| {
        NaiveDate::parse_from_str(raw, format)
            .ok()
            .or_else(|| NaiveDateTime::parse_from_str(raw, format).ok().map(|at| at.date()))
    });
    configured.or_else(|| usual(raw, reading.day_first))
}

/// What a date tells of the order of day and month: true for the day first; none where it fits both.
pub(super) fn tells_order(raw: &str) -> Option<bool> {
    let (a, b, _, separator) = numbers(raw.trim())?;
    match (separator, a, b) {
        ('.', ..) => None,
        (_, 13..=31, 1..=12) => Some(true),
        (_, 1..=12, 13..=31) => Some(false),
        _ => None,
    }
}

/// Whether a date can be read both ways.
pub(super) fn is_ambiguous(raw: &str) -> bool {
    numbers(raw.trim()).is_some_and(|(a, b, _, sep)| sep != '.' && a != b && a <= 12 && b <= 12)
}

/// Three numbers with the year last, and what stands between them.
fn numbers(raw: &str) -> Option<(u32, u32, u32, char)> {
    let date = raw.split([' ', 'T', ',']).next()?;
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = date.split(separator).filter(|part| !part.is_empty());
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if a.len() > 2 || !matches!(separator, '.' | '/' | '-') {
        return None;
    }
    Some((a.parse().ok()?, b.parse().ok()?, c.parse().ok()?, separator))
}

fn usual(raw: &str, day_first: bool) -> Option<NaiveDate> {
    let date = raw.split([' ', 'T', ',']).next().unwrap_or_default();
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::parse_from_str(date, "%Y%m%d").ok();
    }
    if let Some(day) = iso(date) {
        return Some(day);
    }
    if let Some((a, b, year, separator)) = numbers(raw) {
        let is_day_first = match tells_order(raw) {
            Some(told) => told,
            None => separator == '.' || day_first,
        };
        let (day, month) = if is_day_first { (a, b) } else { (b, a) };
        return NaiveDate::from_ymd_opt(full_year(year)?, month, day);
    }
    named(raw)
}

/// `2026-11-22`, `2026/11/22`, `2026.11.22`.
fn iso(date: &str) -> Option<NaiveDate> {
    let mut parts = date.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `22 Nov 2026`, `22-NOV-26`, `Nov 22, 2026`, with or without a weekday before it.
fn named(raw: &str) -> Option<NaiveDate> {
    let lower = raw.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (mut month, mut numbers) = (None, Vec::new());
    for word in words.take(8) {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            numbers.push(word);
        } else if let (None, Some(name)) = (month, word.get(..3)) {
            month = MONTHS.iter().zip(1_u32..).find(|(m, _)| **m == name).map(|(_, n)| n);
        }
    }
    let mut numbers = numbers.into_iter();
    let (day, year) = (numbers.next()?, numbers.next()?);
    NaiveDate::from_ymd_opt(full_year(year.parse().ok()?)?, month?, day.parse().ok()?)
}

/// Two digits are of this century.
fn full_year(year: u32) -> Option<i32> {
    let year = if year < 100 { year + 2000 } else { year };
    i32::try_from(year).ok().filter(|year| (1900..=2200).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn read(raw: &str, day_first: bool) -> Option<String> {
        day(raw, Reading { formats: &[], day_first }).map(|day| day.to_string())
    }

    #[rstest]
    #[case("2026-11-22")]
    #[case("2026-11-22T15:00:00Z")]
    #[case("2026-11-22 15:00")]
    #[case("2026/11/22")]
    #[case("20261122")]
    #[case("22.11.2026")]
    #[case("22.11.26")]
    #[case("22.11.2026 15:00")]
    #[case("22/11/2026")]
    #[case("11/22/2026")]
    #[case("11/22/2026 3:00 PM")]
    #[case("22-11-2026")]
    #[case("22-NOV-26")]
    #[case("22 Nov 2026")]
    #[case("Sun, 22 Nov 2026")]
    #[case("Nov 22, 2026")]
    #[case("22 November 2026 15:00")]
    fn every_form(#[case] raw: &str) {
        assert_eq!(read(raw, true).as_deref(), Some("2026-11-22"));
        assert_eq!(read(raw, false).as_deref(), Some("2026-11-22"), "it tells its order");
    }

    #[test]
    fn what_fits_both_ways_is_read_as_told() {
        assert_eq!(read("03/04/2026", true).as_deref(), Some("2026-04-03"));
        assert_eq!(read("03/04/2026", false).as_deref(), Some("2026-03-04"));
        assert_eq!(read("03.04.2026", false).as_deref(), Some("2026-04-03"), "dots are never American");
        assert!(is_ambiguous("03/04/2026") && !is_ambiguous("22/11/2026") && !is_ambiguous("03.04.2026"));
    }

    #[rstest]
    #[case("")]
    #[case("soon")]
    #[case("32.11.2026")]
    #[case("31/02/2026")]
    #[case("1")]
    #[case("22.11.")]
    fn what_is_no_date(#[case] raw: &str) {
        assert_eq!(read(raw, true), None);
    }

    #[test]
    fn a_configured_form_comes_first() {
        let formats = ["%d|%m|%Y".to_owned(), "%Q".to_owned()];
        let reading = Reading { formats: &formats, day_first: true };
        assert_eq!(day("22|11|2026", reading).map(|d| d.to_string()).as_deref(), Some("2026-11-22"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_stumble(raw in "\\PC{0,40}", format in "\\PC{0,10}", day_first: bool) {
            let formats = [format];
            let _ = day(&raw, Reading { formats: &formats, day_first });
            let _ = (tells_order(&raw), is_ambiguous(&raw));
        }
    }
}
