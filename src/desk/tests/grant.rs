//! Granting access.

use super::*;
use crate::desk::grant::{Reservation, pins, plan, reservation};
use crate::desk::{GrantAsk, GrantName, KeyAsk, NewGrant, Refusal, Step, Who};
use crate::seam::id::{DeviceId, EntranceId, SpaceId};
use crate::seam::model::Mode;
use crate::secret::Secret;
use rstest::rstest;

fn ask(guest: &str, rooms: &[&str], keys: Vec<KeyAsk>) -> GrantAsk {
    GrantAsk {
        who: Who::Known(IdentityId::new(guest)),
        spaces: rooms.iter().map(|r| SpaceId::new(&format!("room{r}"))).collect(),
        entrances: Vec::new(),
        devices: Vec::new(),
        starts_at: None,
        ends_at: Some(tuesday()),
        keys,
        reservation_key: Some("R9".into()),
    }
}

fn card() -> Vec<KeyAsk> {
    vec![KeyAsk::Card { count: 1 }]
}

fn pin(digits: &str) -> Vec<KeyAsk> {
    vec![KeyAsk::Code { pin: Some(Secret::new(digits)) }]
}

fn made(plan: &Plan) -> &NewGrant {
    plan.steps
        .iter()
        .find_map(|s| match s {
            Step::CreateGrant(new) => Some(new.as_ref()),
            _ => None,
        })
        .unwrap()
}

#[track_caller]
fn refused(plan: Result<Plan, Refusal>, words: &str) {
    let refusal = plan.expect_err("a refusal");
    assert!(refusal.words.contains(words), "{refusal}");
}

#[test]
fn several_places_and_keys_come_to_one_grant() {
    let p = Hotel::new().area("gym", "vision").open();
    let keys =
        vec![KeyAsk::Code { pin: None }, KeyAsk::Card { count: 2 }, KeyAsk::MobileKey { max_uses: Some(3) }];
    let mut ask = ask(OLA, &["118"], keys);
    // The door of 118 comes with its room already.
    ask.entrances = vec![EntranceId::new("door-gym"), EntranceId::new("door118")];
    ask.devices = vec![DeviceId::new("lock118")];
    let plan = plan(&p, &ask, now()).unwrap();
    let new = made(&plan);
    assert_eq!((new.entrances.len(), new.devices.len(), new.spaces.len()), (1, 0, 1));
    let modes: Vec<&str> = new.methods.iter().map(|w| w.mode.as_str()).collect();
    assert_eq!(modes, ["code", "card", "card", "mobile_key"]);
    assert_eq!(new.methods[3].max_uses, Some(3));
    assert_eq!(
        (plan.room.as_str(), plan.guest.as_str(), plan.stay.clone()),
        ("118", "Okafor, Ola", stay(OLA, "R9"))
    );
    says(&plan, "where", "118, gym", Tone::Plain);
    says(&plan, "reservation", "R9 begins", Tone::Caution);
    says(&plan, "2 cards", "Front desk 1, Front desk 2", Tone::Plain);
    assert!(plan.commands[0].contains("--reservation_key R9"), "{}", plan.commands[0]);
    assert!(matches!(plan.steps.last(), Some(Step::AwaitGranted { grants }) if grants[0] == new.key));
}

#[test]
fn the_same_ask_is_the_same_plan_a_minute_later_and_another_ask_another_key() {
    let p = Hotel::new().open();
    let first = plan(&p, &ask(OLA, &["118"], card()), now()).unwrap();
    let later = plan(&p, &ask(OLA, &["118"], card()), now() + chrono::TimeDelta::minutes(1)).unwrap();
    assert_eq!(first, later);
    let other = plan(&p, &ask(OLA, &["119"], card()), now()).unwrap();
    assert_ne!(made(&first).key, made(&other).key);
}

