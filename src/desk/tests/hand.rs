//! Cards in the hand: queues, further cards, tags by their number, and whose card was read.

use super::*;
use crate::desk::encode::{Wanted, queued, stays_waiting};
use crate::desk::scan::{Face, face, readers};
use crate::desk::{AssignAsk, EncodeAsk, MethodRef, MoreCardsAsk, Step, assign, more_cards};
use crate::seam::id::{EncoderId, MethodId};
use crate::seam::model::ScanResult;
use rstest::rstest;

fn waits() -> Value {
    json!({"is_issued": false, "issued_at": null, "is_encoding_required": true, "is_ready_for_encoding": true})
}

#[test]
fn a_card_of_a_queue_is_asked_for_where_there_are_several() {
    let p = couple().method("again", &["g-ada"], "card", waits()).open();
    let ask =
        EncodeAsk { stay: ada(), methods: vec![MethodId::new("again")], encoder: EncoderId::new("desk2") };
    let plan = queued(&p, &ask, Some("2 of 5, 118 Lindqvist, Ada".into()), now()).unwrap();
    let [Step::PlaceCard { encoder_name, card, .. }, Step::Encode { method, .. }] = plan.steps.as_slice()
    else {
        panic!("{:?}", plan.steps)
    };
    assert_eq!((encoder_name.as_str(), card.as_str()), ("Front desk 2", "2 of 5, 118 Lindqvist, Ada"));
    assert_eq!(method, &MethodRef::Known(MethodId::new("again")));
    assert!(!plan.steps[0].changes(), "asking changes nothing");
    assert_eq!(plan.commands.len(), 1);
    assert_eq!(queued(&p, &ask, None, now()).unwrap().steps.len(), 1);
}

#[test]
fn what_waits_for_a_night_is_what_begins_by_then() {
    let p = couple()
        .method("tonight", &["g-ada"], "card", waits())
        .grant("g-ola", OLA, Some("R2"), "119", Some(tuesday()))
        .with("g-ola", "starts_at", json!("2026-11-23T14:00:00Z"))
        .method("tomorrow", &["g-ola"], "card", waits())
        .grant("g-over", OLA, Some("R3"), "119", Some(at("2026-11-22T10:00:00Z")))
        .method("over", &["g-over"], "card", waits())
        .open();
    assert_eq!(stays_waiting(&p, Wanted::Tonight, now()), [ada()]);
    assert_eq!(stays_waiting(&p, Wanted::Tomorrow, now()), [stay(OLA, "R2")]);
}

fn more(count: usize, encoder: Option<&str>) -> MoreCardsAsk {
    MoreCardsAsk { stay: ada(), count, encoder: encoder.map(EncoderId::new) }
}

#[test]
fn each_further_card_is_requested_and_cut_before_the_next() {
    let p = couple().open();
    let plan = more_cards::plan(&p, &more(2, Some("desk1")), now()).unwrap();
    let [
        Step::RequestCard { known, .. },
        Step::AwaitReady { .. },
        Step::Encode { method: MethodRef::MadeBy(0), card, .. },
        Step::RequestCard { .. },
        Step::AwaitReady { .. },
        Step::Encode { method: MethodRef::MadeBy(3), .. },
    ] = plan.steps.as_slice()
    else {
        panic!("{:?}", plan.steps)
    };
    assert_eq!((known.len(), card.as_str()), (3, "new card 1 of 2 for Lindqvist, Ada"));
    assert!(!plan.takes_away);
    says(&plan, "cards", "2 cards more, beside 1", Tone::Plain);
    says(&plan, "other cards", "stay valid", Tone::Good);
}

#[test]
fn further_cards_are_refused_with_the_reason() {
    let refused = |p: &Property, ask: &MoreCardsAsk, words: &str| {
        let refusal = more_cards::plan(p, ask, now()).expect_err("was not refused");
        assert!(refusal.words.contains(words), "{refusal}");
    };
    let p = couple().open();
    refused(&p, &more(0, Some("desk1")), "From 1 to 10");
    refused(&p, &more(11, Some("desk1")), "From 1 to 10");
    refused(&p, &more(1, None), "Choose where");
    refused(&p, &more(1, Some("desk3")), "does not cut cards for these doors");
    let space = Hotel::new().grant("g", OLA, Some("R3"), "301", Some(monday())).open();
    let ask = MoreCardsAsk { stay: stay(OLA, "R3"), ..more(1, Some("desk3")) };
    refused(&space, &ask, "one card");
    assert!(more_cards::trouble(&space, &stay(OLA, "R3"), now()).is_some());
    let over = couple().with("g-ada", "ends_at", json!("2026-11-22T10:00:00Z")).open();
    refused(&over, &more(1, Some("desk1")), "extend the stay first");
}

