//! What the sandbox says is really so, without what differs between two nights of one seed: the ids and
//! PINs of what was made during the case.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::hotel::House;

/// How often each change was carried out, by its path and what it was for.
pub type Counts = BTreeMap<String, u64>;

/// The hotel in the end, a line for each thing in it, and what was changed during the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    pub hotel: Vec<String>,
    pub changes: Counts,
}

fn list<'a>(of: &'a Value, name: &str) -> Vec<&'a Value> {
    of[name].as_array().map(|all| all.iter().collect()).unwrap_or_default()
}

fn text(of: &Value) -> String {
    of.as_str().map_or_else(|| of.to_string(), str::to_owned)
}

/// The ids of all grants, methods and guests.
pub fn ids(truth: &Value) -> BTreeSet<String> {
    let grants = list(truth, "grants").into_iter().map(|g| &g["grant"]);
    let grants = grants.flat_map(|g| [text(&g["access_grant_id"]), text(&g["user_identity_id"])]);
    grants.chain(list(truth, "methods").into_iter().map(|m| text(&m["method"]["access_method_id"]))).collect()
}

/// The ids that are known; the others are new.
fn name(id: &Value, known: &BTreeSet<String>) -> String {
    let id = text(id);
    if known.contains(&id) { id } else { "new".to_owned() }
}

/// That a chosen PIN could not be had is warned of where it was asked for; it may have died with its process.
const OF_A_PIN: &str = "requested_code_unavailable";

fn codes(of: &Value, list_name: &str, code: &str) -> String {
    let codes = list(of, list_name).into_iter().map(|n| text(&n[code]));
    let mut codes: Vec<String> = codes.filter(|code| code != OF_A_PIN).collect();
    codes.sort();
    codes.join(",")
}

fn joined(of: &Value, list_name: &str) -> String {
    let mut all: Vec<String> = list(of, list_name).into_iter().map(text).collect();
    all.sort();
    all.join(",")
}

fn method_line(entry: &Value, known: &BTreeSet<String>) -> String {
    let m = &entry["method"];
    let id = name(&m["access_method_id"], known);
    let pin = match (m["code"].as_str(), id.as_str()) {
        (None, _) => "no PIN".to_owned(),
        (Some(_), "new") => "a PIN".to_owned(),
        (Some(pin), _) => pin.to_owned(),
    };
    let cut = &entry["cut"];
    format!(
        "{} {id}: issued {} ready {} to encode {} {pin}, cut for {} to {}, warnings {} errors {} pending {}",
        text(&m["mode"]),
        m["is_issued"],
        m["is_ready_for_encoding"],
        m["is_encoding_required"],
        cut["starts_at"],
        cut["ends_at"],
        codes(m, "warnings", "warning_code"),
        codes(m, "errors", "error_code"),
        codes(m, "pending_mutations", "mutation_code"),
    )
}

fn grant_line(entry: &Value, methods: &BTreeMap<String, String>, known: &BTreeSet<String>) -> String {
    let g = &entry["grant"];
    let mut keys: Vec<&str> = list(g, "access_method_ids")
        .into_iter()
        .filter_map(|id| methods.get(&text(id)).map(String::as_str))
        .collect();
    keys.sort_unstable();
    format!(
        "grant {} {} of {} in {}: {} to {}, spaces {} doors {} asked {} warnings {} errors {} pending {}: {}",
        name(&g["access_grant_id"], known),
        text(&g["access_grant_key"]),
        name(&g["user_identity_id"], known),
        text(&g["reservation_key"]),
        g["starts_at"],
        g["ends_at"],
        joined(g, "space_ids"),
        joined(entry, "door_ids"),
        codes(g, "requested_access_methods", "mode"),
        codes(g, "warnings", "warning_code"),
        codes(g, "errors", "error_code"),
        codes(g, "pending_mutations", "mutation_code"),
        keys.join("; "),
    )
}

fn counted(target: &str, known: &BTreeSet<String>) -> String {
    // A key that somebody chose tells a thing as well as an id that is known; an id of the night does not.
    let is_id = target.len() == 36 && target.bytes().filter(|b| *b == b'-').count() == 4;
    if is_id && !known.contains(target) { "new".to_owned() } else { target.to_owned() }
}

/// How often each change was carried out so far.
pub fn counts(truth: &Value, known: &BTreeSet<String>) -> Counts {
    let mut counts = Counts::new();
    for (path, n) in truth["applied"].as_object().into_iter().flatten() {
        *counts.entry(path.clone()).or_default() += n.as_u64().unwrap();
    }
    for (to, n) in truth["applied_to"].as_object().into_iter().flatten() {
        let (path, target) = to.split_once(' ').unwrap();
        *counts.entry(format!("{path} {}", counted(target, known))).or_default() += n.as_u64().unwrap();
    }
    counts
}

/// How the hotel is in the end, and what was changed since the case began.
pub async fn truth(house: &mut House) -> Truth {
    house.end_night();
    let (truth, known) = (house.control.truth(), &house.known);
    let all = list(&truth, "methods").into_iter();
    let methods: BTreeMap<String, String> =
        all.map(|m| (text(&m["method"]["access_method_id"]), method_line(m, known))).collect();
    let mut hotel: Vec<String> =
        list(&truth, "grants").into_iter().map(|g| grant_line(g, &methods, known)).collect();
    for door in list(&truth, "doors") {
        hotel.push(format!("door {} online {} holder {}", door["id"], door["online"], door["holder"]));
    }
    for key in house.client.list_instant_keys(None).await.unwrap().items {
        let (id, guest) = (Value::from(key.id.to_string()), Value::from(key.user_identity_id.to_string()));
        hotel.push(format!("link {} of {}", name(&id, known), name(&guest, known)));
    }
    hotel.sort();
    let mut changes = counts(&truth, known);
    for (what, n) in &house.before {
        let now = changes.entry(what.clone()).or_default();
        *now -= n;
    }
    changes.retain(|_, n| *n > 0);
    Truth { hotel, changes }
}

/// Says what differs, and nothing of what does not.
pub fn assert_same(got: &Truth, want: &Truth, case: &str) {
    assert_eq!(got.changes, want.changes, "{case}: what was changed");
    if got.hotel == want.hotel {
        return;
    }
    let only = |a: &Truth, b: &Truth| {
        a.hotel.iter().filter(|l| !b.hotel.contains(l)).cloned().collect::<Vec<_>>().join("\n  ")
    };
    panic!("{case}: in the end there is\n  {}\nand not\n  {}", only(got, want), only(want, got));
}