#[test]
fn what_has_been_given_already_is_not_given_twice() {
    let p = Hotel::new().open();
    let key = made(&plan(&p, &ask(OLA, &["118"], card()), now()).unwrap()).key.clone();
    let there = Hotel::new().grant("g-ola", OLA, Some("R9"), "118", Some(tuesday())).with(
        "g-ola",
        "access_grant_key",
        json!(key),
    );
    refused(plan(&there.open(), &ask(OLA, &["118"], card()), now()), "exactly this access already");
}

#[test]
fn a_chosen_pin_is_beside_the_plan_and_nowhere_in_it() {
    let p = Hotel::new().open();
    let mut ask = ask(OLA, &["201"], pin("482913"));
    ask.reservation_key = None;
    let plan = plan(&p, &ask, now()).unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    assert!(!json.contains("482913") && !format!("{plan:?}{ask:?}").contains("482913"));
    assert!(plan.commands[0].contains("••••"), "{}", plan.commands[0]);
    let name = GrantName::Key(made(&plan).key.clone());
    assert_eq!(pins(&ask, &plan).get(&name, 0), Some(&Secret::new("482913")));
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    says(&plan, "PIN", "Salto KS may choose another", Tone::Caution);
}

#[test]
fn a_new_guest_is_made_first_and_found_by_a_key() {
    let p = Hotel::new().open();
    let who = Who::New {
        name: "Nakamura, Yui".into(),
        email: Some("yui@example.com".into()),
        phone: Some("+81312345678".into()),
    };
    let plan = plan(&p, &GrantAsk { who, ..ask(OLA, &["118"], card()) }, now()).unwrap();
    let [Step::CreateGuest(guest), Step::CreateGrant(new), Step::AwaitGranted { .. }] = &plan.steps[..]
    else {
        panic!("{:?}", plan.steps)
    };
    assert_eq!(new.guest, crate::desk::GuestName::Key(guest.key.clone()));
    assert!(plan.commands[0].contains("--full_name 'Nakamura, Yui' --email_address yui@example.com"));
    says(&plan, "who", "a new guest (yui@example.com, +81312345678)", Tone::Plain);
}

#[rstest]
#[case("", None, None, "no name")]
#[case("Yui", Some("yui"), None, "no e-mail address")]
#[case("Yui", Some("y i@example.com"), None, "no e-mail address")]
#[case("Yui", None, Some("0701234567"), "no phone number")]
fn a_guest_seam_would_not_take(
    #[case] name: &str,
    #[case] email: Option<&str>,
    #[case] phone: Option<&str>,
    #[case] words: &str,
) {
    let who = Who::New { name: name.into(), email: email.map(Into::into), phone: phone.map(Into::into) };
    refused(plan(&Hotel::new().open(), &GrantAsk { who, ..ask(OLA, &["118"], card()) }, now()), words);
}

#[test]
fn the_reservation_number_is_required_offered_or_hidden() {
    let p = Hotel::new().open();
    assert_eq!(reservation(&p, &ask(OLA, &["118"], card())), Reservation::Required);
    assert_eq!(reservation(&p, &ask(OLA, &["118"], pin("4711"))), Reservation::Offered);
    assert_eq!(reservation(&p, &ask(OLA, &["201"], card())), Reservation::Hidden);
    let without = |rooms| GrantAsk { reservation_key: None, ..ask(OLA, rooms, card()) };
    refused(plan(&p, &without(&["118"]), now()), "need the reservation number");
    refused(plan(&p, &ask(OLA, &["201"], card()), now()), "takes no reservation number");
}

#[test]
fn a_joiner_opens_the_same_doors_or_fewer() {
    let p = couple().open();
    let join = |rooms: &[&str]| GrantAsk { reservation_key: Some("R1".into()), ..ask(OLA, rooms, card()) };
    let joined = plan(&p, &join(&["118"]), now()).unwrap();
    says(&joined, "reservation", "joins", Tone::Good);
    refused(plan(&p, &join(&["118", "119"]), now()), "119 is none of");
    refused(plan(&p, &join(&["119"]), now()), "119 is none of");
}

