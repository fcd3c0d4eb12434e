//! The desk stopped dead at every point, and what the next one makes of what it left behind.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod journal_support;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use journal_support::{Deadly, House, Stop, client, ledger, pace};
use nightdesk::desk::{Engine, Outcome, Plan, Recorder, RunId, Step, StepState};
use nightdesk::journal::{FactKind, Filter, Journal};
use rstest::rstest;
use serde_json::Value;
use tokio::sync::mpsc;

#[derive(Clone, Copy, Debug)]
enum What {
    Extend,
    Reissue,
    CheckOut,
    Encode,
}

impl What {
    async fn plan(self, house: &mut House) -> Plan {
        match self {
            Self::Extend => house.extension(),
            Self::Reissue => house.lost_card(),
            Self::CheckOut => house.departure(),
            Self::Encode => house.cards().await,
        }
    }
}

/// What is so in the end, without what differs from one night to the next: the ids of new things, PINs.
/// For each grant the plan touches its dates, and how many keys of each mode it has, issued and not.
fn end_state(house: &House, plan: &Plan) -> BTreeMap<String, Vec<String>> {
    let truth = house.sandbox.control().truth();
    let mut ids: Vec<String> = Vec::new();
    for step in &plan.steps {
        match step {
            Step::UpdateGrant { grant, .. }
            | Step::RequestCard { grant, .. }
            | Step::DeleteGrant { grant, .. } => {
                ids.push(grant.to_string());
            }
            Step::Encode { grants, .. } | Step::DeleteMethod { grants, .. } => {
                ids.extend(grants.iter().map(ToString::to_string));
            }
            _ => {}
        }
    }
    let all = truth["methods"].as_array().unwrap();
    let method = |id: &Value| all.iter().map(|m| &m["method"]).find(|m| m["access_method_id"] == *id);
    let mut state = BTreeMap::new();
    for id in ids {
        let grants = truth["grants"].as_array().unwrap();
        let Some(grant) = grants.iter().map(|g| &g["grant"]).find(|g| g["access_grant_id"] == id.as_str())
        else {
            state.insert(id, vec!["gone".to_owned()]);
            continue;
        };
        let mut keys: Vec<String> = vec![format!("{} to {}", grant["starts_at"], grant["ends_at"])];
        for method in grant["access_method_ids"].as_array().unwrap().iter().filter_map(method) {
            keys.push(format!("{} issued {}", method["mode"], method["is_issued"]));
        }
        keys.sort();
        state.insert(id, keys);
    }
    state
}

/// What was asked of the sandbox for this plan, and what became of it.
type Reached = (BTreeMap<String, Vec<String>>, [u64; 5]);

fn reached(house: &House, plan: &Plan, before: [u64; 5]) -> Reached {
    let after = house.applied();
    let mut applied = [0; 5];
    for (i, count) in applied.iter_mut().enumerate() {
        *count = after[i] - before[i];
    }
    (end_state(house, plan), applied)
}

/// The run without any trouble, and at how many points something was written.
async fn undisturbed(what: What) -> (Reached, usize) {
    let mut house = House::open().await;
    let plan = what.plan(&mut house).await;
    let before = house.applied();
    let journal = house.journal().await;
    let recorder = Arc::new(Deadly::new(ledger(&journal, "maria"), usize::MAX, Stop::Before));
    let mut desk = house.desk(Arc::clone(&recorder) as Arc<dyn Recorder>).await;
    desk.begin(plan.clone());
    let ended = desk.finish().await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }), "{ended:?}");
    let record = &journal.records(&Filter::default()).await.unwrap()[0];
    assert_eq!(record.outcome(), "done");
    assert_eq!(record.facts.len() + 1, recorder.writings());
    (reached(&house, &plan, before), recorder.writings())
}

/// Stops the desk at the point `at`, has another take it up, and says where that led.
async fn interrupted(what: What, at: usize, stop: Stop) -> Option<Reached> {
    let mut house = House::open().await;
    let plan = what.plan(&mut house).await;
    let before = house.applied();
    let journal = house.journal().await;
    let recorder = Arc::new(Deadly::new(ledger(&journal, "maria"), at, stop));
    let dead = Arc::clone(&recorder.dead);
    {
        let mut desk = house.desk(recorder).await;
        desk.begin(plan.clone());
        tokio::select! {
            () = dead.notified() => {}
            ended = desk.finish() => panic!("{what:?} ended before point {at}: {ended:?}"),
        }
    }
    let next = house.journal().await;
    let mut desk = house.desk(Arc::new(ledger(&next, "jonas"))).await;
    assert!(desk.engine.unfinished().await.unwrap().is_empty(), "its lease still runs");
    house.ahead.put(TimeDelta::minutes(5));
    let left = desk.engine.unfinished().await.unwrap();
    if left.is_empty() {
        // Either nothing had begun, or everything was over.
        let records = next.records(&Filter::default()).await.unwrap();
        let (begun, applied) = (records.len(), reached(&house, &plan, before).1);
        assert!(begun == 1 || applied == [0; 5], "sent without a record: {applied:?}");
        return (begun == 1).then(|| reached(&house, &plan, before));
    }
    desk.resume_the_only_one().await;
    let ended = desk.finish().await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }), "{what:?} {at} {stop:?}: {ended:?}");
    assert!(desk.engine.unfinished().await.unwrap().is_empty());
    let record = next.records(&Filter::default()).await.unwrap().remove(0);
    assert_eq!(record.outcome(), "done");
    assert!(record.facts.iter().any(|f| f.kind == FactKind::Taken && f.words.contains("jonas")));
    Some(reached(&house, &plan, before))
}

