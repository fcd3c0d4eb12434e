//! How long the desk waits for its journal: opening one with ten thousand entries, and one write.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop at the first surprise")]

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use criterion::{Criterion, criterion_group, criterion_main};
use nightdesk::journal::{
    Claim, Fact, FactKind, Filter, From, Intent, IntentId, Journal, Token, Wanted, Who,
};
use nightdesk::text::Text;
use serde_json::json;
use tokio::runtime::Runtime;

const ENTRIES: i64 = 10_000;

fn intent(n: i64) -> Intent {
    let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::minutes(n);
    let step = json!({"step": "update_grant", "grant": "b5a2e5a3-9d53-4f52-8d3d-6f3c5a2b7c10"});
    Intent {
        id: IntentId::fresh(),
        at,
        hotel: "harbour".into(),
        action: "extend".into(),
        stay: "b5a2e5a3-9d53-4f52-8d3d-6f3c5a2b7c10".into(),
        guest: Text::new(format!("Guest {n}")),
        room: Text::new(format!("{}", 100 + n % 300)),
        plan: json!({"action": "extend", "steps": [step.clone(), step]}),
        who: Who { user: "maria".into(), host: "desk".into(), ..Who::default() },
    }
}

async fn claimed(journal: &Journal, run: IntentId) -> Token {
    let wanted = Wanted {
        names: vec![
            Text::new(format!("harbour run {run}")),
            "harbour stay".into(),
            Text::new(format!("harbour grant {run}")),
        ],
        run,
        whom: "maria".into(),
        lasts: Duration::from_secs(3_600),
    };
    match journal.claim(&wanted).await.unwrap() {
        Claim::Held { token, .. } => token,
        Claim::Busy { .. } => Token::NONE,
    }
}

fn fact(kind: FactKind) -> Fact {
    Fact::new(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), kind).step(0).says("done", "as read back")
}

fn journal(c: &mut Criterion) {
    let dir = std::env::temp_dir().join(format!("nightdesk-bench-{}", IntentId::fresh()));
    let runtime = Runtime::new().unwrap();
    let open = || runtime.block_on(Journal::open(&dir)).unwrap();
    let journal = open();
    let run = runtime.block_on(async {
        let mut last = IntentId::fresh();
        for n in 0..ENTRIES {
            let intent = intent(n);
            last = intent.id;
            let token = claimed(&journal, last).await;
            journal.begin(&intent).await.unwrap();
            for kind in [FactKind::Before, FactKind::Sending, FactKind::Answered, FactKind::After] {
                journal.append(last, token, &fact(kind)).await.unwrap();
            }
            if n + 1 < ENTRIES {
                journal.append(last, token, &fact(FactKind::Ended)).await.unwrap();
            }
            journal.release(token, false).await.unwrap();
        }
        last
    });
    let mut group = c.benchmark_group("journal of 10 000 entries");
    group.sample_size(20);
    group.bench_function("open", |b| b.iter(|| drop(open())));
    group.bench_function("open and find what is unfinished", |b| {
        b.iter(|| {
            let journal = open();
            assert_eq!(runtime.block_on(journal.unfinished(&"harbour".into())).unwrap().len(), 1);
        });
    });
    let hotel = Text::from("harbour");
    let page = async |from, filter: &'static str| {
        let fits = move |e: &nightdesk::journal::Entry| e.guest.contains(filter);
        journal.leaf(Some(&hotel), from, 100, fits).await.unwrap()
    };
    group.bench_function("open to read, and the first page", |b| {
        b.iter(|| {
            runtime.block_on(async {
                let journal = Journal::open_to_read(&dir).await.unwrap().unwrap();
                let leaf = journal.leaf(Some(&hotel), From::Newest, 100, |_| true).await.unwrap();
                assert_eq!(leaf.entries.len(), 100);
            });
        });
    });
    group.bench_function("the first page", |b| {
        b.iter(|| runtime.block_on(page(From::Newest, "")));
    });
    group.bench_function("a page in the middle", |b| {
        let middle = runtime.block_on(async {
            let mut leaf = page(From::Newest, "").await;
            for _ in 0..50 {
                leaf = page(From::Before(leaf.on.unwrap()), "").await;
            }
            leaf.on.unwrap()
        });
        b.iter(|| runtime.block_on(page(From::Before(middle), "")));
    });
    group.bench_function("a page of a filter that fits nothing, 5 000 looked at", |b| {
        b.iter(|| runtime.block_on(page(From::Newest, "nobody")));
    });
    group.bench_function("who is at what", |b| {
        b.iter(|| runtime.block_on(journal.holds(&hotel)).unwrap());
    });
    group.bench_function("whether anybody has written", |b| {
        b.iter(|| runtime.block_on(journal.stamp(&hotel)).unwrap());
    });
    group.bench_function("the last 100", |b| {
        let filter = Filter { last: Some(100), ..Filter::default() };
        b.iter(|| runtime.block_on(journal.records(&filter)).unwrap());
    });
    group.bench_function("all", |b| {
        b.iter(|| runtime.block_on(journal.records(&Filter::default())).unwrap());
    });
    let token = runtime.block_on(claimed(&journal, run));
    group.bench_function("write a fact, on the disk", |b| {
        b.iter(|| runtime.block_on(journal.append(run, token, &fact(FactKind::Before))).unwrap());
    });
    group.finish();
    runtime.block_on(journal.close());
    let _ = std::fs::remove_dir_all(dir);
}

criterion_group!(benches, journal);
criterion_main!(benches);
