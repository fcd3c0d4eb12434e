//! A run has its grants read often for as long as it lasts.

use std::sync::Arc;
use std::time::Duration;

use nightdesk::desk::{Engine, Pace, ProgressKind, RunId, StepState, Unrecorded};
use nightdesk::sandbox::{Fault, FaultKind};
use tokio::sync::mpsc;

use crate::hotel::{House, pace};
use crate::table::What;

#[tokio::test]
async fn a_run_that_waits_long_asks_again_that_its_grants_are_watched() {
    let (house, plan, pins) = House::with(What::GrantJoiner).await;
    let (out, mut told) = mpsc::channel(64);
    let control = house.control.clone();
    let pace = Pace { watch: Duration::from_millis(10), ..pace() };
    let clock = Arc::new(move || control.now());
    let engine = Engine::recorded(house.client.clone(), out, pace, clock, Arc::new(Unrecorded));
    // It stands still at its last step, after the grant is made.
    let related =
        Fault { path: "/access_grants/get_related".into(), skip: 0, count: 1_000, kind: FaultKind::Html };
    house.control.fault(related);
    assert!(engine.start_with(RunId(1), plan, pins));
    let (mut asked, mut waits) = (0, false);
    while asked < 5 {
        let next = tokio::time::timeout(Duration::from_secs(60), told.recv()).await;
        match next.expect("nobody asks any more").unwrap().kind {
            ProgressKind::Watch(grants) => {
                assert_eq!(grants.len(), 1, "the grant it has made");
                asked += usize::from(waits);
            }
            ProgressKind::Step { state: StepState::Unknown { .. }, .. } => waits = true,
            ProgressKind::Ended(outcome) => panic!("{outcome:?}"),
            _ => {}
        }
    }
}
