//! The walk through the desk.

use super::hotel::Desk;
use crate::app::tour::Way;
use crate::app::{App, Effect, Effects, Event};
use crate::desk::{Outcome, Progress, ProgressKind, RunId};

fn way(app: &App) -> Way {
    app.tour.as_ref().unwrap().way
}

fn says(desk: &Desk) -> &'static str {
    desk.app.tour_says().unwrap()
}

fn run(effects: &Effects) -> RunId {
    let run = effects.list.iter().find_map(|effect| match effect {
        Effect::Run(run, ..) => Some(*run),
        _ => None,
    });
    run.expect("something is begun")
}

fn end(desk: &mut Desk, run: RunId) {
    let words = "done".into();
    let kind = ProgressKind::Ended(Outcome::Done { words, cards_waiting: Vec::new() });
    let effects = desk.event(Event::Job(Progress { run, at: desk.now, kind }));
    assert!(effects.draw);
}

fn begin() -> Desk {
    let mut desk = Desk::new();
    desk.app.begin_tour();
    // The first of the list should have left.
    desk.press("j");
    desk
}

#[test]
fn it_follows_what_is_done_to_its_end() {
    let mut desk = begin();
    assert!(says(&desk).starts_with("Choose a guest"), "{}", says(&desk));
    desk.press("Enter");
    assert_eq!(way(&desk.app), Way::Extend);
    desk.press("e");
    assert!(says(&desk).starts_with("+1d is proposed"), "{}", says(&desk));
    desk.press("Enter");
    assert!(says(&desk).starts_with("Read what becomes"), "{}", says(&desk));
    desk.wait(1);
    let extending = run(&desk.press("y"));
    assert_eq!(way(&desk.app), Way::Extending(extending));
    end(&mut desk, extending);
    assert!(says(&desk).starts_with("That is done"), "{}", says(&desk));
    desk.press("Enter");
    assert!(says(&desk).starts_with("Now the guest has lost"), "{}", says(&desk));
    desk.press("r");
    assert!(says(&desk).starts_with("It says whether the lost card"), "{}", says(&desk));
    desk.wait(1);
    let reissuing = run(&desk.press("y"));
    assert_eq!(way(&desk.app), Way::Reissuing(reissuing));
    end(&mut desk, reissuing);
    assert_eq!(way(&desk.app), Way::Done);
    assert!(says(&desk).contains("A the night audit"), "{}", says(&desk));
}

#[test]
fn who_has_no_card_is_not_taken() {
    let mut desk = begin();
    desk.press("G");
    desk.press("Enter");
    assert_eq!(way(&desk.app), Way::Choose);
    desk.press("Esc");
    desk.press("g");
    desk.press("Enter");
    assert_eq!(way(&desk.app), Way::Choose, "who should have left");
    assert!(says(&desk).starts_with("This guest has no card"), "{}", says(&desk));
}

#[test]
fn who_leaves_a_dialog_is_told_the_same_again() {
    let mut desk = begin();
    desk.press("Enter");
    let before = says(&desk);
    desk.press("e");
    desk.press("Esc");
    assert_eq!(says(&desk), before);
    // Something else may be done meanwhile.
    desk.press("Esc");
    desk.press("A");
    assert_eq!(says(&desk), before);
}

#[test]
fn it_is_left_with_a_key_wherever_one_is() {
    for keys in [&[][..], &["/", "a"], &["Enter", "e"], &["?"], &[":"]] {
        let mut desk = begin();
        keys.iter().for_each(|key| drop(desk.press(key)));
        let layers = format!("{:?}", desk.app.layers);
        assert!(desk.press("Ctrl-T").draw);
        assert!(desk.app.tour.is_none() && desk.app.tour_says().is_none());
        assert_eq!(format!("{:?}", desk.app.layers), layers, "nothing else is left");
    }
}
