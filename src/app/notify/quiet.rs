//! Quiet hours, on the nights of the year too on which the clocks change.

use chrono::{DateTime, Utc};

use crate::config::QuietHours;
use crate::property::Zone;

/// Whether an instant is in the quiet hours. They begin and end once a night: a time the clock skips counts
/// from after the gap, and one it shows twice the first time, as everywhere in the program.
pub(super) fn is_quiet(hours: QuietHours, at: DateTime<Utc>, zone: Zone) -> bool {
    let today = zone.date(at);
    let QuietHours { from, until } = hours;
    [today.pred_opt(), Some(today)].into_iter().flatten().any(|day| {
        let last = if until > from { day } else { day.succ_opt().unwrap_or(day) };
        let instant = |day: chrono::NaiveDate, time| zone.from_local(day.and_time(time)).at;
        instant(day, from) <= at && at < instant(last, until)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;
    use rstest::rstest;

    fn hours(from: &str, until: &str) -> QuietHours {
        let time = |raw| NaiveTime::parse_from_str(raw, "%H:%M").unwrap();
        QuietHours { from: time(from), until: time(until) }
    }

    #[rstest]
    // An ordinary night in Berlin, one hour ahead of UTC.
    #[case("2026-11-22T21:59:59Z", false)]
    #[case("2026-11-22T22:00:00Z", true)]
    #[case("2026-11-23T04:59:59Z", true)]
    #[case("2026-11-23T05:00:00Z", false)]
    // The clock goes back from 03:00 to 02:00: the night is an hour longer.
    #[case("2026-10-24T20:59:59Z", false)]
    #[case("2026-10-24T21:00:00Z", true)]
    #[case("2026-10-25T01:30:00Z", true)]
    #[case("2026-10-25T04:59:59Z", true)]
    #[case("2026-10-25T05:00:00Z", false)]
    // And forward from 02:00 to 03:00: an hour shorter.
    #[case("2026-03-28T22:00:00Z", true)]
    #[case("2026-03-29T03:59:59Z", true)]
    #[case("2026-03-29T04:00:00Z", false)]
    fn a_night_from_eleven_to_six(#[case] at: &str, #[case] quiet: bool) {
        let zone = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(is_quiet(hours("23:00", "06:00"), at.parse().unwrap(), zone), quiet);
    }

    #[rstest]
    // 02:30 comes twice; the first ends them, and they do not begin again.
    #[case("2026-10-25T00:29:59Z", true)]
    #[case("2026-10-25T00:30:00Z", false)]
    #[case("2026-10-25T01:15:00Z", false)]
    // 02:30 never comes: they end as long after the gap began.
    #[case("2026-03-29T01:29:59Z", true)]
    #[case("2026-03-29T01:30:00Z", false)]
    fn an_end_in_the_hour_that_changes(#[case] at: &str, #[case] quiet: bool) {
        let zone = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(is_quiet(hours("23:00", "02:30"), at.parse().unwrap(), zone), quiet);
    }

    #[test]
    fn hours_within_one_day() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let is = |at: &str| is_quiet(hours("13:00", "15:00"), at.parse().unwrap(), zone);
        assert!(is("2026-11-22T12:00:00Z") && is("2026-11-22T13:59:00Z"));
        assert!(!is("2026-11-22T11:59:00Z") && !is("2026-11-22T14:00:00Z"));
    }
}
