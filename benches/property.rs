//! What one changed grant costs in houses of different size. The three should be alike.

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use nightdesk::property::{Delta, Property, Records, Settings};
use nightdesk::seam::model::AccessGrant;
use serde_json::json;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_384_800, 0).unwrap_or_default()
}

fn grant(i: usize, longer: bool) -> AccessGrant {
    let nights = TimeDelta::days(if longer { 4 } else { 3 });
    let record = json!({
        "access_grant_id": id(1, i), "user_identity_id": id(2, i), "reservation_key": format!("HH-{i}"),
        "space_ids": [id(3, i / 2), id(3, usize::MAX / 2)], "access_method_ids": [id(4, 2 * i), id(4, 2 * i + 1)],
        "requested_access_methods": [{"mode": "code"}, {"mode": "card"}],
        "starts_at": start() - TimeDelta::hours(6), "ends_at": start() + nights,
        "created_at": start() - TimeDelta::days(2),
    });
    serde_json::from_value(record).expect("a grant")
}

fn id(kind: u8, i: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{:012x}", i & 0xffff_ffff_ffff)
}

fn read(hotel: &mut Property, records: Records, as_of: DateTime<Utc>) {
    black_box(hotel.apply(Delta::Read { records, as_of, sweep: None }, as_of));
}

fn house(n: usize) -> Property {
    let mut hotel = Property::new(Settings::default(), start());
    let space = |i: usize, name: String| json!({"space_id": id(3, i), "name": name});
    let mut spaces: Vec<_> = (0..=n / 2).map(|i| space(i, format!("{i}"))).collect();
    spaces.push(space(usize::MAX / 2, "Lobby".to_owned()));
    let door = |i: usize| {
        json!({"acs_entrance_id": id(5, i), "acs_system_id": id(6, 0), "display_name": format!("{i}"),
                                 "space_ids": [id(3, i)], "can_belong_to_reservation": true})
    };
    let doors: Vec<_> = (0..=n / 2).map(door).collect();
    let guest = |i: usize| json!({"user_identity_id": id(2, i), "full_name": format!("Guest, Number {i}")});
    let guests: Vec<_> = (0..n).map(guest).collect();
    let method = |i: usize| {
        let mode = if i.is_multiple_of(2) { "code" } else { "card" };
        json!({"access_method_id": id(4, i), "mode": mode, "is_issued": true, "code": "4417",
               "issued_at": start() - TimeDelta::hours(1), "created_at": start() - TimeDelta::days(2)})
    };
    let methods: Vec<_> = (0..2 * n).map(method).collect();
    let at = start();
    read(&mut hotel, Records::Spaces(serde_json::from_value(json!(spaces)).expect("spaces")), at);
    read(&mut hotel, Records::Entrances(serde_json::from_value(json!(doors)).expect("doors")), at);
    read(&mut hotel, Records::Identities(serde_json::from_value(json!(guests)).expect("guests")), at);
    read(&mut hotel, Records::Grants((0..n).map(|i| grant(i, false)).collect()), at);
    read(&mut hotel, Records::Methods(serde_json::from_value(json!(methods)).expect("methods")), at);
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
        let mut hotel = house(n);
        if let Some(bytes) = resident() {
            eprintln!("{n} stays: {} bytes resident a stay, leftovers of building them included", bytes / n);
        }
        let mut at = start();
        let mut longer = false;
        group.bench_function(BenchmarkId::from_parameter(n), |b| {
            b.iter(|| {
                at += TimeDelta::milliseconds(1);
                longer = !longer;
                read(&mut hotel, Records::Grants(vec![grant(n / 3, longer)]), at);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, one_changed_grant);
criterion_main!(benches);