#[rstest]
#[case(What::Extend)]
#[case(What::Reissue)]
#[case(What::CheckOut)]
#[case(What::Encode)]
#[tokio::test]
async fn a_desk_stopped_at_any_point_is_taken_up_and_nothing_happens_twice(#[case] what: What) {
    let (want, points) = undisturbed(what).await;
    for at in 0..points {
        for stop in [Stop::Before, Stop::After] {
            match interrupted(what, at, stop).await {
                Some(got) => assert_eq!(got, want, "{what:?} stopped {stop:?} point {at} of {points}"),
                None => assert_eq!((at, stop), (0, Stop::Before), "only what never began is forgotten"),
            }
        }
    }
}

#[tokio::test]
async fn two_desks_on_one_stay() {
    let house = House::open().await;
    let plan = house.extension();
    let (ours, theirs) = (house.journal().await, house.journal().await);
    // The first is held up after it has begun, as one is that waits for a card.
    let recorder = Arc::new(Deadly::new(ledger(&ours, "maria"), 0, Stop::After));
    let dead = Arc::clone(&recorder.dead);
    let mut first = house.desk(recorder).await;
    first.begin(plan.clone());
    dead.notified().await;
    let mut second = house.desk(Arc::new(ledger(&theirs, "jonas"))).await;
    second.begin(plan.clone());
    let ended = second.finish().await;
    let Outcome::Failed { words, next } = &ended.outcome else { panic!("{ended:?}") };
    assert!(words.contains("maria, Extend"), "{words}");
    assert!(next.contains("nothing was sent"), "{next}");
    assert_eq!(house.applied(), [0; 5]);

    // Of several who find it abandoned, one takes it up.
    drop(first);
    house.ahead.put(TimeDelta::minutes(5));
    let left = second.engine.unfinished().await.unwrap();
    let mut third = house.desk(Arc::new(ledger(&house.journal().await, "ada"))).await;
    assert!(second.engine.resume(RunId(8), left[0].clone()));
    assert!(third.engine.resume(RunId(9), left[0].clone()));
    let ended = [second.finish().await.outcome, third.finish().await.outcome];
    let done = ended.iter().filter(|o| matches!(o, Outcome::Done { .. })).count();
    assert_eq!(done, 1, "{ended:?}");
    let updates = plan.steps.iter().filter(|s| s.changes()).count() as u64;
    assert_eq!(house.applied(), [updates, 0, 0, 0, 0]);
}

#[tokio::test]
async fn what_somebody_left_is_no_longer_unfinished() {
    let house = House::open().await;
    let journal = house.journal().await;
    let recorder = Arc::new(Deadly::new(ledger(&journal, "maria"), 0, Stop::After));
    let dead = Arc::clone(&recorder.dead);
    {
        let mut desk = house.desk(recorder).await;
        desk.begin(house.extension());
        dead.notified().await;
    }
    house.ahead.put(TimeDelta::minutes(5));
    let desk = house.desk(Arc::new(ledger(&journal, "jonas"))).await;
    let left = desk.engine.unfinished().await.unwrap().remove(0);
    desk.engine.leave(&left).await.unwrap();
    assert!(desk.engine.unfinished().await.unwrap().is_empty());
    assert!(desk.engine.leave(&left).await.is_err(), "once");
    let record = journal.records(&Filter::default()).await.unwrap().remove(0);
    assert_eq!(record.outcome(), "left");
    assert!(record.ended().unwrap().words.contains("jonas"));
    assert_eq!(house.applied(), [0; 5]);
}

/// Environment of the process that is killed: endpoint, key, state directory, plan, point.
const CHILD: &str = "NIGHTDESK_TEST_CHILD";

/// Not a test: the process that is killed by [`a_killed_process_is_taken_up`].
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
        let engine = Engine::recorded(client, out, pace(), Arc::new(chrono::Utc::now), Arc::new(recorder));
        engine.start(RunId(1), serde_json::from_value(told["plan"].clone()).unwrap());
        while heard.recv().await.is_some() {}
    });
}

