//! New dates.

use rstest::rstest;

use super::*;
use crate::desk::{Action, Change, ExtendAsk, Step, extend};

fn until(stay: StayId, end: &str) -> ExtendAsk {
    ExtendAsk::until(stay, at(end))
}

#[track_caller]
fn refused(p: &Property, ask: &ExtendAsk, words: &str) {
    let refusal = extend::plan(p, ask, now()).expect_err("was not refused");
    assert!(refusal.words.contains(words), "{refusal}");
    assert!(refusal.words.contains(':'), "says what to do: {refusal}");
}

#[test]
fn the_whole_reservation_moves_and_then_is_waited_for() {
    let p = couple().open();
    let plan = extend::plan(&p, &until(ada(), "2026-11-24T10:00:00Z"), now()).unwrap();
    let [
        Step::UpdateGrant { grant: a, ends_at, .. },
        Step::UpdateGrant { grant: b, .. },
        Step::AwaitIssued { grants, methods },
    ] = plan.steps.as_slice()
    else {
        panic!("{:?}", plan.steps)
    };
    assert_eq!(*ends_at, Some(Change { from: Some(monday()), to: tuesday() }));
    assert_eq!(grants, &[a.clone(), b.clone()]);
    assert_eq!((methods.len(), plan.action, plan.takes_away), (4, Action::Extend, false));
    assert_eq!(
        plan.commands[0],
        "seam access-grants update --access_grant_id g-ada --ends_at 2026-11-24T10:00:00Z"
    );
    assert_eq!(plan.doing(), "extending 118");
}

#[test]
fn the_preview_says_what_it_costs() {
    let p = couple()
        .grant("g-ola", OLA, Some("R2"), "118", Some(at("2026-11-28T10:00:00Z")))
        .with("g-ola", "starts_at", json!("2026-11-26T14:00:00Z"))
        .instant_key(ADA, "2026-11-23T11:00:00Z")
        .open();
    let plan = extend::plan(&p, &until(ada(), "2026-11-24T10:00:00Z"), now()).unwrap();
    says(&plan, "until", "Mon 23 Nov 11:00 → Tue 24 Nov 11:00 CET (+1d)", Tone::Plain);
    says(&plan, "PIN", "dead for about a minute", Tone::Caution);
    says(&plan, "2 cards", "must be re-cut: Front desk 1, Front desk 2", Tone::Caution);
    says(&plan, "mobile key", "its link expires Mon 23 Nov 12:00 ▸ renew", Tone::Caution);
    says(&plan, "next guest", "118 is free until Thu 26 Nov 15:00 (Okafor, Ola)", Tone::Good);
    says(&plan, "party", "1 joiner, Lindqvist, Eva: extended with it", Tone::Plain);
    let all = format!("{plan:?}");
    assert!(!all.contains("4417"), "a plan holds no PIN");
}

#[test]
fn without_the_party_the_joiner_keeps_the_dates() {
    let p = couple().open();
    let ask = ExtendAsk { party: false, ..until(ada(), "2026-11-24T10:00:00Z") };
    let plan = extend::plan(&p, &ask, now()).unwrap();
    assert_eq!(plan.steps.iter().filter(|s| s.changes()).count(), 1);
    says(&plan, "party", "Lindqvist, Eva keeps its dates", Tone::Caution);
}

#[test]
fn a_joiner_who_has_left_is_not_let_in_again() {
    let p = couple().with("g-eva", "ends_at", json!("2026-11-22T10:00:00Z")).open();
    let plan = extend::plan(&p, &until(ada(), "2026-11-24T10:00:00Z"), now()).unwrap();
    assert_eq!(plan.steps.iter().filter(|s| s.changes()).count(), 1);
    says(&plan, "party", "has left and stays out", Tone::Caution);
}

#[rstest]
#[case("2026-11-23T02:14:00Z", "not in the future")]
#[case("2026-11-20T14:00:00Z", "not in the future")]
#[case("2026-11-23T10:00:00Z", "Nothing would change")]
fn an_end_the_api_would_refuse(#[case] end: &str, #[case] words: &str) {
    refused(&couple().open(), &until(ada(), end), words);
}

#[test]
fn an_end_before_the_start_and_nothing_at_all() {
    let p = couple()
        .with("g-ada", "starts_at", json!("2026-11-25T14:00:00Z"))
        .with("g-eva", "starts_at", json!("2026-11-25T14:00:00Z"))
        .with("g-ada", "ends_at", json!("2026-11-27T10:00:00Z"))
        .open();
    refused(&p, &until(ada(), "2026-11-25T10:00:00Z"), "not be after the start");
    let nothing = ExtendAsk { stay: ada(), starts_at: None, ends_at: None, party: true };
    refused(&p, &nothing, "Nothing would change");
    refused(&p, &until(stay("nobody", "R9"), "2026-11-25T10:00:00Z"), "no longer there");
}