#[test]
fn further_tags_are_only_requested() {
    let p = Hotel::new().grant("g", OLA, None, "201", Some(monday())).open();
    let ask = MoreCardsAsk { stay: single("g"), count: 2, encoder: None };
    let plan = more_cards::plan(&p, &ask, now()).unwrap();
    assert!(plan.steps.iter().all(|s| matches!(s, Step::RequestCard { .. })), "{:?}", plan.steps);
    says(&plan, "tags", "by its number", Tone::Caution);
}

fn tagged() -> Property {
    let waits = json!({"is_issued": false, "issued_at": null, "is_assignment_required": true,
        "is_ready_for_assignment": true});
    Hotel::new().grant("g", OLA, None, "201", Some(monday())).method("tag", &["g"], "card", waits).open()
}

fn number(number: &str) -> AssignAsk {
    AssignAsk { stay: single("g"), method: None, number: number.into() }
}

#[test]
fn a_tag_is_assigned_by_its_number() {
    let p = tagged();
    assert_eq!(assign::waiting(&p, &single("g")).len(), 1);
    let plan = assign::plan(&p, &number(" 04:A1 B2 "), now()).unwrap();
    let [Step::AssignCard { method, number, grants }] = plan.steps.as_slice() else {
        panic!("{:?}", plan.steps)
    };
    assert_eq!((method, number.as_str(), grants.len()), (&MethodId::new("tag"), "04:A1 B2", 1));
    says(&plan, "check it", "compare it once more", Tone::Caution);
    let command = "seam access-methods assign-card --access_method_id tag --card_number '04:A1 B2'";
    assert_eq!(plan.commands, [command]);
}

#[rstest]
#[case("", "Type the number")]
#[case("   ", "Type the number")]
#[case("04A1; rm", "is no number of a tag")]
fn what_is_no_number_is_said(#[case] typed: &str, #[case] words: &str) {
    let refusal = assign::plan(&tagged(), &number(typed), now()).unwrap_err();
    assert!(refusal.words.contains(words), "{refusal}");
}

#[test]
fn a_card_that_is_cut_takes_no_tag() {
    let p = couple().method("again", &["g-ada"], "card", waits()).open();
    let ask = AssignAsk { stay: ada(), method: None, number: "04A1".into() };
    let refusal = assign::plan(&p, &ask, now()).unwrap_err();
    assert!(refusal.words.contains("cut on an encoder, not assigned"), "{refusal}");
    let ask = AssignAsk { method: Some(MethodId::new("gone")), ..number("04A1") };
    assert!(assign::plan(&tagged(), &ask, now()).unwrap_err().words.contains("no longer waits"));
}

/// The card of Ada as it was cut, and as Seam knows it.
fn read(card: Value, seam: Value, warnings: Value) -> ScanResult {
    let whole =
        json!({"acs_credential_on_encoder": card, "acs_credential_on_seam": seam, "warnings": warnings});
    serde_json::from_value(whole).unwrap()
}

fn on_card(ends: &str) -> Value {
    json!({"card_number": "1234", "created_at": null, "is_issued": true, "starts_at": "2026-11-20T14:00:00Z",
        "ends_at": ends, "visionline_metadata": {"card_holder": "Lindqvist, Ada", "overridden": false,
        "guest_acs_entrance_ids": ["door118"]}})
}

fn at_seam(guest: &str, ends: &str) -> Value {
    json!({"acs_credential_id": "c1", "user_identity_id": guest, "starts_at": "2026-11-20T14:00:00Z",
        "ends_at": ends, "errors": [], "warnings": []})
}

const MONDAY: &str = "2026-11-23T10:00:00Z";

#[track_caller]
fn shows(face: &Face, label: &str, words: &str, tone: Tone) {
    let is = face.lines.iter().any(|l| l.label == label && l.text.contains(words) && l.tone == tone);
    assert!(is, "no {tone:?} line {label}: …{words}… in {face:#?}");
}

#[test]
fn a_card_is_the_card_of_its_guest() {
    let p = couple().open();
    let face = face(&p, &read(on_card(MONDAY), at_seam(ADA, MONDAY), json!([])), now());
    assert_eq!((face.title.as_str(), face.stay.clone()), ("the card of 118 Lindqvist, Ada", Some(ada())));
    assert_eq!(face.tone, Tone::Good);
    shows(&face, "on the card", "Fri 20 Nov 15:00 CET – Mon 23 Nov 11:00 CET", Tone::Good);
    shows(&face, "number", "1234", Tone::Plain);
}

