//! What a process that is gone left unfinished: told, taken up, left as it is.

use super::hotel::{Desk, night, stay};
use crate::app::layer::Layer;
use crate::app::{Effect, Event};
use crate::desk::{Action, Known, MethodRef, Outcome, Plan, Progress, ProgressKind, Step, Unfinished};
use crate::journal::{IntentId, Who};
use crate::seam::id::{EncoderId, GrantId, MethodId};

/// A reissue of Per's card that stopped while the card was cut.
pub(super) fn left() -> Unfinished {
    let grant = GrantId::new("g2");
    let cut = Step::Encode {
        method: MethodRef::MadeBy(0),
        encoder: EncoderId::new("enc-1"),
        encoder_name: "Front desk 1".into(),
        card: "card 1 of 1".into(),
        grants: vec![grant.clone()],
    };
    let plan = Plan {
        cards: Vec::new(),
        action: Action::Reissue,
        stay: stay("g2", "per"),
        guest: "Lindqvist, Per".into(),
        room: "102".into(),
        takes_away: false,
        preview: Vec::new(),
        commands: Vec::new(),
        steps: vec![Step::RequestCard { grant, known: Vec::new() }, cut],
    };
    Unfinished {
        id: IntentId::fresh(),
        at: night(),
        who: Who { user: "jonas".into(), ..Who::default() },
        plan,
        from_step: 1,
        known: Known { in_doubt: true, made: vec![(0, MethodId::new("m"))], ..Known::default() },
    }
}

#[test]
fn what_was_left_is_told_listed_and_taken_up_once_it_was_seen() {
    let mut desk = Desk::new();
    let left = left();
    desk.event(Event::Unfinished(vec![left.clone()]));
    assert_eq!(desk.says(), "Left unfinished: Lost card 102 Lindqvist, Per. D shows it.");
    assert!(matches!(desk.app.top(), Some(Layer::Unfinished(_))));
    // A key that was meant for the board takes nothing up.
    assert_eq!(desk.press("Enter").list, []);
    desk.wait(1);
    let effects = desk.press("Enter");
    let Some(Effect::Resume(run, taken)) = effects.list.first().cloned() else { panic!("{effects:?}") };
    assert_eq!(*taken, left);
    assert!(matches!(desk.app.top(), Some(Layer::Job(open)) if *open == run));
    let job = desk.app.jobs.get(run).unwrap();
    assert_eq!((job.done(), job.steps.len()), (1, 2));
    // It goes on here, whatever an old reading says.
    desk.event(Event::Unfinished(vec![left.clone()]));
    assert!(desk.app.left.list().is_empty());
    // Could it not be taken up after all, it is there again.
    let outcome = Outcome::Failed { words: "another has it".into(), next: "look".into() };
    desk.event(Event::Job(Progress { run, at: desk.now, kind: ProgressKind::Ended(outcome) }));
    desk.event(Event::Unfinished(vec![left]));
    assert_eq!(desk.app.left.list().len(), 1);
    assert!(desk.says().contains("D shows it"));
}

#[test]
fn what_was_left_can_wait_and_stays_in_sight() {
    let mut desk = Desk::new();
    desk.event(Event::Unfinished(vec![left()]));
    desk.press("Esc");
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.app.left.list().len(), 1);
    let again = desk.app.left.list().to_vec();
    desk.event(Event::Unfinished(again));
    assert!(desk.app.layers.is_empty(), "it is told once");
    desk.press("d");
    desk.press("D");
    assert!(matches!(desk.app.top(), Some(Layer::Unfinished(_))));
    desk.event(Event::Unfinished(Vec::new()));
    assert!(matches!(desk.app.top(), Some(Layer::Desk { .. })), "it is gone, and the box with it");
    assert!(desk.says().contains("no longer unfinished"), "{}", desk.says());
    desk.press("Esc");
    desk.press("D");
    assert!(desk.says().ends_with("nothing was left unfinished"), "{}", desk.says());
}

#[test]
fn leaving_it_as_it_is_is_asked_once_more() {
    let mut desk = Desk::new();
    let left = left();
    desk.event(Event::Unfinished(vec![left.clone()]));
    desk.wait(1);
    desk.press("l");
    assert_eq!(desk.press("y").list, [], "not before it was read");
    assert_eq!(desk.press("Enter").list, [], "Enter is no");
    desk.press("l");
    desk.wait(1);
    assert_eq!(desk.press("y").list, [Effect::LeaveAsItIs(Box::new(left.clone()))]);
    assert!(desk.app.layers.is_empty());
    let why_not = Some("another has taken it over".into());
    desk.event(Event::LeftAsItIs { left: Box::new(left.clone()), why_not });
    assert!(desk.says().ends_with("could not be left: another has taken it over"), "{}", desk.says());
    desk.press("Esc");
    desk.event(Event::LeftAsItIs { left: Box::new(left), why_not: None });
    assert!(desk.says().contains("left as it is"), "{}", desk.says());
}

#[test]
fn news_of_what_was_left_does_not_push_in_front_of_a_dialog() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    desk.event(Event::Unfinished(vec![left()]));
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))));
    assert!(desk.says().contains("Left unfinished"));
}
