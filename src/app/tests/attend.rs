//! Acknowledging and snoozing: what is asked, what is refused, what counts when.

use chrono::TimeDelta;

use super::hotel::{Desk, grant, night};
use crate::app::attend::{NewNotes, Stage};
use crate::app::layer::Layer;
use crate::app::pane::PaneKind;
use crate::app::{Effect, Effects, Event};
use crate::property::{AlertId, Attended, Delta, Note, Said};

/// A desk with the cursor on its warnings.
fn desk() -> Desk {
    let mut desk = Desk::new();
    // Zofia, too, is past her end.
    for delta in grant("g3", "zoe", "103", "2026-11-21T11:00:00Z", 0) {
        desk.data(delta);
    }
    desk.app.audit.me = "maria".into();
    desk.press("4");
    assert!(desk.app.board.warnings.rows().len() >= 2, "{:?}", desk.app.board.warnings.rows());
    desk
}

fn selected(desk: &Desk) -> AlertId {
    desk.app.board.warnings.selected().unwrap().clone()
}

fn asked(effects: Effects) -> NewNotes {
    match effects.list.into_iter().next() {
        Some(Effect::Attend(notes)) => *notes,
        other => panic!("{other:?}"),
    }
}

/// As the journal does: what is written comes back to everybody.
fn write(desk: &mut Desk, new: &NewNotes) {
    desk.event(Event::Attended { notes: new.notes.clone(), told: Ok(()) });
    desk.data(Delta::Attended(new.notes.clone()));
}

/// Says one of the choices, with a reason.
fn say(desk: &mut Desk, choice: &str, reason: &str) -> NewNotes {
    desk.press("b");
    desk.press(choice);
    desk.press("Tab");
    desk.type_text(reason);
    asked(desk.press("Enter"))
}

fn refused(desk: &Desk) -> String {
    match desk.app.top() {
        Some(Layer::Attend(attend)) => match &attend.stage {
            Stage::Form(Some(why)) => why.to_string(),
            stage => panic!("{stage:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn stands(desk: &Desk, id: &AlertId) -> &'static str {
    desk.app.property.attended(id).unwrap().name()
}

#[test]
fn nothing_counts_before_it_is_written() {
    let mut desk = desk();
    let id = selected(&desk);
    let new = say(&mut desk, "1", "the porter is on his way");
    let [note] = new.notes.as_slice() else { panic!("{new:?}") };
    assert_eq!((&note.alert, note.said, note.by.as_str()), (&id, Said::Acknowledged, "maria"));
    assert_eq!(note.reason, "the porter is on his way");
    assert_eq!(stands(&desk, &id), "open");
    write(&mut desk, &new);
    assert_eq!(stands(&desk, &id), "acknowledged");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().starts_with("Acknowledged: "), "{}", desk.says());
}

#[test]
fn where_the_journal_cannot_be_written_it_is_said_and_nothing_changes() {
    let mut desk = desk();
    let id = selected(&desk);
    let new = say(&mut desk, "2", "later");
    desk.event(Event::Attended { notes: new.notes, told: Err("the disk is full".into()) });
    assert!(refused(&desk).contains("nothing has changed: the disk is full"), "{}", refused(&desk));
    assert_eq!(stands(&desk, &id), "open");
    assert_eq!(asked(desk.press("Enter")).notes.len(), 1, "it can be tried again as it stands");
}

#[test]
fn a_reason_is_asked_for_in_place() {
    let mut desk = desk();
    desk.press("b");
    assert_eq!(desk.press("Enter").list, []);
    assert_eq!(refused(&desk), "why?");
    desk.type_text("   ");
    assert_eq!(desk.press("Enter").list, []);
    desk.type_text("seen");
    assert_eq!(asked(desk.press("Enter")).notes[0].reason, "seen");
}

#[test]
fn a_snooze_is_for_an_hour_until_the_morning_or_until_a_time() {
    let until = |note: &Note| match note.said {
        Said::Snoozed { until } => until,
        other => panic!("{other:?}"),
    };
    let mut desk = desk();
    let hour = say(&mut desk, "2", "later");
    assert_eq!(until(&hour.notes[0]), night() + TimeDelta::hours(1));
    desk.press("Esc");
    let morning = say(&mut desk, "3", "later");
    assert_eq!(until(&morning.notes[0]).to_rfc3339(), "2026-11-22T05:00:00+00:00");
    desk.press("Esc");
    desk.press("b");
    desk.press("4");
    desk.press("Tab");
    for (typed, want) in [
        ("", "until when?"),
        ("soon", "until when?"),
        ("yesterday 12:00", "until when?"),
        ("+9d", "until when?"),
    ] {
        desk.press("Backspace");
        desk.type_text(typed);
        assert_eq!(desk.press("Enter").list, [], "{typed}");
        assert_eq!(refused(&desk), want);
        (0..typed.len()).for_each(|_| drop(desk.press("Backspace")));
    }
    // A time of day that is past is tomorrow's.
    desk.type_text("02:00");
    desk.press("Tab");
    desk.type_text("later");
    assert_eq!(until(&asked(desk.press("Enter")).notes[0]).to_rfc3339(), "2026-11-23T01:00:00+00:00");
}

#[test]
fn what_is_snoozed_leaves_the_counts_and_stands_below_the_rest_until_its_time() {
    let mut desk = desk();
    let id = selected(&desk);
    let before = *desk.app.property.counts();
    let rows = desk.app.board.warnings.rows().len();
    let new = say(&mut desk, "2", "later");
    write(&mut desk, &new);
    let counts = *desk.app.property.counts();
    assert_eq!(counts.p1 + counts.p2 + counts.p3 + 1, before.p1 + before.p2 + before.p3);
    assert_eq!(counts.snoozed, 1);
    assert_eq!(desk.app.board.warnings.rows().iter().last(), Some(&id));
    assert_eq!(desk.app.board.warnings.rows().len(), rows, "it stays listed");
    let first = desk.app.board.warnings.rows().iter().next().cloned();
    assert_eq!(Some(selected(&desk)), first, "the cursor stays where the work is");
    desk.wait(3_601);
    assert_eq!(desk.app.property.counts().snoozed, 0);
    assert!(matches!(desk.app.property.attended(&id), Some(Attended::Back(..))));
    assert_ne!(desk.app.board.warnings.rows().iter().last(), Some(&id), "it stands among the rest again");
}

#[test]
fn taking_it_back_is_offered_where_there_is_something_to_take_back() {
    let mut desk = desk();
    let id = selected(&desk);
    desk.press("b");
    desk.press("5");
    desk.press("Tab");
    desk.type_text("x");
    assert_eq!(asked(desk.press("Enter")).notes[0].said, Said::Acknowledged, "there is no fifth choice");
    desk.press("Esc");
    let new = say(&mut desk, "1", "seen");
    write(&mut desk, &new);
    desk.press("b");
    desk.press("5");
    let new = asked(desk.press("Enter"));
    assert_eq!(new.notes[0].said, Said::Withdrawn);
    write(&mut desk, &new);
    assert_eq!(stands(&desk, &id), "open");
}

#[test]
fn several_that_are_marked_are_said_at_once_and_may_be_left_out() {
    let mut desk = desk();
    desk.press("Space");
    desk.press("Space");
    let marked = desk.app.board.warnings.marked();
    assert_eq!(marked.len(), 2);
    let new = say(&mut desk, "1", "seen");
    let mut said: Vec<AlertId> = new.notes.iter().map(|note| note.alert.clone()).collect();
    said.sort();
    let mut both = marked.clone();
    both.sort();
    assert_eq!(said, both);
    desk.press("Esc");
    desk.press("b");
    desk.press("Tab");
    desk.type_text("seen");
    desk.press("Tab");
    desk.press("Space");
    let one = asked(desk.press("Enter"));
    assert_eq!(one.notes.len(), 1);
    write(&mut desk, &one);
    assert_eq!(desk.app.board.warnings.marks(), 0);
}

#[test]
fn what_is_over_or_worse_meanwhile_is_not_said_of_blindly() {
    let mut desk = desk();
    let stay = desk.app.selected_stay().unwrap();
    desk.press("b");
    desk.press("Tab");
    desk.type_text("seen");
    for grant in ["g1", "g2", "g3"] {
        desk.gone(grant);
    }
    assert!(desk.app.property.stay(&stay).is_none());
    assert_eq!(desk.press("Enter").list, []);
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.says(), "That warning is over: there is nothing to say.");
}

#[test]
fn a_desk_that_may_change_nothing_says_so() {
    let mut desk = desk();
    desk.app.settings.read_only = true;
    desk.press("b");
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.says(), "attend: this desk is read-only");
}

