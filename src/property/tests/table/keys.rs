//! Rows of keys: on the lock, off it, in the hand, on the phone.

use super::*;
use crate::seam::id::Id;

fn change(when: &str, old_end: &str) -> Value {
    let dates = json!({"from": {"ends_at": at(old_end)}, "to": {"ends_at": at(OUT)}});
    json!({"pending_mutations": [pending("updating_access_times", when, dates)]})
}

pub(super) fn rows() -> Vec<Row> {
    [on_the_lock(), on_their_way(), in_the_hand(), pins()].into_iter().flatten().collect()
}

fn on_the_lock() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::NoUsableKey,
            says: "P1 | 101 | Okafor, Ada | 22 15:00",
            quiet: |kit| stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({}))),
            raise: |kit| kit.methods(json!([pin(false, json!({}))])),
            clear: |kit| kit.methods(json!([pin(true, json!({}))])),
        },
        Row {
            rule: Rule::StuckRevoke,
            says: "P1 | 101 | Okafor, Ada | 22 21:50",
            quiet: |kit| {
                let leaving = pending("revoking_access", "2026-11-22 21:50", json!({}));
                stay(kit, "101", [IN, OUT], json!({}), pin(true, json!({"pending_mutations": [leaving]})));
            },
            raise: |kit| later(kit, minutes(5)),
            clear: |kit| drop(kit.apply(Delta::Gone(Gone::Method(Id::new("m1")))).clone()),
        },
        Row {
            rule: Rule::ReissueGap,
            says: "P1 | 101 | Okafor, Ada | 22 21:56",
            quiet: |kit| {
                let mut gap = change("2026-11-22 21:56", "2026-11-24 11:00");
                merge(&mut gap, json!({"issued_at": at(IN)}));
                stay(kit, "101", [IN, OUT], json!({}), pin(false, gap));
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.methods(json!([pin(true, json!({}))])),
        },
        Row {
            rule: Rule::EndedButIssued,
            says: "P1 | 101 | Okafor, Ada | 22 22:10",
            quiet: |kit| {
                let dates = ["2026-11-20 15:00", "2026-11-22 22:10"];
                stay(kit, "101", dates, json!({}), pin(true, json!({})));
                kit.tick_until("2026-11-22 22:14");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.methods(json!([pin(false, json!({"issued_at": at(IN)}))])),
        },
        Row {
            rule: Rule::LockCannotHold,
            says: "P2 | 101 | Okafor, Ada | 22 20:00",
            quiet: |kit| {
                let other = notice("requested_code_unavailable", "2026-11-22 20:00");
                stay(kit, "101", [IN, OUT], json!({"warnings": [other]}), pin(true, json!({})));
            },
            raise: |kit| {
                let cannot = notice("device_time_constraints_violated", "2026-11-22 20:00");
                kit.grants(json!([grant("g1", "101", IN, OUT, json!({"warnings": [cannot]}))]));
            },
            clear: |kit| kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))])),
        },
    ]
}

fn on_their_way() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::NotIssuedSoon,
            says: "P2 | 101 | Okafor, Ada | 22 22:30",
            quiet: |kit| {
                stay(kit, "101", ["2026-11-23 00:30", OUT], json!({}), pin(false, json!({})));
                kit.tick_until("2026-11-22 22:29");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.methods(json!([pin(true, json!({}))])),
        },
        Row {
            rule: Rule::MutationTooOld,
            says: "P2 | 118 | Okafor, Ada | 22 21:50",
            quiet: |kit| {
                let going = pending("updating_spaces", "2026-11-22 21:50", json!({}));
                stay(kit, "118", [IN, OUT], json!({"pending_mutations": [going]}), pin(true, json!({})));
                kit.tick_until("2026-11-22 22:04");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.grants(json!([grant("g1", "118", IN, OUT, json!({}))])),
        },
        Row {
            rule: Rule::InstantKeyExpires,
            says: "P1 | 101 | Okafor, Ada | 24 00:00",
            quiet: |kit| {
                let phone = method("m1", "mobile_key", true, json!({}));
                stay(
                    kit,
                    "101",
                    [IN, OUT],
                    json!({"requested_access_methods": [{"mode": "mobile_key"}]}),
                    phone,
                );
                kit.instant_keys(instant_key("2026-11-24 12:00"));
                kit.tick_until("2026-11-23 23:59");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.instant_keys(instant_key(OUT)),
        },
    ]
}

