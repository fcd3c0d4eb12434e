//! How news gets in: sweeps, answers that were overtaken, stages, and what a piece of news costs.

use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;
use crate::seam::id::{GrantId, Id, MethodId};

fn three() -> Kit {
    let mut kit = Kit::new();
    kit.grants(three_grants());
    kit.methods(json!([method("m1", "code", true, json!({})), method("m2", "code", true, json!({}))]));
    kit
}

fn three_grants() -> Value {
    let one = |id: &str, room: &str, m: &str| {
        let more = json!({"user_identity_id": format!("u{id}"), "access_method_ids": [m]});
        grant(id, room, "2026-11-21 15:00", "2026-11-25 11:00", more)
    };
    json!([one("g1", "101", "m1"), one("g2", "102", "m2"), one("g3", "118", "m3")])
}

fn sweep(kit: &mut Kit, sweep: u64, seen: Value, methods: Value) {
    kit.now += minutes(1);
    kit.apply(Delta::SweepBegan { what: Resource::Grants, sweep: Sweep(sweep), at: kit.now });
    kit.grants(seen);
    kit.methods(methods);
    kit.apply(Delta::SweepEnded { what: Resource::Grants, sweep: Sweep(sweep), as_of: kit.now });
}

#[test]
fn what_a_full_reading_did_not_see_is_gone() {
    let mut kit = three();
    let mut seen = three_grants();
    seen.as_array_mut().unwrap().remove(1);
    sweep(&mut kit, 1, seen, json!([method("m1", "code", true, json!({}))]));
    assert_eq!(kit.last.grants.removed, [GrantId::new("g2")]);
    assert_eq!(kit.last.stays.removed.len(), 1);
    assert!(kit.hotel.method(&MethodId::new("m2")).is_none(), "its method too");
    assert_eq!(kit.hotel.counts().grants, 2);
    assert_eq!(kit.hotel.source(Resource::Grants).as_of, Some(kit.now));
}

#[test]
fn a_full_reading_overtaken_by_another_takes_nothing_away() {
    let mut kit = three();
    kit.now += minutes(1);
    kit.apply(Delta::SweepBegan { what: Resource::Grants, sweep: Sweep(1), at: kit.now });
    kit.apply(Delta::SweepBegan { what: Resource::Grants, sweep: Sweep(2), at: kit.now });
    kit.apply(Delta::SweepEnded { what: Resource::Grants, sweep: Sweep(1), as_of: kit.now });
    assert_eq!(kit.hotel.counts().grants, 3);
}

#[test]
fn what_was_made_while_the_reading_ran_stays() {
    let mut kit = three();
    kit.now += minutes(1);
    kit.apply(Delta::SweepBegan { what: Resource::Grants, sweep: Sweep(1), at: kit.now });
    kit.grants(three_grants());
    kit.grants(json!([grant("new", "101", "2026-11-22 15:00", "2026-11-25 11:00", json!({}))]));
    kit.apply(Delta::SweepEnded { what: Resource::Grants, sweep: Sweep(1), as_of: kit.now });
    assert_eq!(kit.hotel.counts().grants, 4);
}

#[test]
fn an_answer_that_was_overtaken_changes_nothing() {
    let mut kit = three();
    let extended = json!({"ends_at": at("2026-11-26 11:00"), "user_identity_id": "ug1"});
    let early = kit.now;
    kit.now += minutes(1);
    kit.grants(json!([grant("g1", "101", "2026-11-21 15:00", "2026-11-26 11:00", extended)]));
    let records = Records::Grants(serde_json::from_value(three_grants()).unwrap());
    let changed = kit.hotel.apply(Delta::Read { records, as_of: early, sweep: None }, kit.now);
    assert!(changed.is_empty(), "{changed:?}");
    assert_eq!(kit.hotel.grant(&Id::new("g1")).unwrap().ends_at(), Some(at("2026-11-26 11:00")));
}

#[test]
fn an_answer_from_before_the_end_does_not_bring_a_grant_back() {
    let mut kit = three();
    let early = kit.now;
    kit.now += minutes(1);
    kit.hotel.advance(kit.now);
    kit.apply(Delta::Gone(Gone::Grant(Id::new("g1"))));
    let records = Records::Grants(serde_json::from_value(three_grants()).unwrap());
    kit.hotel.apply(Delta::Read { records, as_of: early, sweep: None }, kit.now);
    assert!(kit.hotel.grant(&Id::new("g1")).is_none());
    kit.now += minutes(1);
    kit.grants(three_grants());
    assert!(kit.hotel.grant(&Id::new("g1")).is_some(), "a later one does");
}

#[test]
fn the_same_again_is_no_news() {
    let mut kit = three();
    kit.now += minutes(1);
    kit.grants(three_grants());
    assert!(kit.last.is_empty(), "{:?}", kit.last);
}

#[test]
fn a_failure_keeps_the_rows_and_says_since_when() {
    let mut kit = three();
    sweep(&mut kit, 1, three_grants(), json!([]));
    let good = kit.now;
    let why = Fault { kind: FaultKind::Offline, words: "timed out".into(), request_id: None };
    kit.now += minutes(1);
    let failed = Delta::Failed { what: Resource::Grants, why, at: kit.now, retry_at: None };
    assert!(kit.apply(failed).sources);
    let source = kit.hotel.source(Resource::Grants);
    assert!(matches!(&source.stage, Stage::Failed { since, .. } if *since == kit.now));
    assert_eq!((source.as_of, kit.hotel.counts().grants), (Some(good), 3));
    assert_eq!(source.age(kit.now), Some(minutes(1)));
    assert!(
        source.is_stale(kit.now, chrono::TimeDelta::seconds(59)) && !source.is_stale(kit.now, minutes(1))
    );
}

