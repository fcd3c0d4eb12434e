//! Granting, moving, locking out, single keys, links and doors, each against the sandbox hotel to its end,
//! and the sandbox's own truth about it afterwards. Every change once more with its reply lost: it happens
//! once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod actions_house;

use actions_house::{House, Went};
use chrono::TimeDelta;
use nightdesk::desk::keys::KeyChoice;
use nightdesk::desk::{
    AddKeyAsk, DeleteLinkAsk, GrantAsk, KeyAsk, LockOutAsk, MoveAsk, NewGrant, NewLinkAsk, Outcome, Pins,
    Plan, RevokeKeyAsk, Step, StepState, UnlockAsk, Who, grant, instant_key, keys, lock_out, reissue,
    room_move, undo, unlock,
};
use nightdesk::property::{Stay, StayId};
use nightdesk::sandbox::{FaultKind, Incident};
use nightdesk::seam::client::MethodRequest;
use nightdesk::seam::id::SpaceId;
use nightdesk::seam::model::{Entrance, Mode};
use nightdesk::secret::Secret;
use rstest::rstest;
use serde_json::Value;

const CREATE: &str = "/access_grants/create";
const GUEST: &str = "/user_identities/create";
const DELETE: &str = "/access_grants/delete";
const REQUEST: &str = "/access_grants/request_access_methods";
const REVOKE: &str = "/access_methods/delete";
const ENCODE: &str = "/access_methods/encode";
const LINK: &str = "/user_identities/generate_instant_key";
const UNLINK: &str = "/instant_keys/delete";
const UNLOCK: &str = "/access_methods/unlock_door";

fn made(plan: &Plan) -> Vec<&NewGrant> {
    plan.steps
        .iter()
        .filter_map(|s| match s {
            Step::CreateGrant(new) => Some(new.as_ref()),
            _ => None,
        })
        .collect()
}

fn modes(methods: &[Value]) -> Vec<&str> {
    let mut modes: Vec<&str> = methods.iter().map(|m| m["mode"].as_str().unwrap()).collect();
    modes.sort_unstable();
    modes
}

/// A free room for a new guest, behind doors that know reservations or not.
fn free_room(house: &House, reserved: bool) -> SpaceId {
    let p = &house.property;
    let free = |s: &&nightdesk::seam::model::Space| {
        p.is_room(&s.id)
            && p.stays_in_room(&s.id).is_empty()
            && house.is_reserved(&s.id) == reserved
            && !p.doors_in_space(&s.id).entrances.is_empty()
    };
    let mut rooms: Vec<_> = p.spaces().filter(free).collect();
    rooms.sort_by(|a, b| a.name.cmp(&b.name));
    rooms.first().expect("no free room").id.clone()
}

fn walk_in(house: &House, rooms: Vec<SpaceId>, keys: Vec<KeyAsk>, reservation: Option<&str>) -> GrantAsk {
    GrantAsk {
        who: Who::New { name: "Xylander, Yui".into(), email: Some("yui@example.com".into()), phone: None },
        spaces: rooms,
        entrances: Vec::new(),
        devices: Vec::new(),
        starts_at: None,
        ends_at: Some(house.now() + TimeDelta::hours(30)),
        keys,
        reservation_key: reservation.map(Into::into),
    }
}

