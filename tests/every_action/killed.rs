//! A process that is really killed in the middle of an action.

use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::desk::{Control, Engine, RunId};
use nightdesk::journal::Journal;
use rstest::rstest;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::hotel::{House, pace};
use crate::journal_support::{Deadly, Stop, client, ledger};
use crate::stopped::{points, undisturbed};
use crate::table::What;
use crate::truth::{assert_same, truth};

/// What the process that is killed is told: endpoint, key, directory of the journal, plan, point, time.
const CHILD: &str = "NIGHTDESK_TEST_KILLED";

/// Not a test: the process that is killed.
#[test]
fn the_process_that_is_killed() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let told: Value = serde_json::from_str(&told).unwrap();
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let journal = Journal::open(text("dir").as_ref()).await.unwrap();
        let at = usize::try_from(told["at"].as_u64().unwrap()).unwrap();
        let stop = if told["before"] == true { Stop::Before } else { Stop::After };
        let mut recorder = Deadly::new(ledger(&journal, "maria"), at, stop);
        recorder.die = || {
            let me = rustix::process::getpid();
            rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
        };
        let (out, mut heard) = mpsc::channel(64);
        let client = client(&text("endpoint"), text("key"));
        let now: DateTime<Utc> = text("now").parse().unwrap();
        let engine = Engine::recorded(client, out, pace(), Arc::new(move || now), Arc::new(recorder));
        engine.start(RunId(1), serde_json::from_value(told["plan"].clone()).unwrap());
        while let Some(progress) = heard.recv().await {
            engine.control(progress.run, Control::Continue);
        }
    });
}

/// Each action is killed at another point, some while an answer is on its way, some between two steps.
#[rstest]
#[case(What::ExtendOne, 3)]
#[case(What::ExtendParty, 7)]
#[case(What::Reissue, 11)]
#[case(What::CheckOutOne, 4)]
#[case(What::CheckOutParty, 6)]
#[case(What::Encode, 3)]
#[case(What::GrantNew, 8)]
#[case(What::GrantJoiner, 3)]
#[case(What::MoveReserved, 13)]
#[case(What::MoveOnline, 9)]
#[case(What::LockOut, 17)]
#[case(What::AddCard, 10)]
#[case(What::AddPin, 4)]
#[case(What::MoreCards, 19)]
#[case(What::Assign, 3)]
#[case(What::RevokeKey, 3)]
#[case(What::NewLink, 3)]
#[case(What::DeleteLink, 4)]
#[case(What::Unlock, 5)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_is_taken_up(#[case] what: What, #[case] point: usize) {
    let want = undisturbed(what).await;
    let points = points(&want.facts);
    let (at, stop) = points[point.min(points.len() - 3)];
    let case = format!("{what:?} killed {stop:?} point {at}");
    let (mut house, plan, _) = House::with(what).await;
    let told = serde_json::json!({
        "endpoint": house.sandbox.endpoint(), "key": house.sandbox.api_key().reveal(), "dir": house.dir.0,
        "plan": plan, "at": at, "before": stop == Stop::Before, "now": house.now(),
    });
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_process_that_is_killed"])
        .env(CHILD, told.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{case}: {status:?}");
    house.ahead.put(TimeDelta::minutes(5));
    let journal = house.journal().await;
    journal.check().await.unwrap();
    let mut desk = house.desk(Arc::new(ledger(&journal, "jonas")));
    desk.take_up().await;
    let went = desk.finish().await;
    assert!(went.is_as(&want.outcome), "{case}: {went:?}");
    assert_same(&truth(&mut house).await, &want.truth, &case);
}
