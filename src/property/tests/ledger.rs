//! Cards that may still open a door after their access has ended.

use rstest::rstest;
use serde_json::{Value, json};

use super::kit::{Kit, at, merge, method, override_door, pending};
use crate::property::*;
use crate::seam::id::Id;

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";

fn card(more: Value) -> Value {
    let mut card = method("m1", "card", true, json!({"issued_at": at("2026-11-22 15:10")}));
    merge(&mut card, more);
    card
}

/// A grant of a card.
fn grant(id: &str, room: &str, from: &str, until: &str, more: Value) -> Value {
    let mut grant =
        super::kit::grant(id, room, from, until, json!({"requested_access_methods": [{"mode": "card"}]}));
    merge(&mut grant, more);
    grant
}

/// 101 and 102 are offline doors of reservations; Ada has a card for 101, cut until Wednesday.
fn cut() -> Kit {
    let mut kit = Kit::new();
    kit.entrances(json!([override_door("e101", "101"), override_door("e102", "102")]));
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"},
                      {"user_identity_id": "u2", "full_name": "Lind, Per"}]));
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({"reservation_key": "A"}))]));
    kit.methods(json!([card(json!({}))]));
    kit.all_read();
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit
}

fn check_out(kit: &mut Kit) {
    kit.events(json!([{"event_id": "gone", "event_type": "access_method.deleted", "access_method_id": "m1",
                       "occurred_at": at("2026-11-22 21:58")}]));
    kit.apply(Delta::Gone(Gone::Grant(Id::new("g1"))));
}

/// The next guest of 101, with a card cut now and then.
fn next(kit: &mut Kit, cut_at: Option<&str>) {
    let mut theirs = grant("g2", "101", "2026-11-22 22:30", OUT, json!({"reservation_key": "B"}));
    merge(
        &mut theirs,
        json!({"user_identity_id": "u2", "access_method_ids": ["m2"],
                              "requested_access_methods": [{"mode": "card"}]}),
    );
    kit.grants(json!([theirs]));
    kit.methods(json!([method("m2", "card", cut_at.is_some(), json!({"issued_at": cut_at.map(at)}))]));
}

#[test]
fn a_card_that_outlives_its_check_out() {
    let mut kit = cut();
    assert_eq!(kit.hotel.cards_out().len(), 1);
    check_out(&mut kit);
    let alert = kit.alert(&Rule::GhostCard).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P2, at("2026-11-22 21:58")));
    assert_eq!(alert.id.subject, Subject::Door(Id::new("e101")));
    assert_eq!(
        alert.why,
        "1 card of Okafor, Ada still opens this door until Wed 11:00; collect it, or cut and use a key of the next guest"
    );
    assert_eq!(kit.hotel.cards_out().len(), 1, "it is still out");
    kit.tick_until("2026-11-25 11:00");
    assert_eq!(kit.raised(), [] as [&str; 0], "the card has ended");
    assert_eq!(kit.hotel.cards_out(), []);
}

#[test]
fn since_when_it_is_out_is_taken_from_whatever_tells_it_later() {
    let mut kit = cut();
    kit.apply(Delta::Gone(Gone::Grant(Id::new("g1"))));
    let first = kit.alert(&Rule::GhostCard).unwrap();
    assert!(!first.is_dated, "nothing tells it");
    kit.now = at("2026-11-22 22:05");
    kit.events(json!([{"event_id": "gone", "event_type": "access_method.deleted", "access_method_id": "m1",
                       "occurred_at": at("2026-11-22 21:58")}]));
    let told = kit.alert(&Rule::GhostCard).unwrap();
    assert_eq!((told.is_dated, told.since), (true, at("2026-11-22 21:58")));
}