#[tokio::test]
async fn a_walk_in_gets_a_room_and_the_way_back() {
    let mut house = House::open().await;
    let rooms = vec![free_room(&house, true), house.space("Lobby")];
    let keys = vec![
        KeyAsk::Code { pin: Some(Secret::new("739146")) },
        KeyAsk::Card { count: 2 },
        KeyAsk::MobileKey { max_uses: Some(3) },
    ];
    let ask = walk_in(&house, rooms, keys, Some("WALK-1"));
    let plan = grant::plan(&house.property, &ask, house.now()).unwrap();
    let went = house.run_with(&plan, grant::pins(&ask, &plan)).await;
    let Outcome::Done { cards_waiting, .. } = &went.outcome else { panic!("{went:?}") };
    assert_eq!(cards_waiting.len(), 2);
    let truth = house.grant(&made(&plan)[0].key).unwrap();
    assert_eq!(truth["grant"]["reservation_key"], "WALK-1");
    let methods = house.methods(&truth);
    assert_eq!(modes(&methods), ["card", "card", "code", "mobile_key"]);
    let pin = methods.iter().find(|m| m["mode"] == "code").unwrap();
    assert_eq!((&pin["code"], &pin["is_issued"]), (&"739146".into(), &true.into()));
    assert_eq!((house.applied(GUEST), house.applied(CREATE)), (1, 1));
    let stay =
        house.property.stays().find(|s| s.name == "Xylander, Yui").expect("the board knows without a poll");
    assert_eq!(stay.reservation_key().as_deref(), Some("WALK-1"));

    let back = undo::plan(&house.property, &plan, house.now()).unwrap();
    let went = house.run(&back).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(house.grant(&made(&plan)[0].key), None);
}

#[tokio::test]
async fn a_pin_that_could_not_be_had_is_said_loudly_and_never_shown() {
    let mut house = House::open().await;
    // Several Salto KS doors: the lock system picks the PIN itself.
    let rooms = vec![free_room(&house, false), house.space("Lobby")];
    let ask = walk_in(&house, rooms, vec![KeyAsk::Code { pin: Some(Secret::new("739146")) }], None);
    let plan = grant::plan(&house.property, &ask, house.now()).unwrap();
    let went = house.run_with(&plan, grant::pins(&ask, &plan)).await;
    let Outcome::Pending { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("THE PIN IS NOT THE ONE THAT WAS ASKED FOR"), "{words}");
    let issued =
        house.methods(&house.grant(&made(&plan)[0].key).unwrap())[0]["code"].as_str().unwrap().to_owned();
    assert_ne!(issued, "739146");
    let said = format!("{went:?}");
    assert!(!said.contains("739146") && !said.contains(&issued), "{said}");
}

#[tokio::test]
async fn a_pin_that_is_not_at_hand_any_more_is_said_too() {
    let mut house = House::open().await;
    let rooms = vec![free_room(&house, false)];
    let ask = walk_in(&house, rooms, vec![KeyAsk::Code { pin: Some(Secret::new("739146")) }], None);
    let plan = grant::plan(&house.property, &ask, house.now()).unwrap();
    let went = house.run(&plan).await;
    assert!(
        matches!(&went.outcome, Outcome::Pending { words, .. } if words.contains("not at hand")),
        "{went:?}"
    );
}

/// A party behind doors that know reservations, every key of it read.
fn party(house: &House) -> Stay {
    house.stay(|s| {
        house.is_reserved(&s.rooms[0])
            && s.reservation_key().is_some()
            && reissue::cards(&house.property, &s.id).iter().any(|c| c.issued)
    })
}

fn move_of(house: &House, stay: &Stay, reserved: bool, encoder: bool) -> MoveAsk {
    let rooms = room_move::rooms(&house.property, &stay.id, house.now());
    let to = rooms
        .into_iter()
        .find(|r| house.is_reserved(r) == reserved && !house.property.doors_in_space(r).entrances.is_empty());
    let to = to.expect("no free room");
    let encoder = encoder.then(|| room_move::encoders(&house.property, &to).remove(0).encoder);
    MoveAsk { stay: stay.id.clone(), from: None, to, encoder, reservation_key: None }
}

