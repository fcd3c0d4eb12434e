//! Cards in the hand: what `c` opens on, queues over several encoders, a card that is read.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::hotel::{Desk, grant, night, stay};
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::pane::PaneKind;
use crate::app::queue::CardState;
use crate::app::{Effect, Effects, Event};
use crate::desk::{
    Action, Control, Found, Outcome, Plan, Progress, ProgressKind, Purpose, Reading, ReadingAsk,
    ReadingState, RunId, Step, StepState,
};
use crate::property::{Delta, Gone, Records, Resource};
use crate::seam::id::EncoderId;

/// Lets cards of these grants wait for the encoder.
fn wait_for_cards(desk: &mut Desk, grants: &[(&str, usize)]) {
    for (id, cards) in grants {
        let methods = (0..*cards).map(|n| {
            json!({"access_method_id": format!("{id}-card-{n}"), "mode": "card", "is_issued": false,
                "is_encoding_required": true, "is_ready_for_encoding": true,
                "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"})
        });
        let records = Records::Methods(methods.map(|m| serde_json::from_value(m).unwrap()).collect());
        desk.data(Delta::Read { records, as_of: night(), sweep: None });
    }
}

/// Ada in 101 with two cards that wait, Per in 102 with one, Zofia in 103 with none.
fn desk() -> Desk {
    let mut desk = Desk::new();
    for delta in grant("g1", "ada", "101", "2026-11-24T10:00:00Z", 2) {
        desk.data(delta);
    }
    wait_for_cards(&mut desk, &[("g1", 2), ("g2", 1)]);
    desk
}

fn runs(effects: &Effects) -> Vec<(RunId, Plan)> {
    let run = |e: &Effect| match e {
        Effect::Run(run, plan, _) => Some((*run, plan.as_ref().clone())),
        _ => None,
    };
    effects.list.iter().filter_map(run).collect()
}

fn told(desk: &mut Desk, run: RunId, kind: ProgressKind) -> Effects {
    let at = desk.now;
    desk.event(Event::Job(Progress { run, at, kind }))
}

fn step(desk: &mut Desk, run: RunId, index: usize, state: StepState) -> Effects {
    told(desk, run, ProgressKind::Step { index, state })
}

fn done(desk: &mut Desk, run: RunId) -> Effects {
    told(desk, run, ProgressKind::Ended(Outcome::Done { words: "cut".into(), cards_waiting: Vec::new() }))
}

fn stopped(desk: &mut Desk, run: RunId) -> Effects {
    told(
        desk,
        run,
        ProgressKind::Ended(Outcome::Stopped { words: "stopped".into(), cards_waiting: Vec::new() }),
    )
}

fn encoder_of(plan: &Plan) -> String {
    let at = plan.steps.iter().find_map(|s| match s {
        Step::Encode { encoder, .. } => Some(encoder.to_string()),
        _ => None,
    });
    at.unwrap()
}

fn states(desk: &Desk) -> Vec<CardState> {
    desk.app.queue.as_ref().unwrap().cards.iter().map(|c| c.state.clone()).collect()
}

/// Confirms what stands on the screen.
fn confirm(desk: &mut Desk) -> Effects {
    desk.wait(1);
    desk.press("y")
}

#[test]
fn c_and_y_cut_what_waits_as_ever() {
    let mut desk = desk();
    desk.press("c");
    let effects = confirm(&mut desk);
    let runs = runs(&effects);
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (runs[0].1.action, runs[0].1.steps.len()),
        (Action::Encode, 2),
        "both of Ada's cards, one after the other"
    );
    assert!(matches!(desk.app.top(), Some(Layer::Job(_))));
}

/// Forgets the encoders, as before they were read.
fn without_encoders(desk: &mut Desk) {
    for id in ["enc-1", "enc-2"] {
        desk.data(Delta::Gone(Gone::Encoder(EncoderId::new(id))));
    }
}

fn encoders_are_read(desk: &mut Desk) {
    let encoder =
        |id: &str, name: &str| json!({"acs_encoder_id": id, "acs_system_id": "vision", "display_name": name});
    let both = [encoder("enc-1", "Front desk 1"), encoder("enc-2", "Front desk 2")];
    let records = Records::Encoders(both.into_iter().map(|e| serde_json::from_value(e).unwrap()).collect());
    let as_of = night() + TimeDelta::seconds(1);
    desk.data(Delta::Read { records, as_of, sweep: None });
    desk.data(Delta::Checked { what: Resource::Encoders, as_of });
}

fn is_preview(desk: &Desk) -> bool {
    matches!(desk.app.top(), Some(Layer::Dialog(d)) if matches!(d.stage, Stage::Preview(_)))
}

#[test]
fn encoders_that_are_read_late_lead_to_the_preview_unless_somebody_is_at_the_form() {
    let mut hasty = desk();
    without_encoders(&mut hasty);
    hasty.press("c");
    assert!(!is_preview(&hasty), "there is nowhere to cut");
    encoders_are_read(&mut hasty);
    assert!(is_preview(&hasty));

    let mut busy = desk();
    without_encoders(&mut busy);
    busy.press("c");
    busy.press("Tab");
    encoders_are_read(&mut busy);
    assert!(!is_preview(&busy), "the form stays under the hands");
}

