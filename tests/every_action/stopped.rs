//! The desk dies at any point of any action, and the next one takes up what it left.

use std::sync::Arc;

use chrono::TimeDelta;
use nightdesk::desk::{Outcome, Recorder, Step};
use nightdesk::journal::{Fact, FactKind, Filter};
use nightdesk::sandbox::{Fault, FaultKind};
use rstest::rstest;

use crate::hotel::{House, all};
use crate::journal_support::{Deadly, Stop, ledger};
use crate::table::What;
use crate::truth::{Truth, assert_same, truth};

/// How a run goes that nothing comes between.
pub struct Undisturbed {
    pub outcome: Outcome,
    pub truth: Truth,
    /// What was written down after the intent, in order.
    pub facts: Vec<Fact>,
}

/// Carries out an action in peace.
pub async fn undisturbed(what: What) -> Undisturbed {
    let (mut house, plan, pins) = House::with(what).await;
    let journal = house.journal().await;
    let recorder = Arc::new(Deadly::new(ledger(&journal, "maria"), usize::MAX, Stop::Before));
    let mut desk = house.desk(Arc::clone(&recorder) as Arc<dyn Recorder>);
    let steps = plan.steps.clone();
    desk.begin(plan, pins);
    let went = desk.finish().await;
    assert!(matches!(went.outcome, Outcome::Done { .. } | Outcome::Pending { .. }), "{what:?}: {went:?}");
    let facts = journal.records(&Filter::default()).await.unwrap().remove(0).facts;
    assert_eq!(facts.len() + 1, recorder.writings());
    let truth = truth(&mut house).await;
    for path in steps.iter().filter_map(Step::path) {
        let times = steps.iter().filter(|s| s.path() == Some(path)).count() as u64;
        assert_eq!(truth.changes.get(path), Some(&times), "{what:?}: {path}");
    }
    assert!(!truth.changes.is_empty(), "{what:?} changed nothing");
    Undisturbed { outcome: went.outcome, truth, facts }
}

/// The points at which a desk can die so that it makes a difference: after each writing, and before it
/// where something was sent since the last one. The first writing is the intent.
pub fn points(facts: &[Fact]) -> Vec<(usize, Stop)> {
    let mut points = vec![(0, Stop::Before), (0, Stop::After)];
    for (i, fact) in facts.iter().enumerate() {
        if fact.kind == FactKind::Answered {
            points.push((i + 1, Stop::Before));
        }
        points.push((i + 1, Stop::After));
    }
    points
}

/// Lets the desk die at a point and another take up what is left. In the end everything must be as
/// `want` says.
async fn dies(what: What, (at, stop): (usize, Stop), want: Arc<Undisturbed>) {
    let case = format!("{what:?} stopped {stop:?} point {at} of {}", want.facts.len() + 1);
    let (mut house, plan, pins) = House::with(what).await;
    let journal = house.journal().await;
    let recorder = Arc::new(Deadly::new(ledger(&journal, "maria"), at, stop));
    let dead = Arc::clone(&recorder.dead);
    {
        let mut desk = house.desk(recorder);
        desk.begin(plan, pins);
        tokio::select! {
            () = dead.notified() => {}
            went = desk.finish() => panic!("{case}: it ended before: {went:?}"),
        }
    }
    is_taken_up(&mut house, what, (at, stop), &want, &case).await;
}

/// Another desk takes up what one that died at a point left. In the end everything is as `want` says.
pub async fn is_taken_up(
    house: &mut House,
    what: What,
    (at, stop): (usize, Stop),
    want: &Undisturbed,
    case: &str,
) {
    let next = house.journal().await;
    let mut desk = house.desk(Arc::new(ledger(&next, "jonas")));
    assert!(desk.engine.unfinished().await.unwrap().is_empty(), "{case}: its lease still runs");
    house.ahead.put(TimeDelta::minutes(5));
    if desk.engine.unfinished().await.unwrap().is_empty() {
        let begun = next.records(&Filter::default()).await.unwrap().len();
        let got = truth(house).await;
        if begun == 0 {
            assert_eq!((at, stop), (0, Stop::Before), "{case}: what is begun is not forgotten");
            assert!(got.changes.is_empty(), "{case}: sent without a record: {:?}", got.changes);
            return;
        }
        assert_eq!((at, stop), (want.facts.len(), Stop::After), "{case}: it is over too early");
        return assert_same(&got, &want.truth, case);
    }
    desk.take_up().await;
    let went = desk.finish().await;
    if what == What::Unlock {
        // The attempt or the door itself tells; a person is asked only where it may never have been sent.
        assert!(went.is_done(), "{case}: {went:?}");
        assert_eq!(went.told_again > 0, (at, stop) == (2, Stop::After), "{case}: {went:?}");
    } else {
        assert!(went.is_as(&want.outcome), "{case}: {went:?}");
        assert!(desk.engine.unfinished().await.unwrap().is_empty(), "{case}");
    }
    let record = next.records(&Filter::default()).await.unwrap().remove(0);
    assert!(record.facts.iter().any(|f| f.kind == FactKind::Taken && f.words.contains("jonas")), "{case}");
    assert!(record.ended().is_some(), "{case}");
    assert_same(&truth(house).await, &want.truth, case);
}

/// A request is still on its way when the desk that sent it dies: the next must wait for it, and not send it
/// once more because it does not show yet.
async fn dies_before_it_arrives(what: What, sending: usize, want: Arc<Undisturbed>) {
    let fact = &want.facts[sending];
    let skip = want.facts[..sending].iter().filter(|f| f.kind == fact.kind && f.state == fact.state).count();
    let case = format!("{what:?}: {} after {skip} arrives late", fact.state);
    let (mut house, plan, pins) = House::with(what).await;
    let (path, skip) = (fact.state.to_string(), u32::try_from(skip).unwrap());
    house.control.fault(Fault { path, skip, count: 1, kind: FaultKind::Late { ms: 250 } });
    let journal = house.journal().await;
    // The intent comes before the facts.
    let recorder = Arc::new(Deadly::new(ledger(&journal, "maria"), sending + 2, Stop::Before));
    let dead = Arc::clone(&recorder.dead);
    {
        let mut desk = house.desk(recorder);
        desk.begin(plan, pins);
        tokio::select! {
            () = dead.notified() => {}
            went = desk.finish() => panic!("{case}: it ended before: {went:?}"),
        }
    }
    assert_eq!(house.control.pending_faults(), 0, "{case}");
    house.ahead.put(TimeDelta::minutes(5));
    let mut desk = house.patient_desk(Arc::new(ledger(&house.journal().await, "jonas")));
    desk.take_up().await;
    let went = desk.finish().await;
    assert!(went.is_as(&want.outcome) && went.told_again == 0, "{case}: {went:?}");
    assert_same(&truth(&mut house).await, &want.truth, &case);
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
async fn an_action_stopped_at_any_point_is_taken_up_and_nothing_happens_twice(#[case] what: What) {
    let want = Arc::new(undisturbed(what).await);
    all(points(&want.facts).into_iter().map(|point| dies(what, point, Arc::clone(&want)))).await;
    let sending = (0..want.facts.len()).filter(|i| want.facts[*i].kind == FactKind::Sending);
    let sending: Vec<usize> = sending.collect();
    all(sending.into_iter().map(|i| dies_before_it_arrives(what, i, Arc::clone(&want)))).await;
}
