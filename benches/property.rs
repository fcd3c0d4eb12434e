//! What one changed grant costs in houses of different size: the three should be alike.
//!
//! `decode`: from the bytes of an answer. `delta`: stays and alerts put in order again.

#![allow(clippy::expect_used, missing_docs)]

mod house;

use std::hint::black_box;

use chrono::TimeDelta;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use nightdesk::property::{Delta, Records};
use nightdesk::seam::model::AccessGrant;

use house::{grant, start};

fn one_changed_grant(c: &mut Criterion) {
    let mut group = c.benchmark_group("one changed grant");
    group.bench_function("decode", |b| {
        let raw = house::raw_grant(33, true).to_string();
        b.iter(|| serde_json::from_str::<AccessGrant>(black_box(&raw)).expect("a grant"));
    });
    for n in house::sizes() {
        let mut hotel = house::house(n);
        let mut at = start();
        let mut is_longer = false;
        group.bench_function(BenchmarkId::new("delta", n), |b| {
            b.iter(|| {
                at += TimeDelta::milliseconds(1);
                is_longer = !is_longer;
                let records = Records::Grants(vec![grant(n / 3, is_longer)]);
                black_box(hotel.apply(Delta::Read { records, as_of: at, sweep: None }, at))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, one_changed_grant);
criterion_main!(benches);
