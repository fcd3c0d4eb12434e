//! However often the pollers fail, and however soon they would try again, they ask no more than they may.

use std::sync::Arc;
use std::time::Duration;

use nightdesk::property::Delta;
use nightdesk::sandbox::{Fault, FaultKind};
use nightdesk::seam::{Client, Settings};
use nightdesk::sync;
use tokio::sync::mpsc;

use crate::house::House;
use crate::panes::brisk;

const RATE: f64 = 20.0;
const BURST: u32 = 10;

async fn keeps_to_it(kind: FaultKind) {
    let house = House::open().await;
    let settings = Settings {
        requests_per_second: RATE,
        burst: BURST,
        read_retries: 2,
        patience: Duration::from_secs(1),
        ..house.settings()
    };
    let client = Client::new(settings).unwrap();
    let (out, mut deltas) = mpsc::channel(256);
    let control = house.control.clone();
    let polling = sync::start(&client, brisk(), Arc::new(move || control.now()), out);
    // The first reading is in a hurry: no longer than Seam is well.
    let mut read = 0;
    while read < 4 {
        read += u32::from(matches!(deltas.recv().await.unwrap(), Delta::SweepEnded { .. }));
    }
    house.control.fault(Fault { path: String::new(), skip: 0, count: u32::MAX, kind: kind.clone() });
    let before = house.control.asked("").len();
    let drain = tokio::spawn(async move { while deltas.recv().await.is_some() {} });
    tokio::time::sleep(Duration::from_secs(4)).await;
    drop(polling);
    drain.abort();
    let asked = house.control.asked("");
    let asked = &asked[before..];
    assert!(asked.len() > 10, "{kind:?}: it goes on: {}", asked.len());
    // Over any second and a half.
    for (at, first) in asked.iter().enumerate() {
        let within = asked[at..].iter().take_while(|a| **a - *first < Duration::from_millis(1_500)).count();
        let most = (RATE * 1.5) as usize + BURST as usize + 13;
        assert!(within <= most, "{kind:?}: {within} requests in a second and a half");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polling_keeps_to_its_budget_whatever_comes_back() {
    let status = FaultKind::Status { status: 500, body: None, content_type: None, retry_after: None };
    let cases = [FaultKind::Reset, FaultKind::NotJson, FaultKind::Endless { same: false }, status];
    crate::house::all(cases.map(keeps_to_it)).await;
}
