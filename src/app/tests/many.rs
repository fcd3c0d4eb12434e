//! Several guests stay longer: who cannot is left out, and seen to be.

use super::hotel::{Desk, grant, night, read, records, stay};
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::{App, Effect};
use crate::desk::Tone;
use crate::property::Records;
use serde_json::json;

/// A desk with Per and Zofia in 102 and 103, and somebody who comes to 102 tomorrow.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.data(read(Records::Identities(records(
        json!([{"user_identity_id": "liv", "full_name": "Nilsen, Liv"}]),
    ))));
    let [grants, methods] = grant("g9", "liv", "102", "2026-11-26T10:00:00Z", 0);
    let mut grants = grants;
    if let crate::property::Delta::Read { records: Records::Grants(list), .. } = &mut grants {
        list[0].starts_at = Some("2026-11-22T14:00:00Z".parse().unwrap());
    }
    desk.data(grants);
    desk.data(methods);
    desk
}

fn preview(app: &App) -> Option<(Vec<String>, Vec<String>)> {
    let Some(Layer::Dialog(dialog)) = app.top() else { return None };
    let Stage::Preview(preview) = &dialog.stage else { return None };
    let plans = preview.plans.iter().map(|plan| plan.guest.to_string()).collect();
    let left = dialog.ask.summary(&dialog.form, &app.property, app.now());
    assert!(left.iter().all(|line| line.tone == Tone::Bad));
    Some((plans, left.iter().map(|line| format!("{}; {}", line.label, line.text)).collect()))
}

#[test]
fn one_who_cannot_is_left_out_and_the_others_stay() {
    let mut desk = desk();
    desk.press("j");
    desk.press("Space");
    desk.press("Space");
    assert_eq!(desk.app.targets(), [stay("g2", "per"), stay("g3", "zoe")]);
    desk.press("e");
    desk.type_text("+1d");
    assert!(desk.press("Enter").list.is_empty());
    let (plans, left) = preview(&desk.app).expect("a preview");
    assert_eq!(plans, ["Dąbrowska, Zofia"]);
    assert_eq!(left.len(), 1);
    assert!(left[0].starts_with("1 of 2; 102 Lindqvist, Per not: "), "{left:?}");
    desk.wait(1);
    let effects = desk.press("y");
    let runs: Vec<_> = effects.list.iter().filter(|e| matches!(e, Effect::Run(..))).collect();
    assert!(matches!(runs[..], [Effect::Run(_, plan, _)] if plan.stay == stay("g3", "zoe")), "{effects:?}");
}

#[test]
fn where_nobody_can_nothing_is_shown_but_why() {
    let mut desk = desk();
    desk.press("j");
    desk.press("Space");
    desk.press("Space");
    desk.press("e");
    desk.type_text("2020-01-01 12:00");
    desk.press("Enter");
    let Some(Layer::Dialog(dialog)) = desk.app.top() else { panic!() };
    let Stage::Form { refused: Some(refusal) } = &dialog.stage else { panic!("{:?}", dialog.stage) };
    assert!(refusal.words.starts_with("Nobody can be extended. "), "{}", refusal.words);
    assert!(refusal.words.ends_with("And 1 more."), "{}", refusal.words);
    assert!(desk.now >= night());
}
