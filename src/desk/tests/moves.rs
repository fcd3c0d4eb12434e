//! Moving a stay, and locking a lost card out.

use super::*;
use crate::desk::{
    GrantName, LockOutAsk, MethodRef, MoveAsk, NewGrant, Step, lock_out, room_move, stay_after,
};
use crate::seam::id::{EncoderId, MethodId, SpaceId};
use crate::secret::Secret;

fn to(room: &str) -> MoveAsk {
    MoveAsk {
        stay: ada(),
        from: None,
        to: SpaceId::new(&format!("room{room}")),
        encoder: None,
        reservation_key: None,
    }
}

fn made(plan: &Plan) -> Vec<&NewGrant> {
    plan.steps
        .iter()
        .filter_map(|s| match s {
            Step::CreateGrant(new) => Some(new.as_ref()),
            _ => None,
        })
        .collect()
}

fn kinds(plan: &Plan) -> Vec<&'static str> {
    let kind = |s: &Step| match s {
        Step::DeleteGrant { .. } => "delete",
        Step::ConfirmGone { .. } => "gone",
        Step::AwaitGone { .. } => "leave",
        Step::CreateGrant(_) => "create",
        Step::AwaitGranted { .. } => "granted",
        Step::AwaitReady { .. } => "ready",
        Step::Encode { .. } => "cut",
        _ => "?",
    };
    plan.steps.iter().map(kind).collect()
}

#[test]
fn a_reservation_is_cleared_and_made_again_with_everything_it_had() {
    let p = couple()
        .area("gym", "vision")
        .with("g-ada", "space_ids", json!(["room118", "gym"]))
        .with("g-ada", "access_grant_key", json!("stay-4711"))
        .with(
            "g-ada",
            "requested_access_methods",
            json!([{"mode": "mobile_key", "instant_key_max_use_count": 3}]),
        )
        .open();
    let plan = room_move::plan(&p, &to("119"), now()).unwrap();
    assert_eq!(kinds(&plan), ["delete", "delete", "gone", "create", "create", "granted"]);
    let new = made(&plan);
    let spaces: Vec<String> = new[0].spaces.iter().map(ToString::to_string).collect();
    assert_eq!(spaces, ["room119", "gym"]);
    assert_eq!(new[1].spaces, [SpaceId::new("room119")]);
    let modes: Vec<(&str, Option<u32>)> =
        new[0].methods.iter().map(|w| (w.mode.as_str(), w.max_uses)).collect();
    assert_eq!(modes, [("code", None), ("mobile_key", Some(3)), ("card", None)]);
    let grant = p.grant(&GrantId::new("g-ada")).unwrap();
    assert_eq!((new[0].starts_at, new[0].ends_at), (grant.starts_at(), grant.ends_at()));
    assert!(new.iter().all(|n| n.reservation_key.as_deref() == Some("R1")));
    assert!(new[0].key.starts_with("stay-4711-") && new[0].key != new[1].key);
    says(&plan, "order", "nobody of the reservation has one", Tone::Bad);
    says(&plan, "party", "1 joiner, Lindqvist, Eva: moved with it", Tone::Caution);
    says(&plan, "kept", "gym", Tone::Good);
    says(&plan, "2 cards", "must be cut anew afterwards", Tone::Caution);
    says(&plan, "old cards", "2 cards of Lindqvist, Ada; Lindqvist, Eva", Tone::Bad);
    assert!(plan.takes_away);
}

#[test]
fn the_guest_keeps_the_pin_which_is_not_in_the_plan() {
    let p = couple().open();
    let plan = room_move::plan(&p, &to("119"), now()).unwrap();
    assert!(!serde_json::to_string(&plan).unwrap().contains("4417"));
    let pins = room_move::pins(&p, &plan);
    assert_eq!(pins.get(&GrantName::Key(made(&plan)[0].key.clone()), 0), Some(&Secret::new("4417")));
}

#[test]
fn with_an_encoder_every_card_is_cut_in_the_same_run() {
    let p = couple().open();
    let plan =
        room_move::plan(&p, &MoveAsk { encoder: Some(EncoderId::new("desk1")), ..to("119") }, now()).unwrap();
    assert_eq!(kinds(&plan)[5..], ["granted", "ready", "cut", "ready", "cut"]);
    let cut = plan.steps.iter().filter_map(|s| match s {
        Step::Encode { method: MethodRef::CardOf { grant, nth }, .. } => Some((grant.clone(), *nth)),
        _ => None,
    });
    let keys: Vec<_> = made(&plan).iter().map(|n| (n.key.clone(), 0)).collect();
    assert_eq!(cut.collect::<Vec<_>>(), keys);
    let wrong = MoveAsk { encoder: Some(EncoderId::new("desk3")), ..to("119") };
    let refusal = room_move::plan(&p, &wrong, now()).unwrap_err();
    assert!(refusal.words.contains("“Spa desk” does not cut cards"), "{refusal}");
}

#[test]
fn at_online_doors_the_new_comes_before_the_old_goes() {
    let p = Hotel::new()
        .grant("g-eva", EVA, None, "201", Some(monday()))
        .method("pin", &["g-eva"], "code", json!({"code": "4417"}))
        .door("door301", "can_unlock_with_code", json!(true))
        .open();
    let plan = room_move::plan(&p, &MoveAsk { stay: single("g-eva"), ..to("301") }, now()).unwrap();
    assert_eq!(kinds(&plan), ["create", "granted", "delete", "leave"]);
    says(&plan, "order", "before the old one goes", Tone::Good);
}