fn instant_key(expires: &str) -> Value {
    json!([{"instant_key_id": "k", "user_identity_id": "u1", "expires_at": at(expires)}])
}

fn in_the_hand() -> Vec<Row> {
    const CARD: fn() -> Value = || json!({"requested_access_methods": [{"mode": "card"}]});
    vec![
        Row {
            rule: Rule::StaleCard,
            says: "P2 | 101 | Okafor, Ada | 22 21:30",
            quiet: |kit| stay(kit, "101", [IN, OUT], CARD(), card(true, json!({}))),
            raise: |kit| {
                let mut changed = change("2026-11-22 21:30", "2026-11-23 11:00");
                merge(&mut changed, CARD());
                kit.grants(json!([grant("g1", "101", IN, OUT, changed)]));
                let waits =
                    json!({"is_encoding_required": true, "is_ready_for_encoding": true, "issued_at": at(IN)});
                kit.methods(json!([card(false, waits)]));
            },
            clear: |kit| kit.methods(json!([card(true, json!({}))])),
        },
        Row {
            rule: Rule::CardsToCut,
            says: "P2 | 101 | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                let waits = json!({"is_encoding_required": true, "is_ready_for_encoding": true});
                stay(kit, "101", ["2026-11-23 11:00", OUT], CARD(), card(false, waits));
                kit.tick_until("2026-11-22 22:59");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| kit.methods(json!([card(true, json!({}))])),
        },
        Row {
            rule: Rule::CardNotReady,
            says: "P2 | 101 | Okafor, Ada | 22 21:55",
            quiet: |kit| {
                let waits = json!({"is_encoding_required": true, "created_at": at("2026-11-22 21:55")});
                stay(kit, "101", ["2026-11-23 09:00", OUT], CARD(), card(false, waits));
                kit.tick_until("2026-11-22 22:04");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| {
                let ready = json!({"is_encoding_required": true, "is_ready_for_encoding": true});
                kit.methods(json!([card(false, ready)]));
            },
        },
        Row {
            rule: Rule::AssignTag,
            says: "P2 | 101 | Okafor, Ada | 20 12:00",
            quiet: |kit| {
                let given = json!({"is_assignment_required": true});
                stay(kit, "101", [IN, OUT], CARD(), card(true, given));
            },
            raise: |kit| {
                let waits = json!({"is_assignment_required": true, "is_ready_for_assignment": true});
                kit.methods(json!([card(false, waits)]));
            },
            clear: |kit| kit.methods(json!([card(true, json!({}))])),
        },
    ]
}

fn pins() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::PinDiffers,
            says: "P1 | 101 | Okafor, Ada | 20 12:01",
            quiet: |kit| {
                let both = json!({"access_method_ids": ["m1", "m2"]});
                stay(kit, "101", [IN, OUT], both, pin(true, json!({"code": "1111"})));
                kit.methods(json!([method("m2", "code", true, json!({"code": "1111"}))]));
            },
            raise: |kit| kit.methods(json!([method("m2", "code", true, json!({"code": "2222"}))])),
            clear: |kit| kit.methods(json!([method("m2", "code", true, json!({"code": "1111"}))])),
        },
        Row {
            rule: Rule::SamePin,
            says: "P3 | 101 | Lind, Per | 20 12:01",
            quiet: |kit| {
                let party = || json!({"reservation_key": "A"});
                stay(kit, "101", [IN, OUT], party(), pin(true, json!({"code": "1111"})));
                second(kit, [IN, OUT], party(), method("m2", "code", true, json!({"code": "2222"})));
            },
            raise: |kit| kit.methods(json!([method("m2", "code", true, json!({"code": "1111"}))])),
            clear: |kit| kit.methods(json!([method("m2", "code", true, json!({"code": "3333"}))])),
        },
    ]
}
