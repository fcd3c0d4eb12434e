//! Rows of stays: their rooms, their dates, their guests.

use super::*;
use crate::seam::id::Id;

pub(super) fn rows() -> Vec<Row> {
    [one_room(), shapes(), ends(), guests()].into_iter().flatten().collect()
}

fn of(reservation: &str) -> Value {
    json!({"reservation_key": reservation})
}

fn second_pin() -> Value {
    method("m2", "code", true, json!({"code": "2222"}))
}

fn one_room() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::TwoReservations,
            says: "P1 | 101 | Lind, Per | 20 12:00",
            quiet: |kit| {
                stay(kit, "101", [IN, "2026-11-23 11:00"], of("A"), pin(true, json!({})));
                second(kit, ["2026-11-23 11:00", OUT], of("B"), second_pin());
            },
            raise: |kit| second(kit, ["2026-11-22 18:00", OUT], of("B"), second_pin()),
            clear: |kit| second(kit, ["2026-11-22 18:00", OUT], of("A"), second_pin()),
        },
        Row {
            rule: Rule::NextTooSoon,
            says: "P2 | 101 | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                stay(kit, "101", [IN, "2026-11-23 11:00"], of("A"), pin(true, json!({})));
                second(kit, ["2026-11-23 15:00", OUT], of("B"), second_pin());
            },
            raise: |kit| kit.grants(json!([grant("g1", "101", IN, "2026-11-24 11:00", of("A"))])),
            clear: |kit| drop(kit.apply(Delta::Gone(Gone::Grant(Id::new("g2")))).clone()),
        },
        Row {
            rule: Rule::OnePhoneOnly,
            says: "P3 | 101 | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                let phone = method("m1", "mobile_key", true, json!({}));
                stay(kit, "101", [IN, OUT], phones(2), phone);
                second(kit, [IN, OUT], of("A"), second_pin());
            },
            raise: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, phones(1))])),
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, phones(2))])),
        },
    ]
}

/// Asked for an Instant Key for so many phones.
fn phones(n: u32) -> Value {
    json!({"requested_access_methods": [{"mode": "mobile_key", "instant_key_max_use_count": n}],
           "reservation_key": "A"})
}

fn shapes() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::NoReservationKey,
            says: "P2 | 101 | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({})));
                kit.entrances(json!([override_door("e102", "102")]));
            },
            raise: |kit| kit.entrances(json!([override_door("e101", "101")])),
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, of("A"))])),
        },
        Row {
            rule: Rule::NoRoomDoor,
            says: "P2 | - | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                let spaces = json!({"space_ids": ["slobby", "s101"]});
                stay(kit, "101", [IN, OUT], spaces, pin(true, json!({})));
            },
            raise: |kit| kit.grants(json!([grant("g1", "lobby", IN, OUT, json!({}))])),
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))])),
        },
        Row {
            rule: Rule::MissingDoors,
            says: "P2 | 101 | Okafor, Ada | 22 21:58",
            quiet: |kit| {
                let weak = notice("underprovisioned_access", "2026-11-22 21:58");
                stay(kit, "101", [IN, OUT], json!({"warnings": [weak]}), pin(true, json!({})));
                kit.tick_until("2026-11-22 22:02");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))])),
        },
        Row {
            rule: Rule::OddDates,
            says: "P3 | 101 | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                let four_weeks = json!({"ends_at": at("2026-12-20 11:00")});
                stay(kit, "101", [IN, OUT], four_weeks, pin(true, json!({})));
            },
            raise: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, json!({"ends_at": null}))])),
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))])),
        },
    ]
}

fn ends() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::Overstay,
            says: "P2 | 101 | Okafor, Ada | 22 11:00",
            quiet: |kit| {
                let dates = ["2026-11-20 15:00", "2026-11-22 11:00"];
                stay(kit, "101", dates, json!({}), pin(true, json!({})));
                kit.events(json!([unlocked("in", "e101", "2026-11-22 10:50", json!({}))]));
            },
            raise: |kit| kit.events(json!([unlocked("late", "e101", "2026-11-22 21:00", json!({}))])),
            clear: |kit| kit.grants(json!([grant("g1", "101", "2026-11-20 15:00", OUT, json!({}))])),
        },
        Row {
            rule: Rule::NoShow,
            says: "P3 | 101 | Okafor, Ada | 22 15:00",
            quiet: |kit| {
                stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({})));
                kit.events(json!([unlocked("old", "e101", "2026-11-22 10:00", json!({}))]));
                kit.tick_until("2026-11-23 01:59");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.events(json!([unlocked("in", "e101", "2026-11-23 02:00", json!({}))])),
        },
    ]
}

fn guests() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::GuestWithoutGrant,
            says: "P2 | - | Berg, Ulla | 22 21:30",
            quiet: |kit| {
                let made = at("2026-11-22 21:30");
                kit.guests(
                    json!([{"user_identity_id": "u9", "full_name": "Berg, Ulla", "created_at": made}]),
                );
                kit.all_read();
                kit.tick_until("2026-11-22 22:14");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.grants(json!([grant("g9", "101", IN, OUT, json!({"user_identity_id": "u9"}))])),
        },
        Row {
            rule: Rule::GrantWithoutGuest,
            says: "P2 | 101 | guest u1 | 20 12:00",
            quiet: |kit| {
                stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({})));
                kit.all_read();
            },
            raise: |kit| drop(kit.apply(Delta::Gone(Gone::Identity(Id::new("u1")))).clone()),
            clear: |kit| kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}])),
        },
        Row {
            rule: Rule::UserFault,
            says: "P2 | 101 | Okafor, Ada | 22 20:00",
            quiet: |kit| {
                stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({})));
                kit.guests(json!([faulty("acs_user_profile_does_not_match_user_identity")]));
            },
            raise: |kit| kit.guests(json!([faulty("issue_with_acs_user")])),
            clear: |kit| kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}])),
        },
    ]
}

fn faulty(code: &str) -> Value {
    json!({"user_identity_id": "u1", "full_name": "Okafor, Ada", "errors": [notice(code, "2026-11-22 20:00")]})
}
