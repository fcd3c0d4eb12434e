//! A row for every alert: records that come near it and do not raise it, what raises it, what clears it.
//!
//! A rule without a row fails here, and so does one that the list of alerts in `docs/alerts.md` lacks.

mod doors;
mod keys;
mod stays;
mod systems;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::rule::PLAIN;
use crate::property::*;

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";

type Act = fn(&mut Kit);

/// One alert. The three steps follow one another in one hotel.
struct Row {
    rule: Rule,
    /// Severity, room, whom or what it names, and since when: day and time of the property.
    says: &'static str,
    /// What comes near and does not raise it.
    quiet: Act,
    /// What raises it.
    raise: Act,
    /// What clears it.
    clear: Act,
}

fn rows() -> Vec<Row> {
    [keys::rows(), stays::rows(), doors::rows(), systems::rows()].into_iter().flatten().collect()
}

/// A stay of Ada Okafor, `g1` with `m1`.
fn stay(kit: &mut Kit, room: &str, [from, until]: [&str; 2], more: Value, m: Value) {
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}]));
    kit.grants(json!([grant("g1", room, from, until, more)]));
    kit.methods(json!([m]));
}

/// A stay of Per Lind in 101, `g2` with `m2`.
fn second(kit: &mut Kit, [from, until]: [&str; 2], more: Value, m: Value) {
    kit.guests(json!([{"user_identity_id": "u2", "full_name": "Lind, Per"}]));
    let mut theirs = grant("g2", "101", from, until, json!({"user_identity_id": "u2"}));
    merge(&mut theirs, json!({"access_method_ids": ["m2"]}));
    merge(&mut theirs, more);
    kit.grants(json!([theirs]));
    kit.methods(json!([m]));
}

fn pin(is_issued: bool, more: Value) -> Value {
    method("m1", "code", is_issued, more)
}

fn card(is_issued: bool, more: Value) -> Value {
    method("m1", "card", is_issued, more)
}

fn said(hotel: &Property, alert: &Alert) -> String {
    let or_none = |text: &Option<crate::text::Text>| text.clone().map_or("-".to_owned(), |t| t.to_string());
    let since = hotel.zone().local(alert.since).format("%d %H:%M");
    format!("{} | {} | {} | {since}", alert.severity, or_none(&alert.room), or_none(&alert.who))
}

#[test]
fn every_row_is_quiet_then_raised_then_cleared() {
    for row in rows() {
        let name = row.rule.name().to_owned();
        let mut kit = Kit::new();
        (row.quiet)(&mut kit);
        assert!(kit.alert(&row.rule).is_none(), "{name}: raised too easily, in {:?}", kit.raised());
        (row.raise)(&mut kit);
        let raised = kit.raised();
        let alert = kit.alert(&row.rule).unwrap_or_else(|| panic!("{name}: not raised, in {raised:?}"));
        assert_eq!(said(&kit.hotel, alert), row.says, "{name}");
        assert!(!alert.why.is_empty() && !alert.fixes.is_empty(), "{name}: {alert:?}");
        assert_eq!(alert.id.to_string().parse(), Ok(alert.id.clone()), "{name}: its name can be kept");
        assert!(kit.hotel.alert(&alert.id).is_some(), "{name}: and found again by it");
        (row.clear)(&mut kit);
        assert!(kit.alert(&row.rule).is_none(), "{name}: never cleared, in {:?}", kit.raised());
    }
}

#[test]
fn every_rule_has_a_row() {
    let rows = rows();
    for rule in PLAIN {
        assert!(rows.iter().any(|row| row.rule == *rule), "{} has no row", rule.name());
    }
    let is_carrying = |rule: &Rule| matches!(rule, Rule::BadRecord(_) | Rule::Notice(_));
    assert_eq!(rows.iter().filter(|row| is_carrying(&row.rule)).count(), 2, "what carries a name, once each");
    assert_eq!(rows.len(), PLAIN.len() + 2, "one row each");
}

/// The severities by rule, as the table of `docs/alerts.md` has them.
fn documented() -> BTreeMap<String, String> {
    let table = include_str!("../../../../docs/alerts.md");
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = table.lines().map(cells).filter(|cells| cells.len() > 7);
    lines
        .filter_map(|cells| {
            let name = cells[2].strip_prefix('`')?.strip_suffix('`')?;
            Some((name.to_owned(), cells[3].clone()))
        })
        .collect()
}

#[test]
fn the_list_of_alerts_and_the_rules_are_the_same() {
    let documented = documented();
    let mut rules: Vec<&str> = PLAIN.iter().map(Rule::name).chain(["bad-record"]).collect();
    rules.sort_unstable();
    assert_eq!(documented.keys().map(String::as_str).collect::<Vec<_>>(), rules);
    for row in rows() {
        let Some(severities) = documented.get(row.rule.name()) else { continue };
        let severity = &row.says[..2];
        let is_between = severities == "P1-P3";
        assert!(is_between || severities.contains(severity), "{}: {severities}", row.rule.name());
    }
}

/// Lets time pass, to the full minute.
fn later(kit: &mut Kit, by: TimeDelta) {
    let wall = kit.hotel.zone().local(kit.now + by).format("%Y-%m-%d %H:%M").to_string();
    kit.tick_until(&wall);
}