#[test]
fn a_grant_that_no_longer_has_the_card_tells_nothing_of_it() {
    let mut kit = Kit::new();
    kit.entrances(json!([override_door("e101", "101")]));
    let over = |methods: &[&str]| {
        grant("g1", "lobby", IN, "2026-11-22 21:00", json!({"access_method_ids": methods}))
    };
    kit.grants(json!([over(&["m1"])]));
    kit.apply(Delta::Cards(vec![CardNews::Cut(CardCut {
        method: Id::new("m1"),
        guest: Id::new("u1"),
        name: "Okafor, Ada".into(),
        room: "101".into(),
        doors: vec![Id::new("e101")],
        reservation_key: None,
        cut_at: at("2026-11-22 15:10"),
        ends_at: Some(at(OUT)),
    })]));
    kit.all_read();
    let told = kit.alert(&Rule::GhostCard).unwrap();
    assert_eq!((told.is_dated, told.since), (true, at("2026-11-22 21:00")));
    kit.grants(json!([over(&["m2"])]));
    assert!(!kit.alert(&Rule::GhostCard).unwrap().is_dated);
}

#[test]
fn it_is_an_emergency_as_soon_as_somebody_else_has_the_room() {
    let mut kit = cut();
    check_out(&mut kit);
    next(&mut kit, None);
    assert_eq!(kit.alert(&Rule::GhostCard).unwrap().severity, Severity::P2, "not before they come");
    kit.tick_until("2026-11-22 22:30");
    let alert = kit.alert(&Rule::GhostCard).unwrap();
    assert_eq!(alert.severity, Severity::P1);
    assert!(alert.why.contains("Lind, Per has the room now"), "{}", alert.why);
    // Their card, cut and used, silences the other for good.
    next(&mut kit, Some("2026-11-22 22:29"));
    assert!(kit.alert(&Rule::GhostCard).is_none());
    kit.apply(Delta::Gone(Gone::Grant(Id::new("g2"))));
    let ghosts: Vec<_> = kit.hotel.alerts().filter(|a| a.id.rule == Rule::GhostCard).collect();
    assert!(ghosts.iter().all(|a| a.why.contains("Lind")), "only the later one is left");
}

#[test]
fn a_key_in_a_drawer_closes_nothing_yet() {
    let mut kit = cut();
    check_out(&mut kit);
    next(&mut kit, Some("2026-11-22 22:00"));
    assert_eq!(kit.raised(), ["P2 ghost-card"]);
    kit.tick_until("2026-11-22 22:30");
    assert!(kit.alert(&Rule::GhostCard).is_none(), "its guest has come and used it");
}

#[test]
fn a_card_in_the_desks_hand_is_closed() {
    let mut kit = cut();
    check_out(&mut kit);
    let now = kit.now;
    kit.hotel.note_card_collected(&Id::new("m1"), now);
    assert_eq!(kit.raised(), [] as [&str; 0]);
    assert_eq!(kit.hotel.cards_out(), []);
}

#[test]
fn a_shortened_stay_leaves_a_card_that_is_longer() {
    let mut kit = cut();
    let change = pending(
        "updating_access_times",
        "2026-11-22 21:50",
        json!({"from": {"ends_at": at(OUT)}, "to": {"ends_at": at("2026-11-23 11:00")}}),
    );
    let shorter = json!({"reservation_key": "A", "pending_mutations": [change]});
    kit.grants(json!([grant("g1", "101", IN, "2026-11-23 11:00", shorter)]));
    kit.methods(json!([card(json!({"is_issued": false, "is_encoding_required": true,
                                   "is_ready_for_encoding": true}))]));
    assert_eq!(kit.raised(), ["P2 stale-card"], "while the guest is here it is a card to re-cut");
    kit.tick_until("2026-11-23 11:00");
    let alert = kit.alert(&Rule::GhostCard).unwrap();
    assert_eq!(alert.since, at("2026-11-23 11:00"), "since the access ended");
    assert!(alert.why.contains("until Wed 11:00"), "{}", alert.why);
}

