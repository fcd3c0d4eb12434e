//! However often the pollers fail, and however soon they would try again, they ask no more than they may.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nightdesk::property::Delta;
use nightdesk::sandbox::{Fault, FaultKind};
use nightdesk::seam::{Client, Settings};
use nightdesk::sync;
use tokio::sync::mpsc;

use crate::house::House;
use crate::panes::brisk;

const RATE: f64 = 20.0;
const BURST: u32 = 10;
/// What may have been sent before the count began and arrive after it.
const IN_FLIGHT: f64 = 13.0;

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
    let drain = tokio::spawn(async move { while deltas.recv().await.is_some() {} });
    // The hurry of the first reading ends with the first failures; from there on requests are counted.
    let first = house.control.asked("").len();
    while house.control.asked("").len() < first + 2 * BURST as usize {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (began, before) = (Instant::now(), house.control.asked("").len());
    tokio::time::sleep(Duration::from_secs(4)).await;
    let asked = house.control.asked("").len() - before;
    let most = RATE * began.elapsed().as_secs_f64() + f64::from(BURST) + IN_FLIGHT;
    drop(polling);
    drain.abort();
    assert!(asked > 10, "{kind:?}: it goes on: {asked}");
    assert!((asked as f64) <= most, "{kind:?}: {asked} requests where {most:.0} were allowed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polling_keeps_to_its_budget_whatever_comes_back() {
    let status = FaultKind::Status { status: 500, body: None, content_type: None, retry_after: None };
    let cases = [FaultKind::Reset, FaultKind::NotJson, FaultKind::Endless { same: false }, status];
    crate::house::all(cases.map(keeps_to_it)).await;
}
