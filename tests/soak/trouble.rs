//! What goes wrong, by chance: the wire, the house.

use nightdesk::sandbox::{Control, Fault, Incident};
use serde_json::{Value, json};

use crate::chance::Chance;

const PATHS: [&str; 9] = [
    "",
    "/access_grants",
    "/access_grants/update",
    "/access_methods",
    "/access_methods/delete",
    "/events",
    "/action_attempts",
    "/devices",
    "/acs",
];

fn fault(chance: &mut Chance) -> Fault {
    let kinds = [
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 503, "body": "<html>out of order</html>"}),
        json!({"kind": "status", "status": 429, "retry_after": {"seconds": 1}}),
        json!({"kind": "status_after", "status": 502}),
        json!({"kind": "hang"}),
        json!({"kind": "hang_after"}),
        json!({"kind": "reset"}),
        json!({"kind": "drop_reply"}),
        json!({"kind": "cut_body"}),
        json!({"kind": "truncated"}),
        json!({"kind": "not_json"}),
        json!({"kind": "html"}),
        json!({"kind": "empty"}),
        json!({"kind": "delay", "ms": 300}),
        json!({"kind": "late", "ms": 400}),
    ];
    let mut fault = chance.of(&kinds).cloned().unwrap();
    fault["path"] = json!(chance.of(&PATHS).copied().unwrap_or_default());
    fault["count"] = json!(1 + chance.below(3));
    serde_json::from_value(fault).unwrap()
}

fn an_id(truth: &Value, list: &str, at: &str, chance: &mut Chance) -> Option<Value> {
    let all: Vec<&Value> = truth[list].as_array().into_iter().flatten().collect();
    let one = chance.of(&all).copied()?;
    one.pointer(at).cloned()
}

fn incident(truth: &Value, chance: &mut Chance) -> Option<Incident> {
    let door = an_id(truth, "doors", "/id", chance)?;
    let grant = an_id(truth, "grants", "/grant/access_grant_id", chance)?;
    let said = match chance.below(14) {
        0 => json!({"kind": "bridge_down"}),
        1 | 2 => json!({"kind": "bridge_up"}),
        3 => json!({"kind": "device_offline", "id": door}),
        4 | 5 => json!({"kind": "device_online", "id": door}),
        6 => json!({"kind": "battery", "id": door, "level": 0.04}),
        7 => json!({"kind": "deny", "id": door, "times": 4}),
        8 => json!({"kind": "privacy", "id": door, "on": chance.once_in(2)}),
        9 => json!({"kind": "stuck", "id": grant}),
        10 => json!({"kind": "unstuck", "id": grant}),
        11 => json!({"kind": "stray", "id": door}),
        12 => json!({"kind": "seats", "low": chance.once_in(2)}),
        _ => json!({"kind": "mishaps", "chance": 0.3}),
    };
    serde_json::from_value(said).ok()
}

/// Something goes wrong, or right again.
pub fn strike(control: &Control, chance: &mut Chance) {
    if chance.once_in(2) {
        control.fault(fault(chance));
    } else if let Some(incident) = incident(&control.truth(), chance) {
        // A door that is no lock cannot be everything a lock can.
        let _ = control.incident(&incident);
    }
}
