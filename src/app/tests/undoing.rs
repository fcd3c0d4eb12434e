//! Undoing: what can be given back, and what is said of what cannot.

use super::hotel::{Desk, grant, night};
use super::keys::{confirm, ended};
use crate::app::Event;
use crate::app::layer::Layer;
use crate::desk::{Outcome, Progress, ProgressKind, RunId, Step};

/// Per's stay is extended by a day, to its end.
fn extended() -> (Desk, RunId) {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("e");
    desk.press("Enter");
    let (run, _) = confirm(&mut desk);
    for delta in grant("g2", "per", "102", "2026-11-23T10:00:00Z", 1) {
        desk.data(delta);
    }
    ended(&mut desk, run);
    (desk, run)
}

#[test]
fn new_dates_are_given_back() {
    let (mut desk, _) = extended();
    desk.press("Esc");
    desk.press("Z");
    let (_, plan) = confirm(&mut desk);
    let back = |s: &Step| matches!(s, Step::UpdateGrant { ends_at: Some(c), .. } if c.to == "2026-11-22T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert!(plan.steps.iter().any(back), "{:?}", plan.steps);
    assert!(plan.takes_away);
}

#[test]
fn the_page_of_what_ended_offers_to_undo_it() {
    let (mut desk, run) = extended();
    let job = desk.app.jobs.get(run).unwrap().clone();
    assert!(desk.app.can_undo(&job));
    desk.press("z");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "{}", desk.says());
    desk.press("Esc");
    assert!(matches!(desk.app.top(), Some(Layer::Job(open)) if *open == run), "back where it was asked");
    // Somebody has changed the dates since.
    for delta in grant("g2", "per", "102", "2026-11-24T10:00:00Z", 1) {
        desk.data(delta);
    }
    assert!(!desk.app.can_undo(&job));
    desk.press("z");
    assert!(desk.says().starts_with("Cannot be undone: the dates of 102"), "{}", desk.says());
}

#[test]
fn the_page_of_the_undoing_takes_the_place_of_what_was_done() {
    let (mut desk, run) = extended();
    desk.press("z");
    let (back, _) = confirm(&mut desk);
    assert!(back != run && matches!(&desk.app.layers[..], [Layer::Job(open)] if *open == back));
}

#[test]
fn what_cannot_be_undone_is_said_plainly() {
    let mut desk = Desk::new();
    desk.press("Z");
    assert!(desk.says().contains("has done nothing for this guest"), "{}", desk.says());
    desk.press("j");
    desk.press("x");
    let (run, _) = confirm(&mut desk);
    desk.press("z");
    assert!(desk.says().is_empty(), "it is still going on");
    desk.gone("g2");
    ended(&mut desk, run);
    desk.press("z");
    assert!(
        desk.says().starts_with("Cannot be undone: Seam does not give deleted access back"),
        "{}",
        desk.says()
    );
    assert!(matches!(desk.app.top(), Some(Layer::Job(_))), "nothing opens");
    assert!(desk.now >= night());
}

#[test]
fn a_run_that_did_not_end_well_is_not_undone() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("e");
    desk.press("Enter");
    let (run, _) = confirm(&mut desk);
    let outcome = Outcome::Failed { words: "No.".into(), next: "Look.".into() };
    desk.event(Event::Job(Progress { run, at: desk.now, kind: ProgressKind::Ended(outcome) }));
    desk.press("Esc");
    desk.press("Z");
    assert!(desk.says().contains("did not go through to its end"), "{}", desk.says());
}
