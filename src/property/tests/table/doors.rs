//! Rows of doors and locks: what they say of themselves, and of who opens them.

use super::*;
use crate::seam::id::Id;

pub(super) fn rows() -> Vec<Row> {
    [of_itself(), uses(), notices()].into_iter().flatten().collect()
}

fn in_118(kit: &mut Kit) {
    stay(kit, "118", [IN, OUT], json!({}), pin(true, json!({})));
}

fn lock_118(kit: &mut Kit, more: Value) {
    kit.devices(json!([lock("d118", "118", more)]));
}

fn warned(code: &str) -> Value {
    json!({"warnings": [notice(code, "2026-11-22 21:00")]})
}

fn of_itself() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::DoorOffline,
            says: "P2 | 118 | Lock 118 | 22 21:00",
            quiet: |kit| {
                in_118(kit);
                lock_118(kit, warned("device_has_flaky_connection"));
            },
            raise: |kit| {
                let errors = [notice("device_offline", "2026-11-22 21:00")];
                lock_118(kit, json!({"properties": {"online": false}, "errors": errors}));
            },
            clear: |kit| lock_118(kit, json!({})),
        },
        Row {
            rule: Rule::Battery,
            says: "P1 | 118 | Lock 118 | 22 21:00",
            quiet: |kit| {
                in_118(kit);
                lock_118(
                    kit,
                    json!({"properties": {"online": true, "battery": {"level": 0.05, "status": "good"}}}),
                );
            },
            raise: |kit| {
                kit.events(json!([{"event_id": "b", "event_type": "device.low_battery", "device_id": "d118",
                                   "occurred_at": at("2026-11-22 21:00")}]));
                let battery = json!({"level": 0.05, "status": "critical"});
                lock_118(kit, json!({"properties": {"online": true, "battery": battery}}));
            },
            clear: |kit| lock_118(kit, json!({})),
        },
        Row {
            rule: Rule::Privacy,
            says: "P2 | 118 | Lock 118 | 22 21:00",
            quiet: |kit| {
                in_118(kit);
                lock_118(kit, warned("power_saving_mode"));
            },
            raise: |kit| lock_118(kit, warned("privacy_mode")),
            clear: |kit| lock_118(kit, json!({})),
        },
    ]
}

fn denied(id: &str, when: &str) -> Value {
    json!([{"event_id": id, "event_type": "lock.access_denied", "acs_entrance_id": "e101",
            "reason": "expired_card", "occurred_at": at(when)}])
}

fn uses() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::GhostCard,
            says: "P2 | 101 | Door 101 | 22 21:58",
            quiet: |kit| {
                kit.entrances(json!([override_door("e101", "101")]));
                let cut = json!({"issued_at": at("2026-11-22 15:10")});
                stay(kit, "101", [IN, OUT], json!({"reservation_key": "A"}), card(true, cut));
                kit.all_read();
            },
            raise: |kit| {
                kit.events(json!([{"event_id": "gone", "event_type": "access_method.deleted",
                                   "access_method_id": "m1", "occurred_at": at("2026-11-22 21:58")}]));
                kit.apply(Delta::Gone(Gone::Grant(Id::new("g1"))));
            },
            clear: |kit| {
                let now = kit.now;
                kit.hotel.note_card_collected(&Id::new("m1"), now);
            },
        },
        Row {
            rule: Rule::UnlockNoGrant,
            says: "P1 | 101 | Door 101 | 22 22:12",
            quiet: |kit| {
                kit.all_read();
                kit.until("2026-11-22 22:10");
                kit.events(json!([unlocked("far", "e101", "2026-11-22 22:10", json!({"method": "remote"}))]));
                kit.until("2026-11-22 22:12");
                kit.events(json!([unlocked("card", "e101", "2026-11-22 22:12", json!({"method": "card"}))]));
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))])),
        },
        Row {
            rule: Rule::AccessDenied,
            says: "P1 | 101 | Okafor, Ada | 22 21:50",
            quiet: |kit| {
                stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({})));
                kit.events(denied("1", "2026-11-22 21:50"));
                kit.events(denied("2", "2026-11-22 21:55"));
            },
            raise: |kit| kit.events(denied("3", "2026-11-22 21:59")),
            clear: |kit| kit.events(json!([unlocked("in", "e101", "2026-11-22 22:00", json!({}))])),
        },
        Row {
            rule: Rule::ChangedOutside,
            says: "P2 | 118 | Lock 118 | 22 12:00",
            quiet: |kit| kit.events(code_event("1", "changed")),
            raise: |kit| kit.events(code_event("2", "deleted_external_to_seam")),
            clear: |kit| later(kit, minutes(120)),
        },
    ]
}

fn code_event(id: &str, what: &str) -> Value {
    json!([{"event_id": id, "event_type": format!("access_code.{what}"), "device_id": "d118",
            "occurred_at": at("2026-11-22 12:00")}])
}

fn notices() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::BackupPool,
            says: "P2 | 118 | Lock 118 | 22 21:00",
            quiet: |kit| lock_118(kit, warned("max_access_codes_reached")),
            raise: |kit| lock_118(kit, warned("partial_backup_access_code_pool")),
            clear: |kit| lock_118(kit, json!({})),
        },
        Row {
            rule: Rule::DoubtfulDevice,
            says: "P3 | 118 | Lock 118 | 22 21:00",
            quiet: |kit| lock_118(kit, warned("power_saving_mode")),
            raise: |kit| lock_118(kit, warned("device_communication_degraded")),
            clear: |kit| lock_118(kit, json!({})),
        },
        Row {
            rule: Rule::Notice("moon_in_the_wrong_house".into()),
            says: "P3 | 118 | Lock 118 | 22 21:00",
            quiet: |kit| lock_118(kit, warned("power_saving_mode")),
            raise: |kit| lock_118(kit, warned("moon_in_the_wrong_house")),
            clear: |kit| lock_118(kit, json!({})),
        },
    ]
}
