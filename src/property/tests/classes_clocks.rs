//! Classes on the nights on which the clocks change: of 29 March, an hour short, and of 25 October 2026, an
//! hour long. What is a time on the wall stays one, what is a span stays as long as it is.

use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use serde_json::json;

use super::kit::*;
use crate::property::StayClass::*;
use crate::property::*;

/// The two nights: the date of the books, and the day after.
const SPRING: [&str; 2] = ["2026-03-28", "2026-03-29"];
const AUTUMN: [&str; 2] = ["2026-10-24", "2026-10-25"];

/// 101 at noon of a date, its door known to report.
fn noon(date: &str) -> Kit {
    let now = at(&format!("{date} 12:00"));
    let mut hotel = Property::new(settings(), now);
    hotel.set_business_date(BusinessDate::new(date.parse().unwrap()), now);
    let mut kit = Kit { hotel, now, last: Changed::default(), is_sliced: false };
    kit.spaces(json!([space("101")]));
    kit.entrances(json!([guest_door("e101", "101")]));
    kit.events(json!([unlocked("old", "e101", &format!("{date} 10:00"), json!({}))]));
    kit
}

/// A guest of 101 with a PIN, between two instants.
fn guest(kit: &mut Kit, from: DateTime<Utc>, until: DateTime<Utc>) {
    let mut stay = grant("g1", "101", "2026-01-01 00:00", "2026-01-01 00:00", json!({}));
    merge(&mut stay, json!({"starts_at": from, "ends_at": until}));
    kit.grants(json!([stay]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
}

fn came(kit: &mut Kit, when: DateTime<Utc>) {
    kit.events(json!([{"event_id": "in", "event_type": "lock.unlocked", "acs_entrance_id": "e101",
                       "occurred_at": when}]));
}

/// Goes from one instant that matters to the next and says when the class turned to each other one, as the
/// wall of the property shows it, with the hours to UTC.
fn turns(kit: &mut Kit, until: DateTime<Utc>) -> Vec<String> {
    let mut class = kit.class();
    let mut turns = Vec::new();
    while let Some(next) = kit.hotel.next_instant().filter(|next| *next <= until) {
        kit.now = next;
        kit.hotel.advance(next);
        if kit.class() != class {
            class = kit.class();
            turns.push(format!("{class} {}", kit.hotel.zone().local(next).format("%H:%M%:::z")));
        }
    }
    kit.now = until;
    kit.hotel.advance(until);
    turns
}

#[rstest]
#[case(SPRING, 23)]
#[case(AUTUMN, 25)]
fn the_night_is_as_long_as_it_is_and_the_books_wait(#[case] night: [&str; 2], #[case] hours: i64) {
    let [date, next] = night;
    let mut kit = noon(date);
    let end = at(&format!("{next} 12:00"));
    assert_eq!(end - kit.now, TimeDelta::hours(hours));
    let until = at(&format!("{next} 11:00"));
    let from = at(&format!("{date} 15:00")) - TimeDelta::days(1);
    guest(&mut kit, from, until);
    came(&mut kit, from);
    assert_eq!(turns(&mut kit, until - TimeDelta::minutes(1)), [] as [&str; 0], "nothing turns at midnight");
    assert_eq!((kit.class(), kit.hotel.business_date().date().to_string()), (Stayover, date.to_owned()));
    kit.hotel.roll(kit.now);
    assert_eq!((kit.class(), kit.hotel.business_date().date().to_string()), (DueOut, next.to_owned()));
}

#[rstest]
// Expected in the afternoon: at two on the wall, which in spring is three, in autumn the first of two.
#[case(SPRING, "15:00", &["no-show? 03:00+02"])]
#[case(AUTUMN, "15:00", &["no-show? 02:00+02"])]
// Expected late: four hours later, by the clock that nobody moves.
#[case(SPRING, "23:30", &["no-show? 04:30+02"])]
#[case(AUTUMN, "23:30", &["no-show? 02:30+01"])]
fn who_does_not_come(#[case] night: [&str; 2], #[case] hour: &str, #[case] want: &[&str]) {
    let [date, next] = night;
    let mut kit = noon(date);
    let from = at(&format!("{date} {hour}"));
    guest(&mut kit, from, from + TimeDelta::days(3));
    let turns = turns(&mut kit, at(&format!("{next} 09:00")));
    assert_eq!(turns, want);
}

#[rstest]
// In the hour that comes twice, at its first and at its second time; and just after the hour that does not come.
#[case(AUTUMN, "2026-10-25T00:30:00Z")]
#[case(AUTUMN, "2026-10-25T01:30:00Z")]
#[case(SPRING, "2026-03-29T01:00:00Z")]
fn a_walk_in_in_the_odd_hour(#[case] night: [&str; 2], #[case] from: DateTime<Utc>) {
    let [date, next] = night;
    let mut kit = noon(date);
    kit.now = from;
    kit.hotel.advance(from);
    guest(&mut kit, from, at(&format!("{next} 11:00")));
    assert_eq!(kit.class(), DueIn, "of the night before, for the books are still on it");
    came(&mut kit, from + TimeDelta::minutes(5));
    assert_eq!(kit.class(), InHouse);
    assert_eq!(kit.stay().evidence().len(), 1);
    // It ends at eleven on the wall; five minutes later its key must open no longer.
    kit.tick_until(&format!("{next} 11:04"));
    assert!(kit.alert(&Rule::EndedButIssued).is_none());
    kit.tick_until(&format!("{next} 11:05"));
    assert_eq!(kit.alert(&Rule::EndedButIssued).unwrap().since, at(&format!("{next} 11:00")));
}

#[rstest]
// One night, whatever the number of its hours; 29 of them are odd.
#[case(SPRING, 29)]
#[case(AUTUMN, 29)]
#[case(SPRING, 28)]
#[case(AUTUMN, 28)]
fn nights_are_counted_by_the_calendar(#[case] night: [&str; 2], #[case] nights: i64) {
    let [date, _] = night;
    let mut kit = noon(date);
    let from = at(&format!("{date} 11:00"));
    let day = kit.hotel.zone().date(from) + TimeDelta::days(nights);
    guest(&mut kit, from, at(&format!("{day} 11:00")));
    let is_odd = kit.alert(&Rule::OddDates).is_some();
    assert_eq!(is_odd, nights > 28);
}

#[rstest]
#[case(SPRING, "2026-03-29T00:00:00Z")]
#[case(AUTUMN, "2026-10-24T23:00:00Z")]
fn midnight_is_no_roll_and_a_roll_at_a_set_time_comes_once(
    #[case] night: [&str; 2],
    #[case] one_o_clock: DateTime<Utc>,
) {
    let [date, next] = night;
    let mut kit = noon(date);
    kit.hotel.settings.roll_at = chrono::NaiveTime::from_hms_opt(1, 0, 0);
    let from = at(&format!("{date} 15:00")) - TimeDelta::days(1);
    guest(&mut kit, from, at(&format!("{next} 11:00")));
    came(&mut kit, from);
    let noon = kit.now;
    kit.hotel.set_business_date(BusinessDate::new(date.parse().unwrap()), noon);
    kit.hotel.advance(one_o_clock - TimeDelta::seconds(1));
    assert_eq!(kit.class(), Stayover);
    kit.hotel.advance(one_o_clock);
    assert_eq!(kit.class(), DueOut);
    kit.hotel.advance(at(&format!("{next} 10:59")));
    assert_eq!(kit.hotel.business_date().date().to_string(), next);
}