#[test]
fn with_nothing_to_cut_c_opens_on_the_choice() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("c");
    let Some(Layer::Dialog(dialog)) = desk.app.top() else { panic!("no dialog: {}", desk.says()) };
    let what = dialog.form.fields.first().unwrap();
    assert_eq!(what.options().get(what.chosen()).unwrap().words, "read a card: whose is it?");
    let why: Vec<Option<&str>> = what.options().iter().map(|o| o.trouble.as_deref()).collect();
    assert_eq!(why[0], Some("none waits"));
    assert_eq!(why[4], Some("none waits"));
    assert_eq!(why[3], None, "more cards are possible");
}

#[test]
fn without_a_guest_c_opens_too() {
    let mut desk = Desk::new();
    for id in ["g1", "g2", "g3"] {
        desk.gone(id);
    }
    desk.press("c");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "{}", desk.says());
}

/// Marks Ada and Per and opens a queue on both encoders.
fn queue() -> (Desk, Effects) {
    let mut desk = desk();
    desk.press("Space");
    desk.press("Space");
    desk.press("c");
    desk.press("Tab");
    desk.press("Tab");
    desk.press("a");
    desk.press("Enter");
    let effects = confirm(&mut desk);
    assert!(matches!(desk.app.top(), Some(Layer::Queue)), "{}", desk.says());
    (desk, effects)
}

#[test]
fn a_queue_gives_each_encoder_the_next_card() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    assert_eq!(first.len(), 2);
    assert_eq!((encoder_of(&first[0].1), encoder_of(&first[1].1)), ("enc-1".into(), "enc-2".into()));
    assert!(
        first.iter().all(|(_, plan)| matches!(plan.steps[0], Step::PlaceCard { .. })),
        "each is asked for"
    );
    let next = runs(&done(&mut desk, first[1].0));
    assert_eq!((next.len(), encoder_of(&next[0].1)), (1, "enc-2".into()));
    assert!(
        matches!(&next[0].1.steps[0], Step::PlaceCard { card, .. } if *card == "3 of 3, 102 Lindqvist, Per")
    );
    assert!(done(&mut desk, next[0].0).list.is_empty(), "nothing is left");
    done(&mut desk, first[0].0);
    assert_eq!(states(&desk), [CardState::Cut, CardState::Cut, CardState::Cut]);
    assert_eq!(desk.says(), "3 of 3 cards are cut.");
}

#[test]
fn an_encoder_that_fails_hands_its_share_to_the_other() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    let state = StepState::Failed {
        words: "“Front desk 2” is not online".into(),
        next: "check it".into(),
        retry: true,
    };
    let effects = step(&mut desk, first[1].0, 1, state);
    assert_eq!(effects.list, [Effect::Control(first[1].0, Control::StopAfterStep)]);
    // The card is nobody's before its run has ended.
    assert_eq!(states(&desk)[1], CardState::Taken(1));
    assert!(runs(&stopped(&mut desk, first[1].0)).is_empty(), "the other encoder is at work");
    assert_eq!(states(&desk)[1], CardState::Waiting);
    let next = runs(&done(&mut desk, first[0].0));
    assert_eq!((next.len(), encoder_of(&next[0].1)), (1, "enc-1".into()));
    let last = runs(&done(&mut desk, next[0].0));
    assert_eq!(last.len(), 1);
    done(&mut desk, last[0].0);
    assert_eq!(desk.app.queue.as_ref().unwrap().cut(), 3);
    assert!(!desk.app.queue_runs());
}

#[test]
fn a_missing_card_stays_where_it_is() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    let state =
        StepState::Failed { words: "no card on the encoder".into(), next: "put it".into(), retry: true };
    assert!(step(&mut desk, first[1].0, 1, state).list.is_empty());
    assert_eq!(states(&desk)[1], CardState::Taken(1));
}

#[test]
fn the_last_encoder_keeps_its_card() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    let failed = |name: &str| StepState::Failed {
        words: format!("“{name}” is not online").into(),
        next: "check it".into(),
        retry: true,
    };
    step(&mut desk, first[1].0, 1, failed("Front desk 2"));
    stopped(&mut desk, first[1].0);
    assert!(step(&mut desk, first[0].0, 1, failed("Front desk 1")).list.is_empty(), "nobody could take it");
}

#[test]
fn enter_is_for_the_encoder_under_the_cursor_only() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    step(&mut desk, first[1].0, 0, StepState::Asking { words: "next card".into() });
    assert!(desk.press("Enter").list.is_empty(), "the first encoder asks nothing yet");
    desk.press("j");
    assert_eq!(desk.press("Enter").list, [Effect::Control(first[1].0, Control::Continue)]);
}