#[test]
fn a_first_reading_shows_how_far_it_is() {
    let mut kit = Kit::new();
    kit.apply(Delta::SweepProgress { what: Resource::Grants, done: 500, of: Some(1_000) });
    assert_eq!(kit.hotel.source(Resource::Grants).stage, Stage::Loading { done: 500, of: Some(1_000) });
    kit.apply(Delta::Checked { what: Resource::Grants, as_of: kit.now });
    let again = kit.apply(Delta::SweepProgress { what: Resource::Grants, done: 1, of: None }).clone();
    assert!(again.is_empty(), "reading again is not loading");
}

#[test]
fn changes_add_up() {
    let id = |n: &str| StayId::single(Id::new(n));
    let one = |added: &[&str], updated: &[&str], removed: &[&str]| Touched {
        added: added.iter().map(|n| id(n)).collect(),
        updated: updated.iter().map(|n| id(n)).collect(),
        removed: removed.iter().map(|n| id(n)).collect(),
    };
    let mut sum = one(&["a", "b"], &["c"], &["d"]);
    sum.merge(one(&["d"], &["b"], &["a", "c"]));
    assert_eq!(sum, one(&["b"], &["d"], &["c"]));
}

/// A hotel of `n` rooms with one stay each, a lobby everybody opens, and a tenth with troubles.
fn big(n: usize) -> Kit {
    let mut kit = Kit::empty();
    kit.systems(json!([system("sys", json!([]))]));
    let mut spaces: Vec<Value> = (0..n).map(|i| space(&format!("{i}"))).collect();
    spaces.push(space("lobby"));
    kit.spaces(json!(spaces));
    let mut doors: Vec<Value> = (0..n).map(|i| guest_door(&format!("e{i}"), &format!("{i}"))).collect();
    doors.push(lobby_door());
    kit.entrances(json!(doors));
    let one = |i: usize| big_grant(i, json!({}));
    kit.grants(json!((0..n).map(one).collect::<Vec<_>>()));
    kit.methods(json!(
        (0..n).map(|i| method(&format!("m{i}"), "code", i % 10 > 0, json!({}))).collect::<Vec<_>>()
    ));
    kit
}

fn big_grant(i: usize, more: Value) -> Value {
    let mut own = json!({"user_identity_id": format!("u{i}"), "access_method_ids": [format!("m{i}")],
                         "space_ids": [format!("s{i}"), "slobby"]});
    merge(&mut own, more);
    grant(&format!("g{i}"), "0", "2026-11-22 15:00", "2026-11-25 11:00", own)
}

#[test]
fn news_of_one_stay_costs_the_same_in_a_large_house() {
    let cost = |n: usize| {
        let mut kit = big(n);
        kit.now += minutes(1);
        kit.hotel.advance(kit.now);
        let before = kit.hotel.work();
        kit.grants(json!([big_grant(3, json!({"ends_at": at("2026-11-26 11:00")}))]));
        assert_eq!(kit.last.stays.updated.len(), 1);
        kit.hotel.work() - before
    };
    assert_eq!((cost(20), cost(400)), (1, 1));
}

#[test]
fn a_guest_with_many_stays_costs_no_more_than_the_one_that_changed() {
    let mut kit = big(50);
    let one = |i: usize, more: Value| {
        let mut all = json!({"user_identity_id": "group"});
        merge(&mut all, more);
        big_grant(i, all)
    };
    kit.grants(json!((0..50).map(|i| one(i, json!({}))).collect::<Vec<_>>()));
    kit.now += minutes(1);
    let before = kit.hotel.work();
    kit.grants(json!([one(7, json!({"ends_at": at("2026-11-26 11:00")}))]));
    assert_eq!((kit.last.stays.updated.len(), kit.hotel.work() - before), (1, 1));
}

#[test]
fn a_system_going_down_costs_what_is_wrong_already() {
    let mut kit = big(200);
    kit.until("2026-11-22 22:01");
    let alerts = kit.hotel.alerts().count();
    assert_eq!(alerts, 20);
    let before = kit.hotel.work();
    kit.systems(json!([system("sys", json!([notice("seam_bridge_disconnected", "2026-11-22 22:00")]))]));
    assert_eq!(kit.last.alerts.updated.len(), alerts, "each has a cause now");
    assert_eq!(kit.hotel.work() - before, 1 + 20);
}

#[test]
fn time_costs_nothing_until_something_is_due() {
    let mut kit = big(200);
    let next = kit.hotel.next_instant().unwrap();
    let before = kit.hotel.work();
    let changed = kit.hotel.advance(next - chrono::TimeDelta::seconds(1));
    assert!(changed.is_empty());
    assert_eq!(kit.hotel.work(), before);
}

#[test]
fn a_stay_takes_little_memory_where_it_lies() {
    // What a stay of one grant, two methods and one guest takes in the tables; lists and texts beside.
    let rows = crate::property::tests::sizes();
    assert!(rows <= 1_100, "{rows} bytes");
}

#[test]
fn the_grants_of_a_stay_that_comes_to_belong_to_tonight_are_told_with_it() {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", "2026-11-25 15:00", "2026-11-26 11:00", json!({}))]));
    assert!(!kit.hotel.stays().any(|stay| stay.class.is_tonight()));
    let now = at("2026-11-25 14:00");
    kit.hotel.advance(now);
    let changed =
        std::iter::repeat_with(|| kit.hotel.roll(now)).take(9).find(|c| !c.grants.updated.is_empty());
    assert_eq!(changed.expect("or its row is never listed").grants.updated, [GrantId::new("g1")]);
    assert!(kit.hotel.stays().all(|stay| stay.class.is_tonight()));
}
