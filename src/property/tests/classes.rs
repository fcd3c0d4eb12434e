//! Every class: what makes a stay one, and when it turns into another.

use chrono::NaiveDate;
use rstest::rstest;
use serde_json::json;

use super::kit::*;
use crate::property::StayClass::*;
use crate::property::*;

// The door of room 101 is known to report, unless `silent`: it opened before any of these stays.
fn kit(from: &str, until: &str, is_issued: bool) -> Kit {
    let mut kit = Kit::new();
    kit.events(json!([unlocked("old", "e101", "2026-11-19 10:00", json!({}))]));
    kit.grants(json!([grant("g1", "101", from, until, json!({}))]));
    kit.methods(json!([method("m1", "code", is_issued, json!({}))]));
    kit
}

#[rstest]
// Tomorrow's guests are not tonight's, though midnight comes first.
#[case("2026-11-23 15:00", "2026-11-25 11:00", "2026-11-23 02:30", false, Upcoming)]
#[case("2026-11-22 15:00", "2026-11-25 11:00", "2026-11-22 22:00", false, DueIn)]
#[case("2026-11-22 15:00", "2026-11-25 11:00", "2026-11-22 22:00", true, InHouse)]
#[case("2026-11-22 15:00", "2026-11-25 11:00", "2026-11-23 01:59", false, DueIn)]
#[case("2026-11-22 15:00", "2026-11-25 11:00", "2026-11-23 02:00", false, NoShow)]
#[case("2026-11-22 15:00", "2026-11-25 11:00", "2026-11-23 02:00", true, InHouse)]
// Who comes at midnight has four hours.
#[case("2026-11-22 23:59", "2026-11-25 11:00", "2026-11-23 03:58", false, DueIn)]
#[case("2026-11-22 23:59", "2026-11-25 11:00", "2026-11-23 03:59", false, NoShow)]
// A walk-in after midnight, before the roll.
#[case("2026-11-23 01:30", "2026-11-24 11:00", "2026-11-23 02:30", false, DueIn)]
#[case("2026-11-23 01:30", "2026-11-24 11:00", "2026-11-23 02:30", true, InHouse)]
#[case("2026-11-21 15:00", "2026-11-23 11:00", "2026-11-22 22:00", true, Stayover)]
#[case("2026-11-21 15:00", "2026-11-22 23:30", "2026-11-22 22:00", true, DueOut)]
#[case("2026-11-21 15:00", "2026-11-22 11:00", "2026-11-22 22:00", true, DueOut)]
#[case("2026-11-22 09:00", "2026-11-22 23:00", "2026-11-22 22:00", true, DueOut)]
// The books have moved on and a key still opens.
#[case("2026-11-20 15:00", "2026-11-21 11:00", "2026-11-22 22:00", true, Overstay)]
fn class(
    #[case] from: &str,
    #[case] until: &str,
    #[case] now: &str,
    #[case] came: bool,
    #[case] want: StayClass,
) {
    let mut kit = kit(from, until, true);
    if came {
        let seen = at(from) + minutes(20);
        kit.events(json!([{"event_id": "in", "event_type": "lock.unlocked", "occurred_at": seen,
                           "acs_entrance_id": "e101"}]));
    }
    kit.until(now);
    assert_eq!(kit.class(), want);
}

#[test]
fn what_is_over_and_opens_nothing_is_departed() {
    let mut kit = kit("2026-11-20 15:00", "2026-11-22 11:00", false);
    assert_eq!(kit.class(), Departed);
    // Staff open the door of a room whose guest has left.
    kit.events(json!([unlocked("clean", "e101", "2026-11-22 12:30", json!({}))]));
    assert_eq!(kit.class(), Departed);
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    assert_eq!(kit.class(), Overstay, "the key is live again and the door was used");
}

#[test]
fn the_next_guest_at_the_door_is_no_overstay_of_the_last() {
    let mut kit = kit("2026-11-21 15:00", "2026-11-22 11:00", true);
    let next = grant(
        "g2",
        "101",
        "2026-11-22 15:00",
        "2026-11-23 11:00",
        json!({"user_identity_id": "u2",
                     "access_method_ids": ["m2"]}),
    );
    kit.grants(json!([next]));
    kit.events(json!([unlocked("new", "e101", "2026-11-22 16:00", json!({}))]));
    let class =
        |kit: &Kit, id: &str| kit.hotel.stay(&StayId::single(crate::seam::id::Id::new(id))).unwrap().class;
    assert_eq!((class(&kit, "g1"), class(&kit, "g2")), (DueOut, InHouse));
    // Without the next guest it is the last one's door.
    kit.apply(Delta::Gone(Gone::Grant(crate::seam::id::Id::new("g2"))));
    assert_eq!(kit.class(), Overstay);
}

#[test]
fn a_door_that_never_reports_makes_nobody_a_no_show() {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", "2026-11-22 15:00", "2026-11-25 11:00", json!({}))]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    kit.until("2026-11-23 05:00");
    assert_eq!(kit.class(), DueIn);
    assert_eq!(*kit.stay().evidence(), [Evidence::DoorSilent]);
}

#[test]
fn who_has_only_cards_and_none_was_cut_cannot_be_in() {
    let mut kit = Kit::new();
    let card = json!({"requested_access_methods": [{"mode": "card"}]});
    kit.grants(json!([grant("g1", "101", "2026-11-22 15:00", "2026-11-25 11:00", card)]));
    kit.methods(json!([method("m1", "card", false, json!({"is_encoding_required": true}))]));
    kit.until("2026-11-23 05:00");
    assert_eq!(kit.class(), NoShow);
    let cut = json!({"issued_at": at("2026-11-23 05:01"), "is_encoding_required": false});
    kit.methods(json!([method("m1", "card", true, cut)]));
    assert_eq!(kit.class(), InHouse);
    assert_eq!(kit.stay().evidence()[0], Evidence::CardCut(at("2026-11-23 05:01")));
}