#[test]
fn of_two_stays_it_is_the_one_whose_door_it_opens() {
    let p = couple().grant("g-two", ADA, Some("R9"), "119", Some(tuesday())).open();
    let face = face(&p, &read(on_card(MONDAY), at_seam(ADA, MONDAY), json!([])), now());
    assert_eq!(face.stay, Some(ada()));
    shows(&face, "also", "119 Lindqvist, Ada", Tone::Caution);
}

#[test]
fn a_card_with_other_dates_than_seam_is_to_be_cut_again() {
    let p = couple().with("g-ada", "ends_at", json!("2026-11-24T10:00:00Z")).open();
    let warnings = json!([{"warning_code": "acs_credential_on_encoder_out_of_sync",
        "warning_message": "differs: ends_at"}]);
    let face =
        face(&p, &read(on_card(MONDAY), at_seam(ADA, "2026-11-24T10:00:00Z"), warnings.clone()), now());
    assert_eq!(face.tone, Tone::Bad);
    shows(&face, "on the card", "Mon 23 Nov 11:00", Tone::Bad);
    shows(&face, "at Seam", "Tue 24 Nov 11:00", Tone::Plain);
    shows(&face, "out of date", "the end on the card is not the end Seam knows: cut it again (c)", Tone::Bad);
    let said = face.lines.iter().filter(|l| l.label == "out of date").count();
    assert_eq!(said, 1, "once in the desk's words");
    // Where the dates agree and the lock system still says so, its own words are shown.
    let again = scan_face(&p, read(on_card(MONDAY), at_seam(ADA, MONDAY), warnings));
    shows(&again, "out of date", "differs: ends_at", Tone::Bad);
}

fn scan_face(p: &Property, read: ScanResult) -> Face {
    face(p, &read, now())
}

#[test]
fn a_card_whose_time_has_passed_says_so() {
    let p = couple().open();
    let face =
        scan_face(&p, read(on_card("2026-11-22T10:00:00Z"), at_seam(ADA, "2026-11-22T10:00:00Z"), json!([])));
    shows(&face, "over", "opens nothing any more", Tone::Bad);
}

#[test]
fn a_card_that_was_overridden_says_so() {
    let p = couple().open();
    let mut card = on_card(MONDAY);
    card["visionline_metadata"]["overridden"] = json!(true);
    let face = scan_face(&p, read(card, at_seam(ADA, MONDAY), json!([])));
    shows(&face, "overridden", "taken the door over", Tone::Bad);
}

#[test]
fn blank_unknown_and_nobodys_cards() {
    let p = couple().open();
    let blank = scan_face(&p, read(Value::Null, Value::Null, json!([])));
    assert!(blank.title.contains("blank") && blank.stay.is_none(), "{blank:?}");
    let empty = json!({"card_number": null, "created_at": null, "is_issued": false, "starts_at": null,
        "ends_at": null});
    assert!(scan_face(&p, read(empty, Value::Null, json!([]))).title.contains("blank"));

    let warnings =
        json!([{"warning_code": "acs_credential_on_seam_not_found", "warning_message": "not found"}]);
    let unknown = scan_face(&p, read(on_card(MONDAY), Value::Null, warnings));
    assert!(unknown.title.contains("unknown card") && unknown.stay.is_none(), "{unknown:?}");
    shows(&unknown, "name on it", "Lindqvist, Ada", Tone::Plain);
    shows(&unknown, "doors", "118", Tone::Plain);

    let gone = scan_face(&p, read(on_card(MONDAY), at_seam(OLA, MONDAY), json!([])));
    assert!(gone.title.contains("Okafor, Ola, who has no stay any more"), "{gone:?}");
    let staff = scan_face(&p, read(on_card(MONDAY), at_seam("nobody", MONDAY), json!([])));
    assert!(staff.title.contains("of no guest"), "{staff:?}");
}

#[test]
fn unknown_warnings_are_shown_in_their_own_words() {
    let p = couple().open();
    let warnings = json!([{"warning_code": "card_is_wet", "warning_message": "dry it first"}]);
    let face = scan_face(&p, read(on_card(MONDAY), at_seam(ADA, MONDAY), warnings));
    shows(&face, "warning", "dry it first", Tone::Bad);
}

#[test]
fn every_encoder_can_read_the_healthy_ones_first() {
    let p = couple().removed("desk1").open();
    let names: Vec<String> = readers(&p).iter().map(|e| e.name.to_string()).collect();
    assert_eq!(names, ["Front desk 2", "Spa desk", "Front desk 1"]);
}
