//! The night so far.

use serde_json::json;

use super::kit::*;
use crate::property::*;

fn missing(kit: &mut Kit, is_missing: bool) {
    kit.methods(json!([method("m1", "code", !is_missing, json!({}))]));
}

fn levels(shift: &Shift) -> Vec<(chrono::DateTime<chrono::Utc>, usize)> {
    shift.samples.iter().map(|s| (s.at, s.level.p1)).collect()
}

fn guest() -> Kit {
    let mut kit = Kit::new();
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    kit.grants(json!([grant("g1", "118", "2026-11-22 15:00", "2026-11-29 11:00", json!({}))]));
    kit
}

#[test]
fn it_is_sampled_when_it_changes_and_kept_by_shift() {
    let mut kit = guest();
    kit.now = at("2026-11-22 23:00");
    missing(&mut kit, true);
    kit.now = at("2026-11-22 23:10");
    missing(&mut kit, true);
    kit.now = at("2026-11-22 23:20");
    missing(&mut kit, false);
    let night = kit.hotel.course().shift().unwrap();
    assert_eq!(night.began, at("2026-11-22 22:30"), "the settings' hour");
    let want = vec![(at("2026-11-22 22:30"), 0), (at("2026-11-22 23:00"), 1), (at("2026-11-22 23:20"), 0)];
    assert_eq!(levels(night), want);
    kit.now = at("2026-11-23 06:20");
    missing(&mut kit, true);
    kit.now = at("2026-11-23 07:00");
    missing(&mut kit, false);
    let morning = kit.hotel.course().shift().unwrap();
    assert_eq!(
        levels(morning),
        [(at("2026-11-23 06:30"), 1), (at("2026-11-23 07:00"), 0)],
        "it took one over"
    );
    assert_eq!(kit.hotel.course().shifts().count(), 3);
}

#[test]
fn parts_have_the_worst_of_their_time() {
    let mut kit = guest();
    for (wall, is_missing) in
        [("2026-11-22 23:00", true), ("2026-11-22 23:20", false), ("2026-11-22 23:50", true)]
    {
        kit.now = at(wall);
        missing(&mut kit, is_missing);
    }
    let parts = kit.hotel.course().parts(at("2026-11-22 20:00"), at("2026-11-23 00:00"), 8);
    let p1: Vec<Option<usize>> = parts.iter().map(|part| part.map(|level| level.p1)).collect();
    // From 22:00, when the hotel was first known.
    assert_eq!(p1, [None, None, None, None, Some(0), Some(0), Some(1), Some(1)]);
    let parts = kit.hotel.course().parts(at("2026-11-22 23:20"), at("2026-11-22 23:50"), 2);
    assert_eq!(
        parts.iter().flatten().map(|level| level.p1).collect::<Vec<_>>(),
        [0, 0],
        "an edge belongs to what follows"
    );
    assert_eq!(kit.hotel.course().parts(tonight(), tonight(), 3), [None, None, None]);
}

#[test]
fn it_stays_bounded_and_the_worst_is_not_lost() {
    let mut kit = guest();
    kit.now = at("2026-11-22 22:31");
    for n in 0..5_000 {
        kit.now += chrono::TimeDelta::seconds(1);
        missing(&mut kit, n % 2 == 0);
    }
    let night = kit.hotel.course().shift().unwrap();
    assert!(night.samples.len() <= 512, "{}", night.samples.len());
    assert!(night.samples.iter().any(|sample| sample.level.p1 == 1));
    assert!(night.samples.is_sorted_by_key(|sample| sample.at));
}
