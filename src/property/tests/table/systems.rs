//! Rows of systems, encoders, accounts and the screen itself.

use super::*;
use crate::seam::id::Id;

pub(super) fn rows() -> Vec<Row> {
    [of_systems(), of_encoders(), of_the_screen()].into_iter().flatten().collect()
}

fn failing(kit: &mut Kit, code: &str) {
    kit.systems(json!([system("sys", json!([notice(code, "2026-11-22 21:00")]))]));
}

fn warning(kit: &mut Kit, code: &str) {
    let mut warned = system("sys", json!([]));
    warned["warnings"] = json!([notice(code, "2026-11-22 21:00")]);
    kit.systems(json!([warned]));
}

fn fine(kit: &mut Kit) {
    kit.systems(json!([system("sys", json!([]))]));
}

fn account(id: &str, kind: &str, when: &str) -> Value {
    json!([{"event_id": id, "event_type": format!("connected_account.{kind}"), "connected_account_id": "a",
            "occurred_at": at(when)}])
}

fn of_systems() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::SystemDown,
            says: "P1 | - | Visionline | 22 21:00",
            quiet: |kit| failing(kit, "salto_ks_subscription_limit_exceeded"),
            raise: |kit| failing(kit, "seam_bridge_disconnected"),
            clear: fine,
        },
        Row {
            rule: Rule::SeatsFull,
            says: "P2 | - | Visionline | 22 21:00",
            quiet: |kit| failing(kit, "seam_bridge_disconnected"),
            raise: |kit| failing(kit, "salto_ks_subscription_limit_exceeded"),
            clear: fine,
        },
        Row {
            rule: Rule::TimeZone,
            says: "P2 | - | Visionline | 22 21:00",
            quiet: |kit| warning(kit, "setup_required"),
            raise: |kit| warning(kit, "time_zone_does_not_match_location"),
            clear: fine,
        },
        Row {
            rule: Rule::AccountFailing,
            says: "P3 | - | lock systems | 22 20:00",
            quiet: |kit| {
                kit.events(account("1", "disconnected", "2026-11-22 18:00"));
                kit.events(account("2", "successful_login", "2026-11-22 19:00"));
            },
            raise: |kit| kit.events(account("3", "reauthorization_requested", "2026-11-22 20:00")),
            clear: |kit| kit.events(account("4", "connected", "2026-11-22 21:00")),
        },
    ]
}

fn attempt(kit: &mut Kit, wall: &str, state: AttemptState) {
    let (encoder, began) = (Id::new("enc"), at(wall));
    kit.last = kit.hotel.note_attempt(Attempt { encoder, stay: None, began, at: began, state, reads: false });
}

fn encoder(kit: &mut Kit) {
    kit.encoders(json!([{"acs_encoder_id": "enc", "acs_system_id": "sys", "display_name": "Front desk 1"}]));
}

fn of_encoders() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::EncoderUnusable,
            says: "P2 | - | Front desk 1 | 22 21:59",
            quiet: |kit| {
                encoder(kit);
                attempt(kit, "2026-11-22 21:58", AttemptState::Failed("no_credential_on_encoder".into()));
            },
            raise: |kit| attempt(kit, "2026-11-22 21:59", AttemptState::Failed("encoder_not_online".into())),
            clear: |kit| attempt(kit, "2026-11-22 22:00", AttemptState::Answered),
        },
        Row {
            rule: Rule::AttemptHanging,
            says: "P2 | - | Front desk 1 | 22 22:00",
            quiet: |kit| {
                encoder(kit);
                attempt(kit, "2026-11-22 22:00", AttemptState::Pending);
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| attempt(kit, "2026-11-22 22:01", AttemptState::Answered),
        },
    ]
}

fn of_the_screen() -> Vec<Row> {
    vec![
        Row {
            rule: Rule::ScreenOld,
            says: "P1 | - | doors | 22 22:00",
            quiet: |kit| {
                *kit = Kit::impatient();
                let why = Fault { kind: FaultKind::Server, words: "it said".into(), request_id: None };
                let at = kit.now;
                kit.apply(Delta::Failed { what: Resource::Entrances, why, at, retry_at: None });
                kit.tick_until("2026-11-22 22:01");
            },
            raise: |kit| later(kit, minutes(1)),
            clear: |kit| {
                let as_of = kit.now;
                kit.apply(Delta::Checked { what: Resource::Entrances, as_of });
            },
        },
        Row {
            rule: Rule::BadRecord("d7".into()),
            says: "P3 | - | locks | 22 22:00",
            quiet: |kit| kit.devices(json!([lock("d7", "102", json!({"properties": {"new": [1, null]}}))])),
            raise: |kit| {
                let at = kit.now;
                let id = Some("d7".into());
                kit.apply(Delta::Bad { what: Resource::Devices, id, why: "no id".into(), at });
            },
            clear: |kit| {
                later(kit, minutes(1));
                let (what, sweep, at) = (Resource::Devices, Sweep(1), kit.now);
                kit.apply(Delta::SweepBegan { what, sweep, at });
                kit.apply(Delta::SweepEnded { what, sweep, as_of: at });
            },
        },
    ]
}