#[test]
fn an_open_end_has_nothing_to_extend() {
    let p = Hotel::new().grant("g", OLA, None, "119", None).open();
    refused(&p, &until(single("g"), "2026-11-25T10:00:00Z"), "has no end");
}

#[test]
fn the_next_guest_keeps_the_room() {
    let p = couple()
        .grant("g-ola", OLA, Some("R2"), "118", Some(at("2026-11-28T10:00:00Z")))
        .with("g-ola", "starts_at", json!("2026-11-24T14:00:00Z"))
        .open();
    refused(&p, &until(ada(), "2026-11-25T10:00:00Z"), "Okafor, Ola from Tue 24 Nov 15:00 CET");
    assert!(
        extend::plan(&p, &until(ada(), "2026-11-24T14:00:00Z"), now()).is_ok(),
        "up to the minute it begins"
    );
}

#[test]
fn an_early_guest_waits_for_the_one_before() {
    let p = Hotel::new()
        .grant("g-ola", OLA, Some("R2"), "118", Some(monday()))
        .grant("g-ada", ADA, Some("R1"), "118", Some(at("2026-11-26T10:00:00Z")))
        .with("g-ada", "starts_at", json!("2026-11-23T14:00:00Z"))
        .open();
    let early =
        |start: &str| ExtendAsk { stay: ada(), starts_at: Some(at(start)), ends_at: None, party: true };
    refused(&p, &early("2026-11-23T08:00:00Z"), "Okafor, Ola until Mon 23 Nov 11:00");
    let plan = extend::plan(&p, &early("2026-11-23T10:00:00Z"), now()).unwrap();
    says(&plan, "from", "Mon 23 Nov 15:00 → Mon 23 Nov 11:00 CET (-4h)", Tone::Plain);
}

#[test]
fn keys_of_a_reservation_stay_together() {
    // Two weeks later, one grant after the other: in between they would be apart.
    let p = couple().open();
    let ask = ExtendAsk {
        stay: ada(),
        starts_at: Some(at("2026-12-04T14:00:00Z")),
        ends_at: Some(at("2026-12-07T10:00:00Z")),
        party: true,
    };
    refused(&p, &ask, "must overlap in time");
    refused(&p, &ExtendAsk { party: false, ..ask }, "must overlap in time");
}

#[test]
fn shortening_takes_away_and_warns_of_old_cards() {
    let p = couple().with("g-ada", "ends_at", json!("2026-11-25T10:00:00Z")).open();
    let plan = extend::plan(&p, &until(ada(), "2026-11-24T10:00:00Z"), now()).unwrap();
    assert!(plan.takes_away);
    says(&plan, "old cards", "keep their old dates", Tone::Bad);
    says(&plan, "until", "(-1d)", Tone::Caution);
}

#[test]
fn a_day_is_a_day_over_the_night_the_clocks_change() {
    let p = couple()
        .with("g-ada", "ends_at", json!("2027-03-27T10:00:00Z"))
        .with("g-eva", "ends_at", json!("2027-03-27T10:00:00Z"))
        .open();
    let plan = extend::plan(&p, &until(ada(), "2027-03-28T09:00:00Z"), now()).unwrap();
    says(&plan, "until", "Sat 27 Mar 11:00 CET → Sun 28 Mar 11:00 CEST (+1d)", Tone::Plain);
}

#[test]
fn tags_follow_by_themselves() {
    let p = Hotel::new()
        .grant("g", OLA, None, "201", Some(monday()))
        .method("tag", &["g"], "card", json!({}))
        .open();
    let plan = extend::plan(&p, &until(single("g"), "2026-11-24T10:00:00Z"), now()).unwrap();
    says(&plan, "1 card", "follows by itself", Tone::Good);
}

#[test]
fn what_keeps_keys_dead_is_said_before() {
    let p = couple().down("vision").offline("lock118").open();
    let plan = extend::plan(&p, &until(ada(), "2026-11-24T10:00:00Z"), now()).unwrap();
    says(&plan, "lock system", "the bridge is away", Tone::Bad);
    says(&plan, "PIN", "is offline", Tone::Bad);
}

#[test]
fn a_method_that_serves_another_stay_is_named() {
    let p = couple()
        .grant("g-late", ADA, Some("R7"), "119", Some(at("2026-11-30T10:00:00Z")))
        .with("g-late", "access_method_ids", json!(["pin"]))
        .open();
    let plan = extend::plan(&p, &until(ada(), "2026-11-24T10:00:00Z"), now()).unwrap();
    says(&plan, "PIN", "also the PIN of 119 Lindqvist, Ada", Tone::Caution);
}

#[test]
fn what_is_being_revoked_is_not_extended() {
    let going =
        json!([{"warning_code": "being_deleted", "message": "", "created_at": "2026-11-23T02:00:00Z"}]);
    let p = couple().with("g-ada", "warnings", going).open();
    refused(&p, &until(ada(), "2026-11-24T10:00:00Z"), "being revoked");
}
