//! What one changed grant costs in houses of different size: the three should be alike. Beside it, what
//! a stay takes of memory.

// A benchmark that cannot build its house may stop.
#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use nightdesk::property::{Delta, Property, Records, Settings};
use nightdesk::seam::model::AccessGrant;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The lobby's place among the spaces.
const LOBBY: usize = 0xffff_ffff;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_384_800, 0).unwrap_or_default()
}

fn id(kind: u8, i: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{i:012x}")
}

fn made<T: DeserializeOwned>(record: Value) -> T {
    serde_json::from_value(record).expect("a record")
}

fn grant(i: usize, is_longer: bool) -> AccessGrant {
    let nights = TimeDelta::days(if is_longer { 4 } else { 3 });
    made(json!({
        "access_grant_id": id(1, i), "user_identity_id": id(2, i), "reservation_key": format!("HH-{}", i / 2),
        "space_ids": [id(3, i / 2), id(3, LOBBY)], "access_method_ids": [id(4, 2 * i), id(4, 2 * i + 1)],
        "requested_access_methods": [{"mode": "code"}, {"mode": "card"}],
        "starts_at": start() - TimeDelta::hours(6), "ends_at": start() + nights,
        "created_at": start() - TimeDelta::days(2),
    }))
}

fn method(i: usize) -> Value {
    let mode = if i.is_multiple_of(2) { "code" } else { "card" };
    json!({"access_method_id": id(4, i), "mode": mode, "is_issued": true, "code": "4417",
           "issued_at": start() - TimeDelta::hours(1), "created_at": start() - TimeDelta::days(2)})
}

fn read(hotel: &mut Property, records: Records, as_of: DateTime<Utc>) {
    black_box(hotel.apply(Delta::Read { records, as_of, sweep: None }, as_of));
}

/// A house of `n` stays, a party of two a room, read in pages of 500.
fn house(n: usize) -> Property {
    let mut hotel = Property::new(Settings::default(), start());
    let at = start();
    read(&mut hotel, Records::Spaces(vec![made(json!({"space_id": id(3, LOBBY), "name": "Lobby"}))]), at);
    for page in (0..n).step_by(500) {
        let all = page..(page + 500).min(n);
        let rooms = all.clone().filter(|i| i.is_multiple_of(2)).map(|i| i / 2);
        let space = |i: usize| made(json!({"space_id": id(3, i), "name": format!("{i}")}));
        let door = |i: usize| {
            made(
                json!({"acs_entrance_id": id(5, i), "acs_system_id": id(6, 0), "display_name": format!("{i}"),
                        "space_ids": [id(3, i)], "can_belong_to_reservation": true}),
            )
        };
        let guest =
            |i: usize| made(json!({"user_identity_id": id(2, i), "full_name": format!("Guest, Number {i}")}));
        read(&mut hotel, Records::Spaces(rooms.clone().map(space).collect()), at);
        read(&mut hotel, Records::Entrances(rooms.map(door).collect()), at);
        read(&mut hotel, Records::Identities(all.clone().map(guest).collect()), at);
        read(&mut hotel, Records::Grants(all.clone().map(|i| grant(i, false)).collect()), at);
        let methods = (2 * all.start..2 * all.end).map(|i| made(method(i)));
        read(&mut hotel, Records::Methods(methods.collect()), at);
    }
    hotel
}

/// Resident memory of this process in bytes, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/statm").ok()?;
    status.split(' ').nth(1)?.parse::<usize>().ok().map(|pages| pages * 4_096)
}

fn one_changed_grant(c: &mut Criterion) {
    let mut group = c.benchmark_group("one changed grant");
    for n in [1_000, 10_000, 100_000] {
        let before = resident();
        let mut hotel = house(n);
        if let Some((before, after)) = before.zip(resident()) {
            eprintln!(
                "{n} stays take {} bytes each, rooms and doors included",
                after.saturating_sub(before) / n
            );
        }
        let mut at = start();
        let mut is_longer = false;
        group.bench_function(BenchmarkId::from_parameter(n), |b| {
            b.iter(|| {
                at += TimeDelta::milliseconds(1);
                is_longer = !is_longer;
                read(&mut hotel, Records::Grants(vec![grant(n / 3, is_longer)]), at);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, one_changed_grant);
criterion_main!(benches);