#[test]
fn it_is_reached_from_the_page_of_a_stay_and_from_the_menu() {
    let mut desk = desk();
    let id = selected(&desk);
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Details(_))), "{:?}", desk.app.top());
    desk.press("b");
    let Some(Layer::Attend(attend)) = desk.app.top() else { panic!("{:?}", desk.app.top()) };
    assert!(attend.alerts().contains(&&id));
    desk.press("Esc");
    desk.press("Esc");
    desk.press("a");
    desk.press("b");
    let Some(Layer::Attend(attend)) = desk.app.top() else { panic!("{:?}", desk.app.top()) };
    assert_eq!(attend.alerts(), [&id], "the one under the cursor, not all of the guest's");
    desk.press("Esc");
    desk.app.board.focus = PaneKind::Mutations;
    desk.press("b");
    assert_eq!(desk.says(), "attend: no warning is selected");
}

#[test]
fn a_frozen_screen_holds_still_for_what_others_say() {
    let mut desk = desk();
    let id = selected(&desk);
    let new = say(&mut desk, "1", "seen");
    desk.press("Esc");
    desk.press("f");
    assert!(!desk.data(Delta::Attended(new.notes)).draw);
    assert_eq!(stands(&desk, &id), "open");
    desk.press("f");
    assert_eq!(stands(&desk, &id), "acknowledged");
}

#[test]
fn what_was_said_outlives_a_clock_that_is_set_right() {
    let mut desk = Desk::unread();
    let right = desk.now;
    desk.now += TimeDelta::hours(15);
    let note: Note = {
        let other = self::desk();
        let alert = other.app.property.alert(&selected(&other)).unwrap();
        Note::new(alert, Said::Acknowledged, night(), "maria".into(), "seen".into())
    };
    desk.data(Delta::Attended(vec![note]));
    desk.now = right;
    desk.event(Event::Tick);
    assert_eq!(desk.app.now(), right);
    assert_eq!(desk.app.property.attention().notes().count(), 1);
}
