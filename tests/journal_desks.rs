//! Desks that meet over one journal: at one stay, at one encoder, after a sleep, without a record. What becomes of
//! an action that is stopped at any point is in `every_action`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod journal_support;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use journal_support::{Deadly, House, Stop, ledger};
use nightdesk::desk::{Outcome, RunId, StepState};
use nightdesk::journal::Filter;

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
