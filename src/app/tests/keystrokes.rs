//! How many keys the commonest things take. A frame and a look between two of them, as a person needs.

use super::hotel::{Desk, stay};
use crate::app::Effect;
use crate::app::layer::Layer;
use crate::desk::{Action, Plan};

/// Presses keys with a look after each. Returns what is begun by the last of them.
fn pressed(desk: &mut Desk, keys: &[&str]) -> Option<Box<Plan>> {
    let mut begun = None;
    for key in keys {
        assert!(begun.is_none(), "{key} is one too many");
        let effects = desk.press(key);
        begun = effects.list.into_iter().find_map(|effect| match effect {
            Effect::Run(_, plan, _) => Some(plan),
            _ => None,
        });
        desk.wait(1);
    }
    begun
}

#[test]
fn a_stay_is_a_day_longer_within_five_keys() {
    let mut desk = Desk::new();
    desk.press("j");
    let keys = ["e", "Enter", "y"];
    let plan = pressed(&mut desk, &keys).expect("it is begun");
    assert_eq!((plan.action, plan.stay.clone()), (Action::Extend, stay("g2", "per")));
    assert!(keys.len() <= 5);
}

#[test]
fn a_guest_is_found_by_three_letters_and_opened_within_five_keys() {
    let mut desk = Desk::new();
    let keys = ["/", "d", "a", "b", "Enter"];
    pressed(&mut desk, &keys);
    let Some(Layer::Details(open)) = desk.app.top() else { panic!("{:?}", desk.app.top()) };
    assert_eq!(open.stay, stay("g3", "zoe"));
    assert!(keys.len() <= 5);
}

#[test]
fn where_the_letters_leave_several_enter_keeps_them() {
    let mut desk = Desk::new();
    pressed(&mut desk, &["/", "a", "Enter"]);
    assert!(desk.app.top().is_none() && desk.guests().len() > 1);
    assert_eq!(desk.app.board.filter().text(), "a");
}

#[test]
fn a_guest_is_checked_out_within_three_keys() {
    let mut desk = Desk::new();
    desk.press("j");
    let keys = ["x", "y"];
    let plan = pressed(&mut desk, &keys).expect("it is begun");
    assert_eq!((plan.action, plan.stay.clone()), (Action::CheckOut, stay("g2", "per")));
    assert!(keys.len() <= 3);
}
