//! Checking out many: who leaves, who does not, and how it goes on.

use super::hotel::{Desk, grant, night, stay};
use super::keys::{confirm, ended, refusal};
use crate::app::Effect;
use crate::app::layer::Layer;
use crate::desk::{Action, Control, RunId};
use crate::property::{Delta, Resource};

#[test]
fn all_who_are_due_out_leave_but_for_one() {
    let mut desk = Desk::new();
    for delta in grant("g4", "max", "104", "2026-11-21T10:00:00Z", 1) {
        desk.data(delta);
    }
    desk.press("X");
    desk.wait(1);
    // Ada and Max are ticked, and nobody who stays; Space leaves the first one out.
    desk.press("Space");
    desk.press("Tab");
    desk.type_text("2");
    desk.press("Enter");
    assert!(refusal(&desk).contains("Type 1: so many"), "{}", refusal(&desk));
    desk.press("Backspace");
    desk.type_text("1");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert_eq!((plan.action, plan.stay), (Action::CheckOut, stay("g4", "max")));
    assert_eq!(desk.app.jobs.running().count(), 1);
}

#[test]
fn all_is_not_said_of_a_hotel_that_is_still_being_read() {
    let mut desk = Desk::unread();
    for delta in grant("g1", "ada", "101", "2026-11-21T10:00:00Z", 1) {
        desk.data(delta);
    }
    desk.data(Delta::Checked { what: Resource::Workspace, as_of: night() });
    desk.press("X");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("still being read"), "{}", desk.says());
    desk.press("U");
    assert!(desk.says().contains("still being read"), "{}", desk.says());
}

#[test]
fn nobody_ticked_is_nobody_checked_out() {
    let mut desk = Desk::new();
    desk.press("X");
    desk.press("a");
    desk.press("Tab");
    desk.type_text("0");
    desk.press("Enter");
    assert!(refusal(&desk).contains("Nobody is ticked"), "{}", refusal(&desk));
}

#[test]
fn many_check_outs_go_on_six_at_a_time() {
    let mut desk = Desk::new();
    for n in 10..19 {
        for delta in grant(&format!("h{n}"), &format!("p{n}"), "104", "2026-11-21T10:00:00Z", 1) {
            desk.data(delta);
        }
    }
    desk.press("X");
    desk.press("Tab");
    desk.type_text("10");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let begun: Vec<RunId> = effects
        .list
        .iter()
        .filter_map(|e| if let Effect::Run(run, ..) = e { Some(*run) } else { None })
        .collect();
    assert_eq!((begun.len(), desk.app.jobs.running().count()), (6, 10), "{}", desk.says());
    let next = ended(&mut desk, begun[0]);
    assert!(matches!(&next[..], [Effect::Run(run, ..)] if !begun.contains(run)), "{next:?}");

    // One that waits is stopped without anybody being told, and never begins.
    let last = desk.app.jobs.all().last().unwrap().run;
    desk.app.layers.push(Layer::Job(last));
    assert_eq!(desk.press("x").list, []);
    assert!(!desk.app.jobs.get(last).unwrap().is_running());
    desk.app.layers.push(Layer::Job(begun[1]));
    assert_eq!(desk.press("x").list, [Effect::Control(begun[1], Control::StopAfterStep)]);
    for run in &begun[1..] {
        ended(&mut desk, *run);
    }
    assert_eq!(desk.app.jobs.running().count(), 3);
}
