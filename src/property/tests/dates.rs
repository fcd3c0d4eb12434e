//! The date language.

use super::*;
use chrono::TimeZone;
use proptest::prelude::*;
use rstest::rstest;

fn stockholm() -> Zone {
    Zone::named("Europe/Stockholm").unwrap()
}

fn wall(text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    stockholm().from_local(naive).at
}

#[rstest]
#[case("+1d", "2026-11-24 11:00")]
#[case(" + 1 D ", "2026-11-24 11:00")]
#[case("+2h", "2026-11-23 13:00")]
#[case("-30m", "2026-11-23 10:30")]
#[case("+1w", "2026-11-30 11:00")]
#[case("+1h30m", "2026-11-23 12:30")]
#[case("+1d 2h", "2026-11-24 13:00")]
#[case("+2 nights", "2026-11-25 11:00")]
#[case("14:00", "2026-11-23 14:00")]
#[case("9.30", "2026-11-23 09:30")]
#[case("Tomorrow 12:00", "2026-11-24 12:00")]
#[case("tomorrow at 12:00", "2026-11-24 12:00")]
#[case("today 12:00", "2026-11-23 12:00")]
#[case("tomorrow", "2026-11-24 11:00")]
#[case("2026-11-24 12:00", "2026-11-24 12:00")]
#[case("2026-11-24T12:00", "2026-11-24 12:00")]
#[case("2026-12-24", "2026-12-24 11:00")]
fn understood(#[case] typed: &str, #[case] want: &str) {
    // 03:14 on Monday; the field says 11:00.
    let got = parse(typed, wall("2026-11-23 11:00"), wall("2026-11-23 03:14"), stockholm()).unwrap();
    assert_eq!(got, Parsed { at: wall(want), note: None });
}

#[rstest]
#[case("")]
#[case("  ")]
#[case("+")]
#[case("++1d")]
#[case("+d")]
#[case("+1")]
#[case("+1x")]
#[case("soon")]
#[case("25:00")]
#[case("12:60")]
#[case("12:5")]
#[case("2026-02-30 12:00")]
#[case("2026-13-01")]
#[case("tomorrow noon")]
#[case("12:00 tomorrow maybe")]
#[case("+99999999999999999999d")]
#[case("+9999999w")]
#[case("9999-12-31 12:00")]
fn refused_in_one_sentence_that_gives_the_forms(#[case] typed: &str) {
    let error = parse(typed, wall("2026-11-23 11:00"), wall("2026-11-23 03:14"), stockholm()).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("2026-11-24 12:00") && !words.contains('\n'), "{words}");
}

#[test]
fn what_was_typed_is_cleaned_before_it_is_shown_again() {
    let error =
        parse("\u{1b}[2Jnow", wall("2026-11-23 11:00"), wall("2026-11-23 03:14"), stockholm()).unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'));
}

#[test]
fn a_day_more_keeps_the_time_of_day_over_both_changes_of_the_clock() {
    // Forward on 29 March 2026, back on 25 October 2026.
    for (from, to, hours) in
        [("2026-03-28 11:00", "2026-03-29 11:00", 23), ("2026-10-24 11:00", "2026-10-25 11:00", 25)]
    {
        let got = parse("+1d", wall(from), wall(from) - TimeDelta::hours(1), stockholm()).unwrap();
        assert_eq!(got.at, wall(to));
        assert_eq!((got.at - wall(from)).num_hours(), hours);
    }
}

#[test]
fn a_time_the_clock_skips_or_repeats_is_settled_and_said() {
    let now = wall("2026-03-28 20:00");
    let skipped = parse("2026-03-29 02:30", now, now, stockholm()).unwrap();
    assert_eq!(skipped.at, Utc.with_ymd_and_hms(2026, 3, 29, 1, 30, 0).unwrap(), "03:30 CEST");
    assert!(skipped.note.unwrap().contains("it becomes 03:30 CEST"));

    let now = wall("2026-10-24 20:00");
    let twice = parse("2026-10-25 02:30", now, now, stockholm()).unwrap();
    assert_eq!(twice.at, Utc.with_ymd_and_hms(2026, 10, 25, 0, 30, 0).unwrap(), "02:30 CEST");
    assert!(twice.note.unwrap().contains("CEST"));
}

#[test]
fn hours_are_real_hours_also_on_those_nights() {
    let base = wall("2026-10-25 01:30");
    let got = parse("+2h", base, base - TimeDelta::hours(1), stockholm()).unwrap();
    assert_eq!(got.at - base, TimeDelta::hours(2));
}

#[test]
fn what_is_past_says_so() {
    let got =
        parse("yesterday 12:00", wall("2026-11-23 11:00"), wall("2026-11-23 03:14"), stockholm()).unwrap();
    assert_eq!(got.note.unwrap(), "this is past");
}

#[rstest]
#[case("2026-11-23 11:00", "today 11:00")]
#[case("2026-11-24 11:00", "tomorrow 11:00")]
#[case("2026-11-22 23:30", "yesterday 23:30")]
#[case("2026-11-25 11:00", "Wed 11:00")]
#[case("2026-12-24 11:00", "24 Dec 11:00")]
#[case("2027-01-04 11:00", "4 Jan 11:00")]
#[case("2028-01-04 11:00", "4 Jan 2028 11:00")]
fn shown_short(#[case] at: &str, #[case] want: &str) {
    assert_eq!(short(wall(at), wall("2026-11-23 03:14"), stockholm()), want);
}

#[rstest]
#[case(0, "0s")]
#[case(-5, "0s")]
#[case(59, "59s")]
#[case(60, "1m")]
#[case(3_599, "59m")]
#[case(3_600, "1h")]
#[case(86_400 * 3, "3d")]
fn ages(#[case] seconds: i64, #[case] want: &str) {
    let now = wall("2026-11-23 03:14");
    assert_eq!(age(now - TimeDelta::seconds(seconds), now), want);
}

proptest! {
    #[test]
    fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,40}", at in -9_000_000_000i64..9_000_000_000) {
        let now = DateTime::from_timestamp(at, 0).unwrap();
        let _ = parse(&typed, now, now, stockholm());
    }

    #[test]
    fn nearly_right_input_does_not_break_it(typed in "[-+ 0-9dhmwt:.]{0,24}", at in 0i64..4_000_000_000) {
        let now = DateTime::from_timestamp(at, 0).unwrap();
        let _ = parse(&typed, now, now, stockholm());
    }

    #[test]
    fn a_day_more_and_a_day_less_is_where_it_was(minute in 0i64..2_000_000, days in 1u32..60) {
        let base = wall("2026-01-01 00:00") + TimeDelta::minutes(minute);
        let there = parse(&format!("+{days}d"), base, base, stockholm()).unwrap();
        let back = parse(&format!("-{days}d"), there.at, base, stockholm()).unwrap();
        // A time of day that the clock skips cannot be kept, and of a doubled one the first is taken.
        let is_plain = |t: DateTime<Utc>| stockholm().from_local(stockholm().local(t).naive_local()).note.is_none();
        if there.note.as_ref().is_none_or(|note| note == "this is past") && is_plain(base) {
            prop_assert_eq!(back.at, base);
        }
    }
}