#[test]
fn a_card_that_was_cut_again_ends_with_the_stay() {
    let mut kit = cut();
    kit.grants(json!([grant("g1", "101", IN, "2026-11-23 11:00", json!({"reservation_key": "A"}))]));
    kit.events(
        json!([{"event_id": "again", "event_type": "access_method.reissued", "access_method_id": "m1",
                       "occurred_at": at("2026-11-22 21:55")}]),
    );
    kit.methods(json!([card(json!({}))]));
    assert_eq!(kit.hotel.cards_out()[0].ends_at, Some(at("2026-11-23 11:00")));
    assert_eq!(
        kit.hotel.cards_out()[0].cut_at,
        at("2026-11-22 21:55"),
        "by the event, for the card keeps its first"
    );
    kit.tick_until("2026-11-23 11:00");
    assert!(kit.alert(&Rule::GhostCard).is_none());
}

#[test]
fn a_move_leaves_the_card_of_the_old_room() {
    let mut kit = cut();
    check_out(&mut kit);
    let moved = json!({"reservation_key": "A", "access_method_ids": ["m3"],
                       "requested_access_methods": [{"mode": "code"}]});
    kit.grants(json!([grant("g3", "102", IN, OUT, moved)]));
    kit.methods(json!([method("m3", "code", true, json!({}))]));
    let alert = kit.alert(&Rule::GhostCard).unwrap();
    assert_eq!((alert.room.as_deref(), &alert.id.subject), (Some("101"), &Subject::Door(Id::new("e101"))));
}

#[test]
fn a_lost_card_that_was_replaced_still_opens() {
    let mut kit = cut();
    let new = json!({"reservation_key": "A", "access_method_ids": ["m1", "m9"]});
    kit.grants(json!([grant("g1", "101", IN, OUT, new)]));
    kit.methods(json!([method("m9", "card", true, json!({"issued_at": at("2026-11-22 21:59")}))]));
    kit.apply(Delta::Gone(Gone::Method(Id::new("m1"))));
    kit.grants(json!([grant(
        "g1",
        "101",
        IN,
        OUT,
        json!({"reservation_key": "A", "access_method_ids": ["m9"]})
    )]));
    assert_eq!(kit.raised(), ["P2 ghost-card"], "the new card is of the same reservation and closes nothing");
}

#[rstest]
// Online doors learn of it, and cards of those doors are not put down.
#[case("118", false)]
#[case("101", true)]
fn only_offline_doors_of_reservations(#[case] room: &str, #[case] want: bool) {
    let mut kit = Kit::new();
    kit.entrances(json!([override_door("e101", "101")]));
    kit.grants(json!([grant("g1", room, IN, OUT, json!({"reservation_key": "A"}))]));
    kit.methods(json!([card(json!({}))]));
    kit.all_read();
    kit.apply(Delta::Gone(Gone::Grant(Id::new("g1"))));
    assert_eq!(kit.alert(&Rule::GhostCard).is_some(), want);
}

#[test]
fn the_journal_tells_of_cards_nobody_else_knows() {
    let card = CardCut {
        method: Id::new("m7"),
        guest: Id::new("u7"),
        name: "Holm, Siv".into(),
        room: "101".into(),
        doors: vec![Id::new("e101")],
        reservation_key: Some("Z".into()),
        cut_at: at("2026-11-21 16:00"),
        ends_at: Some(at(OUT)),
    };
    let kept: CardCut = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
    let mut kit = Kit::new();
    kit.guests(json!([{"user_identity_id": "u2", "full_name": "Lind, Per"}]));
    kit.hotel.note_card_cut(kept);
    assert_eq!(kit.raised(), [] as [&str; 0], "its grant may not be read yet");
    kit.all_read();
    assert_eq!(kit.raised(), ["P2 ghost-card"]);
    assert_eq!(kit.hotel.cards_out(), std::slice::from_ref(&card));
    assert_eq!(kit.hotel.closed(&card), None);
    next(&mut kit, Some("2026-11-22 22:00"));
    kit.tick_until("2026-11-22 22:30");
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn a_card_is_told_of_by_the_name_its_guest_has_now() {
    let mut kit = cut();
    check_out(&mut kit);
    let why = |kit: &Kit| kit.alert(&Rule::GhostCard).unwrap().why.to_string();
    let before = why(&kit);
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Sætre, Åse"}]));
    assert!(why(&kit).contains("Sætre, Åse") && why(&kit) != before, "{before} | {}", why(&kit));
}