/// The points of a reissue right around its changes, with a process that is really killed.
#[rstest]
#[case(2, false)] // the request for a card is written down, and not sent
#[case(3, true)] // it is sent, and its answer not written down
#[case(4, true)] // it is read back, and that not written down
#[case(8, false)] // that the card is cut is written down, and not sent
#[case(9, true)] // it is sent, and its answer not written down
#[case(10, true)] // the card is cut, and that not written down
#[case(13, true)] // the lost card is deleted, and the answer not written down
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_is_taken_up(#[case] at: usize, #[case] before: bool) {
    let (want, _) = undisturbed(What::Reissue).await;
    let house = House::open().await;
    let plan = house.lost_card();
    let told = serde_json::json!({
        "endpoint": house.sandbox.endpoint(), "key": house.sandbox.api_key().reveal(), "dir": house.dir.0,
        "plan": plan, "at": at, "before": before,
    });
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_killed"])
        .env(CHILD, told.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{status:?}");
    house.ahead.put(TimeDelta::minutes(5));
    let journal = house.journal().await;
    journal.check().await.unwrap();
    let mut desk = house.desk(Arc::new(ledger(&journal, "jonas"))).await;
    desk.resume_the_only_one().await;
    let ended = desk.finish().await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }), "{ended:?}");
    assert_eq!(reached(&house, &plan, [0; 5]), want);
}

#[tokio::test]
async fn where_nothing_can_be_recorded_nothing_is_sent() {
    let house = House::open().await;
    let words = "the disk is full";
    let mut desk = house.desk(Arc::new(nightdesk::desk::Refusing { words: words.into() })).await;
    for plan in [house.extension(), house.lost_card(), house.departure()] {
        desk.begin(plan);
        let ended = desk.finish().await;
        let Outcome::Failed { words, next } = &ended.outcome else { panic!("{ended:?}") };
        assert!(words.contains("the disk is full") && next.contains("nothing was sent"), "{words} {next}");
    }
    assert_eq!(house.applied(), [0; 5]);
}

#[tokio::test]
async fn a_desk_that_slept_too_long_sends_nothing_more() {
    let house = House::open().await;
    let journal = house.journal().await;
    let ledger = ledger(&journal, "maria").lasting(Duration::from_secs(3_600));
    let mut desk = house.desk(Arc::new(ledger)).await;
    desk.begin(house.lost_card());
    // The card is requested; then the machine sleeps for a day.
    let done = |state: &StepState| matches!(state, StepState::Done { .. });
    assert!(desk.until(done).await.is_none());
    house.ahead.put(TimeDelta::days(1));
    let ended = desk.finish().await;
    let Outcome::Failed { words, .. } = &ended.outcome else { panic!("{ended:?}") };
    assert!(words.contains("asleep"), "{words}");
    assert_eq!(house.applied(), [0, 1, 0, 0, 0]);
}

/// The point of a reissue at which its card is about to be cut.
const CUTTING: usize = 8;

#[tokio::test]
async fn two_programs_on_one_encoder() {
    let house = House::open().await;
    let plans = house.lost_cards_on_one_encoder();
    let (ours, theirs) = (house.journal().await, house.journal().await);
    let recorder = Arc::new(Deadly::new(ledger(&ours, "maria"), CUTTING, Stop::Before));
    let dead = Arc::clone(&recorder.dead);
    let mut first = house.desk(recorder).await;
    let patient = ledger(&theirs, "jonas").lasting(Duration::from_secs(3_600));
    let mut second = house.desk(Arc::new(patient)).await;
    first.begin(plans[0].clone());
    tokio::select! {
        () = dead.notified() => {}
        ended = first.finish() => panic!("{ended:?}"),
    }
    second.begin(plans[1].clone());
    let queued = |state: &StepState| matches!(state, StepState::Queued { words } if words.contains("maria"));
    assert!(second.until(queued).await.is_none(), "it did not wait for the other program's card");
    assert_eq!(house.applied(), [0, 2, 0, 0, 0]);
    drop(first);
    house.ahead.put(TimeDelta::minutes(5));
    let ended = second.finish().await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }), "{ended:?}");
    assert_eq!(house.applied(), [0, 2, 0, 1, 1]);
}

#[tokio::test]
async fn a_card_that_another_program_has_just_cut_is_taken_off_first() {
    let house = House::open().await;
    let plans = house.lost_cards_on_one_encoder();
    let asked = |states: &[StepState]| states.iter().any(|s| matches!(s, StepState::Asking { .. }));
    for (n, plan) in plans.into_iter().enumerate() {
        let mut desk = house.desk(Arc::new(ledger(&house.journal().await, "maria"))).await;
        desk.begin(plan);
        let ended = desk.finish().await;
        assert!(matches!(ended.outcome, Outcome::Done { .. }), "{ended:?}");
        assert_eq!(asked(&ended.states), n > 0, "{:?}", ended.states);
    }
}