#[test]
fn a_room_that_is_taken_is_not_overridden() {
    let p = couple().open();
    refused(plan(&p, &ask(OLA, &["118"], card()), now()), "R1, to join them");
    let after = GrantAsk { starts_at: Some(monday()), ..ask(OLA, &["118"], card()) };
    assert!(plan(&p, &after, now()).is_ok());
}

#[test]
fn a_joiner_whose_dates_are_apart_is_refused() {
    let p = couple().open();
    let apart = GrantAsk {
        reservation_key: Some("R1".into()),
        starts_at: Some(monday()),
        ..ask(OLA, &["118"], card())
    };
    refused(plan(&p, &apart, now()), "must overlap in time");
}

#[test]
fn a_reservation_on_its_way_out_is_waited_for() {
    let going =
        json!([{"warning_code": "being_deleted", "message": "", "created_at": "2026-11-23T02:00:00Z"}]);
    let p = couple().with("g-eva", "warnings", going).open();
    let join = GrantAsk { reservation_key: Some("R1".into()), ..ask(OLA, &["118"], card()) };
    refused(plan(&p, &join, now()), "wait until it is gone");
}

#[test]
fn at_online_doors_a_guest_who_is_there_is_told_of() {
    let p = Hotel::new().grant("g-eva", EVA, None, "201", Some(tuesday())).open();
    let plan =
        plan(&p, &GrantAsk { reservation_key: None, ..ask(OLA, &["201"], pin("4711")) }, now()).unwrap();
    says(&plan, "also there", "Lindqvist, Eva has the room", Tone::Bad);
}

#[rstest]
#[case("123")]
#[case("1234567890")]
#[case("12a4")]
#[case("１２３４")]
fn a_pin_has_four_to_nine_digits(#[case] digits: &str) {
    refused(plan(&Hotel::new().open(), &ask(OLA, &["118"], pin(digits)), now()), "four to nine digits");
}

#[test]
fn nothing_to_open_and_nothing_to_open_it_with() {
    let p = Hotel::new().open();
    refused(plan(&p, &ask(OLA, &[], card()), now()), "No door is chosen");
    refused(plan(&p, &ask(OLA, &["118"], Vec::new()), now()), "No key is chosen");
    refused(plan(&p, &ask(OLA, &["118"], vec![KeyAsk::Card { count: 0 }]), now()), "One to ten");
    refused(plan(&p, &ask(OLA, &["118"], [card(), card()].concat()), now()), "chosen twice");
    let p = Hotel::new().door("door119", "can_unlock_with_code", json!(false)).open();
    refused(plan(&p, &ask(OLA, &["119"], pin("4711")), now()), "takes a PIN");
}

#[test]
fn dates_seam_would_refuse() {
    let p = Hotel::new().open();
    let dated = |start, end| GrantAsk { starts_at: start, ends_at: end, ..ask(OLA, &["118"], card()) };
    refused(plan(&p, &dated(None, Some(now())), now()), "not in the future");
    refused(plan(&p, &dated(Some(tuesday()), Some(monday())), now()), "would not be after the start");
    let open = plan(&p, &dated(None, None), now()).unwrap();
    says(&open, "until", "no end", Tone::Caution);
}

#[test]
fn a_key_that_leaves_the_room_shut_is_told() {
    let mut ask = ask(OLA, &["118"], pin("4711"));
    ask.spaces = vec![SpaceId::new("room119"), SpaceId::new("gym")];
    let p = Hotel::new().area("gym", "vision").door("door119", "can_unlock_with_code", json!(false)).open();
    let plan = plan(&p, &ask, now()).unwrap();
    says(&plan, "PIN", "does not open 119", Tone::Bad);
    assert_eq!(made(&plan).methods[0].mode, Mode::Code);
}