#[test]
fn from_doors_with_reservations_to_doors_without() {
    let p = couple().open();
    let plan = room_move::plan(&p, &to("201"), now()).unwrap();
    assert!(made(&plan).iter().all(|n| n.reservation_key.is_none()));
    assert_eq!(kinds(&plan)[..2], ["create", "create"], "no rule asks for a gap");
    says(&plan, "reservation", "R1 is left out", Tone::Caution);
    says(&plan, "lock system", "another one", Tone::Caution);
    let back = Hotel::new()
        .grant("g-eva", EVA, None, "201", Some(monday()))
        .method("card", &["g-eva"], "card", json!({}))
        .open();
    let ask = MoveAsk { stay: single("g-eva"), ..to("118") };
    let refusal = room_move::plan(&back, &ask, now()).unwrap_err();
    assert!(refusal.words.contains("needs the reservation number"), "{refusal}");
    let plan = room_move::plan(&back, &MoveAsk { reservation_key: Some("R5".into()), ..ask }, now()).unwrap();
    assert_eq!(made(&plan)[0].reservation_key.as_deref(), Some("R5"));
}

#[test]
fn a_room_that_is_taken_any_night_of_the_stay_is_refused_and_not_offered() {
    let late = at("2026-11-23T09:00:00Z");
    let p = couple()
        .grant("g-ola", OLA, Some("R2"), "119", Some(tuesday()))
        .with("g-ola", "starts_at", json!(late))
        .open();
    let refusal = room_move::plan(&p, &to("119"), now()).unwrap_err();
    assert!(refusal.words.contains("119 is taken by Okafor, Ola from Mon 23 Nov 10:00"), "{refusal}");
    let free: Vec<String> = room_move::rooms(&p, &ada(), now()).iter().map(ToString::to_string).collect();
    assert_eq!(free, ["room201", "room301"]);
}

#[test]
fn keys_the_new_room_does_not_take() {
    let p = couple().door("door119", "can_unlock_with_code", json!(false)).open();
    let refusal = room_move::plan(&p, &to("119"), now()).unwrap_err();
    assert!(refusal.words.contains("No door of 119 takes a PIN"), "{refusal}");
    let p = couple()
        .area("gym", "vision")
        .with("g-ada", "space_ids", json!(["room118", "gym"]))
        .door("door119", "can_unlock_with_code", json!(false))
        .open();
    let plan = room_move::plan(&p, &to("119"), now()).unwrap();
    says(&plan, "PIN", "does not open 119", Tone::Bad);
}

#[test]
fn no_move_that_would_stop_half_way() {
    let refusal = room_move::plan(&couple().down("vision").open(), &to("119"), now()).unwrap_err();
    assert!(refusal.words.contains("stop half-way"), "{refusal}");
    let unread = couple().with("g-eva", "access_method_ids", json!(["card-eva", "unread"])).open();
    let refusal = room_move::plan(&unread, &to("119"), now()).unwrap_err();
    assert!(refusal.words.contains("poll now"), "{refusal}");
    let refusal = room_move::plan(&couple().open(), &to("118"), now()).unwrap_err();
    assert!(refusal.words.contains("is the room already"), "{refusal}");
}

#[test]
fn who_has_left_is_not_made_again() {
    let p = couple().with("g-eva", "ends_at", json!("2026-11-22T10:00:00Z")).open();
    let plan = room_move::plan(&p, &to("119"), now()).unwrap();
    assert_eq!(kinds(&plan), ["delete", "delete", "gone", "create", "granted"]);
    says(&plan, "party", "Lindqvist, Eva has left", Tone::Plain);
}

fn lost(card: &str) -> LockOutAsk {
    LockOutAsk { stay: ada(), lost: MethodId::new(card), encoder: EncoderId::new("desk1") }
}

#[test]
fn a_lost_card_is_locked_out_by_a_new_reservation_and_every_card_is_cut_anew() {
    let p = couple().open();
    let plan = lock_out::plan(&p, &lost("card-ada"), now()).unwrap();
    assert_eq!(
        kinds(&plan),
        ["delete", "delete", "gone", "create", "create", "granted", "ready", "cut", "ready", "cut"]
    );
    let new = made(&plan);
    assert!(
        new.iter()
            .all(|n| n.reservation_key.as_deref() == Some("R1-2") && n.spaces == [SpaceId::new("room118")])
    );
    let after = Hotel::new()
        .grant("new", ADA, Some("R1-2"), "118", Some(monday()))
        .with("new", "access_grant_key", json!(new[0].key))
        .open();
    assert_eq!(stay_after(&after, &plan), Some(stay(ADA, "R1-2")));
    assert_eq!(stay_after(&p, &plan), Some(ada()), "as long as it is there");
    says(&plan, "lost card", "until a new card is used there", Tone::Bad);
    says(&plan, "every card", "2 cards of Lindqvist, Ada; Lindqvist, Eva", Tone::Caution);
    says(&plan, "reservation", "R1 → R1-2", Tone::Caution);
}

#[test]
fn a_name_of_a_reservation_that_is_taken_is_left_alone() {
    let p = couple().grant("g-ola", OLA, Some("R1-2"), "119", Some(tuesday())).open();
    let plan = lock_out::plan(&p, &lost("card-ada"), now()).unwrap();
    assert_eq!(made(&plan)[0].reservation_key.as_deref(), Some("R1-3"));
}

#[test]
fn online_doors_need_no_lock_out() {
    let p = Hotel::new()
        .grant("g-eva", EVA, None, "301", Some(monday()))
        .method("card", &["g-eva"], "card", json!({}))
        .open();
    let ask =
        LockOutAsk { stay: single("g-eva"), lost: MethodId::new("card"), encoder: EncoderId::new("desk3") };
    let refusal = lock_out::plan(&p, &ask, now()).unwrap_err();
    assert!(refusal.words.contains("replace the lost card (r)"), "{refusal}");
}