#[test]
fn another_guests_use_of_the_door_proves_nothing() {
    let mut kit = kit("2026-11-22 15:00", "2026-11-25 11:00", true);
    kit.events(json!([unlocked("x", "e101", "2026-11-22 16:00", json!({"user_identity_id": "u9"}))]));
    assert_eq!(kit.class(), DueIn);
    kit.events(json!([unlocked("y", "e101", "2026-11-22 16:05", json!({"user_identity_id": "u1"}))]));
    assert_eq!(kit.class(), InHouse);
    let theirs = Evidence::DoorOpened { at: at("2026-11-22 16:05"), theirs: true };
    assert_eq!(*kit.stay().evidence(), [theirs]);
}

#[test]
fn the_date_turns_when_it_is_rolled_and_not_at_midnight() {
    let mut kit = kit("2026-11-21 15:00", "2026-11-23 11:00", true);
    kit.events(json!([unlocked("in", "e101", "2026-11-21 16:00", json!({}))]));
    kit.until("2026-11-23 02:30");
    assert_eq!((kit.class(), kit.hotel.counts().in_house), (Stayover, 1));
    let changed = kit.hotel.roll(kit.now);
    assert!(changed.header && changed.stays.updated.len() == 1);
    assert_eq!(kit.hotel.business_date().date(), NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
    assert_eq!((kit.class(), kit.hotel.counts().due_out), (DueOut, 1));
}

#[rstest]
#[case("2026-11-23 02:30", "2026-11-22")]
#[case("2026-11-23 05:59", "2026-11-22")]
#[case("2026-11-23 06:00", "2026-11-23")]
#[case("2026-11-23 23:59", "2026-11-23")]
fn the_first_guess_of_the_date(#[case] now: &str, #[case] want: &str) {
    let hotel = Property::new(settings(), at(now));
    assert_eq!(hotel.business_date().date().to_string(), want);
}

#[test]
fn the_zone_most_records_name_is_the_propertys_and_the_guess_follows_it() {
    let mut hotel = Property::new(Settings::default(), at("2026-11-23 02:30"));
    let systems = json!([{"acs_system_id": "a", "location": {"time_zone": "Asia/Tokyo"}},
                         {"acs_system_id": "b", "location": {"time_zone": "Asia/Tokyo"}},
                         {"acs_system_id": "c", "location": {"time_zone": "Europe/Paris"}},
                         {"acs_system_id": "d", "location": {"time_zone": "Moon/Crater"}}]);
    let records = Records::Systems(serde_json::from_value(systems).unwrap());
    let changed = hotel.apply(Delta::Read { records, as_of: hotel.now(), sweep: None }, hotel.now());
    assert!(changed.header);
    assert_eq!(hotel.zone().name(), "Asia/Tokyo");
    assert_eq!(hotel.business_date().date().to_string(), "2026-11-23", "10:30 in Tokyo");
}

// On the night of 25 October 2026 the hour from two to three comes twice; on 29 March it does not come.
#[rstest]
#[case("2026-10-24", "2026-10-25T00:00:00Z")]
#[case("2026-03-28", "2026-03-29T01:00:00Z")]
#[case("2026-11-22", "2026-11-23T01:00:00Z")]
fn the_cut_off_is_a_time_on_the_wall(#[case] day: &str, #[case] want: &str) {
    let from = format!("{day} 15:00");
    let mut hotel = Property::new(settings(), at(&format!("{day} 12:00")));
    let mut kit = Kit { now: hotel.now(), last: hotel.advance(at(&from)), hotel, is_sliced: false };
    kit.spaces(json!([space("101")]));
    kit.entrances(json!([guest_door("e101", "101")]));
    kit.events(json!([unlocked("old", "e101", &format!("{day} 10:00"), json!({}))]));
    let until = at(&from) + chrono::TimeDelta::days(3);
    kit.grants(json!([grant("g1", "101", &from, &from, json!({"ends_at": until}))]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    let mut turned = None;
    while let Some(next) = kit.hotel.next_instant().filter(|_| turned.is_none()) {
        kit.hotel.advance(next);
        turned = (kit.class() == NoShow).then_some(next);
    }
    assert_eq!(turned.unwrap(), want.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}

#[test]
fn the_header_counts_everybody_on_the_board_once() {
    let mut kit = Kit::new();
    let one = |id: &str, from: &str, until: &str| {
        grant(
            id,
            "118",
            from,
            until,
            json!({"user_identity_id": id, "access_method_ids": [format!("m{id}")]}),
        )
    };
    kit.grants(json!([
        one("a", "2026-11-22 15:00", "2026-11-24 11:00"),
        one("b", "2026-11-21 15:00", "2026-11-24 11:00"),
        one("c", "2026-11-21 15:00", "2026-11-22 23:00"),
        one("d", "2026-11-23 15:00", "2026-11-24 11:00"),
        one("e", "2026-11-20 15:00", "2026-11-21 11:00"),
    ]));
    let counts = *kit.hotel.counts();
    assert_eq!((counts.due_in, counts.in_house, counts.due_out, counts.overstay), (1, 1, 1, 0));
    assert_eq!((counts.upcoming, counts.departed, counts.tonight(), counts.grants), (1, 1, 3, 5));
    let total = Counts::default();
    for id in ["a", "b", "c", "d", "e"] {
        kit.apply(Delta::Gone(Gone::Grant(crate::seam::id::Id::new(id))));
    }
    assert_eq!(*kit.hotel.counts(), total);
}
