//! A process that is really killed in the middle of an action.

use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use nightdesk::desk::{Control, Engine, RunId};
use nightdesk::journal::Journal;
use rstest::rstest;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::hotel::{House, all, pace};
use crate::journal_support::{Deadly, Stop, client, ledger};
use crate::stopped::{Undisturbed, is_taken_up, points, undisturbed};
use crate::table::What;

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

/// Lets a process of its own die at a point, and a desk here take up what it left.
async fn is_killed(what: What, (at, stop): (usize, Stop), want: Arc<Undisturbed>) {
    let case = format!("{what:?} killed {stop:?} point {at} of {}", want.facts.len() + 1);
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
    house.journal().await.check().await.unwrap();
    is_taken_up(&mut house, what, (at, stop), &want, &case).await;
}

#[rstest]
#[case(What::ExtendOne)]
#[case(What::ExtendParty)]
#[case(What::Reissue)]
#[case(What::CheckOutOne)]
#[case(What::CheckOutParty)]
#[case(What::Encode)]
#[case(What::GrantNew)]
#[case(What::GrantJoiner)]
#[case(What::MoveReserved)]
#[case(What::MoveOnline)]
#[case(What::LockOut)]
#[case(What::AddCard)]
#[case(What::AddPin)]
#[case(What::MoreCards)]
#[case(What::Assign)]
#[case(What::RevokeKey)]
#[case(What::NewLink)]
#[case(What::DeleteLink)]
#[case(What::Unlock)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_killed_at_any_point_is_taken_up(#[case] what: What) {
    let want = Arc::new(undisturbed(what).await);
    all(points(&want.facts).into_iter().map(|point| is_killed(what, point, Arc::clone(&want)))).await;
}