#[test]
fn a_card_can_be_skipped_and_the_rest_stopped() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    assert_eq!(desk.press("s").list, [Effect::Control(first[0].0, Control::StopAfterStep)]);
    let next = runs(&stopped(&mut desk, first[0].0));
    assert_eq!((states(&desk)[0].clone(), next.len()), (CardState::Skipped, 1));
    let stops = desk.press("x").list;
    assert_eq!(stops.len(), 2);
    stopped(&mut desk, first[1].0);
    assert!(stopped(&mut desk, next[0].0).list.is_empty(), "no further card is taken");
    assert_eq!(states(&desk), [CardState::Skipped, CardState::Waiting, CardState::Waiting]);
    assert!(desk.says().starts_with("0 of 3 cards are cut"), "{}", desk.says());
}

#[test]
fn one_queue_at_a_time_and_c_leads_to_it() {
    let (mut desk, _) = queue();
    desk.press("Esc");
    assert!(desk.app.top().is_none());
    desk.press("k");
    desk.press("c");
    assert!(matches!(desk.app.top(), Some(Layer::Queue)), "the guest's cards are in it");
    desk.press("Esc");
    desk.press("j");
    desk.press("c");
    let Some(Layer::Dialog(dialog)) = desk.app.top() else { panic!("no dialog: {}", desk.says()) };
    assert_eq!(dialog.form.fields[0].options()[1].trouble.as_deref(), Some("a queue is at work"));
}

#[test]
fn a_card_that_is_cut_meanwhile_is_not_taken() {
    let (mut desk, effects) = queue();
    let first = runs(&effects);
    for delta in grant("g2", "per", "102", "2026-11-22T10:00:00Z", 1) {
        desk.data(delta);
    }
    assert!(runs(&done(&mut desk, first[0].0)).is_empty());
    assert_eq!(states(&desk)[2], CardState::Cut);
}

fn reading(effects: &Effects) -> ReadingAsk {
    let ask = effects.list.iter().find_map(|e| match e {
        Effect::ReadCard(ask) => Some(ask.clone()),
        _ => None,
    });
    ask.unwrap_or_else(|| panic!("nothing is read: {effects:?}"))
}

fn ended(desk: &mut Desk, ask: &ReadingAsk, found: Found) -> Effects {
    let state = ReadingState::Ended { found, took: Duration::from_millis(2_400) };
    let at = desk.now;
    desk.event(Event::Reading(Reading { id: ask.id, at, state }))
}

/// The card of Per, who is not the selected guest.
fn card() -> Found {
    let read = json!({
        "acs_credential_on_encoder": {"card_number": "1", "is_issued": true, "created_at": null,
            "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z"},
        "acs_credential_on_seam": {"acs_credential_id": "c", "user_identity_id": "per",
            "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z"},
        "warnings": []});
    Found::Card(Box::new(serde_json::from_value(read).unwrap()))
}

#[test]
fn a_card_that_is_read_leads_to_its_guest() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("okafor");
    desk.press("Enter");
    desk.press("c");
    let ask = reading(&desk.press("Enter"));
    assert_eq!((ask.encoder.clone(), ask.purpose), (EncoderId::new("enc-1"), Purpose::Read));
    ended(&mut desk, &ask, card());
    assert_eq!(desk.app.face().unwrap().stay, Some(stay("g2", "per")));
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Details(d)) if d.stay == stay("g2", "per")));
    assert_eq!(desk.app.board.focus, PaneKind::Guests);
    assert_eq!(desk.app.board.guests.selected(), Some(&stay("g2", "per")), "the filter gave way");
    assert_eq!(desk.app.settings.encoder, Some(EncoderId::new("enc-1")), "proposed next time");
}

#[test]
fn what_was_closed_is_not_told_any_more() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("test-encoder");
    desk.press("Enter");
    let ask = reading(&desk.press("Enter"));
    assert_eq!(ask.purpose, Purpose::Test);
    assert_eq!(desk.press("Esc").list, [Effect::StopReading(ask.id)]);
    assert!(!ended(&mut desk, &ask, Found::NoCard).draw);
    assert!(desk.app.reading.is_none());
}

#[test]
fn a_reading_that_failed_can_be_begun_again() {
    let mut desk = Desk::new();
    desk.press("c");
    let ask = reading(&desk.press("Enter"));
    assert!(desk.press("Enter").list.is_empty(), "not while it is under way");
    ended(&mut desk, &ask, Found::NoCard);
    let again = reading(&desk.press("Enter"));
    assert!(again.id > ask.id);
}

#[test]
fn a_read_only_desk_reads_and_changes_nothing() {
    let mut desk = desk();
    desk.app.settings.read_only = true;
    desk.press("c");
    assert!(desk.says().contains("this desk is read-only"), "{}", desk.says());
    desk.press(":");
    desk.type_text("read-card");
    desk.press("Enter");
    let Some(Layer::Dialog(dialog)) = desk.app.top() else { panic!("no dialog: {}", desk.says()) };
    assert_eq!(dialog.form.fields[0].options()[0].trouble.as_deref(), Some("this desk is read-only"));
    // To what would change something, and on.
    desk.press("2");
    desk.press("Enter");
    let effects = confirm(&mut desk);
    assert!(effects.list.is_empty(), "{effects:?}");
}
