//! What a key and a changed grant cost the whole program, the frame included, in houses of different size.

#![allow(clippy::expect_used, missing_docs)]

mod house;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use nightdesk::app::Event;
use nightdesk::property::{Delta, Records};

use house::{Screen, grant, press, start};

fn a_key_and_its_frame(c: &mut Criterion) {
    let mut group = c.benchmark_group("key");
    for n in house::sizes() {
        let mut app = house::desk(n);
        let screen = Screen::new();
        let mut turn = 0_usize;
        let keys = ["j", "j", "j", "k", "PgDn", "G", "k", "PgUp", "g", "j"];
        group.bench_function(BenchmarkId::new("update", n), |b| {
            b.iter(|| {
                turn += 1;
                press(&mut app, keys.get(turn % keys.len()).copied().unwrap_or("j"))
            });
        });
        group.bench_function(BenchmarkId::new("update and frame", n), |b| {
            b.iter(|| {
                turn += 1;
                press(&mut app, keys.get(turn % keys.len()).copied().unwrap_or("j"));
                screen.frame(&mut app)
            });
        });
        let mut at = start();
        let mut is_longer = false;
        let mut change = |app: &mut nightdesk::app::App| {
            at += chrono::TimeDelta::milliseconds(1);
            is_longer = !is_longer;
            let records = Records::Grants(vec![grant(n / 3, is_longer)]);
            app.update(at, Event::Data(Delta::Read { records, as_of: at, sweep: None }))
        };
        group.bench_function(BenchmarkId::new("changed grant", n), |b| b.iter(|| change(&mut app)));
        group.bench_function(BenchmarkId::new("changed grant and frame", n), |b| {
            b.iter(|| {
                change(&mut app);
                screen.frame(&mut app)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, a_key_and_its_frame);
criterion_main!(benches);
