//! Granting access and moving rooms: every field, every refusal.

mod moves;
mod when_how;
mod who_where;

use serde_json::json;

use super::hotel::{Desk, night, records};
use crate::app::dialog::{Dialog, Stage};
use crate::app::form::Note;
use crate::app::layer::Layer;
use crate::app::{Effect, Event};
use crate::desk::{NewGrant, Pins, Plan, Progress, ProgressKind, RunId, Step};
use crate::property::{Delta, Records};

pub fn dialog(desk: &Desk) -> &Dialog {
    match desk.app.top() {
        Some(Layer::Dialog(dialog)) => dialog,
        other => panic!("no dialog but {other:?}; {}", desk.says()),
    }
}

pub fn refused(desk: &Desk) -> String {
    match &dialog(desk).stage {
        Stage::Form { refused } => refused.as_ref().map(|r| r.words.to_string()).unwrap_or_default(),
        Stage::Preview(preview) => panic!("not refused: {:?}", preview.plans),
    }
}

pub fn plan(desk: &Desk) -> &Plan {
    match &dialog(desk).stage {
        Stage::Preview(preview) => &preview.plans[0],
        Stage::Form { refused } => panic!("no preview: {refused:?}\n{:?}", dialog(desk).form),
    }
}

pub fn shown(desk: &Desk) -> Vec<&'static str> {
    dialog(desk).form.fields.iter().filter(|f| !f.hidden).map(|f| f.label).collect()
}

pub fn options(desk: &Desk, label: &str) -> Vec<String> {
    let field = dialog(desk).form.fields.iter().find(|f| f.label == label && !f.hidden);
    field.map(|f| f.options().iter().map(|o| o.words.to_string()).collect()).unwrap_or_default()
}

pub fn chosen(desk: &Desk, label: &str) -> String {
    let field = dialog(desk).form.fields.iter().find(|f| f.label == label && !f.hidden).unwrap();
    field.options()[field.chosen()].words.to_string()
}

pub fn trouble(desk: &Desk, label: &str) -> String {
    let field = dialog(desk).form.fields.iter().find(|f| f.label == label && !f.hidden).unwrap();
    field.options()[field.chosen()].trouble.as_deref().unwrap_or_default().to_owned()
}

pub fn note(desk: &Desk, label: &str) -> Note {
    dialog(desk).form.fields.iter().find(|f| f.label == label).unwrap().note.clone()
}

/// Goes to a field and types; what was there is wiped.
pub fn fill(desk: &mut Desk, label: &str, text: &str) {
    go(desk, label);
    desk.press("Ctrl-U");
    desk.type_text(text);
}

pub fn go(desk: &mut Desk, label: &str) {
    for _ in 0..20 {
        let form = &dialog(desk).form;
        if form.fields[form.focus].label == label {
            return;
        }
        desk.press("Tab");
    }
    panic!("no field {label}: {:?}", shown(desk));
}

/// Chooses the nth option, from one.
pub fn choose(desk: &mut Desk, label: &str, nth: &str) {
    go(desk, label);
    desk.press(nth);
}

/// Confirms the preview and gives what was ordered.
pub fn confirm(desk: &mut Desk) -> (RunId, Plan, Pins) {
    desk.wait(1);
    match desk.press("y").list.into_iter().next() {
        Some(Effect::Run(run, plan, pins)) => (run, *plan, pins),
        other => panic!("{other:?} {}", desk.says()),
    }
}

pub fn made(plan: &Plan) -> &NewGrant {
    let new = plan.steps.iter().find_map(|s| match s {
        Step::CreateGrant(new) => Some(&**new),
        _ => None,
    });
    new.unwrap()
}

pub fn read(records: Records) -> Delta {
    Delta::Read { records, as_of: night(), sweep: None }
}

/// The usual desk, and beside its rooms a gym and two lounges that know no reservations, with online locks.
pub fn desk() -> Desk {
    let mut desk = Desk::new();
    let names = ["Gym", "Lounge", "Long Hall", "201", "202"];
    let space = |n: &&str| json!({"space_id": format!("space-{n}"), "name": n});
    let door = |n: &&str| {
        json!({"acs_entrance_id": format!("door-{n}"), "acs_system_id": "ks", "display_name": format!("{n} door"),
            "space_ids": [format!("space-{n}")], "can_unlock_with_code": true, "can_unlock_with_card": false,
            "can_unlock_with_mobile_key": *n != "Gym", "can_unlock_with_cloud_key": *n == "201"})
    };
    desk.data(read(Records::Systems(records(json!([
        {"acs_system_id": "vision", "name": "Visionline", "external_type": "visionline_system",
            "location": {"time_zone": "Europe/Berlin"}},
        {"acs_system_id": "ks", "name": "Salto KS", "external_type": "salto_ks_site"}])))));
    desk.data(read(Records::Spaces(records(names.iter().map(space).collect()))));
    desk.data(read(Records::Entrances(records(names.iter().map(door).collect()))));
    desk
}

/// `n` on an empty board: nothing is proposed.
pub fn empty() -> Desk {
    let mut desk = desk();
    for id in ["g1", "g2", "g3"] {
        desk.gone(id);
    }
    desk.press("n");
    desk
}

/// What the engine tells of a run.
pub fn tell(desk: &mut Desk, run: RunId, kind: ProgressKind) {
    let at = desk.now;
    desk.event(Event::Job(Progress { run, at, kind }));
}

pub fn plan_title(desk: &Desk) -> &'static str {
    dialog(desk).ask.title()
}