/// Everything a grant had is there again, in the new room, and nothing in the old one.
fn assert_moved(house: &House, plan: &Plan, to: &SpaceId, had: &[Vec<String>]) {
    for (new, had) in made(plan).iter().zip(had) {
        assert_eq!(house.grant_by_id(new.replaces.as_ref().unwrap()), None, "the old grant is gone");
        let truth = house.grant(&new.key).unwrap();
        let doors: Vec<&str> =
            truth["door_ids"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let target = house.property.doors_in_space(to).entrances;
        assert!(target.iter().all(|d| doors.contains(&d.to_string().as_str())));
        assert_eq!(modes(&house.methods(&truth)), *had);
    }
}

fn had(house: &House, plan: &Plan) -> Vec<Vec<String>> {
    let of = |new: &&NewGrant| {
        let truth = house.grant_by_id(new.replaces.as_ref().unwrap()).unwrap();
        let methods = house.methods(&truth);
        modes(&methods).into_iter().map(str::to_owned).collect()
    };
    made(plan).iter().map(of).collect()
}

#[tokio::test]
async fn a_reservation_moves_with_every_card_cut_and_back_again() {
    let mut house = House::open().await;
    let stay = party(&house);
    let ask = move_of(&house, &stay, true, true);
    let plan = room_move::plan(&house.property, &ask, house.now()).unwrap();
    let before = had(&house, &plan);
    let pins = room_move::pins(&house.property, &plan);
    let went = house.run_with(&plan, pins).await;
    assert!(went.is_done(), "{went:?}");
    assert_moved(&house, &plan, &ask.to, &before);
    let cards = before.iter().flatten().filter(|m| *m == "card").count();
    assert!(cards > 0);
    assert_eq!(house.applied(ENCODE), cards as u64);
    for new in made(&plan) {
        let methods = house.methods(&house.grant(&new.key).unwrap());
        assert!(methods.iter().all(|m| m["is_issued"] == true), "{methods:?}");
    }
    assert_eq!(
        *house.property.stay(&stay.id).unwrap().rooms,
        *std::slice::from_ref(&ask.to),
        "the board knows without a poll"
    );

    let back = undo::plan(&house.property, &plan, house.now()).unwrap();
    let pins = room_move::pins(&house.property, &back);
    let went = house.run_with(&back, pins).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(house.property.stay(&stay.id).unwrap().rooms, stay.rooms);
}

#[tokio::test]
async fn an_online_room_is_left_only_when_the_new_one_opens() {
    let mut house = House::open().await;
    let stay = house.stay(|s| {
        s.reservation_key().is_none()
            && !house.property.doors_in_space(&s.rooms[0]).entrances.is_empty()
            && house.property.party(&s.id).is_empty()
    });
    let ask = move_of(&house, &stay, false, false);
    let plan = room_move::plan(&house.property, &ask, house.now()).unwrap();
    let before = had(&house, &plan);
    let old = house.methods(&house.grant_by_id(&stay.grants[0]).unwrap());
    let pin = old.iter().find(|m| m["mode"] == "code").map(|m| m["code"].clone());
    let went = house.run_with(&plan, room_move::pins(&house.property, &plan)).await;
    let told = matches!(&went.outcome, Outcome::Pending { words, .. } if words.contains("THE PIN IS NOT"));
    assert_moved(&house, &plan, &ask.to, &before);
    let new = house.methods(&house.grant(&made(&plan)[0].key).unwrap());
    let now = new.iter().find(|m| m["mode"] == "code").map(|m| m["code"].clone());
    assert_eq!(told, pin != now, "the guest is told exactly when the PIN is another: {went:?}");
    assert!(told || went.is_done(), "{went:?}");
}

#[tokio::test]
async fn a_move_that_stops_half_way_says_so_and_goes_on_by_reading() {
    let mut house = House::open().await;
    let stay = party(&house);
    let ask = move_of(&house, &stay, true, false);
    let plan = room_move::plan(&house.property, &ask, house.now()).unwrap();
    let before = had(&house, &plan);
    let pins = room_move::pins(&house.property, &plan);
    house.stop_after = plan.steps.iter().position(|s| matches!(s, Step::DeleteGrant { .. }));
    let went = house.run_with(&plan, pins.clone()).await;
    let Outcome::Stopped { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("Done: revoke the access of"), "{words}");
    assert!(words.contains("Not done") && words.contains("access for"), "{words}");
    assert_eq!(house.applied(CREATE), 0);

    house.stop_after = None;
    let went = house.run_with(&plan, pins).await;
    assert!(went.is_done(), "{went:?}");
    assert_moved(&house, &plan, &ask.to, &before);
    let grants = made(&plan).len() as u64;
    assert_eq!((house.applied(DELETE), house.applied(CREATE)), (grants, grants), "each exactly once");

    // Once more from the start: everything is found as it should be.
    let went = house.run(&plan).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!((house.applied(DELETE), house.applied(CREATE)), (grants, grants));
}

#[tokio::test]
async fn a_lost_card_is_locked_out() {
    let mut house = House::open().await;
    let stay = party(&house);
    let lost = reissue::cards(&house.property, &stay.id).into_iter().find(|c| c.issued).unwrap().method;
    let encoder = reissue::encoders(&house.property, &stay.id).remove(0).encoder;
    let ask = LockOutAsk { stay: stay.id.clone(), lost: lost.clone(), encoder };
    let plan = lock_out::plan(&house.property, &ask, house.now()).unwrap();
    let before = had(&house, &plan);
    let went = house.run_with(&plan, lock_out::pins(&house.property, &plan)).await;
    let Outcome::Done { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("open the door with a new card at once"), "{words}");
    assert_eq!(house.method(&lost.to_string()), None);
    let key = format!("{}-2", stay.reservation_key().as_ref().unwrap());
    for (new, had) in made(&plan).iter().zip(&before) {
        let truth = house.grant(&new.key).unwrap();
        assert_eq!(truth["grant"]["reservation_key"], key.as_str());
        let methods = house.methods(&truth);
        assert_eq!(modes(&methods), *had);
        assert!(methods.iter().all(|m| m["is_issued"] == true), "every card is cut: {methods:?}");
    }
    let after = house
        .property
        .stay(&nightdesk::desk::stay_after(&house.property, &plan).unwrap())
        .expect("the stay goes on under the new number");
    assert_eq!(after.rooms, stay.rooms);

    // The new card, used at the door, takes the door over from the lost one.
    let card = house.methods(&house.grant(&made(&plan)[0].key).unwrap());
    let card =
        card.iter().find(|m| m["mode"] == "card").unwrap()["access_method_id"].as_str().unwrap().to_owned();
    house.sandbox.control().incident(&Incident::Open { id: card.parse().unwrap() }).unwrap();
    let door = house.property.doors_in_space(&stay.rooms[0]).entrances[0].to_string();
    let truth = house.sandbox.control().truth();
    let door = truth["doors"].as_array().unwrap().iter().find(|d| d["id"] == door.as_str()).unwrap().clone();
    assert_eq!(door["holder"], key.as_str());
}

/// A guest with a PIN in a room that takes every kind of key and whose lock hears.
fn online(house: &House) -> Stay {
    house.stay(|s| {
        let doors = house.property.doors_in_space(&s.rooms[0]).entrances;
        let hears = |e: &Entrance| e.online != Some(false) && !e.privacy_mode && e.warnings.is_empty();
        s.reservation_key().is_none()
            && !doors.is_empty()
            && doors.iter().all(|id| house.property.entrance(id).is_some_and(hears))
    })
}

async fn add(house: &mut House, stay: &StayId, key: KeyAsk) -> (Plan, Went) {
    let ask = AddKeyAsk { stay: stay.clone(), grant: None, key, encoder: None };
    let plan = keys::add(&house.property, &ask, house.now()).unwrap();
    let went = house.run_with(&plan, keys::pins(&ask, &plan)).await;
    (plan, went)
}

fn of(house: &House, stay: &StayId, mode: &Mode) -> Vec<KeyChoice> {
    keys::keys(&house.property, stay).into_iter().filter(|k| k.mode == *mode).collect()
}

#[tokio::test]
async fn a_key_is_added_revoked_and_requested_again() {
    let mut house = House::open().await;
    let stay = online(&house);
    let had = of(&house, &stay.id, &Mode::CloudKey).len();
    let (added, went) = add(&mut house, &stay.id, KeyAsk::CloudKey).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(of(&house, &stay.id, &Mode::CloudKey).len(), had + 1);
    let revoke = undo::plan(&house.property, &added, house.now()).unwrap();
    let Step::RevokeMethod { method, .. } = &revoke.steps[0] else { panic!("{:?}", revoke.steps) };
    let went = house.run(&revoke).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(house.method(&method.to_string()), None);
    let again = undo::plan(&house.property, &revoke, house.now()).unwrap();
    let went = house.run(&again).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(of(&house, &stay.id, &Mode::CloudKey).len(), had + 1);
    assert_eq!((house.applied(REQUEST), house.applied(REVOKE)), (2, 1));
}

#[tokio::test]
async fn a_card_is_added_and_cut_in_one_run() {
    let mut house = House::open().await;
    let stay = party(&house);
    let encoder = reissue::encoders(&house.property, &stay.id).remove(0).encoder;
    let had = of(&house, &stay.id, &Mode::Card).len();
    let key = KeyAsk::Card { count: 1 };
    let ask = AddKeyAsk { stay: stay.id.clone(), grant: None, key, encoder: Some(encoder) };
    let plan = keys::add(&house.property, &ask, house.now()).unwrap();
    let went = house.run(&plan).await;
    assert!(
        matches!(&went.outcome, Outcome::Done { cards_waiting, .. } if cards_waiting.is_empty()),
        "{went:?}"
    );
    assert_eq!((of(&house, &stay.id, &Mode::Card).len(), house.applied(ENCODE)), (had + 1, 1));
}

#[tokio::test]
async fn a_door_is_opened_from_afar_or_it_is_said_why_not() {
    let mut house = House::open().await;
    let stay = online(&house);
    if of(&house, &stay.id, &Mode::CloudKey).is_empty() {
        assert!(add(&mut house, &stay.id, KeyAsk::CloudKey).await.1.is_done());
    }
    let ask = UnlockAsk { stay: stay.id.clone(), entrance: None };
    let plan = unlock::plan(&house.property, &ask, house.now()).unwrap();
    let went = house.run(&plan).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(house.applied(UNLOCK), 1);

    let Step::Unlock { entrance, .. } = &plan.steps[0] else { panic!("{:?}", plan.steps) };
    let id = entrance.to_string().parse().unwrap();
    house.sandbox.control().incident(&Incident::DeviceOffline { id }).unwrap();
    house.stop_after = Some(0);
    let went = house.run(&plan).await;
    let failed =
        |s: &StepState| matches!(s, StepState::Failed { words, .. } if words.contains("did not open"));
    assert!(went.states.iter().any(|(_, s)| failed(s)), "{went:?}");
    house.poll().await;
    let refusal = unlock::plan(&house.property, &ask, house.now()).unwrap_err();
    assert!(refusal.words.contains("it is offline"), "{refusal}");
}

#[tokio::test]
async fn an_instant_key_is_made_shared_and_deleted() {
    let mut house = House::open().await;
    let stay = house.stay(|s| !of(&house, &s.id, &Mode::MobileKey).is_empty());
    let before = instant_key::share(&house.property, &stay.id, house.now()).unwrap().links.len();
    let plan = instant_key::new_link(
        &house.property,
        &NewLinkAsk { stay: stay.id.clone(), max_uses: 4 },
        house.now(),
    )
    .unwrap();
    let went = house.run(&plan).await;
    assert!(went.is_done(), "{went:?}");
    let view = instant_key::share(&house.property, &stay.id, house.now()).unwrap();
    assert_eq!(view.links.len(), before + 1, "the board knows without a poll");
    let back = undo::plan(&house.property, &plan, house.now()).unwrap();
    let went = house.run(&back).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(instant_key::share(&house.property, &stay.id, house.now()).unwrap().links.len(), before);
    assert_eq!((house.applied(LINK), house.applied(UNLINK)), (1, 1));
}

/// A plan whose run sends `path`, with its PINs.
async fn that_sends(house: &mut House, path: &str) -> (Plan, Pins) {
    let now = house.now();
    match path {
        GUEST | CREATE => {
            let ask = walk_in(
                house,
                vec![free_room(house, true)],
                vec![KeyAsk::Card { count: 1 }, KeyAsk::MobileKey { max_uses: None }],
                Some("WALK-1"),
            );
            (grant::plan(&house.property, &ask, now).unwrap(), Pins::new())
        }
        DELETE => {
            let stay = party(house);
            let ask = move_of(house, &stay, true, false);
            let plan = room_move::plan(&house.property, &ask, now).unwrap();
            let pins = room_move::pins(&house.property, &plan);
            (plan, pins)
        }
        REQUEST => {
            let stay = online(house).id;
            let ask = AddKeyAsk { stay, grant: None, key: KeyAsk::CloudKey, encoder: None };
            (keys::add(&house.property, &ask, now).unwrap(), Pins::new())
        }
        REVOKE => {
            let stay = online(house).id;
            let method = keys::keys(&house.property, &stay).remove(0).method;
            (keys::revoke(&house.property, &RevokeKeyAsk { stay, method }, now).unwrap(), Pins::new())
        }
        _ => {
            let stay = house.stay(|s| !of(house, &s.id, &Mode::MobileKey).is_empty()).id;
            let new = NewLinkAsk { stay: stay.clone(), max_uses: 2 };
            if path == LINK {
                return (instant_key::new_link(&house.property, &new, now).unwrap(), Pins::new());
            }
            let view = instant_key::share(&house.property, &stay, now).unwrap();
            let ask = DeleteLinkAsk { stay, key: view.links[0].key.clone() };
            (instant_key::delete_link(&house.property, &ask, now).unwrap(), Pins::new())
        }
    }
}

/// Every change with its reply lost: said to be unknown, settled by reading, applied once.
#[rstest]
#[case(GUEST)]
#[case(CREATE)]
#[case(DELETE)]
#[case(REQUEST)]
#[case(REVOKE)]
#[case(LINK)]
#[case(UNLINK)]
#[tokio::test]
async fn a_lost_reply_is_settled(#[case] path: &str) {
    for kind in [FaultKind::DropReply, FaultKind::Truncated] {
        let mut house = House::open().await;
        let (plan, pins) = that_sends(&mut house, path).await;
        let times = plan.steps.iter().filter(|s| s.path() == Some(path)).count() as u64;
        assert_eq!(plan.commands.iter().filter(|c| path_of(c) == path).count() as u64, times);
        assert!(times > 0);
        house.lose_reply(path, kind.clone());
        let went = house.run_with(&plan, pins).await;
        assert!(went.is_done(), "{kind:?} {went:?}");
        assert!(went.was_unknown(), "{went:?}");
        assert_eq!(house.applied(path), times, "{kind:?}");
    }
}

/// A request that never arrived is sent again once a person says so, and happens once.
#[rstest]
#[case(CREATE)]
#[case(REQUEST)]
#[case(LINK)]
#[tokio::test]
async fn a_request_that_was_lost_is_sent_again(#[case] path: &str) {
    let mut house = House::open().await;
    let (plan, pins) = that_sends(&mut house, path).await;
    house.lose_reply(path, FaultKind::Reset);
    let went = house.run_with(&plan, pins).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(house.applied(path), 1);
}

/// Nothing is made before the old access is gone for certain, however long that takes.
#[tokio::test]
async fn a_move_waits_for_as_long_as_the_old_access_is_there() {
    let mut house = House::open().await;
    let stay = party(&house);
    let ask = move_of(&house, &stay, true, false);
    let plan = room_move::plan(&house.property, &ask, house.now()).unwrap();
    house.sandbox.control().incident(&Incident::BridgeDown).unwrap();
    house.mend = Some(Incident::BridgeUp);
    let went = house.run_with(&plan, room_move::pins(&house.property, &plan)).await;
    assert!(went.is_done(), "{went:?}");
    let confirm = plan.steps.iter().position(|s| matches!(s, Step::ConfirmGone { .. })).unwrap();
    let long = |(i, s): &(usize, StepState)| {
        *i == confirm && matches!(s, StepState::Unknown { words, .. } if words.contains("takes long"))
    };
    let waited = went.states.iter().position(long).expect("it said that it takes long");
    assert!(went.states[..=waited].iter().all(|(i, _)| *i <= confirm), "nothing was made before");
}

/// Somebody else joined the reservation while it was being cleared: it stops there and says so.
#[tokio::test]
async fn a_move_does_not_run_over_a_grant_somebody_else_has_added() {
    let mut house = House::open().await;
    let stay = party(&house);
    let ask = move_of(&house, &stay, true, false);
    let plan = room_move::plan(&house.property, &ask, house.now()).unwrap();
    let joiner = walk_in(
        &house,
        stay.rooms.to_vec(),
        vec![KeyAsk::Card { count: 1 }],
        stay.reservation_key().as_deref(),
    );
    let joins = grant::plan(&house.property, &joiner, house.now()).unwrap();
    assert!(matches!(house.run(&joins).await.outcome, Outcome::Done { .. }));
    let went = house.run(&plan).await;
    let Outcome::Failed { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("somebody has added a grant to reservation"), "{words}");
    assert!(words.contains("Not done: access for"), "{words}");
    assert_eq!(house.applied(CREATE), 1, "only the joiner's");
}

#[tokio::test]
async fn a_key_somebody_else_has_just_asked_for_is_not_taken_for_ours() {
    let mut house = House::open().await;
    let (plan, _) = that_sends(&mut house, REQUEST).await;
    let Step::RequestMethod { grant, wish, .. } = &plan.steps[0] else { panic!("{:?}", plan.steps) };
    let wanted = [MethodRequest::of(wish.mode.clone())];
    house.client.request_access_methods(grant, &wanted).await.unwrap();
    let went = house.run(&plan).await;
    let Outcome::Failed { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("somebody else has just requested a cloud key"), "{words}");
    assert_eq!(house.applied(REQUEST), 1);
}

/// The endpoint behind a command of Seam's CLI.
fn path_of(command: &str) -> String {
    let mut words = command.split_whitespace().skip(1).map(|w| w.replace('-', "_"));
    format!("/{}/{}", words.next().unwrap(), words.next().unwrap())
}

/// The door tells that it opened: the reply is not needed, and nothing is sent a second time. A request that
/// never arrived is sent again only when somebody says so.
#[rstest]
#[case(FaultKind::DropReply)]
#[case(FaultKind::Truncated)]
#[case(FaultKind::Reset)]
#[tokio::test]
async fn a_door_tells_itself_whether_it_opened(#[case] kind: FaultKind) {
    let mut house = House::open().await;
    let stay = online(&house);
    if of(&house, &stay.id, &Mode::CloudKey).is_empty() {
        assert!(add(&mut house, &stay.id, KeyAsk::CloudKey).await.1.is_done());
    }
    let plan =
        unlock::plan(&house.property, &UnlockAsk { stay: stay.id, entrance: None }, house.now()).unwrap();
    house.lose_reply(UNLOCK, kind);
    let went = house.run(&plan).await;
    assert!(went.is_done() && went.was_unknown(), "{went:?}");
    assert_eq!(house.applied(UNLOCK), 1);
}
