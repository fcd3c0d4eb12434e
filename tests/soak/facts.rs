//! Lines to compare: what the desk believes, and what is so.

use chrono::{DateTime, Utc};
use nightdesk::property::{Property, changing};
use nightdesk::seam::model::{Mutation, MutationCode, Notice};
use nightdesk::text::Text;
use serde_json::Value;

fn sorted(mut all: Vec<String>) -> String {
    all.sort();
    all.join(",")
}

fn of_notices(all: &[Notice]) -> String {
    sorted(all.iter().map(|n| n.code.to_string()).collect())
}

fn of_pending(all: &[Mutation]) -> String {
    sorted(all.iter().map(|m| changing(&m.code).to_string()).collect())
}

fn millis(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.timestamp_millis().to_string())
}

/// What the desk believes.
pub fn believed(p: &Property) -> Vec<String> {
    let mut lines = Vec::new();
    for grant in p.grants() {
        lines.push(format!(
            "grant {} {} {} methods {} pending {} warnings {} errors {}",
            grant.id,
            millis(grant.starts_at()),
            millis(grant.ends_at()),
            sorted(p.method_ids_of(grant).map(ToString::to_string).collect()),
            of_pending(grant.pending()),
            of_notices(grant.warnings()),
            of_notices(grant.errors()),
        ));
        for method in p.listed_by(grant) {
            lines.push(format!(
                "method {} {} issued {} encode {} ready {} pending {} warnings {} errors {}",
                method.id,
                method.mode().as_str(),
                method.is_issued,
                method.is_encoding_required,
                method.is_ready_for_encoding,
                of_pending(method.pending()),
                of_notices(method.warnings()),
                of_notices(method.errors()),
            ));
        }
    }
    for space in p.spaces() {
        for lock in p.doors_in_space(&space.id).devices.iter().filter_map(|id| p.device(id)) {
            lines.push(format!("lock {} online {}", lock.id, lock.properties.online.unwrap_or(true)));
        }
    }
    lines.sort();
    lines.dedup();
    lines
}

fn list<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    of[name].as_array().into_iter().flatten()
}

fn text(of: &Value) -> String {
    of.as_str().unwrap_or_default().to_owned()
}

fn codes(of: &Value, name: &str, field: &str) -> String {
    sorted(list(of, name).map(|n| text(&n[field])).collect())
}

fn pending(of: &Value) -> String {
    let word = |m: &Value| changing(&MutationCode::from(Text::new(text(&m["mutation_code"])))).to_string();
    sorted(list(of, "pending_mutations").map(word).collect())
}

fn instant(of: &Value) -> String {
    millis(of.as_str().and_then(|at| at.parse().ok()))
}

/// What is so, of the locks only those the desk has `seen`.
pub fn so(truth: &Value, seen: &[String]) -> Vec<String> {
    let grants = list(truth, "grants").map(|entry| {
        let g = &entry["grant"];
        format!(
            "grant {} {} {} methods {} pending {} warnings {} errors {}",
            text(&g["access_grant_id"]),
            instant(&g["starts_at"]),
            instant(&g["ends_at"]),
            sorted(list(g, "access_method_ids").map(text).collect()),
            pending(g),
            codes(g, "warnings", "warning_code"),
            codes(g, "errors", "error_code"),
        )
    });
    let listed: Vec<String> = list(truth, "grants")
        .flat_map(|entry| list(&entry["grant"], "access_method_ids"))
        .map(text)
        .collect();
    let methods =
        list(truth, "methods").filter(|entry| listed.contains(&text(&entry["method"]["access_method_id"])));
    let methods = methods.map(|entry| {
        let m = &entry["method"];
        format!(
            "method {} {} issued {} encode {} ready {} pending {} warnings {} errors {}",
            text(&m["access_method_id"]),
            text(&m["mode"]),
            m["is_issued"].as_bool().unwrap_or(false),
            m["is_encoding_required"].as_bool().unwrap_or(false),
            m["is_ready_for_encoding"].as_bool().unwrap_or(false),
            pending(m),
            codes(m, "warnings", "warning_code"),
            codes(m, "errors", "error_code"),
        )
    });
    let locks = list(truth, "doors")
        .map(|door| (text(&door["id"]), door["online"].as_bool().unwrap_or(true)))
        .filter(|(id, _)| seen.iter().any(|line| line.starts_with(&format!("lock {id} "))))
        .map(|(id, online)| format!("lock {id} online {online}"));
    let mut lines: Vec<String> = grants.chain(methods).chain(locks).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// What only the one or only the other says.
pub fn differences(believed: &[String], so: &[String]) -> Vec<String> {
    let wrong = believed.iter().filter(|line| !so.contains(line)).map(|line| format!("the desk: {line}"));
    let missing = so.iter().filter(|line| !believed.contains(line)).map(|line| format!("  in fact: {line}"));
    wrong.chain(missing).collect()
}
