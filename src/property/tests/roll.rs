//! The business date turns when the audit says so, or at an hour the settings name; never at midnight.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rstest::rstest;

use super::kit::*;
use crate::property::*;

fn hotel(roll_at: Option<(u32, u32)>, now: DateTime<Utc>) -> Property {
    let roll_at = roll_at.and_then(|(h, m)| NaiveTime::from_hms_opt(h, m, 0));
    Property::new(Settings { roll_at, ..settings() }, now)
}

fn date(hotel: &Property) -> String {
    hotel.business_date().date().to_string()
}

#[test]
fn without_an_hour_it_never_turns_by_itself() {
    let mut hotel = hotel(None, at("2026-11-22 22:00"));
    assert_eq!(hotel.next_roll(), None);
    hotel.advance(at("2026-11-23 12:00"));
    assert_eq!(date(&hotel), "2026-11-22");
    assert!(hotel.roll(at("2026-11-23 12:00")).header);
    assert_eq!(date(&hotel), "2026-11-23");
}

#[rstest]
// In the morning it ends the day before; late in the evening the day itself.
#[case((3, 0), "2026-11-22 22:00", "2026-11-22", "2026-11-23 03:00")]
#[case((3, 0), "2026-11-23 02:59", "2026-11-22", "2026-11-23 03:00")]
#[case((3, 0), "2026-11-23 03:00", "2026-11-23", "2026-11-24 03:00")]
#[case((0, 0), "2026-11-22 23:59", "2026-11-22", "2026-11-23 00:00")]
#[case((23, 30), "2026-11-22 22:00", "2026-11-22", "2026-11-22 23:30")]
#[case((23, 30), "2026-11-22 23:45", "2026-11-23", "2026-11-23 23:30")]
fn at_its_hour(#[case] hour: (u32, u32), #[case] now: &str, #[case] first: &str, #[case] next: &str) {
    let mut hotel = hotel(Some(hour), at(now));
    assert_eq!((date(&hotel).as_str(), hotel.next_roll()), (first, Some(at(next))));
    assert_eq!(hotel.next_instant(), Some(at(next)));
    let before = hotel.advance(at(next) - chrono::TimeDelta::seconds(1));
    assert!(!before.header);
    let changed = hotel.advance(at(next));
    assert!(changed.header, "and it says so");
    assert_eq!(hotel.business_date(), BusinessDate::new(first.parse::<NaiveDate>().unwrap()).next());
}

#[test]
fn an_audit_that_was_early_is_not_rolled_twice() {
    let mut hotel = hotel(Some((3, 0)), at("2026-11-22 22:00"));
    hotel.roll(at("2026-11-23 02:40"));
    hotel.advance(at("2026-11-23 03:00"));
    assert_eq!((date(&hotel).as_str(), hotel.next_roll()), ("2026-11-23", Some(at("2026-11-24 03:00"))));
}

#[test]
fn a_machine_that_slept_catches_up() {
    let mut hotel = hotel(Some((3, 0)), at("2026-11-22 22:00"));
    hotel.advance(at("2026-11-26 04:00"));
    assert_eq!(date(&hotel), "2026-11-26");
}

#[test]
fn stays_are_classed_by_the_new_date() {
    let mut kit = Kit::new();
    kit.hotel.settings.roll_at = NaiveTime::from_hms_opt(3, 0, 0);
    kit.methods(serde_json::json!([method("m1", "code", true, serde_json::json!({}))]));
    kit.grants(serde_json::json!([grant(
        "g1",
        "101",
        "2026-11-21 15:00",
        "2026-11-23 11:00",
        serde_json::json!({})
    )]));
    assert_eq!(kit.class(), StayClass::Stayover);
    kit.tick_until("2026-11-23 02:59");
    assert_eq!(kit.class(), StayClass::Stayover);
    kit.tick_until("2026-11-23 03:00");
    assert_eq!(kit.class(), StayClass::DueOut);
}

#[rstest]
// 02:30 is skipped on this night: it counts from after the gap. The night is an hour shorter.
#[case("2026-03-28 22:00", "2026-03-29T01:30:00Z", "2026-03-28", "2026-03-29")]
// 02:30 comes twice on this one: the first counts, and the second does not roll again.
#[case("2026-10-24 22:00", "2026-10-25T00:30:00Z", "2026-10-24", "2026-10-25")]
fn on_nights_the_clocks_change(
    #[case] now: &str,
    #[case] roll: &str,
    #[case] first: &str,
    #[case] then: &str,
) {
    let roll: DateTime<Utc> = roll.parse().unwrap();
    let mut hotel = hotel(Some((2, 30)), at(now));
    assert_eq!((date(&hotel).as_str(), hotel.next_roll()), (first, Some(roll)));
    hotel.advance(roll - chrono::TimeDelta::seconds(1));
    assert_eq!(date(&hotel), first);
    hotel.advance(roll);
    assert_eq!(date(&hotel), then);
    hotel.advance(roll + chrono::TimeDelta::hours(3));
    assert_eq!(date(&hotel), then, "once a night");
}
