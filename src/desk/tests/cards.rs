//! Lost cards, and cards that wait.

use super::*;
use crate::desk::{EncodeAsk, MethodRef, ReissueAsk, Step, encode, reissue};
use crate::seam::id::{EncoderId, MethodId};

fn lost(stay: StayId, card: &str, encoder: &str) -> ReissueAsk {
    ReissueAsk { stay, lost: MethodId::new(card), encoder: EncoderId::new(encoder) }
}

#[track_caller]
fn refused(p: &Property, ask: &ReissueAsk, words: &str) {
    let refusal = reissue::plan(p, ask, now()).expect_err("was not refused");
    assert!(refusal.words.contains(words), "{refusal}");
    assert!(refusal.words.contains(':'), "says what to do: {refusal}");
}

#[test]
fn a_new_card_works_before_the_lost_one_is_retired() {
    let p = couple().open();
    let plan = reissue::plan(&p, &lost(ada(), "card-ada", "desk1"), now()).unwrap();
    let [
        Step::RequestCard { known, .. },
        Step::AwaitReady { .. },
        Step::Encode { method, encoder_name, .. },
        Step::DeleteMethod { method: gone, .. },
        Step::AwaitGone { .. },
    ] = plan.steps.as_slice()
    else {
        panic!("{:?}", plan.steps)
    };
    assert_eq!((known.len(), method, encoder_name.as_str()), (3, &MethodRef::MadeBy(0), "Front desk 1"));
    assert_eq!((gone, plan.takes_away), (&MethodId::new("card-ada"), true));
    says(&plan, "at the door", "may still open the room", Tone::Bad);
    says(&plan, "other cards", "1 card of the party: untouched", Tone::Good);
    says(&plan, "lost card", "cut Fri 20 Nov 16:12", Tone::Plain);
    assert!(plan.commands.iter().any(|c| *c == "seam access-methods delete --access_method_id card-ada"));
}

#[test]
fn one_card_a_guest_means_that_the_lost_one_goes_first() {
    let p = Hotel::new()
        .grant("g", OLA, Some("R3"), "301", Some(monday()))
        .method("card", &["g"], "card", json!({}))
        .open();
    let plan = reissue::plan(&p, &lost(stay(OLA, "R3"), "card", "desk3"), now()).unwrap();
    assert!(matches!(plan.steps[0], Step::DeleteMethod { .. }));
    assert!(matches!(&plan.steps[4], Step::Encode { method: MethodRef::MadeBy(2), .. }), "{:?}", plan.steps);
    says(&plan, "order", "deleted first", Tone::Caution);
}

#[test]
fn what_cannot_be_replaced_this_way() {
    let p = couple()
        .grant("g-tag", OLA, None, "201", Some(monday()))
        .method("tag", &["g-tag"], "card", json!({}))
        .grant("g-late", ADA, Some("R7"), "119", Some(tuesday()))
        .with("g-late", "access_method_ids", json!(["card-ada"]))
        .open();
    refused(&p, &lost(ada(), "pin", "desk1"), "not a card");
    refused(&p, &lost(ada(), "card-eva", "desk1"), "no longer belongs");
    refused(&p, &lost(single("g-tag"), "tag", "desk1"), "assigned by their number");
    refused(&p, &lost(ada(), "card-ada", "desk1"), "119 Lindqvist, Ada");
    refused(&p, &lost(stay(EVA, "R1"), "card-eva", "desk3"), "another lock system");
    let p = couple().removed("desk1").open();
    refused(&p, &lost(ada(), "card-ada", "desk1"), "was removed");
    let p = couple().with("g-ada", "ends_at", json!("2026-11-22T10:00:00Z")).open();
    refused(&p, &lost(ada(), "card-ada", "desk1"), "extend the stay first");
}

#[test]
fn cards_and_encoders_to_choose_from() {
    let p = couple()
        .method(
            "fresh",
            &["g-ada"],
            "card",
            json!({"is_issued": false, "issued_at": null, "is_encoding_required": true}),
        )
        .removed("desk1")
        .open();
    let cards = reissue::cards(&p, &ada());
    assert_eq!(cards[0].words, "card 1, cut Fri 20 Nov 16:12");
    assert_eq!((cards[1].words.as_str(), cards[1].issued), ("card 2, not cut yet", false));
    let encoders = reissue::encoders(&p, &ada());
    assert_eq!((encoders[0].name.as_str(), encoders[0].trouble.is_none()), ("Front desk 2", true));
    assert!(encoders[1].trouble.is_some());
    assert_eq!(encoders[0].system, "Visionline");
}

fn to_recut() -> Hotel {
    couple()
        .method(
            "again",
            &["g-ada"],
            "card",
            json!({"is_issued": false, "is_encoding_required": true, "is_ready_for_encoding": true}),
        )
        .method(
            "slow",
            &["g-eva"],
            "card",
            json!({"is_issued": false, "issued_at": null, "is_encoding_required": true}),
        )
}

#[test]
fn the_cards_that_wait_are_cut_one_by_one() {
    let p = to_recut().open();
    let ask = |methods: &[&str]| EncodeAsk {
        stay: ada(),
        methods: methods.iter().map(|m| MethodId::new(m)).collect(),
        encoder: EncoderId::new("desk1"),
    };
    assert_eq!(encode::waiting(&p, &ada()), [MethodId::new("again")]);
    let plan = encode::plan(&p, &ask(&[]), now()).unwrap();
    assert_eq!((plan.steps.len(), plan.takes_away), (1, false));
    let plan = encode::plan(&p, &ask(&["again", "slow"]), now()).unwrap();
    let kinds: Vec<bool> = plan.steps.iter().map(Step::changes).collect();
    assert_eq!(kinds, [true, false, true], "the joiner's card is waited for");
    says(&plan, "one by one", "take each card off", Tone::Plain);
    let nothing = encode::plan(&p, &ask(&["card-ada"]), now()).unwrap_err();
    assert!(nothing.words.contains("No card"), "{nothing}");
}
